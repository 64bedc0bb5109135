// Live reload: what changes in a folder.

package browser

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quiet is how long nothing may change before it is told: editors and builds write many files in a row.
const quiet = 50 * time.Millisecond

// watch calls onChange after files below dir have changed, until ctx ends; then it returns nil. An error says why there
// is no watching.
func watch(ctx context.Context, dir string, onChange func()) error {
	w, err := newWatcher(dir)
	if err != nil {
		return err
	}
	w.run(ctx, onChange)
	return nil
}

// watcher follows a folder and all below it, from newWatcher on until run returns.
type watcher struct {
	dir string
	fs  *fsnotify.Watcher
}

func newWatcher(dir string) (*watcher, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &watcher{dir: dir, fs: notify}
	if err := w.add(dir); err != nil {
		_ = notify.Close() // the first error says more
		if errors.Is(err, syscall.ENOSPC) {
			err = fmt.Errorf("%w：文件夹太多，请调大 fs.inotify.max_user_watches (too many folders: raise fs.inotify.max_user_watches)", err)
		}
		return nil, err
	}
	return w, nil
}

// add follows the folder and those below it. One that is gone again is no error.
func (w *watcher) add(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && (path != w.dir || errors.Is(err, fs.ErrNotExist)):
			return nil
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case w.ignored(path):
			return filepath.SkipDir
		}
		if err := w.fs.Add(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

func (w *watcher) run(ctx context.Context, onChange func()) {
	defer w.fs.Close() //nolint:errcheck // nothing is left to do about it
	timer := time.NewTimer(quiet)
	timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			onChange()
		case <-w.fs.Errors: // events were lost: something changed
			timer.Reset(quiet)
		case e := <-w.fs.Events:
			// Backup and index programs touch attributes all the time.
			if e.Op == fsnotify.Chmod || w.ignored(e.Name) {
				continue
			}
			if info, err := os.Lstat(e.Name); err == nil && info.IsDir() && e.Has(fsnotify.Create) {
				_ = w.add(e.Name) // the folder's own change is still told
			}
			timer.Reset(quiet)
		}
	}
}

// ignored tells whether path is none of the app's: dotfiles, packages, what is qinghost's own, what editors write beside a file.
func (w *watcher) ignored(path string) bool {
	below, err := filepath.Rel(w.dir, path)
	if err != nil || below == "." {
		return false
	}
	if first, _, _ := strings.Cut(filepath.ToSlash(below), "/"); first == "qinghost" {
		return true
	}
	for name := range strings.SplitSeq(filepath.ToSlash(below), "/") {
		switch {
		case strings.HasPrefix(name, "."), name == "node_modules",
			strings.HasSuffix(name, "~"),                                                     // Emacs, Vim, JetBrains
			strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#"),                     // Emacs
			strings.HasSuffix(name, ".swp"), strings.HasSuffix(name, ".swx"), name == "4913", // Vim
			strings.HasSuffix(name, ".tmp"), strings.HasSuffix(name, "___jb_tmp___"), strings.HasSuffix(name, "___jb_old___"):
			return true
		}
	}
	return false
}
