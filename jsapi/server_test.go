package jsapi_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/jsapi"
	"qinghost/jsapi/auth"
	"qinghost/jsapi/contact"
	"qinghost/jsapi/store"
	"qinghost/jsapi/store/storetest"
)

// begin makes the areas of a team over a database that others may use too, on a Monday.
func begin(t *testing.T, address string, team *contact.Team, change ...func(*jsapi.Deps)) *jsapi.Areas {
	t.Helper()
	db, err := store.Open(t.Context(), address)
	require.NoError(t, err)
	deps := jsapi.Deps{Clock: bridge.NewClockAt(time.UnixMilli(1790553600000)), Team: team, DB: db} // 2026-09-28 08:00 in Shanghai
	for _, c := range change {
		c(&deps)
	}
	areas, err := jsapi.New(t.Context(), deps)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, areas.Close())
		require.NoError(t, db.Close())
	})
	return areas
}

// ask calls a server API and returns its data, or the code of its failure.
func ask[R any](t *testing.T, areas *jsapi.Areas, name, params string, args ...any) (data R, failed bridge.Code) {
	t.Helper()
	all := areas.All()
	i := slices.IndexFunc(all, func(api bridge.API) bool { return api.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	text, coded, _ := all[i].Serve(t.Context(), json.RawMessage(fmt.Sprintf(params, args...)))
	if coded != nil {
		return data, coded.Code
	}
	var e bridge.ServerEnvelope
	require.NoError(t, json.Unmarshal(text, &e))
	require.NoError(t, json.Unmarshal(e.Data, &data))
	return data, ""
}

func team(t *testing.T, more string) *contact.Team {
	t.Helper()
	team, err := contact.Load("team.yaml", []byte("people: [{name: 张三, openId: zhang}, {name: 李四}]\n"+more))
	require.NoError(t, err)
	return team
}

// TestTwoHostsOpenEachOthersDoors: a token that one host gave is good at the other, until one of them refreshes it.
func TestTwoHostsOpenEachOthersDoors(t *testing.T) {
	address := storetest.Postgres(t)
	one, other := begin(t, address, team(t, "")), begin(t, address, team(t, ""))
	const owner = `"eid":"20260401","timestamp":1790553600000,"scope":"resGroupSecret"`
	given, failed := ask[auth.Token](t, one, "oauth2.getAccessToken", `{`+owner+`,"secret":"de30c0dede30c0dede30c0dede30c0de"}`)
	require.Empty(t, failed)
	require.NoError(t, other.Auth.Check(t.Context(), given.AccessToken, bridge.ResGroupScope))
	same, failed := ask[auth.Token](t, other, "oauth2.getAccessToken", `{`+owner+`,"secret":"de30c0dede30c0dede30c0dede30c0de"}`)
	require.Empty(t, failed)
	require.Equal(t, given, same, "asking again gives the same")
	_, failed = ask[auth.Token](t, other, "oauth2.refreshToken", `{`+owner+`,"refreshToken":%q}`, given.RefreshToken)
	require.Empty(t, failed)
	require.Equal(t, auth.ExpiredToken, bridge.Coded(one.Auth.Check(t.Context(), given.AccessToken, bridge.ResGroupScope)).Code)
}

// TestRoomsLeaveWithTheTeamFile: a room that the file has no longer is neither offered nor booked; what was booked stays.
func TestRoomsLeaveWithTheTeamFile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		if address == ":memory:" {
			return // nothing outlives the process
		}
		const one, two = "5c121cfd7453ed63750a9701", "5c121cfd7453ed63750a9702"
		const rooms = "rooms: [{name: 冥王星, roomId: " + one + "}, {name: 海王星, roomId: " + two + "}]\n"
		book := func(areas *jsapi.Areas, room string, hour int) bridge.Code {
			start := int64(1790553600000 + hour*3600_000)
			_, failed := ask[any](t, areas, "meeting.create", `{"openid":"zhang","title":"周会","startDate":%d,"endDate":%d,"roomId":%q}`, start, start+1, room)
			return failed
		}
		free := func(areas *jsapi.Areas) (names []string) {
			list, failed := ask[[]struct{ RoomName string }](t, areas, "roomBook.freeRooms", `{"openId":"zhang","startTime":1790600000000,"endTime":1790600000001}`)
			require.Empty(t, failed)
			for _, r := range list {
				names = append(names, r.RoomName)
			}
			return names
		}
		before := begin(t, address, team(t, rooms))
		require.Empty(t, book(before, one, 1))
		require.Equal(t, []string{"冥王星", "海王星"}, free(before))

		after := begin(t, address, team(t, "rooms: [{name: 海王星, roomId: "+two+"}]\n"))
		require.Equal(t, []string{"海王星"}, free(after))
		require.NotEmpty(t, book(after, one, 2))
		require.Empty(t, book(after, two, 2))
		info, failed := ask[struct{ Add []struct{ RoomName string } }](t, after, "roomBook.bookInfo", `{"eid":"20260401","pageSize":"1"}`)
		require.Empty(t, failed)
		require.Equal(t, "冥王星", info.Add[0].RoomName, "the booking is still there to read")

		require.Equal(t, []string{"冥王星", "海王星"}, free(begin(t, address, team(t, rooms))), "back in the file")
	})
}

// TestTeamSaysWhenItWorks: its holidays and its zone decide about a series on working days.
func TestTeamSaysWhenItWorks(t *testing.T) {
	areas := begin(t, ":memory:", team(t, "zone: America/New_York\nholidays: {2026-10-01: off, 2026-10-03: work}\n"))
	at := func(day int) int64 { // 20:00 in New York, when it is the next day in Shanghai
		zone, err := time.LoadLocation("America/New_York")
		require.NoError(t, err)
		return time.Date(2026, 9, day, 20, 0, 0, 0, zone).UnixMilli()
	}
	made, failed := ask[struct{ MeetingIDs []string }](t, areas, "meeting.repeatMeeting",
		`{"openid":"zhang","title":"例会","startDate":%d,"endDate":%d,"repeat":1,"repeatEndDate":%d}`, at(28), at(28)+1, at(35))
	require.Empty(t, failed)
	var days []int
	for _, id := range made.MeetingIDs {
		detail, failed := ask[struct{ StartDate int64 }](t, areas, "meeting.detail", `{"id":%q}`, id)
		require.Empty(t, failed)
		days = append(days, int((detail.StartDate-at(28))/(24*3600_000))+28)
	}
	require.Equal(t, []int{28, 29, 30, 32, 33, 35}, days, "not Thursday the 1st, but Saturday the 3rd; Monday the 5th")
}

// TestUnknownPeople: the switch lets real openIds into meetings and tickets.
func TestUnknownPeople(t *testing.T) {
	for allowed, want := range map[bool]bridge.Code{false: "93004", true: ""} {
		areas := begin(t, filepath.Join(t.TempDir(), "store.db"), team(t, ""), func(d *jsapi.Deps) { d.UnknownPeople = allowed })
		_, failed := ask[any](t, areas, "meeting.create", `{"openid":"real","title":"周会","startDate":1790553600000,"endDate":1790553600001}`)
		require.Equal(t, want, failed)
		require.Equal(t, allowed, areas.Auth.AnyPerson)
	}
}

// TestUnbuiltServerAPI: a call whose answer nobody knows is not invented, and no typing error either.
func TestUnbuiltServerAPI(t *testing.T) {
	areas := create(t, bridge.NewClock())
	var unbuilt []string
	for _, api := range areas.Unbuilt() {
		unbuilt = append(unbuilt, api.Name)
	}
	require.Contains(t, unbuilt, "meeting.getAttendDetail")
	require.NotContains(t, unbuilt, "meeting.detail")
}
