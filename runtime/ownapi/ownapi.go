// Package ownapi answers a project's own JS-API methods: each file of its folder qinghost/api is the one of its name, and its
// default export, (params, client) => data or a promise of it, answers the calls.
//
// The files run on goja, each in a page of its own, which nobody sees; what they keep in variables lives until the file, or
// something that it imports, changes. Their timers follow the host's clock.
package ownapi

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"qinghost/bridge"
	"qinghost/runtime/bundle"
)

// Folder is where the methods stand in a project.
const Folder = "qinghost/api"

// The codes of what is wrong with a file itself. What its function throws has the thrown error's code, or bridge.Failed.
const (
	NotLoaded bridge.Code = "96001" // it cannot be loaded, and no earlier version of it could
	Stopped   bridge.Code = "96002" // its script was stopped: an endless loop, or calls without end
)

// File is a file that is a method.
type File struct {
	Name string // of the method
	Path string
	Doc  string // the first line of the comment before the default export, or where the file stands
}

// methodName is a name that can be called, and written into a declaration.
var methodName = regexp.MustCompile(`^[\p{L}_$][\p{L}\p{N}_$.-]*$`)

// Files returns the methods of the project in dir, by name, and by path what is wrong with files that are none. Declarations,
// tests and what stands in folders below are for the others to import. A project without the folder has no methods.
func Files(dir string) (files []File, wrong map[string]error) {
	wrong = map[string]error{}
	folder := filepath.Join(dir, filepath.FromSlash(Folder))
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		wrong[folder] = bridge.Errorf(NotLoaded, "无法读取文件夹 %s: %v", Folder, err)
	}
	for _, extension := range []string{".ts", ".js"} {
		for _, entry := range entries {
			name, is := strings.CutSuffix(entry.Name(), extension)
			if !is || entry.IsDir() || name == "" || name[0] == '.' || strings.HasSuffix(name, ".d") || strings.HasSuffix(name, ".qing") {
				continue
			}
			path, shown := filepath.Join(folder, entry.Name()), Folder+"/"+entry.Name()
			switch i := slices.IndexFunc(files, func(f File) bool { return f.Name == name }); {
			case i >= 0:
				wrong[path] = bridge.Errorf(NotLoaded, "%s 没有加载: 与 %s 是同一个方法, 请只留一个", shown, filepath.Base(files[i].Path))
			case !methodName.MatchString(name) || strings.HasPrefix(name, bridge.ViewPrefix):
				wrong[path] = bridge.Errorf(NotLoaded,
					"%s 没有加载: %q 不能作为方法名, 应为字母开头的 名.名 (不能以 view. 开头), 如 pay.start.ts; 请改文件名, 被导入的文件请放进子文件夹", shown, name)
			default:
				files = append(files, File{name, path, docOf(path, shown)})
			}
		}
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files, wrong
}

// docOf returns the first line of the comment before a file's default export, or, without one there, of that at its beginning.
func docOf(path, shown string) string {
	text, _ := os.ReadFile(path) // loading it says what is wrong
	before, _, _ := strings.Cut(string(text), "export default")
	for _, pattern := range []*regexp.Regexp{lastComment, firstComment} {
		found := pattern.FindStringSubmatch(before)
		if found == nil {
			continue
		}
		for line := range strings.Lines(found[1]) {
			if line = strings.Trim(line, "* \t\r\n"); line != "" {
				return line
			}
		}
	}
	return "本项目的 " + shown
}

var (
	firstComment = regexp.MustCompile(`(?s)^[\s\x{feff}]*/\*\*(.*?)\*/`)
	lastComment  = regexp.MustCompile(`(?s)/\*\*((?:[^*]|\*+[^*/])*)\*+/\s*$`)
)

// Options say whose methods they are. Both are required.
type Options struct {
	Dir  string       // absolute: the project's folder
	Host *bridge.Host // is given them; what they write comes to its Logger
}

// Methods are the own methods of a project, on a host.
type Methods struct {
	Options
	bundler *bundle.Bundler
	ctx     context.Context
	cancel  context.CancelFunc
	work    sync.WaitGroup

	mu    sync.Mutex
	all   map[string]*method
	built []bridge.API      // what the host has by itself; nil before there is a method
	told  map[string]string // what is wrong with files that are no methods, by path
}

// Open gives a host the methods of a project until Close, or until ctx ends. A file is loaded when it is first called, or by
// Watch.
func Open(ctx context.Context, o Options) *Methods {
	if real, err := filepath.EvalSymlinks(o.Dir); err == nil {
		o.Dir = real // as the bundler names what it reads
	}
	m := &Methods{Options: o, bundler: &bundle.Bundler{Root: o.Dir, Global: exported}, all: map[string]*method{}}
	m.ctx, m.cancel = context.WithCancel(ctx)
	m.find()
	return m
}

// Close takes the methods from the host, and ends all that they started.
func (m *Methods) Close() {
	m.cancel()
	m.work.Wait()
	m.Host.SetOwn(nil)
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, one := range m.all {
		one.retire("qinghost 已结束")
	}
}

// Reset has every method forget what it kept in variables; its open calls fail with bridge.HostGone.
func (m *Methods) Reset() {
	for _, one := range m.methods() {
		one.forget()
	}
}

// find looks which methods there are, and says whether pages can call others than before.
func (m *Methods) find() (changed bool) {
	files, wrong := Files(m.Dir)
	m.mu.Lock()
	defer m.mu.Unlock()
	told := map[string]string{}
	for _, path := range slices.Sorted(maps.Keys(wrong)) {
		if told[path] = wrong[path].Error(); told[path] != m.told[path] {
			m.Host.Logger.Error(told[path])
		}
	}
	m.told = told
	if len(files) == 0 && len(m.all) == 0 { // most projects
		return false
	}
	if m.built == nil {
		m.built = m.Host.APIs()
	}
	found := map[string]*method{}
	var apis []bridge.API
	for _, f := range files {
		one := m.all[f.Name]
		if one == nil || one.path != f.Path {
			one = &method{of: m, path: f.Path, shown: Folder + "/" + filepath.Base(f.Path)}
			if slices.ContainsFunc(m.built, func(a bridge.API) bool { return a.Name == f.Name }) {
				m.Host.Logger.Info(one.shown + " 覆盖内置的 " + f.Name)
			}
		}
		found[f.Name] = one
		apis = append(apis, bridge.DefineOnPage[json.RawMessage, json.RawMessage](f.Name, f.Doc, one.call, bridge.On("*")))
	}
	before := m.Host.Names()
	m.Host.SetOwn(apis)
	for name, one := range m.all {
		if found[name] != one {
			one.retire(one.shown + " 已不在")
		}
	}
	m.all = found
	return !slices.Equal(before, m.Host.Names())
}

// methods returns those there are, by name.
func (m *Methods) methods() []*method {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []*method
	for _, name := range slices.Sorted(maps.Keys(m.all)) {
		all = append(all, m.all[name])
	}
	return all
}
