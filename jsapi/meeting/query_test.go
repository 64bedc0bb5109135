package meeting

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

func TestStatusFollowsTheClock(t *testing.T) {
	h := newHost(t)
	id, other := h.made(t, "09:00", "10:00", ""), h.made(t, "09:30", "10:00", "")
	status := func() (list []string) {
		for _, r := range h.day(t, "2018-06-25") {
			done := "null"
			if r.DoneTime != nil {
				done = time.UnixMilli(*r.DoneTime).In(roomZone).Format("15:04")
			}
			list = append(list, fmt.Sprintf("%d %s", r.MeetingStatus, done))
		}
		return list
	}
	require.Equal(t, []string{"0 null", "0 null"}, status())
	h.clock.Advance(2*time.Hour - time.Millisecond)
	require.Equal(t, []string{"0 null", "0 null"}, status())
	h.ok(t, "meeting.cancel", `{"id":%q,"openid":%q}`, other, hePeng)
	h.clock.Advance(time.Millisecond)
	require.Equal(t, []string{"1 10:00", "2 09:59"}, status())
	h.clock.Advance(time.Hour)
	h.ok(t, "meeting.cancel", `{"id":%q,"openid":%q}`, id, hePeng)
	require.Equal(t, []string{"2 11:00", "2 09:59"}, status())
}

func TestQueryByDay(t *testing.T) {
	h := newHost(t)
	make := func(from, to int64) string {
		var result CreateResult
		require.NoError(t, json.Unmarshal(h.ok(t, "meeting.create", `{"openid":%q,"title":"t","startDate":%d,"endDate":%d}`, hePeng, from, to), &result))
		return result.MeetingID
	}
	midnight, next := clockOn("2018-06-25", "00:00"), clockOn("2018-06-26", "00:00")
	make(midnight-1000, midnight) // ends as the day begins
	make(next, next+1000)         // begins as it ends
	want := []string{
		make(midnight-5000*millisPerDay, midnight+1), // years
		make(midnight-100*millisPerDay, next),
		make(midnight-20*millisPerDay, midnight+1),
		make(midnight-millisPerDay+1, midnight+1),
		make(midnight-1, midnight+1),
		make(midnight, midnight+1),
		make(next-1, next+40*millisPerDay),
	}
	a, b := make(midnight+5, midnight+6), make(midnight+5, midnight+7)
	same := []string{a, b}
	slices.Sort(same)
	want = slices.Insert(want, 6, same...)
	for _, at := range []int64{midnight, midnight + 1, next - 1} {
		var rows []Row
		require.NoError(t, json.Unmarshal(h.ok(t, "meeting.queryByDay", `{"day":"%d"}`, at), &rows))
		require.Equal(t, want, ids(rows))
	}
	require.Equal(t, `[]`, string(h.ok(t, "meeting.queryByDay", `{"day":253370000000000}`)))
	for _, day := range []string{`{}`, `{"day":null}`, `{"day":""}`, `{"day":0}`, `{"day":"2018-06-25"}`, `{"day":true}`} {
		h.fails(t, bridge.BadParams, "day", "meeting.queryByDay", "%s", day)
	}
}

func TestQueryByDayKnowsOtherTeamsNothing(t *testing.T) {
	h := newHost(t)
	id := h.made(t, "09:00", "10:00", "")
	h.start(t, func(d *Deps) { d.EID, d.Rooms = "other", nil })
	require.Empty(t, h.day(t, "2018-06-25"))
	h.fails(t, CodeNoMeeting, id, "meeting.cancel", `{"id":%q,"openid":%q}`, id, hePeng)
}
