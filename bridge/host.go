// Package bridge is the other end of a light app's JS bridge: the wire between page and host, the typed API, the host that
// serves pages over any connection, the call log, the clock, and the clients that it can play.
//
// A page calls; the host answers. Calls of one page are handled in the order in which they arrive, but for those that wait
// for a person or the network: these have goroutines of their own. What a page starts ends with the page.
package bridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Host answers the calls of any number of pages. Its fields are set before the first Serve; its methods may be called from
// any goroutine.
type Host struct {
	Clock   *Clock       // NewClock() unless set
	Log     *Log         // every call of every page
	Logger  *slog.Logger // faults of the host and of pages; discards unless set
	Profile Profile      // the first of Profiles() unless set
	// Strict has the calls fail, by Strict, that the phone passes over without a word: of a method that it does not have, with
	// parameters that it ignores, or at a time when it takes none.
	Strict bool
	// Unbuilt are methods that the real client answers and this host does not, so that a call of one is not taken for a typing
	// error of the page; they have but Name, Since and Clients.
	Unbuilt []API

	apis map[string]API

	mu       sync.Mutex
	own      map[string]API
	script   Script
	caller   string
	pages    map[string]*page
	lastPage int
	opened   atomic.Int64 // counts the views of all pages
}

// NewHost returns a host that answers these APIs. Two of one name, or one without a name or a doc line, panic: that is a
// mistake in the program.
func NewHost(apis ...API) *Host {
	h := &Host{
		Clock: NewClock(), Log: &Log{}, Logger: slog.New(slog.DiscardHandler), Profile: Profiles()[0],
		apis: make(map[string]API, len(apis)), pages: map[string]*page{},
	}
	for _, api := range apis {
		if _, twice := h.apis[api.Name]; twice || api.Name == "" || api.Doc == "" {
			panic(fmt.Sprintf("bridge: API %q is defined twice, or lacks its name or doc line", api.Name))
		}
		h.apis[api.Name] = api
	}
	return h
}

// SetOwn makes these the project's own methods from now on, for the calls that come after; nil takes them away. One of the
// name of another API is called in its place.
func (h *Host) SetOwn(apis []API) {
	own := make(map[string]API, len(apis))
	for _, api := range apis {
		own[api.Name] = api
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.own = own
}

// find returns the API of that name.
func (h *Host) find(name string) (api API, known bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if api, known = h.own[name]; !known {
		api, known = h.apis[name]
	}
	return api, known
}

// APIs returns what pages can call, by name.
func (h *Host) APIs() []API {
	h.mu.Lock()
	all := maps.Clone(h.apis)
	maps.Copy(all, h.own)
	h.mu.Unlock()
	var listed []API
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if api := all[name]; !api.Hidden {
			listed = append(listed, api)
		}
	}
	return listed
}

// Names returns the names of what pages can call on the client that is played, sorted.
func (h *Host) Names() []string {
	names := []string{}
	for _, api := range h.APIs() {
		if h.Profile.Has(api) {
			names = append(names, api.Name)
		}
	}
	return names
}

// Script says how calls and views go when nobody is at the screen; package scenario reads one from a file.
type Script interface {
	// Rule returns what is to happen to a call of the method; the zero Rule is nothing.
	Rule(method string) Rule
	// Answer returns the next answer to a view ("view.personPicker"), and false when a person is to answer it.
	Answer(view string) (Answer, bool)
}

// Rule alters a call.
type Rule struct {
	Fail  *Error        // fail with this instead of calling the function
	Delay time.Duration // wait this long by the host's clock first
	Never bool          // never answer
	Twice bool          // deliver the answer twice
	// Answer, unless nil, answers the call instead of the function, also one of an unknown method. What it returns is the data
	// of the result; to wait, it returns ErrStaysOpen and calls Finish later. A method that never calls back stays Silent; one
	// that Repeats calls back once. Fail and Never come before it, Delay is waited for first.
	Answer func(ctx context.Context, params json.RawMessage) (json.RawMessage, error)
}

// Answer is what a script says to a view.
type Answer struct {
	Value json.RawMessage // what the view would have answered
	After time.Duration   // how long the view stands first, host time; 0 does not show it
}

// SetScript makes s the script from now on; nil takes it away.
func (h *Host) SetScript(s Script) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.script = s
}

// Script returns the script that is set; nil without one.
func (h *Host) Script() Script {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.script
}

func (h *Host) rule(method string) Rule {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.script == nil {
		return Rule{}
	}
	return h.script.Rule(method)
}

func (h *Host) scripted(view string) (Answer, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.script == nil {
		return Answer{}, false
	}
	return h.script.Answer(view)
}

// SetCaller makes openID the current user of every page.
func (h *Host) SetCaller(openID string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.caller = openID
}

func (h *Host) currentCaller() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.caller
}

type callerKey struct{}

// Caller returns the openId of the person on whose behalf a call runs: the page's current user. Over HTTP it is empty: an
// access token stands for an app or a team (reference §3.1), and the person is a parameter (openid).
func Caller(ctx context.Context) string {
	openID, _ := ctx.Value(callerKey{}).(string)
	return openID
}

// Serve serves one page until it leaves, the connection fails or ctx ends, and then ends all that the page started. It
// returns nil when the page left, ctx's error, or what broke the connection.
func (h *Host) Serve(ctx context.Context, conn Conn) error {
	ctx, cancel := context.WithCancel(ctx)
	p := h.enter(ctx, conn)
	defer func() {
		defer h.Clock.Hold()() // until all that the page started has heard that it left
		cancel()
		p.end()
		h.mu.Lock()
		delete(h.pages, p.id)
		h.mu.Unlock()
		_ = conn.Close() // the page is gone; there is nobody left to tell
	}()
	for {
		m, err := conn.Read(ctx)
		var bad *Error
		switch {
		case errors.As(err, &bad):
			h.Logger.Warn(bad.Message, "page", p.id)
			p.console("warn", bad.Message)
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe):
			return nil
		case err != nil:
			return err
		case m.Method == MethodLeave:
			return nil
		default:
			p.receive(m)
		}
	}
}

func (h *Host) enter(ctx context.Context, conn Conn) *page {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lastPage++
	p := newPage(ctx, h, "p"+strconv.Itoa(h.lastPage), conn)
	h.pages[p.id] = p
	return p
}

// each returns the pages, the one that came first first.
func (h *Host) each() []*page {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.SortedFunc(maps.Values(h.pages), func(a, b *page) int { return a.number() - b.number() })
}

// PageState is what GET state says of a page.
type PageState struct {
	ID      string  `json:"id"`
	URL     string  `json:"url"`
	Title   any     `json:"title"`
	Profile string  `json:"profile"`
	View    *string `json:"view"`    // the view that opened last and is open; null without one
	Meeting any     `json:"meeting"` // the running meeting; null without one
}

// State returns what there is to know of every page, the one that came first first.
func (h *Host) State() []PageState {
	states := []PageState{}
	for _, p := range h.each() {
		states = append(states, p.state())
	}
	return states
}

// Answer answers a view in a person's stead: on the page of that id, or, when pageID is empty, where the view opened last.
// It fails with NoView and ErrNotOpen when no such view is open, and with the view's own error when it does not take the answer; the view
// then stays open.
func (h *Host) Answer(pageID, view string, answer json.RawMessage) error {
	var last *ask
	var on *page
	for _, p := range h.each() {
		if pageID != "" && p.id != pageID {
			continue
		}
		if a := p.openView(ViewPrefix + view); a != nil && (last == nil || a.opened > last.opened) {
			last, on = a, p
		}
	}
	if last == nil {
		return notOpen("没有打开的视图 %q: 先看 GET state 里的 view", view)
	}
	return on.answer(last, answer)
}

// AnswerCall answers a call by hand that the client has no answer to (CallUnanswered), by its id in the log: with the result's
// data, or, unless failed is nil, with a failure; it returns the method's name. It fails with NoView when there is no such
// call, or its page is gone.
func (h *Host) AnswerCall(id uint64, data json.RawMessage, failed *Error) (method string, err error) {
	for _, p := range h.each() {
		if c := p.takeUnheard(id); c != nil {
			c.api = API{Name: c.record.Method} // whatever it may be, this is its answer
			if failed != nil {
				c.finish(nil, failed)
			} else {
				c.finish(data, nil)
			}
			return c.record.Method, nil
		}
	}
	return "", Errorf(NoView, "没有等待回答的调用 %d: 只有 GET calls 里 state 为 unanswered、页面仍打开的可以回答一次", id)
}

// Emit sends an event to a page, or to all when pageID is empty; it fails with PageGone when there is no such page.
func (h *Host) Emit(ctx context.Context, pageID, event string, data any) error {
	found := pageID == ""
	for _, p := range h.each() {
		if pageID != "" && p.id != pageID {
			continue
		}
		err := p.Emit(ctx, event, data)
		if errors.Is(err, io.ErrClosedPipe) {
			continue // it is leaving, and the others are to hear
		}
		if err != nil {
			return err
		}
		found = true
	}
	if !found {
		return Errorf(PageGone, "没有页面 %q", pageID)
	}
	return nil
}

// Reset forgets the calls, cancels the open ones, and closes every view and whatever else pages started.
func (h *Host) Reset() {
	for _, p := range h.each() {
		p.reset()
	}
	h.Log.Clear()
}
