package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"qinghost/bridge/typescript"
	"qinghost/runtime/ownapi"
	"qinghost/web"
)

func (c *command) typesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "types",
		Short: "在标准输出打印 qing.d.ts: qing 与测试 API 的 TypeScript 类型",
		Long: `打印 qing.d.ts: 每个 JS-API 一个带参数与结果类型的 qing.call 重载, 以及 *.qing.ts 测试里的全局量 (test、expect、host、page …)。
升级 qinghost 后重新生成即可。项目的 qinghost/api (在 qinghost.yaml 旁, 否则在当前文件夹) 里的方法也在其中, 类型取自各文件;
输出应存到当前文件夹。别的方法用声明合并加进 QingApis。`,
		Example: `  qinghost types > qing.d.ts`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			project := "."
			if config := findConfig(); config != "" {
				project = filepath.Dir(config)
			}
			text, err := declarations(cmd.Context(), project, ".")
			if err == nil {
				_, err = io.WriteString(c.stdout, text)
			}
			return err
		},
	}
}

// declarations is the text of qing.d.ts, to stand in a folder, of all that a host with the built-in team and the project's own
// methods can be asked.
func declarations(ctx context.Context, project, folder string) (string, error) {
	own, err := ownMethods(project, folder)
	if err != nil {
		return "", err
	}
	w, err := newWorld(ctx, &settings{profile: "ios", data: ":memory:"}, slog.New(slog.DiscardHandler))
	if err != nil {
		return "", err
	}
	var unbuilt []string
	for _, api := range w.areas.Unbuilt() {
		unbuilt = append(unbuilt, api.Name)
	}
	return typescript.Declare(w.host.APIs(), unbuilt, own) + "\n" + web.TestTypes(), errors.Join(w.close())
}

// ownMethods are the project's own methods, as a declaration file in that folder sees them.
func ownMethods(project, folder string) (own []typescript.Own, err error) {
	files, _ := ownapi.Files(project) // preview says what is wrong with the others
	for _, f := range files {
		o := typescript.Own{Name: f.Name, Doc: f.Doc}
		if module, typed := strings.CutSuffix(f.Path, ".ts"); typed {
			from, err := filepath.Abs(folder)
			if err != nil {
				return nil, err
			}
			if module, err = filepath.Abs(module); err != nil {
				return nil, err
			}
			if module, err = filepath.Rel(from, module); err != nil {
				return nil, err
			}
			if o.Module = filepath.ToSlash(module); !strings.HasPrefix(o.Module, "../") {
				o.Module = "./" + o.Module
			}
		}
		own = append(own, o)
	}
	return own, nil
}
