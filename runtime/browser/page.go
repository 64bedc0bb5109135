// One document on its way through: the reader that edits its body, and the headers that no longer fit.

package browser

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"

	"golang.org/x/text/encoding/unicode"
)

// ownHeaders drops what was true of the body as it came, and keeps the browser from holding a page with an old nonce.
func ownHeaders(h http.Header) {
	for _, name := range []string{"Content-Length", "Content-Encoding", "Content-Md5", "Digest", "Repr-Digest", "Content-Digest",
		"Etag", "Last-Modified", "Expires", "Accept-Ranges"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
}

// chunkSize is what is read at once; most pages fit.
const chunkSize = 32 << 10

// page returns the source, of size bytes or -1, with the injection, and corrects the headers. It waits for the first bytes:
// they may say that the page is UTF-16.
func (in injector) page(h http.Header, source io.ReadCloser, size int64, wsOrigin string) (*pageReader, error) {
	body, err := decode(source, h.Get("Content-Encoding"))
	if err != nil {
		return nil, fmt.Errorf("压缩的页面无法解开 (cannot decompress the page): %w", err)
	}
	if h.Get("Content-Encoding") != "" {
		size = -1
	}
	ownHeaders(h)
	if in.tags != nil {
		in.tag = in.tags()
	}
	p := &pageReader{Closer: source, src: body, rw: rewriter{injector: in, wsOrigin: wsOrigin}, pageBuffers: pageBufferPool.Get().(*pageBuffers)}
	n, err := io.ReadAtLeast(body, p.chunk, 3)
	if errors.Is(err, io.ErrUnexpectedEOF) || err == nil && int64(n) == size {
		err = io.EOF
	}
	p.err = err
	first := p.chunk[:n]

	kind, params, _ := mime.ParseMediaType(h.Get("Content-Type"))
	order, utf16 := utf16Order(first, params["charset"])
	switch {
	case utf16:
		// An ASCII tag would be garbage in it.
		whole := io.MultiReader(bytes.NewReader(bytes.Clone(first)), body)
		p.src, p.err = unicode.UTF16(order, unicode.UseBOM).NewDecoder().Reader(whole), nil
		params["charset"] = "utf-8"
		h.Set("Content-Type", mime.FormatMediaType(kind, params))
	case bytes.HasPrefix(first, utf8BOM): // stays first, or it is no BOM
		p.out = p.rw.feed(append(p.out[:0], utf8BOM...), first[len(utf8BOM):], p.err != nil)
	default:
		p.out = p.rw.feed(p.out[:0], first, p.err != nil)
	}
	if !utf16 {
		p.rest = p.out
	}
	return p, nil
}

var utf8BOM = []byte("\xef\xbb\xbf")

// utf16Order tells whether a page is UTF-16, by its mark or else by its header.
func utf16Order(first []byte, charset string) (unicode.Endianness, bool) {
	switch {
	case bytes.HasPrefix(first, []byte("\xfe\xff")):
		return unicode.BigEndian, true
	case bytes.HasPrefix(first, []byte("\xff\xfe")):
		return unicode.LittleEndian, true
	case bytes.HasPrefix(first, utf8BOM):
		return unicode.LittleEndian, false
	}
	switch strings.ToLower(charset) {
	case "utf-16be":
		return unicode.BigEndian, true
	case "utf-16", "utf-16le": // the web's reading of the bare name
		return unicode.LittleEndian, true
	}
	return unicode.LittleEndian, false
}

// pageReader reads a document through a rewriter; Close ends its use.
type pageReader struct {
	io.Closer // the source's
	*pageBuffers
	src  io.Reader
	rw   rewriter
	rest []byte // of out, not yet read
	err  error  // after rest
}

// pageBuffers are what one page takes after another.
type pageBuffers struct{ chunk, out []byte }

var pageBufferPool = sync.Pool{New: func() any { return &pageBuffers{chunk: make([]byte, chunkSize)} }}

// Close closes the source and gives the buffers back.
func (p *pageReader) Close() error {
	if p.pageBuffers != nil {
		pageBufferPool.Put(p.pageBuffers)
		p.pageBuffers, p.rest, p.err = nil, nil, io.ErrClosedPipe
	}
	return p.Closer.Close()
}

// size is the length of the whole page, when all of it is there before the first Read.
func (p *pageReader) size() (int, bool) { return len(p.rest), p.err == io.EOF }

// Read returns what is settled as soon as there is any.
func (p *pageReader) Read(b []byte) (int, error) {
	for len(p.rest) == 0 {
		if p.err != nil {
			return 0, p.err
		}
		n, err := p.src.Read(p.chunk)
		p.out = p.rw.feed(p.out[:0], p.chunk[:n], err != nil)
		p.rest, p.err = p.out, err
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}
