package bridge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"sync"
)

// ask is one view that stands open: a request of the host to the page, which a person answers there, or a script or the
// control API from here.
type ask struct {
	id     uint64
	view   string
	opened int64 // orders the views of all pages

	mu      sync.Mutex
	settled bool
	result  any
	blank   reflect.Value    // result as it was before an answer, for a second try
	done    *Handover[error] // the outcome
}

// Checked is a result of Page.Call that refuses answers which decode but do not fit, such as a person who was not offered.
type Checked interface {
	// Check returns a coded error that says what does not fit.
	Check() error
}

// ErrNotOpen is in the error of an answer whose view is not open, or has just been answered, as opposed to one that the view
// refused: it may be kept for the next time.
var ErrNotOpen = errors.New("the view is not open")

// closedView is a coded error that is ErrNotOpen too.
type closedView struct{ coded *Error }

func notOpen(format string, args ...any) error { return &closedView{Errorf(NoView, format, args...)} }

func (e *closedView) Error() string        { return e.coded.Error() }
func (e *closedView) Unwrap() error        { return e.coded }
func (e *closedView) Is(target error) bool { return target == ErrNotOpen }

func newAsk(clock *Clock, view string, result any) *ask {
	blank := reflect.New(reflect.TypeOf(result).Elem()).Elem()
	blank.Set(reflect.ValueOf(result).Elem())
	return &ask{view: view, result: result, blank: blank, done: NewHandover[error](clock)}
}

// take decodes an answer into the result; an unknown field is refused, for it is a typing error in a test or scenario.
func (a *ask) take(answer json.RawMessage) error {
	reflect.ValueOf(a.result).Elem().Set(a.blank)
	decoder := json.NewDecoder(bytes.NewReader(answer))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(a.result); err != nil {
		return Errorf(NoView, "视图 %s 不接受回答 %s: %v", a.view[len(ViewPrefix):], clip(answer, 200), err)
	}
	if checked, is := a.result.(Checked); is {
		return checked.Check()
	}
	return nil
}

// Call implements Page.
func (p *page) Call(ctx context.Context, view string, params, result any) error {
	text, err := json.Marshal(params)
	if err != nil {
		return err
	}
	a := newAsk(p.host.Clock, view, result)
	// Open to answers from here on, which wait until the script was asked: what comes meanwhile is not to miss the view.
	a.mu.Lock()
	p.mu.Lock()
	p.lastAsk++
	a.id, a.opened = p.lastAsk, p.host.opened.Add(1)
	p.asks = append(p.asks, a)
	p.mu.Unlock()
	defer p.removeAsk(a)
	scripted, is := p.host.scripted(view)
	if is && scripted.After <= 0 {
		defer a.mu.Unlock()
		a.settled = true
		return a.take(scripted.Value)
	}
	if is { // counted from before the page hears of it; an answer waits for the lock
		stop := p.host.Clock.AfterFunc(scripted.After, func() {
			if err := p.answer(a, scripted.Value); err != nil {
				p.settle(a, err)
			}
		})
		defer stop()
	}
	p.send(Message{ID: a.id, Method: view, Params: text})
	a.mu.Unlock()
	outcome, ended := a.done.Wait(ctx)
	if ended != nil {
		p.settle(a, ended) // unless an answer was faster
		outcome, _ = a.done.Wait(context.WithoutCancel(ctx))
	}
	return outcome
}

// replied takes the page's own answer to a view.
func (p *page) replied(m Message) {
	p.mu.Lock()
	i := slices.IndexFunc(p.asks, func(a *ask) bool { return a.id == m.ID })
	var a *ask
	if i >= 0 {
		a = p.asks[i]
	}
	p.mu.Unlock()
	if a == nil {
		return // answered meanwhile from elsewhere
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.settled {
		return
	}
	a.settled = true
	if m.Error != nil {
		a.done.Give(m.Error)
	} else {
		a.done.Give(a.take(m.Result))
	}
}

// answer answers a view in a person's stead and puts it away; a refused answer leaves it open.
func (p *page) answer(a *ask, answer json.RawMessage) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.settled {
		return notOpen("视图 %s 刚刚已有回答", a.view[len(ViewPrefix):])
	}
	if err := a.take(answer); err != nil {
		return err
	}
	a.settled = true
	p.putAway(a)
	a.done.Give(nil)
	return nil
}

// settle ends a view with an error, unless it has its answer: for a context that ended, and for an answer of the script that
// it does not take.
func (p *page) settle(a *ask, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.settled {
		a.settled = true
		p.putAway(a)
		a.done.Give(err)
	}
}

// putAway has the page close a view that it need not answer any more.
func (p *page) putAway(a *ask) {
	p.removeAsk(a)
	p.send(Message{Method: methodCancel, Params: encode(map[string]uint64{"id": a.id})})
}

// openView returns the view of that name which opened last, nil without one.
func (p *page) openView(view string) *ask {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range slices.Backward(p.asks) {
		if a.view == view {
			return a
		}
	}
	return nil
}

// removeAsk takes a view off the list.
func (p *page) removeAsk(a *ask) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.asks, a); i >= 0 {
		p.asks = slices.Delete(p.asks, i, i+1)
	}
}
