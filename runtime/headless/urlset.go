package headless

import (
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/dop251/goja"

	"qinghost/bridge"
)

// set changes one part as the setters of URL and location do; what is not allowed changes nothing.
func (u *address) set(part, value string) error {
	value = validText(value)
	if part == "href" {
		parsed, err := parseAddress(value, nil)
		if err == nil {
			*u = *parsed
		}
		return err
	}
	if part != "search" && part != "hash" {
		value = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(value)
	}
	noCredentials := !u.hasHost || u.host == "" || u.scheme == "file"
	switch part {
	case "protocol":
		scheme, _ := cutScheme(value + ":")
		if scheme == "" || special(scheme) != special(u.scheme) || u.scheme == "file" && u.host == "" ||
			scheme == "file" && (u.username != "" || u.password != "" || u.port != "") {
			return nil
		}
		if u.scheme = scheme; u.port == defaultPorts[scheme] {
			u.port = ""
		}
	case "username", "password":
		if noCredentials {
			return nil
		}
		if part == "username" {
			u.username = escapeSet(value, userSet)
		} else {
			u.password = escapeSet(value, userSet)
		}
	case "host", "hostname":
		u.setHost(value, part == "host")
	case "port":
		if !noCredentials {
			u.setPort(value)
		}
	case "pathname":
		if !u.isOpaque {
			if u.segments = nil; value == "" && u.hasHost && !special(u.scheme) {
				return nil
			}
			if !u.slash(value) {
				value = "/" + value
			}
			u.addPath(strings.NewReplacer("?", "%3F", "#", "%23").Replace(value))
		}
	case "search":
		value = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(value)
		u.setQuery(strings.ReplaceAll(strings.TrimPrefix(value, "?"), "#", "%23"), value != "")
	case "hash":
		value = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(value)
		u.setFragment(strings.TrimPrefix(value, "#"), value != "")
	}
	return nil
}

func (u *address) setHost(value string, withPort bool) {
	if u.isOpaque {
		return
	}
	if end := strings.IndexFunc(value, func(c rune) bool {
		return c == '/' || c == '?' || c == '#' || c == '\\' && special(u.scheme)
	}); end >= 0 {
		value = value[:end]
	}
	name, port := cutPort(value)
	colon := len(name) < len(value)
	if colon && (!withPort || u.scheme == "file") && (!withPort || name == "" || u.scheme == "file") {
		return
	}
	if name == "" && (special(u.scheme) && u.scheme != "file" || u.username != "" || u.password != "" || u.port != "" || colon) {
		return
	}
	host, err := parseHost(name, special(u.scheme))
	if err != nil {
		return
	}
	if u.scheme == "file" && host == "localhost" {
		host = ""
	}
	u.host, u.hasHost = host, true
	if withPort && port != "" {
		u.setPort(port)
	}
}

// setPort takes the leading digits.
func (u *address) setPort(value string) {
	if value == "" {
		u.port = ""
		return
	}
	digits := value[:len(value)-len(strings.TrimLeft(value, "0123456789"))]
	if digits == "" {
		return
	}
	if port, err := u.parsePort(digits); err == nil {
		u.port = port
	}
}

// get returns one part as URL and location say it.
func (u *address) get(part string) (string, bool) {
	switch part {
	case "href":
		return u.String(), true
	case "origin":
		return u.origin(), true
	case "protocol":
		return u.scheme + ":", true
	case "username":
		return u.username, true
	case "password":
		return u.password, true
	case "host":
		return u.hostPort(), true
	case "hostname":
		return u.host, true
	case "port":
		return u.port, true
	case "pathname":
		return u.path(), true
	case "search":
		return u.search(), true
	case "hash":
		return u.hash(), true
	}
	return "", false
}

// parseURL reads the address of a page.
func parseURL(text string) (*address, error) {
	if text == "" {
		text = "http://127.0.0.1/"
	}
	at, err := parseAddress(text, nil)
	if err != nil || at.host == "" || at.scheme != "http" && at.scheme != "https" {
		return nil, bridge.Errorf(bridge.BadParams, "页面地址应为 http://… 的完整形式, 收到 %q", text)
	}
	return at, nil
}

var urlFunctions = map[string]func(*Page) any{
	// address reads a URL: address(text, base) is an object of a record, or undefined.
	"address": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			var base *address
			if text := call.Argument(1); !goja.IsUndefined(text) {
				var err error
				if base, err = parseAddress(text.String(), nil); err != nil {
					return goja.Undefined()
				}
			}
			at, err := parseAddress(call.Argument(0).String(), base)
			if err != nil {
				return goja.Undefined()
			}
			rt := p.loop.rt
			return object(rt,
				"get", func(call goja.FunctionCall) goja.Value {
					value, _ := at.get(call.Argument(0).String())
					return rt.ToValue(value)
				},
				"set", func(call goja.FunctionCall) goja.Value {
					return rt.ToValue(at.set(call.Argument(0).String(), call.Argument(1).String()) == nil)
				},
			)
		}
	},
	"parseQuery": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			pairs := []any{}
			for part := range strings.SplitSeq(call.Argument(0).String(), "&") {
				if part != "" {
					name, value, _ := strings.Cut(part, "=")
					pairs = append(pairs, p.loop.rt.NewArray(formUnescape(name), formUnescape(value)))
				}
			}
			return p.loop.rt.NewArray(pairs...)
		}
	},
	"formEscape": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			return p.loop.rt.ToValue(formEscape(call.Argument(0).String()))
		}
	},
	"isWellFormed": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			units := unitsOf(call.Argument(0))
			return p.loop.rt.ToValue(slices.Equal(units, utf16.Encode(utf16.Decode(units))))
		}
	},
	"wellFormed": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			return p.loop.rt.ToValue(validText(call.Argument(0).String()))
		}
	},
}
