// Package web holds the TypeScript that runs in the page, as the bundles that `go run ./web/build` makes of it: the page
// library, the views, the simulator's shell, and the test API.
package web

import (
	_ "embed"
	"encoding/json"
	"strings"
)

var (
	//go:embed dist/qing.js
	library string
	//go:embed dist/page.js
	page string
	//go:embed dist/standin.js
	standIn string
	//go:embed dist/views.js
	views string
	//go:embed dist/shell.js
	shell string
	//go:embed dist/test.js
	test string
	//go:embed dist/failures.js
	failures string
	//go:embed src/test/globals.d.ts
	testTypes string
	//go:embed src/shell/shell.html
	shellPage string
)

// Config is what the scripts are told; its mirror is web/src/config.ts.
type Config struct {
	Version string   `json:"version"`
	Lang    string   `json:"lang"`              // zh or en
	Profile any      `json:"profile"`           // a bridge.Profile
	APIs    []string `json:"apis"`              // names that a page can call
	Strict  bool     `json:"strict,omitempty"`  // as bridge.Host.Strict
	Socket  string   `json:"socket,omitempty"`  // path of the WebSocket; empty where functions are the transport
	Library string   `json:"library,omitempty"` // "page": the page brings its own library; otherwise it finds ours
	Origin  string   `json:"origin,omitempty"`  // the only origin to install in; empty for any
}

// Library returns the page library with the client's channels, or, where the page brings its own, these alone, as one script
// that installs itself. functions is the text of a JavaScript object with the parts of the configuration that JSON cannot say
// (post, receive, loadViews), or empty.
func Library(c Config, functions string) string {
	if c.Library == "page" {
		return wrap(page, c, functions)
	}
	return wrap(library, c, functions)
}

// StandIn returns what a page gets that brings its own library and asks the vendor for it: ours, over the client's channels.
func StandIn(c Config) string { return wrap(standIn, c, "") }

// Shell returns the script of the simulator's shell.
func Shell(c Config) string { return wrap(shell, c, "") }

// ShellPage returns the simulator's page; it loads "shell.js" beside it.
func ShellPage() string { return shellPage }

// Views returns the views, which the page loads at the first one: the text of a function that takes what its script offers
// (web/src/host.ts).
func Views() string { return "(function(QINGHOST_HOST){" + views + "})" }

// Test returns the test API: the text of a function that takes NATIVE (web/src/test/native.ts), makes the globals of a test
// file, and returns HOOKS. What says how an expectation failed is in it as a text, compiled where one fails.
func Test() string {
	text, err := json.Marshal(failures)
	if err != nil {
		panic(err) // a string
	}
	return "(function(NATIVE){var HOOKS={},FAILURES=" + string(text) + ";" + test + "return HOOKS})"
}

// TestTypes returns the TypeScript declarations of the globals that Test makes; they stand alone.
func TestTypes() string { return testTypes }

// wrap gives a bundle its configuration as the free variable QINGHOST_CONFIG.
func wrap(bundle string, c Config, functions string) string {
	text, err := json.Marshal(c) // escapes <, >, &, U+2028 and U+2029
	if err != nil {
		panic(err) // plain values
	}
	var b strings.Builder
	b.WriteString("(function(QINGHOST_CONFIG){")
	b.WriteString(bundle)
	b.WriteString("})(Object.assign(")
	b.Write(text)
	if functions != "" {
		b.WriteString("," + functions)
	}
	b.WriteString("));\n")
	return b.String()
}
