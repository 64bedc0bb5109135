package suite

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/dop251/goja"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/runtime/headless"
	"qinghost/web"
)

// realm is a page in which the test API runs, over a NATIVE that a script plays.
type realm struct {
	t    *testing.T
	page *headless.Page
}

// newRealm makes a realm whose NATIVE answers by `ops`, the text of an object of functions: name of the op → (params) => result.
// What is told and asked is kept in `told`, the events in `events`.
// fault, if given, hears of what no script caught.
func newRealm(t *testing.T, ops string, fault ...func(*headless.Fault)) realm {
	t.Helper()
	var options headless.Options
	if len(fault) > 0 {
		options.Fault = fault[0]
	}
	page, err := headless.New(t.Context(), bridge.NewHost(), options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, page.Close()) })
	r := realm{t, page}
	r.run("native", `var told = [], events = [], open = [], ops = Object.assign({`+ops+`});
var NATIVE = {
  config: '{"timeout":5000,"profile":"ios","browser":false}',
  event(json) { events.push(JSON.parse(json)); },
  tell(op, json) {
    told.push([op, JSON.parse(json)]);
    const result = ops[op] ? ops[op](JSON.parse(json)) : null;
    return JSON.stringify(result === undefined ? null : result);
  },
  ask(op, json, done) {
    told.push([op, JSON.parse(json)]);
    setTimeout(() => {
      try {
        const result = ops[op] ? ops[op](JSON.parse(json)) : null;
        if (result === 'never') return;
        done(null, JSON.stringify(result === undefined ? null : result));
      } catch (e) {
        done(JSON.stringify(e instanceof Error ? { message: e.message } : e), 'null');
      }
    }, 0);
  },
};`)
	r.run("test-api", "var HOOKS = "+web.Test()+"(NATIVE)")
	return r
}

func (r realm) run(name, script string) {
	r.t.Helper()
	require.NoError(r.t, r.page.Run(r.t.Context(), name, script))
}

// eval runs the body of an async function; result is decoded from what it returns.
func (r realm) eval(js string, result any) {
	r.t.Helper()
	text, err := r.page.Eval(r.t.Context(), js)
	require.NoError(r.t, err)
	if result != nil {
		require.NoError(r.t, json.Unmarshal([]byte(text), result))
	}
}

// event is what NATIVE.event is told.
type event struct {
	Type   string
	ID     *int
	Hook   string
	Path   []string
	Phase  string
	Status string
	Errors []struct {
		Name, Message, Stack, Expected, Actual, Diff, Matcher string
	}
}

// play loads a test file and runs all its tests; the result has a line for each: "title status", then what the errors say.
func (r realm) play(file string) string {
	r.t.Helper()
	r.run("test.js", file)
	return r.playIDs(`JSON.parse(HOOKS.collect()).map((row) => row.id)`, 0)
}

func (r realm) playIDs(ids string, bail int) string {
	r.t.Helper()
	var got struct {
		Rows   []struct{ Path []string }
		Events []event
	}
	r.eval(fmt.Sprintf(`events.length = 0;
const rows = JSON.parse(HOOKS.collect());
await new Promise((done) => HOOKS.run(JSON.stringify({ ids: %s, timeout: 5000, bail: %d }), done));
return { rows, events };`, ids, bail), &got)
	var b strings.Builder
	for _, e := range got.Events {
		switch {
		case e.Type == "end":
			fmt.Fprintf(&b, "%s %s\n", strings.Join(got.Rows[*e.ID].Path, " › "), e.Status)
		case e.Type == "hook" && e.Phase == "end":
			fmt.Fprintf(&b, "%s of %q\n", e.Hook, strings.Join(e.Path, " › "))
		}
		for _, failure := range e.Errors {
			b.WriteString("  " + strings.ReplaceAll(failure.Message, "\n", "\n  ") + "\n")
		}
	}
	return b.String()
}

func lines(text ...string) string { return strings.Join(text, "\n") + "\n" }

func TestOrderOfHooks(t *testing.T) {
	r := newRealm(t, "")
	assert.Equal(t, lines("会议 › 建 passed", "会议 › 周会 › 改 passed", "末 passed"), onlyTests(r.play(`
var log = [];
for (const hook of [beforeAll, afterAll, beforeEach, afterEach]) hook(() => log.push(hook === beforeAll ? '[' : hook === afterAll ? ']' : hook === beforeEach ? '(' : ')'));
describe('会议', () => {
  beforeAll(async () => { await 0; log.push('会'); });
  afterAll(() => log.push('/会'));
  test('建', () => log.push('建'));
  describe('周会', () => {
    beforeEach(() => log.push('前'));
    afterEach(() => log.push('后'));
    afterAll(() => log.push('/周'));
    it('改', async () => { await new Promise((r) => setTimeout(r, 0)); log.push('改'); });
  });
});
test('末', () => log.push('末'));
describe.skip('不', () => { beforeAll(() => log.push('错')); afterAll(() => log.push('错')); });
`)))
	var log string
	r.eval("return log.join('')", &log)
	assert.Equal(t, "[会(建)(前改后)/周/会(末)]", log)
	r.eval("log.length = 0", nil)
	assert.Equal(t, lines("末 passed", "会议 › 周会 › 改 passed"), onlyTests(r.playIDs("[2, 1]", 0)), "the given order")
	r.eval("return log.join('')", &log)
	assert.Equal(t, "[(末)会(前改后)/周/会]", log, "only what is asked for, and its hooks")
}

// onlyTests leaves out the lines of hooks.
func onlyTests(text string) string {
	return regexp.MustCompile(`(?m)^(before|after)All of .*\n`).ReplaceAllString(text, "")
}

func TestCollect(t *testing.T) {
	r := newRealm(t, "")
	r.run("test.js", `
describe('甲', () => {
  test('一', () => {});
  test.skip('二', () => {});
  test.todo('三');
});
describe.skip('乙', () => test('四', () => {}));
describe.only('丙', () => {
  test('五', () => {}, 200);
  describe('丁', () => test.only('六', () => {}));
});
test.each([['张三丰', 1], ['李四', 2]])('%s 是第 %d 个, 行 %#', (name, n) => {});
test.each([{ name: '王五', at: { room: '大会议室' } }])('$name 在 $at.room', (row) => {});
test.each`+"`a | b\n${1} | ${{x: '中'}}\n${3} | ${4}`"+`('$a 与 $b', ({ a, b }) => {});
describe.each(['ios', 'android'])('在 %s 上', (profile) => test('看 ' + profile, () => {}));
`)
	var rows []struct {
		ID      int
		Path    []string
		Mode    string
		Only    bool
		Timeout int
		Stack   string
	}
	r.eval("return JSON.parse(HOOKS.collect())", &rows)
	var got []string
	for i, row := range rows {
		assert.Equal(t, i, row.ID)
		assert.Contains(t, row.Stack, "test.js:", row.Path)
		got = append(got, fmt.Sprintf("%s %s %v", strings.Join(row.Path, " › "), row.Mode, row.Only))
	}
	assert.Equal(t, []string{
		"甲 › 一 run false", "甲 › 二 skip false", "甲 › 三 todo false", "乙 › 四 skip false",
		"丙 › 五 run false", "丙 › 丁 › 六 run true", // the only inside counts
		"张三丰 是第 1 个, 行 0 run false", "李四 是第 2 个, 行 1 run false", "王五 在 大会议室 run false",
		`1 与 {"x": "中"} run false`, "3 与 4 run false",
		"在 ios 上 › 看 ios run false", "在 android 上 › 看 android run false",
	}, got)
	assert.Equal(t, 200, rows[4].Timeout)
}

func TestFailures(t *testing.T) {
	got := newRealm(t, "").play(`
test('值', () => expect({ 标题: '周会' }).toEqual({ 标题: '月会' }));
test('抛文字', () => { throw '坏了'; });
test('异步', async () => { await 0; throw new TypeError('没有直播权限'); });
test('数目', () => { expect.assertions(2); expect(1).toBe(1); });
test('没有', () => expect.hasAssertions());
test('忘了', () => { expect(new Promise((r) => setTimeout(r, 1e6))).resolves.toBe(1); });
describe('钩子', () => {
  beforeEach(() => { throw new Error('没准备好'); });
  afterEach(() => { throw new Error('收拾不了'); });
  test('不会跑', () => { throw new Error('跑了'); });
});
describe('先', () => {
  beforeAll(async () => { throw new Error('开不了'); });
  afterAll(() => { throw new Error('关不了'); });
  test('甲', () => {});
  test('乙', () => {});
});
test('好', () => {});
`)
	assert.Equal(t, lines(
		"值 failed", "  expect(received).toEqual(expected) // deep equality", "  ", "  - Expected  - 1", "  + Received  + 1", "  ",
		"    Object {", `  -   "标题": "月会",`, `  +   "标题": "周会",`, "    }",
		"抛文字 failed", `  抛出的不是 Error: "坏了"`,
		"异步 failed", "  没有直播权限",
		"数目 failed", "  expect.assertions(2)", "  ", "  Expected two assertions to be called but received one assertion call.",
		"没有 failed", "  expect.hasAssertions()", "  ", "  Expected at least one assertion to be called but received none.",
		"忘了 failed", "  expect(…).resolves.toBe(…) 没有等待: 测试结束时它还没有完成, 请在前面写 await",
		"钩子 › 不会跑 failed", `  beforeEach 钩子失败 (describe "钩子"): 没准备好`, `  afterEach 钩子失败 (describe "钩子"): 收拾不了`,
		"先 › 甲 failed", `  beforeAll 钩子失败 (describe "先"): 开不了`,
		"先 › 乙 failed", `  beforeAll 钩子失败 (describe "先"): 开不了`,
		`afterAll of "先"`, `  afterAll 钩子失败 (describe "先"): 关不了`,
		"好 passed",
	), got)
}

func TestFailureParts(t *testing.T) {
	r := newRealm(t, "")
	r.play("test('值', () => {\n  expect({ 标题: '周会' }).toEqual({ 标题: '月会' });\n});\ntest('忘', () => {\n\n page.click('#存');});")
	var events []event
	r.eval("return events.filter((e) => e.type === 'end')", &events)
	failure := events[0].Errors[0]
	assert.Equal(t, "toEqual", failure.Matcher)
	assert.Equal(t, "Object {\n  \"标题\": \"月会\",\n}", failure.Expected)
	assert.Equal(t, "Object {\n  \"标题\": \"周会\",\n}", failure.Actual)
	assert.Contains(t, failure.Diff, `+   "标题": "周会",`)
	assert.Contains(t, failure.Stack, "test.js:2:")
	assert.Contains(t, events[1].Errors[0].Message, "page.click('#存') 没有等待")
	assert.Contains(t, events[1].Errors[0].Stack, "test.js:6:")
}

func TestBail(t *testing.T) {
	r := newRealm(t, "")
	r.run("test.js", `for (const n of ['一', '二', '三']) test(n, () => { throw new Error(n); }); test.skip('四', () => {})`)
	assert.Equal(t, lines("一 failed", "  一", "二 skipped", "三 skipped", "四 skipped"), r.playIDs("[0,1,2,3]", 1))
}

func TestDefinitionMistakes(t *testing.T) {
	for script, want := range map[string]string{
		`describe('会议', async () => { test('一', () => {}) })`: `describe("会议") 的函数不能是 async`,
		`describe('会议', () => {})`:                            `describe("会议") 里没有测试`,
		`test('一')`:                                           "test.todo",
		`test('一', (done) => done())`:                         "没有 done 回调",
		`beforeEach((done) => done())`:                        "没有 done 回调",
		`test(() => {}, '一')`:                                 "第二个参数应为函数",
		`test(undefined, () => {})`:                           "第一个参数应为标题",
		`test.each([])('一', () => {})`:                        "至少一行",
		`test.each([[1]])('一', (a, done) => {})`:              "没有 done 回调",
		"test.each`a|b\n${1}`('一', () => {})":                 "2 列 (a, b), 但有 1 个值",
		`describe.each(['a', 'b'])('一', (a) => {})`:           "里没有测试",
		`test.todo('一', () => {})`:                            "test.skip",
		`test('一', () => {}, '5s')`:                           "毫秒数",
		`HOOKS.collect(); test('一', () => {})`:                "只能在文件加载时定义",
		`HOOKS.collect(); describe('一', () => {})`:            "只能在文件加载时定义",
		`HOOKS.collect(); afterAll(() => {})`:                 "只能在文件加载时定义",
		`expect(1).toMatchSnapshot()`:                         "不支持快照",
		`host.answer('picker', [])`:                           "没有视图 \"picker\"; 可以是 personPicker、",
		`host.answer('personPicker', '张三丰')`:                  "应为 人的数组",
		`host.answer('personPicker', ['无名'])`:                 "团队里没有 无名",
		`host.answer('personPicker', ['重名'])`:                 "有 2 个人叫 重名",
		`host.answer('dialog', ['张三丰'])`:                      "不接受数组",
		`host.answer('popMenu', {button: '1'})`:               "没有 button",
		`host.answer('toast', 'cancel')`:                      "toast 不需要回答",
		`host.fail()`:                                         "JS-API 的名字",
		`host.fail('createLive', {errorCode: 0})`:             "errorCode 0 表示成功",
		`host.delay('createLive', '3s')`:                      "毫秒数",
		`host.define('createLive', {})`:                       "应为函数",
		`host.emit()`:                                         "事件名",
		`host.clock.set('明天')`:                                "ISO 时间",
		`host.clock.advance('3s')`:                            "毫秒数",
		`host.gateway.post('createLive')`:                     "应为路径",
		`host.twice('refused')`:                               "没有这个 API",
		`page.click()`:                                        "CSS 选择器",
		`page.eval('1 + 1')`:                                  "第一个参数应为函数",
		`page.eval({ f() {} }.f)`:                             "不能是方法的简写",
		`page.eval(() => 1, () => 2)`:                         "第 2 个参数是 function",
		`page.waitFor(5)`:                                     "CSS 选择器, 或",
		`fn(5)`:                                               "fn 的参数应为函数",
		`expect.extend({ toX: 5 })`:                           "expect.extend",
	} {
		r := newRealm(t, `team: () => ({ me: 'oid-0', people: [{ openId: 'oid-1', name: '张三丰' }, { openId: 'a', name: '重名' }, { openId: 'b', name: '重名' }] }),
twice() { throw new Error('没有这个 API') }`)
		err := r.page.Run(t.Context(), "test.js", script)
		var fault *headless.Fault
		if assert.ErrorAs(t, err, &fault, script) {
			assert.Contains(t, fault.Message, want, script)
			assert.Contains(t, fault.Stack, "test.js:1:", script)
		}
	}
}

func TestAbort(t *testing.T) {
	r := newRealm(t, "")
	r.run("test.js", `
var log = [];
afterEach(() => log.push('后'));
test('一直等', () => new Promise(() => {}));
test('好', () => {});
describe('组', () => { afterAll(() => new Promise(() => {})); test('乙', () => {}); });
test('回调里的失败', () => { setTimeout(() => { try { expect(1).toBe(2) } catch (e) { HOOKS.abort(3, JSON.stringify({ message: '未捕获的异常: ' + e.message, stack: '' })) } }, 0) });
test('要命', () => new Promise(() => {}));
test('不会跑', () => {});`)
	r.eval(`var real = NATIVE.event;
NATIVE.event = (json) => {
  const e = JSON.parse(json);
  real(json);
  if (e.type === 'start' && e.id === 0) setTimeout(() => log.push(HOOKS.abort(99, '{}'), HOOKS.abort(0, '{"message":"超时 5000 毫秒","stack":"x"}')), 0);
  if (e.phase === 'start') setTimeout(() => HOOKS.abort(-1, '{"message":"超时"}'), 0);
  if (e.type === 'start' && e.id === 4) setTimeout(() => HOOKS.abort(4, '{"message":"内存用尽","fatal":true}'), 0);
};`, nil)
	assert.Equal(t, lines(
		"一直等 failed", "  超时 5000 毫秒", "好 passed", "组 › 乙 passed", `afterAll of "组"`, `  afterAll 钩子失败 (describe "组"): 超时`,
		"回调里的失败 failed", "  expect(received).toBe(expected) // Object.is equality", "  ", "  Expected: 2", "  Received: 1",
		"要命 failed", "  内存用尽",
	), r.playIDs("[0,1,2,3,4,5]", 0))
	var log []any
	r.eval("return log", &log)
	assert.Equal(t, []any{false, true, "后", "后", "后", "后"}, log, "the hooks go on, but for the dead realm")
}

// What is found out when a test's job has ended, or in a later job that its callbacks queued, is that test's failure.
func TestLateFaults(t *testing.T) {
	var r realm
	r = newRealm(t, "", func(f *headless.Fault) {
		text, err := json.Marshal(map[string]string{"message": f.Message, "stack": f.Stack})
		require.NoError(t, err)
		r.page.Post(func(rt *goja.Runtime) error {
			_, err := rt.RunString("HOOKS.abort(events[events.length-1].id, " + strconv.Quote(string(text)) + ")")
			return err
		})
	})
	assert.Equal(t, lines("没人管 failed", "  Error: 没人管", "好 passed", "回调 failed",
		"  expect(received).toBe(expected) // Object.is equality", "  ", "  Expected: 2", "  Received: 1", "又好 passed"), r.play(`
test('没人管', () => { Promise.reject(new Error('没人管')); });
test('好', () => {});
test('回调', () => { setTimeout(() => expect(1).toBe(2), 0); });
test('又好', () => {});`))
}

func TestHost(t *testing.T) {
	r := newRealm(t, `
team: () => ({ eid: 'e', me: 'oid-0', people: [{ openId: 'oid-1', name: '张三丰' }, { openId: 'oid-2', name: '李四' }], groups: [], rooms: [] }),
'clock.now': () => 1522729800000,
calls: ({ api }) => [{ id: 1, method: api || '*' }],
'gateway.post': ({ path }) => ({ status: 200, body: { success: true, path } }),
'clock.set'() { throw new Error('时钟不能倒退') },
`)
	var told [][2]any
	r.eval(`
host.answer('personPicker', ['张三丰', 'oid-2', host.team.people[0]]);
host.answer('personPicker', 'cancel');
host.answer('personPicker', { people: ['外人'] });
host.answer('voiceMeeting', 'end');
host.answer('invitation', false);
host.answer('popMenu', 'refresh');
host.fail('createLive', { errorCode: 1003, error: '没有直播权限' });
host.delay('getLocation', 3000); host.never('share'); host.twice('share'); host.emit('appear', { a: 1 }); host.as('李四');
const r = [host.clock.now(), host.calls('share')[0].method, (await host.gateway.post('/gateway/x', { 标题: '周会' })).body.path, host.team.me];
await host.clock.advance(1000); await host.clock.run(); await host.reset();
r.push(await host.clock.set('2018-04-03').catch((e) => e.message));
expect(r).toEqual([1522729800000, 'share', '/gateway/x', 'oid-0', '时钟不能倒退']);
return told.filter(([op]) => op !== 'team');`, &told)
	text, err := json.Marshal(told)
	require.NoError(t, err)
	assert.Equal(t, strings.Join([]string{
		`[["answer",{"answer":{"people":["oid-1","oid-2","oid-1"]},"view":"personPicker"}]`, `["answer",{"answer":{"cancel":true},"view":"personPicker"}]`,
		`["answer",{"answer":{"people":["外人"]},"view":"personPicker"}]`, `["answer",{"answer":{"end":true},"view":"voiceMeeting"}]`,
		`["answer",{"answer":{"accept":false},"view":"invitation"}]`, `["answer",{"answer":{"item":"refresh"},"view":"popMenu"}]`,
		`["fail",{"api":"createLive","error":"没有直播权限","errorCode":"1003"}]`, `["delay",{"api":"getLocation","ms":3000}]`, `["never",{"api":"share"}]`,
		`["twice",{"api":"share"}]`, `["emit",{"data":{"a":1},"event":"appear"}]`, `["as",{"openId":"oid-2"}]`, `["clock.now",{}]`, `["calls",{"api":"share"}]`,
		`["gateway.post",{"body":{"标题":"周会"},"path":"/gateway/x"}]`, `["clock.advance",{"ms":1000}]`, `["clock.run",{}]`, `["reset",{}]`,
		`["clock.set",{"time":"2018-04-03"}]]`,
	}, ","), string(text))

	var answers []any
	r.eval(`
host.define('shareCard', (params) => ({ 收到: params.标题 }));
host.define('later', async () => { throw { errorCode: '1003', error: '没有权限' } });
host.define('broken', () => { throw new TypeError('坏了') });
host.define('nothing', () => {});
const ask = (api) => new Promise((done) => HOOKS.defined(api, '{"标题":"周会"}', (e, r) => done([e && JSON.parse(e), JSON.parse(r)])));
const all = []; for (const api of ['shareCard', 'later', 'broken', 'nothing']) { const [e, r] = await ask(api); if (e) delete e.stack; all.push(e, r); } return all;`, &answers)
	assert.Equal(t, []any{nil, map[string]any{"收到": "周会"}, map[string]any{"message": "没有权限", "code": "1003"}, nil, map[string]any{"message": "坏了"}, nil, nil, nil}, answers)
}

func TestPage(t *testing.T) {
	r := newRealm(t, `
'page.text': ({ selector }) => '文字 ' + selector,
'page.eval': ({ fn, args }) => { if (fn.includes('outer')) throw { message: 'ReferenceError: outer is not defined', stack: 'at app.js:3:5' }; return (0, eval)('(' + fn + ')')(...args); },
'page.url': () => 'http://qinghost.test/index.html',
'page.waitFor': ({ selector }) => { if (selector === '#无') throw new Error('等不到 #无'); },
'qing.call': ({ name, params, callId, callback }) => { if (callback) for (const kind of ['success', 'complete']) HOOKS.called(callId, kind, '{"success":"true"}'); return { result: { success: 'true', name, params } }; },
`)
	assert.Equal(t, lines("全 passed", "看不到 failed",
		"  ReferenceError: outer is not defined (函数在页面里运行, 看不到测试文件里的变量和 import; 请作为参数传入: page.eval((x) => …, x))",
		"等不到 failed", "  等不到 #无"), r.play(`
test('全', async () => {
  const own = qing.call;
  await page.open('/index.html');
  expect(qing.call).not.toBe(own);
  expect(await page.text('#标题')).toBe('文字 #标题');
  expect(await page.eval((a, b) => a + b.c, '甲', { c: '乙' })).toBe('甲乙');
  expect(await page.url()).toMatch('index');
  await page.click('#a'); await page.fill('#a', '周会'); await page.waitFor(() => window.ready); await page.waitFor('#a', { timeout: 100 });
  const success = fn(), complete = fn();
  const result = await qing.call('createLive', { 标题: '周会', success, complete });
  expect(result).toEqual({ success: 'true', name: 'createLive', params: { 标题: '周会' } });
  expect(success).toHaveBeenCalledWith({ success: 'true' });
  expect(complete).toHaveBeenCalledTimes(1);
});
test('看不到', async () => { const outer = 1;
  await page.eval(() => outer); });
test('等不到', async () => { await page.waitFor('#无'); });
`))
	var events []event
	r.eval("return events.filter((e) => e.type === 'end')", &events)
	assert.Regexp(t, `(?s)^Error: .*at .*test\.js:17:.*app\.js:3:5`, events[1].Errors[0].Stack, "the test's line, then the page's")
}

// The globals cost little where they are not used.
func BenchmarkTestAPI(b *testing.B) {
	program := goja.MustCompile("test-api", web.Test(), false)
	b.Run("compile", func(b *testing.B) {
		for b.Loop() {
			goja.MustCompile("test-api", web.Test(), false)
		}
	})
	run := func(script string) func(*testing.B) {
		return func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				rt := goja.New()
				require.NoError(b, rt.Set("setTimeout", func() {}))
				b.StartTimer()
				value, err := rt.RunProgram(program)
				require.NoError(b, err)
				install, _ := goja.AssertFunction(value)
				_, err = install(nil, rt.NewObject())
				require.NoError(b, err)
				if script != "" {
					_, err = rt.RunString(script)
					require.NoError(b, err)
				}
			}
		}
	}
	b.Run("evaluate", run(""))
	b.Run("first expect", run("expect(1).toBe(1)"))
	b.Run("first failure", run("try { expect(1).toBe(2) } catch (e) {}"))
}
