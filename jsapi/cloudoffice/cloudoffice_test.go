package cloudoffice_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/bridge/bridgetest"
	"qinghost/jsapi/cloudoffice"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func succeeded(data string) string {
	return `{"success":"true","error":"","errorCode":"0","data":` + data + `}`
}

func TestStorage(t *testing.T) {
	c := cloudoffice.New()
	p := bridgetest.Open(t, "ios", bridge.NewClock(), c.APIs())
	assert.Empty(t, p.Call("runtime.jsReady", ""))
	set := func(value string) {
		assert.Equal(t, succeeded("{}"), p.Call("storage.setItem", `{"key":"草稿","value":`+value+`}`))
	}
	get := func() string { return p.Call("storage.getItem", `{"key":"草稿"}`) }
	assert.Equal(t, succeeded(`{"value":null}`), get())
	for value, want := range map[string]string{`"%u660E▴▴"`: `"%u660E▴▴"`, `""`: `""`, `{"a":[1]}`: `"{\"a\":[1]}"`, `null`: `"null"`} {
		set(value)
		assert.Equal(t, succeeded(`{"value":`+want+`}`), get())
	}
	assert.Equal(t, succeeded("{}"), p.Call("storage.removeItem", `{"key":"草稿"}`))
	assert.Equal(t, succeeded(`{"value":null}`), get())
	for _, empty := range []func(){func() { p.Call("storage.clear", "") }, c.Reset} {
		set(`"一"`)
		empty()
		assert.Equal(t, succeeded(`{"value":null}`), get())
	}
	for _, method := range []string{"storage.getItem", "storage.setItem", "storage.removeItem"} {
		assert.Contains(t, p.Call(method, `{}`), "参数 key 必填", method)
	}
}

// echo answers with what it was asked.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // a test's own
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, "%s %s %s %s", r.Method, r.RequestURI, r.Header.Get("Content-Type"), body)
}

func TestRequest(t *testing.T) {
	network := httptest.NewServer(http.HandlerFunc(echo))
	t.Cleanup(network.Close)
	p := bridgetest.Open(t, "ios", bridge.NewClock(), cloudoffice.New().APIs())
	for _, test := range []struct{ name, params, want string }{
		{"GET", `"url":"U/会议?a=1"`, "GET /%E4%BC%9A%E8%AE%AE?a=1  "},
		{"data of a GET", `"url":"U/?a=1","data":{"b":"二","c":[3]}`, "GET /?a=1&b=%E4%BA%8C&c=%5B3%5D  "},
		{"JSON", `"url":"U/","method":"post","data":{"题":"例会"}`, `POST / application/json {"题":"例会"}`},
		{"text", `"url":"U/","method":"PUT","data":"例会"`, "PUT / text/plain; charset=utf-8 例会"},
		{"a form", `"url":"U/","method":"POST","headers":{"content-type":"application/x-www-form-urlencoded"},"data":{"a":1,"b":"二"}`,
			"POST / application/x-www-form-urlencoded a=1&b=%E4%BA%8C"},
		{"nothing", `"url":"U/","method":"DELETE"`, "DELETE /  "},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got struct {
				Data struct {
					Status  int
					Headers map[string]string
					Data    string
				}
			}
			p.T = t
			answer := p.Call("cloudoffice.request", "{"+strings.ReplaceAll(test.params, `"U`, `"`+network.URL)+"}")
			require.NoError(t, json.Unmarshal([]byte(answer), &got), answer)
			assert.Equal(t, 200, got.Data.Status)
			assert.Equal(t, test.want, got.Data.Data)
			assert.Equal(t, "text/plain; charset=utf-8", got.Data.Headers["content-type"])
		})
	}
}

func TestRequestsThatFail(t *testing.T) {
	hung := make(chan struct{})
	network := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/slow":
			<-hung
		case "/large":
			_, _ = w.Write(make([]byte, 17<<20)) // until the other side has enough
		default:
			w.WriteHeader(http.StatusTeapot)
			fmt.Fprint(w, `{"茶":true}`)
		}
	}))
	t.Cleanup(network.Close)
	t.Cleanup(func() { close(hung) })
	p := bridgetest.Open(t, "ios", bridge.NewClock(), cloudoffice.New().APIs())
	for _, test := range []struct{ name, url, want string }{
		{"a file", "file:///etc/passwd", `"errorCode":"90001"`},
		{"another protocol", "ftp://example.com/", `"errorCode":"90001"`},
		{"no address", "会议", `"errorCode":"90001"`},
		{"no host", "http://", `"errorCode":"90001"`},
		{"nobody there", "http://127.0.0.1:1/", `请求 http://127.0.0.1:1/ 失败: dial tcp`},
		{"slow", network.URL + "/slow", `/slow 超时 (50ms)","errorCode":"1"`},
		{"large", network.URL + "/large", `的应答大于 16 MiB","errorCode":"1"`},
		{"another status is an answer", network.URL, `{"success":"true","error":"","errorCode":"0","data":{"status":418,`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p.T = t
			timeout := 10000
			if test.name == "slow" {
				timeout = 50
			}
			assert.Contains(t, p.Call("cloudoffice.request", fmt.Sprintf(`{"url":%q,"timeout":%d}`, test.url, timeout)), test.want)
		})
	}
	assert.Contains(t, p.Call("cloudoffice.request", `{"url":"`+network.URL+`"}`), `"data":{"茶":true}`)
}

// What belongs to the vendor's server is answered here; nothing of it goes out.
func TestServerCallsStayHere(t *testing.T) {
	c := cloudoffice.New()
	c.Lead(func(path string) bool { return strings.HasPrefix(path, "/gateway/") }, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		echo(w, r)
	}))
	p := bridgetest.Open(t, "ios", bridge.NewClock(), c.APIs())
	for _, address := range []string{"/gateway/a?b=1", "https://www.yunzhijia.com/gateway/a?b=1", "http://YUNZHIJIA.com/gateway/a?b=1"} {
		got := p.Call("cloudoffice.request", `{"url":"`+address+`","method":"POST","data":{"会":1}}`)
		assert.Equal(t, succeeded(`{"status":401,"headers":{"content-type":"text/plain; charset=utf-8"},`+
			`"data":"POST /gateway/a?b=1 application/json {\"会\":1}"}`), got, address)
	}
}
