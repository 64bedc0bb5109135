package scenario

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// An answer is written where a person would write it, and what stood in the file stays.
func TestRemember(t *testing.T) {
	const indented = "\"pay.start\":{\n      \"answer\":{\n        \"data\":{\n          \"单号\":\"<17>\"\n        }\n      }\n    }"
	const pair = `"pay.start":{"answer":{"data":{"单号":"<17>"}}}`
	for name, test := range map[string]struct{ before, after string }{
		"an empty file": {"", "calls:\n  " + pair + "\n"},
		"comments only": {"# 场景 {旧}\n", "# 场景 {旧}\ncalls:\n  " + pair + "\n"},
		"other keys": {
			"# 场景\nanswers:\n  personPicker: cancel # 行注释\n",
			"# 场景\nanswers:\n  personPicker: cancel # 行注释\ncalls:\n  " + pair + "\n",
		},
		"other calls": {
			"calls: # 调用\n  share: {never: true}\n\n  # 慢\n  getLocation:\n    delay: 3s\ncast:\n  - {openId: oid-1}\n",
			"calls: # 调用\n  share: {never: true}\n\n  # 慢\n  getLocation:\n    delay: 3s\n  " + pair + "\ncast:\n  - {openId: oid-1}\n",
		},
		"the same call":    {"calls:\n  pay.start:\n    delay: 3s\n  share: {never: true}\n", "calls:\n  pay.start: " + pair[12:] + "\n  share: {never: true}\n"},
		"nothing in calls": {"calls:\nclock: 5\n", "calls:\n  " + pair + "\nclock: 5\n"},
		"JSON":             {`{"calls": {"share": {"never": true}}, "clock": 5}`, "{\n  \"calls\":{\n    \"share\":{\n      \"never\":true\n    },\n    " + indented + "\n  },\n  \"clock\":5\n}\n"},
		"JSON without":     {`{"clock": 5}`, "{\n  \"clock\":5,\n  \"calls\":{\n    " + indented + "\n  }\n}\n"},
		"empty JSON":       {" {} ", `{"calls":{` + pair + "}}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			after, err := Remember("场景.yaml", []byte(test.before), "pay.start", json.RawMessage(`{"单号":"<17>"}`), nil)
			require.NoError(t, err)
			assert.Equal(t, test.after, strings.ReplaceAll(string(after), `": `, `":`), "but for blanks")
			if strings.HasPrefix(test.after, "{") {
				assert.True(t, json.Valid(after), "JSON stays JSON")
			}
			s, err := Read("场景.yaml", after)
			require.NoError(t, err)
			data, err := s.Rule("pay.start").Answer(t.Context(), nil)
			require.NoError(t, err)
			assert.JSONEq(t, `{"单号":"<17>"}`, string(data))
		})
	}
}

func TestRememberFailure(t *testing.T) {
	after, err := Remember("s", nil, "支付", nil, bridge.Errorf("7", "余额不足: \"卡\"\n请充值"))
	require.NoError(t, err)
	s, err := Read("s", after)
	require.NoError(t, err)
	_, err = s.Rule("支付").Answer(t.Context(), nil)
	assert.Equal(t, bridge.Errorf("7", "余额不足: \"卡\"\n请充值"), err)

	after, err = Remember("s", nil, "支付", nil, nil)
	require.NoError(t, err)
	assert.Equal(t, "calls:\n  \"支付\": {\"answer\":{}}\n", string(after))
}

func TestRememberRefuses(t *testing.T) {
	for name, test := range map[string]struct{ text, method, says string }{
		"all methods":        {"", "*", "所有方法"},
		"a file with faults": {"calls:\n  a: {dely: 3s}\n", "pay", "s.yaml:2:"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Remember("s.yaml", []byte(test.text), test.method, json.RawMessage(`1`), nil)
			assert.ErrorContains(t, err, test.says)
		})
	}
}
