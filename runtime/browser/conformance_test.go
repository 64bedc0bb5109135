package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/bridge/bridgetest"
	"qinghost/web"
)

// TestConformance runs the suite that every runtime passes, in Chromium.
func TestConformance(t *testing.T) {
	chromium := startChromium(t)
	dir := blank(t, "")
	bridgetest.Run(t, func(t *testing.T, host *bridge.Host) bridgetest.Runtime {
		c := newConformant(t, chromium, dir, host)
		c.load()
		_, err := c.Eval(t.Context(), hookSocket)
		require.NoError(t, err)
		return c
	})
}

// The one case in which a page sends again what the host has: its first connection drops before it heard of its session.
func TestPageThatNeverHeardOfItsSession(t *testing.T) {
	chromium := startChromium(t)
	dir := blank(t, "<script>calls = []; for (let n = 0; n < 10; n++) calls.push(qing.call('test.note', n))</script>")
	host := bridgetest.NewHost(bridge.Profiles()[0])
	c := newConformant(t, chromium, dir, host)
	c.listener.mute(true)
	c.load()
	require.Eventually(t, func() bool {
		noted := host.Log.After(0, "test.note")
		return len(noted) == 10 && noted[9].State == bridge.CallDone
	}, 30*time.Second, time.Millisecond)
	restore := c.Drop()
	c.listener.mute(false)
	restore()
	text, err := c.Eval(t.Context(), "await Promise.all(calls); return JSON.stringify((await qing.call('test.noted')).data);")
	require.NoError(t, err)
	require.Equal(t, "[0,1,2,3,4,5,6,7,8,9]", text)
	require.Len(t, host.State(), 1)
}

// blank is an app of one page.
func blank(t *testing.T, body string) string {
	t.Helper()
	return folder(t, map[string]string{"index.html": "<!doctype html><meta charset=utf-8><title>conformance</title>" + body})
}

// startChromium starts one browser for all tabs. Where there is none the test is skipped, but for CI.
func startChromium(t *testing.T) context.Context {
	t.Helper()
	running := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, running) }) // behind the browser's own
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		const missing = "没有找到 Chromium (chromium, chromium-browser, google-chrome): apt-get install chromium"
		if os.Getenv("CI") != "" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.UserDataDir(t.TempDir()),
	}
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, _ := chromedp.NewContext(allocator) // chromedp.Cancel ends it
	require.NoError(t, chromedp.Do(ctx))
	t.Cleanup(func() { require.NoError(t, chromedp.Cancel(ctx)) })
	return ctx
}

// hookSocket counts the frames that the page library sends, and keeps its socket for what is no message.
const hookSocket = `
	const { send } = WebSocket.prototype;
	globalThis.framesSent = 0;
	WebSocket.prototype.send = function (frame) {
		framesSent++;
		globalThis.inject = (text) => send.call(this, text);
		send.call(this, frame);
	};
	return '';`

// conformant is a tab, and the server behind it, as the suite sees them.
type conformant struct {
	t        *testing.T
	dir      string   // or
	url      *url.URL // with
	project  string
	tab      context.Context
	library  string // as web.Config has it
	listener *cutter
	stop     func()
}

// newConformant serves the folder, and opens a tab for it.
func newConformant(t *testing.T, chromium context.Context, dir string, host *bridge.Host) *conformant {
	return serveConformant(&conformant{t: t, dir: dir}, chromium, host)
}

func serveConformant(c *conformant, chromium context.Context, host *bridge.Host) *conformant {
	t := c.t
	c.serve(host, "127.0.0.1:0")
	t.Cleanup(func() { c.stop() })
	tab, cancel := chromedp.NewContext(chromium)
	t.Cleanup(cancel)
	c.tab = tab
	return c
}

// load shows the page.
func (c *conformant) load() {
	c.t.Helper()
	require.NoError(c.t, chromedp.Do(c.tab, chromedp.Navigate("http://"+c.listener.Addr().String()+"/")))
}

// serve serves the host's pages at the address until stop.
func (c *conformant) serve(host *bridge.Host, address string) {
	server, err := New(host, Options{Dir: c.dir, URL: c.url, Project: c.project, Config: web.Config{
		Version: bridge.ClientVersion, Lang: "zh", Profile: host.Profile, APIs: host.Names(), Library: c.library, Strict: host.Strict,
	}})
	require.NoError(c.t, err)
	listener, err := net.Listen("tcp", address)
	require.NoError(c.t, err)
	c.listener = &cutter{Listener: listener, open: map[net.Conn]bool{}}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, c.listener) }()
	c.stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(c.t, <-served)
	})
}

// Eval implements bridgetest.Runtime.
func (c *conformant) Eval(ctx context.Context, js string) (string, error) {
	tab, cancel := context.WithCancel(c.tab)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	return chromedp.Run(tab, chromedp.Evaluate[string]("(async () => {"+js+"\n})()", chromedp.EvalAwaitPromise))
}

// Leave implements bridgetest.Runtime.
func (c *conformant) Leave() {
	require.NoError(c.t, chromedp.Do(c.tab, chromedp.Navigate("about:blank")))
}

// Drop implements bridgetest.Dropper.
func (c *conformant) Drop() (restore func()) { return c.listener.cut() }

// Restart implements bridgetest.Restarter.
func (c *conformant) Restart(with *bridge.Host) {
	address := c.listener.Addr().String()
	c.stop()
	c.serve(with, address)
}

// Inject implements bridgetest.Injector.
func (c *conformant) Inject(ctx context.Context, frame string) error {
	text, err := json.Marshal(frame)
	if err != nil {
		return err
	}
	_, err = c.Eval(ctx, "inject("+string(text)+"); return '';")
	return err
}

// Frames implements bridgetest.Counter.
func (c *conformant) Frames(ctx context.Context) (n int, err error) {
	text, err := c.Eval(ctx, "return String(framesSent);")
	if err != nil {
		return 0, err
	}
	_, err = fmt.Sscan(text, &n)
	return n, err
}
