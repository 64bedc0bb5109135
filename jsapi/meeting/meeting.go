// Package meeting is the whole server page of the source document: meetings, series, reminders, rooms and their bookings.
//
// Every call is one transaction: it is durable when it returns, and two calls never interleave. What a call refuses changes
// nothing. Times are milliseconds since the epoch by the host's clock; days are days of the team's zone.
package meeting

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"qinghost/bridge"
)

// Failures of meetings and series.
const (
	CodeNoMeeting     bridge.Code = "93001" // a meeting that does not exist
	CodeNotCreator    bridge.Code = "93002" // somebody else created the meeting
	CodeCancelled     bridge.Code = "93003" // a meeting that has been cancelled
	CodeUnknownPerson bridge.Code = "93004" // an openid that is not in the directory
	CodeTooMany       bridge.Code = "93005" // a rule with more than 732 occurrences
	CodeNotInSeries   bridge.Code = "93006" // a meeting that is not of the series that batchId names
	CodeNothingLeft   bridge.Code = "93007" // a series of which every meeting has ended or been cancelled
)

// DB runs transactions; package store has one. Neither function given to it may commit or roll back.
type DB interface {
	// Write runs fn in a transaction that is durable when Write returns; all Writes on one database run one after another.
	// fn may run again, so it has no effect but through tx. An error rolls its changes back and is returned as it is.
	Write(ctx context.Context, fn func(tx *sql.Tx) error) error
	// Read runs fn in a read-only transaction that sees one state of the database.
	Read(ctx context.Context, fn func(tx *sql.Tx) error) error
}

// People knows the team's people; contact.Directory does.
type People interface {
	// Name returns a person's name, and false for an openId that nobody has.
	Name(openID string) (string, bool)
}

// Deps is what New needs. DB, Clock, People and EID are required.
type Deps struct {
	DB     DB
	Clock  *bridge.Clock
	Zone   *time.Location // of the team; nil is Asia/Shanghai
	People People
	EID    string // the team
	Rooms  []Room // put over those of the same id in the database

	// GreyList has the eids that may ask for bookings (灰度名单); nil: EID alone.
	GreyList []string
	// Exclusive says that no other host uses the database, so that nobody else makes reminders.
	Exclusive bool
	// UnknownPeople accepts openids that are not in the directory, for real ids.
	UnknownPeople bool
	// Holidays overrides which days are working days (repeat 1): "2026-10-01": false, "2026-10-10": true. A day that it does
	// not name is a working day from Monday to Friday.
	Holidays map[string]bool
	// OnReminder is told each reminder that falls due, at most once, from the goroutine that moves the clock or makes the
	// meeting; it may call the APIs. nil: nobody listens, and reminders are spent all the same.
	OnReminder func(Reminder)
	// Avatar returns the address of a person's picture; nil: there are none.
	Avatar func(openID, name string) string
	// Fresh says that the database is empty: it is first used by the first call, and Reset leaves it alone.
	Fresh bool
	// Logger hears of reminders that could not be read from the database; nil discards.
	Logger *slog.Logger
}

// Meetings answers the calls about meetings, rooms and bookings of one team. Its methods may be called from any goroutine.
type Meetings struct {
	db         DB
	fresh      *freshDB // db, where it is one
	clock      *bridge.Clock
	zone       *time.Location
	calendar   calendar
	people     People
	eid        string
	anyone     bool // openids that are not in the directory are fine
	onReminder func(Reminder)
	greyList   []string // nil: eid alone
	rooms      []Room   // of Deps
	avatarOf   func(openID, name string) string
	logger     *slog.Logger
	exclusive  bool

	ctx context.Context // ends with Close
	end context.CancelFunc

	mu     sync.Mutex    // guards what follows, and orders what is read of the next reminder
	stop   func() bool   // the timer of the next reminder; nil without one
	armed  int64         // when it will fire, host time in milliseconds; 0: look at the next change
	pause  time.Duration // lookAgain, or more
	looked time.Time     // when the timer last fired, by the machine's clock
}

// New returns the meetings that the database holds, and raises the reminders that fell due while nobody ran. The database
// has been migrated. The caller closes the Meetings before the database.
func New(ctx context.Context, deps Deps) (*Meetings, error) {
	m := &Meetings{
		db: deps.DB, clock: deps.Clock, zone: deps.Zone, people: deps.People, eid: deps.EID, anyone: deps.UnknownPeople,
		greyList: deps.GreyList, onReminder: deps.OnReminder, avatarOf: deps.Avatar, logger: deps.Logger,
		exclusive: deps.Exclusive, pause: lookAgain,
	}
	if m.zone == nil {
		zone, err := time.LoadLocation("Asia/Shanghai")
		if err != nil {
			return nil, err
		}
		m.zone = zone
	}
	if m.logger == nil {
		m.logger = slog.New(slog.DiscardHandler)
	}
	var err error
	if m.calendar, err = newCalendar(m.zone, deps.Holidays); err != nil {
		return nil, err
	}
	m.rooms = deps.Rooms
	if deps.Fresh {
		m.fresh = &freshDB{DB: deps.DB, prepare: func(tx *sql.Tx) error { return putRooms(tx, m.eid, m.rooms) }}
		m.db = m.fresh
	}
	m.ctx, m.end = context.WithCancel(context.WithoutCancel(ctx))
	if err := m.Reset(ctx); err != nil {
		m.end()
		return nil, err
	}
	return m, nil
}

// Reset begins anew with what the database holds, after somebody emptied it: the rooms are put back.
func (m *Meetings) Reset(ctx context.Context) error {
	if m.fresh != nil {
		m.fresh.prepared.Store(false)
		m.stopTimer()
		return nil
	}
	if err := m.db.Write(ctx, func(tx *sql.Tx) error { return putRooms(tx, m.eid, m.rooms) }); err != nil {
		return err
	}
	m.remind()
	return nil
}

// Close stops the reminders; none is raised after it returns, but for one that another goroutine is about to raise.
func (m *Meetings) Close() error {
	m.end()
	m.stopTimer()
	return nil
}

func (m *Meetings) stopTimer() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stop != nil {
		m.stop()
		m.stop = nil
	}
}

// freshDB is an empty database that is not touched before it is needed, which most tests never do.
type freshDB struct {
	DB
	prepare  func(tx *sql.Tx) error
	mu       sync.Mutex // over prepare
	prepared atomic.Bool
}

// Write implements DB.
func (f *freshDB) Write(ctx context.Context, fn func(tx *sql.Tx) error) error {
	if err := f.ready(ctx); err != nil {
		return err
	}
	return f.DB.Write(ctx, fn)
}

// Read implements DB.
func (f *freshDB) Read(ctx context.Context, fn func(tx *sql.Tx) error) error {
	if err := f.ready(ctx); err != nil {
		return err
	}
	return f.DB.Read(ctx, fn)
}

func (f *freshDB) ready(ctx context.Context) error {
	if f.prepared.Load() {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.prepared.Load() {
		return nil
	}
	if err := f.DB.Write(ctx, f.prepare); err != nil {
		return err
	}
	f.prepared.Store(true)
	return nil
}

// APIs returns the calls of the source document's page, each with its place over HTTP.
func (m *Meetings) APIs() []bridge.API {
	return append([]bridge.API{
		bridge.Define("meeting.create", "新建会议, 可同时预定会议室", m.create, at("create"), bridge.Example(createExample)),
		bridge.Define("meeting.modify", "修改会议, 仅创建者", m.modify, at("modify"), bridge.Example(modifyExample)),
		bridge.Define("meeting.cancel", "取消会议, 仅创建者", m.cancel, at("cancel"), bridge.Example(cancelExample)),
		bridge.Define("meeting.repeatMeeting", "新建重复会议", m.repeatMeeting, at("repeatMeeting"), bridge.Example(repeatExample)),
		bridge.Define("meeting.batchModify", "批量修改重复会议中未结束的, 仅创建者", m.batchModify, at("batchModify"), bridge.Example(batchModifyExample)),
		bridge.Define("meeting.batchCancel", "批量取消重复会议中未结束的, 仅创建者", m.batchCancel, at("batchCancel"), bridge.Example(batchCancelExample)),
		bridge.Define("meeting.queryByDay", "查询某一天的会议", m.queryByDay, at("queryByDay"), bridge.Example(queryExample)),
	}, m.roomAPIs()...)
}

// at gives a call its place over HTTP.
func at(name string) bridge.Option {
	return bridge.At(bridge.Route{Path: "/gateway/cloudwork/meeting/" + name, Scope: bridge.ResGroupScope})
}

// write runs a call's transaction, and then sees to the reminders that it may have changed.
func (m *Meetings) write(ctx context.Context, fn func(tx *sql.Tx) error) error {
	if err := m.db.Write(ctx, fn); err != nil {
		return err
	}
	m.remind()
	return nil
}

// now returns the host's time in milliseconds.
func (m *Meetings) now() int64 { return m.clock.Now().UnixMilli() }

// newID returns an id like the source's: 24 lower-case hexadecimal digits.
func newID() string {
	var id [12]byte
	_, _ = rand.Read(id[:]) // never fails
	return hex.EncodeToString(id[:])
}

// eachRow calls scan for every row of a query's outcome.
func eachRow(rows *sql.Rows, err error, scan func() error) error {
	if err != nil {
		return err
	}
	for rows.Next() {
		if err = scan(); err != nil {
			break
		}
	}
	return errors.Join(err, rows.Err(), rows.Close())
}

// missing is the failure of a required field that is absent, null or empty.
func missing(field string) error {
	return bridge.Errorf(bridge.BadParams, "缺少参数 %s, 不能为空", field)
}

// wrong is the failure of a field whose value is not allowed.
func wrong(field, format string, args ...any) error {
	return bridge.Errorf(bridge.BadParams, "参数 %s %s", field, fmt.Sprintf(format, args...))
}
