package suite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"qinghost/bridge"
	"qinghost/runtime/headless"
	"qinghost/runtime/suite/driver"
	"qinghost/runtime/suite/site"
)

// plain is the page under test on goja, without a DOM: its scripts run in order, and the document is a bare EventTarget.
type plain struct {
	driver.Options
	site site.Site
	ctx  context.Context
	kept headless.Storage // outlives the page, as a phone's does

	mu   sync.Mutex
	page *headless.Page // nil before Open
	url  string
}

// openPlain implements driver.Opener.
func openPlain(ctx context.Context, o driver.Options) (driver.Driver, error) {
	return &plain{Options: o, site: site.Site{Root: o.Root, Door: o.Door, Config: o.Config()}, ctx: ctx}, nil
}

// Open implements driver.Driver; so do the methods below.
func (p *plain) Open(ctx context.Context, to string) error {
	at, text, err := p.site.Page(to)
	if err != nil {
		return err
	}
	if err := p.Close(); err != nil { // the page before
		return err
	}
	page, err := headless.New(p.ctx, p.Host, headless.Options{
		Config: p.site.Config, URL: at.String(), Console: p.Console, Fetch: p.site.Fetch, MemoryLimit: p.MemoryLimit, Storage: &p.kept,
		Fault: func(f *headless.Fault) { p.Fault(hinted(f).Message, f.Stack) },
	})
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.page, p.url = page, at.String()
	p.mu.Unlock()
	for _, s := range scripts(text) {
		err := p.run(ctx, page, at, s)
		if fault := (*headless.Fault)(nil); errors.As(err, &fault) {
			return hinted(fault)
		}
		if err != nil {
			return err
		}
	}
	_, err = page.Eval(ctx, "") // it has loaded
	return err
}

// pageScript is a script element.
type pageScript struct {
	src    string // empty for an inline one
	text   string
	module bool
	line   int // of an inline one
	later  bool
}

// scripts returns the scripts of a document in the order in which they run: modules and deferred ones come last.
func scripts(document []byte) []pageScript {
	var now, later []pageScript
	tokens := html.NewTokenizer(bytes.NewReader(document))
	line := 1
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			return append(now, later...)
		}
		raw := bytes.Count(tokens.Raw(), []byte("\n"))
		token := tokens.Token()
		line += raw
		if kind != html.StartTagToken || token.DataAtom != atom.Script {
			continue
		}
		s := pageScript{line: line}
		typ := ""
		for _, a := range token.Attr {
			switch a.Key {
			case "src":
				s.src = strings.TrimSpace(a.Val)
			case "type":
				typ = strings.ToLower(strings.TrimSpace(a.Val))
			case "defer":
				s.later = true
			}
		}
		if tokens.Next() == html.TextToken {
			line += bytes.Count(tokens.Raw(), []byte("\n"))
			s.text = string(tokens.Text())
		}
		switch {
		case typ == "module":
			s.module = true
			later = append(later, s)
		case typ != "" && typ != "text/javascript" && typ != "application/javascript": // data
		case s.later && s.src != "":
			later = append(later, s)
		default:
			now = append(now, s)
		}
	}
}

// run runs one script of the page.
func (p *plain) run(ctx context.Context, page *headless.Page, at *url.URL, s pageScript) error {
	if s.src == "" {
		if s.module {
			return bridge.Errorf(bridge.BadParams, "%s:%d: 没有 DOM 时不支持内联的 module 脚本: 请移到单独的文件, 用 src 引入", strings.TrimPrefix(at.Path, "/"), s.line)
		}
		name := strings.TrimPrefix(at.Path, "/")
		return p.Run(ctx, page, headless.Script{Name: name, Code: strings.Repeat("\n", s.line-1) + s.text})
	}
	bundle := p.Bundle
	if !s.module {
		bundle = nil
	}
	script, err := p.site.Script(at, s.src, bundle)
	if err != nil || script == nil {
		return err
	}
	return p.Run(ctx, page, *script)
}

// current returns the page; an error before Open.
func (p *plain) current() (*headless.Page, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.page == nil {
		return nil, bridge.Errorf(bridge.BadParams, "还没有打开页面: 先 await page.open('/index.html')")
	}
	return p.page, nil
}

func (p *plain) Eval(ctx context.Context, fn string, args json.RawMessage) (json.RawMessage, error) {
	page, err := p.current()
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		args = json.RawMessage("[]")
	}
	text, err := page.Eval(ctx, "return await ("+fn+"\n)(..."+string(args)+")")
	if fault := (*headless.Fault)(nil); errors.As(err, &fault) {
		err = hinted(fault)
	}
	return json.RawMessage(text), err
}

// wantsDOM is what goja says where a script takes the bare document for a whole one.
var wantsDOM = regexp.MustCompile(`has no member '(create[A-Z]\w+|querySelector(All)?|getElement\w+|write(ln)?)'|` +
	`Cannot read property '(append(Child)?|prepend|insert\w+|removeChild|style|classList|innerHTML|clientWidth|clientHeight)' of undefined`)

// hinted adds what to do to a fault that comes of it.
func hinted(f *headless.Fault) *headless.Fault {
	if !wantsDOM.MatchString(f.Message) {
		return f
	}
	with := *f
	with.Message += "\n" + messageOf(noDOM("页面的脚本"))
	return &with
}

// pollEvery is how often a condition is looked at, by the page's time.
const pollEvery = 20 * time.Millisecond

func (p *plain) WaitFor(ctx context.Context, condition string, isSelector bool) error {
	if isSelector {
		return noDOM("page.waitFor")
	}
	for {
		met, err := p.Eval(ctx, "async () => !!await ("+condition+"\n)()", nil)
		if err != nil || string(met) == "true" {
			return err
		}
		if err := p.Host.Clock.Wait(pollEvery)(ctx); err != nil {
			return err
		}
	}
}

// noDOM says what to do for want of a DOM.
func noDOM(what string) error {
	return bridge.Errorf(bridge.BadParams,
		"%s 需要 DOM: 在测试文件开头写 // @environment dom (或在 qinghost.yaml 写 test: {environment: dom}), 并安装 npm install --save-dev linkedom@0.18.12; 或用 --browser 在浏览器里运行", what)
}

func (p *plain) Click(context.Context, string) error          { return noDOM("page.click") }
func (p *plain) Fill(context.Context, string, string) error   { return noDOM("page.fill") }
func (p *plain) Text(context.Context, string) (string, error) { return "", noDOM("page.text") }

func (p *plain) Call(ctx context.Context, name string, params json.RawMessage, called func(kind string, result json.RawMessage)) (json.RawMessage, error) {
	page, err := p.current()
	if err != nil {
		return nil, err
	}
	if len(params) == 0 {
		params = json.RawMessage("undefined")
	}
	if called == nil {
		called = func(string, json.RawMessage) {}
	}
	// One callback hears all, and the promise's value comes by Eval.
	hear := "__qinghost_called"
	err = page.Do(ctx, func(rt *goja.Runtime) error {
		return rt.GlobalObject().DefineDataProperty(hear, rt.ToValue(func(call goja.FunctionCall) goja.Value {
			called(call.Argument(0).String(), json.RawMessage(call.Argument(1).String()))
			return goja.Undefined()
		}), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	})
	if err != nil {
		return nil, err
	}
	label, err := json.Marshal(name)
	if err != nil {
		return nil, err
	}
	text, err := page.Eval(ctx, fmt.Sprintf(`const hear = %s, params = %s;
		const on = (kind) => (result) => hear(kind, JSON.stringify(result === undefined ? null : result));
		const result = await qing.call(%s, Object.assign({}, params, {success: on('success'), error: on('error'), complete: on('complete')}));
		return result`, hear, params, label))
	return json.RawMessage(text), err
}

func (p *plain) URL() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.url
}

func (p *plain) Screenshot(context.Context) ([]byte, error) { return nil, nil }

func (p *plain) Close() error {
	p.mu.Lock()
	page := p.page
	p.page, p.url = nil, ""
	p.mu.Unlock()
	if page != nil {
		return page.Close()
	}
	return nil
}
