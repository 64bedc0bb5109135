package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkFiles is the verb on 200 files with one empty test each: what a file costs by itself.
func BenchmarkFiles(b *testing.B) { benchmarkFiles(b, "test('空', () => {});\n", 1) }

// BenchmarkTest is the verb on 200 files with five asynchronous bridge tests each, bundles cached.
func BenchmarkTest(b *testing.B) {
	benchmarkFiles(b, `describe('会议', () => {
  for (let n = 0; n < 5; n++) {
    test('取当前用户 ' + n, async () => {
      const result: any = await qing.call('getPersonInfo', {});
      expect(result.success).toBe('true');
      expect(host.calls('getPersonInfo').length).toBe(n + 1);
    });
  }
});
`, 5)
}

func benchmarkFiles(b *testing.B, text string, tests int) {
	const files = 200
	dir := b.TempDir()
	for i := range files {
		require.NoError(b, os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%d.qing.ts", i)), fmt.Appendf(nil, "// %d\n%s", i, text), 0o600))
	}
	b.Chdir(dir)
	once := func() {
		var stdout, stderr bytes.Buffer
		code := run(b.Context(), []string{"test", "--reporter", "dot"}, []string{"XDG_CACHE_HOME=" + dir + "/.cache"}, nil, &stdout, &stderr)
		require.Equal(b, exitDone, code, "%s%s", &stdout, &stderr)
		require.True(b, strings.HasSuffix(stdout.String(), fmt.Sprintf("\n%d passed, 0 failed\n", files*tests)), &stdout)
	}
	once() // it fills the cache of bundles
	for b.Loop() {
		once()
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*files), "µs/file")
}
