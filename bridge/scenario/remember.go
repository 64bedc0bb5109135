package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"qinghost/bridge"
)

// byHand is what calls.METHOD.answer says: the result's data, or a failure.
type byHand struct {
	Data      any    `yaml:"data" json:"data,omitempty"`
	Error     string `yaml:"error" json:"error,omitempty"`
	ErrorCode string `yaml:"errorCode" json:"errorCode,omitempty"`
}

// rule makes of it what the host does; the error is that of a mistake in the value below the key.
func (a byHand) rule() (answer func(context.Context, json.RawMessage) (json.RawMessage, error), key string, err error) {
	if a.Error == "" && a.ErrorCode == "" {
		data, err := json.Marshal(a.Data)
		if err != nil {
			return nil, "data", fmt.Errorf("data 无法编码为 JSON: %w", err)
		}
		return func(context.Context, json.RawMessage) (json.RawMessage, error) { return data, nil }, "", nil
	}
	failed, err := failure(a.ErrorCode, a.Error)
	if err == nil && a.Data != nil {
		err = fmt.Errorf("失败没有 data: data 与 error 只能写一个")
	}
	if err != nil {
		return nil, "errorCode", err
	}
	return func(context.Context, json.RawMessage) (json.RawMessage, error) { return nil, failed }, "", nil
}

// failure is what a scenario says of a call that fails; both may be empty.
func failure(code, message string) (*bridge.Error, error) {
	failed := &bridge.Error{Code: bridge.Code(code), Message: message}
	if failed.Code == "" {
		failed.Code = bridge.Scripted
	}
	if failed.Message == "" {
		failed.Message = "场景文件令此调用失败"
	}
	if failed.Code == bridge.OK {
		return nil, fmt.Errorf("errorCode 0 表示成功, 失败请用其他值")
	}
	return failed, nil
}

// Remember returns the text of a scenario file, which may be empty, with an answer to all calls of the method added: data, or,
// unless failed is nil, a failure. What else stands in it stays, comments too. name is the file's, for errors.
func Remember(name string, text []byte, method string, data json.RawMessage, failed *bridge.Error) ([]byte, error) {
	if method == Every {
		return nil, bridge.Errorf(bridge.BadParams, "名为 %q 的方法不能记入场景: 它在那里代表所有方法", method)
	}
	if _, err := Read(name, text); err != nil {
		return nil, err
	}
	answer := byHand{}
	if failed != nil {
		answer = byHand{Error: failed.Message, ErrorCode: string(failed.Code)}
	} else if len(data) > 0 {
		answer.Data = data
	}
	value, err := plainJSON(map[string]byHand{"answer": answer})
	if err != nil {
		return nil, err
	}
	key, err := plainJSON(method)
	if err != nil {
		return nil, err
	}
	added, err := merged(text, method, key, value)
	if err != nil {
		return nil, bridge.Errorf(bridge.BadParams, "%s: 无法自动写入 (%v), 请在 calls 下手工加上 %s: %s", name, err, key, value)
	}
	_, err = Read(name, added)
	return added, err
}

// plainJSON is JSON that a person may read on.
func plainJSON(value any) (string, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", bridge.Errorf(bridge.BadParams, "回答无法编码为 JSON: %v", err)
	}
	return string(bytes.TrimSpace(b.Bytes())), nil
}

// merged puts one pair of JSON texts into the text's calls. JSON stays JSON, for a pair of JSON is one of YAML too.
func merged(text []byte, method, key, value string) ([]byte, error) {
	root := (&yaml.PathBuilder{}).Root().Build()
	calls := (&yaml.PathBuilder{}).Root().Child("calls").Build()
	file, err := parser.ParseBytes(text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	var content map[string]any
	if err := yaml.Unmarshal(text, &content); err != nil {
		return nil, err
	}
	if node, err := calls.FilterFile(file); err == nil {
		if mapping, is := node.(ast.MapNode); is {
			for pairs := mapping.MapRange(); pairs.Next(); {
				if pairs.Key().GetToken().Value == method {
					key = pairs.Key().String() // as it is written there, or it would be there twice
				}
			}
		}
	}
	pair := key + ": " + value
	inBraces := bytes.HasPrefix(bytes.TrimSpace(text), []byte("{"))
	at, whole := calls, pair
	if _, has := content["calls"].(map[string]any); !has && inBraces {
		at, whole = root, `"calls": {`+pair+"}"
	} else if !has {
		at, whole = root, "calls:\n  "+pair
	}
	switch {
	case len(content) > 0:
	case inBraces:
		return []byte("{" + whole + "}\n"), nil
	default: // nothing stands in it, but for comments
		return append(bytes.TrimLeft(fmt.Appendf(bytes.TrimRight(text, "\n"), "\n%s", whole), "\n"), '\n'), nil
	}
	if err := at.MergeFromReader(file, bytes.NewReader([]byte(whole))); err != nil {
		return nil, err
	}
	var indented bytes.Buffer
	if json.Indent(&indented, []byte(file.String()), "", "  ") == nil { // it would stand in one line
		return indented.Bytes(), nil
	}
	return []byte(file.String()), nil
}
