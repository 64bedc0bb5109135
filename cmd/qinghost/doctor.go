package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os/exec"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"qinghost/runtime/desktop"
)

// check is one thing that the machine should have.
type check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`           // what was found, or what is wrong
	Repair string `json:"repair,omitempty"` // the one thing to do; empty when nothing need be done
	Needed bool   `json:"needed"`           // qinghost does not work without it
}

func (c *command) doctorCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "检查本机环境, 每个问题给出修复办法",
		Long: `检查本机环境, 每个问题给出修复办法。

退出码: 0 没有缺少必需的东西 (即使有别的问题); 4 缺少必需的东西`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			checks := c.checks(cmd.Context())
			if asJSON {
				for _, k := range checks {
					line, err := json.Marshal(k)
					if err != nil {
						return err
					}
					fmt.Fprintln(c.stdout, string(line))
				}
			} else {
				c.printChecks(checks)
			}
			for _, k := range checks {
				if k.Needed && !k.OK {
					return environmentErr("环境有问题: %s", k.Name)
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "每行一个 JSON 对象")
	return cmd
}

func (c *command) printChecks(checks []check) {
	for _, k := range checks {
		mark := "✓"
		if !k.OK && k.Repair == "" {
			mark = "–"
		} else if !k.OK {
			mark = "✗"
		}
		fmt.Fprintf(c.stdout, "%s %s: %s\n", mark, k.Name, k.Detail)
		if k.Repair != "" {
			fmt.Fprintf(c.stdout, "    修复: %s\n", k.Repair)
		}
	}
}

// browsers are the names that tests and preview look for.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

func (c *command) checks(ctx context.Context) []check {
	return []check{c.checkPort(ctx), c.checkWindow(), c.checkBrowser(), c.checkFonts(ctx)}
}

func (c *command) checkPort(ctx context.Context) check {
	k := check{Name: "端口 7464", Needed: false}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:7464")
	if err != nil {
		k.Detail = "被占用, preview 会用下一个空闲的端口"
		return k
	}
	_ = l.Close() // it was only tried
	k.OK, k.Detail = true, "空闲"
	return k
}

func (c *command) checkWindow() check {
	if err := desktop.Available(); err != nil {
		return check{Name: "桌面窗口", Detail: err.Error(), Repair: windowRepair(err)}
	}
	return check{Name: "桌面窗口", OK: true, Detail: "可用; --library page 时页面仍能看到窗口自己的 webkit、_rpc 和一个名字随机的函数 (浏览器里没有它们)"}
}

func windowRepair(missing error) string {
	if lacksDisplay(missing) {
		return "xvfb-run -a qinghost preview …, 或加 --browser 在浏览器里打开"
	}
	return "make build (缺少库时先 make deps-run); 没有窗口时 preview 会改用浏览器"
}

func (c *command) checkBrowser() check {
	for _, name := range browsers {
		if path, err := exec.LookPath(name); err == nil {
			return check{Name: "Chromium (测试用)", OK: true, Detail: path}
		}
	}
	return check{Name: "Chromium (测试用)", Detail: "没有找到 " + strings.Join(browsers, "、"), Repair: "apt-get install chromium, 或安装 Google Chrome"}
}

func (c *command) checkFonts(ctx context.Context) check {
	const name = "中文字体"
	if runtime.GOOS != "linux" {
		return check{Name: name, OK: true, Detail: "系统自带"}
	}
	found, err := exec.CommandContext(ctx, "fc-list", ":lang=zh", "family").Output()
	if families := strings.Fields(string(found)); err != nil || len(families) == 0 {
		return check{Name: name, Detail: "没有中文字体, 界面会显示方框", Repair: "apt-get install fonts-noto-cjk"}
	}
	first, _, _ := strings.Cut(strings.TrimSpace(string(found)), "\n")
	return check{Name: name, OK: true, Detail: first}
}
