package auth

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	_ "modernc.org/sqlite"

	"qinghost/bridge"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a database as small as the tests need it.
type memory struct{ db *sql.DB }

func openMemory(t testing.TB) memory {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	migration, err := os.ReadFile("../store/migrations/00003_auth.sql")
	require.NoError(t, err)
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, fstest.MapFS{"00003_auth.sql": {Data: migration}})
	require.NoError(t, err)
	_, err = provider.Up(t.Context())
	require.NoError(t, err)
	return memory{db}
}

func (m memory) Write(ctx context.Context, fn func(tx *sql.Tx) error) error {
	tx, err := m.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func (m memory) Read(ctx context.Context, fn func(tx *sql.Tx) error) error { return m.Write(ctx, fn) }

type people map[string]string

func (p people) Name(openID string) (string, bool) {
	name, known := p[openID]
	return name, known
}

var (
	start = time.UnixMilli(1522729800000)
	team  = Team{EID: "20260401", AppID: "500000001", AppSecret: "app-secret", ResGroupSecret: "group-secret"}
)

func newAuth(t testing.TB, exclusive bool) *Auth {
	t.Helper()
	return New(Deps{
		DB: openMemory(t), Clock: bridge.NewClockAt(start), Team: team, People: people{"oid-1": "林小满"}, Exclusive: exclusive,
		JobNo: func(string) string { return "A7" },
	})
}

// serve calls an API by name as a server does.
func serve(t testing.TB, a *Auth, name, body string) (bridge.ServerEnvelope, string) {
	t.Helper()
	for _, api := range a.APIs() {
		if api.Name != name {
			continue
		}
		text, failed, _ := api.Serve(t.Context(), json.RawMessage(body))
		var e bridge.ServerEnvelope
		require.NoError(t, json.Unmarshal(text, &e))
		message := ""
		if failed != nil {
			message = failed.Message
		}
		return e, message
	}
	require.Fail(t, "no API "+name)
	return bridge.ServerEnvelope{}, ""
}

func askFor(scope bridge.Scope, at time.Time) string {
	secret := team.AppSecret
	if scope == bridge.ResGroupScope {
		secret = team.ResGroupSecret
	}
	return fmt.Sprintf(`{"appId":%q,"eid":%q,"secret":%q,"timestamp":%d,"scope":%q}`, team.AppID, team.EID, secret, at.UnixMilli(), scope)
}

func get(t testing.TB, a *Auth, scope bridge.Scope) Token {
	t.Helper()
	e, message := serve(t, a, "oauth2.getAccessToken", askFor(scope, a.Clock.Now()))
	require.True(t, e.Success, message)
	var token Token
	require.NoError(t, json.Unmarshal(e.Data, &token))
	return token
}

func refresh(t testing.TB, a *Auth, scope bridge.Scope, token string) (Token, int) {
	t.Helper()
	e, _ := serve(t, a, "oauth2.refreshToken", fmt.Sprintf(`{"appId":%q,"eid":%q,"refreshToken":%q,"timestamp":"%d","scope":%q}`,
		team.AppID, team.EID, token, a.now(), scope))
	var given Token
	require.NoError(t, json.Unmarshal(e.Data, &given))
	return given, e.ErrorCode
}

func codeOf(err error) bridge.Code {
	if err == nil {
		return bridge.OK
	}
	return bridge.Coded(err).Code
}

// both runs a test with and without the cache: nothing is to differ.
func both(t *testing.T, test func(t *testing.T, a *Auth)) {
	t.Run("shared", func(t *testing.T) { test(t, newAuth(t, false)) })
	t.Run("exclusive", func(t *testing.T) { test(t, newAuth(t, true)) })
}

func TestTokenLivesByTheClock(t *testing.T) {
	both(t, func(t *testing.T, a *Auth) {
		ctx := t.Context()
		first := get(t, a, bridge.ResGroupScope)
		require.Regexp(t, `^[0-9a-f]{32}$`, first.AccessToken)
		require.Regexp(t, `^[0-9a-f]{32}$`, first.RefreshToken)
		require.Equal(t, int64(7200), first.ExpireIn)
		require.NoError(t, a.Check(ctx, first.AccessToken, bridge.ResGroupScope))

		a.Clock.Advance(time.Hour)
		again := get(t, a, bridge.ResGroupScope)
		require.Equal(t, Token{first.AccessToken, 3600, first.RefreshToken}, again)

		a.Clock.Advance(time.Hour - time.Millisecond)
		require.NoError(t, a.Check(ctx, first.AccessToken, bridge.ResGroupScope))
		require.Equal(t, int64(1), get(t, a, bridge.ResGroupScope).ExpireIn)
		a.Clock.Advance(time.Millisecond)
		require.Equal(t, ExpiredToken, codeOf(a.Check(ctx, first.AccessToken, bridge.ResGroupScope)))

		next := get(t, a, bridge.ResGroupScope)
		require.NotEqual(t, first.AccessToken, next.AccessToken)
		require.Equal(t, int64(7200), next.ExpireIn)
		require.NoError(t, a.Check(ctx, next.AccessToken, bridge.ResGroupScope))
		require.Equal(t, ExpiredToken, codeOf(a.Check(ctx, first.AccessToken, bridge.ResGroupScope)), "it is told from one that never was")

		a.Clock.Set(start)
		require.NoError(t, a.Check(ctx, next.AccessToken, bridge.ResGroupScope))
		require.Equal(t, int64(7200), get(t, a, bridge.ResGroupScope).ExpireIn, "a clock that was moved back promises no longer life")
	})
}

func TestCheck(t *testing.T) {
	both(t, func(t *testing.T, a *Auth) {
		tokens := map[bridge.Scope]string{}
		for _, scope := range []bridge.Scope{bridge.AppScope, bridge.TeamScope, bridge.ResGroupScope} {
			tokens[scope] = get(t, a, scope).AccessToken
		}
		for given, token := range tokens {
			for asked := range tokens {
				for range 2 { // the second time from the cache
					want := WrongScope
					if given == asked {
						want = bridge.OK
					}
					require.Equal(t, want, codeOf(a.Check(t.Context(), token, asked)), "%s for %s", given, asked)
				}
			}
		}
		require.Equal(t, NoToken, codeOf(a.Check(t.Context(), "", bridge.AppScope)))
		require.Equal(t, UnknownToken, codeOf(a.Check(t.Context(), "0123456789abcdef0123456789abcdef", bridge.AppScope)))
		require.NoError(t, a.Check(t.Context(), "", bridge.AnyScope))
	})
}

func TestRefresh(t *testing.T) {
	both(t, func(t *testing.T, a *Auth) {
		ctx := t.Context()
		first, other := get(t, a, bridge.TeamScope), get(t, a, bridge.AppScope)
		require.NoError(t, a.Check(ctx, first.AccessToken, bridge.TeamScope))
		a.Clock.Advance(time.Minute)
		second, _ := refresh(t, a, bridge.TeamScope, first.RefreshToken)
		require.NotEqual(t, first.AccessToken, second.AccessToken)
		require.NotEqual(t, first.RefreshToken, second.RefreshToken)
		require.Equal(t, int64(7200), second.ExpireIn)
		require.Equal(t, ExpiredToken, codeOf(a.Check(ctx, first.AccessToken, bridge.TeamScope)))
		require.NoError(t, a.Check(ctx, second.AccessToken, bridge.TeamScope))
		require.Equal(t, second.AccessToken, get(t, a, bridge.TeamScope).AccessToken)

		for _, wrong := range []string{first.RefreshToken, other.RefreshToken, second.AccessToken, "x"} {
			_, code := refresh(t, a, bridge.TeamScope, wrong)
			require.Equal(t, 94015, code)
		}
		require.NoError(t, a.Check(ctx, second.AccessToken, bridge.TeamScope), "a failed refresh ends nothing")

		a.Clock.Advance(3 * time.Hour)
		third, code := refresh(t, a, bridge.TeamScope, second.RefreshToken)
		require.Zero(t, code, "a refresh token outlives its access token")
		require.NoError(t, a.Check(ctx, third.AccessToken, bridge.TeamScope))
	})
}

func TestRefreshBeforeAnyToken(t *testing.T) {
	_, code := refresh(t, newAuth(t, true), bridge.AppScope, "x")
	require.Equal(t, 94015, code)
}

func TestRequestFaults(t *testing.T) {
	a := newAuth(t, true)
	now := start.UnixMilli()
	with := func(changes map[string]any) string {
		body := map[string]any{"appId": team.AppID, "eid": team.EID, "secret": team.AppSecret, "refreshToken": "x", "timestamp": now, "scope": "team"}
		for name, value := range changes {
			if body[name] = value; value == nil {
				delete(body, name)
			}
		}
		text, err := json.Marshal(body)
		require.NoError(t, err)
		return string(text)
	}
	for name, test := range map[string]struct {
		changes map[string]any
		code    int    // of getAccessToken
		refresh int    // of refreshToken; 94015 where all else is right
		says    string // in the message of getAccessToken
	}{
		"all right":                    {nil, 0, 94015, ""},
		"timestamp as text":            {map[string]any{"timestamp": strconv.FormatInt(now, 10)}, 0, 94015, ""},
		"three minutes early":          {map[string]any{"timestamp": now - 180_000}, 0, 94015, ""},
		"three minutes late":           {map[string]any{"timestamp": now + 180_000}, 0, 94015, ""},
		"earlier":                      {map[string]any{"timestamp": now - 180_001}, 94014, 94014, "180001"},
		"later":                        {map[string]any{"timestamp": now + 180_001}, 94014, 94014, "180001"},
		"seconds":                      {map[string]any{"timestamp": now / 1000}, 90001, 90001, "timestamp"},
		"14 digits":                    {map[string]any{"timestamp": 10_000_000_000_000}, 90001, 90001, "timestamp"},
		"far off":                      {map[string]any{"timestamp": 9_999_999_999_999}, 94014, 94014, ""},
		"no timestamp":                 {map[string]any{"timestamp": nil}, 90001, 90001, "timestamp"},
		"timestamp that is no number":  {map[string]any{"timestamp": "soon"}, 90001, 90001, "整数"},
		"no scope":                     {map[string]any{"scope": nil}, 90001, 90001, "scope"},
		"unknown scope":                {map[string]any{"scope": "root"}, 90001, 90001, "root"},
		"no secret":                    {map[string]any{"secret": ""}, 90001, 94015, "secret"},
		"wrong secret":                 {map[string]any{"secret": "guess"}, 94013, 94015, "appSecret"},
		"the other secret":             {map[string]any{"secret": team.ResGroupSecret}, 94013, 94015, "appSecret"},
		"secret of the wrong type":     {map[string]any{"secret": 1}, 90001, 94015, "secret"},
		"no appId":                     {map[string]any{"appId": nil}, 90001, 94015, "appId"},
		"unknown appId":                {map[string]any{"appId": "1"}, 94011, 94011, team.AppID},
		"no eid":                       {map[string]any{"eid": nil}, 90001, 94015, "eid"},
		"unknown eid":                  {map[string]any{"eid": "1"}, 94012, 94012, team.EID},
		"app needs no eid":             {map[string]any{"scope": "app", "eid": nil}, 0, 94015, ""},
		"app needs appId":              {map[string]any{"scope": "app", "appId": nil}, 90001, 90001, "appId"},
		"app looks at no eid":          {map[string]any{"scope": "app", "eid": "1"}, 0, 94015, ""},
		"group needs no appId":         {map[string]any{"scope": "resGroupSecret", "secret": team.ResGroupSecret, "appId": nil}, 0, 94015, ""},
		"group needs eid":              {map[string]any{"scope": "resGroupSecret", "eid": nil}, 90001, 90001, "eid"},
		"group with the app's secret":  {map[string]any{"scope": "resGroupSecret"}, 94013, 94015, "resGroupSecret"},
		"no refreshToken, not asked":   {map[string]any{"refreshToken": nil}, 0, 90001, ""},
		"neither appId nor eid (team)": {map[string]any{"appId": nil, "eid": nil}, 90001, 90001, "appId"},
	} {
		t.Run(name, func(t *testing.T) {
			e, message := serve(t, a, "oauth2.getAccessToken", with(test.changes))
			require.Equal(t, test.code, e.ErrorCode, message)
			require.Contains(t, message, test.says)
			require.NotContains(t, message, team.AppSecret)
			require.NotContains(t, message, team.ResGroupSecret)
			if test.refresh == 94015 {
				delete(test.changes, "secret") // refreshToken does not know it
			}
			e, message = serve(t, a, "oauth2.refreshToken", with(test.changes))
			require.Equal(t, test.refresh, e.ErrorCode, message)
		})
	}
}

func TestManyAskAtOnce(t *testing.T) {
	both(t, func(t *testing.T, a *Auth) {
		tokens := make([]Token, 32)
		var all sync.WaitGroup
		for i := range tokens {
			all.Go(func() { tokens[i], _ = a.Token(t.Context(), bridge.ResGroupScope) })
		}
		all.Wait()
		for _, token := range tokens {
			require.Equal(t, tokens[0], token)
		}
		require.Len(t, tokens[0].AccessToken, 32)
	})
}

// TestCheckWhileRefreshing holds the cache to what the database says: when refresh has returned, the old token is over.
func TestCheckWhileRefreshing(t *testing.T) {
	a := newAuth(t, true)
	current := get(t, a, bridge.AppScope)
	for range 20 {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() { _ = a.Check(t.Context(), current.AccessToken, bridge.AppScope) })
		}
		next, code := refresh(t, a, bridge.AppScope, current.RefreshToken)
		require.Zero(t, code)
		require.Equal(t, ExpiredToken, codeOf(a.Check(t.Context(), current.AccessToken, bridge.AppScope)))
		all.Wait()
		require.Equal(t, ExpiredToken, codeOf(a.Check(t.Context(), current.AccessToken, bridge.AppScope)))
		current = next
	}
}

func TestResetForgets(t *testing.T) {
	a := newAuth(t, true)
	token := get(t, a, bridge.AppScope).AccessToken
	require.NoError(t, a.Check(t.Context(), token, bridge.AppScope))
	require.NoError(t, a.DB.Write(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`DELETE FROM access_token`)
		return err
	}))
	require.NoError(t, a.Check(t.Context(), token, bridge.AppScope))
	a.Reset()
	require.Equal(t, UnknownToken, codeOf(a.Check(t.Context(), token, bridge.AppScope)))
}

func TestDatabaseFault(t *testing.T) {
	a := newAuth(t, true)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, a.Check(ctx, "x", bridge.AppScope), context.Canceled)
	_, err := a.Token(ctx, bridge.AppScope)
	require.ErrorIs(t, err, context.Canceled)
	_, err = a.Ticket(ctx, "oid-1", team.AppID)
	require.ErrorIs(t, err, context.Canceled)
}

// TestTimestampIsNamed: what is no whole number is refused by the field's name, also where it may be absent.
func TestTimestampIsNamed(t *testing.T) {
	a := newAuth(t, true)
	for _, name := range []string{"oauth2.getAccessToken", "oauth2.refreshToken"} {
		e, message := serve(t, a, name, `{"scope":"app","timestamp":"abc"}`)
		require.Equal(t, 90001, e.ErrorCode)
		require.Equal(t, `参数 timestamp 类型不对: 应为整数, 收到 "abc"`, message)
	}
}

// TestNoSecretIsRecorded: what a log shows of the calls that take or give secrets has their fields, but none of their values.
func TestNoSecretIsRecorded(t *testing.T) {
	a := newAuth(t, true)
	given := get(t, a, bridge.TeamScope)
	for _, api := range a.APIs() {
		if !api.Hidden {
			continue
		}
		body := fmt.Sprintf(`{"appId":%q,"eid":%q,"secret":%q,"refreshToken":%q,"timestamp":%d,"scope":"team"}`,
			team.AppID, team.EID, team.AppSecret, given.RefreshToken, start.UnixMilli())
		envelope, failed, _ := api.Serve(t.Context(), json.RawMessage(body))
		require.Nil(t, failed)
		r := api.Record(json.RawMessage(body), envelope)
		require.JSONEq(t, `{"appId":"500000001","eid":"20260401","secret":"***","refreshToken":"***","timestamp":1522729800000,"scope":"team"}`, string(r.Params))
		require.JSONEq(t, `{"success":true,"errorCode":0,"error":null,"data":{"accessToken":"***","refreshToken":"***","expireIn":7200}}`, string(r.Result))
	}
}
