package headless

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStorage(t *testing.T) {
	shared := &Storage{}
	p := newPage(t, testHost(), Options{Storage: shared})
	assert.Equal(t, `[null,"1",true,["a","b"],2,"b",null,"[object Storage]",{"a":"1","b":"云\ud800"}]`, eval(t, p, `
		const s = localStorage; const none = s.getItem('a');
		s.a = 1; s.setItem('b', '云\ud800'); s.setItem('c', 3); delete s.c; sessionStorage.x = 1;
		return [none, s.a, 'a' in s, Object.keys(s), s.length, s.key(1), s.key(9), String(s), {...s}]`))
	assert.Equal(t, `["QuotaExceededError",2,22]`, eval(t, p, `
		try { localStorage.setItem('大', 'x'.repeat(6 << 20)) } catch (e) { return [e.name, localStorage.length, e.code] }`))
	assert.Equal(t, `["function","x",null]`, eval(t, p, `
		const s = localStorage; s.setItem('getItem', 'x'); const r = [typeof s.getItem, s.getItem('getItem')]; s.removeItem('getItem'); return [...r, s.getItem('getItem')]`))
	other := newPage(t, testHost(), Options{Storage: shared})
	assert.Equal(t, `["1",0]`, eval(t, other, `const seen = localStorage.a; localStorage.clear(); return [seen, sessionStorage.length]`))
	assert.Equal(t, `0`, eval(t, p, `return localStorage.length`))
	elsewhere := newPage(t, testHost(), Options{Storage: shared, URL: "http://other.test/"})
	assert.Equal(t, `0`, eval(t, elsewhere, `return localStorage.length`))
}

func TestLocation(t *testing.T) {
	var went []string
	c := &console{}
	p := newPage(t, testHost(), Options{URL: "http://app.test/a/b?c#d", Navigate: func(url string) { went = append(went, url) }})
	assert.Equal(t, `["http://app.test/a/b?c#d","http://app.test/a/b?c#e","#e",["hashchange http://app.test/a/b?c#d http://app.test/a/b?c#e"]]`, eval(t, p, `
		const seen = [], old = location.href;
		addEventListener('hashchange', e => seen.push(e.type + ' ' + e.oldURL + ' ' + e.newURL));
		location.hash = 'e'; await new Promise(r => setTimeout(r));
		return [old, location.href, location.hash, seen]`))
	eval(t, p, `location.href = '/x'; location.assign('https://y.cn/'); location.replace('z'); window.location = '/w'; location.search = '?q'; location.reload()`)
	assert.Equal(t, []string{"http://app.test/x", "https://y.cn/", "http://app.test/a/z", "http://app.test/w", "http://app.test/a/b?q#e", "http://app.test/a/b?c#e"}, went)
	assert.Equal(t, `["/n",{"p":1},"SecurityError","popstate null","/a/b"]`, eval(t, p, `
		history.pushState({p: 1}, '', '/n'); const r = [location.pathname, history.state];
		try { history.pushState(null, '', 'http://other/') } catch (e) { r.push(e.name) }
		const popped = new Promise(r => addEventListener('popstate', e => r(e.type + ' ' + e.state)));
		history.back(); r.push(await popped); return [...r, location.pathname]`))
	p = newPage(t, testHost(), Options{Console: c.write})
	eval(t, p, `location.href = '/next'`)
	assert.Contains(t, c.text(), "error: 页面要跳转到 http://127.0.0.1/next")
}

func TestRandomIsSeeded(t *testing.T) {
	draw := func() string {
		p := newPage(t, testHost(), Options{Random: rand.NewChaCha8([32]byte{7})})
		return eval(t, p, `return [Math.random(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint16Array(3))]]`)
	}
	assert.Equal(t, draw(), draw())
	p := newPage(t, testHost(), Options{})
	assert.Equal(t, `[true,true,"TypeMismatchError","QuotaExceededError"]`, eval(t, p, `
		const failing = f => { try { f() } catch (e) { return e.name } };
		return [crypto.randomUUID() !== crypto.randomUUID(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()),
			failing(() => crypto.getRandomValues(new Float32Array(1))), failing(() => crypto.getRandomValues(new Uint8Array(65537)))]`))
}

func TestLazyGlobals(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	require.NoError(t, p.Run(t.Context(), "app.js", `
		var fetch = window.fetch || 'none', URL; function Blob() { return 'mine' }
		Headers = 1; btoa; delete window.btoa;`))
	assert.Equal(t, `["function","function","mine",1,"undefined",true,"undefined","undefined","undefined"]`, eval(t, p,
		`return [typeof fetch, typeof URL, Blob(), Headers, typeof btoa, 'Intl' in window, typeof nothing, typeof process, typeof Buffer]`))
	assert.Equal(t, `"TypeError: require(\"fs\"): 页面里没有 Node 的模块, 轻应用在手机上也没有; 请换成浏览器可用的包或写法"`, eval(t, p,
		`try { require('fs') } catch (e) { return String(e) }`))
	assert.Equal(t, `[["port","channel"],"clone"]`, eval(t, p, `
		const c = new MessageChannel(), seen = []; c.port1.onmessage = e => seen.push(e.data); c.port2.postMessage('port');
		addEventListener('message', e => seen.push(e.data)); postMessage('channel');
		await new Promise(r => setTimeout(r)); return [seen, structuredClone({a: 'clone'}).a]`))
}

func TestFrames(t *testing.T) {
	h := testHost()
	p := newPage(t, h, Options{})
	require.NoError(t, p.Run(t.Context(), "app.js", `
		var seen = []; requestAnimationFrame(t => { seen.push(t); requestAnimationFrame(t => seen.push(t)) });
		cancelAnimationFrame(requestAnimationFrame(() => seen.push('never'))); requestIdleCallback(d => seen.push(d.timeRemaining()));
		performance.mark('a'); setTimeout(() => seen.push(performance.measure('m', 'a').duration), 100)`))
	h.Clock.Advance(time.Second)
	settle(t, p)
	assert.Equal(t, `[50,16,32,100]`, eval(t, p, "return seen"))
	assert.Equal(t, `1522758600000`, eval(t, p, "return performance.timeOrigin"))
}

func TestRegexpLiterals(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	assert.Equal(t, `["云之家𠮷","你好World",true,["x"]]`, eval(t, p, `
		const f = (s = 'x'.match(/\p{L}/u)) => s; class A { static re = /^[^\P{Script=Han}]+/u }
		return ['云之家𠮷a'.match(A.re)[0], '你好, World'.replace(/[^\p{L}]/gu, ''), /\p{Emoji_Presentation}/u.test('🎉'), [...f()]]`))
	err := p.Run(t.Context(), "a.js", "let x;\n x = /\\p{Script_Extensions=Han}/u")
	assert.ErrorContains(t, err, `SyntaxError: /\p{Script_Extensions=Han}/u: `)
	assert.ErrorContains(t, err, `a.js:2:6`)
	assert.ErrorContains(t, err, `\p{Script_Extensions=Han} 不是已知的 Unicode 属性`)
	assert.Contains(t, eval(t, p, `try { new RegExp('a', 'd') } catch (e) { return e.name + e.message }`), "SyntaxError/a/d: 标志 d")
	assert.Contains(t, eval(t, p, `try { new RegExp('[\\p{L}--[a-z]]', 'v') } catch (e) { return e.name + e.message }`), "SyntaxError")
}

func TestIntlNamesWhatIsMissing(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	for js, want := range map[string]string{
		`(1).toLocaleString('de-DE')`:                                          "de-DE",
		`new Date(0).toLocaleDateString('zh-TW')`:                              "zh-TW",
		`new Intl.NumberFormat('zh-CN', {style: 'currency', currency: 'XAU'})`: "XAU",
		`new Intl.DateTimeFormat('zh-CN', {era: 'short'})`:                     "era",
		`new TextDecoder('shift_jis')`:                                         "shift_jis",
	} {
		assert.Contains(t, eval(t, p, "try { "+js+" } catch (e) { return e.name + ': ' + e.message }"), want, js)
	}
	assert.Equal(t, `"1,234,567"`, eval(t, p, `return (1234567).toLocaleString('en-US')`))
}

func TestConsoleWhole(t *testing.T) {
	h, c := testHost(), &console{}
	p := newPage(t, h, Options{Console: c.write})
	eval(t, p, `console.group('组'); console.log('里\n面'); console.groupEnd(); console.count(); console.count(); console.time('t')`)
	h.Clock.Advance(1500 * time.Millisecond)
	eval(t, p, `console.timeEnd('t'); console.timeEnd('t'); console.table([{a: 1, 名: '云'}, {a: 2}]); console.trace('这里')`)
	for _, want := range []string{"log: 组\nlog:   里\n  面", "log: default: 2", "log: t: 1500 ms", "warn: console.time 没有开始过", "│ (index) │ a │  名  │\n", "Trace: 这里\n    at eval:1"} {
		assert.Contains(t, c.text(), want)
	}
}

func TestCookies(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	assert.Equal(t, `["","a=1; b=云","b=云"]`, eval(t, p, `
		const seen = [document.cookie]; document.cookie = 'a=1; path=/'; document.cookie = 'b=云'; seen.push(document.cookie);
		document.cookie = 'a=; max-age=0'; return [...seen, document.cookie]`))
}
