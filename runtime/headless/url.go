package headless

import (
	"errors"
	"strconv"
	"strings"
)

// address is a URL record of the WHATWG URL standard. A part that may be absent has a flag for that, since an empty one is
// something else.
type address struct {
	scheme, username, password, host, port string
	opaque                                 string   // the path, when it has no segments: mailto:a@b
	segments                               []string // of the path
	query, fragment                        string
	hasHost, isOpaque, hasQuery, hasFrag   bool
}

var errURL = errors.New("不是有效的 URL")

// defaultPorts are those of the special schemes.
var defaultPorts = map[string]string{"http": "80", "https": "443", "ws": "80", "wss": "443", "ftp": "21", "file": ""}

func special(scheme string) bool {
	_, is := defaultPorts[scheme]
	return is
}

// parseAddress reads a URL, relative to base if there is one.
func parseAddress(text string, base *address) (*address, error) {
	text = strings.TrimFunc(text, func(c rune) bool { return c <= ' ' })
	text = strings.Map(func(c rune) rune {
		if c == '\t' || c == '\n' || c == '\r' {
			return -1
		}
		return c
	}, strings.ToValidUTF8(text, "\uFFFD"))
	u := &address{}
	scheme, rest := cutScheme(text)
	if scheme == "" {
		if base == nil {
			return nil, errURL
		}
		return u, u.relative(text, base)
	}
	u.scheme = scheme
	switch {
	case scheme == "file":
		if base != nil && base.scheme != "file" {
			base = nil
		}
		return u, u.file(rest, base)
	case special(scheme):
		if base != nil && base.scheme == scheme && !strings.HasPrefix(rest, "//") {
			return u, u.relative(rest, base)
		}
		return u, u.authority(strings.TrimLeft(rest, `/\`))
	case strings.HasPrefix(rest, "//"):
		return u, u.authority(rest[2:])
	case strings.HasPrefix(rest, "/"):
		u.pathQueryFragment(rest)
	default:
		u.isOpaque = true
		rest, fragment, hasFragment := strings.Cut(rest, "#")
		path, query, hasQuery := strings.Cut(rest, "?")
		u.opaque = escapeSet(opaquePath(path, hasQuery || hasFragment), c0Set)
		u.setQuery(query, hasQuery)
		u.setFragment(fragment, hasFragment)
	}
	return u, nil
}

// opaquePath keeps a trailing space of an opaque path from vanishing with what follows it.
func opaquePath(path string, followed bool) string {
	if followed && strings.HasSuffix(path, " ") {
		return path[:len(path)-1] + "%20"
	}
	return path
}

// cutScheme divides "scheme:rest"; the scheme is lower-cased, and empty when there is none.
func cutScheme(text string) (scheme, rest string) {
	for i, c := range []byte(text) {
		switch {
		case c == ':' && i > 0:
			return strings.ToLower(text[:i]), text[i+1:]
		case 'a' <= c|0x20 && c|0x20 <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return "", text
		}
	}
	return "", text
}

// slash says whether text begins with one; special schemes take a backslash for one as well.
func (u *address) slash(text string) bool {
	return text != "" && (text[0] == '/' || text[0] == '\\' && special(u.scheme))
}

// relative reads a reference without a scheme.
func (u *address) relative(text string, base *address) error {
	if base.isOpaque {
		if !strings.HasPrefix(text, "#") {
			return errURL
		}
		*u = *base
		u.setFragment(text[1:], true)
		return nil
	}
	u.scheme = base.scheme
	if u.scheme == "file" {
		return u.file(text, base)
	}
	if u.slash(text) {
		if u.slash(text[1:]) {
			if special(u.scheme) {
				return u.authority(strings.TrimLeft(text, `/\`))
			}
			return u.authority(text[2:])
		}
		u.takeHost(base)
		u.pathQueryFragment(text)
		return nil
	}
	u.takeHost(base)
	u.onBase(text, base)
	return nil
}

// takeHost takes over all before the path.
func (u *address) takeHost(base *address) {
	u.username, u.password, u.host, u.port, u.hasHost = base.username, base.password, base.host, base.port, base.hasHost
}

// onBase reads what follows a relative path's base.
func (u *address) onBase(text string, base *address) {
	u.segments = append([]string(nil), base.segments...)
	switch {
	case text == "" || text[0] == '#':
		u.query, u.hasQuery = base.query, base.hasQuery
		u.pathQueryFragment(text)
	case text[0] == '?':
		u.pathQueryFragment(text)
	default:
		u.shorten()
		u.pathQueryFragment(text)
	}
}

// authority reads user, host and port, and what follows them.
func (u *address) authority(text string) error {
	end := strings.IndexFunc(text, func(c rune) bool {
		return c == '/' || c == '?' || c == '#' || c == '\\' && special(u.scheme)
	})
	rest := ""
	if end >= 0 {
		text, rest = text[:end], text[end:]
	}
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		user, password, _ := strings.Cut(text[:at], ":")
		u.username, u.password = escapeSet(user, userSet), escapeSet(password, userSet)
		text = text[at+1:]
		if text == "" {
			return errURL
		}
	}
	host, port := cutPort(text)
	if host == "" && (special(u.scheme) || port != "" || u.username != "" || u.password != "" || strings.HasSuffix(text, ":")) {
		return errURL
	}
	var err error
	if u.host, err = parseHost(host, special(u.scheme)); err != nil {
		return err
	}
	u.hasHost = true
	if u.port, err = u.parsePort(port); err != nil {
		return err
	}
	u.pathQueryFragment(rest)
	return nil
}

// cutPort divides "host:port"; the brackets of an IPv6 address hide its colons.
func cutPort(text string) (host, port string) {
	from := strings.LastIndexByte(text, ']') + 1
	if !strings.HasPrefix(text, "[") {
		from = 0
	}
	if colon := strings.IndexByte(text[from:], ':'); colon >= 0 {
		return text[:from+colon], text[from+colon+1:]
	}
	return text, ""
}

func (u *address) parsePort(text string) (string, error) {
	n := 0
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return "", errURL
		}
		if n = n*10 + int(c-'0'); n > 0xffff {
			return "", errURL
		}
	}
	if text != "" {
		text = strconv.Itoa(n)
	}
	if text == defaultPorts[u.scheme] {
		return "", nil
	}
	return text, nil
}

// file reads what follows "file:".
func (u *address) file(text string, base *address) error {
	u.hasHost = true
	switch {
	case u.slash(text) && u.slash(text[1:]):
		text = text[2:]
		end := strings.IndexAny(text, `/\?#`)
		if end < 0 {
			end = len(text)
		}
		if host := text[:end]; !driveLetter(host) {
			var err error
			if u.host, err = parseHost(host, true); err != nil {
				return err
			}
			if u.host == "localhost" {
				u.host = ""
			}
			text = text[end:]
		}
		u.pathQueryFragment(text)
	case u.slash(text):
		if base != nil {
			u.host = base.host
			if !startsWithDrive(text[1:]) && len(base.segments) > 0 && normalDrive(base.segments[0]) {
				u.segments = []string{base.segments[0]}
			}
		}
		u.pathQueryFragment(text)
	case base != nil:
		u.host = base.host
		if startsWithDrive(text) {
			u.pathQueryFragment(text)
			return nil
		}
		u.onBase(text, base)
	default:
		u.pathQueryFragment(text)
	}
	return nil
}

// driveLetter says whether text is one of Windows', "C:" or "C|".
func driveLetter(text string) bool {
	return len(text) == 2 && 'a' <= text[0]|0x20 && text[0]|0x20 <= 'z' && (text[1] == ':' || text[1] == '|')
}

func normalDrive(text string) bool { return driveLetter(text) && text[1] == ':' }

func startsWithDrive(text string) bool {
	return len(text) >= 2 && driveLetter(text[:2]) && (len(text) == 2 || strings.IndexByte(`/\?#`, text[2]) >= 0)
}

// pathQueryFragment reads all behind the authority; the path's segments are added to those that are there.
func (u *address) pathQueryFragment(text string) {
	text, fragment, hasFragment := strings.Cut(text, "#")
	path, query, hasQuery := strings.Cut(text, "?")
	if path != "" || (special(u.scheme) && len(u.segments) == 0) {
		u.addPath(path)
	}
	if hasQuery {
		u.setQuery(query, true)
	}
	u.setFragment(fragment, hasFragment)
}

// addPath resolves the segments of a path onto those that are there.
func (u *address) addPath(path string) {
	if u.slash(path) {
		path = path[1:]
	} else if path == "" && !special(u.scheme) {
		return
	}
	for {
		end := strings.IndexFunc(path, func(c rune) bool { return c == '/' || c == '\\' && special(u.scheme) })
		last := end < 0
		segment := path
		if !last {
			segment, path = path[:end], path[end+1:]
		}
		switch strings.ReplaceAll(strings.ToLower(segment), "%2e", ".") {
		case "..":
			u.shorten()
			if last {
				u.segments = append(u.segments, "")
			}
		case ".":
			if last {
				u.segments = append(u.segments, "")
			}
		default:
			if u.scheme == "file" && len(u.segments) == 0 && driveLetter(segment) {
				segment = segment[:1] + ":"
			}
			u.segments = append(u.segments, escapeSet(segment, pathSet))
		}
		if last {
			return
		}
	}
}

// shorten drops the last segment, but never a drive.
func (u *address) shorten() {
	if u.scheme == "file" && len(u.segments) == 1 && normalDrive(u.segments[0]) {
		return
	}
	if len(u.segments) > 0 {
		u.segments = u.segments[:len(u.segments)-1]
	}
}

func (u *address) setQuery(query string, has bool) {
	set := querySet
	if special(u.scheme) {
		set = specialQuerySet
	}
	u.query, u.hasQuery = escapeSet(query, set), has
}

func (u *address) setFragment(fragment string, has bool) {
	u.fragment, u.hasFrag = escapeSet(fragment, fragmentSet), has
}

// path is the pathname.
func (u *address) path() string {
	if u.isOpaque {
		return u.opaque
	}
	if len(u.segments) == 0 {
		return ""
	}
	return "/" + strings.Join(u.segments, "/")
}

// origin is "null" for what is not special.
func (u *address) origin() string {
	switch u.scheme {
	case "http", "https", "ws", "wss", "ftp":
		return u.scheme + "://" + u.hostPort()
	case "blob":
		if inner, err := parseAddress(u.path(), nil); err == nil && (inner.scheme == "http" || inner.scheme == "https") {
			return inner.origin()
		}
	}
	return "null"
}

func (u *address) hostPort() string {
	if u.port == "" {
		return u.host
	}
	return u.host + ":" + u.port
}

func (u *address) search() string {
	if u.query == "" {
		return ""
	}
	return "?" + u.query
}

func (u *address) hash() string {
	if u.fragment == "" {
		return ""
	}
	return "#" + u.fragment
}

// String is the href.
func (u *address) String() string {
	text := u.withoutFragment()
	if u.hasFrag {
		text += "#" + u.fragment
	}
	return text
}

func (u *address) withoutFragment() string {
	var b strings.Builder
	b.WriteString(u.scheme + ":")
	if u.hasHost {
		b.WriteString("//")
		if u.username != "" || u.password != "" {
			b.WriteString(u.username)
			if u.password != "" {
				b.WriteString(":" + u.password)
			}
			b.WriteByte('@')
		}
		b.WriteString(u.hostPort())
	} else if !u.isOpaque && len(u.segments) > 1 && u.segments[0] == "" {
		b.WriteString("/.")
	}
	b.WriteString(u.path())
	if u.hasQuery {
		b.WriteString("?" + u.query)
	}
	return b.String()
}
