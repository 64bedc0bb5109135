package coverage

import (
	"fmt"
	"io"
	"strings"

	"qinghost/runtime/suite/report"
)

// WriteTable writes a row a source: its lines that ran, as a share, and those that did not; the whole last. width is the
// terminal's columns.
func (c *Collector) WriteTable(w io.Writer, width int, color bool) error {
	files := c.Files()
	if len(files) == 0 {
		_, err := io.WriteString(w, "覆盖率: 没有加载自己的源文件\n")
		return err
	}
	paint := func(hit, all int, text string) string {
		share := "31"
		switch {
		case !color:
			return text
		case hit*10 >= all*8:
			share = "32"
		case hit*10 >= all*5:
			share = "33"
		}
		return "\x1b[" + share + "m" + text + "\x1b[0m"
	}
	const whole = "全部"
	first := report.Columns(whole)
	for _, f := range files {
		first = max(first, report.Columns(f.Path))
	}
	first = min(first, max(20, width-40))
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %7s  %8s  %s\n", pad("文件", first), "% 行", "行", "未执行的行") // 行 takes two columns
	hit, all := 0, 0
	row := func(name string, hit, all int, missed string) {
		missed = cut(missed, max(8, width-first-22))
		line := fmt.Sprintf("%s  %s  %9s  %s", pad(cutStart(name, first), first), paint(hit, all, fmt.Sprintf("%8s", share(hit, all))), fmt.Sprintf("%d/%d", hit, all), missed)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	for _, f := range files {
		row(f.Path, f.Hit(), len(f.Lines), f.Missed())
		hit += f.Hit()
		all += len(f.Lines)
	}
	row(whole, hit, all, "")
	_, err := io.WriteString(w, b.String())
	return err
}

// share is rounded down: 100 is all.
func share(hit, all int) string {
	if all == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", float64(hit*1000/all)/10)
}

func pad(text string, to int) string {
	return text + strings.Repeat(" ", max(0, to-report.Columns(text)))
}

// cut shortens at the end, after a whole range of lines.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	text = text[:most-2]
	return text[:strings.LastIndexByte(text, ',')+1] + " …"
}

// cutStart shortens a path at its start: its end says more.
func cutStart(text string, most int) string {
	for report.Columns(text) > most {
		runes := []rune(strings.TrimPrefix(text, "…"))
		text = "…" + string(runes[1:])
	}
	return text
}
