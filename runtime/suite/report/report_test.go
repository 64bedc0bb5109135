package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/runtime/suite/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// options are those of a test: a clock that moves 50 ms a look, and no environment but env.
func options(out io.Writer, env map[string]string) report.Options {
	now := start
	return report.Options{
		Stdout: out, Env: func(name string) string { return env[name] }, Width: func() int { return 100 },
		Clock: func() time.Time { now = now.Add(50 * time.Millisecond); return now },
	}
}

// play is a run that has a bit of everything, under these profiles: only ios passes one test.
func play(t *testing.T, r report.Reporter, profiles ...string) {
	t.Helper()
	plan := report.Plan{Files: 3, Tests: 5 * len(profiles), Workers: 2, Seed: 42, Profiles: profiles}
	s := report.Summary{Plan: plan, Took: 1284 * time.Millisecond}
	r.Begin(plan)
	end := func(test report.Test, status report.Status, reason string, attempts ...report.Attempt) {
		test.ID = strings.Join(append([]string{test.File, test.Profile, test.Project}, test.Path...), "|")
		if status != report.Skipped {
			r.Start(test)
		}
		r.End(report.Result{Test: test, Status: status, Reason: reason, Attempts: attempts})
		switch status {
		case report.Passed:
			s.Passed++
		case report.Failed:
			s.Failed++
		case report.Flaky:
			s.Flaky++
		case report.Skipped:
			s.Skipped++
		}
	}
	at := func(profile, file string, line int, path ...string) report.Test {
		return report.Test{File: file, Line: line, Column: 3, Path: path, Profile: profile, Project: "headless"}
	}
	for _, profile := range profiles {
		const meeting, people = "tests/会议.qing.ts", "tests/选人.qing.ts"
		end(at(profile, meeting, 8, "预订会议室", "发起成功后显示会议号"), report.Passed, "",
			report.Attempt{Took: 2300 * time.Microsecond, Console: []report.Line{{Level: "log", Text: "会议号 88-1024"}}})
		if cancelled := at(profile, meeting, 21, "预订会议室", "取消时按钮恢复"); profile == "ios" {
			end(cancelled, report.Passed, "", report.Attempt{Took: 1900 * time.Microsecond})
		} else {
			end(cancelled, report.Failed, "", report.Attempt{Took: 4 * time.Millisecond, Failures: []report.Failure{{
				Name: "AssertionError", Message: "expect(received).toBe(expected)", File: meeting, Line: 27, Column: 23,
				Expected: `"true"`, Actual: "true", Diff: "- \"true\"\n+ true",
				Frame: "  25 |   const r = await qing.call('createLive', { title: '周会' })\n  26 |\n" +
					"> 27 |   expect(r.success).toBe('true')\n     |                     ^\n  28 | })",
				Stack: "    at check (tests/会议.qing.ts:27:23)\n    at tests/会议.qing.ts:21:3",
			}}, Console: []report.Line{{Level: "log", Text: "开始预订"}, {Level: "warn", Text: "\x1b[33m库提示\x1b[0m: title 过长,\n已截断"}, {Level: "error", Text: "success 不是字符串"}},
				Calls: []bridge.CallRecord{
					{ID: 1, Page: "p1", Method: "createLive", Params: json.RawMessage(`{"title":"周会","start":1795424400000,"people":["ou-1","ou-2"]}`), Result: json.RawMessage(`{"success":true,"errorCode":"0","error":"","data":{"liveId":"88-1024"}}`), State: bridge.CallDone, At: start.UnixMilli(), Took: 12},
					{ID: 2, Page: "p1", Method: "selectPersons", Params: json.RawMessage(`{"isMulti":true}`), Result: json.RawMessage(`{"success":"false","errorCode":"1","error":"取消选人"}`), State: bridge.CallDone, At: start.UnixMilli() + 15},
					{ID: 3, Page: "p1", Method: "closeWebView", Params: json.RawMessage(`null`), Result: json.RawMessage(`null`), State: bridge.CallUnanswered, At: start.UnixMilli() + 20},
				}, Screenshot: picture})
		}
		end(at(profile, people, 5, "选人", "慢网络 #1"), report.Flaky, "",
			report.Attempt{Took: 1100 * time.Millisecond, Failures: []report.Failure{{Name: "Error", Message: "超过 1000 ms 没有结束"}}}, report.Attempt{Took: 3 * time.Millisecond})
		end(at(profile, people, 14, "选人", "单选只回一人"), report.Passed, "", report.Attempt{Took: 800 * time.Microsecond})
		end(at(profile, people, 30, "选人", "多选"), report.Skipped, "等后端 #12 修好")
	}
	s.Errors = []report.Failure{{
		Name: "SyntaxError", Message: "找不到 \"./缺\"", File: "tests/坏.qing.ts", Line: 1, Column: 21,
		Frame: "> 1 | import { book } from './缺'\n    |                      ^",
	}}
	require.NoError(t, r.Done(s))
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, got, 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), name)
}

func TestGolden(t *testing.T) {
	for _, name := range []string{"list", "dot", "json", "junit", "tap", "github"} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			r, err := report.New([]string{name}, options(&out, nil))
			require.NoError(t, err)
			play(t, r, "ios", "android", "desktop")
			golden(t, name+".golden", out.Bytes())
			if name == "list" || name == "dot" || name == "github" {
				assert.True(t, strings.HasSuffix(out.String(), "\n10 passed, 3 failed, 3 skipped\n"), "the last line")
			}
		})
	}
	t.Run("one profile, in colour", func(t *testing.T) {
		var out bytes.Buffer
		o := options(&out, nil)
		o.Color = true
		r, err := report.New([]string{"list"}, o)
		require.NoError(t, err)
		play(t, r, "android")
		golden(t, "color.golden", out.Bytes())
	})
}

func TestNames(t *testing.T) {
	_, err := report.New([]string{"juint"}, options(io.Discard, nil))
	require.ErrorContains(t, err, `是不是 "junit"?`)
	_, err = report.New([]string{"电子表格"}, options(io.Discard, nil))
	require.ErrorContains(t, err, "; 可用: list、dot、github、json、junit、tap、html")
	_, err = report.New([]string{"list", "dot"}, options(io.Discard, nil))
	require.ErrorContains(t, err, "只能选一个")
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	elsewhere := filepath.Join(dir, "别处", "j.xml")
	o := options(&out, map[string]string{"QINGHOST_JUNIT_OUTPUT_FILE": elsewhere})
	o.Dir = filepath.Join(dir, "报告")
	r, err := report.New([]string{"list", "json", "junit", "tap", "html", "json"}, o)
	require.NoError(t, err)
	play(t, r, "ios")
	for _, file := range []string{"results.json", "results.tap", "index.html"} {
		assert.FileExists(t, filepath.Join(o.Dir, file))
	}
	assert.FileExists(t, elsewhere)
	assert.NoFileExists(t, filepath.Join(o.Dir, "junit.xml"))
	assert.Contains(t, out.String(), "报告: "+filepath.Join(o.Dir, "index.html"))
	assert.True(t, strings.HasSuffix(out.String(), "\n4 passed, 1 failed, 1 skipped\n"))
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("磁盘满了") }

func TestNothingSwallowed(t *testing.T) {
	for _, name := range report.Names() {
		dir := t.TempDir()
		o := options(broken{}, map[string]string{"QINGHOST_HTML_OUTPUT_FILE": filepath.Join(dir, "r.html")})
		r, err := report.New([]string{name}, o)
		require.NoError(t, err)
		r.Begin(report.Plan{})
		assert.ErrorContains(t, r.Done(report.Summary{}), "磁盘满了", name)
	}
}

func TestColours(t *testing.T) {
	for _, c := range []struct {
		env             map[string]string
		color, terminal bool
	}{
		{nil, true, true},
		{map[string]string{"NO_COLOR": "1"}, false, true},
		{map[string]string{"TERM": "dumb"}, false, false},
		{map[string]string{"CI": "true"}, true, false},
		{map[string]string{"NO_COLOR": "1", "FORCE_COLOR": "1"}, true, true},
		{map[string]string{"FORCE_COLOR": "0"}, false, true},
	} {
		env := func(name string) string { return c.env[name] }
		assert.Equal(t, c.color, report.Colored(true, env), c.env)
		assert.Equal(t, c.terminal, report.Interactive(true, env), c.env)
		assert.False(t, report.Interactive(false, env))
	}
	assert.True(t, report.Colored(false, func(name string) string { return map[string]string{"FORCE_COLOR": "1"}[name] }))
}

// What a test writes cannot drive the terminal, break the XML, the TAP line, a workflow command or the page's script.
const nasty = "\x1b[2J\x1b]0;标题\x07红\x00\x01\u202e\ufffe ]]> </script><img src=x onerror=alert(1)> # SKIP\n::error::x %0A | `a`"

func evil(t *testing.T, name string, env map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	o := options(&out, env)
	o.Root = "/repo/前端"
	r, err := report.New([]string{name}, o)
	require.NoError(t, err)
	test := report.Test{File: "a,b:c%.qing.ts", Line: 3, Path: []string{nasty}, Profile: "ios", Project: "headless"}
	r.Begin(report.Plan{Files: 1, Tests: 1, Profiles: []string{"ios"}})
	r.End(report.Result{Test: test, Status: report.Failed, Attempts: []report.Attempt{{
		Failures: []report.Failure{{Name: "Error", Message: nasty, Stack: nasty}}, Console: []report.Line{{Level: "log", Text: nasty}},
	}}})
	require.NoError(t, r.Done(report.Summary{Failed: 1}))
	return out.String()
}

func TestNasty(t *testing.T) {
	for _, name := range []string{"list", "dot", "junit", "tap", "github"} {
		text := evil(t, name, nil)
		assert.NotContains(t, text, "\x1b", name)
		assert.NotContains(t, text, "\x00", name)
		assert.NotContains(t, text, "\u202e", name)
	}
	assert.Contains(t, evil(t, "tap", nil), `not ok 1 - a,b:c%.qing.ts › 红`)
	assert.NotRegexp(t, `(?m)^not ok.*[^\\]# SKIP`, evil(t, "tap", nil))
}

func TestJUnit(t *testing.T) {
	type junit struct {
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Skipped  int    `xml:"skipped,attr"`
		ID       string `xml:"id,attr"`
		Name     string `xml:"name,attr"`
		Suites   []struct {
			Name     string `xml:"name,attr"`
			Tests    int    `xml:"tests,attr"`
			Failures int    `xml:"failures,attr"`
			Cases    []struct {
				Name    string `xml:"name,attr"`
				Failure *struct {
					Text string `xml:",chardata"`
				} `xml:"failure"`
				Out string `xml:"system-out"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	var out bytes.Buffer
	r, err := report.New([]string{"junit"}, options(&out, map[string]string{"QINGHOST_JUNIT_SUITE_ID": "夜间"}))
	require.NoError(t, err)
	play(t, r, "ios", "android")
	var got junit
	require.NoError(t, xml.Unmarshal(out.Bytes(), &got))
	assert.Equal(t, []int{11, 1, 1, 2}, []int{got.Tests, got.Failures, got.Errors, got.Skipped})
	assert.Equal(t, "夜间", got.ID)
	assert.Equal(t, "qinghost", got.Name)
	sum := 0
	for _, s := range got.Suites {
		assert.Len(t, s.Cases, s.Tests)
		sum += s.Tests
	}
	assert.Equal(t, got.Tests, sum)
	failed := got.Suites[3].Cases[1]
	assert.Equal(t, "tests/会议.qing.ts [android]", got.Suites[3].Name)
	require.NotNil(t, failed.Failure)
	assert.Contains(t, failed.Failure.Text, "+ true")
	assert.Contains(t, failed.Out, "库提示: title 过长")

	require.NoError(t, xml.Unmarshal([]byte(evil(t, "junit", nil)), &got), "illegal characters")
}

// tapPoint is what a reader of TAP 14 makes of a line.
var tapPoint = regexp.MustCompile(`^(not )?ok (\d+) - ((?:[^#\\]|\\.)*)(?: # (SKIP|TODO)\b.*)?$`)

func TestTAP(t *testing.T) {
	var out bytes.Buffer
	r, err := report.New([]string{"tap"}, options(&out, nil))
	require.NoError(t, err)
	play(t, r, "ios", "android")
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	require.Equal(t, "TAP version 14", lines[0])
	require.Equal(t, "1..11", lines[len(lines)-1])
	n, failed, skipped, open := 0, 0, 0, false
	for _, line := range lines[1 : len(lines)-1] {
		switch {
		case line == "  ---":
			require.False(t, open)
			open = true
		case line == "  ...":
			require.True(t, open)
			open = false
		case open:
			require.True(t, strings.HasPrefix(line, "  ") || line == "", line)
		case strings.HasPrefix(line, "#"):
		default:
			point := tapPoint.FindStringSubmatch(line)
			require.NotNil(t, point, line)
			n++
			require.Equal(t, fmt.Sprint(n), point[2])
			if point[1] != "" {
				failed++
			}
			if point[4] != "" {
				skipped++
			}
		}
	}
	assert.Equal(t, []int{11, 2, 2}, []int{n, failed, skipped})
	assert.Contains(t, out.String(), `慢网络 \#1`)
}

func TestGitHub(t *testing.T) {
	summary := filepath.Join(t.TempDir(), "summary.md")
	env := map[string]string{"GITHUB_STEP_SUMMARY": summary, "GITHUB_WORKSPACE": "/repo"}
	require.NoError(t, os.WriteFile(summary, []byte("先前的步骤\n"), 0o644))
	text := evil(t, "github", env)
	first, _, _ := strings.Cut(text, "\n")
	assert.True(t, strings.HasPrefix(first, "::error file=前端/a%2Cb%3Ac%25.qing.ts,line=3,title=红"), first)
	assert.Contains(t, first, "%3A%3Aerror%3A%3Ax %250A", "in the title")
	assert.Contains(t, first, "%0A::error::x %250A", "in the message")
	assert.Equal(t, 2, strings.Count(text, "\n"), "one command, and the last line")
	md, err := os.ReadFile(summary)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(md), "先前的步骤\n### ❌ qinghost test: 0 passed, 1 failed\n"), string(md))
	assert.NotContains(t, string(md), "<img")

	var out bytes.Buffer
	r, err := report.New([]string{"github"}, options(&out, env))
	require.NoError(t, err)
	require.NoError(t, os.Remove(summary))
	play(t, r, "ios", "android", "desktop")
	md, err = os.ReadFile(summary)
	require.NoError(t, err)
	golden(t, "summary.golden", md)
}

// screen plays a terminal: it knows the sequences that the list uses, and no other.
type screen struct {
	lines  []string
	row    int
	writes int
}

func (s *screen) Write(p []byte) (int, error) {
	s.writes++
	text := string(p)
	for text != "" {
		if loc := regexp.MustCompile(`^\x1b\[(\??\d*)([A-Za-z])`).FindStringSubmatch(text); loc != nil {
			text = text[len(loc[0]):]
			switch loc[2] {
			case "A":
				var up int
				fmt.Sscan(loc[1], &up)
				s.row -= up
			case "J":
				s.lines = s.lines[:min(s.row, len(s.lines))]
			case "K", "h", "l", "m":
			default:
				return 0, fmt.Errorf("unknown sequence %q", loc[0])
			}
			continue
		}
		line, rest, _ := strings.Cut(text, "\n")
		line, text = regexp.MustCompile(`\x1b\[[\d?]*[A-Za-z]`).ReplaceAllString(line, ""), rest
		for len(s.lines) <= s.row {
			s.lines = append(s.lines, "")
		}
		s.lines[s.row] = line
		s.row++
	}
	return len(p), nil
}

func TestLive(t *testing.T) {
	s := &screen{}
	o := options(s, nil)
	o.Terminal, o.Width = true, func() int { return 40 }
	r, err := report.New([]string{"list"}, o)
	require.NoError(t, err)
	test := func(id string) report.Test {
		return report.Test{File: "会议.qing.ts", Line: 2, Path: []string{"很长很长很长很长很长很长很长的标题", id}, ID: id, Profile: "ios"}
	}
	r.Begin(report.Plan{Files: 1, Tests: 4})
	r.Start(test("一"))
	r.Start(test("二"))
	assert.Equal(t, []string{"", "1 个文件, 4 个测试", "", "", "  会议.qing.ts › 很长很长很长很长很长…", "  会议.qing.ts › 很长很长很长很长很长…", "  ------------------- 0/4  ✓ 0  500 ms"}, s.lines)
	r.End(report.Result{Test: test("一"), Status: report.Passed, Attempts: []report.Attempt{{Took: time.Millisecond}}})
	assert.Equal(t, []string{"✓ 会议.qing.ts:2 › 很长很长很长很长很长很长很长的标题 › 一 (1 ms)", "", "  会议.qing.ts › 很长很长很长很长很长…", "  ====--------------- 1/4  ✓ 1  600 ms"}, s.lines[3:])
	for _, id := range []string{"三", "四", "五", "六"} {
		r.Start(test(id))
	}
	require.NoError(t, r.Done(report.Summary{Passed: 1, Interrupted: true, Took: time.Second}))
	assert.Equal(t, []string{"", "已中断, 没有全部跑完", "用时 1.0 s", "1 passed, 0 failed"}, s.lines[4:], "nothing live is left")
}

// Ten thousand quick tests draw some thirty times a second, and the last state is drawn though nothing more happens.
func TestThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &screen{}
		o := options(s, nil)
		o.Terminal, o.Clock = true, time.Now
		r, err := report.New([]string{"list"}, o)
		require.NoError(t, err)
		r.Begin(report.Plan{Files: 1, Tests: 10_000})
		for i := range 10_000 {
			test := report.Test{File: "多.qing.ts", Path: []string{fmt.Sprint("第", i)}, ID: fmt.Sprint(i)}
			r.Start(test)
			time.Sleep(100 * time.Microsecond) // of the bubble's clock
			r.End(report.Result{Test: test, Status: report.Passed})
		}
		assert.InDelta(t, 30, s.writes, 3)
		hangs := report.Test{File: "挂.qing.ts", Path: []string{"不结束"}, ID: "挂"}
		r.Start(hangs)
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Contains(t, s.lines[len(s.lines)-2], "挂.qing.ts › 不结束")
		require.NoError(t, r.Done(report.Summary{Passed: 10_000}))
	})
}

// The columns come as the profiles were given, whichever was through first.
func TestColumnOrder(t *testing.T) {
	var out bytes.Buffer
	r, err := report.New([]string{"list"}, report.Options{Stdout: &out})
	require.NoError(t, err)
	plan := report.Plan{Files: 1, Tests: 2, Profiles: []string{"ios", "android"}}
	r.Begin(plan)
	for _, profile := range []string{"android", "ios"} {
		test := report.Test{ID: profile, File: "a.qing.ts", Line: 1, Path: []string{"建会"}, Profile: profile}
		r.Start(test)
		r.End(report.Result{Test: test, Status: report.Passed, Attempts: []report.Attempt{{}}})
	}
	require.NoError(t, r.Done(report.Summary{Plan: plan, Passed: 2}))
	assert.Regexp(t, `ios +android\n`, out.String())
}
