package store

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/jsapi/store/storetest"
)

// TestKilledUnderLoad kills a child that writes, at random moments, QINGHOST_KILLS times (10): every Write that it
// reported as done is there, none is half done, and the database opens.
func TestKilledUnderLoad(t *testing.T) {
	kills, err := strconv.Atoi(os.Getenv("QINGHOST_KILLS"))
	if err != nil {
		kills = 10
	}
	for _, kind := range []Kind{File, Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			address := filepath.Join(t.TempDir(), "store.db")
			if kind == Postgres {
				address = storetest.Postgres(t)
			}
			require.NoError(t, openTest(t, address).Close())
			var answered []string
			for round := range kills {
				answered = append(answered, killed(t, address, round)...)
				requireAll(t, address, answered)
			}
			require.NotEmpty(t, answered)
			t.Logf("%d kills, %d answered writes", kills, len(answered))
		})
	}
}

// TestTwoProcesses lets two hosts write to one database at once: both get on, and nothing of either is lost.
func TestTwoProcesses(t *testing.T) {
	for _, kind := range []Kind{File, Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			address := filepath.Join(t.TempDir(), "store.db")
			if kind == Postgres {
				address = storetest.Postgres(t)
			}
			const enough = 200
			first, second := begin(t, address, 1), begin(t, address, 2)
			answered := [2][]string{}
			var all sync.WaitGroup
			for i, c := range []*process{first, second} {
				all.Go(func() {
					for len(answered[i]) < enough {
						id, ok := c.next()
						if !ok {
							return
						}
						answered[i] = append(answered[i], id)
					}
					// It writes on meanwhile, and must not wait for its reports to be read.
					go func() { _, _ = io.Copy(io.Discard, c.lines) }()
				})
			}
			all.Wait()
			first.kill()
			second.kill()
			require.Len(t, answered[0], enough)
			require.Len(t, answered[1], enough)
			requireAll(t, address, append(answered[0], answered[1]...))
		})
	}
}

// process is a child that writes until it is killed.
type process struct {
	cmd   *exec.Cmd
	lines *bufio.Reader
}

func begin(t *testing.T, address string, round int) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "QINGHOST_STORE_CHILD="+address, fmt.Sprintf("QINGHOST_STORE_ROUND=%d", round))
	cmd.Stderr = os.Stderr
	output, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return &process{cmd: cmd, lines: bufio.NewReader(output)}
}

func (p *process) kill() { _ = p.cmd.Process.Kill() }

// next returns the id of the next Write that was reported; false: the process has ended. Half a line is no report.
func (p *process) next() (id string, ok bool) {
	line, err := p.lines.ReadString('\n')
	return strings.TrimSpace(line), err == nil
}

// killed runs a child on the database, kills it a random while after its first report, and returns the ids of the Writes
// it reported.
func killed(t *testing.T, address string, round int) (answered []string) {
	p := begin(t, address, round)
	for {
		id, ok := p.next()
		if !ok {
			break
		}
		if len(answered) == 0 {
			defer time.AfterFunc(time.Duration(rand.IntN(200_000))*time.Microsecond, p.kill).Stop()
		}
		answered = append(answered, id)
	}
	require.ErrorContains(t, p.cmd.Wait(), "killed")
	return answered
}

func requireAll(t *testing.T, address string, answered []string) {
	s, err := open(t.Context(), address, schema)
	require.NoError(t, err)
	defer s.Close() //nolint:errcheck // only read
	require.NoError(t, s.Read(t.Context(), func(tx *sql.Tx) error {
		if s.Kind() == File {
			found, err := column(tx, "PRAGMA integrity_check")
			require.NoError(t, err)
			require.Equal(t, []string{"ok"}, found)
		}
		halves, err := column(tx, "SELECT t.id FROM thing t LEFT JOIN part p ON p.thing_id = t.id WHERE p.id IS NULL")
		require.NoError(t, err)
		require.Empty(t, halves)
		there, err := column(tx, "SELECT id FROM thing")
		require.NoError(t, err)
		known := make(map[string]bool, len(there))
		for _, id := range there {
			known[id] = true
		}
		for _, id := range answered {
			require.True(t, known[id], "%s was answered and is lost", id)
		}
		return nil
	}))
}

// child is the process that is killed: sixteen writers, which report each Write that returned.
func child(address string) {
	s, err := open(context.Background(), address, schema)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var all sync.WaitGroup
	for worker := range 16 {
		all.Go(func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%s-%d-%d", os.Getenv("QINGHOST_STORE_ROUND"), worker, i)
				err := s.Write(context.Background(), func(tx *sql.Tx) error {
					if err := insert(id)(tx); err != nil {
						return err
					}
					_, err := tx.Exec("INSERT INTO part (id, thing_id) VALUES ($1, $1)", id)
					return err
				})
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				_, _ = os.Stdout.WriteString(id + "\n")
			}
		})
	}
	all.Wait()
}
