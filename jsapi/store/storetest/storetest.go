// Package storetest gives tests the databases that a store can be kept in, a real PostgreSQL among them.
package storetest

import (
	"bufio"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/hex"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Each runs test once for every kind of database, as subtests "memory", "file" and "postgres", with the address of an
// empty one.
func Each(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { test(t, ":memory:") })
	t.Run("file", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "store.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// Postgres returns the address of an empty PostgreSQL schema, which is dropped when the test ends. Its server is the one
// that QINGHOST_TEST_POSTGRES names (an address postgres://…), else one that is started for this test binary, on a free
// port of 127.0.0.1, and ends with it. Without PostgreSQL the test is skipped, or fails where CI is set. The server does
// not wait for the disk (fsync=off).
func Postgres(t testing.TB) string {
	t.Helper()
	address := os.Getenv("QINGHOST_TEST_POSTGRES")
	if address == "" {
		var err error
		if address, err = cluster(); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("PostgreSQL: %v", err)
			}
			t.Skipf("PostgreSQL: %v (make deps-test, or QINGHOST_TEST_POSTGRES=postgres://…)", err)
		}
	}
	name := "test_" + random(8)
	execute(t, address, "CREATE SCHEMA "+name)
	t.Cleanup(func() { execute(t, address, "DROP SCHEMA "+name+" CASCADE") })
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal("QINGHOST_TEST_POSTGRES: must be an address postgres://…")
	}
	query := parsed.Query()
	query.Set("search_path", name)
	parsed.RawQuery = query.Encode()
	return parsed.String()
}

func execute(t testing.TB, address, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatalf("PostgreSQL: %v", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // a test's connection
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("PostgreSQL: %s: %v", statement, err)
	}
}

//go:embed cluster.sh
var script string

// cluster starts the private server, once.
var cluster = sync.OnceValues(func() (string, error) {
	if runtime.GOOS == "windows" {
		return "", fmt.Errorf("no server is started on Windows")
	}
	bin, err := binaries()
	if err != nil {
		return "", err
	}
	for attempt := 1; ; attempt++ {
		address, err := start(bin)
		if err == nil || attempt == 3 { // the port may have been taken meanwhile
			return address, err
		}
	}
})

// binaries returns the folder of initdb and postgres; the highest version where there are several.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("no initdb in the PATH or in /usr/lib/postgresql")
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	sort.Slice(found, func(i, j int) bool { return version(found[i]) > version(found[j]) })
	return filepath.Dir(found[0]), nil
}

// start starts a server by a shell that outlives this process: when its standard input ends, for whatever reason, it stops
// the server and removes its folder.
func start(bin string) (address string, err error) {
	folder, err := os.MkdirTemp("", "qinghost-postgres-")
	if err != nil {
		return "", err
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	password := random(16)
	if err := os.WriteFile(filepath.Join(folder, "password"), []byte(password+"\n"), 0o600); err != nil {
		return "", err
	}
	cmd := exec.Command("sh", "-c", script, "sh", bin, folder, strconv.Itoa(port))
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.Dir = "/"
	// Its input stays open as long as this process lives; nobody waits for it.
	input, err := cmd.StdinPipe()
	if err != nil {
		return "", err
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil || line != "ready\n" {
		log, _ := os.ReadFile(filepath.Join(folder, "log"))
		server, _ := os.ReadFile(filepath.Join(folder, "server.log"))
		log = append(log, server...)
		_ = input.Close()
		_ = cmd.Wait()
		return "", fmt.Errorf("the server did not start: %s", tail(string(log), 2000))
	}
	keep = append(keep, input, output)
	return fmt.Sprintf("postgres://qinghost:%s@127.0.0.1:%d/postgres?sslmode=disable", password, port), nil
}

// keep holds the pipes to the shell, which must not be collected before the process ends.
var keep []any

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close() //nolint:errcheck // only its number was wanted
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func random(n int) string {
	bytes := make([]byte, n)
	_, _ = rand.Read(bytes) // it never fails
	return hex.EncodeToString(bytes)
}

func tail(text string, n int) string {
	text = strings.TrimSpace(text)
	return text[max(0, len(text)-n):]
}
