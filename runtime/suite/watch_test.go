package suite

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/runtime/suite/report"
)

func TestSpans(t *testing.T) {
	source := "describe('组 (', () => {\n" + // 1
		"  // test(' \n" +
		"  test('a', () => {\n" + // 3
		"    const r = /[)']\\)/; f(`${g({ a: '}' })} )`);\n" +
		"  });\n" + // 5
		"  test.each<{ n: number }>([\n" +
		"    { n: 1 },\n" +
		"  ])('b', () => {\n" +
		"  });\n" + // 9
		"});\n" +
		"/* test('x', () => {}) */ obj.test('no'); latest('no');\n" +
		"it.skip('c', () => 1 / 2);\n" // 12
	require.Equal(t, []span{{1, 10}, {3, 5}, {6, 9}, {12, 12}}, spans(source))
	for _, broken := range []string{"test(", "test('", "test(`${", "test(/", "/*", "test<", "describe"} {
		require.Empty(t, spans(broken), broken)
	}
}

// A change runs the files that it touches, and a key what a person asks for.
func TestWatch(t *testing.T) {
	dir := project(t, map[string]string{
		"a.qing.ts":    "import { n } from './lib';\ntest('甲', () => { expect(n).toBe(1); });",
		"b.qing.ts":    "test('乙', () => {});",
		"page.qing.ts": "test('页', async () => { await page.open('/'); expect(await page.eval(() => (globalThis as any).n)).toBe(1); });",
		"lib.ts":       "export const n = 1;",
		"index.html":   "<script>n = 1</script>",
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	keys, typing := io.Pipe()
	through := make(chan string)
	w := Watcher{
		Options: Options{Dir: dir, Open: testWorld, Profiles: bridge.Profiles()[:1]}, Keys: keys,
		Own:       func(path string) bool { return strings.HasSuffix(path, ".log") },
		All:       func(path string) bool { return filepath.Base(path) == "all.ts" },
		NewReport: func() (report.Reporter, error) { return &telling{to: through}, nil },
	}
	over := make(chan error, 1)
	go func() { over <- Watch(ctx, w) }()
	next := func(want string) {
		t.Helper()
		select {
		case got := <-through:
			require.Equal(t, want, got)
		case <-ctx.Done():
			require.Fail(t, "no run: "+want)
		}
	}
	change := func(name, text string) {
		t.Helper()
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	press := func(key string) {
		t.Helper()
		_, err := io.WriteString(typing, key+"\n")
		require.NoError(t, err)
	}
	next("乙 passed, 甲 passed, 页 passed")
	change("b.qing.ts", "test('乙', () => { expect(1).toBe(2); });")
	next("乙 failed")
	change("index.html", "<script>n = 2</script>")
	next("页 failed")
	change("lib.ts", "export const n = 2;") // a page may read it, too
	next("甲 failed, 页 failed")
	change("b.qing.ts", "test('乙', () => {});")
	next("乙 passed")
	press("f")
	next("甲 failed, 页 failed")
	press("")
	next("乙 passed, 甲 failed, 页 failed")
	change("new.qing.ts", "test('新', () => {});")
	next("新 passed")
	change("new.qing.ts", "test('新', () => {")
	next("new.qing.ts 坏")
	change("note.log", "1 passed") // the page's test does not run for what the run wrote itself
	change("b.qing.ts", "import './新的';")
	next("b.qing.ts 坏")
	change("新的.ts", "test('乙二', () => {});")
	next("乙二 passed, 页 failed")
	change("all.ts", "")
	next("new.qing.ts 坏, 乙二 passed, 甲 failed, 页 failed")
	press("q")
	require.NoError(t, <-over)
}

// telling says what came of a run when it is through.
type telling struct {
	recording
	to chan string
}

func (r *telling) Done(s report.Summary) error {
	all := r.statuses()
	for _, e := range s.Errors {
		all = append(all, e.File+" 坏")
	}
	slices.Sort(all)
	r.to <- strings.Join(all, ", ")
	return r.recording.Done(s)
}
