package bridge

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
)

// Scope is what an access token is good for (reference §3.1, §3.2).
type Scope string

const (
	AnyScope      Scope = ""               // no token is asked for: the calls that give tokens
	AppScope      Scope = "app"            // the app on its own behalf
	TeamScope     Scope = "team"           // the app in one team
	ResGroupScope Scope = "resGroupSecret" // a team's resource group: meetings, rooms
)

// Route is where a server API stands over HTTP, and how its family writes its answers.
type Route struct {
	Path    string   // "/gateway/cloudwork/meeting/create"
	Aliases []string // further paths
	Scope   Scope    // what the token in ?accessToken= must be good for
	// EmptyError has success say "error":"" (the roomBook family); without it, "error":null (the cloudwork family).
	EmptyError bool
}

// At gives the API a place over HTTP, which makes it a server API: its answer is a ServerEnvelope, over HTTP and to a page
// alike.
func At(route Route) Option { return func(a *API) { a.Route = &route } }

// ServerEnvelope is the answer of the vendor's server (source document, every example): all four keys are always there.
type ServerEnvelope struct {
	Success   bool            `json:"success"`
	ErrorCode int             `json:"errorCode"`
	Error     *string         `json:"error"`
	Data      json.RawMessage `json:"data"`
}

// Serve calls the API as a server does, and returns its envelope; failed is the coded error of a business failure, nil
// without one. An error without a code becomes Internal; it is returned in cause for the log.
func (a API) Serve(ctx context.Context, params json.RawMessage) (envelope json.RawMessage, failed *Error, cause error) {
	result, err := a.call(ctx, nil, params)
	if err != nil {
		failed = Coded(err)
		return a.wrap(nil, failed), failed, err
	}
	return a.wrap(result, nil), nil, nil
}

// Refuse returns the envelope of a failure that happened before the function was called: a bad token, a bad body.
func (r Route) Refuse(failed *Error) json.RawMessage { return r.envelop(nil, failed) }

// Record is what a log shows of a call that Serve answered, or that was refused with params nil: the secrets of an API that
// Secret marks are masked. Page and times are the caller's to fill in.
func (a API) Record(params, envelope json.RawMessage) CallRecord {
	r := CallRecord{Method: a.Name, Params: params, Result: envelope, State: CallDone, Ignored: a.known.unknownIn(params)}
	if a.shown != nil {
		r.Params = mask(params, a.shown)
		var e ServerEnvelope
		if err := json.Unmarshal(envelope, &e); err != nil {
			panic(err) // wrap or Refuse made it
		}
		e.Data = mask(e.Data, a.shown)
		r.Result = encode(e)
	}
	return r
}

// mask hides the values of all fields of a JSON object but those that are shown; what is no object is null.
func mask(object json.RawMessage, shown []string) json.RawMessage {
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(object, &fields) // fields stays nil
	for name := range fields {
		if !slices.Contains(shown, name) {
			fields[name] = json.RawMessage(`"***"`)
		}
	}
	return encode(fields)
}

// wrap puts an outcome into the envelope of the API's kind.
func (a API) wrap(result any, failed *Error) json.RawMessage {
	if a.Route != nil {
		return a.Route.envelop(result, failed)
	}
	return envelop(result, failed)
}

func (r Route) envelop(result any, failed *Error) json.RawMessage {
	e := ServerEnvelope{Success: true, Data: json.RawMessage("null")}
	if r.EmptyError {
		e.Error = new(string)
	}
	if failed == nil {
		data, err := json.Marshal(result)
		if err != nil {
			failed = Errorf(Internal, "结果无法编码: %v", err)
		} else {
			e.Data = data
		}
	}
	if failed != nil {
		code, err := strconv.Atoi(string(failed.Code))
		if err != nil || code == 0 {
			code = -1 // a code of a scenario that is no number
		}
		e = ServerEnvelope{ErrorCode: code, Error: &failed.Message, Data: json.RawMessage("null")}
	}
	text, err := json.Marshal(e)
	if err != nil {
		panic(err) // strings and valid JSON always encode
	}
	return text
}

// WithCaller returns a context whose calls run on behalf of a person; see Caller.
func WithCaller(ctx context.Context, openID string) context.Context {
	return context.WithValue(ctx, callerKey{}, openID)
}

// Int is a whole number that may come as a JSON string, as the vendor's own examples send it ("lastTime":"1538064000000",
// "repeat":"1"). A fraction, or text that is no number, is refused by a *json.UnmarshalTypeError.
type Int int64

// UnmarshalJSON implements json.Unmarshaler; null leaves the value as it is.
func (n *Int) UnmarshalJSON(text []byte) error {
	text = bytes.TrimSpace(text)
	if bytes.Equal(text, []byte("null")) {
		return nil
	}
	plain := string(text)
	if len(text) > 1 && text[0] == '"' {
		if err := json.Unmarshal(text, &plain); err != nil {
			return err
		}
	}
	value, err := strconv.ParseInt(plain, 10, 64)
	if err != nil { // of this type, so that encoding/json fills in the field
		return &json.UnmarshalTypeError{Value: clip(text, 40), Type: reflect.TypeFor[Int]()}
	}
	*n = Int(value)
	return nil
}
