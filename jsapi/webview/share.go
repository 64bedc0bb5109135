package webview

import (
	"context"
	"encoding/json"
	"net/url"

	"qinghost/bridge"
)

// The ways that the share sheet offers.
var shareWays = []menuItem{
	{"chat", "发送给同事"}, {"moment", "分享到动态"}, {"wechat", "微信"}, {"sms", "短信"}, {"link", "复制链接"},
}

// sheetParams is what the share sheet shows: what is shared, and the ways.
type sheetParams struct {
	Kind    string     `json:"kind"` // text, image, news or app
	Title   string     `json:"title"`
	Content string     `json:"content"`
	Image   string     `json:"image"` // an address, or a data: URI
	URL     string     `json:"url"`
	App     string     `json:"app"`
	Ways    []menuItem `json:"ways"`
}

// sheetAnswer is what the share sheet says: {"way": id of shareWays} or {"cancel": true}.
type sheetAnswer struct {
	Way    string `json:"way"`
	Cancel bool   `json:"cancel"`

	ways []menuItem
}

// Check refuses a way that the sheet does not have.
func (a *sheetAnswer) Check() error {
	if a.Cancel {
		a.Way = ""
		return nil
	}
	if textOf(a.ways, a.Way) != "" {
		return nil
	}
	ids := []string{}
	for _, way := range a.ways {
		ids = append(ids, way.ID)
	}
	return bridge.Errorf(bridge.NoView, "分享面板里没有 %q 这一项, 可用: %q", a.Way, ids)
}

// textOf returns the text of the row of that id; empty without one.
func textOf(rows []menuItem, id string) string {
	for _, row := range rows {
		if row.ID == id {
			return row.Text
		}
	}
	return ""
}

// shareKinds are the known values of shareType (reference §2).
var shareKinds = []string{1: "text", 2: "image", 3: "news", 4: "app"}

type shareParams struct {
	ShareType    bridge.Int      `json:"shareType"`
	AppID        string          `json:"appId"`
	AppName      string          `json:"appName"`
	Title        string          `json:"title"`
	Content      string          `json:"content"`
	ThumbData    string          `json:"thumbData"` // base64
	ThumbURL     string          `json:"thumbUrl"`
	WebpageURL   string          `json:"webpageUrl"`
	CellContent  string          `json:"cellContent"`
	LightAppID   string          `json:"lightAppId"`
	SharedObject json.RawMessage `json:"sharedObject"`
	Params       json.RawMessage `json:"params"`
}

// share opens the share sheet. No callback on success; bad arguments 参数不正确 (reference §2, [N]). Which arguments each type
// needs is not known: only the type is looked at.
func (w *Webview) share(_ context.Context, page bridge.Page, p shareParams) (struct{}, error) {
	if p.ShareType < 1 || int(p.ShareType) >= len(shareKinds) {
		return struct{}{}, bridge.Errorf(bridge.Failed, "参数不正确")
	}
	sheet := sheetParams{
		Kind: shareKinds[p.ShareType], Title: p.Title, Content: p.Content, Image: p.ThumbURL, URL: p.WebpageURL,
		App: p.AppName, Ways: shareWays,
	}
	if sheet.Content == "" {
		sheet.Content = p.CellContent
	}
	if sheet.Image == "" && p.ThumbData != "" {
		sheet.Image = "data:image/png;base64," + p.ThumbData
	}
	w.shareSheet(page, sheet)
	return struct{}{}, nil
}

// shareSheet shows the sheet, and says which way was chosen; whoever asked for it goes on.
func (w *Webview) shareSheet(page bridge.Page, sheet sheetParams) {
	page.Go(func(ctx context.Context) {
		if way, err := shareBy(ctx, page, sheet); err == nil && way != "" {
			w.say(page, "qinghost 只模拟分享, 手机上会: "+textOf(sheet.Ways, way))
		}
	})
}

// shareBy shows the sheet and returns the way that was chosen; empty when it was cancelled.
func shareBy(ctx context.Context, page bridge.Page, sheet sheetParams) (way string, err error) {
	a := sheetAnswer{ways: sheet.Ways}
	err = page.Call(ctx, "view.shareSheet", sheet, &a)
	return a.Way, err
}

type socialShareParams struct {
	ShareWay     json.RawMessage `json:"shareWay"`
	ShareType    json.RawMessage `json:"shareType"`
	ShareContent json.RawMessage `json:"shareContent"`
}

// socialShared is the answer of socialShare: shareType as it came.
type socialShared struct {
	ShareType json.RawMessage `json:"shareType"`
}

// socialShare shares to another application and answers with the shareType (reference §2, [N]). The values of its parameters
// are not known, and so are shown as they come; nor is the text of a cancelled one.
func (w *Webview) socialShare(ctx context.Context, page bridge.Page, p socialShareParams) (socialShared, error) {
	if p.ShareWay == nil || p.ShareType == nil {
		return socialShared{}, bridge.Errorf(bridge.BadParams, "socialShare 缺少参数 shareWay 或 shareType")
	}
	way := menuItem{plain(p.ShareWay), "分享到 " + plain(p.ShareWay)}
	chosen, err := shareBy(ctx, page, sheetParams{Kind: "text", Content: plain(p.ShareContent), Ways: []menuItem{way}})
	if err == nil && chosen == "" {
		err = bridge.Errorf(bridge.Failed, "取消分享")
	}
	return socialShared{p.ShareType}, err
}

// plain is a JSON string's text, and any other JSON as it stands.
func plain(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}

// gotoApp opens another application by its URL scheme (reference §2, [N]: silent). What is installed is not known here: every
// address with a scheme opens.
func (w *Webview) gotoApp(_ context.Context, page bridge.Page, p struct {
	Data string `json:"data"`
}) (struct{}, error) {
	if p.Data == "" {
		return struct{}{}, bridge.Errorf(bridge.Failed, "参数错误")
	}
	if address, err := url.Parse(p.Data); err != nil || address.Scheme == "" {
		return struct{}{}, bridge.Errorf(bridge.Failed, "无法打开应用或应用未安装")
	}
	w.say(page, "手机上会打开另一个应用:\n"+p.Data)
	return struct{}{}, nil
}

// openInBrowser has the page open another tab (reference §2, [P]).
func (w *Webview) openInBrowser(ctx context.Context, page bridge.Page, p struct {
	URL string `json:"url"`
}) (struct{}, error) {
	if address, err := url.Parse(p.URL); err != nil || address.Scheme != "http" && address.Scheme != "https" || address.Host == "" {
		return struct{}{}, bridge.Errorf(bridge.BadParams, "参数 url 应为完整的 http 或 https 网址, 收到 %.80q", p.URL)
	}
	return struct{}{}, page.Emit(ctx, "view.newTab", p)
}

// say shows a message of the host's own.
func (w *Webview) say(page bridge.Page, text string) {
	_, _ = w.toast(context.Background(), page, toastParams{Message: text}) // cannot fail: it has a text
}
