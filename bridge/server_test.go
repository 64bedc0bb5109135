package bridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// served is a server API of the family whose success says "error":"".
func served(name string) bridge.API {
	type params struct {
		At    *bridge.Int  `json:"timestamp"`
		Times []bridge.Int `json:"times"`
		Inner struct {
			Day bridge.Int `json:"day"`
		} `json:"inner"`
	}
	return bridge.Define(name, "a test", func(_ context.Context, p params) (*bridge.Int, error) { return p.At, nil },
		bridge.At(bridge.Route{Path: "/gateway/" + name, EmptyError: true}))
}

func TestIntNamesItsField(t *testing.T) {
	api := served("meeting.test")
	for body, want := range map[string]string{
		`{"timestamp":"abc"}`:                              `参数 timestamp 类型不对: 应为整数, 收到 "abc"`,
		`{"timestamp":1.5}`:                                `参数 timestamp 类型不对: 应为整数, 收到 1.5`,
		`{"timestamp":{"a":1}}`:                            `参数 timestamp 类型不对: 应为整数, 收到 {"a":1}`,
		`{"times":[1,"2",true]}`:                           `参数 times 类型不对: 应为整数, 收到 true`,
		`{"inner":{"day":"明天"}}`:                           `参数 inner.day 类型不对: 应为整数, 收到 "明天"`,
		`{"timestamp":"` + strings.Repeat("9", 100) + `"}`: `参数 timestamp 类型不对: 应为整数, 收到 "` + strings.Repeat("9", 39) + "…",
	} {
		_, failed, _ := api.Serve(t.Context(), json.RawMessage(body))
		require.NotNil(t, failed, body)
		assert.Equal(t, bridge.BadParams, failed.Code)
		assert.Equal(t, want, failed.Message)
	}
	for _, body := range []string{`{"timestamp":-7}`, `{"timestamp":"-7"}`} {
		envelope, failed, _ := api.Serve(t.Context(), json.RawMessage(body))
		require.Nil(t, failed)
		assert.JSONEq(t, `{"success":true,"errorCode":0,"error":"","data":-7}`, string(envelope))
	}
}

// TestServerAPIsArePointedOut: a page's first call of a server API, and no other, has its console say that phones have none.
func TestServerAPIsArePointedOut(t *testing.T) {
	h := bridge.NewHost(echo(), served("meeting.test"), served("roomBook.test"))
	for range 2 { // each page anew
		p := open(t, h)
		p.answered(p.call("echo", "{}"))
		p.call("meeting.test", `{"timestamp":1}`)
		m := p.next()
		require.Equal(t, "$/log", m.Method)
		var line struct{ Level, Message string }
		require.NoError(t, json.Unmarshal(m.Params, &line))
		assert.Equal(t, "info", line.Level)
		assert.Contains(t, line.Message, "meeting.test 是 qinghost 的扩展")
		assert.Contains(t, line.Message, "POST /gateway/meeting.test")
		assert.JSONEq(t, `{"success":true,"errorCode":0,"error":"","data":1}`, string(p.next().Result))
		p.call("roomBook.test", `{}`)
		assert.NotNil(t, p.next().Result, "it is said once")
		p.leave()
	}
}

// FuzzInt: a whole number of 64 bits, bare or as a string, is taken; all else is refused by a type error.
func FuzzInt(f *testing.F) {
	for _, seed := range []string{`0`, `-1`, `"1538064000000"`, `"1"`, `9223372036854775807`, `"9223372036854775808"`, `1.0`, `1e3`, `"1e3"`, `" 1"`,
		`"+1"`, `"0x10"`, `"1_000"`, `""`, `"\u0031"`, `null`, `"null"`, `true`, `[]`, `{}`, `"一"`, `-0`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) {
			return // the doors refuse it
		}
		const before = 42
		var at struct{ At bridge.Int }
		at.At = before
		err := json.Unmarshal([]byte(`{"At":`+text+`}`), &at)
		plain := strings.TrimSpace(text)
		_ = json.Unmarshal([]byte(text), &plain) // it stays as it is unless it is a string
		want, refused := strconv.ParseInt(plain, 10, 64)
		var wrongType *json.UnmarshalTypeError
		switch {
		case strings.TrimSpace(text) == "null":
			require.NoError(t, err)
			require.EqualValues(t, before, at.At)
		case refused != nil:
			require.True(t, errors.As(err, &wrongType), "%s: %v", text, err)
			require.Equal(t, "At", wrongType.Field)
			require.EqualValues(t, before, at.At)
		default:
			require.NoError(t, err, text)
			require.EqualValues(t, want, at.At)
		}
	})
}
