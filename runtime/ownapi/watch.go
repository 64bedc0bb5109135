package ownapi

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quiet is how long nothing may change before files are read again: an editor writes many times in a row.
const quiet = 50 * time.Millisecond

// Watch loads every file, and again when it or what it imports changes, until Close. What is wrong with a file is told to the
// host's Logger, and touches no other. changed is called when there are methods of other names than before.
func (m *Methods) Watch(changed func()) {
	m.work.Go(func() {
		watch, err := fsnotify.NewWatcher()
		if err != nil {
			m.Host.Logger.Warn("无法监视 "+Folder+", 改动后请重新启动", "err", err)
			m.loadAll()
			return
		}
		defer watch.Close() //nolint:errcheck // nothing is left to do about it
		m.follow(watch)
		for more := true; more; more = m.follow(watch) || m.wait(watch) {
			other := m.find()
			m.loadAll()
			if other {
				changed()
			}
		}
	})
}

// loadAll loads what is new of every file.
func (m *Methods) loadAll() {
	all := m.methods()
	paths := make([]string, len(all))
	for i, one := range all {
		paths[i] = one.path
	}
	for i, b := range m.bundler.Bundles(paths) {
		if m.ctx.Err() != nil {
			return
		}
		all[i].take(b)
	}
}

// folder is where the methods stand.
func (m *Methods) folder() string { return filepath.Join(m.Dir, filepath.FromSlash(Folder)) }

// follow watches the folder and all below it, those above it where it may appear, and those of what is imported. It says
// whether one is new to it, in which something may have changed before.
func (m *Methods) follow(watch *fsnotify.Watcher) (more bool) {
	before := len(watch.WatchList())
	folders := []string{m.Dir, filepath.Dir(m.folder())}
	_ = filepath.WalkDir(m.folder(), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			folders = append(folders, path)
		}
		return nil // what cannot be read is told elsewhere
	})
	for _, one := range m.methods() {
		paths, _ := one.inputs()
		for _, path := range paths {
			folders = append(folders, filepath.Dir(path))
		}
	}
	slices.Sort(folders)
	for _, folder := range slices.Compact(folders) {
		if err := watch.Add(folder); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fsnotify.ErrClosed) {
			m.Host.Logger.Warn("无法监视文件夹, 改动后请重新启动", "folder", folder, "err", err)
		}
	}
	return len(watch.WatchList()) > before
}

// wait waits until something has changed and it has been quiet since; false when the methods have ended.
func (m *Methods) wait(watch *fsnotify.Watcher) bool {
	timer := time.NewTimer(quiet)
	timer.Stop()
	for {
		select {
		case <-m.ctx.Done():
			return false
		case <-timer.C:
			return true
		case <-watch.Errors: // events were lost: something changed
			timer.Reset(quiet)
		case event := <-watch.Events:
			if event.Op != fsnotify.Chmod && m.concerns(event.Name) {
				timer.Reset(quiet)
			}
		}
	}
}

// concerns says whether a file is one of ours, or one that is imported.
func (m *Methods) concerns(path string) bool {
	folder := m.folder()
	const slash = string(filepath.Separator)
	below := func(path, folder string) bool { return strings.HasPrefix(path+slash, folder+slash) }
	return below(path, folder) || below(folder, path) || slices.ContainsFunc(m.methods(), func(one *method) bool {
		paths, broken := one.inputs()
		return broken || slices.Contains(paths, path)
	})
}
