package main

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// begin calls in the page, and keeps the answers under a name: as JSON, one a line.
func (b *tab) begin(name, method, params string) {
	b.t.Helper()
	b.eval(`(window.said = window.said || {}, said.` + name + ` = [], qing.call('` + method + `', {...` + params +
		`, success: r => said.` + name + `.push(JSON.stringify(r))}), 0)`)
}

// said waits for the answer of that number, the first being 1.
func (b *tab) said(name string, n string) string {
	b.t.Helper()
	b.wait(`said.` + name + `.length >= ` + n)
	return b.eval(`said.` + name + `[` + n + ` - 1]`)
}

func TestOrgPickerByKeyboard(t *testing.T) {
	_, b := showExample(t)
	b.begin("orgs", "selectOrgs", `{isMulti: true}`)
	b.find("dialog", "选择部门")
	require.True(t, b.find("searchbox", "搜索").focused)
	b.key(kb.ArrowDown) // 总经办
	b.key(kb.ArrowDown)
	require.True(t, b.find("checkbox", "研发中心").focused)
	b.key(kb.Enter)
	b.find("button", "确定(1)")
	b.press("button", "研发中心 的下级")
	b.press("checkbox", "前端组")
	b.press("button", "移除 研发中心")
	b.press("button", "青禾示例公司")
	require.False(t, b.find("checkbox", "研发中心").checked)
	b.press("searchbox", "搜索")
	b.write("华东")
	b.press("checkbox", "华东区")
	b.press("button", "确定(2)")
	require.Regexp(t, `"orgs":\[\{"orgId":"\w+","orgName":"前端组"\},\{"orgId":"\w+","orgName":"华东区"\}\]`, b.said("orgs", "1"))

	b.begin("left", "selectOrg", `{}`)
	b.find("radio", "总经办")
	b.key(kb.Escape)
	require.Contains(t, b.said("left", "1"), "未选择退出")
}

func TestFromCardToChat(t *testing.T) {
	p, b := showExample(t)
	b.begin("card", "personInfo", `{openId: '`+p.Demo.People[0]+`'}`)
	b.find("dialog", "名片")
	b.press("button", "发消息")
	b.find("log", "消息")
	b.press("textbox", "发消息…")
	b.write("会议室见")
	b.key(kb.Enter)
	b.wait(`document.querySelector('qing-host').shadowRoot.querySelector('[role=log]').textContent.includes('会议室见')`)
	b.key(kb.Escape)
	b.gone("log", "消息")
	require.Equal(t, "[]", b.eval(`said.card`), "silent")
	b.waitEvents("disappear appear")
}

func TestShareSheetOnScreen(t *testing.T) {
	_, b := showExample(t)
	b.begin("share", "share", `{shareType: 3, title: '周三评审', webpageUrl: 'https://example.com/'}`)
	b.find("dialog", "分享")
	b.press("button", "微信")
	b.gone("dialog", "分享")
	b.find("status", "")
	require.Equal(t, "[]", b.eval(`said.share`), "silent")
}

// While the client listens the page's own button can be pressed.
func TestSpeechLeavesThePageInReach(t *testing.T) {
	_, b := showExample(t)
	b.begin("speech", "startSpeechRecognize", `{}`)
	b.find("dialog", "正在听")
	require.True(t, b.is("button", startVoice))
	b.write("十点开会。谁来")
	b.key(kb.Enter)
	require.Contains(t, b.said("speech", "3"), `"allResult":"十点开会。谁来"`)
	b.gone("dialog", "正在听")

	b.begin("again", "startSpeechRecognize", `{}`)
	b.find("dialog", "正在听")
	b.begin("stop", "stopSpeechRecognize", `{}`)
	b.gone("dialog", "正在听")
	require.Equal(t, "1", b.eval(`said.again.length`))
}

func TestPasswordDialog(t *testing.T) {
	_, b := showExample(t)
	b.begin("right", "validate", `{type: 'password', prompt: '查看工资单'}`)
	b.find("alertdialog", "验证密码")
	b.write("密码")
	b.press("button", "确定")
	require.Contains(t, b.said("right", "1"), `"success":true,"errorCode":1`)
	b.begin("left", "validate", `{}`)
	b.find("alertdialog", "验证密码")
	b.key(kb.Escape)
	require.Contains(t, b.said("left", "1"), "用户取消验证")
}

// The client's own requests reach the server APIs of this process.
func TestClientRequestStaysHere(t *testing.T) {
	p, b := showExample(t)
	b.begin("token", "cloudoffice.request", `{url: 'https://www.yunzhijia.com/gateway/oauth2/token/getAccessToken', method: 'POST',
		data: {eid: '`+p.Demo.EID+`', secret: '`+p.Demo.ResGroupSecret+`', timestamp: Date.now(), scope: 'resGroupSecret'}}`)
	require.Regexp(t, `"status":200,.*"accessToken":"\w{32}"`, b.said("token", "1"))
}
