package browser

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/web"
)

// preview is a served folder with one page, a host that knows two APIs, and what was asked of its control.
type served struct {
	t         *testing.T
	host      *bridge.Host
	origin    string
	scenarios []string
	resets    int
}

func serve(t *testing.T) *served {
	t.Helper()
	s := &served{t: t}
	s.host = bridge.NewHost(
		bridge.Define("echo", "echoes", func(_ context.Context, p map[string]any) (map[string]any, error) { return p, nil }),
		bridge.DefineOnPage("ask", "asks a view", func(ctx context.Context, page bridge.Page, _ struct{}) (map[string]any, error) {
			var answer struct {
				People []string `json:"people"`
			}
			err := page.Call(ctx, "view.personPicker", struct{}{}, &answer)
			return map[string]any{"people": answer.People}, err
		}, bridge.Waits),
	)
	s.host.Clock = bridge.NewClockAt(time.UnixMilli(1_522_729_800_000))
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "index.html"), []byte("<!doctype html><head></head>会议"), 0o644))
	server, err := New(s.host, Options{Dir: dir, Config: web.Config{Lang: "zh", Profile: s.host.Profile}, Control: Control{
		Token: "secret",
		Scenario: func(text []byte) error {
			if strings.Contains(string(text), "bad") {
				return bridge.Errorf(bridge.BadParams, "scenario:1:1: 不认识")
			}
			s.scenarios = append(s.scenarios, string(text))
			return nil
		},
		Reset:   func() error { s.resets++; return nil },
		OpenAPI: openAPI,
	}})
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.origin = "http://" + listener.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
		http.DefaultClient.CloseIdleConnections()
	})
	return s
}

func openAPI() ([]byte, error) { return []byte("{\"openapi\": \"3.1.0\"}\n"), nil }

// TestOpenAPIIsServed: without a token, to whoever Host and Origin let in.
func TestOpenAPIIsServed(t *testing.T) {
	const path = "/__qinghost/openapi.json"
	server := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	alone := httptest.NewServer(ServerOnly(bridge.NewHost(), Control{Token: "secret", OpenAPI: openAPI}, server))
	defer alone.Close()
	for _, origin := range []string{serve(t).origin, alone.URL} {
		ask := func(origin, from string) (int, string) {
			r, err := http.NewRequest("GET", origin+path, nil)
			require.NoError(t, err)
			if from != "" {
				r.Header.Set("Origin", from)
			}
			answer, err := http.DefaultClient.Do(r)
			require.NoError(t, err)
			defer answer.Body.Close()
			text, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			require.Equal(t, "application/json; charset=utf-8", answer.Header.Get("Content-Type"))
			return answer.StatusCode, string(text)
		}
		status, text := ask(origin, "")
		require.Equal(t, http.StatusOK, status)
		require.JSONEq(t, `{"openapi":"3.1.0"}`, text)
		status, _ = ask(origin, "https://evil.example")
		require.Equal(t, http.StatusForbidden, status)
	}
	broken := httptest.NewRecorder()
	Control{OpenAPI: func() ([]byte, error) { return nil, errors.New("no such type") }}.openAPI(broken, nil)
	require.Equal(t, http.StatusInternalServerError, broken.Code)
	require.NotContains(t, broken.Body.String(), "no such type")
}

// control asks the control API and returns status and body.
func (s *served) control(method, path, body string, header ...string) (int, string) {
	s.t.Helper()
	r, err := http.NewRequest(method, s.origin+"/__qinghost/api/"+path, strings.NewReader(body))
	require.NoError(s.t, err)
	r.Header.Set("Authorization", "Bearer secret")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(s.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(s.t, err)
	return answer.StatusCode, strings.TrimSpace(string(text))
}

// page is a page's end of a socket, spoken by hand.
type page struct {
	t      *testing.T
	socket *websocket.Conn
}

func (s *served) connect(session string, fresh bool, ack uint64) *page {
	s.t.Helper()
	socket, answer, err := websocket.DefaultDialer.Dial(strings.Replace(s.origin, "http", "ws", 1)+"/__qinghost/ws", nil)
	require.NoError(s.t, err)
	_ = answer.Body.Close()
	s.t.Cleanup(func() { _ = socket.Close() })
	p := &page{s.t, socket}
	params, err := json.Marshal(map[string]any{"session": session, "fresh": fresh})
	require.NoError(s.t, err)
	p.say(bridge.Message{Method: bridge.MethodResume, Params: params, Ack: ack})
	return p
}

func (p *page) say(messages ...bridge.Message) {
	p.t.Helper()
	frame, err := bridge.Frame(messages...)
	require.NoError(p.t, err)
	require.NoError(p.t, p.socket.WriteMessage(websocket.TextMessage, frame))
}

// hear returns the next messages, at least n, without the events of the wire.
func (p *page) hear(n int) (heard []bridge.Message) {
	p.t.Helper()
	for len(heard) < n {
		require.NoError(p.t, p.socket.SetReadDeadline(time.Now().Add(10*time.Second)))
		_, frame, err := p.socket.ReadMessage()
		require.NoError(p.t, err)
		for m, err := range bridge.Messages(frame) {
			require.NoError(p.t, err)
			heard = append(heard, m)
		}
	}
	return heard
}

const sessionName = "0123456789abcdef0123456789abcdef"

func TestControlNeedsTheToken(t *testing.T) {
	s := serve(t)
	for _, given := range []string{"", "Bearer", "Bearer wrong", "secret", "Basic secret"} {
		status, body := s.control("GET", "state", "", "Authorization", given)
		require.Equal(t, http.StatusUnauthorized, status, given)
		require.Contains(t, body, `"error":{"code":"unauthorized"`)
	}
	status, _ := s.control("GET", "state", "", "Origin", "http://evil.example")
	require.Equal(t, http.StatusForbidden, status)
	status, _ = s.control("GET", "state", "", "Origin", s.origin)
	require.Equal(t, http.StatusOK, status)
}

func TestControlRefusesWhatItDoesNotUnderstand(t *testing.T) {
	s := serve(t)
	for _, test := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "nothing", "", http.StatusNotFound},
		{"POST", "state", "", http.StatusNotFound},
		{"GET", "calls?after=-1", "", http.StatusBadRequest},
		{"POST", "answer", "{", http.StatusBadRequest},
		{"POST", "answer", `{"people":[]}`, http.StatusBadRequest},
		{"POST", "answer", `{"view":"personPicker","people":[]}`, http.StatusConflict},
		{"POST", "emit", `{}`, http.StatusBadRequest},
		{"POST", "emit", `{"event":"$/reload"}`, http.StatusBadRequest},
		{"POST", "emit", `{"event":"appear","page":"p9"}`, http.StatusNotFound},
		{"POST", "clock", `{}`, http.StatusBadRequest},
		{"POST", "clock", `{"advance":-1}`, http.StatusBadRequest},
		{"POST", "clock", `{"advance":1,"run":true}`, http.StatusBadRequest},
		{"POST", "clock", `{"advence":1}`, http.StatusBadRequest},
		{"PUT", "scenario", `bad`, http.StatusBadRequest},
		{"PUT", "scenario", strings.Repeat("x", largestBody+1), http.StatusRequestEntityTooLarge},
	} {
		status, body := s.control(test.method, test.path, test.body)
		require.Equal(t, test.status, status, "%s %s %.40s", test.method, test.path, test.body)
		require.Contains(t, body, `{"error":{"code":`)
	}
}

func TestControlOfACall(t *testing.T) {
	s := serve(t)
	p := s.connect(sessionName, true, 0)
	p.say(bridge.Message{Method: "$/hello", Params: json.RawMessage(`{"url":"http://x/","title":"会议"}`), Seq: 1},
		bridge.Message{ID: 1, Method: "ask", Params: json.RawMessage(`{"a":1}`), Seq: 2})
	for opened := false; !opened; {
		for _, m := range p.hear(1) {
			opened = opened || m.Method == "view.personPicker"
		}
	}
	_, state := s.control("GET", "state", "")
	require.Equal(t, `{"clock":1522729800000,"pages":[{"id":"p1","url":"http://x/","title":"会议","profile":"ios","view":"personPicker","meeting":null}]}`, state)
	_, calls := s.control("GET", "calls?method=ask", "")
	require.Equal(t, `{"calls":[{"id":1,"page":"p1","method":"ask","params":{"a":1},"result":null,"state":"open","at":1522729800000,"took":0,"ignored":["a"]}]}`, calls)

	status, body := s.control("POST", "clock", `{"advance":1500}`)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, `{"clock":1522729801500}`, body)
	status, body = s.control("POST", "answer", `{"view":"personPicker","peeple":[]}`)
	require.Equal(t, http.StatusConflict, status, "a refused answer leaves the view open")
	require.Contains(t, body, "peeple")
	status, _ = s.control("POST", "answer", `{"view":"personPicker","page":"p1","people":["a"]}`)
	require.Equal(t, http.StatusOK, status)
	var reply bridge.Message
	for reply.Result == nil {
		for _, m := range p.hear(1) {
			if m.Method == "" {
				reply = m
			}
		}
	}
	require.JSONEq(t, `{"success":"true","error":"","errorCode":"0","data":{"people":["a"]}}`, string(reply.Result))
	_, calls = s.control("GET", "calls", "")
	require.Contains(t, calls, `"state":"done","at":1522729800000,"took":1500`)

	status, _ = s.control("POST", "emit", `{"event":"appear","data":{"n":1}}`)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, `{"n":1}`, string(p.hear(1)[0].Params))

	status, _ = s.control("POST", "reset", "")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, 1, s.resets)
	_, calls = s.control("GET", "calls", "")
	require.Equal(t, `{"calls":[]}`, calls)

	_, _ = s.control("PUT", "scenario", "answers: {}")
	_, _ = s.control("DELETE", "scenario", "")
	require.Equal(t, []string{"answers: {}", ""}, s.scenarios)
}

func TestSocketResumes(t *testing.T) {
	s := serve(t)
	echo := func(id, seq uint64) bridge.Message {
		return bridge.Message{ID: id, Method: "echo", Params: json.RawMessage(`{"n":1}`), Seq: seq}
	}
	p := s.connect(sessionName, true, 0)
	p.say(echo(1, 1), echo(2, 2))
	first := p.hear(3) // $/session and two replies
	require.JSONEq(t, `{"resumed":true}`, string(first[0].Params))
	_ = p.socket.Close()

	// It comes back having seen one reply, and says its last call again: that is not run twice, and the other reply comes.
	p = s.connect(sessionName, false, 1)
	p.say(echo(2, 2), echo(3, 3))
	heard := p.hear(3)
	require.JSONEq(t, `{"resumed":true}`, string(heard[0].Params))
	require.Equal(t, []uint64{2, 2, 3, 3}, []uint64{heard[1].ID, heard[1].Seq, heard[2].ID, heard[2].Seq})
	require.Len(t, s.host.Log.After(0, "echo"), 3)

	// After 30 s of host time the page is gone, and a page that comes then is told so.
	_ = p.socket.Close()
	for len(s.host.State()) > 0 {
		s.host.Clock.Advance(heldFor)
	}
	p = s.connect(sessionName, false, 3)
	require.JSONEq(t, `{"resumed":false}`, string(p.hear(1)[0].Params))
}

func TestSocketRefusesStrangers(t *testing.T) {
	s := serve(t)
	_, answer, err := websocket.DefaultDialer.Dial(strings.Replace(s.origin, "http", "ws", 1)+"/__qinghost/ws", http.Header{"Origin": {"http://evil.example"}})
	require.Error(t, err)
	require.Equal(t, http.StatusForbidden, answer.StatusCode)
	_ = answer.Body.Close()

	socket, answer, err := websocket.DefaultDialer.Dial(strings.Replace(s.origin, "http", "ws", 1)+"/__qinghost/ws", nil)
	require.NoError(t, err)
	_ = answer.Body.Close()
	defer socket.Close()
	require.NoError(t, socket.WriteMessage(websocket.TextMessage, []byte(`{"id":1,"method":"echo"}`)))
	_, _, err = socket.ReadMessage()
	require.Error(t, err, "the first message has to name the session")
	require.Empty(t, s.host.State())
}
