package conference

import (
	"context"
	"strconv"
	"sync"
	"time"

	"qinghost/bridge"
)

// kind is what a meeting is to the host (GET state) and which screen shows it.
type kind struct{ name, view string }

var (
	voice = kind{"voice", "view.voiceMeeting"}
	live  = kind{"live", "view.live"}
)

// How a colleague stands to the meeting.
const (
	ringing  = "ringing"
	joined   = "joined"
	declined = "declined"
	left     = "left"
)

// participant is one person as the screen shows it.
type participant struct {
	OpenID string `json:"openId"`
	Name   string `json:"name"`
	State  string `json:"state"`
	Muted  bool   `json:"muted"`
}

// comment is one line below a live stream.
type comment struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Text string `json:"text"`
}

// screen is what the view shows: voiceMeeting and live take what they need of it.
type screen struct {
	Title     string        `json:"title,omitempty"`
	GroupName string        `json:"groupName,omitempty"`
	Me        participant   `json:"me"`
	People    []participant `json:"people"`
	Viewers   int           `json:"viewers"`
	Comments  []comment     `json:"comments"`
	Minimized bool          `json:"minimized"`
}

// status is what GET state says of a meeting.
type status struct {
	Kind    string         `json:"kind"` // voice or live
	GroupID string         `json:"groupId"`
	People  []personStatus `json:"people"`
}

type personStatus struct {
	OpenID string `json:"openId"`
	State  string `json:"state"`
}

// meeting is a running voice meeting or live stream.
type meeting struct {
	c       *Conference
	kind    kind
	page    bridge.Page
	groupID string

	mu      sync.Mutex
	ended   bool
	screen  screen
	uncover func() // nil while minimized
	timers  []func() bool
}

// newMeeting takes over the cover that the picker left on the page.
func newMeeting(c *Conference, kind kind, page bridge.Page, groupID, me string, uncover func()) *meeting {
	m := &meeting{c: c, kind: kind, page: page, groupID: groupID, uncover: uncover}
	name, _ := c.people.Name(me)
	m.screen = screen{Me: participant{OpenID: me, Name: name, State: joined}, People: []participant{}, Comments: []comment{}}
	m.screen.GroupName, _ = c.people.GroupName(groupID)
	if kind == live {
		m.screen.Title = name + "的直播"
	}
	return m
}

// add invites people and returns what the screen then shows.
func (m *meeting) add(openIDs []string) screen {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended {
		return m.screen
	}
	for _, id := range openIDs {
		name, _ := m.c.people.Name(id)
		m.screen.People = append(m.screen.People, participant{OpenID: id, Name: name, State: ringing})
		m.follow(m.c.actor(id))
	}
	m.show()
	return m.copy()
}

// follow sets the timers by which a colleague acts; the mutex is held.
func (m *meeting) follow(a Actor) {
	at := func(after *time.Duration, do func(*participant)) {
		if after != nil {
			m.timers = append(m.timers, m.c.clock.AfterFunc(*after, func() { m.change(a.OpenID, do) }))
		}
	}
	if a.Declines != nil {
		at(a.Declines, func(p *participant) { p.State = declined })
		return
	}
	at(&a.Joins, func(p *participant) {
		p.State = joined
		m.say(*p, "进入了直播间")
	})
	at(a.Mutes, func(p *participant) { p.Muted = true })
	at(a.Leaves, func(p *participant) { p.State = left })
}

// say adds a line to a live stream's comments; the mutex is held.
func (m *meeting) say(p participant, text string) {
	if m.kind == live {
		id := strconv.Itoa(len(m.screen.Comments) + 1)
		m.screen.Comments = append(m.screen.Comments, comment{ID: id, Name: p.Name, Text: text})
	}
}

func (m *meeting) change(openID string, do func(*participant)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended {
		return
	}
	for i := range m.screen.People {
		if m.screen.People[i].OpenID == openID {
			do(&m.screen.People[i])
		}
	}
	m.show()
}

// show tells the screen and the host how things stand; the mutex is held, so that news keeps its order.
func (m *meeting) show() {
	m.screen.Viewers = 0
	s := status{Kind: m.kind.name, GroupID: m.groupID, People: []personStatus{}}
	for _, p := range m.screen.People {
		s.People = append(s.People, personStatus{p.OpenID, p.State})
		if p.State == joined {
			m.screen.Viewers++
		}
	}
	m.page.Set("meeting", s)
	_ = m.page.Emit(context.Background(), m.kind.view, m.copy()) // a page that has gone ends the meeting by itself
}

// copy returns the screen as it is now; the mutex is held.
func (m *meeting) copy() screen {
	s := m.screen
	s.People = append([]participant{}, s.People...)
	s.Comments = append([]comment{}, s.Comments...)
	return s
}

// minimize puts the screen away, so that the page is back, or brings it back.
func (m *meeting) minimize(away bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended || m.screen.Minimized == away {
		return
	}
	m.screen.Minimized = away
	if away {
		m.uncover()
		m.uncover = nil
	} else {
		m.uncover = m.page.Cover()
	}
	m.show()
}

func (m *meeting) mute(muted bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.ended {
		m.screen.Me.Muted = muted
		m.show()
	}
}

// openIDs returns everybody who was ever invited.
func (m *meeting) openIDs() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var ids []string
	for _, p := range m.screen.People {
		ids = append(ids, p.OpenID)
	}
	return ids
}

// end stops the colleagues and gives the page back.
func (m *meeting) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended = true
	for _, stop := range m.timers {
		stop()
	}
	m.page.Set("meeting", nil)
	if m.uncover != nil {
		m.uncover()
	}
}
