// Goal 13: a Vite app through the host beside the same dev server directly.

package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"qinghost/internal/bench"
)

// vite is the suite with an app of so many modules: every one is a request more.
func vite(modules int) bench.Suite {
	return bench.Suite{
		Name: "vite",
		Goals: []bench.Goal{
			{Number: 13, What: "Vite app, load event, to direct", Unit: "ms", Ours: "qinghost load", Peer: "direct load", Limit: 1.03},
			{Number: 13, What: "Vite app, edit until shown, to direct", Unit: "ms", Ours: "qinghost hmr", Peer: "direct hmr", Limit: 3, Difference: true},
		},
		Open: func(ctx context.Context, r *bench.Run) (func() (bench.Figures, error), error) {
			return openVite(ctx, r, modules)
		},
	}
}

// Per round and side.
const (
	viteLoads = 15
	viteEdits = 10
)

// viteApp is the app, but for the modules that it imports besides.
var viteApp = map[string]string{
	"package.json":    `{"private":true,"type":"module"}`,
	"vite.config.js":  `export default {};`,
	"index.html":      `<!doctype html><html><head><title>bench</title></head><body><p id="shown"></p><script type="module" src="/main.js"></script></body></html>`,
	"style.css":       `body { font: 16px sans-serif; }`,
	"main.js":         "import './style.css';\nimport { version } from './version.js';\n",
	viteEdited:        viteVersion(0),
	"node_modules/.k": "", // so that Vite keeps its own cache here
}

const (
	viteEdited = "version.js"
	viteMain   = `
const show = (text) => { document.getElementById('shown').textContent = text; };
show(version);
import.meta.hot.accept('./version.js', (fresh) => show(fresh.version));
`
)

func viteVersion(n int) string { return fmt.Sprintf("export const version = 'version %d';\n", n) }

// writeViteApp writes the app anew into dir, with so many modules more.
func writeViteApp(dir string, modules int) error {
	files := maps.Clone(viteApp)
	for i := range modules {
		name := fmt.Sprintf("part%d.js", i)
		files["main.js"] += fmt.Sprintf("import './%s';\n", name)
		files[name] = fmt.Sprintf("export const part%d = %q;\n", i, strings.Repeat("part ", 200))
	}
	files["main.js"] += viteMain
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func openVite(ctx context.Context, r *bench.Run, modules int) (func() (bench.Figures, error), error) {
	app := filepath.Join(r.Cache, "vite-app")
	if err := writeViteApp(app, modules); err != nil {
		return nil, err
	}
	direct, port, err := bench.FreeAddress()
	if err != nil {
		return nil, err
	}
	if _, err := r.Server(ctx, bench.Answers(direct), "node", r.Module("vite", "bin", "vite.js"), app,
		"--host", "127.0.0.1", "--port", port, "--strictPort", "--clearScreen", "false"); err != nil {
		return nil, err
	}
	_, ours, err := child(ctx, r, "preview", direct)
	if err != nil {
		return nil, err
	}
	tab, err := newTab(ctx, r)
	if err != nil {
		return nil, err
	}
	v := &viteRun{tab: tab, edited: filepath.Join(app, viteEdited)}
	sides := []side{{name: "direct", url: direct}, {name: "qinghost", url: ours}}
	for i := range 10 { // fills the caches of Vite and of the browser
		if _, err := v.load(sides[i%2].url); err != nil {
			return nil, fmt.Errorf("%s: %w", sides[i%2].name, err)
		}
	}
	return func() (bench.Figures, error) {
		loads, edits := map[string][]float64{}, map[string][]float64{}
		for range viteLoads {
			for _, s := range sides {
				took, err := v.load(s.url)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", s.name, err)
				}
				loads[s.name] = append(loads[s.name], took)
			}
		}
		for _, s := range sides {
			if edits[s.name], err = v.edit(s.url, viteEdits); err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
		}
		found := bench.Figures{}
		for _, s := range sides {
			found[s.name+" load"], found[s.name+" hmr"] = bench.Median(loads[s.name]), bench.Median(edits[s.name])
		}
		return found, nil
	}, nil
}

// viteRun is the tab and the file under edit.
type viteRun struct {
	tab     context.Context
	edited  string
	version int
}

// load loads the app anew and returns the milliseconds to its load event.
func (v *viteRun) load(url string) (float64, error) {
	if err := chromedp.Do(v.tab, chromedp.Navigate("about:blank")); err != nil {
		return 0, err
	}
	is, err := open[struct {
		Took  float64
		Shown string
	}](v.tab, url, `({ took: performance.getEntriesByType('navigation')[0].loadEventStart, shown: document.getElementById('shown').textContent })`)
	if want := fmt.Sprintf("version %d", v.version); err == nil && is.Shown != want {
		err = fmt.Errorf("the app shows %q instead of %q", is.Shown, want)
	}
	return is.Took, err
}

// edit loads the app, edits a module of it so many times, and returns the milliseconds from each edit until it shows. It
// fails when the page loads itself anew instead.
func (v *viteRun) edit(url string, times int) ([]float64, error) {
	if _, err := v.load(url); err != nil {
		return nil, err
	}
	var took []float64
	for range times {
		time.Sleep(100 * time.Millisecond) // one edit is not to be taken for a part of the one before
		v.version++
		watch := fmt.Sprintf(`window.changed = new Promise((done) => {
			const shown = document.getElementById('shown'), look = () => shown.textContent === 'version %d' && done(true);
			new MutationObserver(look).observe(shown, { childList: true });
		}); true`, v.version)
		if _, err := chromedp.Run(v.tab, chromedp.Evaluate[bool](watch)); err != nil {
			return nil, err
		}
		start := time.Now()
		if err := os.WriteFile(v.edited, []byte(viteVersion(v.version)), 0o644); err != nil {
			return nil, err
		}
		ctx, cancel := context.WithTimeout(v.tab, 10*time.Second)
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`window.changed`, chromedp.EvalAwaitPromise)) // undefined, an error, in a page that has loaded anew
		cancel()
		if err != nil {
			return nil, fmt.Errorf("edit %d was not shown, or the page loaded anew: %w", v.version, err)
		}
		took = append(took, float64(time.Since(start).Microseconds())/1000)
	}
	return took, nil
}
