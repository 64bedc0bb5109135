package store

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAFileIsSafeByDefault(t *testing.T) {
	s := openTest(t, filepath.Join(t.TempDir(), "a", "b c", "100%?#.db"))
	require.Equal(t, File, s.Kind())
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5"} {
		var got string
		require.NoError(t, s.write.QueryRow("PRAGMA "+pragma).Scan(&got))
		require.Equal(t, want, got, pragma)
	}
	info, err := os.Stat(filepath.Dir(s.String()))
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	}
	_, err = os.Stat(s.String())
	require.NoError(t, err)
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "notes.txt")
	require.NoError(t, os.WriteFile(text, []byte("these are no pages of a database, only some lines of text, long enough"), 0o600))
	_, err := Open(t.Context(), text)
	requireCode(t, err, NotDatabase, text, "换一个文件路径")

	_, err = Open(t.Context(), folder)
	requireCode(t, err, OpenFailed, folder, "目录")

	_, err = Open(t.Context(), filepath.Join(text, "below", "x.db"))
	requireCode(t, err, OpenFailed, text, "有写权限的路径")

	foreign := filepath.Join(folder, "theirs.db")
	db, err := sql.Open("sqlite", foreign)
	require.NoError(t, err)
	_, err = db.Exec("CREATE TABLE invoices (id TEXT)")
	require.NoError(t, err)
	require.NoError(t, db.Close())
	_, err = Open(t.Context(), foreign)
	requireCode(t, err, NotDatabase, foreign, "别的程序")

	closed := filepath.Join(folder, "closed")
	require.NoError(t, os.Mkdir(closed, 0o500))
	if os.Geteuid() == 0 {
		closed = "/proc/1/task" // where even root makes no files
	}
	if runtime.GOOS == "linux" || os.Geteuid() > 0 {
		_, err = Open(t.Context(), filepath.Join(closed, "x.db"))
		requireCode(t, err, OpenFailed, closed, "权限")
		_, err = Open(t.Context(), filepath.Join(closed, "folder", "x.db"))
		requireCode(t, err, OpenFailed, closed, "权限")
	}
}

func TestADamagedFileIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s, err := open(t.Context(), path, schema)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	for i := 100; i < len(content); i++ {
		content[i] = 0xa5
	}
	require.NoError(t, os.WriteFile(path, content, 0o600))
	_, err = open(t.Context(), path, schema)
	requireCode(t, err, NotDatabase, path, "已损坏")
}

func TestAWriterElsewhereThatNeverEndsIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s, other := openTest(t, path), openTest(t, path)
	s.patience = 50 * time.Millisecond
	require.NoError(t, other.Write(t.Context(), func(tx *sql.Tx) error {
		requireCode(t, s.Write(context.Background(), insert("a")), Busy, path, "另一个进程")
		return nil
	}))
	require.NoError(t, s.Write(t.Context(), insert("a")))
}
