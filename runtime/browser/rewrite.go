// The streaming half of the injection: an HTML document goes in as chunks and comes out with our script, relaxed meta
// policies and the vendor's library addresses led to us; every other byte stays as it was. x/net/html serves the tests as
// the oracle but not this code: its tokenizer holds back text until the next tag comes and reads every byte of the page.

package browser

import (
	"bytes"
)

// libraryPath is where the page library is served.
const libraryPath = "/__qinghost/qing.js"

// startPath is where the script stands that is injected into pages with a library of their own.
const startPath = "/__qinghost/start.js"

// maxHeldTag is how much of a tag that may need editing is held back until its end is seen; a longer one passes as it is.
const maxHeldTag = 64 << 10

// part is where in the document the rewriter stands.
type part byte

const (
	inText    part = iota
	inComment      // up to -->
	inBogus        // <!doctype …>, <?xml …>, </3>: up to the next >
	inTag          // up to a > that is not quoted
	inRaw          // script, style, title …: up to their end tag
)

// rewriter edits one document. Everything it looks for is ASCII, and in GBK, Big5 and Shift-JIS no byte of a longer
// character is '<', '>', a quote or '-', so it needs no charset.
type rewriter struct {
	injector
	wsOrigin string

	placed bool // our tag stands, or there is none
	part   part // where b[pos] is
	state  tagState
	head   bool   // the tag that is being read is <head>
	raw    string // the element whose text is, or will be after this tag, inRaw

	held      []byte // read but not understood: at most an unfinished tag
	b, out    []byte // the bytes of this feed and what becomes of them
	done, pos int    // b[:done] is in out, b[:pos] is understood
}

// feed appends to dst what the next chunk settles; last says that no other follows.
func (rw *rewriter) feed(dst, chunk []byte, last bool) []byte {
	rw.b, rw.out, rw.done, rw.pos = chunk, dst, 0, 0
	if len(rw.held) > 0 {
		rw.held = append(rw.held, chunk...)
		rw.b = rw.held
	}
	if len(rw.tag) == 0 {
		rw.placed = true
	}
	end := len(rw.b)
	if last {
		end = lastEdit(rw.b)
	}
	for rw.pos < len(rw.b) && (rw.pos <= end || !rw.placed) && rw.step() {
	}
	if last {
		rw.place() // nothing but blanks and comments
		rw.pos = len(rw.b)
	}
	rw.replace(rw.pos, rw.pos, nil)
	rw.held = append(rw.held[:0], rw.b[rw.pos:]...)
	dst, rw.b, rw.out = rw.out, nil, nil
	return dst
}

// replace puts text in the place of b[from:to].
func (rw *rewriter) replace(from, to int, text []byte) {
	rw.out = append(rw.out, rw.b[rw.done:from]...)
	rw.out = append(rw.out, text...)
	rw.done = to
}

// place puts our tag here, unless it stands already.
func (rw *rewriter) place() {
	if !rw.placed {
		rw.placed = true
		rw.replace(rw.pos, rw.pos, rw.tag)
	}
}

// step understands some bytes; false when it takes more of them to go on.
func (rw *rewriter) step() bool {
	b := rw.b[rw.pos:]
	switch rw.part {
	case inComment:
		return rw.comment(b)
	case inBogus:
		i := bytes.IndexByte(b, '>')
		if i < 0 {
			i = len(b) - 1
		} else {
			rw.part = inText
		}
		rw.pos += i + 1
		return true
	case inTag:
		return rw.inside(b)
	case inRaw:
		return rw.rawText(b)
	}
	return rw.text(b)
}

// text goes to the next markup. The first thing that is neither blank nor comment, doctype, <html> or <head> makes a
// browser open the head by itself: our tag goes before it, and never before the doctype (quirks mode).
func (rw *rewriter) text(b []byte) bool {
	i := bytes.IndexByte(b, '<')
	if !rw.placed {
		if blank := len(b) - len(bytes.TrimLeft(b, " \t\r\n\f")); blank != i && blank < len(b) {
			rw.pos += blank
			rw.place()
			return true
		}
	}
	if i < 0 {
		rw.pos = len(rw.b)
		return true
	}
	rw.pos += i
	b = b[i:]
	switch {
	case len(b) < 2:
		return false
	case isLetter(b[1]):
		return rw.startTag(b)
	case b[1] == '!':
		return rw.declaration(b)
	case b[1] == '?':
		rw.part = inBogus
	case b[1] == '/':
		if len(b) < 3 {
			return false
		}
		rw.part = inBogus
		if isLetter(b[2]) {
			rw.place()
			rw.enterTag()
		}
	default: // a '<' that is text
		rw.place()
		rw.pos++
		return true
	}
	rw.pos += 2
	return true
}

// declaration is at "<!".
func (rw *rewriter) declaration(b []byte) bool {
	const open = "<!--"
	switch {
	case len(b) < len(open) && bytes.HasPrefix([]byte(open), b):
		return false
	case !bytes.HasPrefix(b, []byte(open)):
		rw.part = inBogus
		rw.pos += 2
	case len(b) > 4 && b[4] == '>': // <!--> is a whole comment
		rw.pos += 5
	case len(b) < 6:
		return false
	case b[4] == '-' && b[5] == '>': // so is <!--->
		rw.pos += 6
	default:
		rw.part = inComment
		rw.pos += 4
	}
	return true
}

// comment goes to --> or --!>.
func (rw *rewriter) comment(b []byte) bool {
	for from := 0; ; from++ {
		i := bytes.Index(b[from:], []byte("--"))
		if i < 0 {
			rw.pos += len(b)
			if b[len(b)-1] == '-' {
				rw.pos--
				return false
			}
			return true
		}
		from += i
		switch rest := b[from+2:]; {
		case bytes.HasPrefix(rest, []byte(">")):
			rw.part = inText
			rw.pos += from + 3
			return true
		case bytes.HasPrefix(rest, []byte("!>")):
			rw.part = inText
			rw.pos += from + 4
			return true
		case len(rest) == 0 || len(rest) == 1 && rest[0] == '!':
			rw.pos += from
			return false
		}
	}
}

// startTag is at '<' and a letter. Tags that may need editing are held until they are whole; others pass piece by piece.
func (rw *rewriter) startTag(b []byte) bool {
	const longest = len("noframes")
	var buf [longest]byte
	n := 0
	for ; n+1 < len(b) && n < longest && !endsName(b[n+1]); n++ {
		buf[n] = lower(b[n+1])
	}
	if n+1 == len(b) {
		return false
	}
	name := buf[:n]
	if !endsName(b[n+1]) {
		name = nil // longer than any that matters
	}
	if !rw.placed && string(name) != "html" && string(name) != "head" {
		rw.place()
	}
	switch string(name) {
	case "head":
		rw.head = true
	case "script", "meta":
		end := tagEnd(b)
		if end < 0 && len(b) < maxHeldTag {
			return false
		}
		if name[0] == 's' {
			rw.raw = "script"
		}
		if end > 0 {
			if edited := rw.edit(string(name), b[:end]); edited != nil {
				rw.replace(rw.pos, rw.pos+end, edited)
				rw.pos += end
				rw.leaveTag()
				return true
			}
		}
	case "style", "title", "textarea", "noscript", "iframe", "noembed", "noframes", "xmp":
		rw.raw = string(name) // noscript too: where our script runs, so do all
	}
	rw.enterTag()
	rw.pos++
	return true
}

// leaveTag is behind a '>'.
func (rw *rewriter) leaveTag() {
	rw.part = inText
	if rw.head {
		rw.head = false
		rw.place()
	}
	if rw.raw != "" {
		rw.part = inRaw
	}
}

func (rw *rewriter) enterTag() { rw.part, rw.state = inTag, tagName }

// inside goes to the end of the tag.
func (rw *rewriter) inside(b []byte) bool {
	i, state := scanTag(b, rw.state)
	rw.state = state
	rw.pos += i
	if state == tagEnded {
		rw.leaveTag()
	}
	return true
}

// rawText goes to the end tag of the raw element, which text then reads.
func (rw *rewriter) rawText(b []byte) bool {
	for from := 0; ; from += 2 {
		i := bytes.Index(b[from:], []byte("</"))
		if i < 0 {
			rw.pos += len(b)
			if b[len(b)-1] == '<' {
				rw.pos--
				return false
			}
			return true
		}
		from += i
		rest := b[from+2:]
		if len(rest) <= len(rw.raw) {
			if hasPrefixFold(rest, rw.raw[:len(rest)]) {
				rw.pos += from
				return false
			}
		} else if hasPrefixFold(rest, rw.raw) && endsName(rest[len(rw.raw)]) {
			rw.part, rw.raw = inText, ""
			rw.pos += from
			return true
		}
	}
}
