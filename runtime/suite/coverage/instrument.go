// Package coverage counts which lines of the user's own sources ran. goja has no hook for that, so a counter is put before
// each statement of the script that is run, on the statement's own line: the lines of the script stay as they are.
//
// What counts as a line is one on which a statement begins, or the body of an arrow function that has no braces, or the
// value of a class's field. Function declarations and imports that esbuild drops are no statements. Sources in node_modules
// and qinghost's own are left out, and so is what no source map leads to. Files that were never loaded are in no report.
package coverage

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
)

// Script is an instrumented script. It does not change: all workers may use it.
type Script struct {
	Code string // each line with its counters
	Map  []byte // the source map of Code; nil where the script had none

	global   string // of the counters
	lines    []line // that each counter stands for
	inserted [][]insertion
}

// line is one of the user's sources.
type line struct {
	file   string
	number int // from 1
}

// insertion is text that was put into a line of the script.
type insertion struct {
	column int // byte of the line before which it stands, in the script as it was
	length int
	before int // length of all before it in the line
}

// Instrument puts counters into a classic script. sourceMap (version 3) leads to the user's files; without one the script is
// such a file itself, called name. Names are as the map has them, from the run's folder. The error is goja's, for a script
// that it cannot parse.
func Instrument(name, code string, sourceMap []byte) (*Script, error) {
	m, err := readMap(sourceMap)
	if err != nil {
		return nil, fmt.Errorf("覆盖率: %s 的 source map 读不懂: %w", name, err)
	}
	s, err := instrument(name, code, m, true)
	if err != nil {
		return nil, err
	}
	if _, err := parse(name, s.Code); err != nil { // the end of an expression was taken wrong: do without
		if s, err = instrument(name, code, m, false); err != nil {
			return nil, err
		}
		if _, err := parse(name, s.Code); err != nil {
			return nil, fmt.Errorf("覆盖率: 给 %s 加计数器后不再是合法的脚本 (qinghost 的错误): %w", name, err)
		}
	}
	return s, nil
}

func parse(name, code string) (*ast.Program, error) {
	return parser.ParseFile(nil, name, code, 0, parser.WithDisableSourceMaps)
}

func instrument(name, code string, m *sourceMap, wrap bool) (*Script, error) {
	program, err := parse(name, code)
	if err != nil {
		return nil, err
	}
	hash := fnv.New32a()
	fmt.Fprintf(hash, "%s\x00%s", name, code)
	s := &Script{global: fmt.Sprintf("__qc%08x", hash.Sum32())}
	w := &walker{text: blank(code, program), starts: lineStarts(code), wrap: wrap, script: s}
	units := utf16Units(code)
	w.source = func(from, to int) (line, bool) {
		number := w.line(from)
		if m == nil {
			return line{clean(name), number + 1}, true
		}
		start := units[w.starts[number]]
		return m.lookup(number, units[from]-start, units[to]-start)
	}
	w.list(program.Body, true, line{})
	slices.SortStableFunc(w.puts, func(a, b put) int { return a.at - b.at })

	var b strings.Builder
	s.inserted = make([][]insertion, len(w.starts))
	done := 0
	for _, p := range w.puts {
		b.WriteString(code[done:p.at])
		b.WriteString(p.text)
		done = p.at
		in := &s.inserted[w.line(p.at)]
		i := insertion{column: p.at - w.starts[w.line(p.at)], length: len(p.text)}
		if n := len(*in); n > 0 {
			i.before = (*in)[n-1].before + (*in)[n-1].length
		}
		*in = append(*in, i)
	}
	b.WriteString(code[done:])
	s.Code = b.String()
	if m != nil {
		s.Map = m.shifted(func(number, column int) int { // ASCII was put in: as long in UTF-16 as in bytes
			if number >= len(w.starts) || len(s.inserted[number]) == 0 {
				return column
			}
			start := w.starts[number]
			at := sort.Search(len(code)-start, func(i int) bool { return units[start+i]-units[start] >= column })
			return column + s.before(number, at)
		})
	}
	return s, nil
}

// before is how much was put into a line of the script (from 0) up to a byte of it.
func (s *Script) before(number, column int) int {
	in := s.inserted[number]
	n := sort.Search(len(in), func(n int) bool { return in[n].column > column })
	if n == 0 {
		return 0
	}
	return in[n-1].before + in[n-1].length
}

// Original returns where a place of Code was in the script: line and column from 1, in bytes, as goja's positions are. What
// was put in belongs to what it stands before.
func (s *Script) Original(number, column int) (int, int) {
	if number < 1 || number > len(s.inserted) {
		return number, column
	}
	in := s.inserted[number-1]
	n := sort.Search(len(in), func(n int) bool { return in[n].column+in[n].before >= column }) - 1
	if n < 0 {
		return number, column
	}
	return number, max(column-in[n].before-in[n].length, in[n].column+1)
}

// Install gives a runtime the counters; it comes before Code runs there. What it returns reads them, when nothing runs.
func (s *Script) Install(rt *goja.Runtime) (counts func() []uint32, err error) {
	memory := make([]byte, 4*len(s.lines))
	array, err := rt.New(rt.Get("Uint32Array"), rt.ToValue(rt.NewArrayBuffer(memory)))
	if err != nil {
		return nil, err
	}
	err = rt.GlobalObject().DefineDataProperty(s.global, array, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	return func() []uint32 {
		counts := make([]uint32, len(s.lines))
		for i := range counts {
			counts[i] = binary.NativeEndian.Uint32(memory[4*i:])
		}
		return counts
	}, err
}

// own says whether a source is the user's.
func own(file string) bool {
	return file != "" && !strings.HasPrefix(file, "qinghost:") && !strings.Contains("/"+file, "/node_modules/")
}

// clean is a source's name with slashes and without "./".
func clean(file string) string {
	if file == "" || strings.Contains(file, ":") {
		return file
	}
	return path.Clean(strings.ReplaceAll(file, `\`, "/"))
}
