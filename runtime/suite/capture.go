package suite

import (
	"fmt"

	"qinghost/runtime/suite/report"
)

// Most that is kept of the console of one test.
const (
	mostLines = 1000
	mostBytes = 1 << 20
)

// capture keeps what a test and its page write to the console, up to a limit.
type capture struct {
	lines   []report.Line
	bytes   int
	dropped int
}

func (c *capture) add(level, text string) {
	if len(c.lines) >= mostLines || c.bytes+len(text) > mostBytes {
		c.dropped++
		return
	}
	c.lines = append(c.lines, report.Line{Level: level, Text: text})
	c.bytes += len(text)
}

// take returns the lines and begins anew; the last one says how many there is no room for.
func (c *capture) take() []report.Line {
	lines := c.lines
	if c.dropped > 0 {
		lines = append(lines, report.Line{Level: "warn", Text: fmt.Sprintf("… 另有 %d 行没有保留 (每个测试最多 %d 行、%d MiB)", c.dropped, mostLines, mostBytes>>20)})
	}
	*c = capture{}
	return lines
}
