// The tags that are edited: meta policies and the vendor's library.

package browser

import (
	"bytes"
	"html"
	"net/url"
	"path"
	"strings"
)

// lastEdit returns where the last tag begins that may have to be edited, -1 without any: behind it nothing needs to be
// understood. Most pages have none in their body.
func lastEdit(b []byte) int {
	vendor := bytes.Contains(b, []byte("yunzhijia")) || bytes.Contains(b, []byte("kdweibo"))
	end := -1
	for i := 0; ; i++ {
		n := bytes.IndexByte(b[i:], '<')
		if n < 0 || i+n+1 == len(b) {
			return end
		}
		i += n
		switch b[i+1] | 0x20 { // lower case, where it matters: this loop sees every tag
		case 'm':
			if hasPrefixFold(b[i+1:], "meta") {
				end = i
			}
		case 's':
			if vendor && hasPrefixFold(b[i+1:], "script") {
				end = i
			}
		}
	}
}

// edit returns what a whole <script> or <meta> tag becomes, nil when it stays.
func (rw *rewriter) edit(name string, tag []byte) []byte {
	if name == "meta" {
		return rw.editMeta(tag)
	}
	return rw.editScript(tag)
}

func (rw *rewriter) editScript(tag []byte) []byte {
	attrs := attributes(tag)
	if src := find(attrs, "src"); src == nil || !isVendorLibrary(src.value) {
		return nil
	}
	var out []byte
	last := 0
	for _, a := range attrs {
		switch a.name {
		case "src":
			out = append(out, tag[last:a.start]...)
			out = append(out, `src="`+libraryPath+`"`...)
			if rw.nonce != "" && find(attrs, "nonce") == nil {
				out = append(out, ` nonce="`+rw.nonce+`"`...) // the page's policy may allow the vendor's host only
			}
			last = a.end
		case "integrity", "crossorigin": // they fit the vendor's bytes, not ours
			out = append(out, tag[last:a.start]...)
			last = a.end
		}
	}
	return append(out, tag[last:]...)
}

func (rw *rewriter) editMeta(tag []byte) []byte {
	attrs := attributes(tag)
	equiv, content := find(attrs, "http-equiv"), find(attrs, "content")
	if equiv == nil || content == nil || !strings.EqualFold(strings.TrimSpace(equiv.value), "content-security-policy") {
		return nil
	}
	policy := relaxCSP(content.value, rw.nonce, rw.wsOrigin)
	policy = strings.NewReplacer("&", "&amp;", `"`, "&quot;").Replace(policy)
	out := append([]byte(nil), tag[:content.start]...)
	out = append(out, `content="`+policy+`"`...)
	return append(out, tag[content.end:]...)
}

// isVendorLibrary tells whether src is one of the addresses from which the vendor has served its page library.
func isVendorLibrary(src string) bool {
	u, err := url.Parse(strings.TrimSpace(src))
	if err != nil {
		return false
	}
	switch u.Hostname() {
	case "static.yunzhijia.com", "do.yunzhijia.com", "im.kdweibo.com", "www.yunzhijia.com":
	default:
		return false
	}
	return isLibraryName(path.Base(u.Path))
}

// isLibraryName tells whether a file is called as the vendor has called its page library.
func isLibraryName(name string) bool {
	switch strings.ToLower(name) {
	case "qing.js", "qingjs.js", "qing.min.js", "qingjs.min.js", "cloudhub.js", "cloudhub.min.js":
		return true
	}
	return false
}

// attr is one attribute: its name in lower case, its value without quotes and entities, and where it stands in the tag.
type attr struct {
	name, value string
	start, end  int
}

// find returns the first attribute of that name: the one that counts.
func find(attrs []attr, name string) *attr {
	for i := range attrs {
		if attrs[i].name == name {
			return &attrs[i]
		}
	}
	return nil
}

// attributes lists the attributes of a whole tag.
func attributes(tag []byte) []attr {
	var all []attr
	var a *attr
	value := 0
	state := tagName
	for i := 1; i < len(tag); i++ {
		next := state.next(tag[i])
		if next == state {
			continue
		}
		switch state {
		case attrName:
			a.name, a.end = strings.ToLower(string(tag[a.start:i])), i
		case beforeValue:
			value, a.end = i, i
		case inDouble, inSingle:
			a.value, a.end = html.UnescapeString(string(tag[value+1:i])), i+1
		case inBare:
			a.value, a.end = html.UnescapeString(string(tag[value:i])), i
		}
		if next == attrName {
			all = append(all, attr{start: i})
			a = &all[len(all)-1]
		}
		state = next
	}
	return all
}
