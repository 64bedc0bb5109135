package browser

import (
	"net/http"
	"strings"

	"qinghost/bridge"
)

// ServerOnly serves the control API, and leaves all else to server: the host without an app. Host and Origin are guarded
// as in a preview; allowed is Options.AllowedHosts.
func ServerOnly(host *bridge.Host, control Control, server http.Handler, allowed ...string) http.Handler {
	api := http.StripPrefix(ownPath+"api", controlHandler(host, control))
	return guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, ownPath+"api/") {
			api.ServeHTTP(w, r)
			return
		}
		server.ServeHTTP(w, r)
	}), allowed...)
}
