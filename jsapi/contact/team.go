package contact

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"qinghost/bridge/yamlfile"
)

// Team is the team (工作圈) that the host pretends to be: what the client's address book and the team's administration pages
// hold. Load and Demo return whole ones: every reference in it is an id, every id leads somewhere. Nobody changes a team
// after that; a Directory is given another instead.
type Team struct {
	// EID is the team's number, in digits.
	EID  string `yaml:"eid"`
	Name string `yaml:"name"`
	// AppID, AppSecret and ResGroupSecret are what the app's server trades for access tokens (reference §3.1). The one
	// resource-group secret opens meetings and rooms alike.
	AppID          string `yaml:"appId"`
	AppSecret      string `yaml:"appSecret"`
	ResGroupSecret string `yaml:"resGroupSecret"`
	// Zone is the IANA time zone of the team's days.
	Zone string `yaml:"zone"`
	// Holidays are days such as 2026-10-01 that are "off" or, against their place in the week, "work".
	Holidays map[string]string `yaml:"holidays"`
	// Me is the openId of the person who holds the phone, unless a test says otherwise.
	Me string `yaml:"me"`
	// Admins are the openIds of the team's administrators.
	Admins      []string     `yaml:"admins"`
	Departments []Department `yaml:"departments"`
	People      []Person     `yaml:"people"`
	Groups      []Group      `yaml:"groups"`
	Rooms       []Room       `yaml:"rooms"`
	// Places are those that the phone's map knows; it stands at the first. Empty: the built-in ones.
	Places []Place `yaml:"places"`

	index atomic.Pointer[index] // made when first a directory asks for it
}

// Department is a part of the team, in a tree.
type Department struct {
	ID string `yaml:"id"`
	// ParentID is empty for the departments at the top.
	ParentID string `yaml:"parentId"`
	Name     string `yaml:"name"`
}

// Person is a colleague.
type Person struct {
	OpenID string `yaml:"openId"`
	Name   string `yaml:"name"`
	// Department is the id of the main department; empty for those who are in none.
	Department string `yaml:"department"`
	// AlsoIn are the ids of further departments (兼职).
	AlsoIn   []string `yaml:"alsoIn"`
	JobTitle string   `yaml:"jobTitle"`
	// Gender is the vendor's number: 0 unknown, 1 male, 2 female.
	Gender int    `yaml:"gender"`
	Email  string `yaml:"email"`
	JobNo  string `yaml:"jobNo"`
	Phone  string `yaml:"phone"`
	// Pinyin is how the name is read, a syllable a word ("shan lan"), where that cannot be found by the characters.
	Pinyin string `yaml:"pinyin"`
}

// Group is a chat group.
type Group struct {
	ID   string `yaml:"groupId"`
	Name string `yaml:"name"`
	// Members are openIds, in the group's order.
	Members []string `yaml:"members"`
}

// Room is a meeting room, with the fields of the source document's freeRooms.
type Room struct {
	ID     string `yaml:"roomId"`
	Name   string `yaml:"name"`
	Detail string `yaml:"detail"` // where it is
	// Limit is how many people fit in; 0 says nothing about it.
	Limit   int    `yaml:"limitCount"`
	Approve bool   `yaml:"approve"` // bookings need an approval
	TagID   string `yaml:"tagId"`
	Note    string `yaml:"note"`
	Closed  bool   `yaml:"closed"` // not open for booking
}

// Place is a place on the phone's map. Its coordinates are degrees, as maps in China give them (GCJ-02).
type Place struct {
	Name      string  `yaml:"name"`
	Address   string  `yaml:"address"` // street and number
	Province  string  `yaml:"province"`
	City      string  `yaml:"city"`
	District  string  `yaml:"district"`
	Latitude  float64 `yaml:"latitude"`
	Longitude float64 `yaml:"longitude"`
}

// WorkingDays returns the holidays as the truth of "is a working day"; other days are such from Monday to Friday.
func (t *Team) WorkingDays() map[string]bool {
	days := make(map[string]bool, len(t.Holidays))
	for day, what := range t.Holidays {
		days[day] = what == holidayWork
	}
	return days
}

// Has says whether the person is a member.
func (g *Group) Has(openID string) bool { return slices.Contains(g.Members, openID) }

// The values of a team that does not give its own, the demo team's too. They are demo values: they open nothing anywhere
// but in qinghost.
const (
	demoEID            = "20260401"
	demoAppID          = "500000001"
	demoAppSecret      = "de30de30de30de30de30de30de30de30"
	demoResGroupSecret = "de30c0dede30c0dede30c0dede30c0de"
	demoZone           = "Asia/Shanghai"
)

// What a day of a team's holidays is.
const (
	holidayOff  = "off"
	holidayWork = "work"
)

// everyone stands in a group's members for all people of the team.
const everyone = "*"

// Load reads a team file: YAML or JSON with the yaml keys of Team. Only people with names are needed. What else is missing
// is filled in: openIds and other ids made of the names, the values of the demo team for eid, app and secrets, the first
// person as me. me, admins, members and departments may be given by id or by a name that only one has, a department also as a path
// (研发中心/前端组); departments come into being by that where the file lists none. "*" in members is everyone. An error
// names file, line and column, and what to do.
func Load(file string, data []byte) (*Team, error) {
	team := &Team{}
	if err := yamlfile.Decode(file, data, team); err != nil {
		return nil, err
	}
	l := &loader{Team: team, file: file, data: data}
	for _, step := range []func() error{l.head, l.holidays, l.departments, l.people, l.groups, l.rooms, l.places} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return team, nil
}

// loader makes a whole team of what a file says, step by step.
type loader struct {
	*Team
	file string
	data []byte

	departmentIDs, personIDs refs
	grow                     bool // departments come into being by being named
}

// refs finds ids by what a file calls them: an id, or a name; "" for a name that several have.
type refs struct{ ids, names map[string]string }

func newRefs() refs { return refs{map[string]string{}, map[string]string{}} }

func (r refs) add(id string, names ...string) {
	r.ids[id] = id
	for _, name := range names {
		if other, taken := r.names[name]; taken && other != id {
			id = ""
		}
		r.names[name] = id
	}
}

// find returns the id; unique is false when a name was given that several have.
func (r refs) find(ref string) (id string, found, unique bool) {
	if id, found = r.ids[ref]; found {
		return id, true, true
	}
	id, found = r.names[ref]
	return id, found, id != "" || !found
}

func (l *loader) errorAt(path []any, format string, args ...any) error {
	return yamlfile.At(l.file, l.data, path, format, args...)
}

func (l *loader) head() error {
	l.EID = orElse(l.EID, demoEID)
	l.Name = orElse(l.Name, "我的团队")
	l.AppID = orElse(l.AppID, demoAppID)
	l.AppSecret = orElse(l.AppSecret, demoAppSecret)
	l.ResGroupSecret = orElse(l.ResGroupSecret, demoResGroupSecret)
	l.Zone = orElse(l.Zone, demoZone)
	if strings.Trim(l.EID, "0123456789") != "" {
		return l.errorAt([]any{"eid"}, "eid 应为一串数字, 如 %q", demoEID)
	}
	if l.Zone != demoZone {
		if _, err := time.LoadLocation(l.Zone); err != nil {
			return l.errorAt([]any{"zone"}, "没有时区 %q, 请写 IANA 时区名, 如 Asia/Shanghai", l.Zone)
		}
	}
	return nil
}

func (l *loader) holidays() error {
	for _, day := range slices.Sorted(maps.Keys(l.Holidays)) {
		at := []any{"holidays", day}
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return l.errorAt(at, "holidays 的键 %q 应为日期, 如 2026-10-01", day)
		}
		if what := l.Holidays[day]; what != holidayOff && what != holidayWork {
			return l.errorAt(at, "%s 应为 off (休息) 或 work (上班), 收到 %q", day, what)
		}
	}
	return nil
}

func (l *loader) departments() error {
	l.departmentIDs, l.grow = newRefs(), len(l.Departments) == 0
	parents := map[string]string{}
	for i := range l.Departments {
		d := &l.Departments[i]
		if d.Name == "" {
			return l.errorAt([]any{"departments", i}, "部门缺少 name")
		}
		d.ID = orElse(d.ID, d.Name)
		if _, twice := l.departmentIDs.ids[d.ID]; twice {
			return l.errorAt([]any{"departments", i, "id"}, "部门 id %q 重复, 请另给一个 id", d.ID)
		}
		parents[d.ID] = d.ParentID
		l.departmentIDs.add(d.ID)
	}
	for i, d := range l.Departments {
		if _, known := parents[d.ParentID]; !known && d.ParentID != "" {
			return l.errorAt([]any{"departments", i, "parentId"}, "没有 id 为 %q 的部门, parentId 应是 departments 里的 id", d.ParentID)
		}
	}
	for i, d := range l.Departments {
		at := d.ParentID
		for steps := 0; at != "" && steps < len(parents); steps++ {
			at = parents[at]
		}
		if at != "" {
			return l.errorAt([]any{"departments", i, "parentId"}, "部门 %q 的上级绕成了一圈", d.Name)
		}
	}
	for _, d := range l.Departments {
		l.departmentIDs.add(d.ID, d.Name, l.path(d.ID))
	}
	return nil
}

// path returns the names from the top down to a department.
func (l *loader) path(id string) string {
	i := slices.IndexFunc(l.Departments, func(d Department) bool { return d.ID == id })
	d := l.Departments[i]
	if d.ParentID == "" {
		return d.Name
	}
	return l.path(d.ParentID) + "/" + d.Name
}

// department finds a department, or makes those of a path.
func (l *loader) department(ref string, path ...any) (string, error) {
	id, found, unique := l.departmentIDs.find(ref)
	switch {
	case !unique:
		return "", l.errorAt(path, "有几个部门都叫 %q, 请写部门的 id 或完整路径, 如 研发中心/前端组", ref)
	case found:
		return id, nil
	case !l.grow:
		return "", l.errorAt(path, "没有部门 %q, 请写 departments 里的 id 或 name, 或把它加进 departments", ref)
	}
	parent := ""
	for end, name := 0, ""; end < len(ref); end++ {
		name, _, _ = strings.Cut(ref[end:], "/")
		end += len(name)
		id := ref[:end]
		if name == "" {
			return "", l.errorAt(path, "部门 %q 的路径里有空的一段", ref)
		}
		if _, known := l.departmentIDs.ids[id]; !known {
			l.Departments = append(l.Departments, Department{ID: id, ParentID: parent, Name: name})
			l.departmentIDs.add(id, name)
		}
		parent = id
	}
	return parent, nil
}

func (l *loader) people() error {
	l.personIDs = newRefs()
	if len(l.People) == 0 {
		return l.errorAt([]any{"people"}, "团队里没有人: 请在 people 下至少写一个人, 如  people: [{name: 张三}]")
	}
	for i := range l.People {
		if id := l.People[i].OpenID; id != "" {
			if _, twice := l.personIDs.ids[id]; twice {
				return l.errorAt([]any{"people", i, "openId"}, "openId %q 重复, 每人的 openId 须不同", id)
			}
			l.personIDs.add(id)
		}
	}
	for i := range l.People {
		p := &l.People[i]
		if p.Name == "" {
			return l.errorAt([]any{"people", i}, "这个人缺少 name")
		}
		for n := 1; p.OpenID == ""; n++ {
			id := hexID("openId", p.Name, strconv.Itoa(n))
			if _, taken := l.personIDs.ids[id]; !taken {
				p.OpenID = id
			}
		}
		l.personIDs.add(p.OpenID, p.Name)
		if p.Gender < 0 || p.Gender > 2 {
			return l.errorAt([]any{"people", i, "gender"}, "gender 只能是 0 (未知), 1 (男), 2 (女)")
		}
		var err error
		if p.Department != "" {
			if p.Department, err = l.department(p.Department, "people", i, "department"); err != nil {
				return err
			}
		}
		for j := range p.AlsoIn {
			if p.AlsoIn[j], err = l.department(p.AlsoIn[j], "people", i, "alsoIn", j); err != nil {
				return err
			}
		}
	}
	if l.Me == "" {
		l.Me = l.People[0].OpenID
	}
	var err error
	for i := range l.Admins {
		if l.Admins[i], err = l.person(l.Admins[i], "admins", i); err != nil {
			return err
		}
	}
	l.Me, err = l.person(l.Me, "me")
	return err
}

func (l *loader) person(ref string, path ...any) (string, error) {
	id, found, unique := l.personIDs.find(ref)
	switch {
	case !found:
		return "", l.errorAt(path, "没有 openId 或姓名为 %q 的人, 请先写进 people", ref)
	case !unique:
		return "", l.errorAt(path, "有几个人都叫 %q, 请写 openId", ref)
	}
	return id, nil
}

func (l *loader) groups() error {
	known := map[string]bool{}
	for i := range l.Groups {
		g := &l.Groups[i]
		if g.Name == "" {
			return l.errorAt([]any{"groups", i}, "群组缺少 name")
		}
		g.ID = orElse(g.ID, hexID("groupId", g.Name))
		if known[g.ID] {
			return l.errorAt([]any{"groups", i, "groupId"}, "groupId %q 重复, 请给每个群组不同的 groupId", g.ID)
		}
		known[g.ID] = true
		members, in := []string{}, map[string]bool{}
		join := func(openID string) {
			if !in[openID] {
				in[openID] = true
				members = append(members, openID)
			}
		}
		for j, ref := range g.Members {
			if ref == everyone {
				for _, p := range l.People {
					join(p.OpenID)
				}
				continue
			}
			openID, err := l.person(ref, "groups", i, "members", j)
			if err != nil {
				return err
			}
			join(openID)
		}
		g.Members = members
	}
	return nil
}

func (l *loader) rooms() error {
	known := map[string]bool{}
	for i := range l.Rooms {
		r := &l.Rooms[i]
		if r.Name == "" {
			return l.errorAt([]any{"rooms", i}, "会议室缺少 name")
		}
		if r.Limit < 0 {
			return l.errorAt([]any{"rooms", i, "limitCount"}, "limitCount 是能坐多少人, 不能为负")
		}
		r.ID = orElse(r.ID, hexID("roomId", r.Name))
		if known[r.ID] {
			return l.errorAt([]any{"rooms", i, "roomId"}, "roomId %q 重复, 请给每个会议室不同的 roomId", r.ID)
		}
		known[r.ID] = true
	}
	return nil
}

func (l *loader) places() error {
	known := map[string]bool{}
	for i, p := range l.Places {
		switch {
		case p.Name == "":
			return l.errorAt([]any{"places", i}, "地点缺少 name")
		case known[p.Name]:
			return l.errorAt([]any{"places", i, "name"}, "地点 %q 重复, 每个地点的 name 须不同", p.Name)
		case p.Latitude == 0 && p.Longitude == 0:
			return l.errorAt([]any{"places", i}, "地点 %q 缺少 latitude 和 longitude", p.Name)
		case p.Latitude < -90 || p.Latitude > 90:
			return l.errorAt([]any{"places", i, "latitude"}, "latitude 应在 -90 与 90 之间")
		case p.Longitude < -180 || p.Longitude > 180:
			return l.errorAt([]any{"places", i, "longitude"}, "longitude 应在 -180 与 180 之间")
		}
		known[p.Name] = true
	}
	return nil
}

// hexID makes an id in the vendor's form, 24 lower-case hexadecimal digits, that is always the same for the same words.
func hexID(words ...string) string {
	sum := sha256.Sum256([]byte("qinghost\x00" + strings.Join(words, "\x00")))
	return hex.EncodeToString(sum[:12])
}

func orElse(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}
