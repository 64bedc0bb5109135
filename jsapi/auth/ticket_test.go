package auth

import (
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

func trade(t testing.TB, a *Auth, ticket, rest string) (string, int) {
	t.Helper()
	e, _ := serve(t, a, "ticket.acquireContext", fmt.Sprintf(`{"appid":%q,"ticket":%q%s}`, team.AppID, ticket, rest))
	return string(e.Data), e.ErrorCode
}

func newTicket(t testing.TB, a *Auth) string {
	t.Helper()
	ticket, err := a.Ticket(t.Context(), "oid-1", team.AppID)
	require.NoError(t, err)
	require.Regexp(t, `^[0-9a-f]{32}$`, ticket)
	return ticket
}

func TestTicketIsTradedOnce(t *testing.T) {
	a := newAuth(t, true)
	ticket := newTicket(t, a)
	require.NotEqual(t, ticket, newTicket(t, a))
	data, code := trade(t, a, ticket, `,"disposable":true`)
	require.Zero(t, code)
	require.JSONEq(t, `{"appid":"500000001","eid":"20260401","username":"林小满","userid":"oid-1","jobNo":"A7","networkid":"20260401",
		"deviceId":null,"openid":"oid-1","ticket":null,"xtid":null,"oid":"oid-1","uid":null,"tid":null}`, data)
	data, code = trade(t, a, ticket, `,"disposable":true`)
	require.Equal(t, "null", data)
	require.Equal(t, 94022, code)

	ticket = newTicket(t, a)
	for range 2 {
		_, code = trade(t, a, ticket, `,"disposable":false`)
		require.Zero(t, code)
	}
	_, code = trade(t, a, ticket, ``)
	require.Zero(t, code)
	_, code = trade(t, a, ticket, `,"disposable":false`)
	require.Equal(t, 94022, code, "without disposable it was traded for good")
}

func TestTicketFaults(t *testing.T) {
	a := newAuth(t, true)
	ticket := newTicket(t, a)
	a.Clock.Advance(TicketLife - time.Millisecond)
	_, code := trade(t, a, ticket, `,"disposable":false`)
	require.Zero(t, code)
	a.Clock.Advance(time.Millisecond)
	_, code = trade(t, a, ticket, ``)
	require.Equal(t, 94023, code)
	_, code = trade(t, a, "x", ``)
	require.Equal(t, 94021, code)

	for body, want := range map[string]int{
		`{"ticket":"x"}`:                                        90001,
		`{"appid":"500000001"}`:                                 90001,
		`{"appid":"1","ticket":"x"}`:                            94011,
		`{"appid":1,"ticket":"x"}`:                              90001,
		`{"appid":"500000001","ticket":"x","disposable":"yes"}`: 90001,
	} {
		e, message := serve(t, a, "ticket.acquireContext", body)
		require.Equal(t, want, e.ErrorCode, "%s: %s", body, message)
	}
	_, err := a.Ticket(t.Context(), "oid-9", team.AppID)
	require.Equal(t, UnknownPerson, codeOf(err))
	_, err = a.Ticket(t.Context(), "oid-1", "1")
	require.Equal(t, UnknownApp, codeOf(err))
	a.AnyPerson = true
	_, err = a.Ticket(t.Context(), "oid-9", team.AppID)
	require.NoError(t, err)
}

func TestTicketIsTradedByOneOfMany(t *testing.T) {
	a := newAuth(t, true)
	ticket := newTicket(t, a)
	var all sync.WaitGroup
	var won atomic.Int32
	for range 16 {
		all.Go(func() {
			if _, code := trade(t, a, ticket, `,"disposable":true`); code == 0 {
				won.Add(1)
			}
		})
	}
	all.Wait()
	require.Equal(t, int32(1), won.Load())
}

func TestRuntimeAuth(t *testing.T) {
	a := newAuth(t, true)
	ctx := bridge.WithCaller(t.Context(), "oid-1")
	good := `{"appId":"500000001","timeStamp":"1522729800","nonceStr":"n","signature":"s"}`
	var p AuthRequest
	require.NoError(t, json.Unmarshal([]byte(good), &p))
	result, err := a.runtimeAuth(ctx, nil, p)
	require.NoError(t, err)
	data, code := trade(t, a, result.Ticket, ``)
	require.Zero(t, code)
	require.Contains(t, data, `"openid":"oid-1"`)
	for _, name := range []string{"appId", "timeStamp", "nonceStr", "signature"} {
		var fields map[string]any
		require.NoError(t, json.Unmarshal([]byte(good), &fields))
		delete(fields, name)
		text, err := json.Marshal(fields)
		require.NoError(t, err)
		var p AuthRequest
		require.NoError(t, json.Unmarshal(text, &p))
		_, err = a.runtimeAuth(ctx, nil, p)
		require.Equal(t, bridge.BadParams, codeOf(err))
		require.ErrorContains(t, err, name)
	}
}

// TestNoSecretInTheCallLog: what takes a secret is hidden, and hidden calls are not logged.
func TestNoSecretInTheCallLog(t *testing.T) {
	for _, api := range newAuth(t, true).APIs() {
		if api.Route != nil && api.Route.Scope == bridge.AnyScope {
			require.True(t, api.Hidden, api.Name)
		}
	}
}
