package browser

import (
	"net/http"
	"strings"

	"qinghost/bridge"
)

// ServerOnly serves the control API and the OpenAPI document, and leaves all else to server: the host without an app. Host and
// Origin are guarded as in a preview; allowed is Options.AllowedHosts.
func ServerOnly(host *bridge.Host, control Control, server http.Handler, allowed ...string) http.Handler {
	api := http.StripPrefix(ownPath+"api", controlHandler(host, control))
	return guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, ownPath+"api/"):
			api.ServeHTTP(w, r)
		case r.URL.Path == openAPIPath:
			control.openAPI(w, r)
		default:
			server.ServeHTTP(w, r)
		}
	}), allowed...)
}
