package coverage

import (
	"reflect"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
)

// last is the greatest byte that the tree names below a node: no end of it comes before.
func (w *walker) last(n any) int {
	most := 0
	if _, is := n.(*ast.TemplateElement); is { // goja is a character late; the quote after it is enough
		return 0
	}
	v := reflect.ValueOf(n)
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if v.Kind() == reflect.Struct {
		for i := range v.NumField() {
			if at, is := v.Field(i).Interface().(file.Idx); is {
				most = max(most, int(at)-1)
			}
		}
	}
	children(v, func(child any) { most = max(most, w.last(child)) })
	return most
}

// start is the first byte of a statement, with the parentheses that an expression begins with.
func (w *walker) start(s ast.Statement) int {
	switch s := s.(type) {
	case *ast.ExpressionStatement:
		return w.parenthesized(w.leftmost(s.Expression))
	case *ast.IfStatement: // goja leaves its place out
		at := w.parenthesized(w.leftmost(s.Test))
		for at > 0 && isSpace(w.text[at-1]) {
			at--
		}
		return at - len("if")
	}
	return int(s.Idx0()) - 1
}

// token is where a statement has the first token that esbuild maps: after "else" that is not its "if".
func (w *walker) token(s ast.Statement) int {
	if s, is := s.(*ast.IfStatement); is {
		return w.leftmost(s.Test)
	}
	return w.start(s)
}

// leftmost is where an expression begins. goja has it but for tagged templates.
func (w *walker) leftmost(e ast.Expression) int {
	switch e := e.(type) {
	case *ast.TemplateLiteral:
		if e.Tag != nil {
			return w.leftmost(e.Tag)
		}
	case *ast.AssignExpression:
		return w.leftmost(e.Left)
	case *ast.BinaryExpression:
		return w.leftmost(e.Left)
	case *ast.BracketExpression:
		return w.leftmost(e.Left)
	case *ast.CallExpression:
		return w.leftmost(e.Callee)
	case *ast.ConditionalExpression:
		return w.leftmost(e.Test)
	case *ast.DotExpression:
		return w.leftmost(e.Left)
	case *ast.PrivateDotExpression:
		return w.leftmost(e.Left)
	case *ast.SequenceExpression:
		return w.leftmost(e.Sequence[0])
	case *ast.OptionalChain:
		return w.leftmost(e.Expression)
	case *ast.Optional:
		return w.leftmost(e.Expression)
	case *ast.UnaryExpression:
		if e.Postfix {
			return w.leftmost(e.Operand)
		}
	}
	return int(e.Idx0()) - 1
}

// parenthesized goes back over opening parentheses.
func (w *walker) parenthesized(at int) int {
	for i := at - 1; i >= 0; i-- {
		switch {
		case w.text[i] == '(':
			at = i
		case !isSpace(w.text[i]):
			return at
		}
	}
	return at
}

// endOf is the byte after a statement, its semicolon included.
func (w *walker) endOf(s ast.Statement) int {
	switch s := s.(type) {
	case *ast.IfStatement:
		if s.Alternate != nil {
			return w.endOf(s.Alternate)
		}
		return w.endOf(s.Consequent)
	case *ast.ForStatement:
		return w.endOf(s.Body)
	case *ast.ForInStatement:
		return w.endOf(s.Body)
	case *ast.ForOfStatement:
		return w.endOf(s.Body)
	case *ast.WhileStatement:
		return w.endOf(s.Body)
	case *ast.WithStatement:
		return w.endOf(s.Body)
	case *ast.LabelledStatement:
		return w.endOf(s.Statement)
	case *ast.BlockStatement, *ast.SwitchStatement, *ast.TryStatement, *ast.FunctionDeclaration, *ast.ClassDeclaration, *ast.EmptyStatement:
		return int(s.Idx1()) - 1 // these have exact ends: braces, or the semicolon
	case *ast.DoWhileStatement:
		return w.semicolon(int(s.Idx1()) - 1)
	}
	return w.semicolon(w.scan(w.start(s), w.last(s)))
}

func (w *walker) semicolon(at int) int {
	for i := at; i < len(w.text); i++ {
		switch {
		case w.text[i] == ';':
			return i + 1
		case !isSpace(w.text[i]):
			return at
		}
	}
	return at
}

// scan is the byte after an expression, or a simple statement without its semicolon, that begins at start and is not over
// before last: what cannot be in it, or a line's end after all of it, ends it.
func (w *walker) scan(start, last int) int {
	depth, asked, end := 0, 0, len(w.text)
scan:
	for i := start; i < len(w.text); i++ {
		switch c := w.text[i]; {
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			if depth--; depth < 0 {
				end = i
				break scan
			}
		case depth > 0:
		case c == '?' && i+1 < len(w.text) && (w.text[i+1] == '?' || w.text[i+1] == '.' && !isDigit(w.text, i+2)):
			i++
		case c == '?':
			asked++
		case c == ':':
			if asked--; asked < 0 {
				end = i
				break scan
			}
		case c == ';', (c == ',' || c == '\n') && i > last:
			end = i
			break scan
		}
	}
	for end > start && isSpace(w.text[end-1]) {
		end--
	}
	return end
}

func isDigit(text []byte, at int) bool { return at < len(text) && text[at] >= '0' && text[at] <= '9' }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
