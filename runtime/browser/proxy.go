// The app behind a dev server: everything is passed on as the dev server expects it, and answered as the preview's own.

package browser

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// proxyHandler passes requests on to target's origin under the same path, so that addresses that begin at the root work;
// the root itself leads to target's path. userAgent, unless empty, is the client's that is played: an app's server sees
// that one. in injects into the documents.
func proxyHandler(target *url.URL, userAgent string, in injector, log *slog.Logger) http.Handler {
	p := &proxy{target: target, userAgent: userAgent, in: in, log: log}
	// No FlushInterval: what has no length (streams, events, pages that do not come whole) is flushed at once anyway, and
	// the rest would pay for it with a second packet.
	p.reverse = httputil.ReverseProxy{
		Rewrite:        p.rewrite,
		ModifyResponse: p.modify,
		ErrorHandler:   p.fail,
		BufferPool:     &bufferPool{},
		ErrorLog:       slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			MaxIdleConnsPerHost: 256, // the default, 2, costs 40 % under load
			IdleConnTimeout:     90 * time.Second,
			DisableCompression:  true,              // what the browser did not ask for it does not get
			ReadBufferSize:      chunkSize + 4<<10, // a page and its headers in one read
			// A dev server's certificate is its own; beyond this machine it has to be a real one.
			TLSClientConfig: &tls.Config{InsecureSkipVerify: isLoopback(hostName(target.Host))},
		},
	}
	return p
}

type proxy struct {
	target    *url.URL
	userAgent string
	in        injector
	log       *slog.Logger
	reverse   httputil.ReverseProxy
	down      atomic.Bool // so that the log says it once, not at every retry
}

// inboundKey finds the browser's request from the outbound one's context.
type inboundKey struct{}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/" && strings.Trim(p.target.Path, "/") != "" && isDocument(r) {
		start := url.URL{Path: p.target.Path, RawPath: p.target.RawPath, RawQuery: r.URL.RawQuery}
		if start.RawQuery == "" {
			start.RawQuery = p.target.RawQuery
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Location", start.String())
		w.WriteHeader(http.StatusTemporaryRedirect)
		return
	}
	w.Header()["Content-Type"] = nil // else the server guesses one, with a charset, where the upstream gave none
	p.reverse.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), inboundKey{}, r)))
}

// rewrite makes the request that the dev server would get without us: its own host, and its own origin as that of the
// page, which dev servers check.
func (p *proxy) rewrite(pr *httputil.ProxyRequest) {
	out := pr.Out
	out.URL.Scheme, out.URL.Host, out.Host = p.target.Scheme, p.target.Host, ""
	out.URL.RawQuery = pr.In.URL.RawQuery // as it is written, also where Go cannot parse it
	if p.userAgent != "" {
		out.Header.Set("User-Agent", p.userAgent)
	}
	if isDocument(pr.In) {
		freshDocument(out.Header)
	}
	pr.SetXForwarded()
	own, its := ownOrigin(pr.In), p.target.Scheme+"://"+p.target.Host
	if strings.EqualFold(out.Header.Get("Origin"), own) {
		out.Header.Set("Origin", its)
		out.Header.Del("X-Forwarded-Host") // Next.js, Rails and Spring refuse an Origin that differs from it
	}
	if path, ok := strings.CutPrefix(out.Header.Get("Referer"), own+"/"); ok {
		out.Header.Set("Referer", its+"/"+path)
	}
}

// modify turns the dev server's answer into the preview's.
func (p *proxy) modify(res *http.Response) error {
	if p.down.Swap(false) {
		p.log.Info("开发服务器恢复了 (dev server is back)", "target", p.target.String())
	}
	r := res.Request.Context().Value(inboundKey{}).(*http.Request)
	if to := res.Header.Get("Location"); to != "" {
		res.Header.Set("Location", p.localAddress(to, ownOrigin(r)))
	}
	for i, cookie := range res.Header["Set-Cookie"] {
		res.Header["Set-Cookie"][i] = p.localCookie(cookie)
	}
	return p.in.modify(r, res)
}

// localAddress is to with the target's origin replaced by own. Another scheme of the same host stays: led back here, the redirect from
// http to https would never end.
func (p *proxy) localAddress(to, own string) string {
	u, err := url.Parse(to)
	if err != nil || u.Host == "" || u.Scheme != "" && u.Scheme != p.target.Scheme {
		return to
	}
	same := strings.EqualFold(u.Host, p.target.Host) ||
		u.Port() == p.target.Port() && isLoopback(hostName(u.Host)) && isLoopback(hostName(p.target.Host))
	if !same {
		return to
	}
	u.Scheme, u.Host, _ = strings.Cut(own, "://")
	return u.String()
}

// localCookie is the cookie without a Domain that is the target's and, for a target behind https, without what only https
// can keep.
func (p *proxy) localCookie(cookie string) string {
	parts := strings.Split(cookie, ";")
	name := strings.TrimSpace(parts[0])
	needsSecure := strings.HasPrefix(name, "__Secure-") || strings.HasPrefix(name, "__Host-")
	host := hostName(p.target.Host)
	kept := parts[:1]
	for _, part := range parts[1:] {
		key, value, _ := strings.Cut(part, "=")
		value = strings.ToLower(strings.Trim(strings.TrimSpace(value), "."))
		drop := false
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "domain":
			drop = value == host || value != "" && strings.HasSuffix(host, "."+value)
		case "secure", "partitioned":
			drop = p.target.Scheme == "https" && !needsSecure
		case "samesite":
			drop = p.target.Scheme == "https" && !needsSecure && value == "none"
		}
		if !drop {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ";")
}

// fail answers in place of a dev server that does not.
func (p *proxy) fail(w http.ResponseWriter, out *http.Request, err error) {
	if errors.Is(err, context.Canceled) {
		return // the browser has left
	}
	r, _ := out.Context().Value(inboundKey{}).(*http.Request)
	if !p.down.Swap(true) {
		p.log.Warn("开发服务器没有回答 (dev server does not answer)", "target", p.target.String(), "error", err)
	}
	address := p.target.Scheme + "://" + p.target.Host
	w.Header().Set(unreachableHeader, "1")
	if r == nil || !isNavigation(r) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = fmt.Fprintf(w, "开发服务器 %s 没有回答：%v\nThe dev server at %[1]s does not answer.\n", address, err)
		return
	}
	n := notice{
		Title: "开发服务器没有回答",
		Lines: []string{
			"尝试的地址：" + address,
			"请启动它（例如 npm run dev），或检查传给 qinghost preview 的地址和端口。",
			"原因：" + err.Error(),
		},
		TitleEN: "The dev server does not answer",
		LinesEN: []string{
			"Tried " + address + ". Start it (for example npm run dev), or check the address and port given to qinghost preview.",
		},
	}
	if r.Method == http.MethodGet { // a form is not sent twice
		n.RetryEverySecond = true
		n.Lines = append(n.Lines, "它一有回答，本页会自动刷新。")
		n.LinesEN = append(n.LinesEN, "This page reloads as soon as it answers.")
	}
	n.show(w, r, http.StatusBadGateway)
}

// bufferPool keeps the copy buffers of the reverse proxy.
type bufferPool struct{ pool sync.Pool }

func (b *bufferPool) Get() []byte {
	if buf, ok := b.pool.Get().(*[]byte); ok {
		return *buf
	}
	return make([]byte, chunkSize)
}

func (b *bufferPool) Put(buf []byte) { b.pool.Put(&buf) }
