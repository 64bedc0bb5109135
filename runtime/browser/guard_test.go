package browser

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// request builds one as the server hands it on; headers are name, value, name, value …
func request(method, target string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func respond(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestGuardHost(t *testing.T) {
	h := guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }),
		"192.168.1.5", "dev.Example.com", ".tunnel.io", "[fd00::1]", "")
	for host, in := range map[string]bool{
		"127.0.0.1:7464": true, "127.8.9.1": true, "[::1]:7464": true, "[::1]": true, "localhost:1": true, "LOCALHOST": true,
		"a.b.localhost:7464": true, "localhost.": true, "[::ffff:127.0.0.1]:80": true,
		"192.168.1.5:7464": true, "dev.example.com": true, "dev.example.com:8080": true, "x.y.tunnel.io": true, "tunnel.io": true, "[fd00::1]:7464": true,
		"192.168.1.6:7464": false, "evil.com": false, "a.dev.example.com": false, "eviltunnel.io": false, "localhost.evil.com": false,
		"notlocalhost": false, "127.0.0.1.evil.com": false, "0.0.0.0:7464": false, "": false, "[fd00::2]": false,
	} {
		for _, path := range []string{"/", "/__qinghost/api/state"} {
			r := request("GET", path)
			r.Host = host
			w := respond(h, r)
			if in {
				require.Equal(t, http.StatusTeapot, w.Code, "%q", host)
				continue
			}
			require.Equal(t, http.StatusForbidden, w.Code, "%q", host)
			var body struct {
				Error struct{ Code, Message string }
			}
			require.NoError(t, json.Unmarshal(w.Body.Bytes(), &body))
			require.Equal(t, "forbidden", body.Error.Code)
			require.Contains(t, body.Error.Message, `"`+host+`"`)
			require.Contains(t, body.Error.Message, "allowedHosts")
		}
	}
}

func TestGuardOrigin(t *testing.T) {
	h := guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }), ".tunnel.io")
	for _, c := range []struct {
		url, origin string
		in          bool
	}{
		{"http://127.0.0.1:7464/__qinghost/ws", "http://127.0.0.1:7464", true},
		{"http://localhost:7464/__qinghost/ws", "http://LOCALHOST:7464", true},
		{"http://127.0.0.1:7464/__qinghost/ws", "", true},
		{"http://127.0.0.1:7464/__qinghost/ws", "http://localhost:7464", false},
		{"http://127.0.0.1:7464/__qinghost/ws", "http://127.0.0.1:5173", false},
		{"http://127.0.0.1:7464/__qinghost/ws", "https://127.0.0.1:7464", false},
		{"http://127.0.0.1:7464/__qinghost/ws", "null", false},
		{"http://127.0.0.1:7464/__qinghost", "http://evil.com", false},
		{"http://127.0.0.1:7464/x/..//__qinghost/ws", "http://evil.com", false},
		{"http://127.0.0.1:7464/%5f_qinghost/ws", "http://evil.com", false},
		{"http://127.0.0.1:7464/login/callback", "https://idp.example.com", true},
		{"http://127.0.0.1:7464/__qinghosts", "null", true},
		{"https://a.tunnel.io/__qinghost/ws", "https://a.tunnel.io", true},
	} {
		r := request("GET", c.url)
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		w := respond(h, r)
		require.Equal(t, c.in, w.Code == http.StatusTeapot, "%s from %s", c.url, c.origin)
		if !c.in {
			require.Equal(t, http.StatusForbidden, w.Code)
			require.Contains(t, w.Body.String(), c.origin)
		}
	}
	two := request("GET", "http://127.0.0.1/__qinghost/ws", "Origin", "http://127.0.0.1", "Origin", "http://evil.com")
	require.Equal(t, http.StatusForbidden, respond(h, two).Code, "every Origin counts")
}

func TestGuardUpgrade(t *testing.T) {
	srv := httptest.NewServer(guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
		if c, err := up.Upgrade(w, r, nil); err == nil {
			_ = c.Close()
		}
	})))
	defer srv.Close()
	url := "ws" + strings.TrimPrefix(srv.URL, "http") + "/__qinghost/ws"
	for origin, in := range map[string]bool{srv.URL: true, "https://evil.com": false, "null": false} {
		c, res, err := websocket.DefaultDialer.Dial(url, http.Header{"Origin": {origin}})
		require.Equal(t, in, err == nil, origin)
		if in {
			_ = c.Close()
		} else {
			require.Equal(t, http.StatusForbidden, res.StatusCode)
		}
	}
	_, res, err := websocket.DefaultDialer.Dial(url, http.Header{"Host": {"rebound.evil.com"}})
	require.Error(t, err)
	require.Equal(t, http.StatusForbidden, res.StatusCode)
}
