// The app as files in a folder.

package browser

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"unicode/utf8"
)

// staticHandler serves the files below dir and nothing outside it, whatever the path or a symbolic link says. The result
// is an io.Closer as well.
func staticHandler(dir string) (*staticFiles, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &staticFiles{root: root}, nil
}

// staticFiles is the handler that staticHandler returns.
type staticFiles struct{ root *os.Root }

// Close gives up the folder.
func (s *staticFiles) Close() error { return s.root.Close() }

func (s *staticFiles) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "只支持 GET 和 HEAD：文件夹不会处理 "+r.Method+"。Only GET and HEAD: files do not take "+r.Method+".", http.StatusMethodNotAllowed)
		return
	}
	clean := path.Clean("/" + r.URL.Path)
	name := strings.TrimPrefix(clean, "/")
	if name == "" {
		name = "."
	}
	folder := strings.HasSuffix(r.URL.Path, "/") || r.URL.Path == ""
	if !hidden(name) {
		info, err := s.root.Stat(name)
		switch {
		case err == nil && info.IsDir() && !folder:
			// By hand and not for ever: http.Redirect would turn //host into another host, and 301 outlives the project.
			w.Header().Set("Location", (&url.URL{Path: clean + "/", RawQuery: r.URL.RawQuery}).String())
			w.WriteHeader(http.StatusFound)
			return
		case err == nil && info.IsDir() && s.serve(w, r, path.Join(name, "index.html")):
			return
		case err == nil && !folder && s.serve(w, r, name):
			return
		}
	}
	// History mode: the page's own router knows this address.
	if !strings.Contains(path.Base(clean), ".") && wantsHTML(r) && s.serve(w, r, "index.html") {
		return
	}
	s.notFound(w, r, name)
}

func wantsHTML(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }

// hidden tells whether name is, or is below, a dotfile (.git, .env …) or a name that only Windows reads as a path.
func hidden(name string) bool {
	if strings.ContainsAny(name, "\\\x00") {
		return true
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") && part != "." && part != ".well-known" {
			return true
		}
	}
	return false
}

// serve answers with the file; false when there is none.
func (s *staticFiles) serve(w http.ResponseWriter, r *http.Request, name string) bool {
	info, err := s.root.Stat(name)
	if err != nil || !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return false
	}
	f, err := s.root.Open(name)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // only read
	contentType, err := typeOf(name, f)
	if err != nil {
		return false
	}
	w.Header().Set("Content-Type", contentType)
	http.ServeContent(w, r, "", info.ModTime(), f)
	return true
}

// types are the MIME types of the web, which the system's table may lack or know wrongly (Windows: .js as text/plain).
var types = map[string]string{
	".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".css": "text/css",
	".js": "text/javascript", ".mjs": "text/javascript", ".cjs": "text/javascript",
	".json": "application/json", ".map": "application/json", ".webmanifest": "application/manifest+json",
	".xml": "text/xml", ".txt": "text/plain", ".md": "text/markdown", ".csv": "text/csv", ".vtt": "text/vtt",
	".wasm": "application/wasm", ".pdf": "application/pdf", ".zip": "application/zip",
	".svg": "image/svg+xml", ".png": "image/png", ".apng": "image/apng", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
	".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif", ".ico": "image/x-icon", ".bmp": "image/bmp",
	".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf", ".eot": "application/vnd.ms-fontobject",
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".wav": "audio/wav", ".ogg": "audio/ogg", ".amr": "audio/amr",
	".mp4": "video/mp4", ".webm": "video/webm", ".mov": "video/quicktime", ".m3u8": "application/vnd.apple.mpegurl", ".ts": "video/mp2t",
}

// typeOf is the file's type. Text that is UTF-8 says so; for other text a charset here would overrule the one that the
// page declares itself (GBK in a meta element).
func typeOf(name string, f io.ReadSeeker) (string, error) {
	t := types[strings.ToLower(path.Ext(name))]
	if t == "" {
		var start [512]byte
		n, err := io.ReadFull(f, start[:])
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return "", err
		}
		t, _, _ = strings.Cut(http.DetectContentType(start[:n]), ";")
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return "", err
		}
	}
	if strings.HasPrefix(t, "text/") || t == "image/svg+xml" || t == "application/json" {
		valid, err := isUTF8(f)
		if err != nil {
			return "", err
		}
		if valid {
			t += "; charset=utf-8"
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return "", err
		}
	}
	return t, nil
}

// isUTF8 reads r to its end.
func isUTF8(r io.Reader) (bool, error) {
	buf := make([]byte, 64<<10)
	kept := 0 // bytes of a character that the last read cut in two
	for {
		n, err := r.Read(buf[kept:])
		b := buf[:kept+n]
		whole := len(b)
		for i := len(b) - 1; i >= 0 && i >= len(b)-utf8.UTFMax; i-- {
			if utf8.RuneStart(b[i]) {
				if !utf8.FullRune(b[i:]) {
					whole = i
				}
				break
			}
		}
		switch {
		case !utf8.Valid(b[:whole]):
			return false, nil
		case err == io.EOF:
			return whole == len(b), nil
		case err != nil:
			return false, err
		}
		kept = copy(buf, b[whole:])
	}
}

// notFound says what was looked for and what there is.
func (s *staticFiles) notFound(w http.ResponseWriter, r *http.Request, name string) {
	if !wantsHTML(r) {
		http.Error(w, fmt.Sprintf("没有这个文件 (no such file): %s", name), http.StatusNotFound)
		return
	}
	looked := name
	dir, err := []fs.DirEntry(nil), fs.ErrNotExist
	if !hidden(name) {
		dir, err = fs.ReadDir(s.root.FS(), name)
	}
	n := notice{Title: "没有这个文件", TitleEN: "No such file"}
	if err == nil { // a folder, only without a start page
		looked = path.Join(name, "index.html")
		n = notice{Title: "这个文件夹里没有 index.html", TitleEN: "This folder has no index.html"}
	} else {
		dir, _ = fs.ReadDir(s.root.FS(), ".") // unreadable: then nothing is listed
	}
	n.Lines = []string{"找过的文件：" + s.root.Name() + " → " + looked}
	n.LinesEN = []string{"Looked for " + looked + " in " + s.root.Name() + "."}
	if _, err := s.root.Stat(looked); err != nil && !errors.Is(err, fs.ErrNotExist) && !hidden(looked) {
		n.Lines = append(n.Lines, "原因："+err.Error()+"（指向文件夹外的链接不会被读取）")
		n.LinesEN = append(n.LinesEN, "Reason: "+err.Error()+" (links that lead out of the folder are not followed).")
	}
	n.Lines = append(n.Lines, "请检查文件名的拼写和大小写，或把 qinghost preview 指向含有 index.html 的文件夹（打包的项目通常是 dist）。")
	n.LinesEN = append(n.LinesEN, "Check the name's spelling and case, or give qinghost preview the folder that holds index.html (dist, in projects that are built).")

	base := "/"
	if err == nil && name != "." {
		base = "/" + name + "/"
	}
	n.list(base, dir)
	n.show(w, r, http.StatusNotFound)
}

// list adds the folder's entries.
func (n *notice) list(base string, entries []fs.DirEntry) {
	const most = 100
	for _, e := range entries {
		switch name := e.Name(); {
		case hidden(name):
		case len(n.Links) == most:
			n.More++
		default:
			if e.IsDir() {
				name += "/"
			}
			n.Links = append(n.Links, link{Href: (&url.URL{Path: base + name}).String(), Text: name})
		}
	}
	if len(n.Links) > 0 {
		n.Lines = append(n.Lines, "这里有：")
		n.LinesEN = append(n.LinesEN, "What there is is listed above.")
	} else {
		n.Lines = append(n.Lines, "这里还没有任何文件。")
		n.LinesEN = append(n.LinesEN, "There are no files here yet.")
	}
}
