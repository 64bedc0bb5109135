package meeting

import (
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"qinghost/bridge"
)

// refused checks that err is a coded failure whose message names all of that.
func refused(t require.TestingT, code bridge.Code, err error, names ...string) {
	var coded *bridge.Error
	require.ErrorAs(t, err, &coded)
	require.Equal(t, code, coded.Code, coded.Message)
	for _, name := range names {
		require.Contains(t, coded.Message, name)
	}
}

func TestBookClash(t *testing.T) {
	const eight, nine, ten, eleven = 8, 9, 10, 11
	for _, c := range []struct {
		name       string
		start, end int64
		free       bool
	}{
		{"same", hour(nine, 0), hour(ten, 0), false},
		{"within", hour(nine, 10), hour(nine, 20), false},
		{"around", hour(eight, 0), hour(eleven, 0), false},
		{"over its start", hour(eight, 0), hour(nine, 0) + 1, false},
		{"over its end", hour(ten, 0) - 1, hour(eleven, 0), false},
		{"one millisecond", hour(nine, 0), hour(nine, 0) + 1, false},
		{"before, touching", hour(eight, 0), hour(nine, 0), true},
		{"after, touching", hour(ten, 0), hour(eleven, 0), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newRoomHost(t)
			m.mustBook(t, 0, hour(nine, 0), hour(ten, 0))
			for room, free := range []bool{c.free, true} { // the same room, and another one
				err := m.do(t.Context(), func(tx *sql.Tx) error {
					_, err := m.book(tx, roomBooking(room, c.start, c.end))
					return err
				})
				if free {
					require.NoError(t, err)
				} else {
					refused(t, CodeRoomTaken, err, "A304", "2018-09-29 09:00 至 10:00")
				}
			}
		})
	}
}

func TestBookClashOverDays(t *testing.T) {
	m := newRoomHost(t)
	m.mustBook(t, 0, hour(22, 0), hour(26, 30))
	err := m.do(t.Context(), func(tx *sql.Tx) error {
		_, err := m.book(tx, roomBooking(0, hour(23, 0), hour(24, 0)))
		return err
	})
	refused(t, CodeRoomTaken, err, "2018-09-29 22:00 至 2018-09-30 02:30")
}

func TestBookRefused(t *testing.T) {
	m := newRoomHost(t)
	for _, c := range []struct {
		name   string
		change func(b *booking)
		code   bridge.Code
		names  string
	}{
		{"unknown room", func(b *booking) { b.RoomID = "5c121cfd7453ed63750a97ff" }, CodeNoRoom, "5c121cfd7453ed63750a97ff"},
		{"no room", func(b *booking) { b.RoomID = "" }, CodeNoRoom, "会议室"},
		{"another team's room", func(b *booking) { b.EID = "20220" }, CodeNoRoom, testRooms[0].ID},
		{"closed room", func(b *booking) { b.RoomID = testRooms[3].ID }, CodeNoRoom, "D装修中"},
		{"no length", func(b *booking) { b.End = b.Start }, bridge.BadParams, "endDate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := roomBooking(0, hour(9, 0), hour(10, 0))
			c.change(&b)
			err := m.do(t.Context(), func(tx *sql.Tx) error {
				_, err := m.book(tx, b)
				return err
			})
			refused(t, c.code, err, c.names)
		})
	}
	require.Empty(t, m.all(t).Add)
}

func TestRebook(t *testing.T) {
	nine, ten, eleven := hour(9, 0), hour(10, 0), hour(11, 0)
	for _, c := range []struct {
		name   string
		change func(b *booking)
		code   bridge.Code // empty when it goes through
		names  string
		still  bool // nothing changes, updateTime neither
	}{
		{"nothing", func(*booking) {}, "", "", true},
		{"time", func(b *booking) { b.Start, b.End = ten, eleven-1 }, "", "", false},
		{"into its own time", func(b *booking) { b.End = ten + 1 }, "", "", false},
		{"room", func(b *booking) { b.RoomID = testRooms[1].ID }, "", "", false},
		{"topic", func(b *booking) { b.Title = "新主题" }, "", "", false},
		{"content", func(b *booking) { b.Content = "" }, "", "", false},
		{"into a clash", func(b *booking) { b.End, b.Title = eleven+1, "新主题" }, CodeRoomTaken, "11:00 至 12:00", true},
		{"into a clash elsewhere", func(b *booking) { b.RoomID, b.Start, b.End = testRooms[2].ID, ten, ten+1 }, CodeRoomTaken, "C冥王星1号", true},
		{"closed room", func(b *booking) { b.RoomID = testRooms[3].ID }, CodeNoRoom, "D装修中", true},
		{"unknown room", func(b *booking) { b.RoomID = "x" }, CodeNoRoom, "x", true},
		{"no length", func(b *booking) { b.End = b.Start }, bridge.BadParams, "endDate", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newRoomHost(t)
			id := m.mustBook(t, 0, nine, ten)
			m.mustBook(t, 0, eleven, hour(12, 0))
			m.mustBook(t, 2, nine, eleven)
			before := m.all(t)
			b := roomBooking(0, nine, ten)
			c.change(&b)
			m.clock.Advance(time.Hour)
			err := m.do(t.Context(), func(tx *sql.Tx) error { return m.rebook(tx, id, b) })
			if c.code == "" {
				require.NoError(t, err)
			} else {
				refused(t, c.code, err, c.names)
			}
			after := m.all(t)
			if c.still {
				require.Equal(t, before, after)
				return
			}
			row := after.Add[2] // the newest
			require.Equal(t, []any{id, b.Title, b.Content, b.Start, b.End, roomNoon.UnixMilli(), roomNoon.Add(time.Hour).UnixMilli()},
				[]any{row.OrderID, row.MeetingTopic, row.MeetingContent, row.StartTime, row.EndTime, row.CreateTime, row.UpdateTime})
			room := slices.IndexFunc(testRooms, func(r Room) bool { return r.ID == b.RoomID })
			require.Equal(t, testRooms[room].Name, row.RoomName)
		})
	}
}

func TestRebookInRoomClosedMeanwhile(t *testing.T) {
	m := newRoomHost(t)
	id := m.mustBook(t, 0, hour(9, 0), hour(10, 0))
	closed := testRooms[0]
	closed.Closed = true
	require.NoError(t, m.do(t.Context(), func(tx *sql.Tx) error { return putRooms(tx, roomEID, []Room{closed}) }))

	b := roomBooking(0, hour(9, 0), hour(10, 0))
	b.Title = "新主题"
	require.NoError(t, m.do(t.Context(), func(tx *sql.Tx) error { return m.rebook(tx, id, b) }))
	b.End++
	refused(t, CodeNoRoom, m.do(t.Context(), func(tx *sql.Tx) error { return m.rebook(tx, id, b) }), "A304")
}

func TestRelease(t *testing.T) {
	m := newRoomHost(t)
	id := m.mustBook(t, 0, hour(9, 0), hour(10, 0))
	release := func(id string) error {
		return m.do(t.Context(), func(tx *sql.Tx) error { return m.release(tx, id) })
	}
	require.NoError(t, release(id))
	require.Len(t, m.all(t).Delete, 1)
	refused(t, CodeOrderEnded, release(id), id)
	refused(t, CodeOrderEnded, m.do(t.Context(), func(tx *sql.Tx) error { return m.rebook(tx, id, roomBooking(0, 1, 2)) }), id)
	refused(t, CodeNoOrder, release("nope"), "nope")
	refused(t, CodeNoOrder, m.do(t.Context(), func(tx *sql.Tx) error { return m.rebook(tx, "nope", roomBooking(0, 1, 2)) }), "nope")
	m.mustBook(t, 0, hour(9, 0), hour(10, 0)) // the room is free again
}

// TestUpdateTime: unique and increasing, whatever the clock does.
func TestUpdateTime(t *testing.T) {
	m := newRoomHost(t)
	noon := roomNoon.UnixMilli()
	step := func(at int64, want int64) {
		m.clock.Set(time.UnixMilli(at))
		day := want - noon
		m.mustBook(t, 0, day*1000, day*1000+1)
		rows := m.all(t).Add
		require.Equal(t, want, rows[len(rows)-1].UpdateTime)
	}
	step(noon, noon)
	step(noon, noon+1)
	step(noon-5000, noon+2)
	step(noon+1, noon+3)
	step(noon+3000, noon+3000)
	step(noon+10, noon+3001)
}

func TestPutRooms(t *testing.T) {
	m := newRoomHost(t)
	put := func(r Room) error {
		return m.do(t.Context(), func(tx *sql.Tx) error { return putRooms(tx, roomEID, []Room{r}) })
	}
	require.ErrorContains(t, put(Room{Name: "没有 id"}), "没有 id")
	require.ErrorContains(t, put(Room{ID: "noname"}), "noname")
	require.ErrorContains(t, put(Room{ID: "x", Name: "x", Limit: -1}), "x")
	require.NoError(t, put(Room{ID: testRooms[0].ID, Name: "A305", Limit: 3}))
	free := answer[[]FreeRoom](t, m, "freeRooms", freeBody(hour(9, 0), hour(10, 0), ""))
	require.Equal(t, []FreeRoom{{RoomID: testRooms[0].ID, RoomName: "A305", LimitCount: 3}}, free, "the team has no other any longer")
}

// TestBookingModel compares random bookings, moves and releases with a list that is searched from end to end.
func TestBookingModel(t *testing.T) {
	m := newRoomHost(t)
	round := 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		base := roomNoon.AddDate(0, 0, 100*round).UnixMilli() // each round in a time of its own
		type one struct {
			booking
			id string
		}
		var held []one
		draw := func() booking {
			start := base + rapid.Int64Range(0, 40).Draw(t, "start")
			return roomBooking(rapid.IntRange(0, 2).Draw(t, "room"), start, start+rapid.Int64Range(1, 8).Draw(t, "length"))
		}
		clashes := func(b booking, id string) bool {
			return slices.ContainsFunc(held, func(o one) bool {
				return o.id != id && o.RoomID == b.RoomID && o.Start < b.End && b.Start < o.End
			})
		}
		judge := func(b booking, id string, err error) bool {
			if clashes(b, id) {
				refused(t, CodeRoomTaken, err)
				return false
			}
			require.NoError(t, err)
			return true
		}
		pick := func() int { return rapid.IntRange(0, len(held)-1).Draw(t, "which") }
		t.Repeat(map[string]func(*rapid.T){
			"book": func(*rapid.T) {
				b, id := draw(), ""
				err := m.db.Write(t.Context(), func(tx *sql.Tx) (err error) {
					id, err = m.book(tx, b)
					return err
				})
				if judge(b, "", err) {
					held = append(held, one{b, id})
				}
			},
			"rebook": func(t *rapid.T) {
				if len(held) == 0 {
					t.Skip("none")
				}
				i, b := pick(), draw()
				err := m.db.Write(t.Context(), func(tx *sql.Tx) error { return m.rebook(tx, held[i].id, b) })
				if judge(b, held[i].id, err) {
					held[i].booking = b
				}
			},
			"release": func(t *rapid.T) {
				if len(held) == 0 {
					t.Skip("none")
				}
				i := pick()
				require.NoError(t, m.db.Write(t.Context(), func(tx *sql.Tx) error { return m.release(tx, held[i].id) }))
				held = slices.Delete(held, i, i+1)
			},
			"": func(t *rapid.T) { // what freeRooms says at a random time
				b := draw()
				start, end := bridge.Int(b.Start), bridge.Int(b.End)
				rooms, err := m.freeRooms(t.Context(), FreeRoomsParams{OpenID: hePeng, StartTime: &start, EndTime: &end})
				require.NoError(t, err)
				for _, r := range testRooms {
					b.RoomID = r.ID
					free := slices.ContainsFunc(rooms, func(f FreeRoom) bool { return f.RoomID == r.ID })
					require.Equal(t, !r.Closed && !clashes(b, ""), free, fmt.Sprint(r.Name, b.Start-base, b.End-base))
				}
			},
		})
	})
}
