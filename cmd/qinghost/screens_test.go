package main

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
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

// What the client would open and qinghost has not is named, and left by Escape or 返回.
func TestScreensThatAreNotHere(t *testing.T) {
	p, b := showExample(t)
	b.begin("app", "gotoLightApp", `{appId: '500000002', appName: '审批', urlParam: 'title=%E5%91%A8%E4%B8%89'}`)
	b.find("dialog", "审批")
	b.wait(`document.querySelector('qing-host').shadowRoot.querySelector('dialog').textContent.includes('title=周三')`)
	require.True(t, b.find("button", "返回").focused)
	b.key(kb.Escape)
	b.gone("dialog", "审批")
	b.waitEvents("disappear appear")

	b.begin("record", "mergeMsgRecord", `{mergeId: 'm1', title: '周三评审'}`)
	b.find("dialog", "聊天记录")
	b.press("button", "返回")
	b.gone("dialog", "聊天记录")

	b.begin("call", "freeCall", `{openId: '`+p.Demo.People[0]+`'}`)
	b.find("dialog", "免费电话")
	require.True(t, b.find("button", "挂断").focused)
	b.key(kb.Enter)
	b.gone("dialog", "免费电话")
	b.waitEvents("disappear appear disappear appear disappear appear")
	for _, name := range []string{"app", "record", "call"} {
		require.Equal(t, "[]", b.eval(`said.`+name), "silent")
	}
}

// The pad gives what the pen wrote: as large as the ink with a margin of 12, at two pixels a CSS pixel.
func TestSignByHand(t *testing.T) {
	_, b := showExample(t)
	b.begin("written", "iAppRevision", `{}`)
	b.find("dialog", "手写签名")
	stroke := func(from, to [2]float64) {
		b.act(chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, from[0], from[1], chromedp.ButtonLeft),
			chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, to[0], to[1], chromedp.ButtonLeft),
			chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, to[0], to[1], chromedp.ButtonLeft))
	}
	stroke([2]float64{50, 100}, [2]float64{60, 600})
	b.press("button", "清除")
	stroke([2]float64{100, 300}, [2]float64{200, 340})
	stroke([2]float64{150, 280}, [2]float64{140, 380})
	b.press("button", "完成")
	said := b.said("written", "1")
	require.Contains(t, said, `"success":"true"`)
	require.Contains(t, said, `"width":248,"height":248`)
	b.eval(`(window.ink = 0, createImageBitmap(new Blob([Uint8Array.from(atob(JSON.parse(said.written[0]).data.bitmap), c => c.charCodeAt(0))])).then((bitmap) => {
		const pen = Object.assign(document.createElement('canvas'), {width: 248, height: 248}).getContext('2d');
		pen.drawImage(bitmap, 0, 0);
		const alpha = (x, y) => pen.getImageData(x, y, 1, 1).data[3];
		window.ink = [alpha(24, 64), alpha(124, 104), alpha(2, 2)].map((a) => a > 99).join();
	}), 0)`)
	b.wait(`window.ink === 'true,true,false'`)

	b.begin("sample", "iAppRevision", `{}`)
	require.True(t, b.find("button", "用示例签名").focused)
	b.key(kb.Enter)
	require.Contains(t, b.said("sample", "1"), `"width":720,"height":320`)
	b.begin("left", "iAppRevision", `{}`)
	b.find("dialog", "手写签名")
	b.key(kb.Escape)
	require.Contains(t, b.said("left", "1"), `"error":"签章失败","errorCode":"1"`)
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
