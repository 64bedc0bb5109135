package headless

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/dlclark/regexp2/v2"
	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mappedScript compiles TypeScript, as the test runner does.
func mappedScript(t *testing.T, name, code string) Script {
	t.Helper()
	made := api.Transform(code, api.TransformOptions{
		Loader: api.LoaderTS, Sourcefile: name, Sourcemap: api.SourceMapExternal, Target: api.ES2020, MinifyWhitespace: true, Charset: api.CharsetUTF8,
	})
	require.Empty(t, made.Errors)
	return Script{Name: "bundle.js", Code: string(made.Code), Map: made.Map}
}

// faultOf runs TypeScript that throws.
func faultOf(t *testing.T, code string) *Fault {
	t.Helper()
	p := newPage(t, testHost(), Options{})
	err := p.RunMapped(t.Context(), mappedScript(t, "tests/会议.qing.ts", code))
	var fault *Fault
	require.ErrorAs(t, err, &fault)
	return fault
}

func TestFaultIsMapped(t *testing.T) {
	f := faultOf(t, "interface Person { name: string }\n\nfunction meet(p: Person): void {\n  const 你好: string = '𠮷'; throw new TypeError(p.name)\n}\n"+
		"for (const name of ['张三']) meet({ name })")
	assert.Equal(t, "TypeError: 张三", f.Message)
	assert.Equal(t, "    at meet (tests/会议.qing.ts:4:34)\n    at tests/会议.qing.ts:6:28", f.Stack)
	assert.Equal(t, "tests/会议.qing.ts", f.File)
	assert.Equal(t, 4, f.Line)
	assert.Equal(t, 34, f.Column)
}

func TestFaultPassesOverOurOwnScripts(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	require.NoError(t, p.Run(t.Context(), "qinghost:test", "function expect() { throw new Error('不相等') }"))
	err := p.Run(t.Context(), "node_modules/lib/index.js", "function lib(f) { f() }")
	require.NoError(t, err)
	err = p.Run(t.Context(), "a.js", "lib(function () {\n  expect() })")
	var f *Fault
	require.ErrorAs(t, err, &f)
	assert.Equal(t, "a.js:2", f.File+":"+string(rune('0'+f.Line)))
	assert.NotContains(t, f.Stack, "qinghost:")
	assert.Contains(t, f.Stack, "at lib (node_modules/lib/index.js:1:20)")
	require.NoError(t, p.Run(t.Context(), "b.js", "setTimeout(expect)"))
	settle(t, p)
	require.Len(t, p.Errors(), 1)
	last := p.Errors()[0]
	assert.Equal(t, "    at expect (qinghost:test:1:27)", last.Stack, "there is nothing else to show")
	assert.Empty(t, last.File)
}

func TestTrace(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	s := mappedScript(t, "a.ts", "let x: number = 1\nvar stack: string = (() => new Error('x\\n at 假的').stack!)()")
	require.NoError(t, p.RunMapped(t.Context(), s))
	var stack string
	require.NoError(t, json.Unmarshal([]byte(eval(t, p, "return stack")), &stack))
	places := p.Trace(stack)
	require.NotEmpty(t, places, stack)
	assert.Equal(t, Place{File: "a.ts", Line: 2, Column: 28}, places[0])
}

func TestFaultOfASyntaxError(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	var f *Fault
	require.ErrorAs(t, p.Run(t.Context(), "a.js", "var 名字 = 1;\nvar 你 = ;"), &f)
	assert.Equal(t, "SyntaxError: Unexpected token ;", f.Message)
	assert.Equal(t, "    at a.js:2:9", f.Stack)
	require.ErrorAs(t, p.Run(t.Context(), "b.js", "let a; {\n let a; let a }"), &f)
	assert.Equal(t, "b.js", f.File)
	assert.Equal(t, 2, f.Line)
}

func TestFaultTellsTheCause(t *testing.T) {
	f := faultOf(t, "const inner = new RangeError('里面');\nconst e = new Error('外面', { cause: inner }) as any;\n(inner as any).cause = e;\nthrow e")
	assert.Equal(t, "Error: 外面", f.Message)
	assert.Contains(t, f.Stack, "    at tests/会议.qing.ts:2:11\n  [cause] RangeError: 里面\n      at tests/会议.qing.ts:1:15\n    [cause] Error: 外面")
	f = faultOf(t, "throw new AggregateError([new TypeError('甲'), '乙'], '都不行')")
	assert.Contains(t, f.Stack, "  [errors 0] TypeError: 甲\n      at tests/会议.qing.ts:1:27\n  [errors 1] 乙")
	f = faultOf(t, "throw new Error('外面', { cause: { code: 7 } })")
	assert.Contains(t, f.Stack, "[cause] { code: 7 }")
}

func TestFaultOfWhatIsNoError(t *testing.T) {
	for thrown, want := range map[string]string{
		"'字符串'": "字符串", "undefined": "undefined", "null": "null", "{code: 7}": "{ code: 7 }", "Symbol('x')": "Symbol(x)",
		"({get message() { throw 1 }})":                                       "{ message: [Getter] }",
		"Object.defineProperty(new Error('x'), 'stack', {get() { throw 1 }})": "[Error]",
	} {
		f := faultOf(t, "throw "+thrown)
		if !strings.Contains(thrown, "get") {
			assert.Equal(t, want, f.Message)
		}
		assert.Equal(t, "tests/会议.qing.ts", f.File, thrown)
		assert.Equal(t, 1, f.Line)
	}
}

func TestWhatIsReported(t *testing.T) {
	var told []string
	p, err := New(t.Context(), testHost(), Options{Fault: func(f *Fault) { told = append(told, string(f.Kind)+" "+f.Message) }})
	require.NoError(t, err)
	require.NoError(t, p.Run(t.Context(), "a.js", `
		const late = Promise.reject(new Error('处理得晚'));
		Promise.resolve().then(() => late.catch(() => {}));
		Promise.reject(new Error('没有处理'));
		queueMicrotask(() => { throw new Error('微任务') });
		setTimeout(() => { throw '定时器' });
		(async () => { await null; throw new Error('异步') })();`))
	settle(t, p)
	require.NoError(t, p.Close())
	assert.Equal(t, []string{"exception Error: 微任务", "rejection Error: 没有处理", "rejection Error: 异步", "exception 定时器"}, told)
}

// A script that never ends says where it was, whatever it is in; and the page ends with it. goja knows no place in a loop
// without a body: then it is the beginning of the function.
func TestInterruptSaysWhere(t *testing.T) {
	for name, code := range map[string]string{
		"loop":    "function spin(): void {\n  for (let n = 0;;)\n    n++ }\nspin()",
		"getter":  "const o = { get x(): number {\n  for (let n = 0;;)\n    n++ } }\no.x",
		"reviver": "JSON.parse('[1]', (k: string) => {\n  for (let n = 0;;)\n    n++ })",
		"sort":    "[2, 1].sort((): number => {\n  for (let n = 0;;)\n    n++ })",
		"replace": "'a'.replace(/a/, (): string => {\n  for (let n = 0;;)\n    n++ })",
		"proxy":   "const p: any = new Proxy({}, { get() {\n  for (let n = 0;;)\n    n++ } })\np.x",
		"async":   "(async () => { await null;\n  for (let n = 0;;)\n    n++ })()",
	} {
		t.Run(name, func(t *testing.T) {
			p := newPage(t, testHost(), Options{})
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			err := p.RunMapped(ctx, mappedScript(t, "a.ts", code))
			var f *Fault
			if name == "async" { // the script itself has returned
				<-p.loop.over
				err = p.loop.cause()
			}
			require.ErrorAs(t, err, &f)
			assert.Equal(t, Interrupt, f.Kind)
			assert.ErrorIs(t, f, context.DeadlineExceeded)
			assert.Equal(t, "a.ts", f.File, f.Stack)
			assert.InDelta(t, 2.5, f.Line, 0.5, f.Stack)
		})
	}
}

// Patterns without lookaround and back references take time in proportion to the text; the others need LimitRegexps.
func TestRegexpThatBacktracks(t *testing.T) {
	LimitRegexps(300 * time.Millisecond)
	t.Cleanup(func() {
		LimitRegexps(math.MaxInt64)
		regexp2.StopTimeoutClock()
	})
	p := newPage(t, testHost(), Options{})
	assert.Equal(t, "false", eval(t, p, "return /^(a+)+$/.test('a'.repeat(50) + '!')"))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var f *Fault
	require.ErrorAs(t, p.Run(ctx, "a.js", "var 甲\nfor (;;)\n  /(a+)+\\1$/.test('a'.repeat(40) + '!')"), &f)
	assert.Equal(t, Interrupt, f.Kind)
	assert.Equal(t, 3, f.Line, f.Stack)
}

func TestMemoryLimit(t *testing.T) {
	p := newPage(t, testHost(), Options{MemoryLimit: heapBytes() + 40<<20})
	err := p.RunMapped(t.Context(), mappedScript(t, "a.ts", "const a: number[][] = []\nfor (;;)\n  a.push(new Array(1e5).fill(1))"))
	var f *Fault
	require.ErrorAs(t, err, &f)
	assert.Equal(t, Memory, f.Kind)
	assert.True(t, errors.Is(f, ErrMemory))
	assert.Equal(t, "a.ts", f.File, f.Stack)
	assert.InDelta(t, 3, f.Line, 1)
	_, err = p.Eval(t.Context(), "return 1")
	assert.ErrorIs(t, err, ErrMemory, "the page has ended")
}

func TestMemoryLimitLeavesGarbageAlone(t *testing.T) {
	p := newPage(t, testHost(), Options{MemoryLimit: heapBytes() + 40<<20})
	require.NoError(t, p.Run(t.Context(), "a.js", "for (let i = 0; i < 30; i++) new Array(1e5).fill(1)"))
}

func TestFrame(t *testing.T) {
	source := "一\n二\r\n\tconst 名字 = 坏(1)\n四\n五\n六"
	assert.Equal(t, strings.Join([]string{
		"  1 | 一",
		"  2 | 二",
		"> 3 | \tconst 名字 = 坏(1)",
		"    | \t             ^",
		"  4 | 四",
		"  5 | 五",
	}, "\n"), Frame(source, 3, 13))
	assert.Equal(t, "> 1 | 😀é́x\n    |   ^", Frame("😀é́x", 1, 3), "an emoji is two units and two cells")
	assert.Equal(t, "> 1 | 😀é́x\n    |    ^", Frame("😀é́x", 1, 5), "an accent of its own has no cell")
	assert.Equal(t, "> 1 | a\n    |  ^", Frame("a", 1, 99), "no further than the end")
	assert.Equal(t, "> 1 | a", Frame("a", 1, 0))
	assert.Empty(t, Frame("a", 2, 1))
	lines := strings.Repeat("x\n", 12)
	assert.Equal(t, "   8 | x\n   9 | x\n> 10 | x\n     | ^\n  11 | x\n  12 | x", Frame(lines, 10, 1))
}
