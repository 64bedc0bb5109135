package browser

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/gorilla/websocket"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

const testAgent = "Qing/0.9.54;iPhone OS 9.1;Apple;iPhone7,1"

func proxyTo(t *testing.T, target string, in injector) http.Handler {
	u, err := url.Parse(target)
	require.NoError(t, err)
	p := proxyHandler(u, testAgent, in, slog.New(slog.DiscardHandler))
	t.Cleanup(p.(*proxy).reverse.Transport.(*http.Transport).CloseIdleConnections)
	return p
}

// preview starts a preview of the dev server dev and returns both.
func preview(t *testing.T, dev http.HandlerFunc) (front, back *httptest.Server) {
	back = httptest.NewServer(dev)
	t.Cleanup(back.Close)
	front = httptest.NewServer(proxyTo(t, back.URL, testInjector))
	t.Cleanup(front.Close)
	return front, back
}

// get asks as given and returns the answer and its body; it follows no redirect and decompresses nothing.
func get(t *testing.T, r *http.Request) (*http.Response, string) {
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	r.RequestURI = ""
	res, err := transport.RoundTrip(r)
	require.NoError(t, err)
	defer res.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res, string(body)
}

func TestProxyRequest(t *testing.T) {
	var got *http.Request
	front, back := preview(t, func(_ http.ResponseWriter, r *http.Request) { got = r })
	for _, c := range []struct{ headers, want []string }{
		{nil, []string{"User-Agent", testAgent, "X-Forwarded-Host", strings.TrimPrefix(front.URL, "http://"), "X-Forwarded-Proto", "http",
			"X-Forwarded-For", "127.0.0.1", "Origin", "", "Accept-Encoding", "", "If-None-Match", ""}},
		{[]string{"Accept-Encoding", "br", "If-None-Match", "a", "If-Modified-Since", "b", "Accept", acceptHTML},
			[]string{"Accept-Encoding", "", "If-None-Match", "", "If-Modified-Since", ""}},
		{[]string{"Accept-Encoding", "br", "If-None-Match", "a", "Sec-Fetch-Dest", "script"},
			[]string{"Accept-Encoding", "br", "If-None-Match", "a"}},
		{[]string{"Origin", front.URL, "Referer", front.URL + "/a?b"},
			[]string{"Origin", back.URL, "Referer", back.URL + "/a?b", "X-Forwarded-Host", ""}},
		{[]string{"Origin", "https://idp.example.com", "Referer", "https://idp.example.com/x"},
			[]string{"Origin", "https://idp.example.com", "Referer", "https://idp.example.com/x"}},
		{[]string{"Referer", front.URL + ".evil.com/"}, []string{"Referer", front.URL + ".evil.com/"}},
	} {
		get(t, request("GET", front.URL+"/p%2Fq/r?a;b=%zz&c", c.headers...))
		require.Equal(t, "/p%2Fq/r?a;b=%zz&c", got.RequestURI)
		require.Equal(t, strings.TrimPrefix(back.URL, "http://"), got.Host)
		for i := 0; i < len(c.want); i += 2 {
			require.Equal(t, c.want[i+1], got.Header.Get(c.want[i]), "%s for %v", c.want[i], c.headers)
		}
	}
}

func TestProxyRedirectsAndCookies(t *testing.T) {
	var location, cookie string
	front, back := preview(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.Header().Set("Set-Cookie", cookie)
		w.WriteHeader(http.StatusFound)
	})
	for from, to := range map[string]string{
		back.URL + "/a?b#c":     front.URL + "/a?b#c",
		back.URL + "//evil.com": front.URL + "//evil.com",
		back.URL:                front.URL,
		strings.TrimPrefix(back.URL, "http:") + "/a":           front.URL + "/a",
		strings.Replace(back.URL, "127.0.0.1", "localhost", 1): front.URL,
		strings.Replace(back.URL, "http:", "https:", 1) + "/x": strings.Replace(back.URL, "http:", "https:", 1) + "/x",
		"/relative":                           "/relative",
		"next?x":                              "next?x",
		"https://login.example.com/?back=%2F": "https://login.example.com/?back=%2F",
	} {
		location = from
		res, _ := get(t, request("GET", front.URL))
		require.Equal(t, to, res.Header.Get("Location"))
	}

	p := func(target string) *proxy { u, _ := url.Parse(target); return &proxy{target: u} }
	for _, c := range []struct{ target, in, want string }{
		{"http://dev.corp.com:81", "a=b; Domain=dev.corp.com; Path=/", "a=b; Path=/"},
		{"http://dev.corp.com", "a=b; domain=.corp.com; HttpOnly", "a=b; HttpOnly"},
		{"http://dev.corp.com", "a=b; Domain=other.com; Secure", "a=b; Domain=other.com; Secure"},
		{"http://dev.corp.com", "a=b; Domain=v.corp.com", "a=b; Domain=v.corp.com"},
		{"https://dev.corp.com", `a="x y"; Secure; SameSite=None; Partitioned; Path=/`, `a="x y"; Path=/`},
		{"https://dev.corp.com", "a=b; SameSite=Lax", "a=b; SameSite=Lax"},
		{"https://dev.corp.com", "__Host-a=b; Secure; SameSite=None", "__Host-a=b; Secure; SameSite=None"},
	} {
		require.Equal(t, c.want, p(c.target).localCookie(c.in))
	}
	cookie = "a=b; Domain=127.0.0.1"
	res, _ := get(t, request("GET", front.URL))
	require.Equal(t, "a=b", res.Header.Get("Set-Cookie"))
}

// TestProxyTargetPath: the path of the address that is previewed stays in the addresses.
func TestProxyTargetPath(t *testing.T) {
	dev := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.RequestURI) }))
	defer dev.Close()
	front := httptest.NewServer(proxyTo(t, dev.URL+"/app/?appid=1", testInjector))
	defer front.Close()
	res, _ := get(t, request("GET", front.URL+"/"))
	require.Equal(t, "/app/?appid=1", res.Header.Get("Location"))
	res, _ = get(t, request("GET", front.URL+"/?ticket=2"))
	require.Equal(t, "/app/?ticket=2", res.Header.Get("Location"))
	for _, path := range []string{"/app/", "/app/main.js?x", "/api/login"} {
		_, body := get(t, request("GET", front.URL+path))
		require.Equal(t, path, body)
	}
}

func compressions(t *testing.T) map[string]func(string) string {
	with := func(open func(io.Writer) io.WriteCloser) func(string) string {
		return func(s string) string {
			var b bytes.Buffer
			w := open(&b)
			_, err := io.WriteString(w, s)
			require.NoError(t, err)
			require.NoError(t, w.Close())
			return b.String()
		}
	}
	return map[string]func(string) string{
		"gzip":    with(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }),
		"br":      with(func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }),
		"zstd":    with(func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1)); return z }),
		"deflate": with(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }),
		// Some servers send the bare stream under that name.
		"Deflate": with(func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 6); return f }),
	}
}

// TestProxyCompressedUpstream: servers that compress unasked.
func TestProxyCompressedUpstream(t *testing.T) {
	page := "<head><title>" + gbk(t, "中文") + "</title>" + strings.Repeat("<p>text</p>", 10_000)
	for encoding, compress := range compressions(t) {
		body := compress(page)
		front, _ := preview(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Encoding", encoding)
			if r.URL.Path != "/empty" {
				_, _ = io.WriteString(w, body)
			}
		})
		res, got := get(t, request("GET", front.URL, "Accept", acceptHTML))
		require.True(t, "<head>"+testTag+page[len("<head>"):] == got, encoding)
		require.Empty(t, res.Header.Get("Content-Encoding"))
		_, got = get(t, request("GET", front.URL+"/empty"))
		require.Equal(t, testTag, got, encoding)
		res, got = get(t, request("GET", front.URL, "Sec-Fetch-Dest", "empty", "Sec-Fetch-Mode", "cors", "Accept-Encoding", encoding))
		require.Equal(t, encoding, res.Header.Get("Content-Encoding"), "what a script fetches stays compressed")
		require.True(t, body == got)
	}
	front, _ := preview(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Encoding", "compress")
		_, _ = io.WriteString(w, "????")
	})
	_, got := get(t, request("GET", front.URL))
	require.Equal(t, "????", got)
}

func TestProxyTypes(t *testing.T) {
	front, _ := preview(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = nil
		if r.URL.Path == "/page" {
			_, _ = io.WriteString(w, "<!doctype html><p>"+gbk(t, "中文"))
		} else {
			_, _ = io.WriteString(w, "alert(1)")
		}
	})
	res, body := get(t, request("GET", front.URL+"/page"))
	require.Equal(t, "<!doctype html>"+testTag+"<p>"+gbk(t, "中文"), body, "a page without a type is a page")
	require.Equal(t, "text/html", res.Header.Get("Content-Type"), "no charset is made up")
	res, body = get(t, request("GET", front.URL+"/x"))
	require.Equal(t, "alert(1)", body)
	require.Empty(t, res.Header.Values("Content-Type"))
}

// TestProxyStreams: what the dev server has sent is there before it sends the rest.
func TestProxyStreams(t *testing.T) {
	more := make(chan struct{})
	defer close(more) // lets the upstream go when the test fails
	front, _ := preview(t, func(w http.ResponseWriter, r *http.Request) {
		first, second := "data: 1\n\n", "data: 2\n\n"
		if r.URL.Path == "/page" {
			w.Header().Set("Content-Type", "text/html")
			first, second = "<!doctype html><head><p>first text", "second text"
		} else {
			w.Header().Set("Content-Type", "text/event-stream")
		}
		_, _ = io.WriteString(w, first)
		w.(http.Flusher).Flush()
		<-more
		_, _ = io.WriteString(w, second)
	})
	for path, want := range map[string][2]string{
		"/events": {"data: 1\n\n", "data: 2\n\n"},
		"/page":   {"<!doctype html><head>" + testTag + "<p>first text", "second text"},
	} {
		res, err := http.Get(front.URL + path)
		require.NoError(t, err)
		first := make([]byte, len(want[0]))
		_, err = io.ReadFull(res.Body, first)
		require.NoError(t, err)
		require.Equal(t, want[0], string(first))
		more <- struct{}{}
		rest, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.Equal(t, want[1], string(rest))
		_ = res.Body.Close()
	}
}

// TestProxyWebSocket upgrades as Vite's client does.
func TestProxyWebSocket(t *testing.T) {
	var origin, host string
	front, back := preview(t, func(w http.ResponseWriter, r *http.Request) {
		origin, host = r.Header.Get("Origin"), r.Host
		up := websocket.Upgrader{Subprotocols: []string{"vite-hmr"}}
		c, err := up.Upgrade(w, r, nil) // checks that Origin is Host's, as dev servers do
		if err != nil {
			return
		}
		defer c.Close() //nolint:errcheck // the test is over
		kind, message, err := c.ReadMessage()
		if err == nil {
			_ = c.WriteMessage(kind, append([]byte("echo "), message...))
		}
	})
	dialer := websocket.Dialer{Subprotocols: []string{"vite-hmr"}}
	c, res, err := dialer.Dial("ws"+strings.TrimPrefix(front.URL, "http")+"/?token=x", http.Header{"Origin": {front.URL}})
	require.NoError(t, err)
	defer c.Close() //nolint:errcheck // the test is over
	require.Equal(t, "vite-hmr", res.Header.Get("Sec-Websocket-Protocol"))
	require.Equal(t, back.URL, origin)
	require.Equal(t, strings.TrimPrefix(back.URL, "http://"), host)
	require.NoError(t, c.WriteMessage(websocket.TextMessage, []byte("hi")))
	_, message, err := c.ReadMessage()
	require.NoError(t, err)
	require.Equal(t, "echo hi", string(message))
}

func TestProxyTLS(t *testing.T) {
	back := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "secure") }))
	back.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	back.StartTLS()
	defer back.Close()
	require.Equal(t, "secure", respond(proxyTo(t, back.URL, injector{}), request("GET", "/x.txt")).Body.String())

	// Beyond loopback its certificate would have to be a real one.
	away := proxyTo(t, "https://dev.example.com", injector{})
	transport := away.(*proxy).reverse.Transport.(*http.Transport)
	transport.Proxy = nil
	transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", back.Listener.Addr().String())
	}
	w := respond(away, request("GET", "/x.txt"))
	require.Equal(t, http.StatusBadGateway, w.Code)
	require.Contains(t, w.Body.String(), "certificate")
}

func TestProxyUpstreamDown(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := "http://" + l.Addr().String()
	require.NoError(t, l.Close())
	var log bytes.Buffer
	target, err := url.Parse(address)
	require.NoError(t, err)
	h := proxyHandler(target, testAgent, testInjector, slog.New(slog.NewTextHandler(&log, nil)))

	w := respond(h, request("GET", "/", "Accept", acceptHTML, "Sec-Fetch-Dest", "document"))
	require.Equal(t, http.StatusBadGateway, w.Code)
	require.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
	body := w.Body.String()
	for _, want := range []string{address, "没有回答", "npm run dev", "does not answer", `http-equiv="refresh"`, "location.reload()"} {
		require.Contains(t, body, want)
	}
	require.Less(t, strings.Index(body, "没有回答"), strings.Index(body, "does not answer"))
	require.NotContains(t, respond(h, request("POST", "/", "Accept", acceptHTML)).Body.String(), "location.reload()", "a form is not sent twice")

	w = respond(h, request("GET", "/", "Sec-Fetch-Dest", "empty", "Sec-Fetch-Mode", "cors"))
	require.Equal(t, http.StatusBadGateway, w.Code)
	require.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
	require.Contains(t, w.Body.String(), address)
	require.Equal(t, "1", w.Header().Get(unreachableHeader), "by which the page sees that it has to go on waiting")
	require.Equal(t, 1, strings.Count(log.String(), "level=WARN"), "said once")

	l, err = net.Listen("tcp", target.Host)
	require.NoError(t, err)
	back := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "back") })}
	go back.Serve(l)   //nolint:errcheck // ends with Close
	defer back.Close() //nolint:errcheck // the test is over
	w = respond(h, request("GET", "/", "Sec-Fetch-Dest", "empty", "Sec-Fetch-Mode", "cors"))
	require.Equal(t, "back", w.Body.String())
	require.Empty(t, w.Header().Get(unreachableHeader))
	require.Contains(t, log.String(), "level=INFO")
}

// TestProxyBrokenAnswer: a dev server that dies in the middle breaks the page off, and does not end it as if it were whole.
func TestProxyBrokenAnswer(t *testing.T) {
	front, _ := preview(t, func(w http.ResponseWriter, _ *http.Request) {
		c, rw, _ := http.NewResponseController(w).Hijack()
		_, _ = rw.WriteString("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n<head><p>half")
		_ = rw.Flush()
		_ = c.Close()
	})
	res, err := http.Get(front.URL)
	require.NoError(t, err)
	defer res.Body.Close() //nolint:errcheck // broken anyway
	body, err := io.ReadAll(bufio.NewReader(res.Body))
	require.Error(t, err)
	require.Equal(t, "<head>"+testTag+"<p>half", string(body))
}
