// Package store keeps what the host knows between calls: one database, opened by its address, in the same schema for all
// three kinds. A ":memory:" address is a SQLite database that goes with the process (tests), a path is a SQLite file, and
// "postgres://…" is a PostgreSQL schema that several hosts share.
//
// There are two ways in. Write runs a function in a transaction that is durable once Write returns; all Writes of all
// hosts on one database run one after another. Read runs one on a snapshot and goes round the writers. Writes that wait
// for each other share a transaction and its one fsync (group commit); each has a savepoint of its own, so that a failing
// one takes nothing with it.
//
// The functions get the transaction and nothing else. They must not commit it, must not call Write or Read of the same
// store (the connection may be the one they hold), and must return the errors that the transaction gives them. They may
// run more than once. Statements in Write are better run without the caller's context (tx.Exec, not tx.ExecContext): a
// statement that is cut short takes the open transaction with it, and all that share it run again.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"qinghost/bridge"
)

// The codes of the store's own failures. Their messages name the file or the server, never a password.
const (
	OpenFailed  bridge.Code = "95001" // the file or its folder cannot be made, read or written
	NotDatabase bridge.Code = "95002" // the file is no SQLite database, is damaged, or is another program's
	Unreachable bridge.Code = "95003" // PostgreSQL is down, or lets us not in
	BadAddress  bridge.Code = "95004" // an address of no known form
	BadSchema   bridge.Code = "95005" // the schema is newer than this host, or a migration failed
	Busy        bridge.Code = "95006" // another process has held the database for longer than busyTimeout
	Unknown     bridge.Code = "95007" // the connection broke during COMMIT: nobody knows whether it took effect
)

// Kind is what a store is kept in.
type Kind string

// The kinds of store.
const (
	Memory   Kind = "memory"   // SQLite in memory: gone with the process
	File     Kind = "file"     // a SQLite file
	Postgres Kind = "postgres" // a schema of a PostgreSQL server
)

// busyTimeout is how long a Write waits for another process that holds the database.
const busyTimeout = 10 * time.Second

//go:embed migrations/*.sql
var migrations embed.FS

// Store is an open database. It is safe for use by many goroutines at once.
type Store struct {
	kind  Kind
	name  string  // for messages: the path, or host:port/database; without a password
	write *sql.DB // one connection
	read  *sql.DB // the same as write in memory, where a second connection would be a second database
	group group

	// readOptions are those of a Read's transaction.
	readOptions sql.TxOptions
	// patience is how long a Write waits for another host's to end: busyTimeout, except in tests.
	patience time.Duration
	// transient reports whether a Write that failed so may run again; nil: never.
	transient func(error) bool
	close     func() error
}

// Open opens the database at address and brings its schema up to date: ":memory:", "postgres://user:password@host/name",
// or the path of a file, which is made if need be, with its folders. Several hosts may open the same file or the same
// PostgreSQL schema, also at the same moment; those in memory are each their own. The caller closes the store.
//
// A parameter search_path in a PostgreSQL address says which schema to use; it must exist.
func Open(ctx context.Context, address string) (*Store, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return open(ctx, address, files)
}

func open(ctx context.Context, address string, migrations fs.FS) (*Store, error) {
	s := &Store{patience: busyTimeout}
	var err error
	switch scheme, _, found := strings.Cut(address, "://"); {
	case address == ":memory:":
		err = s.openMemory(ctx)
	case found && (scheme == "postgres" || scheme == "postgresql"):
		err = s.openPostgres(ctx, address)
	case found:
		return nil, bridge.Errorf(BadAddress, "不支持的数据库地址 %s://…: 应为文件路径, :memory: 或 postgres://用户:密码@主机/库名", scheme)
	case strings.TrimSpace(address) == "":
		return nil, bridge.Errorf(BadAddress, "数据库地址为空: 应为文件路径, :memory: 或 postgres://用户:密码@主机/库名")
	default:
		err = s.openFile(ctx, address)
	}
	if err == nil {
		err = s.migrate(ctx, migrations)
	}
	if err == nil && s.kind == File {
		_, err = s.write.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", lockPoll.Milliseconds())) // from here on beginFile waits
	}
	if err != nil {
		_ = s.closeDatabases()
		return nil, err
	}
	s.close = sync.OnceValue(func() error {
		s.group.close()
		return s.closeDatabases()
	})
	return s, nil
}

// Kind returns what the store is kept in.
func (s *Store) Kind() Kind { return s.kind }

// String names the store for a person: its path, or host, port and database. No password is in it.
func (s *Store) String() string { return s.name }

// Close waits for the Writes that have begun or are waiting, and closes the database. Later Writes and Reads fail with
// bridge.HostGone.
func (s *Store) Close() error { return s.close() }

// closeDatabases closes the writer last: a SQLite file's log is folded into it by the last connection that may write.
func (s *Store) closeDatabases() error {
	var errs []error
	if s.read != nil && s.read != s.write {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	return errors.Join(errs...)
}

// Write runs fn in a transaction and returns when that is durable. Writes run one after another, in the order in which
// they were called, also between hosts that share the database (there, in the order in which they reach it).
//
// An error of fn rolls fn's changes back and is returned as it is; so does a panic, which goes on in the caller. fn may
// run again, on a fresh transaction, when the one that it ran in was lost: it must have no side effects but through tx.
// An end of ctx while Write waits for its turn returns ctx's error and fn has not run; after that, ctx has no say here.
func (s *Store) Write(ctx context.Context, fn func(tx *sql.Tx) error) error {
	for attempt := 1; ; attempt++ {
		// From the second time on without company: whatever breaks the transaction then is fn's own.
		err := s.group.write(ctx, fn, attempt > 1)
		switch {
		case err == nil || attempt == maxAttempts || ctx.Err() != nil:
			return s.writeError(err)
		case errors.Is(err, errAgain):
		case s.transient != nil && s.transient(err):
			if !sleep(ctx, retryPause<<attempt) {
				return s.writeError(err)
			}
		default:
			return s.writeError(err)
		}
	}
}

// writeError explains a COMMIT that broke off; any other error is returned as it is.
func (s *Store) writeError(err error) error {
	var commit *commitError
	if s.kind == Postgres && errors.As(err, &commit) && isUnknown(commit.err) {
		return fmt.Errorf("%w: %w", bridge.Errorf(Unknown, "与 PostgreSQL %s 的连接在提交时中断, 这次写入可能已生效也可能没有: 请查询后再决定是否重试", s.name), err)
	}
	return err
}

// maxAttempts and retryPause bound how often and how long a Write tries again: 0.6 s of pauses in all.
const (
	maxAttempts = 5
	retryPause  = 20 * time.Millisecond
)

// sleep waits for d by the machine's clock and reports whether ctx lasted that long.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Read runs fn on a snapshot of the database: what it sees does not change while it runs, whatever is written meanwhile,
// and every Write that returned before is in it. Writing to tx fails. fn's error is returned as it is.
func (s *Store) Read(ctx context.Context, fn func(tx *sql.Tx) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	tx, err := s.read.BeginTx(ctx, &s.readOptions)
	if err != nil {
		return s.beginError(ctx, err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return fn(tx)
}

// beginError explains why no transaction could be begun.
func (s *Store) beginError(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case s.group.isClosed():
		return errClosed
	case s.kind == Postgres:
		return explainPostgres(s.name, err)
	default:
		return explainSQLite(s.name, err)
	}
}

// errClosed is what a closed store answers.
var errClosed = bridge.Errorf(bridge.HostGone, "数据库已关闭: qinghost 正在退出")
