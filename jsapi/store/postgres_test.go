package store

import (
	"context"
	"database/sql"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/jsapi/store/storetest"
)

func TestPostgresThatCannotBeUsed(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	nobody := listener.Addr().String()
	require.NoError(t, listener.Close())
	_, err = Open(t.Context(), "postgres://me:hush@"+nobody+"/qinghost")
	requireCode(t, err, Unreachable, nobody, "服务已启动")
	require.NotContains(t, err.Error(), "hush")

	for _, address := range []string{"postgres://me:hu%sh@h/x", "postgres://me:hush@h:port/x", "postgres://me:hush@h/x?connect_timeout=soon"} {
		_, err = Open(t.Context(), address)
		requireCode(t, err, BadAddress, "postgres://")
		require.NotContains(t, err.Error(), "hush")
		require.NotContains(t, err.Error(), "hu%sh")
	}
}

func TestPostgresThatLetsUsNotIn(t *testing.T) {
	address, err := url.Parse(storetest.Postgres(t))
	require.NoError(t, err)
	password, _ := address.User.Password()

	database := *address
	database.Path = "/nowhere"
	_, err = Open(t.Context(), database.String())
	requireCode(t, err, Unreachable, address.Host, "nowhere", "createdb")
	require.NotContains(t, err.Error(), password)

	schema := *address
	schema.RawQuery = "sslmode=disable&search_path=nowhere"
	_, err = Open(t.Context(), schema.String())
	requireCode(t, err, BadAddress, address.Host, "search_path")

	wrong := *address
	wrong.User = url.UserPassword(address.User.Username(), "hush")
	if _, err = Open(t.Context(), wrong.String()); err != nil { // a server of the user's own may trust everybody
		requireCode(t, err, Unreachable, address.Host, "密码")
		require.NotContains(t, err.Error(), "hush")
	}
}

func TestPostgresWaitsForTheDisk(t *testing.T) {
	s := openTest(t, storetest.Postgres(t)+"&synchronous_commit=off")
	var setting string
	require.NoError(t, s.Write(t.Context(), func(tx *sql.Tx) error {
		return tx.QueryRow("SHOW synchronous_commit").Scan(&setting)
	}))
	require.Equal(t, "on", setting)
	require.NotContains(t, s.String(), "@")
}

// end has the server end the connection that tx runs on.
func end(tx *sql.Tx) error {
	_, err := tx.Exec("SELECT pg_terminate_backend(pg_backend_pid())")
	return err
}

func TestALostConnectionIsTriedAgain(t *testing.T) {
	s := openTest(t, storetest.Postgres(t))
	runs := 0
	before, after := &member{fn: insert("before")}, &member{fn: insert("after")}
	lost := &member{fn: func(tx *sql.Tx) error {
		if err := insert("lost")(tx); err != nil {
			return err
		}
		if runs++; runs == 1 {
			return end(tx)
		}
		return nil
	}}
	crowd(t, s, before, lost, after)
	require.NoError(t, before.err)
	require.NoError(t, lost.err)
	require.NoError(t, after.err)
	require.Equal(t, 2, runs)
	require.Equal(t, []string{"after", "before", "lost"}, ids(t, s))

	runs = 0
	err := s.Write(t.Context(), func(tx *sql.Tx) error { runs++; return end(tx) })
	require.Error(t, err, "not for ever")
	require.Equal(t, maxAttempts, runs)
}

func TestABrokenCommitIsReportedAsUnknown(t *testing.T) {
	s := openTest(t, storetest.Postgres(t))
	runs := 0
	err := s.Write(t.Context(), func(tx *sql.Tx) error {
		runs++
		var process int
		require.NoError(t, tx.QueryRow("SELECT pg_backend_pid()").Scan(&process))
		_, err := s.read.Exec("SELECT pg_terminate_backend($1, 5000)", process) // and tx does not know yet
		return err
	})
	requireCode(t, err, Unknown, "提交时中断")
	require.Equal(t, 1, runs)
	require.NoError(t, s.Write(context.Background(), insert("a")))
}

func TestAnotherHostThatHangsIsNamed(t *testing.T) {
	address := storetest.Postgres(t)
	s, other := openTest(t, address), openTest(t, address)
	s.patience = 50 * time.Millisecond
	require.NoError(t, other.Write(t.Context(), func(*sql.Tx) error {
		requireCode(t, s.Write(context.Background(), insert("a")), Busy, "另一台 qinghost")
		return nil
	}))
	require.NoError(t, s.Write(t.Context(), insert("a")))
}

func TestASwallowedErrorIsNotCommitted(t *testing.T) {
	s := openTest(t, storetest.Postgres(t))
	require.NoError(t, s.Write(t.Context(), insert("0")))
	good := &member{fn: insert("1")}
	bad := &member{fn: func(tx *sql.Tx) error { _ = insert("0")(tx); return nil }}
	other := &member{fn: insert("2")}
	crowd(t, s, good, bad, other)
	require.NoError(t, good.err)
	require.Error(t, bad.err)
	require.NoError(t, other.err)
	require.Equal(t, []string{"0", "1", "2"}, ids(t, s))
}
