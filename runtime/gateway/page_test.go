package gateway

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/web"
)

// TestPageScriptIsLedHere runs web/src/gateway.ts in Chromium: calls of the vendor's absolute addresses arrive on the page's
// own server, with method, headers and body; others go where they went.
func TestPageScriptIsLedHere(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	type arrived struct{ Method, Path, Body, Kind, Own string }
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		script := web.Library(web.Config{Version: "1", Lang: "zh", Profile: bridge.Profiles()[0], APIs: []string{}, Socket: "/none"}, "")
		_, _ = io.WriteString(w, "<!doctype html><title>t</title><script>"+script+"</script><p id=p>p</p>")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(arrived{r.Method, r.URL.RequestURI(), string(body), r.Header.Get("Content-Type"), r.Header.Get("X-Own")})
	})
	server := httptest.NewServer(mux)
	defer server.Close()

	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU)
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(server.URL+"/"), chromedp.WaitVisible("#p")))
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`(async () => {
		const json = (answer) => answer.json(), json1 = {'Content-Type': 'application/json', 'X-Own': '1'};
		const seen = {};
		const create = '/gateway/cloudwork/meeting/create?accessToken=a%26b';
		seen.text = await fetch('http://yunzhijia.com' + create, {method: 'POST', headers: json1, body: '{"a":1}'}).then(json);
		seen.url = await fetch(new URL('https://www.yunzhijia.com/api/roomBook/third/hasNew'), {method: 'POST', body: 'x'}).then(json);
		seen.alias = await fetch('//yunzhijia.com:443/roombook/api/third/hasNew').then(json);
		const request = new Request('https://yunzhijia.com' + create, {method: 'POST', headers: json1, body: '{"b":2}'});
		seen.request = await fetch(request).then(json);
		seen.used = request.bodyUsed;
		seen.changed = await fetch(new Request('https://yunzhijia.com/gateway/x'), {method: 'PUT', body: '周会'}).then(json);
		seen.xhr = await new Promise((done) => {
			const x = new XMLHttpRequest();
			x.open('POST', 'https://yunzhijia.com' + create);
			x.setRequestHeader('X-Own', '2');
			x.onload = () => done(JSON.parse(x.responseText));
			x.send('{"c":3}');
		});
		seen.relative = await fetch('gateway/y').then(json);
		// These go nowhere: the names do not resolve, or the address is no server API.
		seen.others = [];
		for (const other of ['http://yunzhijia.com.invalid/gateway/x', 'https://static.yunzhijia.invalid/gateway/x', 'http://127.0.0.1:9/yunzhijia.com/gateway/x'])
			seen.others.push(await fetch(other).then(() => 'led here', () => 'failed'));
		const stopped = new AbortController();
		stopped.abort();
		seen.aborted = await fetch(new Request('https://yunzhijia.com/gateway/x', {signal: stopped.signal})).then(() => '', (e) => e.name);
		return JSON.stringify(seen);
	})()`, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	var seen struct {
		Text, URL, Alias, Request, Changed, XHR, Relative arrived
		Used                                              bool
		Others                                            []string
		Aborted                                           string
	}
	require.NoError(t, json.Unmarshal([]byte(text), &seen))
	const create = "/gateway/cloudwork/meeting/create?accessToken=a%26b"
	require.Equal(t, arrived{"POST", create, `{"a":1}`, "application/json", "1"}, seen.Text)
	require.Equal(t, arrived{"POST", "/api/roomBook/third/hasNew", "x", "text/plain;charset=UTF-8", ""}, seen.URL)
	require.Equal(t, arrived{Method: "GET", Path: "/roombook/api/third/hasNew"}, seen.Alias)
	require.Equal(t, arrived{"POST", create, `{"b":2}`, "application/json", "1"}, seen.Request)
	require.True(t, seen.Used, "as after any fetch of a Request")
	require.Equal(t, arrived{"PUT", "/gateway/x", "周会", "text/plain;charset=UTF-8", ""}, seen.Changed)
	require.Equal(t, arrived{"POST", create, `{"c":3}`, "text/plain;charset=UTF-8", "2"}, seen.XHR)
	require.Equal(t, arrived{Method: "GET", Path: "/gateway/y"}, seen.Relative)
	require.Equal(t, []string{"failed", "failed", "failed"}, seen.Others)
	require.Equal(t, "AbortError", seen.Aborted)
}
