package bridge

import (
	"context"
	"io"
	"sync"
)

// Conn is one page's connection. Write may be called from several goroutines at once and keeps their order; it must not
// wait for the page. Read is called from one goroutine; it returns io.EOF when the page has left, and a *Error with
// BadMessage for a message that it could not read, after which reading goes on.
type Conn interface {
	Read(ctx context.Context) (Message, error)
	Write(ctx context.Context, m Message) error
	Close() error
}

// Pipe returns the two ends of a connection in memory. What is written to one end is read from the other, without limit,
// so a writer never waits. Closing either end ends both; what was written before can still be read.
func Pipe() (host, page *PipeEnd) { return PipeOn(nil) }

// PipeOn returns a Pipe whose messages hold the clock: from Write until the reader asks for the next, or closes its end.
func PipeOn(clock *Clock) (host, page *PipeEnd) {
	toHost, toPage := newQueue(clock), newQueue(clock)
	return &PipeEnd{in: toHost, out: toPage}, &PipeEnd{in: toPage, out: toHost}
}

// PipeEnd is one end of a Pipe, a Conn.
type PipeEnd struct{ in, out *queue }

// Read returns the next message; io.EOF when the pipe is closed and empty.
func (e *PipeEnd) Read(ctx context.Context) (Message, error) {
	got, err := e.in.take(ctx, 1)
	if err != nil {
		return Message{}, err
	}
	return got[0].message, got[0].err
}

// ReadAll waits for at least one message and returns all that are there, so that a transport can put them into one frame.
func (e *PipeEnd) ReadAll(ctx context.Context) ([]Message, error) {
	got, err := e.in.take(ctx, -1)
	if err != nil {
		return nil, err
	}
	messages := make([]Message, len(got))
	for i, item := range got {
		messages[i] = item.message
	}
	return messages, nil
}

// Write hands a message to the other end; io.ErrClosedPipe when the pipe is closed.
func (e *PipeEnd) Write(_ context.Context, m Message) error { return e.out.put(queued{message: m}) }

// WriteFrame hands every message of a frame to the other end; the lines that are none arrive there as Read's errors.
func (e *PipeEnd) WriteFrame(frame []byte) error {
	for m, err := range Messages(frame) {
		if closed := e.out.put(queued{m, err}); closed != nil {
			return closed
		}
	}
	return nil
}

// WriteError has the other end's Read return err once, in its place among the messages: for what a transport received and
// could not make a message of.
func (e *PipeEnd) WriteError(err error) error { return e.out.put(queued{err: err}) }

// Close ends both directions. It may be called more than once.
func (e *PipeEnd) Close() error {
	e.in.close()
	e.in.rest() // nobody reads it any more, or nobody minds
	e.out.close()
	return nil
}

// queued is a message on its way, or the reason why there is none.
type queued struct {
	message Message
	err     error
}

// queue holds messages until they are taken.
type queue struct {
	clock  *Clock
	mu     sync.Mutex
	items  []queued
	held   bool // the clock is, for items that are here or in the reader's hands
	closed bool
	ready  chan struct{} // holds one token while there is something to take, or nothing more to come
}

func newQueue(clock *Clock) *queue { return &queue{clock: clock, ready: make(chan struct{}, 1)} }

func (q *queue) put(item queued) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return io.ErrClosedPipe
	}
	q.items = append(q.items, item)
	q.hold()
	q.signal()
	return nil
}

// hold holds the clock; the mutex is held.
func (q *queue) hold() {
	if !q.held {
		q.held = true
		q.clock.hold()
	}
}

// rest lets the clock go: there is nothing to read, or nobody who does.
func (q *queue) rest() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.letGo()
}

// letGo does the work of rest; the mutex is held.
func (q *queue) letGo() {
	if q.held {
		q.held = false
		q.clock.letGo()
	}
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.signal()
}

// take waits for items and returns up to most of them, all when most is negative.
func (q *queue) take(ctx context.Context, most int) ([]queued, error) {
	for {
		q.mu.Lock()
		if n := len(q.items); n > 0 {
			if most >= 0 && n > most {
				n = most
			}
			got := q.items[:n:n]
			q.items = q.items[n:]
			if len(q.items) == 0 {
				q.items = nil
			}
			if q.items != nil || q.closed {
				q.signal()
			}
			if !q.closed {
				q.hold() // the last reader may have given up
			}
			q.mu.Unlock()
			return got, nil
		}
		q.letGo()
		if q.closed {
			q.signal()
			q.mu.Unlock()
			return nil, io.EOF
		}
		q.mu.Unlock()
		select {
		case <-q.ready:
		case <-ctx.Done():
			q.rest()
			return nil, ctx.Err()
		}
	}
}

// signal leaves the token; the mutex is held.
func (q *queue) signal() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}
