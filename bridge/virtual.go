package bridge

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// virtual is what a virtual clock has beside the others; the clock's mutex guards it.
type virtual struct {
	holds    int        // who is at work
	jumping  bool       // jump is at work, or about to be
	journeys []*journey // movements that were asked for, in order
	onIdle   func()
	told     bool // onIdle was called, and nobody has been at work since
}

// journey is one Set or Advance on its way.
type journey struct {
	to      func() time.Time // called when its turn has come; the clock's mutex is held
	stop    bool             // the clock is to stand from here on
	holding bool             // the one who asked holds the clock, and counts for nobody until it has arrived
	begun   bool
	target  time.Time
	arrived chan struct{}
}

// NewVirtualClock returns a clock that shows start and stands while somebody is at work (see Hold); when nobody is, it jumps
// to the next timer. So time passes as fast as the work is done, and what a timer sets off is through before the next one
// fires: one at a time, each at its own time. Hold it while a host and its pages are set up.
func NewVirtualClock(start time.Time) *Clock { return &Clock{base: start, virtual: &virtual{}} }

// Hold says that somebody is at work until release is called, which may be more than once. The clock then does not move by
// itself. Messages on their way, calls, views' answers, the jobs of headless pages and firing timers hold by themselves.
// On a clock that is not virtual it does nothing.
func (c *Clock) Hold() (release func()) {
	if c == nil || c.virtual == nil {
		return doNothing
	}
	c.hold()
	return sync.OnceFunc(c.letGo)
}

func doNothing() {}

// OnIdle has f called each time that nobody is at work any more and the clock cannot move by itself: there is no timer, or it
// was Set and stands. f is called on a goroutine of the clock, which holds it meanwhile, and must not block. There is one f;
// nil is none. On a clock that is not virtual it is never called.
func (c *Clock) OnIdle(f func()) {
	if c.virtual == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.virtual.onIdle, c.virtual.told = f, false
	c.settle()
}

// AdvanceHolding is Advance for one who holds the clock. On a virtual clock both wait until all others have done their work,
// also before and after each timer on the way; the caller's hold counts again from the moment of arrival. Who holds must not
// call Advance: it would wait for itself.
func (c *Clock) AdvanceHolding(d time.Duration) {
	if c.virtual == nil {
		c.Advance(d)
	} else if d >= 0 {
		c.move(&journey{to: func() time.Time { return c.base.Add(d) }, holding: true})
	}
}

// SetHolding is Set for one who holds the clock, as AdvanceHolding is Advance.
func (c *Clock) SetHolding(t time.Time) {
	if c.virtual == nil {
		c.Set(t)
	} else {
		c.move(&journey{to: func() time.Time { return t }, stop: true, holding: true})
	}
}

// hold and letGo count who is at work; each hold is let go once. A nil clock is none.
func (c *Clock) hold() {
	if c == nil || c.virtual == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.virtual.holds++
	c.virtual.told = false
}

func (c *Clock) letGo() {
	if c == nil || c.virtual == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.virtual.holds--
	c.settle()
}

// move has the clock make a journey, and waits until it has arrived.
func (c *Clock) move(j *journey) {
	j.arrived = make(chan struct{})
	c.mu.Lock()
	c.virtual.journeys = append(c.virtual.journeys, j)
	if j.holding {
		c.virtual.holds--
	}
	c.settle()
	c.mu.Unlock()
	<-j.arrived
	if !j.holding {
		c.letGo()
	}
}

// settle has the clock move when nobody is at work; the mutex is held. It does so on a goroutine of its own, for whoever lets
// go may hold locks that a timer needs.
func (c *Clock) settle() {
	v := c.virtual
	if v.holds == 0 && !v.jumping && (c.movable() || v.onIdle != nil && !v.told) {
		v.jumping = true
		go c.jump()
	}
}

// movable says whether there is somewhere to go; the mutex is held.
func (c *Clock) movable() bool {
	return len(c.virtual.journeys) > 0 || !c.stopped && len(c.timers) > 0
}

// jump moves the clock until somebody is at work, or there is nowhere to go.
func (c *Clock) jump() {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.virtual
	for v.holds == 0 {
		switch {
		case len(v.journeys) > 0:
			c.travel(v.journeys[0])
		case c.movable():
			c.fireNext()
		case v.onIdle != nil && !v.told:
			v.told = true
			c.held(v.onIdle)
		default:
			v.jumping = false
			return
		}
	}
	v.jumping = false // letGo begins again
}

// travel makes the next step of a journey; the mutex is held.
func (c *Clock) travel(j *journey) {
	if !j.begun {
		j.begun, j.target = true, j.to()
		c.stopped = c.stopped || j.stop
	}
	if len(c.timers) > 0 && !c.timers[0].at.After(j.target) {
		c.fireNext()
		return
	}
	c.base = j.target
	c.virtual.journeys = c.virtual.journeys[1:]
	c.virtual.holds++ // for the one who asked
	c.virtual.told = false
	close(j.arrived)
}

// fireNext goes to the next timer and fires it; the mutex is held.
func (c *Clock) fireNext() {
	timer := heap.Pop(&c.timers).(*clockTimer)
	if timer.at.After(c.base) {
		c.base = timer.at
	}
	c.virtual.told = false
	c.held(timer.f)
}

// held calls f while the clock is held, without the mutex that is held.
func (c *Clock) held(f func()) {
	c.virtual.holds++
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.virtual.holds--
	}()
	f()
}

// work is a hold that its context carries, so that whoever waits in its name can lay it down.
type work struct {
	clock *Clock
	// The clock's mutex guards these.
	pauses int // how many wait at present
	over   bool
}

type workKey struct{}

// Work returns a context that holds the clock until done is called, but for the time that is spent in a wait of this package
// or of a page with this context: Clock.Wait, Page.Call, Handover.Wait, Pause, a headless page's Run and Eval. The function
// of a call and that of Page.Go get such a context. On a clock that is not virtual it returns ctx.
func (c *Clock) Work(ctx context.Context) (_ context.Context, done func()) {
	w := c.work()
	return w.in(ctx), w.end
}

// work begins a work; nil on a clock that is not virtual, which all its methods take.
func (c *Clock) work() *work {
	if c.virtual == nil {
		return nil
	}
	c.hold()
	return &work{clock: c}
}

func (w *work) in(ctx context.Context) context.Context {
	if w == nil {
		return ctx
	}
	return context.WithValue(ctx, workKey{}, w)
}

// pause and resume come in pairs, in either order; of several the first and the last count.
func (w *work) pause()  { w.count(1) }
func (w *work) resume() { w.count(-1) }

func (w *work) count(by int) {
	if w == nil {
		return
	}
	w.clock.mu.Lock()
	defer w.clock.mu.Unlock()
	before := w.pauses > 0
	w.pauses += by
	w.shift(before, w.pauses > 0)
}

// end ends the work, once; a pause that it is in stays without effect from then on.
func (w *work) end() {
	if w == nil {
		return
	}
	w.clock.mu.Lock()
	defer w.clock.mu.Unlock()
	w.shift(w.pauses > 0, true)
	w.over = true
}

// shift enters the change from or to a pause into the clock; its mutex is held.
func (w *work) shift(from, to bool) {
	if w.over || from == to {
		return
	}
	v := w.clock.virtual
	if to {
		v.holds--
		w.clock.settle()
	} else {
		v.holds++
		v.told = false
	}
}

// Pause lays down the work of ctx until resume is called, once: for what is to wait without holding the clock, such as for
// the end of ctx. Whoever ends such a wait holds until it is over, or the clock may move in between; for one value, see
// Handover. A context without a work has nothing to lay down.
func Pause(ctx context.Context) (resume func()) {
	Begun(ctx)
	w, _ := ctx.Value(workKey{}).(*work)
	w.pause()
	return w.resume
}

// Timeout is context.WithTimeout by this clock. A virtual clock is held from the end of the time until cancel is called, so
// that whoever was waiting with the context can act first.
func (c *Clock) Timeout(ctx context.Context, d time.Duration) (_ context.Context, cancel context.CancelFunc) {
	ctx, end := context.WithCancel(ctx)
	ended := NewHandover[struct{}](c)
	stop := c.AfterFunc(d, func() {
		ended.Give(struct{}{})
		end()
	})
	return ctx, func() {
		stop()
		end()
		ended.Drop()
	}
}

// Handover brings one value to the goroutine that waits for it. A virtual clock stands from Give until that goroutine goes
// on, so that time does not pass between a question's answer and what is done with it.
type Handover[T any] struct {
	clock *Clock
	value chan T

	mu   sync.Mutex
	over bool // given, or dropped
}

// NewHandover returns a handover on that clock, nil for none. Whoever waits calls Drop in the end.
func NewHandover[T any](c *Clock) *Handover[T] {
	return &Handover[T]{clock: c, value: make(chan T, 1)}
}

// Give hands the value over and never waits; false when there was one before, or nobody waits any more.
func (h *Handover[T]) Give(value T) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over {
		return false
	}
	h.over = true
	h.clock.hold()
	h.value <- value
	return true
}

// Wait lays down the work of ctx until the value comes, and returns it; or the context's error when that ends first, after
// which it may be called again.
func (h *Handover[T]) Wait(ctx context.Context) (T, error) {
	resume := Pause(ctx)
	select {
	case value := <-h.value:
		resume()
		h.clock.letGo()
		return value, nil
	case <-ctx.Done():
		resume()
		var none T
		return none, ctx.Err()
	}
}

// Drop says that nobody waits any more.
func (h *Handover[T]) Drop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.over = true
	select {
	case <-h.value:
		h.clock.letGo()
	default:
	}
}
