package webview

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"qinghost/bridge"
)

// leaveAnswer is what a screen says that can but be left: {"cancel": true}.
type leaveAnswer struct {
	Cancel bool `json:"cancel"`
}

// Check refuses an answer that does not leave.
func (a *leaveAnswer) Check() error {
	if !a.Cancel {
		return bridge.Errorf(bridge.NoView, "此视图的回答只有 {cancel: true}: 返回")
	}
	return nil
}

// show opens a screen over the page, which stays until the person leaves it; whoever asked for it goes on.
func show(page bridge.Page, view string, params any) {
	uncover := page.Cover()
	page.Go(func(ctx context.Context) {
		defer uncover()
		_ = page.Call(ctx, bridge.ViewPrefix+view, params, &leaveAnswer{}) // it has nothing to say but that it was left
	})
}

// label is a text that is but shown; what is no text counts as its JSON, for pages send ids as numbers too.
type label string

// UnmarshalJSON implements json.Unmarshaler.
func (l *label) UnmarshalJSON(value []byte) error {
	*l = label(plain(value))
	return nil
}

// TypeScript implements typescript.Typed.
func (label) TypeScript() string { return "string" }

type lightAppParams struct {
	AppID      label `json:"appId"`
	AppName    label `json:"appName"`
	URLParam   label `json:"urlParam"` // iOS and Android differ on its encoding, so it is shown as it came
	CallbackID label `json:"callbackId"`
}

// gotoLightApp opens another light app (reference §2, [P]), which there is none of here: a screen says which. Whether the
// client calls back on success, and what callbackId is for, is not confirmed; here nothing calls back.
func (w *Webview) gotoLightApp(_ context.Context, page bridge.Page, p lightAppParams) (struct{}, error) {
	if p.AppID == "" {
		return struct{}{}, bridge.Errorf(bridge.BadParams, "参数 appId 必填: 要打开哪个轻应用")
	}
	show(page, "lightApp", p)
	return struct{}{}, nil
}

// mergeMsgRecord opens messages that were forwarded as one (reference §2, [C]: the parameters are all that is known).
func (w *Webview) mergeMsgRecord(_ context.Context, page bridge.Page, p struct {
	MergeID label `json:"mergeId"`
	Title   label `json:"title"`
}) (struct{}, error) {
	if p.MergeID == "" {
		return struct{}{}, bridge.Errorf(bridge.BadParams, "参数 mergeId 必填: 要打开哪一份聊天记录")
	}
	show(page, "chatRecord", p)
	return struct{}{}, nil
}

// shareFile opens the share sheet for files (reference §2, [C]: filesList is all that is known). What its rows hold is taken to
// be what selectFile gives [I]; a row without a fileName is shown as it came.
func (w *Webview) shareFile(_ context.Context, page bridge.Page, p struct {
	FilesList []json.RawMessage `json:"filesList"`
}) (struct{}, error) {
	if len(p.FilesList) == 0 {
		return struct{}{}, bridge.Errorf(bridge.BadParams, "参数 filesList 必填: 要分享的文件, 如 selectFile 的 files")
	}
	var names []string
	for _, row := range p.FilesList {
		var file struct {
			Name string `json:"fileName"`
		}
		if json.Unmarshal(row, &file) != nil || file.Name == "" {
			file.Name = plain(row)
		}
		names = append(names, file.Name)
	}
	w.shareSheet(page, sheetParams{
		Kind: "text", Title: fmt.Sprintf("%d 个文件", len(names)), Content: strings.Join(names, "\n"), Ways: shareWays,
	})
	return struct{}{}, nil
}
