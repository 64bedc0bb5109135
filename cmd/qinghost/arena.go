package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"qinghost/bridge"
	"qinghost/jsapi/contact"
	"qinghost/jsapi/store"
	"qinghost/runtime/suite"
)

// arena makes the worlds of test files. What they share is read once.
type arena struct {
	world // as it was read; it is never opened
	log   *slog.Logger
	json  func() json.RawMessage // host.team
}

func newArena(s *settings, logger *slog.Logger) (*arena, error) {
	read, err := readWorld(s)
	if err != nil {
		return nil, err
	}
	a := &arena{log: logger}
	a.settings, a.team, a.demo, a.initial, a.name, a.me = s, read.team, read.demo, read.initial, read.name, read.team.Me
	if s.as != "" {
		known := false
		if a.me, known = contact.NewDirectory(a.team).Find(s.as); !known {
			return nil, noSuchMe(s.as)
		}
	}
	a.json = sync.OnceValue(func() json.RawMessage { return teamOf(a.team, a.me) })
	return a, nil
}

// open makes a world of its own for a test file.
func (a *arena) open(ctx context.Context, clock *bridge.Clock, profile bridge.Profile) (*suite.World, error) {
	w := &world{settings: a.settings, team: a.team, demo: a.demo, initial: a.initial, name: a.name}
	if err := w.open(ctx, clock, profile, &lazyStore{}, true, a.log); err != nil {
		return nil, err
	}
	// Most tests never ask a server.
	made := sync.OnceValue(w.newDoor)
	door := http.HandlerFunc(func(to http.ResponseWriter, r *http.Request) { made().ServeHTTP(to, r) })
	w.areas.Cloudoffice.Lead(serverPath, door)
	return &suite.World{
		Host:  w.host,
		Door:  door,
		Token: w.token,
		Team:  a.json(),
		As: func(person string) error {
			openID, known := w.areas.Contact.Find(person)
			if !known {
				return bridge.Errorf(bridge.BadParams, "host.as: 团队里没有 openId 为 %q 的人, 也没有 (或不止一位) 叫这个名字的人", person)
			}
			w.host.SetCaller(openID)
			return nil
		},
		Reset: func(context.Context) error {
			w.host.SetCaller(w.me)
			return w.reset()
		},
		Close: w.close,
	}, nil
}

// token returns an access token that opens the path; empty where none is asked for, or where nothing is.
func (w *world) token(ctx context.Context, path string) (string, error) {
	for _, api := range w.areas.All() {
		if r := api.Route; r != nil && (r.Path == path || slices.Contains(r.Aliases, path)) && r.Scope != bridge.AnyScope {
			token, err := w.areas.Auth.Token(ctx, r.Scope)
			return token.AccessToken, err
		}
	}
	return "", nil
}

// teamOf is host.team.
func teamOf(team *contact.Team, me string) json.RawMessage {
	type person struct {
		OpenID     string `json:"openId"`
		Name       string `json:"name"`
		Department string `json:"department"`
	}
	type group struct {
		GroupID string   `json:"groupId"`
		Name    string   `json:"name"`
		Members []string `json:"members"`
	}
	type room struct {
		RoomID     string `json:"roomId"`
		Name       string `json:"name"`
		LimitCount int    `json:"limitCount"`
		Approve    bool   `json:"approve"`
	}
	departments := map[string]string{}
	for _, d := range team.Departments {
		departments[d.ID] = d.Name
	}
	shown := struct {
		EID    string   `json:"eid"`
		Me     string   `json:"me"`
		People []person `json:"people"`
		Groups []group  `json:"groups"`
		Rooms  []room   `json:"rooms"`
	}{team.EID, me, []person{}, []group{}, []room{}}
	for _, p := range team.People {
		if p.OpenID != me {
			shown.People = append(shown.People, person{p.OpenID, p.Name, departments[p.Department]})
		}
	}
	for _, g := range team.Groups {
		shown.Groups = append(shown.Groups, group{g.ID, g.Name, append([]string{}, g.Members...)})
	}
	for _, r := range team.Rooms {
		shown.Rooms = append(shown.Rooms, room{r.ID, r.Name, r.Limit, r.Approve})
	}
	text, err := json.Marshal(shown)
	if err != nil {
		panic(err) // plain values
	}
	return text
}

// lazyStore is a database in memory that is opened by the first call that needs it.
type lazyStore struct {
	mu     sync.Mutex
	opened *store.Store // nil before
}

func (l *lazyStore) open() (*store.Store, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.opened != nil {
		return l.opened, nil
	}
	db, err := store.Open(context.Background(), ":memory:") // also for the calls after a cancelled one
	if err != nil {
		return nil, fmt.Errorf("测试的数据库没有打开: %w", err)
	}
	l.opened = db
	return db, nil
}

// Write implements database, and so do all below.
func (l *lazyStore) Write(ctx context.Context, fn func(tx *sql.Tx) error) error {
	db, err := l.open()
	if err != nil {
		return err
	}
	return db.Write(ctx, fn)
}

func (l *lazyStore) Read(ctx context.Context, fn func(tx *sql.Tx) error) error {
	db, err := l.open()
	if err != nil {
		return err
	}
	return db.Read(ctx, fn)
}

// current is the database, nil while nobody has needed it.
func (l *lazyStore) current() *store.Store {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.opened
}

func (l *lazyStore) Reset(ctx context.Context) error {
	if db := l.current(); db != nil {
		return db.Reset(ctx)
	}
	return nil
}

func (l *lazyStore) Close() error {
	if db := l.current(); db != nil {
		return db.Close()
	}
	return nil
}

func (l *lazyStore) Kind() store.Kind { return store.Memory }
func (l *lazyStore) String() string   { return ":memory:" }
