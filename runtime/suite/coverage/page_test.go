package coverage_test

import (
	"testing"

	"github.com/dop251/goja"
	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/runtime/headless"
	"qinghost/runtime/suite/coverage"
)

// What a page throws is shown where the author wrote it, as without counters.
func TestPage(t *testing.T) {
	const source = "type 甲 = number\nfunction 会议(n: 甲) {\n  if (n > 1)\n    throw new Error('坏')\n  return n\n}\n\nif (会议(1)) 会议(2)\n"
	result := api.Transform(source, api.TransformOptions{
		Loader: api.LoaderTS, Sourcemap: api.SourceMapExternal, Sourcefile: "会议.ts", Charset: api.CharsetUTF8, Format: api.FormatIIFE, Target: api.ES2020,
	})
	require.Empty(t, result.Errors)
	s, err := coverage.Instrument("会议.ts", string(result.Code), result.Map)
	require.NoError(t, err)

	run := func(code string, sourceMap []byte, prepare func(*goja.Runtime) error) error {
		page, err := headless.New(t.Context(), bridge.NewHost(), headless.Options{})
		require.NoError(t, err)
		defer func() { assert.NoError(t, page.Close()) }()
		require.NoError(t, page.Do(t.Context(), prepare))
		return page.RunMapped(t.Context(), headless.Script{Name: "qinghost:bundle.js", Code: code, Map: sourceMap})
	}
	plain := run(string(result.Code), result.Map, func(*goja.Runtime) error { return nil })
	var counts func() []uint32
	counted := run(s.Code, s.Map, func(rt *goja.Runtime) (err error) { counts, err = s.Install(rt); return err })
	require.ErrorContains(t, plain, "会议.ts:4:11")
	assert.EqualError(t, counted, plain.Error())
	var c coverage.Collector
	c.Add(s, counts())
	assert.Equal(t, map[int]bool{3: true, 4: true, 5: true, 8: true}, lines(c.Files()))
}
