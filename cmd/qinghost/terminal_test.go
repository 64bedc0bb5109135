package main

import (
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

func TestCallLine(t *testing.T) {
	long := strings.Repeat("长", 300)
	for name, c := range map[string]struct {
		params, result string
		state          bridge.CallState
		note           string
		took           int64
		lang, want     string
	}{
		"success":         {result: `{"success":"true","error":"","errorCode":"0","data":{"a":1}}`, want: `null ✓ {"a":1}`},
		"android":         {result: `{"success":true,"error":"","errorCode":0,"data":{}}`, want: `null ✓ {}`},
		"no data":         {result: `{"success":"true"}`, want: `null ✓`},
		"failure":         {result: `{"success":"false","error":"取消选人","errorCode":"1","data":{}}`, want: `null ✗ 1 取消选人`},
		"whole error":     {result: `{"success":"false","error":"` + long + `","errorCode":"1"}`, want: `null ✗ 1 ` + long},
		"silent":          {result: `null`, want: `null ✓ (无回调)`},
		"in English":      {result: `null`, lang: "en", want: `null ✓ (no callback)`},
		"no envelope":     {result: `{"code":1}`, want: `null → {"code":1}`},
		"no object":       {result: `[1]`, want: `null → [1]`},
		"cancelled":       {state: bridge.CallCancelled, result: `null`, want: `null ✗ 已取消`},
		"unanswered":      {state: bridge.CallUnanswered, result: `null`, want: `null ✗ 没有回调 (手机上也没有)`},
		"why cancelled":   {state: bridge.CallCancelled, note: "页面已离开", result: `null`, took: 5, want: `null ✗ 已取消: 页面已离开 5 ms`},
		"why no callback": {state: bridge.CallUnanswered, note: "场景里是 never", result: `null`, want: `null ✗ 没有回调: 场景里是 never`},
		"milliseconds":    {result: `null`, took: 12, want: `null ✓ (无回调) 12 ms`},
		"seconds":         {result: `null`, took: 1520, want: `null ✓ (无回调) 1.5 s`},
		"a data URL": {
			params: `{"icon":"data:image/svg+xml;utf8,` + strings.Repeat("x", 457) + `","n":"\"\\"}`, result: `null`,
			want: `{"icon":"data:image/svg+xml…(481 B)","n":"\"\\"} ✓ (无回调)`,
		},
		"60 characters": {params: `"` + long[:180] + `"`, result: `null`, want: `"` + long[:180] + `" ✓ (无回调)`},
		"61 characters": {params: `"` + long[:183] + `"`, result: `null`, want: `"` + long[:120] + `…(183 B)" ✓ (无回调)`},
		"much": {
			params: `[` + strings.Repeat("1234,", 100) + `1]`, result: `null`,
			want: `[` + strings.Repeat("1234,", 47) + `1234… ✓ (无回调)`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := bridge.CallRecord{Page: "p1", Method: "m", Params: json.RawMessage("null"), Result: json.RawMessage(c.result), State: bridge.CallDone, Took: c.took, Note: c.note}
			if c.params != "" {
				r.Params = json.RawMessage(c.params)
			}
			if c.state != "" {
				r.State = c.state
			}
			_, line, _ := strings.Cut(string(callLine(r, c.lang)), " p1 m ")
			require.Equal(t, c.want, line)
		})
	}
}

func TestCallLineNamesWhatIsIgnored(t *testing.T) {
	r := bridge.CallRecord{Page: bridge.OverHTTP, Method: "meeting.create", Params: json.RawMessage(`{"titel":"周会"}`), State: bridge.CallDone,
		Result: json.RawMessage(`{"success":true,"errorCode":0,"error":null,"data":{"meetingId":"1"}}`), Took: 3, Ignored: []string{"titel", "\x1b[31m颜色"}}
	require.Contains(t, string(callLine(r, "zh")),
		` http meeting.create {"titel":"周会"} ✓ {"meetingId":"1"} (忽略了未知参数 ["titel" "\x1b[31m颜色"]) 3 ms`)
	require.Contains(t, string(callLine(r, "en")), `(ignored unknown parameters ["titel"`)
}

func TestCallLineHasTheTimeOfTheEnd(t *testing.T) {
	begun := bridge.CallRecord{At: 1_522_756_801_500, State: bridge.CallDone}
	ended := begun
	ended.Took = 2000
	require.Contains(t, string(callLine(begun, "")), ":01 ")
	require.Contains(t, string(callLine(ended, "")), ":03 ")
}

func TestLogLines(t *testing.T) {
	for lang, want := range map[string]string{"zh": "警告", "en": "warn"} {
		out := &output{}
		logger := slog.New(lineHandler{out: out, lang: lang, mu: &sync.Mutex{}})
		logger.Debug("unseen")
		logger.With("page", "p1").WithGroup("g").Warn(`没有 "a b"`, "n", 1)
		require.Regexp(t, `^\d\d:\d\d:\d\d `+want+` 没有 "a b" page=p1 g.n=1\n$`, out.String())
	}
}
