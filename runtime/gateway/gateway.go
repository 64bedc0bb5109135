// Package gateway is the HTTP door to the server APIs: it finds the API of a path, checks the access token, and answers in
// the vendor's envelope.
//
// A business failure is HTTP 200. Another status says that HTTP itself was at fault: 404 unknown path, 405 not POST, 415 not
// JSON, 413 more than 1 MiB, 400 no JSON object, 401 the token; 500 is a fault of the host. They all bear the envelope.
package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"mime"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"qinghost/bridge"
)

// The codes of this package.
const (
	UnknownPath bridge.Code = "94101" // HTTP 404
	NotPost     bridge.Code = "94102" // HTTP 405
	NotJSON     bridge.Code = "94103" // HTTP 415: Content-Type is not application/json
	TooLarge    bridge.Code = "94104" // HTTP 413
	NoObject    bridge.Code = "94105" // HTTP 400: the body is no JSON object in UTF-8
	TooOften    bridge.Code = "94106" // HTTP 200: a rate limit
)

const (
	largestBody   = 1 << 20 // bytes
	longestPath   = 200     // bytes, of a path that is compared with those there are
	byteOrderMark = "\xef\xbb\xbf"
)

// prefixes are the addresses that belong to the server APIs, with and without an API behind them.
var prefixes = []string{"/gateway/", "/api/roomBook/third/", "/roombook/api/third/"}

// Handles says whether the path belongs to the server APIs; the rest is the app's.
func Handles(path string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// Options are what may differ; the zero value is good.
type Options struct {
	// Log gets every call of an API, also one that is refused. Nil for none.
	Log *bridge.Log
	// Logger gets a line for each request that Log does not get, and the faults of functions: never a token, a body or a query.
	// Discards when nil.
	Logger *slog.Logger
	// RateLimits has the documented limits apply (reference §3.1), by the minutes and hours of Clock.
	RateLimits bool
	// Clock is the host's clock; it is only needed for Log and RateLimits.
	Clock *bridge.Clock
}

// gateway serves the APIs.
type gateway struct {
	doors  map[string]*bridge.API // by path
	check  func(ctx context.Context, token string, scope bridge.Scope) error
	calls  *bridge.Log // nil for none
	clock  *bridge.Clock
	logger *slog.Logger
	limit  *limiter // nil without limits
}

// Handler serves those of apis that have a Route, at its path and its aliases; two at one path panic, that is a mistake in
// the program. check says whether a token is good for a scope: a coded error is answered with 401, any other with 500. It is
// not asked where the scope is AnyScope.
func Handler(apis []bridge.API, check func(ctx context.Context, token string, scope bridge.Scope) error, opts Options) http.Handler {
	g := &gateway{doors: map[string]*bridge.API{}, check: check, calls: opts.Log, clock: opts.Clock, logger: opts.Logger}
	if g.logger == nil {
		g.logger = slog.New(slog.DiscardHandler)
	}
	if (opts.RateLimits || opts.Log != nil) && opts.Clock == nil {
		panic("gateway: Options.RateLimits and Options.Log need Options.Clock")
	}
	if opts.RateLimits {
		g.limit = newLimiter(opts.Clock)
	}
	for _, api := range apis {
		if api.Route == nil {
			continue
		}
		for _, path := range append([]string{api.Route.Path}, api.Route.Aliases...) {
			if other, taken := g.doors[path]; taken {
				panic(fmt.Sprintf("gateway: %s and %s are both at %q", other.Name, api.Name, path))
			}
			g.doors[path] = &api
		}
	}
	return g
}

// answer is what a request comes to.
type answer struct {
	status   int
	envelope json.RawMessage
	failed   *bridge.Error   // nil on success
	cause    error           // behind failed, for the log
	stack    []byte          // of a panic
	body     json.RawMessage // nil until it was read, and found to be an object
}

// ServeHTTP implements http.Handler.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	api := g.doors[r.URL.Path]
	a := g.record(api, func() answer { return g.serve(api, w, r) })
	header := w.Header()
	header["Content-Type"] = contentTypes
	header["Content-Length"] = []string{strconv.Itoa(len(a.envelope))}
	if a.status == http.StatusMethodNotAllowed {
		header.Set("Allow", http.MethodPost)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.envelope) // the caller is gone if this fails
	if api == nil || g.calls == nil || a.fault() {
		g.log(r, a, time.Since(began))
	}
}

// record enters the call of an API into the log, before its caller has the answer and may ask for the log.
func (g *gateway) record(api *bridge.API, serve func() answer) answer {
	if api == nil || g.calls == nil {
		return serve()
	}
	began := g.clock.Now().UnixMilli()
	a := serve()
	r := api.Record(bytes.Clone(a.body), a.envelope) // less the room that reading it took
	r.Page, r.At, r.Took = bridge.OverHTTP, began, max(g.clock.Now().UnixMilli()-began, 0)
	g.calls.Add(r)
	return a
}

// contentTypes is the header's value, shared by all answers.
var contentTypes = []string{"application/json; charset=utf-8"}

// serve answers a request for an API, nil where there is none; a panic is the answer 500.
func (g *gateway) serve(api *bridge.API, w http.ResponseWriter, r *http.Request) (a answer) {
	defer func() {
		if problem := recover(); problem != nil {
			body := a.body
			a = refuse(http.StatusInternalServerError, bridge.Coded(errPanic))
			a.body, a.cause, a.stack = body, fmt.Errorf("panic: %v", problem), debug.Stack()
		}
	}()
	switch {
	case api == nil:
		return refuse(http.StatusNotFound, g.unknown(r.URL.Path))
	case r.Method != http.MethodPost:
		return refuse(http.StatusMethodNotAllowed, bridge.Errorf(NotPost, "只接受 POST, 收到 %.20s", r.Method))
	case !isJSON(r.Header.Get("Content-Type")):
		return refuse(http.StatusUnsupportedMediaType, bridge.Errorf(NotJSON,
			"请求头 Content-Type 应为 application/json (UTF-8), 收到 %.60q", r.Header.Get("Content-Type")))
	}
	token := ""
	if scope := api.Route.Scope; scope != bridge.AnyScope {
		token = r.URL.Query().Get("accessToken")
		if err := g.check(r.Context(), token, scope); err != nil {
			return refused(err)
		}
	}
	if failed := g.tooOften(r, api, token); failed != nil {
		return refuse(http.StatusOK, failed)
	}
	body, failed, status := read(w, r)
	if failed != nil {
		return refuse(status, failed)
	}
	a.status, a.body = http.StatusOK, body
	a.envelope, a.failed, a.cause = api.Serve(r.Context(), body)
	return a
}

var errPanic = errors.New("panic") // without a code, so that the answer gives nothing away

// refuse is an answer that comes before the function is called.
func refuse(status int, failed *bridge.Error) answer {
	return answer{status: status, envelope: bridge.Route{}.Refuse(failed), failed: failed}
}

// refused is the answer to a token that does not open the call.
func refused(err error) answer {
	var coded *bridge.Error
	if errors.As(err, &coded) {
		return refuse(http.StatusUnauthorized, coded)
	}
	a := refuse(http.StatusInternalServerError, bridge.Coded(err))
	a.cause = err
	return a
}

// unknown names the path that may have been meant.
func (g *gateway) unknown(path string) *bridge.Error {
	hint := ""
	if len(path) <= longestPath { // what is longer was no typing error, and comparing takes time
		if near := bridge.Nearest(path, slices.Sorted(maps.Keys(g.doors))); near != "" {
			hint = fmt.Sprintf(", 是否想写 %s?", near)
		}
	}
	return bridge.Errorf(UnknownPath, "没有这个接口: %.200s%s", path, hint)
}

// isJSON says whether a Content-Type is JSON in UTF-8.
func isJSON(header string) bool {
	if header == "application/json" {
		return true
	}
	media, params, err := mime.ParseMediaType(header)
	charset := strings.ToLower(params["charset"])
	return err == nil && media == "application/json" && (charset == "" || charset == "utf-8" || charset == "utf8")
}

// read returns the body, a JSON object, or what is wrong with it.
func read(w http.ResponseWriter, r *http.Request) (body []byte, failed *bridge.Error, status int) {
	tooLarge := func() ([]byte, *bridge.Error, int) {
		return nil, bridge.Errorf(TooLarge, "请求体超过 %d 字节", largestBody), http.StatusRequestEntityTooLarge
	}
	if r.ContentLength > largestBody {
		return tooLarge()
	}
	var text bytes.Buffer
	if r.ContentLength > 0 {
		text.Grow(int(r.ContentLength) + bytes.MinRead) // room for ReadFrom to see the end
	}
	if _, err := text.ReadFrom(http.MaxBytesReader(w, r.Body, largestBody)); err != nil {
		var limit *http.MaxBytesError
		if errors.As(err, &limit) {
			return tooLarge()
		}
		return nil, bridge.Errorf(NoObject, "请求体没有收全"), http.StatusBadRequest
	}
	body = bytes.TrimSpace(bytes.TrimPrefix(text.Bytes(), []byte(byteOrderMark)))
	problem := ""
	switch {
	case len(body) == 0:
		problem = "是空的"
	case !utf8.Valid(body):
		problem = "不是 UTF-8 编码"
	case !json.Valid(body):
		problem = "不是合法的 JSON" + where(body)
	case body[0] != '{':
		problem = "不是 JSON 对象"
	default:
		return body, nil, 0
	}
	return nil, bridge.Errorf(NoObject, "请求体%s: 应为一个 JSON 对象, 如 {…}", problem), http.StatusBadRequest
}

// where says at which line the JSON breaks.
func where(body []byte) string {
	var anything json.RawMessage
	var syntax *json.SyntaxError
	if err := json.Unmarshal(body, &anything); !errors.As(err, &syntax) {
		return ""
	}
	if syntax.Offset >= int64(len(body)) {
		return " (没有写完)"
	}
	return fmt.Sprintf(" (第 %d 行)", 1+bytes.Count(body[:syntax.Offset], []byte("\n")))
}

// tooOften says that the request is over a limit, nil if it is not.
func (g *gateway) tooOften(r *http.Request, api *bridge.API, token string) *bridge.Error {
	if g.limit == nil {
		return nil
	}
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		ip = r.RemoteAddr
	}
	return g.limit.take(ip, token, api.Route)
}

// fault says that the host is to blame.
func (a answer) fault() bool { return a.cause != nil && a.failed.Code == bridge.Internal }

// log writes the request down. Neither query nor body are shown: they hold tokens and secrets.
func (g *gateway) log(r *http.Request, a answer, took time.Duration) {
	level := slog.LevelInfo
	if a.fault() {
		level = slog.LevelError
	}
	ctx := r.Context()
	if !g.logger.Enabled(ctx, level) {
		return
	}
	code := string(bridge.OK)
	if a.failed != nil {
		code = string(a.failed.Code)
	}
	attrs := make([]slog.Attr, 0, 8)
	attrs = append(attrs, slog.String("path", r.URL.Path), slog.Int("status", a.status), slog.String("errorCode", code),
		slog.Float64("ms", float64(took.Microseconds())/1000))
	if a.fault() {
		attrs = append(attrs, slog.Any("err", a.cause))
		if a.stack != nil {
			attrs = append(attrs, slog.String("stack", string(a.stack)))
		}
	}
	g.logger.LogAttrs(ctx, level, "接口", attrs...)
}
