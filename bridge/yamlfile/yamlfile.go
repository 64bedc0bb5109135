// Package yamlfile reads the YAML files that people write for qinghost: teams, scenarios, the configuration. It takes
// nothing silently: an unknown key, a value of the wrong type, a key given twice and a syntax error are each a
// *bridge.Error (bridge.BadParams) in Chinese with FILE:LINE:COL, the line itself and a caret under the place.
//
// JSON is read as the subset of YAML that it is.
package yamlfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"qinghost/bridge"
)

// Decode reads the one document in data, whose file is called name in errors, into the struct that into points to. Keys are
// the fields' yaml tags. A file with nothing in it leaves into as it is. Into a string goes any scalar, as it is written:
// an unquoted 007 or 5e10 stays that text.
func Decode(name string, data []byte, into any) error {
	f, root, err := parse(name, data)
	if err != nil || root == nil {
		return err
	}
	if err := f.check(root, into); err != nil {
		return err
	}
	// The parser has refused keys given twice; the decoder's own check would also refuse what overrides a merged key (<<).
	err = guard(func() error {
		return yaml.NodeToValue(root, into, yaml.DisallowUnknownField(), yaml.AllowDuplicateMapKey())
	})
	if err != nil {
		return f.translate(err)
	}
	return nil
}

// guard makes an error of a panic: fuzzing found a few odd inputs at which goccy/go-yaml 1.19.2 panics.
func guard(parse func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("YAML 无法解析, 请检查冒号, 缩进和引号 (%v)", r)
		}
	}()
	return parse()
}

// At makes an error that points into a file: for what is wrong with a value that decoded well. The path leads to the value
// by keys (string) and places in lists (int, from 0); where it leads nowhere, the nearest value above it is shown.
func At(name string, data []byte, path []any, format string, args ...any) *bridge.Error {
	message := fmt.Sprintf(format, args...)
	f, node, err := parse(name, data)
	if err != nil || node == nil {
		return bridge.Errorf(bridge.BadParams, "%s: %s", name, message)
	}
	for _, step := range path {
		next := child(node, step)
		if next == nil {
			break
		}
		node = next
	}
	return f.errorAt(first(node), "%s", message)
}

// file is a file as errors show it.
type file struct {
	name  string
	lines []string
	known map[reflect.Type]map[string]reflect.Type // keys by struct, as they are needed
}

// parse returns the document's root, nil when there is nothing in the file.
func parse(name string, data []byte) (*file, ast.Node, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	f := &file{name: name, lines: strings.Split(string(data), "\n"), known: map[reflect.Type]map[string]reflect.Type{}}
	if !utf8.Valid(data) {
		return nil, nil, bridge.Errorf(bridge.BadParams, "%s: 文件不是 UTF-8 编码, 请转换后再试", name)
	}
	if json.Valid(data) {
		data = bytes.ReplaceAll(data, []byte("\t"), []byte(" ")) // YAML takes no tabs; in JSON none is inside a string
	}
	var parsed *ast.File
	err := guard(func() (err error) {
		parsed, err = parser.ParseBytes(data, 0)
		return err
	})
	if err != nil {
		return nil, nil, f.translate(err)
	}
	var root ast.Node
	for _, doc := range parsed.Docs {
		switch body := doc.Body.(type) {
		case nil, *ast.CommentGroupNode, *ast.NullNode:
		default:
			if root != nil {
				return nil, nil, f.errorAt(first(body), "一个文件里只能有一个 YAML 文档, 请去掉多余的 ---")
			}
			root = body
		}
	}
	return f, root, nil
}

// errorAt makes an error with the place of a token and its line.
func (f *file) errorAt(at *token.Token, format string, args ...any) *bridge.Error {
	message := fmt.Sprintf(format, args...)
	if at == nil || at.Position == nil {
		return bridge.Errorf(bridge.BadParams, "%s: %s", f.name, message)
	}
	line, col := at.Position.Line, at.Position.Column
	text := ""
	if line >= 1 && line <= len(f.lines) {
		text = strings.TrimRight(f.lines[line-1], "\r")
	}
	before := []rune(text)
	before = before[:min(max(col-1, 0), len(before))]
	var pad strings.Builder
	for _, r := range before {
		switch {
		case r == '\t':
			pad.WriteRune('\t')
		case r >= 0x1100: // about where the wide characters begin
			pad.WriteString("  ")
		default:
			pad.WriteByte(' ')
		}
	}
	return bridge.Errorf(bridge.BadParams, "%s:%d:%d: %s\n    %s\n    %s^", f.name, line, col, message, text, pad.String())
}

// The syntax errors that people make, and what to say of them.
var syntaxErrors = []struct{ english, chinese string }{
	{"could not find end character of double-quoted", "双引号没有结束"},
	{"could not find end character of single-quoted", "单引号没有结束"},
	{"mapping value is not allowed", "此处不能再有“键: 值”; 文字里若有冒号, 请加引号"},
	{"found character '\t'", "不能用 Tab 缩进, 请改用空格"},
	{"found a tab character", "不能用 Tab 缩进, 请改用空格"},
	{"value is not allowed in this context", "此处不能有值, 请检查缩进"},
	{"non-map value is specified", "此处应为“键: 值”, 请检查冒号后的空格和缩进"},
	{"sequence end token ']' not found", "列表缺少结尾的 ]"},
	{"could not find flow map content", "对象缺少结尾的 }"},
	{"mapping end token '}' not found", "对象缺少结尾的 }"},
	{"could not find alias", "引用了没有定义的锚点"},
}

var definedTwice = regexp.MustCompile(`^mapping key "(.*?)" already defined at \[(\d+):\d+\]`)

// translate makes our error of one of the library's.
func (f *file) translate(err error) error {
	var coded *bridge.Error
	var placed yaml.Error
	if errors.As(err, &coded) { // from a type that decodes itself
		return coded
	}
	if !errors.As(err, &placed) {
		return bridge.Errorf(bridge.BadParams, "%s: %v", f.name, err)
	}
	message := placed.GetMessage()
	if _, is := placed.(*yaml.OverflowError); is {
		return f.errorAt(placed.GetToken(), "数字太大")
	}
	if twice := definedTwice.FindStringSubmatch(message); twice != nil {
		return f.errorAt(placed.GetToken(), "键 %q 重复, 第 %s 行已有", twice[1], twice[2])
	}
	for _, known := range syntaxErrors {
		if strings.HasPrefix(message, known.english) {
			return f.errorAt(placed.GetToken(), "%s", known.chinese)
		}
	}
	return f.errorAt(placed.GetToken(), "无法解析: %s", message)
}
