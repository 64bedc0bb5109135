package store

import (
	"container/list"
	"context"
	"database/sql"
	"errors"
	"runtime"
	"sync"
)

// maxBatch is how many Writes share a transaction at most: it bounds how long the first of them waits for its answer.
const maxBatch = 128

// errAgain tells the members of a batch that it was lost through another's fault, and that they may run again.
var errAgain = errors.New("store: the shared transaction was lost")

// group is group commit without a goroutine of its own. There is one turn, which goes from caller to caller in the order
// of their arrival. Who has it runs its function, in its own goroutine, inside the open transaction; who finds nobody
// waiting behind commits for all that ran in it. While that one waits for the disk the next ones gather.
type group struct {
	begin func() (*sql.Tx, error) // begins a transaction that keeps all other writers out

	mu      sync.Mutex
	taken   bool          // somebody has the turn
	waiting list.List     // of *waiter
	closed  bool          // no more may come
	drained chan struct{} // closed when the group is closed and nobody has the turn

	// open is the batch that still takes members; nil: none. It belongs to whoever has the turn.
	open *batch
}

// waiter is a caller that waits for the turn.
type waiter struct {
	turn chan struct{} // closed when the turn is this one's; it is off the list then
}

// batch is a transaction and the callers that wait for its commit.
type batch struct {
	tx    *sql.Tx
	size  int  // how many functions ran well in it
	saved bool // a savepoint stands
	done  chan struct{}
	err   error // why it failed; read after done
}

// write runs fn in a batch and returns when that is committed; alone: in one that nobody else is in.
func (g *group) write(ctx context.Context, fn func(*sql.Tx) error, alone bool) error {
	if err := g.enter(ctx); err != nil {
		return err
	}
	b, err := g.run(ctx, fn, alone)
	if err != nil {
		return err
	}
	<-b.done // not ctx: what has run will be committed, and the caller must know whether it was
	return b.err
}

// enter waits for the turn.
func (g *group) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		return errClosed
	}
	if !g.taken {
		g.taken = true
		g.mu.Unlock()
		return nil
	}
	w := &waiter{turn: make(chan struct{})}
	place := g.waiting.PushBack(w)
	g.mu.Unlock()
	select {
	case <-w.turn:
		return nil
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-w.turn:
		return nil // it came at the same moment, and must be passed on: run sees that ctx has ended
	default:
		g.waiting.Remove(place)
		return ctx.Err()
	}
}

// run runs fn inside the open batch, or a new one, and passes the turn on whatever happens, a panic and runtime.Goexit
// included.
func (g *group) run(ctx context.Context, fn func(*sql.Tx) error, alone bool) (b *batch, err error) {
	defer func() { g.leave(alone) }()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if alone && g.open != nil {
		g.commit()
	}
	if g.open == nil {
		tx, err := g.begin()
		if err != nil {
			return nil, err
		}
		g.open = &batch{tx: tx, done: make(chan struct{})}
	}
	b = g.open
	if b.size > 0 { // the first needs none: the transaction is its own still
		if err := b.savepoint(); err != nil {
			g.abandon(errAgain)
			return nil, errAgain
		}
	}
	good := false
	defer func() {
		if !good {
			g.undo()
		}
	}()
	if err := fn(b.tx); err != nil {
		return nil, err
	}
	good = true
	b.size++
	return b, nil
}

// leave commits unless somebody else will, and passes the turn on.
func (g *group) leave(alone bool) {
	g.mu.Lock()
	if g.open != nil && !alone && g.waiting.Len() == 0 {
		// Those whom the last commit answered may be about to come back.
		g.mu.Unlock()
		runtime.Gosched()
		g.mu.Lock()
	}
	if g.open != nil && (alone || g.waiting.Len() == 0 || g.open.size >= maxBatch) {
		g.mu.Unlock()
		g.commit()
		g.mu.Lock()
	}
	defer g.mu.Unlock()
	if first := g.waiting.Front(); first != nil {
		close(g.waiting.Remove(first).(*waiter).turn)
		return
	}
	g.taken = false
	if g.closed {
		close(g.drained)
	}
}

// commit ends the open batch and answers its members.
func (g *group) commit() {
	b := g.open
	g.open = nil
	if err := b.tx.Commit(); err != nil {
		b.err = &commitError{err}
	}
	close(b.done)
}

// commitError is a failure to commit: unless the server says otherwise, nobody may try again.
type commitError struct{ err error }

func (e *commitError) Error() string { return "store: commit: " + e.err.Error() }
func (e *commitError) Unwrap() error { return e.err }

// undo takes back what the last function did.
func (g *group) undo() {
	b := g.open
	if b.size == 0 {
		g.abandon(nil)
		return
	}
	if _, err := b.tx.Exec("ROLLBACK TO SAVEPOINT member"); err != nil {
		g.abandon(errAgain) // the whole transaction is gone: SQLite ends it when a statement is cut short
	}
}

// abandon rolls the open batch back; its members get err.
func (g *group) abandon(err error) {
	b := g.open
	g.open = nil
	_ = b.tx.Rollback() // it fails where the transaction is lost already, which is what is wanted
	b.err = err
	close(b.done)
}

// The statements that savepoint runs: without the release they would nest, one deeper each time.
const (
	savepoint     = "SAVEPOINT member"
	release       = "RELEASE SAVEPOINT member"
	nextSavepoint = release + "; " + savepoint
)

// savepoint marks the place to which the next function is rolled back.
func (b *batch) savepoint() error {
	statement := savepoint
	if b.saved {
		statement = nextSavepoint
	}
	_, err := b.tx.Exec(statement)
	b.saved = b.saved || err == nil
	return err
}

// close refuses newcomers and waits until those who wait have had their turn.
func (g *group) close() {
	g.mu.Lock()
	g.closed = true
	if !g.taken {
		g.mu.Unlock()
		return
	}
	g.drained = make(chan struct{})
	g.mu.Unlock()
	<-g.drained
}

func (g *group) isClosed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.closed
}
