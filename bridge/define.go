package bridge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// API is one thing that a page can call: a typed function and what is to be known about it. Define and DefineOnPage make it.
type API struct {
	// Name is what the page passes to qing.call.
	Name string
	// Doc is one line for lists and generated documents.
	Doc string
	// Waits marks a function that waits for a person or the network: it runs in a goroutine of its own, while calls that came
	// after it go on. It begins in its turn: see Begun. All others run one after another, in the order in which they arrived.
	Waits bool
	// Silent marks a method that never calls back on the phone when it succeeds (reference §1.2); its failures do.
	Silent bool
	// Repeats marks a method whose callback fires as often as Reply is called, and not when the function returns.
	Repeats bool
	// Hidden marks what only qinghost's own views call: not listed, not in checkJsApi, not in the log.
	Hidden bool
	// Since is the lowest version of the client that has the method, such as "0.9.77"; empty where that is not known.
	Since string
	// Clients are the kinds of client that have the method ("ios", "android", "desktop"); nil for both phones.
	Clients []string
	// Example is a JSON text of parameters, for documents and the inspector; never empty.
	Example string
	// Route is where the API stands over HTTP; nil for what only a page can call.
	Route *Route
	// Params and Result are the function's types, from which documents and TypeScript types are made.
	Params, Result reflect.Type

	call  func(ctx context.Context, page Page, params json.RawMessage) (any, error)
	known known    // the fields of Params
	shown []string // see Secret; nil: all
}

// Option says something more about an API.
type Option func(*API)

// Waits marks the API as one that waits for a person or the network; see API.Waits.
func Waits(a *API) { a.Waits = true }

// Silent marks the API as one that does not call back on success; see API.Silent.
func Silent(a *API) { a.Silent = true }

// Repeats marks the API as one whose callback may fire many times; see API.Repeats.
func Repeats(a *API) { a.Repeats = true }

// Hidden marks the API as one for qinghost's own views; see API.Hidden.
func Hidden(a *API) { a.Hidden = true }

// Secret marks the API as one that takes or gives secrets: it is Hidden, and in the log of its calls over HTTP these are the
// only fields of parameters and data whose values stand there.
func Secret(shown ...string) Option {
	return func(a *API) { a.Hidden, a.shown = true, append([]string{}, shown...) }
}

// Since says since which version of the client the method exists; see API.Since.
func Since(version string) Option { return func(a *API) { a.Since = version } }

// On says which kinds of client have the method, where it is not both phones; On("*"): every one, at any version. See API.Clients.
func On(clients ...string) Option { return func(a *API) { a.Clients = clients } }

// Example gives the parameters that documents show, as JSON; "{}" without it.
func Example(params string) Option { return func(a *API) { a.Example = params } }

// Define makes an API of a function that needs no page. P's JSON fields are the parameters, R's the result's data. An error
// made by Errorf reaches the caller with its code, any other as Internal.
func Define[P, R any](name, doc string, fn func(context.Context, P) (R, error), opts ...Option) API {
	return DefineOnPage(name, doc, func(ctx context.Context, _ Page, p P) (R, error) { return fn(ctx, p) }, opts...)
}

// DefineOnPage makes an API of a function that needs the page that calls, to ask it for views or to tell it events.
func DefineOnPage[P, R any](name, doc string, fn func(context.Context, Page, P) (R, error), opts ...Option) API {
	api := API{
		Name: name, Doc: doc, Example: "{}",
		Params: reflect.TypeFor[P](), Result: reflect.TypeFor[R](), known: knownTo(reflect.TypeFor[P]()),
		call: func(ctx context.Context, page Page, raw json.RawMessage) (any, error) {
			var params P
			if err := decodeParams(raw, &params); err != nil {
				return nil, err
			}
			return fn(ctx, page, params)
		},
	}
	for _, opt := range opts {
		opt(&api)
	}
	return api
}

// decodeParams fills params from what the page sent. Nothing at all, "undefined" of the old libraries, and null are the
// same as an empty object.
func decodeParams(raw json.RawMessage, params any) error {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		return nil
	}
	var err error
	if own, is := params.(json.Unmarshaler); is && raw[0] == '{' {
		err = own.UnmarshalJSON(raw) // encoding/json would read all of it twice before
	} else {
		err = json.Unmarshal(raw, params)
	}
	var coded *Error
	var wrongType *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &coded):
		return coded
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return Errorf(BadParams, "参数 %s 类型不对: 应为%s, 收到%s", wrongType.Field, kindName(wrongType.Type), jsonKind(wrongType.Value))
	case errors.As(err, &wrongType):
		return Errorf(BadParams, "参数应为一个对象, 如 {…}, 收到%s", jsonKind(wrongType.Value))
	default:
		return Errorf(BadParams, "参数无法解析: %s", clip(raw, 120))
	}
}

func kindName(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeFor[Int]() {
		return "整数"
	}
	switch t.Kind() {
	case reflect.String:
		return "字符串"
	case reflect.Bool:
		return "布尔值"
	case reflect.Slice, reflect.Array:
		return "数组"
	case reflect.Struct, reflect.Map:
		return "对象"
	default:
		return "数字"
	}
}

func jsonKind(value string) string {
	for prefix, name := range map[string]string{"string": "字符串", "number": "数字", "bool": "布尔值", "array": "数组", "object": "对象"} {
		if len(value) >= len(prefix) && value[:len(prefix)] == prefix {
			return name
		}
	}
	return fmt.Sprintf(" %s", value)
}

// Envelope is the result of a client API as every callback sees it (source document, "调用代码"): all four are always there,
// success and errorCode as strings.
type Envelope struct {
	Success   string          `json:"success"`
	Error     string          `json:"error"`
	ErrorCode Code            `json:"errorCode"`
	Data      json.RawMessage `json:"data"`
}

var emptyObject = json.RawMessage("{}")

// envelop wraps what a function returned.
func envelop(result any, failure *Error) json.RawMessage {
	e := Envelope{Success: "true", ErrorCode: OK, Data: emptyObject}
	if answer, is := result.(interface{ whole() }); is && failure == nil {
		return encode(answer)
	}
	if own, is := result.(Enveloped); is && failure == nil {
		e = own.Envelope
	} else if failure == nil {
		data, err := json.Marshal(result)
		if err != nil {
			failure = Errorf(Internal, "结果无法编码: %v", err)
		} else if !bytes.Equal(data, []byte("null")) {
			e.Data = data
		}
	}
	if failure != nil {
		e.Success, e.Error, e.ErrorCode = "false", failure.Message, failure.Code
	}
	text, err := json.Marshal(e)
	if err != nil {
		panic(err) // strings and valid JSON always encode
	}
	return text
}

// Enveloped is a result that brings its own envelope, for the methods whose answer is not the usual one; it is sent as it is.
type Enveloped struct{ Envelope }

// Whole is embedded in a result that is the whole answer and not its data, for the methods whose answer has keys or types of
// its own, such as {"success":"true"} alone.
type Whole struct{}

func (Whole) whole() {}

// IsWhole says whether results of that type are whole answers.
func IsWhole(t reflect.Type) bool { return t.Implements(reflect.TypeFor[interface{ whole() }]()) }
