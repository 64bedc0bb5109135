//go:build !desktop

package desktop

import (
	"context"
	"errors"

	"qinghost/bridge"
)

// Available says that this build has no window, and how to get one that has.
func Available() error {
	return errors.New("此版本的 qinghost 不带桌面窗口: 请用 go build -tags desktop ./cmd/qinghost 重新构建, 或加 --browser 在浏览器里打开")
}

// Run fails with what Available returns.
func Run(context.Context, *bridge.Host, Options) error { return Available() }
