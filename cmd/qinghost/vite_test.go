package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const viteApp = "../../examples/vite-app"

// vite runs Vite's dev server on a copy of the example, and returns the copy and the address.
func vite(t *testing.T) (dir, url string) {
	t.Helper()
	modules, err := filepath.Abs(viteApp + "/node_modules")
	require.NoError(t, err)
	entries, err := os.ReadDir(modules)
	if _, missing := os.Stat(modules + "/vite"); err != nil || missing != nil {
		lacks(t, "没有 "+modules+"/vite: 先运行 make deps-test")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		lacks(t, "没有 node")
	}
	dir = t.TempDir()
	for _, name := range []string{"index.html", "package.json", "tsconfig.json", "vite.config.ts"} {
		text, err := os.ReadFile(viteApp + "/" + name)
		require.NoError(t, err)
		write(t, dir+"/"+name, string(text))
	}
	for _, name := range []string{"src", "public"} {
		require.NoError(t, os.CopyFS(dir+"/"+name, os.DirFS(viteApp+"/"+name)))
	}
	// Each package is a link, so that what Vite keeps in node_modules/.vite stays in the copy.
	require.NoError(t, os.Mkdir(dir+"/node_modules", 0o700))
	for _, entry := range entries {
		if entry.Name()[0] != '.' {
			require.NoError(t, os.Symlink(modules+"/"+entry.Name(), dir+"/node_modules/"+entry.Name()))
		}
	}
	port := freePort(t)
	c := exec.CommandContext(t.Context(), node, "node_modules/vite/bin/vite.js", "--host", "127.0.0.1", "--port", port, "--strictPort")
	c.Dir = dir
	said := &output{}
	c.Stdout, c.Stderr = said, said
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait() // killed
		if t.Failed() {
			t.Logf("vite:\n%s", said.clipped())
		}
	})
	url = "http://127.0.0.1:" + port
	until(t, "Vite", func() bool {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
		require.NoError(t, err)
		res, err := client.Do(req)
		if err == nil {
			_ = res.Body.Close()
		}
		return err == nil
	})
	return dir, url
}

func TestVite(t *testing.T) {
	dir, url := vite(t)
	// A module that takes its own news, as a framework's components do.
	edit(t, dir+"/index.html", `</body>`, `<script type="module" src="/src/news.ts"></script></body>`)
	write(t, dir+"/src/news.ts", `document.body.dataset.news = 'before'; import.meta.hot!.accept()`)
	// The dev server says which client it has seen.
	edit(t, dir+"/vite.config.ts", `export default defineConfig({`, `export default defineConfig({
		plugins: [{ name: 'agent', configureServer(server) { server.middlewares.use('/agent', (req, res) => res.end(req.headers['user-agent'])) } }],`)
	p := start(t, "--profile", "android", url)
	b := visit(t, p.URL)
	b.wait(`document.querySelector('#me').textContent === '方知遥，您好'`)
	b.wait(`document.body.dataset.news === 'before'`)
	until(t, "Vite 以新的配置重新启动", func() bool {
		agent, err := b.tryEval(`fetch('/agent').then(r => r.text())`)
		return err == nil && agent == b.eval(`navigator.userAgent`)
	})
	require.Contains(t, b.eval(`navigator.userAgent`), "Qing/0.9.80;Android")

	b.wait(`document.body.dataset.news === 'before'`)
	b.eval(`window.mark = 1`)
	edit(t, dir+"/src/news.ts", "before", "after")
	b.wait(`document.body.dataset.news === 'after'`)
	require.Equal(t, "1", b.eval(`window.mark`), "without a reload")
	edit(t, dir+"/src/meetings.ts", "前端组站会", "改过的站会")
	b.wait(`window.mark === undefined && document.querySelector('#meetings')?.textContent.includes('改过的站会')`)
}

func TestViteDeepLink(t *testing.T) {
	_, url := vite(t)
	p := start(t, url)
	b := visit(t, p.URL+"meetings/standup")
	b.find("heading", "前端组站会")
	b.press("button", "发起语音会议")
	b.find("dialog", "选择人员")
	b.press("checkbox", "翟苒")
	b.press("button", "确定(1)")
	b.press("button", "结束")
	b.wait(`document.querySelector('#result').dataset.success === 'true'`)
	require.Equal(t, p.URL+"meetings/standup", p.state(t).Pages[0].URL)
	b.press("link", "‹ 今日会议")
	b.find("heading", "今日会议")
	b.back()
	b.find("heading", "前端组站会")
}
