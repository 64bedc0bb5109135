package coverage

import (
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja/ast"
)

// blank returns the script with its comments as spaces and its literals as "x", as long in bytes, its lines the same. Once
// the literals are out of the way, which the tree knows, comments are what looks like them.
func blank(code string, program *ast.Program) []byte {
	text := []byte(code)
	fill := func(from, to int, with byte) {
		for i := from; i < min(to, len(text)); i++ {
			if text[i] != '\n' {
				text[i] = with
			}
		}
	}
	literal := func(at int, text string) {
		if at >= 0 && strings.HasPrefix(code[at:], text) {
			fill(at, at+len(text), 'x')
		}
	}
	var walk func(n any)
	walk = func(n any) {
		switch n := n.(type) {
		case *ast.StringLiteral:
			literal(int(n.Idx)-1, n.Literal)
		case *ast.RegExpLiteral:
			literal(int(n.Idx)-1, n.Literal)
		case *ast.TemplateElement: // goja is a character late
			at := int(n.Idx) - 1
			_, size := utf8.DecodeLastRuneInString(code[:at])
			literal(at-size, n.Literal)
		}
		children(reflect.ValueOf(n), walk)
	}
	for _, s := range program.Body {
		walk(s)
	}
	for i := 0; i+1 < len(text); i++ {
		switch {
		case text[i] == '/' && text[i+1] == '/':
			end := strings.IndexByte(code[i:], '\n')
			if end < 0 {
				end = len(code) - i
			}
			fill(i, i+end, ' ')
		case text[i] == '/' && text[i+1] == '*':
			end := strings.Index(code[i+2:], "*/")
			if end < 0 {
				return text
			}
			fill(i, i+end+4, ' ')
		}
	}
	return text
}

// lineStarts are the first bytes of the lines, as source maps count them.
func lineStarts(code string) []int {
	starts := []int{0}
	for i := range len(code) {
		if code[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// utf16Units are how many UTF-16 units come before each byte of a text, and before its end.
func utf16Units(text string) []int {
	units := make([]int, len(text)+1)
	n := 0
	for i, r := range text {
		units[i] = n
		for k := 1; k < utf8.RuneLen(r) && i+k < len(text); k++ {
			units[i+k] = n
		}
		if n++; r > 0xffff {
			n++
		}
	}
	units[len(text)] = n
	return units
}
