package bundle

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"qinghost/runtime/headless"
)

// Message is one complaint of esbuild, said in the user's language as far as it is a common one.
type Message struct {
	Text   string `json:"text"`
	File   string `json:"file,omitempty"`   // counts from Bundler.Root, with slashes; empty when it is about none
	Line   int    `json:"line,omitempty"`   // from 1
	Column int    `json:"column,omitempty"` // from 1, in UTF-16 units as editors count
	Frame  string `json:"frame,omitempty"`  // the code around it
}

// String returns "file:line:column: text".
func (m Message) String() string {
	if m.File == "" {
		return m.Text
	}
	return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Text)
}

// Error says why a file cannot be bundled.
type Error struct{ Messages []Message }

// Error returns the messages, one a line.
func (e *Error) Error() string {
	lines := make([]string, len(e.Messages))
	for i, m := range e.Messages {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

func (b *Bundler) messages(given []api.Message) []Message {
	var all []Message
	for _, m := range given {
		message := Message{Text: translate(m)}
		if at := m.Location; at != nil {
			message.File = filepath.ToSlash(at.File)
			if filepath.IsAbs(at.File) {
				message.File = b.relative(at.File)
			}
			before := at.LineText[:min(at.Column, len(at.LineText))]
			message.Line, message.Column = at.Line, len(utf16(before))+1
			message.Frame = b.frame(at.File, message.Line, message.Column)
		}
		all = append(all, message)
	}
	return all
}

// frame shows the code around a place.
func (b *Bundler) frame(path string, line, column int) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(b.Root, path)
	}
	source, err := os.ReadFile(path)
	if err != nil {
		return "" // of no file
	}
	return headless.Frame(string(source), line, column)
}

func utf16(text string) []rune {
	var units []rune
	for _, c := range text {
		units = append(units, c)
		if c > 0xffff {
			units = append(units, c)
		}
	}
	return units
}

// phrases are esbuild's common complaints, in Chinese; what is not among them stays as it is.
var phrases = []struct{ english, chinese string }{
	{`^Expected (.+) but found end of file$`, `此处应为 $1, 文件却已结束`},
	{`^Expected (.+) but found (.+)$`, `语法错误: 此处应为 $1, 却是 $2`},
	{`^Unexpected end of file.*$`, `语法错误: 文件没有写完`},
	{`^Unexpected (.+)$`, `语法错误: 此处不应有 $1`},
	{`^Unterminated (.+)$`, `语法错误: $1 没有结束`},
	{`^The symbol (".+") has already been declared$`, `$1 已经声明过`},
	{`^No matching export in "(.+)" for import "(.+)"$`, `"$1" 没有导出 "$2"`},
	{`^Cannot assign to .+ because it is a constant$`, `不能给常量赋值: $0`},
	{`^No loader is configured for "(.+)" files: (.+)$`, `不会读 $1 文件: $2; 可换成 .ts 或 .js, 或不在测试里导入它`},
	{`^Top-level await is .*$`, `不支持顶层 await: 请移入 beforeAll 或 async 函数`},
}

// translate says a message in the user's language, with what helps.
func translate(m api.Message) string {
	if name, is := strings.CutPrefix(m.Text, `Could not resolve "`); is {
		return "找不到模块 " + missing(strings.TrimSuffix(name, `"`), m.Notes)
	}
	for _, p := range phrases {
		if english := regexp.MustCompile(p.english); english.MatchString(m.Text) {
			return english.ReplaceAllString(m.Text, p.chinese)
		}
	}
	return m.Text
}

// frameworks are test runners of Node, whose API a test file has without an import.
var frameworks = []string{"vitest", "jest", "@jest/globals", "@playwright/test"}

// missing says how to get a module that was not found.
func missing(name string, notes []api.Note) string {
	for _, note := range notes {
		if strings.Contains(note.Text, "is built into node") {
			return fmt.Sprintf("'%s': '%[1]s' 是 Node 内置模块, 测试与页面一样不在 Node 里运行; 请去掉这个导入, 或安装同名的浏览器实现", name)
		}
		if _, near, is := strings.Cut(note.Text, "Use the relative path "); is {
			path, _, _ := strings.Cut(near, " ")
			return fmt.Sprintf("%q: 是否想写 %s?", name, path)
		}
	}
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "/") {
		return fmt.Sprintf("%q: 没有这个文件", name)
	}
	if slices.Contains(frameworks, name) {
		return fmt.Sprintf("%q: test、expect、fn 等在这里是全局的, 与浏览器一样不在 Node 里运行; 请去掉这个导入", name)
	}
	return fmt.Sprintf("%q: 请先安装它 (npm install %[1]s), 或检查 tsconfig.json 的 paths", name)
}
