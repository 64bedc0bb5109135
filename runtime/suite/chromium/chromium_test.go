package chromium

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/runtime/suite/driver"
)

// browsers is the one browser of all tests.
var browsers = New("", false)

func TestMain(m *testing.M) {
	code := m.Run()
	if err := browsers.Close(); err != nil {
		panic(err)
	}
	if err := goleak.Find(); code == 0 && err != nil {
		panic(err)
	}
	os.Exit(code)
}

const html = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>会议</title>
<label><input type="checkbox" id="agree"> 同意</label>
<input id="title" value="旧"><input id="day" type="date"><select id="room"><option value="1">梅</option><option value="2">兰</option></select>
<button id="go" disabled>发起</button><button id="under">盖住</button><ol id="log"></ol><a id="next" href="/next.html">下一页</a>
<div id="cover" style="position:fixed;inset:0;background:#fff8"></div>
<script>
const log = (text) => document.querySelector('#log').append(Object.assign(document.createElement('li'), {textContent: text}));
for (const e of document.querySelectorAll('input,select')) for (const type of ['input', 'change'])
  e.addEventListener(type, () => log(e.id + ' ' + type + ' ' + (e.type === 'checkbox' ? e.checked : e.value)));
document.querySelector('#go').onclick = (e) => log('click ' + e.isTrusted);
setTimeout(() => { document.querySelector('#go').disabled = false; document.querySelector('#cover').remove(); }, 100);
</script>`

// heard keeps what the page said.
type heard struct {
	mu    sync.Mutex
	lines []string
}

func (h *heard) add(text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lines = append(h.lines, text)
}

func (h *heard) all() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string{}, h.lines...)
}

// open starts a driver for a project of these pages.
func open(t *testing.T, host *bridge.Host) (driver.Driver, *heard, *heard) {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "index.html"), []byte(html), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(root, "next.html"), []byte(`<!doctype html><p id=done>到了</p>`), 0o644))
	console, faults := &heard{}, &heard{}
	d, err := browsers.Open(t.Context(), driver.Options{
		Host: host, Door: http.NotFoundHandler(), Serves: func(string) bool { return false }, Root: root, Lang: "zh",
		Console: func(level, text string) { console.add(level + ": " + text) },
		Fault:   func(message, stack string) { faults.add(message + "|" + stack) },
		Logger:  slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	if _, err := browsers.start(); err != nil {
		require.Empty(t, os.Getenv("CI"), "CI must have a browser: %v", err)
		t.Skip("没有可用的浏览器: ", err)
	}
	return d, console, faults
}

// limit is how long one step may take on a busy machine.
func limit(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func TestPage(t *testing.T) {
	type named struct {
		Name string `json:"name"`
	}
	host := bridge.NewHost(
		bridge.Define("greet", "问好", func(_ context.Context, p named) (named, error) { return named{"你好, " + p.Name}, nil }),
		bridge.Define("quiet", "不回调", func(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil }, bridge.Silent),
	)
	d, console, faults := open(t, host)
	ctx := limit(t)

	require.ErrorContains(t, d.Click(ctx, "#go"), "page.open")
	require.NoError(t, d.Open(ctx, "/index.html?从=首页"))
	logged := func() string {
		t.Helper()
		text, err := d.Eval(ctx, `() => [...document.querySelectorAll('#log li')].map(e => e.textContent)`, json.RawMessage(`[]`))
		require.NoError(t, err)
		return string(text)
	}

	// A click waits for the button to be enabled and uncovered, and is a real one.
	require.NoError(t, d.Click(ctx, "#go"))
	require.JSONEq(t, `["click true"]`, logged())
	require.NoError(t, d.Click(ctx, "#agree"))
	require.NoError(t, d.Fill(ctx, "#title", "周会 🎉"))
	require.NoError(t, d.Fill(ctx, "#title", ""))
	require.NoError(t, d.Fill(ctx, "#day", "2026-11-23"))
	require.NoError(t, d.Fill(ctx, "#room", "兰"))
	require.JSONEq(t, `["click true", "agree input true", "agree change true", "title input 周会 🎉", "title change 周会 🎉",
		"title input ", "title change ", "day input 2026-11-23", "day change 2026-11-23", "room input 2", "room change 2"]`, logged())
	require.ErrorContains(t, d.Fill(ctx, "#room", "竹"), "可选: 梅、兰")
	require.ErrorContains(t, d.Fill(ctx, "#go", "x"), "不能用 page.fill 填写")
	require.ErrorContains(t, d.Click(ctx, "#[["), "不是有效的 CSS 选择器")

	text, err := d.Text(ctx, "#under")
	require.NoError(t, err)
	require.Equal(t, "盖住", text)
	text, err = d.Text(ctx, "#room")
	require.NoError(t, err)
	require.Equal(t, "2", text)

	// The client's looks.
	agent, err := d.Eval(ctx, `(suffix) => navigator.userAgent + innerWidth + suffix`, json.RawMessage(`["!"]`))
	require.NoError(t, err)
	require.JSONEq(t, `"`+host.Profile.UserAgent+`390!"`, string(agent))

	// Calls, with their callbacks told.
	kinds := &heard{}
	called := func(kind string, result json.RawMessage) { kinds.add(kind + string(result)) }
	result, err := d.Call(ctx, "greet", json.RawMessage(`{"name":"沈砚舟"}`), called)
	require.NoError(t, err)
	want := `{"success":"true","error":"","errorCode":"0","data":{"name":"你好, 沈砚舟"}}`
	require.JSONEq(t, want, string(result))
	require.Len(t, kinds.all(), 2)
	require.Contains(t, kinds.all()[0], `success{`)
	require.Contains(t, kinds.all()[1], `complete{`)
	result, err = d.Call(ctx, "quiet", json.RawMessage(`{}`), nil)
	require.NoError(t, err)
	require.Equal(t, "null", string(result))

	// What goes wrong in the page.
	_, err = d.Eval(ctx, `async () => { throw new TypeError('不对') }`, json.RawMessage(`[]`))
	var thrown *driver.PageError
	require.ErrorAs(t, err, &thrown)
	require.Equal(t, "TypeError: 不对", thrown.Message)
	_, err = d.Eval(ctx, `() => { console.warn('小心', {a: 1}); setTimeout(() => { throw new RangeError('晚了') }) }`, json.RawMessage(`[]`))
	require.NoError(t, err)
	require.NoError(t, d.WaitFor(ctx, `() => new Promise((done) => setTimeout(() => done(true), 20))`, false))
	require.Contains(t, console.all(), "warn: 小心 Object")
	require.Len(t, faults.all(), 1)
	require.Contains(t, faults.all()[0], "RangeError: 晚了|")

	picture, err := d.Screenshot(ctx)
	require.NoError(t, err)
	require.Equal(t, "\x89PNG", string(picture[:4]))

	// Waiting goes over a navigation.
	require.NoError(t, d.Click(ctx, "#next"))
	require.NoError(t, d.WaitFor(ctx, "#done", true))
	short, cancel := context.WithCancelCause(ctx)
	cancel(context.DeadlineExceeded)
	require.ErrorIs(t, d.WaitFor(short, "#never", true), context.DeadlineExceeded)
	require.Regexp(t, `^http://127\.0\.0\.1:\d+/next\.html$`, d.URL())
}

func TestNoBrowser(t *testing.T) {
	none := New(filepath.Join(t.TempDir(), "chrome"), false)
	_, err := none.start()
	require.ErrorContains(t, err, "无法启动浏览器")
	require.NoError(t, none.Close())
}
