package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"qinghost/bridge"
)

// version is this program's; a release build may set it by -ldflags "-X main.version=…".
var version = "0.1.0-dev"

func (c *command) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "显示版本",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			revision := "未知修订"
			if info, is := debug.ReadBuildInfo(); is {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" {
						revision = s.Value[:min(len(s.Value), 12)]
					}
				}
			}
			fmt.Fprintf(c.stdout, "qinghost %s (%s) %s/%s %s, 扮演客户端 %s\n",
				version, revision, runtime.GOOS, runtime.GOARCH, runtime.Version(), bridge.ClientVersion)
			return nil
		},
	}
}
