package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"qinghost/bridge"
)

const (
	// connectTimeout holds where the address has no connect_timeout.
	connectTimeout = 5 * time.Second
	// postgresReaders is how many Reads run at once; servers allow a hundred connections by default.
	postgresReaders = 8
	// lockWriters makes the Writes of all hosts on one schema run one after another: until the transaction ends it holds
	// a lock of ours (0x71696e67, "qing") for that schema.
	lockWriters = "SELECT pg_advisory_xact_lock(1902734951, hashtext(current_schema()))"
	// lockMigration is the like for a session: hosts that start at once migrate one after another.
	lockMigration   = "SELECT pg_advisory_lock(1902734952, hashtext(current_schema()))"
	unlockMigration = "SELECT pg_advisory_unlock(1902734952, hashtext(current_schema()))"
	// waitForDisk undoes a server-wide synchronous_commit=off, under which COMMIT answers before the data are safe.
	waitForDisk = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)

// openPostgres connects to the server of a postgres:// address.
func (s *Store) openPostgres(ctx context.Context, address string) error {
	s.kind = Postgres
	config, err := pgx.ParseConfig(address)
	if err != nil {
		// The library's text may hold the password.
		return bridge.Errorf(BadAddress, "PostgreSQL 地址写法有误: 应为 postgres://用户:密码@主机:端口/库名?参数=值, 密码中的特殊字符写成 %%XX")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	s.name = fmt.Sprintf("postgres://%s/%s", net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port))), config.Database)
	s.readOptions = sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	s.transient = isTransient
	s.group.begin = s.beginPostgres

	s.read = stdlib.OpenDB(*config)
	s.read.SetMaxOpenConns(postgresReaders)
	s.read.SetMaxIdleConns(postgresReaders)
	writer := config.Copy()
	if writer.RuntimeParams["idle_in_transaction_session_timeout"] == "" {
		// A host that hangs inside a Write must not keep the others out for ever.
		writer.RuntimeParams["idle_in_transaction_session_timeout"] = "30s"
	}
	s.write = stdlib.OpenDB(*writer, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, waitForDisk)
		return err
	}))
	s.write.SetMaxOpenConns(1)
	var schema sql.NullString
	if err := s.write.QueryRowContext(ctx, "SELECT current_schema()").Scan(&schema); err != nil {
		return explainPostgres(s.name, err)
	}
	if !schema.Valid {
		return bridge.Errorf(BadAddress, "PostgreSQL %s 中没有地址参数 search_path 所指的 schema: 请先 CREATE SCHEMA, 或去掉该参数", s.name)
	}
	return nil
}

// beginPostgres begins a transaction and waits until no other host has one. Every statement after that sees what was
// committed before it: READ COMMITTED, since a snapshot would be older than the lock.
func (s *Store) beginPostgres() (*sql.Tx, error) {
	ctx := context.Background()
	tx, err := s.write.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return nil, s.beginError(ctx, err)
	}
	waiting, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	if _, err := tx.ExecContext(waiting, lockWriters); err != nil {
		_ = tx.Rollback()
		if waiting.Err() != nil {
			return nil, bridge.Errorf(Busy, "PostgreSQL %s 上另一台 qinghost 的写入超过 %v 未结束: 请检查那台主机", s.name, s.patience)
		}
		return nil, s.beginError(ctx, err)
	}
	return tx, nil
}

// isTransient reports whether the same Write may succeed when it runs again: it was the loser of a deadlock, or its
// connection broke before COMMIT. After that only what the server says it rolled back is certain.
func isTransient(err error) bool {
	var server *pgconn.PgError
	if errors.As(err, &server) && (server.Code == "40001" || server.Code == "40P01") {
		return true
	}
	var commit *commitError
	if errors.As(err, &commit) {
		return pgconn.SafeToRetry(err) // it was never sent
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if server != nil {
		return isDisconnect(server.Code)
	}
	var network net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &network)
}

// isUnknown reports whether a failed COMMIT may have taken effect: the server gave no answer, or broke off while it was at
// it.
func isUnknown(err error) bool {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return isDisconnect(server.Code)
	}
	return !errors.Is(err, pgx.ErrTxCommitRollback) && !errors.Is(err, pgx.ErrTxClosed) && !pgconn.SafeToRetry(err)
}

// isDisconnect reports whether the server ended the connection with this code: connection exceptions, shutdown, start-up,
// and the time limit of an idle transaction.
func isDisconnect(code string) bool {
	return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "57P") || code == "25P03"
}

// explainPostgres turns the library's error into one that names the server and the remedy; the cause stays in it for the
// log. Neither holds the password.
func explainPostgres(name string, err error) error {
	explained := bridge.Errorf(Unreachable, "连不上 PostgreSQL %s: 请确认服务已启动, 主机与端口无误", name)
	var server *pgconn.PgError
	if errors.As(err, &server) {
		switch server.Code {
		case "28P01", "28000":
			explained = bridge.Errorf(Unreachable, "PostgreSQL %s 拒绝登录: 请检查地址中的用户名与密码, 以及服务端的 pg_hba.conf", name)
		case "3D000":
			explained = bridge.Errorf(Unreachable, "PostgreSQL %s 没有这个库: 请先 createdb, 或改地址中的库名", name)
		case "53300":
			explained = bridge.Errorf(Unreachable, "PostgreSQL %s 的连接数已满: 请调大 max_connections, 或关掉别的连接", name)
		case "42501":
			explained = bridge.Errorf(Unreachable, "PostgreSQL %s 的用户没有权限 (%s): 请授予该 schema 的 CREATE 与 USAGE", name, server.Message)
		default:
			if !isDisconnect(server.Code) {
				return err
			}
		}
		return fmt.Errorf("%w: %w", explained, err)
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) && !errors.Is(err, context.Canceled) || isTransient(err) {
		return fmt.Errorf("%w: %w", explained, err)
	}
	return err
}
