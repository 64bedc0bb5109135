package headless

import (
	"crypto/rand"
	"io"
	"slices"

	"github.com/dop251/goja"
)

// place is where the page is: its location and what history.pushState makes of it.
type place struct {
	page *Page
	at   *address
}

var locationParts = []string{"href", "origin", "protocol", "host", "hostname", "port", "pathname", "search", "hash"}

// Get implements goja.DynamicObject.
func (l *place) Get(name string) goja.Value {
	if slices.Contains(locationParts, name) {
		value, _ := l.at.get(name)
		return l.page.loop.rt.ToValue(value)
	}
	switch name {
	case "toString":
		return l.page.loop.rt.ToValue(func(goja.FunctionCall) goja.Value { return l.page.loop.rt.ToValue(l.at.String()) })
	case "assign", "replace":
		return l.page.loop.rt.ToValue(func(call goja.FunctionCall) goja.Value {
			l.navigate(call.Argument(0).String())
			return goja.Undefined()
		})
	case "reload":
		return l.page.loop.rt.ToValue(func(goja.FunctionCall) goja.Value {
			l.leave(l.at)
			return goja.Undefined()
		})
	}
	return nil
}

// Set implements goja.DynamicObject: it goes elsewhere.
func (l *place) Set(name string, value goja.Value) bool {
	if name == "href" {
		l.navigate(value.String())
		return true
	}
	if !slices.Contains(locationParts, name) || name == "origin" {
		return false
	}
	to := *l.at
	if err := to.set(name, value.String()); err == nil {
		l.navigate(to.String())
	}
	return true
}

// Has implements goja.DynamicObject.
func (l *place) Has(name string) bool {
	return slices.Contains(locationParts, name) || slices.Contains([]string{"toString", "assign", "replace", "reload"}, name)
}

// Delete implements goja.DynamicObject.
func (l *place) Delete(name string) bool { return !l.Has(name) }

// Keys implements goja.DynamicObject.
func (l *place) Keys() []string { return locationParts }

// navigate goes to a URL: within the page when nothing but the fragment changes.
func (l *place) navigate(text string) {
	to, err := parseAddress(text, l.at)
	if err != nil {
		l.page.fail("SyntaxError", "location: 不是有效的 URL: "+text)
	}
	if !to.hasFrag || to.withoutFragment() != l.at.withoutFragment() {
		l.leave(to)
		return
	}
	if from := l.at.String(); from != to.String() {
		l.at = to
		l.page.loop.post(func() {
			rt := l.page.loop.rt
			changed, _ := goja.AssertFunction(l.page.part("place").Get("hashChanged"))
			l.page.loop.call(changed, rt.ToValue(from), rt.ToValue(to.String()))
		})
	}
}

// leave reports that the page would go to another one.
func (l *place) leave(to *address) {
	if l.page.navigate != nil {
		l.page.navigate(to.String())
		return
	}
	l.page.console("error", "页面要跳转到 "+to.String()+", 没有画面的页面不会跳转, 脚本继续在原地运行")
}

// locationObject is location.
func (p *Page) locationObject() any {
	if p.placeObject == nil {
		p.placeObject = p.loop.rt.NewDynamicObject(p.place)
	}
	return p.placeObject
}

// randomBytes returns n random bytes, out of Options.Random if there is one.
func (p *Page) randomBytes(n int) []byte {
	data := make([]byte, n)
	source := p.random
	if source == nil {
		source = rand.Reader
	}
	if _, err := io.ReadFull(source, data); err != nil {
		panic(p.loop.rt.NewGoError(errNoRandom))
	}
	return data
}

var placeFunctions = map[string]func(*Page) any{
	"location": (*Page).locationObject,
	// moveTo is the address part of pushState and replaceState; false when that is of another origin.
	"moveTo": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			to, err := parseAddress(call.Argument(0).String(), p.place.at)
			if err != nil || to.origin() != p.place.at.origin() {
				return p.loop.rt.ToValue(false)
			}
			p.place.at = to
			return p.loop.rt.ToValue(true)
		}
	},
	"random": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			return p.loop.rt.ToValue(p.loop.rt.NewArrayBuffer(p.randomBytes(int(call.Argument(0).ToInteger()))))
		}
	},
	"startedAt": func(p *Page) any { return float64(p.start.UnixMicro()) / 1000 },
	"storage": func(p *Page) any {
		rt := p.loop.rt
		return object(rt,
			"get", func(call goja.FunctionCall) goja.Value {
				if value, is := areaOf(call.Argument(0)).get(call.Argument(1).String()); is {
					return goja.StringFromUTF16(value)
				}
				return goja.Null()
			},
			"set", func(call goja.FunctionCall) goja.Value {
				p.store(areaOf(call.Argument(0)), call.Argument(1).String(), call.Argument(2))
				return goja.Undefined()
			},
			"remove", func(call goja.FunctionCall) goja.Value {
				areaOf(call.Argument(0)).remove(call.Argument(1).String())
				return goja.Undefined()
			},
			"clear", func(call goja.FunctionCall) goja.Value {
				areaOf(call.Argument(0)).clear()
				return goja.Undefined()
			},
			"keys", func(call goja.FunctionCall) goja.Value {
				names := []any{}
				for _, name := range areaOf(call.Argument(0)).keys() {
					names = append(names, name)
				}
				return rt.NewArray(names...)
			},
		)
	},
}
