package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// The first group of the demo team and three of its members, found by initials, by pinyin and by name.
const (
	group      = "0fcdff6e442689aeb9071e1c"
	startVoice = "发起语音会议：前端组"
	startLive  = "发起直播：前端组"
)

// showExample starts the example app and shows it, as soon as it knows who it runs for.
func showExample(t *testing.T, args ...string) (*running, *tab) {
	t.Helper()
	p := start(t, append(args, example)...)
	p.stopClock()
	b := visit(t, p.URL)
	b.wait(`document.querySelector('#me .name').textContent === '方知遥'`)
	return p, b
}

// choose finds people by what is typed, and chooses them.
func (b *tab) choose(typed, name string) {
	b.t.Helper()
	b.find("searchbox", "搜索")
	b.write(typed)
	b.press("checkbox", name)
	until(b.t, name+" 已选", func() bool { n, is := b.first("checkbox", name); return is && n.checked })
	b.press("button", "清除")
}

func TestVoiceMeeting(t *testing.T) {
	p, b := showExample(t)
	b.press("button", startVoice)
	b.find("dialog", "选择人员")
	require.False(t, b.is("tab", "最近"), "with groupId there are no tabs")
	require.False(t, b.is("checkbox", "方知遥"), "the current user is not listed")
	b.choose("zr", "翟苒")
	b.choose("zengxu", "曾煦南")
	b.choose("小满", "卢小满")
	require.Contains(t, b.find("checkbox", "翟苒").about, "前端组", "the department is the description")
	b.press("button", "确定(3)")

	b.find("dialog", "语音会议")
	b.gone("dialog", "选择人员")
	b.waitResult("createVoiceMeeting", "true 0")
	require.Equal(t, "disappear", b.events(), "picker and call are one trip")
	for _, name := range []string{"翟苒", "曾煦南", "卢小满"} {
		b.find("listitem", name+" 呼叫中")
	}
	meeting := p.state(t).Pages[0].Meeting
	require.NotNil(t, meeting)
	require.Equal(t, "voice", meeting.Kind)
	require.Equal(t, group, meeting.GroupID)
	require.Len(t, meeting.People, 3)

	p.do("POST clock", `{"advance":2000}`)
	for _, name := range []string{"翟苒", "曾煦南", "卢小满"} {
		b.find("listitem", name+" 已加入")
	}
	b.press("button", "收起")
	b.waitEvents("disappear appear")
	b.gone("dialog", "语音会议")
	b.press("button", "语音会议")
	b.find("dialog", "语音会议")
	b.waitEvents("disappear appear disappear")
	b.press("button", "结束")
	b.gone("dialog", "语音会议")
	b.waitEvents("disappear appear disappear appear")
	require.Nil(t, p.state(t).Pages[0].Meeting)
	require.Equal(t, "true 0", b.result("createVoiceMeeting"))
	require.Len(t, p.calls("createVoiceMeeting"), 1)
	require.Contains(t, p.stdout.String(), `{"event":"call","id":`)
}

func TestLive(t *testing.T) {
	p, b := showExample(t)
	b.press("button", startLive)
	b.find("dialog", "选择人员")
	b.choose("翟苒", "翟苒")
	b.press("button", "确定(1)")
	b.find("dialog", "直播")
	b.waitResult("createLive", "true 0")
	require.Equal(t, "live", p.state(t).Pages[0].Meeting.Kind)
	p.do("POST clock", `{"advance":2000}`)
	until(t, "观看人数", func() bool { return p.state(t).Pages[0].Meeting.People[0].State == "joined" })
	b.press("button", "结束直播")
	b.gone("dialog", "直播")
	b.waitEvents("disappear appear")
}

func TestNoMeeting(t *testing.T) {
	cancel := func(b *tab) { b.press("button", "取消") }
	for _, c := range []struct {
		name, press, api, want, text string
		then                         func(*tab)
	}{
		{"取消", startVoice, "createVoiceMeeting", "false 1", "取消选人", cancel},
		{"Escape", startLive, "createLive", "false 1", "取消选人", func(b *tab) { b.key(kb.Escape) }},
		{"nobody chosen", startVoice, "createVoiceMeeting", "false 91004", "", func(b *tab) { b.press("button", "确定(0)") }},
		{"not a member", "发起语音会议：管理层例会", "createVoiceMeeting", "false 91002", "管理层例会", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, b := showExample(t)
			b.press("button", c.press)
			events := ""
			if c.then != nil {
				b.find("dialog", "选择人员")
				c.then(b)
				b.gone("dialog", "选择人员")
				events = "disappear appear"
			}
			b.waitResult(c.api, c.want)
			b.waitEvents(events)
			require.Contains(t, b.eval(`document.querySelector('#results li pre').textContent`), c.text)
			require.Empty(t, p.view())
		})
	}
}

func TestSecondCall(t *testing.T) {
	p, b := showExample(t)
	b.press("button", startVoice)
	b.find("dialog", "选择人员")
	require.Contains(t, b.eval(`qing.call('createLive', {})`), `"errorCode":"91003"`)
	p.do("POST answer", fmt.Sprintf(`{"view":"personPicker","people":[%q]}`, p.Demo.Groups[0].People[1]))
	b.find("dialog", "语音会议")
	b.gone("dialog", "选择人员")
	b.press("button", "收起")
	b.press("button", startLive)
	b.waitResult("createLive", "false 92001")
	b.press("button", "语音会议")
	b.press("button", "结束")
	b.press("button", startLive)
	b.find("dialog", "选择人员")
}

func TestKeyboardOnly(t *testing.T) {
	p, b := showExample(t)
	b.tabTo(startVoice)
	b.key(kb.Enter)
	b.find("dialog", "选择人员")
	until(t, "搜索框得到焦点", func() bool { return b.find("searchbox", "搜索").focused })
	b.key("z")
	b.key("r")
	b.gone("checkbox", "曾煦南")
	b.key(kb.ArrowDown)
	until(t, "名单得到焦点", func() bool { return b.find("checkbox", "翟苒").focused })
	b.key(" ")
	b.tabTo("确定(1)")
	b.key(kb.Enter)
	b.find("dialog", "语音会议")
	b.key(kb.Escape)
	b.tabTo("收起")
	b.key(" ")
	b.waitEvents("disappear appear")
	b.find("button", "语音会议")
	require.NotNil(t, p.state(t).Pages[0].Meeting, "Escape does not end a call")
	b.tabTo("语音会议")
	b.key(kb.Enter)
	b.find("dialog", "语音会议")
	b.tabTo("结束")
	b.key(kb.Enter)
	b.waitEvents("disappear appear disappear appear")
	b.waitResult("createVoiceMeeting", "true 0")
}

// tabTo presses Tab until the focus is on what is named so.
func (b *tab) tabTo(name string) {
	b.t.Helper()
	const focused = `(() => { let at = document.activeElement
		while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement
		return at ? at.getAttribute('aria-label') || at.textContent.trim() : '' })()`
	var seen []string
	for range 80 {
		b.key(kb.Tab)
		at := b.eval(focused)
		if strings.HasPrefix(at, name) {
			return
		}
		seen = append(seen, at)
	}
	require.Failf(b.t, "Tab never came to it", "%s among %q", name, seen)
}

func TestToast(t *testing.T) {
	p, b := showExample(t)
	toasts := `document.querySelector('qing-host')?.shadowRoot.querySelector('[role=status]')?.textContent`
	b.press("button", "提示")
	b.waitResult("toast", "true 0")
	b.wait(toasts + ` === '收到'`)
	require.Contains(t, b.names("StaticText"), "收到")
	require.NotEmpty(t, b.all("status"))
	p.do("POST clock", `{"advance":2000}`)
	b.wait(toasts + ` === undefined`)
	require.Empty(t, b.events(), "a toast does not cover the page")
}

func TestPopMenu(t *testing.T) {
	p, b := showExample(t)
	b.press("button", "右上角菜单")
	b.press("button", "导航")
	b.find("banner", "导航栏")
	b.find("heading", "会议室")
	b.press("button", "更多")
	b.waitResult("createPop", "true 0")
	b.find("menu", "菜单")
	until(t, "菜单项", func() bool { return len(b.all("menuitem")) == 3 })
	require.Equal(t, []string{"刷新群组", "清空结果", "刷新"}, b.names("menuitem"))
	b.press("menuitem", "清空结果")
	b.gone("menu", "菜单")
	b.wait(`!document.querySelector('#results li')`)

	b.press("button", "更多")
	b.find("menu", "菜单")
	b.key(kb.Escape)
	b.gone("menu", "菜单")
	b.press("button", "更多")
	p.waitView("popMenu")
	p.do("POST answer", `{"view":"popMenu","item":"clear"}`)
	b.gone("menu", "菜单")
	b.wait(`!document.querySelector('#results li')`)
}
