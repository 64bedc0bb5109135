package meeting

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/jsapi/store/storetest"
)

// TestRoomSoak has 64 clients book, move and release the same rooms at random, on one host and on two, while pollers follow.
// QINGHOST_SOAK=20s makes it go on for that long on each database, instead of a fixed number of calls.
func TestRoomSoak(t *testing.T) {
	hosts := map[string]int{"memory": 1, "file": 1, "postgres": 2}
	for by, hand := range map[string]hand{"functions": byFunctions{}, "calls": byCalls{}} {
		t.Run(by, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, address string) {
				others := goleak.IgnoreCurrent()
				t.Cleanup(func() { goleak.VerifyNone(t, others) })
				var hosting []*Meetings
				for i := range hosts[path.Base(t.Name())] {
					// The hosts' clocks disagree, and do not run: every updateTime has to come from the one before.
					clock := bridge.NewClockAt(roomNoon.Add(time.Duration(i) * time.Second))
					hosting = append(hosting, roomHost(t, openStore(t, address), clock))
				}
				soak(t, hosting, hand)
			})
		})
	}
}

const (
	soakClients = 64
	soakCalls   = 25  // of each client, unless QINGHOST_SOAK is set
	soakSlots   = 250 // starts are so many quarters of an hour, so that about half of the calls clash
)

// change is one state of a booking, as the client that made it knows it.
type change struct {
	orderID    string
	room       int
	start, end int64
	released   bool
}

func soak(t *testing.T, hosts []*Meetings, by hand) {
	ctx, fail := context.WithCancelCause(t.Context())
	defer fail(nil)
	more := func(call int) bool { return call < soakCalls }
	if text := os.Getenv("QINGHOST_SOAK"); text != "" {
		length, err := time.ParseDuration(text)
		require.NoError(t, err)
		end := time.Now().Add(length)
		more = func(int) bool { return time.Now().Before(end) }
	}

	var history history
	for range hosts {
		history.wake = append(history.wake, make(chan struct{}, 1))
	}
	var clients, pollers sync.WaitGroup
	for i := range soakClients {
		clients.Go(func() {
			if err := client(ctx, hosts[i%len(hosts)], by, rand.New(rand.NewPCG(uint64(i), 1)), &history, more); err != nil {
				fail(fmt.Errorf("client %d: %w", i, err))
			}
		})
	}
	done := make(chan struct{})
	seen := make([]poller, len(hosts))
	for i, m := range hosts {
		pollers.Go(func() {
			if err := seen[i].run(ctx, m, history.wake[i], done); err != nil {
				fail(fmt.Errorf("poller %d: %w", i, err))
			}
		})
	}
	clients.Wait()
	close(done)
	pollers.Wait()
	require.NoError(t, context.Cause(ctx))

	latest := history.latest()
	for i := range seen {
		require.Equal(t, latest, seen[i].rows, "poller %d has another state than the clients left", i)
		for at, row := range seen[i].at {
			require.Equal(t, history.at[at], row, "poller %d saw what nobody made", i)
		}
		t.Logf("poller %d: %d rows of %d changes in %d polls, caught up %d times", i, len(seen[i].at), len(history.at), seen[i].polls, seen[i].caughtUp)
	}
	t.Logf("%d changes of %d bookings, %d clashes", len(history.at), len(latest), history.clashes.Load())
}

// history is what the clients did, by updateTime.
type history struct {
	wake    []chan struct{} // tells each poller that something changed: one that asks all the time takes the CPU from the rest
	mu      sync.Mutex
	at      map[int64]change
	clashes atomic.Int64
}

func (h *history) add(at int64, c change) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.at == nil {
		h.at = map[int64]change{}
	}
	if other, is := h.at[at]; is {
		return fmt.Errorf("updateTime %d twice: %v, %v", at, other, c)
	}
	h.at[at] = c
	for i := range h.wake {
		select {
		case h.wake[i] <- struct{}{}:
		default: // told already
		}
	}
	return nil
}

// latest is what is left of it: each booking as of its last change.
func (h *history) latest() map[string]change {
	all := map[string]change{}
	for _, at := range slices.Sorted(maps.Keys(h.at)) {
		all[h.at[at].orderID] = h.at[at]
	}
	return all
}

// client makes random calls and notes what each changed. Its bookings are its own: nobody else changes them meanwhile.
func client(ctx context.Context, m *Meetings, by hand, random *rand.Rand, h *history, more func(call int) bool) error {
	own := map[string]string{} // order by the id that the hand knows
	for call := 0; more(call); call++ {
		start := roomNoon.Add(time.Duration(random.IntN(soakSlots)) * 15 * time.Minute).UnixMilli()
		b := roomBooking(random.IntN(3), start, start+int64(1+random.IntN(8))*15*60*1000)
		b.Title = fmt.Sprint("云讨论", random.Uint64()) // so that a move always changes something
		ids := slices.Sorted(maps.Keys(own))
		var id, orderID string
		if len(ids) > 0 {
			id = ids[random.IntN(len(ids))]
		}
		var err error
		switch what := random.IntN(4); {
		case id == "" || what == 0:
			id, orderID, err = by.book(ctx, m, b)
		case what == 3:
			orderID, err = own[id], by.release(ctx, m, id)
		default:
			orderID, err = own[id], by.move(ctx, m, id, b)
		}
		var coded *bridge.Error
		if errors.As(err, &coded) && coded.Code == CodeRoomTaken {
			h.clashes.Add(1)
			continue
		}
		if err != nil {
			return err
		}
		at, c, err := stateOf(ctx, m, orderID)
		if err != nil {
			return err
		}
		own[id] = orderID
		if c.released {
			delete(own, id)
		}
		if err := h.add(at, c); err != nil {
			return err
		}
	}
	return nil
}

// stateOf returns a booking's last change.
func stateOf(ctx context.Context, m *Meetings, orderID string) (at int64, c change, err error) {
	err = m.db.Read(ctx, func(tx *sql.Tx) error {
		var roomID string
		err := tx.QueryRow(`SELECT order_id, room_id, start_time, end_time, update_time, released FROM booking WHERE order_id = $1`, orderID).
			Scan(&c.orderID, &roomID, &c.start, &c.end, &at, &c.released)
		c.room = slices.IndexFunc(testRooms, func(r Room) bool { return r.ID == roomID })
		return err
	})
	return at, c, err
}

// hand is how a client books, moves and releases.
type hand interface {
	book(ctx context.Context, m *Meetings, b booking) (id, orderID string, err error)
	move(ctx context.Context, m *Meetings, id string, b booking) error
	release(ctx context.Context, m *Meetings, id string) error
}

// byFunctions books without meetings; the id is the order's.
type byFunctions struct{}

func (byFunctions) book(ctx context.Context, m *Meetings, b booking) (id, orderID string, err error) {
	err = m.db.Write(ctx, func(tx *sql.Tx) (err error) {
		orderID, err = m.book(tx, b)
		return err
	})
	return orderID, orderID, err
}

func (byFunctions) move(ctx context.Context, m *Meetings, id string, b booking) error {
	return m.db.Write(ctx, func(tx *sql.Tx) error { return m.rebook(tx, id, b) })
}

func (byFunctions) release(ctx context.Context, m *Meetings, id string) error {
	return m.db.Write(ctx, func(tx *sql.Tx) error { return m.release(tx, id) })
}

// byCalls books as an app does, with meetings; the id is the meeting's.
type byCalls struct{}

func (byCalls) book(ctx context.Context, m *Meetings, b booking) (id, orderID string, err error) {
	data, err := byCall(ctx, m, "meeting.create", map[string]any{
		"openid": b.OpenID, "title": b.Title, "startDate": b.Start, "endDate": b.End, "roomId": b.RoomID})
	if err != nil {
		return "", "", err
	}
	var made CreateResult
	if err := json.Unmarshal(data, &made); err != nil {
		return "", "", err
	}
	err = m.db.Read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT room_order_id FROM meeting WHERE id = $1`, made.MeetingID).Scan(&orderID)
	})
	return made.MeetingID, orderID, err
}

func (byCalls) move(ctx context.Context, m *Meetings, id string, b booking) error {
	_, err := byCall(ctx, m, "meeting.modify", map[string]any{
		"id": id, "openid": b.OpenID, "title": b.Title, "startDate": b.Start, "endDate": b.End, "roomId": b.RoomID})
	return err
}

func (byCalls) release(ctx context.Context, m *Meetings, id string) error {
	_, err := byCall(ctx, m, "meeting.cancel", map[string]any{"id": id, "openid": hePeng})
	return err
}

func byCall(ctx context.Context, m *Meetings, name string, params any) (json.RawMessage, error) {
	body, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	apis := m.APIs()
	i := slices.IndexFunc(apis, func(a bridge.API) bool { return a.Name == name })
	text, failed, cause := apis[i].Serve(ctx, body)
	if failed != nil {
		return nil, cause
	}
	var e bridge.ServerEnvelope
	err = json.Unmarshal(text, &e)
	return e.Data, err
}

// poller follows a team's bookings as the source tells third parties to: by hasNew, bookInfo and the largest updateTime seen.
type poller struct {
	rows            map[string]change
	at              map[int64]change
	last            int64
	polls, caughtUp int
}

// run polls until there is nothing new after done.
func (p *poller) run(ctx context.Context, m *Meetings, wake, done <-chan struct{}) error {
	const pageSize = 25
	p.rows, p.at = map[string]change{}, map[int64]change{}
	for {
		over := false
		select {
		case <-done:
			over = true
		default:
		}
		p.polls++
		last := bridge.Int(p.last)
		news, err := m.hasNew(ctx, HasNewParams{EID: roomEID, LastTime: &last})
		if err != nil {
			return err
		}
		if !news.HasNew {
			if over {
				return nil
			}
			select {
			case <-wake:
			case <-done:
			case <-ctx.Done():
			}
			continue
		}
		size := bridge.Int(pageSize)
		info, err := m.bookInfo(ctx, BookInfoParams{EID: roomEID, LastTime: &last, PageSize: &size})
		if err != nil {
			return err
		}
		if err := p.take(info); err != nil {
			return err
		}
		if len(info.Add)+len(info.Delete) < pageSize { // what it knows is now the state of one moment
			p.caughtUp++
			if err := p.overlaps(); err != nil {
				return err
			}
		}
	}
}

// take adds a page, none of whose rows may have been there before.
func (p *poller) take(info BookInfoResult) error {
	rows := slices.Concat(info.Add, info.Delete)
	if len(rows) == 0 {
		return errors.New("hasNew said so, and there is nothing")
	}
	before := p.last
	for i, row := range rows {
		c := change{orderID: row.OrderID, start: row.StartTime, end: row.EndTime, released: i >= len(info.Add)}
		c.room = slices.IndexFunc(testRooms, func(r Room) bool { return r.Name == row.RoomName })
		if _, again := p.at[row.UpdateTime]; again || row.UpdateTime <= before {
			return fmt.Errorf("%v again, at %d after %d", c, row.UpdateTime, before)
		}
		p.at[row.UpdateTime], p.rows[c.orderID] = c, c
		p.last = max(p.last, row.UpdateTime)
	}
	return nil
}

// overlaps finds two bookings that hold a room at the same time.
func (p *poller) overlaps() error {
	held := slices.SortedFunc(maps.Values(p.rows), func(a, b change) int {
		return cmp.Or(cmp.Compare(a.room, b.room), cmp.Compare(a.start, b.start))
	})
	held = slices.DeleteFunc(held, func(c change) bool { return c.released })
	for i := 1; i < len(held); i++ {
		if a, b := held[i-1], held[i]; a.room == b.room && b.start < a.end {
			return fmt.Errorf("%v and %v overlap", a, b)
		}
	}
	return nil
}
