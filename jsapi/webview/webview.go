// Package webview holds what a page does to the web view around it: title, back, the pop menu, toast, closing, sharing,
// the client's own functions, and asking what it can call. Behaviour follows reference §2, rows marked [N].
package webview

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"qinghost/bridge"
)

// Client is what localFunction has other areas do.
type Client interface {
	// CreateChat has people chosen and opens the chat page of the new group. It calls left when that is gone, unless it fails.
	CreateChat(ctx context.Context, page bridge.Page, left func()) error
	// OpenChat opens the chat page of a new group of these people. It calls left when that is gone, unless it fails.
	OpenChat(ctx context.Context, page bridge.Page, name string, ids []string, left func()) error
	// CreateVoiceMeeting has people chosen and starts a voice meeting with them.
	CreateVoiceMeeting(ctx context.Context, page bridge.Page) error
}

// Webview holds the navigation bars of the pages.
type Webview struct {
	clock  *bridge.Clock
	known  func(on bridge.Profile, name string) bool
	client Client
	enter  func(page bridge.Page, method string) (leave func(), err error)

	mu   sync.Mutex
	bars map[string]*bar // by page id
}

// New returns a web view; known says whether a page of that client can call an API of that name. enter opens a screen of that
// method over a page until leave is called; its error, while another stands there, is the call's.
func New(
	clock *bridge.Clock, known func(on bridge.Profile, name string) bool, client Client,
	enter func(page bridge.Page, method string) (leave func(), err error),
) *Webview {
	return &Webview{clock: clock, known: known, client: client, enter: enter, bars: map[string]*bar{}}
}

// APIs returns what pages can call.
func (w *Webview) APIs() []bridge.API {
	everywhere := bridge.On("ios", "android", "desktop")
	return []bridge.API{
		bridge.DefineOnPage("setWebViewTitle", "设置导航栏标题", w.setTitle, bridge.Since("0.9.0"), everywhere, bridge.Silent,
			bridge.Example(`{"title":"会议室"}`)),
		bridge.DefineOnPage("hideWebViewTitle", "清空导航栏标题", w.hideTitle, bridge.Since("0.9.0"), everywhere, bridge.Silent),
		bridge.DefineOnPage("setWebViewTitleBar", "显示或隐藏导航栏", w.setTitleBar, bridge.Since("0.9.5"), bridge.Silent,
			bridge.Example(`{"isShow":false}`)),
		bridge.DefineOnPage("closeWebView", "关闭当前页面", w.close, bridge.Since("0.9.5"), everywhere, bridge.Silent),
		bridge.DefineOnPage("close", "关闭当前页面 (同 closeWebView)", w.close, everywhere, bridge.Silent),
		bridge.DefineOnPage("reloadWebView", "重新加载当前页面", w.reload, bridge.Since("0.9.70"), bridge.Silent),
		bridge.DefineOnPage("defback", "拦截返回键: 每按一次回调一次, 且不返回", w.defback, bridge.Since("0.9.11"), everywhere, bridge.Repeats),
		bridge.DefineOnPage("createPop", "在导航栏右上角创建菜单", w.createPop, bridge.Since("0.9.6"), everywhere,
			bridge.Repeats, bridge.Example(`{"popTitle":"更多","popTitleCallBackId":"pop","items":[{"text":"刷新","callBackId":"refresh"}]}`)),
		bridge.DefineOnPage("closePop", "移除右上角菜单", w.closePop, bridge.Since("0.9.6"), everywhere, bridge.Silent),
		bridge.DefineOnPage("showOptionMenu", "显示右上角的按钮: createPop 的, 没有则是客户端自己的菜单", w.showOptions, bridge.Since("0.9.6"),
			everywhere, bridge.Silent),
		bridge.DefineOnPage("hideOptionMenu", "隐藏右上角的按钮", w.hideOptions, bridge.Since("0.9.6"), everywhere, bridge.Silent),
		bridge.DefineOnPage("toast", "显示一条短提示", w.toast, bridge.Since("0.9.50"), bridge.Example(`{"type":"success","msg":"已保存"}`)),
		bridge.DefineOnPage("ui.toast", "显示一条短提示 (同 toast)", w.toast, bridge.Since("0.9.50"), bridge.Example(`{"type":"success","message":"已保存"}`)),
		bridge.DefineOnPage("share", "打开分享面板; shareType 1 文字, 2 图片, 3 图文链接, 4 应用", w.share, bridge.Since("0.9.0"), everywhere, bridge.Silent,
			bridge.Example(`{"shareType":3,"appName":"会议室","title":"明天的例会","content":"上午十点, 天枢","webpageUrl":"https://example.com/meeting"}`)),
		bridge.DefineOnPage("socialShare", "分享到别的应用", w.socialShare, bridge.Since("0.9.0"), bridge.Waits,
			bridge.Example(`{"shareWay":"wechat","shareType":"text","shareContent":{"text":"明天的例会改到十点"}}`)),
		bridge.DefineOnPage("shareFile", "打开分享面板, 分享文件", w.shareFile, bridge.Since("0.9.26"), bridge.Silent,
			bridge.Example(`{"filesList":[{"fileId":"5ac2f0a8e4b0c8f7d1b2a3c4","fileName":"季度总结.docx"}]}`)),
		bridge.DefineOnPage("mergeMsgRecord", "打开合并转发的聊天记录 (只显示是哪一份)", w.mergeMsgRecord, bridge.Since("0.9.30"), bridge.Silent,
			bridge.Example(`{"mergeId":"5ac2f0a8e4b0c8f7d1b2a3c5","title":"周三评审的聊天记录"}`)),
		bridge.DefineOnPage("gotoLightApp", "打开另一个轻应用 (只显示是哪个)", w.gotoLightApp, bridge.Since("0.9.18"), everywhere, bridge.Silent,
			bridge.Example(`{"appId":"500000002","appName":"审批","urlParam":"from=meeting"}`)),
		bridge.DefineOnPage("gotoApp", "按 URL scheme 打开另一个应用", w.gotoApp, bridge.Since("0.9.0"), bridge.Silent,
			bridge.Example(`{"data":"weixin://"}`)),
		bridge.DefineOnPage("openInBrowser", "用系统的浏览器打开网址", w.openInBrowser, bridge.On("desktop"), bridge.Silent,
			bridge.Example(`{"url":"https://example.com/"}`)),
		bridge.DefineOnPage("localFunction", "打开客户端自己的功能: signin, createChat, createChatWithUsers, invite, createvoicemeeting", w.localFunction,
			bridge.Since("0.9.0"), bridge.Silent, bridge.Waits, bridge.Example(`{"name":"signin"}`)),
		bridge.DefineOnPage("validate", "请用户输入密码", w.validate, bridge.Since("0.9.12"), bridge.Waits,
			bridge.Example(`{"type":"password","prompt":"请输入登录密码"}`)),
		bridge.DefineOnPage("checkJsApi", "查询客户端支持哪些 JS-API", w.checkJsAPI, bridge.Since("0.9.80"), bridge.Example(`{"jsApiList":["createLive"]}`)),
		bridge.DefineOnPage("view.navigation", "页面加载完成, 取导航栏的状态", w.navigation, bridge.Hidden),
		bridge.DefineOnPage("view.back", "按下返回", w.back, bridge.Hidden),
		bridge.DefineOnPage("view.close", "按下关闭", w.close, bridge.Hidden),
		bridge.DefineOnPage("view.pop", "按下右上角菜单", w.pop, bridge.Hidden, bridge.Waits),
	}
}

// titleParams is {title} or, as pages in the wild send it, the bare string. A title that is no string is passed over, as on
// iOS.
type titleParams struct {
	Title *string `json:"title"`
}

// TypeScript implements typescript.Typed.
func (titleParams) TypeScript() string { return "({ title: string } | string)" }

// UnmarshalJSON implements json.Unmarshaler.
func (p *titleParams) UnmarshalJSON(text []byte) error {
	var object struct {
		Title json.RawMessage `json:"title"`
	}
	if json.Unmarshal(text, &object) == nil {
		text = object.Title
	}
	var title string
	if json.Unmarshal(text, &title) == nil && string(text) != "null" {
		p.Title = &title
	}
	return nil
}

func (w *Webview) setTitle(_ context.Context, page bridge.Page, p titleParams) (struct{}, error) {
	if p.Title != nil {
		w.bar(page).setTitle(*p.Title)
		page.Set("title", *p.Title)
	}
	return struct{}{}, nil
}

func (w *Webview) hideTitle(_ context.Context, page bridge.Page, _ struct{}) (struct{}, error) {
	w.bar(page).setTitle("")
	page.Set("title", "")
	return struct{}{}, nil
}

// setTitleBar shows or hides the bar; without isShow it stays as it is.
func (w *Webview) setTitleBar(_ context.Context, page bridge.Page, p struct {
	IsShow *bridge.Bool `json:"isShow"`
}) (struct{}, error) {
	if p.IsShow != nil {
		b := w.bar(page)
		b.change(func() { b.state.Visible = bool(*p.IsShow) })
	}
	return struct{}{}, nil
}

func (w *Webview) reload(ctx context.Context, page bridge.Page, _ struct{}) (struct{}, error) {
	return struct{}{}, page.Emit(ctx, bridge.MethodReload, nil)
}

// close has the page close its tab or window; where it cannot, it says that it is closed, and offers to open again.
func (w *Webview) close(_ context.Context, page bridge.Page, _ struct{}) (struct{}, error) {
	page.Go(func(ctx context.Context) {
		var answer struct {
			Reopen bool `json:"reopen"`
		}
		_ = page.Call(ctx, "view.pageClosed", struct{}{}, &answer) // the page loads itself again, or has gone
	})
	return struct{}{}, nil
}

// toastFor is how long a toast stands when the page does not say.
const toastFor = 2 * time.Second

type toastParams struct {
	Type     string     `json:"type"`     // success, error, warning, info
	Msg      string     `json:"msg"`      // toast
	Message  string     `json:"message"`  // ui.toast
	Duration bridge.Int `json:"duration"` // milliseconds
	Position string     `json:"position"` // top, center, bottom
}

// toast shows a message and answers at once; it stands for Duration milliseconds of host time.
func (w *Webview) toast(_ context.Context, page bridge.Page, p toastParams) (struct{}, error) {
	if p.Message == "" {
		p.Message = p.Msg
	}
	if p.Message == "" {
		return struct{}{}, bridge.Errorf(bridge.BadParams, "缺少提示文字: toast 用 msg, ui.toast 用 message")
	}
	stands := toastFor
	if p.Duration > 0 {
		stands = time.Duration(p.Duration) * time.Millisecond
	}
	page.Go(func(ctx context.Context) {
		ctx, putAway := w.clock.Timeout(ctx, stands)
		defer putAway()
		var nothing struct{}
		_ = page.Call(ctx, "view.toast", map[string]string{"type": p.Type, "message": p.Message, "position": p.Position}, &nothing)
	})
	return struct{}{}, nil
}

func (w *Webview) checkJsAPI(_ context.Context, page bridge.Page, p struct {
	JSAPIList []string `json:"jsApiList"`
}) (map[string]bool, error) {
	found := make(map[string]bool, len(p.JSAPIList))
	for _, name := range p.JSAPIList {
		found[name] = w.known(page.Profile(), name)
	}
	return found, nil
}
