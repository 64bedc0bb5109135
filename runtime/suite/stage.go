package suite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dop251/goja"

	"qinghost/bridge"
	"qinghost/runtime/headless"
	"qinghost/runtime/suite/coverage"
	"qinghost/runtime/suite/driver"
	"qinghost/runtime/suite/site"
	"qinghost/web"
)

// stage is where a test file plays: a world, the host's blank page with the test API and the file's script in it, and the
// page under test once it is opened. A file has one, but for those that take the place of one which died, and for retries.
type stage struct {
	*playing
	world  *World
	script *script
	page   *headless.Page
	calls  atomic.Uint64   // id of the last call
	ctx    context.Context // ends with the stage
	cancel context.CancelFunc
	work   sync.WaitGroup // what was asked for

	hooks struct{ collect, run, abort, defined, called goja.Callable }

	mu     sync.Mutex
	turn   *turn         // what runs: a test, or an afterAll hook; nil between
	driver driver.Driver // of the page under test; nil before page.open
	lines  capture       // of the console, since the last turn ended
	counts []func()      // add up the lines that ran; when nothing runs any more
	killed error         // why the runner ended the stage; nil if it did not
	watch  *time.Timer   // for what keeps the loop busy, or takes too long by the machine's clock
}

const testURL = site.Origin + "/"

// testAPI is the test API, compiled once a process.
var testAPI = sync.OnceValues(func() (*goja.Program, error) { return goja.Compile("qinghost:test", web.Test(), false) })

// newStage makes the world and loads the file into it. The stage is returned also with an error, to be closed.
func newStage(ctx context.Context, p *playing) (*stage, error) {
	clock := bridge.NewClock()
	if !p.job.browser {
		clock = bridge.NewVirtualClock(time.Now())
	}
	defer clock.Hold()()
	r := &stage{playing: p}
	r.ctx, r.cancel = context.WithCancel(ctx)
	var err error
	if r.world, err = p.Open(r.ctx, clock, p.job.profile); err != nil {
		return r, err
	}
	r.script = newScript()
	r.takeScript()
	r.world.Host.Log.Observe(func(c bridge.CallRecord) { r.calls.Store(max(r.calls.Load(), c.ID)) }) // one at a time
	clock.OnIdle(r.idle)
	r.page, err = headless.New(r.ctx, r.world.Host, headless.Options{
		Config: web.Config{Lang: p.Lang}, URL: testURL, Console: r.console, Fault: r.fault,
		MemoryLimit: memoryLimit, Fetch: site.Site{Root: p.Root, Door: r.world.Door}.Fetch, Navigate: func(string) {},
	})
	if err != nil {
		return r, err
	}
	r.watch = time.AfterFunc(r.real(p.Timeout), r.late)
	return r, r.load()
}

// takeScript puts the test's rules over those of the scenario file, which a reset has put back.
func (r *stage) takeScript() {
	if under := r.world.Host.Script(); under != bridge.Script(r.script) {
		r.script.setUnder(under)
		r.world.Host.SetScript(r.script)
	}
}

// load runs the test API and then the file.
func (r *stage) load() error {
	api, err := testAPI()
	if err != nil {
		return err
	}
	err = r.page.Do(r.ctx, func(rt *goja.Runtime) error {
		value, err := rt.RunProgram(api)
		if err != nil {
			return err
		}
		install, _ := goja.AssertFunction(value)
		made, err := install(goja.Undefined(), r.native(rt))
		if err != nil {
			return err
		}
		hooks := made.ToObject(rt)
		for name, hook := range map[string]*goja.Callable{
			"collect": &r.hooks.collect, "run": &r.hooks.run, "abort": &r.hooks.abort,
			"defined": &r.hooks.defined, "called": &r.hooks.called,
		} {
			callable := false
			if *hook, callable = goja.AssertFunction(hooks.Get(name)); !callable {
				return fmt.Errorf("the test API has no hook %s", name)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, script := range r.programs {
		if script.counted != nil {
			if err := r.count(r.page, script.counted); err != nil {
				return err
			}
		}
		if err := r.page.RunProgram(r.ctx, script.program); err != nil {
			return err
		}
	}
	return nil
}

// count gives a page the counters of a script; they are read when the stage is closed.
func (r *stage) count(page *headless.Page, script *coverage.Script) error {
	return page.Do(r.ctx, func(rt *goja.Runtime) error {
		counts, err := script.Install(rt)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.counts = append(r.counts, func() { r.Coverage.Add(script, counts()) })
		return err
	})
}

// cover implements driver.Options.Cover.
func (r *stage) cover(page *headless.Page, script headless.Script) (headless.Script, error) {
	counted, err := coverage.Instrument(script.Name, script.Code, script.Map)
	if err != nil {
		return script, nil //nolint:nilerr // it cannot be parsed, and says so better when it runs
	}
	return headless.Script{Name: script.Name, Code: counted.Code, Map: counted.Map}, r.count(page, counted)
}

// collected is a test as the file defines it.
type collected struct {
	ID      int      `json:"id"`
	Path    []string `json:"path"`
	Mode    string   `json:"mode"` // run, skip, todo
	Only    bool     `json:"only"`
	Timeout float64  `json:"timeout"` // ms; 0 for the run's
	Stack   string   `json:"stack"`
}

func (r *stage) collect() (tests []collected, err error) {
	r.watch.Reset(r.real(r.Timeout))
	defer r.watch.Stop() // nothing runs until run
	err = r.page.Do(r.ctx, func(*goja.Runtime) error {
		text, err := r.hooks.collect(goja.Undefined())
		if err != nil {
			return err
		}
		return json.Unmarshal([]byte(text.String()), &tests)
	})
	return tests, err
}

// run runs tests in the order of ids, and returns when they are through; or with the reason why the stage ended, a
// *headless.Fault if it died of one.
func (r *stage) run(ids []int) error {
	order, err := json.Marshal(map[string]any{"ids": ids, "timeout": r.Timeout.Milliseconds(), "bail": 0})
	if err != nil {
		return err
	}
	through := make(chan struct{})
	r.watch.Reset(r.real(r.Timeout))
	err = r.page.Do(r.ctx, func(rt *goja.Runtime) error {
		_, err := r.hooks.run(goja.Undefined(), rt.ToValue(string(order)), rt.ToValue(func(goja.FunctionCall) goja.Value {
			r.watch.Stop()
			close(through)
			return goja.Undefined()
		}))
		return err
	})
	if err != nil {
		return err
	}
	select {
	case <-through:
		return nil
	case <-r.page.Done():
		select {
		case <-through: // it ended right after
			return nil
		default:
		}
		err := r.page.Err()
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.killed != nil && !errors.As(err, new(*headless.Fault)) {
			return r.killed
		}
		return err
	}
}

// close ends the stage and everything in it.
func (r *stage) close() {
	r.cancel()
	if r.watch != nil {
		r.watch.Stop()
	}
	if r.page != nil {
		_ = r.page.Close() // never fails
	}
	r.work.Wait()
	r.mu.Lock()
	d := r.driver
	r.mu.Unlock()
	if d != nil {
		if err := d.Close(); err != nil {
			r.Logger.Warn("页面没有正常关闭", "err", err)
		}
	}
	for _, add := range r.counts {
		add()
	}
	if r.world != nil {
		if err := r.world.Close(); err != nil {
			r.Logger.Warn("测试的数据没有正常关闭", "err", err)
		}
	}
}

// defined has the test file answer a call, as host.define said.
func (r *stage) defined(ctx context.Context, api string, params json.RawMessage) (json.RawMessage, error) {
	r.page.Post(func(rt *goja.Runtime) error {
		_, err := r.hooks.defined(goja.Undefined(), rt.ToValue(api), rt.ToValue(string(params)), rt.ToValue(func(call goja.FunctionCall) goja.Value {
			failed := call.Argument(0)
			if goja.IsNull(failed) || goja.IsUndefined(failed) {
				bridge.Finish(ctx, json.RawMessage(call.Argument(1).String()), nil)
			} else {
				var said struct{ Message, Code string }
				if err := json.Unmarshal([]byte(failed.String()), &said); err != nil {
					said.Message = failed.String()
				}
				if said.Code == "" {
					said.Code = string(bridge.Failed)
				}
				bridge.Finish(ctx, nil, &bridge.Error{Code: bridge.Code(said.Code), Message: said.Message})
			}
			return goja.Undefined()
		}))
		return err
	})
	return nil, bridge.ErrStaysOpen
}

// opened is the driver of the page under test; nil before page.open.
func (r *stage) opened() driver.Driver {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.driver
}

// drive returns the driver, and makes it at the first page.open.
func (r *stage) drive() (driver.Driver, error) {
	if d := r.opened(); d != nil {
		return d, nil
	}
	open := openPlain
	switch {
	case r.job.browser:
		open = r.Browse
	case r.dom && r.DOMs == nil:
		return nil, bridge.Errorf(bridge.BadParams, "environment: dom 在这里不可用")
	case r.dom:
		open = r.DOMs
	}
	r.openedPage.Store(true)
	var cover func(*headless.Page, headless.Script) (headless.Script, error)
	if r.Coverage != nil {
		cover = r.cover
	}
	d, err := open(r.ctx, driver.Options{
		Cover: cover,
		Host:  r.world.Host, Door: r.world.Door, Serves: r.Serves, Root: r.Root, Lang: r.Lang, Library: r.Library, Bundle: r.bundlePage,
		Console: r.console, Fault: r.pageFault, MemoryLimit: memoryLimit, Logger: r.Logger,
	})
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.driver = d
	return d, nil
}

// bundlePage bundles a module script of a page.
func (r *stage) bundlePage(file string) (code, sourceMap []byte, err error) {
	b := r.bundler.Bundles([]string{filepath.Clean(file)})[0]
	return b.Code, b.Map, b.Err
}
