// Package driver is the seam between a test and the page under test: the runner talks to a Driver, and does not know whether
// the page runs on goja, with or without a DOM, or in a browser.
package driver

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"

	"qinghost/bridge"
	"qinghost/runtime/headless"
	"qinghost/web"
)

// Driver is a page under test. Its methods may be called from any goroutine; those that wait end with ctx. Where the file's
// clock is virtual, ctx carries the caller's work, which a wait lays down: see bridge.Clock.Work.
type Driver interface {
	// Open loads a page of the project ("/index.html?id=1") and waits until it has loaded.
	Open(ctx context.Context, path string) error
	// Eval calls a function, given as its source, with a JSON array of arguments, awaits what it returns, and returns that as
	// JSON. What it throws is an error whose text is what a test author should read.
	Eval(ctx context.Context, fn string, args json.RawMessage) (json.RawMessage, error)
	// Click waits until there is such an element, and clicks it.
	Click(ctx context.Context, selector string) error
	// Fill waits until there is such a field, and types value in place of what it holds.
	Fill(ctx context.Context, selector, value string) error
	// Text waits until there is such an element, and returns its text.
	Text(ctx context.Context, selector string) (string, error)
	// WaitFor waits until the function (its source) returns what is true, or until there is an element of the selector.
	WaitFor(ctx context.Context, condition string, isSelector bool) error
	// Call is qing.call in that page. called hears of every callback (kind: success, error, complete), in order; nil: the
	// parameters get no callbacks.
	Call(ctx context.Context, name string, params json.RawMessage, called func(kind string, result json.RawMessage)) (json.RawMessage, error)
	// URL is the page's address.
	URL() string
	// Screenshot is a picture of the page as PNG; nil where nothing is drawn.
	Screenshot(ctx context.Context) ([]byte, error)
	// Close ends the page and all that it started.
	Close() error
}

// Options are what a page is opened with; all fields but Cover and Library are set.
type Options struct {
	Host *bridge.Host // serves the page
	Door http.Handler // the server APIs
	// Serves says whether a path is Door's; for drivers that serve pages and APIs on one port.
	Serves func(path string) bool
	Root   string // the folder of the project's pages, absolute
	Lang   string // zh or en
	// Library is "page" where the page brings its own library and finds none of ours.
	Library string
	// Bundle makes a classic script, and its source map, of a module script (an absolute path below Root).
	Bundle func(file string) (code, sourceMap []byte, err error)
	// Cover readies a script of the page for the count of its lines, in the page's runtime, and returns what is to run in its
	// place; nil without --coverage. A browser's pages are not counted.
	Cover func(page *headless.Page, script headless.Script) (headless.Script, error)
	// Console hears what the page writes; it must not wait.
	Console func(level, text string)
	// Fault hears of an exception or rejection of the page that nothing caught; it must not wait.
	Fault func(message, stack string)
	// MemoryLimit is how many bytes of live objects the process may have while a script of the page runs; see headless.Options.
	MemoryLimit uint64
	Logger      *slog.Logger
}

// Config is what the page's script is told.
func (o *Options) Config() web.Config {
	return web.Config{Version: bridge.ClientVersion, Lang: o.Lang, Profile: o.Host.Profile, APIs: o.Host.Names(), Library: o.Library, Strict: o.Host.Strict}
}

// Run runs a script of the page, with its lines counted where that is asked for.
func (o *Options) Run(ctx context.Context, page *headless.Page, script headless.Script) error {
	if o.Cover != nil {
		var err error
		if script, err = o.Cover(page, script); err != nil {
			return err
		}
	}
	return page.RunMapped(ctx, script)
}

// Opener makes a driver for one test file. It opens nothing yet; ctx ends with the file.
type Opener func(ctx context.Context, o Options) (Driver, error)

// PageError is what a script of the page threw.
type PageError struct {
	Message string // "TypeError: …"
	Stack   string // where, one "at function (file:line:column)" a line; empty if unknown
}

// Error returns the message.
func (e *PageError) Error() string { return e.Message }
