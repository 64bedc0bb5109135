// The injection: which answers are the app's documents, and how files and proxy have them edited.

package browser

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
)

// injector puts our script into HTML documents.
type injector struct {
	tag   []byte        // the script element, in ASCII; empty: only policies and library addresses are edited (the window brings its own script)
	tags  func() []byte // makes tag for a page; nil: it is as it is
	nonce string        // the one in tag; empty: 'self' lets our script in
	log   *slog.Logger  // nil: slog.Default()
}

// isDocument tells whether the browser will show the answer as a page, as opposed to a script that fetches HTML: a
// fetched template stays as it is. Without Sec-Fetch-* (plain HTTP on a LAN, older WebKit, curl) a page's script is known
// by the headers that it sends and a bare client does not.
func isDocument(r *http.Request) bool {
	h := r.Header
	switch h.Get("Sec-Fetch-Dest") {
	case "document", "iframe", "frame":
		return true
	case "empty":
		return h.Get("Sec-Fetch-Mode") == "navigate"
	case "":
		fetched := h.Get("Referer") != "" && !strings.Contains(h.Get("Accept"), "text/html")
		return !fetched && h.Get("X-Requested-With") == ""
	}
	return false
}

// isNavigation tells whether a person waits for a page that can be shown instead of the one asked for.
func isNavigation(r *http.Request) bool {
	return isDocument(r) && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// freshDocument drops what would bring a document compressed, or from the browser's cache with an older nonce.
func freshDocument(h http.Header) {
	for _, name := range []string{"Accept-Encoding", "If-None-Match", "If-Modified-Since"} {
		h.Del(name)
	}
}

// wrap injects into the documents that next serves; it holds each whole, so next is for files.
func (in injector) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isDocument(r) {
			next.ServeHTTP(w, r)
			return
		}
		r = r.Clone(r.Context())
		freshDocument(r.Header)
		page := &heldPage{ResponseWriter: w, in: in, r: r}
		next.ServeHTTP(page, r)
		page.finish()
	})
}

// heldPage is a ResponseWriter that holds an HTML body until finish and passes any other.
type heldPage struct {
	http.ResponseWriter
	in     injector
	r      *http.Request
	status int // 0: not known yet
	held   bool
	body   bytes.Buffer
}

func (p *heldPage) WriteHeader(status int) {
	if p.status != 0 {
		return
	}
	p.status = status
	relaxHeaders(p.Header(), p.in.nonce, wsOrigin(p.r))
	if p.held = p.in.takes(p.r, status, p.Header()); !p.held {
		p.ResponseWriter.WriteHeader(status)
	}
}

func (p *heldPage) Write(b []byte) (int, error) {
	p.WriteHeader(http.StatusOK)
	if p.held {
		return p.body.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

func (p *heldPage) finish() {
	if !p.held {
		return
	}
	if p.r.Method == http.MethodHead {
		ownHeaders(p.Header())
		p.ResponseWriter.WriteHeader(p.status)
		return
	}
	page, err := p.in.page(p.Header(), io.NopCloser(&p.body), int64(p.body.Len()), wsOrigin(p.r))
	var body []byte
	if err == nil {
		body, err = io.ReadAll(page)
		_ = page.Close() // nothing below it
	}
	if err != nil {
		http.Error(p.ResponseWriter, err.Error(), http.StatusInternalServerError)
		return
	}
	p.Header().Set("Content-Length", strconv.Itoa(len(body)))
	p.ResponseWriter.WriteHeader(p.status)
	_, _ = p.ResponseWriter.Write(body) // a client that has gone needs no answer
}

// modify injects into an upstream's answer to r, streaming.
func (in injector) modify(r *http.Request, res *http.Response) error {
	if !isDocument(r) {
		return nil
	}
	relaxHeaders(res.Header, in.nonce, wsOrigin(r))
	sniffHTML(res)
	if !in.takes(r, res.StatusCode, res.Header) {
		return nil
	}
	if r.Method == http.MethodHead {
		ownHeaders(res.Header)
		res.ContentLength = -1
		return nil
	}
	page, err := in.page(res.Header, res.Body, res.ContentLength, wsOrigin(r))
	if err != nil {
		return err
	}
	res.ContentLength = -1
	if n, whole := page.size(); whole {
		res.ContentLength = int64(n)
		res.Header.Set("Content-Length", strconv.Itoa(n))
	}
	res.Body = page
	return nil
}

// sniffHTML gives a page without a type the one that the browser would find, without a charset.
func sniffHTML(res *http.Response) {
	if res.Header.Get("Content-Type") != "" || res.Header.Get("Content-Encoding") != "" ||
		res.StatusCode < 200 || strings.EqualFold(res.Header.Get("X-Content-Type-Options"), "nosniff") {
		return
	}
	buffered := bufio.NewReader(res.Body)
	_, _ = buffered.Peek(1) // an error comes again when the body is read
	start, _ := buffered.Peek(buffered.Buffered())
	if strings.HasPrefix(http.DetectContentType(start), "text/html") {
		res.Header.Set("Content-Type", "text/html")
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{buffered, res.Body}
}

// takes tells whether an answer to a document request has a body to inject into.
func (in injector) takes(r *http.Request, status int, h http.Header) bool {
	switch {
	case status < 200, status == http.StatusNoContent, status == http.StatusNotModified:
		return false
	case status == http.StatusPartialContent: // no browser asks for a page so
		return false
	}
	log := in.log
	if log == nil {
		log = slog.Default()
	}
	switch mediaType, _, _ := strings.Cut(h.Get("Content-Type"), ";"); strings.ToLower(strings.TrimSpace(mediaType)) {
	case "text/html":
	case "application/xhtml+xml":
		log.Warn("XHTML 页面不注入桥：请以 text/html 发送 (XHTML page left without the bridge: serve it as text/html)", "path", r.URL.Path)
		return false
	default:
		return false
	}
	if encodings := h.Get("Content-Encoding"); !canDecode(encodings) {
		log.Warn("页面的压缩方式未知，未注入桥 (page left without the bridge: unknown Content-Encoding)", "path", r.URL.Path, "encoding", encodings)
		return false
	}
	return true
}
