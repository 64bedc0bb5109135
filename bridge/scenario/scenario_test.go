package scenario

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

const asYAML = `
answers:                       # consumed in order, the last one stays
  personPicker: [{people: [oid-1, oid-2]}, cancel]
  voiceMeeting: [{end: 5s}]
  live: {end: true}
  invitation: {accept: false, after: 2s}
  popMenu:
    - item: cb-1
      after: 1500
    - cancel: true
  dialog: {button: 1}
calls:                         # per API; * for all
  createLive: {fail: {errorCode: 1003, error: 没有直播权限}}
  getLocation: {delay: 3s}
  share: {never: true}
  toast: {fail: {}}
  "*": {delay: 250, twice: true}
cast:
  - {openId: oid-1, joins: 2s, mutes: 5s, leaves: 60s}
  - {openId: oid-2, declines: 3s}
clock: 2018-04-03T12:30:00+08:00
`

const asJSON = `{
	"answers": {
		"personPicker": [{"people": ["oid-1", "oid-2"]}, "cancel"],
		"voiceMeeting": [{"end": "5s"}],
		"live": {"end": true},
		"invitation": {"accept": false, "after": "2s"},
		"popMenu": [{"item": "cb-1", "after": 1500}, {"cancel": true}],
		"dialog": {"button": "1"}
	},
	"calls": {
		"createLive": {"fail": {"errorCode": "1003", "error": "没有直播权限"}},
		"getLocation": {"delay": 3000},
		"share": {"never": true},
		"toast": {"fail": {}},
		"*": {"delay": 250, "twice": true}
	},
	"cast": [
		{"openId": "oid-1", "joins": "2s", "mutes": 5000, "leaves": "60s"},
		{"openId": "oid-2", "declines": "3s"}
	],
	"clock": 1522729800000
}`

func TestRead(t *testing.T) {
	for name, text := range map[string]string{"YAML": asYAML, "JSON": asJSON} {
		t.Run(name, func(t *testing.T) {
			s, err := Read("s.yaml", []byte(text))
			require.NoError(t, err)

			next := func(view string) string {
				answer, is := s.Answer("view." + view)
				require.True(t, is)
				return string(answer.Value) + " " + answer.After.String()
			}
			assert.Equal(t, `{"people":["oid-1","oid-2"]} 0s`, next("personPicker"))
			assert.Equal(t, `{"cancel":true} 0s`, next("personPicker"))
			assert.Equal(t, `{"cancel":true} 0s`, next("personPicker"), "the last one stays")
			assert.Equal(t, `{"item":"cb-1"} 1.5s`, next("popMenu"), "each view has its own list")
			assert.Equal(t, `{"end":true} 5s`, next("voiceMeeting"))
			assert.Equal(t, `{"end":true} 0s`, next("live"))
			assert.Equal(t, `{"accept":false} 2s`, next("invitation"))
			assert.Equal(t, `{"button":"1"} 0s`, next("dialog"))
			_, is := s.Answer("view.toast")
			assert.False(t, is)

			assert.Equal(t, bridge.Rule{Fail: &bridge.Error{Code: "1003", Message: "没有直播权限"}}, s.Rule("createLive"))
			assert.Equal(t, bridge.Rule{Delay: 3 * time.Second}, s.Rule("getLocation"), "the API's own entry wins whole")
			assert.Equal(t, bridge.Rule{Never: true}, s.Rule("share"))
			assert.Equal(t, bridge.Scripted, s.Rule("toast").Fail.Code)
			assert.Equal(t, bridge.Rule{Delay: 250 * time.Millisecond, Twice: true}, s.Rule("anything"))
			assert.Equal(t, []string{"createLive", "getLocation", "share", "toast"}, s.Methods())

			sec := func(n int) *time.Duration { d := time.Duration(n) * time.Second; return &d }
			assert.Equal(t, []Actor{
				{OpenID: "oid-1", Joins: sec(2), Mutes: sec(5), Leaves: sec(60)},
				{OpenID: "oid-2", Declines: sec(3)},
			}, s.Cast)
			assert.True(t, s.Clock.Equal(time.Date(2018, 4, 3, 4, 30, 0, 0, time.UTC)))
		})
	}
}

func TestReadEmpty(t *testing.T) {
	for _, text := range []string{"", "# nothing", "{}", "answers:\ncalls:\n"} {
		s, err := Read("s.yaml", []byte(text))
		require.NoError(t, err, text)
		_, is := s.Answer("view.personPicker")
		assert.False(t, is)
		assert.Equal(t, bridge.Rule{}, s.Rule("x"))
		assert.Nil(t, s.Clock)
		assert.Empty(t, s.Methods())
	}
}

func TestMistakes(t *testing.T) {
	for _, test := range []struct{ name, text, place, says string }{
		{"key", "calls: {}\nanswer: {}", "2", `"answers"`},
		{"view", "answers:\n  personPickr:\n    - cancel", "2", `"personPicker"`},
		{"answer", "answers:\n  personPicker:\n    - cancel\n    - cancle", "4", "cancle"},
		{"answer key", "answers:\n  personPicker:\n    - after: 2s\n      peple:\n        - x", "4", `"people"`},
		{"answer of another view", "answers:\n  personPicker: cancel\n  popMenu: [cancel, {people: [a]}]", "3", "popMenu"},
		{"an answer and cancel", "answers:\n  locationPicker:\n    place: 钟楼\n    cancel: true", "3", "2 项"},
		{"nothing chosen", "answers:\n  imagePicker: {after: 1s}", "2", "cancel、images、own 之一"},
		{"draw for a card", "answers:\n  freeCall: {draw: true}", "2", "freeCall 不接受回答 draw"},
		{"place for a scanner", "answers:\n  scanner: {place: 钟楼}", "2", "scanner 不接受回答 place"},
		{"two answers in one", "answers:\n  personPicker:\n    people: [a]\n    cancel: true", "3", "2 项"},
		{"no answer", "answers:\n  personPicker:\n    - after: 1s", "3", "0 项"},
		{"empty list", "answers:\n  personPicker: []", "2", "空"},
		{"answer of a wrong type", "answers:\n  personPicker: 7", "2", "cancel"},
		{"nested lists", "answers:\n  personPicker:\n    - [cancel]", "3", "cancel"},
		{"toast", "answers:\n  toast: cancel", "2", "toast"},
		{"people", "answers:\n  personPicker:\n    - people: oid-1", "3", "列表"},
		{"a person", "answers:\n  personPicker:\n    - people:\n      - oid-1\n      - 7", "5", "引号"},
		{"accept", "answers:\n  invitation: {accept: yes please}", "2", "true 或 false"},
		{"cancel", "answers:\n  invitation: {cancel: false}", "2", "cancel"},
		{"end", "answers:\n  live: {end: false}", "2", "end"},
		{"end twice", "answers:\n  live: {end: 5s, after: 2s}", "2", "只能写一个"},
		{"item", "answers:\n  popMenu: {item: [x]}", "2", "字符串"},
		{"after", "answers:\n  popMenu:\n    item: x\n    after: -2s", "4", "不能为负"},
		{"call key", "calls:\n  a: {}\n  b:\n    dely: 3s", "4", `"delay"`},
		{"negative delay", "calls:\n  a:\n    delay: -3", "3", "不能为负"},
		{"delay without a unit", "calls:\n  a:\n    delay: '3'", "3", "500ms"},
		{"delay of a wrong type", "calls:\n  a:\n    delay: 1.5", "3", "毫秒"},
		{"delay too long", "calls:\n  a:\n    delay: 99999999999999999", "3", "太长"},
		{"never", "calls:\n  a:\n    never: 1", "3", "true"},
		{"fail", "calls:\n  a:\n    fail: 1003", "3", "对象"},
		{"fail that is none", "calls:\n  a:\n    fail:\n      errorCode: 0", "4", "成功"},
		{"answer that is none", "calls:\n  a:\n    answer:\n      errorCode: 0", "4", "成功"},
		{"answer of both kinds", "calls:\n  a:\n    answer: {error: 坏, data: 1}", "3", "只能写一个"},
		{"answer key", "calls:\n  a:\n    answer: {dat: 1}", "3", `"data"`},
		{"fail key", "calls:\n  a:\n    fail: {code: 1}", "3", "code"},
		{"garble", "calls:\n  a: {}\n  b: {garble: true}", "3", "还不支持 garble"},
		{"disconnect", "calls:\n  '*':\n    disconnect: 3s", "3", "还不支持 disconnect"},
		{"cast", "cast: {openId: a}", "1", "列表"},
		{"cast key", "cast:\n  - openId: a\n    join: 2s", "3", `"joins"`},
		{"no openId", "cast:\n  - joins: 2s", "2", "openId"},
		{"openId twice", "cast:\n  - openId: a\n  - joins: 2s\n    openId: a", "4", "两次"},
		{"contradiction", "cast:\n  - openId: a\n    joins: 2s\n    declines: 3s", "4", "拒绝"},
		{"cast time", "cast:\n  - openId: a\n    leaves: soon", "3", "soon"},
		{"clock", "calls: {}\nclock: 2018-04-03", "2", "2018-04-03T12:30:00"},
		{"clock type", "clock: [1]", "1", "clock"},
		{"JSON", "{\n\t\"calls\": {\n\t\t\"a\": {\"delay\": \"-1s\"}\n\t}\n}", "3", "不能为负"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Read("s.yaml", []byte(test.text))
			var coded *bridge.Error
			require.ErrorAs(t, err, &coded)
			assert.Equal(t, bridge.BadParams, coded.Code)
			assert.Regexp(t, `^s\.yaml:`+test.place+`:\d+: `, coded.Message)
			assert.Contains(t, coded.Message, test.says)
		})
	}
}

// An answer of several parts reaches the view as it is written.
func TestComposedAnswers(t *testing.T) {
	s, err := Read("s.yaml", []byte(`
answers:
  locationPicker: [{latitude: 34.26, longitude: 108.94, name: 路口, after: 2s}, {place: 钟楼}, cancel]
  filePicker: {files: [季度总结.docx], own: [{name: 合同.pdf, size: 20480}]}
  imagePreview: cancel
  orgPicker: {orgs: [前端组]}
  personCard: [{chat: true}, cancel]
  shareSheet: {way: chat}
  dialog: {password: ""}
  speech: {text: 十点开会, after: 1s}
  chat: cancel
  signature: [{draw: true}, cancel]
  lightApp: cancel
  chatRecord: cancel
  freeCall: {cancel: true, after: 0s}
`))
	require.NoError(t, err)
	for view, wants := range map[string][]string{
		"locationPicker": {`{"latitude":34.26,"longitude":108.94,"name":"路口"}`, `{"place":"钟楼"}`, `{"cancel":true}`},
		"filePicker":     {`{"files":["季度总结.docx"],"own":[{"name":"合同.pdf","size":20480}]}`},
		"imagePreview":   {`{"cancel":true}`},
		"orgPicker":      {`{"orgs":["前端组"]}`},
		"personCard":     {`{"chat":true}`, `{"cancel":true}`},
		"shareSheet":     {`{"way":"chat"}`},
		"dialog":         {`{"password":""}`},
		"speech":         {`{"text":"十点开会"}`},
		"chat":           {`{"cancel":true}`},
		"signature":      {`{"draw":true}`, `{"cancel":true}`},
		"lightApp":       {`{"cancel":true}`},
		"chatRecord":     {`{"cancel":true}`},
		"freeCall":       {`{"cancel":true}`},
	} {
		for i, want := range wants {
			answer, is := s.Answer("view." + view)
			assert.True(t, is)
			assert.JSONEq(t, want, string(answer.Value))
			assert.Equal(t, view == "locationPicker" && i == 0, answer.After == 2*time.Second)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	s, err := Read("s.yaml", []byte(asYAML))
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				s.Answer("view.personPicker")
				s.Rule("share")
			}
		})
	}
	wg.Wait()
}

// A host goes by the scenario: the calls fail as told, and the views are answered without a page that draws them.
func TestHostFollows(t *testing.T) {
	s, err := Read("s.yaml", []byte("answers: {personPicker: {people: [a]}}\ncalls: {share: {fail: {errorCode: 7, error: 坏}}}"))
	require.NoError(t, err)
	type picked struct {
		People []string `json:"people"`
	}
	h := bridge.NewHost(
		bridge.Define("share", "分享", func(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil }),
		bridge.DefineOnPage("pick", "选人", func(ctx context.Context, p bridge.Page, _ struct{}) (picked, error) {
			var answer picked
			return answer, p.Call(ctx, "view.personPicker", nil, &answer)
		}, bridge.Waits),
	)
	h.SetScript(s)
	hostEnd, page := bridge.Pipe()
	done := make(chan error)
	go func() { done <- h.Serve(t.Context(), hostEnd) }()
	for method, want := range map[string]string{
		"share": `{"success":"false","error":"坏","errorCode":"7","data":{}}`,
		"pick":  `{"success":"true","error":"","errorCode":"0","data":{"people":["a"]}}`,
	} {
		require.NoError(t, page.Write(t.Context(), bridge.Message{ID: 1, Method: method}))
		m, err := page.Read(t.Context())
		require.NoError(t, err)
		assert.JSONEq(t, want, string(m.Result))
	}
	require.NoError(t, page.Close())
	assert.NoError(t, <-done)
}
