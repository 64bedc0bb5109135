package jsapi_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/jsapi"
	"qinghost/jsapi/contact"
	"qinghost/runtime/gateway"
	"qinghost/runtime/headless"
)

// world is the demo team, with rooms that are like the document's, behind one of its doors.
type world struct {
	t     *testing.T
	team  *contact.Team
	host  *bridge.Host
	areas *jsapi.Areas
	door  func(t *testing.T, w *world, name, params string) (envelope string)
}

// eachDoor runs the test at every way in: over HTTP, and from page JavaScript under every profile.
func eachDoor(t *testing.T, test func(t *testing.T, enter func(t *testing.T, at time.Time) *world)) {
	t.Run("HTTP", func(t *testing.T) { test(t, enterHTTP) })
	for _, profile := range bridge.Phones() {
		t.Run(profile.Name, func(t *testing.T) {
			test(t, func(t *testing.T, at time.Time) *world { return enterPage(t, at, profile) })
		})
	}
}

func newWorld(t *testing.T, at time.Time) *world {
	t.Helper()
	team := contact.Demo()
	team.Rooms = []contact.Room{
		{ID: "5c121cfd7453ed63750a9701", Name: "0号楼青松", Detail: "三楼东侧", Limit: 8, Approve: true, Note: "有投影"},
		{ID: "5c121cfd7453ed63750a9702", Name: "1号楼白杨", Limit: 20},
	}
	clock := bridge.NewClockAt(at)
	w := &world{t: t, team: team, areas: begin(t, ":memory:", team, func(d *jsapi.Deps) { d.Clock, d.Exclusive = clock, true })}
	w.host = bridge.NewHost(w.areas.All()...)
	w.host.Clock = clock
	w.host.SetCaller(team.Me)
	return w
}

// enterHTTP is a server's way in: a socket, and a token that the secret opens.
func enterHTTP(t *testing.T, at time.Time) *world {
	t.Helper()
	w := newWorld(t, at)
	server := httptest.NewServer(gateway.Handler(w.areas.All(), w.areas.Auth.Check, gateway.Options{Log: w.host.Log, Clock: w.host.Clock}))
	t.Cleanup(server.Close)
	paths := map[string]string{}
	for _, api := range w.areas.Meeting.APIs() {
		paths[api.Name] = api.Route.Path
	}
	post := func(t *testing.T, path, body string) string {
		t.Helper()
		answer, err := server.Client().Post(server.URL+path, "application/json", strings.NewReader(body))
		require.NoError(t, err)
		defer func() { _ = answer.Body.Close() }()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, answer.StatusCode, "%s", text)
		return string(text)
	}
	w.door = func(t *testing.T, w *world, name, params string) string {
		t.Helper()
		require.Contains(t, paths, name)
		var given struct{ Data struct{ AccessToken string } } // while it is good, the same one
		text := post(t, "/gateway/oauth2/token/getAccessToken", fmt.Sprintf(`{"eid":%q,"secret":%q,"scope":"resGroupSecret","timestamp":%d}`,
			w.team.EID, w.team.ResGroupSecret, w.host.Clock.Now().UnixMilli()))
		require.NoError(t, json.Unmarshal([]byte(text), &given), text)
		return post(t, paths[name]+"?accessToken="+given.Data.AccessToken, params)
	}
	return w
}

// enterPage is a page's way in: qing.call in JavaScript. The page gets what the host sent, and its console says once that
// this is an extension.
func enterPage(t *testing.T, at time.Time, profile bridge.Profile) *world {
	t.Helper()
	w := newWorld(t, at)
	w.host.Profile = profile
	var told atomic.Int32
	page, err := headless.New(t.Context(), w.host, headless.Options{Console: func(level, text string) {
		if level == "info" && strings.Contains(text, "qinghost 的扩展") {
			told.Add(1)
		}
	}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, page.Close()) })
	w.door = func(t *testing.T, w *world, name, params string) string {
		t.Helper()
		text, err := page.Eval(t.Context(), fmt.Sprintf(`return new Promise((success) => qing.call(%q, {...%s, success}))`, name, params))
		require.NoError(t, err)
		calls := w.host.Log.After(0, name)
		require.NotEmpty(t, calls)
		require.JSONEq(t, string(calls[len(calls)-1].Result), text)
		require.EqualValues(t, 1, told.Load())
		return text
	}
	return w
}

// call makes a call that has to succeed.
func (w *world) call(name string, params map[string]any) any {
	w.t.Helper()
	e := w.try(w.t, name, params)
	require.Equal(w.t, true, e["success"], "%s: %v", name, e["error"])
	return e["data"]
}

// try makes a call, and returns its envelope.
func (w *world) try(t *testing.T, name string, params map[string]any) (envelope map[string]any) {
	t.Helper()
	body, err := json.Marshal(params)
	require.NoError(t, err)
	text := w.door(t, w, name, string(body))
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&envelope), text)
	return envelope
}

// people are two colleagues.
func (w *world) people() (openIDs []string) {
	for _, p := range w.team.People[:3] {
		if p.OpenID != w.team.Me && len(openIDs) < 2 {
			openIDs = append(openIDs, p.OpenID)
		}
	}
	return openIDs
}

// meet makes a meeting from one hour to another of a day; more is laid over it.
func (w *world) meet(day time.Time, from, to int, more map[string]any) map[string]any {
	w.t.Helper()
	params := map[string]any{
		"openid": w.team.Me, "title": "测试会议", "content": "内容", "actors": w.people(),
		"startDate": day.Add(time.Duration(from) * time.Hour).UnixMilli(), "endDate": day.Add(time.Duration(to) * time.Hour).UnixMilli(),
	}
	maps.Copy(params, more)
	return w.call("meeting.create", params).(map[string]any)
}

// inRoom is for meet.
func (w *world) inRoom(i int) map[string]any { return map[string]any{"roomId": w.team.Rooms[i].ID} }

// series makes a series of daily meetings, and returns its ids.
func (w *world) series(day time.Time) []any {
	w.t.Helper()
	return w.call("meeting.repeatMeeting", map[string]any{
		"openid": w.team.Me, "title": "测试会议", "startDate": day.Add(9 * time.Hour).UnixMilli(), "endDate": day.Add(10 * time.Hour).UnixMilli(),
		"repeat": 2, "repeatEndDate": day.AddDate(0, 0, 5).UnixMilli(),
	}).(map[string]any)["meetingIds"].([]any)
}

func sourceDay(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.FixedZone("Asia/Shanghai", 8*60*60))
}

// sourceCase is what an example needs in order to mean something: a day, and real ids for the placeholders.
type sourceCase struct {
	clock time.Time
	// prepare makes what the example speaks of, and returns the values for its placeholders.
	prepare func(w *world) map[string]any
}

// sourceCases are the calls of the document, each with the table that replaces its placeholders.
var sourceCases = map[string]sourceCase{
	"meeting.create": {sourceDay(2018, 4, 3), func(w *world) map[string]any {
		return map[string]any{"openid": w.team.Me, "actors": w.people(), "roomId": w.team.Rooms[0].ID, "type": "sign"}
	}},
	"meeting.modify": {sourceDay(2018, 4, 3), func(w *world) map[string]any {
		made := w.meet(sourceDay(2018, 4, 3), 9, 10, nil)
		return map[string]any{"id": made["meetingId"], "openid": w.team.Me, "roomId": w.team.Rooms[0].ID,
			"actors": w.people(), "addActors": w.people(), "delActors": w.people()[1:]}
	}},
	"meeting.cancel": {sourceDay(2018, 6, 27), func(w *world) map[string]any {
		return map[string]any{"id": w.meet(sourceDay(2018, 6, 27), 9, 10, w.inRoom(0))["meetingId"], "openid": w.team.Me}
	}},
	"meeting.repeatMeeting": {sourceDay(2018, 6, 26), func(w *world) map[string]any {
		return map[string]any{"openid": w.team.Me, "actors": w.people()}
	}},
	"meeting.batchModify": {sourceDay(2018, 6, 26), func(w *world) map[string]any {
		ids := w.series(sourceDay(2018, 6, 26))
		return map[string]any{"id": ids[1], "batchId": ids[0], "openid": w.team.Me,
			"actors": w.people(), "addActors": w.people(), "delActors": w.people()[1:]}
	}},
	"meeting.batchCancel": {sourceDay(2018, 6, 26), func(w *world) map[string]any {
		ids := w.series(sourceDay(2018, 6, 26))
		return map[string]any{"id": ids[1], "batchId": ids[0], "openid": w.team.Me}
	}},
	"meeting.queryByDay": {sourceDay(2018, 8, 6), func(w *world) map[string]any { // the example's is in a room, a signed one, and over
		w.meet(sourceDay(2018, 8, 6), 9, 10, map[string]any{"roomId": w.team.Rooms[0].ID, "type": "sign", "meetingPlace": "三楼", "noticeTime": 0})
		w.host.Clock.Set(sourceDay(2018, 8, 6).Add(20 * time.Hour))
		return nil
	}},
	"roomBook.hasNew":   {sourceDay(2018, 9, 28).Add(8 * time.Hour), bookings},
	"roomBook.bookInfo": {sourceDay(2018, 9, 28).Add(8 * time.Hour), bookings},
	"roomBook.freeRooms": {sourceDay(2018, 9, 28), func(w *world) map[string]any {
		return map[string]any{"openId": w.team.Me}
	}},
	"roomBook.getActors": {sourceDay(2018, 9, 28), func(w *world) map[string]any {
		w.meet(sourceDay(2018, 9, 28), 9, 10, w.inRoom(0))
		added := w.call("roomBook.bookInfo", map[string]any{"eid": w.team.EID}).(map[string]any)["add"].([]any)
		return map[string]any{"orderId": added[0].(map[string]any)["orderId"]}
	}},
}

// bookings are one in a room whose place nobody knows, and a cancelled one in a room whose place is known, as in the example.
func bookings(w *world) map[string]any {
	w.meet(sourceDay(2018, 9, 29), 14, 16, w.inRoom(1))
	gone := w.meet(sourceDay(2018, 9, 28), 16, 17, w.inRoom(0))
	w.call("meeting.cancel", map[string]any{"id": gone["meetingId"], "openid": w.team.Me})
	return map[string]any{"eid": w.team.EID}
}

// example is a document's request, its placeholders replaced, in the world where it happens.
func example(t *testing.T, enter func(*testing.T, time.Time) *world, e *endpoint) (*world, map[string]any) {
	t.Helper()
	c, known := sourceCases[e.name()]
	require.True(t, known, "no case for %s", e.path)
	w := enter(t, c.clock)
	request := maps.Clone(e.request)
	for field, value := range c.prepare(w) {
		require.Contains(t, request, field, "the table replaces what the example has not")
		request[field] = value
	}
	return w, request
}

// TestSourceExamples sends every example of the document, by every door; the answer has exactly the keys and types of the
// document's, and the call log shows the call, with no field ignored.
func TestSourceExamples(t *testing.T) {
	all := readSource(t)
	eachDoor(t, func(t *testing.T, enter func(*testing.T, time.Time) *world) {
		for _, e := range all {
			t.Run(e.name(), func(t *testing.T) {
				w, request := example(t, enter, e)
				sameShape(t, e.name(), e.answer, w.try(t, e.name(), request))
				calls := w.host.Log.After(0, e.name())
				require.NotEmpty(t, calls)
				last := calls[len(calls)-1]
				require.Empty(t, last.Ignored)
				sent, err := json.Marshal(request)
				require.NoError(t, err)
				require.JSONEq(t, string(sent), string(last.Params))
				require.Contains(t, string(last.Result), `{"success":true,"errorCode":0,"error":`)
			})
		}
	})
}

// TestBothDoorsAnswerAlike: what one door changed, both tell, in the same envelope.
func TestBothDoorsAnswerAlike(t *testing.T) {
	w := enterHTTP(t, sourceDay(2018, 9, 28).Add(8*time.Hour))
	bookings(w)
	for _, profile := range bridge.Phones() {
		w.host.Profile = profile
		page, err := headless.New(t.Context(), w.host, headless.Options{})
		require.NoError(t, err)
		for name, params := range map[string]string{
			"meeting.queryByDay": `{"day":1538115600000}`,
			"roomBook.bookInfo":  `{"eid":"` + w.team.EID + `","lastTime":"1"}`,
			"roomBook.freeRooms": `{"openId":"` + w.team.Me + `","startTime":1538202600000,"endTime":1538209800000}`,
			"meeting.cancel":     `{"id":"5b86ed2fbeb7cc35af769eb8","openid":"` + w.team.Me + `"}`, // there is none
		} {
			got, err := page.Eval(t.Context(), fmt.Sprintf(`return new Promise((success) => qing.call(%q, {...%s, success}))`, name, params))
			require.NoError(t, err)
			require.JSONEq(t, w.door(t, w, name, params), got, "%s, %s", name, profile.Name)
		}
		require.NoError(t, page.Close())
	}
}

// TestSourceTypes: a value of another type than the document's is refused at every door, and the refusal names the field.
func TestSourceTypes(t *testing.T) {
	all := readSource(t)
	wrong := map[string]any{"String": 7, "Long": "soon", "long": "soon", "int": 1.5, "集合": "x", "boolean": "yes"}
	eachDoor(t, func(t *testing.T, enter func(*testing.T, time.Time) *world) {
		for _, e := range all {
			w, request := example(t, enter, e)
			for field, kind := range typesOf(e) {
				t.Run(e.name()+"/"+field, func(t *testing.T) {
					require.Contains(t, wrong, kind)
					bad := maps.Clone(request)
					bad[field] = wrong[kind]
					answer := w.try(t, e.name(), bad)
					require.Equal(t, json.Number(bridge.BadParams), answer["errorCode"], answer["error"])
					require.Contains(t, answer["error"], field)
				})
			}
		}
	})
}

// typesOf is the call's table, with what only its example shows: the roomBook family has no tables.
func typesOf(e *endpoint) map[string]string {
	types := maps.Clone(e.params)
	for field, value := range e.request {
		if _, is := types[field]; is {
			continue
		}
		types[field] = "String"
		if _, number := value.(json.Number); number || field == "lastTime" {
			types[field] = "Long"
		}
	}
	return types
}

// TestSourceComplete: every call and field of the document is there.
func TestSourceComplete(t *testing.T) {
	all := readSource(t)
	w := newWorld(t, sourceDay(2018, 4, 3))
	apis := map[string]bridge.API{}
	for _, api := range w.areas.Meeting.APIs() {
		apis[api.Route.Path] = api
	}
	require.Len(t, all, 11)
	require.Len(t, apis, len(sourceCases))
	for _, e := range all {
		t.Run(e.name(), func(t *testing.T) {
			require.Contains(t, apis, e.path)
			api := apis[e.path]
			require.Equal(t, e.name(), api.Name)
			require.True(t, slices.ContainsFunc(w.host.APIs(), func(a bridge.API) bool { return a.Name == api.Name }), "a page can call it")
			roomBook := strings.Contains(e.path, "roomBook")
			require.Equal(t, roomBook, api.Route.EmptyError)
			require.Equal(t, roomBook, slices.Contains(api.Route.Aliases, strings.Replace(e.path, "/api/roomBook/", "/roombook/api/", 1)))
			require.NotNil(t, e.request)
			require.NotNil(t, e.answer)
			if !roomBook {
				require.NotEmpty(t, e.params, "its table was not found")
			}
			require.Subset(t, fieldsOf(api.Params), slices.Collect(maps.Keys(typesOf(e))))
			var want []string
			for data, again := e.answer["data"], true; again; {
				switch d := data.(type) {
				case []any:
					data = d[0]
				case map[string]any:
					want, again = slices.Collect(maps.Keys(d)), false
				default:
					again = false
				}
			}
			if len(e.results) > 0 {
				require.ElementsMatch(t, slices.Collect(maps.Keys(e.results)), want, "the table and the example differ")
			}
			require.Subset(t, fieldsOf(api.Result), want)
		})
	}
}

// fieldsOf returns the JSON names of a struct, or of what a list or pointer leads to.
func fieldsOf(t reflect.Type) (names []string) {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	for _, field := range bridge.Fields(t) {
		names = append(names, field.Name)
	}
	return names
}
