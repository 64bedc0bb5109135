package headless

import (
	"embed"
	"strings"
	"sync"

	"github.com/dop251/goja"
)

//go:embed prelude/*.js
var preludeFiles embed.FS

// scriptGlobals says which program of prelude/ makes which globals. A program is a function that takes the natives and
// returns its globals by name; it is compiled once a process and run once a page, when the first of its names is asked for.
var scriptGlobals = map[string]string{}

func init() {
	for program, names := range map[string]string{
		"abort":     "AbortController AbortSignal",
		"clone":     "structuredClone",
		"console":   "console",
		"events":    "CustomEvent MessageEvent ProgressEvent ErrorEvent PromiseRejectionEvent StorageEvent HashChangeEvent PopStateEvent MessageChannel MessagePort postMessage",
		"exception": "DOMException",
		"fetch":     "fetch Headers Request Response",
		"files":     "Blob File FormData TextEncoder TextDecoder",
		"intl":      "Intl",
		"place":     "history performance crypto Storage requestAnimationFrame cancelAnimationFrame requestIdleCallback cancelIdleCallback",
		"url":       "URL URLSearchParams",
		"weak":      "WeakRef FinalizationRegistry Iterator",
		"xhr":       "XMLHttpRequest",
	} {
		for name := range strings.FieldsSeq(names) {
			scriptGlobals[name] = program
		}
	}
}

// preludePrograms are the programs of prelude/, each compiled when the first page asks for it.
var preludePrograms sync.Map // name → func() *goja.Program

func preludeFile(name string) *goja.Program {
	compiled, _ := preludePrograms.LoadOrStore(name, sync.OnceValue(func() *goja.Program {
		text, err := preludeFiles.ReadFile("prelude/" + name + ".js")
		if err != nil {
			panic(err) // a name of our own
		}
		return mustCompile("qinghost:"+name, string(text))
	}))
	return compiled.(func() *goja.Program)()
}

// lazyGlobals is the prototype of a page's global object. A page uses a handful of what a browser offers: all the rest
// would cost more to make than the page's own script to run. What is asked for becomes a property of the global object; so
// before that hasOwnProperty does not see it and delete has no effect; a script that declares a var of that name asks for it
// (see Page.declare).
type lazyGlobals struct {
	page    *Page
	made    map[string]bool
	library bool // the page library is being installed: what it would wrap, fetch.go leads to the host anyway
}

// Get implements goja.DynamicObject.
func (l *lazyGlobals) Get(name string) goja.Value {
	if !l.Has(name) {
		return nil
	}
	if l.made == nil {
		l.made = map[string]bool{}
	}
	l.made[name] = true
	rt := l.page.loop.rt
	var value goja.Value
	if make, native := nativeGlobals[name]; native {
		value = rt.ToValue(make(l.page))
	} else {
		value = l.page.part(scriptGlobals[name]).Get(name)
	}
	if err := rt.GlobalObject().DefineDataProperty(name, value, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
		panic(err)
	}
	return value
}

// Has implements goja.DynamicObject.
func (l *lazyGlobals) Has(name string) bool {
	if l.made[name] || l.library && (name == "fetch" || name == "XMLHttpRequest") {
		return false // it was deleted, or is not for the library
	}
	if nativeGlobals[name] != nil {
		return true
	}
	_, is := scriptGlobals[name]
	return is
}

// Set implements goja.DynamicObject: assignments go to the global object itself.
func (l *lazyGlobals) Set(string, goja.Value) bool { return false }

// Delete implements goja.DynamicObject.
func (l *lazyGlobals) Delete(name string) bool {
	if l.made == nil {
		l.made = map[string]bool{}
	}
	l.made[name] = true
	return true
}

// Keys implements goja.DynamicObject: as all that a browser defines, the globals are not enumerated.
func (l *lazyGlobals) Keys() []string { return nil }

// natives is the object by which the programs of the prelude reach Go. Its functions are made as they are asked for.
type natives struct{ page *Page }

// Get implements goja.DynamicObject.
func (n natives) Get(name string) goja.Value {
	make := nativeFunctions[name]
	if make == nil {
		return nil
	}
	return n.page.loop.rt.ToValue(make(n.page))
}

// Has implements goja.DynamicObject.
func (n natives) Has(name string) bool { return nativeFunctions[name] != nil }

// Set implements goja.DynamicObject.
func (n natives) Set(string, goja.Value) bool { return false }

// Delete implements goja.DynamicObject.
func (n natives) Delete(string) bool { return false }

// Keys implements goja.DynamicObject.
func (n natives) Keys() []string { return nil }

// part returns what a program of the prelude gave, and runs it the first time.
func (p *Page) part(name string) *goja.Object {
	if part := p.parts[name]; part != nil {
		return part
	}
	value, err := p.callProgram(func() *goja.Program { return preludeFile(name) }, p.native)
	if err != nil {
		panic(err)
	}
	if p.parts == nil {
		p.parts = map[string]*goja.Object{}
	}
	part := value.ToObject(p.loop.rt)
	p.parts[name] = part
	return part
}

// declare makes the globals that a script is about to declare as var: they keep their value then, as in a browser.
func (p *Page) declare(names []string) {
	for _, name := range names {
		if p.lazy.Has(name) {
			p.loop.rt.GlobalObject().Get(name)
		}
	}
}

// fail throws a DOMException.
func (p *Page) fail(name, message string) {
	rt := p.loop.rt
	exception, err := rt.New(p.part("exception").Get("DOMException"), rt.ToValue(message), rt.ToValue(name))
	if err != nil {
		panic(err)
	}
	panic(rt.ToValue(exception))
}
