package meeting

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// rowsOf calls an API whose data are meetings, and returns their ids.
func (h *host) rowsOf(t testing.TB, name, params string, args ...any) []string {
	t.Helper()
	var rows []Row
	require.NoError(t, json.Unmarshal(h.ok(t, name, params, args...), &rows))
	return ids(rows)
}

func TestNewerRoutes(t *testing.T) {
	var names []string
	for _, api := range newHost(t).NewerAPIs() {
		name := strings.TrimPrefix(api.Name, "meeting.")
		names = append(names, name)
		require.Equal(t, &bridge.Route{Path: "/gateway/cloudwork/meeting/" + name, Scope: bridge.ResGroupScope}, api.Route)
		require.NotEmpty(t, api.Doc)
	}
	require.Equal(t, []string{"detail", "queryByRange", "pageRecentList", "queryByUser"}, names)
}

// TestNewerForm: the newer document's create, all fields of which are taken, and batch calls that know no batchId.
func TestNewerForm(t *testing.T) { onEach(t, testNewerForm) }

func testNewerForm(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	newer := fmt.Sprintf(`,"meetOrganizers":[%q,%q,%q],"noticeTimes":[15,"60",15],"encryption":0,"shareIds":["x"],"images":[{"id":"a"}],"files":[],
		"agent":{},"channe":"web"`, liSi, chenBo, liSi)
	id := h.made(t, "10:00", "11:00", newer+fmt.Sprintf(`,"actors":[%q,%q],"noticeTime":0`, zhangSan, hePeng))
	require.JSONEq(t, fmt.Sprintf(`{"openid":%q,"type":null,"title":"周会","content":null,"meetingPlace":null,"meetingStatus":0,"readStatus":1,
		"acceptStatus":2,"personName":"何鹏","doneTime":null,"id":%q,"noticeTime":60,"startDate":%d,"endDate":%d,"createDate":%d,"roomId":null,
		"roomOrderId":null,"status":0,"noticeTimes":[60,15],"organizers":[%q,%q],
		"participants":[{"openId":%q,"personName":"张三","joinStatus":0},{"openId":%q,"personName":"何鹏","joinStatus":0}],"recordInfo":null}`,
		hePeng, id, clockOn("2018-06-25", "10:00"), clockOn("2018-06-25", "11:00"), monday.UnixMilli(), liSi, chenBo, zhangSan, hePeng),
		string(h.ok(t, "meeting.detail", `{"id":%q}`, id)))
	require.Equal(t, 60, h.day(t, "2018-06-25")[0].NoticeTime)

	series := h.repeated(t, clockOn("2018-06-26", "09:00"), repeatDaily, clockOn("2018-06-28", "09:00"), newer)
	require.Equal(t, []int{60, 15}, h.detailOf(t, series[1]).NoticeTimes)
	require.Equal(t, []string{liSi, chenBo}, h.detailOf(t, series[1]).Organizers)
	h.ok(t, "meeting.batchModify", `{"id":%q,"openid":%q,"noticeTimes":[0,15],"meetOrganizers":null,"repeatEndDate":%d}`, series[0], hePeng, clockOn("2018-06-29", "09:00"))
	for _, day := range []string{"2018-06-28", "2018-06-29"} { // one that stays, and a new one
		detail := h.detailOf(t, h.day(t, day)[0].ID)
		require.Equal(t, []int{15, 0}, detail.NoticeTimes)
		require.Equal(t, []string{hePeng}, detail.Organizers)
	}
	h.ok(t, "meeting.batchCancel", `{"id":%q,"openid":%q}`, series[0], hePeng)
	require.Equal(t, 2, h.detailOf(t, series[2]).Status)

	h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,"meetOrganizers":[%q],"noticeTimes":[]}`, id, hePeng, zhangSan)
	require.Equal(t, []string{zhangSan}, h.detailOf(t, id).Organizers)
	require.Empty(t, h.detailOf(t, id).NoticeTimes)
	require.Equal(t, -1, h.day(t, "2018-06-25")[0].NoticeTime)
}

func (h *host) detailOf(t testing.TB, id string) (d Detail) {
	t.Helper()
	require.NoError(t, json.Unmarshal(h.ok(t, "meeting.detail", `{"id":%q}`, id), &d))
	return d
}

func TestNewerCallsRefuse(t *testing.T) {
	h := newHost(t)
	id := h.made(t, "09:00", "10:00", "")
	create := fmt.Sprintf(`{"openid":%q,"title":"周会","startDate":1,"endDate":2,`, hePeng)
	modify := fmt.Sprintf(`{"id":%q,"openid":%q,`, id, hePeng)
	for _, c := range []struct {
		name, params, says string
		code               bridge.Code
	}{
		{"create", create + `"noticeTimes":[5]}`, "noticeTimes", bridge.BadParams},
		{"create", create + `"noticeTimes":15}`, "noticeTimes", bridge.BadParams},
		{"create", create + `"noticeTimes":["soon"]}`, "noticeTimes", bridge.BadParams},
		{"create", create + `"meetOrganizers":["nobody"]}`, "meetOrganizers", CodeUnknownPerson},
		{"create", create + `"meetOrganizers":""}`, "meetOrganizers", bridge.BadParams},
		{"modify", modify + `"noticeTimes":[0,61]}`, "noticeTimes", bridge.BadParams},
		{"modify", modify + `"meetOrganizers":["nobody"]}`, "nobody", CodeUnknownPerson},
		{"batchModify", modify + `"meetOrganizers":["nobody"]}`, "nobody", CodeUnknownPerson},
		{"detail", `{}`, "id", bridge.BadParams}, {"detail", `{"id":7}`, "id", bridge.BadParams}, {"detail", `{"id":"000"}`, "000", CodeNoMeeting},
		{"queryByRange", `{"end":2}`, "start", bridge.BadParams}, {"queryByRange", `{"start":1}`, "end", bridge.BadParams},
		{"queryByRange", `{"start":2,"end":2}`, "end", bridge.BadParams}, {"queryByRange", `{"start":"x","end":2}`, "start", bridge.BadParams},
		{"pageRecentList", `{"lastTime":-1}`, "lastTime", bridge.BadParams}, {"pageRecentList", `{"page":0}`, "page", bridge.BadParams},
		{"pageRecentList", `{"size":201}`, "size", bridge.BadParams}, {"pageRecentList", `{"roomIds":"a"}`, "roomIds", bridge.BadParams},
		{"pageRecentList", `{"roomIds":[` + strings.Repeat(`"a",`, 200) + `"a"]}`, "200", bridge.BadParams},
		{"queryByUser", `{}`, "openId", bridge.BadParams}, {"queryByUser", `{"openId":"nobody"}`, "nobody", CodeUnknownPerson},
		{"queryByUser", fmt.Sprintf(`{"openId":%q,"status":3}`, hePeng), "status", bridge.BadParams},
		{"queryByUser", fmt.Sprintf(`{"openId":%q,"pageNum":0}`, hePeng), "pageNum", bridge.BadParams},
		{"queryByUser", fmt.Sprintf(`{"openId":%q,"pageSize":0}`, hePeng), "pageSize", bridge.BadParams},
	} {
		h.fails(t, c.code, c.says, "meeting."+c.name, "%s", c.params)
	}
}

func TestQueryByRange(t *testing.T) { onEach(t, testQueryByRange) }

func testQueryByRange(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	first, second, late := h.made(t, "09:00", "10:00", ""), h.made(t, "10:00", "11:00", ""), h.made(t, "15:00", "16:00", "")
	found := func(from, to string) []string {
		return h.rowsOf(t, "meeting.queryByRange", `{"start":%d,"end":"%d"}`, clockOn("2018-06-25", from), clockOn("2018-06-25", to))
	}
	require.Equal(t, []string{first}, found("08:00", "10:00"), "what begins as the time ends is not in it")
	require.Equal(t, []string{second}, found("10:00", "15:00"))
	require.Equal(t, []string{first, second, late}, found("09:59", "15:01"))
	require.Empty(t, found("11:00", "15:00"))
}

func TestPageRecentList(t *testing.T) { onEach(t, testPageRecentList) }

func testPageRecentList(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	in := func(room int) string { return `,"roomId":` + strconv.Quote(testRooms[room].ID) }
	recent := func(more string, args ...any) []string {
		return h.rowsOf(t, "meeting.pageRecentList", `{%s}`, fmt.Sprintf(more, args...))
	}
	h.made(t, "09:00", "10:00", "") // in no room
	a, b, c := h.made(t, "09:00", "10:00", in(0)), h.made(t, "09:00", "10:00", in(1)), h.made(t, "08:00", "09:00", in(0))
	require.Equal(t, []string{a, b, c}, recent(``), "as they were made")
	require.Equal(t, []string{a, c}, recent(`"roomIds":[%q,"unknown"]`, testRooms[0].ID))
	require.Equal(t, []string{c}, recent(`"page":2,"size":"2"`))
	require.Empty(t, recent(`"page":3,"size":2`))
	h.clock.Advance(time.Hour)
	last := h.now() - 1
	require.Empty(t, recent(`"lastTime":"%d"`, last))
	h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,"title":"新"}`, b, hePeng)
	h.ok(t, "meeting.cancel", `{"id":%q,"openid":%q}`, a, hePeng)
	require.Equal(t, []string{b, a}, recent(`"lastTime":%d`, last))
	h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,"roomId":null}`, c, hePeng)
	require.Equal(t, []string{b, a}, recent(`"lastTime":%d`, last), "it is in no room any more")
}

func TestQueryByUser(t *testing.T) { onEach(t, testQueryByUser) }

func testQueryByUser(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	with := fmt.Sprintf(`,"actors":[%q,%q]`, hePeng, liSi)
	late, early, alone := h.made(t, "11:00", "12:00", with), h.made(t, "09:00", "10:00", with), h.made(t, "10:00", "11:00", "")
	of := func(openID, more string) []string {
		return h.rowsOf(t, "meeting.queryByUser", `{"openId":%q%s}`, openID, more)
	}
	require.Equal(t, []string{early, alone, late}, of(hePeng, ""), "each once")
	require.Equal(t, []string{early, late}, of(liSi, `,"status":null`))
	require.Empty(t, of(chenBo, ""))
	require.Equal(t, []string{late}, of(hePeng, `,"pageNum":"2","pageSize":2`))
	h.ok(t, "meeting.cancel", `{"id":%q,"openid":%q}`, late, hePeng)
	h.clock.Advance(2 * time.Hour)
	for status, want := range []string{alone, early, late} {
		require.Equal(t, []string{want}, of(hePeng, fmt.Sprintf(`,"status":%d`, status)))
	}
}

func TestSeveralReminders(t *testing.T) { onEach(t, testSeveralReminders) }

func testSeveralReminders(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	id := h.made(t, "10:00", "11:00", `,"noticeTimes":[0,60,15]`)
	h.made(t, "09:30", "10:00", `,"noticeTimes":[0,-1],"noticeTime":15`)
	h.until("09:00")
	require.Equal(t, "10:00 -60", h.heard())
	h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,"noticeTimes":[60,15],"title":"新"}`, id, hePeng)
	require.Empty(t, h.heard(), "what has been raised is not raised again")
	h.until("09:44")
	require.Equal(t, "09:30 -0", h.heard())
	h.until("09:45")
	require.Equal(t, "10:00 -15", h.heard())
	h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,"noticeTimes":[0,60,15]}`, id, hePeng)
	h.until("10:30")
	require.Equal(t, "10:00 -0", h.heard())

	h.made(t, "12:00", "13:00", `,"noticeTimes":[0,60,15]`)
	require.NoError(t, h.Close())
	h.until("11:50")
	h.start(t)
	require.Equal(t, "12:00 -60, 12:00 -15", h.heard(), "late, and once each")
	h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,"startDate":%d,"endDate":%d}`, id, hePeng, clockOn("2018-06-25", "12:10"), clockOn("2018-06-25", "13:00"))
	require.Equal(t, "12:10 -60", h.heard(), "moved: all of them anew")
	h.until("13:00")
	require.Equal(t, []string{"12:00 -0", "12:10 -0", "12:10 -15"}, slices.Sorted(slices.Values(strings.Split(h.heard(), ", "))))
}
