package coverage_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dop251/goja"
	"github.com/evanw/esbuild/pkg/api"
	"github.com/go-sourcemap/sourcemap"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/runtime/suite/coverage"
)

// outcome runs a script and tells what came of it.
func outcome(rt *goja.Runtime, name, code string) string {
	program, err := goja.Compile(name, code, false)
	if err != nil {
		return err.Error()
	}
	v, err := rt.RunProgram(program)
	if err != nil {
		if exception, is := err.(*goja.Exception); is {
			return exception.Value().String()
		}
		return err.Error()
	}
	return fmt.Sprint(v.Export())
}

func lines(f []coverage.File) map[int]bool {
	hit := map[int]bool{}
	for _, f := range f {
		for _, l := range f.Lines {
			hit[l.Number] = l.Hits > 0
		}
	}
	return hit
}

func TestCorpus(t *testing.T) {
	t.Logf("%d scripts", len(corpus))
	for name, code := range corpus {
		t.Run(name, func(t *testing.T) {
			s, err := coverage.Instrument("脚本.js", code, nil)
			require.NoError(t, err)
			assert.Equal(t, strings.Count(code, "\n"), strings.Count(s.Code, "\n"), "lines stay")
			rt := goja.New()
			counts, err := s.Install(rt)
			require.NoError(t, err)
			assert.Equal(t, outcome(goja.New(), "a", code), outcome(rt, "a", s.Code), s.Code)
			var c coverage.Collector
			c.Add(s, counts())
			want := map[int]bool{}
			for i, line := range strings.Split(code, "\n") {
				if strings.HasSuffix(line, "//+") {
					want[i+1] = true
				} else if strings.HasSuffix(line, "//-") {
					want[i+1] = false
				}
			}
			if len(want) > 0 || name == "nothing" || name == "comment only" {
				assert.Equal(t, want, lines(c.Files()), s.Code)
			}
		})
	}
}

// The same scripts as esbuild makes them, mapped back: whitespace gone, so that all of it is on a line.
func TestMinified(t *testing.T) {
	for name, code := range corpus {
		t.Run(name, func(t *testing.T) {
			result := api.Transform(code, api.TransformOptions{
				MinifyWhitespace: true, Target: api.ES2020, Sourcemap: api.SourceMapExternal, Sourcefile: "源/脚本.js", Charset: api.CharsetUTF8,
				LogOverride: map[string]api.LogLevel{"direct-eval": api.LogLevelSilent},
			})
			require.Empty(t, result.Errors)
			s, err := coverage.Instrument("包.js", string(result.Code), result.Map)
			require.NoError(t, err)
			rt := goja.New()
			counts, err := s.Install(rt)
			require.NoError(t, err)
			assert.Equal(t, outcome(goja.New(), "a", string(result.Code)), outcome(rt, "a", s.Code), s.Code)
			var c coverage.Collector
			c.Add(s, counts())
			got := lines(c.Files())
			for i, line := range strings.Split(code, "\n") {
				hit, known := got[i+1]
				assert.False(t, known && hit && strings.HasSuffix(line, "//-"), "line %d did not run: %s", i+1, s.Code)
				assert.False(t, known && !hit && strings.HasSuffix(line, "//+"), "line %d ran: %s", i+1, s.Code)
			}
		})
	}
}

// Every place of the script is found again from the instrumented one, by Original and by the new source map.
func TestPlaces(t *testing.T) {
	code := "const 会 = 1; throwing('议', () =>\n  new Error('一'))\nfunction throwing(a, f) { if (a)\n    throw f() }\n"
	result := api.Transform(code, api.TransformOptions{Sourcemap: api.SourceMapExternal, Sourcefile: "a.ts", MinifyWhitespace: true, Charset: api.CharsetUTF8})
	s, err := coverage.Instrument("a.js", string(result.Code), result.Map)
	require.NoError(t, err)
	old, err := sourcemap.Parse("", result.Map)
	require.NoError(t, err)
	moved, err := sourcemap.Parse("", s.Map)
	require.NoError(t, err)

	before, after := strings.Split(string(result.Code), "\n"), strings.Split(s.Code, "\n")
	for number := range before {
		for column := range after[number] {
			row, original := s.Original(number+1, column+1)
			require.Equal(t, number+1, row)
			require.LessOrEqual(t, original-1, len(before[number]))
			if rest := after[number][column:]; strings.HasPrefix(rest, "new Error") || strings.HasPrefix(rest, "throwing") || strings.HasPrefix(rest, "会") {
				require.True(t, strings.HasPrefix(before[number][original-1:], rest[:3]), rest)
				units := func(text string) int { return len([]rune(text)) }
				_, _, wantLine, wantColumn, _ := old.Source(number+1, units(before[number][:original-1]))
				_, _, gotLine, gotColumn, ok := moved.Source(number+1, units(after[number][:column]))
				require.True(t, ok)
				assert.Equal(t, []int{wantLine, wantColumn}, []int{gotLine, gotColumn}, rest)
			}
		}
	}
	row, column := s.Original(99, 7)
	assert.Equal(t, []int{99, 7}, []int{row, column})
}

// bundle is a small app with a package of somebody else's, as the runner bundles it.
func bundle(t testing.TB) (code string, sourceMap []byte) {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"会议.qing.ts":                      "import { book } from './src/预订'\nbook('周会')\n",
		"src/预订.ts":                       "import { id } from 'pkg'\nimport * as 未用 from './未用'\nexport function book(title: string) {\n  if (!title) {\n    throw new Error('缺标题')\n  }\n  const all = [1, 2].map(n =>\n    id(n))\n  return { title, all, ...未用 }\n}\n",
		"src/未用.ts":                       "export class 房间 {\n  容量 = 8\n  async *列表() {\n    for await (const x of []) yield x\n  }\n}\n",
		"node_modules/pkg/index.js":       "exports.id = function (x) {\n  return x\n}\n",
		"node_modules/pkg/package.json":   `{"name":"pkg","main":"index.js"}`,
		"node_modules/other/package.json": `{"name":"other"}`,
	} {
		file := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{filepath.Join(root, "会议.qing.ts")}, AbsWorkingDir: root, Outdir: root, Bundle: true, Format: api.FormatIIFE, Target: api.ES2020,
		Supported: map[string]bool{"async-generator": false, "for-await": false}, Sourcemap: api.SourceMapExternal, Charset: api.CharsetUTF8,
	})
	require.Empty(t, result.Errors)
	for _, file := range result.OutputFiles {
		if strings.HasSuffix(file.Path, ".map") {
			sourceMap = file.Contents
		} else {
			code = string(file.Contents)
		}
	}
	return code, sourceMap
}

func TestBundle(t *testing.T) {
	code, sourceMap := bundle(t)
	s, err := coverage.Instrument("会议.qing.ts", code, sourceMap)
	require.NoError(t, err)
	var c coverage.Collector
	var workers sync.WaitGroup
	for range 4 { // of one script, as many files of a suite load the same module
		workers.Go(func() {
			rt := goja.New()
			counts, err := s.Install(rt)
			if assert.NoError(t, err) {
				outcome(rt, "会议.qing.ts", s.Code)
				c.Add(s, counts())
			}
		})
	}
	workers.Wait()
	var out bytes.Buffer
	require.NoError(t, c.WriteLCOV(&out))
	assert.Equal(t, `TN:
SF:src/未用.ts
DA:1,4
DA:2,0
DA:3,0
DA:4,0
LF:4
LH:1
end_of_record
TN:
SF:src/预订.ts
DA:1,4
DA:4,4
DA:5,0
DA:7,4
DA:8,8
DA:9,4
LF:6
LH:5
end_of_record
TN:
SF:会议.qing.ts
DA:2,4
LF:1
LH:1
end_of_record
`, out.String(), s.Code)
	out.Reset()
	require.NoError(t, c.WriteTable(&out, 80, false))
	assert.Equal(t, `文件              % 行         行  未执行的行
src/未用.ts       25.0        1/4  2-4
src/预订.ts       83.3        5/6  5
会议.qing.ts     100.0        1/1
全部              63.6       7/11
`, out.String())
}

// A line counts as often as what ran most on it; scripts add up.
func TestHits(t *testing.T) {
	s, err := coverage.Instrument("次.js", "function f() { return 1 } f(); f()", nil)
	require.NoError(t, err)
	var c coverage.Collector
	for range 3 {
		rt := goja.New()
		counts, err := s.Install(rt)
		require.NoError(t, err)
		outcome(rt, "a", s.Code)
		c.Add(s, counts())
	}
	assert.Equal(t, []coverage.File{{Path: "次.js", Lines: []coverage.Line{{Number: 1, Hits: 6}}}}, c.Files())
}

// goja keeps the variables of each function once more; who followed both would never come back from here.
func TestDeep(t *testing.T) {
	code := strings.Repeat("var f = function () {\n", 60) + "return 1" + strings.Repeat("\n}", 60)
	s, err := coverage.Instrument("深.js", code, nil)
	require.NoError(t, err)
	assert.Equal(t, 61, strings.Count(s.Code, "++"))
}

func TestNothingLoaded(t *testing.T) {
	var c coverage.Collector
	var out bytes.Buffer
	require.NoError(t, c.WriteTable(&out, 80, true))
	assert.Equal(t, "覆盖率: 没有加载自己的源文件\n", out.String())
}

func TestBadInput(t *testing.T) {
	_, err := coverage.Instrument("坏.js", "if (", nil)
	require.ErrorContains(t, err, "坏.js")
	_, err = coverage.Instrument("坏.js", "1", []byte(`{"version":3,"mappings":"!!"}`))
	require.ErrorContains(t, err, "source map")
	_, err = coverage.Instrument("坏.js", "1", []byte(`{"version":2}`))
	require.ErrorContains(t, err, "版本 2")
}

// work is what tests are like: loops, calls, closures.
const work = `
function sort(list) {
  for (let i = 1; i < list.length; i++) {
    const x = list[i]
    let j = i - 1
    while (j >= 0 && list[j] > x) {
      list[j + 1] = list[j]
      j--
    }
    list[j + 1] = x
  }
  return list
}
const people = []
for (let i = 0; i < 300; i++) {
  people.push({ name: '人' + i, age: (i * 7919) % 97 })
}
const adults = people.filter(p => p.age > 17).map(p => ({ ...p, label: p.name + ':' + p.age }))
const groups = {}
for (const p of adults) {
  const key = Math.floor(p.age / 10)
  if (!groups[key]) groups[key] = []
  groups[key].push(p)
}
sort(people.map(p => p.age)).join() + JSON.stringify(groups).length
`

// The ratio of the two is what coverage costs: go test -bench Work
func BenchmarkWork(b *testing.B) {
	s, err := coverage.Instrument("w.js", work, nil)
	require.NoError(b, err)
	run := func(code string, install bool) func(*testing.B) {
		return func(b *testing.B) {
			program := goja.MustCompile("w.js", code, false)
			for b.Loop() {
				rt := goja.New()
				if install {
					_, err := s.Install(rt)
					require.NoError(b, err)
				}
				_, err := rt.RunProgram(program)
				require.NoError(b, err)
			}
		}
	}
	b.Run("plain", run(work, false))
	b.Run("counted", run(s.Code, true))
}

func BenchmarkInstrument(b *testing.B) {
	code, sourceMap := bundle(b)
	b.SetBytes(int64(len(code)))
	for b.Loop() {
		_, err := coverage.Instrument("a.js", code, sourceMap)
		require.NoError(b, err)
	}
}
