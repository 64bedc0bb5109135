package webview

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"strings"

	"qinghost/bridge"
)

type localParams struct {
	Name      string `json:"name"`
	UserIDs   idList `json:"userIds"`
	OpenIDs   idList `json:"openIds"`
	GroupName string `json:"groupName"`
}

// idList is a list of ids, or one string with commas.
type idList []string

// UnmarshalJSON implements json.Unmarshaler.
func (l *idList) UnmarshalJSON(text []byte) error {
	var joined string
	if json.Unmarshal(text, &joined) != nil {
		return json.Unmarshal(text, (*[]string)(l))
	}
	*l = strings.FieldsFunc(joined, func(r rune) bool { return r == ',' || r == ' ' })
	return nil
}

// TypeScript implements typescript.Typed.
func (idList) TypeScript() string { return "string | string[]" }

// localFunction opens a function of the client itself (reference §2, [N]: no callback on success). Signing in and inviting have
// no screen here; an unknown name does nothing, as on the phone.
func (w *Webview) localFunction(ctx context.Context, page bridge.Page, p localParams) (struct{}, error) {
	leave, err := w.enter(page, "localFunction")
	if err != nil {
		return struct{}{}, err
	}
	if stays, err := w.local(ctx, page, p, leave); err != nil || !stays {
		leave()
		return struct{}{}, err
	}
	return struct{}{}, nil
}

// local opens the function. Where its screen stays after the call, leave is called when that is gone.
func (w *Webview) local(ctx context.Context, page bridge.Page, p localParams, leave func()) (stays bool, err error) {
	switch p.Name {
	case "signin":
		w.say(page, "手机上会打开“签到”")
	case "invite":
		w.say(page, "手机上会打开“邀请同事”")
	case "createChat":
		return true, w.client.CreateChat(ctx, page, leave)
	case "createChatWithUsers":
		ids := append(p.OpenIDs, p.UserIDs...)
		if len(ids) == 0 || p.GroupName == "" {
			return false, bridge.Errorf(bridge.Failed, "userId或groupName不能为空")
		}
		return true, w.client.OpenChat(ctx, page, p.GroupName, ids, leave)
	case "createvoicemeeting": // the meeting itself runs beside the page
		err = w.client.CreateVoiceMeeting(ctx, page)
	default:
		err = bridge.Ignored("localFunction 没有名为 " + p.Name +
			" 的功能; 已知: signin, createChat, createChatWithUsers, invite, createvoicemeeting")
	}
	return false, err
}

// The outcomes of validate (reference §2, [P]).
const (
	validated     = 1     // errorCode of success
	validateCode  = 13400 // errorCode of both failures
	validateGone  = "用户取消验证"
	validateWrong = "密码验证错误"
	ticketPrefix  = "APPURLWITHTICKET" // and 32 hexadecimal digits
)

// validation is the whole answer of validate: unlike all others, success is a boolean and errorCode a number.
type validation struct {
	bridge.Whole
	Success   bool              `json:"success"`
	Error     string            `json:"error,omitempty"`
	ErrorCode int               `json:"errorCode"`
	Data      *validationTicket `json:"data,omitempty"`
}

type validationTicket struct {
	Ticket string `json:"ticket"`
}

// passwordAnswer is what the password dialog says: {"password": "…"} or {"cancel": true}. Every password is right, but the
// empty one is wrong: the host has none to compare with.
type passwordAnswer struct {
	Password *string `json:"password"`
	Cancel   bool    `json:"cancel"`
}

// Check refuses an answer that is neither, or both.
func (a *passwordAnswer) Check() error {
	if a.Cancel == (a.Password != nil) {
		return bridge.Errorf(bridge.NoView, "密码框的回答应为 {password: 密码} (空的算输错) 或 {cancel: true}")
	}
	return nil
}

// validate asks for the password. The ticket is not one that acquirecontext takes: how the vendor's is traded is not known.
func (w *Webview) validate(ctx context.Context, page bridge.Page, p struct {
	Type         string      `json:"type"` // password
	LightAppID   string      `json:"lightAppId"`
	Prompt       string      `json:"prompt"`
	IgnoreYZJPwd bridge.Bool `json:"ignoreYzjPwd"`
}) (validation, error) {
	if p.Type != "" && p.Type != "password" {
		return validation{}, bridge.Errorf(bridge.BadParams, "参数 type 只知道 password, 收到 %.40q", p.Type)
	}
	var a passwordAnswer
	if err := page.Call(ctx, "view.dialog", map[string]string{"prompt": p.Prompt}, &a); err != nil {
		return validation{}, err
	}
	switch {
	case a.Cancel:
		return validation{Error: validateGone, ErrorCode: validateCode}, nil
	case *a.Password == "":
		return validation{Error: validateWrong, ErrorCode: validateCode}, nil
	}
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails
	ticket := &validationTicket{ticketPrefix + hex.EncodeToString(random[:])}
	return validation{Success: true, ErrorCode: validated, Data: ticket}, nil
}
