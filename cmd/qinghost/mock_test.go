package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/jsapi/contact"
	preview "qinghost/runtime/browser"
)

// ask posts to the server APIs and returns status and envelope.
func ask(t testing.TB, h http.Handler, path, body string) (int, bridge.ServerEnvelope) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var e bridge.ServerEnvelope
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &e), w.Body)
	return w.Code, e
}

func TestServerSide(t *testing.T) {
	for _, data := range []string{":memory:", filepath.Join(t.TempDir(), "state", "a.db")} {
		t.Run(filepath.Base(data), func(t *testing.T) {
			var log bytes.Buffer
			logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			w, err := newWorld(t.Context(), &settings{profile: "ios", data: data}, logger)
			require.NoError(t, err)
			defer func() { require.NoError(t, w.close()) }()
			w.host.Clock.Set(time.UnixMilli(1522729800000))
			team := contact.Demo()

			token := func() string {
				t.Helper()
				_, e := ask(t, w.door, "/gateway/oauth2/token/getAccessToken", fmt.Sprintf(
					`{"eid":%q,"secret":%q,"scope":"resGroupSecret","timestamp":%d}`, team.EID, team.ResGroupSecret, w.host.Clock.Now().UnixMilli()))
				require.True(t, e.Success)
				var given struct{ AccessToken, RefreshToken string }
				require.NoError(t, json.Unmarshal(e.Data, &given))
				require.NotContains(t, log.String(), given.RefreshToken)
				return given.AccessToken
			}
			meetings := func(token string) (int, []json.RawMessage) {
				t.Helper()
				status, e := ask(t, w.door, "/gateway/cloudwork/meeting/queryByDay?accessToken="+token, `{"day":1522729800000}`)
				var rows []json.RawMessage
				require.NoError(t, json.Unmarshal(e.Data, &rows))
				return status, rows
			}
			first := token()
			_, e := ask(t, w.door, "/gateway/cloudwork/meeting/create?accessToken="+first,
				fmt.Sprintf(`{"openid":%q,"title":"周会","startDate":1522729800000,"endDate":1522737000000,"roomId":%q}`, team.Me, team.Rooms[0].ID))
			require.True(t, e.Success, e.Error)
			_, rows := meetings(first)
			require.Len(t, rows, 1)

			require.NoError(t, w.reset())
			status, _ := meetings(first)
			require.Equal(t, 401, status, "the reset took the token away")
			second := token()
			_, rows = meetings(second)
			require.Empty(t, rows)
			w.host.Clock.Advance(2 * time.Hour)
			status, _ = meetings(second)
			require.Equal(t, 401, status)

			for _, secret := range []string{first, second, team.ResGroupSecret, "周会"} {
				require.NotContains(t, log.String(), secret)
			}
			calls := w.host.Log.After(0, "")
			var methods []string
			for _, c := range calls {
				require.Equal(t, bridge.OverHTTP, c.Page)
				methods = append(methods, strings.TrimPrefix(c.Method, "meeting."))
			}
			require.Equal(t, []string{"oauth2.getAccessToken", "create", "queryByDay", "queryByDay", "oauth2.getAccessToken", "queryByDay", "queryByDay"}, methods)
			require.Contains(t, string(calls[1].Params), "周会")
			shown, err := json.Marshal(calls)
			require.NoError(t, err)
			for _, secret := range []string{first, second, team.ResGroupSecret} {
				require.NotContains(t, string(shown), secret)
			}
			require.Contains(t, string(calls[0].Params), team.EID)
		})
	}
}

// TestMockServes: the OpenAPI document, which anybody may read, and the calls over HTTP in the control API.
func TestMockServes(t *testing.T) {
	w, err := newWorld(t.Context(), &settings{profile: "ios", data: ":memory:"}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer func() { require.NoError(t, w.close()) }()
	control := w.control()
	h := preview.ServerOnly(w.host, control, w.door)
	get := func(path, token string) (int, string) {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/__qinghost/"+path, nil)
		r.Header.Set("Authorization", "Bearer "+token)
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, r)
		return answer.Code, answer.Body.String()
	}
	status, text := get("openapi.json", "")
	require.Equal(t, http.StatusOK, status, text)
	var doc struct {
		OpenAPI string
		Paths   map[string]any
	}
	require.NoError(t, json.Unmarshal([]byte(text), &doc))
	require.Equal(t, "3.1.0", doc.OpenAPI)
	require.Contains(t, doc.Paths, "/gateway/cloudwork/meeting/create")

	ask(t, w.door, "/gateway/cloudwork/meeting/create", `{"title":"周会"}`)
	status, text = get("api/calls?method=meeting.create", control.Token)
	require.Equal(t, http.StatusOK, status, text)
	require.Contains(t, text, `"page":"http","method":"meeting.create","params":null`)
	require.Contains(t, text, `"errorCode":94001`)
	status, _ = get("api/calls", "")
	require.Equal(t, http.StatusUnauthorized, status)
}

func TestDefaultData(t *testing.T) {
	at := func(port int, env map[string]string) string {
		return defaultData(&settings{port: port}, env, "/home/me/app")
	}
	require.Equal(t, ":memory:", at(0, map[string]string{"XDG_STATE_HOME": "/state"}))
	require.Equal(t, ":memory:", at(7464, map[string]string{"XDG_STATE_HOME": "/state", "CI": "1"}))
	require.Equal(t, ":memory:", at(7464, nil))
	require.Regexp(t, `^/state/qinghost/app-[0-9a-f]{8}\.db$`, filepath.ToSlash(at(7464, map[string]string{"XDG_STATE_HOME": "/state"})))
}

func TestBadDataAddress(t *testing.T) {
	_, err := newWorld(t.Context(), &settings{profile: "ios", data: "redis://localhost"}, slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "--data")
	var exit *exitError
	require.NotErrorAs(t, err, &exit, "a typing error is not the machine's fault")
}
