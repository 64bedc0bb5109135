package meeting

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/jsapi/store"
)

// roomEID is the team of the room tests, roomNoon where their clocks stand.
const roomEID = "10109"

var (
	roomZone = time.FixedZone("Asia/Shanghai", 8*60*60)
	roomNoon = time.Date(2018, 9, 29, 12, 0, 0, 0, roomZone)
)

// roomPeople are the team of the room tests.
type roomPeople map[string]string

func (p roomPeople) Name(openID string) (string, bool) {
	name, known := p[openID]
	return name, known
}

const (
	hePeng = "5a67e08d00b0e8dfe4aab4fa"
	chenBo = "5c32b90b84aef86b358bc9cc"
	chenLu = "5b652863e4b0689c4f38b1d3"
)

var roomTeam = roomPeople{hePeng: "何鹏", chenBo: "陈波", chenLu: "陈略"}

// Rooms of the tests, by name: A、B、C、D; D is closed.
var testRooms = []Room{
	{ID: "5c121cfd7453ed63750a9701", Name: "A304", Detail: "A栋-3F", Limit: 8, TagID: "t1"},
	{ID: "5c121cfd7453ed63750a9702", Name: "B23F会议室", Limit: 99999999, Approve: true, Note: "小猪佩"},
	{ID: "5c121cfd7453ed63750a9703", Name: "C冥王星1号"},
	{ID: "5c121cfd7453ed63750a9704", Name: "D装修中", Closed: true},
}

// roomHost is a host over a database, with the rooms of the tests.
func roomHost(t testing.TB, db DB, clock *bridge.Clock) *Meetings {
	t.Helper()
	m, err := New(t.Context(), Deps{
		DB: db, Clock: clock, Zone: roomZone, People: roomTeam, EID: roomEID, GreyList: []string{roomEID, "20220"}, Rooms: testRooms,
		Avatar: func(openID, name string) string { return "https://example.test/photo?id=" + openID + "&name=" + name },
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	return m
}

// newRoomHost is a host over an empty database in memory, its clock at noon.
func newRoomHost(t testing.TB) *Meetings {
	t.Helper()
	return roomHost(t, openStore(t, ":memory:"), bridge.NewClockAt(roomNoon))
}

// do runs fn in a transaction of its own.
func (m *Meetings) do(ctx context.Context, fn func(tx *sql.Tx) error) error {
	return m.db.Write(ctx, fn)
}

// hour is a time of the tests' day.
func hour(h, min int) int64 {
	return time.Date(2018, 9, 29, h, min, 0, 0, roomZone).UnixMilli()
}

// mustBook books a room of the tests by its place in their list.
func (m *Meetings) mustBook(t testing.TB, room int, start, end int64) string {
	t.Helper()
	var id string
	require.NoError(t, m.do(t.Context(), func(tx *sql.Tx) (err error) {
		id, err = m.book(tx, roomBooking(room, start, end))
		return err
	}))
	return id
}

func roomBooking(room int, start, end int64) booking {
	return booking{RoomID: testRooms[room].ID, EID: roomEID, MeetingID: "5b86ed2fbeb7cc35af769eb8", OpenID: hePeng,
		Title: "云讨论", Content: "内容", Start: start, End: end}
}

// openStore opens a database, and closes it with the test.
func openStore(t testing.TB, address string) DB {
	t.Helper()
	s, err := store.Open(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}
