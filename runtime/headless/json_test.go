package headless

import (
	"strings"
	"testing"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"
	"github.com/stretchr/testify/require"
)

// texts that JSON.parse may be asked to read; good and bad ones.
var jsonTexts = []string{
	`null`, ` true `, `false`, `tru`, `truex`, ``, ` `, `nul`, `undefined`,
	`0`, `-0`, `00`, `01`, `-01`, `1`, `-1`, `+1`, `-`, `1.`, `.5`, `0.5`, `-0.5e3`, `1e5`, `1E+5`, `1e`, `1.e5`, `1--2`, `1-2`, `0e1`,
	`9007199254740993`, `123456789012345`, `1234567890123456789012`, `1e400`, `-1e400`, `1_000`, `0x10`, `Infinity`, `NaN`,
	`""`, `"方知遥"`, `"a\"b\\c\/\b\f\n\r\t"`, `"\u65b9"`, `"\u0000"`, `"\ud83d\ude00"`, `"\ud800"`, `"😀"`, `"\x41"`, `"\u12"`, `"\u+123"`, `"`, `"\`, "\"\n\"", "\"\x7f\"", `'a'`,
	`[]`, `[ ]`, `[1, 2 ,3]`, `[1,]`, `[,1]`, `[1 2]`, `[`, `]`, `[[],[[]]]`,
	`{}`, `{ }`, `{"a":1}`, `{"a" : {"b":[null]}}`, `{"a":1,}`, `{,}`, `{a:1}`, `{"a"}`, `{"a":}`, `{"a":1,"a":2}`, `{"2":1,"1":2,"b":3,"a":4}`,
	`{"__proto__":{"x":1}}`, `{"constructor":1,"toString":2}`, `{"":0}`, `{"é":"é"}`, `{} {}`, `1 1`, "\ufeff1", "\u00a01", "\t\r\n1\n",
	strings.Repeat("[", 600) + strings.Repeat("]", 600),
}

func TestJSONParse(t *testing.T) {
	t.Parallel()
	const describe = `(text) => {
		try {
			const value = JSON.parse(text);
			return JSON.stringify(value) + Object.is(value, -0) + (value && Object.keys(value)) + (value && value.x);
		} catch (error) {
			return String(error);
		}
	}`
	bare := goja.New()
	bare.SetParserOptions(parser.WithDisableSourceMaps)
	value, err := bare.RunString(describe)
	require.NoError(t, err)
	wanted, _ := goja.AssertFunction(value)
	p := newPage(t, testHost(), Options{})
	for _, text := range jsonTexts {
		want, err := wanted(goja.Undefined(), bare.ToValue(text))
		require.NoError(t, err)
		err = p.Do(t.Context(), func(rt *goja.Runtime) error {
			value, err := rt.RunString(describe)
			require.NoError(t, err)
			fn, _ := goja.AssertFunction(value)
			got, err := fn(goja.Undefined(), rt.ToValue(text))
			require.NoError(t, err)
			require.Equal(t, want.String(), got.String(), "%.80q", text)
			return nil
		})
		require.NoError(t, err)
	}
	require.JSONEq(t, `["parse", 2, {"a": [2]}, 1, 0, true]`, eval(t, p, `return [JSON.parse.name, JSON.parse.length,
		JSON.parse('{"a":[1]}', (k, v) => k === '0' ? v + 1 : v), JSON.parse(1), Object.keys(JSON).length, Array.isArray(JSON.parse('[]'))]`))
}
