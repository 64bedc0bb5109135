package headless

import (
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/dop251/goja"

	"qinghost/bridge"
)

//go:embed prelude.js
var prelude string

// hooks are the functions of the prelude that Go calls.
type hooks struct {
	evaluate, load goja.Callable
}

// installGlobals puts onto the global object what a page of that client finds in a browser.
func (p *Page) installGlobals(profile bridge.Profile, at *url.URL) error {
	rt := p.loop.rt
	global := rt.GlobalObject()
	place := location(rt, at)
	screen := profile.Screen
	names := map[string]any{
		"window": global, "self": global, "top": global, "parent": global, "frames": global,
		"location":      place,
		"setTimeout":    p.loop.setTimer(false),
		"setInterval":   p.loop.setTimer(true),
		"clearTimeout":  p.loop.clearTimer,
		"clearInterval": p.loop.clearTimer,
		"atob":          func(call goja.FunctionCall) goja.Value { return atob(rt, call.Argument(0).String()) },
		"btoa":          func(call goja.FunctionCall) goja.Value { return btoa(rt, call.Argument(0).ToString()) },
		"innerWidth":    screen.Width, "innerHeight": screen.Height, "devicePixelRatio": screen.Ratio,
		"screen":    object(rt, "width", screen.Width, "height", screen.Height, "availWidth", screen.Width, "availHeight", screen.Height),
		"navigator": navigator(rt, profile, p.config.Lang),
	}
	for name, value := range names {
		if err := global.DefineDataProperty(name, rt.ToValue(value), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
			return err
		}
	}
	start := p.loop.now()
	native := object(rt,
		"location", place,
		"now", func() float64 { return float64(p.loop.now().Sub(start).Microseconds()) / 1000 },
		"report", func(call goja.FunctionCall) goja.Value {
			p.report(p.loop.fault(Exception, call.Argument(0)))
			return goja.Undefined()
		},
		"write", func(call goja.FunctionCall) goja.Value {
			p.console(call.Argument(0).String(), format(rt, call.Arguments[1:]))
			return goja.Undefined()
		},
	)
	hooks, err := p.callProgram(preludeProgram, native)
	if err != nil {
		return fmt.Errorf("headless: prelude: %w", err)
	}
	own := hooks.ToObject(rt)
	p.hooks.evaluate, _ = goja.AssertFunction(own.Get("evaluate"))
	p.hooks.load, _ = goja.AssertFunction(own.Get("load"))
	return nil
}

// object makes an object of names and values in turn.
func object(rt *goja.Runtime, pairs ...any) *goja.Object {
	o := rt.NewObject()
	for i := 0; i < len(pairs); i += 2 {
		_ = o.Set(pairs[i].(string), pairs[i+1]) // a plain object takes everything
	}
	return o
}

// location is the page's address; it cannot be changed.
func location(rt *goja.Runtime, at *url.URL) *goja.Object {
	search, hash := "", ""
	if at.RawQuery != "" {
		search = "?" + at.RawQuery
	}
	if at.Fragment != "" {
		hash = "#" + at.EscapedFragment()
	}
	href := at.String()
	return object(rt,
		"href", href, "protocol", at.Scheme+":", "host", at.Host, "hostname", at.Hostname(), "port", at.Port(),
		"origin", at.Scheme+"://"+at.Host, "pathname", at.EscapedPath(), "search", search, "hash", hash,
		"toString", func() string { return href },
	)
}

// parseURL reads the address of a page.
func parseURL(text string) (*url.URL, error) {
	if text == "" {
		text = "http://127.0.0.1/"
	}
	at, err := url.Parse(text)
	if err != nil || at.Host == "" {
		return nil, bridge.Errorf(bridge.BadParams, "页面地址应为 http://… 的完整形式, 收到 %q", text)
	}
	if at.Path == "" {
		at.Path = "/"
	}
	return at, nil
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
	)
}

// atob decodes base64 into a string of bytes, as leniently as browsers do.
func atob(rt *goja.Runtime, text string) goja.Value {
	text = strings.Join(strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \t\n\f\r", c) }), "")
	if len(text)%4 == 0 {
		text = strings.TrimSuffix(strings.TrimSuffix(text, "="), "=")
	}
	data, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		panic(rt.NewGoError(errors.New("atob: 不是有效的 base64")))
	}
	units := make([]uint16, len(data))
	for i, b := range data {
		units[i] = uint16(b)
	}
	return goja.StringFromUTF16(units)
}

// btoa encodes a string of bytes as base64.
func btoa(rt *goja.Runtime, value goja.Value) goja.Value {
	text := value.(goja.String)
	data := make([]byte, text.Length())
	for i := range data {
		unit := text.CharAt(i)
		if unit > 0xff {
			panic(rt.NewGoError(errors.New("btoa: 只接受 U+00FF 以内的字符, 中文请先编码为 UTF-8")))
		}
		data[i] = byte(unit)
	}
	return rt.ToValue(base64.StdEncoding.EncodeToString(data))
}
