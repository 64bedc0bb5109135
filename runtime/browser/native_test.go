package browser

import (
	"context"
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

// launches hears of what the tab tried to open by another program, and of uncaught exceptions.
func launches(c *conformant) (told func() []string) {
	var mu sync.Mutex
	var all []string
	keep := func(text string) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, text)
	}
	require.NoError(c.t, chromedp.Do(c.tab))
	require.NoError(c.t, chromedp.Listen(c.tab, func(event any) {
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
	c := ownLibraryPage(t, chromium, host, map[string]string{"index.html": `<!doctype html><meta charset=utf-8><body>
		<script>seen = []; XuntongJSBridge = { handleMessageFromXT: (id, r) => seen.push([id, r.data]) };</script>
		<iframe src='xuntong:test.echo:1:"static"'></iframe>`})
	told := launches(c)
	c.load()
	got, err := c.Eval(soon(t), `
		const url = (id, what) => 'xuntong:test.echo:' + id + ':' + encodeURIComponent(JSON.stringify(what));
		const frame = () => document.createElement('iframe');
		let f = frame(); f.src = url(2, 'src, then in'); document.body.append(f); f.remove();
		f = frame(); document.body.append(f); f.src = url(3, 'in, then src');
		f = frame(); f.setAttribute('src', url(4, 'setAttribute')); document.body.append(f); document.body.append(f);
		f = frame(); f.setAttributeNS(null, 'src', url(5, 'setAttributeNS')); document.body.append(f);
		f = frame(); document.body.append(f); f.setAttributeNS(null, 'src', url(6, 'in, then setAttributeNS'));
		const div = document.createElement('div');
		div.innerHTML = '<p><iframe src="' + url(7, 'innerHTML') + '"></iframe></p>';
		document.body.append(div); div.remove();
		document.body.insertAdjacentHTML('beforeend', '<iframe src="' + url(8, 'insertAdjacentHTML') + '"></iframe>');
		f = frame(); f.setAttribute('SRC', '  XUNTONG:test.echo:9:' + encodeURIComponent('"case and blanks"')); document.body.append(f);
		window.ClientInfo = { v9bridge: 'yzj' };
		window.CloudHubJSBridge = { callback: (id, r) => seen.push([id, r.data]) };
		f = frame(); f.src = 'yzj://cloudoffice:10/echo?' + encodeURIComponent('"another scheme"'); document.body.append(f);
		f = frame(); f.src = 'about:blank'; document.body.append(f);
		while (seen.length < 10) await new Promise((next) => setTimeout(next, 5));
		await new Promise((next) => setTimeout(next, 300));
		return JSON.stringify(seen.sort(([a], [b]) => a - b)) + document.querySelectorAll('iframe[src]').length;`)
	require.NoError(t, err)
	assert.Equal(t, `[[1,"static"],[2,"src, then in"],[3,"in, then src"],[4,"setAttribute"],[5,"setAttributeNS"],[6,"in, then setAttributeNS"],`+
		`[7,"innerHTML"],[8,"insertAdjacentHTML"],[9,"case and blanks"],[10,"another scheme"]]1`, got)
	assert.Empty(t, told())
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

// TestUntrustedCalls: what no library sends is refused or passed on, and nothing of it runs.
func TestUntrustedCalls(t *testing.T) {
	chromium := startChromium(t)
	host := played(t, "android")
	c := ownLibraryPage(t, chromium, host, map[string]string{"index.html": `<!doctype html><meta charset=utf-8><body>
		<script>
			seen = []; prompted = [];
			XuntongJSBridge = { handleMessageFromXT: (id, r) => seen.push([id, JSON.parse(r).data]) };
		</script>`})
	told := launches(c)
	c.load()
	got, err := c.Eval(soon(t), `
		const call = (url) => AndroidInterface.call(url);
		for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'view.navigation', '$/leave', '$/hello', '%24%2Fleave', ''])
			call('xuntong:' + name + ':7:%7B%7D');
		call('xuntong:'); call('xuntong:test.echo'); call('xuntong:test.echo:7'); call('cloudhub://'); call('cloudhub://x'); call('cloudhub://:7/');
		for (const what of [undefined, null, 7, {}, [], () => 1, Symbol('x'), 'javascript:seen.push(1)', 'http://x/']) call(what);
		call('xuntong:test.echo:alert(1):%22no number%22');   // 0: no callback
		call('xuntong:test.echo::%22empty%22');
		call('xuntong:test.echo:12abc:%22from 12%22');
		call('xuntong:test.echo:-3:%22negative%22');
		call('xuntong:test.echo:99999999999999999999:%22large%22');
		call('xuntong:test.echo:1:%E0%A4%A');                 // broken
		call('xuntong:test.echo:2:{no json');
		call('xuntong:test.echo:3:undefined');
		call('xuntong:test.echo:4:');
		call('xuntong:test.echo:5:{"a":1}');                  // a bare colon cuts it, as on iOS
		call('xuntong:test.echo:6:%7B%22__proto__%22%3A%7B%22polluted%22%3A1%7D%7D');
		const big = 'x'.repeat(5 << 20);
		call('xuntong:test.echo:8:' + encodeURIComponent(JSON.stringify(big)));
		while (!seen.some(([id]) => id === 8)) await new Promise((next) => setTimeout(next, 5));
		const large = seen.find(([id]) => id === 8);
		return JSON.stringify([({}).polluted === undefined, large[1] === big, seen.filter((s) => s !== large)]);`)
	require.NoError(t, err)
	assert.Equal(t, `[true,true,[[12,"from 12"],[-3,"negative"],[2147483647,"large"],[1,null],[2,null],[3,null],[4,null],[5,null],`+
		`[6,{"__proto__":{"polluted":1}}]]]`, strings.ReplaceAll(got, `{}`, `null`))
	assert.Empty(t, told())
	for _, name := range []string{"__proto__", "constructor", "hasOwnProperty", "toString", "%24%2Fleave"} {
		calls := host.Log.After(0, name)
		require.Len(t, calls, 1, name)
		assert.Equal(t, bridge.CallUnanswered, calls[0].State, name)
	}
	require.Len(t, host.State(), 1, "the page did not leave by a call")
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
