// Package conference holds createVoiceMeeting and createLive, and the meetings that they start.
//
// A meeting begins when people are chosen and runs beside the page until somebody ends it or the page leaves. Its screen
// covers the page; colleagues ring, and join or decline as the cast says.
package conference

import (
	"context"
	"sync"
	"time"

	"qinghost/bridge"
)

// MeetingRunning is the errorCode of a call while a meeting runs on the page: ours, the source document names none.
const MeetingRunning bridge.Code = "92001"

// JoinAfter is when a colleague joins whom no cast mentions, in host time.
const JoinAfter = 2 * time.Second

// People is what this area needs to know of the team.
type People interface {
	// Choose has the user pick people, among one group's members unless groupID is empty, without those in exclude. The page
	// stays covered until uncover is called; after an error it is not covered.
	Choose(ctx context.Context, page bridge.Page, groupID string, exclude []string) (openIDs []string, uncover func(), err error)
	// Name returns a person's name.
	Name(openID string) (string, bool)
	// GroupName returns a group's name.
	GroupName(groupID string) (string, bool)
}

// Actor is how a simulated colleague behaves; times count from the invitation, in host time.
type Actor struct {
	OpenID   string
	Joins    time.Duration  // when the colleague joins
	Declines *time.Duration // when the colleague declines, instead
	Mutes    *time.Duration // when the colleague turns the microphone off; nil: never
	Leaves   *time.Duration // when the colleague leaves; nil: stays
}

// Conference holds the running meetings, at most one a page.
type Conference struct {
	clock  *bridge.Clock
	people People

	mu      sync.Mutex
	cast    map[string]Actor
	running map[string]*meeting // by page id
}

// New returns a conference without meetings.
func New(clock *bridge.Clock, people People) *Conference {
	return &Conference{clock: clock, people: people, running: map[string]*meeting{}}
}

// SetCast says how colleagues behave in meetings that start from now on; who is not in it joins after JoinAfter.
func (c *Conference) SetCast(cast []Actor) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cast = make(map[string]Actor, len(cast))
	for _, actor := range cast {
		c.cast[actor.OpenID] = actor
	}
}

func (c *Conference) actor(openID string) Actor {
	c.mu.Lock()
	defer c.mu.Unlock()
	if actor, is := c.cast[openID]; is {
		return actor
	}
	return Actor{OpenID: openID, Joins: JoinAfter}
}

// APIs returns what pages can call.
func (c *Conference) APIs() []bridge.API {
	return []bridge.API{
		bridge.DefineOnPage("createVoiceMeeting", "选人并发起语音会议 (源文档「智能会议」)", c.creator(voice), bridge.Since("0.9.77"),
			bridge.Waits, bridge.Example(`{"groupId":"5c32b90b84aef86b358bc9cc"}`)),
		bridge.DefineOnPage("createLive", "选人并发起直播 (源文档「智能会议」)", c.creator(live), bridge.Since("0.9.77"),
			bridge.Waits, bridge.Example(`{"groupId":"5c32b90b84aef86b358bc9cc"}`)),
		bridge.DefineOnPage("view.minimize", "会议界面收起或展开", c.minimize, bridge.Hidden),
		bridge.DefineOnPage("view.mute", "会议界面静音或取消静音", c.mute, bridge.Hidden),
		bridge.DefineOnPage("view.invite", "会议界面邀请更多人", c.invite, bridge.Hidden, bridge.Waits),
	}
}

// createParams are the parameters of both calls: with groupId people are chosen inside that group; absent, null or empty
// it leads to the default picker.
type createParams struct {
	GroupID string `json:"groupId"`
}

// creator returns the function of createVoiceMeeting or createLive. It succeeds when people are chosen; the meeting then
// runs by itself.
func (c *Conference) creator(kind kind) func(context.Context, bridge.Page, createParams) (struct{}, error) {
	return func(ctx context.Context, page bridge.Page, p createParams) (struct{}, error) {
		if c.on(page) != nil {
			return struct{}{}, bridge.Errorf(MeetingRunning, "本页面已有会议或直播在进行, 请先结束它")
		}
		chosen, uncover, err := c.people.Choose(ctx, page, p.GroupID, nil)
		if err != nil {
			return struct{}{}, err
		}
		c.start(newMeeting(c, kind, page, p.GroupID, bridge.Caller(ctx), uncover), chosen)
		return struct{}{}, nil
	}
}

// CreateVoiceMeeting has people chosen and starts a voice meeting with them, as the API of that name does.
func (c *Conference) CreateVoiceMeeting(ctx context.Context, page bridge.Page) error {
	_, err := c.creator(voice)(ctx, page, createParams{})
	return err
}

// on returns the page's meeting, nil without one.
func (c *Conference) on(page bridge.Page) *meeting {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running[page.ID()]
}

// start lets the meeting run until it ends or the page leaves.
func (c *Conference) start(m *meeting, chosen []string) {
	c.mu.Lock()
	c.running[m.page.ID()] = m
	c.mu.Unlock()
	first := m.add(chosen)
	m.page.Go(func(ctx context.Context) {
		var answer struct {
			End bool `json:"end"`
		}
		_ = m.page.Call(ctx, m.kind.view, first, &answer) // however the screen ends, so does the meeting
		c.mu.Lock()
		delete(c.running, m.page.ID())
		c.mu.Unlock()
		m.end()
	})
}

func (c *Conference) minimize(_ context.Context, page bridge.Page, p struct {
	View      string `json:"view"`
	Minimized bool   `json:"minimized"`
}) (struct{}, error) {
	if m := c.on(page); m != nil {
		m.minimize(p.Minimized)
	}
	return struct{}{}, nil
}

func (c *Conference) mute(_ context.Context, page bridge.Page, p struct {
	Muted bool `json:"muted"`
}) (struct{}, error) {
	if m := c.on(page); m != nil {
		m.mute(p.Muted)
	}
	return struct{}{}, nil
}

// invite has more people chosen for the running meeting; a cancelled choice changes nothing.
func (c *Conference) invite(ctx context.Context, page bridge.Page, _ struct{}) (struct{}, error) {
	m := c.on(page)
	if m == nil {
		return struct{}{}, nil
	}
	chosen, uncover, err := c.people.Choose(ctx, page, m.groupID, m.openIDs())
	if err != nil {
		return struct{}{}, err
	}
	defer uncover()
	m.add(chosen)
	return struct{}{}, nil
}
