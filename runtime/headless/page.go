// Package headless runs pages without a browser: their scripts in goja, with a browser's event loop and the globals that a
// light app's logic needs, and the host behind them in memory. Nothing is drawn: views are answered by a script or by
// Host.Answer.
//
// A page's timers and Date follow the host's clock. A timer of 0 ms runs at once even while the clock stands; all others
// wait until it has moved. When it is moved by a jump, the page lives through it timer by timer, each at its own time,
// those too that are set on the way.
package headless

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"

	"qinghost/bridge"
	"qinghost/web"
)

// ErrClosed is what Run and Eval return of a page that was closed.
var ErrClosed = errors.New("页面已关闭")

// mostCalls is how deep calls may nest. What goja does natively in between takes Go's stack, which must never overflow.
const mostCalls = 10_000

// Options are what may differ between pages; the zero value is good for tests.
type Options struct {
	// Config is what the page library is told. Empty fields are filled in: the host's profile and APIs, Chinese.
	Config web.Config
	// URL is the page's address; http://127.0.0.1/ when empty.
	URL string
	// Console hears what the page writes, and the faults of its scripts. It is called on the page's goroutine and must
	// neither wait nor call the page. Nil for nobody.
	Console func(level, text string)
	// Fault hears, in the console's place and under its terms, of the exceptions that nothing caught and the rejections that
	// nothing handled. Nil: the console does.
	Fault func(*Fault)
	// MemoryLimit, unless 0, is how many bytes of live objects the process may have while the page runs a script. Beyond that
	// the script is interrupted with a Memory fault, and the page ends. goja does not count what a page takes, so it hits
	// whichever pages are at work just then; and what one native function takes at once ('x'.repeat(1e9)) it sees only after.
	MemoryLimit uint64
	// Fetch answers the page's fetch and XMLHttpRequest. It is called in goroutines of its own and must end with the
	// request's context. Nil refuses them all.
	Fetch func(*http.Request) (*http.Response, error)
	// Storage is what localStorage is kept in; nil for an empty one of the page's own.
	Storage *Storage
	// Random is where crypto and Math.random draw from, on the page's goroutine; nil for the machine's.
	Random io.Reader
	// Navigate hears, on the page's goroutine, of the URL that the page wants to go to; the page itself stays. Nil says
	// it on the console.
	Navigate func(url string)
}

// Page is a page with its runtime, event loop and connection. Its methods may be called from any goroutine but the page's
// own, that is, not from Options.Console.
type Page struct {
	loop    *loop
	config  web.Config
	profile bridge.Profile
	write   func(level, text string)
	hear    func(*Fault)
	globals // what installGlobals needs and makes
	conn    *bridge.PipeEnd
	cancel  context.CancelCauseFunc
	work    sync.WaitGroup
	hooks   hooks
	deliver goja.Callable // takes a frame of the host; the loop's goroutine only
	loaded  bool          // the same

	mu     sync.Mutex
	faults []*Fault
}

// New makes a page that host serves until Close, or until ctx ends.
func New(ctx context.Context, host *bridge.Host, opts Options) (*Page, error) {
	at, err := parseURL(opts.URL)
	if err != nil {
		return nil, err
	}
	profile, config := complete(opts.Config, host)
	hostEnd, pageEnd := bridge.PipeOn(host.Clock)
	ctx, cancel := context.WithCancelCause(ctx)
	p := &Page{config: config, profile: profile, write: opts.Console, hear: opts.Fault, conn: pageEnd, cancel: cancel, globals: globals{
		context: ctx, fetch: opts.Fetch, storage: opts.Storage, random: opts.Random, navigate: opts.Navigate,
	}}
	rt := goja.New()
	rt.SetMaxCallStackSize(mostCalls)
	rt.SetParserOptions(parser.WithDisableSourceMaps) // eval is not to read files
	p.loop = newLoop(rt, host.Clock, p.report)

	p.work.Go(p.loop.run)
	if opts.MemoryLimit > 0 {
		p.work.Go(func() { p.loop.watchMemory(opts.MemoryLimit) })
	}
	served := &firstRead{PipeEnd: hostEnd, begun: make(chan struct{})}
	p.work.Go(func() { _ = host.Serve(ctx, served) }) // ends with the page; the host logs what goes wrong
	p.work.Go(func() { p.pump(ctx) })
	context.AfterFunc(ctx, func() {
		p.loop.stop(context.Cause(ctx))
		_ = pageEnd.Close() // never fails
	})
	<-served.begun // from here on the host's events reach the page
	if _, err = p.loop.await(ctx, func(done func(string, error)) { done("", p.install(at)) }); err != nil {
		_ = p.Close() // never fails
		return nil, err
	}
	return p, nil
}

// firstRead is the host's end of the pipe; it tells when the host has taken the page in and begins to listen.
type firstRead struct {
	*bridge.PipeEnd
	once  sync.Once
	begun chan struct{}
}

// Read implements bridge.Conn.
func (f *firstRead) Read(ctx context.Context) (bridge.Message, error) {
	f.once.Do(func() { close(f.begun) })
	return f.PipeEnd.Read(ctx)
}

// complete fills in what the configuration leaves out.
func complete(config web.Config, host *bridge.Host) (bridge.Profile, web.Config) {
	profile, given := config.Profile.(bridge.Profile)
	if !given {
		profile = host.Profile
		config.Profile = profile
	}
	config.Strict = host.Strict
	if config.Version == "" {
		config.Version = bridge.ClientVersion
	}
	if config.Lang == "" {
		config.Lang = "zh"
	}
	if config.APIs == nil {
		config.APIs = host.Names()
	}
	return profile, config
}

// Script is a script with its name, as stacks show it, and its source map (version 3), by which they show the author's own
// files instead; nil for none. Names that begin with "qinghost:" are those of scripts that are not the user's own.
type Script struct {
	Name, Code string
	Map        []byte
}

// Run runs a classic script without a source map; see RunMapped.
func (p *Page) Run(ctx context.Context, name, script string) error {
	return p.RunMapped(ctx, Script{Name: name, Code: script})
}

// RunMapped runs a classic script. What it throws is returned, as a *Fault. After the first one, which is the page's own, the
// document has loaded. When ctx ends while the script runs, it is interrupted, and the page ends with it: goja cannot be
// trusted to go on from there. The same holds for Eval.
func (p *Page) RunMapped(ctx context.Context, s Script) error {
	program, err := Compile(s)
	if err != nil {
		return err
	}
	return p.RunProgram(ctx, program)
}

// Eval runs the body of an async function and returns what that returns, as JSON; undefined and what JSON cannot say is
// null. A rejection is returned as a *Fault.
func (p *Page) Eval(ctx context.Context, js string) (string, error) {
	program, err := compile("eval", "(async function(){"+js+"\n})")
	if err != nil {
		return "", p.loop.maps.syntaxFault(err)
	}
	return p.loop.await(ctx, func(done func(string, error)) {
		rt := p.loop.rt
		if p.load() {
			// The function runs behind the events that tell of the loading, as a later task.
			p.loop.post(func() { p.evaluate(program, rt, done) })
			return
		}
		p.evaluate(program, rt, done)
	})
}

// evaluate is the job of Eval.
func (p *Page) evaluate(program *goja.Program, rt *goja.Runtime, done func(string, error)) {
	fn, err := rt.RunProgram(program)
	if err == nil {
		_, err = p.hooks.evaluate(goja.Undefined(), fn,
			rt.ToValue(func(call goja.FunctionCall) goja.Value {
				done(call.Argument(0).String(), nil)
				return goja.Undefined()
			}),
			rt.ToValue(func(call goja.FunctionCall) goja.Value {
				done("", p.loop.fault(Rejection, call.Argument(0)))
				return goja.Undefined()
			}))
	}
	if err != nil {
		done("", p.asFault(err))
	}
}

// load has the document finish loading, once, in a job behind the present one; false when it had before.
func (p *Page) load() bool {
	if p.loaded {
		return false
	}
	p.loaded = true
	return p.loop.post(func() { p.loop.call(p.hooks.load) })
}

// Errors returns the exceptions that nothing caught and the rejections that nothing handled, so far; not those that Run
// and Eval returned.
func (p *Page) Errors() []*Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*Fault(nil), p.faults...)
}

// Close ends the page, with its timers, its open calls and all that the host runs for it, and waits until they have ended.
// It may be called more than once.
func (p *Page) Close() error {
	p.cancel(ErrClosed)
	p.loop.stop(ErrClosed)
	_ = p.conn.Close() // never fails
	p.work.Wait()
	return nil
}

// pump brings the host's messages to the page: all that have come in one frame, in one job.
func (p *Page) pump(ctx context.Context) {
	for {
		messages, err := p.conn.ReadAll(ctx)
		if err != nil {
			return
		}
		frame, err := bridge.Frame(messages...)
		if err != nil {
			p.loop.post(func() { p.report(&Fault{Kind: Exception, Message: err.Error(), Cause: err}) })
			continue
		}
		p.loop.post(func() {
			if p.deliver != nil {
				p.loop.call(p.deliver, p.loop.rt.ToValue(string(frame)))
			}
		})
	}
}

// install makes the globals and runs the page library; it is the first job.
func (p *Page) install(at *address) error {
	if err := p.installGlobals(at); err != nil {
		return err
	}
	text, err := json.Marshal(p.config)
	if err != nil {
		return err
	}
	parts := object(p.loop.rt,
		"config", string(text),
		"post", func(call goja.FunctionCall) goja.Value {
			// A closed pipe is a page that is going away: nobody waits for the answer.
			_ = p.conn.WriteFrame([]byte(call.Argument(0).String()))
			return goja.Undefined()
		},
		"receive", func(call goja.FunctionCall) goja.Value {
			p.deliver, _ = goja.AssertFunction(call.Argument(0))
			return goja.Undefined()
		},
	)
	program := libraryProgram
	if p.config.Library == "page" {
		program = nativeProgram
	}
	p.lazy.library = true
	_, err = p.callProgram(program, parts)
	p.lazy.library = false
	if err != nil {
		return p.asFault(err)
	}
	return nil
}

// callProgram runs a program that yields a function, and calls that.
func (p *Page) callProgram(program func() *goja.Program, arg goja.Value) (goja.Value, error) {
	value, err := p.loop.rt.RunProgram(program())
	if err != nil {
		return nil, err
	}
	fn, _ := goja.AssertFunction(value)
	return fn(goja.Undefined(), arg)
}

// The scripts that every page runs first, compiled once a process. The library's configuration comes in as an argument, so
// that its text is the same for all.
var (
	preludeProgram = sync.OnceValue(func() *goja.Program { return mustCompile("qinghost:prelude", prelude) })
	libraryProgram = sync.OnceValue(func() *goja.Program { return compileLibrary("host") })
	nativeProgram  = sync.OnceValue(func() *goja.Program { return compileLibrary("page") })
)

func compileLibrary(choice string) *goja.Program {
	const parts = "Object.assign(JSON.parse(PARTS.config),{post:PARTS.post,receive:PARTS.receive})"
	return mustCompile("qinghost:library", "(function(PARTS){"+web.Library(web.Config{Library: choice}, parts)+"})")
}

// compile reads a script. Source maps are left alone: goja would read any file that one names.
func compile(name, script string) (*goja.Program, error) {
	program, _, err := compileScript(name, script)
	return program, err
}

// compileScript returns also the names that the script declares as var.
func compileScript(name, script string) (*goja.Program, []string, error) {
	tree, err := parser.ParseFile(nil, name, script, 0, parser.WithDisableSourceMaps)
	if err != nil {
		return nil, nil, err
	}
	if err := lowerRegexps(tree, script); err != nil {
		return nil, nil, err
	}
	program, err := goja.CompileAST(tree, false)
	return program, declared(tree), err
}

func mustCompile(name, script string) *goja.Program {
	program, err := compile(name, script)
	if err != nil {
		panic(err) // a script of our own
	}
	return program
}

// Trace returns the places of a stack text of this page's scripts (Error.stack), innermost first, as source maps say them.
func (p *Page) Trace(stack string) []Place { return p.loop.maps.trace(stack) }

// report keeps a fault and says it on the console.
func (p *Page) report(f *Fault) {
	p.mu.Lock()
	p.faults = append(p.faults, f)
	p.mu.Unlock()
	if p.hear != nil {
		p.hear(f)
		return
	}
	switch f.Kind {
	case Rejection:
		p.console("error", "未处理的 Promise 拒绝: "+f.Error())
	default:
		p.console("error", "未捕获的异常: "+f.Error())
	}
}

func (p *Page) console(level, text string) {
	if p.write != nil {
		p.write(level, text)
	}
}

// asFault makes a fault of what goja returned to Run or Eval; of a page that is going away, the reason for that.
func (p *Page) asFault(err error) error {
	if err == nil {
		return nil
	}
	if cause := p.loop.cause(); cause != nil {
		return cause
	}
	return p.loop.thrown(err)
}
