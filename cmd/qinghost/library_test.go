package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge/bridgetest"
	"qinghost/runtime/suite/report"
)

// ownLibraryFiles are a project whose page brings its own library, and asks the vendor for it too.
var ownLibraryFiles = map[string]string{
	"index.html": `<!doctype html><meta charset=utf-8><title>自带库</title><script>copies = 0</script><script src=qing.js></script>
<script src="https://static.yunzhijia.com/public/js/qing/latest/qing.js"></script><script src="//im.kdweibo.com/pub/js/qingjs.js"></script>`,
	"none.html": `<!doctype html><meta charset=utf-8><script src="https://static.yunzhijia.com/public/js/qing/latest/qing.js"></script>`,
	"a.qing.ts": `
declare const library: any;
declare let copies: number;

test('六种判断 success 的写法', async () => {
  await page.open('/index.html');
  const [found, name] = await page.eval(() => new Promise((done) => library.call('getPersonInfo', {}, (r) => done([
    [r.success === 'true', r.success == 'true', r.success === true, r.success == true, !!r.success, String(r.success) === 'true'],
    r.data.name,
  ]))));
  expect(found).toEqual(qing.isIOS ? [true, true, false, false, true, true] : [false, false, true, true, true, true]);
  expect(host.calls('getPersonInfo')).toHaveLength(1);
  expect(name).toBe((await qing.call('getPersonInfo')).data.name);
});

test('失败', async () => {
  host.fail('createLive', { errorCode: '1003', error: '没有直播权限' });
  await page.open('/index.html');
  const failed = await page.eval(() => new Promise((done) => library.call('createLive', {}, done)));
  expect(failed).toMatchObject({ success: qing.isIOS ? 'false' : false, errorCode: '1003', error: '没有直播权限' });
});

test('页面看不到 qinghost', async () => {
  await page.open('/index.html');
  expect(await page.eval(() => [typeof qing, Symbol.for('qinghost') in globalThis, copies])).toEqual(['undefined', false, 3]);
});
`,
}

// standInTest is for a page that asks the vendor for its library and has no copy at hand.
const standInTest = `
test('代替的库走客户端的通道', async () => {
  await page.open('/none.html');
  expect(await page.eval(() => [typeof qing, Symbol.for('qinghost') in globalThis])).toEqual(['object', false]);
  expect(await page.eval(() => qing.call('getNetworkType').then((r) => r.data))).toEqual({ network_type: 'wifi' });
});
`

// TestOwnLibrary runs tests of pages that bring a library of their own, in each of the ways in which a page is run.
func TestOwnLibrary(t *testing.T) {
	for _, c := range []struct{ library, environment, args string }{
		{"modern", "headless", "--profile all"},
		{"modern", "dom", "--profile all"},
		{"legacy", "dom", "--profile ios"},            // its frames
		{"mobile", "dom", "--profile android@0.9.60"}, // by prompt
		{"modern", "headless", "--browser --profile all"},
		{"mobile", "headless", "--browser --profile all"}, // on ios, its frames
		{"", "headless", "--profile all"},
		{"", "dom", "--profile all"},
		{"", "headless", "--browser --profile all"},
	} {
		t.Run(c.library+" "+c.environment+" "+c.args, func(t *testing.T) {
			dir := folder(t, ownLibraryFiles)
			write(t, dir+"/qinghost.yaml", "library: page\ntest: {environment: "+c.environment+"}\n")
			if c.library == "" {
				write(t, dir+"/a.qing.ts", standInTest)
			} else {
				write(t, dir+"/qing.js", "copies++;\n"+bridgetest.Library(c.library))
			}
			if c.environment == "dom" {
				linkModules(t, dir)
			}
			t.Chdir(dir)
			var stdout, stderr bytes.Buffer
			args := append([]string{"test", "--timeout", "60s", "--reporter", "json"}, strings.Fields(c.args)...)
			code := run(t.Context(), args, nil, nil, &stdout, &stderr)
			if code == exitEnvironment {
				lacks(t, stderr.String())
			}
			var of report.Document
			require.NoError(t, json.Unmarshal(stdout.Bytes(), &of), "%s%s", &stdout, &stderr)
			for _, one := range of.Tests {
				assert.Equal(t, report.Passed, one.Status, "%s %s: %v", one.Profile, one.Path, one.Attempts[0].Failures)
			}
			require.Equal(t, exitDone, code, of.Errors)
		})
	}
}

// TestFrameCallsSayThatTheyAreLost: where there is no frame, and the client has nothing else.
func TestFrameCallsSayThatTheyAreLost(t *testing.T) {
	dir := folder(t, map[string]string{
		"index.html": "<!doctype html><script>document.createElement('iframe').src = 'xuntong:getPersonInfo:1:{}'</script>",
		"a.qing.ts":  "// @environment dom\ntest('打开', async () => { await page.open('/'); expect(host.calls()).toHaveLength(0); });",
	})
	linkModules(t, dir)
	t.Chdir(dir)
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitDone, run(t.Context(), []string{"test", "--json", "--library", "page", "--profile", "android-early"}, nil, nil, &stdout, &stderr))
	require.Contains(t, stdout.String(), "iframe.src: 扮演的客户端只有 iframe 这一条通道, 调用没有发出")
}

// linkModules gives a project the packages of the example, linkedom among them.
func linkModules(t *testing.T, dir string) {
	modules, err := filepath.Abs(example + "/node_modules")
	require.NoError(t, err)
	if _, err := os.Stat(modules + "/linkedom"); err != nil {
		lacks(t, "没有 linkedom: 先运行 make deps-test")
	}
	require.NoError(t, os.Symlink(modules, dir+"/node_modules"))
}

// TestLibraryFlag: the flag comes before the file, as elsewhere.
func TestLibraryFlag(t *testing.T) {
	dir := folder(t, map[string]string{
		"qinghost.yaml": "library: page\n", "index.html": "<!doctype html>",
		"a.qing.ts": `test('有', async () => { await page.open('/'); expect(await page.eval(() => typeof qing)).toBe('object'); });`,
	})
	t.Chdir(dir)
	for args, want := range map[string]int{"": exitFailed, "--library host": exitDone, "--library ours": exitUsage} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, want, run(t.Context(), append([]string{"test"}, strings.Fields(args)...), nil, nil, &stdout, &stderr), "%s%s", &stdout, &stderr)
	}
}
