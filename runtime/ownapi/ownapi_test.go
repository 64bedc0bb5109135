package ownapi

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/runtime/headless"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long something may take to come on a busy machine.
const patience = 60 * time.Second

// journal is what the host's Logger was told; heard gets a token each time.
type journal struct {
	mu    sync.Mutex
	text  bytes.Buffer
	heard chan struct{}
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	select {
	case j.heard <- struct{}{}:
	default:
	}
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// project is a folder of own methods, a host with them, and a page.
type project struct {
	t       *testing.T
	dir     string
	host    *bridge.Host
	journal *journal
	methods *Methods
	page    *headless.Page
	changed chan struct{}
}

// open writes files, paths below the project's folder, and opens their methods and a page.
func open(t *testing.T, clock *bridge.Clock, files map[string]string) *project {
	t.Helper()
	p := &project{t: t, dir: t.TempDir(), journal: &journal{heard: make(chan struct{}, 1)}, changed: make(chan struct{}, 16)}
	for name, text := range files {
		p.write(name, text)
	}
	p.host = bridge.NewHost(bridge.Define("getPersonInfo", "当前用户",
		func(context.Context, struct{}) (map[string]string, error) {
			return map[string]string{"name": "方知遥"}, nil
		}))
	p.host.Clock = clock
	p.host.Logger = slog.New(slog.NewTextHandler(p.journal, &slog.HandlerOptions{Level: slog.LevelDebug}))
	p.host.SetCaller("乙")
	p.methods = Open(t.Context(), Options{Dir: p.dir, Host: p.host})
	t.Cleanup(func() {
		if p.page != nil {
			require.NoError(t, p.page.Close())
		}
		p.methods.Close()
		if t.Failed() {
			t.Log(p.journal)
		}
	})
	p.load()
	return p
}

// load loads the page anew.
func (p *project) load() {
	p.t.Helper()
	if p.page != nil {
		require.NoError(p.t, p.page.Close())
	}
	var err error
	p.page, err = headless.New(p.t.Context(), p.host, headless.Options{})
	require.NoError(p.t, err)
}

func (p *project) write(name, text string) {
	p.t.Helper()
	path := filepath.Join(p.dir, filepath.FromSlash(name))
	require.NoError(p.t, os.MkdirAll(filepath.Dir(path), 0o700))
	// As editors do: another file in its place.
	require.NoError(p.t, os.WriteFile(path+"~", []byte(text), 0o600))
	require.NoError(p.t, os.Rename(path+"~", path))
}

// eval runs the body of an async function in the page.
func (p *project) eval(js string) string {
	p.t.Helper()
	result, err := p.page.Eval(p.t.Context(), js)
	require.NoError(p.t, err)
	return result
}

func (p *project) watch() { p.methods.Watch(func() { p.changed <- struct{}{} }) }

// until waits until the journal says something more, and ok.
func (p *project) until(what string, ok func() bool) {
	p.t.Helper()
	deadline := time.After(patience)
	for !ok() {
		select {
		case <-p.journal.heard:
		case <-deadline:
			require.FailNow(p.t, "没有等到: "+what, p.journal)
		}
	}
}

func (p *project) untilSaid(text string) {
	p.t.Helper()
	p.until(text, func() bool { return strings.Contains(p.journal.String(), text) })
}

const call = `const r = await qing.call('a', %s); return [r.success, r.error, r.errorCode, r.data]`

func TestAnswers(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("云")) }))
	defer server.Close()
	const params = `{"单号":"甲"}`
	for _, c := range []struct{ name, file, params, want string }{
		{"data", `export default (p: { 单号: string }) => ({ 单: p.单号 })`, params, `["true","","0",{"单":"甲"}]`},
		{"promise", `export default async (p) => { await null; return [p.单号]; }`, params, `["true","","0",["甲"]]`},
		{"undefined", `export default () => {}`, params, `["true","","0",{}]`},
		{"null", `export default () => null`, params, `["true","","0",{}]`},
		{"no params", `export default (p) => p`, `undefined`, `["true","","0",{}]`},
		{"null for params", `export default (p) => p`, `null`, `["true","","0",{}]`},
		{"params unchanged", `export default (p) => p`, `{a: 1.5e300, 'B': null, c: ['云🎉', {}]}`, `["true","","0",{"a":1.5e+300,"B":null,"c":["云🎉",{}]}]`},
		{"client", `export default (p, client: QinghostClient) => [client.openId, client.profile]`, params,
			`["true","","0",["乙",{"client":"ios","name":"ios","version":"` + bridge.ClientVersion + `"}]]`},
		{"thrown", `export default () => { throw new Error('余额不足'); }`, params, `["false","余额不足","1",{}]`},
		{"rejected", `export default async () => { throw new Error('余额不足'); }`, params, `["false","余额不足","1",{}]`},
		{"code", `export default () => { throw Object.assign(new Error('余额不足'), { code: 1003 }); }`, params, `["false","余额不足","1003",{}]`},
		{"errorCode", `export default () => { throw { error: '余额不足', errorCode: '1003', code: '7' }; }`, params, `["false","余额不足","1003",{}]`},
		{"a code that is none", `export default () => { throw Object.assign(new Error('余额不足'), { code: {} }); }`, params, `["false","余额不足","1",{}]`},
		{"a failure is no success", `export default () => { throw Object.assign(new Error('余额不足'), { code: 0, errorCode: '0' }); }`, params, `["false","余额不足","1",{}]`},
		{"a string", `export default () => Promise.reject('余额不足')`, params, `["false","余额不足","1",{}]`},
		{"a cycle", `export default () => { const a: any = {}; a.a = a; return a; }`, params, `["false","Converting circular structure to JSON","1",{}]`},
		{"fetch", `export default async () => (await fetch('` + server.URL + `/x')).text()`, params, `["true","","0","云"]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := open(t, bridge.NewClock(), map[string]string{"qinghost/api/a.ts": c.file})
			require.Equal(t, c.want, p.eval(strings.Replace(call, "%s", c.params, 1)))
		})
	}
}

func TestFetchOfNowhere(t *testing.T) {
	p := open(t, bridge.NewClock(), map[string]string{"qinghost/api/a.ts": `export default () => fetch('/users')`})
	require.Contains(t, p.eval(strings.Replace(call, "%s", "{}", 1)), "/users 不是别处的完整网址")
}

func TestState(t *testing.T) {
	p := open(t, bridge.NewClock(), map[string]string{
		"qinghost/api/pay.start.ts": `import { next } from './lib/count'; export default () => next();`,
		"qinghost/api/pay.end.js":   `import { next } from './lib/count'; export default () => next();`,
		"qinghost/api/lib/count.ts": `let n = 0; export const next = () => ++n;`,
		"qinghost/api/types.d.ts":   `interface X {}`,
		"qinghost/api/a.qing.ts":    `test('x', () => {})`,
		"qinghost/api/README.md":    `说明`,
	})
	assert.Equal(t, `[1,2,1]`, p.eval(`const n = async (m) => (await qing.call(m)).data; return [await n('pay.start'), await n('pay.start'), await n('pay.end')]`))
	p.load()
	assert.Equal(t, `3`, p.eval(`return (await qing.call('pay.start')).data`), "of the file, and not of the page")
	p.methods.Reset()
	assert.Equal(t, `1`, p.eval(`return (await qing.call('pay.start')).data`), "forgotten")
	assert.Equal(t, `[true,true,false,false]`, p.eval(`return ['pay.start', 'getPersonInfo', 'lib', 'types.d'].map((m) => qing.checkJsApi(m))`))
}

// Calls that are made at once come in the order in which they were made, and a method that waits holds up no other.
func TestOrder(t *testing.T) {
	p := open(t, bridge.NewClock(), map[string]string{
		"qinghost/api/note.ts": `const seen = []; export default async (n) => { seen.push(n); if (n < 0) await new Promise(() => {}); return seen.join(); };`,
	})
	assert.Equal(t, `"0,1,2,3,4,5,6,7,8,9"`, p.eval(`return (await Promise.all([0,1,2,3,4,5,6,7,8,9].map((n) => qing.call('note', n))))[9].data`))
	assert.Equal(t, `"0,1,2,3,4,5,6,7,8,9,-1,10"`, p.eval(`qing.call('note', -1); return (await qing.call('note', 10)).data`))
}

func TestOverBuilt(t *testing.T) {
	p := open(t, bridge.NewClock(), map[string]string{"qinghost/api/getPersonInfo.ts": "import type {} from './lib/x';\nconst a = 1; /* 不是 */\n/** 本公司的当前用户。\n * @param 无 */\nexport default () => ({ name: '沈砚舟' })"})
	assert.Equal(t, `"沈砚舟"`, p.eval(`return (await qing.call('getPersonInfo')).data.name`))
	assert.Equal(t, 1, strings.Count(p.journal.String(), "qinghost/api/getPersonInfo.ts 覆盖内置的 getPersonInfo"))
	assert.Equal(t, "本公司的当前用户。", p.host.APIs()[0].Doc)
	require.NoError(t, os.Remove(filepath.Join(p.dir, "qinghost/api/getPersonInfo.ts")))
	assert.False(t, p.methods.find(), "the name is still there")
	assert.Equal(t, `"方知遥"`, p.eval(`return (await qing.call('getPersonInfo')).data.name`))
}

func TestEmits(t *testing.T) {
	p := open(t, bridge.NewClock(), map[string]string{"qinghost/api/a.ts": `export default (p, client) => {
		client.emit('paying', { 单号: p.单号 });
		setTimeout(() => client.emit('paid'), 10);
		try { client.emit('$/reload'); } catch (error) { return error.message; }
	}`})
	other, err := headless.New(t.Context(), p.host, headless.Options{})
	require.NoError(t, err)
	defer other.Close()
	_, err = other.Eval(t.Context(), `qing.on('paying', () => { globalThis.wrong = true })`)
	require.NoError(t, err)
	assert.Equal(t, `[[{"单号":"甲"}],"client.emit 的第一个参数应为事件名, 如 'appear'",null]`, p.eval(`
		const seen = []; qing.on('paying', (data) => seen.push(data));
		const paid = new Promise((done) => qing.on('paid', done));
		const { data } = await qing.call('a', { 单号: '甲' });
		return [seen, data, await paid]`))
	wrong, err := other.Eval(t.Context(), `return globalThis.wrong`)
	require.NoError(t, err)
	assert.Equal(t, "null", wrong, "the page that called hears it, and no other")
}

func TestConsole(t *testing.T) {
	p := open(t, bridge.NewClock(), map[string]string{"qinghost/api/a.ts": `console.log('已加载', [1]);
		export default () => { console.warn('慢'); setTimeout(() => { throw new Error('迟了'); }, 0); return null.x; }`})
	assert.Contains(t, p.eval(strings.Replace(call, "%s", "{}", 1)), `["false","Cannot read property 'x' of`)
	p.untilSaid("迟了")
	for _, line := range []string{
		`level=INFO msg="已加载 [1]" file=qinghost/api/a.ts`, `level=WARN msg=慢 file=qinghost/api/a.ts`,
		`level=ERROR msg="qinghost/api/a.ts 出错: Cannot read property 'x' of`, `(qinghost/api/a.ts:2:`,
		`level=ERROR msg="qinghost/api/a.ts:2:70: Error: 迟了 (没有捕获)"`,
	} {
		assert.Contains(t, p.journal.String(), line)
	}
}

// TestVirtualTime: what a file waits for takes no time, and while it works the clock stands.
func TestVirtualTime(t *testing.T) {
	start := time.Date(2018, 4, 3, 12, 30, 0, 0, time.UTC)
	clock := bridge.NewVirtualClock(start)
	release := clock.Hold()
	p := open(t, clock, map[string]string{"qinghost/api/a.ts": `
		const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
		export default async ({ ms }) => { const from = Date.now(); await sleep(ms); for (let i = 0; i < 1e5; i++); await null; return Date.now() - from; }`})
	defer release()
	began := time.Now()
	ctx, done := clock.Work(t.Context())
	release()
	defer done()
	result, err := p.page.Eval(ctx, `const before = Date.now();
		const all = await Promise.all([qing.call('a', { ms: 3000 }), qing.call('a', { ms: 3600_000 }), new Promise((done) => setTimeout(() => done({ data: Date.now() - before }), 1000))]);
		return all.map((r) => r.data).concat(Date.now() - before)`)
	require.NoError(t, err)
	assert.Equal(t, `[3000,3600000,1000,3600000]`, result)
	assert.Equal(t, start.Add(time.Hour), clock.Now())
	assert.Less(t, time.Since(began), patience)
}

// TestOpenCalls: a call that is never answered is open, and ends with its page.
func TestOpenCalls(t *testing.T) {
	p := open(t, bridge.NewClock(), map[string]string{"qinghost/api/a.ts": `export default (p, client) => { client.emit('begun'); return p.n || new Promise(() => {}); }`})
	p.eval(`const begun = new Promise((done) => qing.on('begun', done)); globalThis.never = qing.call('a', {}); await begun`)
	assert.Equal(t, `2`, p.eval(`return (await qing.call('a', { n: 2 })).data`))
	assert.Equal(t, bridge.CallOpen, p.host.Log.After(0, "a")[0].State)
	p.load()
	assert.Equal(t, bridge.CallCancelled, p.host.Log.After(0, "a")[0].State)
}

// TestEndlessLoop: the file is loaded anew, its open calls fail, and nobody else notices.
func TestEndlessLoop(t *testing.T) {
	p := open(t, bridge.NewClock(), map[string]string{
		"qinghost/api/a.ts": "let n = 0;\nexport default async ({ how }, client) => {\n  n++;\n" +
			"  if (how === 'wait') { client.emit('waiting'); return new Promise(() => {}); }\n  if (how === 'later') await new Promise((done) => setTimeout(done, 1));\n" +
			"  if (how) for (;;);\n  return n;\n};",
		"qinghost/api/b.ts":    `export default () => '好'`,
		"qinghost/api/deep.ts": "const f = () => f() + 1;\nexport default () => f();",
	})
	for _, how := range []string{"now", "later"} {
		p.eval(`const begun = new Promise((done) => qing.on('waiting', done)); globalThis.waiting = qing.call('a', { how: 'wait' }); await begun; globalThis.looping = qing.call('a', { how: '` + how + `' })`)
		assert.Equal(t, `"好"`, p.eval(`return (await qing.call('b')).data`), "others go on meanwhile")
		const want = `["false","qinghost/api/a.ts:6:7: 运行了 3s 仍没有结束, 已中断; 请检查此处的循环; 下次调用时重新加载此文件","96002"]`
		assert.Equal(t, want, p.eval(`const r = await looping; return [r.success, r.error, r.errorCode]`))
		assert.Equal(t, want, p.eval(`const r = await waiting; return [r.success, r.error, r.errorCode]`))
		assert.Equal(t, `1`, p.eval(`return (await qing.call('a', {})).data`), "from its beginning")
	}
	assert.Contains(t, p.eval(`return (await qing.call('deep', {})).error`), "qinghost/api/deep.ts:1:17: RangeError: 调用层数太多")
	assert.Equal(t, 2, strings.Count(p.journal.String(), "qinghost/api/a.ts:6:7: 运行了 3s"))
}

var bad = []struct{ name, file, want string }{
	{"syntax", "export default () => {\n  const 甲 = ;\n};", "qinghost/api/a.ts 没有加载: qinghost/api/a.ts:2:13: 语法错误: 此处不应有 \";\" (96001)"},
	{"import", "import { x } from './没有';\nexport default () => x;", `qinghost/api/a.ts:1:19: 找不到模块 "./没有": 没有这个文件`},
	{"Node's", "import 'fs';\nexport default () => {};", `'fs' 是 Node 内置模块`},
	{"nothing exported", "const x = 1;", "qinghost/api/a.ts 没有加载: 没有默认导出一个函数: 应写成 export default (params, client) => ({…})"},
	{"no function", "export default { data: 1 };", "没有默认导出一个函数"},
	{"CommonJS", "module.exports = () => 1;", "没有默认导出一个函数"},
	{"throws", "\nthrow new Error('没有配置');", "qinghost/api/a.ts:2:7: Error: 没有配置"},
	{"empty", "", "没有默认导出一个函数"},
	{"endless", "let n = 0;\nwhile (true) n++;\nexport default () => 1;", "qinghost/api/a.ts:2:14: 运行了 3s 仍没有结束, 已中断"},
	{"top-level await", "await 1;\nexport default () => 1;", "不支持顶层 await"},
}

// TestBadFiles: a file that cannot be loaded says why, here and to whoever calls; the others are untouched.
func TestBadFiles(t *testing.T) {
	for _, c := range bad {
		t.Run(c.name, func(t *testing.T) {
			p := open(t, bridge.NewClock(), map[string]string{"qinghost/api/a.ts": c.file, "qinghost/api/b.ts": `export default () => '好'`})
			p.watch()
			p.untilSaid("改好后会重新加载")
			assert.Contains(t, p.journal.String(), strings.ReplaceAll(c.want, `"`, `\"`))
			assert.Equal(t, `["false","96001","好"]`, p.eval(`const r = await qing.call('a'); return [r.success, r.errorCode, (await qing.call('b')).data]`))
			var said string
			require.NoError(t, json.Unmarshal([]byte(p.eval(`return (await qing.call('a')).error`)), &said))
			assert.Contains(t, said+" (96001)", c.want)

			p.write("qinghost/api/a.ts", `console.info('新的'); export default () => '改好了'`)
			p.untilSaid("新的")
			p.until("改好了", func() bool { return p.eval(`return (await qing.call('a')).data`) == `"改好了"` })
		})
	}
}

func TestNamesThatAreNone(t *testing.T) {
	p := open(t, bridge.NewClock(), map[string]string{
		"qinghost/api/view.pop.ts": `export default () => 1`, "qinghost/api/it's.ts": `export default () => 1`,
		"qinghost/api/twice.js": `export default () => 'js'`, "qinghost/api/twice.ts": `export default () => 'ts'`,
		"qinghost/api/自己的.ts": `export default () => '好'`,
	})
	assert.Equal(t, `["好","ts"]`, p.eval(`return [(await qing.call('自己的')).data, (await qing.call('twice')).data]`))
	assert.Equal(t, []string{"getPersonInfo", "twice", "自己的"}, p.host.Names())
	said := p.journal.String()
	assert.Contains(t, said, `qinghost/api/view.pop.ts 没有加载: \"view.pop\" 不能作为方法名`)
	assert.Contains(t, said, `qinghost/api/it's.ts 没有加载`)
	assert.Contains(t, said, `qinghost/api/twice.js 没有加载: 与 twice.ts 是同一个方法`)
	p.methods.find()
	assert.Equal(t, said, p.journal.String(), "once")
}

func TestFolderThatIsNone(t *testing.T) {
	p := open(t, bridge.NewClock(), map[string]string{"qinghost/api": ""})
	assert.Contains(t, p.journal.String(), "无法读取文件夹 qinghost/api")
	assert.Empty(t, open(t, bridge.NewClock(), nil).journal.String(), "none is nothing to speak of")
}

// TestWatch: files come, change, break and go while calls are made.
func TestWatch(t *testing.T) {
	p := open(t, bridge.NewClock(), nil)
	p.watch()
	change := func() {
		t.Helper()
		select {
		case <-p.changed:
		case <-time.After(patience):
			require.FailNow(t, "没有等到名单的变化", p.journal)
		}
	}
	data := func(method string) string { return p.eval(`return (await qing.call('` + method + `')).data`) }
	p.write("qinghost/api/a.ts", `import { word } from '../../word'; console.info('加载 ' + word); export default () => word`)
	change()
	p.untilSaid(`找不到模块`)
	p.write("lib/word.ts", `export const word = '甲'`)
	p.write("word.ts", `export * from './lib/word'`)
	p.untilSaid("加载 甲")
	p.write("qinghost/api/b.ts", `export default () => new Promise(() => {})`)
	change()
	p.until("甲", func() bool { return data("a") == `"甲"` })

	p.load()
	assert.Equal(t, `true`, p.eval(`return qing.checkJsApi('b')`), "after the page was loaded again")
	p.eval(`globalThis.open = qing.call('b')`)

	p.write("lib/word.ts", `export const word = '乙'`)
	p.untilSaid("加载 乙")
	p.until("乙", func() bool { return data("a") == `"乙"` })
	p.write("lib/word.ts", `export const word = ;`)
	p.untilSaid("上一个能加载的版本仍在使用")
	assert.Equal(t, `"乙"`, data("a"))
	p.write("qinghost/api/a.ts", `import { n } from '../../later'; console.info('加载 ' + n); export default () => n`)
	p.untilSaid(`\"../../later\": 没有这个文件`)
	p.write("later.ts", `export const n = '丙'`)
	p.untilSaid("加载 丙")
	assert.Equal(t, bridge.CallOpen, p.host.Log.After(0, "b")[0].State, "another file's calls")

	p.write("qinghost/api/b.ts", `console.info('第二版'); export default () => 2`)
	p.untilSaid("第二版")
	assert.Equal(t, `["false","qinghost/api/b.ts 已改动并重新加载, 请重新调用","90003"]`, p.eval(`const r = await open; return [r.success, r.error, r.errorCode]`))
	require.NoError(t, os.Remove(filepath.Join(p.dir, "qinghost/api/b.ts")))
	change()
	assert.Equal(t, []string{"a", "getPersonInfo"}, p.host.Names())
	require.NoError(t, os.RemoveAll(filepath.Join(p.dir, "qinghost")))
	change()
	p.write("qinghost/api/c.ts", `export default () => '又来'`)
	change()
	assert.Equal(t, `"又来"`, data("c"))
	assert.Empty(t, p.changed)
}
