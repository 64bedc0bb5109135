package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type bookParams struct {
	Title string      `json:"title"`
	At    bridge.Int  `json:"at"`
	Note  *string     `json:"note"`
	inner             // its fields count as bookParams' own
	Kept  string      `json:"-"`
	Tags  []string    `json:"tags,omitempty"`
	Opt   optionalInt `json:"opt"`
}

type inner struct {
	Place string `json:"place"`
}

type optionalInt struct {
	Value int
	Given bool
}

func (o *optionalInt) UnmarshalJSON(text []byte) error {
	o.Given = true
	return json.Unmarshal(text, &o.Value)
}

// exactParams reads itself, by exact names.
type exactParams struct {
	OpenID string `json:"openid"`
}

func (p *exactParams) UnmarshalJSON(text []byte) error {
	var given map[string]string
	if err := json.Unmarshal(text, &given); err != nil {
		return err
	}
	p.OpenID = given["openid"]
	return nil
}

type giveParams struct {
	EID    string `json:"eid"`
	Secret string `json:"secret"`
}

type bookResult struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

func testAPIs() []bridge.API {
	return []bridge.API{
		bridge.Define("meeting.book", "预订", func(_ context.Context, p bookParams) (bookResult, error) {
			if p.Title == "" {
				return bookResult{}, bridge.Errorf(bridge.BadParams, "缺少参数 title")
			}
			return bookResult{"1", p.Title}, nil
		}, bridge.At(bridge.Route{Path: "/gateway/cloudwork/meeting/book", Scope: bridge.ResGroupScope}), bridge.Example(`{"title":"周会"}`)),
		bridge.Define("roomBook.list", "列表", func(context.Context, exactParams) ([]bookResult, error) { return []bookResult{}, nil },
			bridge.At(bridge.Route{
				Path: "/api/roomBook/third/list", Aliases: []string{"/roombook/api/third/list"}, Scope: bridge.ResGroupScope, EmptyError: true,
			})),
		bridge.Define("oauth2.give", "给", func(_ context.Context, p giveParams) (map[string]string, error) {
			if p.Secret == "" {
				return nil, bridge.Errorf(bridge.BadParams, "缺少参数 secret")
			}
			return map[string]string{"accessToken": "t0ken", "expireIn": "7200"}, nil
		}, bridge.At(bridge.Route{Path: "/gateway/oauth2/token/give"}), bridge.Secret("eid", "expireIn")),
		bridge.Define("fault.panics", "恐慌", func(context.Context, struct{}) (string, error) { panic("the secret is s3cr3t") },
			bridge.At(bridge.Route{Path: "/gateway/fault/panics"})),
		bridge.Define("fault.fails", "失败", func(context.Context, struct{}) (string, error) { return "", errors.New("disk full") },
			bridge.At(bridge.Route{Path: "/gateway/fault/fails"})),
		bridge.Define("page.only", "只给页面", func(context.Context, struct{}) (string, error) { return "", nil }),
	}
}

func testCheck(_ context.Context, token string, scope bridge.Scope) error {
	switch token {
	case "good":
		return nil
	case "":
		return bridge.Errorf("94001", "缺少 accessToken")
	case "old":
		return bridge.Errorf("94003", "过期")
	case "team":
		return bridge.Errorf("94004", "需要 %s", scope)
	case "broken":
		return errors.New("database is gone")
	}
	return bridge.Errorf("94002", "无效")
}

const book, list = "/gateway/cloudwork/meeting/book", "/api/roomBook/third/list"

func TestFaults(t *testing.T) {
	large := `{"title":"` + strings.Repeat("x", largestBody) + `"}`
	for name, test := range map[string]struct {
		method, path, contentType, body string
		status, code                    int
	}{
		"good":                     {"POST", book + "?accessToken=good", "application/json", `{"title":"周会"}`, 200, 0},
		"charset":                  {"POST", book + "?accessToken=good", "application/json;charset=UTF-8", `{"title":"周会"}`, 200, 0},
		"other case":               {"POST", book + "?accessToken=good", "Application/JSON; charset=utf8", `{"title":"周会"}`, 200, 0},
		"byte order mark":          {"POST", book + "?accessToken=good", "application/json", "\ufeff{\"title\":\"周会\"}\r\n", 200, 0},
		"alias":                    {"POST", "/roombook/api/third/list?accessToken=good", "application/json", `{}`, 200, 0},
		"no token needed":          {"POST", "/gateway/oauth2/token/give", "application/json", `{"secret":"s3cr3t"}`, 200, 0},
		"business failure":         {"POST", book + "?accessToken=good", "application/json", `{}`, 200, 90001},
		"wrong type":               {"POST", book + "?accessToken=good", "application/json", `{"title":1}`, 200, 90001},
		"uncoded failure":          {"POST", "/gateway/fault/fails", "application/json", `{}`, 200, 90000},
		"panic":                    {"POST", "/gateway/fault/panics", "application/json", `{}`, 500, 90000},
		"unknown path":             {"POST", book + "s?accessToken=good", "application/json", `{}`, 404, 94101},
		"trailing slash":           {"POST", book + "/?accessToken=good", "application/json", `{}`, 404, 94101},
		"of a page only":           {"POST", "/page.only", "application/json", `{}`, 404, 94101},
		"unknown, long":            {"POST", "/" + strings.Repeat("x", 4000), "application/json", `{}`, 404, 94101},
		"unknown path, not POST":   {"GET", "/gateway/x", "", "", 404, 94101},
		"GET":                      {"GET", book + "?accessToken=good", "", "", 405, 94102},
		"PUT":                      {"PUT", book + "?accessToken=good", "application/json", `{"title":"周会"}`, 405, 94102},
		"OPTIONS":                  {"OPTIONS", book, "", "", 405, 94102},
		"form":                     {"POST", book + "?accessToken=good", "application/x-www-form-urlencoded", `title=x`, 415, 94103},
		"no content type":          {"POST", book + "?accessToken=good", "", `{"title":"周会"}`, 415, 94103},
		"GBK":                      {"POST", book + "?accessToken=good", "application/json; charset=gbk", `{}`, 415, 94103},
		"like JSON":                {"POST", book + "?accessToken=good", "application/jsonp", `{}`, 415, 94103},
		"no token":                 {"POST", book, "application/json", `{}`, 401, 94001},
		"empty token":              {"POST", book + "?accessToken=", "application/json", `{}`, 401, 94001},
		"token of another name":    {"POST", book + "?access_token=good", "application/json", `{}`, 401, 94001},
		"unknown token":            {"POST", book + "?accessToken=x", "application/json", `{}`, 401, 94002},
		"expired token":            {"POST", book + "?accessToken=old", "application/json", `{}`, 401, 94003},
		"token of another scope":   {"POST", list + "?accessToken=team", "application/json", `{}`, 401, 94004},
		"check broken":             {"POST", book + "?accessToken=broken", "application/json", `{}`, 500, 90000},
		"too large":                {"POST", book + "?accessToken=good", "application/json", large, 413, 94104},
		"too large, without end":   {"POST", book + "?accessToken=good", "application/json", "chunked" + large, 413, 94104},
		"largest":                  {"POST", book + "?accessToken=good", "application/json", large[:largestBody-2] + `"}`, 200, 0},
		"no body":                  {"POST", book + "?accessToken=good", "application/json", ``, 400, 94105},
		"blank body":               {"POST", book + "?accessToken=good", "application/json", ` `, 400, 94105},
		"array":                    {"POST", book + "?accessToken=good", "application/json", `[]`, 400, 94105},
		"null":                     {"POST", book + "?accessToken=good", "application/json", `null`, 400, 94105},
		"text":                     {"POST", book + "?accessToken=good", "application/json", `"{}"`, 400, 94105},
		"two objects":              {"POST", book + "?accessToken=good", "application/json", `{} {}`, 400, 94105},
		"broken off":               {"POST", book + "?accessToken=good", "application/json", `{"title":`, 400, 94105},
		"comma too many":           {"POST", book + "?accessToken=good", "application/json", "{\n\"title\":1,\n}", 400, 94105},
		"GBK in the body":          {"POST", book + "?accessToken=good", "application/json", "{\"title\":\"\xd6\xdc\"}", 400, 94105},
		"nested beyond all bounds": {"POST", book + "?accessToken=good", "application/json", `{"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`, 400, 94105},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			h := Handler(testAPIs(), testCheck, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
			var body io.Reader = strings.NewReader(test.body)
			if plain, chunked := strings.CutPrefix(test.body, "chunked"); chunked {
				body = io.MultiReader(strings.NewReader(plain)) // of no known length
			}
			r := httptest.NewRequest(test.method, test.path, body)
			if test.contentType != "" {
				r.Header.Set("Content-Type", test.contentType)
			}
			r.Header.Set("Origin", "https://evil.example")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			require.Equal(t, test.status, w.Code, w.Body)
			require.Equal(t, "application/json; charset=utf-8", w.Header().Get("Content-Type"))
			var e map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(w.Body.Bytes(), &e))
			require.Len(t, e, 4, "%s", w.Body)
			require.Equal(t, fmt.Sprint(test.code), string(e["errorCode"]))
			require.Equal(t, fmt.Sprint(test.code == 0), string(e["success"]))
			if test.code != 0 {
				require.Equal(t, "null", string(e["data"]))
				require.Greater(t, len(e["error"]), 2)
				require.NotContains(t, string(e["error"]), "s3cr3t")
			}
			for name := range w.Header() {
				require.NotContains(t, name, "Access-Control")
			}
			if test.status == 405 {
				require.Equal(t, "POST", w.Header().Get("Allow"))
			}
			require.Equal(t, 1, strings.Count(log.String(), "path="), log.String())
			require.Contains(t, log.String(), fmt.Sprintf("status=%d errorCode=%d ms=", test.status, test.code))
			require.NotContains(t, log.String(), "good")
			require.NotContains(t, log.String(), "周会")
		})
	}
}

func post(t testing.TB, h http.Handler, path, body string) (int, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestEnvelopeOfEachFamily(t *testing.T) {
	h := Handler(testAPIs(), testCheck, Options{})
	_, text := post(t, h, book+"?accessToken=good", `{"title":"周会"}`)
	require.Equal(t, `{"success":true,"errorCode":0,"error":null,"data":{"id":"1","title":"周会"}}`, text)
	_, text = post(t, h, list+"?accessToken=good", `{}`)
	require.Equal(t, `{"success":true,"errorCode":0,"error":"","data":[]}`, text)
	_, text = post(t, h, "/gateway/cloudwork/meeting/boook", `{}`)
	require.Contains(t, text, book)
}

// TestCallLog: every request for an API is a row as GET calls shows it, whatever becomes of it; what the log has, the logger
// does not repeat.
func TestCallLog(t *testing.T) {
	var lines bytes.Buffer
	calls := &bridge.Log{}
	clock := bridge.NewClockAt(time.UnixMilli(1522729800000))
	apis := append(testAPIs(), bridge.Define("slow.call", "慢", func(context.Context, struct{}) (string, error) {
		clock.Advance(1500 * time.Millisecond)
		return "好", nil
	}, bridge.At(bridge.Route{Path: "/gateway/slow/call"})))
	h := Handler(apis, testCheck, Options{Log: calls, Clock: clock, Logger: slog.New(slog.NewTextHandler(&lines, nil))})
	for _, request := range []struct{ path, body string }{
		{book + "?accessToken=good", "\ufeff {\"title\":\"周会\",\"hat\":1}\r\n"},
		{"/roombook/api/third/list?accessToken=good", `{}`},
		{book + "?accessToken=old", `{"title":"周会"}`},
		{book + "?accessToken=good", `[{"title":`},
		{"/gateway/slow/call", `{}`},
		{"/gateway/nothing/here", `{}`},
	} {
		post(t, h, request.path, request.body)
	}
	rows, err := json.Marshal(calls.After(0, ""))
	require.NoError(t, err)
	refused := func(code int, message string) string {
		return fmt.Sprintf(`{"success":false,"errorCode":%d,"error":%q,"data":null}`, code, message)
	}
	require.JSONEq(t, `[
		{"id":1,"page":"http","method":"meeting.book","params":{"title":"周会","hat":1},"state":"done","at":1522729800000,"took":0,"ignored":["hat"],
			"result":{"success":true,"errorCode":0,"error":null,"data":{"id":"1","title":"周会"}}},
		{"id":2,"page":"http","method":"roomBook.list","params":{},"state":"done","at":1522729800000,"took":0,
			"result":{"success":true,"errorCode":0,"error":"","data":[]}},
		{"id":3,"page":"http","method":"meeting.book","params":null,"state":"done","at":1522729800000,"took":0,"result":`+refused(94003, "过期")+`},
		{"id":4,"page":"http","method":"meeting.book","params":null,"state":"done","at":1522729800000,"took":0,
			"result":`+refused(94105, "请求体不是合法的 JSON (没有写完): 应为一个 JSON 对象, 如 {…}")+`},
		{"id":5,"page":"http","method":"slow.call","params":{},"state":"done","at":1522729800000,"took":1500,
			"result":{"success":true,"errorCode":0,"error":null,"data":"好"}}
	]`, string(rows))
	require.Equal(t, 1, strings.Count(lines.String(), "\n"), lines.String())
	require.Contains(t, lines.String(), "path=/gateway/nothing/here status=404")

	lines.Reset()
	post(t, h, "/gateway/fault/panics", `{"a":1}`)
	require.Contains(t, lines.String(), "level=ERROR", "a fault is told in full")
	last := calls.After(5, "")
	require.Len(t, last, 1)
	require.JSONEq(t, `{"a":1}`, string(last[0].Params))
	require.Equal(t, []string{"a"}, last[0].Ignored)
	require.NotContains(t, string(last[0].Result), "s3cr3t")
	require.Panics(t, func() { Handler(nil, testCheck, Options{Log: calls}) })
}

// TestCallLogKeepsNoSecret: not even one in a field of the wrong name, or in other case.
func TestCallLogKeepsNoSecret(t *testing.T) {
	calls := &bridge.Log{}
	h := Handler(testAPIs(), testCheck, Options{Log: calls, Clock: bridge.NewClock()})
	const give = "/gateway/oauth2/token/give"
	for _, body := range []string{`{"eid":"10109","secret":"s3cr3t"}`, `{"eid":"10109","SECRET":"s3cr3t"}`, `{"eid":"10109","secrt":"s3cr3t"}`} {
		_, text := post(t, h, give, body)
		require.Equal(t, strings.Contains(body, "secrt"), !strings.Contains(text, "t0ken"), text)
	}
	post(t, h, book+"?accessToken=good", `{"title":"周会"}`)
	rows := calls.After(0, "")
	require.Len(t, rows, 4)
	require.JSONEq(t, `{"eid":"10109","secret":"***"}`, string(rows[0].Params))
	require.JSONEq(t, `{"success":true,"errorCode":0,"error":null,"data":{"accessToken":"***","expireIn":"7200"}}`, string(rows[0].Result))
	require.JSONEq(t, `{"eid":"10109","secrt":"***"}`, string(rows[2].Params))
	require.Equal(t, []string{"secrt"}, rows[2].Ignored)
	require.JSONEq(t, `{"success":false,"errorCode":90001,"error":"缺少参数 secret","data":null}`, string(rows[2].Result))
	text, err := json.Marshal(rows)
	require.NoError(t, err)
	for _, secret := range []string{"s3cr3t", "t0ken", "good"} {
		require.NotContains(t, string(text), secret)
	}
}

func TestCallLogNamesWhatIsIgnored(t *testing.T) {
	calls := &bridge.Log{}
	h := Handler(testAPIs(), testCheck, Options{Log: calls, Clock: bridge.NewClock()})
	ignored := func(path, body string) []string {
		calls.Clear()
		status, text := post(t, h, path+"?accessToken=good", body)
		require.Equal(t, 200, status, text)
		return calls.After(0, "")[0].Ignored
	}
	require.Empty(t, ignored(book, `{"title":"x","at":"1","note":null,"place":"p","tags":[],"opt":1}`))
	require.Empty(t, ignored(book, `{"TITLE":"x","\u0061t":1}`))
	require.Equal(t, []string{"Kept", "meetOrganizers", "b\"{"},
		ignored(book, `{"title":"{\"a\":1,\\","Kept":"x","meetOrganizers":{"a":[{"b":1}],"c":"d"},"tags":["e","f"], "b\"{" : {} }`))
	require.Equal(t, []string{"openId"}, ignored(list, `{"openid":"x","openId":"y"}`), "a type that reads itself takes exact names")
	require.Len(t, ignored(list, `{`+strings.Repeat(`"x":"",`, 100)+`"openid":""}`), 20)
	require.Equal(t, []string{strings.Repeat("x", 64) + "…"}, ignored(list, `{"`+strings.Repeat("x", 1000)+`":""}`))
}

func TestFaultsAreLoggedWithTheirCause(t *testing.T) {
	var log bytes.Buffer
	h := Handler(testAPIs(), testCheck, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	post(t, h, "/gateway/fault/fails", `{}`)
	require.Contains(t, log.String(), "level=ERROR")
	require.Contains(t, log.String(), "disk full")
	log.Reset()
	post(t, h, "/gateway/fault/panics", `{}`)
	require.Contains(t, log.String(), "gateway_test.go")
	log.Reset()
	post(t, h, book+"?accessToken=broken", `{}`)
	require.Contains(t, log.String(), "database is gone")
}

func TestHandles(t *testing.T) {
	for path, want := range map[string]bool{
		book: true, "/gateway/nothing": true, list: true, "/roombook/api/third/x": true,
		"/": false, "/gateway": false, "/api/roomBook": false, "/api/roombook/third/x": false, "/app/gateway/x": false, "": false,
	} {
		require.Equal(t, want, Handles(path), path)
	}
}

func TestOnePathTwice(t *testing.T) {
	require.Panics(t, func() { Handler(append(testAPIs(), testAPIs()...), testCheck, Options{}) })
}

func TestRateLimits(t *testing.T) {
	clock := bridge.NewClockAt(time.UnixMilli(1522729800000))
	h := Handler(testAPIs(), testCheck, Options{RateLimits: true, Clock: clock})
	for range 1500 {
		_, text := post(t, h, list+"?accessToken=good", `{}`)
		require.Contains(t, text, `"success":true`)
	}
	status, text := post(t, h, "/roombook/api/third/list?accessToken=good", `{}`)
	require.Equal(t, 200, status)
	require.Contains(t, text, "94106")
	_, text = post(t, h, book+"?accessToken=good", `{"title":"x"}`)
	require.Contains(t, text, `"success":true`, "another API has a count of its own")
	clock.Advance(time.Minute)
	_, text = post(t, h, list+"?accessToken=good", `{}`)
	require.Contains(t, text, `"success":true`)
	require.Panics(t, func() { Handler(nil, testCheck, Options{RateLimits: true}) })
}

func TestRateLimitOfAnAddress(t *testing.T) {
	clock := bridge.NewClockAt(time.UnixMilli(1522729800000))
	l := newLimiter(clock)
	route := &bridge.Route{Path: "/x"}
	for range callsPerHour {
		require.Nil(t, l.take("192.0.2.1", "", route))
	}
	require.Equal(t, TooOften, l.take("192.0.2.1", "", route).Code)
	require.Nil(t, l.take("192.0.2.2", "", route))
	clock.Advance(time.Hour)
	require.Nil(t, l.take("192.0.2.1", "", route))
}

func FuzzBody(f *testing.F) {
	for _, seed := range []string{`{}`, `{"title":"x"}`, "\xef\xbb\xbf{}", `{"a":{"b":[",",":"]},"c\"":"\\"}`, `[]`, `{"title":1}`, `{"x`, "\x00", `{"\ud800":1}`} {
		f.Add([]byte(seed))
	}
	calls := &bridge.Log{}
	h := Handler(testAPIs(), testCheck, Options{Log: calls, Clock: bridge.NewClock()})
	f.Fuzz(func(t *testing.T, body []byte) {
		status, text := post(t, h, book+"?accessToken=good", string(body))
		require.Contains(t, []int{200, 400}, status, text)
		var e bridge.ServerEnvelope
		require.NoError(t, json.Unmarshal([]byte(text), &e))
		require.Equal(t, e.Success, e.ErrorCode == 0)
		rows := calls.After(0, "")
		_, err := json.Marshal(rows)
		require.NoError(t, err, "GET calls shows it")
		require.Len(t, rows, 1)
		require.Equal(t, status == 400, string(rows[0].Params) == "null")
		calls.Clear()
		var fields map[string]json.RawMessage
		trimmed := bytes.TrimPrefix(body, []byte(byteOrderMark))
		if status == 400 && json.Unmarshal(trimmed, &fields) == nil && fields != nil && bytes.Equal(bytes.ToValidUTF8(trimmed, nil), trimmed) {
			t.Fatalf("a good body is refused: %q", body)
		}
	})
}
