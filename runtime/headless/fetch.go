package headless

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/dop251/goja"
)

// mostRedirects is how many redirects a fetch follows, as in browsers.
const mostRedirects = 20

// answer is what a request of a page came to.
type answer struct {
	response *http.Response
	body     []byte
	url      string
	hops     int
}

// send sends a request and all that its redirects ask for. Cookies are neither sent nor kept, and there is no CORS: a test
// has no browser to protect.
func (p *Page) send(ctx context.Context, request *http.Request, redirect string) (*answer, error) {
	if p.fetch == nil {
		return nil, errors.New("这个页面没有接网络, 请求被拒绝; 请在 Options.Fetch 中接上, 或在测试里替换 globalThis.fetch")
	}
	var body []byte
	if request.GetBody != nil {
		if reader, err := request.GetBody(); err == nil {
			body, _ = readAll(reader) // it is in memory
		}
	}
	for hops := 0; ; hops++ {
		response, err := p.fetch(request.WithContext(ctx))
		if err != nil {
			return nil, err
		}
		content, err := readAll(response.Body)
		if err != nil {
			return nil, fmt.Errorf("读取应答: %w", err)
		}
		target := response.Header.Get("Location")
		switch response.StatusCode {
		case 301, 302, 303, 307, 308:
		default:
			target = ""
		}
		if target == "" || redirect == "manual" {
			return &answer{response, content, request.URL.String(), hops}, nil
		}
		at, _ := parseAddress(request.URL.String(), nil) // it was one before
		to, err := parseAddress(target, at)
		switch {
		case redirect == "error":
			return nil, fmt.Errorf("被重定向到 %s, 而 redirect 是 'error'", target)
		case err != nil:
			return nil, fmt.Errorf("重定向的地址无效: %s", target)
		case hops == mostRedirects:
			return nil, fmt.Errorf("重定向超过 %d 次, 最后是 %s", mostRedirects, target)
		}
		method := request.Method
		if response.StatusCode == 303 && method != http.MethodHead || response.StatusCode < 303 && method == http.MethodPost {
			method, body = http.MethodGet, nil
		}
		next, err := http.NewRequestWithContext(ctx, method, to.withoutFragment(), bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		next.Header = request.Header.Clone()
		if body == nil {
			next.Header.Del("Content-Type")
		}
		if to.origin() != at.origin() {
			next.Header.Del("Authorization")
		}
		request = next
	}
}

// serverPaths are those of the vendor's server that the host answers itself; web/src/gateway.ts has the same.
var serverPaths = []string{"/gateway/", "/api/roomBook/third/", "/roombook/api/third/"}

// ownAddress leads a call of the vendor's server to the page's own origin, as the page library does in browsers.
func (p *Page) ownAddress(url string) string {
	at, err := parseAddress(url, nil)
	if err != nil || at.host != "yunzhijia.com" && at.host != "www.yunzhijia.com" {
		return url
	}
	for _, prefix := range serverPaths {
		if strings.HasPrefix(at.path(), prefix) {
			own := *p.place.at
			own.segments, own.query, own.hasQuery, own.hasFrag = at.segments, at.query, at.hasQuery, false
			return own.String()
		}
	}
	return url
}

var fetchFunctions = map[string]func(*Page) any{
	// send(method, url, headers, body, redirect, done) sends a request and returns a function that gives it up; done takes
	// the message of a failure, or an object that says what was answered.
	"send": func(p *Page) any {
		return func(call goja.FunctionCall) goja.Value {
			rt := p.loop.rt
			method, url := call.Argument(0).String(), call.Argument(1).String()
			url, _, _ = strings.Cut(p.ownAddress(url), "#")
			done, _ := goja.AssertFunction(call.Argument(5))
			data := bytes.Clone(bytesOf(call.Argument(3)))
			ctx, cancel := context.WithCancel(p.context)
			request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(data))
			if err != nil {
				cancel()
				panic(rt.NewTypeError("不能请求 %s: %s", url, err))
			}
			request.Header.Set("User-Agent", p.profile.UserAgent)
			request.Header.Set("Accept", "*/*")
			rt.ForOf(call.Argument(2), func(pair goja.Value) bool {
				request.Header.Set(pair.ToObject(rt).Get("0").String(), pair.ToObject(rt).Get("1").String())
				return true
			})
			redirect := call.Argument(4).String()
			release := p.loop.clock.Hold()
			p.work.Go(func() {
				defer release()
				defer cancel()
				got, err := p.send(ctx, request, redirect)
				if ctx.Err() != nil {
					return // given up
				}
				p.loop.post(func() {
					if err != nil {
						p.loop.call(done, rt.ToValue(fmt.Sprintf("%s %s 失败: %s", method, url, err)))
						return
					}
					p.loop.call(done, goja.Undefined(), p.answerObject(got))
				})
			})
			return rt.ToValue(func(goja.FunctionCall) goja.Value {
				cancel()
				return goja.Undefined()
			})
		}
	},
}

func (p *Page) answerObject(a *answer) goja.Value {
	headers := []any{}
	for name, values := range a.response.Header {
		for _, value := range values {
			headers = append(headers, p.loop.rt.NewArray(strings.ToLower(name), value))
		}
	}
	text := http.StatusText(a.response.StatusCode)
	if _, given, ok := strings.Cut(a.response.Status, " "); ok {
		text = given
	}
	return object(p.loop.rt, "status", a.response.StatusCode, "statusText", text,
		"headers", p.loop.rt.NewArray(headers...), "body", p.newBuffer(a.body), "url", a.url, "redirected", a.hops > 0)
}
