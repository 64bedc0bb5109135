package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/runtime/suite/report"
)

// project is a copy of an example, to change files in; its packages are the example's own.
func project(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir() + "/例"
	require.NoError(t, os.Mkdir(to, 0o700))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, entry := range entries {
		from, err := filepath.Abs(dir + "/" + entry.Name())
		require.NoError(t, err)
		switch name := to + "/" + entry.Name(); {
		case entry.Name() == "node_modules":
			require.NoError(t, os.Symlink(from, name))
		case entry.IsDir():
			require.NoError(t, os.CopyFS(name, os.DirFS(from)))
		default:
			text, err := os.ReadFile(from)
			require.NoError(t, err)
			write(t, name, string(text))
		}
	}
	return to
}

// tested runs the tests of a folder under every profile, and returns the exit code and the failed ones, "android 选两个人".
func tested(t *testing.T, dir string) (code int, failed []string, of report.Document) {
	t.Helper()
	t.Chdir(dir)
	var stdout, stderr bytes.Buffer
	args := []string{"test", "--profile", "all", "--timeout", "60s", "--reporter", "json"} // also the machine's time, when it is busy
	code = run(t.Context(), args, nil, nil, &stdout, &stderr)
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &of), "%s%s", &stdout, &stderr)
	require.Empty(t, of.Errors)
	for _, one := range of.Tests {
		if one.Status == report.Failed {
			failed = append(failed, one.Profile+" "+one.Path[len(one.Path)-1])
			t.Log(failed[len(failed)-1], one.Attempts[0].Failures)
		}
	}
	slices.Sort(failed)
	return code, failed, of
}

// TestExamples runs the examples' suites: they pass, and they find each bug that is planted, under the profiles that show it.
func TestExamples(t *testing.T) {
	type bug struct {
		name, from, to string
		fails          []string
	}
	for _, example := range []struct {
		name, needs, file string // needs: below node_modules; file: where the bugs go
		bugs              []bug
	}{
		{"meeting-room", "linkedom", "app.js", []bug{
			{
				"只认字符串 true",
				"result.success === true || result.success === 'true'", "result.success === 'true'",
				[]string{
					"android 回调两次, 每次都处理", "android 在群组中", "android 显示当前用户和群组, 改了标题", "android 选两个人",
				},
			},
			{
				"以为只回调一次",
				"options.success = function (raw) {",
				"options.success = function (raw) {\nif (options.done) return;\noptions.done = true;",
				[]string{"android 回调两次, 每次都处理", "ios 回调两次, 每次都处理"},
			},
			{
				"没有处理取消",
				"if (/取消/.test(error)) return", "if (false) return",
				[]string{"android 取消不是错误", "ios 取消不是错误"},
			},
		}},
		{"vite-app", "", "src/qing.ts", []bug{
			{
				"只认字符串 true",
				"success === true || success === 'true'", "success === 'true'",
				[]string{
					"android 前端组站会 的群组", "android 在群组里发起, 只给出群组", "android 季度产品评审 的群组", "android 当前用户",
					"android 菜单点几次就回调几次", "android 选好人就发起",
				},
			},
			{
				"以为只回调一次",
				"window.qing?.call(name, { ...params, success: (raw: unknown) => each(read(raw)) });",
				"void call(name as never, params).then(each as never);",
				[]string{"android 菜单点几次就回调几次", "ios 菜单点几次就回调几次"},
			},
			{
				"没有处理取消",
				"text.includes('取消')", "false",
				[]string{"android 取消不是错误", "ios 取消不是错误"},
			},
		}},
	} {
		dir := "../../examples/" + example.name
		t.Run(example.name, func(t *testing.T) {
			if _, err := os.Stat(dir + "/node_modules/" + example.needs); err != nil && example.needs != "" {
				lacks(t, "没有 "+example.needs+": 先运行 make deps-test")
			}
			t.Run("没有错误", func(t *testing.T) {
				code, failed, of := tested(t, project(t, dir))
				assert.Empty(t, failed)
				assert.Equal(t, exitDone, code)
				assert.Len(t, of.Profiles, 2)
				assert.GreaterOrEqual(t, of.Passed, 18)
			})
			for _, b := range example.bugs {
				t.Run(b.name, func(t *testing.T) {
					copied := project(t, dir)
					text, err := os.ReadFile(copied + "/" + example.file)
					require.NoError(t, err)
					require.Equal(t, 1, strings.Count(string(text), b.from), "%s has changed", example.file)
					edit(t, copied+"/"+example.file, b.from, b.to)
					code, failed, _ := tested(t, copied)
					assert.Equal(t, b.fails, failed)
					assert.Equal(t, exitFailed, code)
				})
			}
		})
	}
}
