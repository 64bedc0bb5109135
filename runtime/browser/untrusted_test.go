package browser

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// TestUntrustedCalls: what no library sends is refused or passed on by every channel that takes a URL, and nothing of it runs.
func TestUntrustedCalls(t *testing.T) {
	chromium := startChromium(t)
	for profile, call := range map[string]string{
		"android":        `AndroidInterface.call(url)`,
		"android@0.9.60": `prompt(url)`,
		"android-early":  `document.createElement('iframe').src = url`,
		"ios":            `webkit.messageHandlers.wkbridge2.postMessage({ url })`,
		"ios@0.9.60":     `kdUIWebViewBridge(url)`,
	} {
		t.Run(profile, func(t *testing.T) {
			host := played(t, profile)
			c := ownLibraryPage(t, chromium, host, map[string]string{"index.html": `<!doctype html><meta charset=utf-8><body>
				<script>
					seen = [];
					const answered = (id, r) => seen.push([id, (typeof r === 'string' ? JSON.parse(r) : r).data]);
					XuntongJSBridge = { handleMessageFromXT: answered };
					Object.defineProperty(window, 'CloudHubJSBridge', { value: { callback: answered } });
				</script>`})
			told := launches(c)
			c.load()
			got, err := c.Eval(soon(t), `
				const call = (url) => { `+call+` };
				const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', '$/leave', '$/hello', '$/reload', '%24%2Fleave',
					'view.navigation', 'view.toast', ''];
				for (const name of names) { call('xuntong:' + name + ':7:%7B%7D'); call('cloudhub://' + name + ':7/?%7B%7D'); }
				call('xuntong:'); call('xuntong:test.echo'); call('xuntong:test.echo:7');
				call('cloudhub://'); call('cloudhub://x'); call('cloudhub://:7/');
				if (!/prompt/.test(call)) { // that shows them to the user
					for (const what of [undefined, null, 7, {}, [], () => 1, 'javascript:seen.push(1)', 'http://x/']) call(what);
				}
				call('xuntong:test.echo:alert(1):%22no number%22');   // 0: no callback
				call('xuntong:test.echo::%22empty%22');
				call('xuntong:test.echo:1);seen.push(2:%22a script%22');
				call('xuntong:test.echo:12abc:%22from 12%22');
				call('xuntong:test.echo:-3:%22negative%22');
				call('xuntong:test.echo:99999999999999999999:%22large%22');
				call('xuntong:test.echo:1:%E0%A4%A');                 // broken
				call('xuntong:test.echo:2:{no json');
				call('xuntong:test.echo:3:undefined');
				call('xuntong:test.echo:4:');
				call('xuntong:test.echo:5:{"a":1}');                  // a bare colon cuts it, as on iOS
				call('xuntong:test.echo:6:%7B%22__proto__%22%3A%7B%22polluted%22%3A1%7D%7D');
				window.ClientInfo = { v9bridge: '.*+(' };
				call('.*+(://test:9/echo?%22a scheme of signs%22');
				window.ClientInfo = { v9bridge: 'javascript' };
				call('cloudhub://test:10/echo?%22as if there were none%22');
				const big = 'x'.repeat(5 << 20);
				call('xuntong:test.echo:8:' + encodeURIComponent(JSON.stringify(big)));
				while (!seen.some(([id]) => id === 8)) await new Promise((next) => setTimeout(next, 5));
				const large = seen.find(([id]) => id === 8);
				return JSON.stringify([({}).polluted === undefined, large[1] === big, seen.filter((s) => s !== large)]);`)
			require.NoError(t, err)
			assert.Equal(t, `[true,true,[[1,"a script"],[12,"from 12"],[-3,"negative"],[2147483647,"large"],[1,null],[2,null],[3,null],[4,null],`+
				`[5,null],[6,{"__proto__":{"polluted":1}}],[9,"a scheme of signs"],[10,"as if there were none"]]]`, strings.ReplaceAll(got, `{}`, `null`))
			assert.Empty(t, told())
			assertHarmless(t, host, "__proto__", "constructor", "hasOwnProperty", "toString", "%24%2Fleave")
		})
	}
}

// assertHarmless checks that the page is still there, that no name of the wire or of a view came through, and that the others
// are calls that nobody answers.
func assertHarmless(t *testing.T, host *bridge.Host, names ...string) {
	t.Helper()
	for _, name := range names {
		calls := host.Log.After(0, name)
		require.Len(t, calls, 1, name)
		assert.Equal(t, bridge.CallUnanswered, calls[0].State, name)
	}
	for _, call := range host.Log.After(0, "") {
		assert.NotRegexp(t, `^(view\.toast|\$)`, call.Method)
	}
	require.Len(t, host.State(), 1, "the page did not leave by a call")
}

// TestUntrustedObjects: so with the channels that are objects, and with messages of frames.
func TestUntrustedObjects(t *testing.T) {
	chromium := startChromium(t)
	for profile, call := range map[string]string{
		"ios":     `CloudHubJSBridge.invoke(name, params, success)`,
		"desktop": `_CloudHubJSBridge.emit(name, typeof params === 'object' ? { ...params, success } : params)`,
	} {
		t.Run(profile, func(t *testing.T) {
			host := played(t, profile)
			c := ownLibraryPage(t, chromium, host, map[string]string{"index.html": "<!doctype html><meta charset=utf-8><body>"})
			c.load()
			got, err := c.Eval(soon(t), `
				const call = (name, params, success) => { `+call+` };
				for (const name of ['__proto__', 'constructor', 'toString', '$/reload', '$/leave', 'view.toast', '', null, {}, 7, Symbol('x')])
					call(name, {}, () => { throw new Error('answered ' + String(name)); });
				for (const params of [undefined, null, 'text', 7, [1], 'x'.repeat(5 << 20)]) call('test.note', params);
				for (const success of ['alert(1)', 7, {}, null]) call('test.note', { n: 1 }, success);
				const polluting = JSON.parse('{"__proto__":{"polluted":1}}');
				const { data } = await new Promise((done) => call('test.echo', polluting, done));
				return JSON.stringify([({}).polluted === undefined, data.polluted === undefined]);`)
			require.NoError(t, err)
			assert.Equal(t, `[true,true]`, got)
			assertHarmless(t, host, "__proto__", "constructor", "toString", "null", "[object Object]", "7", "Symbol(x)")
			assert.Len(t, host.Log.After(0, "test.note"), 10)
		})
	}
}

// TestTrustedFrames: a frame calls by message that is of the page's own origin, or of one that the page trusts.
func TestTrustedFrames(t *testing.T) {
	chromium := startChromium(t)
	const below = `<!doctype html><meta charset=utf-8><script>
		addEventListener('message', ({ data }) => { if (data.callbackId) parent.postMessage({ done: data.callbackId, data: data.result.data }, '*'); });
		const call = (call, callbackId) => parent.postMessage({ call, params: { from: callbackId }, callbackId }, '*');
		for (const name of ['$/reload', '__proto__', 'toString', 'constructor', 7, null, {}]) call(name, 'bad');
		call('test.echo', new URL(location.href).hash);
		parent.postMessage({ asked: location.hash }, '*');</script>`
	trusted, foreign := devServer(t, below).URL, devServer(t, below).URL
	host := played(t, "ios")
	c := serveConformant(&conformant{t: t, dir: folder(t, map[string]string{"index.html": "<!doctype html><meta charset=utf-8><body>", "below.html": below})}, chromium, host)
	c.load()
	got, err := c.Eval(soon(t), `
		const asked = [], done = [];
		addEventListener('message', ({ data }) => { if (data.asked) asked.push(data.asked); if (data.done) done.push(data.done + data.data.from); });
		qing.trust('`+trusted+`');
		for (const url of ['`+foreign+`/#foreign', '/below.html#own', '`+trusted+`/#trusted']) {
			const f = document.createElement('iframe'); f.src = url; document.body.append(f);
		}
		while (asked.length < 3 || done.length < 2) await new Promise((next) => setTimeout(next, 5));
		await qing.call('test.echo', { from: 'the page' });
		return JSON.stringify(done.sort());`)
	require.NoError(t, err)
	assert.Equal(t, `["#own#own","#trusted#trusted"]`, got)
	assert.Len(t, host.Log.After(0, "test.echo"), 3)
	for _, name := range []string{"__proto__", "toString", "constructor"} {
		for _, call := range host.Log.After(0, name) {
			assert.Equal(t, bridge.CallUnanswered, call.State)
		}
		assert.Len(t, host.Log.After(0, name), 2)
	}
	require.Len(t, host.State(), 1)
}
