//go:build desktop

package desktop

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/web"
)

// patience is how long anything may take on a slow machine.
const patience = 10 * time.Second

// fixture is an app in a window. Tests set it up, then open it.
type fixture struct {
	t      *testing.T
	host   *bridge.Host
	app    *http.ServeMux
	server *httptest.Server
	opts   Options
	logs   *logs
	window *window
	told   chan string // what the page passes to tell
	stop   context.CancelFunc
	ended  chan error
}

type told struct {
	What string `json:"what"`
}

// newFixture makes an app with an empty page at "/"; its page can call "tell" and what apis adds.
func newFixture(t *testing.T, apis ...bridge.API) *fixture {
	f := &fixture{t: t, app: http.NewServeMux(), logs: &logs{}, told: make(chan string, 100), ended: make(chan error, 1)}
	tell := bridge.Define("tell", "says something to the test", func(_ context.Context, p told) (struct{}, error) {
		f.told <- p.What
		return struct{}{}, nil
	})
	f.host = bridge.NewHost(append(apis, tell)...)
	f.server = httptest.NewServer(f.app)
	f.serve("/{$}", "")
	f.opts = Options{URL: f.server.URL + "/", Logger: slog.New(slog.NewTextHandler(f.logs, nil)), Config: f.config()}
	return f
}

func (f *fixture) config() web.Config {
	var names []string
	for _, api := range f.host.APIs() {
		names = append(names, api.Name)
	}
	return web.Config{Version: bridge.ClientVersion, Lang: "zh", Profile: f.host.Profile, APIs: names}
}

// serve makes a page whose body is one script.
func (f *fixture) serve(path, script string) {
	f.app.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!doctype html><title>app</title><script>%s</script>", script)
	})
}

// open opens the window; it is closed, and all goroutines are gone, when the test is over.
func (f *fixture) open() *fixture {
	running := goleak.IgnoreCurrent()
	ctx, stop := context.WithCancel(context.Background())
	f.stop = stop
	started := make(chan struct{})
	h := hooks{library: library, started: func(w *window) { f.window = w; close(started) }}
	go func() { onMain <- func() { f.ended <- run(ctx, f.host, f.opts, h) } }()
	f.t.Cleanup(func() {
		stop()
		if f.ended != nil {
			_ = f.end()
		}
		f.server.Close()
		http.DefaultClient.CloseIdleConnections()
		goleak.VerifyNone(f.t, running)
	})
	select {
	case <-started:
	case err := <-f.ended:
		f.ended = nil
		require.NoError(f.t, err, "Run")
	}
	require.Eventually(f.t, f.loaded, patience, 5*time.Millisecond, "the page does not load; log: %s", f.logs)
	return f
}

// eval runs a script in the document that the window shows.
func (f *fixture) eval(js string) { f.window.evals.put(js) }

// loaded reports whether the page has said hello: what is evaluated from then on finds the library.
func (f *fixture) loaded() bool {
	states := f.host.State()
	return len(states) > 0 && states[0].URL != ""
}

// end waits for Run to return.
func (f *fixture) end() error {
	f.t.Helper()
	select {
	case err := <-f.ended:
		f.ended = nil
		return err
	case <-time.After(patience):
		require.Fail(f.t, "Run does not return")
		return nil
	}
}

// hear waits for what the page tells next.
func (f *fixture) hear() string {
	f.t.Helper()
	select {
	case what := <-f.told:
		return what
	case err := <-f.ended:
		f.ended = nil
		require.Fail(f.t, "the window closed", "err: %v", err)
	case <-time.After(patience):
		require.Fail(f.t, "the page tells nothing", "log: %s", f.logs)
	}
	return ""
}

// await waits for a group.
func (f *fixture) await(group *sync.WaitGroup) {
	f.t.Helper()
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(patience):
		require.Fail(f.t, "nothing comes", "log: %s", f.logs)
	}
}

// quiet checks that nothing is told for a moment.
func (f *fixture) quiet() {
	f.t.Helper()
	select {
	case what := <-f.told:
		assert.Fail(f.t, "unexpected", "the page told %q", what)
	case <-time.After(500 * time.Millisecond):
	}
}

// logs is a log that can be read while it is written.
type logs struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// library is a page library in a few lines: call(method, params) gives a promise, and tell(what) tells the test.
func library(c web.Config, functions string) string {
	return `(function (config) {
		var open = {}, last = 0, lines = [];
		config.receive(function (frame) {
			frame.split('\n').forEach(function (line) {
				var m = JSON.parse(line);
				if (m.method) return heard.push(m), onheard(m);
				open[m.id](m.result);
				delete open[m.id];
			});
		});
		window.heard = [];
		window.onheard = function () {};
		window.say = function (m) {
			if (lines.push(JSON.stringify(m)) > 1) return;
			Promise.resolve().then(function () { var f = lines.join('\n'); lines = []; config.post(f); });
		};
		window.call = function (method, params) {
			return new Promise(function (done) { open[++last] = done; say({ id: last, method: method, params: params }); });
		};
		window.tell = function (what) { return call('tell', { what: String(what) }); };
		window.loadViews = config.loadViews;
		say({ method: '$/hello', params: { url: location.href, title: '' } });
		addEventListener('pagehide', function () { config.post('{"method":"$/leave"}'); });
		addEventListener('pageshow', function (e) { if (e.persisted) location.reload(); });
		addEventListener('error', function (e) { tell('error: ' + e.message); });
		addEventListener('unhandledrejection', function (e) { tell('rejection: ' + e.reason); });
	})(Object.assign({origin: ` + quote(c.Origin) + `}, ` + functions + `));`
}

type text struct {
	Text string `json:"text"`
}

func echo() bridge.API {
	return bridge.Define("echo", "gives back what it gets", func(_ context.Context, p text) (text, error) { return p, nil })
}

func TestRoundTrip(t *testing.T) {
	f := newFixture(t, echo())
	f.serve("/page", `call('echo', {text: '早上好'}).then(r => tell(JSON.stringify(r)))`)
	f.opts.URL += "page"
	f.open()
	assert.JSONEq(t, `{"success":"true","error":"","errorCode":"0","data":{"text":"早上好"}}`, f.hear())
	f.eval(`tell([innerWidth, innerHeight])`)
	assert.Equal(t, "390,844", f.hear())
	assert.Equal(t, f.server.URL+"/page", f.host.State()[0].URL)
	f.stop()
	assert.ErrorIs(t, f.end(), context.Canceled)
	assert.Empty(t, f.host.State())
	assert.Empty(t, f.logs.String())
}

// TestText sends what is special to JavaScript, HTML, JSON, C or webview's parser.
func TestText(t *testing.T) {
	f := newFixture(t, echo())
	f.open()
	for name, sent := range map[string]string{
		"line separators": "a\u2028b\u2029c",
		"script end":      "</script><!--<script>",
		"quotes":          `"'` + "`" + `\ ${1}`,
		"controls":        "\x00\x01\b\t\n\r\x1f\x7f",
		"planes":          "é中😀\U0010ffff",
		"empty":           "",
	} {
		t.Run(name, func(t *testing.T) {
			f.eval(`call('echo', {text: ` + quote(sent) + `}).then(r => tell(r.data.text === ` + quote(sent) + ` ? r.data.text : 'differs'))`)
			assert.Equal(t, sent, f.hear())
		})
	}
}

func TestBigMessage(t *testing.T) {
	f := newFixture(t, echo())
	f.open()
	const size = 5 << 20
	start := time.Now()
	f.eval(`big = '"中<'.repeat(` + fmt.Sprint(size/5) + `); call('echo', {text: big}).then(r => tell(r.data.text === big && big.length))`)
	assert.Equal(t, fmt.Sprint(size/5*3), f.hear())
	t.Log("5 MiB each way in", time.Since(start))
}

func TestManyCalls(t *testing.T) {
	release := make(chan struct{})
	var waiting sync.WaitGroup
	const calls = 10_000
	waiting.Add(calls)
	f := newFixture(t, bridge.Define("wait", "waits", func(_ context.Context, p struct{ N int }) (int, error) {
		waiting.Done()
		<-release
		return p.N, nil
	}, bridge.Waits))
	f.open()
	start := time.Now()
	f.eval(`all = []; for (let n = 0; n < 10000; n++) all.push(call('wait', {N: n}));
		Promise.all(all).then(rs => tell(rs.every((r, n) => r.data === n) && rs.length))`)
	f.await(&waiting)
	t.Log("10,000 calls in flight after", time.Since(start))
	close(release)
	assert.Equal(t, "10000", f.hear())
	t.Log("10,000 calls done after", time.Since(start))
}

// TestManyFrames has each call travel alone.
func TestManyFrames(t *testing.T) {
	f := newFixture(t, echo())
	f.open()
	start := time.Now()
	f.eval(`(async () => { for (let n = 0; n < 1000; n++) await call('echo', {text: 'x'}); tell('done') })()`)
	assert.Equal(t, "done", f.hear())
	t.Log("a call there and back takes", time.Since(start)/1000)
}

func TestTitle(t *testing.T) {
	type bar struct {
		Visible bool   `json:"visible"`
		Title   string `json:"title"`
	}
	set := bridge.DefineOnPage("setTitle", "sets the title", func(ctx context.Context, p bridge.Page, params bar) (struct{}, error) {
		return struct{}{}, p.Emit(ctx, "view.navigationBar", params)
	})
	f := newFixture(t, set)
	f.open()
	assert.Eventually(t, func() bool { return windowTitle(t) == "qinghost" }, patience, 50*time.Millisecond)
	f.eval(`call('setTitle', {visible: true, title: '报销 <1>'}).then(() => tell(heard[0].params.title))`)
	assert.Equal(t, "报销 <1>", f.hear(), "the page gets the event too")
	assert.Eventually(t, func() bool { return windowTitle(t) == "报销 <1>" }, patience, 50*time.Millisecond)
	f.eval(`call('setTitle', {visible: false, title: ''}).then(() => tell(heard.length))`)
	assert.Equal(t, "2", f.hear())
	assert.Equal(t, "报销 <1>", windowTitle(t), "an empty one changes nothing")
	f.eval(`location.reload()`)
	assert.Eventually(t, func() bool { return windowTitle(t) == "qinghost" }, patience, 50*time.Millisecond)
}

func TestPageCloses(t *testing.T) {
	cancelled := make(chan struct{})
	f := newFixture(t, bridge.DefineOnPage("close", "closes", func(ctx context.Context, p bridge.Page, _ struct{}) (struct{}, error) {
		defer close(cancelled)
		return struct{}{}, p.Call(ctx, "view.pageClosed", struct{}{}, new(struct{}))
	}, bridge.Waits))
	f.open()
	f.eval(`call('close')`)
	assert.NoError(t, f.end())
	<-cancelled
	assert.Empty(t, f.host.State())
}

func TestUserCloses(t *testing.T) {
	cancelled := make(chan error, 1)
	f := newFixture(t, bridge.Define("wait", "waits", func(ctx context.Context, _ struct{}) (struct{}, error) {
		<-ctx.Done()
		cancelled <- ctx.Err()
		return struct{}{}, ctx.Err()
	}, bridge.Waits))
	f.open()
	f.eval(`call('wait'); setInterval(() => call('tell', {what: ''}), 1); tell('ready')`)
	assert.Equal(t, "ready", f.hear())
	go func() {
		for range f.told { // the page goes on talking while the window closes
		}
	}()
	closeWindows(t)
	assert.NoError(t, f.end())
	close(f.told)
	assert.ErrorIs(t, <-cancelled, context.Canceled)
	assert.Empty(t, f.host.State())
}

func TestContextEndsEarly(t *testing.T) {
	f := newFixture(t)
	f.open()
	f.stop()
	assert.ErrorIs(t, f.end(), context.Canceled)
}

// TestReload checks that each document is a page of its own.
func TestReload(t *testing.T) {
	cancelled := make(chan struct{})
	f := newFixture(t, bridge.Define("wait", "waits", func(ctx context.Context, _ struct{}) (struct{}, error) {
		<-ctx.Done()
		close(cancelled)
		return struct{}{}, ctx.Err()
	}, bridge.Waits))
	f.open()
	f.eval(`call('wait'); tell('first')`)
	assert.Equal(t, "first", f.hear())
	first := f.host.State()[0].ID
	f.eval(`location.reload()`)
	select {
	case <-cancelled:
	case <-time.After(patience):
		require.Fail(t, "the call goes on")
	}
	f.eval(`tell('second')`)
	assert.Equal(t, "second", f.hear())
	states := f.host.State()
	require.Len(t, states, 1)
	assert.NotEqual(t, first, states[0].ID)
	assert.Equal(t, bridge.CallCancelled, f.host.Log.After(0, "wait")[0].State)
}

// TestReloadWhileReplies reloads under a stream of events, which must not reach the document that follows.
func TestReloadWhileReplies(t *testing.T) {
	f := newFixture(t, bridge.DefineOnPage("flood", "sends events", func(ctx context.Context, p bridge.Page, _ struct{}) (struct{}, error) {
		for ctx.Err() == nil {
			_ = p.Emit(ctx, "flood", p.ID())
			time.Sleep(time.Millisecond)
		}
		return struct{}{}, nil
	}, bridge.Waits))
	f.serve("/flood", `onheard = m => { if (m.params !== 'p' + last) tell('foreign ' + m.params) };
		last = Number(sessionStorage.last || 0) + 1; sessionStorage.last = last;
		call('flood'); setTimeout(() => last < 10 ? location.reload() : tell('done'), 50)`)
	f.opts.URL += "flood"
	f.open()
	assert.Equal(t, "done", f.hear())
	f.stop()
	_ = f.end()
	assert.Empty(t, f.told)
}

func TestViews(t *testing.T) {
	f := newFixture(t)
	f.app.HandleFunc("/strict", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'")
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><p>strict"))
	})
	f.opts.URL += "strict"
	f.open()
	// The views need the real library, which is tested in TestRealLibrary; here they may only fail.
	f.eval(`loadViews().then(() => tell('loaded'), e => tell('loaded with ' + e))`)
	assert.Contains(t, f.hear(), "loaded")
}

// TestPanicInHandler dereferences nil under the engine, which has signal handlers of its own.
func TestPanicInHandler(t *testing.T) {
	f := newFixture(t, bridge.Define("panic", "panics", func(_ context.Context, _ struct{}) (int, error) {
		var nowhere *struct{ n int }
		return nowhere.n, nil
	}))
	f.open()
	f.eval(`call('panic').then(r => tell(r.errorCode))`)
	assert.Equal(t, string(bridge.Internal), f.hear())
}

func TestWrongURL(t *testing.T) {
	for _, wrong := range []string{"", "file:///etc/passwd", "/x", "javascript:1"} {
		assert.Error(t, Run(t.Context(), bridge.NewHost(), Options{URL: wrong}))
	}
}

func TestNoDisplay(t *testing.T) {
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	assert.ErrorContains(t, Available(), "--browser")
}

// TestRealLibrary uses the bundle, which the tests above replace.
func TestRealLibrary(t *testing.T) {
	f := newFixture(t, echo())
	f.serve("/qing", `qing.call('echo', {text: 'hi', complete(r) { qing.call('tell', {what: JSON.stringify(r) + navigator.platform}) }})`)
	f.opts.URL += "qing"
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go func() { onMain <- func() { f.ended <- Run(ctx, f.host, f.opts) } }()
	assert.Equal(t, `{"success":"true","error":"","errorCode":"0","data":{"text":"hi"}}iPhone`, f.hear())
	stop()
	assert.ErrorIs(t, f.end(), context.Canceled)
	f.server.Close()
}

func TestStartup(t *testing.T) {
	f := newFixture(t)
	f.serve("/start", `tell('here')`)
	f.opts.URL += "start"
	start := time.Now()
	f.open()
	assert.Equal(t, "here", f.hear())
	t.Log("first bound call after", time.Since(start))
}
