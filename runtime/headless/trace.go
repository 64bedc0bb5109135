package headless

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"

	"github.com/go-sourcemap/sourcemap"
	"golang.org/x/text/width"
)

// Place is where a function was called, or threw.
type Place struct {
	Func   string // empty at the top of a script, and for functions without a name
	File   string // empty for native functions
	Line   int    // from 1
	Column int    // from 1, in UTF-16 units as JavaScript counts
}

// String returns the place as a stack shows it: "at fn (file:line:column)".
func (p Place) String() string {
	at := fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	if p.File == "" {
		at = "native"
	}
	if p.Func == "" {
		return "at " + at
	}
	return "at " + p.Func + " (" + at + ")"
}

// ours is how the names of scripts begin that are not the user's.
const ours = "qinghost:"

// own says whether the place is in code that the user wrote.
func (p Place) own() bool {
	return p.File != "" && !strings.HasPrefix(p.File, ours) && !strings.Contains(p.File, "node_modules/")
}

// maps are the scripts of a page, for their source maps, which are read when a stack first needs them.
type maps struct {
	mu      sync.Mutex
	scripts map[string]*mapped
}

type mapped struct {
	code string
	read func() *sourcemap.Consumer
}

func (m *maps) add(s Script) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.scripts == nil {
		m.scripts = map[string]*mapped{}
	}
	m.scripts[s.Name] = &mapped{s.Code, sync.OnceValue(func() *sourcemap.Consumer {
		if len(s.Map) == 0 {
			return nil
		}
		consumer, err := sourcemap.Parse("", s.Map)
		if err != nil {
			return nil // then the stack shows what ran
		}
		return consumer
	})}
}

// trace reads a stack; lines that are no frames are passed over.
func (m *maps) trace(stack string) []Place {
	var places []Place
	for line := range strings.Lines(stack) {
		if at, is := frame(strings.TrimSpace(line)); is {
			places = append(places, m.origin(at))
		}
	}
	return places
}

// frame reads a line of a stack as goja writes it: "at fn (file:line:column(pc))", without a function's name
// "at file:line:column(pc)", or "at fn (native)". It is no regular expression because every test's place takes it.
func frame(line string) (at Place, is bool) {
	where, is := strings.CutPrefix(line, "at ")
	if !is {
		return at, false
	}
	if i := strings.LastIndex(where, " ("); i >= 0 && strings.HasSuffix(where, ")") {
		at.Func, where = where[:i], where[i+2:len(where)-1]
	}
	if where == "native" {
		return at, true
	}
	if i := strings.LastIndexByte(where, '('); i >= 0 && strings.HasSuffix(where, ")") {
		where = where[:i]
	}
	for _, number := range []*int{&at.Column, &at.Line} {
		i := strings.LastIndexByte(where, ':')
		if i < 1 {
			return at, false
		}
		n, err := strconv.ParseUint(where[i+1:], 10, 31)
		if err != nil {
			return at, false
		}
		*number, where = int(n), where[:i]
	}
	at.File = where
	return at, true
}

// origin maps a place of goja's, whose columns are bytes.
func (m *maps) origin(at Place) Place {
	m.mu.Lock()
	script := m.scripts[at.File]
	m.mu.Unlock()
	if script == nil {
		return at
	}
	at.Column = utf16Column(script.code, at.Line, at.Column)
	consumer := script.read()
	if consumer == nil {
		return at
	}
	// What stands before the first mapping, such as the word function, belongs to it.
	end := len(lineOf(script.code, at.Line))
	for column := at.Column - 1; column <= end; column++ {
		if file, _, line, column, ok := consumer.Source(at.Line, column); ok && file != "" {
			return Place{at.Func, file, line, column + 1}
		}
	}
	return at
}

// utf16Column turns a column in bytes into one in UTF-16 units.
func utf16Column(code string, line, column int) int {
	units := 1
	for i, c := range lineOf(code, line) {
		if i >= column-1 {
			break
		}
		units += utf16.RuneLen(c)
	}
	return units
}

// lineOf returns a line of a text, from 1, without its end; empty when there is none of that number.
func lineOf(text string, line int) string {
	for ; line > 1; line-- {
		_, rest, found := strings.Cut(text, "\n")
		if !found {
			return ""
		}
		text = rest
	}
	text, _, _ = strings.Cut(text, "\n")
	return strings.TrimSuffix(text, "\r")
}

// Frame shows a place in a source with two lines before and after, and a caret under the character at the column, which
// counts from 1 in UTF-16 units. Chinese characters are two cells wide. It is empty when the source has no such line.
func Frame(source string, line, column int) string {
	lines := strings.Split(source, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	first, last := max(line-2, 1), min(line+2, len(lines))
	digits := len(strconv.Itoa(last))
	var b strings.Builder
	for n := first; n <= last; n++ {
		text := strings.TrimSuffix(lines[n-1], "\r")
		mark := " "
		if n == line {
			mark = ">"
		}
		b.WriteString(strings.TrimRight(fmt.Sprintf("%s %*d | %s", mark, digits, n, text), " ") + "\n")
		if n == line && column > 0 {
			fmt.Fprintf(&b, "  %*s | %s^\n", digits, "", blank(text, column))
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// blank returns white space that is as wide as what stands before a column.
func blank(text string, column int) string {
	var b strings.Builder
	units := 1
	for _, c := range text {
		if units >= column {
			break
		}
		units += utf16.RuneLen(c)
		switch kind := width.LookupRune(c).Kind(); {
		case c == '\t':
			b.WriteByte('\t') // as wide as the one above
		case unicode.In(c, unicode.Mn, unicode.Me, unicode.Cf): // stands on another's place
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			b.WriteString("  ")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}
