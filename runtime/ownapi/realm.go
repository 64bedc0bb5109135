package ownapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dop251/goja"

	"qinghost/bridge"
	"qinghost/runtime/bundle"
	"qinghost/runtime/headless"
)

// endless is how long, by the machine's time, a script may keep its page busy before it is taken for an endless loop.
const endless = 3 * time.Second

var errEndless = fmt.Errorf("超过 %v", endless)

// exported is the global variable that holds what the file exports.
const exported = "QINGHOST_OWN_METHOD"

// hook takes what the file exports, and returns the function that answers a call; null where no function is exported. An
// error's message and code are taken as host.define takes them (web/src/test/host.ts).
var hook = goja.MustCompile("qinghost:ownapi", `(function (exported) {
	const own = exported && exported.default;
	return typeof own !== 'function' ? null : function (params, who, emit, done) {
		const failed = (error) => {
			const thrown = error !== null && typeof error === 'object';
			const code = thrown ? error.errorCode || error.code : undefined;
			const given = (typeof code === 'string' || typeof code === 'number') && String(code) !== '0';
			const mistake = !given && error instanceof Error && error.name !== 'Error';
			done(null, String(thrown ? error.error || error.message || error : error), given ? String(code) : '', mistake ? String(error.stack) : '');
		};
		try {
			const client = JSON.parse(who);
			client.emit = (event, data) => {
				if (typeof event !== 'string' || !event || /^(\$\/|view\.)/.test(event)) {
					throw new TypeError("client.emit 的第一个参数应为事件名, 如 'appear'");
				}
				emit(event, JSON.stringify(data === undefined ? null : data));
			};
			Promise.resolve(own(JSON.parse(params), client)).then((data) => {
				const text = JSON.stringify(data);
				done(text === undefined ? '{}' : text);
			}).then(undefined, failed);
		} catch (error) {
			failed(error);
		}
	};
})`, false)

// realm is a page in which one version of a file runs.
type realm struct {
	of     *method
	page   *headless.Page
	answer goja.Callable

	mu      sync.Mutex
	waiting map[*bridge.Handover[outcome]]bool // those of open calls
}

type outcome struct {
	data json.RawMessage
	err  error
}

// origin is the realms' address; nothing is there, so that a relative address can be told from others.
const origin = "http://qinghost.invalid"

// newRealm loads a version.
func newRealm(m *method, b *bundle.Bundle) (*realm, error) {
	host := bridge.NewHost()
	host.Clock, host.Profile, host.Logger = m.of.Host.Clock, m.of.Host.Profile, m.of.Host.Logger
	r := &realm{of: m, waiting: map[*bridge.Handover[outcome]]bool{}}
	var err error
	r.page, err = headless.New(m.of.ctx, host, headless.Options{URL: origin + "/", Console: r.console, Fault: r.fault, Fetch: fetch})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(m.of.ctx, endless, errEndless)
	defer cancel()
	err = r.page.RunMapped(ctx, headless.Script{Name: "qinghost:bundle" + b.File, Code: string(b.Code), Map: b.Map})
	if err == nil {
		err = r.page.Do(ctx, r.install)
	}
	if err != nil {
		_ = r.page.Close() // never fails
		return nil, err
	}
	return r, nil
}

func (r *realm) install(rt *goja.Runtime) error {
	value, err := rt.RunProgram(hook)
	if err != nil {
		return err
	}
	take, _ := goja.AssertFunction(value)
	made, err := take(goja.Undefined(), rt.Get(exported))
	if err != nil {
		return err
	}
	callable := false
	if r.answer, callable = goja.AssertFunction(made); !callable {
		return errors.New("没有默认导出一个函数: 应写成 export default (params, client) => ({…})")
	}
	return nil
}

// call has the function answer a call, some time.
func (r *realm) call(ctx context.Context, page bridge.Page, params json.RawMessage) error {
	profile := page.Profile()
	who, err := json.Marshal(map[string]any{
		"openId":  bridge.Caller(ctx),
		"profile": map[string]string{"name": profile.Name, "client": profile.Client, "version": profile.Version},
	})
	if err != nil {
		return err
	}
	later := context.WithoutCancel(ctx) // events may come after the answer
	emit := func(call goja.FunctionCall) goja.Value {
		if err := page.Emit(later, call.Argument(0).String(), json.RawMessage(call.Argument(1).String())); err != nil {
			r.of.of.Host.Logger.Debug("事件没有送达: 页面已离开", "file", r.of.shown, "err", err)
		}
		return goja.Undefined()
	}
	answer := r.expect()
	r.page.Post(func(rt *goja.Runtime) error {
		done := func(call goja.FunctionCall) goja.Value {
			answer.Give(r.outcome(call)) // a second one is for nobody
			return goja.Undefined()
		}
		_, err := r.answer(goja.Undefined(), rt.ToValue(string(params)), rt.ToValue(string(who)), rt.ToValue(emit), rt.ToValue(done))
		return err
	})
	page.Go(func(life context.Context) {
		defer r.forget(answer)
		if got, err := r.await(life, answer); err == nil {
			bridge.Finish(ctx, got.data, got.err)
		}
	})
	return nil
}

// await waits until the function has answered, or ctx ends, and stops a script that keeps its page busy.
func (r *realm) await(ctx context.Context, answer *bridge.Handover[outcome]) (outcome, error) {
	for {
		var beat atomic.Bool
		if !r.page.Post(func(*goja.Runtime) error { beat.Store(true); return nil }) {
			answer.Give(outcome{err: bridge.Errorf(bridge.HostGone, "%s 已结束, 请重新调用", r.of.shown)}) // if nobody has said why
		}
		round, cancel := context.WithTimeout(ctx, endless)
		got, err := answer.Wait(round)
		cancel()
		switch {
		case err == nil:
			return got, nil
		case ctx.Err() != nil:
			return outcome{}, ctx.Err()
		case !beat.Load():
			r.page.Interrupt(errEndless) // fault hears of it
		}
	}
}

// outcome reads what the hook calls done with.
func (r *realm) outcome(call goja.FunctionCall) outcome {
	if data := call.Argument(0); !goja.IsNull(data) {
		return outcome{data: json.RawMessage(data.String())}
	}
	message, code := call.Argument(1).String(), bridge.Code(call.Argument(2).String())
	if code == "" {
		code = bridge.Failed
	}
	if stack := call.Argument(3).String(); stack != "" { // a mistake in the file rather than what it means to say
		text := r.of.shown + " 出错: " + message
		for _, place := range r.page.Trace(stack) {
			if !strings.HasPrefix(place.File, "qinghost:") {
				text += "\n    " + place.String()
			}
		}
		r.of.of.Host.Logger.Error(text)
	}
	return outcome{err: &bridge.Error{Code: code, Message: message}}
}

func (r *realm) expect() *bridge.Handover[outcome] {
	answer := bridge.NewHandover[outcome](r.of.of.Host.Clock)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting[answer] = true
	return answer
}

func (r *realm) forget(answer *bridge.Handover[outcome]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.waiting, answer)
	answer.Drop()
}

// fail ends the open calls.
func (r *realm) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for answer := range r.waiting {
		answer.Give(outcome{err: err})
	}
}

// close ends the realm, and its open calls with the error.
func (r *realm) close(err error) {
	if err != nil {
		r.fail(err)
	}
	_ = r.page.Close() // never fails
}

// fault hears, on the page's goroutine, of what nothing in the file caught. What the page dies of ends its calls; the next one
// has the file loaded anew.
func (r *realm) fault(f *headless.Fault) {
	text := described(f)
	if f.File == "" {
		text = r.of.shown + ": " + text
	}
	if f.Kind == headless.Exception || f.Kind == headless.Rejection {
		r.of.of.Host.Logger.Error(text + " (没有捕获)")
		return
	}
	stopped := bridge.Errorf(Stopped, "%s; 下次调用时重新加载此文件", text)
	r.of.of.Host.Logger.Error(stopped.Error())
	r.fail(stopped)
}

// console takes what the file writes.
func (r *realm) console(level, text string) {
	at := slog.LevelInfo
	_ = at.UnmarshalText([]byte(level)) // "log" is none, and informs
	r.of.of.Host.Logger.Log(context.Background(), at, text, "file", r.of.shown)
}

// transport keeps no connection, which would outlive the methods.
var transport = func() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DisableKeepAlives = true
	return t
}()

// fetch answers the files' requests, which are for addresses elsewhere.
func fetch(request *http.Request) (*http.Response, error) {
	if "http://"+request.URL.Host == origin {
		return nil, fmt.Errorf("%s 不是别处的完整网址, 如 https://example.com/; 自己的方法没有所在的网页", request.URL.Path)
	}
	return transport.RoundTrip(request)
}
