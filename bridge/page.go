package bridge

import (
	"cmp"
	"context"
	"encoding/json"
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
	begun    chan struct{} // of the call that got a goroutine last; nil before
	unheard  []*call       // those without an answer, the last ones; see Host.AnswerCall
	asks     []*ask        // in order of opening
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
	p.unheard = nil
	p.mu.Unlock()
	slices.SortFunc(open, func(a, b *call) int { return cmp.Compare(a.id, b.id) })
	for _, c := range open {
		c.cancelled()
	}
}
