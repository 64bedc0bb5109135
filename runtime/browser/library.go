// What a page finds at the vendor's addresses of its page library.

package browser

import (
	"cmp"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"

	"qinghost/web"
)

// library serves the page library in place of the vendor's: the one that is injected; where the page is to have its own, the
// project's copy, which is looked for at each request, or else what stands in for it.
func (s *Server) library() http.Handler {
	if s.opts.Config.Library != "page" {
		return s.injectedHandler()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if dir := cmp.Or(s.opts.Dir, s.opts.Project); dir != "" {
			folder := os.DirFS(dir)
			if script, err := fs.ReadFile(folder, ownLibrary(folder)); err == nil {
				scriptHandler(script).ServeHTTP(w, r)
				return
			}
		}
		scriptHandler([]byte(web.StandIn(s.config()))).ServeHTTP(w, r)
	})
}

// deepestLibrary is how many folders down a project's copy of the library is looked for.
const deepestLibrary = 4

// ownLibrary returns the project's copy of the vendor's library, the one that is least deep; "" without one.
func ownLibrary(folder fs.FS) string {
	found, depth := "", deepestLibrary+1
	_ = fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		at := strings.Count(name, "/")
		switch {
		case err != nil:
			return nil // what cannot be read is not served either
		case entry.IsDir() && name != "." && (at >= deepestLibrary || entry.Name()[0] == '.' || entry.Name() == "node_modules"):
			return fs.SkipDir
		case !entry.IsDir() && at < depth && isLibraryName(path.Base(name)):
			found, depth = name, at
		}
		return nil
	})
	return found
}
