package suite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"

	"qinghost/bridge"
	"qinghost/runtime/headless"
	"qinghost/runtime/suite/report"
)

// turn is a test that runs, or an afterAll hook.
type turn struct {
	id       int    // of the test; -1 for a hook
	name     string // of a hook
	began    time.Time
	timeout  time.Duration
	lastCall uint64 // before it
	ctx      context.Context
	cancel   context.CancelFunc
	stop     func() bool // its timer by the file's clock
	timedOut int         // how often
	waits    []*string   // what it awaits of the page under test, for whoever reads why it timed out
}

// wait notes what a turn awaits; the returned function takes it back.
func (r *stage) wait(what string) (over func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.turn
	if t == nil {
		return func() {}
	}
	t.waits = append(t.waits, &what)
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		t.waits = slices.DeleteFunc(t.waits, func(w *string) bool { return w == &what })
	}
}

// news is an event of the test API.
type news struct {
	Type   string    `json:"type"` // start, end, hook
	ID     int       `json:"id"`
	Status string    `json:"status"`
	Hook   string    `json:"hook"`
	Phase  string    `json:"phase"`
	Path   []string  `json:"path"`
	Errors []problem `json:"errors"`
}

// problem is an error as the test API describes it.
type problem struct {
	Name     string `json:"name"`
	Message  string `json:"message"`
	Stack    string `json:"stack"`
	Expected string `json:"expected"`
	Actual   string `json:"actual"`
	Diff     string `json:"diff"`
}

// event takes news, on the page's goroutine.
func (r *stage) event(text string) {
	var n news
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		r.fault(&headless.Fault{Kind: headless.Exception, Message: err.Error()})
		return
	}
	switch {
	case n.Type == "start":
		r.begin(n.ID, "", r.timeoutOf(n.ID))
		r.started(n.ID)
	case n.Type == "end":
		t, attempt := r.finish()
		r.ended(n, t, attempt)
	case n.Phase == "start":
		r.begin(-1, n.Hook, r.Timeout)
	default:
		r.finish()
		for _, p := range n.Errors {
			r.outside(r.failure(r.page, p))
		}
	}
}

// begin begins a turn: its time runs from here.
func (r *stage) begin(id int, name string, timeout time.Duration) {
	t := &turn{id: id, name: name, began: time.Now(), timeout: timeout, lastCall: r.calls.Load()}
	t.ctx, t.cancel = context.WithCancel(r.ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn = t
	t.stop = r.world.Host.Clock.AfterFunc(timeout, func() { r.timeout(t) })
	r.watch.Reset(r.real(timeout))
}

// finish ends the turn, and returns it with what it leaves for the report; nil when none was on.
func (r *stage) finish() (t *turn, a report.Attempt) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a.Console = r.lines.take()
	if t = r.turn; t == nil {
		return nil, a
	}
	r.turn = nil
	t.stop()
	t.cancel()
	r.watch.Reset(r.real(r.Timeout))
	a.Took = time.Since(t.began)
	return t, a
}

// real is how long something may take by the machine's clock.
func (r *stage) real(timeout time.Duration) time.Duration { return max(timeout, leastReal) }

// turnContext is that of the turn; the stage's own between turns.
func (r *stage) turnContext() context.Context {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.turn != nil {
		return r.turn.ctx
	}
	return r.ctx
}

// moving runs what moves the clock by the test's own wish, which does not use up its time.
func (r *stage) moving(move func()) {
	r.mu.Lock()
	t := r.turn
	if t != nil {
		t.stop()
	}
	r.mu.Unlock()
	move()
	r.mu.Lock()
	defer r.mu.Unlock()
	if t != nil && r.turn == t {
		t.stop = r.world.Host.Clock.AfterFunc(t.timeout, func() { r.timeout(t) })
	}
}

// timeout is called by the file's clock when a turn's time is over; what it does runs on the page.
func (r *stage) timeout(t *turn) {
	r.giveUp(t, fmt.Sprintf("%s超过 %d 毫秒仍未结束%s", r.what(t), t.timeout.Milliseconds(), r.open(t)))
}

// idle is called by the clock when nothing moves any more.
func (r *stage) idle() {
	r.mu.Lock()
	t := r.turn
	r.mu.Unlock()
	if t != nil {
		r.giveUp(t, r.what(t)+"永远不会结束: 时钟停着 (host.clock.set), 再没有别的事可做; 用 host.clock.advance(毫秒) 或 host.clock.run() 让它走"+r.open(t))
	}
}

// late is called when something takes too long by the machine's clock.
func (r *stage) late() {
	r.mu.Lock()
	t := r.turn
	r.mu.Unlock()
	limit := r.Timeout
	if t != nil {
		limit = t.timeout
	}
	switch {
	case r.page.Interrupt(fmt.Errorf("超过 %v", r.real(limit))):
		return // run returns with the fault
	case t == nil:
		r.kill(errors.New("测试文件在加载时, 或在测试之间, 没有结束"))
		return
	}
	r.giveUp(t, fmt.Sprintf("%s实际运行超过 %v 仍未结束%s", r.what(t), r.real(limit), r.open(t)))
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.turn == t {
		r.watch.Reset(r.real(limit))
	}
}

func (r *stage) what(t *turn) string {
	if t.id < 0 {
		return t.name + " 钩子"
	}
	return "测试"
}

// giveUp fails a turn; one that goes on after that is ended with its stage.
func (r *stage) giveUp(t *turn, message string) {
	r.mu.Lock()
	if r.turn != t {
		r.mu.Unlock()
		return
	}
	t.timedOut++
	again := t.timedOut
	t.stop()
	if again == 1 { // the hooks after the test have as long again
		t.stop = r.world.Host.Clock.AfterFunc(t.timeout, func() { r.timeout(t) })
	}
	r.mu.Unlock()
	if again > 2 {
		r.kill(errors.New("测试失败后, 它的钩子也没有结束"))
		return
	}
	r.abort(t.id, message, "", false)
}

// abort fails a turn from outside.
func (r *stage) abort(id int, message, stack string, fatal bool) {
	text, err := json.Marshal(map[string]any{"message": message, "stack": stack, "fatal": fatal})
	if err != nil {
		panic(err) // strings
	}
	r.page.Post(func(rt *goja.Runtime) error {
		_, err := r.hooks.abort(goja.Undefined(), rt.ToValue(id), rt.ToValue(string(text)))
		return err
	})
}

// kill ends the stage; run returns with the cause.
func (r *stage) kill(cause error) {
	r.mu.Lock()
	r.killed = cause
	r.mu.Unlock()
	r.cancel()
}

// open says what a turn still waits for.
func (r *stage) open(t *turn) string {
	var lines []string
	for _, c := range r.world.Host.Log.After(t.lastCall, "") {
		switch c.State {
		case bridge.CallOpen:
			why := "还没有结果"
			for _, page := range r.world.Host.State() {
				if page.ID == c.Page && page.View != nil {
					why = fmt.Sprintf("视图 %s 没有人回答, 用 host.answer('%[1]s', …)", *page.View)
				}
			}
			lines = append(lines, fmt.Sprintf("  %s: %s", c.Method, why))
		case bridge.CallUnanswered:
			if r.script.never(c.Method) {
				lines = append(lines, fmt.Sprintf("  %s: 没有回答 (host.never)", c.Method))
			} else {
				lines = append(lines, fmt.Sprintf("  %s: %s", c.Method, c.Note))
			}
		}
	}
	r.mu.Lock()
	for _, what := range t.waits {
		lines = append(lines, "  "+*what)
	}
	r.mu.Unlock()
	const most = 10
	if len(lines) > most {
		lines = append(lines[:most], fmt.Sprintf("  … 还有 %d 个", len(lines)-most))
	}
	if len(lines) == 0 {
		return ""
	}
	return "\n仍在等待:\n" + strings.Join(lines, "\n")
}

// console takes a line of the test or of the page.
func (r *stage) console(level, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines.add(level, text)
}

// fault takes what nothing in the test's stage caught, on its goroutine. What the stage dies of, run returns.
func (r *stage) fault(f *headless.Fault) {
	if f.Kind == headless.Exception || f.Kind == headless.Rejection {
		r.uncaught(f.Message, f.Stack, "")
	}
}

// pageFault takes what nothing in the page under test caught.
func (r *stage) pageFault(message, stack string) { r.uncaught(message, stack, "页面出错: ") }

func (r *stage) uncaught(message, stack, where string) {
	r.mu.Lock()
	t := r.turn
	r.mu.Unlock()
	if t != nil {
		r.abort(t.id, where+message, stack, false)
		return
	}
	r.outside(r.failure(r.page, problem{Name: "Error", Message: where + message, Stack: stack}))
}
