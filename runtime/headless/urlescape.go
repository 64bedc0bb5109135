package headless

import (
	"strings"
	"unicode/utf8"
)

// The percent-encode sets of the standard: what is encoded besides controls and all that is not ASCII.
const (
	c0Set           = ""
	fragmentSet     = " \"<>`"
	querySet        = " \"#<>"
	specialQuerySet = querySet + "'"
	pathSet         = querySet + "?^`{}"
	userSet         = pathSet + "/:;=@[\\]|"
)

const hexDigits = "0123456789ABCDEF"

// escapeSet percent-encodes what is in the set.
func escapeSet(text, set string) string {
	var b strings.Builder
	for i, c := range []byte(text) {
		if c <= 0x1f || c >= 0x7f || strings.IndexByte(set, c) >= 0 {
			if b.Len() == 0 {
				b.Grow(len(text) + 16)
				b.WriteString(text[:i])
			}
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		} else if b.Len() > 0 {
			b.WriteByte(c)
		}
	}
	if b.Len() == 0 {
		return text
	}
	return b.String()
}

// unescape decodes what is percent-encoded; a stray % stays.
func unescape(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			high, low := hexValue(text[i+1]), hexValue(text[i+2])
			if high >= 0 && low >= 0 {
				out = append(out, byte(high<<4|low))
				i += 2
				continue
			}
		}
		out = append(out, text[i])
	}
	return string(out)
}

func hexValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

func validText(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// formEscape encodes a name or value as application/x-www-form-urlencoded.
func formEscape(text string) string {
	var b strings.Builder
	for _, c := range []byte(validText(text)) {
		switch {
		case c == ' ':
			b.WriteByte('+')
		case '0' <= c && c <= '9', 'a' <= c|0x20 && c|0x20 <= 'z', c == '*', c == '-', c == '.', c == '_':
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
	return b.String()
}

func formUnescape(text string) string { return validText(unescape(strings.ReplaceAll(text, "+", " "))) }
