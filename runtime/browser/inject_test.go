package browser

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// previews serves the same body once as a file and once behind the proxy; both must inject alike.
func previews(t *testing.T, in injector, contentType, body string) map[string]http.Handler {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Etag", `"1"`)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(upstream.Close)
	return map[string]http.Handler{
		"file": in.wrap(serveFolder(t, folder(t, map[string]string{"page.html": body}))),
		"dev":  proxyTo(t, upstream.URL, in),
	}
}

func TestInjectCharsets(t *testing.T) {
	utf16 := func(e unicode.Endianness, bom unicode.BOMPolicy) encoding.Encoding { return unicode.UTF16(e, bom) }
	encode := func(e encoding.Encoding, s string) string {
		out, err := e.NewEncoder().String(s)
		require.NoError(t, err)
		return out
	}
	const page, injected = "<!doctype html><head><title>云之家</title>", "<!doctype html><head>" + testTag + "<title>云之家</title>"
	for name, c := range map[string]struct{ body, want, wantType string }{
		"GBK": {gbk(t, `<head><meta charset="gbk"><title>云之家 中文</title>`),
			"<head>" + testTag + gbk(t, `<meta charset="gbk"><title>云之家 中文</title>`), "text/html"},
		"UTF-8 BOM":    {"\xef\xbb\xbf" + page, "\xef\xbb\xbf" + injected, ""},
		"UTF-16LE BOM": {encode(utf16(unicode.LittleEndian, unicode.UseBOM), page), injected, "text/html; charset=utf-8"},
		"UTF-16BE BOM": {encode(utf16(unicode.BigEndian, unicode.UseBOM), page), injected, "text/html; charset=utf-8"},
	} {
		for kind, h := range previews(t, testInjector, "text/html", c.body) {
			w := respond(h, request("GET", "/page.html", "Accept", acceptHTML))
			require.Equal(t, http.StatusOK, w.Code)
			require.Equal(t, c.want, w.Body.String(), "%s, %s", name, kind)
			if c.wantType != "" {
				require.Equal(t, c.wantType, w.Header().Get("Content-Type"), "%s, %s", name, kind)
			}
			require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
			for _, gone := range []string{"Etag", "Last-Modified", "Accept-Ranges"} {
				require.Empty(t, w.Header().Get(gone), gone)
			}
		}
	}
	for charset, e := range map[string]encoding.Encoding{
		"utf-16be": utf16(unicode.BigEndian, unicode.IgnoreBOM), "UTF-16": utf16(unicode.LittleEndian, unicode.IgnoreBOM),
	} {
		w := respond(previews(t, testInjector, "text/html; charset="+charset, encode(e, page))["dev"], request("GET", "/page.html"))
		require.Equal(t, injected, w.Body.String(), charset)
		require.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
	}
}

// TestInjectOnlyDocuments: what a script fetches stays as it is.
func TestInjectOnlyDocuments(t *testing.T) {
	const body = `<div><script src="//do.yunzhijia.com/qing.js"></script></div>`
	hs := previews(t, testInjector, "text/html", body)
	for _, c := range []struct {
		document bool
		headers  []string
	}{
		{true, nil},
		{true, []string{"Accept", "*/*"}},
		{true, []string{"Accept", acceptHTML, "Referer", "http://example.com/"}},
		{true, []string{"Sec-Fetch-Dest", "document", "Sec-Fetch-Mode", "navigate"}},
		{true, []string{"Sec-Fetch-Dest", "iframe", "Sec-Fetch-Mode", "navigate"}},
		{true, []string{"Sec-Fetch-Dest", "frame", "Sec-Fetch-Mode", "navigate"}},
		{true, []string{"Sec-Fetch-Dest", "empty", "Sec-Fetch-Mode", "navigate"}},
		{false, []string{"Sec-Fetch-Dest", "empty", "Sec-Fetch-Mode", "cors", "Accept", acceptHTML}},
		{false, []string{"Sec-Fetch-Dest", "script", "Sec-Fetch-Mode", "no-cors"}},
		{false, []string{"Accept", "*/*", "Referer", "http://example.com/"}},
		{false, []string{"Accept", "text/html, */*; q=0.01", "X-Requested-With", "XMLHttpRequest"}},
	} {
		for kind, h := range hs {
			w := respond(h, request("GET", "/page.html", c.headers...))
			require.Equal(t, c.document, strings.Contains(w.Body.String(), testTag), "%s %v", kind, c.headers)
			if !c.document {
				require.Equal(t, body, w.Body.String())
			}
		}
	}
}

func TestInjectHeadAndLength(t *testing.T) {
	const body = "<head><p>x"
	for kind, h := range previews(t, testInjector, "text/html", body) {
		w := respond(h, request("HEAD", "/page.html"))
		require.Equal(t, http.StatusOK, w.Code)
		require.Empty(t, w.Body.String(), kind)
		require.Empty(t, w.Header().Get("Content-Length"), kind)
		srv := httptest.NewServer(h)
		res, err := http.Get(srv.URL + "/page.html")
		require.NoError(t, err)
		got, err := io.ReadAll(res.Body)
		require.NoError(t, err, kind)
		require.Equal(t, "<head>"+testTag+"<p>x", string(got), kind)
		require.EqualValues(t, len(got), res.ContentLength, kind)
		srv.Close()
	}
}

func TestInjectLargePage(t *testing.T) {
	body := "<head></head><body>" + strings.Repeat("<p>0123456789 0123456789</p>", 200_000)
	require.Greater(t, len(body), 5<<20)
	for kind, h := range previews(t, testInjector, "text/html", body) {
		w := respond(h, request("GET", "/page.html"))
		require.True(t, "<head>"+testTag+body[len("<head>"):] == w.Body.String(), kind)
	}
}

func TestInjectLeavesOtherAnswers(t *testing.T) {
	var log bytes.Buffer
	in := testInjector
	in.log = slog.New(slog.NewTextHandler(&log, nil))
	for contentType, body := range map[string]string{
		"application/json": `{"a":"<head>"}`, "text/plain": "<head>", "application/xhtml+xml": "<html><head/></html>", "text/htmlx": "<head>",
	} {
		w := respond(previews(t, in, contentType, body)["dev"], request("GET", "/x", "Accept", acceptHTML))
		require.Equal(t, body, w.Body.String(), contentType)
		require.Equal(t, `"1"`, w.Header().Get("Etag"))
	}
	require.Contains(t, log.String(), "XHTML")
	for _, status := range []int{http.StatusNoContent, http.StatusNotModified} {
		h := in.wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
		}))
		w := respond(h, request("GET", "/"))
		require.Equal(t, status, w.Code)
		require.Empty(t, w.Body.String())
	}
}

// TestInjectPolicies: header and meta are relaxed alike, with the socket of the address by which the page was asked for.
func TestInjectPolicies(t *testing.T) {
	h := testInjector.wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", "connect-src 'none'")
		w.Header().Set("X-Frame-Options", "DENY")
		_, _ = io.WriteString(w, `<head><meta http-equiv="Content-Security-Policy" content="connect-src 'none'">`)
	}))
	w := respond(h, request("GET", "http://192.168.1.5:7464/"))
	const want = "connect-src 'self' ws://192.168.1.5:7464"
	require.Equal(t, want, w.Header().Get("Content-Security-Policy"))
	require.Equal(t, "<head>"+testTag+`<meta http-equiv="Content-Security-Policy" content="`+want+`">`, w.Body.String())
	require.Empty(t, w.Header().Get("X-Frame-Options"))
}

// TestInjectFreshDocuments: a page that the browser keeps has an older nonce; it must not be confirmed.
func TestInjectFreshDocuments(t *testing.T) {
	dir := folder(t, map[string]string{"page.html": "<head>", "a.js": "1"})
	h := testInjector.wrap(serveFolder(t, dir))
	const future = "Fri, 01 Jan 2100 00:00:00 GMT"
	require.Equal(t, http.StatusOK, respond(h, request("GET", "/page.html", "If-Modified-Since", future)).Code)
	require.Equal(t, http.StatusNotModified, respond(h, request("GET", "/a.js", "If-Modified-Since", future, "Sec-Fetch-Dest", "script")).Code)
}
