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
		scriptHandler(pageLibrary(cmp.Or(s.opts.Dir, s.opts.Project), s.config())).ServeHTTP(w, r)
	})
}

// VendorLibrary says whether src is an address of the vendor's page library, and what a page of that folder gets in its place:
// its own copy or what stands in for that, nil where it has our library already. It is for pages that no server serves.
func VendorLibrary(src, folder string, c web.Config) (script []byte, is bool) {
	if !isVendorLibrary(src) || c.Library != "page" {
		return nil, isVendorLibrary(src)
	}
	return pageLibrary(folder, c), true
}

// pageLibrary returns the copy of the vendor's library in a folder, or what stands in for it; a folder of "" has none.
func pageLibrary(folder string, c web.Config) []byte {
	files := os.DirFS(folder)
	if script, err := fs.ReadFile(files, ownLibrary(files)); err == nil {
		return script
	}
	return []byte(web.StandIn(c))
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
