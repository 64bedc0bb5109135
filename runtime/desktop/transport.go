//go:build desktop

package desktop

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"

	"qinghost/bridge"
	"qinghost/web"
)

// Kinds of what start.js sends, after secret and epoch.
const (
	kindNew   = 'n' // a document has started
	kindFrame = 'f' // a frame for the host
	kindViews = 'v' // the views are wanted
)

// document is the page that the window shows: a page of the host, over a pipe of its own.
type document struct {
	epoch string
	pipe  *bridge.PipeEnd
	leave context.CancelFunc
}

// route takes what arrives at the bound function, from whomever, and passes it on.
func (w *window) route(ctx context.Context) {
	var now *document
	mentioned := map[string]bool{}
	drop := func(why string) {
		if !mentioned[why] {
			mentioned[why] = true
			w.logger.Warn("窗口丢弃了一条消息 (同类只报一次): " + why)
		}
	}
	for text := range w.inbox.all(ctx) {
		if !w.genuine(text) {
			drop("它不来自 qinghost 注入的脚本")
			continue
		}
		text = text[keyLength:]
		epoch, kind, body := text[:keyLength], text[keyLength], text[keyLength+1:]
		if kind == kindNew {
			if now != nil {
				now.leave()
			}
			now = w.enter(ctx, epoch)
			continue
		}
		if now == nil || now.epoch != epoch {
			w.logger.Debug("已离开的页面还在发消息", "epoch", epoch)
			continue
		}
		switch kind {
		case kindFrame:
			if err := now.pipe.WriteFrame([]byte(body)); err != nil {
				w.logger.Debug("页面已离开", "err", err)
			}
		case kindViews:
			w.onUI(ctx, func() { eval(w.view, w.deliver(epoch, web.Views())) })
		default:
			drop("未知的种类 " + string(rune(kind)))
		}
	}
	if now != nil {
		now.leave()
	}
}

// genuine reports whether text is a message of start.js.
func (w *window) genuine(text string) bool {
	return len(text) > 2*keyLength && subtle.ConstantTimeCompare([]byte(text[:keyLength]), []byte(w.keys.secret)) == 1
}

// enter has the host serve a new page.
func (w *window) enter(ctx context.Context, epoch string) *document {
	ctx, leave := context.WithCancel(ctx)
	hostEnd, pageEnd := bridge.Pipe()
	w.work.Go(func() {
		defer leave()
		if err := w.host.Serve(ctx, hostEnd); err != nil && ctx.Err() == nil {
			w.logger.Error("与窗口里页面的连接中断", "err", err)
		}
	})
	w.work.Go(func() { w.send(ctx, epoch, pageEnd) })
	return &document{epoch: epoch, pipe: pageEnd, leave: leave}
}

// send brings the host's messages to the document. It waits for each batch to be handed over, so that the next one holds
// all that was said meanwhile.
func (w *window) send(ctx context.Context, epoch string, pipe *bridge.PipeEnd) {
	title := w.title
	w.onUI(ctx, func() { w.view.SetTitle(title) })
	for {
		messages, err := pipe.ReadAll(ctx)
		if err != nil {
			if !errors.Is(err, io.EOF) && ctx.Err() == nil {
				w.logger.Error("无法读取发给窗口的消息", "err", err)
			}
			return
		}
		before, closes := title, false
		for _, m := range messages {
			switch m.Method {
			case bridge.ViewPrefix + "navigationBar":
				title = titleOf(m, title)
			case bridge.ViewPrefix + "pageClosed":
				closes = true
			}
		}
		frame, err := bridge.Frame(messages...)
		if err != nil {
			w.logger.Error("无法发给窗口", "err", err)
			continue
		}
		script := w.deliver(epoch, quote(string(frame)))
		w.onUI(ctx, func() {
			if closes {
				w.close() // nobody is left to see the rest
				return
			}
			if title != before {
				w.view.SetTitle(title)
			}
			eval(w.view, script)
		})
	}
}

// titleOf returns the title that an event of the navigation bar sets, or the one that stands.
func titleOf(m bridge.Message, now string) string {
	var bar struct {
		Title string `json:"title"`
	}
	if json.Unmarshal(m.Params, &bar) != nil || bar.Title == "" {
		return now
	}
	return bar.Title
}
