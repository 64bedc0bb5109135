package headless

import (
	"context"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/dop251/goja"
	"golang.org/x/text/collate"

	"qinghost/bridge"
)

//go:embed prelude.js
var prelude string

// hooks are the functions of the prelude that Go calls.
type hooks struct {
	evaluate, load goja.Callable
}

// globals is the part of a Page that its globals need: first what the options said, then what was made.
type globals struct {
	context  context.Context // ends with the page
	fetch    func(*http.Request) (*http.Response, error)
	storage  *Storage
	random   io.Reader
	navigate func(url string)

	start       time.Time
	place       *place
	placeObject *goja.Object
	native, kit *goja.Object
	lazy        *lazyGlobals
	parts       map[string]*goja.Object // what the programs of prelude/ gave, those that have run
	collators   map[string]*collate.Collator
}

// installGlobals puts onto the global object what a page of that client finds in a browser.
func (p *Page) installGlobals(at *address) error {
	rt := p.loop.rt
	p.start = p.loop.now()
	p.place = &place{page: p, at: at}
	p.native = rt.NewDynamicObject(natives{p})
	p.lazy = &lazyGlobals{page: p}
	if p.random != nil {
		rt.SetRandSource(p.randomFloat)
	}
	if err := rt.GlobalObject().SetPrototype(rt.NewDynamicObject(p.lazy)); err != nil {
		return err
	}
	// An assignment to location goes elsewhere, so that it has to be there from the start.
	if err := rt.GlobalObject().DefineAccessorProperty("location",
		rt.ToValue(func(goja.FunctionCall) goja.Value { return p.locationObject().(*goja.Object) }),
		rt.ToValue(func(call goja.FunctionCall) goja.Value {
			p.place.navigate(call.Argument(0).String())
			return goja.Undefined()
		}), goja.FLAG_FALSE, goja.FLAG_FALSE); err != nil {
		return err
	}
	if err := p.replaceJSONParse(); err != nil {
		return err
	}
	symbols := rt.GlobalObject().Get("Symbol").ToObject(rt)
	for _, name := range []string{"asyncIterator", "dispose", "asyncDispose"} {
		symbol := goja.NewSymbol("Symbol." + name)
		if err := symbols.DefineDataProperty(name, symbol, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE); err != nil {
			return err
		}
	}
	if _, err := p.callProgram(func() *goja.Program { return preludeFile("language") }, p.native); err != nil {
		return fmt.Errorf("headless: language: %w", err)
	}
	kit, err := p.callProgram(preludeProgram, p.native)
	if err != nil {
		return fmt.Errorf("headless: prelude: %w", err)
	}
	p.kit = kit.ToObject(rt)
	p.hooks.evaluate, _ = goja.AssertFunction(p.kit.Get("evaluate"))
	p.hooks.load, _ = goja.AssertFunction(p.kit.Get("load"))
	return nil
}

// nativeGlobals are the globals that Go makes, each when a page first asks for it.
var nativeGlobals = map[string]func(*Page) any{
	"window": (*Page).global,
	"self":   (*Page).global,
	"top":    (*Page).global,
	"parent": (*Page).global,
	"frames": (*Page).global,
	"origin": func(p *Page) any { return p.place.at.origin() },

	"setTimeout":     func(p *Page) any { return p.loop.setTimer(false) },
	"setInterval":    func(p *Page) any { return p.loop.setTimer(true) },
	"clearTimeout":   func(p *Page) any { return p.loop.clearTimer },
	"clearInterval":  func(p *Page) any { return p.loop.clearTimer },
	"atob":           func(p *Page) any { return p.atob },
	"btoa":           func(p *Page) any { return p.btoa },
	"localStorage":   func(p *Page) any { return p.storageObject(p.storage.area(p.place.at.origin())) },
	"sessionStorage": func(p *Page) any { return p.storageObject(new(area)) },

	"innerWidth":       func(p *Page) any { return p.profile.Screen.Width },
	"innerHeight":      func(p *Page) any { return p.profile.Screen.Height },
	"devicePixelRatio": func(p *Page) any { return p.profile.Screen.Ratio },
	"screen": func(p *Page) any {
		screen := p.profile.Screen
		return object(p.loop.rt, "width", screen.Width, "height", screen.Height, "availWidth", screen.Width,
			"availHeight", screen.Height)
	},
	"navigator": func(p *Page) any { return navigator(p.loop.rt, p.profile, p.config.Lang) },
	"require": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			panic(p.loop.rt.NewTypeError("require(%q): 页面里没有 Node 的模块, 轻应用在手机上也没有; 请换成浏览器可用的包或写法",
				call.Argument(0).String()))
		}
	},
}

// nativeFunctions are what the programs of the prelude have of Go, each made when it is first asked for.
var nativeFunctions = map[string]func(*Page) any{}

func init() {
	for _, group := range []map[string]func(*Page) any{baseFunctions, urlFunctions, textFunctions, placeFunctions, fetchFunctions, intlFunctions} {
		for name, make := range group {
			nativeFunctions[name] = make
		}
	}
}

var baseFunctions = map[string]func(*Page) any{
	"kit":        func(p *Page) any { return p.kit },
	"define":     (*Page).defineFunction,
	"now":        func(p *Page) any { return func(goja.FunctionCall) goja.Value { return p.loop.rt.ToValue(p.elapsed()) } },
	"setTimeout": func(p *Page) any { return p.loop.setTimer(false) },
	"part": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value { return p.part(call.Argument(0).String()) }
	},
	"clearTimeout": func(p *Page) any { return p.loop.clearTimer },
	"loaded": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			if part := p.parts[call.Argument(0).String()]; part != nil {
				return part
			}
			return goja.Undefined()
		}
	},
	"post": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			if fn, callable := goja.AssertFunction(call.Argument(0)); callable {
				p.loop.post(func() { p.loop.call(fn) })
			}
			return goja.Undefined()
		}
	},
	"report": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			p.report(p.loop.fault(Exception, call.Argument(0)))
			return goja.Undefined()
		}
	},
	"write": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			indent, text := call.Argument(1).String(), p.loop.format(call.Arguments[2:])
			if indent != "" {
				text = indent + strings.ReplaceAll(text, "\n", "\n"+indent)
			}
			p.console(call.Argument(0).String(), text)
			return goja.Undefined()
		}
	},
	// trace returns the lines of an Error's stack.
	"trace": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			return p.loop.rt.ToValue(stackText(p.loop.maps.trace(call.Argument(0).String())))
		}
	},
	"inspect": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			value := call.Argument(0)
			if isString(value) {
				return p.loop.rt.ToValue(quote(value.String()))
			}
			return p.loop.rt.ToValue(p.loop.inspect(value))
		}
	},
	"format": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value { return p.loop.rt.ToValue(p.loop.format(call.Arguments)) }
	},
	"kind": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value { return p.loop.rt.ToValue(kindOf(call.Argument(0))) }
	},
	"lowerRegExp": (*Page).lowerRegExp,
	"detach": func(*Page) any {
		return func(call goja.FunctionCall) goja.Value {
			if buffer, is := call.Argument(0).Export().(goja.ArrayBuffer); is {
				buffer.Detach()
			}
			return goja.Undefined()
		}
	},
}

// global is window, self and so on.
func (p *Page) global() any { return p.loop.rt.GlobalObject() }

// elapsed is the page's time since its start, in milliseconds, to the microsecond.
func (p *Page) elapsed() float64 { return float64(p.loop.now().Sub(p.start).Microseconds()) / 1000 }

// defineFunction is define(target, {name: value}): properties that are not enumerated, as those of the language.
func (p *Page) defineFunction() any {
	return func(call goja.FunctionCall) goja.Value {
		target, names := call.Argument(0).ToObject(p.loop.rt), call.Argument(1).ToObject(p.loop.rt)
		for _, name := range names.Keys() {
			if err := target.DefineDataProperty(name, names.Get(name), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
				panic(err)
			}
		}
		return goja.Undefined()
	}
}

// kindOf is what a value is by its inner nature, whatever its prototype says.
func kindOf(value goja.Value) string {
	o, is := value.(*goja.Object)
	if !is {
		return ""
	}
	if class := o.ClassName(); class != "Object" {
		return class
	}
	switch o.ExportType() {
	case mapType:
		return "Map"
	case setType:
		return "Set"
	case promiseType:
		return "Promise"
	case bufferType:
		return "ArrayBuffer"
	case proxyType:
		return "Proxy"
	}
	tag, _ := o.GetSymbol(goja.SymToStringTag).(goja.String)
	if name := text(tag); slices.Contains(tagged, name) {
		return name
	}
	return "Object"
}

// tagged are the kinds of objects that goja tells apart by nothing but their tag.
var tagged = []string{
	"WeakMap", "WeakSet", "DataView", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array",
	"Uint32Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array",
}

// object makes an object of names and values in turn.
func object(rt *goja.Runtime, pairs ...any) *goja.Object {
	o := rt.NewObject()
	for i := 0; i < len(pairs); i += 2 {
		_ = o.Set(pairs[i].(string), pairs[i+1]) // a plain object takes everything
	}
	return o
}

// navigator is the client's.
func navigator(rt *goja.Runtime, profile bridge.Profile, lang string) *goja.Object {
	languages := []any{"zh-CN", "zh"}
	if lang == "en" {
		languages = []any{"en-US", "en"}
	}
	_, version, _ := strings.Cut(profile.UserAgent, "/")
	return object(rt,
		"userAgent", profile.UserAgent, "appVersion", version, "appName", "Netscape", "product", "Gecko",
		"platform", profile.Platform, "vendor", profile.Vendor, "maxTouchPoints", profile.MaxTouchPoints,
		"language", languages[0], "languages", rt.NewArray(languages...), "onLine", true, "cookieEnabled", true,
		"hardwareConcurrency", 2,
	)
}

// atob decodes base64 into a string of bytes, as leniently as browsers do.
func (p *Page) atob(call goja.FunctionCall) goja.Value {
	if len(call.Arguments) == 0 {
		panic(p.loop.rt.NewTypeError("atob 需要一个参数"))
	}
	text := call.Argument(0).String()
	text = strings.Join(strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \t\n\f\r", c) }), "")
	if len(text)%4 == 0 {
		text = strings.TrimSuffix(strings.TrimSuffix(text, "="), "=")
	}
	data, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		p.fail("InvalidCharacterError", "atob: 不是有效的 base64")
	}
	units := make([]uint16, len(data))
	for i, b := range data {
		units[i] = uint16(b)
	}
	return goja.StringFromUTF16(units)
}

// btoa encodes a string of bytes as base64.
func (p *Page) btoa(call goja.FunctionCall) goja.Value {
	if len(call.Arguments) == 0 {
		panic(p.loop.rt.NewTypeError("btoa 需要一个参数"))
	}
	units := unitsOf(call.Argument(0))
	data := make([]byte, len(units))
	for i, unit := range units {
		if unit > 0xff {
			p.fail("InvalidCharacterError", "btoa: 只接受 U+00FF 以内的字符, 中文请先编码为 UTF-8")
		}
		data[i] = byte(unit)
	}
	return p.loop.rt.ToValue(base64.StdEncoding.EncodeToString(data))
}

// unitsOf returns the UTF-16 of a value as a string.
func unitsOf(value goja.Value) []uint16 {
	text, is := value.(goja.String)
	if !is {
		return utf16.Encode([]rune(value.String()))
	}
	units := make([]uint16, text.Length())
	for i := range units {
		units[i] = text.CharAt(i)
	}
	return units
}

// randomFloat is Math.random out of Options.Random.
func (p *Page) randomFloat() float64 {
	var n uint64
	for _, b := range p.randomBytes(8) {
		n = n<<8 | uint64(b)
	}
	return float64(n>>11) / (1 << 53)
}

var errNoRandom = errors.New("headless: Options.Random 读不出随机数")
