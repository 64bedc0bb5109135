package dom

import (
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/dop251/goja"
	"github.com/evanw/esbuild/pkg/api"

	"qinghost/bridge"
)

// NoDOM is the code of a project without a DOM that can run here.
const NoDOM bridge.Code = "93202"

// tested are the versions of linkedom that the tests run with, the best first.
var tested = []string{"0.18.12", "0.18.15"}

func install() string { return "npm install --save-dev linkedom@" + tested[0] }

// library is a linkedom, compiled once a process together with what makes a page of it.
type library struct {
	version string
	program *goja.Program
}

// libraries are those of this process, by the package's folder and version.
var libraries sync.Map // → func() (*library, error)

// load returns the linkedom that a file of the folder would import, and whether this is its first use.
func load(folder string) (lib *library, first bool, err error) {
	dir, version, err := find(folder)
	if err != nil {
		return nil, false, err
	}
	once, known := libraries.LoadOrStore(dir+"@"+version, sync.OnceValues(func() (*library, error) { return build(dir, version) }))
	lib, err = once.(func() (*library, error))()
	return lib, !known, err
}

// find looks for the package in node_modules, from the folder upward.
func find(folder string) (dir, version string, err error) {
	happy := false
	for at := folder; ; at = filepath.Dir(at) {
		dir := filepath.Join(at, "node_modules", "linkedom")
		text, err := os.ReadFile(filepath.Join(dir, "package.json"))
		switch {
		case err == nil:
			var manifest struct{ Version string }
			if err := json.Unmarshal(text, &manifest); err != nil {
				return "", "", bridge.Errorf(NoDOM, "%s: package.json 读不懂 (%v): 重新安装 %s", dir, err, install())
			}
			real, err := filepath.EvalSymlinks(dir) // pnpm's, which esbuild follows
			return real, manifest.Version, err
		case !errors.Is(err, fs.ErrNotExist):
			return "", "", err
		}
		if _, err := os.Stat(filepath.Join(at, "node_modules", "happy-dom")); err == nil {
			happy = true
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	if happy {
		return "", "", bridge.Errorf(NoDOM, "environment: dom 用 linkedom; 项目里的 happy-dom 在这里不能运行: %s", install())
	}
	return "", "", bridge.Errorf(NoDOM, "environment: dom 需要 linkedom, 从 %s 向上的 node_modules 里都没有: %s", folder, install())
}

//go:embed page/*.js
var page embed.FS

// replaced are the modules of linkedom, and below it, that give way to our own.
var replaced = map[string]string{
	"htmlparser2": "parser.js", "./event-target.js": "events.js", "./event.js": "events.js", "./custom-event.js": "events.js",
	"./input-event.js": "events.js", "../interface/event.js": "events.js", "../interface/event-target.js": "events.js",
	"./interface/event.js": "events.js", "./interface/event-target.js": "events.js", "./interface/custom-event.js": "events.js",
	"./interface/input-event.js": "events.js", "../interface/custom-event.js": "events.js", "../interface/input-event.js": "events.js",
	"domutils": nothing, // css-select's own tree; linkedom gives it another
}

// nothing is a module without exports.
const nothing = "nothing.js"

// build bundles and compiles the package of a folder. The program's value is a function of NATIVE.
func build(dir, version string) (*library, error) {
	main, err := page.ReadFile("page/main.js")
	if err != nil {
		return nil, err
	}
	const namespace = "qinghost"
	ours := func(a api.OnResolveArgs) bool { return a.Importer == "<stdin>" || a.Namespace == namespace }
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: dir, Stdin: &api.StdinOptions{Contents: string(main), ResolveDir: dir},
		Bundle: true, Format: api.FormatIIFE, GlobalName: "DOM", Platform: api.PlatformBrowser, TsconfigRaw: "{}",
		Banner: map[string]string{"js": "(function(NATIVE){'use strict';"}, Footer: map[string]string{"js": "return DOM.hooks})"},
		Target: api.ES2020, MinifyWhitespace: true, Charset: api.CharsetUTF8, LegalComments: api.LegalCommentsNone,
		Plugins: []api.Plugin{{Name: namespace, Setup: func(b api.PluginBuild) {
			b.OnResolve(api.OnResolveOptions{Filter: `.*`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
				to, given := replaced[a.Path]
				switch {
				case ours(a) && a.Path == "linkedom":
					return api.OnResolveResult{Path: filepath.Join(dir, "esm", "index.js")}, nil
				case ours(a) && a.Path == "./linkedom-classes.js":
					return api.OnResolveResult{Path: filepath.Join(dir, "esm", "shared", "register-html-class.js")}, nil
				case ours(a) && strings.HasPrefix(a.Path, "./"):
					return api.OnResolveResult{Path: a.Path[2:], Namespace: namespace}, nil
				case given && (strings.HasPrefix(a.Importer, dir) || !strings.HasPrefix(a.Path, ".")):
					return api.OnResolveResult{Path: to, Namespace: namespace}, nil
				}
				return api.OnResolveResult{}, nil
			})
			b.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: namespace}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
				text := ""
				if a.Path != nothing {
					script, err := page.ReadFile("page/" + a.Path)
					if err != nil {
						return api.OnLoadResult{}, err
					}
					text = string(script)
				}
				return api.OnLoadResult{Contents: &text}, nil
			})
		}}},
	})
	if len(result.Errors) > 0 {
		return nil, unfit(version, result.Errors[0].Text)
	}
	program, err := goja.Compile("qinghost:linkedom", string(result.OutputFiles[0].Contents), false)
	if err != nil {
		return nil, unfit(version, err.Error())
	}
	return &library{version, program}, nil
}

// unfit says that this version does not run here.
func unfit(version, why string) error {
	return bridge.Errorf(NoDOM, "linkedom %s 在这里不能运行 (%s): 可用的版本是 %s, %s", version, why, strings.Join(tested, "、"), install())
}

// untested is a warning about the version; empty if it is tested.
func (l *library) untested() string {
	if slices.Contains(tested, l.version) {
		return ""
	}
	return "linkedom " + l.version + " 没有测试过, 测试过的是 " + strings.Join(tested, "、") + ": " + install()
}
