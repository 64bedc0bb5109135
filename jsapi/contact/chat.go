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

// leaveAnswer is what the chat page says when it is left: {"cancel": true}.
type leaveAnswer struct {
	Cancel bool `json:"cancel"`
}

// Check refuses an answer that does not leave.
func (a *leaveAnswer) Check() error {
	if !a.Cancel {
		return bridge.Errorf(bridge.NoView, "会话视图的回答只有 {cancel: true}: 返回")
	}
	return nil
}

// show opens a screen over the page, which stays until the person leaves it; whoever asked for it goes on.
func show(page bridge.Page, view string, params, answer any, then func()) {
	uncover := page.Cover()
	page.Go(func(ctx context.Context) {
		defer uncover()
		if page.Call(ctx, bridge.ViewPrefix+view, params, answer) == nil && then != nil { // else the page left, or cannot show it
			then()
		}
	})
}

// openChat shows the chat page of these people.
func (d *Directory) openChat(page bridge.Page, ix *index, me, title string, group bool, openIDs []string) {
	p := chatParams{Title: title, Group: group, People: []chatPerson{}}
	for _, id := range openIDs {
		if id != me {
			p.People = append(p.People, chatPerson{id, ix.people[id].Name})
		}
	}
	if person := ix.people[me]; person != nil {
		p.Me = chatPerson{me, person.Name}
	}
	show(page, "chat", p, &leaveAnswer{}, nil)
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
		d.openChat(page, ix, me, group.Name, true, group.Members)
		bridge.Reply(ctx, opened{Success: "true"})
		return struct{}{}, nil
	}
	person, err := ix.look(p.OpenID)
	if err == nil {
		d.openChat(page, ix, me, person.Name, false, []string{person.OpenID})
	}
	return struct{}{}, err
}

// look finds somebody for chat and personInfo.
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
	show(page, "personCard", card, answer, func() {
		if answer.Chat {
			d.openChat(page, ix, me, person.Name, false, []string{person.OpenID})
		}
	})
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

// CreateChat has people chosen and opens the chat page of the new group (localFunction's createChat). It fails as Choose does.
func (d *Directory) CreateChat(ctx context.Context, page bridge.Page) error {
	chosen, uncover, err := d.Choose(ctx, page, "", nil)
	if err != nil {
		return err
	}
	defer uncover()
	return d.OpenChat(ctx, page, "", chosen)
}

// OpenChat opens the chat page of a new group of these people, by their openIds or the other ids that getPersonInfo and
// selectPersons give. Without a name the group is called by its people.
func (d *Directory) OpenChat(ctx context.Context, page bridge.Page, name string, ids []string) error {
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
	d.openChat(page, ix, ix.caller(ctx), orElse(name, strings.Join(names, "、")), true, openIDs)
	return nil
}
