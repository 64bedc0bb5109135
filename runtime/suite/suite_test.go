package suite

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/runtime/suite/coverage"
	"qinghost/runtime/suite/report"
)

// recording is a reporter that keeps what it is told.
type recording struct {
	mu      sync.Mutex
	started []string
	results []report.Result
	summary report.Summary
}

func (r *recording) Begin(report.Plan) {}
func (r *recording) Start(t report.Test) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.started = append(r.started, title(t))
}
func (r *recording) End(result report.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.results = append(r.results, result)
}
func (r *recording) Done(s report.Summary) error {
	r.summary = s
	return nil
}

func title(t report.Test) string { return t.File + ": " + strings.Join(t.Path, " › ") }

// of returns the result of the test of that title.
func (r *recording) of(t *testing.T, name string) report.Result {
	t.Helper()
	for _, result := range r.results {
		if result.Path[len(result.Path)-1] == name {
			return result
		}
	}
	require.Fail(t, "no result of "+name)
	return report.Result{}
}

// statuses are the results as "title status", in the order in which they came.
func (r *recording) statuses() []string {
	var all []string
	for _, result := range r.results {
		all = append(all, result.Path[len(result.Path)-1]+" "+string(result.Status))
	}
	return all
}

// testWorld has an API that echoes, and one that asks a view.
func testWorld(_ context.Context, clock *bridge.Clock, profile bridge.Profile) (*World, error) {
	host := bridge.NewHost(
		bridge.Define("echo", "回声", func(_ context.Context, p struct {
			Text string `json:"text"`
		}) (any, error) {
			return p, nil
		}),
		bridge.DefineOnPage("pick", "选人", func(ctx context.Context, page bridge.Page, _ struct{}) (any, error) {
			var answer struct {
				People []string `json:"people"`
				Cancel bool     `json:"cancel"`
			}
			err := page.Call(ctx, "view.personPicker", struct{}{}, &answer)
			return answer, err
		}, bridge.Waits),
	)
	host.Clock, host.Profile = clock, profile
	return &World{
		Host: host,
		Door: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var body bytes.Buffer
			_, _ = body.ReadFrom(r.Body)
			fmt.Fprintf(w, `{"path":%q,"token":%q,"body":%s}`, r.URL.Path, r.URL.Query().Get("accessToken"), &body)
		}),
		Token: func(context.Context, string) (string, error) { return "令牌", nil },
		Team:  json.RawMessage(`{"me":"me","people":[{"openId":"o1","name":"沈砚舟","department":"总经办"}],"groups":[],"rooms":[]}`),
		As:    func(string) error { return nil },
		Reset: func(context.Context) error { return nil },
		Close: func() error { return nil },
	}, nil
}

// project writes the files of a project.
func project(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return dir
}

// runs runs the tests of a project.
func runs(t testing.TB, dir string, change func(*Options)) (*recording, report.Summary, error) {
	t.Helper()
	r := &recording{}
	o := Options{Dir: dir, Open: testWorld, Report: r, Workers: 2, Lang: "zh", Profiles: bridge.Profiles()[:1]}
	if change != nil {
		change(&o)
	}
	summary, err := Run(t.Context(), o)
	return r, summary, err
}

func played(t testing.TB, script string) (*recording, report.Summary) {
	t.Helper()
	r, summary, err := runs(t, project(t, map[string]string{"a.qing.ts": script}), nil)
	require.NoError(t, err)
	return r, summary
}

func TestOutcomes(t *testing.T) {
	r, summary := played(t, `
interface Answer { data: { text: string } }
test('通过', async () => {
  const answer: Answer = await qing.call('echo', { text: '云之家' });
  expect(answer.data.text).toBe('云之家');
});
describe('组', () => {
  test('失败', async () => {
    await qing.call('echo', { text: '二' });
    expect(1).toBe(2);
  });
  test.skip('跳过', () => {});
  test.todo('以后');
});
`)
	assert.Equal(t, 1, summary.Passed)
	assert.Equal(t, 1, summary.Failed)
	assert.Equal(t, 2, summary.Skipped)
	assert.Empty(t, summary.Errors)
	failed := r.of(t, "失败")
	assert.Equal(t, []string{"组", "失败"}, failed.Path)
	assert.Equal(t, [2]int{8, 3}, [2]int{failed.Line, failed.Column})
	require.Len(t, failed.Attempts, 1)
	require.Len(t, failed.Attempts[0].Failures, 1)
	f := failed.Attempts[0].Failures[0]
	assert.Equal(t, "a.qing.ts", f.File)
	assert.Equal(t, 10, f.Line)
	assert.Contains(t, f.Frame, "> 10 |     expect(1).toBe(2);")
	require.Len(t, failed.Attempts[0].Calls, 1, "its own calls")
	assert.Equal(t, "skip", r.of(t, "跳过").Reason)
	assert.Empty(t, r.of(t, "通过").Attempts[0].Calls, "nobody looks at them")
}

func TestVirtualTime(t *testing.T) {
	began := time.Now()
	_, summary := played(t, `
test('很慢', async () => {
  const from = Date.now();
  host.delay('echo', 3600_000);
  await qing.call('echo', {});
  expect(Date.now() - from).toBe(3600_000);
}, 7200_000);
test('时钟', async () => {
  let fired = 0;
  setInterval(() => fired++, 1000);
  await host.clock.advance(60_000);
  expect(fired).toBe(60);
  await host.clock.set('2026-05-01T08:00:00+08:00');
  expect(new Date().toISOString()).toBe('2026-05-01T00:00:00.000Z');
  expect(host.clock.now()).toBe(Date.now());
  await host.clock.run();
  await new Promise((r) => setTimeout(r, 100));
});`)
	assert.Equal(t, 2, summary.Passed)
	assert.Less(t, time.Since(began), time.Minute)
}

// What can never end fails at once, and says what it waits for; the tests after it go on.
func TestNeverEnds(t *testing.T) {
	began := time.Now()
	r, summary := played(t, `
test('视图', async () => { await qing.call('pick', {}); });
test('never', async () => { host.never('echo'); await qing.call('echo', {}); });
test('未知', async () => { await qing.call('ehco', {}); });
test('停着', async () => { await host.clock.set(0); await new Promise((r) => setTimeout(r, 10)); });
test('走', async () => { await host.clock.run(); });
test('空', () => new Promise(() => {}));
describe('钩子', () => {
  afterEach(() => new Promise(() => {}));
  test('之前', () => { expect(1).toBe(2); });
});
test('后来', async () => { await host.reset(); await qing.call('echo', {}); });
`)
	assert.Less(t, time.Since(began), 30*time.Second, "none of it waits for the machine's clock")
	assert.Equal(t, 2, summary.Passed, r.statuses())
	assert.Equal(t, 6, summary.Failed, r.statuses())
	message := func(name string) string { return r.of(t, name).Attempts[0].Failures[0].Message }
	assert.Contains(t, message("视图"), "5000 毫秒")
	assert.Contains(t, message("视图"), "pick: 视图 personPicker 没有人回答, 用 host.answer('personPicker', …)")
	assert.Contains(t, message("never"), "echo: 没有回答 (host.never)")
	assert.Contains(t, message("未知"), `是否想写 "echo"?`)
	assert.Contains(t, message("停着"), "时钟停着")
	assert.Len(t, r.of(t, "之前").Attempts[0].Failures, 2, "its own and the hook's")
}

// After an endless loop the rest of the file goes on in a fresh realm.
func TestEndlessLoop(t *testing.T) {
	r, summary := played(t, `
let before = 0;
test('一', () => { before++; });
test('死循环', async () => {
  let n = 0;
  while (true) {
    n++;
  }
});
test('溢出', () => { const f = (n: number): number => f(n + 1) + 1; f(0); });
test('后来', async () => { expect(before).toBe(0); await qing.call('echo', {}); });
`)
	assert.Equal(t, []string{"一 passed", "死循环 failed", "溢出 failed", "后来 passed"}, r.statuses())
	f := r.of(t, "死循环").Attempts[0].Failures[0]
	assert.Contains(t, f.Message, "已中断")
	assert.Contains(t, []int{6, 7}, f.Line)
	assert.Equal(t, 1, summary.Files)
}

// A test that takes all memory is stopped, and the others go on.
func TestMemory(t *testing.T) {
	before := memoryLimit
	memoryLimit = 300 << 20
	defer func() { memoryLimit = before }()
	r, _ := played(t, `
test('一', () => {});
test('吃内存', () => {
  const all: string[][] = [];
  for (;;) all.push(new Array(10_000).fill('云'));
}, 60_000);
test('后来', async () => { await qing.call('echo', {}); });
`)
	assert.Equal(t, []string{"一 passed", "吃内存 failed", "后来 passed"}, r.statuses())
	f := r.of(t, "吃内存").Attempts[0].Failures[0]
	assert.Contains(t, f.Message, "内存")
	assert.Equal(t, 5, f.Line)
}

func TestUncaught(t *testing.T) {
	r, _ := played(t, `
test('拒绝', async () => { Promise.reject(new Error('没人管')); await qing.call('echo', {}); });
test('定时器', async () => { setTimeout(() => { throw new TypeError('炸了'); }, 5); await new Promise((r) => setTimeout(r, 10)); });
test('好', () => {});
`)
	assert.Equal(t, []string{"拒绝 failed", "定时器 failed", "好 passed"}, r.statuses())
	assert.Contains(t, r.of(t, "拒绝").Attempts[0].Failures[0].Message, "没人管")
	assert.Equal(t, 3, r.of(t, "定时器").Attempts[0].Failures[0].Line)
}

func TestConsoleFlood(t *testing.T) {
	r, _ := played(t, `
test('洪水', () => { for (let i = 0; i < 5000; i++) console.log('第', i, '行'); });
test('大', () => { for (let i = 0; i < 30; i++) console.log('x'.repeat(100_000)); });
test('静', () => {});
`)
	lines := r.of(t, "洪水").Attempts[0].Console
	require.Len(t, lines, mostLines+1)
	assert.Equal(t, "第 0 行", lines[0].Text)
	assert.Contains(t, lines[mostLines].Text, "另有 4000 行")
	assert.Less(t, len(r.of(t, "大").Attempts[0].Console), 15)
	assert.Empty(t, r.of(t, "静").Attempts[0].Console)
}

func TestTenThousandTests(t *testing.T) {
	began := time.Now()
	_, summary := played(t, `
describe('很多', () => {
  for (let i = 0; i < 10_000; i++) test('第 ' + i, async () => { await qing.call('echo', {}); });
});`)
	assert.Equal(t, 10_000, summary.Passed)
	t.Logf("%v", time.Since(began))
	assert.Less(t, time.Since(began), time.Minute)
}

// Whatever is wrong with one file, the others run.
func TestBrokenFiles(t *testing.T) {
	r, summary, err := runs(t, project(t, map[string]string{
		"good.qing.ts":    `test('好', () => {});`,
		"syntax.qing.ts":  "test('a', () => {\n  const x = ;\n});",
		"import.qing.ts":  "import { x } from './没有';\ntest('a', () => x());",
		"package.qing.ts": "import x from 'lodash-es';\ntest('a', () => x());",
		"node.qing.ts":    "import { readFileSync } from 'fs';\ntest('a', () => readFileSync('x'));",
		"throws.qing.ts":  "\n\nthrow new Error('加载时');",
		"empty.qing.ts":   "export {};",
		"await.qing.ts":   "await 1;\ntest('a', () => {});",
		"jsdom.qing.ts":   "// 页面\n// @environment jsdom\ntest('a', () => {});",
		"loop.qing.ts":    "for (let i = 0; ; i++) {}\n",
	}), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"好 passed"}, r.statuses())
	said := map[string]report.Failure{}
	for _, e := range summary.Errors {
		said[e.File] = e
	}
	assert.Len(t, said, 9)
	assert.Equal(t, 2, said["syntax.qing.ts"].Line)
	assert.Contains(t, said["syntax.qing.ts"].Message, `语法错误: 此处不应有 ";"`)
	assert.Contains(t, said["syntax.qing.ts"].Frame, "> 2 |   const x = ;")
	assert.Contains(t, said["import.qing.ts"].Message, `找不到模块 "./没有"`)
	assert.Contains(t, said["package.qing.ts"].Message, "npm install lodash-es")
	assert.Contains(t, said["node.qing.ts"].Message, "'fs' 是 Node 内置模块")
	assert.Equal(t, 1, said["node.qing.ts"].Line)
	assert.Contains(t, said["throws.qing.ts"].Message, "加载时")
	assert.Equal(t, 3, said["throws.qing.ts"].Line)
	assert.Contains(t, said["empty.qing.ts"].Message, "没有测试")
	assert.Contains(t, said["await.qing.ts"].Message, "顶层 await")
	assert.Contains(t, said["jsdom.qing.ts"].Message, `environment 应为 headless 或 dom, 收到 "jsdom"`)
	assert.Equal(t, 2, said["jsdom.qing.ts"].Line)
	assert.Contains(t, said["loop.qing.ts"].Message, "已中断")
}

func TestInterrupt(t *testing.T) {
	dir := project(t, map[string]string{"a.qing.ts": `
test('一', () => {});
test('二', async () => { await host.gateway.post('/stop'); await qing.call('echo', {}); });
test('三', () => {});`})
	ctx, cancel := context.WithCancel(t.Context())
	r := &recording{}
	summary, err := Run(ctx, Options{
		Dir: dir, Report: r,
		Open: func(ctx context.Context, clock *bridge.Clock, profile bridge.Profile) (*World, error) {
			w, err := testWorld(ctx, clock, profile)
			w.Door = http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
				cancel()
				<-request.Context().Done()
			})
			return w, err
		},
	})
	require.NoError(t, err)
	assert.True(t, summary.Interrupted)
	assert.Equal(t, []string{"一 passed"}, r.statuses())
	assert.True(t, r.summary.Interrupted, "the reporter is told")
}

func TestHostCommands(t *testing.T) {
	r, summary := played(t, `
test('define', async () => {
  host.define('新的', async ({ n }: { n: number }) => { await new Promise((r) => setTimeout(r, 2000)); return { n: n + 1 }; });
  expect(await qing.call('新的', { n: 1 })).toMatchObject({ success: 'true', data: { n: 2 } });
  host.define('坏的', () => { throw { errorCode: '1003', error: '没有权限' }; });
  expect(await qing.call('坏的')).toMatchObject({ success: 'false', errorCode: '1003', error: '没有权限' });
});
test('define 按调用的次序', async () => {
  const seen = [];
  for (const api of ['新的', 'pick']) host.define(api, (n) => void seen.push(n)); // pick 本来要等人
  const all = [];
  for (let n = 0; n < 10; n++) all.push(qing.call(n % 2 ? '新的' : 'pick', n));
  await Promise.all(all);
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
test('打错', () => {
  expect(() => host.fail('ecno', {})).toThrow('没有名为 "ecno" 的 JS-API, 是否想写 "echo"?');
  expect(() => host.delay('ecno', 5)).toThrow('ecno');
  expect(() => host.never('ecno')).toThrow('ecno');
  expect(() => host.twice('ecno')).toThrow('ecno');
  host.define('自己的', () => ({}));
  host.delay('自己的', 5);
  host.delay('*', 0);
});
test('fail', async () => {
  host.fail('echo', { errorCode: '7', error: '坏' });
  expect(await qing.call('echo', {})).toMatchObject({ errorCode: '7', error: '坏' });
  await host.reset();
  expect(await qing.call('echo', { text: '好' })).toMatchObject({ success: 'true' });
});
test('answer', async () => {
  host.answer('personPicker', ['沈砚舟']);
  host.answer('personPicker', 'cancel');
  expect(await qing.call('pick')).toMatchObject({ data: { people: ['o1'] } });
  expect(await qing.call('pick')).toMatchObject({ data: { cancel: true } });
  const open = qing.call('pick');
  await new Promise((r) => setTimeout(r, 100));
  host.answer('personPicker', 'cancel');
  expect(await open).toMatchObject({ data: { cancel: true } });
});
test('twice', async () => {
  host.twice('echo');
  const success = fn();
  await qing.call('echo', { success });
  await new Promise((r) => setTimeout(r, 10));
  expect(success).toHaveBeenCalledTimes(2);
});
test('emit', async () => {
  const heard = new Promise((r) => qing.on('appear', r));
  host.emit('appear', { n: 1 });
  expect(await heard).toEqual({ n: 1 });
});
`)
	for _, result := range r.results {
		for _, f := range result.Attempts[0].Failures {
			t.Errorf("%s: %s\n%s", title(result.Test), f.Message, f.Frame)
		}
	}
	assert.Equal(t, 7, summary.Passed)
}

func TestPlainPage(t *testing.T) {
	r, _, err := runs(t, project(t, map[string]string{
		"index.html": `<!doctype html><title>页</title>
<script src="https://static.yunzhijia.com/public/js/qing/latest/qing.js"></script>
<script type="module" src="/src/main.ts"></script>
<script>
var order = ['inline'];
</script>
<script src="plain.js"></script>`,
		"plain.js":    `order.push('plain'); function ask(text) { return qing.call('echo', { text: text }); }`,
		"src/main.ts": "import { name } from './name';\n(globalThis as any).order.push(name as string);\n(globalThis as any).boom = () => { throw new Error('页面炸了') };",
		"src/name.ts": "export const name: string = 'module';",
		"a.qing.ts": `
test('顺序', async () => {
  await page.open('/index.html?x=1');
  expect(await page.eval(() => (globalThis as any).order)).toEqual(['inline', 'plain', 'module']);
  expect(await page.eval((a: number, b: number) => a + b, 1, 2)).toBe(3);
  expect(await page.eval(() => location.search)).toBe('?x=1');
});
test('调用', async () => {
  const before = host.calls('echo').length;
  expect(await page.eval(() => (globalThis as any).ask('你好'))).toMatchObject({ data: { text: '你好' } });
  const success = fn();
  expect(await qing.call('echo', { text: '又', success })).toMatchObject({ data: { text: '又' } });
  expect(success).toHaveBeenCalledTimes(1);
  expect(host.calls('echo').length).toBe(before + 2);
});
test('等', async () => {
  await page.eval(() => { setTimeout(() => { (globalThis as any).late = true }, 1000) });
  await page.waitFor(() => (globalThis as any).late);
});
test('刷新', async () => {
  await page.eval(() => { localStorage.setItem('记', '一'); sessionStorage.setItem('记', '二'); });
  await page.open('/index.html');
  expect(await page.eval(() => localStorage.getItem('记'))).toBe('一');
});
test('等不到', async () => { await page.waitFor(() => false, { timeout: 300 }); });
test('页面出错', async () => { await page.eval(() => { setTimeout((globalThis as any).boom) }); await new Promise((r) => setTimeout(r, 10)); });
test('DOM', async () => { await page.click('#x'); });
test('没有', async () => { await page.open('/nowhere.html'); });
`}), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"顺序 passed", "调用 passed", "等 passed", "刷新 passed", "等不到 failed", "页面出错 failed", "DOM failed", "没有 failed"}, r.statuses())
	message := func(name string) string { return r.of(t, name).Attempts[0].Failures[0].Message }
	if t.Failed() {
		for _, result := range r.results {
			t.Log(title(result.Test), result.Attempts[0].Failures)
		}
	}
	assert.Contains(t, message("等不到"), "300 毫秒")
	assert.Contains(t, message("页面出错"), "页面炸了")
	assert.Equal(t, "src/main.ts", r.of(t, "页面出错").Attempts[0].Failures[0].File)
	assert.Contains(t, message("DOM"), "environment dom")
	assert.Contains(t, message("没有"), "nowhere.html")
}

// What nobody imports of a module that is loaded counts as not run.
func TestCoverage(t *testing.T) {
	counted := &coverage.Collector{}
	_, summary, err := runs(t, project(t, map[string]string{
		"lib.ts":    "export function 用() {\n  return 1;\n}\nexport function 不用() {\n  return 2;\n}\n",
		"a.qing.ts": "import { 用 } from './lib';\ntest('甲', () => { expect(用()).toBe(1); });",
	}), func(o *Options) { o.Coverage = counted })
	require.NoError(t, err)
	assert.Equal(t, 1, summary.Passed)
	files := counted.Files()
	require.Len(t, files, 2)
	assert.Equal(t, "lib.ts", files[1].Path)
	assert.Equal(t, "5", files[1].Missed())
}

func TestSetup(t *testing.T) {
	dir := project(t, map[string]string{
		"setup.ts":  `(globalThis as any).名 = '云'; beforeEach(() => { host.fail('echo', { errorCode: '9' }); });`,
		"a.qing.ts": `test('有', async () => { expect((globalThis as any).名).toBe('云'); expect(await qing.call('echo')).toMatchObject({ errorCode: '9' }); });`,
	})
	_, summary, err := runs(t, dir, func(o *Options) { o.Setup = filepath.Join(dir, "setup.ts") })
	require.NoError(t, err)
	assert.Equal(t, 1, summary.Passed)
}
