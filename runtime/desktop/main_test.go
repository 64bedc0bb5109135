//go:build desktop

package desktop

import (
	"fmt"
	"os"
	"testing"
)

// onMain holds what is to run on the main thread, which the toolkits insist on.
var onMain = make(chan func())

func TestMain(m *testing.M) {
	if err := Available(); err != nil {
		fmt.Println(err)
		if os.Getenv("CI") != "" {
			os.Exit(1)
		}
		fmt.Println("跳过窗口测试: 请用 xvfb-run -a go test -tags desktop ./runtime/desktop/")
		os.Exit(0)
	}
	code := make(chan int)
	go func() { code <- m.Run() }()
	for { // webview's init has locked this goroutine to the main thread
		select {
		case run := <-onMain:
			run()
		case c := <-code:
			os.Exit(c)
		}
	}
}
