package contact

import (
	"context"
	"slices"

	"qinghost/bridge"
)

// orgView is the department picker's name.
const orgView = bridge.ViewPrefix + "orgPicker"

// noOrgs is what selectOrg says when it was left without a choice (reference §2, [N]); of the other two no text is known.
var noOrgs = bridge.Errorf(bridge.Failed, "未选择退出")

// orgPickerParams is what the department picker shows.
type orgPickerParams struct {
	Company     string      `json:"company"` // the team's name: the top of the tree
	Multi       bool        `json:"multi"`
	AllowEmpty  bool        `json:"allowEmpty"` // confirming with none is fine
	Selected    []string    `json:"selected"`   // orgIds
	Departments []pickerOrg `json:"departments"`
}

type pickerOrg struct {
	ID       string `json:"id"`
	ParentID string `json:"parentId"` // empty at the top
	Name     string `json:"name"`
	People   int    `json:"people"` // in it and below
	Fixed    bool   `json:"fixed"`  // shown, but cannot be chosen
}

// orgAnswer is what the department picker says: {"orgs": [orgId, …]} or {"cancel": true}. A script may name departments.
type orgAnswer struct {
	Orgs   []string `json:"orgs"`
	Cancel bool     `json:"cancel"`

	params orgPickerParams
	chosen []pickerOrg
}

// Check refuses departments that were not offered, and more than one where one is asked for.
func (a *orgAnswer) Check() error {
	switch {
	case a.Cancel && len(a.Orgs) > 0:
		return bridge.Errorf(bridge.NoView, "选部门视图的回答不能既有 orgs 又有 cancel")
	case a.Cancel:
		return nil
	case a.Orgs == nil:
		return bridge.Errorf(bridge.NoView, "选部门视图的回答应为 {orgs: [orgId 或部门名, …]} 或 {cancel: true}")
	}
	for _, called := range a.Orgs {
		org, err := a.params.find(called)
		if err != nil {
			return err
		}
		if !slices.Contains(a.chosen, org) {
			a.chosen = append(a.chosen, org)
		}
	}
	switch n := len(a.chosen); {
	case !a.params.Multi && n > 1:
		return bridge.Errorf(bridge.NoView, "此处只能选一个部门, 收到 %d 个", n)
	case n == 0 && !a.params.AllowEmpty:
		return bridge.Errorf(bridge.NoView, "至少要选一个部门 (调用没有给 isAllowEmpty)")
	}
	return nil
}

// find returns the department of that id, or of a name that only one has.
func (p orgPickerParams) find(called string) (pickerOrg, error) {
	var found []pickerOrg
	for _, org := range p.Departments {
		if org.ID == called {
			found = []pickerOrg{org}
			break
		}
		if org.Name == called {
			found = append(found, org)
		}
	}
	switch {
	case len(found) != 1:
		return pickerOrg{}, bridge.Errorf(bridge.NoView, "没有 orgId 为 %q 的部门, 也没有 (或不止一个) 叫这个名字的部门", called)
	case found[0].Fixed:
		return pickerOrg{}, bridge.Errorf(bridge.NoView, "部门“%s” (%s) 不在可选之列", found[0].Name, found[0].ID)
	}
	return found[0], nil
}

// orgs makes the tree of all departments, with those that cannot be chosen.
func (ix *index) orgs(fixed func(id string) bool) []pickerOrg {
	in := map[string]map[string]bool{} // openIds by department, with those below
	parents := map[string]string{}
	for _, d := range ix.team.Departments {
		parents[d.ID], in[d.ID] = d.ParentID, map[string]bool{}
	}
	for _, p := range ix.team.People {
		for _, id := range append([]string{p.Department}, p.AlsoIn...) {
			for ; id != ""; id = parents[id] {
				in[id][p.OpenID] = true
			}
		}
	}
	tree := []pickerOrg{}
	for _, d := range ix.team.Departments {
		tree = append(tree, pickerOrg{d.ID, d.ParentID, d.Name, len(in[d.ID]), fixed(d.ID)})
	}
	return tree
}

// enterAnd shows the department picker for a method that the client passes over while another such screen stands.
func (d *Directory) enterAnd(
	ctx context.Context, page bridge.Page, method string, p orgPickerParams, fixed func(id string) bool,
) ([]pickerOrg, error) {
	if d.Enter != nil {
		leave, err := d.Enter(page, method)
		if err != nil {
			return nil, err
		}
		defer leave()
	}
	return d.pickOrgs(ctx, page, p, fixed)
}

// pickOrgs shows the department picker, one picker at a time on a page, and returns what was chosen.
func (d *Directory) pickOrgs(
	ctx context.Context, page bridge.Page, p orgPickerParams, fixed func(id string) bool,
) ([]pickerOrg, error) {
	leave, err := d.occupy(page)
	if err != nil {
		return nil, err
	}
	defer leave()
	defer page.Cover()()
	ix := d.current()
	p.Company, p.Departments = ix.team.Name, ix.orgs(fixed)
	p.Selected = slices.DeleteFunc(notNil(slices.Clone(p.Selected)), func(id string) bool {
		_, err := p.find(id)
		return err != nil
	})
	a := orgAnswer{params: p}
	if err := page.Call(ctx, orgView, p, &a); err != nil {
		return nil, err
	}
	if a.Cancel {
		return nil, noOrgs
	}
	return a.chosen, nil
}

func nothingFixed(string) bool { return false }

type selectOrgsParams struct {
	IsMulti      *bridge.Bool `json:"isMulti"`      // more than one; yes unless false
	SelectedOrgs []string     `json:"selectedOrgs"` // orgIds chosen beforehand
	IsAllowEmpty *bridge.Bool `json:"isAllowEmpty"` // none may be confirmed
}

// selectedOrgs is the answer of selectOrgs (reference §2, [P][C]).
type selectedOrgs struct {
	Orgs []selectedOrg `json:"orgs"`
}

type selectedOrg struct {
	OrgID   string `json:"orgId"`
	OrgName string `json:"orgName"`
}

func (d *Directory) selectOrgs(ctx context.Context, page bridge.Page, p selectOrgsParams) (selectedOrgs, error) {
	chosen, err := d.pickOrgs(ctx, page, orgPickerParams{
		Multi: p.IsMulti.Or(true), AllowEmpty: p.IsAllowEmpty.Or(false), Selected: p.SelectedOrgs,
	}, nothingFixed)
	got := selectedOrgs{Orgs: []selectedOrg{}}
	for _, org := range chosen {
		got.Orgs = append(got.Orgs, selectedOrg{org.ID, org.Name})
	}
	return got, err
}

type selectOrgParams struct {
	IsMulti *bridge.Bool `json:"isMulti"` // more than one; no unless true
}

// selectedOrgIDs is the answer of selectOrg (reference §2, [N]); the key is the vendor's.
type selectedOrgIDs struct {
	OrgIDs []string `json:"orgids"`
}

func (d *Directory) selectOrg(ctx context.Context, page bridge.Page, p selectOrgParams) (selectedOrgIDs, error) {
	chosen, err := d.enterAnd(ctx, page, "selectOrg", orgPickerParams{Multi: p.IsMulti.Or(false)}, nothingFixed)
	got := selectedOrgIDs{OrgIDs: []string{}}
	for _, org := range chosen {
		got.OrgIDs = append(got.OrgIDs, org.ID)
	}
	return got, err
}

type selectDeptsParams struct {
	IsMulti   *bridge.Bool `json:"isMulti"`   // more than one; yes unless false
	Blacklist []string     `json:"blacklist"` // orgIds that cannot be chosen
	Whitelist []string     `json:"whitelist"` // the only orgIds that can be chosen
}

// selectedDepts is the answer of selectDepts (reference §2, [N]): the key really is persons.
type selectedDepts struct {
	Persons []selectedDept `json:"persons"`
}

type selectedDept struct {
	OrgID string `json:"orgId"`
	Name  string `json:"name"`
}

func (d *Directory) selectDepts(ctx context.Context, page bridge.Page, p selectDeptsParams) (selectedDepts, error) {
	chosen, err := d.enterAnd(ctx, page, "selectDepts", orgPickerParams{Multi: p.IsMulti.Or(true)}, func(id string) bool {
		return slices.Contains(p.Blacklist, id) || len(p.Whitelist) > 0 && !slices.Contains(p.Whitelist, id)
	})
	got := selectedDepts{Persons: []selectedDept{}}
	for _, org := range chosen {
		got.Persons = append(got.Persons, selectedDept{org.ID, org.Name})
	}
	return got, err
}
