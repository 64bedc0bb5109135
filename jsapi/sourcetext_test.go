package jsapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// endpoint is what the source document says of one call.
type endpoint struct {
	path    string
	params  map[string]string // its table: field → type
	results map[string]string // the table below 返回结果示例, which queryByDay alone has
	request map[string]any    // the example
	answer  map[string]any
}

// name is the API's: meeting.create, roomBook.hasNew.
func (e *endpoint) name() string {
	family := "meeting."
	if strings.Contains(e.path, "roomBook") {
		family = "roomBook."
	}
	return family + e.path[strings.LastIndex(e.path, "/")+1:]
}

var (
	headLine = regexp.MustCompile(`^(?:http://yunzhijia\.com|URL: )(/(?:gateway/cloudwork/meeting|api/roomBook/third)/\w+)`)
	rowLine  = regexp.MustCompile(`^\| (\w+) \| (\pL+) \|`) // the heads are Chinese
)

// sourceRepairs make JSON of the document's examples, whose comments have been stripped.
var sourceRepairs = []struct {
	name    string
	pattern *regexp.Regexp
	by      string
}{
	{`"..." stands for more of the same`, regexp.MustCompile(`\.\.\.`), ``},
	{"a comma is missing between two lines", regexp.MustCompile(`(["\d\]}]|true|false|null)(\s*\n\s*")`), `$1,$2`},
	{"a comma stands after the last", regexp.MustCompile(`,(\s*[}\]])`), `$1`},
}

// sourceDocument returns the vendor's document, which is not ours to publish: it is read where the project is built, in
// shared/seed beside the checkout.
func sourceDocument(t *testing.T) string {
	t.Helper()
	above, err := os.Getwd()
	require.NoError(t, err)
	for above != filepath.Dir(above) {
		above = filepath.Dir(above)
		found, err := filepath.Glob(filepath.Join(above, "shared", "seed", "*.txt"))
		require.NoError(t, err)
		if len(found) > 0 {
			text, err := os.ReadFile(found[0])
			require.NoError(t, err)
			return string(text)
		}
	}
	t.Skip("the vendor's document is not here: shared/seed/*.txt beside the checkout")
	return ""
}

// readSource returns the calls in the vendor's document, in its order.
func readSource(t *testing.T) []*endpoint {
	t.Helper()
	server, _, found := strings.Cut(sourceDocument(t), "\n调用代码:") // from there on it is about calls of the client
	require.True(t, found)
	var all []*endpoint
	var e *endpoint
	var table map[string]string
	var example strings.Builder
	for line := range strings.Lines(server) {
		if head := headLine.FindStringSubmatch(line); head != nil {
			e = &endpoint{path: head[1], params: map[string]string{}, results: map[string]string{}}
			all, table = append(all, e), e.params
			continue
		}
		if e == nil {
			continue
		}
		if row := rowLine.FindStringSubmatch(line); row != nil {
			table[row[1]] = row[2]
		}
		if strings.HasPrefix(line, "返回") {
			table = e.results
		}
		bare := withoutComment(line)
		if example.Len() == 0 && strings.TrimSpace(bare) != "{" {
			continue
		}
		example.WriteString(bare)
		if open := example.String(); strings.Count(open, "{") > strings.Count(open, "}") {
			continue
		}
		if e.request == nil {
			e.request = repaired(t, example.String())
		} else {
			require.Nil(t, e.answer, "a third example of %s", e.path)
			e.answer = repaired(t, example.String())
		}
		example.Reset()
	}
	require.Zero(t, example.Len(), "an example has no end: %s", example.String())
	return all
}

// withoutComment returns a line up to a // that is not in a string.
func withoutComment(line string) string {
	quoted := false
	for i := range line {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case !quoted && strings.HasPrefix(line[i:], "//"):
			return line[:i] + "\n"
		}
	}
	return line
}

func repaired(t *testing.T, text string) (example map[string]any) {
	t.Helper()
	for _, r := range sourceRepairs {
		text = r.pattern.ReplaceAllString(text, r.by)
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber() // so that it goes out as it came in
	require.NoError(t, decoder.Decode(&example), text)
	return example
}

// sameShape compares keys and kinds; of a list, each item with the first of the document's.
func sameShape(t *testing.T, at string, want, got any) {
	t.Helper()
	require.IsType(t, want, got, "%s is %v, the document has %v", at, got, want)
	switch want := want.(type) {
	case map[string]any:
		got := got.(map[string]any)
		require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)), at)
		for key := range want {
			sameShape(t, at+"."+key, want[key], got[key])
		}
	case []any:
		got := got.([]any)
		require.NotEmpty(t, got, at)
		got = got[:min(len(got), len(want))] // further ones may have null where the document's have a text
		for i := range got {
			sameShape(t, fmt.Sprintf("%s[%d]", at, i), want[min(i, len(want)-1)], got[i])
		}
	case bool:
		if strings.HasSuffix(at, ".success") || strings.HasSuffix(at, ".hasNew") {
			require.Equal(t, want, got, at)
		}
	case string:
		if strings.HasSuffix(at, ".error") {
			require.Equal(t, want, got, at)
		}
	case json.Number:
		if strings.HasSuffix(at, ".errorCode") {
			require.Equal(t, want, got, at)
		}
		_, err := got.(json.Number).Int64()
		require.NoError(t, err, at)
	}
}
