// Who gets in. A server on loopback is reachable by every web page that the developer has open: by its address, and by a
// foreign name that is made to point here (DNS rebinding).

package browser

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"path"
	"strings"
)

// ownPath is what belongs to qinghost on the preview port; all else is the app's.
const ownPath = "/__qinghost/"

// guard lets a request through to next when its Host is loopback or in allowed (a name, an address, or ".example.com"
// for a domain and all below it), and, on our own paths, when its Origin, if sent, is the preview's. An app's paths take
// any Origin: an identity provider posts back to them.
func guard(next http.Handler, allowed ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !hostAllowed(r.Host, allowed) {
			forbid(w, fmt.Sprintf("不接受主机名 %q：请用 127.0.0.1 或 localhost 打开，或在 qinghost.yaml 的 allowedHosts 里加上它。"+
				" Host %[1]q is not allowed: open the preview as 127.0.0.1 or localhost, or add the host to allowedHosts in qinghost.yaml.", r.Host))
			return
		}
		if strings.HasPrefix(path.Clean("/"+r.URL.Path)+"/", ownPath) {
			for _, origin := range r.Header.Values("Origin") {
				if !strings.EqualFold(origin, ownOrigin(r)) {
					forbid(w, fmt.Sprintf("不接受来源 %q：%s 只对预览自己的页面（%s）开放，请从那里访问。"+
						" Origin %[1]q is not allowed: %[2]s is open to the preview's own pages at %[3]s only; ask from there.", origin, ownPath, ownOrigin(r)))
					return
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}

// ownOrigin is the origin of the page that made r, if it is ours. X-Forwarded-Proto is a tunnel's: a foreign page cannot
// send it without asking first.
func ownOrigin(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// wsOrigin is ownOrigin for a socket.
func wsOrigin(r *http.Request) string { return "ws" + strings.TrimPrefix(ownOrigin(r), "http") }

func hostAllowed(hostport string, allowed []string) bool {
	host := hostName(hostport)
	if isLoopback(host) {
		return true
	}
	for _, a := range allowed {
		if domain, below := strings.CutPrefix(a, "."); below {
			domain = hostName(domain)
			if domain != "" && (host == domain || strings.HasSuffix(host, "."+domain)) {
				return true
			}
		} else if a = hostName(a); a != "" && host == a {
			return true
		}
	}
	return false
}

// hostName is the host of "host", "host:port" or "[::1]:port" in lower case, without brackets and the root's dot.
func hostName(hostport string) string {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// isLoopback tells whether the name or address can only be this machine.
func isLoopback(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

func forbid(w http.ResponseWriter, message string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusForbidden)
	var body struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	body.Error.Code, body.Error.Message = "forbidden", message
	_ = json.NewEncoder(w).Encode(body) // a client that has gone needs no answer
}
