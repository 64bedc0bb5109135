package suite

import (
	"regexp"
	"strings"
)

// span is a call of test or describe in a source file, from its first line to its last.
type span struct{ from, to int }

func (s span) has(line int) bool { return s.from <= line && line <= s.to }

// definers are the calls that spans are made of.
var definers = regexp.MustCompile(`^(?:describe|test|it)\b`)

// spans finds the calls of test and describe in a source. It reads the text only as far as to tell code from strings and
// comments, which is enough for brackets; what it takes wrong costs a line filter its aim and nothing else.
func spans(source string) []span {
	code := blank(source)
	var found []span
	line := 1
	for i := 0; i < len(code); i++ {
		if code[i] == '\n' {
			line++
			continue
		}
		if i > 0 && (isWord(code[i-1]) || code[i-1] == '.') || !definers.MatchString(code[i:min(i+9, len(code))]) {
			continue
		}
		if end := callEnd(code, i); end > i {
			found = append(found, span{line, line + strings.Count(code[i:end], "\n")})
		}
	}
	return found
}

// callEnd returns where the call that begins with the name at i has ended: test(…), test.skip(…), test.each(…)(…).
func callEnd(code string, i int) int {
	end := -1
	for i < len(code) {
		switch c := code[i]; {
		case isWord(c) || c == '.':
			if end >= 0 && c != '.' {
				return end
			}
			i++
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '(' || c == '<': // a type argument, or the call itself
			close := matching(code, i)
			if close < 0 {
				return end
			}
			i = close + 1
			if c == '(' {
				end = i
			}
		default:
			return end
		}
	}
	return end
}

// matching returns the place of the bracket that closes the one at i; -1 without one.
func matching(code string, i int) int {
	opening := code[i]
	depth := 0
	for ; i < len(code); i++ {
		switch c := code[i]; {
		case opening == '<' && c == ';':
			return -1 // it was a comparison
		case opening == '<' && c == '<' || opening != '<' && strings.IndexByte("([{", c) >= 0:
			depth++
		case opening == '<' && c == '>' || opening != '<' && strings.IndexByte(")]}", c) >= 0:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// blank is the source with the inside of strings, templates, comments and regular expressions blanked; lines stay.
func blank(source string) string {
	out := []byte(source)
	var last byte       // the last character of code
	var templates []int // depths of braces at which a template goes on
	depth, i := 0, 0
	erase := func(to int) {
		for ; i < to && i < len(out); i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
	}
	quoted := func(from int, quote byte) int {
		for j := from; j < len(out); j++ {
			switch {
			case out[j] == '\\':
				j++
			case out[j] == quote || out[j] == '\n' && quote != '`':
				return j + 1
			case quote == '`' && out[j] == '$' && j+1 < len(out) && out[j+1] == '{':
				templates = append(templates, depth)
				depth++
				return j + 2
			}
		}
		return len(out)
	}
	for i < len(out) {
		c := out[i]
		rest := source[i:]
		switch {
		case strings.HasPrefix(rest, "//"):
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest)
			}
			erase(i + end)
			continue
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				end = len(rest)
			}
			erase(i + 2 + end + 2)
			continue
		case c == '\'' || c == '"' || c == '`':
			erase(quoted(i+1, c))
			last = '"'
			continue
		case c == '/' && (last == 0 || strings.IndexByte("(,=:[!&|?{};+-*%~^<>", last) >= 0):
			erase(regexpEnd(out, i+1))
			last = '"'
			continue
		case c == '{':
			depth++
		case c == '}':
			depth--
			if n := len(templates); n > 0 && templates[n-1] == depth {
				templates = templates[:n-1]
				erase(quoted(i+1, '`'))
				last = '"'
				continue
			}
		}
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			last = c
		}
		i++
	}
	return string(out)
}

// regexpEnd returns where a regular expression that began before i has ended.
func regexpEnd(text []byte, i int) int {
	class := false
	for ; i < len(text) && text[i] != '\n'; i++ {
		switch text[i] {
		case '\\':
			i++
		case '[':
			class = true
		case ']':
			class = false
		case '/':
			if !class {
				return i + 1
			}
		}
	}
	return i
}
