package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"qinghost/bridge"
	"qinghost/bridge/scenario"
	"qinghost/bridge/yamlfile"
	"qinghost/jsapi"
	"qinghost/jsapi/conference"
	"qinghost/jsapi/contact"
	"qinghost/jsapi/file"
	"qinghost/jsapi/meeting"
	"qinghost/jsapi/store"
	preview "qinghost/runtime/browser"
	"qinghost/runtime/gateway"
	"qinghost/runtime/ownapi"
)

// world is a host with everything behind it, and how to bring it back to its start.
type world struct {
	host  *bridge.Host
	areas *jsapi.Areas
	own   *ownapi.Methods // nil without a project
	store database
	door  http.Handler // to the server APIs
	team  *contact.Team
	demo  bool   // the built-in team
	me    string // openId of the current user

	initial  []byte // the scenario file's text; nil without one
	name     string // its name, for errors
	settings *settings
	mu       sync.Mutex // over changes of the scenario
}

// database is what a world keeps its state in.
type database interface {
	meeting.DB
	Reset(ctx context.Context) error
	Close() error
	Kind() store.Kind
	String() string
}

// newWorld reads team and scenario, opens the database, and makes the host that plays by them. The caller closes it.
func newWorld(ctx context.Context, s *settings, logger *slog.Logger) (*world, error) {
	profile, err := bridge.ProfileNamed(s.profile)
	if err != nil {
		return nil, err
	}
	w, err := readWorld(s)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, s.data)
	var coded *bridge.Error
	switch {
	case errors.As(err, &coded) && coded.Code == store.BadAddress:
		return nil, fmt.Errorf("--data: %w", err) // a typing error
	case err != nil:
		return nil, environmentErr("%w", err)
	}
	if err := w.open(ctx, bridge.NewClock(), profile, db, false, logger); err != nil {
		return nil, err
	}
	w.door = w.newDoor()
	w.areas.Cloudoffice.Lead(serverPath, w.door)
	return w, nil
}

// newDoor makes the way to the server APIs, and to the pictures that the page has on the phone and on the vendor's server.
func (w *world) newDoor() http.Handler {
	apis := gateway.Handler(w.areas.All(), w.areas.Auth.Check, gateway.Options{
		Log: w.host.Log, Logger: w.host.Logger, Clock: w.host.Clock, RateLimits: w.settings.rateLimits,
	})
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if file.Handles(r.URL.Path) {
			w.areas.File.ServeHTTP(rw, r)
		} else {
			apis.ServeHTTP(rw, r)
		}
	})
}

// serverPath says whether a path of the app's port is the door's.
func serverPath(path string) bool { return gateway.Handles(path) || file.Handles(path) }

// readWorld reads team and scenario.
func readWorld(s *settings) (*world, error) {
	w := &world{settings: s, demo: s.team == ""}
	if s.team == "" {
		w.team = contact.Demo()
	} else {
		text, err := readFile(s.team)
		if err != nil {
			return nil, fmt.Errorf("无法读取团队文件: %w", err)
		}
		if w.team, err = contact.Load(s.team, text); err != nil {
			return nil, err
		}
	}
	name := s.scenario
	if _, err := os.Stat(s.ownScenario()); name == "" && err == nil {
		name = s.ownScenario()
	}
	if name != "" {
		text, err := readFile(name)
		if err != nil {
			return nil, fmt.Errorf("无法读取场景文件: %w", err)
		}
		w.name, w.initial = name, text
	}
	return w, nil
}

// ownScenario is the file of the project that is the scenario where none is named; empty without a project.
func (s *settings) ownScenario() string {
	if s.project == "" {
		return ""
	}
	return filepath.Join(s.project, "qinghost", "scenario.yaml")
}

// open brings to life what is in the database, which it closes when it fails; fresh: the database is empty, and made at its
// first use.
func (w *world) open(ctx context.Context, clock *bridge.Clock, profile bridge.Profile, db database, fresh bool, logger *slog.Logger) error {
	var host atomic.Pointer[bridge.Host] // nil for reminders that fell due while nobody ran: no page is there yet
	w.store = db
	var err error
	w.areas, err = jsapi.New(ctx, jsapi.Deps{
		Clock: clock, Team: w.team, DB: db, Exclusive: db.Kind() == store.Memory, Fresh: fresh, Logger: logger,
		UnknownPeople: w.settings.unknownPeople,
		OnReminder:    func(r meeting.Reminder) { remind(host.Load(), logger, r) },
	})
	if err != nil {
		return errors.Join(err, db.Close())
	}
	w.host = bridge.NewHost(w.areas.All()...)
	w.host.Clock, w.host.Profile, w.host.Logger, w.host.Unbuilt = clock, profile, logger, w.areas.Unbuilt()
	w.host.Strict = w.settings.strict
	host.Store(w.host)
	w.me = w.team.Me
	if s := w.settings; s.as != "" {
		found, known := w.areas.Contact.Find(s.as)
		if !known {
			return errors.Join(w.close(), noSuchMe(s.as))
		}
		w.me = found
	}
	w.host.SetCaller(w.me)
	if w.settings.project != "" {
		project, err := filepath.Abs(w.settings.project)
		if err != nil {
			return errors.Join(err, w.close())
		}
		w.own = ownapi.Open(ctx, ownapi.Options{Dir: project, Host: w.host})
	}
	if w.initial != nil {
		if err := w.play(w.name, w.initial); err != nil {
			return errors.Join(err, w.close())
		}
	}
	return nil
}

func noSuchMe(called string) error {
	return fmt.Errorf("--as: 团队里没有 openId 为 %q 的人, 也没有 (或不止一位) 叫这个名字的人", called)
}

// control is what the control API does here, under a new token.
func (w *world) control() preview.Control {
	return preview.Control{
		Token:    rand.Text(),
		Reset:    w.reset,
		Scenario: func(text []byte) error { return w.play("scenario", text) },
		Remember: w.remember,
		OpenAPI:  func() ([]byte, error) { return gateway.OpenAPI(w.areas.All()) },
	}
}

// remind tells the terminal, and every page, of a meeting that is about to begin.
func remind(host *bridge.Host, logger *slog.Logger, r meeting.Reminder) {
	logger.Info("会议提醒", "meetingId", r.MeetingID, "title", r.Title)
	if host == nil {
		return
	}
	if err := host.Emit(context.Background(), "", "meetingReminder", r); err != nil {
		logger.Warn("会议提醒没有送达页面", "err", err)
	}
}

// close ends the own methods and the reminders, and closes the database.
func (w *world) close() error {
	if w.own != nil {
		w.own.Close()
	}
	return errors.Join(w.areas.Close(), w.store.Close())
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
	if err := w.checkNames(name, text, read); err != nil {
		return err
	}
	w.host.SetScript(read)
	w.areas.Conference.SetCast(w.cast(read.Cast))
	if read.Clock == nil {
		return nil
	}
	w.host.Clock.Start(*read.Clock)
	return w.areas.Meeting.Reset(context.Background()) // reminders fall due by the new time
}

// remember writes an answer that was given by hand into the scenario file, which it makes where there is none, and has it hold
// from now on, also after a reset. It returns the file's name.
func (w *world) remember(method string, data json.RawMessage, failed *bridge.Error) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	name := w.name
	if name == "" {
		name = w.settings.ownScenario()
	}
	text, err := os.ReadFile(name) // anew: somebody may have edited it
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", bridge.Errorf(bridge.BadParams, "回答已送达页面, 但没有记下: 无法读取 %s: %v", name, err)
	}
	if text, err = scenario.Remember(name, text, method, data, failed); err != nil {
		return "", err
	}
	read, err := scenario.Read(name, text)
	if err != nil {
		return "", err
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, text, 0o644)); err != nil {
		return "", bridge.Errorf(bridge.BadParams, "回答已送达页面, 但没有记下: 无法写入 %s: %v", name, err)
	}
	w.host.Logger.Info("回答记在了场景文件里", "file", name)
	w.name, w.initial = name, text
	if playing, is := w.host.Script().(*scenario.Scenario); is {
		playing.SetRule(method, read.Rule(method))
	} else {
		w.host.SetScript(read)
	}
	return name, nil
}

// checkNames refuses a scenario that speaks of APIs or people that are not there: that is a typing error.
func (w *world) checkNames(name string, text []byte, s *scenario.Scenario) error {
	var known []string
	for _, api := range w.host.APIs() {
		known = append(known, api.Name)
	}
	for _, api := range w.host.Unbuilt { // a scenario may answer for what is not built yet
		known = append(known, api.Name)
	}
	for _, method := range s.Methods() {
		if s.Rule(method).Answer != nil { // also for what no client knows
			continue
		}
		if method != "*" && !slices.Contains(known, method) {
			hint := ""
			if near := bridge.Nearest(method, known); near != "" {
				hint = fmt.Sprintf(", 是否想写 %q?", near)
			}
			return yamlfile.At(name, text, []any{"calls", method}, "没有名为 %q 的 JS-API%s", method, hint)
		}
	}
	for i, actor := range s.Cast {
		if _, known := w.areas.Contact.Find(actor.OpenID); !known {
			return yamlfile.At(name, text, []any{"cast", i, "openId"}, "团队里没有 openId 为 %q 的人, 也没有 (或不止一位) 叫这个名字的人", actor.OpenID)
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

// reset restores team, data, clock, own methods and scenario to their start.
func (w *world) reset() error {
	ctx := context.Background() // half a reset is worse than a slow one
	if w.own != nil {
		w.own.Reset()
	}
	w.mu.Lock()
	name, initial := w.name, w.initial
	w.mu.Unlock()
	w.host.Clock.Start(time.Now())
	w.host.Clock.Run()
	return errors.Join(w.store.Reset(ctx), w.areas.Reset(ctx, w.team), w.play(name, initial))
}
