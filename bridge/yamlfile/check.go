package yamlfile

import (
	"encoding"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"qinghost/bridge"
)

// check compares a document with the type that it is to fill, before the library decodes it: so that what is wrong can be
// told in the file's own terms, and no scalar loses its writing on the way into a string.
func (f *file) check(root ast.Node, into any) error {
	if err := f.checkNode(&root, reflect.TypeOf(into).Elem()); err != nil {
		return err // not returned outright: a nil *bridge.Error is no nil error
	}
	return nil
}

func (f *file) checkNode(at *ast.Node, t reflect.Type) *bridge.Error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if decodesItself(t) {
		return nil
	}
	switch node := (*at).(type) {
	case *ast.AnchorNode:
		return f.checkNode(&node.Value, t)
	case *ast.AliasNode, *ast.TagNode, *ast.NullNode, nil:
		return nil // an alias's target is decoded in its place, strictly too
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		values, is := mapping(*at)
		if !is {
			return f.wrongType(*at, "对象 (键: 值)")
		}
		return f.checkMapping(values, t)
	case reflect.Slice, reflect.Array:
		list, is := (*at).(*ast.SequenceNode)
		if !is {
			return f.wrongType(*at, "列表")
		}
		for i := range list.Values {
			if err := f.checkNode(&list.Values[i], t.Elem()); err != nil {
				return err
			}
		}
	case reflect.String:
		return f.checkString(at)
	case reflect.Bool:
		if _, is := (*at).(*ast.BoolNode); !is {
			return f.wrongType(*at, "true 或 false")
		}
	case reflect.Interface:
	default:
		_, whole := (*at).(*ast.IntegerNode)
		_, float := (*at).(*ast.FloatNode)
		switch isFloat := t.Kind() == reflect.Float64 || t.Kind() == reflect.Float32; {
		case !whole && !isFloat:
			return f.wrongType(*at, "整数")
		case !whole && !float:
			return f.wrongType(*at, "数字")
		}
	}
	return nil
}

func (f *file) checkMapping(values []*ast.MappingValueNode, t reflect.Type) *bridge.Error {
	known := f.known[t]
	if known == nil && t.Kind() == reflect.Struct {
		known = map[string]reflect.Type{}
		fields(t, known)
		f.known[t] = known
	}
	for _, value := range values {
		key := value.Key.GetToken()
		if value.Key.IsMergeKey() {
			continue
		}
		field, is := known[key.Value]
		if t.Kind() == reflect.Map {
			field, is = t.Elem(), true
		}
		if !is {
			hint := ""
			if near := bridge.Nearest(key.Value, slices.Sorted(maps.Keys(known))); near != "" {
				hint = ", 是否想写 \"" + near + "\"?"
			}
			return f.errorAt(key, "未知的键 %q%s", key.Value, hint)
		}
		if err := f.checkNode(&value.Value, field); err != nil {
			return err
		}
	}
	return nil
}

// checkString turns any other scalar into a string as it is written.
func (f *file) checkString(at *ast.Node) *bridge.Error {
	switch node := (*at).(type) {
	case *ast.StringNode, *ast.LiteralNode:
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		old := node.GetToken()
		text := strings.TrimSpace(old.Origin)
		*at = ast.String(token.String(text, text, old.Position))
	default:
		return f.wrongType(*at, "字符串")
	}
	return nil
}

func (f *file) wrongType(node ast.Node, want string) *bridge.Error {
	got := "对象"
	switch node.(type) {
	case *ast.SequenceNode:
		got = "列表"
	case *ast.StringNode, *ast.LiteralNode:
		got = "字符串"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		got = "数字"
	case *ast.BoolNode:
		got = "布尔值"
	}
	return f.errorAt(first(node), "类型不对: 应为%s, 这里是%s", want, got)
}

// fields collects a struct's keys; those of inlined structs are its own.
func fields(t reflect.Type, into map[string]reflect.Type) {
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch {
		case name == "-" || !field.IsExported() && !field.Anonymous:
		case strings.Contains(options, "inline"):
			inner := field.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			fields(inner, into)
		case name == "":
			into[strings.ToLower(field.Name)] = field.Type
		default:
			into[name] = field.Type
		}
	}
}

// decodesItself says whether the library leaves a value of the type to the type's own method.
func decodesItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	for _, own := range []reflect.Type{
		reflect.TypeFor[yaml.BytesUnmarshaler](), reflect.TypeFor[yaml.BytesUnmarshalerContext](),
		reflect.TypeFor[yaml.InterfaceUnmarshaler](), reflect.TypeFor[yaml.InterfaceUnmarshalerContext](),
		reflect.TypeFor[yaml.NodeUnmarshaler](), reflect.TypeFor[yaml.NodeUnmarshalerContext](),
		reflect.TypeFor[encoding.TextUnmarshaler](),
	} {
		if p.Implements(own) {
			return true
		}
	}
	return t == reflect.TypeFor[time.Duration]()
}

// mapping returns the pairs of a mapping; the library has two kinds of node for it.
func mapping(node ast.Node) ([]*ast.MappingValueNode, bool) {
	switch node := node.(type) {
	case *ast.MappingNode:
		return node.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{node}, true
	}
	return nil, false
}

// child returns the value under a key or at a place of a list; nil without one.
func child(node ast.Node, step any) ast.Node {
	if anchor, is := node.(*ast.AnchorNode); is {
		node = anchor.Value
	}
	if list, is := node.(*ast.SequenceNode); is {
		if i, is := step.(int); is && i >= 0 && i < len(list.Values) {
			return list.Values[i]
		}
	}
	values, _ := mapping(node)
	for _, value := range values {
		if value.Key.GetToken().Value == step {
			return value.Value
		}
	}
	return nil
}

// first returns the token with which a node begins.
func first(node ast.Node) *token.Token {
	if values, is := mapping(node); is && len(values) > 0 {
		if m, is := node.(*ast.MappingNode); !is || !m.IsFlowStyle {
			return values[0].Key.GetToken()
		}
	}
	return node.GetToken()
}
