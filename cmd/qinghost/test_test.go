package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Ctrl-C stops the tests that run, also one in an endless loop, and the reporters finish with what there is.
func TestInterruptedTests(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.qing.ts": `test('好', () => {});
test('死循环', () => { for (let i = 0; ; i++); }, 3600_000);
test('后来', () => {});`,
	})
	t.Chdir(dir)
	ctx, interrupt := context.WithCancel(t.Context())
	stdout, stderr := &output{}, &output{}
	exited := make(chan int, 1)
	go func() { exited <- run(ctx, []string{"test"}, nil, strings.NewReader(""), stdout, stderr) }()
	until(t, "第一个测试的结果", func() bool { return strings.Contains(stdout.String(), "好") })
	began := time.Now()
	interrupt()
	require.Equal(t, exitInterrupted, <-exited, stderr.String())
	require.Less(t, time.Since(began), 5*time.Second)
	require.True(t, strings.HasSuffix(stdout.String(), "1 passed, 0 failed\n"), stdout.String())
	require.NotContains(t, stdout.String(), "后来")
}
