package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// starter are the files that init writes; their names below the folder are those here.
//
//go:embed starter
var starter embed.FS

func (c *command) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [文件夹]",
		Short: "写下配置、第一个测试与编辑器要的类型",
		Long: `在文件夹 (默认当前文件夹) 写下 qinghost.yaml、tests/first.qing.ts、tsconfig.json 与 qing.d.ts。
已有的文件一概不动; 只有由 qinghost 生成的 qing.d.ts 会更新。`,
		Example: `  qinghost init
  qinghost init my-app && cd my-app && qinghost test`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder := "."
			if len(args) > 0 {
				folder = args[0]
			}
			types, err := declarations(cmd.Context(), folder, folder)
			if err != nil {
				return err
			}
			return c.start(folder, types)
		},
	}
}

// start writes the starter files into a folder, which it makes.
func (c *command) start(folder, types string) error {
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		return fmt.Errorf("%q 是文件, 不是文件夹", folder)
	}
	err := fs.WalkDir(starter, "starter", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := starter.ReadFile(path)
		if err != nil {
			return err
		}
		return c.place(folder, path[len("starter/"):], text, os.O_EXCL)
	})
	if err == nil {
		mode := os.O_TRUNC
		head, _, _ := strings.Cut(types, "\n")
		if old, err := os.ReadFile(filepath.Join(folder, "qing.d.ts")); err == nil && !strings.HasPrefix(string(old), head) {
			mode = os.O_EXCL // somebody's own
		}
		err = c.place(folder, "qing.d.ts", []byte(types), mode)
	}
	if err != nil {
		return fmt.Errorf("无法写下文件: %w", err)
	}
	fmt.Fprintln(c.stdout, "接下来: qinghost test 运行测试, qinghost preview 预览页面")
	return nil
}

// place writes one file; with O_EXCL one that is there already stays as it is, and it says so.
func (c *command) place(folder, name string, text []byte, mode int) error {
	path := filepath.Join(folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|mode, 0o644)
	if errors.Is(err, fs.ErrExist) {
		hint := ""
		if name == "tsconfig.json" {
			hint = `; 请确认它的 "include" 含有 qing.d.ts 与 **/*.qing.ts`
		}
		fmt.Fprintf(c.stdout, "已有, 未改动  %s%s\n", name, hint)
		return nil
	}
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "写下          %s\n", name)
	return nil
}
