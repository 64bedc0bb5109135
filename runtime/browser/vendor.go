package browser

import (
	"io/fs"
	"os"

	"qinghost/web"
)

// VendorLibrary says whether src is an address of the vendor's page library, and what a page of that folder gets in its place:
// its own copy or what stands in for that, nil where it has our library already. It is for pages that no server serves.
func VendorLibrary(src, folder string, c web.Config) (script []byte, is bool) {
	if !isVendorLibrary(src) || c.Library != "page" {
		return nil, isVendorLibrary(src)
	}
	dir := os.DirFS(folder)
	if script, err := fs.ReadFile(dir, ownLibrary(dir)); err == nil {
		return script, true
	}
	return []byte(web.StandIn(c)), true
}
