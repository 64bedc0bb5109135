package gateway

import (
	"encoding/json"
	"reflect"
	"strings"
)

// fields are the names of the JSON fields that an API's parameters know.
type fields struct {
	names map[string]bool // nil where they cannot be told
	// exact says that the type reads its fields by itself, and by their exact names; encoding/json takes any case.
	exact bool
}

// fieldsOf reads the names off a struct type, as encoding/json does.
func fieldsOf(t reflect.Type) fields {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return fields{}
	}
	known := fields{map[string]bool{}, reflect.PointerTo(t).Implements(unmarshaler)}
	for _, f := range visible(t) {
		known.names[f.name] = true
	}
	return known
}

// jsonField is a field of a struct as JSON knows it.
type jsonField struct {
	name string
	t    reflect.Type
}

// visible lists the fields of a struct in their order, those of embedded structs in their place.
func visible(t reflect.Type) []jsonField {
	var all []jsonField
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch {
		case f.Tag.Get("json") == "-":
		case f.Anonymous && name == "" && inner.Kind() == reflect.Struct:
			all = append(all, visible(inner)...)
		case f.IsExported():
			if name == "" {
				name = f.Name
			}
			all = append(all, jsonField{name, f.Type})
		}
	}
	return all
}

// mostIgnored is how many unknown fields are named, and longestName how much of each: the body is a stranger's.
const mostIgnored, longestName = 20, 64

// unknownIn returns the keys of the body, a valid JSON object, that are not among the fields.
func (known fields) unknownIn(body []byte) []string {
	if known.names == nil {
		return nil
	}
	var unknown []string
	depth, isKey := 0, false
	for i := 0; i < len(body); i++ {
		switch body[i] {
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
			for i++; body[i] != '"'; i++ {
				if body[i] == '\\' {
					i++
				}
			}
			if isKey && !known.has(body[start:i+1]) && len(unknown) < mostIgnored {
				unknown = append(unknown, clip(body[start:i+1]))
			}
		}
	}
	return unknown
}

// has says whether a field of that name, a JSON string, is known.
func (known fields) has(quoted []byte) bool {
	if known.names[string(quoted[1:len(quoted)-1])] {
		return true
	}
	name := unquote(quoted)
	for field := range known.names {
		if field == name || !known.exact && strings.EqualFold(field, name) {
			return true
		}
	}
	return false
}

func unquote(quoted []byte) string {
	var name string
	_ = json.Unmarshal(quoted, &name) // valid, as the whole body is
	return name
}

func clip(quoted []byte) string {
	name := unquote(quoted)
	if len(name) > longestName {
		name = strings.ToValidUTF8(name[:longestName], "") + "…"
	}
	return name
}
