package dom

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"

	"github.com/dop251/goja"
	"golang.org/x/net/html"

	"qinghost/bridge"
	"qinghost/runtime/headless"
)

// document is one page that was opened.
type document struct {
	*Page
	realm *headless.Page
	at    *url.URL
	work  sync.WaitGroup // scripts that scripts insert
	hooks *goja.Object   // what main.js exports; the page's goroutine only
	stop  goja.Callable
	sink  *sink
}

// install makes the document and its globals.
func (d *document) install(ctx context.Context, lib *library) error {
	err := d.realm.Do(ctx, func(rt *goja.Runtime) error {
		value, err := rt.RunProgram(lib.program)
		if err != nil {
			return err
		}
		made, _ := goja.AssertFunction(value)
		native := rt.NewObject()
		for name, fn := range map[string]func(goja.FunctionCall) goja.Value{"parse": parse(rt), "script": d.inserted, "told": d.told} {
			if err := native.Set(name, fn); err != nil {
				return err
			}
		}
		hooks, err := made(goja.Undefined(), native)
		if err != nil {
			return err
		}
		d.hooks = hooks.ToObject(rt)
		d.sink = newSink(rt, d.hooks)
		d.stop, _ = goja.AssertFunction(d.hooks.Get("stop"))
		return nil
	})
	var fault *headless.Fault
	if errors.As(err, &fault) && fault.Kind == headless.Exception {
		return unfit(lib.version, fault.Error())
	}
	if err != nil {
		return err
	}
	return d.realm.Run(ctx, "qinghost:dom", "") // the realm takes its document for loaded with the first script; main.js knows
}

// hook calls a function of main.js.
func (d *document) hook(ctx context.Context, name string, args ...goja.Value) (value goja.Value, err error) {
	err = d.realm.Do(ctx, func(*goja.Runtime) error {
		fn, _ := goja.AssertFunction(d.hooks.Get(name))
		value, err = fn(d.hooks, args...)
		return err
	})
	return value, err
}

// script is a script element.
type script struct {
	element   goja.Value
	name, src string // name of an inline one
	text      string
	module    bool
	when      int
}

// When a script runs: where it stands, or after the document, before or behind DOMContentLoaded.
const (
	atOnce = iota
	deferred
	async
)

// read makes the tree and runs the scripts, each when it is its turn.
func (d *document) read(ctx context.Context, text []byte) error {
	tree, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		return err
	}
	lines := scriptLines(text)
	waiting := map[int][]script{}
	var all []step
	for child := range tree.ChildNodes() {
		all = steps(all, child)
	}
	for len(all) > 0 {
		var found *script
		err := d.realm.Do(ctx, func(*goja.Runtime) error {
			for found == nil && len(all) > 0 {
				st := all[0]
				all = all[1:]
				if err := d.sink.take(st); err != nil {
					return err
				}
				if st.end && st.node.Data == "script" && st.node.Namespace == "" {
					found = d.scriptOf(st.node, &lines)
					if found != nil {
						last, _ := goja.AssertFunction(d.hooks.Get("lastScript"))
						element, err := last(d.hooks)
						if err != nil {
							return err
						}
						found.element = element
					}
				}
			}
			return nil
		})
		switch {
		case err != nil:
			return err
		case found == nil:
		case found.when == atOnce:
			if err := d.run(ctx, *found); err != nil {
				return err
			}
		default:
			waiting[found.when] = append(waiting[found.when], *found)
		}
	}
	for _, then := range []struct {
		scripts int
		after   string
	}{{atOnce, "interactive"}, {deferred, "contentLoaded"}, {async, "complete"}} {
		for _, s := range waiting[then.scripts] {
			if err := d.run(ctx, s); err != nil {
				return err
			}
		}
		if _, err := d.hook(ctx, then.after); err != nil {
			return err
		}
	}
	return nil
}

// scriptOf reads a script element; nil for data. lines are those of the scripts from this one on.
func (d *document) scriptOf(n *html.Node, lines *[]int) *script {
	line := 1
	if len(*lines) > 0 {
		line, *lines = (*lines)[0], (*lines)[1:]
	}
	attributes := map[string]string{}
	for _, a := range n.Attr {
		attributes[a.Key] = strings.TrimSpace(a.Val)
	}
	s := &script{src: attributes["src"], name: strings.TrimPrefix(d.at.Path, "/")}
	if s.name == "" {
		s.name = "index.html"
	}
	_, later := attributes["defer"]
	_, noModule := attributes["nomodule"]
	_, whenever := attributes["async"]
	switch typ := strings.ToLower(attributes["type"]); {
	case typ == "module":
		s.module, s.when = true, deferred
	case noModule, typ != "" && typ != "text/javascript" && typ != "application/javascript":
		return nil
	case later && s.src != "":
		s.when = deferred
	}
	if whenever && (s.src != "" || s.module) {
		s.when = async
	}
	if n.FirstChild != nil {
		s.text = strings.Repeat("\n", line-1) + n.FirstChild.Data
	}
	return s
}

// run runs a script of the document. What it throws is the page's own fault, and the page goes on.
func (d *document) run(ctx context.Context, s script) error {
	code, err := d.code(s)
	if err != nil || code == nil {
		return err
	}
	current := goja.Null()
	if !s.module {
		current = s.element
	}
	if _, err := d.hook(ctx, "current", current); err != nil {
		return err
	}
	if err := d.survive(d.Run(ctx, d.realm, *code)); err != nil {
		return err
	}
	if _, err := d.hook(ctx, "current", goja.Null()); err != nil || s.src == "" {
		return err
	}
	return d.realm.Do(ctx, func(rt *goja.Runtime) error {
		fire, _ := goja.AssertFunction(d.hooks.Get("fire"))
		_, err := fire(d.hooks, s.element, rt.ToValue("load"))
		return err
	})
}

// survive reports what a script threw; the error is one that the page did not survive.
func (d *document) survive(err error) error {
	var fault *headless.Fault
	if errors.As(err, &fault) && (fault.Kind == headless.Exception || fault.Kind == headless.Rejection) {
		d.fault(fault)
		return nil
	}
	return err
}

// code reads or bundles a script; nil for the page library, which is there already.
func (d *document) code(s script) (*headless.Script, error) {
	if s.src == "" {
		if s.module {
			return nil, bridge.Errorf(bridge.BadParams, "%s: environment: dom 不支持内联的 module 脚本: 请移到单独的文件, 用 src 引入", s.name)
		}
		return &headless.Script{Name: s.name, Code: s.text}, nil
	}
	if s.module {
		return d.site.Script(d.at, s.src, d.Bundle)
	}
	return d.site.Script(d.at, s.src, nil)
}

// inserted is NATIVE.script(kind, src, text, fire, current): a script put a script into the document.
func (d *document) inserted(call goja.FunctionCall) goja.Value {
	kind, src := call.Argument(0).String(), call.Argument(1).String()
	if kind == "data" {
		return goja.Undefined()
	}
	s := script{src: src, module: kind == "module", name: "qinghost:inline", text: call.Argument(2).String()}
	tell := func(fn goja.Value, text any) {
		d.realm.Post(func(rt *goja.Runtime) error {
			callable, _ := goja.AssertFunction(fn)
			_, err := callable(goja.Undefined(), rt.ToValue(text))
			return err
		})
	}
	fire, current := call.Argument(3), call.Argument(4)
	release := d.Host.Clock.Hold()
	d.work.Go(func() {
		defer release()
		code, err := d.code(s)
		if err != nil {
			d.Console("error", err.Error())
			tell(fire, "error")
			return
		}
		if code != nil {
			tell(current, !s.module)
			err = d.survive(d.Run(d.ctx, d.realm, *code))
			tell(current, false)
		}
		if err == nil && src != "" {
			tell(fire, "load")
		}
	})
	return goja.Undefined()
}
