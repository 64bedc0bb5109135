package bridge

import (
	"encoding/json"
	"reflect"
	"strings"
)

// Field is a field of a struct as JSON knows it.
type Field struct {
	Name string
	Type reflect.Type
	// Omitted says that an empty value is left out.
	Omitted bool
}

// Fields lists the fields of a struct type in their order, those of embedded structs in their place.
func Fields(t reflect.Type) []Field {
	var all []Field
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch {
		case f.Tag.Get("json") == "-":
		case f.Anonymous && name == "" && inner.Kind() == reflect.Struct:
			all = append(all, Fields(inner)...)
		case f.IsExported():
			if name == "" {
				name = f.Name
			}
			all = append(all, Field{name, f.Type, strings.Contains(options, "omit")})
		}
	}
	return all
}

// known are the names of the JSON fields that an API's parameters know.
type known struct {
	names map[string]bool // nil where they cannot be told
	// exact says that the type reads its fields by itself, and by their exact names; encoding/json takes any case.
	exact bool
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// knownTo reads the names off a type, as encoding/json does. A type that reads itself and names no field tells nothing.
func knownTo(t reflect.Type) known {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return known{}
	}
	k := known{map[string]bool{}, reflect.PointerTo(t).Implements(unmarshaler)}
	for _, f := range Fields(t) {
		k.names[f.Name] = true
	}
	if k.exact && len(k.names) == 0 {
		return known{}
	}
	return k
}

// mostIgnored is how many unknown fields are named, and longestName how many bytes of each: whoever sends them is a stranger.
const mostIgnored, longestName = 20, 64

// unknownIn returns the keys of params, valid JSON, that are not among the names; none where params are no object.
func (k known) unknownIn(params json.RawMessage) []string {
	if k.names == nil || len(params) == 0 || params[0] != '{' {
		return nil
	}
	var unknown []string
	depth, isKey := 0, false
	for i := 0; i < len(params); i++ {
		switch params[i] {
		case '{', '[':
			depth++
			isKey = depth == 1
		case '}', ']':
			depth--
			isKey = false
		case ',':
			isKey = depth == 1
		case ':':
			isKey = false
		case '"':
			start := i
			for i++; params[i] != '"'; i++ {
				if params[i] == '\\' {
					i++
				}
			}
			if isKey && !k.has(params[start:i+1]) && len(unknown) < mostIgnored {
				unknown = append(unknown, clip([]byte(unquote(params[start:i+1])), longestName))
			}
		}
	}
	return unknown
}

// has says whether a field of that name, a JSON string, is known.
func (k known) has(quoted []byte) bool {
	if k.names[string(quoted[1:len(quoted)-1])] {
		return true
	}
	name := unquote(quoted)
	for field := range k.names {
		if field == name || !k.exact && strings.EqualFold(field, name) {
			return true
		}
	}
	return false
}

func unquote(quoted []byte) string {
	var name string
	_ = json.Unmarshal(quoted, &name) // valid, as the whole is
	return name
}
