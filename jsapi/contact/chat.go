package contact

import (
	"context"
	"slices"
	"strings"

	"qinghost/bridge"
)

// chatParams is what the chat page shows.
type chatParams struct {
	Title  string       `json:"title"`
	People []chatPerson `json:"people"` // besides the current user
	Group  bool         `json:"group"`
	Me     chatPerson   `json:"me"`
}

type chatPerson struct {
	OpenID string `json:"openId"`
	Name   string `json:"name"`
}

// leaveAnswer is what a screen says that can but be left: {"cancel": true}.
type leaveAnswer struct {
	Cancel bool `json:"cancel"`

	screen, leaving string // what they are called
}

// Check refuses an answer that does not leave.
func (a *leaveAnswer) Check() error {
	if !a.Cancel {
		return bridge.Errorf(bridge.NoView, "%s视图的回答只有 {cancel: true}: %s", a.screen, a.leaving)
	}
	return nil
}

// show opens a screen over the page, which stays until the person leaves it; whoever asked for it goes on. left is called when
// it is gone, with whether it was answered: otherwise the page left, or cannot show it.
func show(page bridge.Page, view string, params, answer any, left func(answered bool)) {
	uncover := page.Cover()
	page.Go(func(ctx context.Context) {
		defer uncover()
		left(page.Call(ctx, bridge.ViewPrefix+view, params, answer) == nil)
	})
}

func nothingElse(bool) {}

// openChat shows the chat page of these people; left is called when it is gone.
func (d *Directory) openChat(page bridge.Page, ix *index, me, title string, group bool, openIDs []string, left func(bool)) {
	p := chatParams{Title: title, Group: group, People: []chatPerson{}}
	for _, id := range openIDs {
		if id != me {
			p.People = append(p.People, chatPerson{id, ix.people[id].Name})
		}
	}
	if person := ix.people[me]; person != nil {
		p.Me = chatPerson{me, person.Name}
	}
	show(page, "chat", p, &leaveAnswer{screen: "会话", leaving: "返回"}, left)
}

type chatCall struct {
	OpenID  string `json:"openId"`
	GroupID string `json:"groupId"`
}

// opened is the answer of chat with groupId, without data.
type opened struct {
	bridge.Whole
	Success string `json:"success"`
}

// chat opens a person's or a group's chat page (reference §2, [N]). With groupId it answers at once, with openId only when
// nobody is called so; that lookup's text is not known.
func (d *Directory) chat(ctx context.Context, page bridge.Page, p chatCall) (struct{}, error) {
	ix := d.current()
	me := ix.caller(ctx)
	if p.GroupID != "" {
		group := ix.groups[p.GroupID]
		if group == nil || !group.Has(me) {
			return struct{}{}, bridge.Errorf(bridge.Failed, "找不到群组")
		}
		d.openChat(page, ix, me, group.Name, true, group.Members, nothingElse)
		bridge.Reply(ctx, opened{Success: "true"})
		return struct{}{}, nil
	}
	person, err := ix.look(p.OpenID)
	if err == nil {
		d.openChat(page, ix, me, person.Name, false, []string{person.OpenID}, nothingElse)
	}
	return struct{}{}, err
}

// look finds somebody for chat, personInfo and freeCall.
func (ix *index) look(openID string) (*Person, error) {
	if p := ix.people[openID]; p != nil {
		return p, nil
	}
	return nil, bridge.Errorf(bridge.Failed, "找不到 openId 为 %.40q 的人", openID)
}

// cardParams is what the person card shows.
type cardParams struct {
	OpenID     string `json:"openId"`
	Name       string `json:"name"`
	Company    string `json:"company"`
	Department string `json:"department"` // from the top down, with /
	JobTitle   string `json:"jobTitle"`
	Gender     int    `json:"gender"`
	Phone      string `json:"phone"`
	Email      string `json:"email"`
	JobNo      string `json:"jobNo"`
	Me         bool   `json:"me"` // nobody writes to himself
}

// cardAnswer is what the person card says: {"chat": true} goes on to the chat page, {"cancel": true} back to the app.
type cardAnswer struct {
	Chat   bool `json:"chat"`
	Cancel bool `json:"cancel"`

	me bool
}

// Check refuses an answer that does neither, or both, and a chat with oneself.
func (a *cardAnswer) Check() error {
	switch {
	case a.Chat == a.Cancel:
		return bridge.Errorf(bridge.NoView, "人员名片视图的回答应为 {chat: true} (发消息) 或 {cancel: true} (返回)")
	case a.Chat && a.me:
		return bridge.Errorf(bridge.NoView, "这是当前用户自己的名片, 没有“发消息”")
	}
	return nil
}

// personInfo shows somebody's card (reference §2, [N]): no callback but when nobody is called so.
func (d *Directory) personInfo(ctx context.Context, page bridge.Page, p struct {
	OpenID string `json:"openId"`
}) (struct{}, error) {
	ix := d.current()
	me := ix.caller(ctx)
	person, err := ix.look(p.OpenID)
	if err != nil {
		return struct{}{}, err
	}
	card := cardParams{
		OpenID: person.OpenID, Name: person.Name, Company: ix.team.Name, Department: ix.path(person.Department),
		JobTitle: person.JobTitle, Gender: person.Gender, Phone: person.Phone, Email: person.Email, JobNo: person.JobNo, Me: person.OpenID == me,
	}
	answer := &cardAnswer{me: card.Me}
	show(page, "personCard", card, answer, func(answered bool) {
		if answered && answer.Chat {
			d.openChat(page, ix, me, person.Name, false, []string{person.OpenID}, nothingElse)
		}
	})
	return struct{}{}, nil
}

// callParams is what the screen of a free call shows.
type callParams struct {
	OpenID string `json:"openId"`
	Name   string `json:"name"`
	About  string `json:"about"` // position and department
	Phone  string `json:"phone"`
}

// freeCall shows whom the client would ring up by its free call (reference §2, [P]: no callback is known). That somebody must
// be in the team, and the text where nobody is, are as with personInfo [I].
func (d *Directory) freeCall(_ context.Context, page bridge.Page, p struct {
	OpenID string `json:"openId"`
}) (struct{}, error) {
	ix := d.current()
	person, err := ix.look(p.OpenID)
	if err != nil {
		return struct{}{}, err
	}
	about := slices.DeleteFunc([]string{person.JobTitle, ix.path(person.Department)}, func(s string) bool { return s == "" })
	show(page, "freeCall", callParams{person.OpenID, person.Name, strings.Join(about, " · "), person.Phone},
		&leaveAnswer{screen: "免费电话", leaving: "挂断"}, nothingElse)
	return struct{}{}, nil
}

// path returns the names from the top down to a department.
func (ix *index) path(id string) string {
	var names []string
	for id != "" {
		i := slices.IndexFunc(ix.team.Departments, func(d Department) bool { return d.ID == id })
		if i < 0 {
			break
		}
		names = append(names, ix.team.Departments[i].Name)
		id = ix.team.Departments[i].ParentID
	}
	slices.Reverse(names)
	return strings.Join(names, "/")
}

// adminIDs is the answer of getAdminOpenId (reference §2, [N]): openIds with commas between them.
type adminIDs struct {
	AdminOpenIDs string `json:"adminOpenIds"`
}

func (d *Directory) getAdminOpenID(context.Context, struct{}) (adminIDs, error) {
	admins := d.Team().Admins
	if len(admins) == 0 {
		return adminIDs{}, bridge.Errorf(bridge.Failed, "未设置管理员")
	}
	return adminIDs{strings.Join(admins, ",")}, nil
}

// appIDs is the answer of getExistApps (reference §2, [N], one client only): appIds with commas between them.
type appIDs struct {
	AppIDs string `json:"appIds"`
}

// getExistApps names the one app that is here.
func (d *Directory) getExistApps(context.Context, struct{}) (appIDs, error) {
	return appIDs{d.Team().AppID}, nil
}

// switchCompany switches to another team of the person's (reference §2, [N]). There is one here: it succeeds, silently, with
// that, and fails with every other.
func (d *Directory) switchCompany(_ context.Context, p struct {
	EID string `json:"eid"`
}) (struct{}, error) {
	switch p.EID {
	case "":
		return struct{}{}, bridge.Errorf(bridge.Failed, "参数不正确")
	case d.Team().EID:
		return struct{}{}, nil
	default:
		return struct{}{}, bridge.Errorf(bridge.Failed, "切换失败")
	}
}

// CreateChat has people chosen and opens the chat page of the new group (localFunction's createChat); left is called when that
// is gone. It fails as Choose does, and then does not call left.
func (d *Directory) CreateChat(ctx context.Context, page bridge.Page, left func()) error {
	chosen, uncover, err := d.Choose(ctx, page, "", nil)
	if err != nil {
		return err
	}
	defer uncover()
	return d.OpenChat(ctx, page, "", chosen, left)
}

// OpenChat opens the chat page of a new group of these people, by their openIds or the other ids that getPersonInfo and
// selectPersons give. Without a name the group is called by its people. left is called when the page is gone, and not where
// OpenChat fails.
func (d *Directory) OpenChat(ctx context.Context, page bridge.Page, name string, ids []string, left func()) error {
	ix := d.current()
	var openIDs, names []string
	for _, id := range ids {
		i := slices.IndexFunc(ix.team.People, func(p Person) bool {
			return p.OpenID == id || personID(p.OpenID) == id || hexID("wbuserid", p.OpenID) == id
		})
		if i < 0 {
			return bridge.Errorf(bridge.Failed, "找不到 id 为 %.40q 的人", id)
		}
		openIDs, names = append(openIDs, ix.team.People[i].OpenID), append(names, ix.team.People[i].Name)
	}
	d.openChat(page, ix, ix.caller(ctx), orElse(name, strings.Join(names, "、")), true, openIDs, func(bool) { left() })
	return nil
}
