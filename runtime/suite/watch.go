package suite

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"qinghost/runtime/suite/report"
)

// Watcher runs tests again when files change.
type Watcher struct {
	Options // Report is made anew for each run

	NewReport func() (report.Reporter, error)
	Keys      io.Reader // lines of a person: "" or "a" runs all, "f" those files that failed, "q" quits; nil for nobody
	Before    func()    // is called before each run: to clear the screen; nil for nothing
	Say       func(text string)
	Own       func(path string) bool // says which files the run itself writes: they are no change; nil for none
	All       func(path string) bool // says which files concern every test; nil for none

	watch *fsnotify.Watcher
	seen  map[string]bool              // folders that are watched
	sums  map[string][sha256.Size]byte // of the bundles that ran last, by path
	bad   map[string]bool              // names of files that failed
}

// quiet is how long no file must have changed before a run begins: an editor or a checkout writes many at once.
const quiet = 80 * time.Millisecond

// Watch runs all tests, and after that, until ctx ends or somebody quits, those whose files have changed.
func Watch(ctx context.Context, w Watcher) (err error) {
	if w.watch, err = fsnotify.NewWatcher(); err != nil {
		return fmt.Errorf("无法监视文件: %w", err)
	}
	defer func() { err = errors.Join(err, w.watch.Close()) }()
	w.seen, w.sums, w.bad = map[string]bool{}, map[string][sha256.Size]byte{}, map[string]bool{}
	s, err := newSession(w.Options)
	if err != nil {
		return err
	}
	s.AllowNone = true
	keys := w.keys(ctx)
	changed := map[string]bool{}
	if err := w.cycle(ctx, s, nil, func(unit) bool { return true }); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case key, open := <-keys:
			switch {
			case !open:
				keys = nil
				continue
			case key == "q":
				return nil
			case key == "f":
				err = w.cycle(ctx, s, nil, func(u unit) bool { return w.bad[u.name] })
			default:
				err = w.cycle(ctx, s, nil, func(unit) bool { return true })
			}
		case event := <-w.watch.Events:
			if !w.counts(event) {
				continue
			}
			w.gather(changed, event.Name)
			err = w.cycle(ctx, s, changed, func(u unit) bool { return w.touched(s, u, changed) })
			clear(changed)
		case failed := <-w.watch.Errors:
			s.Logger.Warn("监视文件时出错", "err", failed)
		}
		if err != nil {
			return err
		}
	}
}

// keys hands on the lines that a person types.
func (w *Watcher) keys(ctx context.Context) chan string {
	if w.Keys == nil {
		return nil
	}
	keys := make(chan string)
	go func() { // it ends with its reader, or at the next line
		defer close(keys)
		for lines := bufio.NewScanner(w.Keys); lines.Scan(); {
			select {
			case keys <- strings.ToLower(strings.TrimSpace(lines.Text())):
			case <-ctx.Done():
				return
			}
		}
	}()
	return keys
}

// gather takes further changes until it has been quiet for a while.
func (w *Watcher) gather(changed map[string]bool, first string) {
	changed[first] = true
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	for {
		select {
		case event := <-w.watch.Events:
			if w.counts(event) {
				changed[event.Name] = true
				timer.Reset(quiet)
			}
		case <-timer.C:
			return
		}
	}
}

// counts says whether an event is a change that somebody else made.
func (w *Watcher) counts(event fsnotify.Event) bool {
	return event.Op != fsnotify.Chmod && (w.Own == nil || !w.Own(event.Name))
}

// touched says whether a change concerns a test file: what it was made of differs, or it opens pages and a page's file
// has changed, or one that concerns all. One that cannot be bundled differs when what is wrong with it does.
func (w *Watcher) touched(s *session, u unit, changed map[string]bool) bool {
	if sum, ran := w.sums[u.path]; !ran || sum != u.bundle.Sum {
		return true
	}
	for path := range changed {
		if w.All != nil && w.All(path) {
			return true
		}
	}
	if !s.opened(u.path).Load() {
		return false
	}
	for path := range changed {
		rel, err := filepath.Rel(s.Root, path)
		if err == nil && !strings.HasPrefix(rel, "..") && !usualName.MatchString(rel) {
			return true
		}
	}
	return false
}

// cycle runs those of the files that are wanted. changed is nil when a person asked.
func (w *Watcher) cycle(ctx context.Context, s *session, changed map[string]bool, wanted func(unit) bool) error {
	files, err := s.find()
	if err != nil {
		return err
	}
	var chosen []unit
	for _, u := range s.bundles(files) {
		w.follow(u)
		if wanted(u) {
			chosen = append(chosen, u)
		}
	}
	w.followFolders(s)
	if len(chosen) == 0 {
		if changed == nil {
			w.say("没有要运行的测试")
		}
		return nil
	}
	if w.Before != nil {
		w.Before()
	}
	if s.Report, err = w.NewReport(); err != nil {
		return err
	}
	failed := &failedFiles{Reporter: s.Report, names: map[string]bool{}}
	s.Report = failed
	summary, err := s.run(ctx, chosen)
	if err != nil {
		return err
	}
	for _, e := range summary.Errors {
		failed.names[e.File] = true
	}
	for _, u := range chosen {
		w.sums[u.path] = u.bundle.Sum
		w.bad[u.name] = failed.names[u.name]
	}
	if ctx.Err() != nil {
		return nil
	}
	waiting := "等待文件变化…"
	if w.Keys != nil {
		waiting += " 回车或 a: 全部运行, f: 只运行失败的文件, q: 退出"
	}
	w.say(waiting)
	return nil
}

func (w *Watcher) say(text string) {
	if w.Say != nil {
		w.Say(text)
	}
}

// failedFiles is a reporter that takes down which files had failures.
type failedFiles struct {
	report.Reporter
	names map[string]bool
}

// End implements report.Reporter.
func (f *failedFiles) End(r report.Result) {
	if r.Status == report.Failed {
		f.names[r.File] = true
	}
	f.Reporter.End(r)
}

// follow watches the folders of all that a bundle was made of.
func (w *Watcher) follow(u unit) {
	w.folder(filepath.Dir(u.path))
	for _, path := range u.bundle.Inputs {
		w.folder(filepath.Dir(path))
	}
}

// followFolders watches the folders of tests and pages, for new files.
func (w *Watcher) followFolders(s *session) {
	for _, root := range []string{s.Dir, s.Root} {
		// What cannot be read is not watched; find has told of it.
		_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.IsDir() {
				return nil
			}
			if base := entry.Name(); path != root && (base == "node_modules" || base == "dist" || strings.HasPrefix(base, ".")) {
				return fs.SkipDir
			}
			w.folder(path)
			return nil
		})
	}
}

func (w *Watcher) folder(dir string) {
	if w.seen[dir] {
		return
	}
	w.seen[dir] = true
	if err := w.watch.Add(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.say(fmt.Sprintf("无法监视 %s: %v", dir, err))
	}
}
