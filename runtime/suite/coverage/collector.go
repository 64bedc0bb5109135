package coverage

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Collector adds up the lines of many scripts. Its methods may be called from any goroutine.
type Collector struct {
	// Skip says which sources do not count, such as the tests themselves; nil: none.
	Skip func(file string) bool

	mu    sync.Mutex
	lines map[line]int
}

// Add adds what Install's function gave after the script ran. A line that several statements share counts as the one that
// ran most.
func (c *Collector) Add(s *Script, counts []uint32) {
	most := make(map[line]int, len(counts))
	for i, n := range counts {
		if c.Skip != nil && c.Skip(s.lines[i].file) {
			continue
		}
		most[s.lines[i]] = max(most[s.lines[i]], int(n))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lines == nil {
		c.lines = map[line]int{}
	}
	for at, n := range most {
		c.lines[at] += n
	}
}

// File is what ran of a source.
type File struct {
	Path  string // as the source map has it: from the run's folder, with slashes
	Lines []Line // those that hold a statement, in their order
}

// Line is one line of a source and how often it ran.
type Line struct{ Number, Hits int }

// Hit is how many lines ran at least once.
func (f File) Hit() int {
	n := 0
	for _, l := range f.Lines {
		if l.Hits > 0 {
			n++
		}
	}
	return n
}

// Missed returns the ranges of lines that did not run; lines without a statement do not divide them. "3-7, 12"
func (f File) Missed() string {
	var ranges []string
	for i := 0; i < len(f.Lines); i++ {
		if f.Lines[i].Hits > 0 {
			continue
		}
		first := f.Lines[i].Number
		for i+1 < len(f.Lines) && f.Lines[i+1].Hits == 0 {
			i++
		}
		if f.Lines[i].Number == first {
			ranges = append(ranges, fmt.Sprint(first))
		} else {
			ranges = append(ranges, fmt.Sprintf("%d-%d", first, f.Lines[i].Number))
		}
	}
	return strings.Join(ranges, ", ")
}

// Files returns the sources that were loaded, sorted by their paths.
func (c *Collector) Files() []File {
	c.mu.Lock()
	defer c.mu.Unlock()
	var files []File
	for _, at := range slices.SortedFunc(maps.Keys(c.lines), func(a, b line) int {
		return cmp.Or(strings.Compare(a.file, b.file), a.number-b.number)
	}) {
		if len(files) == 0 || files[len(files)-1].Path != at.file {
			files = append(files, File{Path: at.file})
		}
		f := &files[len(files)-1]
		f.Lines = append(f.Lines, Line{at.number, c.lines[at]})
	}
	return files
}

// WriteLCOV writes the tracefile format of lcov, as genhtml and Codecov read it: lines only.
func (c *Collector) WriteLCOV(w io.Writer) error {
	var b strings.Builder
	for _, f := range c.Files() {
		fmt.Fprintf(&b, "TN:\nSF:%s\n", f.Path)
		for _, l := range f.Lines {
			fmt.Fprintf(&b, "DA:%d,%d\n", l.Number, l.Hits)
		}
		fmt.Fprintf(&b, "LF:%d\nLH:%d\nend_of_record\n", len(f.Lines), f.Hit())
	}
	_, err := io.WriteString(w, b.String())
	return err
}
