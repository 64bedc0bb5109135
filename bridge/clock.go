package bridge

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// Clock is the host's time: timers, tokens, reminders and the cast all follow it. It runs with the machine's clock until it
// is set; then it stands until Run, and moves only by Set and Advance. The zero value is not usable; see NewClock, and
// NewVirtualClock for one that does not follow the machine.
type Clock struct {
	mu      sync.Mutex
	base    time.Time // host time at the moment of real
	real    time.Time // when base was taken, by the machine
	stopped bool
	timers  timerHeap
	order   uint64
	wake    *time.Timer // fires when the next timer is due, while the clock runs
	firing  bool        // fire is at work and arms anew when it is through
	virtual *virtual    // what moves a virtual clock; nil for all others
}

// NewClock returns a clock that shows the machine's time and runs.
func NewClock() *Clock {
	now := time.Now()
	return &Clock{base: now, real: now}
}

// NewClockAt returns a clock that stands at t, for tests.
func NewClockAt(t time.Time) *Clock {
	return &Clock{base: t, real: time.Now(), stopped: true}
}

// Now returns the host's time, to the nanosecond.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	if c.stopped || c.virtual != nil {
		return c.base
	}
	return c.base.Add(time.Since(c.real))
}

// Start sets the clock to t without stopping it: the beginning of a scenario. Timers keep their remaining time.
func (c *Clock) Start(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	shift := t.Sub(c.now())
	for _, timer := range c.timers {
		timer.at = timer.at.Add(shift)
	}
	c.base, c.real = t, time.Now()
	c.arm()
}

// Set moves the clock to t and stops it there. Timers that fall due on the way fire, in order, before Set returns; moving
// back fires none. On a virtual clock, see SetHolding.
func (c *Clock) Set(t time.Time) {
	if c.virtual != nil {
		c.move(&journey{to: func() time.Time { return t }, stop: true})
		return
	}
	c.mu.Lock()
	c.base, c.real, c.stopped = c.now(), time.Now(), true
	c.mu.Unlock()
	c.moveTo(t)
}

// Advance moves the clock by d, which may not be negative. Timers that fall due on the way fire, in order, each at its own
// time, before Advance returns. A running clock goes on running. On a virtual clock, see AdvanceHolding.
func (c *Clock) Advance(d time.Duration) {
	if d < 0 {
		return
	}
	if c.virtual != nil {
		c.move(&journey{to: func() time.Time { return c.base.Add(d) }})
		return
	}
	c.mu.Lock()
	running := !c.stopped
	c.base, c.real, c.stopped = c.now(), time.Now(), true
	target := c.base.Add(d)
	c.mu.Unlock()
	c.moveTo(target)
	if running {
		c.Run()
	}
}

// Run lets the clock run on from where it stands.
func (c *Clock) Run() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base, c.real, c.stopped = c.now(), time.Now(), false
	c.arm()
}

// AfterFunc calls f once, d after now by this clock, in a goroutine that is not the caller's: the one that moves the clock,
// or one of its own while the clock runs. f must not block. The returned function stops the timer and reports whether f
// will not be called for that.
func (c *Clock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order++
	timer := &clockTimer{at: c.now().Add(max(d, 0)), order: c.order, f: f}
	heap.Push(&c.timers, timer)
	c.arm()
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		if timer.index < 0 {
			return false
		}
		heap.Remove(&c.timers, timer.index)
		c.arm()
		return true
	}
}

// Wait starts a timer of d by this clock, and returns a function that waits until it is due; with the context's error when
// that ends first. The function is called once, for it also frees the timer. On a virtual clock it lays down the context's
// work meanwhile; see Work.
func (c *Clock) Wait(d time.Duration) func(context.Context) error {
	if d <= 0 {
		return context.Context.Err
	}
	due := NewHandover[struct{}](c)
	stop := c.AfterFunc(d, func() { due.Give(struct{}{}) })
	return func(ctx context.Context) error {
		defer due.Drop()
		defer stop()
		_, err := due.Wait(ctx)
		return err
	}
}

// moveTo fires what falls due up to t and leaves the stopped clock there.
func (c *Clock) moveTo(t time.Time) {
	for {
		c.mu.Lock()
		if len(c.timers) == 0 || c.timers[0].at.After(t) {
			c.base = t
			c.arm()
			c.mu.Unlock()
			return
		}
		timer := heap.Pop(&c.timers).(*clockTimer)
		if timer.at.After(c.base) {
			c.base = timer.at
		}
		c.mu.Unlock()
		timer.f()
	}
}

// arm keeps one timer of the machine for the next one of ours; the mutex is held.
func (c *Clock) arm() {
	if c.virtual != nil {
		c.settle()
		return
	}
	if c.wake != nil {
		c.wake.Stop()
		c.wake = nil
	}
	if c.stopped || c.firing || len(c.timers) == 0 {
		return
	}
	c.wake = time.AfterFunc(c.timers[0].at.Sub(c.now()), c.fire)
}

// fire calls what is due while the clock runs.
func (c *Clock) fire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.firing {
		return
	}
	c.firing = true
	for !c.stopped && len(c.timers) > 0 && !c.timers[0].at.After(c.now()) {
		timer := heap.Pop(&c.timers).(*clockTimer)
		c.mu.Unlock()
		timer.f()
		c.mu.Lock()
	}
	c.firing = false
	c.arm()
}

type clockTimer struct {
	at    time.Time
	order uint64 // first set, first fired, at the same time
	f     func()
	index int // place in the heap; -1 when fired or stopped
}

type timerHeap []*clockTimer

func (h timerHeap) Len() int { return len(h) }
func (h timerHeap) Less(i, j int) bool {
	if h[i].at.Equal(h[j].at) {
		return h[i].order < h[j].order
	}
	return h[i].at.Before(h[j].at)
}
func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}
func (h *timerHeap) Push(x any) {
	timer := x.(*clockTimer)
	timer.index = len(*h)
	*h = append(*h, timer)
}
func (h *timerHeap) Pop() any {
	old := *h
	timer := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	timer.index = -1
	return timer
}
