package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"

	"qinghost/bridge"
)

// migrate brings the schema up to date. Of hosts that do so at once on one database, each step is made by one.
func (s *Store) migrate(ctx context.Context, files fs.FS) error {
	if s.kind == Postgres {
		lock, err := s.read.Conn(ctx)
		if err != nil {
			return s.beginError(ctx, err)
		}
		defer lock.Close() //nolint:errcheck // it goes back to the pool
		if _, err := lock.ExecContext(ctx, lockMigration); err != nil {
			return s.beginError(ctx, err)
		}
		defer lock.ExecContext(context.WithoutCancel(ctx), unlockMigration) //nolint:errcheck // ends with the session at the latest
		return s.migrateLocked(ctx, goose.DialectPostgres, files)
	}
	if s.kind != File {
		return s.migrateLocked(ctx, goose.DialectSQLite3, files)
	}
	// Not an fsync for each step: the first COMMIT under FULL brings the log to disk up to its end, these steps included.
	if _, err := s.write.ExecContext(ctx, "PRAGMA synchronous = NORMAL"); err != nil {
		return s.beginError(ctx, err)
	}
	err := s.migrateLocked(ctx, goose.DialectSQLite3, files)
	_, failed := s.write.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous = FULL")
	return errors.Join(err, failed)
}

// migrateLocked runs the steps that are missing. SQLite has no lock that outlives a transaction: there the loser of a race
// finds the step made, and looks again.
func (s *Store) migrateLocked(ctx context.Context, dialect goose.Dialect, files fs.FS) error {
	for before := int64(-1); ; {
		provider, err := goose.NewProvider(dialect, s.write, files, goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
		if errors.Is(err, goose.ErrNoMigrations) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("store: migrations: %w", err)
		}
		current, target, err := provider.GetVersions(ctx)
		if err != nil {
			return s.migrationError(err)
		}
		if current > target {
			return bridge.Errorf(BadSchema, "数据库 %s 的结构 (版本 %d) 比本程序 (版本 %d) 新: 请升级 qinghost, 或换一个数据库", s.name, current, target)
		}
		_, err = provider.Up(ctx)
		if err == nil || errors.Is(err, goose.ErrAlreadyApplied) {
			return nil
		}
		if s.kind != File || current == before || ctx.Err() != nil {
			return s.migrationError(err)
		}
		before = current
	}
}

// migrationError explains why the schema could not be brought up to date.
func (s *Store) migrationError(err error) error {
	explained := s.beginError(context.Background(), err)
	var coded *bridge.Error
	if errors.As(explained, &coded) {
		return explained
	}
	return fmt.Errorf("%w: %w", bridge.Errorf(BadSchema, "数据库 %s 的结构升级失败, 未作改动: 请先备份, 再把终端日志报告给 qinghost", s.name), err)
}

// Reset empties all tables and keeps the schema, in one Write.
func (s *Store) Reset(ctx context.Context) error {
	return s.Write(ctx, s.reset)
}

func (s *Store) reset(tx *sql.Tx) error {
	list := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
	if s.kind == Postgres {
		list = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()"
	}
	tables, err := column(tx, list)
	if err != nil {
		return err
	}
	tables = slices.DeleteFunc(tables, func(name string) bool { return name == goose.DefaultTablename })
	if len(tables) == 0 {
		return nil
	}
	// The tables refer to each other: what is looked at is the state at the end.
	if s.kind == Postgres {
		var deletes []string
		for i, name := range tables {
			deletes = append(deletes, fmt.Sprintf("d%d AS (DELETE FROM %s)", i, name))
		}
		_, err := tx.Exec("WITH " + strings.Join(deletes, ", ") + " SELECT 1")
		return err
	}
	if _, err := tx.Exec("PRAGMA defer_foreign_keys = 1"); err != nil {
		return err
	}
	for _, name := range tables {
		if _, err := tx.Exec(`DELETE FROM "` + name + `"`); err != nil {
			return err
		}
	}
	return nil
}

// column returns the only column of a query.
func column(tx *sql.Tx, query string) ([]string, error) {
	rows, err := tx.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var values []string
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, rows.Err()
}
