package browser

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/bridge/bridgetest"
)

// TestLibraries runs pages with a library of their own, one a generation, on every client on which it runs.
func TestLibraries(t *testing.T) {
	chromium := startChromium(t)
	bridgetest.RunLibraries(t, true, func(t *testing.T, host *bridge.Host, library string) bridgetest.Runtime {
		c := ownLibraryPage(t, chromium, host, map[string]string{
			"index.html": "<!doctype html><meta charset=utf-8><title>自带库</title><body><script src=js/yzj.js></script>",
			"js/yzj.js":  library,
		})
		c.load()
		return c
	})
}

// ownLibraryPage serves an app that is to see nothing of qinghost's.
func ownLibraryPage(t *testing.T, chromium context.Context, host *bridge.Host, files map[string]string) *conformant {
	t.Helper()
	return serveConformant(&conformant{t: t, dir: folder(t, files), library: "page"}, chromium, host)
}

func played(t *testing.T, profile string) *bridge.Host {
	t.Helper()
	p, err := bridge.ProfileNamed(profile)
	require.NoError(t, err)
	return bridgetest.NewHost(p)
}

// launches hears of what the tab tries to open by another program, and of uncaught exceptions; told ends the page.
func launches(c *conformant) (told func() []string) {
	other, cancel := chromedp.NewContext(c.tab)
	defer cancel()
	tryAnother(c.t, other, hear(c.t, other)) // the first that a browser is asked to open it does not tell of
	heard := hear(c.t, c.tab)
	return func() (others []string) {
		tryAnother(c.t, c.tab, heard) // what was tried before has then been told
		for _, what := range heard() {
			if !strings.Contains(what, "another-program:") {
				others = append(others, what)
			}
		}
		return others
	}
}

// tryAnother has the tab try to open another program until that is told.
func tryAnother(t *testing.T, tab context.Context, heard func() []string) {
	require.Eventually(t, func() bool {
		_, err := chromedp.Run(tab, chromedp.Evaluate[string](`location.assign('another-program:'); ''`))
		return assert.NoError(t, err) && strings.Contains(strings.Join(heard(), ""), "another-program:")
	}, 30*time.Second, 20*time.Millisecond)
}

// hear keeps what a tab tells of launches and exceptions.
func hear(t *testing.T, tab context.Context) (heard func() []string) {
	var mu sync.Mutex
	var all []string
	keep := func(text string) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, text)
	}
	require.NoError(t, chromedp.Do(tab))
	require.NoError(t, chromedp.Listen(tab, func(event any) {
		switch e := event.(type) {
		case *log.EventEntryAdded:
			if strings.Contains(e.Entry.Text, "launch") {
				keep(e.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			keep(e.ExceptionDetails.Text)
		}
	}))
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string{}, all...)
	}
}

// soon is for what takes no time, but on a slow machine.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// TestFramesMadeInEveryWay: however a frame gets its address, the call is taken once, and the browser opens nothing.
func TestFramesMadeInEveryWay(t *testing.T) {
	chromium := startChromium(t)
	host := played(t, "ios")
	c := ownLibraryPage(t, chromium, host, map[string]string{"index.html": bridgetest.FramesPage})
	told := launches(c)
	c.load()
	got, err := c.Eval(soon(t), bridgetest.FramesJS)
	require.NoError(t, err)
	assert.Equal(t, bridgetest.FramesWant, got)
	assert.Empty(t, told())
	for _, r := range host.Log.After(0, "test.echo") {
		assert.NotContains(t, string(r.Params), "out of reach")
	}
}

// TestNavigations: a call that is no frame's address is taken too, and the page stays.
func TestNavigations(t *testing.T) {
	chromium := startChromium(t)
	host := played(t, "ios")
	c := ownLibraryPage(t, chromium, host, map[string]string{"index.html": `<!doctype html><meta charset=utf-8><body>
		<a id=link href='xuntong:test.note:0:"link"'><b>链接</b></a> <a id=blank target=_blank href='xuntong:test.note:0:"new window"'>新窗口</a>
		<a id=stopped href='xuntong:test.note:0:"propagation stopped"'>链接</a> <a id=prevented href='xuntong:test.note:0:"prevented"'>链接</a>
		<div id=host></div><iframe name=below></iframe>`})
	told := launches(c)
	c.load()
	got, err := c.Eval(soon(t), `
		const url = (what) => 'xuntong:test.note:0:' + encodeURIComponent(JSON.stringify(what));
		link.firstChild.click();
		blank.click();
		stopped.onclick = (e) => e.stopPropagation(); stopped.click();
		prevented.onclick = (e) => e.preventDefault(); prevented.click();
		const root = host.attachShadow({ mode: 'open' });
		root.innerHTML = '<a href="' + url('in a shadow root') + '">链接</a>'; root.firstChild.click();
		const opened = [open(url('open')), open('about:blank', 'below')];
		location.href = url('href');
		location.assign(url('assign'));
		location.replace(url('replace'));
		const form = document.createElement('form'); form.method = 'post'; form.action = url('form'); document.body.append(form); form.submit();
		const meta = document.createElement('meta'); meta.httpEquiv = 'refresh'; meta.content = '0;url=' + url('refresh'); document.head.append(meta);
		location.hash = 'here'; history.pushState({}, '', '/there');
		await new Promise((done) => setTimeout(done));
		return JSON.stringify([opened[0], !!opened[1], location.pathname]);`)
	require.NoError(t, err)
	assert.Equal(t, `[null,true,"/there"]`, got)
	want := []string{"link", "new window", "propagation stopped", "in a shadow root", "open", "href", "assign", "replace", "form", "refresh"}
	notes := func() (all []string) {
		for _, r := range host.Log.After(0, "test.note") {
			all = append(all, strings.Trim(string(r.Params), `"`))
		}
		return all
	}
	assert.Eventually(t, func() bool { return len(notes()) >= len(want) }, 30*time.Second, time.Millisecond)
	assert.Empty(t, told())
	assert.ElementsMatch(t, want, notes())
	require.Len(t, host.State(), 1)
}

// TestNamesThatAClientDefines: a page with a library of its own sees these and no others.
func TestNamesThatAClientDefines(t *testing.T) {
	chromium := startChromium(t)
	const names = `
		return JSON.stringify(Reflect.ownKeys(window).map(String).sort());`
	for profile, want := range map[string][]string{
		"ios":           {"CloudHubJSBridge", "webkit"},
		"ios@0.9.60":    {"CloudHubJSBridge", "kdUIWebViewBridge"},
		"ios@0.9.49":    nil,
		"android":       {"AndroidInterface", "CloudHubJSBridge"},
		"android-early": nil,
		"desktop":       {"_CloudHubJSBridge"},
		"desktop-0.0.3": nil,
	} {
		t.Run(profile, func(t *testing.T) {
			c := ownLibraryPage(t, chromium, played(t, profile), map[string]string{"index.html": "<!doctype html><body>", "plain.txt": "没有注入"})
			require.NoError(t, chromedp.Do(c.tab, chromedp.Navigate("http://"+c.listener.Addr().String()+"/plain.txt")))
			before, err := c.Eval(soon(t), names)
			require.NoError(t, err)
			c.load()
			after, err := c.Eval(soon(t), names)
			require.NoError(t, err)
			had := map[string]bool{}
			for _, name := range strings.Split(before, ",") {
				had[strings.Trim(name, `[]"`)] = true
			}
			var more []string
			for _, name := range strings.Split(after, ",") {
				if name = strings.Trim(name, `[]"`); !had[name] {
					more = append(more, name)
				}
			}
			assert.Equal(t, want, more)
			left, err := c.Eval(soon(t), `return String(document.querySelectorAll('script').length)`)
			require.NoError(t, err)
			assert.Equal(t, "0", left, "our script element")
		})
	}
}

// TestCloudHubBridge: what the client's object does for a library that waits for it, and for one that takes its place late.
func TestCloudHubBridge(t *testing.T) {
	chromium := startChromium(t)
	for _, library := range []string{"page", "host"} {
		host := played(t, "ios")
		c := serveConformant(&conformant{t: t, library: library, dir: folder(t, map[string]string{
			"index.html": `<!doctype html><body><script>given = []; __onJSBridgeReady = (bridge) => given.push(bridge);</script>`,
		})}, chromium, host)
		c.load()
		got, err := c.Eval(soon(t), `
			heard = [];
			CloudHubJSBridge.on('news', (n) => heard.push('client ' + n)); // long after the load
			const [bridge] = given;
			const r = await new Promise((done) => bridge.invoke('test.echo', { n: 1 }, done));
			return JSON.stringify([given.length, bridge === CloudHubJSBridge, bridge.isReady, r.success, r.data]);`)
		require.NoError(t, err, library)
		assert.Equal(t, `[1,true,true,"true",{"n":1}]`, got, library)
		require.NoError(t, host.Emit(t.Context(), "", "news", 1))
		_, err = c.Eval(soon(t), `
			while (!heard.length) await new Promise((next) => setTimeout(next, 5));
			const own = { callback: (id, r) => heard.push(id + ' ' + r.data), trigger: (name, n) => heard.push(name + ' ' + n) };
			Object.defineProperty(window, 'CloudHubJSBridge', { get: () => own, set() {} });
			window.CloudHubJSBridge = null;
			webkit.messageHandlers.wkbridge2.postMessage({ url: 'cloudhub://test:3/echo?2' });
			while (heard.length < 2) await new Promise((next) => setTimeout(next, 5));
			return '';`)
		require.NoError(t, err, library)
		require.NoError(t, host.Emit(t.Context(), "", "news", 3))
		got, err = c.Eval(soon(t), `while (heard.length < 3) await new Promise((next) => setTimeout(next, 5)); return String(heard);`)
		require.NoError(t, err, library)
		assert.Equal(t, "client 1,3 2,news 3", got, library)
	}
}

// TestPickerAnswersTheLatestCall: the iOS client has one field for the callback of all its pickers.
func TestPickerAnswersTheLatestCall(t *testing.T) {
	chromium := startChromium(t)
	for profile, want := range map[string]string{"ios": `[[2,"回答"],[2,"李"]]`, "android": `[[2,"回答"],[1,"李"]]`} {
		p, err := bridge.ProfileNamed(profile)
		require.NoError(t, err)
		host := bridge.NewHost(
			bridge.DefineOnPage("selectPersons", "选人", func(ctx context.Context, page bridge.Page, _ struct{}) (name string, err error) {
				return name, page.Call(ctx, "view.personPicker", nil, &name)
			}, bridge.Waits),
			bridge.Define("getNetworkType", "网络", func(context.Context, struct{}) (string, error) { return "回答", nil }),
		)
		host.Profile = p
		c := ownLibraryPage(t, chromium, host, map[string]string{"index.html": `<!doctype html><body><script>
			seen = []; XuntongJSBridge = { handleMessageFromXT: (id, r) => seen.push([id, (r.data ? r : JSON.parse(r)).data]) };</script>`})
		c.load()
		_, err = c.Eval(soon(t), `
			const call = (url) => { const f = document.createElement('iframe'); f.src = url; };
			call('xuntong:selectPersons:1:{}'); call('xuntong:getNetworkType:2:{}');
			while (seen.length < 1) await new Promise((next) => setTimeout(next, 5)); return '';`)
		require.NoError(t, err)
		require.Eventually(t, func() bool { return host.Answer("", "personPicker", []byte(`"李"`)) == nil }, 30*time.Second, time.Millisecond)
		got, err := c.Eval(soon(t), `while (seen.length < 2) await new Promise((next) => setTimeout(next, 5)); return JSON.stringify(seen);`)
		require.NoError(t, err)
		assert.Equal(t, want, got, profile)
	}
}

// TestVendorAddresses: what a page finds there that has a library of its own, and one that has not.
func TestVendorAddresses(t *testing.T) {
	chromium := startChromium(t)
	const page = `<!doctype html><meta charset=utf-8><body><script src="https://static.yunzhijia.com/public/js/qing/latest/qing.js"></script>
		<script src="//im.kdweibo.com/pub/js/qingjs.js"></script>`
	const dynamic = `
		const s = document.createElement('script');
		await new Promise((done, failed) => { s.onload = done; s.onerror = failed; s.src = 'http://do.yunzhijia.com/pub/js/qingjs.js'; document.head.append(s); });`
	own := ownLibraryPage(t, chromium, played(t, "ios"), map[string]string{
		"index.html": page, "res/js/qingjs.js": "globalThis.copies = (globalThis.copies || 0) + 1;", "node_modules/qing/qing.js": "throw 1",
	})
	own.load()
	got, err := own.Eval(soon(t), dynamic+`return copies + ' ' + typeof qing;`)
	require.NoError(t, err)
	assert.Equal(t, "3 undefined", got)

	// Behind a dev server, which serves the page alone, the copy is in the project.
	app, err := url.Parse(devServer(t, page).URL)
	require.NoError(t, err)
	behind := serveConformant(&conformant{t: t, url: app, project: own.dir, library: "page"}, chromium, played(t, "ios"))
	behind.load()
	got, err = behind.Eval(soon(t), dynamic+`return copies + ' ' + typeof qing;`)
	require.NoError(t, err)
	assert.Equal(t, "3 undefined", got)

	for profile, success := range map[string]string{
		"ios": `"true"`, "ios@0.9.60": `"true"`, "ios@0.9.49": `"true"`, "android": "true", "android@0.9.60": "true", "android-early": "true",
		"desktop": `"true"`, "desktop-0.0.3": "true",
	} {
		host := played(t, profile)
		c := ownLibraryPage(t, chromium, host, map[string]string{"index.html": page})
		c.load()
		got, err := c.Eval(soon(t), dynamic+`
			globalThis.news = [];
			qing.on('news', (n) => news.push(n));
			const r = await qing.call('test.echo', { title: '周会' });
			const byXuntong = await new Promise((done) => XuntongJSBridge.call('test.echo', { n: 2 }, done));
			return JSON.stringify([r.success, r.data, byXuntong.data, qing.isDesktop, qing.checkJsApi('test.echo'), (await qing.checkJsApi({ jsApiList: ['test.echo', 'test.ecco'] })).data, Symbol.for('qinghost') in window]);`)
		require.NoError(t, err, profile)
		assert.Equal(t, `[`+success+`,{"title":"周会"},{"n":2},`+map[bool]string{true: "true", false: "false"}[host.Profile.Client == "desktop"]+`,true,{"test.echo":true,"test.ecco":false},false]`, got, profile)
		if profile == "ios" || profile == "desktop" {
			require.NoError(t, host.Emit(t.Context(), "", "news", 1))
			got, err = c.Eval(soon(t), `while (!news.length) await new Promise((next) => setTimeout(next, 5)); return String(news);`)
			require.NoError(t, err)
			assert.Equal(t, "1", got, profile)
		}
	}
}

// devServer serves one page at its root.
func devServer(t *testing.T, page string) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, page) // the tab is gone if this fails
	}))
	t.Cleanup(s.Close)
	return s
}

// TestFramesBelow: those of the page's own origin reach the client through it, foreign ones do not.
func TestFramesBelow(t *testing.T) {
	chromium := startChromium(t)
	files := map[string]string{
		"index.html": `<!doctype html><meta charset=utf-8><body><script src=lib.js></script><script>
			window.heard = new Promise((done) => addEventListener('message', (e) => e.data.done && done(e.data)));</script><iframe src=below.html></iframe>`,
		"lib.js": bridgetest.Library("modern"),
		"below.html": `<!doctype html><meta charset=utf-8><script>
			webkit.messageHandlers.wkbridge2.postMessage({ url: 'xuntong:test.note:0:"from below"' });
			const f = document.createElement('iframe'); f.src = 'xuntong:test.note:0:"by a frame"';
			addEventListener('message', (e) => { if (e.data.callbackId) parent.postMessage({ done: true, ...e.data }, '*'); });
			parent.postMessage({ call: 'test.echo', params: { n: 1 }, callbackId: 'c1' }, '*');</script>`,
	}
	for _, library := range []string{"page", "host"} {
		host := played(t, "ios")
		c := serveConformant(&conformant{t: t, dir: folder(t, files), library: library}, chromium, host)
		if library == "host" { // ours answers the frame
			files["lib.js"] = ""
			c = serveConformant(&conformant{t: t, dir: folder(t, files), library: library}, chromium, host)
		}
		told := launches(c)
		c.load()
		got, err := c.Eval(soon(t), `const { callbackId, result } = await heard; return JSON.stringify([callbackId, result.success, result.data]);`)
		require.NoError(t, err, library)
		assert.Equal(t, `["c1","true",{"n":1}]`, got, library)
		noted := host.Log.After(0, "test.note")
		require.Len(t, noted, 2, library)
		assert.Equal(t, `"from below"`, string(noted[0].Params))
		assert.Empty(t, told())

		// A frame of another origin: its address in the place of localhost's.
		foreign := strings.Replace(c.listener.Addr().String(), "127.0.0.1", "localhost", 1)
		got, err = c.Eval(soon(t), `
			const f = document.createElement('iframe');
			f.src = 'http://`+foreign+`/below.html';
			document.body.append(f);
			await new Promise((done) => (f.onload = done));
			await new Promise((done) => setTimeout(done, 200));
			return 'loaded';`)
		require.NoError(t, err)
		assert.Equal(t, "loaded", got)
		assert.Len(t, host.Log.After(0, "test.note"), 2, library)
		assert.Len(t, host.Log.After(0, "test.echo"), 1, library)
	}
}

// TestViewsOfAPageWithItsOwnLibrary: they are drawn, and nothing of how they come is to be seen.
func TestViewsOfAPageWithItsOwnLibrary(t *testing.T) {
	chromium := startChromium(t)
	host := bridge.NewHost(bridge.DefineOnPage("toast", "提示", func(ctx context.Context, page bridge.Page, _ struct{}) (string, error) {
		return "", page.Call(ctx, "view.toast", map[string]string{"type": "success", "message": "已保存"}, new(any))
	}, bridge.Waits))
	c := ownLibraryPage(t, chromium, host, map[string]string{"index.html": "<!doctype html><body><script src=lib.js></script>", "lib.js": bridgetest.Library("legacy")})
	c.load()
	got, err := c.Eval(soon(t), `
		XuntongJSBridge.call('toast', {});
		const shown = () => [...document.querySelectorAll('*')].some((e) => e.shadowRoot && e.shadowRoot.textContent.includes('已保存'));
		while (!shown()) await new Promise((next) => setTimeout(next, 5));
		return String(Symbol.for('qinghost') in window);`)
	require.NoError(t, err)
	assert.Equal(t, "false", got)
}
