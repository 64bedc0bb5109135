package contact

import (
	"context"
	"slices"
	"strings"

	"qinghost/bridge"
)

// The picker's own codes.
const (
	UnknownGroup bridge.Code = "91001" // groupId names no group of the team
	NotMember    bridge.Code = "91002" // the current user is not in the group
	PickerOpen   bridge.Code = "91003" // a picker stands open on the page already
	NobodyChosen bridge.Code = "91004" // confirmed with nobody chosen
)

// view is the picker's name.
const view = bridge.ViewPrefix + "personPicker"

// mostRecent is how many people the tab 最近 shows.
const mostRecent = 12

// pickerParams is what the picker shows.
type pickerParams struct {
	Title       string   `json:"title,omitempty"`
	ButtonTitle string   `json:"buttonTitle,omitempty"`
	Multi       bool     `json:"multi"`
	Min         int      `json:"min,omitempty"`
	Max         int      `json:"max,omitempty"`
	Selected    []string `json:"selected"` // openIds
	People      []listed `json:"people"`   // all that can be chosen
	// Recent, Departments and Groups are the tabs; all empty for the picker of one group, which GroupName names.
	Recent      []string           `json:"recent"`
	Departments []pickerDepartment `json:"departments"`
	Groups      []pickerGroup      `json:"groups"`
	GroupName   string             `json:"groupName,omitempty"`
}

type pickerDepartment struct {
	ID       string   `json:"id"`
	ParentID string   `json:"parentId"` // empty at the top
	Name     string   `json:"name"`
	People   []string `json:"people"` // openIds of those directly in it
}

type pickerGroup struct {
	GroupID string   `json:"groupId"`
	Name    string   `json:"name"`
	People  []string `json:"people"`
}

// wish is what a caller of the picker asks for.
type wish struct {
	group   *Group // nil for everyone
	params  pickerParams
	withMe  bool       // the current user can be chosen too
	without []string   // cannot be chosen
	only    [][]string // a person must be in each of these
	hideOrg bool       // without the tab of departments
	nobody  bool       // to confirm with nobody is fine
}

// offer is a picker as it is shown: the wish with its people.
type offer struct {
	wish
	index  *index
	me     string
	people map[string]bool // who can be chosen
}

// offer makes the picker of a wish for the current user.
func (d *Directory) offer(ctx context.Context, ix *index, w wish) *offer {
	ix.prepare()
	o := &offer{wish: w, index: ix, me: ix.caller(ctx), people: map[string]bool{}}
	if w.group != nil {
		for _, id := range w.group.Members {
			o.people[id] = true
		}
	} else {
		for id := range ix.people {
			o.people[id] = true
		}
	}
	for _, only := range w.only {
		kept := make(map[string]bool, len(only))
		for _, id := range only {
			if o.people[id] {
				kept[id] = true
			}
		}
		o.people = kept
	}
	for _, id := range w.without {
		delete(o.people, id)
	}
	if !w.withMe {
		delete(o.people, o.me)
	}
	p := &o.params
	p.Selected, p.Recent = o.those(p.Selected), []string{}
	p.People, p.Departments, p.Groups = make([]listed, 0, len(o.people)), []pickerDepartment{}, []pickerGroup{}
	for _, person := range ix.listed {
		if o.people[person.OpenID] {
			p.People = append(p.People, person)
		}
	}
	if w.group != nil {
		p.GroupName = w.group.Name
		return o
	}
	d.mu.Lock()
	recent := slices.Concat(d.chosen, ix.usual)
	d.mu.Unlock()
	p.Recent = o.those(recent)
	p.Recent = p.Recent[:min(len(p.Recent), mostRecent)]
	if !w.hideOrg {
		p.Departments = o.departments()
	}
	for _, g := range ix.team.Groups {
		if people := o.those(g.Members); g.Has(o.me) && len(people) > 0 {
			p.Groups = append(p.Groups, pickerGroup{g.ID, g.Name, people})
		}
	}
	return o
}

// those returns the people of a list who can be chosen, each once.
func (o *offer) those(ids []string) []string {
	kept, seen := []string{}, make(map[string]bool, len(ids))
	for _, id := range ids {
		if o.people[id] && !seen[id] {
			seen[id] = true
			kept = append(kept, id)
		}
	}
	return kept
}

// departments returns the tree without the branches that hold nobody.
func (o *offer) departments() []pickerDepartment {
	direct := map[string][]string{}
	for _, person := range o.params.People {
		p := o.index.people[person.OpenID]
		in := slices.Concat([]string{p.Department}, p.AlsoIn)
		for i, id := range in {
			if id != "" && !slices.Contains(in[:i], id) {
				direct[id] = append(direct[id], p.OpenID)
			}
		}
	}
	parents := map[string]string{}
	for _, d := range o.index.team.Departments {
		parents[d.ID] = d.ParentID
	}
	shown := map[string]bool{}
	for id := range direct {
		for ; id != "" && !shown[id]; id = parents[id] {
			shown[id] = true
		}
	}
	tree := []pickerDepartment{}
	for _, d := range o.index.team.Departments {
		if shown[d.ID] {
			tree = append(tree, pickerDepartment{d.ID, d.ParentID, d.Name, notNil(direct[d.ID])})
		}
	}
	return tree
}

// answer is what the picker says: who was chosen, or that it was cancelled.
type answer struct {
	People []string `json:"people"`
	Cancel bool     `json:"cancel"`

	offer *offer
}

// Check refuses people who were not offered, and too few or too many of them; whoever is named twice counts once. A script
// may call people by their names.
func (a *answer) Check() error {
	switch {
	case a.Cancel && len(a.People) > 0:
		return bridge.Errorf(bridge.NoView, "选人视图的回答不能既有 people 又有 cancel")
	case a.Cancel:
		return nil
	case a.People == nil:
		return bridge.Errorf(bridge.NoView, "选人视图的回答应为 {people: [openId, …]} 或 {cancel: true}")
	}
	for i, called := range a.People {
		id, known := a.offer.index.find(called)
		if !known {
			id = called
		}
		if !a.offer.people[id] {
			return a.offer.refuse(id)
		}
		a.People[i] = id
	}
	a.People = a.offer.those(a.People)
	p := a.offer.params
	n := len(a.People)
	switch {
	case !p.Multi && n > 1:
		return bridge.Errorf(bridge.NoView, "此处只能选一人, 收到 %d 人", n)
	case n < p.Min:
		return bridge.Errorf(bridge.NoView, "至少要选 %d 人, 只选了 %d 人", p.Min, n)
	case p.Max > 0 && n > p.Max:
		return bridge.Errorf(bridge.NoView, "最多只能选 %d 人, 选了 %d 人", p.Max, n)
	}
	return nil
}

// refuse says why a person cannot be chosen.
func (o *offer) refuse(openID string) error {
	person := o.index.people[openID]
	switch {
	case person == nil:
		return bridge.Errorf(bridge.NoView, "没有 openId 为 %q 的人, 也没有 (或不止一位) 叫这个名字的人", openID)
	case openID == o.me && !o.withMe:
		return bridge.Errorf(bridge.NoView, "%s (%s) 是当前用户, 不能选自己", person.Name, openID)
	case o.group != nil && !o.group.Has(openID):
		return bridge.Errorf(bridge.NoView, "%s (%s) 不是群组“%s”的成员", person.Name, openID, o.group.Name)
	default:
		return bridge.Errorf(bridge.NoView, "%s (%s) 不在可选的人之列", person.Name, openID)
	}
}

// Choose shows the person picker over a page and returns the openIds of those who were chosen, at least one, in the order of
// choosing. With a groupID only that group's members can be chosen; the current user never can, nor those to exclude. It
// fails with UnknownGroup, NotMember, PickerOpen or NobodyChosen, and with the vendor's 取消选人 (bridge.Failed) when it was
// cancelled. The page stays covered until uncover is called, so that the next screen can follow without the page appearing
// in between; after an error it is not covered.
func (d *Directory) Choose(ctx context.Context, page bridge.Page, groupID string, exclude []string) (openIDs []string, uncover func(), err error) {
	w := wish{without: exclude, params: pickerParams{Multi: true}}
	if groupID != "" {
		if w.group, err = d.groupOf(ctx, groupID); err != nil {
			return nil, nil, err
		}
	}
	return d.pick(ctx, page, w)
}

// groupOf returns a group that the current user is in.
func (d *Directory) groupOf(ctx context.Context, groupID string) (*Group, error) {
	ix := d.current()
	group := ix.groups[groupID]
	if group == nil {
		return nil, bridge.Errorf(UnknownGroup, "没有 groupId 为 %q 的群组%s", groupID, ix.someGroups(ix.caller(ctx)))
	}
	if !group.Has(ix.caller(ctx)) {
		return nil, bridge.Errorf(NotMember, "当前用户不在群组“%s” (%s) 里, 不能在其中选人", group.Name, groupID)
	}
	return group, nil
}

// someGroups names a few of a person's groups, for an error to help with.
func (ix *index) someGroups(openID string) string {
	var known []string
	for _, g := range ix.team.Groups {
		if g.Has(openID) && len(known) < 3 {
			known = append(known, g.ID+" ("+g.Name+")")
		}
	}
	if known == nil {
		return ""
	}
	return "; 当前用户的群组如: " + strings.Join(known, ", ")
}

// caller returns the openId of the current user.
func (ix *index) caller(ctx context.Context) string { return orElse(bridge.Caller(ctx), ix.team.Me) }

// occupy keeps the page for one picker until leave is called.
func (d *Directory) occupy(page bridge.Page) (leave func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open[page.ID()] {
		return nil, bridge.Errorf(PickerOpen, "本页已打开一个选择界面, 请等它关闭后再选")
	}
	d.open[page.ID()] = true
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.open, page.ID())
	}, nil
}

// pick shows a picker, one at a time on a page, and returns who was chosen. The page stays covered until uncover is called;
// after an error it is not.
func (d *Directory) pick(ctx context.Context, page bridge.Page, w wish) (openIDs []string, uncover func(), err error) {
	leave, err := d.occupy(page)
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	uncover = page.Cover()
	if openIDs, err = d.ask(ctx, page, d.offer(ctx, d.current(), w)); err != nil {
		uncover()
		return nil, nil, err
	}
	d.remember(openIDs)
	return openIDs, uncover, nil
}

// ask shows the picker and returns who was chosen.
func (d *Directory) ask(ctx context.Context, page bridge.Page, o *offer) ([]string, error) {
	a := answer{offer: o}
	if err := page.Call(ctx, view, o.params, &a); err != nil {
		return nil, err
	}
	if a.Cancel {
		return nil, bridge.Errorf(bridge.Failed, "取消选人")
	}
	if len(a.People) == 0 && !o.nobody {
		return nil, bridge.Errorf(NobodyChosen, "没有选择任何人")
	}
	return a.People, nil
}

// remember puts people at the head of 最近.
func (d *Directory) remember(ids []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	latest := slices.Clone(ids)
	for _, id := range d.chosen {
		if !slices.Contains(ids, id) {
			latest = append(latest, id)
		}
	}
	d.chosen = latest[:min(len(latest), 2*mostRecent)] // some may not be on offer next time
}
