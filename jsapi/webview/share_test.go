package webview_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/bridge/bridgetest"
	"qinghost/jsapi/webview"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client is what localFunction opens; it writes down what it was asked for.
type client struct {
	asked  []string
	opened int    // screens that stand
	left   func() // ends the chat
}

func (c *client) CreateChat(context.Context, bridge.Page, func()) error {
	c.asked = append(c.asked, "chat")
	return bridge.Errorf(bridge.Failed, "取消选人")
}
func (c *client) OpenChat(_ context.Context, _ bridge.Page, name string, ids []string, left func()) error {
	c.asked, c.left = append(c.asked, name+": "+strings.Join(ids, " ")), left
	return nil
}
func (c *client) enter(_ bridge.Page, method string) (leave func(), err error) {
	if c.opened > 0 {
		return nil, bridge.Ignored("已打开: " + method)
	}
	c.opened++
	return func() { c.opened-- }, nil
}
func (c *client) CreateVoiceMeeting(context.Context, bridge.Page) error {
	c.asked = append(c.asked, "voice")
	return nil
}

func create(t *testing.T) (*bridgetest.Page, *client) { return createOn(t, "ios") }

func createOn(t *testing.T, profile string) (*bridgetest.Page, *client) {
	c := &client{}
	clock := bridge.NewClockAt(time.UnixMilli(1522729800000))
	return bridgetest.Open(t, profile, clock, webview.New(clock, func(bridge.Profile, string) bool { return true }, c, c.enter).APIs()), c
}

func failed(code, text string) string {
	return `{"success":"false","error":"` + text + `","errorCode":"` + code + `","data":{}}`
}

func TestCallsThatOpenNothing(t *testing.T) {
	for _, test := range []struct{ name, method, params, want string }{
		{"share without a type", "share", `{"content":"会议改期"}`, failed("1", "参数不正确")},
		{"share with another", "share", `{"shareType":5}`, failed("1", "参数不正确")},
		{"share with no number", "share", `{"shareType":"图"}`, failed("90001", `参数 shareType 类型不对: 应为整数, 收到 \"图\"`)},
		{"gotoApp without data", "gotoApp", `{}`, failed("1", "参数错误")},
		{"gotoApp without a scheme", "gotoApp", `{"data":"微信"}`, failed("1", "无法打开应用或应用未安装")},
		{"gotoApp", "gotoApp", `{"data":"weixin://"}`, ""},
		{"signin", "localFunction", `{"name":"signin"}`, ""},
		{"a chat with nobody", "localFunction", `{"name":"createChatWithUsers","groupName":"评审"}`, failed("1", "userId或groupName不能为空")},
		{"a chat without a name", "localFunction", `{"name":"createChatWithUsers","openIds":["a"]}`, failed("1", "userId或groupName不能为空")},
		{"no such function", "localFunction", `{"name":"flyToMoon"}`, "unanswered"},
		{"reloadWebView", "reloadWebView", ``, ""},
		{"validate by other means", "validate", `{"type":"指纹"}`, failed("90001", `参数 type 只知道 password, 收到 \"指纹\"`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, _ := create(t)
			assert.Equal(t, test.want, p.Call(test.method, test.params))
		})
	}
}

func TestOpenInBrowser(t *testing.T) {
	p, _ := createOn(t, "desktop")
	assert.Empty(t, p.Call("openInBrowser", `{"url":"https://example.com/会议"}`))
	assert.Equal(t, `{"url":"https://example.com/会议"}`, p.View("newTab"))
	for _, refused := range []string{"javascript:alert(1)", "/会议", "https://", ""} {
		assert.Contains(t, p.Call("openInBrowser", `{"url":"`+refused+`"}`), "参数 url 应为完整的 http 或 https 网址")
	}
}

func TestShareSheet(t *testing.T) {
	for _, test := range []struct{ name, params, kind, content, image string }{
		{"text", `{"shareType":"1","content":"会议改期"}`, "text", "会议改期", ""},
		{"a picture", `{"shareType":2,"thumbData":"AAAA"}`, "image", "", "data:image/png;base64,AAAA"},
		{"news", `{"shareType":3,"cellContent":"摘要","thumbUrl":"https://example.com/a.png","thumbData":"AAAA"}`, "news", "摘要", "https://example.com/a.png"},
		{"an app", `{"shareType":4,"content":"内容","cellContent":"摘要","sharedObject":{}}`, "app", "内容", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, _ := create(t)
			assert.Empty(t, p.Call("share", test.params), "silent, and at once")
			var shown struct{ Kind, Content, Image string }
			require.NoError(t, json.Unmarshal([]byte(p.View("shareSheet")), &shown))
			assert.Equal(t, []string{test.kind, test.content, test.image}, []string{shown.Kind, shown.Content, shown.Image})
			require.ErrorContains(t, p.Answer("shareSheet", `{"way":"飞鸽"}`), `分享面板里没有 "飞鸽" 这一项, 可用: ["chat" `)
			require.NoError(t, p.Answer("shareSheet", `{"way":"moment"}`))
			assert.Contains(t, p.View("toast"), "分享到动态")
		})
	}
}

func TestSocialShare(t *testing.T) {
	p, _ := create(t)
	id := p.Begin("socialShare", `{"shareWay":"wechat","shareType":3,"shareContent":{"标题":"例会"}}`)
	assert.JSONEq(t, `{"kind":"text","title":"","content":"{\"标题\":\"例会\"}","image":"","url":"","app":"","ways":[{"id":"wechat","text":"分享到 wechat"}]}`,
		p.View("shareSheet"))
	require.NoError(t, p.Answer("shareSheet", `{"way":"wechat"}`))
	assert.Equal(t, `{"success":"true","error":"","errorCode":"0","data":{"shareType":3}}`, p.Reply(id))

	id = p.Begin("socialShare", `{"shareWay":"wechat","shareType":"text"}`)
	p.View("shareSheet")
	require.NoError(t, p.Answer("shareSheet", `{"cancel":true}`))
	assert.Equal(t, failed("1", "取消分享"), p.Reply(id))
	assert.Contains(t, p.Call("socialShare", `{}`), "缺少参数 shareWay")
}

func TestLocalFunction(t *testing.T) {
	p, c := create(t)
	assert.Equal(t, failed("1", "取消选人"), p.Call("localFunction", `{"name":"createChat"}`))
	assert.Equal(t, "unanswered", p.Call("localFunction", `{"name":"飞"}`))
	assert.Empty(t, p.Call("localFunction", `{"name":"createvoicemeeting"}`))
	assert.Empty(t, p.Call("localFunction", `{"name":"createChatWithUsers","groupName":"评审","userIds":"a, b","openIds":["c"]}`))
	assert.Equal(t, 1, c.opened, "the chat stands")
	assert.Equal(t, "unanswered", p.Call("localFunction", `{"name":"invite"}`))
	c.left()
	assert.Empty(t, p.Call("localFunction", `{"name":"invite"}`))
	assert.Contains(t, p.View("toast"), "邀请同事")
	assert.Equal(t, []string{"chat", "voice", "评审: c a b"}, c.asked)
	assert.Zero(t, c.opened)
}

// validate's answer has a boolean and a number where all others have strings.
func TestValidate(t *testing.T) {
	p, _ := create(t)
	for _, test := range []struct{ answer, want string }{
		{`{"cancel":true}`, `{"success":false,"error":"用户取消验证","errorCode":13400}`},
		{`{"password":""}`, `{"success":false,"error":"密码验证错误","errorCode":13400}`},
	} {
		id := p.Begin("validate", `{"type":"password","prompt":"请输入密码"}`)
		assert.Equal(t, `{"prompt":"请输入密码"}`, p.View("dialog"))
		require.ErrorContains(t, p.Answer("dialog", `{}`), "密码框的回答应为")
		require.NoError(t, p.Answer("dialog", test.answer))
		assert.Equal(t, test.want, p.Reply(id))
	}
	id := p.Begin("validate", `{}`)
	p.View("dialog")
	require.NoError(t, p.Answer("dialog", `{"password":"密码"}`))
	assert.Regexp(t, `^\{"success":true,"errorCode":1,"data":\{"ticket":"APPURLWITHTICKET[0-9a-f]{32}"\}\}$`, p.Reply(id))
}

// The button at the right, as the bar shows it after each call.
func TestOptionMenu(t *testing.T) {
	p, _ := create(t)
	const none, icon = `null`, `{"text":""}`
	for i, step := range []struct{ method, params, visible, pop string }{
		{"setWebViewTitleBar", `{"isShow":"false"}`, "false", none},
		{"setWebViewTitleBar", `{}`, "false", none},
		{"setWebViewTitleBar", `{"isShow":1}`, "true", none},
		{"showOptionMenu", `{}`, "true", icon},
		{"createPop", `{"popTitle":"更多","popTitleCallBackId":"pop","items":[]}`, "true", `{"text":"更多"}`},
		{"hideOptionMenu", `{}`, "true", none},
		{"showOptionMenu", `{}`, "true", `{"text":"更多"}`},
		{"closePop", `{}`, "true", icon},
		{"hideOptionMenu", `{}`, "true", none},
	} {
		p.Begin(step.method, step.params)
		if step.params == `{}` && step.method == "setWebViewTitleBar" {
			continue // changes nothing
		}
		assert.Equal(t, `{"visible":`+step.visible+`,"title":null,"pop":`+step.pop+`,"backGuard":false}`, p.View("navigationBar"), "%d %s", i, step.method)
	}
	p.Begin("showOptionMenu", "")
	p.View("navigationBar")
	p.Begin("view.pop", "") // the client's own menu
	assert.Contains(t, p.View("popMenu"), `{"id":"qinghost:refresh","text":"刷新"}`)
	require.NoError(t, p.Answer("popMenu", `{"item":"qinghost:refresh"}`))
	p.Next(func(m bridge.Message) bool { return m.Method == bridge.MethodReload })
}
