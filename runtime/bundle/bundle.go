// Package bundle makes classic scripts of test files and of a page's modules, by esbuild: TypeScript, JSX, JSON, packages
// from the user's node_modules, paths of the tsconfig. Style sheets and pictures are empty modules. What goja lacks is
// lowered. Bundles are kept by the content of everything that they were made of.
package bundle

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/evanw/esbuild/pkg/api"
)

// Bundle is a file and all that it imports, as one script.
type Bundle struct {
	File     string            // the entry, absolute
	Code     []byte            // a classic script
	Map      []byte            // its source map, with the sources' text; the sources' paths count from Bundler.Root
	Sum      [sha256.Size]byte // of Code and Map, or of what Err says
	Inputs   []string          // absolute paths of the files that it was made of, the entry among them
	Warnings []Message
	Err      error // *Error, and nothing else is set but File and Sum, when it cannot be made
}

// Bundler makes bundles. Its fields do not change once it is used.
type Bundler struct {
	Root  string // absolute: what paths in messages and source maps count from
	Cache string // folder to keep bundles in; empty for none
	Whole bool   // also with what nobody imports of a module: it counts as code that did not run
	// Global is the global variable that becomes what the entry exports; empty for none.
	Global string
	// Warn is told, from any goroutine, when the cache cannot be written; nil: nobody.
	Warn func(error)
}

// options are esbuild's for every bundle; a change of them is a change of the key of what is kept.
func (b *Bundler) options() api.BuildOptions {
	options := api.BuildOptions{
		AbsWorkingDir: b.Root,
		Outdir:        b.Root, // nothing is written; the sources' paths in the map count from here
		Bundle:        true,
		Format:        api.FormatIIFE,
		GlobalName:    b.Global,
		Platform:      api.PlatformBrowser,
		// What goja runs; performance.md, "goja, measured".
		Target:        api.ES2020,
		Supported:     map[string]bool{"async-generator": false, "for-await": false},
		Charset:       api.CharsetUTF8,
		LegalComments: api.LegalCommentsNone,
		Sourcemap:     api.SourceMapExternal,
		Define:        map[string]string{"process.env.NODE_ENV": `"test"`},
		Loader:        map[string]api.Loader{},
		Metafile:      true,
	}
	if b.Whole {
		options.TreeShaking = api.TreeShakingFalse
	}
	for _, extension := range strings.Fields(emptyExtensions) {
		options.Loader[extension] = api.LoaderEmpty
	}
	return options
}

// emptyExtensions are files that a script imports for its looks alone.
const emptyExtensions = ".css .scss .sass .less .styl .png .jpg .jpeg .gif .svg .webp .avif .ico .woff .woff2 .ttf .otf .mp3 .mp4"

// Bundles returns the bundles of files, absolute paths, in their order: from the cache as far as nothing has changed, the
// others built at once. What is wrong with one does not touch the others.
func (b *Bundler) Bundles(files []string) []*Bundle {
	c := newCache(b)
	all := make([]*Bundle, len(files))
	each(len(files), func(i int) { all[i] = c.load(files[i]) })
	var stale []int
	for i := range all {
		if all[i] == nil {
			stale = append(stale, i)
		}
	}
	if len(stale) == 0 {
		return all
	}
	entries := make([]string, len(stale))
	for n, i := range stale {
		entries[n] = files[i]
	}
	built := b.build(entries)
	if built == nil { // esbuild makes none when one is wrong
		built = make([]*Bundle, len(entries))
		each(len(entries), func(n int) { built[n] = b.one(entries[n]) })
	}
	each(len(stale), func(n int) {
		all[stale[n]] = built[n]
		c.save(built[n])
	})
	c.trim(mostCached)
	return all
}

// each runs do for 0 … n-1 on as many goroutines as there are cores.
func each(n int, do func(i int)) {
	var work sync.WaitGroup
	next := make(chan int)
	for range min(n, runtime.GOMAXPROCS(0)) {
		work.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	work.Wait()
}

// one builds a single bundle.
func (b *Bundler) one(file string) *Bundle {
	options := b.options()
	options.EntryPointsAdvanced = []api.EntryPoint{{InputPath: file, OutputPath: "0"}}
	result := api.Build(options)
	if len(result.Errors) > 0 {
		wrong := b.messages(result.Errors)
		return &Bundle{File: file, Sum: sum(fmt.Appendf(nil, "%#v", wrong)), Err: &Error{Messages: wrong}}
	}
	return b.collect([]string{file}, result)[0]
}

// build builds bundles together, so that what they share is read once; nil when something is wrong.
func (b *Bundler) build(files []string) []*Bundle {
	options := b.options()
	for i, file := range files {
		options.EntryPointsAdvanced = append(options.EntryPointsAdvanced, api.EntryPoint{InputPath: file, OutputPath: strconv.Itoa(i)})
	}
	result := api.Build(options)
	if len(result.Errors) > 0 {
		return nil
	}
	return b.collect(files, result)
}

// metafile is esbuild's account of a build; paths count from the working folder.
type metafile struct {
	Inputs map[string]struct {
		Imports []struct {
			Path     string `json:"path"`
			External bool   `json:"external"`
		} `json:"imports"`
	} `json:"inputs"`
	Outputs map[string]struct {
		EntryPoint string `json:"entryPoint"`
	} `json:"outputs"`
}

// collect takes the bundles out of a build's result.
func (b *Bundler) collect(files []string, result api.BuildResult) []*Bundle {
	var meta metafile
	if err := json.Unmarshal([]byte(result.Metafile), &meta); err != nil {
		panic(err) // esbuild wrote it
	}
	all := make([]*Bundle, len(files))
	for i, file := range files {
		all[i] = &Bundle{File: file}
	}
	for _, out := range result.OutputFiles {
		name, isMap := strings.CutSuffix(filepath.Base(out.Path), ".map")
		index, isScript := strings.CutSuffix(name, ".js")
		i, err := strconv.Atoi(index)
		switch {
		case err != nil || !isScript: // a style sheet beside the script
		case isMap:
			all[i].Map = out.Contents
		default:
			all[i].Code = out.Contents
			all[i].Inputs = b.reach(&meta, meta.Outputs[name].EntryPoint)
		}
	}
	warnings := b.messages(result.Warnings)
	for _, one := range all {
		one.Sum = sum(one.Code, one.Map)
		for _, w := range warnings { // a file that several import warns each of them
			for _, input := range one.Inputs {
				if w.File == b.relative(input) {
					one.Warnings = append(one.Warnings, w)
				}
			}
		}
	}
	return all
}

func sum(parts ...[]byte) (s [sha256.Size]byte) {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
	}
	h.Sum(s[:0])
	return s
}

// reach lists the files that an entry imports, and those import, in the order of their discovery.
func (b *Bundler) reach(meta *metafile, entry string) []string {
	seen := map[string]bool{entry: true}
	var files []string
	for queue := []string{entry}; len(queue) > 0; queue = queue[1:] {
		// A package's "browser" field may have put an empty module in a file's place.
		path := strings.TrimPrefix(queue[0], "(disabled):")
		if !filepath.IsAbs(path) {
			path = filepath.Join(b.Root, path)
		}
		files = append(files, path)
		for _, i := range meta.Inputs[queue[0]].Imports {
			if !i.External && !seen[i.Path] && !strings.HasPrefix(i.Path, "<") { // "<runtime>" is esbuild's own
				seen[i.Path] = true
				queue = append(queue, i.Path)
			}
		}
	}
	return files
}

// relative is a path as messages show it.
func (b *Bundler) relative(path string) string {
	if rel, err := filepath.Rel(b.Root, path); err == nil {
		path = rel
	}
	return filepath.ToSlash(path)
}
