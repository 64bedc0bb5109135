package contact

import (
	"context"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"

	"qinghost/bridge"
)

// mostSelected is the vendor's maxSelect of a call that gives none (reference §2, selectPersons).
const mostSelected = 2000

// APIs returns what a page can call: the address book's rows of reference §2.
func (d *Directory) APIs() []bridge.API {
	everywhere := bridge.On("ios", "android", "desktop")
	demoGroup, me := hexID("demo groupId", demoGroups[0].name), hexID("demo openId", "方知遥")
	return []bridge.API{
		bridge.Define("getPersonInfo", "当前用户的信息", d.getPersonInfo, bridge.Since("0.9.0"), everywhere),
		bridge.DefineOnPage("selectPersons", "打开选人界面, 选多人或一人", d.selectPersons, bridge.Since("0.9.0"), everywhere,
			bridge.Waits,
			bridge.Example(`{"isMulti": true, "isShowMe": false, "selected": [], "blacklist": [], "maxSelect": 10, "title": "选择参会人"}`)),
		bridge.DefineOnPage("selectPerson", "打开选人界面, 选一人", d.selectPerson, bridge.Since("0.9.0"), bridge.Waits,
			bridge.Example(`{"isMulti": false}`)),
		bridge.DefineOnPage("selectPersonsInGroup", "在一个群组的成员里选人", d.selectPersonsInGroup, bridge.Since("0.9.21"), bridge.Waits,
			bridge.Example(`{"groupId": "`+demoGroup+`", "limitCount": 10, "selected": []}`)),
		bridge.DefineOnPage("selectOrgs", "打开选部门界面, 选多个或一个部门", d.selectOrgs, bridge.Since("0.9.14"), everywhere, bridge.Waits,
			bridge.Example(`{"isMulti": true, "selectedOrgs": [], "isAllowEmpty": false}`)),
		bridge.DefineOnPage("selectOrg", "打开选部门界面, 只取部门的 id", d.selectOrg, bridge.Since("0.9.0"), bridge.Waits,
			bridge.Example(`{"isMulti": false}`)),
		bridge.DefineOnPage("selectDepts", "打开选部门界面, 可限定能选的部门", d.selectDepts, bridge.On("ios"), bridge.Waits,
			bridge.Example(`{"isMulti": true, "blacklist": [], "whitelist": []}`)),
		bridge.DefineOnPage("personInfo", "打开一个人的名片", d.personInfo, bridge.Since("0.9.0"), everywhere, bridge.Silent,
			bridge.Example(`{"openId": "`+me+`"}`)),
		// It calls back with groupId only; Repeats leaves that to the function.
		bridge.DefineOnPage("chat", "打开与一个人, 或一个群组的会话; 成功时只有 groupId 才有回调", d.chat, bridge.Since("0.9.0"),
			everywhere, bridge.Repeats, bridge.Example(`{"groupId": "`+demoGroup+`"}`)),
		bridge.DefineOnPage("freeCall", "打免费电话给一个人 (只显示打给谁)", d.freeCall, bridge.Since("0.9.12"), bridge.Silent,
			bridge.Example(`{"openId": "`+me+`"}`)),
		bridge.Define("getExistApps", "已添加的应用的 appId, 以逗号相连: 这里只有这一个", d.getExistApps, bridge.On("ios")),
		bridge.Define("getAdminOpenId", "团队管理员的 openId, 以逗号相连", d.getAdminOpenID, bridge.Since("0.9.4")),
		bridge.Define("switchCompany", "切换到另一个团队", d.switchCompany, bridge.Since("0.9.0"), bridge.Silent,
			bridge.Example(`{"eid": "`+demoEID+`"}`)),
	}
}

// personInfo is the answer of getPersonInfo (reference §2): what is empty is left out, as the client does.
type personInfo struct {
	OpenID        string `json:"openId,omitempty"`
	Name          string `json:"name,omitempty"`
	UserName      string `json:"userName,omitempty"` // the account: e-mail address, telephone number or name
	PhotoURL      string `json:"photoUrl,omitempty"` // a data: URI
	Gender        int    `json:"gender,omitempty"`   // 1 male, 2 female
	Email         string `json:"email,omitempty"`
	EID           string `json:"eid,omitempty"`
	CompanyName   string `json:"companyName,omitempty"`
	JobNo         string `json:"jobNo,omitempty"`
	ID            string `json:"id,omitempty"` // the personId of the selectPersons family
	BizID         string `json:"bizId,omitempty"`
	WBUserID      string `json:"wbuserid,omitempty"`
	CloudPassport string `json:"cloudpassport,omitempty"`
}

func (d *Directory) getPersonInfo(ctx context.Context, _ struct{}) (personInfo, error) {
	ix := d.current()
	p := ix.people[ix.caller(ctx)]
	if p == nil {
		return personInfo{}, bridge.Errorf(bridge.Failed, "用户信息为空")
	}
	return personInfo{
		OpenID: p.OpenID, Name: p.Name, UserName: orElse(p.Email, orElse(p.Phone, p.Name)), PhotoURL: Avatar(p.OpenID, p.Name),
		Gender: p.Gender, Email: p.Email, EID: ix.team.EID, CompanyName: ix.team.Name, JobNo: p.JobNo,
		ID: personID(p.OpenID), BizID: hexID("bizId", p.OpenID), WBUserID: hexID("wbuserid", p.OpenID), CloudPassport: p.Email,
	}, nil
}

// personID is a person's other id. What the client's looks like is not known; this one differs from the openId so that a
// page which takes one for the other is found out.
func personID(openID string) string { return hexID("personId", openID) }

type selectPersonsParams struct {
	IsMulti     *bridge.Bool `json:"isMulti"`  // more than one; yes unless false
	IsShowMe    *bridge.Bool `json:"isShowMe"` // the current user can be chosen too
	Selected    []string     `json:"selected"` // openIds chosen beforehand
	Ignore      []string     `json:"ignore"`   // openIds that cannot be chosen; so blacklist
	Blacklist   []string     `json:"blacklist"`
	Range       []string     `json:"range"` // the only openIds that can be chosen; so whitelist
	Whitelist   []string     `json:"whitelist"`
	MinSelect   *number      `json:"minSelect"`
	MaxSelect   *number      `json:"maxSelect"` // 2000 unless given, or 0
	Title       string       `json:"title"`
	ButtonTitle string       `json:"buttonTitle"`
	HideOrg     *bridge.Bool `json:"hideOrg"` // without the tab of departments
	// Pages pass these too, and the client reads some; how they change the choice is not known, so they change nothing here.
	PType          any          `json:"pType"`
	Mobiles        any          `json:"mobiles"`
	Extra          any          `json:"extra"` // "only"
	IsShowExt      *bridge.Bool `json:"isShowExt"`
	IsShowEco      *bridge.Bool `json:"isShowEcosphere"`
	IsShowJobTitle *bridge.Bool `json:"isShowJobTitle"`
}

// selected is the answer of selectPersons and selectPersonsInGroup; the name's key is the vendor's.
type selected struct {
	Persons []selectedPerson `json:"persons"`
}

type selectedPerson struct {
	PersonID  string `json:"personId"`
	Name      string `json:"name"`
	AvatarURL string `json:"avatarUrl"`
	OpenID    string `json:"openId"`
}

func (d *Directory) selectPersons(ctx context.Context, page bridge.Page, p selectPersonsParams) (selected, error) {
	w := wish{
		withMe: p.IsShowMe.Or(false), without: append(p.Ignore, p.Blacklist...), hideOrg: p.HideOrg.Or(false),
		params: pickerParams{
			Title: p.Title, ButtonTitle: p.ButtonTitle, Selected: p.Selected,
			Multi: p.IsMulti.Or(true), Min: p.MinSelect.or(0), Max: p.MaxSelect.most(),
		},
		nobody: p.MinSelect != nil && *p.MinSelect == 0,
	}
	for _, only := range [][]string{p.Range, p.Whitelist} {
		if len(only) > 0 {
			w.only = append(w.only, only)
		}
	}
	switch least, most := w.params.Min, w.params.Max; {
	case least < 0:
		return selected{}, bridge.Errorf(bridge.BadParams, "参数 minSelect 不能为负, 收到 %d", least)
	case most < 0:
		return selected{}, bridge.Errorf(bridge.BadParams, "参数 maxSelect 不能为负, 收到 %d", most)
	case least > most:
		return selected{}, bridge.Errorf(bridge.BadParams, "参数 minSelect (%d) 大于 maxSelect (%d)", least, most)
	}
	return d.selectAnd(ctx, page, w)
}

type selectPersonParams struct {
	IsMulti *bridge.Bool `json:"isMulti"` // more than one; no unless true
	PType   any          `json:"pType"`   // passed by pages; what it changes is not known
}

// selectedOne is the answer of selectPerson, which names people by another key.
type selectedOne struct {
	Persons []selectedOnePerson `json:"persons"`
}

type selectedOnePerson struct {
	PersonID   string `json:"personId"`
	PersonName string `json:"personName"`
	AvatarURL  string `json:"avatarUrl"`
	OpenID     string `json:"openId"`
}

func (d *Directory) selectPerson(ctx context.Context, page bridge.Page, p selectPersonParams) (selectedOne, error) {
	got, err := d.selectAnd(ctx, page, wish{params: pickerParams{Multi: p.IsMulti.Or(false), Max: mostSelected}})
	one := selectedOne{Persons: []selectedOnePerson{}}
	for _, p := range got.Persons {
		one.Persons = append(one.Persons, selectedOnePerson{p.PersonID, p.Name, p.AvatarURL, p.OpenID})
	}
	return one, err
}

type selectPersonsInGroupParams struct {
	GroupID    string   `json:"groupId"`
	LimitCount *number  `json:"limitCount"` // most who can be chosen; 2000 unless given
	Selected   []string `json:"selected"`   // openIds chosen beforehand
}

func (d *Directory) selectPersonsInGroup(ctx context.Context, page bridge.Page, p selectPersonsInGroupParams) (selected, error) {
	most := p.LimitCount.most()
	switch {
	case p.GroupID == "":
		return selected{}, bridge.Errorf(bridge.BadParams, "参数 groupId 必填: 要在哪个群组里选人")
	case most < 0:
		return selected{}, bridge.Errorf(bridge.BadParams, "参数 limitCount 不能为负, 收到 %d", most)
	}
	group, err := d.groupOf(ctx, p.GroupID)
	if err != nil {
		return selected{}, err
	}
	return d.selectAnd(ctx, page, wish{group: group, params: pickerParams{Multi: true, Max: most, Selected: p.Selected}})
}

// selectAnd shows a picker that covers the page, and tells of the chosen.
func (d *Directory) selectAnd(ctx context.Context, page bridge.Page, w wish) (selected, error) {
	if !w.params.Multi {
		w.params.Max = 1
	}
	ids, uncover, err := d.pick(ctx, page, w)
	if err != nil {
		return selected{}, err
	}
	uncover()
	got := selected{Persons: []selectedPerson{}}
	for _, id := range ids {
		name, _ := d.Name(id)
		got.Persons = append(got.Persons, selectedPerson{personID(id), name, Avatar(id, name), id})
	}
	return got, nil
}

// number is a whole number as pages send it: 3 or "3". Nil is one that was not sent.
type number int

func (n *number) or(absent int) int {
	if n == nil {
		return absent
	}
	return int(*n)
}

// most is a limit: the vendor's own where none was sent, or 0.
func (n *number) most() int {
	if limit := n.or(0); limit != 0 {
		return limit
	}
	return mostSelected
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(text []byte) error {
	value, err := strconv.ParseFloat(strings.Trim(string(text), `"`), 64)
	if err != nil || value != math.Trunc(value) || math.Abs(value) > math.MaxInt32 {
		return wrongType(text, reflect.TypeFor[int]())
	}
	*n = number(value)
	return nil
}

// TypeScript implements typescript.Typed.
func (number) TypeScript() string { return "number | string" }

// wrongType makes the error of encoding/json, which puts the field's name into it.
func wrongType(text []byte, want reflect.Type) error {
	kind := "number"
	switch text[0] {
	case '"':
		kind = "string"
	case '{':
		kind = "object"
	case '[':
		kind = "array"
	case 't', 'f':
		kind = "bool"
	}
	return &json.UnmarshalTypeError{Value: kind, Type: want}
}
