package meeting

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/jsapi/store/storetest"
)

// twoHosts are hosts on one database, each with a clock of its own; told hears the reminders of both.
func twoHosts(t *testing.T, address string) (hosts []*host, told func() []Reminder) {
	t.Helper()
	var mu sync.Mutex
	var all []Reminder
	for range 2 {
		h := &host{clock: bridge.NewClockAt(monday), db: openStore(t, address)}
		h.start(t, func(d *Deps) {
			d.OnReminder = func(r Reminder) {
				mu.Lock()
				defer mu.Unlock()
				all = append(all, r)
				h.rung = append(h.rung, r)
			}
		})
		hosts = append(hosts, h)
	}
	return hosts, func() []Reminder {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(all)
	}
}

// TestAReminderOfAnotherHost: it fires where somebody is alive, also when that host has not been called since.
func TestAReminderOfAnotherHost(t *testing.T) {
	for name, address := range map[string]func() string{
		"file":     func() string { return t.TempDir() + "/store.db" },
		"postgres": func() string { return storetest.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			hosts, _ := twoHosts(t, address())
			a, b := hosts[0], hosts[1]
			a.made(t, "08:02", "08:30", `,"noticeTime":0`)
			b.until("08:02")
			require.Equal(t, "08:02 -0", b.heard(), "it looks once a minute")
			a.made(t, "10:00", "11:00", `,"noticeTime":15`)
			b.until("09:44")
			require.Empty(t, b.heard())
			b.until("09:45")
			require.Equal(t, "10:00 -15", b.heard(), "at its very time")
			a.until("10:30")
			require.Empty(t, a.heard(), "once over both hosts")

			a.made(t, "12:00", "13:00", `,"noticeTime":0`)
			require.NoError(t, a.Close())
			b.until("12:00")
			require.Equal(t, "12:00 -0", b.heard(), "the other host is gone")
		})
	}
}

// countingDB counts the readings.
type countingDB struct {
	DB
	reads int
}

func (c *countingDB) Read(ctx context.Context, fn func(*sql.Tx) error) error {
	c.reads++
	return c.DB.Read(ctx, fn)
}

// TestLookingForOthersRemindersIsCheap: not at all where nobody else is, and not every minute of a clock that is moved.
func TestLookingForOthersRemindersIsCheap(t *testing.T) {
	for exclusive, most := range map[bool]int{true: 0, false: 61 * 24} {
		h := newHost(t)
		db := &countingDB{DB: h.db}
		h.start(t, func(d *Deps) { d.DB, d.Exclusive = db, exclusive })
		db.reads = 0
		h.clock.Advance(60 * 24 * time.Hour)
		require.LessOrEqual(t, db.reads, most)
		require.Equal(t, exclusive, db.reads == 0)
	}
}

// TestTwoHosts has clients of two hosts on one PostgreSQL call everything at random on the same meetings, and then holds what
// is there against the rules.
func TestTwoHosts(t *testing.T) {
	hosts, told := twoHosts(t, storetest.Postgres(t))
	shared := &sharedIDs{}
	var clients sync.WaitGroup
	failed := make(chan error, 12)
	for i := range cap(failed) {
		clients.Go(func() {
			random := rand.New(rand.NewPCG(uint64(i), 7))
			for range 40 {
				if err := shared.call(t.Context(), hosts[i%2].Meetings, random); err != nil {
					failed <- fmt.Errorf("client %d: %w", i, err)
					return
				}
			}
		})
	}
	clients.Wait()
	close(failed)
	require.NoError(t, <-failed)
	require.Empty(t, told(), "nothing is due yet")
	h := hosts[0]
	due := h.keepsTheRules(t)
	require.Greater(t, len(due), 100)

	// Both move through the time of all meetings, side by side.
	var moving sync.WaitGroup
	for _, h := range hosts {
		moving.Go(func() {
			for range 60 * 24 {
				h.clock.Advance(time.Hour)
			}
		})
	}
	moving.Wait()
	var heard []string
	for _, r := range told() {
		heard = append(heard, fmt.Sprintf("%s %d -%d", r.MeetingID, r.StartDate, r.NoticeTime))
	}
	slices.Sort(due)
	slices.Sort(heard)
	require.Equal(t, due, heard, "each reminder exactly once")
	t.Logf("%d reminders: %d by the one host, %d by the other", len(due), len(hosts[0].rung), len(hosts[1].rung))
}

// keepsTheRules checks everything that is in the database, and returns the reminders that are to come.
func (h *host) keepsTheRules(t *testing.T) (due []string) {
	t.Helper()
	require.NoError(t, h.db.Read(t.Context(), func(tx *sql.Tx) error {
		count := func(query string) (n int) {
			t.Helper()
			require.NoError(t, tx.QueryRow(query).Scan(&n), query)
			return n
		}
		require.Zero(t, count(`SELECT COUNT(*) FROM booking a JOIN booking b ON a.room_id = b.room_id AND a.order_id < b.order_id
			WHERE a.released = 0 AND b.released = 0 AND a.start_time < b.end_time AND b.start_time < a.end_time`), "bookings overlap")
		require.Greater(t, count(`SELECT COUNT(*) FROM booking WHERE released = 0`), 10)
		require.Zero(t, count(`SELECT COUNT(*) FROM meeting m WHERE cancel_date IS NULL AND room_id IS NOT NULL AND NOT EXISTS (
			SELECT 1 FROM booking b WHERE order_id = room_order_id AND meeting_id = m.id AND b.room_id = m.room_id
				AND start_time = start_date AND end_time = end_date AND b.title = m.title AND released = 0)`), "a meeting without its booking")
		require.Zero(t, count(`SELECT COUNT(*) FROM booking b WHERE released = 0 AND NOT EXISTS (
			SELECT 1 FROM meeting m WHERE m.id = b.meeting_id AND room_order_id = order_id AND cancel_date IS NULL)`), "a booking of nothing")

		parents := map[string]bool{}
		rows, err := tx.Query(`SELECT series_id FROM meeting`)
		require.NoError(t, eachRow(rows, err, func() error {
			var id string
			err := rows.Scan(&id)
			parents[id] = true
			return err
		}))
		grown := 0
		for parent := range parents {
			list, err := h.loadSeries(tx, parent)
			require.NoError(t, err)
			o := &opened{parent: parent, at: list[0], all: list}
			require.NoError(t, h.loadRule(tx, o))
			dates, err := h.calendar.expand(o.rule)
			require.NoError(t, err)
			held := map[day]int{}
			for _, r := range list {
				if r.cancelled != nil {
					require.Nil(t, r.remindAt)
				} else {
					held[r.day]++
					for _, notice := range r.notices() {
						due = append(due, fmt.Sprintf("%s %d -%d", r.id, r.start, notice))
					}
				}
				held[r.day] += 0 // a cancelled one keeps its day too
				require.Equal(t, hePeng, r.CreatorID)
			}
			if len(list) > 1 {
				grown++
				for _, date := range dates {
					require.Contains(t, held, date.day, "a day of the rule has nothing")
					require.LessOrEqual(t, held[date.day], 1, "one meeting a day")
					delete(held, date.day)
				}
				for _, live := range held {
					require.Zero(t, live, "a meeting on no day of the rule")
				}
			}
		}
		require.Greater(t, grown, 10)
		return nil
	}))
	return due
}

// sharedIDs are the meetings that all clients know, and the parents of series.
type sharedIDs struct {
	mu           sync.Mutex
	ids, parents []string
}

func (s *sharedIDs) add(id string, parent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids = append(s.ids, id)
	if parent {
		s.parents = append(s.parents, id)
	}
}

// some returns an id of each kind; empty without one.
func (s *sharedIDs) some(random *rand.Rand) (id, parent string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.ids) > 0 {
		id = s.ids[random.IntN(len(s.ids))]
	}
	if len(s.parents) > 0 {
		parent = s.parents[random.IntN(len(s.parents))]
	}
	return id, parent
}

// call makes a random call. A refusal that others' calls explain is none of its failures.
func (s *sharedIDs) call(ctx context.Context, m *Meetings, random *rand.Rand) error {
	id, parent := s.some(random)
	start := monday.Add(24*time.Hour + time.Duration(random.IntN(200))*30*time.Minute).UnixMilli()
	length := int64(1+random.IntN(4)) * 30 * 60_000
	until := time.Date(2018, 7, 1+random.IntN(20), 24, 0, 0, 0, roomZone).UnixMilli() - 1 // after all times of day
	params := map[string]any{"openid": hePeng, "title": fmt.Sprint("周会", random.IntN(1000)), "startDate": start, "endDate": start + length,
		"noticeTimes": [][]int{{0}, {15, 60}, {60}, {}}[random.IntN(4)]}
	kind := random.IntN(10)
	var err error
	switch {
	case parent == "" || kind == 0:
		params["repeat"], params["repeatEndDate"] = 1+random.IntN(3), until
		var made RepeatResult
		if err = callInto(ctx, m, "meeting.repeatMeeting", params, &made); err == nil {
			s.add(made.MeetingIDs[0], true)
			for _, id := range made.MeetingIDs[1:] {
				s.add(id, false)
			}
		}
	case kind < 4:
		params["roomId"] = testRooms[random.IntN(3)].ID
		var made CreateResult
		if err = callInto(ctx, m, "meeting.create", params, &made); err == nil {
			s.add(made.MeetingID, false)
		}
	case kind < 6:
		params["id"] = id
		params["roomId"] = []any{testRooms[random.IntN(3)].ID, nil}[random.IntN(2)]
		_, err = byCall(ctx, m, "meeting.modify", params)
	case kind < 7:
		_, err = byCall(ctx, m, "meeting.cancel", map[string]any{"id": id, "openid": hePeng})
	case kind < 9 || random.IntN(4) > 0:
		params["id"] = parent
		if random.IntN(2) == 0 {
			params["repeat"], params["repeatEndDate"] = 1+random.IntN(3), until
		}
		_, err = byCall(ctx, m, "meeting.batchModify", params)
	default:
		_, err = byCall(ctx, m, "meeting.batchCancel", map[string]any{"id": parent, "openid": hePeng})
	}
	var coded *bridge.Error
	if errors.As(err, &coded) && slices.Contains([]bridge.Code{CodeRoomTaken, CodeCancelled, CodeNothingLeft, bridge.BadParams}, coded.Code) {
		return nil
	}
	return err
}

func callInto(ctx context.Context, m *Meetings, name string, params, data any) error {
	text, err := byCall(ctx, m, name, params)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, data)
}
