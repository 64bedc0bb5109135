package browser

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// folder writes the files into a new folder and returns its path.
func folder(t *testing.T, files map[string]string) string {
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	return dir
}

func serveFolder(t *testing.T, dir string) *staticFiles {
	h, err := staticHandler(dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.Close()) })
	return h
}

const acceptHTML = "text/html,application/xhtml+xml,*/*;q=0.8"

func gbk(t *testing.T, s string) string {
	out, err := simplifiedchinese.GBK.NewEncoder().String(s)
	require.NoError(t, err)
	return out
}

func TestStatic(t *testing.T) {
	h := serveFolder(t, folder(t, map[string]string{
		"index.html": "root 首页", "sub/index.html": "sub", "sub/a.js": "js", "empty/x.txt": "x", "gbk.html": gbk(t, "中文页面"),
		".env": "SECRET", ".git/config": "SECRET", "a/.hidden/b.txt": "SECRET", ".well-known/x.json": "{}", "sp ace/index.html": "space",
		"half.txt": "中文"[:4], "long.css": strings.Repeat("/* 汉字 */\n", 20_000), "noext": "<!doctype html><p>" + gbk(t, "中文"),
	}))
	for _, c := range []struct {
		path   string
		status int
		want   string // body, or for a redirect the Location
	}{
		{"/", 200, "root 首页"},
		{"/index.html", 200, "root 首页"},
		{"/sub/", 200, "sub"},
		{"/sub/a.js?t=1", 200, "js"},
		{"/sub?q=1", 302, "/sub/?q=1"},
		{"//sub", 302, "/sub/"},
		{"/sp%20ace", 302, "/sp%20ace/"},
		{"/.well-known/x.json", 200, "{}"},
		{"/sub/../index.html", 200, "root 首页"},
		{"/.env", 404, ""}, {"/.git/config", 404, ""}, {"/a/.hidden/b.txt", 404, ""}, {"/.git/", 404, ""},
		{"/../../../etc/passwd", 404, ""}, {"/%2e%2e/%2e%2e/etc/passwd", 404, ""}, {"/sub%5ca.js", 404, ""}, {"/a%00b", 404, ""},
		{"/sub/a.js/", 404, ""}, {"/gone.js", 404, ""}, {"/deep/route", 404, ""},
	} {
		w := respond(h, request("GET", c.path))
		require.Equal(t, c.status, w.Code, c.path)
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		switch c.status {
		case 200:
			require.Equal(t, c.want, w.Body.String(), c.path)
		case 302:
			require.Equal(t, c.want, w.Header().Get("Location"), c.path)
		default:
			require.NotContains(t, w.Body.String(), "SECRET")
		}
	}
	for path, want := range map[string]string{
		"/": "text/html; charset=utf-8", "/gbk.html": "text/html", "/half.txt": "text/plain", "/long.css": "text/css; charset=utf-8", "/noext": "text/html",
	} {
		require.Equal(t, want, respond(h, request("GET", path)).Header().Get("Content-Type"), path)
	}
	for _, path := range []string{"/.git", "/.git/", "/a/.hidden/"} { // the root has a page, so ask for a name with a dot
		require.NotContains(t, respond(h, request("GET", path, "Accept", acceptHTML)).Body.String(), "config")
	}
	require.Equal(t, gbk(t, "中文页面"), respond(h, request("GET", "/gbk.html")).Body.String())
}

func TestStaticTypes(t *testing.T) {
	want := map[string]string{
		"a.js": "text/javascript; charset=utf-8", "a.mjs": "text/javascript; charset=utf-8", "a.css": "text/css; charset=utf-8",
		"a.HTML": "text/html; charset=utf-8", "a.json": "application/json; charset=utf-8", "a.map": "application/json; charset=utf-8",
		"a.svg": "image/svg+xml; charset=utf-8", "a.wasm": "application/wasm", "a.webp": "image/webp", "a.avif": "image/avif",
		"a.woff2": "font/woff2", "a.png": "image/png", "a.unknown": "text/plain; charset=utf-8",
	}
	files := map[string]string{}
	for name := range want {
		files[name] = "x"
	}
	h := serveFolder(t, folder(t, files))
	for name, contentType := range want {
		require.Equal(t, contentType, respond(h, request("GET", "/"+name)).Header().Get("Content-Type"), name)
	}
}

func TestStaticMethodsAndRanges(t *testing.T) {
	h := serveFolder(t, folder(t, map[string]string{"a.bin": "0123456789"}))
	w := respond(h, request("POST", "/a.bin"))
	require.Equal(t, http.StatusMethodNotAllowed, w.Code)
	require.Equal(t, "GET, HEAD", w.Header().Get("Allow"))
	w = respond(h, request("HEAD", "/a.bin"))
	require.Equal(t, "10", w.Header().Get("Content-Length"))
	require.Empty(t, w.Body.String())
	for _, h := range []http.Handler{h, testInjector.wrap(h)} {
		w = respond(h, request("GET", "/a.bin", "Range", "bytes=2-4"))
		require.Equal(t, http.StatusPartialContent, w.Code)
		require.Equal(t, "234", w.Body.String())
		require.Equal(t, "bytes 2-4/10", w.Header().Get("Content-Range"))
	}
}

func TestStaticHistoryMode(t *testing.T) {
	h := serveFolder(t, folder(t, map[string]string{"index.html": "root", "assets/a.js": "js"}))
	for path, found := range map[string]bool{"/user/7": true, "/user/": true, "/assets/": true, "/user/7.json": false, "/a.js": false} {
		w := respond(h, request("GET", path, "Accept", acceptHTML))
		require.Equal(t, found, w.Code == 200 && w.Body.String() == "root", path)
		require.Equal(t, http.StatusNotFound, respond(h, request("GET", path, "Accept", "*/*")).Code, "a script's fetch: "+path)
	}
}

func TestStaticNotFoundSaysWhatToDo(t *testing.T) {
	dir := folder(t, map[string]string{"app/main.html": "x", "b.txt": "x", ".env": "x", "<b>.txt": "x"})
	h := serveFolder(t, dir)
	w := respond(h, request("GET", "/", "Accept", acceptHTML))
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
	for _, want := range []string{"这个文件夹里没有 index.html", "This folder has no index.html", dir, `href="/app/"`, `href="/b.txt"`, "&lt;b&gt;.txt", "qinghost preview"} {
		require.Contains(t, w.Body.String(), want)
	}
	require.NotContains(t, w.Body.String(), ".env")
	require.NotContains(t, w.Body.String(), "<b>")
	require.Contains(t, respond(h, request("GET", "/app/", "Accept", acceptHTML)).Body.String(), `href="/app/main.html"`)
	require.Contains(t, respond(h, request("GET", "/gone.html", "Accept", acceptHTML)).Body.String(), "gone.html")
	w = respond(h, request("GET", "/gone.js"))
	require.Contains(t, w.Body.String(), "gone.js")
	require.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))

	empty := respond(serveFolder(t, t.TempDir()), request("GET", "/", "Accept", acceptHTML)).Body.String()
	require.Contains(t, empty, "这里还没有任何文件")
	require.Contains(t, empty, "There are no files here yet")
}

func TestStaticSymlinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege there")
	}
	outside := folder(t, map[string]string{"secret.txt": "SECRET"})
	dir := folder(t, map[string]string{"real.txt": "real"})
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret.txt"), filepath.Join(dir, "leak.txt")))
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "leak")))
	require.NoError(t, os.Symlink("real.txt", filepath.Join(dir, "inside.txt")))
	h := serveFolder(t, dir)
	for _, path := range []string{"/leak.txt", "/leak/secret.txt", "/leak/", "/leak"} {
		w := respond(h, request("GET", path, "Accept", acceptHTML))
		require.Equal(t, http.StatusNotFound, w.Code, path)
		require.NotContains(t, w.Body.String(), "SECRET")
		require.NotContains(t, w.Body.String(), "secret.txt</a>")
	}
	require.Contains(t, respond(h, request("GET", "/leak.txt", "Accept", acceptHTML)).Body.String(), "指向文件夹外的链接")
	require.Equal(t, "real", respond(h, request("GET", "/inside.txt")).Body.String())
	_, err := staticHandler(filepath.Join(dir, "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
