package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// Most that the cache keeps; past it the oldest go, until a half is left.
const mostCached = 256 << 20

// cache keeps bundles in a folder, a file an entry. It lives for one call of Bundles, and reads every file once.
type cache struct {
	*Bundler
	salt  string // what a bundle depends on besides files
	files sync.Map
	dirs  sync.Map
	wrote sync.Once
}

// header stands before code and map in a file of the cache, as one line.
type header struct {
	Inputs   []input   `json:"inputs"`
	Config   string    `json:"config"` // hash of the package.json and tsconfig.json that apply to the inputs
	Code     int       `json:"code"`   // bytes
	Sum      string    `json:"sum"`    // of code and map
	Warnings []Message `json:"warnings,omitempty"`
}

type input struct {
	Path string `json:"path"`
	Sum  string `json:"sum"`
}

func newCache(b *Bundler) *cache {
	return &cache{Bundler: b, salt: fmt.Sprintf("1 %s %v", esbuildVersion(), b.options())}
}

// esbuildVersion is the version of the module that is linked in.
var esbuildVersion = sync.OnceValue(func() string {
	if info, is := debug.ReadBuildInfo(); is {
		for _, module := range info.Deps {
			if module.Path == "github.com/evanw/esbuild" {
				return module.Version
			}
		}
	}
	return ""
})

// name is where the entry's bundle is kept.
func (c *cache) name(file string) string {
	key := sum([]byte(c.salt), []byte{0}, []byte(file))
	return filepath.Join(c.Cache, hex.EncodeToString(key[:16]))
}

// load returns the entry's bundle, if it is kept and nothing that it was made of has changed; nil otherwise.
func (c *cache) load(file string) *Bundle {
	if c.Cache == "" {
		return nil
	}
	text, err := os.ReadFile(c.name(file))
	if err != nil {
		return nil
	}
	line, rest, _ := bytes.Cut(text, []byte("\n"))
	var h header
	if json.Unmarshal(line, &h) != nil || h.Code > len(rest) || len(h.Inputs) == 0 {
		return nil
	}
	b := &Bundle{File: file, Code: rest[:h.Code:h.Code], Map: rest[h.Code:], Warnings: h.Warnings}
	if b.Sum = sum(rest); hex.EncodeToString(b.Sum[:]) != h.Sum {
		return nil
	}
	for _, in := range h.Inputs {
		if c.sum(in.Path) != in.Sum {
			return nil
		}
		b.Inputs = append(b.Inputs, in.Path)
	}
	if c.config(b.Inputs) != h.Config {
		return nil
	}
	return b
}

// save keeps a bundle. That it could not is told once, and harms nobody.
func (c *cache) save(b *Bundle) {
	if c.Cache == "" || b.Err != nil {
		return
	}
	h := header{Config: c.config(b.Inputs), Code: len(b.Code), Sum: hex.EncodeToString(b.Sum[:]), Warnings: b.Warnings}
	for _, path := range b.Inputs {
		h.Inputs = append(h.Inputs, input{path, c.sum(path)})
	}
	line, err := json.Marshal(h)
	if err == nil {
		err = replace(c.name(b.File), slices.Concat(line, []byte("\n"), b.Code, b.Map))
	}
	c.wrote.Do(func() {
		if err != nil && c.Warn != nil {
			c.Warn(fmt.Errorf("打包结果没有存入缓存 %s: %w", c.Cache, err))
		}
	})
}

// replace writes a file as a whole: others read the old or the new one.
func replace(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // it may be gone
	}
	return err
}

// trim removes the oldest bundles when they are more than most bytes, until a half is left.
func (c *cache) trim(most int64) {
	entries, err := os.ReadDir(c.Cache)
	if err != nil {
		return // save has told
	}
	var kept []fs.FileInfo
	var total int64
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil {
			kept = append(kept, info)
			total += info.Size()
		}
	}
	if total <= most {
		return
	}
	slices.SortFunc(kept, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, info := range kept {
		if total <= most/2 {
			return
		}
		if time.Since(info.ModTime()) > time.Minute { // another process may be about to rename a new one
			_ = os.Remove(filepath.Join(c.Cache, info.Name())) // another process may have been faster
			total -= info.Size()
		}
	}
}

// sum is the hash of a file; empty when it cannot be read.
func (c *cache) sum(path string) string {
	if known, is := c.files.Load(path); is {
		return known.(string)
	}
	hash := ""
	if text, err := os.ReadFile(path); err == nil {
		s := sha256.Sum256(text)
		hash = hex.EncodeToString(s[:])
	}
	c.files.Store(path, hash)
	return hash
}

// config is the hash of the files that say how the inputs are to be read, in their folders and above.
func (c *cache) config(inputs []string) string {
	var last string
	h := sha256.New()
	for _, path := range inputs {
		if dir := filepath.Dir(path); dir != last { // neighbours mostly come together
			last = dir
			h.Write([]byte(c.folder(dir)))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// folder is the hash of the configuration in a folder and above it.
func (c *cache) folder(dir string) string {
	if known, is := c.dirs.Load(dir); is {
		return known.(string)
	}
	h := sha256.New()
	for _, name := range []string{"package.json", "tsconfig.json", "jsconfig.json"} {
		c.configFile(h.Write, filepath.Join(dir, name), 0)
	}
	if parent := filepath.Dir(dir); parent != dir {
		h.Write([]byte(c.folder(parent)))
	}
	hash := hex.EncodeToString(h.Sum(nil))
	c.dirs.Store(dir, hash)
	return hash
}

// extends and quoted find the files of the project that a tsconfig.json extends.
var (
	extends = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")`) })
	quoted  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"(\.[^"]*)"`) })
)

// deepestExtends bounds a circle of tsconfig files.
const deepestExtends = 8

// configFile hashes a file, and those of the project that it extends.
func (c *cache) configFile(write func([]byte) (int, error), path string, depth int) {
	text, err := os.ReadFile(path)
	if err != nil || depth > deepestExtends {
		return
	}
	_, _ = write(append([]byte(path+"\x00"), text...)) // a hash takes everything
	for _, found := range extends().FindAllSubmatch(text, -1) {
		for _, name := range quoted().FindAllSubmatch(found[1], -1) {
			base := filepath.Join(filepath.Dir(path), string(name[1]))
			c.configFile(write, base, depth+1)
			c.configFile(write, base+".json", depth+1)
		}
	}
}
