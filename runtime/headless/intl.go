package headless

import (
	"encoding/json"
	"math"
	"strconv"
	"time"
	"unicode"

	"github.com/dop251/goja"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// numberText writes a Number or BigInt so that it can be read back exactly.
func numberText(value goja.Value) string {
	switch n := value.Export().(type) {
	case int64:
		return strconv.FormatInt(n, 10)
	case float64:
		return strconv.FormatFloat(n, 'e', -1, 64)
	}
	return value.String() // a BigInt
}

// collation is what localeCompare and Intl.Collator are asked for.
type collation struct {
	Locale      string
	Numeric     bool
	Sensitivity string
}

// collator returns the collator for the options; one is kept for each.
func (p *Page) collator(text string) *collate.Collator {
	if found := p.collators[text]; found != nil {
		return found
	}
	var c collation
	_ = json.Unmarshal([]byte(text), &c) // the prelude's own
	tag := language.AmericanEnglish
	if c.Locale == "zh-CN" {
		tag = language.SimplifiedChinese
	}
	var options []collate.Option
	if c.Numeric {
		options = append(options, collate.Numeric)
	}
	switch c.Sensitivity {
	case "base":
		options = append(options, collate.IgnoreCase, collate.IgnoreDiacritics)
	case "accent":
		options = append(options, collate.IgnoreCase)
	case "case":
		options = append(options, collate.IgnoreDiacritics)
	}
	if p.collators == nil {
		p.collators = map[string]*collate.Collator{}
	}
	made := collate.New(tag, options...)
	p.collators[text] = made
	return made
}

// compareChinese puts Chinese characters before other letters, as CLDR does for zh and x/text does not.
func compareChinese(c *collate.Collator, a, b string) int {
	left, right := []rune(a), []rune(b)
	for i := 0; i < len(left) && i < len(right); i++ {
		if left[i] == right[i] {
			continue
		}
		first, second := unicode.Is(unicode.Han, left[i]), unicode.Is(unicode.Han, right[i])
		if first != second && unicode.IsLetter(left[i]) && unicode.IsLetter(right[i]) {
			if first {
				return -1
			}
			return 1
		}
		break
	}
	return c.CompareString(a, b)
}

// formatter is an object with format(value) and parts(value), the latter flat: type, value, type, value …
func (p *Page) formatter(format func(goja.Value) []part) goja.Value {
	rt := p.loop.rt
	return object(rt,
		"format", func(call goja.FunctionCall) goja.Value { return rt.ToValue(join(format(call.Argument(0)))) },
		"parts", func(call goja.FunctionCall) goja.Value {
			var flat []any
			for _, part := range format(call.Argument(0)) {
				flat = append(flat, part.Type, part.Value)
			}
			return rt.NewArray(flat...)
		},
	)
}

var intlFunctions = map[string]func(*Page) any{
	"lang": func(p *Page) any { return p.config.Lang },
	"numberFormat": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			f := &numberFormat{}
			if err := json.Unmarshal([]byte(call.Argument(0).String()), f); err != nil {
				panic(p.loop.rt.NewGoError(err))
			}
			return p.formatter(func(value goja.Value) []part {
				text := numberText(value)
				if value.Export() == any(math.Copysign(0, -1)) {
					text = "-0"
				}
				return f.format(text)
			})
		}
	},
	"dateFormat": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			f := &dateFormat{}
			if err := json.Unmarshal([]byte(call.Argument(0).String()), f); err != nil {
				panic(p.loop.rt.NewGoError(err))
			}
			f.zone, _ = time.LoadLocation(f.TimeZone) // checked by timeZone
			return p.formatter(func(value goja.Value) []part { return f.format(time.UnixMilli(value.ToInteger())) })
		}
	},
	// timeZone returns a zone's proper name, that of the machine for undefined, and undefined for one that does not exist.
	"timeZone": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			if goja.IsUndefined(call.Argument(0)) {
				return p.loop.rt.ToValue(localZone())
			}
			name := call.Argument(0).String()
			switch name {
			case "utc", "UTC", "GMT", "Etc/UTC", "Etc/GMT":
				return p.loop.rt.ToValue("UTC")
			}
			if _, err := time.LoadLocation(name); err != nil || name == "Local" || name == "" {
				return goja.Undefined()
			}
			return p.loop.rt.ToValue(name)
		}
	},
	"known": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			_, currency := currencies[call.Argument(0).String()]
			_, unit := units[call.Argument(0).String()]
			return p.loop.rt.ToValue(currency || unit)
		}
	},
	"collate": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			options := call.Argument(2)
			chinese := p.config.Lang != "en"
			text := `{"locale":"en-US"}`
			if chinese {
				text = `{"locale":"zh-CN"}`
			}
			if !goja.IsUndefined(options) || !goja.IsUndefined(call.Argument(3)) {
				resolve, _ := goja.AssertFunction(p.part("intl").Get("collation"))
				resolved, err := resolve(goja.Undefined(), options, call.Argument(3))
				if err != nil {
					panic(err)
				}
				text = resolved.String()
				chinese = text[len(`{"locale":"`)] == 'z'
			}
			a, b, c := call.Argument(0).String(), call.Argument(1).String(), p.collator(text)
			if chinese {
				return p.loop.rt.ToValue(compareChinese(c, a, b))
			}
			return p.loop.rt.ToValue(c.CompareString(a, b))
		}
	},
}

// localZone is the name of the machine's time zone, as far as Go knows it.
func localZone() string {
	name := time.Local.String()
	if name != "Local" {
		return name
	}
	if zone, offset := time.Now().Zone(); offset == 0 && zone == "UTC" {
		return "UTC"
	}
	if _, offset := time.Now().Zone(); offset == 8*3600 {
		return "Asia/Shanghai"
	}
	return "Local"
}
