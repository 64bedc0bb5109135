package chromium

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"qinghost/bridge"
	"qinghost/runtime/browser"
	"qinghost/runtime/suite/driver"
)

// helpers is the script that finds elements and waits for them; it runs in every document before the page's own scripts.
//
//go:embed page.js
var helpers string

// binding is the function by which the helpers tell of callbacks. They take it off the page's window at once.
const binding = "__qinghost_test"

// Page is a page in a tab of its own.
type Page struct {
	browser *Browser
	options driver.Options
	origin  string
	end     func() // ends the server, and waits for it
	tab     context.Context

	mu       sync.Mutex
	document context.Context // ends when the document in the tab makes way for another, with errLeft
	leave    context.CancelCauseFunc
	url      string      // of the document
	frame    cdp.FrameID // the tab's own; only listen touches it
	lastID   int
	called   map[int]func(kind string, result json.RawMessage) // open and past calls: callbacks may come late
}

// Open implements driver.Opener: it starts a preview of the project on a free port. The tab comes with the first page.
func (b *Browser) Open(ctx context.Context, o driver.Options) (driver.Driver, error) {
	server, err := browser.New(o.Host, browser.Options{
		Dir:     o.Root,
		Config:  o.Config(),
		Control: browser.Control{Token: "-"}, // tests drive the host themselves
		Server:  o.Door, Serves: o.Serves,
		Logger: o.Logger,
	})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, listener) }()
	return &Page{
		browser: b, options: o, origin: "http://" + listener.Addr().String(),
		end:    func() { cancel(); <-done },
		called: map[int]func(string, json.RawMessage){},
	}, nil
}

// Open implements driver.Driver.
func (p *Page) Open(ctx context.Context, path string) error {
	if p.tab == nil {
		if err := p.newTab(); err != nil {
			return err
		}
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return p.do(ctx, chromedp.Navigate(p.origin+path), chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Run(ctx, evaluate[json.RawMessage](inPage("ready")))
		return err
	}))
}

// newTab opens a tab that looks as the client's web view does.
func (p *Page) newTab() error {
	running, err := p.browser.start()
	if err != nil {
		return err
	}
	tab, _ := chromedp.NewContext(running, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.listen))
	profile := p.options.Host.Profile
	metrics := emulation.SetDeviceMetricsOverrideParams{
		Width: int64(profile.Screen.Width), Height: int64(profile.Screen.Height), DeviceScaleFactor: profile.Screen.Ratio, Mobile: true,
	}
	focus := emulation.SetFocusEmulationEnabledParams{Enabled: true} // several tabs at once
	agent := emulation.SetUserAgentOverrideParams{UserAgent: profile.UserAgent, Platform: profile.Platform}
	still := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}}
	err = chromedp.Do(tab, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, metricsErr := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, metrics)
		_, focusErr := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, focus)
		_, agentErr := chromedp.Call(ctx, emulation.SetUserAgentOverride, agent)
		_, mediaErr := chromedp.Call(ctx, emulation.SetEmulatedMedia, still)
		_, bindingErr := chromedp.Call(ctx, runtime.AddBinding, runtime.AddBindingParams{Name: binding})
		_, scriptErr := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: helpers})
		return errors.Join(metricsErr, focusErr, agentErr, mediaErr, bindingErr, scriptErr)
	}))
	if err != nil {
		_ = chromedp.Cancel(tab) // of no use
		return fmt.Errorf("无法打开浏览器标签页: %w", err)
	}
	p.mu.Lock()
	p.tab = tab
	p.mu.Unlock()
	p.turn()
	return nil
}

// errLeft is the end of what waits in a document that made way for another: the browser does not answer then.
var errLeft = bridge.Errorf(bridge.PageGone, "页面已离开 (跳转或刷新), 没有等到结果")

// do runs actions in the tab until ctx ends.
func (p *Page) do(ctx context.Context, actions ...chromedp.Action[chromedp.Void]) error {
	return p.within(ctx, p.tab, actions...)
}

// doHere runs actions in the document that is there, and fails with errLeft when it makes way for another.
func (p *Page) doHere(ctx context.Context, actions ...chromedp.Action[chromedp.Void]) error {
	p.mu.Lock()
	here := p.document
	p.mu.Unlock()
	return p.within(ctx, here, actions...)
}

// within runs actions until ctx ends, or place, which is the tab or of it.
func (p *Page) within(ctx, place context.Context, actions ...chromedp.Action[chromedp.Void]) error {
	if p.tab == nil {
		return bridge.Errorf(bridge.NoView, "还没有页面: 请先 await page.open('/index.html')")
	}
	within, cancel := context.WithCancelCause(place)
	defer cancel(nil)
	defer context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })()
	err := chromedp.Do(within, actions...)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case place.Err() != nil:
		return context.Cause(place)
	default:
		return readable(err)
	}
}

// moved notes the page's address.
func (p *Page) moved(frame cdp.FrameID, url string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frame, p.url = frame, url
}

// turn begins a new document.
func (p *Page) turn() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tab == nil {
		return // the blank document of a tab that is being made
	}
	if p.leave != nil {
		p.leave(errLeft)
	}
	p.document, p.leave = context.WithCancelCause(p.tab)
}

// listen takes the tab's events.
func (p *Page) listen(event any) {
	switch e := event.(type) {
	case *page.EventFrameNavigated:
		if e.Frame.ParentID == "" {
			p.moved(e.Frame.ID, e.Frame.URL+e.Frame.URLFragment)
			p.turn()
		}
	case *page.EventNavigatedWithinDocument:
		if e.FrameID == p.frame {
			p.moved(e.FrameID, e.URL)
		}
	case *runtime.EventBindingCalled:
		var call struct {
			ID     int
			Kind   string
			Result json.RawMessage
		}
		if e.Name != binding || json.Unmarshal([]byte(e.Payload), &call) != nil {
			return // the page's own doing
		}
		p.mu.Lock()
		called := p.called[call.ID]
		p.mu.Unlock()
		if called != nil {
			called(call.Kind, call.Result)
		}
	case *runtime.EventConsoleAPICalled:
		var parts []string
		for _, arg := range e.Args {
			parts = append(parts, shown(arg))
		}
		p.options.Console(levelOf(e.Type), strings.Join(parts, " "))
	case *runtime.EventExceptionThrown:
		message, stack := described(e.ExceptionDetails)
		p.options.Fault(message, stack)
	}
}

// levelOf is the console's level as headless pages name it.
func levelOf(kind runtime.ConsoleAPICalledType) string {
	if kind == "warning" {
		return "warn"
	}
	return string(kind)
}

// shown is the short form of a value on the console.
func shown(v *runtime.RemoteObject) string {
	var text string
	switch {
	case v.Type == "string" && json.Unmarshal(v.Value, &text) == nil:
		return text
	case v.Description != "":
		return v.Description
	case len(v.Value) > 0:
		return string(v.Value)
	default:
		return string(v.Type)
	}
}

// described is the text of an exception, and where it was thrown.
func described(d *runtime.ExceptionDetails) (message, stack string) {
	message = d.Text
	if d.Exception != nil {
		message = shown(d.Exception)
	}
	message, stack, _ = strings.Cut(message, "\n    at ")
	if stack != "" {
		stack = "    at " + stack
	}
	return strings.TrimPrefix(message, "Uncaught "), stack
}

// readable makes a test author's text of an error of the protocol.
func readable(err error) error {
	var thrown *chromedp.ExceptionError
	var load *chromedp.LoadError
	switch {
	case errors.As(err, &thrown):
		message, stack := described(thrown.ExceptionDetails)
		return &driver.PageError{Message: message, Stack: stack}
	case errors.As(err, &load):
		return bridge.Errorf(bridge.PageGone, "页面打不开: %s", load.ErrorText)
	default:
		return err
	}
}

// evaluate is an expression's value, awaited, as JSON.
func evaluate[T any](expression string) chromedp.Action[T] {
	return chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise)
}

// source is an expression among the arguments of inPage.
type source string

// inPage is an expression that calls a function of the helpers.
func inPage(name string, args ...any) string {
	var texts []string
	for _, arg := range args {
		if expression, is := arg.(source); is {
			texts = append(texts, "("+string(expression)+"\n)")
			continue
		}
		text, err := json.Marshal(arg)
		if err != nil {
			panic(err) // strings, numbers and JSON
		}
		texts = append(texts, string(text))
	}
	return "window[Symbol.for('qinghost.test')]." + name + "(" + strings.Join(texts, ",") + ")"
}

// ask calls a function of the helpers and returns its value. A document that goes away meanwhile is waited for: what was
// asked is asked again in the next one.
func ask[T any](ctx context.Context, p *Page, name string, args ...any) (value T, err error) {
	for {
		err = p.doHere(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			value, err = chromedp.Run(ctx, evaluate[T](inPage(name, args...)))
			return err
		}))
		if err == nil || ctx.Err() != nil || !left(err) {
			return value, err
		}
	}
}

// left says whether an expression was lost because its document went away; the browser says so in several ways.
func left(err error) bool {
	text := err.Error()
	return errors.Is(err, errLeft) || strings.Contains(text, "navigated or closed") ||
		strings.Contains(text, "context was destroyed") || strings.Contains(text, "Cannot find context")
}

// Eval implements driver.Driver.
func (p *Page) Eval(ctx context.Context, fn string, args json.RawMessage) (json.RawMessage, error) {
	var value json.RawMessage
	expression := "(async () => { const v = await (" + fn + "\n)(..." + string(args) + "); return v === undefined ? null : v })()"
	err := p.doHere(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) (err error) {
		value, err = chromedp.Run(ctx, evaluate[json.RawMessage](expression))
		return err
	}))
	if err != nil && left(err) {
		err = errLeft
	}
	return value, err
}

// Click implements driver.Driver: a real mouse click in the middle of the element, once it stands still and is not covered.
func (p *Page) Click(ctx context.Context, selector string) error {
	at, err := ask[[2]float64](ctx, p, "clickable", selector)
	if err != nil {
		return err
	}
	return p.do(ctx, chromedp.MouseClickXY(at[0], at[1]))
}

// Fill implements driver.Driver: text is typed as an input method does, and the field left; others get their value at once.
func (p *Page) Fill(ctx context.Context, selector, value string) error {
	typed, err := ask[bool](ctx, p, "fill", selector, value)
	if err != nil || !typed {
		return err
	}
	return p.do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		if _, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: value}); err != nil {
			return err
		}
		_, err := chromedp.Run(ctx, evaluate[json.RawMessage](inPage("changed")))
		return err
	}))
}

// Text implements driver.Driver.
func (p *Page) Text(ctx context.Context, selector string) (string, error) {
	return ask[string](ctx, p, "text", selector)
}

// WaitFor implements driver.Driver.
func (p *Page) WaitFor(ctx context.Context, condition string, isSelector bool) error {
	look := source(condition)
	if isSelector {
		look = source(inPage("finder", condition))
	}
	_, err := ask[json.RawMessage](ctx, p, "waitFor", look)
	return err
}

// Call implements driver.Driver.
func (p *Page) Call(
	ctx context.Context, name string, params json.RawMessage, called func(kind string, result json.RawMessage),
) (json.RawMessage, error) {
	p.mu.Lock()
	p.lastID++
	id := p.lastID
	if called != nil {
		p.called[id] = called
	}
	p.mu.Unlock()
	var value json.RawMessage
	err := p.doHere(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) (err error) {
		value, err = chromedp.Run(ctx, evaluate[json.RawMessage](inPage("call", id, name, params, called != nil)))
		return err
	}))
	if err != nil && left(err) {
		err = errLeft
	}
	return value, err
}

// URL implements driver.Driver.
func (p *Page) URL() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.url
}

// Screenshot implements driver.Driver.
func (p *Page) Screenshot(ctx context.Context) ([]byte, error) {
	if p.tab == nil {
		return nil, nil
	}
	var picture []byte
	err := p.do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) (err error) {
		picture, err = chromedp.Run(ctx, chromedp.CaptureScreenshot())
		return err
	}))
	return picture, err
}

// Close implements driver.Driver.
func (p *Page) Close() error {
	if p.tab != nil {
		_ = chromedp.Cancel(p.tab) // it may be closed already
	}
	p.end()
	return nil
}
