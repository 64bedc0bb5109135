package main

import (
	"context"
	"errors"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"qinghost/bridge/typescript"
	"qinghost/web"
)

func (c *command) typesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "types",
		Short: "在标准输出打印 qing.d.ts: qing 与测试 API 的 TypeScript 类型",
		Long: `打印 qing.d.ts: 每个 JS-API 一个带参数与结果类型的 qing.call 重载, 以及 *.qing.ts 测试里的全局量 (test、expect、host、page …)。
升级 qinghost 后重新生成即可。自己的方法用声明合并加进 QingApis。`,
		Example: `  qinghost types > qing.d.ts`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			text, err := declarations(cmd.Context())
			if err == nil {
				_, err = io.WriteString(c.stdout, text)
			}
			return err
		},
	}
}

// declarations is the text of qing.d.ts, of all that a host with the built-in team can be asked.
func declarations(ctx context.Context) (string, error) {
	w, err := newWorld(ctx, &settings{profile: "ios", data: ":memory:"}, slog.New(slog.DiscardHandler))
	if err != nil {
		return "", err
	}
	var unbuilt []string
	for _, api := range w.areas.Unbuilt() {
		unbuilt = append(unbuilt, api.Name)
	}
	return typescript.Declare(w.host.APIs(), unbuilt) + "\n" + web.TestTypes(), errors.Join(w.close())
}
