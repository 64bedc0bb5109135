package suite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"

	"qinghost/bridge"
	"qinghost/runtime/headless"
	"qinghost/runtime/suite/driver"
)

// params are those of every op; each uses a few.
type params struct {
	View      string          `json:"view"`
	Answer    json.RawMessage `json:"answer"`
	API       string          `json:"api"`
	ErrorCode string          `json:"errorCode"`
	Error     string          `json:"error"`
	Ms        float64         `json:"ms"`
	Event     string          `json:"event"`
	Data      json.RawMessage `json:"data"`
	OpenID    string          `json:"openId"`
	Time      json.RawMessage `json:"time"`
	Path      string          `json:"path"`
	Body      json.RawMessage `json:"body"`
	Token     *string         `json:"token"`
	Fn        string          `json:"fn"`
	Args      json.RawMessage `json:"args"`
	Selector  string          `json:"selector"`
	Value     string          `json:"value"`
	Timeout   float64         `json:"timeout"`
	CallID    int             `json:"callId"`
	Name      string          `json:"name"`
	Params    json.RawMessage `json:"params"`
	Callback  bool            `json:"callback"`
}

// native is NATIVE: what the test API is given.
func (r *stage) native(rt *goja.Runtime) *goja.Object {
	config, err := json.Marshal(map[string]any{
		"timeout": r.Timeout.Milliseconds(), "profile": r.job.profile.Name, "browser": r.job.browser, "library": r.Library,
		"strict": r.world.Host.Strict,
	})
	if err != nil {
		panic(err) // plain values
	}
	native := rt.NewObject()
	set := func(name string, value any) { _ = native.Set(name, value) } // a plain object takes everything
	set("config", string(config))
	set("event", func(call goja.FunctionCall) goja.Value {
		r.event(call.Argument(0).String())
		return goja.Undefined()
	})
	set("tell", func(call goja.FunctionCall) goja.Value {
		result, err := r.tell(call.Argument(0).String(), call.Argument(1).String())
		if err != nil {
			panic(rt.NewGoError(errors.New(messageOf(err))))
		}
		return rt.ToValue(string(result))
	})
	set("ask", func(call goja.FunctionCall) goja.Value {
		done, _ := goja.AssertFunction(call.Argument(2))
		r.ask(call.Argument(0).String(), call.Argument(1).String(), done)
		return goja.Undefined()
	})
	return native
}

// messageOf is an error's text without the code, which tests get beside it.
func messageOf(err error) string {
	var coded *bridge.Error
	if errors.As(err, &coded) {
		return coded.Message
	}
	return err.Error()
}

// tell does what a test says of host that acts at once; on the page's goroutine.
func (r *stage) tell(op, text string) (json.RawMessage, error) {
	var p params
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return nil, bridge.Errorf(bridge.BadParams, "%s: %v", op, err)
	}
	host := r.world.Host
	switch op {
	case "fail", "delay", "never", "twice":
		if err := r.known(p.API); err != nil {
			return nil, err
		}
	}
	switch op {
	case "answer":
		return nil, r.answer(p.View, p.Answer)
	case "fail":
		r.script.change(p.API, func(rule *bridge.Rule) {
			rule.Fail = &bridge.Error{Code: bridge.Code(p.ErrorCode), Message: p.Error}
		})
	case "delay":
		r.script.change(p.API, func(rule *bridge.Rule) { rule.Delay = milliseconds(p.Ms) })
	case "never":
		r.script.change(p.API, func(rule *bridge.Rule) { rule.Never = true })
	case "twice":
		r.script.change(p.API, func(rule *bridge.Rule) { rule.Twice = true })
	case "define":
		r.script.change(p.API, func(rule *bridge.Rule) {
			rule.Fail, rule.Never = nil, false
			rule.Answer = func(ctx context.Context, params json.RawMessage) (json.RawMessage, error) {
				return r.defined(ctx, p.API, params)
			}
		})
	case "emit":
		data := p.Data
		if data == nil {
			data = json.RawMessage("null")
		}
		return nil, host.Emit(r.ctx, "", p.Event, data)
	case "as":
		return nil, r.world.As(p.OpenID)
	case "clock.now":
		return json.Marshal(host.Clock.Now().UnixMilli())
	case "calls":
		return json.Marshal(host.Log.After(0, p.API))
	case "team":
		return r.world.Team, nil
	case "page.url":
		if d := r.opened(); d != nil {
			return json.Marshal(d.URL())
		}
		return json.RawMessage(`""`), nil
	default:
		return nil, bridge.Errorf(bridge.BadParams, "qinghost 不认识 %s", op)
	}
	return nil, nil
}

// known refuses an API that nobody can call: it is a typing error.
func (r *stage) known(api string) error {
	host := r.world.Host
	names := r.script.defined()
	for _, a := range slices.Concat(host.APIs(), host.Unbuilt) {
		names = append(names, a.Name)
	}
	if api == everything || slices.Contains(names, api) {
		return nil
	}
	hint := ""
	if near := bridge.Nearest(api, names); near != "" {
		hint = fmt.Sprintf(", 是否想写 %q?", near)
	}
	return bridge.Errorf(bridge.BadParams, "没有名为 %q 的 JS-API%s", api, hint)
}

// answer answers the view that is open, or keeps the answer for when it opens.
func (r *stage) answer(view string, answer json.RawMessage) error {
	err := r.world.Host.Answer("", view, answer)
	if errors.Is(err, bridge.ErrNotOpen) {
		r.script.queue(view, answer)
		return nil
	}
	return err
}

// ask does what a test awaits, and answers in a job of the page. It holds the file's clock, but for its waits.
func (r *stage) ask(op, text string, done goja.Callable) {
	ctx, end := r.world.Host.Clock.Work(r.turnContext())
	r.work.Go(func() {
		defer end()
		result, err := r.do(ctx, op, text)
		r.page.Post(func(rt *goja.Runtime) error {
			failed, value := goja.Null(), goja.Null()
			if err != nil {
				failed = rt.ToValue(string(errorJSON(err)))
			} else {
				value = rt.ToValue(string(result))
			}
			_, err := done(goja.Undefined(), failed, value)
			return err
		})
	})
}

// errorJSON is an error as the test API takes it.
func errorJSON(err error) []byte {
	shown := struct {
		Message string      `json:"message"`
		Code    bridge.Code `json:"code,omitempty"`
		Stack   string      `json:"stack,omitempty"`
	}{Message: messageOf(err)}
	var coded *bridge.Error
	if errors.As(err, &coded) {
		shown.Code = coded.Code
	}
	var fault *headless.Fault
	if errors.As(err, &fault) {
		shown.Message, shown.Stack = fault.Message, fault.Stack
	}
	var thrown *driver.PageError
	if errors.As(err, &thrown) {
		shown.Message, shown.Stack = thrown.Message, thrown.Stack
	}
	text, err := json.Marshal(shown)
	if err != nil {
		panic(err) // strings
	}
	return text
}

func (r *stage) do(ctx context.Context, op, text string) (json.RawMessage, error) {
	var p params
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return nil, bridge.Errorf(bridge.BadParams, "%s: %v", op, err)
	}
	clock := r.world.Host.Clock
	switch op {
	case "clock.set":
		at, err := timeOf(p.Time)
		if err != nil {
			return nil, err
		}
		r.moving(func() { clock.SetHolding(at) })
	case "settle":
		if d := r.opened(); d != nil && r.job.browser && r.world.Host.Strict { // a browser is no part of the clock
			_, _ = d.Eval(ctx, heardAll, json.RawMessage("[]")) // the page may have gone
		}
		r.moving(func() { clock.AdvanceHolding(0) })
	case "clock.advance":
		r.moving(func() { clock.AdvanceHolding(milliseconds(p.Ms)) })
	case "clock.run":
		clock.Run()
	case "reset":
		r.world.Host.Reset()
		r.script.clear()
		err := r.world.Reset(ctx)
		r.takeScript()
		return nil, err
	case "gateway.post":
		return r.post(ctx, p)
	default:
		return r.onPage(ctx, op, p)
	}
	return nil, nil
}

// timeOf reads milliseconds since the epoch, or an ISO time.
func timeOf(given json.RawMessage) (time.Time, error) {
	var text string
	if json.Unmarshal(given, &text) != nil {
		var ms float64
		err := json.Unmarshal(given, &ms)
		return time.UnixMilli(int64(ms)), err
	}
	// JavaScript takes a time without a zone for a local one, and a day alone for UTC.
	for layout, zone := range map[string]*time.Location{
		time.RFC3339Nano: time.UTC, "2006-01-02T15:04Z07:00": time.UTC, time.DateOnly: time.UTC,
		"2006-01-02T15:04:05": time.Local, "2006-01-02T15:04": time.Local,
	} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at, nil
		}
	}
	return time.Time{}, bridge.Errorf(bridge.BadParams, "host.clock.set: 时间 %q 应如 2018-04-03T12:30:00+08:00", text)
}

// post calls a server API as an app's server does.
func (r *stage) post(ctx context.Context, p params) (json.RawMessage, error) {
	at, err := url.Parse(p.Path)
	if err != nil {
		return nil, bridge.Errorf(bridge.BadParams, "host.gateway.post: 路径 %q 不对", p.Path)
	}
	query := at.Query()
	switch {
	case p.Token != nil:
		query.Set("accessToken", *p.Token)
	case !query.Has("accessToken"):
		token, err := r.world.Token(ctx, at.Path)
		if err != nil {
			return nil, err
		}
		if token != "" {
			query.Set("accessToken", token)
		}
	}
	at.RawQuery = query.Encode()
	at.Scheme, at.Host = "http", "qinghost.test"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, at.String(), bytes.NewReader(p.Body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.RemoteAddr = "127.0.0.1:1"
	answer := &recorder{header: http.Header{}, status: http.StatusOK}
	r.world.Door.ServeHTTP(answer, request)
	body := json.RawMessage(answer.body.Bytes())
	if !json.Valid(body) {
		if body, err = json.Marshal(answer.body.String()); err != nil {
			return nil, err
		}
	}
	return json.Marshal(map[string]any{"status": answer.status, "body": body})
}

// recorder takes an HTTP answer in memory.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

// onPage does what concerns the page under test.
func (r *stage) onPage(ctx context.Context, op string, p params) (json.RawMessage, error) {
	d := r.opened()
	if op == "page.open" {
		var err error
		if d, err = r.drive(); err != nil {
			return nil, err
		}
	}
	if d == nil {
		return nil, bridge.Errorf(bridge.BadParams, "还没有打开页面: 先 await page.open('/index.html')")
	}
	if strings.HasPrefix(op, "page.") { // calls are in the host's log
		what := op
		if subject := p.Path + p.Selector; subject != "" {
			what = fmt.Sprintf("%s(%q)", op, subject)
		}
		defer r.wait(what + waitsFor[op])()
	}
	switch op {
	case "page.open":
		return nil, d.Open(ctx, p.Path)
	case "page.eval":
		return d.Eval(ctx, p.Fn, p.Args)
	case "page.click":
		return nil, d.Click(ctx, p.Selector)
	case "page.fill":
		return nil, d.Fill(ctx, p.Selector, p.Value)
	case "page.text":
		text, err := d.Text(ctx, p.Selector)
		if err != nil {
			return nil, err
		}
		return json.Marshal(text)
	case "page.waitFor":
		return nil, r.waitFor(ctx, d, p)
	case "qing.call":
		return r.callOnPage(ctx, d, p)
	}
	return nil, bridge.Errorf(bridge.BadParams, "qinghost 不认识 %s", op)
}

// heardAll waits in a page until it has heard the host's word on the calls that it made: that on a later one comes after it.
// A page without a library of ours has nothing to ask by.
const heardAll = `async () => {
	const host = globalThis[Symbol.for('qinghost')];
	if (host) await host.call('view.navigation').catch(() => undefined);
	await new Promise((done) => setTimeout(done, host ? 0 : 100));
}`

// waitsFor says what an op on the page is waiting for while it lasts.
var waitsFor = map[string]string{
	"page.open":    ": 页面还没有加载完",
	"page.eval":    ": 函数还没有返回",
	"page.click":   ": 元素没有出现, 或不能点 (隐藏、禁用、被盖住)",
	"page.fill":    ": 元素没有出现, 或不能填 (禁用、只读)",
	"page.text":    ": 元素没有出现",
	"page.waitFor": ": 条件没有成立",
}

// waitFor waits with the time limit of its own, if it has one, by the file's clock.
func (r *stage) waitFor(ctx context.Context, d driver.Driver, p params) error {
	condition, what := p.Fn, "page.waitFor 的条件"
	if p.Selector != "" {
		condition, what = p.Selector, p.Selector
	}
	if p.Timeout > 0 {
		limited, cancel := r.world.Host.Clock.Timeout(ctx, milliseconds(p.Timeout))
		defer cancel()
		err := d.WaitFor(limited, condition, p.Selector != "")
		if limited.Err() != nil && ctx.Err() == nil {
			return bridge.Errorf(bridge.BadParams, "等了 %v 毫秒, 仍没有等到 %s", p.Timeout, what)
		}
		return err
	}
	return d.WaitFor(ctx, condition, p.Selector != "")
}

// callOnPage is qing.call of the opened page.
func (r *stage) callOnPage(ctx context.Context, d driver.Driver, p params) (json.RawMessage, error) {
	var called func(kind string, result json.RawMessage)
	if p.Callback {
		called = func(kind string, result json.RawMessage) {
			r.page.Post(func(rt *goja.Runtime) error {
				_, err := r.hooks.called(goja.Undefined(), rt.ToValue(p.CallID), rt.ToValue(kind), rt.ToValue(string(result)))
				return err
			})
		}
	}
	result, err := d.Call(ctx, p.Name, p.Params, called)
	if err != nil {
		return nil, err
	}
	if result == nil {
		return json.RawMessage("{}"), nil // a method without a result
	}
	return json.Marshal(map[string]json.RawMessage{"result": result})
}
