package dom

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/runtime/headless"
	"qinghost/runtime/suite/driver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const example = "../../../examples/meeting-room"

// modules is where linkedom is installed.
func modules(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join(example, "node_modules"))
	require.NoError(t, err)
	if _, err := os.Stat(filepath.Join(dir, "linkedom")); err != nil {
		t.Skipf("linkedom is not installed: run npm ci in %s", example)
	}
	return dir
}

// tab is a page under test with what it wrote.
type tab struct {
	driver.Driver
	t    testing.TB
	ctx  context.Context
	host *bridge.Host

	mu             sync.Mutex
	console, fault []string
}

// newTab opens the files, by name, as pages; the first page is opened.
func newTab(t testing.TB, files map[string]string) *tab {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.Symlink(modules(t), filepath.Join(root, "node_modules")))
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o666))
	}
	return newTabAt(t, root)
}

func newTabAt(t testing.TB, root string) *tab {
	t.Helper()
	tb := &tab{t: t}
	tb.host = bridge.NewHost(
		bridge.Define("echo", "回声", func(_ context.Context, p struct {
			Text string `json:"text"`
		}) (string, error) {
			return p.Text, nil
		}),
	)
	tb.host.Clock = bridge.NewVirtualClock(time.Date(2018, 4, 3, 12, 30, 0, 0, time.UTC))
	ctx, done := tb.host.Clock.Work(t.Context())
	tb.ctx = ctx
	var err error
	tb.Driver, err = Open(t.Context(), driver.Options{
		Host: tb.host, Root: root, Lang: "zh", Door: http.NotFoundHandler(), Logger: slog.New(slog.DiscardHandler),
		Bundle: func(file string) (code, sourceMap []byte, err error) {
			code, err = os.ReadFile(file)
			return code, nil, err
		},
		Console: func(level, text string) {
			tb.mu.Lock()
			defer tb.mu.Unlock()
			tb.console = append(tb.console, level+": "+text)
		},
		Fault: func(message, stack string) {
			tb.mu.Lock()
			defer tb.mu.Unlock()
			tb.fault = append(tb.fault, message+"\n"+stack)
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		done()
		require.NoError(t, tb.Close())
	})
	return tb
}

// open opens a page of that body.
func open(t testing.TB, body string) *tab {
	t.Helper()
	tb := newTab(t, map[string]string{"index.html": "<!doctype html><html><head><title>测试</title></head><body>" + body + "</body></html>"})
	require.NoError(t, tb.Open(tb.ctx, "/"))
	return tb
}

func (tb *tab) eval(expression string) string {
	tb.t.Helper()
	value, err := tb.Eval(tb.ctx, "async () => ("+expression+")", nil)
	require.NoError(tb.t, err)
	return string(value)
}

func (tb *tab) written() string {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	return strings.Join(tb.console, "\n")
}

func (tb *tab) faults() string {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	return strings.Join(tb.fault, "\n")
}

// TestScriptsInOrder runs scripts of every kind: each finds what stands before it, and the events come when they should.
func TestScriptsInOrder(t *testing.T) {
	tb := newTab(t, map[string]string{
		"index.html": `<!doctype html><html><head>
<script>var order = []; var note = (s) => order.push(s + ' ' + document.readyState);
document.addEventListener('readystatechange', () => note('state'));
document.addEventListener('DOMContentLoaded', () => note('content'));
document.addEventListener('QingReady', () => note('qing'));
addEventListener('load', () => note('load')); window.onload = () => note('onload');</script>
<script src="async.js" async></script><script src="later.js" defer></script><script type="module" src="/module.js"></script>
<script type="application/json" id="data">{"名":"会议室"}</script>
<script src="https://static.yunzhijia.com/public/js/qing/latest/qing.js"></script>
</head><body><p id="first">一</p><script id="here">note('inline ' + document.currentScript.id + !!document.getElementById('first') + !!document.getElementById('last'))</script>
<p id="last">二</p><script src="now.js"></script></body></html>`,
		"async.js": "note('async')", "later.js": "note('defer')", "module.js": "note('module')",
		"now.js": "note('src ' + document.currentScript.getAttribute('src') + !!document.getElementById('last'))",
	})
	require.NoError(t, tb.Open(tb.ctx, "/index.html?id=1"))
	var order []string
	require.NoError(t, json.Unmarshal([]byte(tb.eval("order")), &order))
	assert.Equal(t, []string{
		"inline heretruefalse loading", "src now.jstrue loading", "state interactive", "defer interactive", "module interactive",
		"qing interactive", "content interactive", "async interactive", "state complete", "load complete", "onload complete",
	}, order)
	assert.Equal(t, `["?id=1","会议室",true]`, tb.eval(`[location.search, JSON.parse(document.getElementById('data').textContent).名, window === self && document.defaultView === window]`))
	assert.Empty(t, tb.faults())
	assert.Equal(t, "http://qinghost.test/index.html?id=1", tb.URL())
}

// TestBrokenScripts: one that throws does not keep the others from running; a missing one is named.
func TestBrokenScripts(t *testing.T) {
	tb := open(t, "<script>\nnull.x</script><script>var ran = 1</script><script>function (</script>")
	assert.Equal(t, "1", tb.eval("ran"))
	assert.Contains(t, tb.faults(), "TypeError")
	assert.Contains(t, tb.faults(), "index.html:2")
	assert.Contains(t, tb.faults(), "SyntaxError")

	tb = newTab(t, map[string]string{"index.html": "<script src=gone.js></script>"})
	assert.ErrorContains(t, tb.Open(tb.ctx, "/"), "gone.js")
	tb = newTab(t, map[string]string{"index.html": "<script src=https://cdn.example.com/a.js></script>"})
	assert.ErrorContains(t, tb.Open(tb.ctx, "/"), "测试不访问网络")
}

// TestEvents: the phases, cancelling, what a listener throws, and the window at the end of the way.
func TestEvents(t *testing.T) {
	tb := open(t, `<div id="out" onclick="seen.push('属性')"><button id="in">按</button></div>
<script>var seen = []; var out = document.getElementById('out'), inner = document.getElementById('in');
for (const [name, t] of Object.entries({window, document, out, inner})) for (const capture of [true, false])
  t.addEventListener('click', (e) => seen.push(name + e.eventPhase + (e.target === inner) + (e.currentTarget === t)), capture);
inner.addEventListener('click', () => { throw new Error('坏了') });
inner.onclick = () => seen.push('onclick');</script>`)
	require.NoError(t, tb.Click(tb.ctx, "#in"))
	assert.Equal(t, `["window1truetrue","document1truetrue","out1truetrue","inner2truetrue","inner2truetrue","onclick","属性","out3truetrue","document3truetrue","window3truetrue"]`,
		tb.eval("seen"))
	assert.Contains(t, tb.faults(), "坏了")
	assert.Equal(t, `[false,1,true]`, tb.eval(`(() => { let n = 0; const e = new CustomEvent('x', {cancelable: true, bubbles: true, detail: 5});
		inner.addEventListener('x', (e) => { n++; e.preventDefault(); e.stopPropagation() }); out.addEventListener('x', () => n++);
		return [inner.dispatchEvent(e), n, e instanceof Event && e.detail === 5] })()`))
}

// TestStopped: a listener that stops an event on its way down keeps it from all that follow.
func TestStopped(t *testing.T) {
	tb := open(t, `<p id=out><b id=in>字</b></p>`)
	assert.Equal(t, `["capture"]`, tb.eval(`((inner) => { const seen = []; 
		inner.addEventListener('y', () => seen.push('bubble'));
		inner.addEventListener('y', (e) => { seen.push('capture'); e.stopPropagation() }, true);
		document.addEventListener('y', () => seen.push('document'));
		inner.dispatchEvent(new Event('y', { bubbles: true })); return seen })(document.getElementById('in'))`))
}

// TestWaits: actions wait for their element by the page's clock, for the microsecond at which it comes.
func TestWaits(t *testing.T) {
	tb := open(t, `<script>var done = [];
setTimeout(() => { document.body.insertAdjacentHTML('beforeend', '<button id=b disabled>好</button>'); }, 2000);
setTimeout(() => { b2().disabled = false }, 3000);
setTimeout(() => { document.body.insertAdjacentHTML('beforeend', '<p id=late hidden> 迟到 </p>'); }, 5000);
var b2 = () => document.getElementById('b');
document.addEventListener('click', () => done.push(performance.now()));
var flag = false; setTimeout(() => flag = true, 10000)</script>`)
	began := time.Now()
	require.NoError(t, tb.Click(tb.ctx, "#b"))
	assert.Equal(t, "[3000]", tb.eval("done"))
	text, err := tb.Text(tb.ctx, "#late")
	require.NoError(t, err)
	assert.Equal(t, "迟到", text)
	require.NoError(t, tb.WaitFor(tb.ctx, "() => flag", false))
	assert.Less(t, time.Since(began), 5*time.Second)

	// A wait ends with its context, and nothing of it stays behind.
	ctx, cancel := tb.host.Clock.Timeout(tb.ctx, time.Second)
	err = tb.Click(ctx, "#never")
	cancel()
	require.Error(t, err)
	assert.ErrorContains(t, tb.WaitFor(tb.ctx, "#[", true), "不是有效的 CSS 选择器")
	assert.ErrorContains(t, tb.WaitFor(tb.ctx, "() => { throw new Error('条件坏了') }", false), "条件坏了")
	idle := make(chan struct{}, 1)
	tb.host.Clock.OnIdle(func() { idle <- struct{}{} })
	resume := bridge.Pause(tb.ctx)
	select {
	case <-idle: // no timer is left
	case <-time.After(5 * time.Second):
		assert.Fail(t, "a wait that was given up goes on")
	}
	tb.host.Clock.OnIdle(nil)
	resume()
}

// TestStandingClock: what a microtask or a message brings is seen also while the clock stands.
func TestStandingClock(t *testing.T) {
	tb := open(t, `<script>qing.call('echo', {text: '好'}).then((r) => document.body.insertAdjacentHTML('beforeend', '<i id=r>' + JSON.stringify(r) + '</i>'))</script>`)
	tb.host.Clock.SetHolding(tb.host.Clock.Now().Add(time.Hour))
	text, err := tb.Text(tb.ctx, "#r")
	require.NoError(t, err)
	assert.Contains(t, text, "好")
	tb.eval(`(document.body.insertAdjacentHTML('beforeend', '<button id=b disabled onclick="pressed = true">按</button>'),
		qing.call('echo', {}).then(() => { document.getElementById('b').disabled = false }), 0)`)
	require.NoError(t, tb.Click(tb.ctx, "#b"))
	assert.Equal(t, "true", tb.eval("pressed"))
}

// TestForms: values, checks, labels, submits and resets are what a user's doing makes of them.
func TestForms(t *testing.T) {
	tb := open(t, `<form id="f"><label for="name">姓名</label><input id="name" name="name" value="旧">
<label id="lab"><input type="checkbox" name="ok" value="yes"> 同意</label>
<input type="radio" name="r" value="a" checked><input type="radio" name="r" id="rb" value="b">
<select id="room" name="room"><option value="1">一号</option><option value="2">二号</option></select>
<textarea id="memo" name="memo">原文</textarea><button id="go">提交</button></form><a id="a" href="#part">去</a><a id="away" href="/other.html">走</a>
<script>var log = []; for (const type of ['input', 'change', 'submit', 'hashchange', 'reset']) window.addEventListener(type, (e) => log.push(type + ':' + (e.target.id || e.target.name || '')));
var data = () => [...new FormData(document.getElementById('f'))].map((p) => p.join('=')).join('&');</script>`)
	assert.Equal(t, `"name=旧&r=a&room=1&memo=原文"`, tb.eval("data()"))
	for selector, value := range map[string]string{"#name": "张三", "#memo": "第一行\n第二行", "#room": "二号"} {
		require.NoError(t, tb.Fill(tb.ctx, selector, value))
		text, err := tb.Text(tb.ctx, selector)
		require.NoError(t, err)
		assert.Equal(t, strings.ReplaceAll(value, "二号", "2"), text)
	}
	assert.Equal(t, `"旧"`, tb.eval("document.getElementById('name').getAttribute('value')"))
	// React puts a property of its own on a field, to tell a user's doing from its own.
	tb.eval(`(() => { for (const [id, name] of [['name', 'value'], ['rb', 'checked']]) { const field = document.getElementById(id);
		const { get, set } = Object.getOwnPropertyDescriptor(field.constructor.prototype, name);
		Object.defineProperty(field, name, { configurable: true, get, set(v) { log.push('own'); set.call(this, v) } }) }
		return 'oninput' in document })()`)
	require.NoError(t, tb.Fill(tb.ctx, "#name", "张三"))
	assert.NotContains(t, tb.eval("log"), "own")
	tb.eval("log.length = 0")
	require.NoError(t, tb.Click(tb.ctx, "#lab"))
	require.NoError(t, tb.Click(tb.ctx, "#rb"))
	assert.Equal(t, `["input:ok","change:ok","input:rb","change:rb"]`, tb.eval("log.splice(0)"))
	assert.Equal(t, `"name=张三&ok=yes&r=b&room=2&memo=第一行\n第二行"`, tb.eval("data()"))
	require.NoError(t, tb.Click(tb.ctx, "#go"))
	require.NoError(t, tb.Click(tb.ctx, "#a"))
	assert.Equal(t, `["submit:f","hashchange:"]`, tb.eval("log.splice(0)"))
	assert.Contains(t, tb.written(), "没有真的提交")
	assert.Equal(t, "http://qinghost.test/#part", tb.URL())
	require.NoError(t, tb.Click(tb.ctx, "#away"))
	assert.Contains(t, tb.written(), "/other.html")
	assert.Equal(t, `"name=旧&r=a&room=1&memo=原文"`, tb.eval("(document.getElementById('f').reset(), data())"))
	assert.ErrorContains(t, tb.Fill(tb.ctx, "#room", "三号"), "没有选项")
	assert.ErrorContains(t, tb.Fill(tb.ctx, "#go", "x"), "不能用 page.fill")
}

// TestText is about what innerText gives: blocks are lines, what is hidden is not there.
func TestText(t *testing.T) {
	tb := open(t, `<div id="d"> 一 <b>二</b><p>三<br>四</p><span hidden>无</span><i style="display:none">无</i><script>1</script>
 五  六<pre>{
  "七":  1
}</pre></div>`)
	text, err := tb.Text(tb.ctx, "#d")
	require.NoError(t, err)
	assert.Equal(t, "一 二\n三\n四\n五 六\n{\n  \"七\":  1\n}", text)
}

// TestParsing: what linkedom's own parser gets wrong, HTML5 says.
func TestParsing(t *testing.T) {
	tb := open(t, `<table id=t></table><p>段<div>块</div><svg viewBox="0 0 1 1"><linearGradient id=g /></svg>&nbsp;&copy;`)
	tb.eval("document.getElementById('t').innerHTML = '<tr><td>格<td>子'")
	assert.Equal(t, `[2,1,"viewBox","linearGradient","BODY"]`,
		tb.eval(`[document.querySelectorAll('#t td').length, document.querySelectorAll('p').length, document.querySelector('svg').getAttributeNames()[0], document.getElementById('g').localName, document.querySelector('div').parentNode.tagName]`))
	assert.Equal(t, `["标题",1]`, tb.eval(`(() => { const d = new DOMParser().parseFromString('<title>标题</title><p>文', 'text/html'); return [d.title, d.querySelectorAll('body p').length] })()`))
}

// TestInsertedScripts run, once; those of innerHTML do not.
func TestInsertedScripts(t *testing.T) {
	tb := newTab(t, map[string]string{"index.html": "<body></body>", "more.js": "ran.push('src')"})
	require.NoError(t, tb.Open(tb.ctx, "/"))
	tb.eval(`(window.ran = [], document.body.innerHTML = '<script>ran.push("no")<' + '/script>', 0)`)
	assert.Equal(t, `["inline","after","src","load"]`, tb.eval(`new Promise((resolve) => {
		const s = document.createElement('script'); s.textContent = 'ran.push("inline")'; document.head.appendChild(s); ran.push('after');
		const t = document.createElement('script'); t.src = 'more.js'; t.onload = () => { ran.push('load'); resolve(ran) }; document.head.appendChild(t); })`))
}

// TestGaps: what there is not says so by name.
func TestGaps(t *testing.T) {
	tb := open(t, `<canvas></canvas><div id=d style="color:red">x</div><dialog></dialog>`)
	assert.Equal(t, `[0,"red",false]`, tb.eval(`((d) => [d.offsetWidth + d.offsetWidth, getComputedStyle(d).color, matchMedia('(min-width:1px)').matches])(document.getElementById('d'))`))
	for _, name := range []string{"offsetWidth", "getComputedStyle", "matchMedia"} {
		assert.Equal(t, 1, strings.Count(tb.written(), name), name)
	}
	assert.Contains(t, tb.written(), "--browser")
	_, err := tb.Eval(tb.ctx, "() => document.querySelector('canvas').getContext('2d')", nil)
	var thrown *driver.PageError
	require.ErrorAs(t, err, &thrown)
	assert.Contains(t, thrown.Message, "canvas.getContext")
	assert.Equal(t, `true`, tb.eval(`(document.querySelector('dialog').showModal(), document.querySelector('dialog').hasAttribute('open'))`))
}

// TestCall is qing.call in the page, with its callbacks told.
func TestCall(t *testing.T) {
	tb := open(t, "")
	var mu sync.Mutex
	var heard []string
	result, err := tb.Call(tb.ctx, "echo", json.RawMessage(`{"text":"你好"}`), func(kind string, result json.RawMessage) {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, kind)
	})
	require.NoError(t, err)
	assert.Contains(t, string(result), "你好")
	mu.Lock()
	defer mu.Unlock()
	assert.Equal(t, []string{"success", "complete"}, heard)
}

// TestWithoutLibrary: a project without linkedom, or with another version, hears what to install.
func TestWithoutLibrary(t *testing.T) {
	for name, want := range map[string]string{"": "npm install --save-dev linkedom@0.18.12", "happy-dom": "happy-dom"} {
		root := t.TempDir()
		if name != "" {
			require.NoError(t, os.MkdirAll(filepath.Join(root, "node_modules", name), 0o777))
		}
		require.NoError(t, os.WriteFile(filepath.Join(root, "index.html"), []byte("<p>"), 0o666))
		tb := newTabAt(t, root)
		err := tb.Open(tb.ctx, "/")
		var coded *bridge.Error
		require.ErrorAs(t, err, &coded)
		assert.Equal(t, NoDOM, coded.Code)
		assert.Contains(t, coded.Message, want)
	}
	assert.Empty(t, (&library{version: "0.18.12"}).untested())
	assert.Contains(t, (&library{version: "0.16.0"}).untested(), "0.18.12")
}

func BenchmarkDocument(b *testing.B) {
	root, err := filepath.Abs(example)
	require.NoError(b, err)
	modules(b)
	began := time.Now()
	tb := newTabAt(b, root)
	require.NoError(b, tb.Open(tb.ctx, "/index.html"))
	first := time.Since(began)
	for b.Loop() {
		require.NoError(b, tb.Open(tb.ctx, "/index.html"))
	}
	b.ReportMetric(float64(first.Milliseconds()), "ms-first")
}

// Every script of the page is offered to the count of lines: of the document, of modules, and those that scripts insert.
func TestCover(t *testing.T) {
	tb := newTab(t, map[string]string{
		"index.html": "<script>var 一 = 1</script><script src='b.js'></script><script type='module' src='m.js'></script>",
		"b.js":       "const s = document.createElement('script'); s.src = 'c.js'; document.head.appendChild(s);",
		"c.js":       "window.到 = true;",
		"m.js":       "window.模块 = true;",
	})
	var mu sync.Mutex
	var names []string
	tb.Driver.(*Page).Cover = func(_ *headless.Page, s headless.Script) (headless.Script, error) {
		mu.Lock()
		defer mu.Unlock()
		names = append(names, s.Name)
		return s, nil
	}
	require.NoError(t, tb.Open(tb.ctx, "/"))
	require.NoError(t, tb.WaitFor(tb.ctx, "() => window.到 && window.模块", false))
	mu.Lock()
	defer mu.Unlock()
	assert.ElementsMatch(t, []string{"index.html", "b.js", "c.js", "qinghost:bundle/m.js"}, names)
}
