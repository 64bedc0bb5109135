// Package auth opens the server APIs: access tokens (reference §3.1), and the tickets by which an app's server learns who
// holds the phone (reference §3.3). Both live in the database and expire on the host's clock.
//
// No official list of the vendor's codes exists for this area (reference §3.5); those here are qinghost's own.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"

	"qinghost/bridge"
)

// The codes of this area.
const (
	NoToken      bridge.Code = "94001" // HTTP 401: no accessToken in the address
	UnknownToken bridge.Code = "94002" // HTTP 401: never given, or long ago
	ExpiredToken bridge.Code = "94003" // HTTP 401: its time is over, or it was refreshed
	WrongScope   bridge.Code = "94004" // HTTP 401: good, but not for this call

	UnknownApp     bridge.Code = "94011" // no such appId
	UnknownTeam    bridge.Code = "94012" // no such eid
	WrongSecret    bridge.Code = "94013" // the secret is not the one of that app or team
	StaleTimestamp bridge.Code = "94014" // timestamp more than 3 minutes off the host's clock
	UnknownRefresh bridge.Code = "94015" // a refreshToken that is not the current one

	UnknownTicket bridge.Code = "94021" // never given, or long ago
	UsedTicket    bridge.Code = "94022" // traded before
	ExpiredTicket bridge.Code = "94023" // older than TicketLife
	UnknownPerson bridge.Code = "94024" // a ticket for somebody who is not in the team
)

// Team is what the team's administration pages show: who may ask for tokens.
type Team struct {
	EID, AppID, AppSecret, ResGroupSecret string
}

// People knows the team's people.
type People interface {
	Name(openID string) (string, bool)
}

// DB is the database; Writes run one after another and may run again, Reads see a snapshot. Statements run without the
// caller's context: one that is cut short would take down the transaction, which others may share.
type DB interface {
	Write(ctx context.Context, fn func(tx *sql.Tx) error) error
	Read(ctx context.Context, fn func(tx *sql.Tx) error) error
}

// Deps is what the area needs from outside.
type Deps struct {
	DB     DB
	Clock  *bridge.Clock
	Team   Team
	People People
	// JobNo returns a person's job number for the user context; nil, or an empty answer, is null there.
	JobNo func(openID string) string
	// AnyPerson also gives tickets for people whom People does not know: real ids.
	AnyPerson bool
	// Exclusive says that no other host writes to this database, so that a token once seen needs no second look there. Whoever
	// empties the database then calls Reset.
	Exclusive bool
}

// Auth gives tokens and tickets, and checks them. Its methods may be called from any goroutine.
type Auth struct {
	Deps
	seen cache
}

// New returns the area; the database has its tables already.
func New(deps Deps) *Auth { return &Auth{Deps: deps} }

// APIs returns the server APIs and what pages can call. Those that take a secret are hidden: a page can call them, as an
// extension, but no call log shows the secret.
func (a *Auth) APIs() []bridge.API {
	secret := bridge.Secret("appId", "eid", "timestamp", "scope", "expireIn")
	return []bridge.API{
		bridge.Define("oauth2.getAccessToken", "取 accessToken (scope: app、team、resGroupSecret), 有效期内重复获取得到同一个", a.getAccessToken,
			secret, bridge.At(bridge.Route{Path: "/gateway/oauth2/token/getAccessToken"}),
			bridge.Example(`{"eid":"20260401","secret":"xxx","timestamp":1522729800000,"scope":"resGroupSecret"}`)),
		bridge.Define("oauth2.refreshToken", "用 refreshToken 换一对新的, 旧的随即失效", a.refreshToken,
			secret, bridge.At(bridge.Route{Path: "/gateway/oauth2/token/refreshToken"}),
			bridge.Example(`{"eid":"20260401","refreshToken":"xxx","timestamp":1522729800000,"scope":"resGroupSecret"}`)),
		bridge.Define("ticket.acquireContext", "用 ticket 换用户身份 (免登)", a.acquireContext,
			bridge.At(bridge.Route{Path: "/gateway/ticket/user/acquirecontext", Scope: bridge.AppScope}),
			bridge.Example(`{"appid":"500000001","ticket":"xxx","disposable":true}`)),
		bridge.DefineOnPage("runtime.auth", "鉴权并取 ticket (签名算法未公开, 不校验 signature)", a.runtimeAuth, bridge.Since("0.9.50"),
			bridge.Example(`{"appId":"500000001","timeStamp":1522729800000,"nonceStr":"xxx","signature":"xxx"}`)),
	}
}

// Reset forgets what was seen of the database, after somebody emptied it.
func (a *Auth) Reset() { a.seen.reset() }

// now is the host's time in milliseconds.
func (a *Auth) now() int64 { return a.Clock.Now().UnixMilli() }

// random returns 32 hexadecimal digits that nobody guesses.
func random() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// same compares secrets in a time that says nothing about them, not even their length.
func same(given, secret string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// field is a parameter that must be there.
type field struct {
	name string
	is   bool
}

// need names the first field that is missing.
func need(fields ...field) error {
	for _, f := range fields {
		if !f.is {
			return bridge.Errorf(bridge.BadParams, "缺少参数 %s", f.name)
		}
	}
	return nil
}
