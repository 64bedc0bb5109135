package lang_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/runtime/headless"
	"qinghost/runtime/suite/lang"
)

var update = flag.Bool("update", false, "write the README's tables")

// run runs a script in a fresh page and returns what it put into "got".
func run(t *testing.T, script string) (string, error) {
	t.Helper()
	host := bridge.NewHost()
	host.Clock = bridge.NewClockAt(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	page, err := headless.New(t.Context(), host, headless.Options{})
	require.NoError(t, err)
	defer page.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := page.Run(ctx, "feature.js", script); err != nil {
		return "", err
	}
	return page.Eval(ctx, "return JSON.stringify(await globalThis.got)")
}

// asWritten puts a feature into a classic script; modules are none.
func asWritten(code string) string {
	if bang, rest, is := strings.Cut(code, "\n"); is && strings.HasPrefix(bang, "#!") {
		return bang + "\nglobalThis.got = (async () => {\n" + rest + "\n})()"
	}
	if strings.HasPrefix(code, "import ") {
		return code
	}
	return "globalThis.got = (async () => {\n" + code + "\n})()"
}

// lowered hands a feature to the bundler as a module.
func lowered(code string) (string, error) {
	bang, imports := "", ""
	if first, rest, is := strings.Cut(code, "\n"); is && strings.HasPrefix(first, "#!") {
		bang, code = first+"\n", rest
	}
	if strings.HasPrefix(code, "import ") {
		imports, code, _ = strings.Cut(code, "; return ")
		code = "return " + code
	}
	options := lang.Lower()
	options.Stdin = &api.StdinOptions{Contents: bang + imports + "\nglobalThis.got = (async () => {\n" + code + "\n})()", Loader: api.LoaderTS, Sourcefile: "feature.ts"}
	options.Bundle, options.Format = true, api.FormatIIFE
	options.TsconfigRaw = `{"compilerOptions":{"target":"esnext"}}`
	built := api.Build(options)
	if len(built.Errors) > 0 {
		return "", &headless.Fault{Message: built.Errors[0].Text}
	}
	return string(built.OutputFiles[0].Contents), nil
}

// classify runs every feature both ways.
func classify(t *testing.T) map[string]lang.Class {
	classes := map[string]lang.Class{}
	for _, f := range lang.Features {
		require.NotContains(t, classes, f.Name, "twice on the list")
		classes[f.Name] = lang.Fails
		got, err := run(t, asWritten(f.Code))
		same := err == nil && unquote(got) == f.Want
		code, bundling := lowered(f.Code)
		var after string
		if bundling == nil {
			after, bundling = run(t, code)
		}
		assert.NotErrorIs(t, err, context.DeadlineExceeded, f.Name)
		assert.NotErrorIs(t, bundling, context.DeadlineExceeded, f.Name)
		switch {
		case same:
			classes[f.Name] = lang.Works
			assert.NoError(t, bundling, "%s: lowering breaks it", f.Name)
			assert.Equal(t, f.Want, unquote(after), "%s: lowering breaks it", f.Name)
		case bundling == nil && unquote(after) == f.Want:
			classes[f.Name] = lang.Lowered
			assert.Error(t, err, "%s as written is wrong without a word: %s", f.Name, got)
		default:
			assert.Error(t, err, "%s as written is wrong without a word: %s", f.Name, got)
			assert.Error(t, bundling, "%s lowered is wrong without a word: %s", f.Name, after)
		}
	}
	return classes
}

// unquote undoes the second JSON around a result; what is none stays.
func unquote(text string) string {
	var value string
	if json.Unmarshal([]byte(text), &value) != nil {
		return text
	}
	return value
}

// The README says what runs; `go test ./runtime/suite/lang -update` writes it.
func TestLanguage(t *testing.T) {
	classes := classify(t)
	count := map[lang.Class]int{}
	for name, class := range classes {
		if count[class]++; class != lang.Works {
			t.Logf("%s: %s", class, name)
		}
	}
	t.Logf("%d features: %v", len(classes), count)
	assert.GreaterOrEqual(t, len(classes), 120)
	for file, chinese := range map[string]bool{"README.md": false, "README.zh-CN.md": true} {
		path := filepath.Join("..", "..", "..", file)
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		const from, to = "<!-- language -->\n", "<!-- /language -->"
		before, rest, opened := strings.Cut(string(data), from)
		have, after, closed := strings.Cut(rest, to)
		if !assert.True(t, opened && closed, "%s has no section between %s and %s", file, strings.TrimSpace(from), to) {
			continue
		}
		want := lang.Table(classes, chinese)
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(before+from+want+to+after), 0o644))
			continue
		}
		assert.Equal(t, want, have, "%s: run `go test ./runtime/suite/lang -update`", file)
	}
}
