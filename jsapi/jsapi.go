// Package jsapi is the list of everything that a page can call, and an app's own server.
package jsapi

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"qinghost/bridge"
	"qinghost/jsapi/auth"
	"qinghost/jsapi/cloudoffice"
	"qinghost/jsapi/conference"
	"qinghost/jsapi/contact"
	"qinghost/jsapi/device"
	"qinghost/jsapi/file"
	"qinghost/jsapi/meeting"
	"qinghost/jsapi/voice"
	"qinghost/jsapi/webview"
)

// Deps is what the areas need from outside.
type Deps struct {
	Clock *bridge.Clock
	Team  *contact.Team
	DB    meeting.DB // migrated, and closed after Close
	// Exclusive says that no other host uses the database.
	Exclusive bool
	// Fresh says that the database is empty and to be left alone until the first call that needs it.
	Fresh bool
	// UnknownPeople accepts openids that are not in the team, in meetings and for tickets.
	UnknownPeople bool
	// OnReminder is told each meeting's reminder when it falls due.
	OnReminder func(meeting.Reminder)
	Logger     *slog.Logger
}

// Areas are the parts of the client and the server that have a state, for whoever wires a host.
type Areas struct {
	Contact    *contact.Directory
	Conference *conference.Conference
	Webview    *webview.Webview
	Meeting    *meeting.Meetings
	Auth       *auth.Auth
	Device     *device.Device
	File       *file.Files

	Voice *voice.Voice
	// Cloudoffice makes requests for pages. Whoever serves the server APIs says so with Lead.
	Cloudoffice *cloudoffice.Cloudoffice

	all func() []bridge.API
}

// New returns the areas in the state that the database holds. The caller closes them.
func New(ctx context.Context, deps Deps) (*Areas, error) {
	a, open := &Areas{Contact: contact.NewDirectory(deps.Team)}, &occupied{by: map[string]string{}}
	a.Contact.Enter = open.enter
	a.all = sync.OnceValue(a.list)
	a.Conference = conference.New(deps.Clock, a.Contact)
	a.Webview = webview.New(deps.Clock, a.knows, screens{a.Contact, a.Conference}, open.enter)
	a.Voice, a.Cloudoffice = voice.New(deps.Clock), cloudoffice.New()
	team := deps.Team
	a.Auth = auth.New(auth.Deps{
		DB: deps.DB, Clock: deps.Clock, People: a.Contact, Exclusive: deps.Exclusive, AnyPerson: deps.UnknownPeople,
		Team: auth.Team{EID: team.EID, AppID: team.AppID, AppSecret: team.AppSecret, ResGroupSecret: team.ResGroupSecret},
		JobNo: func(openID string) string {
			person, _ := a.Contact.Person(openID)
			return person.JobNo
		},
	})
	zone, err := zoneNamed(team.Zone)
	if err != nil {
		return nil, err
	}
	a.Device = device.New(deps.Clock, places(team))
	a.File = file.New(deps.Clock, zone, open.enter)
	a.Meeting, err = meeting.New(ctx, meeting.Deps{
		DB: deps.DB, Clock: deps.Clock, Zone: zone, People: a.Contact, EID: team.EID, Rooms: rooms(team),
		Avatar: contact.Avatar, OnReminder: deps.OnReminder, Logger: deps.Logger,
		Fresh: deps.Fresh, Exclusive: deps.Exclusive, UnknownPeople: deps.UnknownPeople, Holidays: team.WorkingDays(),
	})
	return a, err
}

var zones sync.Map // by name: time.LoadLocation reads a file each time

func zoneNamed(name string) (*time.Location, error) {
	if zone, known := zones.Load(name); known {
		return zone.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err == nil {
		zones.Store(name, zone)
	}
	return zone, err
}

// All returns everything that can be called: by a page, and, where an API has a Route, over HTTP. The list is not to be
// changed.
func (a *Areas) All() []bridge.API { return a.all() }

func (a *Areas) list() []bridge.API {
	return slices.Concat(
		a.Contact.APIs(),
		a.Conference.APIs(),
		a.Webview.APIs(),
		a.Device.APIs(),
		a.File.APIs(),
		a.Voice.APIs(),
		a.Cloudoffice.APIs(),
		a.Meeting.APIs(),
		a.Meeting.NewerAPIs(),
		a.Auth.APIs(),
	)
}

// Reset brings the areas back to their start, with this team and the database emptied.
func (a *Areas) Reset(ctx context.Context, team *contact.Team) error {
	a.Contact.Reset(team)
	a.Auth.Reset()
	a.Voice.Reset()
	a.Cloudoffice.Reset()
	a.File.Reset()
	return a.Meeting.Reset(ctx)
}

// Close ends the reminders.
func (a *Areas) Close() error { return a.Meeting.Close() }

// knows says whether a page of that client can call an API of that name.
func (a *Areas) knows(on bridge.Profile, name string) bool {
	return slices.ContainsFunc(a.All(), func(api bridge.API) bool { return api.Name == name && !api.Hidden && on.Has(api) })
}

// screens are what localFunction opens.
type screens struct {
	*contact.Directory
	*conference.Conference
}

func places(team *contact.Team) []device.Place {
	var all []device.Place
	for _, p := range team.Places {
		all = append(all, device.Place(p))
	}
	return all
}

func rooms(team *contact.Team) []meeting.Room {
	var all []meeting.Room
	for _, r := range team.Rooms {
		all = append(all, meeting.Room{
			ID: r.ID, Name: r.Name, Detail: r.Detail, Limit: r.Limit, Approve: r.Approve, TagID: r.TagID, Note: r.Note, Closed: r.Closed,
		})
	}
	return all
}
