package bridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// call is one call of the page.
type call struct {
	page   *page
	id     uint64
	life   *life
	api    API
	rule   Rule
	record *CallRecord
	cancel context.CancelFunc
	work   *work         // holds the clock from the call's coming until its function has returned
	begun  chan struct{} // of one that has a goroutine: see Begun
	once   sync.Once     // closes begun
}

// begin starts a call.
func (p *page) begin(m Message) {
	h := p.host
	api, known := h.find(m.Method)
	rule := h.rule(m.Method)
	c := &call{page: p, id: m.ID, api: api, rule: rule}
	if !api.Hidden {
		c.record = h.Log.add(&CallRecord{
			Page: p.id, Method: m.Method, Params: m.Params, State: CallOpen, At: h.Clock.Now().UnixMilli(), Ignored: api.known.unknownIn(m.Params),
		})
	}
	if api.Route != nil && !p.extended {
		p.extended = true
		p.console("info", fmt.Sprintf("%s 是 qinghost 的扩展: 手机上的页面没有服务端接口, 由应用的后端调用 POST %s", m.Method, api.Route.Path))
	}
	if (!known || !h.Profile.Has(api)) && rule.Fail == nil && rule.Answer == nil {
		p.unanswered(c)
		return
	}
	if h.Strict && c.record != nil && len(c.record.Ignored) > 0 {
		c.unheard(c.ignoring())
		return
	}
	c.api.Name = m.Method
	caller := h.currentCaller()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	ctx, cancel := context.WithCancel(p.life.ctx)
	c.cancel, c.life, c.work = cancel, p.life, h.Clock.work()
	p.calls[m.ID] = c
	ctx = c.work.in(WithCaller(ctx, caller))
	ctx = context.WithValue(ctx, callKey{}, c)
	wait := h.Clock.Wait(rule.Delay) // counts from here, and not from when the goroutine gets to run
	run := func() { c.run(ctx, m.Params, wait) }
	// A rule may make any call wait, and the calls behind it are not to wait with it.
	if api.Waits && rule.Answer == nil || rule.Delay > 0 || rule.Never {
		before := p.begun
		c.begun = make(chan struct{})
		p.begun = c.begun
		p.life.wg.Go(func() {
			c.waitTurn(ctx, before)
			run()
			c.begin()
		})
		return
	}
	p.queue = append(p.queue, run)
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// longestTurn is how long a call waits for the one before it to begin, by the machine's time.
const longestTurn = 100 * time.Millisecond

// waitTurn waits until the call before, which has a goroutine too, has begun; nil: there is none. So of two that open a view
// the first is the first, and with what it checks until then it is alone.
func (c *call) waitTurn(ctx context.Context, before <-chan struct{}) {
	if before == nil {
		return
	}
	timer := time.NewTimer(longestTurn)
	defer timer.Stop()
	select {
	case <-before:
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (c *call) begin() { c.once.Do(func() { close(c.begun) }) }

// Begun lets the page's later calls begin, those that Wait too. These stand back, for a moment, until the function has
// returned, or waits for a view, the clock or by Pause; one that goes on to wait for something else, such as a network, says
// so by this.
func Begun(ctx context.Context) {
	if c, is := ctx.Value(callKey{}).(*call); is && c.begun != nil {
		c.begin()
	}
}

// unanswered reports a call of a method that this client does not know: the phone says nothing, so nothing comes back, but
// whoever looks sees it.
func (p *page) unanswered(c *call) {
	method, h := c.record.Method, p.host
	text := fmt.Sprintf("没有名为 %q 的 JS-API, 与手机上一样不会有任何回调", method)
	api := c.api
	unbuilt := slices.IndexFunc(h.Unbuilt, func(a API) bool { return a.Name == method })
	if unbuilt >= 0 {
		api = h.Unbuilt[unbuilt]
	}
	if lacks := h.Profile.lacks(api); api.Name != "" && lacks != "" {
		text = fmt.Sprintf("JS-API %q %s; 正在扮演 %s@%s, 没有任何回调", method, lacks, h.Profile.Client, h.Profile.Version)
	} else if unbuilt >= 0 {
		text = fmt.Sprintf("qinghost 还没有实现 JS-API %q: 手机上有, 这里没有回调; %s", method, byHand)
	} else if near := Nearest(method, h.Names()); near != "" {
		text += fmt.Sprintf(", 是否想写 %q?", near)
	} else {
		text += "; 若是自己的客户端才有的, " + byHand
	}
	c.unheard(text)
}

// byHand is what to do about a method that qinghost cannot know.
const byHand = "可写进 qinghost/api, 或场景文件的 calls, 或用 POST answer 手工回答一次 (--strict 时除外)"

// mostUnheard is how many calls of a page without an answer can still be answered by hand.
const mostUnheard = 100

// unheard ends a call without an answer, and tells whoever looks why; in strict mode the page gets to hear it as an error.
func (c *call) unheard(reason string) {
	p := c.page
	p.host.change(c.record, CallUnanswered, nil, reason)
	if p.host.Strict {
		p.send(Message{ID: c.id, Error: Errorf(Strict, "--strict: %s", reason)})
		return
	}
	p.mu.Lock()
	p.unheard = append(p.unheard, c)
	p.unheard = p.unheard[max(len(p.unheard)-mostUnheard, 0):]
	p.mu.Unlock()
	p.send(Message{Method: methodUnanswered, Params: encode(map[string]any{"id": c.id, "message": reason})})
}

// takeUnheard takes a call without an answer off the page's list, by its id in the log; nil when it is not there.
func (p *page) takeUnheard(id uint64) *call {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := slices.IndexFunc(p.unheard, func(c *call) bool { return c.record.ID == id })
	if at < 0 {
		return nil
	}
	c := p.unheard[at]
	p.unheard = slices.Delete(p.unheard, at, at+1)
	return c
}

// ignoring says which of the call's parameters the client ignores.
func (c *call) ignoring() string {
	var names []string
	for _, name := range c.record.Ignored {
		if near := Nearest(name, slices.Sorted(maps.Keys(c.api.known.names))); near != "" {
			names = append(names, fmt.Sprintf("%q (是否想写 %q?)", name, near))
		} else {
			names = append(names, strconv.Quote(name))
		}
	}
	return fmt.Sprintf("JS-API %q 没有参数 %s: 客户端会不声不响地忽略它", c.record.Method, strings.Join(names, "、"))
}

// Ignored is the error of a call that the client passes over without a word (reference §1.2): no callback hears of it. It
// says why, for the log and the console.
type Ignored string

// Error returns the reason.
func (reason Ignored) Error() string { return string(reason) }

// run does the work of a call and sends its answer.
func (c *call) run(ctx context.Context, params json.RawMessage, wait func(context.Context) error) {
	defer c.work.end()
	p := c.page
	if c.rule.Never {
		c.over()
		p.host.change(c.record, CallUnanswered, nil, "场景或测试要求不回答 (never)")
		return
	}
	var result any
	err := wait(ctx)
	if err == nil && c.rule.Fail != nil {
		err = c.rule.Fail
	} else if err == nil {
		result, err = c.invoke(ctx, params)
	}
	switch {
	case errors.Is(err, ErrStaysOpen): // until Finish, End, reset or the end of the page; the first may have been by now
	case ctx.Err() != nil:
		c.cancelled()
	case c.over():
		if reason, ignored := errors.AsType[Ignored](err); ignored {
			c.unheard(string(reason))
			return
		}
		c.finish(result, err)
	}
}

// over takes the call off the page's list, and reports whether it was there: whoever does ends it.
func (c *call) over() bool {
	c.cancel()
	c.page.mu.Lock()
	defer c.page.mu.Unlock()
	_, open := c.page.calls[c.id]
	delete(c.page.calls, c.id)
	return open
}

// cancelled ends a call whose page left, or whose host was reset.
func (c *call) cancelled() {
	if c.over() {
		c.work.end() // one that is queued may never run, when the page leaves right after a reset
		c.page.host.change(c.record, CallCancelled, nil, "页面已离开, 或 qinghost 已重置")
		// After a reset the page is still there and must not wait for ever; a page that left does not hear this.
		c.page.send(Message{ID: c.id, Error: Errorf(HostGone, "调用 %s 已被取消: qinghost 已重置", c.api.Name)})
	}
}

// invoke calls the function, or the rule's answer in its place; a panic in it is a failed call.
func (c *call) invoke(ctx context.Context, params json.RawMessage) (result any, err error) {
	defer func() {
		if r := recover(); r != nil {
			result, err = nil, fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	if c.rule.Answer != nil {
		return c.rule.Answer(ctx, params)
	}
	return c.api.call(ctx, c.page, params)
}

func (c *call) finish(result any, err error) {
	if err == nil && (c.api.Silent || c.api.Repeats && c.rule.Answer == nil) {
		c.page.host.change(c.record, CallDone, nil, "")
		c.page.send(Message{ID: c.id})
		return
	}
	envelope := c.envelope(result, err)
	c.page.host.change(c.record, CallDone, envelope, "")
	if c.rule.Twice {
		c.page.send(Message{ID: c.id, Result: envelope, More: true})
	}
	c.page.send(Message{ID: c.id, Result: envelope})
}

// envelope wraps the outcome; what has no code stays in the log.
func (c *call) envelope(result any, err error) json.RawMessage {
	if err == nil {
		return c.api.wrap(result, nil)
	}
	coded := Coded(err)
	if coded.Code == Internal {
		c.page.host.Logger.Error("API 出错", "method", c.api.Name, "page", c.page.id, "err", err)
	}
	return c.api.wrap(nil, coded)
}

type callKey struct{}

// ErrStaysOpen is returned by a function whose call goes on after it: until Finish or End with the call's context, or until
// the page leaves. One that Repeats calls back by Reply meanwhile. It keeps the order of the calls, which functions that Wait
// do not.
var ErrStaysOpen = errors.New("the call stays open")

// Finish answers a call that stayed open, with the result's data or an error, and ends its context. A call that has ended
// already stays as it is.
func Finish(ctx context.Context, result any, err error) {
	if c := ctx.Value(callKey{}).(*call); c.over() {
		c.finish(result, err)
	}
}

// End ends a call that stayed open without a further answer.
func End(ctx context.Context) { Finish(ctx, nil, nil) }

// Reply calls the page's callback for the call of ctx while its function goes on; for APIs that Repeat.
func Reply(ctx context.Context, result any) {
	c := ctx.Value(callKey{}).(*call)
	envelope := c.envelope(result, nil)
	c.page.host.change(c.record, CallOpen, envelope, "")
	c.page.send(Message{ID: c.id, Result: envelope, More: true})
}

// change enters a change of a call into the log; a call of a view has no record.
func (h *Host) change(r *CallRecord, state CallState, result json.RawMessage, note string) {
	if r != nil {
		h.Log.change(r, state, result, note, h.Clock.Now())
	}
}
