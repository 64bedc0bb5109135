package dom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/dop251/goja"

	"qinghost/bridge"
	"qinghost/runtime/headless"
	"qinghost/runtime/suite/driver"
	"qinghost/runtime/suite/site"
)

// Page is the page under test.
type Page struct {
	driver.Options
	site site.Site
	ctx  context.Context
	kept headless.Storage // outlives the document, as a phone's does

	mu     sync.Mutex
	open   *document // nil before Open
	lastID int
	called map[int]func(kind string, result json.RawMessage) // open and past calls: callbacks may come late
}

// Open implements driver.Opener.
func Open(ctx context.Context, o driver.Options) (driver.Driver, error) {
	return &Page{Options: o, site: site.Site{Root: o.Root, Door: o.Door, Config: o.Config()}, ctx: ctx, called: map[int]func(string, json.RawMessage){}}, nil
}

// Open implements driver.Driver; so do the methods below.
func (p *Page) Open(ctx context.Context, to string) error {
	at, text, err := p.site.Page(to)
	if err != nil {
		return err
	}
	lib, first, err := load(p.Root)
	if err != nil {
		return err
	}
	if warning := lib.untested(); first && warning != "" {
		p.Logger.Warn(warning)
	}
	if err := p.Close(); err != nil { // the page before
		return err
	}
	realm, err := headless.New(p.ctx, p.Host, headless.Options{
		Config: p.site.Config, URL: at.String(), Console: p.Console, Fetch: p.site.Fetch, Fault: p.fault,
		MemoryLimit: p.MemoryLimit, Storage: &p.kept,
	})
	if err != nil {
		return err
	}
	d := &document{Page: p, realm: realm, at: at}
	p.mu.Lock()
	p.open = d
	p.mu.Unlock()
	if err := d.install(ctx, lib); err != nil {
		return err
	}
	return d.read(ctx, text)
}

func (p *Page) fault(f *headless.Fault) { p.Fault(f.Message, f.Stack) }

// current returns the open document; an error before Open.
func (p *Page) current() (*document, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == nil {
		return nil, bridge.Errorf(bridge.BadParams, "还没有打开页面: 先 await page.open('/index.html')")
	}
	return p.open, nil
}

// Eval implements driver.Driver.
func (p *Page) Eval(ctx context.Context, fn string, args json.RawMessage) (json.RawMessage, error) {
	d, err := p.current()
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		args = json.RawMessage("[]")
	}
	text, err := d.realm.Eval(ctx, "return await ("+fn+"\n)(..."+string(args)+")")
	return json.RawMessage(text), readable(err)
}

// source is an expression among the arguments of do.
type source string

// do calls a function of the page's test object and waits for its value; what waits in the page ends with ctx.
func (p *Page) do(ctx context.Context, name string, args ...any) (json.RawMessage, error) {
	p.mu.Lock()
	p.lastID++
	id := p.lastID
	p.mu.Unlock()
	return p.doAs(ctx, id, name, args...)
}

func (p *Page) doAs(ctx context.Context, id int, name string, args ...any) (json.RawMessage, error) {
	d, err := p.current()
	if err != nil {
		return nil, err
	}
	script := fmt.Sprintf("return await globalThis[Symbol.for('qinghost.test')].%s(%d", name, id)
	for _, arg := range args {
		if expression, is := arg.(source); is {
			script += ",(" + string(expression) + "\n)"
			continue
		}
		text, err := json.Marshal(arg)
		if err != nil {
			return nil, err
		}
		script += "," + string(text)
	}
	text, err := d.realm.Eval(ctx, script+")")
	if ctx.Err() != nil {
		d.realm.Post(func(rt *goja.Runtime) error {
			_, err := d.stop(goja.Undefined(), rt.ToValue(id))
			return err
		})
	}
	return json.RawMessage(text), readable(err)
}

// readable makes a test author's text of what a script of the page threw.
func readable(err error) error {
	var fault *headless.Fault
	if errors.As(err, &fault) && (fault.Kind == headless.Exception || fault.Kind == headless.Rejection) {
		return &driver.PageError{Message: fault.Message, Stack: fault.Stack}
	}
	return err
}

// Click implements driver.Driver.
func (p *Page) Click(ctx context.Context, selector string) error {
	_, err := p.do(ctx, "click", selector)
	return err
}

// Fill implements driver.Driver.
func (p *Page) Fill(ctx context.Context, selector, value string) error {
	_, err := p.do(ctx, "fill", selector, value)
	return err
}

// Text implements driver.Driver.
func (p *Page) Text(ctx context.Context, selector string) (text string, err error) {
	found, err := p.do(ctx, "text", selector)
	if err == nil {
		err = json.Unmarshal(found, &text)
	}
	return text, err
}

// WaitFor implements driver.Driver.
func (p *Page) WaitFor(ctx context.Context, condition string, isSelector bool) error {
	var look any = source(condition)
	if isSelector {
		look = condition
	}
	_, err := p.do(ctx, "waitFor", look)
	return err
}

// Call implements driver.Driver.
func (p *Page) Call(ctx context.Context, name string, params json.RawMessage, called func(kind string, result json.RawMessage)) (json.RawMessage, error) {
	p.mu.Lock()
	p.lastID++
	id := p.lastID
	if called != nil {
		p.called[id] = called
	}
	p.mu.Unlock()
	if len(params) == 0 {
		params = json.RawMessage("null")
	}
	return p.doAs(ctx, id, "call", name, params, called != nil)
}

// told is NATIVE.told(id, kind, result).
func (p *Page) told(call goja.FunctionCall) goja.Value {
	p.mu.Lock()
	called := p.called[int(call.Argument(0).ToInteger())]
	p.mu.Unlock()
	if called != nil {
		called(call.Argument(1).String(), json.RawMessage(call.Argument(2).String()))
	}
	return goja.Undefined()
}

// URL implements driver.Driver: where the page is now, after what it did to its history.
func (p *Page) URL() string {
	d, err := p.current()
	if err != nil {
		return ""
	}
	at := d.at.String()
	_ = d.realm.Do(p.ctx, func(rt *goja.Runtime) error { // a page that has ended is where it was
		at = rt.GlobalObject().Get("location").ToObject(rt).Get("href").String()
		return nil
	})
	return at
}

// Screenshot implements driver.Driver: nothing is drawn.
func (p *Page) Screenshot(context.Context) ([]byte, error) { return nil, nil }

// Close implements driver.Driver.
func (p *Page) Close() error {
	p.mu.Lock()
	d := p.open
	p.open = nil
	clear(p.called)
	p.mu.Unlock()
	if d == nil {
		return nil
	}
	err := d.realm.Close()
	d.work.Wait()
	return err
}
