// Package site serves a project's pages to pages that run in this process: files of its folder, and the server APIs behind
// them, without a network.
package site

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"qinghost/bridge"
	"qinghost/runtime/browser"
	"qinghost/runtime/headless"
	"qinghost/web"
)

// Origin is where the pages are.
const Origin = "http://qinghost.test"

// Site is a folder of pages with the server APIs.
type Site struct {
	Root   string       // absolute
	Door   http.Handler // the server APIs
	Config web.Config   // what the page's script is told
}

// Page resolves what page.open was given ("/index.html?id=1"), and reads that page.
func (s Site) Page(to string) (*url.URL, []byte, error) {
	at, err := url.Parse(to)
	if err != nil || at.IsAbs() || at.Host != "" {
		return nil, nil, bridge.Errorf(bridge.BadParams, "page.open 的路径 %q 应如 /index.html, 从页面文件夹 (test.root) 算起", to)
	}
	at = (&url.URL{Scheme: "http", Host: "qinghost.test", Path: "/"}).ResolveReference(at)
	name := at.Path
	if strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	text, err := s.Read(name)
	return at, text, err
}

// Read reads a file by its path in a URL.
func (s Site) Read(name string) ([]byte, error) {
	text, err := os.ReadFile(s.File(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil, bridge.Errorf(bridge.BadParams, "页面文件夹 %s 里没有 %s: 文件夹可由 qinghost.yaml 的 test.root 指定",
			s.Root, strings.TrimPrefix(name, "/"))
	}
	return text, err
}

// File is the file of a path in a URL, below Root.
func (s Site) File(name string) string {
	return filepath.Join(s.Root, filepath.FromSlash(path.Clean("/"+name)))
}

// Script returns the script of a src. It is nil for what the vendor has on its network: every page has the page library
// already, unless it brings its own, which it then gets. Module scripts are made classic by bundle; nil for a classic one.
func (s Site) Script(page *url.URL, src string, bundle func(file string) (code, sourceMap []byte, err error)) (*headless.Script, error) {
	from, err := page.Parse(strings.TrimSpace(src))
	if err != nil {
		return nil, bridge.Errorf(bridge.BadParams, "%s: 脚本地址 %q 不对", page.Path, src)
	}
	library, is := browser.VendorLibrary(from.String(), s.Root, s.Config)
	switch {
	case library != nil:
		return &headless.Script{Name: "qinghost:library", Code: string(library)}, nil
	case is || vendors(from.Hostname()):
		return nil, nil
	case from.Host != page.Host:
		return nil, bridge.Errorf(bridge.BadParams, "测试不访问网络, 脚本 %s 没有加载: 请下载到项目里", from)
	case bundle != nil:
		code, sourceMap, err := bundle(s.File(from.Path))
		return &headless.Script{Name: "qinghost:bundle" + from.Path, Code: string(code), Map: sourceMap}, err
	}
	text, err := s.Read(from.Path)
	return &headless.Script{Name: strings.TrimPrefix(from.Path, "/"), Code: string(text)}, err
}

func vendors(host string) bool {
	return host == "yunzhijia.com" || strings.HasSuffix(host, ".yunzhijia.com")
}

// Fetch answers a page's request: files of the folder, else the server APIs, also at the vendor's addresses.
func (s Site) Fetch(r *http.Request) (*http.Response, error) {
	if host := r.URL.Hostname(); host != "qinghost.test" && !vendors(host) {
		return nil, bridge.Errorf(bridge.BadParams, "测试不访问网络: %s %s", r.Method, r.URL.Redacted())
	}
	if r.RemoteAddr == "" {
		r.RemoteAddr = "127.0.0.1:1"
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	a := &answer{header: http.Header{}, status: http.StatusOK}
	text, err := []byte(nil), os.ErrNotExist
	if r.Method == http.MethodGet && r.URL.Host == "qinghost.test" {
		text, err = os.ReadFile(s.File(r.URL.Path))
	}
	if err == nil {
		a.body.Write(text)
	} else {
		s.Door.ServeHTTP(a, r)
	}
	return &http.Response{
		StatusCode: a.status, Status: fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)), Header: a.header,
		Body: io.NopCloser(&a.body), ContentLength: int64(a.body.Len()), Request: r, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// answer takes an HTTP answer in memory.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }
