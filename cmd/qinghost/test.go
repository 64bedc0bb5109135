package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"qinghost/runtime/ownapi"
	"qinghost/runtime/suite"
	chrome "qinghost/runtime/suite/chromium"
	"qinghost/runtime/suite/coverage"
	"qinghost/runtime/suite/dom"
	"qinghost/runtime/suite/report"
)

// errTestsFailed is how the verb ends when a test failed, or a file did not load.
var errTestsFailed = errors.New("测试失败")

// testFlags are the verb's own.
type testFlags struct {
	profile               string
	grep, invert          string
	workers               workersValue
	shard                 shardValue
	timeout               durationValue
	retries, bail, repeat int
	seed                  int64
	forbidOnly, allowNone bool
	list, watch, json     bool
	browser, headed, both bool
	coverage              bool
	reporter              []string
	output                string
}

func (c *command) testCommand() *cobra.Command {
	s := settings{testing: true, host: "127.0.0.1"}
	var f testFlags
	cmd := &cobra.Command{
		Use:   "test [过滤…]",
		Short: "运行桥测试 (*.qing.ts), 不需要 Node、手机或浏览器",
		Long: `运行桥测试: 当前文件夹里的 **/*.qing.{ts,tsx,js,jsx,mjs} (node_modules、点开头的文件夹和被忽略的 dist 除外)。
每个文件有全新的页面、团队、数据库和虚拟时钟: 等待 3 秒不花时间。

过滤: 路径的一部分, 或 文件:行号 (跨过该行的 test 或 describe); 几个过滤之间是 "或"。

每个参数也可由环境变量 QINGHOST_<参数名> 或 qinghost.yaml 给出 (test: 下有 environment、files、timeout、retries、
workers、root、setup); 参数优先, 其次环境变量, 再次文件。

退出码: 0 全部通过; 1 有测试失败或文件没有加载; 2 用法或配置有误; 3 没有匹配的测试; 4 环境 (没有浏览器); 130 被中断`,
		Example: `  qinghost test                             # 全部
  qinghost test meeting                     # 路径含 meeting 的文件
  qinghost test meeting.qing.ts:42          # 第 42 行的测试
  qinghost test -g 取消 --profile all       # 名称含 "取消", 在两种手机下
  qinghost test --watch
  qinghost test --reporter list,junit --shard 1/3 --retries 2`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := s.fill(cmd.Flags(), c.env); err != nil {
				return err
			}
			return c.test(cmd.Context(), &s, &f, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.grep, "grep", "g", "", "只运行全名 (describe 与 test 的名称, 以空格相连) 匹配正则 `RE` 的测试")
	flags.StringVarP(&f.invert, "grep-invert", "G", "", "不运行全名匹配正则 `RE` 的测试")
	flags.VarP(&f.workers, "workers", "j", "同时运行几个文件: `N` 或 50%; 默认为核数")
	flags.Var(&f.shard, "shard", "只运行第 `i/n` 份文件")
	flags.Var(&f.timeout, "timeout", "一个测试的时限 `T`, 按文件的时钟: 毫秒数, 或 5s、1m (默认 5s)")
	flags.IntVar(&f.retries, "retries", 0, "失败的测试最多重试 `N` 次")
	flags.IntVar(&f.bail, "bail", 0, "失败 `N` 个测试后不再继续; 不带值为 1")
	flags.Lookup("bail").NoOptDefVal = "1"
	flags.IntVar(&f.repeat, "repeat-each", 1, "每个测试运行 `N` 次")
	flags.Int64Var(&f.seed, "seed", 0, "文件和测试按种子 `SEED` 打乱顺序; 0 为书写顺序, -1 随机选一个")
	flags.StringVar(&f.profile, "profile", "ios", "扮演的客户端: "+profileNames()+"; 逗号分隔; all 为 ios,android (今天的两种手机)")
	s.libraryFlag(flags)
	s.strictFlags(flags)
	flags.BoolVarP(&f.watch, "watch", "w", false, "文件变化后重新运行受影响的测试")
	flags.BoolVar(&f.list, "list", false, "列出测试, 不运行")
	flags.BoolVar(&f.forbidOnly, "forbid-only", inCI(c.env), "有 .only 时失败; 有 CI 时默认打开")
	flags.BoolVar(&f.allowNone, "pass-with-no-tests", false, "没有测试也算通过")
	flags.StringSliceVar(&f.reporter, "reporter", []string{"list"}, "报告, 逗号分隔: "+strings.Join(report.Names(), " | "))
	flags.StringVar(&f.output, "output", "", "报告文件写到文件夹 `DIR`; 默认 "+report.DefaultDir)
	flags.BoolVar(&f.json, "json", false, "等于 --reporter json")
	flags.BoolVar(&f.coverage, "coverage", false, "统计自己的源码有哪些行运行过")
	flags.BoolVar(&f.browser, "browser", false, "被测页面在 Chromium 里运行")
	flags.BoolVar(&f.headed, "headed", false, "同 --browser, 并显示窗口")
	flags.BoolVar(&f.both, "both", false, "无界面与浏览器各运行一遍, 结果不同会指出")
	flags.StringVar(&s.team, "team", "", "团队文件 `FILE` (YAML); 默认为内置的演示团队")
	flags.StringVar(&s.scenario, "scenario", "", "场景文件 `FILE`: 测试没有规定的调用和视图由它应答")
	flags.StringVar(&s.as, "as", "", "当前用户的 openId 或姓名; 默认为团队的 me")
	flags.StringVar(&s.lang, "lang", "zh", "界面语言: zh | en")
	flags.String("config", "", "配置文件; 默认从当前文件夹向上找 "+configName)
	return cmd
}

func inCI(env map[string]string) bool {
	return !slices.Contains([]string{"", "0", "false"}, env["CI"])
}

// garbage is how much of it may gather, in percent of what lives: a test file leaves ten times as much behind as it needs at
// once, and collecting it at Go's 100 takes a third of the time.
const garbage = 200

// test runs the tests, lists them, or watches.
func (c *command) test(ctx context.Context, s *settings, f *testFlags, filters []string) (err error) {
	if c.env["GOGC"] == "" {
		debug.SetGCPercent(garbage)
	}
	logger := slog.New(lineHandler{out: c.stderr, lang: s.lang, mu: &sync.Mutex{}, quiet: true})
	o, err := c.testOptions(s, f, filters, logger)
	if err != nil {
		return err
	}
	if f.list {
		return c.listTests(ctx, o, f.json)
	}
	closeBrowser, err := openBrowser(&o, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeBrowser()) }()
	reporter := func() (report.Reporter, error) { return c.reporter(f, o.Dir) }
	if f.watch {
		return c.watchTests(ctx, o, s, f, reporter)
	}
	if o.Report, err = reporter(); err != nil {
		return err
	}
	if f.coverage {
		c.cover(&o, f)
	}
	summary, err := suite.Run(ctx, o)
	switch {
	case err != nil:
		return noTests(err)
	case summary.Interrupted:
		return nil // run says so by its exit code
	case summary.Failed > 0 || len(summary.Errors) > 0:
		return errTestsFailed
	}
	return nil
}

// cover counts lines: a table before the last line of the run, or on stderr where the output is a document, and lcov.info
// beside the other reports.
func (c *command) cover(o *suite.Options, f *testFlags) {
	isTest := regexp.MustCompile(`\.qing\.\w+$`)
	counted := &coverage.Collector{Skip: isTest.MatchString}
	o.Coverage = counted
	o.BeforeDone = func() error {
		to := c.stdout
		if len(f.reporter) == 1 && !slices.Contains([]string{"list", "dot", "github"}, f.reporter[0]) || f.json {
			to = c.stderr
		}
		if err := counted.WriteTable(to, 80, false); err != nil {
			return err
		}
		dir := cmp.Or(f.output, report.DefaultDir)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("覆盖率没有写出: %w", err)
		}
		file, err := os.Create(filepath.Join(dir, "lcov.info"))
		if err != nil {
			return fmt.Errorf("覆盖率没有写出: %w", err)
		}
		return errors.Join(counted.WriteLCOV(file), file.Close())
	}
}

// noTests gives the error of a run without tests its exit code.
func noTests(err error) error {
	if none := (*suite.NoneError)(nil); errors.As(err, &none) {
		return &exitError{exitNoTest, err}
	}
	return err
}

// testOptions makes a run's options of what the user said.
func (c *command) testOptions(s *settings, f *testFlags, filters []string, logger *slog.Logger) (o suite.Options, err error) {
	dir, err := os.Getwd()
	if err != nil {
		return o, err
	}
	root := dir
	if s.base != "" { // the project's folder
		if root, err = filepath.Abs(s.base); err != nil {
			return o, err
		}
	}
	s.project = root
	if s.test.Files != nil {
		dir = root // globs count from there
	}
	o = suite.Options{
		Dir: dir, Root: root, Globs: s.test.Files, Filters: filters,
		Workers: f.workers.count(), Shard: f.shard.Shard, Retries: f.retries, Repeat: f.repeat, Bail: f.bail,
		Timeout: time.Duration(f.timeout), Seed: f.seed, ForbidOnly: f.forbidOnly, AllowNone: f.allowNone,
		Plain: !f.browser && !f.headed || f.both, Lang: s.lang, Library: s.library, Logger: logger,
	}
	if o.Seed < 0 {
		o.Seed = rand.Int64N(1 << 31)
	}
	if cache := cacheFolder(c.env); cache != "" {
		o.Cache = filepath.Join(cache, "qinghost", "bundles")
	}
	if s.test.Environment != nil {
		o.DOM = *s.test.Environment == "dom"
	}
	if s.test.Root != nil {
		if o.Root, err = filepath.Abs(*s.test.Root); err != nil {
			return o, err
		}
		if info, err := os.Stat(o.Root); err != nil || !info.IsDir() {
			return o, fmt.Errorf("%s: test.root %q 不是文件夹", configName, *s.test.Root)
		}
	}
	if s.test.Setup != nil {
		if o.Setup, err = filepath.Abs(*s.test.Setup); err != nil {
			return o, err
		}
		if _, err := os.Stat(o.Setup); err != nil {
			return o, fmt.Errorf("%s: test.setup %q: 文件不存在", configName, *s.test.Setup)
		}
	}
	if o.Profiles, err = profilesOf(f.profile); err != nil {
		return o, err
	}
	if o.Grep, err = expression("grep", f.grep); err != nil {
		return o, err
	}
	if o.Invert, err = expression("grep-invert", f.invert); err != nil {
		return o, err
	}
	if f.retries < 0 || f.bail < 0 || f.repeat < 1 {
		return o, fmt.Errorf("--retries 和 --bail 应不小于 0, --repeat-each 应不小于 1")
	}
	arena, err := newArena(s, logger)
	if err != nil {
		return o, err
	}
	o.Open, o.Serves, o.DOMs = arena.open, serverPath, dom.Open
	return o, nil
}

// openBrowser gives the options a browser for the pages, which runs until it is closed; nothing where none is asked for.
func openBrowser(o *suite.Options, f *testFlags) (closeBrowser func() error, err error) {
	if !f.browser && !f.headed && !f.both {
		return func() error { return nil }, nil
	}
	if found := slices.ContainsFunc(browsers, func(name string) bool {
		_, err := exec.LookPath(name)
		return err == nil
	}); !found {
		return nil, environmentErr("没有找到 Chrome 或 Chromium (找过 %s): 请安装其一, 如 apt-get install chromium", strings.Join(browsers, "、"))
	}
	browser := chrome.New("", f.headed)
	o.Browse = browser.Open
	return browser.Close, nil
}

func (c *command) reporter(f *testFlags, root string) (report.Reporter, error) {
	names := f.reporter
	if f.json {
		names = []string{"json"}
	}
	out, isFile := c.stdout.(*os.File)
	terminal := isFile && isatty.IsTerminal(out.Fd())
	env := func(name string) string { return c.env[name] }
	return report.New(names, report.Options{
		Stdout: c.stdout, Terminal: report.Interactive(terminal, env), Color: report.Colored(terminal, env),
		Dir: f.output, Root: root, Env: env,
	})
}

// listTests prints the tests, "file:line  title" each.
func (c *command) listTests(ctx context.Context, o suite.Options, asJSON bool) error {
	tests, failed, err := suite.List(ctx, o)
	if err != nil {
		return noTests(err)
	}
	files := map[string]bool{}
	for _, t := range tests {
		files[t.File] = true
		title := strings.Join(t.Path, " › ")
		if len(o.Profiles) > 1 {
			title += " [" + t.Profile + "]"
		}
		if asJSON {
			line, err := json.Marshal(map[string]any{"file": t.File, "line": t.Line, "path": t.Path, "profile": t.Profile})
			if err != nil {
				return err
			}
			fmt.Fprintf(c.stdout, "%s\n", line)
			continue
		}
		fmt.Fprintf(c.stdout, "%s:%d  %s\n", t.File, t.Line, title)
	}
	for _, e := range failed {
		fmt.Fprintf(c.stderr, "错误: %s:%d:%d: %s\n%s\n", e.File, e.Line, e.Column, e.Message, e.Frame)
	}
	if !asJSON {
		fmt.Fprintf(c.stdout, "%d 个文件, %d 个测试\n", len(files), len(tests))
	}
	if len(failed) > 0 {
		return errTestsFailed
	}
	return nil
}

func (c *command) watchTests(ctx context.Context, o suite.Options, s *settings, f *testFlags, reporter func() (report.Reporter, error)) error {
	w := suite.Watcher{Options: o, NewReport: reporter, Say: func(text string) { fmt.Fprintln(c.stdout, text) }}
	if in, is := c.stdin.(*os.File); is && isatty.IsTerminal(in.Fd()) {
		w.Keys = in
	}
	if out, is := c.stdout.(*os.File); is && isatty.IsTerminal(out.Fd()) && c.env["TERM"] != "dumb" {
		w.Before = func() { fmt.Fprint(c.stdout, "\x1b[2J\x1b[3J\x1b[H") }
	}
	reports, err := filepath.Abs(cmp.Or(f.output, report.DefaultDir))
	if err != nil {
		return err
	}
	w.Own = func(path string) bool {
		return path == reports || strings.HasPrefix(path, reports+string(filepath.Separator)) || sameFile(path, c.stdout) || sameFile(path, c.stderr)
	}
	own := filepath.Join(s.project, filepath.FromSlash(ownapi.Folder)) + string(filepath.Separator)
	w.All = func(path string) bool { return strings.HasPrefix(path, own) }
	return suite.Watch(ctx, w)
}

// sameFile says whether what is written to out comes to the file.
func sameFile(path string, out io.Writer) bool {
	file, is := out.(*os.File)
	if !is {
		return false
	}
	to, err := file.Stat()
	if err != nil {
		return false
	}
	info, err := os.Stat(path)
	return err == nil && os.SameFile(info, to)
}
