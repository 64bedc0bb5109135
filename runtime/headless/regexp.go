package headless

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
)

// goja reads \p{…} as the letter p, so that a pattern with it never matches and says nothing. Scripts get character classes
// in their place when they are compiled, and RegExp when it is called; what has no table is a SyntaxError. Only code that a
// page hands to eval or Function itself is not seen.

// lowerRegexps rewrites the literals of a script.
func lowerRegexps(tree *ast.Program, script string) error {
	if !strings.Contains(script, `\p{`) && !strings.Contains(script, `\P{`) {
		return nil
	}
	var failed error
	walk(reflect.ValueOf(tree.Body), func(literal *ast.RegExpLiteral) {
		if !strings.Contains(literal.Flags, "u") || failed != nil {
			return
		}
		pattern, err := lowerPattern(literal.Pattern)
		if err != nil {
			message := fmt.Sprintf("/%s/%s: %s", literal.Pattern, literal.Flags, err)
			failed = parser.ErrorList{{Position: tree.File.Position(int(literal.Idx) - 1), Message: message}}
			return
		}
		literal.Pattern = pattern
	})
	return failed
}

var syntaxTree = reflect.TypeFor[ast.Program]().PkgPath()

// walk visits the regular expressions of a syntax tree.
func walk(v reflect.Value, visit func(*ast.RegExpLiteral)) {
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			walk(v.Elem(), visit)
		}
	case reflect.Pointer:
		if literal, is := v.Interface().(*ast.RegExpLiteral); is && literal != nil {
			visit(literal)
		} else if !v.IsNil() && v.Type().Elem().PkgPath() == syntaxTree {
			walk(v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			// A variable is listed with its function as well as where it stands.
			if field := v.Type().Field(i); field.IsExported() && field.Name != "DeclarationList" {
				walk(v.Field(i), visit)
			}
		}
	}
}

// declared returns the names that a script declares as var.
func declared(tree *ast.Program) []string {
	var names []string
	for _, declaration := range tree.DeclarationList {
		for _, binding := range declaration.List {
			if name, is := binding.Target.(*ast.Identifier); is {
				names = append(names, name.Name.String())
			}
		}
	}
	return names
}

// lowerPattern replaces \p{…} and \P{…} of a pattern with flag u by character classes.
func lowerPattern(pattern string) (string, error) {
	var b strings.Builder
	inClass := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern) && pattern[i+1]|0x20 == 'p':
			end := strings.IndexByte(pattern[i:], '}')
			if i+2 >= len(pattern) || pattern[i+2] != '{' || end < 0 {
				return "", errors.New(`\p 后面应为 {属性}`)
			}
			set, err := property(pattern[i+3 : i+end])
			if err != nil {
				return "", err
			}
			if pattern[i+1] == 'P' {
				set = complement(set)
			}
			if !inClass {
				b.WriteByte('[')
			}
			writeRanges(&b, set)
			if !inClass {
				b.WriteByte(']')
			}
			i += end
			continue
		case c == '\\' && i+1 < len(pattern):
			b.WriteByte(c)
			i++
		case c == '[':
			inClass = true
		case c == ']':
			inClass = false
		}
		b.WriteByte(pattern[i])
	}
	return b.String(), nil
}

// writeRanges writes the inside of a character class.
func writeRanges(b *strings.Builder, set []rune) {
	for i := 0; i < len(set); i += 2 {
		fmt.Fprintf(b, `\u{%x}`, set[i])
		if set[i+1] > set[i] {
			fmt.Fprintf(b, `-\u{%x}`, set[i+1])
		}
	}
}

// complement returns all code points that are not in the ranges.
func complement(set []rune) []rune {
	var out []rune
	next := rune(0)
	for i := 0; i < len(set); i += 2 {
		if set[i] > next {
			out = append(out, next, set[i]-1)
		}
		next = set[i+1] + 1
	}
	if next <= unicode.MaxRune {
		out = append(out, next, unicode.MaxRune)
	}
	return out
}

// scriptCodes are short names of scripts; others are asked for in full.
var scriptCodes = map[string]string{
	"Hani": "Han", "Latn": "Latin", "Cyrl": "Cyrillic", "Grek": "Greek", "Hira": "Hiragana", "Kana": "Katakana", "Hang": "Hangul",
	"Arab": "Arabic", "Hebr": "Hebrew", "Thai": "Thai", "Zyyy": "Common", "Zinh": "Inherited", "Bopo": "Bopomofo",
}

// propertyCodes are short names of binary properties.
var propertyCodes = map[string]string{
	"Alpha": "Alphabetic", "Upper": "Uppercase", "Lower": "Lowercase", "space": "White_Space", "IDS": "ID_Start", "IDC": "ID_Continue",
	"Ideo": "Ideographic", "UIdeo": "Unified_Ideograph", "EPres": "Emoji_Presentation", "EMod": "Emoji_Modifier",
	"EBase": "Emoji_Modifier_Base", "EComp": "Emoji_Component", "ExtPict": "Extended_Pictographic", "Hex": "Hex_Digit", "AHex": "ASCII_Hex_Digit",
}

// derived are binary properties made of others.
var derived = map[string][]*unicode.RangeTable{
	"Alphabetic":  {unicode.L, unicode.Nl, unicode.Other_Alphabetic},
	"Uppercase":   {unicode.Lu, unicode.Other_Uppercase},
	"Lowercase":   {unicode.Ll, unicode.Other_Lowercase},
	"ID_Start":    {unicode.L, unicode.Nl, unicode.Other_ID_Start},
	"ID_Continue": {unicode.L, unicode.Nl, unicode.Other_ID_Start, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue},
}

// binaryProperties are those of Go's tables that ECMAScript knows too.
var binaryProperties = []string{"ASCII_Hex_Digit", "Bidi_Control", "Dash", "Deprecated", "Diacritic", "Extender", "Hex_Digit",
	"IDS_Binary_Operator", "IDS_Trinary_Operator", "Ideographic", "Join_Control", "Logical_Order_Exception", "Noncharacter_Code_Point",
	"Pattern_Syntax", "Pattern_White_Space", "Quotation_Mark", "Radical", "Regional_Indicator", "Sentence_Terminal", "Soft_Dotted",
	"Terminal_Punctuation", "Unified_Ideograph", "Variation_Selector", "White_Space"}

// property returns the code points of a Unicode property, as first and last of each range.
func property(name string) ([]rune, error) {
	key, value, pair := strings.Cut(name, "=")
	unknown := fmt.Errorf(`\p{%s} 不是已知的 Unicode 属性, 或在 qinghost 中还不支持`, name)
	if pair {
		switch key {
		case "General_Category", "gc":
			return category(value, unknown)
		case "Script", "sc":
			if long := scriptCodes[value]; long != "" {
				value = long
			}
			if table := unicode.Scripts[value]; table != nil {
				return ranges(table), nil
			}
		}
		return nil, unknown
	}
	if long := propertyCodes[name]; long != "" {
		name = long
	}
	switch {
	case name == "Any":
		return []rune{0, unicode.MaxRune}, nil
	case name == "ASCII":
		return []rune{0, 0x7f}, nil
	case emoji[name] != nil:
		return emoji[name], nil
	case derived[name] != nil:
		set := ranges(derived[name]...)
		if strings.HasPrefix(name, "ID_") {
			set = without(set, ranges(unicode.Pattern_Syntax, unicode.Pattern_White_Space))
		}
		return set, nil
	case slices.Contains(binaryProperties, name):
		return ranges(unicode.Properties[name]), nil
	}
	return category(name, unknown)
}

// category returns the code points of a general category.
func category(name string, unknown error) ([]rune, error) {
	if short := unicode.CategoryAliases[name]; short != "" {
		name = short
	}
	switch name {
	case "Cn", "Assigned":
		all := ranges(unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs)
		if name == "Cn" {
			all = complement(all)
		}
		return all, nil
	case "C":
		return complement(ranges(unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z)), nil
	}
	if table := unicode.Categories[name]; table != nil {
		return ranges(table), nil
	}
	return nil, unknown
}

// ranges returns the union of tables.
func ranges(tables ...*unicode.RangeTable) []rune {
	var all [][2]rune
	add := func(low, high, stride rune) {
		if stride == 1 {
			all = append(all, [2]rune{low, high})
			return
		}
		for c := low; c <= high; c += stride {
			all = append(all, [2]rune{c, c})
		}
	}
	for _, table := range tables {
		for _, r := range table.R16 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range table.R32 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	slices.SortFunc(all, func(a, b [2]rune) int { return int(a[0] - b[0]) })
	var out []rune
	for _, r := range all {
		if n := len(out); n > 0 && r[0] <= out[n-1]+1 {
			out[n-1] = max(out[n-1], r[1])
			continue
		}
		out = append(out, r[0], r[1])
	}
	return out
}

// without returns the first ranges less the second.
func without(set, less []rune) []rune {
	tables := func(set []rune) *unicode.RangeTable {
		table := &unicode.RangeTable{}
		for i := 0; i < len(set); i += 2 {
			table.R32 = append(table.R32, unicode.Range32{Lo: uint32(set[i]), Hi: uint32(set[i+1]), Stride: 1})
		}
		return table
	}
	return complement(ranges(tables(complement(set)), tables(less)))
}

// lowerFlags turns flag v into u where the pattern means the same in both, and refuses what goja cannot do.
func lowerFlags(pattern, flags string) (string, error) {
	if strings.Contains(flags, "d") {
		return "", errors.New("标志 d (hasIndices) 在 qinghost 中还不支持")
	}
	if !strings.Contains(flags, "v") {
		return flags, nil
	}
	if depth := strings.NewReplacer(`\\`, "", `\[`, "", `\]`, "").Replace(pattern); strings.Contains(depth, "--") ||
		strings.Contains(depth, "&&") || strings.Contains(depth, `\q{`) || nested(depth) {
		return "", errors.New("标志 v 的集合运算, 嵌套和 \\q{…} 在 qinghost 中还不支持")
	}
	return strings.Replace(flags, "v", "u", 1), nil
}

// nested says whether a class stands within another.
func nested(pattern string) bool {
	inside := false
	for _, c := range pattern {
		if c == '[' && inside {
			return true
		}
		if c == '[' || c == ']' {
			inside = c == '['
		}
	}
	return false
}

// lowerRegExp is native.lowerRegExp(pattern, flags): [pattern, flags] as goja can take them.
func (p *Page) lowerRegExp() any {
	return func(call goja.FunctionCall) goja.Value {
		pattern, flags := call.Argument(0).String(), call.Argument(1).String()
		lowered, err := lowerFlags(pattern, flags)
		if err == nil && strings.Contains(lowered, "u") {
			pattern, err = lowerPattern(pattern)
		}
		if err != nil {
			return p.loop.rt.ToValue(fmt.Sprintf("/%s/%s: %s", pattern, flags, err))
		}
		return p.loop.rt.NewArray(pattern, lowered)
	}
}
