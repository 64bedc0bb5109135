package auth

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"qinghost/bridge"
)

// TicketLife is how long a ticket can be traded, by the host's clock. The vendor says only that it is not to be kept.
const TicketLife = 10 * time.Minute

// Ticket makes a ticket by which the app learns that openID holds the phone: 32 hexadecimal digits, as the client adds them
// to an app's address (reference §1.10). It is good for TicketLife.
func (a *Auth) Ticket(ctx context.Context, openID, appID string) (string, error) {
	if appID != a.Team.AppID {
		return "", bridge.Errorf(UnknownApp, "没有 appId 为 %.40q 的应用, 此团队的应用是 %s", appID, a.Team.AppID)
	}
	if _, known := a.People.Name(openID); !known && !a.AnyPerson {
		return "", bridge.Errorf(UnknownPerson, "团队里没有 openId 为 %.40q 的人", openID)
	}
	ticket := random()
	err := a.DB.Write(ctx, func(tx *sql.Tx) error {
		now := a.now()
		if _, err := tx.Exec(`DELETE FROM ticket WHERE expires < $1`, now-keepEnded.Milliseconds()); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO ticket (ticket, open_id, app_id, expires, used) VALUES ($1, $2, $3, $4, 0)`,
			ticket, openID, appID, now+TicketLife.Milliseconds())
		return err
	})
	if err != nil {
		return "", err
	}
	return ticket, nil
}

// ContextRequest are the parameters of acquirecontext (reference §3.3).
type ContextRequest struct {
	AppID  string `json:"appid"`
	Ticket string `json:"ticket"`
	// Disposable has the ticket end with this call, which it also does when nothing is said; false keeps it until it expires.
	Disposable *bool `json:"disposable"`
}

// UserContext is who holds the phone (reference §3.3). The fields of the newer document's example stand beside those of
// the older one; what qinghost's team does not have is null.
type UserContext struct {
	AppID     string  `json:"appid"`
	EID       string  `json:"eid"`
	UserName  string  `json:"username"` // the person's name
	UserID    string  `json:"userid"`   // the openId: qinghost's people have one id
	JobNo     *string `json:"jobNo"`
	NetworkID string  `json:"networkid"` // the eid: qinghost's teams have one id
	DeviceID  *string `json:"deviceId"`
	OpenID    string  `json:"openid"`
	Ticket    *string `json:"ticket"` // always null, as in the vendor's example
	XTID      *string `json:"xtid"`
	OID       string  `json:"oid"` // the openId
	UID       *string `json:"uid"`
	TID       *string `json:"tid"`
}

func (a *Auth) acquireContext(ctx context.Context, p ContextRequest) (UserContext, error) {
	if err := need(field{"appid", p.AppID != ""}, field{"ticket", p.Ticket != ""}); err != nil {
		return UserContext{}, err
	}
	if p.AppID != a.Team.AppID {
		return UserContext{}, bridge.Errorf(UnknownApp, "没有 appid 为 %.40q 的应用, 此团队的应用是 %s", p.AppID, a.Team.AppID)
	}
	openID, err := a.trade(ctx, p)
	if err != nil {
		return UserContext{}, err
	}
	name, _ := a.People.Name(openID)
	user := UserContext{
		AppID: p.AppID, EID: a.Team.EID, UserName: name, UserID: openID, NetworkID: a.Team.EID, OpenID: openID, OID: openID,
	}
	if a.JobNo != nil {
		if no := a.JobNo(openID); no != "" {
			user.JobNo = &no
		}
	}
	return user, nil
}

// trade takes a ticket and returns whose it is.
func (a *Auth) trade(ctx context.Context, p ContextRequest) (openID string, err error) {
	err = a.DB.Write(ctx, func(tx *sql.Tx) error {
		var expires int64
		var used int
		err := tx.QueryRow(`SELECT open_id, expires, used FROM ticket WHERE ticket = $1 AND app_id = $2`, p.Ticket, p.AppID).
			Scan(&openID, &expires, &used)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return bridge.Errorf(UnknownTicket, "ticket 无效: 请从应用地址的 ticket 参数, 或 qing.call('getTicket', …) 取得")
		case err != nil:
			return err
		case used != 0:
			return bridge.Errorf(UsedTicket, "ticket 已使用过: 每个只能换一次用户身份, 请不要缓存, 重新打开应用即得新的")
		case expires <= a.now():
			return bridge.Errorf(ExpiredTicket, "ticket 已过期: 有效期 %v, 重新打开应用即得新的", TicketLife)
		case p.Disposable != nil && !*p.Disposable:
			return nil
		}
		_, err = tx.Exec(`UPDATE ticket SET used = 1 WHERE ticket = $1`, p.Ticket)
		return err
	})
	return openID, err
}

// AuthRequest are the parameters of runtime.auth: what the app's server signed (reference §1.6).
type AuthRequest struct {
	AppID     string      `json:"appId"`
	TimeStamp *bridge.Int `json:"timeStamp"`
	NonceStr  string      `json:"nonceStr"`
	// Signature must be there; how it is made is not public, so it is not checked.
	Signature string `json:"signature"`
}

// AuthResult is the data of runtime.auth.
type AuthResult struct {
	Ticket string `json:"ticket"`
}

func (a *Auth) runtimeAuth(ctx context.Context, _ bridge.Page, p AuthRequest) (AuthResult, error) {
	if err := need(field{"appId", p.AppID != ""}, field{"timeStamp", p.TimeStamp != nil},
		field{"nonceStr", p.NonceStr != ""}, field{"signature", p.Signature != ""}); err != nil {
		return AuthResult{}, err
	}
	ticket, err := a.Ticket(ctx, bridge.Caller(ctx), p.AppID)
	return AuthResult{ticket}, err
}
