package headless

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// handled answers requests by a handler in memory.
func handled(h http.Handler) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result(), nil
	}
}

func door() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Seen", r.Method+" "+r.Header.Get("X-Own")+" "+r.Header.Get("Content-Type"))
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"名":"云","body":"`+string(body)+`","query":"`+r.URL.Query().Get("q")+`"}`)
	})
	mux.HandleFunc("/gateway/x", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.URL.String()) })
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/echo?q=moved", http.StatusSeeOther)
	})
	mux.HandleFunc("/missing", func(w http.ResponseWriter, r *http.Request) { http.Error(w, "没有", http.StatusNotFound) })
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	return mux
}

func TestFetch(t *testing.T) {
	p := newPage(t, testHost(), Options{URL: "http://app.test/dir/page.html", Fetch: handled(door())})
	for js, want := range map[string]string{
		`const r = await fetch('../echo?q=1', {method: 'post', body: 'hi', headers: {'X-Own': 'y'}});
		 return [r.ok, r.status, r.statusText, r.url, r.headers.get('x-seen'), await r.json(), r.bodyUsed, r.redirected]`: `[true,200,"OK","http://app.test/echo?q=1","POST y text/plain;charset=UTF-8",{"名":"云","body":"hi","query":"1"},true,false]`,
		`const r = await fetch('/moved', {method: 'POST', body: 'x'}); return [r.redirected, r.url, (await r.json()).body, r.headers.get('x-seen')]`:                                                             `[true,"http://app.test/echo?q=moved","","GET"]`,
		`const r = await fetch('/moved', {redirect: 'manual'}); return [r.status, r.headers.get('location')]`:                                                                                                    `[303,"/echo?q=moved"]`,
		`return await fetch('/moved', {redirect: 'error'}).catch(e => e.name)`:                                                                                                                                   `"TypeError"`,
		`return await fetch('/loop').catch(e => e.message.includes('20 次'))`:                                                                                                                                     `true`,
		`const r = await fetch('/missing'); return [r.ok, r.status, await r.text()]`:                                                                                                                             `[false,404,"没有\n"]`,
		`const r = await fetch('/echo'), c = r.clone(); await r.text(); return [(await c.json()).名, await r.text().catch(e => e.name)]`:                                                                          `["云","TypeError"]`,
		`const b = await (await fetch('/echo')).blob(); return [b.size > 10, b.type, (await b.text()).length > 10]`:                                                                                              `[true,"application/json",true]`,
		`return await (await fetch('https://www.yunzhijia.com/gateway/x?a=1#f')).text()`:                                                                                                                         `"http://app.test/gateway/x?a=1"`,
		`const f = new FormData(); f.append('文件', new File(['内容'], 'a.txt')); return (await fetch('/echo', {method: 'POST', body: f})).headers.get('x-seen').startsWith('POST  multipart/form-data; boundary=')`: `true`,
		`const c = new AbortController(); const p = fetch('/slow', {signal: c.signal}); setTimeout(() => c.abort()); return await p.catch(e => [e.name, e.code])`:                                                `["AbortError",20]`,
		`return await fetch('/slow', {signal: AbortSignal.abort('够了')}).catch(e => e)`:                                                                                                                           `"够了"`,
		`return await fetch('http://u:p@x/').catch(e => e.name)`:                                                                                                                                                 `"TypeError"`,
		`const c = new AbortController(), s = AbortSignal.any([c.signal]); c.abort(1); return [s.aborted, s.reason]`:                                                                                             `[true,1]`,
	} {
		assert.Equal(t, want, eval(t, p, js), js)
	}
	assert.Empty(t, p.Errors())
}

func TestFetchRefused(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	assert.Contains(t, eval(t, p, `return await fetch('https://外部.example/x').catch(e => e.message)`), "GET https://xn--")
	p = newPage(t, testHost(), Options{Fetch: func(*http.Request) (*http.Response, error) { return nil, errors.New("不在测试里") }})
	assert.Equal(t, `"fetch: GET http://127.0.0.1/a 失败: 不在测试里"`, eval(t, p, `return await fetch('a').catch(e => e.message)`))
}

// A page that goes away gives its requests up, and no goroutine stays behind (see TestMain).
func TestFetchEndsWithPage(t *testing.T) {
	begun := make(chan struct{})
	p := newPage(t, testHost(), Options{Fetch: func(r *http.Request) (*http.Response, error) {
		close(begun)
		<-r.Context().Done()
		return nil, r.Context().Err()
	}})
	require.NoError(t, p.Run(t.Context(), "app.js", `fetch('/')`))
	<-begun
	require.NoError(t, p.Close())
	assert.Empty(t, p.Errors())
}

// On a virtual clock no time passes while a request is under way, and no timer overtakes its answer.
func TestFetchHoldsTheClock(t *testing.T) {
	h := testHost()
	h.Clock = bridge.NewVirtualClock(time.Date(2018, 4, 3, 12, 30, 0, 0, time.UTC))
	p := newPage(t, h, Options{Fetch: func(*http.Request) (*http.Response, error) {
		<-time.After(20 * time.Millisecond)
		return httptest.NewRecorder().Result(), nil
	}})
	assert.Equal(t, `["answer","timer",0,1000]`, eval(t, p, `
		const seen = [], times = [], start = Date.now();
		const timer = new Promise(r => setTimeout(() => { seen.push('timer'); times.push(Date.now() - start); r() }, 1000));
		await fetch('/'); seen.push('answer'); times.push(Date.now() - start);
		await timer; return [...seen, ...times]`))
}

func TestXHR(t *testing.T) {
	h := testHost()
	p := newPage(t, h, Options{Fetch: handled(door())})
	assert.Equal(t, `[["rs1","loadstart","rs2","rs3","rs4","load","loadend"],200,"云","GET y"]`, eval(t, p, `
		const x = new XMLHttpRequest(), seen = [];
		x.onreadystatechange = () => seen.push('rs' + x.readyState);
		for (const e of ['loadstart', 'load', 'error', 'abort', 'timeout', 'loadend']) x.addEventListener(e, () => seen.push(e));
		x.open('get', '/echo'); x.responseType = 'json'; x.setRequestHeader('X-Own', 'y'); x.send();
		await new Promise(r => x.onloadend = r);
		return [seen, x.status, x.response.名, x.getResponseHeader('X-SEEN')]`))
	assert.Equal(t, `["InvalidAccessError",true]`, eval(t, p, `
		try { new XMLHttpRequest().open('GET', '/', false) } catch (e) { return [e.name, e.message.includes('同步')] }`))
	assert.Equal(t, `[["abort","loadend"],0]`, eval(t, p, `
		const x = new XMLHttpRequest(), seen = [];
		for (const e of ['load', 'error', 'abort', 'loadend']) x.addEventListener(e, () => seen.push(e));
		x.open('GET', '/slow'); x.send(); x.abort(); return [seen, x.readyState]`))
	require.NoError(t, p.Run(t.Context(), "app.js", `
		var seen = []; const x = new XMLHttpRequest(); x.timeout = 500;
		for (const e of ['load', 'error', 'timeout', 'loadend']) x.addEventListener(e, () => seen.push(e));
		x.open('GET', '/slow'); x.send();`))
	h.Clock.Advance(time.Second)
	settle(t, p)
	assert.Equal(t, `["timeout","loadend"]`, eval(t, p, "return seen"), "by the host's clock")
}
