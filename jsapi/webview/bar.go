package webview

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"unicode"
	"unicode/utf8"

	"qinghost/bridge"
)

// barState is what the navigation bar shows.
type barState struct {
	Visible   bool      `json:"visible"`
	Title     *string   `json:"title"` // null: the document's own
	Pop       *popTitle `json:"pop"`
	BackGuard bool      `json:"backGuard"` // the page takes the back key
}

// popTitle is the button at the right; without a text it is an icon.
type popTitle struct {
	Text string `json:"text"`
}

// bar is one page's navigation bar, and the calls that hear of its buttons.
type bar struct {
	page bridge.Page

	mu    sync.Mutex
	state barState
	back  context.Context // of defback; nil without it
	pop   context.Context // of createPop; nil without it
	rows  []menuItem      // of its menu
	title popTitle        // of its button
	// options says whether the button is to be seen: nil as createPop and closePop have it.
	options *bool
	popID   string // what the callback gets for the button itself
}

// bar returns the page's bar. It lives until the page leaves or the host is reset.
func (w *Webview) bar(page bridge.Page) *bar {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := w.bars[page.ID()]
	if b == nil {
		b = &bar{page: page, state: barState{Visible: true}}
		w.bars[page.ID()] = b
		page.Go(func(ctx context.Context) {
			resume := bridge.Pause(ctx)
			<-ctx.Done()
			resume()
			w.mu.Lock()
			delete(w.bars, page.ID())
			w.mu.Unlock()
			_ = page.Emit(context.WithoutCancel(ctx), barView, barState{Visible: true}) // after a reset the page is still there
		})
	}
	return b
}

const barView = "view.navigationBar"

// change alters the bar and shows it.
func (b *bar) change(do func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	do()
	b.state.BackGuard, b.state.Pop = b.back != nil, nil
	shown := b.pop != nil
	if b.options != nil {
		shown = *b.options
	}
	if shown && b.pop != nil {
		b.state.Pop = &b.title
	} else if shown {
		b.state.Pop = &popTitle{} // the client's own menu
	}
	_ = b.page.Emit(context.Background(), barView, b.state) // a page that has gone needs no bar
}

func (b *bar) setTitle(title string) { b.change(func() { b.state.Title = &title }) }

// listen puts a call in the place of the one that heard before, which ends.
func listen(at *context.Context, with context.Context) {
	if *at != nil {
		bridge.End(*at)
	}
	*at = with
}

// navigation shows the bar when the page has loaded.
func (w *Webview) navigation(_ context.Context, page bridge.Page, _ struct{}) (struct{}, error) {
	w.bar(page).change(func() {})
	return struct{}{}, nil
}

// noResult is what the native side answers when it has no result (reference §1.2), and what defback's callback gets.
var noResult = bridge.Enveloped{Envelope: bridge.Envelope{
	Success: "false", Error: "获取失败", ErrorCode: bridge.Failed, Data: json.RawMessage(`""`),
}}

// defback calls back at each press of the back key, which then does nothing else. The last one to ask has it.
func (w *Webview) defback(ctx context.Context, page bridge.Page, _ struct{}) (struct{}, error) {
	b := w.bar(page)
	b.change(func() { listen(&b.back, ctx) })
	return struct{}{}, bridge.ErrStaysOpen
}

// back is the back key: whether the page took it.
func (w *Webview) back(_ context.Context, page bridge.Page, _ struct{}) (map[string]bool, error) {
	b := w.bar(page)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.back != nil {
		bridge.Reply(b.back, noResult)
	}
	return map[string]bool{"handled": b.back != nil}, nil
}

// mostRows is how many rows the client's menu has room for.
const mostRows = 7

type popParams struct {
	PopTitle           string   `json:"popTitle"`
	PopTitleCallBackID string   `json:"popTitleCallBackId"`
	Items              []popRow `json:"items"`
	MenuList           []string `json:"menuList"` // refresh, share, shareStatus, openWithBrowser
	// These are passed by pages; the client's own rows do nothing here that they could change.
	ShareData       any `json:"shareData"`
	CollapseToItems any `json:"collapseToItems"`
}

type popRow struct {
	Text       string `json:"text"`
	CallBackID string `json:"callBackId"`
}

// nativeRows are the entries of menuList, which the client carries out by itself.
var nativeRows = map[string]string{"refresh": "刷新", "share": "分享", "shareStatus": "分享到动态", "openWithBrowser": "用浏览器打开"}

// menuItem is one row as the view shows it.
type menuItem struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// nativePrefix tells the client's own rows from the page's.
const nativePrefix = "qinghost:"

func (p popParams) rows() []menuItem {
	rows := []menuItem{}
	for _, item := range p.Items {
		rows = append(rows, menuItem{item.CallBackID, item.Text})
	}
	for _, name := range p.MenuList {
		if text, known := nativeRows[name]; known {
			rows = append(rows, menuItem{nativePrefix + name, text})
		}
	}
	return rows[:min(len(rows), mostRows)]
}

// buttonText is the title that the client shows: only up to four characters, all Chinese; otherwise an icon (empty).
func buttonText(title string) string {
	if utf8.RuneCountInString(title) > 4 {
		return ""
	}
	for _, r := range title {
		if !unicode.Is(unicode.Han, r) {
			return ""
		}
	}
	return title
}

// popped is what the callback gets: which button or row was pressed.
type popped struct {
	CallBackID string `json:"callBackId"`
}

// createPop shows the button and calls back for it and for each row, with the same callback. Without popTitleCallBackId the
// client shows nothing.
func (w *Webview) createPop(ctx context.Context, page bridge.Page, p popParams) (struct{}, error) {
	if p.PopTitleCallBackID == "" {
		return struct{}{}, nil
	}
	b := w.bar(page)
	b.change(func() {
		listen(&b.pop, ctx)
		b.popID, b.rows, b.title = p.PopTitleCallBackID, p.rows(), popTitle{buttonText(p.PopTitle)}
	})
	return struct{}{}, bridge.ErrStaysOpen
}

// pop is a press of the button that createPop made: it calls back, and then the menu opens.
func (w *Webview) pop(ctx context.Context, page bridge.Page, _ struct{}) (struct{}, error) {
	b := w.bar(page)
	b.mu.Lock()
	pop, rows := b.pop, b.rows
	if pop != nil {
		bridge.Reply(pop, popped{b.popID})
	}
	own := pop == nil && b.state.Pop != nil
	b.mu.Unlock()
	if own {
		pop, rows = ctx, popParams{MenuList: []string{"refresh", "share", "openWithBrowser"}}.rows()
	}
	if pop == nil || len(rows) == 0 {
		return struct{}{}, nil
	}
	choice := menuChoice{rows: rows}
	if err := page.Call(pop, "view.popMenu", map[string]any{"items": rows}, &choice); err != nil {
		return struct{}{}, err
	}
	w.chosen(pop, page, choice.Item)
	return struct{}{}, nil
}

// chosen calls back for a row of the page, or does what a row of the client does.
func (w *Webview) chosen(ctx context.Context, page bridge.Page, item string) {
	switch item {
	case "":
	case nativePrefix + "refresh":
		_ = page.Emit(ctx, bridge.MethodReload, nil) // a page that has gone needs no refresh
	case nativePrefix + "share", nativePrefix + "shareStatus", nativePrefix + "openWithBrowser":
		w.say(page, "qinghost 只模拟菜单, 手机上会由客户端处理")
	default:
		bridge.Reply(ctx, popped{item})
	}
}

// closePop takes the button away.
func (w *Webview) closePop(_ context.Context, page bridge.Page, _ struct{}) (struct{}, error) {
	b := w.bar(page)
	b.change(func() { listen(&b.pop, nil) })
	return struct{}{}, nil
}

// showOptions and hideOptions have the button at the right be seen or not, whoever made it.
func (w *Webview) showOptions(_ context.Context, page bridge.Page, _ struct{}) (struct{}, error) {
	return w.setOptions(page, true)
}

func (w *Webview) hideOptions(_ context.Context, page bridge.Page, _ struct{}) (struct{}, error) {
	return w.setOptions(page, false)
}

func (w *Webview) setOptions(page bridge.Page, shown bool) (struct{}, error) {
	b := w.bar(page)
	b.change(func() { b.options = &shown })
	return struct{}{}, nil
}

// menuChoice is the answer to the menu.
type menuChoice struct {
	Item   string `json:"item"`
	Cancel bool   `json:"cancel"`

	rows []menuItem
}

// Check refuses a row that the menu does not have.
func (c *menuChoice) Check() error {
	if c.Cancel {
		c.Item = ""
		return nil
	}
	for _, row := range c.rows {
		if row.ID == c.Item {
			return nil
		}
	}
	return bridge.Errorf(bridge.NoView, "菜单里没有 callBackId 为 %q 的一项", fmt.Sprint(c.Item))
}
