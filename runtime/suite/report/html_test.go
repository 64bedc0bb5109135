package report_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/runtime/suite/report"
)

// picture is a screenshot's stand-in.
var picture = func() []byte {
	m := image.NewRGBA(image.Rect(0, 0, 195, 120))
	for i := range m.Pix {
		m.Pix[i] = 0xf4
	}
	for x := 20; x < 175; x++ {
		for y := 80; y < 104; y++ {
			m.Set(x, y, color.RGBA{29, 115, 238, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}()

// The report in Chromium. With QINGHOST_SCREENSHOTS=dir it leaves pictures of it, light and dark, to look at.
func TestHTML(t *testing.T) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		t.Skip("没有 Chromium, 没有在浏览器里看 HTML 报告")
	}
	allocator := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.DisableGPU)
	if os.Geteuid() == 0 {
		allocator = append(allocator, chromedp.NoSandbox)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, allocator...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	act := func(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		require.NoError(t, chromedp.Do(ctx, actions...))
	}
	eval := func(t *testing.T, expression string) string {
		t.Helper()
		text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`String(`+expression+`)`))
		require.NoError(t, err)
		return text
	}
	scheme := func(value string) chromedp.Action[chromedp.Void] {
		return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}},
			})
			return err
		})
	}
	look := func(t *testing.T, name string) {
		dir := os.Getenv("QINGHOST_SCREENSHOTS")
		if dir == "" {
			return
		}
		for _, value := range []string{"light", "dark"} {
			act(t, scheme(value))
			shot, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, name+"-"+value+".png"), shot, 0o644))
		}
	}
	open := func(t *testing.T, play func(report.Reporter)) {
		t.Helper()
		o := options(&bytes.Buffer{}, nil)
		o.Dir = t.TempDir()
		r, err := report.New([]string{"html"}, o)
		require.NoError(t, err)
		play(r)
		text, err := os.ReadFile(filepath.Join(o.Dir, "index.html"))
		require.NoError(t, err)
		assert.NotRegexp(t, `(?i)(src|href)\s*=\s*["']?(https?:)?//|@import|url\(`, string(text), "asks nothing of a server")
		act(t, chromedp.EmulateViewport(1200, 1000), chromedp.Navigate("file://"+filepath.Join(o.Dir, "index.html")))
	}
	shown := `[...document.querySelectorAll('.row')].filter(row => row.checkVisibility()).length`
	press := func(t *testing.T, key string) {
		t.Helper()
		eval(t, `(document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', {key: '`+key+`', bubbles: true, cancelable: true}))`)
	}

	t.Run("matrix", func(t *testing.T) {
		open(t, func(r report.Reporter) { play(t, r, "ios", "android", "desktop") })
		assert.Equal(t, "2 个测试失败, 1 个文件没有跑起来", eval(t, `document.querySelector('h1').textContent`))
		assert.Equal(t, "5", eval(t, shown))
		assert.Equal(t, "ios,android,desktop", eval(t, `[...document.querySelector('h2:has(.column)').querySelectorAll('.column')].map(c => c.textContent)`))
		assert.Equal(t, "只有 ios 通过", eval(t, `document.querySelector('.odd').textContent`))
		opened := `document.querySelector('details.test[open]')`
		assert.Equal(t, "失败android", eval(t, opened+`.querySelector('[aria-selected=true]').textContent`))
		assert.Equal(t, "3", eval(t, opened+`.querySelectorAll('.calls tbody tr').length`))
		assert.Equal(t, "195", eval(t, opened+`.querySelector('img').naturalWidth`))
		look(t, "matrix")
		eval(t, opened+`.querySelector('.calls').scrollIntoView({block: 'center'})`)
		eval(t, opened+`.querySelector('.calls details').open = true`)
		eval(t, `new Promise(requestAnimationFrame)`)
		look(t, "calls")
		assert.Contains(t, eval(t, opened+`.querySelector('td pre').textContent`), "\n  \"title\": \"周会\"")

		press(t, "/")
		assert.Equal(t, "find", eval(t, `document.activeElement.id`))
		eval(t, `(() => { find.value = '选人 单选'; find.dispatchEvent(new Event('input')) })()`)
		assert.Equal(t, "1", eval(t, shown))
		press(t, "Escape")
		assert.Equal(t, "5", eval(t, shown))
		eval(t, `document.querySelectorAll('.chips input')[1].click()`)
		assert.Equal(t, "1", eval(t, shown), "only where the clients differ")
		eval(t, `document.querySelectorAll('.chips input')[0].click()`)
		eval(t, `document.activeElement.blur()`)
		press(t, "j")
		press(t, "j")
		press(t, "k")
		assert.Contains(t, eval(t, `document.activeElement.textContent`), "发起成功后显示会议号")
		press(t, "n")
		assert.Contains(t, eval(t, `document.activeElement.textContent`), "取消时按钮恢复")
	})
	t.Run("one client", func(t *testing.T) {
		open(t, func(r report.Reporter) { play(t, r, "android") })
		assert.Equal(t, "0", eval(t, `document.querySelectorAll('.cell, [role=tab]').length`))
		look(t, "single")
		act(t, chromedp.EmulateViewport(390, 844))
		assert.Equal(t, "true", eval(t, `document.documentElement.scrollWidth <= 390`), "fits a phone")
		look(t, "phone")
	})
	t.Run("all passed", func(t *testing.T) {
		open(t, func(r report.Reporter) {
			r.Begin(report.Plan{Files: 1, Tests: 1})
			r.End(report.Result{Test: report.Test{File: "a.qing.ts", Path: []string{"好"}, Profile: "ios"}, Status: report.Passed, Attempts: []report.Attempt{{Took: time.Millisecond}}})
			require.NoError(t, r.Done(report.Summary{Plan: report.Plan{Files: 1}, Passed: 1}))
		})
		assert.Equal(t, "全部通过", eval(t, `document.querySelector('h1').textContent`))
	})
	t.Run("nasty", func(t *testing.T) {
		open(t, func(r report.Reporter) {
			r.Begin(report.Plan{})
			r.End(report.Result{Test: report.Test{File: nasty, Path: []string{nasty}, Profile: nasty}, Status: report.Failed, Attempts: []report.Attempt{{
				Failures: []report.Failure{{Message: nasty}},
			}}})
			require.NoError(t, r.Done(report.Summary{Failed: 1}))
		})
		assert.Equal(t, "0", eval(t, `document.querySelectorAll('img').length`))
		assert.Equal(t, "1", eval(t, shown))
	})
	t.Run("ten thousand", func(t *testing.T) {
		open(t, func(r report.Reporter) {
			r.Begin(report.Plan{})
			for i := range 10_000 {
				r.End(report.Result{Test: report.Test{File: "多.qing.ts", Line: i + 1, Path: []string{strings.Repeat("组", i%3+1), "测试"}, Profile: "ios"}, Status: report.Passed})
			}
			require.NoError(t, r.Done(report.Summary{Passed: 10_000}))
		})
		began := time.Now()
		assert.Equal(t, "10000", eval(t, `document.querySelectorAll('.row').length`))
		t.Logf("10,000 tests: a look at them after %v", time.Since(began))
	})
}
