package headless

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type echoParams struct {
	Text string `json:"text"`
}

// testHost answers a few APIs: echo at once, wait until its context ends, pick by a view, and many answers.
func testHost() *bridge.Host {
	h := bridge.NewHost(
		bridge.Define("echo", "回声", func(_ context.Context, p echoParams) (echoParams, error) { return p, nil }),
		bridge.Define("size", "长度", func(_ context.Context, p echoParams) (int, error) { return len(p.Text), nil }),
		bridge.Define("wait", "等待", func(ctx context.Context, _ struct{}) (struct{}, error) {
			<-ctx.Done()
			return struct{}{}, ctx.Err()
		}, bridge.Waits),
		bridge.DefineOnPage("pick", "选择", func(ctx context.Context, page bridge.Page, _ struct{}) (picked, error) {
			var answer picked
			err := page.Call(ctx, "view.personPicker", struct{}{}, &answer)
			return answer, err
		}, bridge.Waits),
		bridge.Define("thrice", "三次", func(ctx context.Context, _ struct{}) (struct{}, error) {
			for i := range 3 {
				bridge.Reply(ctx, i)
			}
			return struct{}{}, nil
		}, bridge.Repeats),
	)
	h.Clock = bridge.NewClockAt(time.Date(2018, 4, 3, 12, 30, 0, 0, time.UTC))
	return h
}

type picked struct {
	People []string `json:"people"`
}

// console collects what a page writes.
type console struct {
	mu    sync.Mutex
	lines []string
}

func (c *console) write(level, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, level+": "+text)
}

func (c *console) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.lines, "\n")
}

func newPage(t testing.TB, h *bridge.Host, opts Options) *Page {
	t.Helper()
	p, err := New(t.Context(), h, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

// untilBegun returns a page, and a context that is over once the page says that its loop has begun.
func untilBegun(t testing.TB) (*Page, context.Context) {
	ctx, cancel := context.WithCancelCause(t.Context())
	t.Cleanup(func() { cancel(nil) })
	p := newPage(t, testHost(), Options{Console: func(_, text string) {
		if text == "begun" {
			cancel(context.DeadlineExceeded)
		}
	}})
	return p, ctx
}

func eval(t testing.TB, p *Page, js string) string {
	t.Helper()
	got, err := p.Eval(t.Context(), js)
	require.NoError(t, err)
	return got
}

// settle waits until the page has run all that is queued.
func settle(t testing.TB, p *Page) {
	t.Helper()
	for range 10 {
		eval(t, p, "")
	}
}

func TestCall(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	assert.JSONEq(t, `{"success":"true","error":"","errorCode":"0","data":{"text":"云之家 🎉"}}`,
		eval(t, p, `return await qing.call('echo', {text: '云之家 🎉'})`))
	assert.JSONEq(t, `"云"`, eval(t, p, `return await new Promise(r => XuntongJSBridge.call('echo', {text: '云'}, x => r(x.data.text)))`))
	assert.JSONEq(t, `[0,1,2]`, eval(t, p, `
		const got = [];
		return await new Promise(r => qing.call('thrice', {success(x) { got.push(x.data); if (got.length === 3) r(got) }}))`))
}

func TestAndroidDelivers(t *testing.T) {
	h := testHost()
	h.Profile, _ = bridge.ProfileNamed("android")
	p := newPage(t, h, Options{})
	assert.Equal(t, `[true,true,"Linux armv81",412]`, eval(t, p,
		`return [(await qing.call('echo', {text: ''})).success, qing.isAndroid, navigator.platform, screen.width]`))
}

func TestManyCallsInFlight(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	assert.Equal(t, "10000", eval(t, p, `
		const all = await Promise.all(Array.from({length: 10000}, (_, i) => qing.call('echo', {text: String(i)})));
		return all.filter((x, i) => x.data.text === String(i)).length`))
}

func TestLargeParams(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	assert.Equal(t, "5242880", eval(t, p, `return (await qing.call('size', {text: 'x'.repeat(5 << 20)})).data`))
	assert.Equal(t, "5242878", eval(t, p, `return (await qing.call('size', {text: '云'.repeat((5 << 20) / 3)})).data`))
}

func TestCallbackThatThrows(t *testing.T) {
	c := &console{}
	p := newPage(t, testHost(), Options{Console: c.write})
	assert.Equal(t, `["b","c"]`, eval(t, p, `
		const got = [];
		qing.call('echo', {text: 'a', success() { throw new Error('坏了') }});
		qing.call('echo', {text: 'b', success: x => got.push(x.data.text)});
		got.push((await qing.call('echo', {text: 'c'})).data.text);
		await new Promise(r => setTimeout(r));
		return got`))
	require.Len(t, p.Errors(), 1)
	assert.Equal(t, "Error: 坏了", p.Errors()[0].Message)
	assert.Equal(t, Exception, p.Errors()[0].Kind)
	assert.Contains(t, c.text(), "error: 未捕获的异常: Error: 坏了\n    at success (eval:")
}

func TestViewsAreAnswered(t *testing.T) {
	h := testHost()
	p := newPage(t, h, Options{})
	require.NoError(t, p.Run(t.Context(), "app.js", `var got; qing.call('pick', {success: x => { got = x.data.people }})`))
	require.Eventually(t, func() bool { return h.Answer("", "personPicker", json.RawMessage(`{"people":["a"]}`)) == nil },
		5*time.Second, time.Millisecond)
	assert.Eventually(t, func() bool { return eval(t, p, "return got") == `["a"]` }, 5*time.Second, time.Millisecond)
}

// A test, or the page itself, may draw a view of its own.
func TestViewOfThePage(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	assert.Equal(t, `["b"]`, eval(t, p, `
		globalThis[Symbol.for('qinghost')].view('personPicker', {open(params, done) { done({people: ['b']}) }});
		return (await qing.call('pick')).data.people`))
}

func TestEvents(t *testing.T) {
	h := testHost()
	p := newPage(t, h, Options{})
	require.NoError(t, p.Run(t.Context(), "app.js", `var got = []; qing.on('appear', x => got.push(x))`))
	require.NoError(t, h.Emit(t.Context(), "", "appear", map[string]int{"n": 1}))
	assert.Eventually(t, func() bool { return eval(t, p, "return got") == `[{"n":1}]` }, 5*time.Second, time.Millisecond)
}

func TestQingReady(t *testing.T) {
	p := newPage(t, testHost(), Options{URL: "http://app.example/x/index.html?ticket=1#a"})
	require.NoError(t, p.Run(t.Context(), "app.js", `
		var seen = [document.readyState];
		for (const name of ['QingReady', 'DOMContentLoaded']) document.addEventListener(name, e => seen.push(e.type));
		addEventListener('load', () => seen.push('load', document.readyState));`))
	assert.Equal(t, `["loading","QingReady","DOMContentLoaded","load","complete"]`, eval(t, p, "return seen"))
	assert.Equal(t, `["http://app.example/x/index.html?ticket=1#a","http://app.example","?ticket=1","#a","/x/index.html"]`,
		eval(t, p, `return [location.href, location.origin, location.search, location.hash, location.pathname]`))
}

func TestEval(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	for js, want := range map[string]string{
		``:                                 `null`,
		`return undefined`:                 `null`,
		`return () => 1`:                   `null`,
		`return {a: [1, '云', null]}`:       `{"a":[1,"云",null]}`,
		`return await Promise.resolve(7)`:  `7`,
		`return new Date()`:                `"2018-04-03T12:30:00.000Z"`,
		`return 1 // a comment at the end`: `1`,
		`return window === self && self === globalThis && top === parent`: `true`,
	} {
		assert.Equal(t, want, eval(t, p, js), js)
	}
	_, err := p.Eval(t.Context(), "const o = {}; o.o = o; return o")
	assert.ErrorContains(t, err, "TypeError: ")
	_, err = p.Eval(t.Context(), "return )")
	assert.ErrorContains(t, err, "SyntaxError")
	assert.Empty(t, p.Errors(), "what Eval returns is not reported as well")
}

func TestEvalRejects(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	_, err := p.Eval(t.Context(), "\nfunction inner() { null.x }\nawait null;\ninner()")
	var fault *Fault
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, Rejection, fault.Kind)
	assert.Contains(t, fault.Message, "TypeError: ")
	assert.Contains(t, fault.Stack, "at inner (eval:2:")
	_, err = p.Eval(t.Context(), "throw {code: 7, 说明: '无'}")
	assert.EqualError(t, err, "{ code: 7, 说明: '无' }")
	assert.Empty(t, p.Errors())
}

func TestRunFails(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	err := p.Run(t.Context(), "app.js", "let a = 1;\nb()")
	var fault *Fault
	require.ErrorAs(t, err, &fault)
	assert.Contains(t, err.Error(), "ReferenceError: b is not defined")
	assert.Contains(t, fault.Stack, "app.js:2:")
	assert.ErrorContains(t, p.Run(t.Context(), "app.js", "let let"), "SyntaxError: Unexpected end of input\n    at app.js:1:8")
	assert.Equal(t, "1", eval(t, p, "return a"), "let of one script is there for the next")
	assert.NoError(t, p.Run(t.Context(), "x.js", "//# sourceMappingURL=/etc/passwd"))
	assert.NoError(t, p.Run(t.Context(), "x.js", "eval('1//# sourceMappingURL=/nowhere')"))
	assert.ErrorContains(t, p.Run(t.Context(), "x.js", "function f() { f() } f()"), "无穷递归")
}

func TestNew(t *testing.T) {
	_, err := New(t.Context(), testHost(), Options{URL: "about:blank"})
	assert.ErrorContains(t, err, "页面地址")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = New(ended, testHost(), Options{})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestCloseDuringCall(t *testing.T) {
	h := testHost()
	p := newPage(t, h, Options{})
	require.NoError(t, p.Run(t.Context(), "app.js", `qing.call('wait'); setInterval(() => {}, 10); setTimeout(() => {}, 1e6)`))
	failed := make(chan error)
	go func() {
		_, err := p.Eval(context.Background(), `return await qing.call('wait')`)
		failed <- err
	}()
	require.Eventually(t, func() bool { return len(h.Log.After(0, "wait")) == 2 }, 5*time.Second, time.Millisecond)
	require.NoError(t, p.Close())
	require.NoError(t, p.Close(), "once more does no harm")
	assert.ErrorIs(t, <-failed, ErrClosed)
	assert.Equal(t, bridge.CallCancelled, h.Log.After(0, "wait")[0].State)
	assert.ErrorIs(t, p.Run(t.Context(), "x.js", "1"), ErrClosed)
	_, err := p.Eval(t.Context(), "1")
	assert.ErrorIs(t, err, ErrClosed)
	assert.Empty(t, h.State())
}

func TestContextEndsPage(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p, err := New(ctx, testHost(), Options{})
	require.NoError(t, err)
	cancel()
	<-p.loop.over
	assert.ErrorIs(t, p.Run(t.Context(), "x.js", "1"), context.Canceled)
	require.NoError(t, p.Close())
}

func TestEndlessLoop(t *testing.T) {
	for name, loop := range map[string]string{
		"script":     `for (;;);`,
		"microtasks": `(function f() { Promise.resolve().then(f) })()`,
		"caught":     `for (;;) try { for (;;); } catch (e) {} finally { continue }`,
		"timer":      `setTimeout(() => { for (;;); })`,
	} {
		t.Run("Close "+name, func(t *testing.T) {
			p := newPage(t, testHost(), Options{})
			failed := make(chan error, 1)
			go func() { failed <- p.Run(context.Background(), "loop.js", loop) }()
			time.Sleep(20 * time.Millisecond)
			require.NoError(t, p.Close())
			if err := <-failed; name != "timer" {
				assert.ErrorIs(t, err, ErrClosed)
			}
			assert.Empty(t, p.Errors())
		})
	}
	t.Run("context", func(t *testing.T) {
		p, ctx := untilBegun(t)
		err := p.Run(ctx, "loop.js", "console.log('begun');\nlet n = 0;\nfor (;;) n++;")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "loop.js:", "it says where")
		_, again := p.Eval(t.Context(), "return 3")
		assert.Equal(t, err, again, "the page has ended with it")
	})
	t.Run("context of Eval, in a continuation", func(t *testing.T) {
		p, ctx := untilBegun(t)
		_, err := p.Eval(ctx, "await qing.call('echo'); console.log('begun'); for (;;);")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		<-p.loop.over
		require.Len(t, p.Errors(), 1)
		assert.Equal(t, Interrupt, p.Errors()[0].Kind)
	})
	t.Run("context of Eval that only waits", func(t *testing.T) {
		p := newPage(t, testHost(), Options{})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		_, err := p.Eval(ctx, "await new Promise(() => {})")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Empty(t, p.Errors())
	})
}

// A panic of Go code ends the page, not the process, and is no secret.
func TestPanicEndsPage(t *testing.T) {
	c := &console{}
	p := newPage(t, testHost(), Options{Console: c.write})
	_, err := p.loop.await(t.Context(), func(func(string, error)) { panic("哎呀") })
	var fault *Fault
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, Panic, fault.Kind)
	assert.Contains(t, fault.Stack, "page_test.go")
	assert.Contains(t, c.text(), "哎呀")
	assert.ErrorIs(t, p.Run(t.Context(), "x.js", "1"), fault)
}

func TestConsole(t *testing.T) {
	c := &console{}
	p := newPage(t, testHost(), Options{Console: c.write})
	for js, want := range map[string]string{
		`console.log('你好', 1, true, null, undefined)`:                              "log: 你好 1 true null undefined",
		`console.info({a: 1, b: ['x', {c: {d: {}}}], 名: "it's", 'x-y': 1})`:        `info: { a: 1, b: ['x', { c: [Object] }], 名: 'it\'s', 'x-y': 1 }`,
		`console.warn([], {}, [[]], '', [''])`:                                     "warn: [] {} [[]]  ['']",
		`console.debug(new Map([['a', {b: 1}]]), new Set([1, '2']))`:               "debug: Map(1) { 'a' => { b: 1 } } Set(2) { 1, '2' }",
		`console.error(Promise.resolve(), Symbol('s'), function f() {}, () => 1)`:  "error: Promise {…} Symbol(s) [Function: f] [Function: (匿名)]",
		`console.log('%s 有 %d 人, %o, 100%', '组', 3.7, {a: 1}, '余')`:                "log: 组 有 3 人, { a: 1 }, 100% 余",
		`class P { constructor() { this.x = 1 } } console.log(new P(), [new P()])`: "log: P { x: 1 } [P { x: 1 }]",
		`const o = {n: 1}; o.self = o; console.log(o)`:                             "log: { n: 1, self: [循环引用] }",
		`console.log({get x() { throw 1 }})`:                                       "log: { x: [无法显示]",
		`console.log(Array.from({length: 102}, () => 0))`:                          "… 还有 2 项]",
		`console.assert(1 > 2, '算错了')`:                                             "error: 断言失败 算错了",
		`console.log(new Date(0), /x/g, [new TypeError('坏')])`:                     "[TypeError: 坏]",
		`console.log(new Error('带栈'))`:                                             "log: Error: 带栈\n    at ",
	} {
		c.lines = nil
		eval(t, p, js)
		assert.Contains(t, c.text(), want, js)
	}
}

func TestGlobals(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	for js, want := range map[string]string{
		`atob(btoa('héllo'))`: `"héllo"`,
		`atob(' aGk ')`:       `"hi"`,
		`(() => { try { btoa('云') } catch (e) { return e.message } })()`:                                 `"btoa: 只接受 U+00FF 以内的字符, 中文请先编码为 UTF-8"`,
		`structuredClone({a: [1, {b: new Date(5)}]}).a[1].b.getTime()`:                                   `5`,
		`(() => { const o = {}; o.o = o; const c = structuredClone(o); return c !== o && c.o === c })()`: `true`,
		`structuredClone(new Map([[{k: 1}, new Set([2])]])).size`:                                        `1`,
		`Array.from(structuredClone(new Uint8Array([1, 2])))`:                                            `[1,2]`,
		`(() => { try { structuredClone({f() {}}) } catch (e) { return e.name } })()`:                    `"DataCloneError"`,
		`structuredClone(new RangeError('x')) instanceof RangeError`:                                     `true`,
		`navigator.userAgent.startsWith('Qing/')`:                                                        `true`,
		`new CustomEvent('x', {detail: 3}).detail`:                                                       `3`,
		`new Event('x') instanceof Event && document instanceof EventTarget`:                             `true`,
		`(() => { const c = new AbortController(); let n = 0; c.signal.addEventListener('abort', () => n++); c.abort(); c.abort(); return [n, c.signal.aborted, c.signal.reason.name] })()`: `[1,true,"AbortError"]`,
		`String(location)`: `"http://127.0.0.1/"`,
		`Object.keys(globalThis).filter(k => !['qing', 'XuntongJSBridge'].includes(k))`: `[]`,
	} {
		assert.Equal(t, want, eval(t, p, "return "+js), js)
	}
}

func TestEventTarget(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	assert.Equal(t, `["a","handle","once","on","a","handle","on"]`, eval(t, p, `
		const target = new EventTarget(), seen = [], a = () => seen.push('a');
		target.addEventListener('x', a); target.addEventListener('x', a);
		target.addEventListener('x', {handleEvent(e) { seen.push('handle') }});
		target.addEventListener('x', () => seen.push('once'), {once: true});
		target.addEventListener('x', () => { throw new Error('一个坏的') });
		target.onx = () => seen.push('on');
		target.dispatchEvent(new Event('x')); target.dispatchEvent(new Event('x'));
		target.removeEventListener('x', a);
		return seen`))
	assert.Len(t, p.Errors(), 2, "exceptions of listeners are reported, and hold up no other")
	assert.Equal(t, `[false,true,["first"]]`, eval(t, p, `
		const seen = [];
		addEventListener('y', e => { e.preventDefault(); seen.push('first'); e.stopImmediatePropagation() });
		addEventListener('y', () => seen.push('second'));
		const e = new Event('y', {cancelable: true});
		return [dispatchEvent(e), e.defaultPrevented, seen]`))
}

func TestUnhandledRejection(t *testing.T) {
	c := &console{}
	p := newPage(t, testHost(), Options{Console: c.write})
	require.NoError(t, p.Run(t.Context(), "app.js", `
		Promise.reject(new Error('没人管'));
		Promise.reject(new Error('同一任务里处理')).catch(() => {});
		const late = Promise.reject(new Error('微任务里处理'));
		Promise.resolve().then(() => late.catch(() => {}));
		async function f() { throw '字符串' }
		f();`))
	settle(t, p)
	require.Len(t, p.Errors(), 2)
	assert.Equal(t, "Error: 没人管", p.Errors()[0].Message)
	assert.Contains(t, p.Errors()[0].Stack, "app.js:2:")
	assert.Equal(t, Rejection, p.Errors()[1].Kind)
	assert.Contains(t, c.text(), "未处理的 Promise 拒绝: 字符串")
}

func TestSeveralPages(t *testing.T) {
	h := testHost()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			p, err := New(t.Context(), h, Options{})
			if !assert.NoError(t, err) {
				return
			}
			defer p.Close()
			got, err := p.Eval(t.Context(), fmt.Sprintf("return (await qing.call('echo', {text: '%d'})).data.text", i))
			assert.NoError(t, err)
			assert.Equal(t, fmt.Sprintf("%q", fmt.Sprint(i)), got)
		})
	}
	wg.Wait()
}

func TestFaultUnwraps(t *testing.T) {
	cause := errors.New("原因")
	assert.ErrorIs(t, &Fault{Message: "x", Cause: cause}, cause)
}

func BenchmarkCall(b *testing.B) {
	p := newPage(b, testHost(), Options{})
	b.ReportAllocs()
	b.ResetTimer()
	_, err := p.Eval(b.Context(), fmt.Sprintf("for (let i = 0; i < %d; i++) await qing.call('echo', {text: 'x'})", b.N))
	require.NoError(b, err)
}

func BenchmarkCallsInFlight(b *testing.B) {
	p := newPage(b, testHost(), Options{})
	b.ReportAllocs()
	b.ResetTimer()
	_, err := p.Eval(b.Context(), fmt.Sprintf(
		"for (let i = 0; i < %d; i += 64) await Promise.all(Array.from({length: 64}, () => qing.call('echo', {text: 'x'})))", b.N))
	require.NoError(b, err)
}

func BenchmarkPage(b *testing.B) {
	h := testHost()
	b.ReportAllocs()
	for b.Loop() {
		p, err := New(b.Context(), h, Options{})
		require.NoError(b, err)
		require.NoError(b, p.Close())
	}
}
