package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/jsapi/store/storetest"
)

// BenchmarkWrite inserts a row a Write, from one goroutine and from 32. "file, one commit each" is what group commit is
// compared with. p99 is that of one Write.
func BenchmarkWrite(b *testing.B) {
	for _, kind := range []struct {
		name    string
		address func(b *testing.B) string
		alone   bool
	}{
		{"memory", func(*testing.B) string { return ":memory:" }, false},
		{"file", func(b *testing.B) string { return filepath.Join(b.TempDir(), "x.db") }, false},
		{"file, one commit each", func(b *testing.B) string { return filepath.Join(b.TempDir(), "x.db") }, true},
		{"postgres (fsync off)", func(b *testing.B) string { return storetest.Postgres(b) }, false},
	} {
		for _, writers := range []int{1, 32} {
			b.Run(kind.name+"/"+strconv.Itoa(writers), func(b *testing.B) {
				s := openTest(b, kind.address(b))
				took := make([]time.Duration, b.N+1)
				var next atomic.Int64
				var all sync.WaitGroup
				b.ResetTimer()
				for range writers {
					all.Go(func() {
						for {
							i := next.Add(1)
							if i > int64(b.N) {
								return
							}
							start := time.Now()
							if err := s.group.write(context.Background(), insert(strconv.FormatInt(i, 10)), kind.alone); err != nil {
								b.Error(err)
								return
							}
							took[i] = time.Since(start)
						}
					})
				}
				all.Wait()
				slices.Sort(took)
				b.ReportMetric(float64(took[b.N*99/100].Microseconds()), "p99-µs")
			})
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for _, address := range []string{":memory:", filepath.Join(b.TempDir(), "x.db")} {
		s := openTest(b, address)
		b.Run(string(s.Kind()), func(b *testing.B) {
			for b.Loop() {
				err := s.Read(context.Background(), func(tx *sql.Tx) error {
					return tx.QueryRow("SELECT count(*) FROM thing").Scan(new(int))
				})
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkOpen opens databases with the real schema: new ones in memory and in files, and an old file.
func BenchmarkOpen(b *testing.B) {
	folder := b.TempDir()
	for _, kind := range []struct {
		name    string
		address func(i int) string
	}{
		{"memory", func(int) string { return ":memory:" }},
		{"new file", func(i int) string { return filepath.Join(folder, strconv.Itoa(i), strconv.Itoa(b.N), "x.db") }},
		{"old file", func(int) string { return filepath.Join(folder, "old.db") }},
	} {
		b.Run(kind.name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				s, err := Open(context.Background(), kind.address(i))
				require.NoError(b, err)
				require.NoError(b, s.Close())
			}
		})
	}
}
