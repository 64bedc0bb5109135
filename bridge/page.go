package bridge

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
)

// Page is the page that calls, as an API's function sees it.
type Page interface {
	// ID is the page's id, unique while the host lives.
	ID() string
	// Profile is the client that the page sees.
	Profile() Profile
	// Call shows a view ("view.personPicker") and waits until a person, a script or the control API answers it; the answer is
	// decoded into result, and an answer that does not decode is refused. When ctx ends the view is put away.
	Call(ctx context.Context, view string, params, result any) error
	// Emit tells the page an event, or, under a view's name, the open view its news.
	Emit(ctx context.Context, event string, data any) error
	// Set publishes a fact about the page: "title" or "meeting" (a value that is not changed afterwards).
	Set(fact string, value any)
	// Go runs fn in a goroutine that the page owns: its context ends when the page leaves or the host is reset. It holds a
	// virtual clock, as the function of a call does; what waits for anything but Page.Call and the clock uses Pause.
	Go(fn func(ctx context.Context))
	// Cover says that a native screen covers the page, which gets "disappear" with the first; the returned function takes it
	// back, once, and the page gets "appear" with the last.
	Cover() (uncover func())
}

// Location is where a page is.
type Location struct {
	URL   string `json:"url"`
	Title string `json:"title"`
}

type page struct {
	host *Host
	id   string
	conn Conn
	ctx  context.Context // ends with the page

	extended bool // the console has said that server APIs are an extension; of receive's goroutine

	wake chan struct{} // holds one token while the queue has calls
	work sync.WaitGroup

	mu       sync.Mutex
	ended    bool
	life     *life
	queue    []func()
	calls    map[uint64]*call
	asks     []*ask // in order of opening
	lastAsk  uint64
	covers   int
	location Location
	facts    map[string]any
}

// life is all that a page started since it came, or since the last reset.
type life struct {
	ctx context.Context
	end context.CancelFunc
	wg  sync.WaitGroup
}

func newLife(ctx context.Context) *life {
	l := &life{}
	l.ctx, l.end = context.WithCancel(ctx)
	return l
}

// call is one call of the page.
type call struct {
	page   *page
	id     uint64
	life   *life
	api    API
	rule   Rule
	record *CallRecord
	cancel context.CancelFunc
	work   *work // holds the clock from the call's coming until its function has returned
}

func newPage(ctx context.Context, h *Host, id string, conn Conn) *page {
	p := &page{
		host: h, id: id, conn: conn, ctx: ctx, wake: make(chan struct{}, 1), calls: map[uint64]*call{}, facts: map[string]any{},
	}
	p.life = newLife(ctx)
	p.work.Go(p.runQueue)
	return p
}

func (p *page) number() int {
	n, _ := strconv.Atoi(p.id[1:]) // made by enter
	return n
}

// end waits for all that the page started; its context has ended.
func (p *page) end() {
	p.mu.Lock()
	p.ended = true
	life := p.life
	p.mu.Unlock()
	life.wg.Wait()
	p.work.Wait()
	p.mu.Lock()
	open := p.calls
	p.calls = map[uint64]*call{}
	p.mu.Unlock()
	for _, c := range open { // queued and never begun, or open for more
		c.work.end()
		p.host.change(c.record, CallCancelled, nil, "页面已离开")
	}
}

// runQueue runs the calls that do not wait, one after another.
func (p *page) runQueue() {
	for {
		p.mu.Lock()
		queue := p.queue
		p.queue = nil
		p.mu.Unlock()
		for _, run := range queue {
			if p.ctx.Err() != nil {
				return
			}
			run()
		}
		if len(queue) > 0 {
			continue
		}
		select {
		case <-p.wake:
		case <-p.ctx.Done():
			return
		}
	}
}

// receive takes one message of the page.
func (p *page) receive(m Message) {
	switch {
	case m.Method == "":
		p.replied(m)
	case m.Method == methodHello:
		var at Location
		if json.Unmarshal(m.Params, &at) == nil {
			p.mu.Lock()
			p.location = at
			p.mu.Unlock()
		}
	case m.ID == 0:
		p.console("warn", fmt.Sprintf("qinghost: 未知事件 %s", m.Method))
	default:
		p.begin(m)
	}
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
	if api.Waits || rule.Delay > 0 || rule.Never || rule.Answer != nil {
		p.life.wg.Go(run)
		return
	}
	p.queue = append(p.queue, run)
	select {
	case p.wake <- struct{}{}:
	default:
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
		text = fmt.Sprintf("JS-API %q %s; 正在扮演 %s@%s, 与那里一样不会有任何回调", method, lacks, h.Profile.Client, h.Profile.Version)
	} else if unbuilt >= 0 {
		text = fmt.Sprintf("qinghost 还没有实现 JS-API %q: 手机上有, 这里不会有回调", method)
	} else if near := Nearest(method, h.Names()); near != "" {
		text += fmt.Sprintf(", 是否想写 %q?", near)
	}
	c.unheard(text)
}

// unheard ends a call without an answer, and tells whoever looks why.
func (c *call) unheard(reason string) {
	c.page.host.change(c.record, CallUnanswered, nil, reason)
	c.page.send(Message{Method: methodUnanswered, Params: encode(map[string]any{"id": c.id, "message": reason})})
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
	case ctx.Err() != nil:
		c.cancelled()
	case errors.Is(err, ErrStaysOpen): // until End, reset or the end of the page
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

// ErrStaysOpen is returned by the function of an API that Repeats and goes on calling back after it has returned: by Reply
// with the call's context, until End, or until the page leaves.
var ErrStaysOpen = errors.New("the call stays open")

// End ends a call that stayed open; its context ends with it. A call that has ended already stays as it is.
func End(ctx context.Context) {
	if c := ctx.Value(callKey{}).(*call); c.over() {
		c.finish(nil, nil)
	}
}

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

// send writes to the page; a page that is gone hears nothing.
func (p *page) send(m Message) {
	if err := p.conn.Write(p.ctx, m); err != nil && p.ctx.Err() == nil {
		p.host.Logger.Debug("页面已断开", "page", p.id, "err", err)
	}
}

// console says something on the page's own console.
func (p *page) console(level, message string) {
	p.send(Message{Method: methodLog, Params: encode(map[string]string{"level": level, "message": message})})
}

func encode(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of plain values
	}
	return text
}

func (p *page) ID() string       { return p.id }
func (p *page) Profile() Profile { return p.host.Profile }

func (p *page) Emit(ctx context.Context, event string, data any) error {
	params, err := json.Marshal(data)
	if err != nil {
		return Errorf(BadParams, "事件 %s 的数据无法编码: %v", event, err)
	}
	return p.conn.Write(ctx, Message{Method: event, Params: params})
}

func (p *page) Set(fact string, value any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.facts[fact] = value
}

func (p *page) Go(fn func(ctx context.Context)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	life, work := p.life, p.host.Clock.work()
	life.wg.Go(func() {
		defer work.end()
		defer func() {
			if r := recover(); r != nil {
				p.host.Logger.Error("后台任务出错", "page", p.id, "err", r, "stack", string(debug.Stack()))
			}
		}()
		fn(work.in(life.ctx))
	})
}

func (p *page) Cover() func() {
	p.shift(1, "disappear")
	var once sync.Once
	return func() { once.Do(func() { p.shift(-1, "appear") }) }
}

// shift counts the screens over the page, and tells it when the first comes or the last goes.
func (p *page) shift(by int, event string) {
	p.mu.Lock()
	defer p.mu.Unlock() // held over the write, so that the events keep their order
	p.covers += by
	if p.covers == max(by, 0) {
		p.send(Message{Method: event, Params: emptyObject})
	}
}

func (p *page) state() PageState {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := PageState{ID: p.id, URL: p.location.URL, Title: p.location.Title, Profile: p.host.Profile.Name, Meeting: p.facts["meeting"]}
	if title := p.facts["title"]; title != nil {
		s.Title = title
	}
	if n := len(p.asks); n > 0 {
		name := p.asks[n-1].view[len(ViewPrefix):]
		s.View = &name
	}
	return s
}

// reset ends all that the page started, and waits until it has; the page itself stays.
func (p *page) reset() {
	defer p.host.Clock.Hold()()
	p.mu.Lock()
	old := p.life
	p.life = newLife(p.ctx)
	p.mu.Unlock()
	old.end()
	old.wg.Wait()
	p.mu.Lock()
	var open []*call // those that stayed open
	for _, c := range p.calls {
		if c.life == old {
			open = append(open, c)
		}
	}
	clear(p.facts)
	p.mu.Unlock()
	slices.SortFunc(open, func(a, b *call) int { return cmp.Compare(a.id, b.id) })
	for _, c := range open {
		c.cancelled()
	}
}
