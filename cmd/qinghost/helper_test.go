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
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
)

// TestMain makes this binary stand in PATH as qinghost too, so that the tests run the program as a process of its own.
func TestMain(m *testing.M) { testscript.Main(suite{m}, map[string]func(){"qinghost": main}) }

type suite struct{ m *testing.M }

// Run runs the tests; when all is over, no goroutine of theirs or of the program's may be left.
func (s suite) Run() int {
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
const patience = 20 * time.Second

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

// -- the browser

var quitChromium = func() {}

// chromium is the one browser of all tests, started by the first that needs it.
var chromium = sync.OnceValues(func() (context.Context, error) {
	path := ""
	for _, name := range browsers {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		return nil, fmt.Errorf("没有 Chromium (找过 %s)", strings.Join(browsers, ", "))
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.DisableGPU)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancelAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ = chromedp.NewContext(ctx)
	quitChromium = func() {
		_ = chromedp.Cancel(ctx) // the tests are over
		cancelAllocator()
		chromedp.FromContext(ctx).Allocator.Wait()
	}
	return ctx, chromedp.Do(ctx)
})

// tab is a tab with a profile of its own. Things in it are found as a screen reader finds them: by role and name.
type tab struct {
	t    *testing.T
	ctx  context.Context
	root string // the document to look in, as an expression

	console *output
}

// visit shows a page in a new tab of a phone's size.
func visit(t *testing.T, url string) *tab {
	t.Helper()
	browser, err := chromium()
	if err != nil {
		lacks(t, err.Error())
	}
	b := &tab{t: t, root: "document", console: &output{}}
	ctx, _ := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.listen))
	b.ctx = ctx
	t.Cleanup(func() {
		b.close()
		if t.Failed() {
			t.Logf("浏览器控制台:\n%s", b.console.clipped())
		}
	})
	require.NoError(t, chromedp.Do(ctx)) // without a limit of time: it would be the tab's
	reduce := []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}
	b.act(
		chromedp.EmulateViewport(390, 844),
		call(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: reduce}),
		chromedp.Navigate(url),
	)
	return b
}

func (b *tab) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		for _, arg := range e.Args {
			var plain any
			_ = json.Unmarshal(arg.Value, &plain) // an object has a description instead
			fmt.Fprint(b.console, plain, arg.Description, " ")
		}
		fmt.Fprintln(b.console)
	case *runtime.EventExceptionThrown:
		fmt.Fprint(b.console, e.ExceptionDetails.Text)
		if e.ExceptionDetails.Exception != nil {
			fmt.Fprint(b.console, " ", e.ExceptionDetails.Exception.Description)
		}
		fmt.Fprintln(b.console)
	}
}

func (b *tab) close() { _ = chromedp.Cancel(b.ctx) } // it may be closed already

// call makes an action of a protocol command.
func call[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, cmd, params)
		return err
	})
}

// try does actions in the tab.
func (b *tab) try(actions ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, actions...)
}

func (b *tab) act(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, b.try(actions...))
}

// eval returns an expression's value, awaited: a string as it is, anything else as JSON.
func (b *tab) eval(expression string) string {
	b.t.Helper()
	text, err := b.tryEval(expression)
	require.NoError(b.t, err)
	return text
}

func (b *tab) tryEval(expression string) (string, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	expression = `(async () => { const v = await (` + expression + `); return typeof v === 'string' ? v : String(JSON.stringify(v)) })()`
	return chromedp.Run(ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
}

// wait waits until an expression is true, also while pages come and go.
func (b *tab) wait(expression string) {
	b.t.Helper()
	until(b.t, expression, func() bool {
		text, err := b.tryEval("!!(" + expression + ")")
		return err == nil && text == "true"
	})
}

// node is something that a screen reader finds.
type node struct {
	id                cdp.BackendNodeID
	role, name, about string
	focused, checked  bool
}

// all returns what has the role; none while the page is changing.
func (b *tab) all(role string) (found []node) {
	_ = b.try(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		root, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{Expression: b.root})
		if err != nil {
			return err
		}
		tree, err := cdp.Call(ctx, t, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{ObjectID: root.Result.ObjectID, Role: role})
		if err != nil {
			return err
		}
		for _, n := range tree.Nodes {
			if n.Ignored {
				continue
			}
			one := node{id: n.BackendDOMNodeID, role: role, name: text(n.Name), about: text(n.Description)}
			for _, p := range n.Properties {
				is := text(p.Value) == "true"
				one.focused = one.focused || is && p.Name == "focused"
				one.checked = one.checked || is && p.Name == "checked"
			}
			found = append(found, one)
		}
		return nil
	}))
	return found
}

// text is an accessibility value as text: a name, true, mixed.
func text(v *accessibility.Value) (s string) {
	if v == nil {
		return ""
	}
	if json.Unmarshal(v.Value, &s) != nil {
		s = string(v.Value)
	}
	return s
}

// is tells whether there is something of the role whose name begins so; find waits for it, gone for its absence.
func (b *tab) is(role, name string) bool {
	_, is := b.first(role, name)
	return is
}

// first prefers the exact name.
func (b *tab) first(role, name string) (found node, is bool) {
	for _, n := range b.all(role) {
		if n.name == name {
			return n, true
		}
		if !is && strings.HasPrefix(n.name, name) {
			found, is = n, true
		}
	}
	return found, is
}

func (b *tab) find(role, name string) (found node) {
	b.t.Helper()
	until(b.t, role+" "+name, func() (is bool) {
		found, is = b.first(role, name)
		return is
	})
	return found
}

func (b *tab) gone(role, name string) {
	b.t.Helper()
	until(b.t, "没有 "+role+" "+name, func() bool { return !b.is(role, name) })
}

// names returns the names of all that has the role.
func (b *tab) names(role string) (names []string) {
	for _, n := range b.all(role) {
		names = append(names, n.name)
	}
	return names
}

// press clicks, with the mouse, what has role and name, once it is there and stands still.
func (b *tab) press(role, name string) {
	b.t.Helper()
	var before dom.Quad
	until(b.t, "能点的 "+role+" "+name, func() bool {
		n, is := b.first(role, name)
		if !is {
			return false
		}
		still := false
		err := b.try(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			if _, err := cdp.Call(ctx, t, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: n.id}); err != nil {
				return err
			}
			at, err := cdp.Call(ctx, t, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: n.id})
			if err != nil || len(at.Quads) == 0 {
				return err
			}
			q := at.Quads[0]
			still = fmt.Sprint(q) == fmt.Sprint(before)
			before = q
			return nil
		}))
		return err == nil && still
	})
	b.act(chromedp.MouseClickXY((before[0]+before[4])/2, (before[1]+before[5])/2))
}

// write types text where the focus is.
func (b *tab) write(text string) {
	b.t.Helper()
	b.act(call(input.InsertText, input.InsertTextParams{Text: text}))
}

// key presses a key of package kb.
func (b *tab) key(key string) {
	b.t.Helper()
	b.act(chromedp.KeyEvent(key))
}

// result is the newest row that the example shows of a call: "true 0", "false 1".
func (b *tab) result(api string) string {
	text, _ := b.tryEval(`(li => li ? li.dataset.success + ' ' + li.dataset.code : '')(document.querySelector('#results li[data-api="` + api + `"]'))`)
	return text
}

func (b *tab) waitResult(api, want string) {
	b.t.Helper()
	until(b.t, api+" "+want, func() bool { return b.result(api) == want })
}

// events are those that the example has seen, the oldest first.
func (b *tab) events() string {
	b.t.Helper()
	return b.eval(`[...document.querySelectorAll('#events li')].map(li => li.dataset.event).reverse().join(' ')`)
}

func (b *tab) waitEvents(want string) {
	b.t.Helper()
	until(b.t, "事件 "+want, func() bool { return b.events() == want })
}
