package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
)

// TestMain makes this binary stand in PATH as qinghost too, so that the tests run the program as a process of its own.
func TestMain(m *testing.M) { testscript.Main(tests{m}, map[string]func(){"qinghost": main}) }

type tests struct{ m *testing.M }

// Run runs the tests; when all is over, no goroutine of theirs or of the program's may be left.
func (s tests) Run() int {
	code := s.m.Run()
	quitChromium()
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

const example = "../../examples/meeting-room"

// patience is how long something may take to come on a busy machine.
const patience = 60 * time.Second

// until waits for ok.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			require.FailNow(t, "没有等到: "+what)
		}
	}
}

// lacks skips the test for want of something; CI must have it.
func lacks(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// output is what a program writes, readable meanwhile.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// clipped is the text with its lines cut, for a look at it.
func (o *output) clipped() string {
	var lines []string
	for line := range strings.Lines(o.String()) {
		lines = append(lines, strings.TrimSpace(line[:min(len(line), 300)]))
	}
	return strings.Join(lines, "\n")
}

// ready returns the ready line, once it is there.
func (o *output) ready() (r ready, is bool) {
	line, _, whole := strings.Cut(o.String(), "\n")
	return r, whole && json.Unmarshal([]byte(line), &r) == nil && r.Event == "ready"
}

// running is a run of preview in this process.
type running struct {
	ready
	t              *testing.T
	stdout, stderr *output
	interrupt      func()
	exited         chan int
}

// start runs preview, at any port and with nothing opened unless args say otherwise.
func start(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	p := &running{t: t, stdout: &output{}, stderr: &output{}, interrupt: cancel, exited: make(chan int, 1)}
	args = append([]string{"preview", "--json", "--no-open", "--port", "0"}, args...)
	go func() { p.exited <- run(ctx, args, nil, strings.NewReader(""), p.stdout, p.stderr) }()
	t.Cleanup(func() {
		p.stop()
		if t.Failed() {
			t.Logf("stdout:\n%s\nstderr:\n%s", p.stdout.clipped(), p.stderr.clipped())
		}
	})
	until(t, "就绪的一行; stderr: "+p.stderr.String(), func() (is bool) {
		p.ready, is = p.stdout.ready()
		return is
	})
	return p
}

// stop interrupts the run, once, and waits for its end.
func (p *running) stop() {
	if p.exited == nil {
		return
	}
	p.interrupt()
	select {
	case code := <-p.exited:
		require.Equal(p.t, exitInterrupted, code)
	case <-time.After(patience):
		require.Fail(p.t, "中断后没有结束")
	}
	p.exited = nil
}

var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}

// control makes a control call ("POST answer") and returns status and body.
func (r ready) control(t *testing.T, call, body string) (int, string) {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	req, err := http.NewRequestWithContext(t.Context(), method, r.Simulator+"api/"+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+r.Token)
	res, err := client.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, strings.TrimSpace(string(text))
}

// do makes a control call that must succeed.
func (p *running) do(call, body string) string {
	p.t.Helper()
	status, text := p.control(p.t, call, body)
	require.Equal(p.t, http.StatusOK, status, "%s %s: %s", call, body, text)
	return text
}

// stopClock has host time stand still until POST clock moves it.
func (p *running) stopClock() {
	p.t.Helper()
	p.do("POST clock", fmt.Sprintf(`{"set":%d}`, time.Now().UnixMilli()))
}

func (p *running) calls(method string) []bridge.CallRecord {
	p.t.Helper()
	var body struct{ Calls []bridge.CallRecord }
	require.NoError(p.t, json.Unmarshal([]byte(p.do("GET calls?method="+method, "")), &body))
	return body.Calls
}

// state is GET state.
type state struct {
	Pages []struct {
		ID, URL, Title, Profile string
		View                    *string
		Meeting                 *struct {
			Kind, GroupID string
			People        []struct{ OpenID, State string }
		}
	}
	Clock int64
}

func (r ready) state(t *testing.T) (s state) {
	t.Helper()
	_, text := r.control(t, "GET state", "")
	require.NoError(t, json.Unmarshal([]byte(text), &s), text)
	return s
}

// view is the name of the view that is open on the only page; empty without one.
func (p *running) view() string {
	p.t.Helper()
	s := p.state(p.t)
	require.Len(p.t, s.Pages, 1)
	if s.Pages[0].View == nil {
		return ""
	}
	return *s.Pages[0].View
}

// waitView waits until a view is open on the only page.
func (p *running) waitView(name string) {
	p.t.Helper()
	until(p.t, "视图 "+name, func() bool { return p.view() == name })
}

// folder writes an app of these files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		write(t, dir+"/"+name, text)
	}
	return dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
}

// copied is a copy of a folder, to change files in.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir() + "/app"
	require.NoError(t, os.CopyFS(to, os.DirFS(dir)))
	return to
}

// edit replaces text in a file.
func edit(t *testing.T, name, from, to string) {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Contains(t, string(text), from)
	write(t, name, strings.Replace(string(text), from, to, 1))
}

// freePort is a port that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	return port
}
