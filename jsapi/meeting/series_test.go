package meeting

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// shown writes the meetings of a series by their places in a list of ids, as "0 06-25 09:00-10:00", with "x" for cancelled
// and "+" for what is not in the list.
func (h *host) shown(t testing.TB, parent string, known []string) string {
	t.Helper()
	var list []*record
	require.NoError(t, h.db.Read(t.Context(), func(tx *sql.Tx) (err error) {
		list, err = h.loadSeries(tx, parent)
		return err
	}))
	var texts []string
	for _, r := range list {
		name := "+"
		for i, id := range known {
			if id == r.id {
				name = fmt.Sprint(i)
			}
		}
		if r.cancelled != nil {
			name += "x"
		}
		from, to := time.UnixMilli(r.start).In(roomZone), time.UnixMilli(r.end).In(roomZone)
		texts = append(texts, fmt.Sprintf("%s %s-%s", name, from.Format("01-02 15:04"), to.Format("15:04")))
	}
	return strings.Join(texts, ", ")
}

func TestRepeatMeeting(t *testing.T) { onEach(t, testRepeatMeeting) }

func testRepeatMeeting(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	ids := h.repeated(t, clockOn("2018-06-30", "09:00"), repeatWorkdays, clockOn("2018-07-03", "09:00"), fmt.Sprintf(`,"actors":[%q],"noticeTime":15`, liSi))
	require.Equal(t, "0 06-30 09:00-10:00, 1 07-02 09:00-10:00, 2 07-03 09:00-10:00", h.shown(t, ids[0], ids))
	r := h.get(t, ids[2])
	require.Equal(t, []string{liSi}, r.Actors)
	require.Equal(t, 15, r.Notice)
	require.Len(t, h.repeated(t, clockOn("2018-06-30", "09:00"), repeatNone, clockOn("2019-06-30", "09:00"), ""), 1)

	data := h.ok(t, "meeting.repeatMeeting", `{"openid":%q,"title":"t","startDate":"1530002768912","endDate":"1530687800000","repeat":"0"}`, hePeng)
	var result RepeatResult
	require.NoError(t, json.Unmarshal(data, &result))
	require.Len(t, result.MeetingIDs, 1)
}

func TestRepeatMeetingRefuses(t *testing.T) { onEach(t, testRepeatMeetingRefuses) }

func testRepeatMeetingRefuses(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	for _, c := range []struct {
		fields, says string
		code         bridge.Code
	}{
		{``, "repeat", bridge.BadParams}, {`,"repeat":null`, "repeat", bridge.BadParams}, {`,"repeat":6`, "repeat", bridge.BadParams},
		{`,"repeat":-1`, "repeat", bridge.BadParams}, {`,"repeat":"daily"`, "repeat", bridge.BadParams}, {`,"repeat":1`, "repeatEndDate", bridge.BadParams},
		{`,"repeat":1,"repeatEndDate":null`, "repeatEndDate", bridge.BadParams}, {`,"repeat":0,"repeatEndDate":-5`, "repeatEndDate", bridge.BadParams},
		{`,"repeat":2,"repeatEndDate":1530002768911`, "repeatEndDate", bridge.BadParams},
		{`,"repeat":2,"repeatEndDate":1630002768912`, "732", CodeTooMany}, {`,"repeat":2,"repeatEndDate":1530002768912,"noticeTime":3`, "noticeTime", bridge.BadParams},
		{`,"repeat":2,"repeatEndDate":1530002768912,"actors":["nobody"]`, "nobody", CodeUnknownPerson},
	} {
		h.fails(t, c.code, c.says, "meeting.repeatMeeting", `{"openid":%q,"title":"t","startDate":1530002768912,"endDate":1530002768913%s}`, hePeng, c.fields)
	}
	require.Empty(t, h.day(t, "2018-06-26"))
	for _, field := range []string{"openid", "title", "startDate", "endDate"} {
		body := strings.Replace(`{"openid":"`+hePeng+`","title":"t","startDate":1530002768912,"endDate":1530002768913,"repeat":0}`, `"`+field+`"`, `"x"`, 1)
		h.fails(t, bridge.BadParams, field, "meeting.repeatMeeting", "%s", body)
	}
}

// TestBatch works on a daily series from Monday 09:00 to Thursday; it is Tuesday 12:00, so two have ended.
func TestBatch(t *testing.T) { onEach(t, testBatch) }

func testBatch(t *testing.T, newHost newHostFunc) {
	const before = "0 06-25 09:00-10:00, 1 06-26 09:00-10:00, 2 06-27 09:00-10:00, 3 06-28 09:00-10:00"
	until := func(day string) string { return fmt.Sprintf(`,"repeatEndDate":%d`, clockOn(day, "23:00")) }
	at := func(name, day, clock string) string { return fmt.Sprintf(`,%q:%d`, name, clockOn(day, clock)) }
	for _, c := range []struct{ name, fields, want string }{
		{"nothing", ``, before},
		{"the same rule", `,"repeat":2` + until("2018-06-28"), before},
		{"time of day and length", at("startDate", "2018-06-25", "10:00") + at("endDate", "2018-06-25", "12:00"),
			"0 06-25 09:00-10:00, 1 06-26 09:00-10:00, 2 06-27 10:00-12:00, 3 06-28 10:00-12:00"},
		{"the day of startDate is nothing", at("startDate", "2019-01-01", "10:00") + at("endDate", "2019-01-01", "12:00"),
			"0 06-25 09:00-10:00, 1 06-26 09:00-10:00, 2 06-27 10:00-12:00, 3 06-28 10:00-12:00"},
		{"time of day alone", at("startDate", "2018-06-25", "10:00"), "0 06-25 09:00-10:00, 1 06-26 09:00-10:00, 2 06-27 10:00-11:00, 3 06-28 10:00-11:00"},
		{"length alone", at("endDate", "2018-06-25", "09:15"), "0 06-25 09:00-10:00, 1 06-26 09:00-10:00, 2 06-27 09:00-09:15, 3 06-28 09:00-09:15"},
		{"shorter", until("2018-06-27"), "0 06-25 09:00-10:00, 1 06-26 09:00-10:00, 2 06-27 09:00-10:00, 3x 06-28 09:00-10:00"},
		{"longer", until("2018-06-30"), before + ", + 06-29 09:00-10:00, + 06-30 09:00-10:00"},
		{"longer, on working days", `,"repeat":"1"` + until("2018-07-02"), before + ", + 06-29 09:00-10:00, + 07-02 09:00-10:00"},
		{"weekly", `,"repeat":3` + until("2018-07-09"),
			"0 06-25 09:00-10:00, 1 06-26 09:00-10:00, 2x 06-27 09:00-10:00, 3x 06-28 09:00-10:00, + 07-02 09:00-10:00, + 07-09 09:00-10:00"},
		{"no more", `,"repeat":0`, "0 06-25 09:00-10:00, 1 06-26 09:00-10:00, 2x 06-27 09:00-10:00, 3x 06-28 09:00-10:00"},
		{"no more, and no end", `,"repeat":0,"repeatEndDate":null`, "0 06-25 09:00-10:00, 1 06-26 09:00-10:00, 2x 06-27 09:00-10:00, 3x 06-28 09:00-10:00"},
		{"a day that has had its meeting gets none later", at("startDate", "2018-06-25", "15:00") + until("2018-06-29"),
			"0 06-25 09:00-10:00, 1 06-26 09:00-10:00, 2 06-27 15:00-16:00, 3 06-28 15:00-16:00, + 06-29 15:00-16:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHost(t)
			ids := h.repeated(t, clockOn("2018-06-25", "09:00"), repeatDaily, clockOn("2018-06-28", "23:00"), "")
			h.clock.Advance(28 * time.Hour)
			h.ok(t, "meeting.batchModify", `{"id":%q,"openid":%q%s}`, ids[0], hePeng, c.fields)
			require.Equal(t, c.want, h.shown(t, ids[0], ids))
		})
	}
}

func TestBatchModifyDetails(t *testing.T) { onEach(t, testBatchModifyDetails) }

func testBatchModifyDetails(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	ids := h.repeated(t, clockOn("2018-06-25", "09:00"), repeatDaily, clockOn("2018-06-28", "23:00"), fmt.Sprintf(`,"actors":[%q],"content":"c","topState":1`, liSi))
	h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,"actors":[%q],"title":"特别"}`, ids[2], hePeng, zhangSan)
	h.clock.Advance(28 * time.Hour)
	h.ok(t, "meeting.batchModify", `{"id":%q,"openid":%q,"batchId":%q,"content":"新","addActors":[%q],"noticeTime":60,"repeatEndDate":%d}`,
		ids[1], hePeng, ids[0], chenBo, clockOn("2018-06-29", "12:00"))
	require.Equal(t, "c", *h.get(t, ids[1]).Content, "it has ended")
	require.Equal(t, []string{liSi}, h.get(t, ids[1]).Actors)
	r := h.get(t, ids[2])
	require.Equal(t, "特别", r.Title)
	require.Equal(t, "新", *r.Content)
	require.Equal(t, []string{zhangSan, chenBo}, r.Actors)
	fresh := h.day(t, "2018-06-29")
	require.Len(t, fresh, 1)
	r = h.get(t, fresh[0].ID)
	require.Equal(t, details{Title: "例会", Content: r.Content, Notice: 60, TopState: 1, Actors: []string{liSi, chenBo}, CreatorID: hePeng}, r.details)
	require.Equal(t, "新", *r.Content)
	require.Equal(t, ids[0], r.series)
	require.NotNil(t, r.remindAt)
}

func TestWhatWasChangedAloneStaysSo(t *testing.T) { onEach(t, testWhatWasChangedAloneStaysSo) }

func testWhatWasChangedAloneStaysSo(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	ids := h.repeated(t, clockOn("2018-06-26", "09:00"), repeatDaily, clockOn("2018-06-29", "23:00"), "")
	h.ok(t, "meeting.cancel", `{"id":%q,"openid":%q}`, ids[1], hePeng)
	h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,"startDate":%d,"endDate":%d}`, ids[3], hePeng, clockOn("2018-07-05", "20:00"), clockOn("2018-07-05", "20:30"))
	const moved = "0 06-26 09:00-10:00, 1x 06-27 09:00-10:00, 2 06-28 09:00-10:00, 3 07-05 20:00-20:30"
	require.Equal(t, moved, h.shown(t, ids[0], ids))
	batch := func(fields string) {
		h.clock.Advance(time.Minute)
		h.ok(t, "meeting.batchModify", `{"id":%q,"openid":%q%s}`, ids[0], hePeng, fields)
	}
	batch(fmt.Sprintf(`,"repeatEndDate":%d`, clockOn("2018-06-30", "23:00")))
	require.Equal(t, moved+", + 06-30 09:00-10:00", h.shown(t, ids[0], ids), "neither comes back")
	batch(fmt.Sprintf(`,"startDate":%d`, clockOn("2018-06-26", "11:00")))
	require.Equal(t, "0 06-26 11:00-12:00, 1x 06-27 09:00-10:00, 2 06-28 11:00-12:00, 3 07-05 11:00-11:30, + 06-30 11:00-12:00", h.shown(t, ids[0], ids))

	batch(fmt.Sprintf(`,"repeatEndDate":%d`, clockOn("2018-06-27", "23:00")))
	require.Equal(t, "0 06-26 11:00-12:00, 1x 06-27 09:00-10:00, 2x 06-28 11:00-12:00, 3x 07-05 11:00-11:30, +x 06-30 11:00-12:00", h.shown(t, ids[0], ids))
	batch(fmt.Sprintf(`,"repeatEndDate":%d`, clockOn("2018-06-28", "23:00")))
	require.Equal(t, "0 06-26 11:00-12:00, 1x 06-27 09:00-10:00, 2x 06-28 11:00-12:00, + 06-28 11:00-12:00, 3x 07-05 11:00-11:30, +x 06-30 11:00-12:00",
		h.shown(t, ids[0], ids), "what the rule dropped comes back anew")
}

func TestBatchOnOneMeeting(t *testing.T) { onEach(t, testBatchOnOneMeeting) }

func testBatchOnOneMeeting(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	id := h.made(t, "09:00", "10:00", `,"meetingPlace":"楼下"`)
	h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,"startDate":%d,"endDate":%d}`, id, hePeng, clockOn("2018-06-27", "09:00"), clockOn("2018-06-27", "09:30"))
	h.ok(t, "meeting.batchModify", `{"id":%q,"openid":%q,"repeat":2,"repeatEndDate":%d}`, id, hePeng, clockOn("2018-06-28", "09:00"))
	require.Equal(t, "0 06-27 09:00-09:30, + 06-28 09:00-09:30", h.shown(t, id, []string{id}))
	require.Equal(t, "楼下", *h.day(t, "2018-06-28")[0].MeetingPlace)
	h.ok(t, "meeting.batchCancel", `{"id":%q,"openid":%q,"batchId":%q}`, id, hePeng, id)
	require.Equal(t, "0x 06-27 09:00-09:30, +x 06-28 09:00-09:30", h.shown(t, id, []string{id}))
}

func TestBatchRefuses(t *testing.T) { onEach(t, testBatchRefuses) }

func testBatchRefuses(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	ids := h.repeated(t, clockOn("2018-06-25", "09:00"), repeatDaily, clockOn("2018-06-28", "23:00"), "")
	other := h.made(t, "12:00", "13:00", "")
	before := h.shown(t, ids[0], ids)
	for _, c := range []struct {
		fields, says string
		code         bridge.Code
	}{
		{`"title":""`, "title", bridge.BadParams}, {`"title":null`, "title", bridge.BadParams}, {`"startDate":null`, "startDate", bridge.BadParams},
		{`"endDate":null`, "endDate", bridge.BadParams}, {fmt.Sprintf(`"endDate":%d`, clockOn("2018-06-25", "09:00")), "endDate", bridge.BadParams},
		{`"startDate":1530000000000,"endDate":1530000000000`, "endDate", bridge.BadParams}, {`"noticeTime":7`, "noticeTime", bridge.BadParams},
		{`"repeat":null`, "repeat", bridge.BadParams}, {`"repeat":9`, "repeat", bridge.BadParams}, {`"repeatEndDate":null`, "repeatEndDate", bridge.BadParams},
		{fmt.Sprintf(`"repeatEndDate":%d`, clockOn("2018-06-25", "08:59")), "repeatEndDate", bridge.BadParams},
		{fmt.Sprintf(`"repeatEndDate":%d`, clockOn("2021-06-25", "08:59")), "732", CodeTooMany},
		{`"addActors":["nobody"]`, "nobody", CodeUnknownPerson}, {`"batchId":7`, "batchId", bridge.BadParams},
		{`"batchId":"` + other + `"`, other, CodeNotInSeries},
	} {
		h.fails(t, c.code, c.says, "meeting.batchModify", `{"id":%q,"openid":%q,"content":"新",%s}`, ids[0], hePeng, c.fields)
		require.Equal(t, before, h.shown(t, ids[0], ids))
		require.Nil(t, h.get(t, ids[3]).Content)
	}
	h.fails(t, bridge.BadParams, "repeatEndDate", "meeting.batchModify", `{"id":%q,"openid":%q,"repeat":1}`, other, hePeng)
	for _, name := range []string{"meeting.batchModify", "meeting.batchCancel"} {
		h.fails(t, CodeNotInSeries, "batchId", name, `{"id":%q,"openid":%q}`, ids[1], hePeng)
		h.fails(t, CodeNotInSeries, "batchId", name, `{"id":%q,"openid":%q,"batchId":%q}`, ids[1], hePeng, ids[2])
		h.fails(t, CodeNotCreator, "创建者", name, `{"id":%q,"openid":%q,"batchId":%q}`, ids[1], liSi, ids[0])
	}
	h.clock.Advance(28 * time.Hour)
	h.ok(t, "meeting.batchCancel", `{"id":%q,"openid":%q,"batchId":%q}`, ids[3], hePeng, ids[0])
	require.Equal(t, "0 06-25 09:00-10:00, 1 06-26 09:00-10:00, 2x 06-27 09:00-10:00, 3x 06-28 09:00-10:00", h.shown(t, ids[0], ids))
	h.fails(t, CodeNothingLeft, ids[0], "meeting.batchCancel", `{"id":%q,"openid":%q}`, ids[0], hePeng)
	h.fails(t, CodeNothingLeft, ids[0], "meeting.batchModify", `{"id":%q,"openid":%q}`, ids[0], hePeng)
}

func TestBatchMovesRooms(t *testing.T) { onEach(t, testBatchMovesRooms) }

func testBatchMovesRooms(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	start := clockOn("2018-06-26", "09:00")
	ids := h.repeated(t, start, repeatDaily, clockOn("2018-06-28", "23:00"), "")
	room := testRooms[0].ID
	for _, id := range ids {
		h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,"roomId":%q}`, id, hePeng, room)
	}
	// All day long: each takes the place that its neighbour has yet to leave, in either direction.
	for _, from := range []int64{start, start + 3600_000, start - 7200_000} {
		h.ok(t, "meeting.batchModify", `{"id":%q,"openid":%q,"startDate":%d,"endDate":%d}`, ids[0], hePeng, from, from+millisPerDay)
		for i, id := range ids {
			require.Equal(t, from+int64(i)*millisPerDay, h.get(t, id).start)
		}
	}
	h.ok(t, "meeting.batchModify", `{"id":%q,"openid":%q,"startDate":%d,"endDate":%d}`, ids[0], hePeng, start, start+3600_000)
	h.ok(t, "meeting.create", `{"openid":%q,"title":"t","startDate":%d,"endDate":%d,"roomId":%q}`, hePeng, clockOn("2018-06-27", "10:00"), clockOn("2018-06-27", "11:00"), room)
	before := h.shown(t, ids[0], ids)
	h.fails(t, CodeRoomTaken, "A304", "meeting.batchModify", `{"id":%q,"openid":%q,"endDate":%d}`, ids[0], hePeng, start+3600_001)
	require.Equal(t, before, h.shown(t, ids[0], ids))
	h.ok(t, "meeting.batchCancel", `{"id":%q,"openid":%q}`, ids[0], hePeng)
	h.ok(t, "meeting.create", `{"openid":%q,"title":"t","startDate":%d,"endDate":%d,"roomId":%q}`, hePeng, start, start+3600_000, room)
}
