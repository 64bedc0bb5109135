package coverage

import (
	"bytes"
	"fmt"
	"reflect"
	"sort"

	"github.com/dop251/goja/ast"
)

// walker finds the places of counters in a script. What stands between the nodes (parentheses, semicolons, comments) is not in
// goja's tree, so it is looked up in the text.
type walker struct {
	text   []byte                          // code with comments as spaces and literals as "x": brackets in it are brackets
	starts []int                           // of lines, in bytes
	wrap   bool                            // also count what needs an end to be found
	source func(from, to int) (line, bool) // where what is between two bytes comes from
	puts   []put
	script *Script
}

// put is text to put before a byte of the script. Those for one place stand in their order.
type put struct {
	at   int
	text string
}

func (w *walker) put(at int, text string) { w.puts = append(w.puts, put{at, text}) }

// line is the number, from 0, of the line that a byte is in.
func (w *walker) line(at int) int { return sort.SearchInts(w.starts, at+1) - 1 }

// counter is the expression that counts the line of the user's that a byte comes from; empty where there is none, or it is the
// one that was counted last on the way here. What is counted begins there; its first token is before to.
func (w *walker) counter(at, to int, last line) (string, line) {
	if at < 0 || at > 0 && isWord(w.text[at-1]) { // no place for anything: the tree was read wrong
		return "", last
	}
	found, ok := w.source(at, max(at, to))
	if !ok || !own(found.file) || found == last {
		return "", last
	}
	w.script.lines = append(w.script.lines, found)
	return fmt.Sprintf("%s[%d]++", w.script.global, len(w.script.lines)-1), found
}

// list walks statements that follow each other. Directives stay first.
func (w *walker) list(list []ast.Statement, directives bool, last line) {
	for _, s := range list {
		if directives = directives && isDirective(s); directives {
			continue
		}
		switch s := s.(type) {
		case *ast.FunctionDeclaration, *ast.EmptyStatement, *ast.BlockStatement:
			w.node(s, line{}) // no statement that runs here; what follows is counted anew
			last = line{}
		default:
			counter, counted := w.counter(w.start(s), w.token(s), last)
			if counter != "" {
				w.put(w.start(s), counter+";")
			}
			last = counted
			w.inside(s, last)
		}
	}
}

func isDirective(s ast.Statement) bool {
	e, is := s.(*ast.ExpressionStatement)
	if !is {
		return false
	}
	_, is = e.Expression.(*ast.StringLiteral)
	return is
}

// inside walks what is in a statement that has been counted.
func (w *walker) inside(s ast.Statement, last line) {
	switch s := s.(type) {
	case *ast.LabelledStatement: // the label stays with its loop
		w.inside(s.Statement, last)
	case *ast.IfStatement:
		w.node(s.Test, last)
		w.body(s.Consequent, last)
		if s.Alternate != nil {
			w.body(s.Alternate, last)
		}
	case *ast.ForStatement:
		w.node(s.Initializer, last)
		w.node(s.Test, last)
		w.node(s.Update, last)
		w.body(s.Body, last)
	case *ast.ForInStatement:
		w.node(s.Into, last)
		w.node(s.Source, last)
		w.body(s.Body, last)
	case *ast.ForOfStatement:
		w.node(s.Into, last)
		w.node(s.Source, last)
		w.body(s.Body, last)
	case *ast.WhileStatement:
		w.node(s.Test, last)
		w.body(s.Body, last)
	case *ast.DoWhileStatement:
		w.body(s.Body, last)
		w.node(s.Test, last)
	case *ast.WithStatement:
		w.node(s.Object, last)
		w.body(s.Body, last)
	default:
		w.node(s, last)
	}
}

// body walks a statement that stands alone: with a counter it gets braces.
func (w *walker) body(s ast.Statement, last line) {
	switch s.(type) {
	case *ast.BlockStatement, *ast.EmptyStatement, *ast.FunctionDeclaration:
		w.node(s, last)
		return
	}
	counter, counted := "", last
	if w.wrap {
		counter, counted = w.counter(w.start(s), w.token(s), last)
	}
	if counter != "" {
		w.put(w.start(s), "{"+counter+";")
	}
	w.inside(s, counted)
	if counter != "" {
		w.put(w.endOf(s), "}")
	}
}

// value walks an expression that is evaluated at a time of its own: the body of an arrow function, the value of a field.
func (w *walker) value(e ast.Expression, after string, last line) {
	start := w.parenthesized(w.leftmost(e))
	counter, counted := "", last
	if w.wrap && bytes.HasSuffix(bytes.TrimSpace(w.text[:start]), []byte(after)) {
		counter, counted = w.counter(start, w.last(e), last)
	}
	if counter == "" {
		w.node(e, last)
		return
	}
	w.put(start, "("+counter+",")
	w.node(e, counted)
	w.put(w.scan(start, w.last(e)), ")")
}

// node walks the tree below a node for what holds statements.
func (w *walker) node(n any, last line) {
	switch n := n.(type) {
	case nil:
		return
	case *ast.BlockStatement:
		if n != nil {
			w.list(n.List, false, line{})
		}
		return
	case *ast.FunctionLiteral:
		w.fields(n.ParameterList, last)
		w.list(n.Body.List, true, line{})
		return
	case *ast.ArrowFunctionLiteral:
		w.fields(n.ParameterList, last)
		switch body := n.Body.(type) {
		case *ast.BlockStatement:
			w.list(body.List, true, line{})
		case *ast.ExpressionBody:
			w.value(body.Expression, "=>", last)
		}
		return
	case *ast.CaseStatement:
		w.node(n.Test, last)
		w.list(n.Consequent, false, line{})
		return
	case *ast.FieldDefinition:
		w.fields(n.Key, last)
		switch n.Initializer.(type) {
		case nil:
		case *ast.FunctionLiteral, *ast.ArrowFunctionLiteral, *ast.ClassLiteral: // they take the field's name only unwrapped
			w.node(n.Initializer, last)
		default:
			w.value(n.Initializer, "=", line{})
		}
		return
	}
	w.fields(n, last)
}

// fields walks the nodes that a node has in its fields, in their order.
func (w *walker) fields(n any, last line) {
	children(reflect.ValueOf(n), func(child any) { w.node(child, last) })
}

// children calls f with the nodes right below a value. DeclarationList holds once more what the tree has elsewhere.
func children(v reflect.Value, f func(any)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			children(v.Elem(), f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "DeclarationList" {
				child(v.Field(i), f)
			}
		}
	}
}

func child(v reflect.Value, f func(any)) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			child(v.Index(i), f)
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			f(v.Interface())
		}
	case reflect.Struct:
		f(v.Addr().Interface())
	}
}
