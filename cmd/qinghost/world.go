package main

import (
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"qinghost/bridge"
	"qinghost/bridge/scenario"
	"qinghost/jsapi"
	"qinghost/jsapi/conference"
	"qinghost/jsapi/contact"
)

// world is a host with everything behind it, and how to bring it back to its start.
type world struct {
	host  *bridge.Host
	areas *jsapi.Areas
	team  *contact.Team
	demo  bool   // the built-in team
	me    string // openId of the current user

	initial  []byte // the scenario file's text; nil without one
	name     string // its name, for errors
	settings *settings
	mu       sync.Mutex // over changes of the scenario
}

// newWorld reads team and scenario, and makes the host that plays by them.
func newWorld(s *settings, logger *slog.Logger) (*world, error) {
	profile, err := bridge.ProfileNamed(s.profile)
	if err != nil {
		return nil, err
	}
	w := &world{settings: s, team: contact.Demo(), demo: s.team == ""}
	if s.team != "" {
		text, err := readFile(s.team)
		if err != nil {
			return nil, fmt.Errorf("无法读取团队文件: %w", err)
		}
		if w.team, err = contact.Load(s.team, text); err != nil {
			return nil, err
		}
	}
	if s.scenario != "" {
		w.name = s.scenario
		if w.initial, err = readFile(s.scenario); err != nil {
			return nil, fmt.Errorf("无法读取场景文件: %w", err)
		}
	}
	clock := bridge.NewClock()
	w.areas = jsapi.New(jsapi.Deps{Clock: clock, Team: w.team})
	w.host = bridge.NewHost(w.areas.All()...)
	w.host.Clock, w.host.Profile, w.host.Logger, w.host.Unbuilt = clock, profile, logger, w.areas.Unbuilt()
	me := w.team.Me
	if s.as != "" {
		found, known := w.areas.Contact.Find(s.as)
		if !known {
			return nil, fmt.Errorf("--as: 团队里没有 openId 为 %q 的人, 也没有 (或不止一位) 叫这个名字的人", s.as)
		}
		me = found
	}
	w.me = me
	w.host.SetCaller(me)
	if w.initial != nil {
		return w, w.play(w.name, w.initial)
	}
	return w, nil
}

// play makes a scenario the current one, from its beginning; nil takes it away. A bad one changes nothing.
func (w *world) play(name string, text []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if text == nil {
		w.host.SetScript(nil)
		w.areas.Conference.SetCast(nil)
		return nil
	}
	read, err := scenario.Read(name, text)
	if err != nil {
		return err
	}
	if err := w.checkNames(name, read); err != nil {
		return err
	}
	w.host.SetScript(read)
	w.areas.Conference.SetCast(w.cast(read.Cast))
	if read.Clock != nil {
		w.host.Clock.Start(*read.Clock)
	}
	return nil
}

// checkNames refuses a scenario that speaks of APIs or people that are not there: that is a typing error.
func (w *world) checkNames(name string, s *scenario.Scenario) error {
	var known []string
	for _, api := range w.host.APIs() {
		known = append(known, api.Name)
	}
	for _, method := range s.Methods() {
		if method != "*" && !slices.Contains(known, method) {
			hint := ""
			if near := bridge.Nearest(method, known); near != "" {
				hint = fmt.Sprintf(", 是否想写 %q?", near)
			}
			return bridge.Errorf(bridge.BadParams, "%s: calls 里没有名为 %q 的 JS-API%s", name, method, hint)
		}
	}
	for _, actor := range s.Cast {
		if _, known := w.areas.Contact.Find(actor.OpenID); !known {
			return bridge.Errorf(bridge.BadParams, "%s: cast 里的 openId %q 不在团队里, 也没有 (或不止一位) 叫这个名字的人", name, actor.OpenID)
		}
	}
	return nil
}

// cast is the scenario's, with people by openId.
func (w *world) cast(actors []scenario.Actor) []conference.Actor {
	var all []conference.Actor
	for _, a := range actors {
		joins := conference.JoinAfter
		if a.Joins != nil {
			joins = *a.Joins
		}
		openID, _ := w.areas.Contact.Find(a.OpenID) // checkNames has refused those that there are not
		all = append(all, conference.Actor{OpenID: openID, Joins: joins, Declines: a.Declines, Mutes: a.Mutes, Leaves: a.Leaves})
	}
	return all
}

// reset restores team, clock and scenario to their start.
func (w *world) reset() error {
	w.areas.Contact.Reset(w.team)
	w.host.Clock.Start(time.Now())
	w.host.Clock.Run()
	return w.play(w.name, w.initial)
}
