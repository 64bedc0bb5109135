// Package contact is the client's address book: the team's people, departments, groups and rooms, the person picker, and
// the JS-APIs that read them.
package contact

import (
	"cmp"
	"slices"
	"sync"

	"qinghost/bridge"
)

// Directory answers for a team. Its methods may be called from any goroutine.
type Directory struct {
	// Enter, unless nil, opens a screen of that method over a page until leave is called. Its error, while another stands
	// there, is the call's. It is set before the first page comes.
	Enter func(page bridge.Page, method string) (leave func(), err error)

	mu     sync.Mutex
	index  *index
	chosen []string        // openIds, the latest first
	open   map[string]bool // by page id: a picker stands open there
}

// NewDirectory returns a directory of the team.
func NewDirectory(team *Team) *Directory {
	return &Directory{index: indexOf(team), open: map[string]bool{}}
}

// Reset puts another team in place of the directory's, or the same again, and forgets who was chosen lately. Pickers that
// stand open go on with the people that they show.
func (d *Directory) Reset(team *Team) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if team != d.index.team {
		d.index = indexOf(team)
	}
	d.chosen = nil
}

func (d *Directory) current() *index {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.index
}

// Team returns the team; it is not to be changed.
func (d *Directory) Team() *Team { return d.current().team }

// Me returns the person who holds the phone, unless a test says otherwise.
func (d *Directory) Me() Person {
	me, _ := d.Person(d.Team().Me)
	return me
}

// Person returns the person of that openId.
func (d *Directory) Person(openID string) (Person, bool) {
	if p := d.current().people[openID]; p != nil {
		return *p, true
	}
	return Person{}, false
}

// Name returns a person's name.
func (d *Directory) Name(openID string) (string, bool) {
	p, known := d.Person(openID)
	return p.Name, known
}

// Find returns the openId of a person who is called by it, or by a name that only one has.
func (d *Directory) Find(called string) (openID string, known bool) { return d.current().find(called) }

// Group returns the group of that groupId.
func (d *Directory) Group(groupID string) (Group, bool) {
	if g := d.current().groups[groupID]; g != nil {
		return *g, true
	}
	return Group{}, false
}

// GroupName returns a group's name.
func (d *Directory) GroupName(groupID string) (string, bool) {
	g, known := d.Group(groupID)
	return g.Name, known
}

// index is a team with the ways to find things in it. It never changes.
type index struct {
	team   *Team
	people map[string]*Person
	groups map[string]*Group
	named  map[string]string // openIds by name; empty for a name that several have

	// listed and usual are made when first a picker opens: the table of readings takes a few milliseconds.
	once   sync.Once
	listed []listed
	usual  []string
}

// listed is a person as the picker gets it.
type listed struct {
	OpenID     string   `json:"openId"`
	Name       string   `json:"name"`
	Department string   `json:"department"` // the main department's name
	JobTitle   string   `json:"jobTitle,omitempty"`
	Pinyin     []string `json:"pinyin"`   // whole, the usual reading first
	Initials   []string `json:"initials"` // of the readings
}

// find is Directory.Find.
func (ix *index) find(called string) (openID string, known bool) {
	if ix.people[called] != nil {
		return called, true
	}
	openID = ix.named[called]
	return openID, openID != ""
}

// indexOf returns the index of a team, which all its directories share: a test file a directory.
func indexOf(team *Team) *index {
	if ix := team.index.Load(); ix != nil {
		return ix
	}
	team.index.CompareAndSwap(nil, newIndex(team))
	return team.index.Load()
}

func newIndex(team *Team) *index {
	ix := &index{team: team, people: map[string]*Person{}, groups: map[string]*Group{}, named: map[string]string{}}
	for i := range team.People {
		p := &team.People[i]
		ix.people[p.OpenID] = p
		if _, taken := ix.named[p.Name]; taken {
			ix.named[p.Name] = ""
		} else {
			ix.named[p.Name] = p.OpenID
		}
	}
	for i := range team.Groups {
		ix.groups[team.Groups[i].ID] = &team.Groups[i]
	}
	return ix
}

// prepare makes listed and usual, once.
func (ix *index) prepare() {
	ix.once.Do(func() {
		departments := map[string]string{}
		for _, d := range ix.team.Departments {
			departments[d.ID] = d.Name
		}
		type ranked struct{ rank, openID string }
		ranks := make([]ranked, len(ix.team.People))
		ix.listed = make([]listed, len(ix.team.People))
		for i, p := range ix.team.People {
			whole, initials := spell(p.Name, p.Pinyin)
			ix.listed[i] = listed{p.OpenID, p.Name, departments[p.Department], p.JobTitle, notNil(whole), notNil(initials)}
			ranks[i] = ranked{hexID("recent", p.OpenID), p.OpenID}
		}
		slices.SortFunc(ranks, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
		for _, r := range ranks {
			ix.usual = append(ix.usual, r.openID)
		}
	})
}

// notNil makes a list that becomes [] in JSON and not null.
func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
