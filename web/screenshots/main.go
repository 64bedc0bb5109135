// Command screenshots makes the pictures that the README shows, from the running product: it starts bin/qinghost on the
// example and uses it in Chromium as a person would.
//
//	go run ./web/screenshots
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/chromedp/chromedp"
)

// The screen of the ios profile, drawn at two device pixels a CSS pixel.
const width, height, ratio = 390, 844, 2

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

// inViews runs an expression with helpers that look through open shadow roots.
const inViews = `(() => {
  const all = (root) => [...root.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
  const nameOf = (e) => e.getAttribute('aria-label') || e.textContent.trim();
  const click = (selector, name) => { const e = all(document).find((e) => e.matches(selector) && nameOf(e).startsWith(name)); if (!e) return false; e.click(); return true; };
  const tick = (n) => {
    const boxes = all(document).filter((e) => e.matches('[role=checkbox],input[type=checkbox]') && e.getClientRects().length);
    if (boxes.length < n) return false;
    boxes.slice(0, n).forEach((e) => e.click());
    return true;
  };
  return %s;
})()`

func run(ctx context.Context) error {
	url, stop, err := preview(ctx)
	if err != nil {
		return err
	}
	defer stop()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU)
	ctx, cancel := chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height, chromedp.EmulateScale(ratio)), chromedp.Navigate(url),
		chromedp.WaitVisible("button[data-group]")); err != nil {
		return err
	}
	var shots [][]byte
	for _, step := range [][]string{
		{},
		{press("button[data-api=createVoiceMeeting][data-group]", ""), choose(3)},
		{press("button", "确定"), shown("4 人在会议中")},
		{press("button", "结束"), press("button[data-api=createLive][data-group]", ""), choose(4), press("button", "确定"), shown("进入了直播间")},
	} {
		for _, script := range step {
			if _, err := chromedp.Run(ctx, chromedp.Poll[bool](fmt.Sprintf(inViews, script), chromedp.WithPollingTimeout(30*time.Second))); err != nil {
				return fmt.Errorf("%s: %w", script, err)
			}
		}
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](settled, chromedp.EvalAwaitPromise)); err != nil {
			return err
		}
		shot, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			return err
		}
		shots = append(shots, shot)
	}
	return sideBySide(filepath.Join("web", "screenshots", "overview.png"), shots)
}

// press clicks the first element that fits the selector and whose name begins so.
func press(selector, name string) string { return fmt.Sprintf("click(%q, %q)", selector, name) }

// choose ticks people in the picker.
func choose(n int) string { return fmt.Sprintf("tick(%d)", n) }

// shown waits for a text in a view.
func shown(text string) string {
	return fmt.Sprintf("all(document).some((e) => e.getRootNode() !== document && e.textContent.includes(%q))", text)
}

// settled ends when transitions have: half a second, and two frames.
const settled = `new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))), 600))`

// preview starts the program and returns the app's address.
func preview(ctx context.Context) (url string, stop func(), err error) {
	c := exec.CommandContext(ctx, "bin/qinghost", "preview", "--json", "--no-open", "--port", "0", "examples/meeting-room")
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := c.Start(); err != nil {
		return "", nil, fmt.Errorf("%w: run `make build` first", err)
	}
	stop = func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait() // it was interrupted
	}
	lines := bufio.NewReader(out)
	line, err := lines.ReadBytes('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("qinghost did not get ready: %w", err)
	}
	var ready struct{ URL string }
	if err := json.Unmarshal(line, &ready); err != nil {
		stop()
		return "", nil, err
	}
	go func() { _, _ = lines.WriteTo(new(bytes.Buffer)) }() // the calls that follow are not needed
	return ready.URL, stop, nil
}

// sideBySide puts pictures into one, with a margin between them.
func sideBySide(path string, shots [][]byte) error {
	const margin = 48
	sheet := image.NewRGBA(image.Rect(0, 0, len(shots)*(width*ratio+margin)+margin, height*ratio+2*margin))
	draw.Draw(sheet, sheet.Bounds(), image.NewUniform(color.RGBA{0xe9, 0xec, 0xf1, 0xff}), image.Point{}, draw.Src)
	for i, shot := range shots {
		picture, err := png.Decode(bytes.NewReader(shot))
		if err != nil {
			return err
		}
		at := image.Pt(margin+i*(width*ratio+margin), margin)
		draw.Draw(sheet, picture.Bounds().Add(at), picture, image.Point{}, draw.Src)
	}
	var text bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&text, sheet); err != nil {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o644)
}
