package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// payPage calls a method that no client knows, and shows what it hears.
const payPage = `<!doctype html><meta charset=utf-8><title>付款</title><body><ul></ul><script>
const show = (text) => document.querySelector('ul').append(Object.assign(document.createElement('li'), { textContent: text }));
addEventListener('error', (e) => show('未捕获: ' + e.message));
addEventListener('unhandledrejection', (e) => show('未处理: ' + e.reason.code));
document.addEventListener('QingReady', () => qing.call('pay.start', { 金额: 1, success: (r) => show(r.success + ' ' + r.errorCode + ' ' + JSON.stringify(r.data)) }));
</script>`

// A call that the client does not know is answered by hand, and the answer stays: after a reset, and in the next preview.
func TestAnswerByHand(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/index.html", payPage)
	p := start(t, dir)
	b := visit(t, p.URL)
	until(t, "the call", func() bool { return len(p.calls("pay.start")) == 1 && p.calls("pay.start")[0].State == "unanswered" })
	id := p.calls("pay.start")[0].ID

	for body, want := range map[string]int{
		`{"call":999,"data":{}}`: http.StatusConflict, `{"call":"x"}`: http.StatusBadRequest, `{"call":1,"dat":{}}`: http.StatusBadRequest,
		`{"call":1,"errorCode":"0"}`: http.StatusBadRequest, `{"call":1,"error":"坏","data":{}}`: http.StatusBadRequest,
	} {
		status, said := p.control(t, "POST answer", body)
		assert.Equal(t, want, status, "%s: %s", body, said)
	}
	file := filepath.Join(dir, "qinghost", "scenario.yaml")
	said := p.do("POST answer", fmt.Sprintf(`{"call":%d,"data":{"单号":"17"},"remember":true}`, id))
	assert.Contains(t, said, "scenario.yaml")
	b.wait(`document.querySelector('li').textContent === 'true 0 {"单号":"17"}'`)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "calls:\n  \"pay.start\": {\"answer\":{\"data\":{\"单号\":\"17\"}}}\n", string(text))

	b.eval(`location.reload()`)
	until(t, "the second call", func() bool { return len(p.calls("pay.start")) == 2 && p.calls("pay.start")[1].State == "done" })
	p.do("POST reset", "")
	b.eval(`location.reload()`)
	until(t, "a call after the reset", func() bool { return len(p.calls("pay.start")) == 1 && p.calls("pay.start")[0].State == "done" })
	p.stop()

	next := start(t, "--strict", dir)
	visit(t, next.URL).wait(`document.querySelector('li').textContent === 'true 0 {"单号":"17"}'`)
}

// What the phone passes over without a word is an uncaught error of the page in strict mode.
func TestStrictPreview(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/index.html", payPage)
	write(t, dir+"/qinghost.yaml", "strict: true\n")
	b := visit(t, start(t, "--config", dir+"/qinghost.yaml", dir).URL)
	b.wait(`document.querySelectorAll('li').length === 2`)
	assert.Equal(t, "false 90007 {}|未处理: 90007", b.eval(`Array.from(document.querySelectorAll('li'), (li) => li.textContent).join('|')`))

	p := start(t, "--config", dir+"/qinghost.yaml", "--faithful", dir)
	b = visit(t, p.URL)
	until(t, "the call", func() bool { return len(p.calls("pay.start")) == 1 && p.calls("pay.start")[0].State == "unanswered" })
	b.wait(`document.querySelectorAll('li').length === 0`)
}

// strictTests are calls that nobody waits for: each is the failure of the test that made it, at the line that made it.
const strictTests = `test('没人等', () => { qing.call('nosuch'); });
test('无辜一', async () => { expect((await qing.call('getNetworkType')).success).toBeTruthy(); });
test('页面里', async () => {
  await page.open('/index.html');
  await page.eval(() => void (globalThis as any).qing.call('setWebViewTitle', { titel: '周会' }));
});
test('无辜二', () => {});
test('最后', async () => { qing.call('nosuch'); await 0; });
`

func TestStrictInTests(t *testing.T) {
	for name, args := range map[string][]string{"ios": nil, "android": {"--profile", "android"}, "browser": {"--browser", "--timeout", "60s"}} {
		t.Run(name, func(t *testing.T) {
			if args != nil && args[0] == "--browser" {
				if _, err := chromium(); err != nil {
					lacks(t, err.Error())
				}
			}
			dir := t.TempDir()
			write(t, dir+"/index.html", "<!doctype html><meta charset=utf-8><title>页</title>")
			write(t, dir+"/a.qing.ts", strictTests)
			t.Chdir(dir)
			var stdout, stderr bytes.Buffer
			require.Equal(t, exitFailed, run(t.Context(), append([]string{"test", "--strict"}, args...), nil, nil, &stdout, &stderr), "%s%s", &stdout, &stderr)
			said := stdout.String()
			assert.Contains(t, said, "2 passed, 3 failed", said)
			for _, line := range []string{"✗ a.qing.ts:1 › 没人等", "✓ a.qing.ts:2 › 无辜一", "✗ a.qing.ts:3 › 页面里", "✓ a.qing.ts:7 › 无辜二", "✗ a.qing.ts:8 › 最后"} {
				assert.Contains(t, said, line)
			}
			assert.Contains(t, said, "at a.qing.ts:1:")
			assert.Contains(t, said, "at a.qing.ts:8:")
			assert.Contains(t, said, `"titel" (是否想写 "title"?)`)
		})
	}
}

// A page that wants a document, in a test without one, says what to do.
func TestWantsDOM(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/index.html", "<!doctype html><script>document.createElement('iframe')</script>")
	write(t, dir+"/a.qing.ts", "test('旧库', async () => { await page.open('/index.html'); });\n")
	t.Chdir(dir)
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitFailed, run(t.Context(), []string{"test", "--library", "page"}, nil, nil, &stdout, &stderr))
	assert.Regexp(t, "createElement(?s:.*)需要 DOM: .*environment dom.*--browser", stdout.String())
}
