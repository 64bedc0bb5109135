package main

import (
	"encoding/json"
	"errors"
	"maps"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// TestScripts runs testdata/*.txtar. Beyond testscript's own commands there are
//
//	exits CODE PROGRAM ARG…   runs it to its end, and compares the exit code
//	serves PROGRAM ARG…       waits until it is ready, then interrupts it: it ends with 130 within a second
//
// and $BUSY, a port where somebody listens, and $FREE1 … $FREE3, where nobody does.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Defer(func() { _ = l.Close() })
			env.Setenv("BUSY", strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
			for _, name := range []string{"FREE1", "FREE2", "FREE3"} {
				env.Setenv(name, freePort(t))
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "serves": serves},
	})
}

func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, not %s", code, args[0])
	}
}

func serves(ts *testscript.TestScript, _ bool, args []string) {
	c := exec.Command(args[0], args[1:]...) //nolint:noctx // it is interrupted below
	c.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "QINGHOST_PORT", "QINGHOST_PROFILE", "QINGHOST_CONFIG", "QINGHOST_LANG", "CI"} {
		if value := ts.Getenv(name); value != "" {
			c.Env = append(c.Env, name+"="+value)
		}
	}
	stdout, stderr := &output{}, &output{}
	c.Stdout, c.Stderr = stdout, stderr
	ts.Check(c.Start())
	exited := make(chan error, 1)
	go func() { exited <- c.Wait() }()
	defer func() {
		_, _ = ts.Stdout().Write([]byte(stdout.String()))
		_, _ = ts.Stderr().Write([]byte(stderr.String()))
	}()
	for deadline := time.Now().Add(patience); !strings.Contains(stdout.String(), "Ctrl-C"); <-time.After(10 * time.Millisecond) {
		if _, is := stdout.ready(); is {
			break
		}
		select {
		case err := <-exited:
			ts.Fatalf("it ended before it was ready: %v\n%s", err, stderr)
		default:
		}
		if time.Now().After(deadline) {
			_ = c.Process.Kill()
			ts.Fatalf("not ready:\n%s\n%s", stdout, stderr)
		}
	}
	began := time.Now()
	ts.Check(c.Process.Signal(os.Interrupt))
	var exit *exec.ExitError
	if err := <-exited; !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
		ts.Fatalf("after an interrupt: %v, not exit code 130", err)
	}
	if took := time.Since(began); took > time.Second {
		ts.Fatalf("after an interrupt it took %v to end", took)
	}
}

func TestReadyLine(t *testing.T) {
	p := start(t, example)
	keys := func(text []byte) []string {
		var object map[string]any
		require.NoError(t, json.Unmarshal(text, &object))
		return slices.Sorted(maps.Keys(object))
	}
	line, rest, _ := strings.Cut(p.stdout.String(), "\n")
	require.Empty(t, rest, "one line")
	require.Empty(t, p.stderr.String())
	require.Equal(t, []string{"demo", "event", "gateway", "profile", "simulator", "token", "url", "window"}, keys([]byte(line)))
	require.Equal(t, p.Gateway+"/", p.URL)
	require.Equal(t, p.Gateway+"/__qinghost/", p.Simulator)
	require.NotEmpty(t, p.Token)
	require.False(t, p.Window)

	demo, err := json.Marshal(p.Demo)
	require.NoError(t, err)
	require.Equal(t, []string{"appId", "appSecret", "eid", "groups", "openId", "people", "resGroupSecret"}, keys(demo))
	require.NotContains(t, p.Demo.People, p.Demo.OpenID, "all others")
	first, last := p.Demo.Groups[0], p.Demo.Groups[len(p.Demo.Groups)-1]
	require.Equal(t, group, first.GroupID)
	require.True(t, first.Member)
	require.GreaterOrEqual(t, len(p.members()), 5)
	require.False(t, last.Member)
}

// A page that is connected, with a call open, does not hold up the end.
func TestInterruptWithAPage(t *testing.T) {
	c := exec.CommandContext(t.Context(), "qinghost", "preview", "--json", "--no-open", "--port", "0", example)
	stdout := &output{}
	c.Stdout = stdout
	require.NoError(t, c.Start())
	var r ready
	until(t, "就绪的一行", func() (is bool) { r, is = stdout.ready(); return is })
	b := visit(t, r.URL)
	b.press("button", startVoice)
	b.find("dialog", "选择人员")
	began := time.Now()
	require.NoError(t, c.Process.Signal(syscall.SIGINT))
	require.Error(t, c.Wait())
	require.Equal(t, exitInterrupted, c.ProcessState.ExitCode())
	require.Less(t, time.Since(began), time.Second)
	until(t, "调用被取消的一行", func() bool { return strings.Contains(stdout.String(), `"state":"cancelled"`) })
}

func TestCallThatEndsAfterTheTerminal(t *testing.T) {
	stdout := &output{}
	screen := newTerminal(stdout, stdout, &settings{json: true})
	screen.call(bridge.CallRecord{ID: 1, State: bridge.CallDone})
	screen.close()
	screen.call(bridge.CallRecord{ID: 2, State: bridge.CallCancelled})
	require.Equal(t, 1, strings.Count(stdout.String(), "\n"))
}
