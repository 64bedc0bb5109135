package jsapi_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/bridge/bridgetest"
	"qinghost/jsapi"
)

var update = flag.Bool("update", false, "write the READMEs' matrix")

// What becomes of a call of a method on a client.
const (
	works   = "✓"
	quiet   = "○" // works, and calls no callback when it succeeds, as on the phone
	silent  = "–" // the client does not have it: no callback, as there
	unknown = "?" // of no known shape, or not known to be there: no callback, unless somebody answers by hand
)

// row is a method with a cell for each profile.
type row struct {
	api   bridge.API
	built bool
	cells []string
}

// matrix returns the client's methods, those that are not built too, by name.
func matrix(host *bridge.Host) []row {
	var rows []row
	add := func(api bridge.API, built bool) {
		r := row{api: api, built: built}
		for _, p := range bridge.Profiles() {
			r.cells = append(r.cells, cell(p, api, built))
		}
		rows = append(rows, r)
	}
	for _, api := range host.APIs() {
		if api.Route == nil { // the server APIs are no client's
			add(api, true)
		}
		if api.Name == "runtime.auth" { // of which the page library makes it
			getTicket := api
			getTicket.Name = "getTicket"
			add(getTicket, true)
		}
	}
	for _, api := range host.Unbuilt {
		if api.Name != "getTicket" && !slices.Contains(api.Clients, "*") {
			add(api, false)
		}
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.api.Name), strings.ToLower(b.api.Name)))
	})
	return rows
}

func cell(p bridge.Profile, api bridge.API, built bool) string {
	switch {
	case p.Name == "desktop" && !p.Has(api) && api.Clients == nil: // what came after its first 16 is not known
		return unknown
	case !p.Has(api):
		return silent
	case !built:
		return unknown
	case api.Silent:
		return quiet
	}
	return works
}

// table is the READMEs' section.
func table(rows []row, chinese bool) string {
	head, legend := "| method | since |", fmt.Sprintf("%s works · %s works, and calls no callback on success, as on the phone · %s the client does not have it: silent, as there · "+
		"%s unknown: the vendor's documents do not say what it takes or returns (on desktop: whether it is there); silent, unless you answer by hand. "+
		"In brackets: how many work; no version: not known since when",
		works, quiet, silent, unknown)
	if chinese {
		head, legend = "| 方法 | 起始版本 |", fmt.Sprintf("%s 可用 · %s 可用, 成功时没有回调, 与手机一样 · %s 该客户端没有它: 没有回调, 与那里一样 · "+
			"%s 未知: 厂商的资料没有写明参数与结果 (desktop: 没有写明是否有它); 没有回调, 除非手工回答。括号里是可用的个数; 没写版本的, 不知道从何时起", works, quiet, silent, unknown)
	}
	rule := "|---|---|"
	count := map[string]int{}
	for i, p := range bridge.Profiles() {
		n := 0
		for _, r := range rows {
			if r.cells[i] == works || r.cells[i] == quiet {
				n++
			}
		}
		count[p.Name] = n
		name := p.Name
		if !strings.HasSuffix(name, p.Version) {
			name += " " + p.Version
		}
		head += fmt.Sprintf(" %s (%d) |", name, n)
		rule += ":-:|"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n%s\n", legend, head, rule)
	for _, r := range rows {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.api.Name, r.api.Since, strings.Join(r.cells, " | "))
	}
	return b.String()
}

// The READMEs show the matrix; `go test ./jsapi -run TestMatrix -update` writes it.
func TestMatrix(t *testing.T) {
	host, end, err := jsapi.Demo(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, end()) }()
	rows := matrix(host)
	require.Greater(t, len(rows), 120)
	for file, chinese := range map[string]bool{"README.md": false, "README.zh-CN.md": true} {
		path := filepath.Join("..", file)
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		const from, to = "<!-- matrix -->\n", "<!-- /matrix -->"
		before, rest, opened := strings.Cut(string(data), from)
		have, after, closed := strings.Cut(rest, to)
		require.True(t, opened && closed, "%s has no section between %s and %s", file, strings.TrimSpace(from), to)
		want := table(rows, chinese)
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(before+from+want+to+after), 0o644))
			continue
		}
		assert.Equal(t, want, have, "%s: run `go test ./jsapi -run TestMatrix -update`", file)
	}
}

// What the matrix says is what happens: each method is called with its example on each client.
func TestMatrixHolds(t *testing.T) {
	for i, profile := range bridge.Profiles() {
		t.Run(profile.Name, func(t *testing.T) {
			host, end, err := jsapi.Demo(t.Context())
			require.NoError(t, err)
			defer func() { require.NoError(t, end()) }()
			host.Profile = profile
			for _, r := range matrix(host) {
				if r.api.Name == "getTicket" {
					continue // the library's
				}
				t.Run(r.api.Name, func(t *testing.T) { // a page each, for some of them close it
					p := bridgetest.Open(t, profile.Name, host.Clock, host.APIs())
					id := p.Begin(r.api.Name, cmp.Or(r.api.Example, "{}"))
					m := p.Next(func(m bridge.Message) bool {
						return m.Method == "" && m.ID == id || m.Method == "$/unanswered" || strings.HasPrefix(m.Method, bridge.ViewPrefix)
					})
					answered := m.Method != "$/unanswered"
					assert.Equal(t, r.cells[i] == works || r.cells[i] == quiet, answered, "the matrix says %s", r.cells[i])
					if m.Method == "" && len(m.Result) == 0 && !r.api.Repeats { // showFile calls back for bgDownload alone
						assert.Equal(t, quiet, r.cells[i], "it called no callback")
					}
				})
			}
		})
	}
}
