package headless

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"
	"time"

	"github.com/dop251/goja"

	"qinghost/bridge"
)

// loop is a page's event loop: one goroutine that owns the runtime and runs jobs one after another. The promise queue is
// empty after every job (goja sees to it when the outermost call returns), and rejections that nothing has handled by then
// are reported.
type loop struct {
	rt     *goja.Runtime
	clock  *bridge.Clock
	maps   maps
	report func(*Fault) // hears of what no script caught, on the loop's goroutine
	wake   chan struct{}
	over   chan struct{} // closed when the goroutine has ended

	mu      sync.Mutex
	jobs    []func()
	letGo   func()                             // lets the clock go; nil while there is neither a job nor one at work
	waiting map[*bridge.Handover[outcome]]bool // those of await
	fired   timerHeap
	count   uint64 // jobs begun so far
	running uint64 // the number of the one at work; 0 between jobs
	end     error  // why the loop ends; nil while it goes on

	// Only the loop's goroutine touches these.
	timers    map[int64]*timer
	lastTimer int64
	nesting   int       // how deep in timers the running job is
	moment    time.Time // the page's time while it lags behind a clock that was moved; zero otherwise
	rejected  []*goja.Promise
	handled   map[*goja.Promise]bool // those of rejected that found a handler after all
}

func newLoop(rt *goja.Runtime, clock *bridge.Clock, report func(*Fault)) *loop {
	l := &loop{
		rt: rt, clock: clock, report: report, wake: make(chan struct{}, 1), over: make(chan struct{}),
		timers: map[int64]*timer{}, handled: map[*goja.Promise]bool{}, waiting: map[*bridge.Handover[outcome]]bool{},
	}
	rt.SetTimeSource(l.now)
	rt.SetPromiseRejectionTracker(l.track)
	return l
}

// post queues a job; false when the loop has ended. From here until the queue is empty the loop holds the clock.
func (l *loop) post(job func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.enqueue(job)
}

// enqueue does the work of post; the mutex is held.
func (l *loop) enqueue(job func()) bool {
	if l.end != nil {
		return false
	}
	l.jobs = append(l.jobs, job)
	if l.letGo == nil {
		l.letGo = l.clock.Hold()
	}
	select {
	case l.wake <- struct{}{}:
	default:
	}
	return true
}

// run runs jobs until the loop is stopped.
func (l *loop) run() {
	defer l.ended()
	for range l.wake {
		for {
			l.mu.Lock()
			jobs := l.jobs
			l.jobs = nil
			if len(jobs) == 0 {
				l.rest()
			}
			l.mu.Unlock()
			for _, job := range jobs {
				if !l.do(job) {
					return
				}
			}
			if len(jobs) == 0 {
				break
			}
		}
		if l.cause() != nil {
			return
		}
	}
}

// rest lets the clock go; the mutex is held.
func (l *loop) rest() {
	if l.letGo != nil {
		l.letGo()
		l.letGo = nil
	}
}

// ended frees all that the loop had, and tells those who wait for one of its jobs.
func (l *loop) ended() {
	l.stopTimers()
	close(l.over)
	l.mu.Lock()
	defer l.mu.Unlock()
	for answer := range l.waiting {
		answer.Give(outcome{err: l.end, ended: true})
	}
	l.rest()
}

// do runs one job and says whether the loop goes on.
func (l *loop) do(job func()) bool {
	l.mu.Lock()
	if l.end != nil {
		l.mu.Unlock()
		return false
	}
	l.count++
	l.running = l.count
	l.mu.Unlock()

	l.guard(job)

	l.mu.Lock()
	defer l.mu.Unlock()
	l.running = 0
	if l.end != nil {
		return false
	}
	l.rt.ClearInterrupt() // one that came too late for its job is not to hit the next
	return true
}

// guard keeps a panic of Go code from ending the process. goja's stack cannot be trusted after one, so the loop ends.
func (l *loop) guard(job func()) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if err, is := r.(error); is && errors.As(err, new(*goja.InterruptedError)) {
			l.threw(err) // of a getter, read for a report
			return
		}
		fault := panicked(r, debug.Stack())
		l.stop(fault)
		l.report(fault)
	}()
	job()
	l.checkpoint()
}

// stop ends the loop and interrupts the job at work. The first cause stays.
func (l *loop) stop(cause error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.end != nil {
		return
	}
	l.end = cause
	l.jobs, l.fired = nil, nil
	l.rt.Interrupt(cause)
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// cause returns why the loop has ended; nil while it goes on.
func (l *loop) cause() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.end
}

// grace is how long a job may go on after the context of whoever waits for it has ended.
const grace = 50 * time.Millisecond

// stubborn is how long an interrupted job is waited for, to say where it was.
const stubborn = time.Second

// interruptStuck interrupts the job that is at work now, if it still is after the grace.
func (l *loop) interruptStuck(cause error) {
	stuck := l.busy()
	if stuck == 0 {
		return
	}
	select {
	case <-time.After(grace):
	case <-l.over:
	}
	l.interrupt(stuck, cause)
}

// busy returns the number of the job at work; 0 between jobs.
func (l *loop) busy() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.running
}

// interrupt interrupts a job if it is still at work.
func (l *loop) interrupt(job uint64, cause error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.running == job && l.end == nil {
		l.rt.Interrupt(cause)
	}
}

// outcome is what await waits for.
type outcome struct {
	result string
	err    error
	ended  bool // the loop has, without the job's answer
}

// await runs fn as a job and waits until it calls done, in that job or a later one; meanwhile the work of ctx is laid down.
// When ctx ends first, a job that keeps the loop busy is interrupted.
func (l *loop) await(ctx context.Context, fn func(done func(result string, err error))) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	answer := bridge.NewHandover[outcome](l.clock)
	if !l.expect(answer, func() {
		if ctx.Err() == nil {
			fn(func(result string, err error) { answer.Give(outcome{result: result, err: err}) }) // a second one is for nobody
		}
	}) {
		return "", l.cause()
	}
	defer l.forget(answer)
	got, err := answer.Wait(ctx)
	if err == nil {
		return got.result, got.err
	}
	l.interruptStuck(context.Cause(ctx))
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stubborn)
	defer cancel()
	if got, err = answer.Wait(last); err != nil || got.ended {
		return "", context.Cause(ctx)
	}
	return got.result, got.err // an interrupted script says where it was
}

// expect queues a job and has answer hear of the loop's end from now on.
func (l *loop) expect(answer *bridge.Handover[outcome], job func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.enqueue(job) {
		return false
	}
	l.waiting[answer] = true
	return true
}

func (l *loop) forget(answer *bridge.Handover[outcome]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.waiting, answer)
	answer.Drop()
}

// call calls a function of the page; what it throws is reported.
func (l *loop) call(fn goja.Callable, args ...goja.Value) {
	if _, err := fn(goja.Undefined(), args...); err != nil {
		l.threw(err)
	}
}

// threw reports what a job threw, but for the interruption by which the loop itself ends.
func (l *loop) threw(err error) {
	var interrupted *goja.InterruptedError
	if errors.As(err, &interrupted) && l.cause() != nil {
		return
	}
	l.report(l.thrown(err))
}

// track follows the rejections that no script has handled yet.
func (l *loop) track(p *goja.Promise, op goja.PromiseRejectionOperation) {
	if op == goja.PromiseRejectionReject {
		l.rejected = append(l.rejected, p)
	} else if len(l.rejected) > 0 {
		l.handled[p] = true
	}
}

// checkpoint reports, after a job and its microtasks, the rejections that were left alone.
func (l *loop) checkpoint() {
	if len(l.rejected) == 0 {
		return
	}
	rejected := l.rejected
	l.rejected = nil
	for _, p := range rejected {
		if !l.handled[p] && l.cause() == nil {
			l.report(l.rejection(p.Result()))
		}
	}
	clear(l.handled)
}
