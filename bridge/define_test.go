package bridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"qinghost/bridge"
)

// allKinds has a parameter of every kind.
type allKinds struct {
	Title  string         `json:"title"`
	Count  int            `json:"count"`
	Ratio  float64        `json:"ratio"`
	Multi  bool           `json:"multi"`
	IDs    []string       `json:"ids"`
	Extra  map[string]int `json:"extra"`
	Maybe  *string        `json:"maybe"`
	Nested struct {
		Deep int `json:"deep"`
	} `json:"nested"`
	Name openName `json:"name"`
}

// openName decodes itself, and refuses with a code of its own.
type openName string

func (n *openName) UnmarshalJSON(text []byte) error {
	if string(text) == `"bad"` {
		return bridge.Errorf("1234", "name 不能是 bad")
	}
	return json.Unmarshal(text, (*string)(n))
}

func TestDefineDecodesParams(t *testing.T) {
	var got *allKinds
	h := bridge.NewHost(bridge.Define("kinds", "a test", func(_ context.Context, p allKinds) (none, error) {
		got = &p
		return none{}, nil
	}))
	p := open(t, h)
	for name, test := range map[string]struct {
		params  string
		code    bridge.Code
		message string
	}{
		"absent":            {params: ""},
		"null":              {params: "null"},
		"empty":             {params: "{}"},
		"unknown fields":    {params: `{"whatever":1}`},
		"string for number": {`{"count":"3"}`, bridge.BadParams, "参数 count 类型不对: 应为数字, 收到字符串"},
		"number for string": {`{"title":3}`, bridge.BadParams, "参数 title 类型不对: 应为字符串, 收到数字"},
		"fraction":          {`{"count":1.5}`, bridge.BadParams, "参数 count 类型不对: 应为数字, 收到数字"},
		"string for bool":   {`{"multi":"true"}`, bridge.BadParams, "参数 multi 类型不对: 应为布尔值, 收到字符串"},
		"object for array":  {`{"ids":{}}`, bridge.BadParams, "参数 ids 类型不对: 应为数组, 收到对象"},
		"array for object":  {`{"nested":[]}`, bridge.BadParams, "参数 nested 类型不对: 应为对象, 收到数组"},
		"bool for map":      {`{"extra":true}`, bridge.BadParams, "参数 extra 类型不对: 应为对象, 收到布尔值"},
		"behind a pointer":  {`{"maybe":1}`, bridge.BadParams, "参数 maybe 类型不对: 应为字符串, 收到数字"},
		"deep inside":       {`{"nested":{"deep":"x"}}`, bridge.BadParams, "参数 nested.deep 类型不对: 应为数字, 收到字符串"},
		"its own error":     {`{"name":"bad"}`, "1234", "name 不能是 bad"},
		"bare string":       {`"标题"`, bridge.BadParams, "参数应为一个对象, 如 {…}, 收到字符串"},
		"bare number":       {`7`, bridge.BadParams, "参数应为一个对象, 如 {…}, 收到数字"},
		"bare array":        {`[{"title":"a"}]`, bridge.BadParams, "参数应为一个对象, 如 {…}, 收到数组"},
	} {
		t.Run(name, func(t *testing.T) {
			got = nil
			e := p.answered(p.call("kinds", test.params))
			if test.code == "" {
				assert.Equal(t, bridge.Envelope{Success: "true", ErrorCode: bridge.OK, Data: json.RawMessage("{}")}, e)
				assert.Equal(t, &allKinds{}, got)
				return
			}
			assert.Equal(t, test.code, e.ErrorCode)
			assert.Equal(t, test.message, e.Error)
			assert.Equal(t, "false", e.Success)
			assert.Nil(t, got, "the function was called")
		})
	}
	p.answered(p.call("kinds", `{"title":"标题 \ud83d\ude00 \u2028","count":-3,"ids":["a"],"nested":{"deep":1}}`))
	assert.Equal(t, "标题 😀 \u2028", got.Title)
	assert.Equal(t, []string{"a"}, got.IDs)
	assert.Equal(t, 1, got.Nested.Deep)
}

// What the old libraries send of undefined is no JSON, so it cannot be put into a message; a bare string can.
func TestDefineTakesABareString(t *testing.T) {
	h := bridge.NewHost(bridge.Define("title", "a test", func(_ context.Context, title string) (string, error) { return title + "!", nil }))
	p := open(t, h)
	assert.JSONEq(t, `"标题!"`, string(p.answered(p.call("title", `"标题"`)).Data))
	assert.Equal(t, bridge.BadParams, p.answered(p.call("title", `{"title":"标题"}`)).ErrorCode)
}

func TestDefineOptions(t *testing.T) {
	api := bridge.Define("a", "doc", func(context.Context, none) (none, error) { return none{}, nil })
	assert.Equal(t, "{}", api.Example)
	assert.False(t, api.Waits || api.Silent || api.Repeats || api.Hidden)
	api = bridge.Define("a", "doc", func(context.Context, allKinds) (string, error) { return "", nil },
		bridge.Waits, bridge.Silent, bridge.Repeats, bridge.Hidden, bridge.Example(`{"title":"x"}`))
	assert.Equal(t, `{"title":"x"}`, api.Example)
	assert.True(t, api.Waits && api.Silent && api.Repeats && api.Hidden)
	assert.Equal(t, "allKinds", api.Params.Name())
	assert.Equal(t, "string", api.Result.Name())
}

func TestHostRefusesAListWithMistakes(t *testing.T) {
	fn := func(context.Context, none) (none, error) { return none{}, nil }
	good := bridge.Define("a", "doc", fn)
	assert.Panics(t, func() { bridge.NewHost(good, bridge.Define("a", "another", fn)) }, "twice")
	assert.Panics(t, func() { bridge.NewHost(bridge.Define("", "doc", fn)) }, "no name")
	assert.Panics(t, func() { bridge.NewHost(bridge.Define("b", "", fn)) }, "no doc line")
	hidden := bridge.Define("z", "doc", fn, bridge.Hidden)
	var names []string
	for _, api := range bridge.NewHost(bridge.Define("b", "doc", fn), hidden, good).APIs() {
		names = append(names, api.Name)
	}
	assert.Equal(t, []string{"a", "b"}, names)
}

func TestResults(t *testing.T) {
	type result struct {
		A string `json:"a"`
	}
	returns := func(name string, result any, err error) bridge.API {
		return bridge.Define(name, "a test", func(context.Context, none) (any, error) { return result, err })
	}
	own := bridge.Enveloped{Envelope: bridge.Envelope{Success: "true", Error: "e", ErrorCode: "0", Data: json.RawMessage(`[1]`)}}
	h := bridge.NewHost(
		returns("object", result{"<&>"}, nil), returns("nil", nil, nil), returns("nil pointer", (*result)(nil), nil),
		returns("list", []int{}, nil), returns("own", own, nil), returns("no JSON", make(chan int), nil),
		returns("coded", result{}, bridge.Errorf("1003", "没有权限")), returns("plain", nil, errors.New("secret")),
		returns("wrapped", nil, errors.Join(errors.New("secret"), bridge.Errorf(bridge.Failed, "取消"))),
		returns("own and failed", own, bridge.Errorf(bridge.Failed, "取消")),
		returns("too late", nil, context.DeadlineExceeded),
	)
	l := listen(h)
	p := open(t, h)
	for name, want := range map[string]string{
		"object":         `{"success":"true","error":"","errorCode":"0","data":{"a":"<&>"}}`,
		"nil":            `{"success":"true","error":"","errorCode":"0","data":{}}`,
		"nil pointer":    `{"success":"true","error":"","errorCode":"0","data":{}}`,
		"list":           `{"success":"true","error":"","errorCode":"0","data":[]}`,
		"own":            `{"success":"true","error":"e","errorCode":"0","data":[1]}`,
		"coded":          `{"success":"false","error":"没有权限","errorCode":"1003","data":{}}`,
		"plain":          `{"success":"false","error":"qinghost 内部错误, 详情见终端日志","errorCode":"90000","data":{}}`,
		"wrapped":        `{"success":"false","error":"取消","errorCode":"1","data":{}}`,
		"own and failed": `{"success":"false","error":"取消","errorCode":"1","data":{}}`,
		"no JSON":        `{"success":"false","error":"结果无法编码: json: unsupported type: chan int","errorCode":"90000","data":{}}`,
		"too late":       `{"success":"false","error":"页面已离开","errorCode":"90004","data":{}}`,
	} {
		id := p.call(name, "")
		m := p.next()
		assert.Equal(t, id, m.ID)
		assert.JSONEq(t, want, string(m.Result), name)
		assert.False(t, m.More)
		assert.Equal(t, bridge.CallDone, lastCall(t, h, name).State)
		assert.JSONEq(t, want, string(lastCall(t, h, name).Result))
	}
	assert.Contains(t, l.String(), "secret")
}
