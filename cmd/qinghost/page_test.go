package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// back presses the browser's Back, which page script cannot.
func (b *tab) back() {
	b.t.Helper()
	b.act(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		history, err := chromedp.NavigationEntries()(ctx, t)
		if err != nil {
			return err
		}
		to := history.Entries[history.CurrentIndex-1].ID
		_, err = cdp.Call(ctx, t, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: to})
		return err
	}))
}

func TestDefback(t *testing.T) {
	_, b := showExample(t)
	b.eval(`window.mark = 1`)
	b.press("button", "拦截返回")
	b.press("button", "返回已拦截")
	for n := 1; n <= 2; n++ {
		b.back()
		b.wait(fmt.Sprintf(`document.querySelectorAll('#results li[data-api=defback]').length === %d`, n))
		require.Equal(t, "1", b.eval(`window.mark`), "the page stays")
	}
	require.Equal(t, "false 1", b.result("defback"), "the native answer without a result")
}

func TestCloseWebView(t *testing.T) {
	p, b := showExample(t)
	b.eval(`window.mark = 1`)
	b.press("button", "关闭")
	b.find("dialog", "页面已关闭")
	require.False(t, b.is("button", startVoice), "the page is out of reach")
	b.press("button", "重新打开")
	b.wait(`window.mark === undefined && document.querySelector('#me .name').textContent === '方知遥'`)
	require.False(t, b.is("dialog", "页面已关闭"))
	until(t, "只有一个页面", func() bool { return len(p.state(t).Pages) == 1 })
}

func TestEnglish(t *testing.T) {
	p := start(t, "--lang", "en", example)
	b := visit(t, p.URL)
	b.press("button", startVoice)
	b.find("dialog", "Choose people")
	b.find("searchbox", "Search")
	b.press("checkbox", "翟苒")
	b.press("button", "OK(1)")
	b.find("dialog", "Voice meeting")
	b.press("button", "End")
	b.waitResult("createVoiceMeeting", "true 0")
}

// server answers every address with the page, and notes the user agents that it sees.
func server(t *testing.T, text string) (url string, agent func() string) {
	t.Helper()
	var seen atomic.Value
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	serve(t, l, func(w http.ResponseWriter, r *http.Request) {
		seen.Store(r.UserAgent())
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(text))
	})
	return "http://" + l.Addr().String(), func() string { s, _ := seen.Load().(string); return s }
}

func serve(t *testing.T, l net.Listener, handler http.HandlerFunc) {
	t.Helper()
	s := &http.Server{Handler: handler}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(l) // ends by Close
	}()
	t.Cleanup(func() {
		_ = s.Close()
		<-done
	})
}

func TestProfiles(t *testing.T) {
	const blank = `<!doctype html><title>app</title><script src="https://static.yunzhijia.com/public/js/qing/latest/qing.js"></script>`
	for _, c := range []struct{ profile, platform, vendor, agent, success, data, flags string }{
		{"ios", "iPhone", "Apple Computer, Inc.", "Qing/0.9.80;iPhone OS", `"true"`, "false", "true false"},
		{"android", "Linux armv81", "Google Inc.", "Qing/0.9.80;Android 14", "true", "true", "false true"},
	} {
		t.Run(c.profile, func(t *testing.T) {
			url, agent := server(t, blank)
			p := start(t, "--profile", c.profile, url)
			require.Equal(t, c.profile, p.Profile)
			b := visit(t, p.URL)
			require.Contains(t, agent(), c.agent, "the header at the dev server")
			require.Equal(t, agent(), b.eval(`navigator.userAgent`))
			require.Equal(t, c.platform, b.eval(`navigator.platform`))
			require.Equal(t, c.vendor, b.eval(`navigator.vendor`))
			require.Equal(t, "5", b.eval(`navigator.maxTouchPoints`))
			require.Equal(t, c.data, b.eval(`'userAgentData' in navigator`))
			require.Equal(t, c.flags, b.eval(`qing.isIOS + ' ' + qing.isAndroid`))
			require.Equal(t, c.success, b.eval(`qing.call('getPersonInfo').then(r => JSON.stringify(r.success))`))
			require.Equal(t, c.success, b.eval(`new Promise(done => XuntongJSBridge.call('getPersonInfo', {}, r => done(JSON.stringify(r.success))))`))
			require.Equal(t, c.profile, p.state(t).Pages[0].Profile)
		})
	}
}

func TestSimulator(t *testing.T) {
	p := start(t, example)
	b := visit(t, p.Simulator+"#token="+p.Token)
	b.act(chromedp.EmulateViewport(1200, 1000))
	require.Equal(t, "1", b.eval(`frames.length`))
	b.find("banner", "导航栏") // in the simulator's own document
	b.find("heading", "会议室")
	app := *b
	app.root = `frames[0].document`
	require.False(t, app.is("banner", "导航栏"), "the bar stands outside the app's frame")
	require.False(t, app.is("button", "导航"))

	app.press("button", startVoice)
	app.find("dialog", "选择人员")
	app.choose("zr", "翟苒")
	app.press("button", "确定(1)")
	app.find("dialog", "语音会议")
	app.press("button", "结束")
	app.gone("dialog", "语音会议")
	b.wait(`frames[0].document.querySelector('#results li[data-api=createVoiceMeeting]').dataset.success === 'true'`)
	require.Len(t, p.state(t).Pages, 1, "the frame is the only page")

	app.press("button", "拦截返回")
	b.press("button", "返回")
	b.wait(`frames[0].document.querySelector('#results li[data-api=defback]')`)
	app.press("button", "右上角菜单")
	b.press("button", "更多")
	app.press("menuitem", "清空结果")
	b.wait(`!frames[0].document.querySelector('#results li')`)
	b.press("button", "关闭")
	app.find("dialog", "页面已关闭")
}

func TestLiveReload(t *testing.T) {
	dir := copied(t, example)
	p := start(t, dir)
	b := visit(t, p.URL)
	b.wait(`document.querySelector('#me .name').textContent === '方知遥'`)
	b.eval(`window.mark = 1`)
	edit(t, dir+"/index.html", `<title>会议室</title>`, `<title>改过的标题</title>`)
	b.wait(`document.title === '改过的标题' && window.mark === undefined`)
	b.wait(`document.querySelector('#me .name').textContent === '方知遥'`)
}

func TestFaultyPages(t *testing.T) {
	const name = `qing.call('getPersonInfo').then(r => r.data.name)`
	for _, c := range []struct{ name, page, want, says string }{
		{"syntax error", `<script>function (</script>`, "", "SyntaxError"},
		{"callback that throws", `<script>
			qing.call('getPersonInfo', {success() { throw new Error('一个错误') }, complete() { window.complete = true }})
			qing.call('getPersonInfo', {success() { window.seen = 'second' }})</script>`, `seen === 'second'`, "一个错误"},
		{"no name", `<script>qing.call().catch(e => { window.seen = e.code })</script>`, `seen === '90002'`, "第一个参数应为 JS-API 的名字"},
		{"no name, with a callback", `<script>qing.call(undefined, {success(r) { window.seen = r.success + r.errorCode }})</script>`, `seen === 'false90002'`, ""},
		{"cycle", `<script>const a = {}; a.a = a
			qing.call('toast', a).catch(e => { window.seen = e.code })</script>`, `seen === '90002'`, "qing.call(toast) 无法发出"},
		{"unknown method", `<script>qing.call('createLivee', {})</script>`, "", "createLive"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := start(t, folder(t, map[string]string{"index.html": "<!doctype html><title>坏</title>" + c.page}))
			b := visit(t, p.URL)
			if c.want != "" {
				b.wait(`window.` + c.want)
			}
			until(t, "控制台: "+c.says, func() bool { return strings.Contains(b.console.String(), c.says) })
			require.Equal(t, "方知遥", b.eval(name), "the bridge still works")
		})
	}
}

func TestTwoPages(t *testing.T) {
	p, good := showExample(t)
	bad := visit(t, p.URL)
	bad.wait(`document.querySelector('#me .name').textContent === '方知遥'`)
	bad.press("button", startVoice)
	bad.find("dialog", "选择人员")
	bad.eval(`(() => {
		for (let i = 0; i < 3000; i++) qing.call('getPersonInfo', {success() { throw new Error(i) }})
		qing.call('nobodyKnowsIt', {}); qing.call()
		setInterval(() => { for (const end = Date.now() + 50; Date.now() < end;); }, 60)
	})()`)
	good.press("button", startVoice)
	good.choose("zr", "翟苒")
	good.press("button", "确定(1)")
	good.find("dialog", "语音会议")
	require.False(t, bad.is("dialog", "语音会议"))
	good.press("button", "结束")
	good.waitResult("createVoiceMeeting", "true 0")
	pages := p.state(t).Pages
	require.Len(t, pages, 2)
	require.Equal(t, "personPicker", *pages[1].View)

	bad.close()
	until(t, "只剩一个页面", func() bool { return len(p.state(t).Pages) == 1 })
	calls := p.calls("createVoiceMeeting")
	require.Equal(t, "cancelled", string(calls[0].State), "the call of the page that left")
	require.Equal(t, "方知遥", good.eval(`qing.call('getPersonInfo').then(r => r.data.name)`))
}

func TestDevServerComesLater(t *testing.T) {
	port := freePort(t)
	p := start(t, "http://127.0.0.1:"+port)
	b := visit(t, p.URL)
	b.find("heading", "开发服务器没有回答")
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:"+port)
	require.NoError(t, err)
	serve(t, l, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><h1>it is up</h1>`))
	})
	b.find("heading", "it is up")
	require.Equal(t, "方知遥", b.eval(`qing.call('getPersonInfo').then(r => r.data.name)`))
}

func TestRestart(t *testing.T) {
	port := freePort(t)
	first := start(t, "--port", port, "--strict-port", example)
	b := visit(t, first.URL)
	b.wait(`document.querySelector('#me .name').textContent === '方知遥'`)
	b.eval(`void (window.waiting = qing.call('createLive', {success(r) { window.heard = r }}).catch(e => e.code))`)
	b.find("dialog", "选择人员")
	first.stop()

	second := start(t, "--port", port, "--strict-port", example)
	require.Equal(t, "90003", b.eval(`window.waiting`))
	// The first host may have said so itself; what is called before the page has found the second one fails too.
	until(t, "页面连上了新的主机", func() bool { return strings.Contains(b.console.String(), "已重新启动") })
	require.Equal(t, `{"success":"false","errorCode":"90003"}`, b.eval(`({success: heard.success, errorCode: heard.errorCode})`))
	b.gone("dialog", "选择人员")
	b.press("button", startVoice)
	b.find("dialog", "选择人员")
	until(t, "选人界面属于新的主机", func() bool { return second.view() == "personPicker" })
}
