// Command qinghost runs a Yunzhijia (云之家) light app outside the Yunzhijia client; see README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"qinghost/bridge"
	"qinghost/runtime/headless"
	"qinghost/runtime/suite"
)

// Exit codes, as the help of the root command lists them.
const (
	exitDone        = 0
	exitFailed      = 1 // tests failed
	exitUsage       = 2 // usage, configuration, missing folder, bad team or scenario file
	exitNoTest      = 3 // no test matched
	exitEnvironment = 4 // busy --strict-port, no browser, no display for --window
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first Ctrl-C ends cleanly; a second one, should that hang, ends at once.
	context.AfterFunc(ctx, stop)
	headless.LimitRegexps(suite.DefaultTimeout) // what nothing else can stop
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// exitError is an error that chooses the exit code.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// environmentErr marks what the machine lacks, as opposed to what the user typed.
func environmentErr(format string, args ...any) error {
	return &exitError{exitEnvironment, fmt.Errorf(format, args...)}
}

// command is one invocation of the program.
type command struct {
	env            map[string]string
	stdin          io.Reader
	stdout, stderr io.Writer
}

// run is the whole program: it returns the exit code. It must run on the main goroutine, which a window needs.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &command{env: map[string]string{}, stdin: stdin, stdout: stdout, stderr: stderr}
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		c.env[name] = value
	}
	root := &cobra.Command{
		Use:   "qinghost <命令>",
		Short: "在电脑上运行云之家轻应用 (run a Yunzhijia light app outside the client)",
		Long: `qinghost 在电脑上运行云之家轻应用: 桌面窗口或任意浏览器里打开, 页面的 qing.call 由本机应答。

退出码: 0 完成; 1 测试失败; 2 用法、配置、找不到文件夹、团队或场景文件有误; 3 没有匹配的测试; 4 环境 (端口被占用且 --strict-port、没有浏览器、没有显示器); 130 被中断`,
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(suggestFlag)
	root.AddCommand(c.previewCommand(), c.mockCommand(), c.testCommand(), c.typesCommand(), c.initCommand(), c.doctorCommand(), c.versionCommand())
	root.SetGlobalNormalizationFunc(clientIsProfile)
	inChinese(root)
	err := complete(root)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	var coded *exitError
	var hostError *bridge.Error
	switch {
	case ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)):
		return exitInterrupted
	case err == nil:
		return exitDone
	case errors.Is(err, errTestsFailed): // the reporters have told
		return exitFailed
	case errors.As(err, &hostError):
		fmt.Fprintln(stderr, "错误:", hostError.Message)
	default:
		fmt.Fprintln(stderr, "错误:", translate(err))
	}
	if errors.As(err, &coded) {
		return coded.code
	}
	return exitUsage
}

// usage is cobra's template, in Chinese and without what this program has no use for.
const usage = `用法:
  {{.UseLine}} [参数]{{if .HasExample}}

例子:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

命令:{{range .Commands}}{{if or .IsAvailableCommand (eq .Name "help")}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

参数:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

运行 {{.CommandPath}} <命令> --help 查看一个命令的用法{{end}}
`

// inChinese replaces cobra's own words in the help.
func inChinese(root *cobra.Command) {
	root.SetUsageTemplate(usage)
	root.SetVersionTemplate("qinghost {{.Version}}\n")
	root.InitDefaultVersionFlag()
	root.Flags().Lookup("version").Usage = "显示版本"
	root.InitDefaultHelpCmd()
	for _, cmd := range append(root.Commands(), root) {
		cmd.DisableFlagsInUseLine = true
		cmd.InitDefaultHelpFlag()
		cmd.Flags().Lookup("help").Usage = "显示帮助"
		if cmd.Name() == "help" {
			cmd.Use, cmd.Short, cmd.Long = "help [命令]", "显示一个命令的帮助", "显示一个命令的帮助。"
		}
	}
}

// translate says cobra's usual complaints in the language of the rest.
func translate(err error) string {
	text := err.Error()
	if rest, is := strings.CutPrefix(text, "unknown command "); is {
		name, _, _ := strings.Cut(rest, " for ")
		hint := ""
		if _, near, suggests := strings.Cut(rest, "Did you mean this?\n\t"); suggests {
			near, _, _ = strings.Cut(near, "\n")
			hint = fmt.Sprintf(", 是否想写 %s?", near)
		}
		return "没有这个命令: " + name + hint + "\n运行 qinghost --help 查看全部命令"
	}
	if strings.HasPrefix(text, "accepts at most ") {
		return "参数太多: 只能给出一个文件夹或网址"
	}
	return text
}

// suggestFlag names the flag that an unknown one may have been meant for.
func suggestFlag(cmd *cobra.Command, err error) error {
	text := err.Error()
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		flag := invalid.GetFlag()
		return fmt.Errorf("--%s 的值 %q 不对: %s\n运行 %s --help 查看用法", flag.Name, invalid.GetValue(), wanted(flag), cmd.CommandPath())
	}
	name, unknown := strings.CutPrefix(text, "unknown flag: --")
	if !unknown {
		return fmt.Errorf("%s\n运行 %s --help 查看用法", text, cmd.CommandPath())
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	slices.Sort(known)
	hint := ""
	if near := bridge.Nearest(name, known); near != "" {
		hint = fmt.Sprintf(", 是否想写 --%s?", near)
	}
	return fmt.Errorf("没有参数 --%s%s\n运行 %s --help 查看全部参数", name, hint, cmd.CommandPath())
}
