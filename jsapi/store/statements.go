package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"

	"modernc.org/sqlite"
)

// openSQLite opens a database whose connections keep their compiled statements: compiling one takes longer than running it.
// The statement begin begins its transactions.
func openSQLite(name, begin string) *sql.DB { return sql.OpenDB(connector{name, begin}) }

// connector opens connections to a SQLite database.
type connector struct{ name, begin string }

func (c connector) Driver() driver.Driver { return &sqlite.Driver{} }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.Driver().Open(c.name)
	if err != nil {
		return nil, err
	}
	return &sqliteConn{sqliteDriverConn: conn.(sqliteDriverConn), begin: c.begin, idle: map[string]driver.Stmt{}}, nil
}

// sqliteDriverConn is what the driver's connections can do.
type sqliteDriverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// mostIdle is how many statements a connection keeps.
const mostIdle = 64

// sqliteConn keeps the statements that have parameters, and those of transactions; the others (migrations, PRAGMA, which takes
// effect when it is compiled) are not worth it.
type sqliteConn struct {
	sqliteDriverConn
	begin    string
	idle     map[string]driver.Stmt // by text; none that is in use
	readOnly bool                   // the transaction may not write
}

var errReadOnly = errors.New("store: a Read may not write")

// take returns a compiled statement that is nobody else's until it is given back.
func (c *sqliteConn) take(ctx context.Context, query string) (driver.Stmt, error) {
	if s, is := c.idle[query]; is {
		delete(c.idle, query)
		return s, nil
	}
	return c.PrepareContext(ctx, query)
}

func (c *sqliteConn) give(query string, s driver.Stmt) error {
	if _, is := c.idle[query]; is || len(c.idle) >= mostIdle {
		return s.Close()
	}
	c.idle[query] = s
	return nil
}

// ExecContext implements driver.ExecerContext.
func (c *sqliteConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.readOnly {
		return nil, errReadOnly
	}
	switch {
	case query == nextSavepoint: // two statements cannot be compiled into one
		if _, err := c.exec(ctx, release, nil); err != nil {
			return nil, err
		}
		return c.exec(ctx, savepoint, nil)
	case len(args) > 0 || query == savepoint:
		return c.exec(ctx, query, args)
	default:
		return c.sqliteDriverConn.ExecContext(ctx, query, args)
	}
}

func (c *sqliteConn) exec(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	result, err := s.(driver.StmtExecContext).ExecContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return result, c.give(query, s)
}

// QueryContext implements driver.QueryerContext.
func (c *sqliteConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.readOnly && !strings.HasPrefix(query, "SELECT") { // INSERT … RETURNING
		return nil, errReadOnly
	}
	if len(args) == 0 {
		return c.sqliteDriverConn.QueryContext(ctx, query, args)
	}
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return &sqliteRows{rows, func() error { return c.give(query, s) }}, nil
}

// sqliteRows gives its statement back when it is closed.
type sqliteRows struct {
	driver.Rows
	done func() error
}

func (r *sqliteRows) Close() error { return errors.Join(r.Rows.Close(), r.done()) }

// BeginTx implements driver.ConnBeginTx. A read-only transaction is none: whoever asks for it (in memory) has the only
// connection, so that nothing changes meanwhile. No end of ctx cuts BEGIN short, which might then have taken effect unseen.
func (c *sqliteConn) BeginTx(_ context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if c.readOnly = opts.ReadOnly; c.readOnly {
		return sqliteTx{c}, nil
	}
	if _, err := c.exec(context.Background(), c.begin, nil); err != nil {
		return nil, err
	}
	return sqliteTx{c}, nil
}

// sqliteTx is the transaction that its connection is in.
type sqliteTx struct{ c *sqliteConn }

func (t sqliteTx) Commit() error {
	if t.c.readOnly {
		return t.Rollback()
	}
	_, err := t.c.exec(context.Background(), "COMMIT", nil)
	if err != nil {
		_ = t.Rollback() // it fails where the failure has ended the transaction, which is what is wanted
	}
	return err
}

func (t sqliteTx) Rollback() error {
	if t.c.readOnly {
		t.c.readOnly = false
		return nil
	}
	_, err := t.c.exec(context.Background(), "ROLLBACK", nil)
	return err
}

// Close implements driver.Conn.
func (c *sqliteConn) Close() error {
	var errs []error
	for _, s := range c.idle {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, c.sqliteDriverConn.Close())...)
}
