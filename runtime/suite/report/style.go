package report

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	textwidth "golang.org/x/text/width"
)

// A paint is the SGR parameters of a colour.
type paint string

const (
	bold   paint = "1"
	dim    paint = "2"
	red    paint = "31"
	green  paint = "32"
	yellow paint = "33"
	cyan   paint = "36"
)

// palette colours texts, or leaves them as they are.
type palette bool

func (p palette) in(c paint, text string) string {
	if !p || text == "" {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}

// escapes are the terminal's control sequences: CSI, OSC with its end, and the short ones.
var escapes = regexp.MustCompile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[ -/]*[0-~])|\u009b[0-?]*[ -/]*[@-~]")

// clean takes out what would drive a terminal: control sequences and characters but for line feeds and tabs.
func clean(text string) string {
	if strings.IndexFunc(text, driving) < 0 {
		return text
	}
	text = strings.ReplaceAll(escapes.ReplaceAllString(text, ""), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if driving(r) {
			return '\ufffd'
		}
		return r
	}, text)
}

func driving(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' || isBidi(r) }

// isBidi: embeddings, overrides and isolates can make a line read as another.
func isBidi(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }

// oneLine is clean text without line feeds and tabs.
func oneLine(text string) string { return strings.Join(strings.Fields(clean(text)), " ") }

// Columns is how many a plain text takes on a terminal: Chinese characters and emoji take two, marks none.
func Columns(text string) int {
	n := 0
	for _, r := range text {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	switch {
	case r < 0x300: // most text
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch textwidth.LookupRune(r).Kind() {
	case textwidth.EastAsianWide, textwidth.EastAsianFullwidth:
		return 2
	}
	return 1
}

// cut shortens a plain text to so many columns, its end replaced by "…".
func cut(text string, most int) string {
	if Columns(text) <= most {
		return text
	}
	n := 0
	for at, r := range text {
		if n += runeColumns(r); n > most-1 {
			return text[:at] + "…"
		}
	}
	return text
}

// pad fills a plain text with spaces up to so many columns.
func pad(text string, to int) string { return text + strings.Repeat(" ", max(0, to-Columns(text))) }

// indent puts spaces before each line that is not empty.
func indent(text string, by int) string {
	space := strings.Repeat(" ", by)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = space + line
		}
	}
	return strings.Join(lines, "\n")
}

// shorten cuts a long text for a line, by characters.
func shorten(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// took is a duration to read: "0.3 ms", "12 ms", "1.2 s", "2:05".
func took(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}

// place is "file:line:column", as far as it is known.
func place(file string, line, column int) string {
	switch {
	case line == 0:
		return file
	case column == 0:
		return fmt.Sprintf("%s:%d", file, line)
	}
	return fmt.Sprintf("%s:%d:%d", file, line, column)
}

// title is the titles of a test, outermost first, on one line.
func (t *Test) title() string {
	parts := make([]string, len(t.Path))
	for i, part := range t.Path {
		parts[i] = oneLine(part)
	}
	return strings.Join(parts, " › ")
}

// took is all attempts together.
func (r *Result) took() time.Duration {
	var sum time.Duration
	for _, a := range r.Attempts {
		sum += a.Took
	}
	return sum
}
