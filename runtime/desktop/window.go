//go:build desktop

package desktop

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"reflect"
	"runtime"
	"sync"

	webview "github.com/webview/webview_go"

	"qinghost/bridge"
	"qinghost/web"
)

// Available returns nil when a window can be opened, otherwise what is missing and what to do about it.
func Available() error {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return nil
	}
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return errors.New("没有图形显示 (DISPLAY 和 WAYLAND_DISPLAY 都为空), 无法打开窗口: 请在桌面环境里运行, 或加 --browser 在浏览器里打开, " +
			"没有屏幕的机器可用 xvfb-run -a 运行")
	}
	return nil
}

// Run shows the page in a window and serves it until the window is closed or ctx ends. It returns nil when the window was
// closed, by the user or by the page, and ctx's error when that ended first; nothing that it started is left then. It must
// be called from the main goroutine, which importing this package locks to the main thread: no toolkit runs on another.
func Run(ctx context.Context, host *bridge.Host, opts Options) error {
	return run(ctx, host, opts, hooks{library: web.Library})
}

// hooks are what the tests replace.
type hooks struct {
	library func(c web.Config, functions string) string
	started func(w *window) // before the page loads; w.evals.put may then be used from any goroutine
}

// window is one open window. view is used on the UI thread alone, but for Dispatch, which one goroutine calls.
type window struct {
	host    *bridge.Host
	view    webview.WebView
	origin  string
	title   string
	logger  *slog.Logger
	keys    keys
	ui      chan func() // for the UI thread
	inbox   *queue      // what the page sent
	evals   *queue      // scripts of the tests
	work    sync.WaitGroup
	leaving bool // the UI thread's: the loop has been told to end
}

func run(ctx context.Context, host *bridge.Host, opts Options, h hooks) error {
	if err := Available(); err != nil {
		return err
	}
	origin, err := originOf(opts)
	if err != nil {
		return err
	}
	view := webview.New(opts.Debug)
	if missing(view) {
		return errors.New(whyMissing())
	}
	w := &window{
		host: host, view: view, origin: origin, title: cmp.Or(opts.Title, "qinghost"),
		logger: cmp.Or(opts.Logger, slog.New(slog.DiscardHandler)), keys: newKeys(),
		ui: make(chan func()), inbox: newQueue(), evals: newQueue(),
	}
	view.SetTitle(w.title)
	view.SetSize(host.Profile.Screen.Width, host.Profile.Screen.Height, webview.HintNone)
	if err := view.Bind(w.keys.function, w.take); err != nil {
		view.Destroy()
		return fmt.Errorf("无法连接窗口里的页面: %w", err)
	}
	config := opts.Config
	config.Origin, config.Socket = origin, ""
	view.Init(startScript(w.keys, origin, h.library(config, functions)))

	running, stop := context.WithCancel(ctx)
	defer stop()
	w.work.Go(func() {
		w.dispatch(running)
		if ctx.Err() != nil {
			view.Dispatch(w.close)
		}
	})
	w.work.Go(func() { w.route(running) })
	w.work.Go(func() { w.runEvals(running) })
	if h.started != nil {
		h.started(w)
	}
	view.Navigate(opts.URL)
	view.Run()
	// A Dispatch after Destroy would use freed memory: first all goroutines have to end.
	stop()
	w.work.Wait()
	view.Destroy()
	return ctx.Err()
}

// originOf returns the origin of the pages that get the bridge.
func originOf(opts Options) (string, error) {
	u, err := url.Parse(opts.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", fmt.Errorf("窗口只能打开 http 或 https 地址, 收到 %q", opts.URL)
	}
	return cmp.Or(opts.Origin, u.Scheme+"://"+u.Host), nil
}

// missing reports that webview could not open a window. It has no call to ask: New then returns a view around a null
// pointer, which every method would follow.
func missing(view webview.WebView) bool {
	return reflect.ValueOf(view).Elem().FieldByName("w").IsNil()
}

func whyMissing() string {
	switch runtime.GOOS {
	case "windows":
		return "无法打开窗口: 请安装 Microsoft Edge WebView2 运行时, 或加 --browser 在浏览器里打开"
	case "darwin":
		return "无法打开窗口: 请在登录了图形界面的会话里运行, 或加 --browser 在浏览器里打开"
	default:
		return fmt.Sprintf("无法打开窗口: 连不上图形显示 (DISPLAY=%q, WAYLAND_DISPLAY=%q), 请检查它是否在运行、是否有权限, 或加 --browser 在浏览器里打开",
			os.Getenv("DISPLAY"), os.Getenv("WAYLAND_DISPLAY"))
	}
}

// take is the bound function. It is called on the UI thread, where anything that waits would stop the window.
func (w *window) take(text string) {
	repairSignals()
	w.inbox.put(text)
}

// open reports whether the window is still there. When the user closes it, what was dispatched before still runs, and finds
// the page gone. For the UI thread.
func (w *window) open() bool { return w.view.Window() != nil }

// close ends the window's loop, once. For the UI thread: on Windows, Terminate ends the loop of the thread that calls it.
func (w *window) close() {
	if w.open() && !w.leaving {
		w.leaving = true
		w.view.Terminate()
	}
}

// dispatch hands functions to the UI thread until ctx ends. It is the only one to do so: of two calls of webview's Dispatch
// at once, one can run the other's function, for it reads its counter after it has given up the lock.
func (w *window) dispatch(ctx context.Context) {
	for {
		select {
		case f := <-w.ui:
			w.view.Dispatch(f)
		case <-ctx.Done():
			return
		}
	}
}

// onUI runs f on the UI thread, unless the window is closed or ctx has ended by then; it returns when f has, or ctx ends.
func (w *window) onUI(ctx context.Context, f func()) {
	done := make(chan struct{})
	run := func() {
		defer close(done)
		if w.open() && ctx.Err() == nil {
			f()
		}
	}
	select {
	case w.ui <- run:
	case <-ctx.Done():
		return
	}
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// runEvals evaluates the tests' scripts. A goroutine of the window does it, because it ends before the window does.
func (w *window) runEvals(ctx context.Context) {
	for js := range w.evals.all(ctx) {
		w.onUI(ctx, func() { eval(w.view, js) })
	}
}
