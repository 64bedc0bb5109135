package headless

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/dop251/goja"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// charset is an encoding that TextDecoder knows, by its labels.
type charset struct {
	labels      string
	encoding    encoding.Encoding
	replacement string // the bytes of a U+FFFD that is no error
}

// charsets are those that Chinese light apps meet; the name is the first label.
var charsets = []charset{
	{"utf-8 utf8 unicode-1-1-utf-8", unicode.UTF8, "\xef\xbf\xbd"},
	{"utf-16le utf-16 ucs-2 unicode", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "\xfd\xff"},
	{"utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "\xff\xfd"},
	{"gbk gb2312 gb_2312-80 chinese x-gbk", simplifiedchinese.GB18030, "\x84\x31\xa4\x37"},
	{"gb18030", simplifiedchinese.GB18030, "\x84\x31\xa4\x37"},
	{"windows-1252 latin1 iso-8859-1 ascii us-ascii l1", charmap.Windows1252, "-"},
}

func charsetNamed(label string) *charset {
	label = strings.ToLower(strings.TrimSpace(label))
	for i := range charsets {
		for name := range strings.FieldsSeq(charsets[i].labels) {
			if name == label {
				return &charsets[i]
			}
		}
	}
	return nil
}

var errEncoding = errors.New("headless: 编码错误")

// decoder decodes a stream piece by piece.
type decoder struct {
	charset *charset
	inner   transform.Transformer
	rest    []byte
}

// decode returns the text of the next piece; with fatal, bytes that are none are an error.
func (d *decoder) decode(data []byte, more, fatal bool) (string, error) {
	if d.inner == nil {
		d.inner = d.charset.encoding.NewDecoder().Transformer
	}
	data = append(d.rest, data...)
	d.rest = nil
	var out bytes.Buffer
	buffer := make([]byte, 3*len(data)+64)
	for from := data; ; {
		written, read, err := d.inner.Transform(buffer, from, !more)
		out.Write(buffer[:written])
		from = from[read:]
		if errors.Is(err, transform.ErrShortDst) {
			continue
		}
		if errors.Is(err, transform.ErrShortSrc) && more {
			d.rest = bytes.Clone(from)
		}
		data = data[:len(data)-len(from)]
		break
	}
	if !more {
		d.inner = nil
	}
	if fatal && strings.Count(out.String(), "\uFFFD") != bytes.Count(data, []byte(d.charset.replacement)) {
		d.inner, d.rest = nil, nil
		return "", errEncoding
	}
	return out.String(), nil
}

// bytesOf returns the bytes of an ArrayBuffer, or nil.
func bytesOf(value goja.Value) []byte {
	if buffer, is := value.Export().(goja.ArrayBuffer); is {
		return buffer.Bytes()
	}
	return nil
}

func (p *Page) newBuffer(data []byte) goja.Value {
	return p.loop.rt.ToValue(p.loop.rt.NewArrayBuffer(data))
}

var textFunctions = map[string]func(*Page) any{
	"encode": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			return p.newBuffer([]byte(validText(call.Argument(0).String())))
		}
	},
	// decoder(label) is {name, decode(buffer, from, to, more, fatal)}, or undefined for a label that is not known.
	"decoder": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			found := charsetNamed(call.Argument(0).String())
			if found == nil {
				return goja.Undefined()
			}
			d := &decoder{charset: found}
			name, _, _ := strings.Cut(found.labels, " ")
			return object(p.loop.rt, "name", name, "decode", func(call goja.FunctionCall) goja.Value {
				data := bytesOf(call.Argument(0))
				if data != nil {
					data = data[call.Argument(1).ToInteger():call.Argument(2).ToInteger()]
				}
				text, err := d.decode(data, call.Argument(3).ToBoolean(), call.Argument(4).ToBoolean())
				if err != nil {
					panic(p.loop.rt.NewTypeError("TextDecoder: 数据不是有效的 %s", name))
				}
				return p.loop.rt.ToValue(text)
			})
		}
	},
}

// readAll reads an answer's body, as much as a page may hold.
func readAll(body io.ReadCloser) ([]byte, error) {
	defer body.Close()
	return io.ReadAll(body)
}
