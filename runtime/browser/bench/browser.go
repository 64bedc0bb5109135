// Chromium, by chromedp.

package main

import (
	"context"
	"fmt"
	"os"

	"github.com/chromedp/chromedp"

	"qinghost/internal/bench"
)

// chromium is the browser's command, here and for Playwright.
const chromium = "/usr/bin/chromium"

// newTab starts Chromium, until ctx ends, and returns the context of a tab.
func newTab(ctx context.Context, r *bench.Run) (context.Context, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(context.WithoutCancel(ctx), options...)
	tab, closeTab := chromedp.NewContext(allocator)
	r.Running.Go(func() {
		<-ctx.Done()
		closeTab()
		stop() // waits until its processes are gone
	})
	if err := chromedp.Do(tab); err != nil {
		return nil, fmt.Errorf("cannot start Chromium (apt-get install chromium): %w", err)
	}
	return tab, nil
}

// open loads a page and evaluates an expression, or the promise that it is, there.
func open[T any](tab context.Context, url, js string) (T, error) {
	if err := chromedp.Do(tab, chromedp.Navigate(url)); err != nil {
		var none T
		return none, err
	}
	return chromedp.Run(tab, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
}
