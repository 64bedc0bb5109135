package suite

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/runtime/suite/report"
)

func TestChoosing(t *testing.T) {
	dir := project(t, map[string]string{
		"app/meeting.qing.ts": `describe('会议', () => {
  test('新建', () => {});
  test('取消', () => {
  });
  test.each([1, 2])('第 %d 次', () => {
    expect("'(").toBe("'(");
  });
});
test('别的', () => {});
`,
		"app/room.qing.js":         `test('会议室', () => {});`,
		"node_modules/x/x.qing.ts": `syntax error`,
		".hidden/x.qing.ts":        `syntax error`,
		"dist/x.qing.js":           `syntax error`,
		".gitignore":               "/dist\n",
		"app/only/only.qing.ts":    "test('甲', () => {});\ntest.only('乙', () => {});",
		"app/helper.ts":            `export {}`,
		"app/jsx.qing.tsx":         `const h = (tag: string) => tag; test('JSX', () => { /** @jsx h */ expect(1).toBe(1); });`,
		"app/module.qing.mjs":      `import d from './data.json'; import './a.css'; test('JSON', () => { expect(d.名).toBe('云') });`,
		"app/data.json":            `{"名": "云"}`,
		"app/a.css":                `body { color: red }`,
	})
	titles := func(change func(*Options)) string {
		t.Helper()
		r, summary, err := runs(t, dir, change)
		if err != nil {
			return err.Error()
		}
		require.Empty(t, summary.Errors)
		var all []string
		for _, result := range r.results {
			if result.Status != report.Skipped {
				all = append(all, result.Path[len(result.Path)-1])
			}
		}
		slices.Sort(all)
		return strings.Join(all, " ")
	}
	assert.Equal(t, "JSON JSX 乙 会议室 别的 取消 新建 第 1 次 第 2 次", titles(nil))
	filtered := func(filters ...string) string { return titles(func(o *Options) { o.Filters = filters }) }
	assert.Equal(t, "会议室", filtered("room"))
	assert.Equal(t, "会议室", filtered(filepath.Join(dir, "app", "room.qing.js")))
	assert.Equal(t, "取消", filtered("meeting.qing.ts:4"))
	assert.Equal(t, "第 1 次 第 2 次", filtered("meeting.qing.ts:6"))
	assert.Equal(t, "取消 新建 第 1 次 第 2 次", filtered("app/meeting.qing.ts:1"))
	assert.Equal(t, "会议室 别的", filtered("meeting.qing.ts:9", "room"))
	assert.Contains(t, filtered("metting"), "是否想写 app/meeting.qing.ts?")
	assert.Contains(t, filtered("meeting.qing.ts:99"), "没有测试匹配 meeting.qing.ts:99")
	assert.Equal(t, "会议室 取消 新建 第 1 次 第 2 次", titles(func(o *Options) { o.Grep = regexp.MustCompile("^会议") }))
	assert.Equal(t, "会议室", titles(func(o *Options) { o.Grep, o.Invert = regexp.MustCompile("^会议"), regexp.MustCompile("会议 ") }))
	assert.Contains(t, titles(func(o *Options) { o.Grep = regexp.MustCompile("会议式") }), `是否想写 "会议室"?`)
	assert.Equal(t, "JSX", titles(func(o *Options) { o.Globs = []string{"app/*.{tsx,jsx}"} }))

	var shards []string
	for i := range 3 {
		shards = append(shards, strings.Fields(strings.ReplaceAll(titles(func(o *Options) { o.Shard = Shard{i + 1, 3} }), "第 ", "第"))...)
	}
	assert.Len(t, shards, 11, "each file once")

	_, summary, err := runs(t, dir, func(o *Options) { o.ForbidOnly = true; o.Filters = []string{"only"} })
	require.NoError(t, err)
	require.Len(t, summary.Errors, 1)
	assert.Equal(t, 2, summary.Errors[0].Line)
	assert.Contains(t, summary.Errors[0].Message, "--forbid-only")
}

func TestRetriesAndBail(t *testing.T) {
	dir := project(t, map[string]string{"a.qing.ts": `
test('偶尔', async () => {
  const { body } = await host.gateway.post('/count', {});
  expect(body.body).toEqual({});
  expect(body.token).toBe('令牌');
  if (tries() < 2) throw new Error('还不行');
});
test('总是', () => { throw new Error('坏'); });
test('最后', () => {});
function tries(): number { return host.calls('echo').length; }
beforeAll(async () => { for (let i = 0; i < attempt(); i++) await qing.call('echo', {}); });
const attempt = () => (globalThis as any).qing.isAndroid ? 2 : 0;
`})
	r, summary, err := runs(t, dir, func(o *Options) { o.Retries = 2 })
	require.NoError(t, err)
	assert.Equal(t, 2, summary.Failed)
	assert.Len(t, r.of(t, "总是").Attempts, 3)
	assert.Len(t, r.started, 3, "told once each")

	r, _, err = runs(t, dir, func(o *Options) { o.Profiles = bridge.Phones() })
	require.NoError(t, err)
	byProfile := map[string]report.Status{}
	for _, result := range r.results {
		byProfile[result.Profile+" "+result.Path[0]] = result.Status
	}
	assert.Equal(t, map[string]report.Status{
		"ios 偶尔": report.Failed, "ios 总是": report.Failed, "ios 最后": report.Passed,
		"android 偶尔": report.Passed, "android 总是": report.Failed, "android 最后": report.Passed,
	}, byProfile)

	_, summary, err = runs(t, dir, func(o *Options) { o.Bail = 1 })
	require.NoError(t, err)
	assert.Equal(t, 1, summary.Failed)
	assert.Zero(t, summary.Passed)
	assert.False(t, summary.Interrupted)

	r, summary, err = runs(t, dir, func(o *Options) { o.Repeat, o.Filters = 3, []string{"a.qing.ts:9"} })
	require.NoError(t, err)
	assert.Equal(t, 3, summary.Passed)
	assert.NotEqual(t, r.results[0].ID, r.results[1].ID)
}

// A test that fails only the first time is flaky.
func TestFlaky(t *testing.T) {
	worlds := 0
	dir := project(t, map[string]string{"a.qing.ts": `test('偶尔', async () => { expect((await host.gateway.post('/n')).body).toBe(2); });`})
	r, summary, err := runs(t, dir, func(o *Options) {
		o.Retries = 1
		o.Open = func(ctx context.Context, clock *bridge.Clock, profile bridge.Profile) (*World, error) {
			w, err := testWorld(ctx, clock, profile)
			worlds++
			w.Door = http.HandlerFunc(func(to http.ResponseWriter, _ *http.Request) { fmt.Fprint(to, worlds) })
			return w, err
		}
	})
	require.NoError(t, err)
	assert.Equal(t, 1, summary.Flaky, r.results)
	assert.Equal(t, 2, worlds, "a fresh world for the retry")
}

func TestSeed(t *testing.T) {
	dir := project(t, map[string]string{"a.qing.ts": `for (let i = 0; i < 20; i++) test('第 ' + i, () => {});`})
	order := func(seed int64) []string {
		r, _, err := runs(t, dir, func(o *Options) { o.Seed = seed })
		require.NoError(t, err)
		return r.started
	}
	assert.Equal(t, order(7), order(7))
	assert.NotEqual(t, order(7), order(8))
	assert.NotEqual(t, order(7), order(0))
	assert.ElementsMatch(t, order(7), order(0))
}
