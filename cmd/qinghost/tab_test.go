package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

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
