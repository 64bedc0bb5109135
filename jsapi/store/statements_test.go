package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func eachSQLite(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Run("memory", func(t *testing.T) { test(t, openTest(t, ":memory:")) })
	t.Run("file", func(t *testing.T) { test(t, openTest(t, filepath.Join(t.TempDir(), "数据.db"))) })
}

// TestAStatementInUseIsNotShared: the same text again while its rows are still being read, and after it has failed.
func TestAStatementInUseIsNotShared(t *testing.T) {
	eachSQLite(t, func(t *testing.T, s *Store) {
		for _, id := range []string{"甲", "乙", "丙"} {
			require.NoError(t, s.Write(t.Context(), insert(id)))
		}
		require.Error(t, s.Write(t.Context(), insert("甲")))
		require.NoError(t, s.Write(t.Context(), insert("丁")))
		const query = "SELECT id FROM thing WHERE n = $1"
		pairs := 0
		visit := func(tx *sql.Tx) error {
			pairs = 0
			outer, err := tx.Query(query, 1)
			require.NoError(t, err)
			for outer.Next() {
				inner, err := tx.Query(query, 1)
				require.NoError(t, err)
				for inner.Next() && pairs < 100 { // a shared one would begin again and again
					pairs++
				}
				require.NoError(t, inner.Close())
			}
			return outer.Close()
		}
		require.NoError(t, s.Read(t.Context(), visit))
		require.Equal(t, 16, pairs)
		require.NoError(t, s.Write(t.Context(), visit))
		require.Equal(t, 16, pairs)
	})
}

func TestOnlySoManyStatementsAreKept(t *testing.T) {
	eachSQLite(t, func(t *testing.T, s *Store) {
		require.NoError(t, s.Write(t.Context(), func(tx *sql.Tx) error {
			for i := range 2 * mostIdle {
				if err := tx.QueryRow(fmt.Sprintf("SELECT %d + $1", i), 1).Scan(new(int)); err != nil {
					return err
				}
			}
			return nil
		}))
		conn, err := s.write.Conn(t.Context())
		require.NoError(t, err)
		require.NoError(t, conn.Raw(func(c any) error {
			require.Len(t, c.(*sqliteConn).idle, mostIdle)
			return nil
		}))
		require.NoError(t, conn.Close())
	})
}

// TestAQueryInAReadCannotWrite: what returns rows may write as well.
func TestAQueryInAReadCannotWrite(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		require.Error(t, s.Read(context.Background(), func(tx *sql.Tx) error {
			return tx.QueryRow("INSERT INTO thing (id, n) VALUES ($1, $2) RETURNING n", "甲", 1).Scan(new(int))
		}))
		require.Zero(t, count(t, s))
		require.NoError(t, s.Write(t.Context(), insert("甲")))
	})
}
