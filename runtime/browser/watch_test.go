package browser

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestWatch(t *testing.T) {
	defer goleak.VerifyNone(t)
	dir := folder(t, map[string]string{"a/b/x.js": "1", "node_modules/p/y.js": "1", ".git/HEAD": "1"})
	w, err := newWatcher(dir)
	require.NoError(t, err)
	real, err := filepath.EvalSymlinks(dir)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{real, filepath.Join(real, "a"), filepath.Join(real, "a", "b")}, w.fs.WatchList())

	ctx, cancel := context.WithCancel(context.Background())
	changed := make(chan struct{}, 100)
	done := make(chan struct{})
	go func() {
		w.run(ctx, func() { changed <- struct{}{} })
		close(done)
	}()
	write := func(name string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte("2"), 0o644))
	}
	await := func(what string) {
		select {
		case <-changed:
		case <-time.After(5 * time.Second):
			require.Fail(t, "no change was told: "+what)
		}
	}
	for range 20 { // a build's many writes
		write("a/b/x.js")
		write("a/new.css")
	}
	await("files")
	require.Empty(t, changed, "many writes in a row are one change")

	require.NoError(t, os.MkdirAll(filepath.Join(dir, "c", "d"), 0o755))
	await("a folder")
	write("c/d/z.js")
	await("a file in a new folder")
	require.NoError(t, os.Rename(filepath.Join(dir, "c", "d", "z.js"), filepath.Join(dir, "index.html")))
	await("a renamed file")
	require.NoError(t, os.Remove(filepath.Join(dir, "index.html")))
	await("a removed file")

	cancel()
	<-done
	require.Error(t, watch(context.Background(), filepath.Join(dir, "none"), nil))
	require.NoError(t, watch(ctx, dir, nil), "a context that has ended is no error")
}

func TestWatchIgnores(t *testing.T) {
	w := &watcher{dir: filepath.FromSlash("/home/me/.apps/app")}
	for path, ignored := range map[string]bool{
		"": false, "index.html": false, "src/a.js": false, "node_modules.html": false, "c#.html": false,
		".git": true, ".git/index": true, "a/.DS_Store": true, "node_modules/x/y.js": true, "a/node_modules": true,
		"a.js~": true, ".a.js.swp": true, "a.js.swx": true, "4913": true, "#a.js#": true, "a.tmp": true, "a.js___jb_tmp___": true,
	} {
		require.Equal(t, ignored, w.ignored(filepath.Join(w.dir, filepath.FromSlash(path))), path)
	}
}
