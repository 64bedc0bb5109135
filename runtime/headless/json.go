package headless

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"
)

// replaceJSONParse puts a JSON.parse in the place of goja's that is several times as fast: every message of the host, and
// much of what a test asks, goes through it. What it is not made for, errors too, it leaves to goja's.
func (p *Page) replaceJSONParse() error {
	rt := p.loop.rt
	holder := rt.GlobalObject().Get("JSON").ToObject(rt)
	slow, _ := goja.AssertFunction(holder.Get("parse"))
	fast := rt.ToValue(func(call goja.FunctionCall) goja.Value {
		if goja.IsUndefined(call.Argument(1)) && isString(call.Argument(0)) {
			d := jsonDecoder{rt: rt, text: call.Argument(0).String()}
			if value, ok := d.all(); ok {
				return value
			}
		}
		value, err := slow(call.This, call.Arguments...)
		if err != nil {
			panic(err)
		}
		return value
	}).(*goja.Object)
	for name, value := range map[string]any{"name": "parse", "length": 2} {
		if err := fast.DefineDataProperty(name, rt.ToValue(value), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
			return err
		}
	}
	return holder.DefineDataProperty("parse", fast, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// jsonDecoder reads a JSON text. Its methods return false where the text is bad, or odd enough to be left to others.
type jsonDecoder struct {
	rt    *goja.Runtime
	text  string
	at    int
	depth int
}

// deepestJSON is how deep arrays and objects may nest.
const deepestJSON = 500

func (d *jsonDecoder) all() (goja.Value, bool) {
	value, ok := d.value()
	d.space()
	return value, ok && d.at == len(d.text)
}

func (d *jsonDecoder) space() {
	for d.at < len(d.text) && strings.IndexByte(" \t\r\n", d.text[d.at]) >= 0 {
		d.at++
	}
}

// is reads a character if it comes next, behind white space.
func (d *jsonDecoder) is(c byte) bool {
	d.space()
	if d.at < len(d.text) && d.text[d.at] == c {
		d.at++
		return true
	}
	return false
}

func (d *jsonDecoder) value() (goja.Value, bool) {
	d.space()
	if d.at == len(d.text) {
		return nil, false
	}
	switch d.text[d.at] {
	case '{':
		return d.object()
	case '[':
		return d.array()
	case '"':
		text, ok := d.string()
		return d.rt.ToValue(text), ok
	case 't':
		return d.word("true", d.rt.ToValue(true))
	case 'f':
		return d.word("false", d.rt.ToValue(false))
	case 'n':
		return d.word("null", goja.Null())
	}
	return d.number()
}

func (d *jsonDecoder) word(word string, value goja.Value) (goja.Value, bool) {
	ok := strings.HasPrefix(d.text[d.at:], word)
	d.at += len(word)
	return value, ok
}

func (d *jsonDecoder) object() (goja.Value, bool) {
	d.at++
	d.depth++
	o := d.rt.NewObject()
	for first := true; !d.is('}'); first = false {
		if !first && !d.is(',') || d.depth > deepestJSON {
			return nil, false
		}
		d.space()
		name, ok := d.string()
		if !ok || name == "__proto__" || !d.is(':') {
			return nil, false
		}
		value, ok := d.value()
		if !ok {
			return nil, false
		}
		if err := o.DefineDataProperty(name, value, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE); err != nil {
			return nil, false
		}
	}
	d.depth--
	return o, true
}

func (d *jsonDecoder) array() (goja.Value, bool) {
	d.at++
	d.depth++
	var items []any
	for first := true; !d.is(']'); first = false {
		if !first && !d.is(',') || d.depth > deepestJSON {
			return nil, false
		}
		value, ok := d.value()
		if !ok {
			return nil, false
		}
		items = append(items, value)
	}
	d.depth--
	return d.rt.NewArray(items...), true
}

// string reads a text in quotes. Escapes of characters beyond the BMP, which come in halves, are left to others.
func (d *jsonDecoder) string() (string, bool) {
	if d.at == len(d.text) || d.text[d.at] != '"' {
		return "", false
	}
	d.at++
	var done []byte // nil while there was no escape
	from := d.at
	for ; d.at < len(d.text); d.at++ {
		switch c := d.text[d.at]; {
		case c == '"':
			last := d.text[from:d.at]
			d.at++
			if done == nil {
				return last, true
			}
			return string(append(done, last...)), true
		case c == '\\':
			done = append(done, d.text[from:d.at]...)
			r, ok := d.escape()
			if !ok {
				return "", false
			}
			done = utf8.AppendRune(done, r)
			from = d.at + 1
		case c < ' ':
			return "", false
		}
	}
	return "", false
}

// escape reads what a backslash stands before, up to its last character.
func (d *jsonDecoder) escape() (rune, bool) {
	d.at++
	if d.at == len(d.text) {
		return 0, false
	}
	const plain, meant = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if i := strings.IndexByte(plain, d.text[d.at]); i >= 0 {
		return rune(meant[i]), true
	}
	if d.text[d.at] != 'u' || d.at+4 >= len(d.text) {
		return 0, false
	}
	n, err := strconv.ParseUint(d.text[d.at+1:d.at+5], 16, 16)
	d.at += 4
	return rune(n), err == nil && utf8.ValidRune(rune(n))
}

func (d *jsonDecoder) number() (goja.Value, bool) {
	from := d.at
	whole := true
	for ; d.at < len(d.text); d.at++ {
		c := d.text[d.at]
		if c < '0' || c > '9' {
			if strings.IndexByte("+-.eE", c) < 0 {
				break
			}
			whole = whole && c == '-'
		}
	}
	text := d.text[from:d.at]
	digits := strings.TrimPrefix(text, "-")
	if digits == "" || digits[0] < '0' || digits[0] > '9' || len(digits) > 1 && digits[0] == '0' && digits[1] != '.' && digits[1] != 'e' && digits[1] != 'E' {
		return nil, false
	}
	if whole && len(digits) < 16 && text != "-0" {
		n, err := strconv.ParseInt(text, 10, 64)
		return d.rt.ToValue(n), err == nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) || strings.Contains(text, ".e") || strings.Contains(text, ".E") || text[len(text)-1] == '.' {
		return nil, false
	}
	return d.rt.ToValue(f), true
}
