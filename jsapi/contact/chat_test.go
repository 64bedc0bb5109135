package contact_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/jsapi/contact"
)

// outcome is what the page hears: nothing, a code with its text, or the whole answer.
func outcome(p *page, method, params string) string {
	got := p.call(method, params)
	switch got.Success {
	case "silent":
		return ""
	case "true":
		return "true"
	default:
		return got.ErrorCode + " " + got.Error
	}
}

func TestCallsWithoutAPicker(t *testing.T) {
	for _, test := range []struct{ name, method, params, want, view string }{
		{"a group answers", "chat", `{"groupId":"mine"}`, "true", `{"title":"我的群","people":[{"openId":"b","name":"单乙"},{"openId":"c","name":"丙三"}],"group":true,"me":{"openId":"a","name":"甲一"}}`},
		{"a person does not", "chat", `{"openId":"d"}`, "", `{"title":"丁四","people":[{"openId":"d","name":"丁四"}],"group":false,"me":{"openId":"a","name":"甲一"}}`},
		{"no such group", "chat", `{"groupId":"?"}`, "1 找不到群组", ""},
		{"a group of others", "chat", `{"groupId":"theirs"}`, "1 找不到群组", ""},
		{"nobody", "chat", `{}`, `1 找不到 openId 为 "" 的人`, ""},
		{"a card", "personInfo", `{"openId":"b"}`, "", `{"openId":"b","name":"单乙","company":"小团队","department":"研发/前端","jobTitle":"组长","gender":0,"phone":"","email":"","jobNo":"","me":false}`},
		{"nobody's card", "personInfo", `{"openId":"zz"}`, `1 找不到 openId 为 "zz" 的人`, ""},
		{"a free call", "freeCall", `{"openId":"b"}`, "", `{"openId":"b","name":"单乙","about":"组长 · 研发/前端","phone":""}`},
		{"a free call of one without a position", "freeCall", `{"openId":"f"}`, "", `{"openId":"f","name":"Zoe Li","about":"","phone":""}`},
		{"a free call of nobody", "freeCall", `{"openId":"zz"}`, `1 找不到 openId 为 "zz" 的人`, ""},
		{"the apps", "getExistApps", `{}`, "true", ""},
		{"no administrators", "getAdminOpenId", `{}`, "1 未设置管理员", ""},
		{"the same team", "switchCompany", `{"eid":"7"}`, "", ""},
		{"no team", "switchCompany", `{}`, "1 参数不正确", ""},
		{"another team", "switchCompany", `{"eid":"8"}`, "1 切换失败", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			host, _ := world(small(t))
			p := open(t, host)
			assert.Equal(t, test.want, outcome(p, test.method, test.params))
			if test.view != "" {
				assert.JSONEq(t, test.view, string(wait(t, p.views).Params))
				assert.Equal(t, []string{"disappear"}, p.told())
			}
			assert.Empty(t, p.views)
		})
	}
}

// chat's answer for a group is success alone.
func TestChatAnswersBriefly(t *testing.T) {
	host, _ := world(small(t))
	p := open(t, host)
	require.Equal(t, "true", p.call("chat", `{"groupId":"all"}`).Success)
	assert.JSONEq(t, `{"success":"true"}`, string(host.Log.After(0, "chat")[0].Result))
}

func TestFromCardToChatAndBack(t *testing.T) {
	host, _ := world(small(t))
	p := open(t, host)
	assert.Empty(t, outcome(p, "personInfo", `{"openId":"b"}`))
	assert.Equal(t, "view.personCard", wait(t, p.views).Method)
	for _, refused := range []string{`{}`, `{"chat":true,"cancel":true}`} {
		require.ErrorContains(t, host.Answer("", "personCard", json.RawMessage(refused)), "人员名片视图的回答应为")
	}
	require.NoError(t, host.Answer("", "personCard", json.RawMessage(`{"chat":true}`)))
	assert.Equal(t, "view.chat", wait(t, p.views).Method)
	require.ErrorContains(t, host.Answer("", "chat", json.RawMessage(`{}`)), "会话视图的回答只有")
	require.NoError(t, host.Answer("", "chat", json.RawMessage(`{"cancel":true}`)))
	require.Eventually(t, func() bool { n := len(p.told()); return n > 0 && p.told()[n-1] == "appear" }, 10*time.Second, time.Millisecond)
	assert.Equal(t, []string{"disappear", "appear"}, p.told(), "card and chat are one trip")

	assert.Empty(t, outcome(p, "personInfo", `{"openId":"a"}`))
	wait(t, p.views)
	require.ErrorContains(t, host.Answer("", "personCard", json.RawMessage(`{"chat":true}`)), "自己的名片")
}

// A free call ends when it is hung up, and takes no other answer.
func TestHangUp(t *testing.T) {
	host, _ := world(small(t))
	p := open(t, host)
	assert.Empty(t, outcome(p, "freeCall", `{"openId":"b"}`))
	assert.Equal(t, "view.freeCall", wait(t, p.views).Method)
	require.ErrorContains(t, host.Answer("", "freeCall", json.RawMessage(`{}`)), "免费电话视图的回答只有 {cancel: true}: 挂断")
	require.NoError(t, host.Answer("", "freeCall", json.RawMessage(`{"cancel":true}`)))
	require.Eventually(t, func() bool { n := len(p.told()); return n > 0 && p.told()[n-1] == "appear" }, 10*time.Second, time.Millisecond)
}

func TestExistingApps(t *testing.T) {
	host, _ := world(contact.Demo())
	assert.JSONEq(t, `{"appIds":"`+contact.Demo().AppID+`"}`, string(open(t, host).call("getExistApps", "").raw))
}

func TestAdministrators(t *testing.T) {
	team, err := contact.Load("团队.yaml", []byte("people: [{openId: a, name: 甲一}, {openId: b, name: 单乙}]\nadmins: [单乙, a]\n"))
	require.NoError(t, err)
	host, _ := world(team)
	assert.JSONEq(t, `{"adminOpenIds":"b,a"}`, string(open(t, host).call("getAdminOpenId", "").raw))

	_, err = contact.Load("团队.yaml", []byte("people: [{name: 甲一}]\nadmins: [谁]\n"))
	require.ErrorContains(t, err, `没有 openId 或姓名为 "谁" 的人`)
}

// What localFunction asks for.
func TestNewChats(t *testing.T) {
	team := small(t)
	d := contact.NewDirectory(team)
	gone := make(chan bool, 3)
	left := func() { gone <- true }
	run := func(name string, fn func(context.Context, bridge.Page) error) bridge.API {
		return bridge.DefineOnPage(name, "一次调用", func(ctx context.Context, page bridge.Page, _ struct{}) (struct{}, error) {
			return struct{}{}, fn(ctx, page)
		}, bridge.Waits)
	}
	host := bridge.NewHost(
		run("create", func(ctx context.Context, page bridge.Page) error { return d.CreateChat(ctx, page, left) }),
		run("with", func(ctx context.Context, page bridge.Page) error {
			return d.OpenChat(ctx, page, "周三评审", []string{"b", "c"}, left)
		}),
		run("unknown", func(ctx context.Context, page bridge.Page) error {
			return d.OpenChat(ctx, page, "周三评审", []string{"zz"}, left)
		}),
	)
	p := open(t, host)
	title := func() string {
		var shown struct{ Title string }
		require.NoError(t, json.Unmarshal(wait(t, p.views).Params, &shown))
		return shown.Title
	}
	end := p.begin("create", "")
	_, id := p.picker()
	p.confirm(id, "d", "e")
	require.Equal(t, "true", end().Success)
	assert.Equal(t, "丁四、戊五", title())
	assert.Equal(t, []string{"disappear"}, p.told(), "the page does not show between picker and chat")
	assert.Empty(t, gone)
	require.NoError(t, host.Answer("", "chat", json.RawMessage(`{"cancel":true}`)))
	wait(t, gone)
	require.Equal(t, "true", p.call("with", "").Success)
	assert.Equal(t, "周三评审", title())
	assert.Equal(t, `找不到 id 为 "zz" 的人`, p.call("unknown", "").Error)
	assert.Empty(t, gone, "it did not open")
}
