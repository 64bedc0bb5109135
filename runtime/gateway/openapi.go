package gateway

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"qinghost/bridge"
)

// document is an OpenAPI 3.1 document, as far as this package writes one.
type document struct {
	OpenAPI    string              `json:"openapi"`
	Info       info                `json:"info"`
	Servers    []server            `json:"servers"`
	Paths      map[string]pathItem `json:"paths"`
	Components components          `json:"components"`
}

type info struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Version     string `json:"version"`
}

type server struct {
	URL string `json:"url"`
}

type pathItem struct {
	Post operation `json:"post"`
}

type operation struct {
	OperationID string                `json:"operationId"`
	Summary     string                `json:"summary"`
	Description string                `json:"description,omitempty"`
	Tags        []string              `json:"tags"`
	Security    []map[string][]string `json:"security"` // empty, not absent: no token is asked for
	RequestBody requestBody           `json:"requestBody"`
	Responses   map[string]response   `json:"responses"`
}

type requestBody struct {
	Required bool             `json:"required"`
	Content  map[string]media `json:"content"`
}

type media struct {
	Schema  *schema         `json:"schema"`
	Example json.RawMessage `json:"example,omitempty"`
}

type response struct {
	Ref         string           `json:"$ref,omitempty"`
	Description string           `json:"description,omitempty"`
	Content     map[string]media `json:"content,omitempty"`
}

// schema is a JSON Schema; the zero one takes anything.
type schema struct {
	Type                 any                `json:"type,omitempty"` // a string or []string
	Format               string             `json:"format,omitempty"`
	Description          string             `json:"description,omitempty"`
	Properties           map[string]*schema `json:"properties,omitempty"`
	Required             []string           `json:"required,omitempty"`
	Items                *schema            `json:"items,omitempty"`
	AdditionalProperties *schema            `json:"additionalProperties,omitempty"`
	Const                any                `json:"const,omitempty"`
	AnyOf                []*schema          `json:"anyOf,omitempty"`
}

type components struct {
	Responses       map[string]response       `json:"responses"`
	SecuritySchemes map[string]securityScheme `json:"securitySchemes"`
}

type securityScheme struct {
	Type        string `json:"type"`
	In          string `json:"in"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

// OpenAPI describes those of apis that have a Route, as an OpenAPI 3.1 document in JSON.
func OpenAPI(apis []bridge.API) ([]byte, error) {
	doc := document{
		OpenAPI: "3.1.0",
		Info: info{
			Title:       "qinghost: 云之家服务端接口",
			Description: "业务失败也是 HTTP 200: 请看 success 与 errorCode。9 开头的五位 errorCode 是 qinghost 自己的。",
			Version:     "1.0.0",
		},
		Servers: []server{{"/"}},
		Paths:   map[string]pathItem{},
		Components: components{
			Responses: map[string]response{"fault": {
				Description: "HTTP 本身有误: 400 请求体不是 JSON 对象, 401 accessToken, 404 路径, 405 不是 POST, 413 太大, 415 不是 JSON, 500 qinghost 内部错误",
				Content:     map[string]media{"application/json": {Schema: envelope(nil)}},
			}},
			SecuritySchemes: map[string]securityScheme{"accessToken": {
				Type: "apiKey", In: "query", Name: "accessToken",
				Description: "POST /gateway/oauth2/token/getAccessToken 获取, scope 须与接口相符",
			}},
		},
	}
	for _, api := range apis {
		if api.Route == nil {
			continue
		}
		for i, path := range append([]string{api.Route.Path}, api.Route.Aliases...) {
			op, err := describe(api)
			if err != nil {
				return nil, err
			}
			if i > 0 { // an id may stand only once
				op.OperationID += fmt.Sprintf(".alias%d", i)
				op.Description = strings.TrimSpace("同 " + api.Route.Path + "。" + op.Description)
			}
			doc.Paths[path] = pathItem{op}
		}
	}
	return json.MarshalIndent(doc, "", "  ")
}

func describe(api bridge.API) (operation, error) {
	if !json.Valid([]byte(api.Example)) {
		return operation{}, fmt.Errorf("openapi: 接口 %s 的示例不是 JSON: %s", api.Name, api.Example)
	}
	family, _, _ := strings.Cut(api.Name, ".")
	op := operation{
		OperationID: api.Name, Summary: api.Doc, Tags: []string{family}, Security: []map[string][]string{},
		RequestBody: requestBody{true, map[string]media{
			"application/json": {Schema: schemaOf(api.Params, 0), Example: json.RawMessage(api.Example)},
		}},
		Responses: map[string]response{
			"200":     {Description: "成功, 或业务失败", Content: map[string]media{"application/json": {Schema: envelope(schemaOf(api.Result, 0))}}},
			"default": {Ref: "#/components/responses/fault"},
		},
	}
	if scope := string(api.Route.Scope); scope != "" {
		op.Security = []map[string][]string{{"accessToken": {scope}}}
		op.Description = "accessToken 的 scope: " + scope
	}
	return op, nil
}

// envelope is the vendor's, around data, or around the null of a failure.
func envelope(data *schema) *schema {
	null := &schema{Type: "null"}
	if data == nil {
		data = null
	} else if data.Type != nil { // otherwise it takes anything already
		data = &schema{AnyOf: []*schema{data, null}}
	}
	return &schema{
		Type: "object", Required: []string{"success", "errorCode", "error", "data"},
		Properties: map[string]*schema{
			"success": {Type: "boolean"}, "errorCode": {Type: "integer", Description: "0 为成功"},
			"error": {Type: []string{"string", "null"}}, "data": data,
		},
	}
}

// deepest is how deep types are followed, should one contain itself.
const deepest = 8

var (
	lenientInt  = reflect.TypeFor[bridge.Int]()
	unmarshaler = reflect.TypeFor[json.Unmarshaler]()
	marshaler   = reflect.TypeFor[json.Marshaler]()
	texter      = reflect.TypeFor[encoding.TextMarshaler]()
)

// schemaOf describes a Go type as encoding/json writes it. A type that reads itself is described by its tagged fields, or,
// being a wrapper, by its field Value, which may then be null; by nothing, which takes anything, where it has neither.
func schemaOf(t reflect.Type, depth int) *schema {
	switch {
	case depth > deepest:
		return &schema{}
	case t == lenientInt:
		return &schema{Type: "integer", Format: "int64", Description: "也可写成字符串"}
	case t.Kind() == reflect.Pointer:
		s := schemaOf(t.Elem(), depth)
		if kind, is := s.Type.(string); is {
			s.Type = []string{kind, "null"}
		}
		return s
	case reflect.PointerTo(t).Implements(unmarshaler), t.Implements(marshaler):
		if t.Kind() != reflect.Struct {
			return &schema{}
		}
		if value, wraps := t.FieldByName("Value"); wraps && value.Tag.Get("json") == "" {
			return schemaOf(reflect.PointerTo(value.Type), depth)
		}
		if !tagged(t) {
			return &schema{}
		}
	case t.Implements(texter):
		return &schema{Type: "string"}
	}
	switch t.Kind() {
	case reflect.String:
		return &schema{Type: "string"}
	case reflect.Bool:
		return &schema{Type: "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return &schema{Type: "integer"}
	case reflect.Int64, reflect.Uint64:
		return &schema{Type: "integer", Format: "int64"}
	case reflect.Float32, reflect.Float64:
		return &schema{Type: "number"}
	case reflect.Slice, reflect.Array:
		return &schema{Type: "array", Items: schemaOf(t.Elem(), depth+1)}
	case reflect.Map:
		return &schema{Type: "object", AdditionalProperties: schemaOf(t.Elem(), depth+1)}
	case reflect.Struct:
		s := &schema{Type: "object", Properties: map[string]*schema{}}
		for _, f := range bridge.Fields(t) {
			s.Properties[f.Name] = schemaOf(f.Type, depth+1)
		}
		return s
	default:
		return &schema{}
	}
}

// tagged says whether a struct has fields with a JSON name.
func tagged(t reflect.Type) bool {
	for _, f := range reflect.VisibleFields(t) {
		if f.Tag.Get("json") != "" {
			return true
		}
	}
	return false
}
