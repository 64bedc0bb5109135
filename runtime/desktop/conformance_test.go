//go:build desktop

package desktop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/bridge/bridgetest"
	"qinghost/web"
)

// TestConformance runs the suite that every runtime passes, each scenario in a window of its own.
func TestConformance(t *testing.T) {
	running := goleak.IgnoreCurrent()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		goleak.VerifyNone(t, running)
	})
	bridgetest.Run(t, func(t *testing.T, host *bridge.Host) bridgetest.Runtime {
		return openConformant(t, host, "host", blank)
	})
}

// conformant is a window as the suite sees it. webview has no call that returns a script's result: the page sends it to
// the server that it came from, so that the bridge only carries what the suite is about.
type conformant struct {
	t    *testing.T
	eval func(js string)

	mu      sync.Mutex
	lastID  int
	waiting map[string]chan<- evaluated
}

type evaluated struct {
	Result string `json:"result"`
	Thrown string `json:"thrown"`
}

const blank = "<!doctype html><meta charset=utf-8><title>conformance</title><body>"

// openConformant opens a page; library is as web.Config has it.
func openConformant(t *testing.T, host *bridge.Host, library, page string) *conformant {
	c := &conformant{t: t, waiting: map[string]chan<- evaluated{}}
	app := http.NewServeMux()
	app.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "frame-src * data: blob:") // as the preview server does
		_, _ = io.WriteString(w, page)                                       // the window is closed if this fails
	})
	app.HandleFunc("POST /evaluated/{id}", c.take)
	server := httptest.NewServer(app)
	t.Cleanup(server.Close)

	var names []string
	for _, api := range host.APIs() {
		names = append(names, api.Name)
	}
	opts := Options{URL: server.URL + "/", Config: web.Config{
		Version: bridge.ClientVersion, Lang: "zh", Profile: host.Profile, APIs: names, Library: library, Strict: host.Strict,
	}}
	started := make(chan func(string), 1)
	h := hooks{library: countedLibrary, started: func(w *window) { started <- w.evals.put }}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { onMain <- func() { ended <- run(ctx, host, opts, h) } }()
	t.Cleanup(func() {
		cancel()
		require.ErrorIs(t, <-ended, context.Canceled)
	})
	select {
	case c.eval = <-started:
	case err := <-ended:
		require.NoError(t, err)
	}
	require.Eventually(t, func() bool { s := host.State(); return len(s) == 1 && s[0].URL != "" }, patience, time.Millisecond)
	return c
}

// countedLibrary is the page library, whose frames are counted.
func countedLibrary(c web.Config, functions string) string {
	return web.Library(c, `(function(own){
		window.framesSent = 0;
		window.inject = own.post;
		return Object.assign({}, own, { post: function (frame) { framesSent++; own.post(frame); } });
	})(`+functions+`)`)
}

// take is where the page sends a result.
func (c *conformant) take(w http.ResponseWriter, r *http.Request) {
	var got evaluated
	if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	waiting := c.waiting[r.PathValue("id")]
	delete(c.waiting, r.PathValue("id"))
	c.mu.Unlock()
	if waiting != nil {
		waiting <- got
	}
}

// Eval implements bridgetest.Runtime.
func (c *conformant) Eval(ctx context.Context, js string) (string, error) {
	answer := make(chan evaluated, 1)
	c.mu.Lock()
	c.lastID++
	id := strconv.Itoa(c.lastID)
	c.waiting[id] = answer
	c.mu.Unlock()
	c.eval(fmt.Sprintf(`(async () => {%s
		})().then((result) => ({ result }), (error) => ({ thrown: error + '\n' + (error && error.stack) })).then((outcome) =>
			fetch('/evaluated/%s', { method: 'POST', body: JSON.stringify(outcome) }));`, js, id))
	select {
	case got := <-answer:
		if got.Thrown != "" {
			return "", errors.New(got.Thrown)
		}
		return got.Result, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// Leave implements bridgetest.Runtime.
func (c *conformant) Leave() { c.eval("location.href = 'about:blank'") }

// Inject implements bridgetest.Injector.
func (c *conformant) Inject(ctx context.Context, frame string) error {
	_, err := c.Eval(ctx, "inject("+quote(frame)+"); return '';")
	return err
}

// Frames implements bridgetest.Counter.
func (c *conformant) Frames(ctx context.Context) (int, error) {
	text, err := c.Eval(ctx, "return String(framesSent);")
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(text)
}
