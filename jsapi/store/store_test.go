package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/jsapi/store/storetest"
)

func TestMain(m *testing.M) {
	if path := os.Getenv("QINGHOST_STORE_CHILD"); path != "" {
		child(path)
		return
	}
	goleak.VerifyTestMain(m)
}

// schema is a small one with what a real one has: references, also to itself, and one that is looked at only by COMMIT.
var schema = fstest.MapFS{
	"00001_thing.sql": {Data: []byte(`-- +goose Up
CREATE TABLE thing (id TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL, parent TEXT REFERENCES thing (id));
-- +goose Down
DROP TABLE thing;
`)},
	"00002_part.sql": {Data: []byte(`-- +goose Up
CREATE TABLE part (
    id TEXT NOT NULL PRIMARY KEY,
    thing_id TEXT NOT NULL REFERENCES thing (id),
    late TEXT REFERENCES thing (id) DEFERRABLE INITIALLY DEFERRED
);
-- +goose Down
DROP TABLE part;
`)},
}

func openTest(t testing.TB, address string) *Store {
	t.Helper()
	s, err := open(t.Context(), address, schema)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// each runs a test on an open store of every kind.
func each(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, address string) { test(t, openTest(t, address)) })
}

func insert(id string) func(*sql.Tx) error {
	return func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO thing (id, n) VALUES ($1, $2)", id, 1)
		return err
	}
}

func count(t testing.TB, s *Store) (n int) {
	t.Helper()
	require.NoError(t, s.Read(context.Background(), func(tx *sql.Tx) error {
		return tx.QueryRow("SELECT count(*) FROM thing").Scan(&n)
	}))
	return n
}

func ids(t testing.TB, s *Store) (found []string) {
	t.Helper()
	require.NoError(t, s.Read(context.Background(), func(tx *sql.Tx) (err error) {
		found, err = column(tx, "SELECT id FROM thing ORDER BY id")
		return err
	}))
	return found
}

func requireCode(t testing.TB, err error, code bridge.Code, parts ...string) {
	t.Helper()
	require.Error(t, err)
	var coded *bridge.Error
	require.ErrorAs(t, err, &coded, "%v", err)
	require.Equal(t, code, coded.Code, "%v", err)
	for _, part := range parts {
		require.Contains(t, coded.Message, part)
	}
}

func TestTheRealSchemaOpensAndResets(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s, err := Open(t.Context(), address)
		require.NoError(t, err)
		defer s.Close() //nolint:errcheck // a test's
		require.NoError(t, s.Reset(t.Context()))
		if s.Kind() == Memory {
			return
		}
		again, err := Open(t.Context(), address)
		require.NoError(t, err)
		require.NoError(t, again.Close())
	})
}

func TestWriteThenRead(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		require.NoError(t, s.Write(t.Context(), insert("a")))
		require.Equal(t, 1, count(t, s))
	})
}

func TestAFailedWriteChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		refused := bridge.Errorf("93001", "refused")
		err := s.Write(t.Context(), func(tx *sql.Tx) error {
			require.NoError(t, insert("a")(tx))
			return refused
		})
		require.Same(t, refused, err)
		err = s.Write(t.Context(), func(tx *sql.Tx) error {
			require.NoError(t, insert("b")(tx))
			return insert("b")(tx)
		})
		require.Error(t, err, "the same key twice")
		require.PanicsWithValue(t, "broken", func() {
			_ = s.Write(t.Context(), func(tx *sql.Tx) error {
				require.NoError(t, insert("c")(tx))
				panic("broken")
			})
		})
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			_ = s.Write(context.Background(), func(tx *sql.Tx) error {
				_ = insert("d")(tx)
				runtime.Goexit()
				return nil
			})
		}()
		<-gone
		require.Empty(t, ids(t, s))
		require.NoError(t, s.Write(t.Context(), insert("e")))
		require.Equal(t, []string{"e"}, ids(t, s))
	})
}

func TestReadIsASnapshotThatCannotWrite(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		require.NoError(t, s.Write(t.Context(), insert("a")))
		written := make(chan error, 1)
		require.NoError(t, s.Read(t.Context(), func(tx *sql.Tx) error {
			var before, after int
			require.NoError(t, tx.QueryRow("SELECT count(*) FROM thing").Scan(&before))
			go func() { written <- s.Write(context.Background(), insert("b")) }()
			if s.Kind() != Memory { // readers go round the writer
				require.NoError(t, <-written)
			}
			require.NoError(t, tx.QueryRow("SELECT count(*) FROM thing").Scan(&after))
			require.Equal(t, before, after)
			return nil
		}))
		if s.Kind() == Memory {
			require.NoError(t, <-written)
		}
		require.Equal(t, 2, count(t, s))
		require.Error(t, s.Read(t.Context(), insert("c")))
		require.Panics(t, func() { _ = s.Read(t.Context(), func(*sql.Tx) error { panic("broken") }) })
		require.NoError(t, s.Write(t.Context(), insert("d")))
		require.Equal(t, []string{"a", "b", "d"}, ids(t, s))
	})
}

func TestAReadThatIsCutShortHarmsNobody(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx, cancel := context.WithCancel(t.Context())
		err := s.Read(ctx, func(tx *sql.Tx) error {
			cancel()
			return tx.QueryRowContext(ctx, "SELECT 1").Scan(new(int))
		})
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, s.Read(ctx, insert("never")), context.Canceled)
		require.NoError(t, s.Write(t.Context(), insert("a")))
		require.Equal(t, 1, count(t, s))
	})
}

func TestNoUpdateIsLost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		hosts := []*Store{openTest(t, address)}
		if hosts[0].Kind() != Memory { // two hosts share it
			hosts = append(hosts, openTest(t, address))
		}
		require.NoError(t, hosts[0].Write(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.Exec("INSERT INTO thing (id, n) VALUES ('sum', 0)")
			return err
		}))
		const writers, rounds = 16, 10
		var all sync.WaitGroup
		failures := make(chan error, writers*rounds)
		for i := range writers {
			all.Go(func() {
				for range rounds {
					failures <- hosts[i%len(hosts)].Write(context.Background(), func(tx *sql.Tx) error {
						var n int
						if err := tx.QueryRow("SELECT n FROM thing WHERE id = 'sum'").Scan(&n); err != nil {
							return err
						}
						_, err := tx.Exec("UPDATE thing SET n = $1 WHERE id = 'sum'", n+1)
						return err
					})
				}
			})
		}
		all.Wait()
		close(failures)
		for err := range failures {
			require.NoError(t, err)
		}
		for _, host := range hosts {
			var n int
			require.NoError(t, host.Read(t.Context(), func(tx *sql.Tx) error {
				return tx.QueryRow("SELECT n FROM thing WHERE id = 'sum'").Scan(&n)
			}))
			require.Equal(t, writers*rounds, n)
		}
	})
}

func TestResetEmptiesEveryTable(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		require.NoError(t, s.Write(t.Context(), func(tx *sql.Tx) error {
			for _, statement := range []string{
				"INSERT INTO thing (id, n) VALUES ('a', 1)",
				"INSERT INTO thing (id, n, parent) VALUES ('b', 1, 'a')",
				"INSERT INTO part (id, thing_id, late) VALUES ('p', 'b', 'a')",
			} {
				if _, err := tx.Exec(statement); err != nil {
					return err
				}
			}
			return nil
		}))
		require.NoError(t, s.Reset(t.Context()))
		require.Zero(t, count(t, s))
		require.NoError(t, s.Write(t.Context(), insert("a")))
		require.Equal(t, 1, count(t, s))
	})
}

func TestWhatWasWrittenIsThereAfterReopening(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s, err := open(t.Context(), address, schema)
		require.NoError(t, err)
		require.NoError(t, s.Write(t.Context(), insert("a")))
		require.NoError(t, s.Close())
		require.NoError(t, s.Close(), "twice is fine")
		again := openTest(t, address)
		if s.Kind() == Memory {
			require.Zero(t, count(t, again), "each in memory is its own")
		} else {
			require.Equal(t, 1, count(t, again))
		}
	})
}

func TestAClosedStoreSaysSo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s, err := open(t.Context(), address, schema)
		require.NoError(t, err)
		inside, release := make(chan struct{}), make(chan struct{})
		written, closed := make(chan error, 1), make(chan error, 1)
		go func() {
			written <- s.Write(context.Background(), func(tx *sql.Tx) error {
				close(inside)
				<-release
				return insert("a")(tx)
			})
		}()
		<-inside
		go func() { closed <- s.Close() }()
		require.Eventually(t, s.group.isClosed, waitLimit, pollEvery)
		requireCode(t, s.Write(t.Context(), insert("b")), bridge.HostGone)
		close(release)
		require.NoError(t, <-written, "what has begun is finished")
		require.NoError(t, <-closed)
		requireCode(t, s.Read(t.Context(), insert("b")), bridge.HostGone)
	})
}

func TestHostsThatStartAtOnceMigrateOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		const hosts = 6
		stores := make([]*Store, hosts)
		failures := make([]error, hosts)
		var all sync.WaitGroup
		for i := range hosts {
			all.Go(func() { stores[i], failures[i] = open(context.Background(), address, schema) })
		}
		all.Wait()
		for i := range hosts {
			require.NoError(t, failures[i])
			require.NoError(t, stores[i].Write(t.Context(), insert(fmt.Sprint(i))))
		}
		for i := range hosts {
			require.NoError(t, stores[i].Close())
		}
	})
}

func TestASchemaThatIsNewerOrBrokenIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		older := fstest.MapFS{"00001_thing.sql": schema["00001_thing.sql"]}
		broken := fstest.MapFS{"00001_thing.sql": schema["00001_thing.sql"], "00002_bad.sql": {Data: []byte("-- +goose Up\nCREATE TABEL oops (id TEXT);\n")}}
		_, err := open(t.Context(), address, broken)
		requireCode(t, err, BadSchema, "升级失败")
		s, err := open(t.Context(), address, schema)
		require.NoError(t, err)
		require.NoError(t, s.Close())
		if s.Kind() == Memory {
			return
		}
		_, err = open(t.Context(), address, older)
		requireCode(t, err, BadSchema, "版本 2", "版本 1")
		empty := fstest.MapFS{}
		s, err = open(t.Context(), address, empty)
		require.NoError(t, err)
		require.NoError(t, s.Close())
	})
}

func TestAddresses(t *testing.T) {
	for _, address := range []string{"", "  ", "mysql://root:hush@localhost/x", "http://x"} {
		_, err := Open(t.Context(), address)
		requireCode(t, err, BadAddress, "postgres://")
		require.NotContains(t, err.Error(), "hush")
	}
}

func TestThePauseBeforeAnotherAttemptEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.False(t, sleep(ctx, busyTimeout))
}
