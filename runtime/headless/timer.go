package headless

import (
	"container/heap"
	"time"

	"github.com/dop251/goja"
)

// timer is one setTimeout or setInterval.
type timer struct {
	id      int64
	fn      goja.Callable
	args    []goja.Value
	delay   time.Duration
	repeat  bool
	nesting int
	stop    func() bool // takes it off the clock; nil when it was due at once

	at     time.Time // when it fired, by the clock, and by the machine
	atReal time.Time
}

// HTML's rule against timers that start each other without end: from this depth on they are at least so far apart.
const (
	deepNesting  = 5
	deepestDelay = 4 * time.Millisecond
)

// setTimer is setTimeout and setInterval.
func (l *loop) setTimer(repeat bool) func(goja.FunctionCall) goja.Value {
	return func(call goja.FunctionCall) goja.Value {
		fn, callable := goja.AssertFunction(call.Argument(0))
		if !callable {
			panic(l.rt.NewTypeError("setTimeout 和 setInterval 的第一个参数应为函数"))
		}
		// As in browsers the delay is a 32-bit integer: what is greater wraps around, what is negative is none.
		delay := time.Duration(max(int32(call.Argument(1).ToInteger()), 0)) * time.Millisecond
		l.lastTimer++
		t := &timer{id: l.lastTimer, fn: fn, delay: delay, repeat: repeat, nesting: l.nesting + 1}
		if len(call.Arguments) > 2 {
			t.args = call.Arguments[2:]
		}
		l.timers[t.id] = t
		l.start(t)
		return l.rt.ToValue(t.id)
	}
}

// clearTimer is clearTimeout and clearInterval; it also takes back a timer that has fired but not yet run.
func (l *loop) clearTimer(call goja.FunctionCall) goja.Value {
	id := call.Argument(0).ToInteger()
	if t := l.timers[id]; t != nil {
		delete(l.timers, id)
		if t.stop != nil {
			t.stop()
		}
	}
	return goja.Undefined()
}

// now is the page's time: the host's, but that a page which lags behind a clock that was moved lives through the moments
// in between, each timer at its own.
func (l *loop) now() time.Time {
	if !l.moment.IsZero() {
		return l.moment
	}
	return l.clock.Now()
}

// start has a timer fire after its delay.
func (l *loop) start(t *timer) {
	delay := t.delay
	if t.nesting > deepNesting {
		delay = max(delay, deepestDelay)
	}
	due := l.now().Add(delay)
	for {
		now := l.clock.Now()
		if !due.After(now) {
			// Due already: at once, also while the clock stands.
			t.stop = nil
			l.fire(t, due)
			return
		}
		t.stop = l.clock.AfterFunc(due.Sub(now), func() { l.fire(t, l.clock.Now()) })
		// A clock that was moved just now counted from where it came to; then once more.
		if l.clock.Now().Sub(now) < time.Millisecond || !t.stop() {
			return
		}
	}
}

// fire queues the run of a timer. Several that wait run in the order in which they were due.
func (l *loop) fire(t *timer, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.enqueue(l.runTimer) {
		t.at, t.atReal = at, time.Now()
		heap.Push(&l.fired, t)
	}
}

// runTimer is the job of the earliest timer that has fired.
func (l *loop) runTimer() {
	l.mu.Lock()
	if len(l.fired) == 0 { // the loop was stopped just now
		l.mu.Unlock()
		return
	}
	t := heap.Pop(&l.fired).(*timer)
	l.mu.Unlock()
	if l.timers[t.id] != t {
		return // cleared meanwhile
	}
	if !t.repeat {
		delete(l.timers, t.id)
	}
	// The clock has gone further than the machine since: it was moved, and the page has yet to come after.
	if l.clock.Now().Sub(t.at)-time.Since(t.atReal) > time.Millisecond {
		l.moment = t.at
	}
	l.nesting = t.nesting
	l.call(t.fn, t.args...)
	if t.repeat && l.timers[t.id] == t {
		t.nesting++
		l.start(t)
	}
	l.moment, l.nesting = time.Time{}, 0
}

// stopTimers takes all timers off the clock, which outlives the page.
func (l *loop) stopTimers() {
	for _, t := range l.timers {
		if t.stop != nil {
			t.stop()
		}
	}
	clear(l.timers)
}

// timerHeap orders timers by the time at which they fired; of two the one that was set first.
type timerHeap []*timer

func (h timerHeap) Len() int      { return len(h) }
func (h timerHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h timerHeap) Less(i, j int) bool {
	if h[i].at.Equal(h[j].at) {
		return h[i].id < h[j].id
	}
	return h[i].at.Before(h[j].at)
}
func (h *timerHeap) Push(x any) { *h = append(*h, x.(*timer)) }
func (h *timerHeap) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return t
}
