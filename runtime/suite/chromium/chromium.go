// Package chromium drives pages under test in the user's own Chrome or Chromium, over the DevTools protocol. Each page gets a
// preview server of its own, as `qinghost preview` would start it, and a browser profile of its own.
package chromium

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"

	"github.com/chromedp/chromedp"

	"qinghost/bridge"
)

// NoBrowser is the code of a machine without a browser that can be driven.
const NoBrowser bridge.Code = "93201"

// names are what Chrome and Chromium are called on a PATH.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"}

// Browser is one running browser, shared by all pages under test; the first page starts it.
type Browser struct {
	headed bool
	start  func() (context.Context, error)
	stop   func()
}

// New prepares a browser, which runs until Close. path is its program; empty finds the user's own. headed shows its window.
func New(path string, headed bool) *Browser {
	b := &Browser{headed: headed, stop: func() {}}
	b.start = sync.OnceValues(func() (context.Context, error) { return b.launch(path) })
	return b
}

// launch starts the browser; its context lives until Close.
func (b *Browser) launch(path string) (context.Context, error) {
	if path == "" {
		for _, name := range names {
			if found, err := exec.LookPath(name); err == nil {
				path = found
				break
			}
		}
	}
	if path == "" {
		return nil, bridge.Errorf(NoBrowser, "没有找到 Chrome 或 Chromium (找过 %s): 请安装其一, 如 apt-get install chromium", strings.Join(names, "、"))
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		// A page in the back/forward cache is frozen and answers no more, which looks as if it were only slow.
		chromedp.Flag("disable-features", "BackForwardCache,Translate"))
	if b.headed {
		options = append(options, chromedp.VisibleWindow)
	} else {
		options = append(options, chromedp.DisableGPU)
	}
	if os.Geteuid() == 0 { // Chromium's sandbox does not work for root
		options = append(options, chromedp.NoSandbox)
	}
	allocator, quit := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		quit()
		if errors.Is(err, chromedp.ErrNoDisplay) {
			return nil, bridge.Errorf(NoBrowser, "--headed 需要显示器: 这里没有 (DISPLAY 与 WAYLAND_DISPLAY 都为空), 请去掉 --headed 或用 xvfb-run")
		}
		return nil, bridge.Errorf(NoBrowser, "无法启动浏览器 %s: %v", path, err)
	}
	b.stop = func() {
		_ = chromedp.Cancel(ctx) // it may have quit by itself
		cancel()
		quit()
		chromedp.FromContext(ctx).Allocator.Wait()
	}
	return ctx, nil
}

// Close ends the browser, if one was started, and waits until it has ended.
func (b *Browser) Close() error {
	b.start = func() (context.Context, error) { return nil, fmt.Errorf("the browser is closed") }
	b.stop()
	return nil
}
