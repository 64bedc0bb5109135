package auth

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"qinghost/bridge"
)

const (
	// TokenLife is how long an access token is good, by the host's clock (reference §3.1: the older document; the newer one
	// says 6400 s).
	TokenLife = 7200 * time.Second
	// timestampSlack is how far a timestamp may be off the host's clock (reference §3.1).
	timestampSlack = 3 * time.Minute
	// keepEnded is how long a token that is over is still told from one that never was.
	keepEnded = 7 * 24 * time.Hour
)

// Token is the data of getAccessToken and refreshToken.
type Token struct {
	AccessToken string `json:"accessToken"` // 32 hexadecimal digits
	// ExpireIn is the remaining life in seconds, rounded up: 7200 for a new one.
	ExpireIn     int64  `json:"expireIn"`
	RefreshToken string `json:"refreshToken"` // good once, until the next pair is given
}

// AccessRequest are the parameters of getAccessToken.
type AccessRequest struct {
	AppID     string       `json:"appId"`     // scopes app and team
	EID       string       `json:"eid"`       // scopes team and resGroupSecret
	Secret    string       `json:"secret"`    // the app's; in scope resGroupSecret the resource group's
	Timestamp *bridge.Int  `json:"timestamp"` // ms since the epoch, 13 digits, within 3 minutes of the host's clock
	Scope     bridge.Scope `json:"scope"`     // app, team, resGroupSecret
}

// RefreshRequest are the parameters of refreshToken.
type RefreshRequest struct {
	AppID        string       `json:"appId"` // scope app; in scope team this or eid
	EID          string       `json:"eid"`   // scope resGroupSecret
	RefreshToken string       `json:"refreshToken"`
	Timestamp    *bridge.Int  `json:"timestamp"` // as in AccessRequest
	Scope        bridge.Scope `json:"scope"`
}

func (a *Auth) getAccessToken(ctx context.Context, p AccessRequest) (Token, error) {
	if err := checkScope(p.Scope); err != nil {
		return Token{}, err
	}
	if err := need(
		field{"appId", p.AppID != "" || p.Scope == bridge.ResGroupScope},
		field{"eid", p.EID != "" || p.Scope == bridge.AppScope},
		field{"secret", p.Secret != ""},
		field{"timestamp", p.Timestamp != nil},
	); err != nil {
		return Token{}, err
	}
	if err := a.checkSender(p.Scope, p.AppID, p.EID, int64(*p.Timestamp)); err != nil {
		return Token{}, err
	}
	secret, which := a.Team.AppSecret, "应用的 appSecret"
	if p.Scope == bridge.ResGroupScope {
		secret, which = a.Team.ResGroupSecret, "团队的资源组密钥 resGroupSecret"
	}
	if !same(p.Secret, secret) {
		return Token{}, bridge.Errorf(WrongSecret, "secret 不对: scope 为 %s 时应是%s", p.Scope, which)
	}
	return a.Token(ctx, p.Scope)
}

func (a *Auth) refreshToken(ctx context.Context, p RefreshRequest) (Token, error) {
	if err := checkScope(p.Scope); err != nil {
		return Token{}, err
	}
	if err := need(
		field{"appId", p.AppID != "" || p.Scope == bridge.ResGroupScope || p.Scope == bridge.TeamScope && p.EID != ""},
		field{"eid", p.EID != "" || p.Scope != bridge.ResGroupScope},
		field{"refreshToken", p.RefreshToken != ""},
		field{"timestamp", p.Timestamp != nil},
	); err != nil {
		return Token{}, err
	}
	if err := a.checkSender(p.Scope, p.AppID, p.EID, int64(*p.Timestamp)); err != nil {
		return Token{}, err
	}
	return a.exchange(ctx, p.Scope, func(current pair) error {
		// Found by its owner, not by itself, so that the comparison can take constant time.
		if !same(p.RefreshToken, current.RefreshToken) {
			return bridge.Errorf(UnknownRefresh, "refreshToken 不对或已失效: 每个只能用一次, 请用 getAccessToken 重新获取")
		}
		return nil
	})
}

func checkScope(scope bridge.Scope) error {
	switch scope {
	case bridge.AppScope, bridge.TeamScope, bridge.ResGroupScope:
		return nil
	case "":
		return need(field{"scope", false})
	}
	return bridge.Errorf(bridge.BadParams, "参数 scope 应为 app、team 或 resGroupSecret, 收到 %.40q", string(scope))
}

// checkSender checks the timestamp, and appId and eid where they are given and the scope looks at them.
func (a *Auth) checkSender(scope bridge.Scope, appID, eid string, timestamp int64) error {
	now := a.now()
	off, most := max(timestamp-now, now-timestamp), timestampSlack.Milliseconds()
	switch {
	case timestamp < 1e12 || timestamp >= 1e13:
		return bridge.Errorf(bridge.BadParams, "参数 timestamp 应为 13 位毫秒时间戳, 收到 %d", timestamp)
	case off > most:
		return bridge.Errorf(StaleTimestamp, "timestamp 与 qinghost 的时钟相差 %d 毫秒, 最多 %d: 请用当前时间 (时钟现为 %d, 控制接口可移动它)", off, most, now)
	case scope != bridge.ResGroupScope && appID != "" && appID != a.Team.AppID:
		return bridge.Errorf(UnknownApp, "没有 appId 为 %.40q 的应用, 此团队的应用是 %s", appID, a.Team.AppID)
	case scope != bridge.AppScope && eid != "" && eid != a.Team.EID:
		return bridge.Errorf(UnknownTeam, "没有 eid 为 %.40q 的团队, 此团队是 %s", eid, a.Team.EID)
	}
	return nil
}

// pair is a row of access_token.
type pair struct {
	Token
	expires int64 // ms
}

// owner is for whom a token of the scope is given.
func (a *Auth) owner(scope bridge.Scope) (eid, appID string) {
	if scope != bridge.AppScope {
		eid = a.Team.EID
	}
	if scope != bridge.ResGroupScope {
		appID = a.Team.AppID
	}
	return eid, appID
}

// Token returns the token of the scope: the current one while it is good, otherwise a new one. It is what getAccessToken
// gives to those who know the secret.
func (a *Auth) Token(ctx context.Context, scope bridge.Scope) (Token, error) {
	return a.exchange(ctx, scope, nil)
}

// exchange gives the scope's token, a new one where there is none that is good. With replace it always gives a new one, if
// replace agrees to end the current one, which may be the zero pair.
func (a *Auth) exchange(ctx context.Context, scope bridge.Scope, replace func(current pair) error) (Token, error) {
	var given, ended pair
	err := a.DB.Write(ctx, func(tx *sql.Tx) error {
		now := a.now()
		current, err := a.current(tx, scope)
		if err != nil {
			return err
		}
		if replace != nil {
			if err := replace(current); err != nil {
				return err
			}
		} else if current.expires > now {
			given, ended = current, pair{}
			return nil
		}
		ended = current
		given = pair{Token{AccessToken: random(), RefreshToken: random()}, now + TokenLife.Milliseconds()}
		return a.put(tx, scope, given, now)
	})
	if err != nil {
		return Token{}, err
	}
	a.seen.forget(ended.AccessToken)
	// Rounded up, so that a token is announced as 7200 for its first second. A clock that was moved back makes no longer life.
	left := (given.expires - a.now() + 999) / 1000
	given.ExpireIn = min(max(left, 0), int64(TokenLife/time.Second))
	return given.Token, nil
}

// current returns the owner's pair, the zero pair without one.
func (a *Auth) current(tx *sql.Tx, scope bridge.Scope) (pair, error) {
	var p pair
	eid, appID := a.owner(scope)
	err := tx.QueryRow(`SELECT token, refresh_token, expires FROM access_token WHERE scope = $1 AND eid = $2 AND app_id = $3 AND ended = 0`,
		string(scope), eid, appID).Scan(&p.AccessToken, &p.RefreshToken, &p.expires)
	if errors.Is(err, sql.ErrNoRows) {
		return pair{}, nil
	}
	return p, err
}

// put makes p the owner's pair, ends the one before, and drops what has been over for long.
func (a *Auth) put(tx *sql.Tx, scope bridge.Scope, p pair, now int64) error {
	eid, appID := a.owner(scope)
	_, err := tx.Exec(`UPDATE access_token SET ended = 1 WHERE scope = $1 AND eid = $2 AND app_id = $3 AND ended = 0`, string(scope), eid, appID)
	if err != nil {
		return err
	}
	if _, err = tx.Exec(`DELETE FROM access_token WHERE ended = 1 AND expires < $1`, now-keepEnded.Milliseconds()); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO access_token (token, refresh_token, scope, eid, app_id, expires, ended) VALUES ($1, $2, $3, $4, $5, $6, 0)`,
		p.AccessToken, p.RefreshToken, string(scope), eid, appID, p.expires)
	return err
}

// Check says whether the token opens calls of the scope; AnyScope needs none. It fails with NoToken, UnknownToken,
// ExpiredToken or WrongScope.
func (a *Auth) Check(ctx context.Context, token string, scope bridge.Scope) error {
	if scope == bridge.AnyScope {
		return nil
	}
	if token == "" {
		return bridge.Errorf(NoToken, "缺少 accessToken: 请在网址后加 ?accessToken=…, 用 /gateway/oauth2/token/getAccessToken 获取 (scope: %s)", scope)
	}
	known, err := a.look(ctx, token)
	switch {
	case err != nil:
		return err
	case known.scope == "":
		return bridge.Errorf(UnknownToken, "accessToken 无效: 请用 /gateway/oauth2/token/getAccessToken 获取 (scope: %s)", scope)
	case known.ended:
		return bridge.Errorf(ExpiredToken, "accessToken 已失效: 已换成新的一对, 请用新的")
	case known.expires <= a.now():
		return bridge.Errorf(ExpiredToken, "accessToken 已过期: 有效期 %d 秒, 请重新获取或用 refreshToken 刷新", TokenLife/time.Second)
	case known.scope != scope:
		return bridge.Errorf(WrongScope, "accessToken 的 scope 不对: 此接口需要 %s, 收到的是 %s", scope, known.scope)
	}
	return nil
}

// look finds a token; its scope is empty when it is unknown.
func (a *Auth) look(ctx context.Context, token string) (seen, error) {
	known, found, turn := a.seen.get(token)
	if found {
		return known, nil
	}
	err := a.DB.Read(ctx, func(tx *sql.Tx) error {
		var ended int
		err := tx.QueryRow(`SELECT scope, expires, ended FROM access_token WHERE token = $1`, token).
			Scan(&known.scope, &known.expires, &ended)
		known.ended = ended != 0
		if errors.Is(err, sql.ErrNoRows) {
			known = seen{}
			return nil
		}
		return err
	})
	if err == nil && a.Exclusive && known.scope != "" && !known.ended {
		a.seen.put(token, known, turn)
	}
	return known, err
}
