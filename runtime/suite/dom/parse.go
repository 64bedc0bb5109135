package dom

import (
	"bytes"
	"strings"

	"github.com/dop251/goja"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// sink takes a parsed document: the handlers that linkedom gave its parser.
type sink struct {
	rt                          *goja.Runtime
	this                        *goja.Object
	open, end, text, note, kind goja.Callable
}

func newSink(rt *goja.Runtime, handlers *goja.Object) *sink {
	s := &sink{rt: rt, this: handlers}
	for name, fn := range map[string]*goja.Callable{
		"onopentag": &s.open, "onclosetag": &s.end, "ontext": &s.text, "oncomment": &s.note, "onprocessinginstruction": &s.kind,
	} {
		*fn, _ = goja.AssertFunction(handlers.Get(name))
	}
	return s
}

// step is the beginning or the end of a node.
type step struct {
	node *html.Node
	end  bool
}

// steps lists a tree in the order of its text.
func steps(list []step, n *html.Node) []step {
	list = append(list, step{node: n})
	for child := range n.ChildNodes() {
		list = steps(list, child)
	}
	if n.Type == html.ElementNode {
		list = append(list, step{node: n, end: true})
	}
	return list
}

// take hands a step over.
func (s *sink) take(st step) (err error) {
	n := st.node
	switch {
	case st.end:
		_, err = s.end(s.this)
	case n.Type == html.ElementNode:
		attributes := s.rt.NewObject()
		for _, a := range n.Attr {
			name := a.Key
			if a.Namespace != "" {
				name = a.Namespace + ":" + name
			}
			if err := attributes.Set(name, a.Val); err != nil {
				return err
			}
		}
		_, err = s.open(s.this, s.rt.ToValue(n.Data), attributes)
	case n.Type == html.TextNode:
		_, err = s.text(s.this, s.rt.ToValue(n.Data))
	case n.Type == html.CommentNode:
		_, err = s.note(s.this, s.rt.ToValue(n.Data))
	case n.Type == html.DoctypeNode:
		_, err = s.kind(s.this, s.rt.ToValue("!doctype"), s.rt.ToValue("!doctype "+n.Data))
	}
	return err
}

// parse is NATIVE.parse(text, handlers, fragment).
func parse(rt *goja.Runtime) func(goja.FunctionCall) goja.Value {
	return func(call goja.FunctionCall) goja.Value {
		text, handlers := call.Argument(0).String(), call.Argument(1).ToObject(rt)
		var nodes []*html.Node
		var err error
		if call.Argument(2).ToBoolean() {
			// What a template may hold: rows without a table too.
			nodes, err = html.ParseFragment(strings.NewReader(text), &html.Node{Type: html.ElementNode, Data: "template", DataAtom: atom.Template})
		} else {
			var document *html.Node
			document, err = html.Parse(strings.NewReader(text))
			if err == nil {
				for child := range document.ChildNodes() {
					nodes = append(nodes, child)
				}
			}
		}
		if err != nil {
			panic(rt.NewGoError(err))
		}
		to := newSink(rt, handlers)
		for _, n := range nodes {
			for _, st := range steps(nil, n) {
				if err := to.take(st); err != nil {
					panic(err)
				}
			}
		}
		return goja.Undefined()
	}
}

// scriptLines are the lines, from 1, on which the document's scripts begin.
func scriptLines(document []byte) (lines []int) {
	line := 1
	for tokens := html.NewTokenizer(bytes.NewReader(document)); ; {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			return lines
		}
		line += bytes.Count(tokens.Raw(), []byte("\n"))
		if name, _ := tokens.TagName(); kind == html.StartTagToken && string(name) == "script" {
			lines = append(lines, line)
		}
	}
}
