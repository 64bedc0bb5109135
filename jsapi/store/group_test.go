package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/jsapi/store/storetest"
)

// waitLimit and pollEvery are for conditions that only another goroutine's progress makes true.
const (
	waitLimit = 20 * time.Second
	pollEvery = time.Millisecond
)

// member is a Write that waits in the queue behind hold's.
type member struct {
	ctx      context.Context
	fn       func(*sql.Tx) error
	err      error
	panicked any
}

// crowd lets the members queue up, in order, behind a Write that ends when all are there; begins counts the transactions.
func crowd(t *testing.T, s *Store, members ...*member) (begins int) {
	t.Helper()
	begin := s.group.begin
	s.group.begin = func() (*sql.Tx, error) { begins++; return begin() } // under the turn
	defer func() { s.group.begin = begin }()
	inside, release := make(chan struct{}), make(chan struct{})
	arrive := sync.OnceFunc(func() { close(inside) }) // a lost transaction is run again
	var all sync.WaitGroup
	all.Go(func() {
		_ = s.Write(context.Background(), func(tx *sql.Tx) error {
			arrive()
			<-release
			return nil
		})
	})
	<-inside
	for i, m := range members {
		if m.ctx == nil {
			m.ctx = context.Background()
		}
		all.Go(func() {
			defer func() { m.panicked = recover() }()
			m.err = s.Write(m.ctx, m.fn)
		})
		require.Eventually(t, func() bool { return queued(s) == i+1 }, waitLimit, pollEvery)
	}
	close(release)
	all.Wait()
	return begins
}

func queued(s *Store) int {
	s.group.mu.Lock()
	defer s.group.mu.Unlock()
	return s.group.waiting.Len()
}

func TestWaitingWritesShareATransactionInTheirOrder(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		var order, want []string
		var members []*member
		for i := range 10 {
			id := fmt.Sprintf("%02d", i)
			want = append(want, id)
			members = append(members, &member{fn: func(tx *sql.Tx) error {
				order = append(order, id)
				return insert(id)(tx)
			}})
		}
		require.Equal(t, 1, crowd(t, s, members...))
		for _, m := range members {
			require.NoError(t, m.err)
		}
		require.Equal(t, want, order)
		require.Equal(t, want, ids(t, s))
	})
}

func TestAFailingMemberTakesNothingWithIt(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		refused := errors.New("refused")
		good1, good2, good3 := &member{fn: insert("1")}, &member{fn: insert("2")}, &member{fn: insert("3")}
		fails := &member{fn: func(tx *sql.Tx) error { _ = insert("x")(tx); return refused }}
		twice := &member{fn: insert("1")}
		panics := &member{fn: func(tx *sql.Tx) error { _ = insert("y")(tx); panic("broken") }}
		exits := &member{fn: func(tx *sql.Tx) error { _ = insert("z")(tx); runtime.Goexit(); return nil }}
		require.Equal(t, 1, crowd(t, s, good1, fails, twice, good2, panics, exits, good3))
		for _, m := range []*member{good1, good2, good3} {
			require.NoError(t, m.err)
		}
		require.Same(t, refused, fails.err)
		require.Error(t, twice.err)
		require.Equal(t, "broken", panics.panicked)
		require.Equal(t, []string{"1", "2", "3"}, ids(t, s))
	})
}

func TestAWriteWhoseCallerLeftWhileItWaitedDoesNotRun(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx, cancel := context.WithCancel(t.Context())
		inside, release := make(chan struct{}), make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			_ = s.Write(context.Background(), func(*sql.Tx) error { close(inside); <-release; return nil })
		})
		<-inside
		var left error
		all.Go(func() { left = s.Write(ctx, insert("never")) })
		require.Eventually(t, func() bool { return queued(s) == 1 }, waitLimit, pollEvery)
		cancel()
		require.Eventually(t, func() bool { return queued(s) == 0 }, waitLimit, pollEvery)
		close(release)
		all.Wait()
		require.ErrorIs(t, left, context.Canceled)
		require.ErrorIs(t, s.Write(ctx, insert("never")), context.Canceled)
		require.Empty(t, ids(t, s))
	})
}

// A statement that is cut short ends the whole transaction (SQLite rolls it back, pgx closes the connection).
func TestAMemberThatBreaksTheTransactionAloneFails(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		good1, good2 := &member{fn: insert("1")}, &member{fn: insert("2")}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		bad := &member{ctx: ctx, fn: func(tx *sql.Tx) error {
			_ = insert("x")(tx)
			if s.Kind() == Postgres {
				timer := time.AfterFunc(20*time.Millisecond, cancel)
				defer timer.Stop()
				_, err := tx.ExecContext(ctx, "SELECT pg_sleep(60)")
				return err
			}
			if _, err := tx.Exec("ROLLBACK"); err != nil { // what SQLite does by itself in such a case
				return err
			}
			return context.Canceled
		}}
		crowd(t, s, good1, bad, good2)
		require.NoError(t, good1.err)
		require.NoError(t, good2.err)
		require.Error(t, bad.err)
		require.Equal(t, []string{"1", "2"}, ids(t, s))
	})
}

func TestAFailedCommitFailsTheBatch(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		good := &member{fn: insert("1")}
		bad := &member{fn: func(tx *sql.Tx) error {
			if err := insert("2")(tx); err != nil {
				return err
			}
			_, err := tx.Exec("INSERT INTO part (id, thing_id, late) VALUES ('p', '2', 'nobody')")
			return err
		}}
		crowd(t, s, good, bad)
		for _, m := range []*member{good, bad} {
			var commit *commitError
			require.ErrorAs(t, m.err, &commit)
			require.NotErrorIs(t, m.err, errAgain)
		}
		require.Empty(t, ids(t, s))
		require.NoError(t, s.Write(t.Context(), insert("3")))
		require.Equal(t, []string{"3"}, ids(t, s))
	})
}

func TestABatchIsBounded(t *testing.T) {
	s := openTest(t, ":memory:")
	var members []*member
	for i := range maxBatch + 5 {
		members = append(members, &member{fn: insert(fmt.Sprint(i))})
	}
	require.Equal(t, 2, crowd(t, s, members...))
	require.Equal(t, maxBatch+5, count(t, s))
}

func TestWritesAndCancellationsAtRandom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := openTest(t, address)
		var mu sync.Mutex
		answered := map[string]bool{}
		var all sync.WaitGroup
		for worker := range 16 {
			all.Go(func() {
				for i := range 20 {
					id := fmt.Sprintf("%d-%d", worker, i)
					ctx, cancel := context.WithCancel(context.Background())
					if i%3 == 0 {
						time.AfterFunc(time.Duration(i*worker)*10*time.Microsecond, cancel)
					}
					err := s.Write(ctx, func(tx *sql.Tx) error {
						_, err := tx.ExecContext(ctx, "INSERT INTO thing (id, n) VALUES ($1, 1)", id)
						return err
					})
					cancel()
					mu.Lock()
					answered[id] = err == nil
					mu.Unlock()
					if i%3 != 0 && err != nil {
						t.Errorf("%s: %v", id, err)
					}
				}
			})
		}
		all.Wait()
		there := map[string]bool{}
		for _, id := range ids(t, s) {
			there[id] = true
		}
		for id, good := range answered {
			require.Equal(t, good, there[id], id)
		}
	})
}
