package headless

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

// Limits of what the console shows of one value.
const (
	inspectDepth = 3
	inspectItems = 100
	inspectWidth = 10_000 // characters of a string inside an object
)

// format joins the arguments of a console call: strings as they are, %-directives of the first one filled in, everything
// else in the short form.
func (l *loop) format(args []goja.Value) string {
	var parts []string
	if len(args) > 1 && isString(args[0]) && strings.Contains(args[0].String(), "%") {
		text, used := l.fill(args[0].String(), args[1:])
		parts, args = append(parts, text), args[1+used:]
	}
	for _, arg := range args {
		if isString(arg) {
			parts = append(parts, arg.String())
		} else {
			parts = append(parts, l.inspect(arg))
		}
	}
	return strings.Join(parts, " ")
}

// fill replaces the directives of a format and says how many arguments they took.
func (l *loop) fill(text string, args []goja.Value) (filled string, used int) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '%' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		directive := text[i+1]
		if directive == '%' {
			b.WriteByte('%')
			i++
			continue
		}
		if used == len(args) || !strings.ContainsRune("sdifoOjc", rune(directive)) {
			b.WriteByte('%')
			continue
		}
		arg := args[used]
		used++
		i++
		switch directive {
		case 'c': // style, for browsers
		case 's':
			b.WriteString(l.format([]goja.Value{arg}))
		case 'd', 'i':
			b.WriteString(strconv.FormatInt(arg.ToInteger(), 10))
		case 'f':
			b.WriteString(arg.ToNumber().String())
		default:
			b.WriteString(l.inspect(arg))
		}
	}
	return b.String(), used
}

// inspect returns the short form of a value, much as Node prints it. It never fails: what throws is shown as such.
func (l *loop) inspect(v goja.Value) string {
	p := &inspector{rt: l.rt, maps: &l.maps}
	p.value(v, 0)
	return p.String()
}

type inspector struct {
	maps *maps
	strings.Builder
	rt   *goja.Runtime
	path []*goja.Object // the objects that the current one is inside of
}

func (p *inspector) value(v goja.Value, depth int) {
	object, is := v.(*goja.Object)
	switch {
	case v == nil:
		p.WriteString("undefined")
	case isString(v) && depth > 0:
		p.WriteString(quote(v.String()))
	case !is:
		if symbol, is := v.(*goja.Symbol); is {
			p.WriteString("Symbol(" + symbol.String() + ")")
			return
		}
		p.WriteString(v.String())
	case slices.Contains(p.path, object):
		p.WriteString("[循环引用]")
	default:
		p.path = append(p.path, object)
		if exception := p.rt.Try(func() { p.object(object, depth) }); exception != nil {
			p.WriteString("[无法显示]")
		}
		p.path = p.path[:len(p.path)-1]
	}
}

func (p *inspector) object(o *goja.Object, depth int) {
	if _, callable := goja.AssertFunction(o); callable {
		name := text(o.Get("name"))
		if name == "" {
			name = "(匿名)"
		}
		p.WriteString("[Function: " + name + "]")
		return
	}
	class := o.ClassName()
	switch class {
	case "Error":
		p.WriteString(o.String())
		if stack := o.Get("stack"); depth == 0 && stack != nil {
			p.WriteString(strings.TrimRight("\n"+stackText(p.maps.trace(stack.String())), "\n"))
		}
		return
	case "Date", "RegExp", "Number", "String", "Boolean", "Symbol":
		p.WriteString(o.String())
		return
	}
	name := className(o)
	if depth >= inspectDepth {
		p.WriteString("[" + name + "]")
		return
	}
	switch kind := o.ExportType(); {
	case class == "Array":
		p.list("[", "]", o.Keys(), func(key string) { p.value(o.Get(key), depth+1) })
	case kind == mapType:
		p.collection("Map", o, depth)
	case kind == setType:
		p.collection("Set", o, depth)
	case kind == promiseType:
		p.WriteString("Promise {…}")
	default:
		if name != "Object" {
			p.WriteString(name + " ")
		}
		p.list("{", "}", o.Keys(), func(key string) {
			p.WriteString(propertyName(key) + ": ")
			p.value(o.Get(key), depth+1)
		})
	}
}

// collection prints a Map or a Set.
func (p *inspector) collection(name string, o *goja.Object, depth int) {
	var items []goja.Value
	p.rt.ForOf(o, func(item goja.Value) bool {
		items = append(items, item)
		return true
	})
	next := 0
	p.list(fmt.Sprintf("%s(%d) {", name, len(items)), "}", make([]string, len(items)), func(string) {
		item := items[next]
		next++
		if pair, is := item.(*goja.Object); is && name == "Map" {
			p.value(pair.Get("0"), depth+1)
			p.WriteString(" => ")
			item = pair.Get("1")
		}
		p.value(item, depth+1)
	})
}

// list prints what stands between brackets, and how much was left out.
func (p *inspector) list(opening, closing string, keys []string, print func(key string)) {
	if len(keys) == 0 {
		p.WriteString(opening + closing)
		return
	}
	pad := " "
	if closing == "]" {
		pad = ""
	}
	p.WriteString(opening + pad)
	for i, key := range keys {
		if i == inspectItems {
			fmt.Fprintf(p, ", … 还有 %d 项", len(keys)-i)
			break
		}
		if i > 0 {
			p.WriteString(", ")
		}
		print(key)
	}
	p.WriteString(pad + closing)
}

func isString(v goja.Value) bool {
	_, is := v.(goja.String)
	return is
}

// text is a property as a string, empty unless it is one.
func text(v goja.Value) string {
	if v == nil || !isString(v) {
		return ""
	}
	return v.String()
}

// className is the name of the object's constructor.
func className(o *goja.Object) string {
	if constructor, is := o.Get("constructor").(*goja.Object); is {
		if name := text(constructor.Get("name")); name != "" {
			return name
		}
	}
	return "Object"
}

// Types by which goja's collections are told from plain objects, which have the same class.
var (
	mapType     = reflect.TypeFor[[][2]any]()
	setType     = reflect.TypeFor[[]any]()
	promiseType = reflect.TypeFor[*goja.Promise]()
	bufferType  = reflect.TypeFor[goja.ArrayBuffer]()
	proxyType   = reflect.TypeFor[goja.Proxy]()
)

// quote puts a string between single quotes, as Node does.
func quote(s string) string {
	if len(s) > inspectWidth {
		s = strings.ToValidUTF8(s[:inspectWidth], "") + "…"
	}
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s) + "'"
}

// propertyName quotes a key that is no identifier.
func propertyName(key string) string {
	for i, c := range key {
		letter := c == '_' || c == '$' || c >= 0x80 || 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return quote(key)
		}
	}
	if key == "" {
		return "''"
	}
	return key
}
