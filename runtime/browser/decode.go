// Compressed documents: asked for plain, some servers send them compressed all the same.

package browser

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// encodings lists the Content-Encodings, the outermost first.
func encodings(header string) []string {
	var all []string
	for e := range strings.SplitSeq(header, ",") {
		if e = strings.ToLower(strings.TrimSpace(e)); e != "" && e != "identity" {
			all = append([]string{e}, all...)
		}
	}
	return all
}

func canDecode(header string) bool {
	for _, e := range encodings(header) {
		switch e {
		case "gzip", "x-gzip", "deflate", "br", "zstd":
		default:
			return false
		}
	}
	return true
}

// decode undoes the Content-Encodings.
func decode(r io.Reader, header string) (io.Reader, error) {
	for _, e := range encodings(header) {
		buffered := bufio.NewReader(r)
		start, err := buffered.Peek(2)
		if len(start) == 0 && err == io.EOF {
			return buffered, nil // no body, as servers send it with an error
		}
		r = buffered
		switch e {
		case "gzip", "x-gzip":
			r, err = gzip.NewReader(r)
		case "deflate": // zlib by the standard, bare by some servers
			if len(start) == 2 && start[0]&0x0f == 8 && (int(start[0])<<8|int(start[1]))%31 == 0 {
				r, err = zlib.NewReader(r)
			} else {
				r, err = flate.NewReader(r), nil
			}
		case "br":
			r, err = brotli.NewReader(r), nil
		case "zstd":
			r, err = zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
		}
		if err != nil {
			return nil, err
		}
	}
	return r, nil
}
