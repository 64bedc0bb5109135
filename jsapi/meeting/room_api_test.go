package meeting

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/jsapi/store/storetest"
)

// serve calls an API of the roomBook family as a server does.
func serve(t testing.TB, m *Meetings, name, body string) bridge.ServerEnvelope {
	t.Helper()
	apis := m.roomAPIs()
	i := slices.IndexFunc(apis, func(a bridge.API) bool { return a.Name == "roomBook."+name })
	require.GreaterOrEqual(t, i, 0, name)
	text, _, _ := apis[i].Serve(t.Context(), json.RawMessage(body))
	var e bridge.ServerEnvelope
	require.NoError(t, json.Unmarshal(text, &e))
	return e
}

// answer is the data of a call that succeeds.
func answer[R any](t testing.TB, m *Meetings, name, body string) R {
	t.Helper()
	e := serve(t, m, name, body)
	require.True(t, e.Success, "%s %s: %v", name, body, e.Error)
	require.Empty(t, *e.Error)
	var data R
	require.NoError(t, json.Unmarshal(e.Data, &data))
	return data
}

// all is bookInfo without a lastTime.
func (m *Meetings) all(t testing.TB) BookInfoResult {
	t.Helper()
	return answer[BookInfoResult](t, m, "bookInfo", `{"eid":"10109","pageSize":200}`)
}

func freeBody(start, end int64, more string) string {
	return fmt.Sprintf(`{"openId":%q,"startTime":%d,"endTime":%d%s}`, hePeng, start, end, more)
}

func TestRoomRoutes(t *testing.T) {
	var names []string
	for _, api := range newRoomHost(t).roomAPIs() {
		name := strings.TrimPrefix(api.Name, "roomBook.")
		names = append(names, name)
		require.Equal(t, &bridge.Route{Path: "/api/roomBook/third/" + name, Aliases: []string{"/roombook/api/third/" + name},
			Scope: bridge.ResGroupScope, EmptyError: true}, api.Route)
		require.NotEmpty(t, api.Doc)
		require.NotEqual(t, "{}", api.Example)
	}
	require.Equal(t, []string{"hasNew", "bookInfo", "freeRooms", "getActors"}, names)
}

func TestRoomFailures(t *testing.T) {
	m := newRoomHost(t)
	body := func(base, more string) string { return `{` + base + more + `}` }
	const eid = `"eid":"10109"`
	free := strings.Trim(freeBody(hour(9, 0), hour(10, 0), ""), "{}")
	type failure struct {
		call, body string
		code       bridge.Code
		names      string
	}
	failures := []failure{
		{"freeRooms", `{}`, bridge.BadParams, "openId"},
		{"freeRooms", `{"openId":"","startTime":1,"endTime":2}`, bridge.BadParams, "openId"},
		{"freeRooms", `{"openId":7,"startTime":1,"endTime":2}`, bridge.BadParams, "openId"},
		{"freeRooms", `{"openId":"x","endTime":2}`, bridge.BadParams, "startTime"},
		{"freeRooms", `{"openId":"x","startTime":null,"endTime":2}`, bridge.BadParams, "startTime"},
		{"freeRooms", `{"openId":"x","startTime":1}`, bridge.BadParams, "endTime"},
		{"freeRooms", `{"openId":"x","startTime":2,"endTime":2}`, bridge.BadParams, "endTime"},
		{"freeRooms", `{"openId":"x","startTime":"soon","endTime":2}`, bridge.BadParams, "startTime"},
		{"freeRooms", `{"openId":"x","startTime":1,"endTime":2.5}`, bridge.BadParams, "endTime"},
		{"getActors", `{}`, bridge.BadParams, "orderId"},
		{"getActors", `{"orderId":""}`, bridge.BadParams, "orderId"},
		{"getActors", `{"orderId":5}`, bridge.BadParams, "orderId"},
		{"getActors", `{"orderId":"5c121cfd7453ed63750a97ee"}`, CodeNoOrder, "5c121cfd7453ed63750a97ee"},
	}
	for _, call := range []string{"hasNew", "bookInfo"} {
		failures = append(failures,
			failure{call, `{}`, bridge.BadParams, "eid"},
			failure{call, ``, bridge.BadParams, "eid"},
			failure{call, `{"eid":null}`, bridge.BadParams, "eid"},
			failure{call, `{"eid":""}`, bridge.BadParams, "eid"},
			failure{call, `{"eid":10109}`, bridge.BadParams, "eid"},
			failure{call, `{"eid":"99999"}`, CodeNotGrey, "99999"},
			failure{call, body(eid, `,"lastTime":"yesterday"`), bridge.BadParams, "lastTime"},
			failure{call, body(eid, `,"lastTime":-1`), bridge.BadParams, "lastTime"},
			failure{call, body(eid, `,"lastTime":""`), bridge.BadParams, "lastTime"},
			failure{call, body(eid, `,"lastTime":true`), bridge.BadParams, "lastTime"},
			failure{call, body(eid, `,"lastTime":1e3`), bridge.BadParams, "lastTime"},
		)
	}
	for call, base := range map[string]string{"bookInfo": eid, "freeRooms": free} {
		for _, bad := range []string{`"pageIndex":0`, `"pageIndex":-1`, `"pageIndex":"one"`, `"pageSize":0`, `"pageSize":201`, `"pageSize":"201"`, `"pageSize":[]`} {
			failures = append(failures, failure{call, body(base, ","+bad), bridge.BadParams, bad[1:9]})
		}
	}
	for _, f := range failures {
		t.Run(f.call+f.body, func(t *testing.T) {
			e := serve(t, m, f.call, f.body)
			require.False(t, e.Success)
			require.Equal(t, string(f.code), fmt.Sprint(e.ErrorCode))
			require.Contains(t, *e.Error, f.names)
			require.Equal(t, "null", string(e.Data))
		})
	}
}

func TestGreyListCoversTheTeam(t *testing.T) {
	m := newRoomHost(t)
	m.eid = "99999"
	for call, body := range map[string]string{"freeRooms": freeBody(1, 2, ""), "getActors": `{"orderId":"x"}`} {
		e := serve(t, m, call, body)
		require.Equal(t, string(CodeNotGrey), fmt.Sprint(e.ErrorCode), call)
	}
}

func TestHasNew(t *testing.T) {
	m := newRoomHost(t)
	hasNew := func(body string) bool { return answer[HasNewResult](t, m, "hasNew", body).HasNew }
	require.False(t, hasNew(`{"eid":"10109"}`))
	require.False(t, hasNew(`{"eid":"10109","lastTime":0}`))
	id := m.mustBook(t, 0, hour(9, 0), hour(10, 0))
	noon := roomNoon.UnixMilli()
	since := func(last int64) bool { return hasNew(fmt.Sprintf(`{"eid":"10109","lastTime":"%d","more":1}`, last)) }
	require.True(t, hasNew(`{"eid":"10109"}`))
	require.True(t, hasNew(`{"eid":"10109","lastTime":null}`))
	require.True(t, since(noon-1))
	require.False(t, since(noon))
	require.False(t, hasNew(`{"eid":"20220"}`), "another team's")
	require.NoError(t, m.do(t.Context(), func(tx *sql.Tx) error { return m.release(tx, id) }))
	require.True(t, since(noon), "a release is news")
	require.False(t, since(noon+1))
}

func TestBookInfo(t *testing.T) {
	m := newRoomHost(t)
	first := m.mustBook(t, 0, hour(9, 0), hour(10, 0))
	m.clock.Advance(time.Minute)
	second := m.mustBook(t, 2, hour(16, 0), hour(17, 0)) // 2018-09-30 in no zone but far eastern ones
	require.NoError(t, m.do(t.Context(), func(tx *sql.Tx) error { return m.release(tx, first) }))

	e := serve(t, m, "bookInfo", `{"eid":"10109","lastTime":"1538064000000","pageIndex":1,"pageSize":50}`)
	require.JSONEq(t, fmt.Sprintf(`{
		"add": [{"orderId":%q,"roomName":"C冥王星1号","roomDetail":null,"day":"2018-09-29","userName":"何鹏","eid":"10109",
			"startTime":%d,"endTime":%d,"createTime":%d,"updateTime":%d,"meetingTopic":"云讨论","meetingContent":"内容"}],
		"delete": [{"orderId":%q,"roomName":"A304","roomDetail":"A栋-3F","day":"2018-09-29","userName":"何鹏","eid":"10109",
			"startTime":%d,"endTime":%d,"createTime":%d,"updateTime":%d,"meetingTopic":"云讨论","meetingContent":"内容"}]}`,
		second, hour(16, 0), hour(17, 0), hour(12, 1), hour(12, 1),
		first, hour(9, 0), hour(10, 0), hour(12, 0), hour(12, 1)+1), string(e.Data))

	e = serve(t, m, "bookInfo", fmt.Sprintf(`{"eid":"10109","lastTime":%d}`, hour(12, 1)+1))
	require.JSONEq(t, `{"add":[],"delete":[]}`, string(e.Data))
	e = serve(t, m, "bookInfo", `{"eid":"20220"}`)
	require.JSONEq(t, `{"add":[],"delete":[]}`, string(e.Data))
}

// TestBookInfoDay: the day is the team's, on both sides of midnight.
func TestBookInfoDay(t *testing.T) {
	m := newRoomHost(t)
	m.mustBook(t, 0, hour(0, 0)-1, hour(0, 0))
	m.mustBook(t, 0, hour(0, 0), hour(1, 0))
	rows := m.all(t).Add
	require.Equal(t, []string{"2018-09-28", "2018-09-29"}, []string{rows[0].Day, rows[1].Day})
}

func TestBookInfoPages(t *testing.T) {
	m := newRoomHost(t)
	const n = 205
	var ids []string
	for i := range n {
		ids = append(ids, m.mustBook(t, 0, int64(i), int64(i+1)))
	}
	for i := 0; i < n; i += 2 { // every other one moves to the end, as released
		require.NoError(t, m.do(t.Context(), func(tx *sql.Tx) error { return m.release(tx, ids[i]) }))
	}
	for _, c := range []struct {
		page                 string
		adds, deletes, first int // first: the place in time of the first row
	}{
		{``, 50, 0, 1},
		{`,"pageIndex":null,"pageSize":null`, 50, 0, 1},
		{`,"pageIndex":2`, 50, 0, 51},
		{`,"pageIndex":"3","pageSize":"50"`, 2, 48, 101},
		{`,"pageSize":200`, 102, 98, 1},
		{`,"pageIndex":2,"pageSize":200`, 0, 5, 201},
		{`,"pageIndex":205,"pageSize":1`, 0, 1, 205},
		{`,"pageIndex":206,"pageSize":1`, 0, 0, 0},
		{`,"pageIndex":9223372036854775807,"pageSize":200`, 0, 0, 0},
	} {
		t.Run(c.page, func(t *testing.T) {
			got := answer[BookInfoResult](t, m, "bookInfo", `{"eid":"10109"`+c.page+`}`)
			require.Len(t, got.Add, c.adds)
			require.Len(t, got.Delete, c.deletes)
			rows := slices.Concat(got.Add, got.Delete)
			if len(rows) > 0 {
				// n bookings and then 103 releases, one millisecond each; the released ones are not at their first place any more
				at := rows[0].UpdateTime - roomNoon.UnixMilli()
				if c.first <= n/2 {
					require.EqualValues(t, 2*c.first-1, at)
				} else {
					require.EqualValues(t, n+c.first-n/2-1, at)
				}
			}
			require.True(t, slices.IsSortedFunc(rows, func(a, b BookInfoRow) int { return int(a.UpdateTime - b.UpdateTime) }))
		})
	}
}

func TestFreeRooms(t *testing.T) { storetest.Each(t, testFreeRooms) }

func testFreeRooms(t *testing.T, address string) {
	m := roomHost(t, openStore(t, address), bridge.NewClockAt(roomNoon))
	id := m.mustBook(t, 0, hour(9, 0), hour(10, 0))
	names := func(start, end int64, more string) (names []string) {
		for _, r := range answer[[]FreeRoom](t, m, "freeRooms", freeBody(start, end, more)) {
			names = append(names, r.RoomName[:1])
		}
		return names
	}
	for _, c := range []struct {
		start, end int64
		more       string
		want       string
	}{
		{hour(9, 0), hour(10, 0), ``, "BC"},
		{hour(9, 30), hour(9, 31), ``, "BC"},
		{hour(8, 0), hour(11, 0), ``, "BC"},
		{hour(9, 0) - 1, hour(9, 0), ``, "ABC"},
		{hour(10, 0), hour(10, 0) + 1, ``, "ABC"},
		{hour(10, 0), hour(11, 0), `,"pageSize":2`, "AB"},
		{hour(10, 0), hour(11, 0), `,"pageIndex":"2","pageSize":2`, "C"},
		{hour(10, 0), hour(11, 0), `,"pageIndex":3,"pageSize":2`, ""},
		{hour(9, 0), hour(10, 0), `,"pageIndex":2,"pageSize":1`, "C"},
	} {
		require.Equal(t, c.want, strings.Join(names(c.start, c.end, c.more), ""), "%+v", c)
	}
	e := serve(t, m, "freeRooms", freeBody(hour(9, 0), hour(10, 0), ""))
	require.JSONEq(t, `[
		{"note":"小猪佩","roomDetail":null,"tagId":null,"limitCount":99999999,"approve":true,"roomId":"5c121cfd7453ed63750a9702","roomName":"B23F会议室"},
		{"note":"","roomDetail":null,"tagId":null,"limitCount":0,"approve":false,"roomId":"5c121cfd7453ed63750a9703","roomName":"C冥王星1号"}]`, string(e.Data))
	e = serve(t, m, "freeRooms", freeBody(hour(9, 0), hour(10, 0), `,"pageIndex":7`))
	require.Equal(t, "[]", string(e.Data))
	require.NoError(t, m.do(t.Context(), func(tx *sql.Tx) error { return m.release(tx, id) }))
	require.Equal(t, "ABC", strings.Join(names(hour(9, 0), hour(10, 0), ""), ""))
}

func TestGetActors(t *testing.T) { storetest.Each(t, testGetActors) }

func testGetActors(t *testing.T, address string) {
	m := roomHost(t, openStore(t, address), bridge.NewClockAt(roomNoon))
	_, orderID, err := byCalls{}.book(t.Context(), m, roomBooking(0, hour(14, 0), hour(15, 0)))
	require.NoError(t, err)
	who := func() (ids []string) {
		for _, a := range answer[[]OrderActor](t, m, "getActors", fmt.Sprintf(`{"orderId":%q}`, orderID)) {
			ids = append(ids, a.OpenID)
		}
		return ids
	}
	require.Equal(t, []string{hePeng}, who(), "who booked, alone")

	made, err := byCall(t.Context(), m, "meeting.create", map[string]any{"openid": hePeng, "title": "云讨论", "roomId": testRooms[1].ID,
		"startDate": hour(14, 0), "endDate": hour(15, 0), "actors": []string{chenLu, hePeng, chenBo}})
	require.NoError(t, err)
	var meeting CreateResult
	require.NoError(t, json.Unmarshal(made, &meeting))
	orderID = m.all(t).Add[1].OrderID
	require.Equal(t, []string{hePeng, chenLu, chenBo}, who(), "who booked comes first, and once")
	e := serve(t, m, "getActors", fmt.Sprintf(`{"orderId":%q}`, orderID))
	require.JSONEq(t, `[
		{"openId":"5a67e08d00b0e8dfe4aab4fa","headerUrl":"https://example.test/photo?id=5a67e08d00b0e8dfe4aab4fa&name=何鹏","userName":"何鹏"},
		{"openId":"5b652863e4b0689c4f38b1d3","headerUrl":"https://example.test/photo?id=5b652863e4b0689c4f38b1d3&name=陈略","userName":"陈略"},
		{"openId":"5c32b90b84aef86b358bc9cc","headerUrl":"https://example.test/photo?id=5c32b90b84aef86b358bc9cc&name=陈波","userName":"陈波"}]`, string(e.Data))

	_, err = byCall(t.Context(), m, "meeting.modify", map[string]any{"id": meeting.MeetingID, "openid": hePeng, "delActors": []string{chenLu}})
	require.NoError(t, err)
	require.Equal(t, []string{hePeng, chenBo}, who(), "they are the meeting's of now")
	require.NoError(t, byCalls{}.release(t.Context(), m, meeting.MeetingID))
	require.Equal(t, []string{hePeng, chenBo}, who(), "also of a cancelled one")

	m.avatarOf = nil
	for _, a := range answer[[]OrderActor](t, m, "getActors", fmt.Sprintf(`{"orderId":%q}`, orderID)) {
		require.Empty(t, a.HeaderURL)
	}
}

// TestGreyListDefault: without a list, the team itself is on it.
func TestGreyListDefault(t *testing.T) {
	m := newRoomHost(t)
	m.greyList = nil
	require.NoError(t, m.grey(roomEID))
	refused(t, CodeNotGrey, m.grey("20220"), "20220")
	m.greyList = []string{}
	refused(t, CodeNotGrey, m.grey(roomEID), roomEID)
}

// FuzzRoomBody: whatever the body, the answer is an envelope, and never "internal error".
func FuzzRoomBody(f *testing.F) {
	m := newRoomHost(f)
	m.mustBook(f, 0, hour(9, 0), hour(10, 0))
	for _, api := range m.roomAPIs() {
		f.Add(api.Example)
	}
	for _, body := range []string{``, `null`, `[]`, `{"eid":"10109","pageIndex":1e99}`, `{"EID":"10109","lastTime":"0x1"}`,
		`{"openId":"x","startTime":-9223372036854775808,"endTime":9223372036854775807,"pageIndex":9223372036854775807}`,
		`{"orderId":"\u0000'"}`, `{"eid":"10109","lastTime":"` + "\xff" + `"}`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, api := range m.roomAPIs() {
			text, failed, cause := api.Serve(t.Context(), json.RawMessage(body))
			var e map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(text, &e))
			require.Len(t, e, 4)
			require.Equal(t, failed == nil, string(e["success"]) == "true")
			require.Equal(t, failed == nil, string(e["errorCode"]) == "0")
			if failed != nil {
				require.NotEqual(t, bridge.Internal, failed.Code, "%s %v", body, cause)
				require.NotEmpty(t, failed.Message)
			}
		}
	})
}
