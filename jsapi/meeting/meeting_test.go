package meeting

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/jsapi/store"
	"qinghost/jsapi/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// host is a world for the tests of meetings: a database in memory, a clock that stands, four people, three rooms.
type host struct {
	*Meetings
	clock *bridge.Clock
	db    DB
	apis  map[string]bridge.API
	rung  []Reminder
}

const (
	zhangSan = "5a67e1e1e4b02f1de22a70a3"
	liSi     = "5a67e08d00b0e8dfe4aab4fb"
)

var everyone = roomPeople{hePeng: "何鹏", chenBo: "陈波", zhangSan: "张三", liSi: "李四"}

// monday is where the clocks of the tests stand: 2018-06-25 08:00 in Shanghai.
var monday = time.Date(2018, 6, 25, 8, 0, 0, 0, roomZone)

func newHost(t testing.TB, change ...func(*Deps)) *host {
	t.Helper()
	return newHostOn(t, openStore(t, ":memory:"), change...)
}

func newHostOn(t testing.TB, db DB, change ...func(*Deps)) *host {
	t.Helper()
	h := &host{clock: bridge.NewClockAt(monday), db: db}
	h.start(t, change...)
	return h
}

// newHostFunc is newHost on some database, which it empties.
type newHostFunc func(t testing.TB, change ...func(*Deps)) *host

// onEach runs a test on every kind of database.
func onEach(t *testing.T, test func(*testing.T, newHostFunc)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, address string) {
		db, err := store.Open(t.Context(), address)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		test(t, func(t testing.TB, change ...func(*Deps)) *host {
			t.Helper()
			require.NoError(t, db.Reset(t.Context()))
			return newHostOn(t, db, change...)
		})
	})
}

// start begins anew on the same database and clock.
func (h *host) start(t testing.TB, change ...func(*Deps)) {
	t.Helper()
	deps := Deps{DB: h.db, Clock: h.clock, Zone: roomZone, People: everyone, EID: roomEID, Rooms: testRooms,
		OnReminder: func(r Reminder) { h.rung = append(h.rung, r) }}
	for _, c := range change {
		c(&deps)
	}
	m, err := New(t.Context(), deps)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	h.Meetings, h.apis = m, map[string]bridge.API{}
	for _, api := range slices.Concat(m.APIs(), m.NewerAPIs()) {
		h.apis[api.Name] = api
	}
}

// serve calls an API as the HTTP door does.
func (h *host) serve(t testing.TB, name, params string) (data json.RawMessage, failed *bridge.Error) {
	t.Helper()
	api, is := h.apis[name]
	require.True(t, is, name)
	text, failed, cause := api.Serve(context.Background(), json.RawMessage(params))
	var envelope map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(text, &envelope))
	require.Len(t, envelope, 4)
	if failed != nil {
		require.NotEqual(t, bridge.Internal, failed.Code, "%v", cause)
		require.Equal(t, `null`, string(envelope["data"]))
		return nil, failed
	}
	require.Equal(t, `null`, string(envelope["error"]))
	return envelope["data"], nil
}

// ok calls an API that has to succeed.
func (h *host) ok(t testing.TB, name, params string, args ...any) json.RawMessage {
	t.Helper()
	data, failed := h.serve(t, name, fmt.Sprintf(params, args...))
	require.Nil(t, failed, "%s %s", name, fmt.Sprintf(params, args...))
	return data
}

// fails calls an API that has to fail with a code and a message that has that in it.
func (h *host) fails(t testing.TB, code bridge.Code, says, name, params string, args ...any) {
	t.Helper()
	_, failed := h.serve(t, name, fmt.Sprintf(params, args...))
	require.NotNil(t, failed, "%s %s", name, fmt.Sprintf(params, args...))
	require.Equal(t, code, failed.Code, failed.Message)
	require.Contains(t, failed.Message, says)
}

// made creates a meeting from start to end on the tests' Monday, as "09:00", with more fields as JSON.
func (h *host) made(t testing.TB, from, to, more string) string {
	t.Helper()
	data := h.ok(t, "meeting.create", `{"openid":%q,"title":"周会","startDate":%d,"endDate":%d%s}`, hePeng, clockOn("2018-06-25", from), clockOn("2018-06-25", to), more)
	var result CreateResult
	require.NoError(t, json.Unmarshal(data, &result))
	require.Regexp(t, regexp.MustCompile(`^[0-9a-f]{24}$`), result.MeetingID)
	return result.MeetingID
}

// repeated creates a series of one-hour meetings and returns its ids.
func (h *host) repeated(t testing.TB, start int64, repeat int, until int64, more string) []string {
	t.Helper()
	data := h.ok(t, "meeting.repeatMeeting", `{"openid":%q,"title":"例会","startDate":%d,"endDate":%d,"repeat":%d,"repeatEndDate":%d%s}`,
		hePeng, start, start+3600_000, repeat, until, more)
	var result RepeatResult
	require.NoError(t, json.Unmarshal(data, &result))
	return result.MeetingIDs
}

// clockOn is a time of the tests' zone.
func clockOn(day, clock string) int64 {
	t, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clock, roomZone)
	if err != nil {
		panic(err)
	}
	return t.UnixMilli()
}

// get returns a meeting as the database has it.
func (h *host) get(t testing.TB, id string) *record {
	t.Helper()
	var r *record
	require.NoError(t, h.db.Read(t.Context(), func(tx *sql.Tx) (err error) {
		r, err = h.load(tx, id)
		return err
	}))
	return r
}

// day returns what queryByDay says of a day.
func (h *host) day(t testing.TB, day string) []Row {
	t.Helper()
	var rows []Row
	require.NoError(t, json.Unmarshal(h.ok(t, "meeting.queryByDay", `{"day":%d}`, clockOn(day, "12:00")), &rows))
	return rows
}

func ids(rows []Row) (list []string) {
	for _, r := range rows {
		list = append(list, r.ID)
	}
	return list
}

func TestCreateStoresWhatItIsGiven(t *testing.T) { onEach(t, testCreateStoresWhatItIsGiven) }

func testCreateStoresWhatItIsGiven(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	id := h.made(t, "09:00", "10:00", fmt.Sprintf(`,"content":"内容","meetingPlace":"云8会议室","roomId":%q,"noticeTime":"15","topState":1,
		"actors":[%q,%q,%q],"type":"sign","submitExperience":true`, testRooms[0].ID, chenBo, liSi, chenBo))
	r := h.get(t, id)
	require.Equal(t, []string{chenBo, liSi}, r.Actors, "each once, in order")
	require.Equal(t, 1, r.TopState)
	require.True(t, r.Submit)
	require.Equal(t, id, r.series)
	rows := h.day(t, "2018-06-25")
	require.Len(t, rows, 1)
	name, content, place, kind := "何鹏", "内容", "云8会议室", "sign"
	require.Equal(t, Row{OpenID: hePeng, Type: &kind, Title: "周会", Content: &content, MeetingPlace: &place, ReadStatus: 1, AcceptStatus: 2,
		PersonName: &name, ID: id, NoticeTime: 15, StartDate: clockOn("2018-06-25", "09:00"), EndDate: clockOn("2018-06-25", "10:00"),
		CreateDate: monday.UnixMilli(), RoomID: &testRooms[0].ID, RoomOrderID: r.orderID}, rows[0])
	require.NotNil(t, r.orderID)
}

func TestCreateDefaults(t *testing.T) {
	h := newHost(t)
	h.made(t, "09:00", "10:00", `,"content":null,"roomId":"","type":null,"actors":null,"noticeTime":null,"topState":null,"extra":1`)
	var rows []map[string]any
	require.NoError(t, json.Unmarshal(h.ok(t, "meeting.queryByDay", `{"day":%d}`, clockOn("2018-06-25", "00:00")), &rows))
	require.Len(t, rows[0], 17, "the source's fields")
	for _, field := range []string{"type", "content", "meetingPlace", "doneTime", "roomId", "roomOrderId"} {
		value, is := rows[0][field]
		require.True(t, is, field)
		require.Nil(t, value, field)
	}
	require.EqualValues(t, -1, rows[0]["noticeTime"])
}

func TestCreateRefuses(t *testing.T) {
	h := newHost(t)
	good := map[string]string{"openid": strconv.Quote(hePeng), "title": `"周会"`, "startDate": "1530000000000", "endDate": "1530003600000"}
	for _, c := range []struct {
		field, value string
		code         bridge.Code
	}{
		{"openid", ``, bridge.BadParams}, {"openid", `null`, bridge.BadParams}, {"openid", `""`, bridge.BadParams}, {"openid", `7`, bridge.BadParams},
		{"openid", `"nobody"`, CodeUnknownPerson},
		{"title", ``, bridge.BadParams}, {"title", `"  "`, bridge.BadParams}, {"title", `5`, bridge.BadParams}, {"title", `null`, bridge.BadParams},
		{"startDate", ``, bridge.BadParams}, {"startDate", `null`, bridge.BadParams}, {"startDate", `"x"`, bridge.BadParams},
		{"startDate", `1.5`, bridge.BadParams}, {"startDate", `0`, bridge.BadParams}, {"startDate", `-1`, bridge.BadParams},
		{"startDate", `true`, bridge.BadParams}, {"startDate", `99999999999999999`, bridge.BadParams},
		{"endDate", ``, bridge.BadParams}, {"endDate", `1530000000000`, bridge.BadParams}, {"endDate", `1529999999999`, bridge.BadParams},
		{"endDate", `""`, bridge.BadParams},
		{"noticeTime", `5`, bridge.BadParams}, {"noticeTime", `-2`, bridge.BadParams}, {"noticeTime", `"soon"`, bridge.BadParams},
		{"topState", `2`, bridge.BadParams}, {"type", `"xxxx"`, bridge.BadParams}, {"type", `1`, bridge.BadParams},
		{"content", `{}`, bridge.BadParams}, {"meetingPlace", `[]`, bridge.BadParams}, {"submitExperience", `"true"`, bridge.BadParams},
		{"actors", `"a"`, bridge.BadParams}, {"actors", `[1]`, bridge.BadParams}, {"actors", `[""]`, bridge.BadParams},
		{"actors", `["nobody"]`, CodeUnknownPerson},
		{"roomId", `"nowhere"`, CodeNoRoom}, {"roomId", strconv.Quote(testRooms[3].ID), CodeNoRoom}, {"roomId", `5`, bridge.BadParams},
	} {
		t.Run(c.field+c.value, func(t *testing.T) {
			body := "{"
			for field, value := range good {
				if field != c.field {
					body += fmt.Sprintf("%q:%s,", field, value)
				}
			}
			if c.value != "" {
				body += fmt.Sprintf("%q:%s,", c.field, c.value)
			}
			says := c.field
			if c.code == CodeNoRoom {
				says = "会议室"
			}
			h.fails(t, c.code, says, "meeting.create", "%s", body[:len(body)-1]+"}")
			require.Empty(t, h.day(t, "2018-06-26"))
		})
	}
	h.fails(t, bridge.BadParams, "对象", "meeting.create", `[1]`)
	h.fails(t, bridge.BadParams, "openid", "meeting.create", `null`)
	h.fails(t, bridge.BadParams, "openid", "meeting.create", `{"openId":"a"}`)
}

func TestUnknownPeopleWhereAllowed(t *testing.T) {
	h := newHost(t, func(d *Deps) { d.UnknownPeople = true })
	h.ok(t, "meeting.create", `{"openid":"real","title":"t","startDate":1530000000000,"endDate":"1530003600000","actors":["other"]}`)
	rows := h.day(t, "2018-06-26")
	require.Nil(t, rows[0].PersonName)
}

func TestRoomClashChangesNothing(t *testing.T) { onEach(t, testRoomClashChangesNothing) }

func testRoomClashChangesNothing(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	room := `,"roomId":` + strconv.Quote(testRooms[0].ID)
	first := h.made(t, "09:00", "10:00", room)
	second := h.made(t, "10:00", "11:00", room)
	h.fails(t, CodeRoomTaken, "A304", "meeting.create", `{"openid":%q,"title":"t","startDate":%d,"endDate":%d%s}`,
		hePeng, clockOn("2018-06-25", "09:30"), clockOn("2018-06-25", "09:31"), room)
	require.Len(t, h.day(t, "2018-06-25"), 2)
	before := h.get(t, second)
	h.fails(t, CodeRoomTaken, "09:00", "meeting.modify", `{"id":%q,"openid":%q,"title":"新","startDate":%d,"addActors":[%q]}`,
		second, hePeng, clockOn("2018-06-25", "09:59"), liSi)
	require.Equal(t, before, h.get(t, second))

	order := h.get(t, first).orderID
	h.ok(t, "meeting.cancel", `{"id":%q,"openid":%q}`, first, hePeng)
	require.Equal(t, order, h.get(t, first).orderID)
	h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,"startDate":%d}`, second, hePeng, clockOn("2018-06-25", "09:59"))
	require.Equal(t, before.orderID, h.get(t, second).orderID, "the booking moves")

	h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,"roomId":null}`, second, hePeng)
	require.Nil(t, h.get(t, second).roomID)
	require.Nil(t, h.get(t, second).orderID)
	h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,"roomId":%q}`, second, hePeng, testRooms[1].ID)
	require.NotNil(t, h.get(t, second).orderID)
	require.NotEqual(t, before.orderID, h.get(t, second).orderID)
}

func TestModify(t *testing.T) { onEach(t, testModify) }

func testModify(t *testing.T, newHost newHostFunc) {
	for _, c := range []struct {
		name, fields string
		want         func(r *record)
	}{
		{"nothing", ``, func(*record) {}},
		{"title", `,"title":"新"`, func(r *record) { r.Title = "新" }},
		{"content cleared", `,"content":null`, func(r *record) { r.Content = nil }},
		{"place", `,"meetingPlace":"楼下"`, func(r *record) { place := "楼下"; r.Place = &place }},
		{"place cleared", `,"meetingPlace":null`, func(r *record) { r.Place = nil }},
		{"end alone", `,"endDate":"1529895600000"`, func(r *record) { r.end = 1529895600000 }},
		{"notice cleared", `,"noticeTime":null`, func(r *record) { r.Notice, r.remindAt = -1, nil }},
		{"notice", `,"noticeTime":0`, func(r *record) { r.Notice, r.remindAt = 0, &r.start }},
		{"top and minutes cleared", `,"topState":null,"submitExperience":null`, func(r *record) { r.TopState, r.Submit = 0, false }},
		{"actors", `,"actors":["` + zhangSan + `"]`, func(r *record) { r.Actors = []string{zhangSan} }},
		{"actors cleared", `,"actors":null`, func(r *record) { r.Actors = nil }},
		{"add", `,"addActors":["` + zhangSan + `","` + chenBo + `"]`, func(r *record) { r.Actors = []string{chenBo, liSi, zhangSan} }},
		{"del", `,"delActors":["` + chenBo + `"]`, func(r *record) { r.Actors = []string{liSi} }},
		{"all three", `,"actors":["` + zhangSan + `"],"addActors":["` + liSi + `","` + chenBo + `"],"delActors":["` + liSi + `"]`,
			func(r *record) { r.Actors = []string{zhangSan, chenBo} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHost(t)
			id := h.made(t, "09:00", "10:00", fmt.Sprintf(`,"content":"c","meetingPlace":"p","noticeTime":15,"topState":1,"submitExperience":true,
				"actors":[%q,%q]`, chenBo, liSi))
			want := h.get(t, id)
			c.want(want)
			h.ok(t, "meeting.modify", `{"id":%q,"openid":%q%s}`, id, hePeng, c.fields)
			require.Equal(t, want, h.get(t, id))
		})
	}
}

func TestModifyAndCancelRefuse(t *testing.T) { onEach(t, testModifyAndCancelRefuse) }

func testModifyAndCancelRefuse(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	id := h.made(t, "09:00", "10:00", "")
	before := h.get(t, id)
	for _, c := range []struct {
		fields, says string
		code         bridge.Code
	}{
		{`"title":null`, "title", bridge.BadParams}, {`"title":""`, "title", bridge.BadParams},
		{`"startDate":null`, "startDate", bridge.BadParams}, {`"endDate":null`, "endDate", bridge.BadParams},
		{`"startDate":1529895600000`, "endDate", bridge.BadParams}, {`"startDate":"a"`, "startDate", bridge.BadParams},
		{`"noticeTime":1`, "noticeTime", bridge.BadParams}, {`"topState":-1`, "topState", bridge.BadParams},
		{`"actors":["nobody"]`, "actors", CodeUnknownPerson}, {`"addActors":["nobody"]`, "addActors", CodeUnknownPerson},
		{`"delActors":["nobody"]`, "delActors", CodeUnknownPerson}, {`"addActors":"x"`, "addActors", bridge.BadParams},
		{`"roomId":"nowhere"`, "nowhere", CodeNoRoom},
	} {
		h.fails(t, c.code, c.says, "meeting.modify", `{"id":%q,"openid":%q,"title":"新",%s}`, id, hePeng, c.fields)
		require.Equal(t, before, h.get(t, id), c.fields)
	}
	for _, name := range []string{"meeting.modify", "meeting.cancel", "meeting.batchModify", "meeting.batchCancel"} {
		h.fails(t, bridge.BadParams, "id", name, `{"openid":%q}`, hePeng)
		h.fails(t, bridge.BadParams, "openid", name, `{"id":%q}`, id)
		h.fails(t, CodeNoMeeting, "000", name, `{"id":"000","openid":%q}`, hePeng)
		h.fails(t, CodeNotCreator, "创建者", name, `{"id":%q,"openid":%q}`, id, liSi)
		h.fails(t, bridge.BadParams, "id", name, `{"id":5,"openid":%q}`, hePeng)
	}
	h.ok(t, "meeting.cancel", `{"id":%q,"openid":%q}`, id, hePeng)
	h.fails(t, CodeCancelled, "已经取消", "meeting.cancel", `{"id":%q,"openid":%q}`, id, hePeng)
	h.fails(t, CodeCancelled, "已取消", "meeting.modify", `{"id":%q,"openid":%q}`, id, hePeng)
	h.fails(t, CodeNothingLeft, id, "meeting.batchCancel", `{"id":%q,"openid":%q}`, id, hePeng)
}

func TestWhoHasLeftTheDirectoryStaysAndCanBeRemoved(t *testing.T) {
	people := roomPeople{hePeng: "何鹏", "gone": "离职"}
	h := newHost(t, func(d *Deps) { d.People = people })
	id := h.made(t, "09:00", "10:00", `,"actors":["gone"]`)
	delete(people, "gone")
	h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,"actors":["gone"]}`, id, hePeng)
	h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,"delActors":["gone"]}`, id, hePeng)
	require.Empty(t, h.get(t, id).Actors)
}

func TestExamplesOfTheDefinitionsDecode(t *testing.T) {
	h := newHost(t)
	for name, api := range h.apis {
		if !strings.HasPrefix(name, "meeting.") {
			continue
		}
		_, failed := h.serve(t, name, api.Example)
		if failed != nil {
			require.Equal(t, CodeNoMeeting, failed.Code, "%s: %s", name, failed.Message)
		}
	}
}
