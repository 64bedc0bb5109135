package browser

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"qinghost/bridge"
)

// largestBody is the most that a control call may send.
const largestBody = 16 << 20

// Control is what the control API does beyond the host: the parts that whoever wires the server knows.
type Control struct {
	// Token is what callers show as "Authorization: Bearer TOKEN"; never empty.
	Token string
	// Scenario makes the text of a scenario file (YAML or JSON) the current one; nil takes it away. A bad text is a coded error.
	Scenario func(text []byte) error
	// Remember writes down that calls of a method are answered so, with data or, unless failed is nil, a failure, and has it
	// done from now on; it returns the file's name.
	Remember func(method string, data json.RawMessage, failed *bridge.Error) (file string, err error)
	// Reset restores scenario, team, data and clock to their start; the host's pages and calls are reset already.
	Reset func() error
	// OpenAPI returns the document that describes the server APIs. It holds no secret, so that tools may read it without Token.
	OpenAPI func() ([]byte, error)
}

// openAPIPath is where the OpenAPI document stands.
const openAPIPath = ownPath + "openapi.json"

func (c Control) openAPI(w http.ResponseWriter, _ *http.Request) {
	text, err := c.OpenAPI()
	if err != nil {
		refuse(w, err)
		return
	}
	writeJSON(w, http.StatusOK, json.RawMessage(text))
}

// controlHandler serves the control API (below /__qinghost/api/) for test scripts and the simulator.
func controlHandler(host *bridge.Host, c Control) http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, do func(*http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			result, err := do(r)
			if err != nil {
				refuse(w, err)
				return
			}
			writeJSON(w, http.StatusOK, result)
		})
	}
	handle("GET /calls", func(r *http.Request) (any, error) { return listCalls(host, r) })
	handle("GET /state", func(*http.Request) (any, error) {
		return map[string]any{"pages": host.State(), "clock": host.Clock.Now().UnixMilli()}, nil
	})
	handle("PUT /scenario", func(r *http.Request) (any, error) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, tooLarge(err)
		}
		return done(c.Scenario(text))
	})
	handle("DELETE /scenario", func(*http.Request) (any, error) { return done(c.Scenario(nil)) })
	handle("POST /answer", func(r *http.Request) (any, error) { return answer(host, c, r) })
	handle("POST /emit", func(r *http.Request) (any, error) { return emit(host, r) })
	handle("POST /clock", func(r *http.Request) (any, error) { return moveClock(host.Clock, r) })
	handle("POST /reset", func(*http.Request) (any, error) {
		host.Reset()
		return done(c.Reset())
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, &failure{http.StatusNotFound, "not_found", "没有这个控制接口: " + r.Method + " " + r.URL.Path +
			"; 可用: GET calls, GET state, PUT/DELETE scenario, POST answer|emit|clock|reset"})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, is := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !is || subtle.ConstantTimeCompare([]byte(given), []byte(c.Token)) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuse(w, &failure{http.StatusUnauthorized, "unauthorized",
				"需要请求头 Authorization: Bearer TOKEN; TOKEN 在 preview 启动时打印 (--json 的 token)"})
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, largestBody)
		mux.ServeHTTP(w, r)
	})
}

func listCalls(host *bridge.Host, r *http.Request) (any, error) {
	var after uint64
	if text := r.URL.Query().Get("after"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return nil, malformed("after 应为调用的 id (非负整数), 收到 " + strconv.Quote(text))
		}
		after = n
	}
	return map[string]any{"calls": host.Log.After(after, r.URL.Query().Get("method"))}, nil
}

// answer answers a view: it splits "view" and "page" from the rest of the body, which is the answer; or a call, by hand.
func answer(host *bridge.Host, c Control, r *http.Request) (any, error) {
	var body map[string]json.RawMessage
	if err := readJSON(r, &body); err != nil {
		return nil, err
	}
	if _, is := body["call"]; is {
		return answerCall(host, c, body)
	}
	var view, page string
	if json.Unmarshal(body["view"], &view) != nil || view == "" {
		return nil, malformed(`缺少 "view": 要回答的视图, 如 personPicker; 或 "call": 要手工回答的调用的 id`)
	}
	if given, is := body["page"]; is && json.Unmarshal(given, &page) != nil {
		return nil, malformed(`"page" 应为页面 id (字符串)`)
	}
	delete(body, "view")
	delete(body, "page")
	rest, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return done(host.Answer(page, view, rest))
}

// answerCall answers a call that has no answer by hand, and remembers the answer if it is to.
func answerCall(host *bridge.Host, c Control, body map[string]json.RawMessage) (any, error) {
	var given struct {
		Call      uint64          `json:"call"`
		Data      json.RawMessage `json:"data"`
		Error     *string         `json:"error"`
		ErrorCode json.RawMessage `json:"errorCode"` // a string, or a number as people write it
		Remember  bool            `json:"remember"`
	}
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&given); err != nil {
		return nil, malformed("请求体不是所需的 JSON: " + inWords(err))
	}
	var failed *bridge.Error
	if given.Error != nil || given.ErrorCode != nil {
		failed = &bridge.Error{Code: bridge.Failed}
		if given.Error != nil {
			failed.Message = *given.Error
		}
		if given.ErrorCode != nil {
			failed.Code = bridge.Code(strings.Trim(string(given.ErrorCode), `"`))
		}
	}
	if failed != nil && (failed.Code == bridge.OK || given.Data != nil) {
		return nil, malformed(`失败的 errorCode 不能是 "0", 也没有 data`)
	}
	method, err := host.AnswerCall(given.Call, given.Data, failed)
	if err != nil || !given.Remember {
		return done(err)
	}
	file, err := c.Remember(method, given.Data, failed)
	return map[string]string{"scenario": file}, err
}

func emit(host *bridge.Host, r *http.Request) (any, error) {
	var body struct {
		Page  string          `json:"page"`
		Event string          `json:"event"`
		Data  json.RawMessage `json:"data"`
	}
	if err := readJSON(r, &body); err != nil {
		return nil, err
	}
	if body.Event == "" {
		return nil, malformed(`缺少 "event": 事件名`)
	}
	if strings.HasPrefix(body.Event, "$/") || strings.HasPrefix(body.Event, bridge.ViewPrefix) {
		return nil, malformed("事件名 " + body.Event + " 是 qinghost 内部保留的")
	}
	return done(host.Emit(context.WithoutCancel(r.Context()), body.Page, body.Event, body.Data))
}

func moveClock(clock *bridge.Clock, r *http.Request) (any, error) {
	var body struct {
		Advance *int64 `json:"advance"`
		Set     *int64 `json:"set"`
		Run     bool   `json:"run"`
	}
	if err := readJSON(r, &body); err != nil {
		return nil, err
	}
	switch {
	case body.Advance != nil && body.Set == nil && !body.Run && *body.Advance >= 0:
		clock.Advance(time.Duration(*body.Advance) * time.Millisecond)
	case body.Set != nil && body.Advance == nil && !body.Run:
		clock.Set(time.UnixMilli(*body.Set))
	case body.Run && body.Advance == nil && body.Set == nil:
		clock.Run()
	default:
		return nil, malformed(`应为 {"advance":毫秒≥0}、{"set":毫秒} 或 {"run":true} 之一`)
	}
	return map[string]int64{"clock": clock.Now().UnixMilli()}, nil
}

// failure is an error of the control API itself.
type failure struct {
	status        int
	code, message string
}

func (f *failure) Error() string { return f.message }

func malformed(message string) error { return &failure{http.StatusBadRequest, "bad_request", message} }

func tooLarge(err error) error {
	var limit *http.MaxBytesError
	if errors.As(err, &limit) {
		return &failure{http.StatusRequestEntityTooLarge, "too_large", "请求体超过 16 MiB"}
	}
	return malformed("读取请求体失败: " + err.Error())
}

// readJSON decodes the body strictly; a typing error in a test script is better said than ignored.
func readJSON(r *http.Request, into any) error {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		var limit *http.MaxBytesError
		if errors.As(err, &limit) {
			return tooLarge(err)
		}
		return malformed("请求体不是所需的 JSON: " + inWords(err))
	}
	if decoder.More() {
		return malformed("请求体在 JSON 之后还有内容")
	}
	return nil
}

// inWords says what is wrong with a body without speaking of Go.
func inWords(err error) string {
	var wrongType *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF):
		return "请求体是空的"
	case errors.As(err, &wrongType):
		hint := ""
		if k := wrongType.Type.Kind(); k == reflect.Int64 || k == reflect.Uint64 {
			hint = " (应为整数; 时间都是毫秒)"
		}
		return fmt.Sprintf("字段 %s 的类型不对, 收到 %s%s", wrongType.Field, wrongType.Value, hint)
	case errors.As(err, &syntax):
		return fmt.Sprintf("第 %d 个字节处不是 JSON (%v)", syntax.Offset, err)
	}
	if name, is := strings.CutPrefix(err.Error(), "json: unknown field "); is {
		return "不认识的字段 " + name
	}
	return err.Error()
}

// done is the answer of a call that only does something.
func done(err error) (any, error) { return struct{}{}, err }

// refuse answers with an error; those of the host keep their code.
func refuse(w http.ResponseWriter, err error) {
	var own *failure
	status, code, message := http.StatusInternalServerError, "", ""
	if errors.As(err, &own) {
		status, code, message = own.status, own.code, own.message
	} else {
		coded := bridge.Coded(err)
		code, message = string(coded.Code), coded.Message
		switch coded.Code {
		case bridge.NoView:
			status = http.StatusConflict
		case bridge.BadParams:
			status = http.StatusBadRequest
		case bridge.PageGone:
			status = http.StatusNotFound
		}
	}
	writeJSON(w, status, map[string]any{"error": map[string]string{"code": code, "message": message}})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // the caller is gone if this fails
}
