package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"qinghost/bridge"
)

// openMemory opens a database that only its one connection can see.
func (s *Store) openMemory(ctx context.Context) error {
	s.kind, s.name, s.readOptions = Memory, ":memory:", sql.TxOptions{ReadOnly: true} // a file's readers have query_only
	db := openSQLite("file::memory:?_foreign_keys=1", "BEGIN")
	db.SetMaxOpenConns(1)
	s.write, s.read = db, db
	s.group.begin = s.beginSQLite
	return db.PingContext(ctx)
}

// openFile opens the file at path, and makes it and its folders if need be.
func (s *Store) openFile(ctx context.Context, path string) error {
	s.kind, s.name = File, path
	path, err := filepath.Abs(path)
	if err != nil {
		return bridge.Errorf(BadAddress, "数据文件 %s 的路径无法解析: %v", s.name, err)
	}
	s.name = path
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return bridge.Errorf(OpenFailed, "数据文件 %s 不是普通文件 (可能是目录): 请换一个文件路径", path)
	}
	// What is in it concerns the user alone: it holds tokens.
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return bridge.Errorf(OpenFailed, "无法建立数据文件 %s 的目录: %v. 请换一个有写权限的路径, 或用 :memory:", path, reason(err))
	}
	s.write = openSQLite(sqliteURI(path, "_pragma=journal_mode(WAL)&_synchronous=FULL"), "BEGIN IMMEDIATE")
	s.write.SetMaxOpenConns(1)
	s.read = openSQLite(sqliteURI(path, "_query_only=1"), "BEGIN")
	readers := max(4, runtime.NumCPU())
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	s.group.begin = s.beginFile
	// The change to WAL wants the file for itself, and does not wait where another process is about the same.
	deadline := time.Now().Add(busyTimeout)
	for {
		err := s.write.PingContext(ctx)
		if err == nil {
			return s.checkOurs(ctx)
		}
		if !isBusy(err) || time.Now().After(deadline) || !sleep(ctx, retryPause) {
			return explainSQLite(path, err)
		}
	}
}

// sqliteURI is the driver's address of a file; every character of the path is escaped that means something in it.
func sqliteURI(path, params string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/…
	}
	file := url.URL{Scheme: "file", Path: path, RawQuery: params + "&_foreign_keys=1&_busy_timeout=" + strconv.FormatInt(busyTimeout.Milliseconds(), 10)}
	return file.String()
}

// checkOurs refuses the database of another program: it would get our tables, and Reset would empty its own.
func (s *Store) checkOurs(ctx context.Context) error {
	var tables, ours int
	err := s.write.QueryRowContext(ctx, "SELECT count(*), coalesce(sum(name = 'goose_db_version'), 0) FROM sqlite_master WHERE type = 'table'").Scan(&tables, &ours)
	if err != nil {
		return explainSQLite(s.name, err)
	}
	if tables > 0 && ours == 0 {
		return bridge.Errorf(NotDatabase, "%s 是别的程序的 SQLite 数据库: 请换一个文件路径", s.name)
	}
	return nil
}

// lockPoll is how long SQLite itself waits for another process's lock before beginFile looks again. Its own waiting grows to
// 100 ms between looks, and with that a process that writes without a pause starves the others.
const lockPoll = 5 * time.Millisecond

// beginFile is beginSQLite for a file, which another process may hold.
func (s *Store) beginFile() (*sql.Tx, error) {
	deadline := time.Now().Add(s.patience)
	for {
		tx, err := s.write.BeginTx(context.Background(), nil)
		if err == nil {
			return tx, nil
		}
		if !isBusy(err) || time.Now().After(deadline) {
			return nil, s.beginError(context.Background(), err)
		}
	}
}

// beginSQLite begins a transaction that holds the write lock from the start (BEGIN IMMEDIATE; in memory there is one connection).
func (s *Store) beginSQLite() (*sql.Tx, error) {
	tx, err := s.write.BeginTx(context.Background(), nil)
	if err != nil {
		return nil, s.beginError(context.Background(), err)
	}
	return tx, nil
}

func isBusy(err error) bool {
	var failed *sqlite.Error
	return errors.As(err, &failed) && (failed.Code()&0xff == sqlite3.SQLITE_BUSY || failed.Code()&0xff == sqlite3.SQLITE_LOCKED)
}

// explainSQLite turns the library's error into one that names the file and the remedy; the cause stays in it for the log.
func explainSQLite(path string, err error) error {
	var failed *sqlite.Error
	if !errors.As(err, &failed) {
		return err
	}
	var explained *bridge.Error
	switch failed.Code() & 0xff {
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_AUTH:
		explained = bridge.Errorf(OpenFailed, "数据文件 %s 或其目录没有写权限: 请改权限, 换一个路径, 或用 :memory:", path)
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR:
		explained = bridge.Errorf(OpenFailed, "数据文件 %s 读写失败 (%s): 请检查磁盘空间与磁盘状态", path, sqlite.ErrorCodeString[failed.Code()&0xff])
	case sqlite3.SQLITE_NOTADB:
		explained = bridge.Errorf(NotDatabase, "%s 不是 SQLite 数据库: 请换一个文件路径, 或移走该文件", path)
	case sqlite3.SQLITE_CORRUPT:
		explained = bridge.Errorf(NotDatabase, "数据文件 %s 已损坏: 请用备份恢复, 或移走该文件 (连同 -wal 与 -shm) 重新开始", path)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		explained = bridge.Errorf(Busy, "数据文件 %s 被另一个进程占用超过 %v: 请结束那个进程, 或换一个路径", path, busyTimeout)
	default:
		return err
	}
	return fmt.Errorf("%w: %w", explained, err)
}

// reason is the system's part of a file error, without the path, which the message names already.
func reason(err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
