package file

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

func unquote(text []byte, into *address) error {
	var plain string
	err := json.Unmarshal(text, &plain)
	*into = address(plain)
	return err
}

// Handles says whether the path is one that ServeHTTP answers: pictures on the phone, and uploaded ones.
func Handles(path string) bool { return path == localPath || strings.HasPrefix(path, mediaPath) }

// ServeHTTP answers GET with a picture: /yzjLocalResource/img?id=LOCALID, to which the page script leads the client's own
// scheme, and /openfile/download/media/SERVERID, the vendor's path for uploads.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "只支持 GET 和 HEAD", http.StatusMethodNotAllowed)
		return
	}
	id := r.URL.Query().Get("id")
	if serverID, media := strings.CutPrefix(r.URL.Path, mediaPath); media {
		f.mu.Lock()
		id = f.media[serverID]
		f.mu.Unlock()
	}
	found, known := f.find(id, false)
	if !known {
		http.Error(w, "没有这张图片 (可能在 qinghost 重启或重置之前)", http.StatusNotFound)
		return
	}
	header := w.Header()
	header.Set("Content-Type", found.Type)
	header.Set("Content-Length", strconv.Itoa(len(found.Data)))
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	if r.Method == http.MethodGet {
		_, _ = w.Write(found.Data) // the browser is gone if this fails
	}
}
