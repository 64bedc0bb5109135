// How a tag is read: the attribute states of the HTML standard, as few as it takes to find the end of a tag and of each of
// its attributes.

package browser

import "bytes"

// tagState is where in a tag a byte stands.
type tagState byte

const (
	tagName tagState = iota
	beforeAttr
	attrName
	afterAttr
	beforeValue
	inDouble
	inSingle
	inBare
	tagEnded
)

// next returns the state after c.
func (s tagState) next(c byte) tagState {
	switch s {
	case inDouble:
		if c == '"' {
			return beforeAttr
		}
		return s
	case inSingle:
		if c == '\'' {
			return beforeAttr
		}
		return s
	}
	if c == '>' {
		return tagEnded
	}
	blank := isBlank(c)
	switch s {
	case tagName:
		if blank || c == '/' {
			return beforeAttr
		}
	case beforeAttr:
		if !blank && c != '/' {
			return attrName // also '=', which begins a name here
		}
	case attrName, afterAttr:
		switch {
		case blank:
			return afterAttr
		case c == '/':
			return beforeAttr
		case c == '=':
			return beforeValue
		}
		return attrName
	case beforeValue:
		switch {
		case c == '"':
			return inDouble
		case c == '\'':
			return inSingle
		case !blank:
			return inBare
		}
	case inBare:
		if blank {
			return beforeAttr
		}
	}
	return s
}

// scanTag reads b from state s up to the end of the tag or of b, and returns how far it came and the state there.
func scanTag(b []byte, s tagState) (int, tagState) {
	if s == tagName { // without quotes, as most are, the next > is the end
		if i := bytes.IndexByte(b, '>'); i >= 0 && bytes.IndexByte(b[:i], '"') < 0 && bytes.IndexByte(b[:i], '\'') < 0 {
			return i + 1, tagEnded
		}
	}
	for i := 0; i < len(b); i++ {
		quote := byte('"')
		switch s {
		case inSingle:
			quote = '\''
			fallthrough
		case inDouble:
			n := bytes.IndexByte(b[i:], quote)
			if n < 0 {
				return len(b), s
			}
			i += n
		}
		if s = s.next(b[i]); s == tagEnded {
			return i + 1, s
		}
	}
	return len(b), s
}

// tagEnd returns the length of the tag at the start of b, -1 when b ends before it.
func tagEnd(b []byte) int {
	n, s := scanTag(b[1:], tagName)
	if s != tagEnded {
		return -1
	}
	return n + 1
}

func isBlank(c byte) bool  { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }
func isLetter(c byte) bool { c = lower(c); return c >= 'a' && c <= 'z' }
func endsName(c byte) bool { return isBlank(c) || c == '/' || c == '>' }

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

func hasPrefixFold(b []byte, lowerCase string) bool {
	if len(b) < len(lowerCase) {
		return false
	}
	for i := range len(lowerCase) {
		if lower(b[i]) != lowerCase[i] {
			return false
		}
	}
	return true
}
