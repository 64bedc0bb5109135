package meeting

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// endpoint is what the source document says of one call.
type endpoint struct {
	path    string
	params  map[string]string // its table: field → type
	results map[string]string // the table below 返回结果示例, which queryByDay alone has
	request map[string]any    // the example
	answer  map[string]any
}

func (e *endpoint) name() string { return e.path[strings.LastIndex(e.path, "/")+1:] }

var (
	headLine = regexp.MustCompile(`^(?:http://yunzhijia\.com|URL: )(/(?:gateway/cloudwork/meeting|api/roomBook/third)/\w+)`)
	rowLine  = regexp.MustCompile(`^\| (\w+) \| (\pL+) \|`) // the heads are Chinese
)

// sourceRepairs make JSON of the document's examples, whose comments have been stripped.
var sourceRepairs = []struct {
	name    string
	pattern *regexp.Regexp
	by      string
}{
	{`"..." stands for more of the same`, regexp.MustCompile(`\.\.\.`), ``},
	{"a comma is missing between two lines", regexp.MustCompile(`(["\d\]}]|true|false|null)(\s*\n\s*")`), `$1,$2`},
	{"a comma stands after the last", regexp.MustCompile(`,(\s*[}\]])`), `$1`},
}

// sourceDocument returns the vendor's document, which is not ours to publish: it is read where the project is built, in
// shared/seed beside the checkout.
func sourceDocument(t *testing.T) string {
	t.Helper()
	above, err := os.Getwd()
	require.NoError(t, err)
	for above != filepath.Dir(above) {
		above = filepath.Dir(above)
		found, err := filepath.Glob(filepath.Join(above, "shared", "seed", "*.txt"))
		require.NoError(t, err)
		if len(found) > 0 {
			text, err := os.ReadFile(found[0])
			require.NoError(t, err)
			return string(text)
		}
	}
	t.Skip("the vendor's document is not here: shared/seed/*.txt beside the checkout")
	return ""
}

// readSource returns the calls in the vendor's document, in its order.
func readSource(t *testing.T) []*endpoint {
	t.Helper()
	server, _, found := strings.Cut(sourceDocument(t), "\n调用代码:") // from there on it is about calls of the client
	require.True(t, found)
	var all []*endpoint
	var e *endpoint
	var table map[string]string
	var example strings.Builder
	for line := range strings.Lines(server) {
		if head := headLine.FindStringSubmatch(line); head != nil {
			e = &endpoint{path: head[1], params: map[string]string{}, results: map[string]string{}}
			all, table = append(all, e), e.params
			continue
		}
		if e == nil {
			continue
		}
		if row := rowLine.FindStringSubmatch(line); row != nil {
			table[row[1]] = row[2]
		}
		if strings.HasPrefix(line, "返回") {
			table = e.results
		}
		bare := withoutComment(line)
		if example.Len() == 0 && strings.TrimSpace(bare) != "{" {
			continue
		}
		example.WriteString(bare)
		if open := example.String(); strings.Count(open, "{") > strings.Count(open, "}") {
			continue
		}
		if e.request == nil {
			e.request = repaired(t, example.String())
		} else {
			require.Nil(t, e.answer, "a third example of %s", e.path)
			e.answer = repaired(t, example.String())
		}
		example.Reset()
	}
	require.Zero(t, example.Len(), "an example has no end: %s", example.String())
	return all
}

// withoutComment returns a line up to a // that is not in a string.
func withoutComment(line string) string {
	quoted := false
	for i := range line {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case !quoted && strings.HasPrefix(line[i:], "//"):
			return line[:i] + "\n"
		}
	}
	return line
}

func repaired(t *testing.T, text string) (example map[string]any) {
	t.Helper()
	for _, r := range sourceRepairs {
		text = r.pattern.ReplaceAllString(text, r.by)
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber() // so that it goes out as it came in
	require.NoError(t, decoder.Decode(&example), text)
	return example
}

// sourceCase is what an example needs in order to mean something: a day, a world, and real ids for the placeholders.
type sourceCase struct {
	clock time.Time
	// prepare makes what the example speaks of, and returns the values for its placeholders.
	prepare func(w world) map[string]any
}

// world is a team with the rooms of the tests, the document's first call still to come.
type world struct {
	*Meetings
	t *testing.T
}

// call makes a call that has to succeed.
func (w world) call(name string, params map[string]any) any {
	w.t.Helper()
	e := w.try(name, params)
	require.Equal(w.t, true, e["success"], "%s: %v", name, e["error"])
	return e["data"]
}

// try makes a call, and returns its envelope.
func (w world) try(name string, params map[string]any) (envelope map[string]any) {
	w.t.Helper()
	body, err := json.Marshal(params)
	require.NoError(w.t, err)
	apis := w.APIs()
	i := slices.IndexFunc(apis, func(a bridge.API) bool { return strings.HasSuffix(a.Name, "."+name) })
	require.GreaterOrEqual(w.t, i, 0, name)
	text, _, cause := apis[i].Serve(w.t.Context(), body)
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	require.NoError(w.t, decoder.Decode(&envelope))
	if envelope["errorCode"] == json.Number(bridge.Internal) {
		w.t.Errorf("%s %s: %v", name, body, cause)
	}
	return envelope
}

// meet makes a meeting in a room from one hour to another of a day; more is laid over it.
func (w world) meet(day time.Time, from, to int, room int, more map[string]any) map[string]any {
	w.t.Helper()
	params := map[string]any{
		"openid": hePeng, "title": "测试会议", "content": "内容", "actors": []string{chenBo, chenLu},
		"startDate": day.Add(time.Duration(from) * time.Hour).UnixMilli(), "endDate": day.Add(time.Duration(to) * time.Hour).UnixMilli(),
	}
	if room >= 0 {
		params["roomId"] = testRooms[room].ID
	}
	maps.Copy(params, more)
	return w.call("create", params).(map[string]any)
}

// orders returns the ids of the bookings, those that hold a room first.
func (w world) orders() (ids []string) {
	w.t.Helper()
	info := w.all(w.t)
	for _, row := range slices.Concat(info.Add, info.Delete) {
		ids = append(ids, row.OrderID)
	}
	return ids
}

// series makes a series of daily meetings, and returns its ids.
func (w world) series(day time.Time) []any {
	w.t.Helper()
	return w.call("repeatMeeting", map[string]any{
		"openid": hePeng, "title": "测试会议", "startDate": day.Add(9 * time.Hour).UnixMilli(), "endDate": day.Add(10 * time.Hour).UnixMilli(),
		"repeat": 2, "repeatEndDate": day.AddDate(0, 0, 5).UnixMilli(),
	}).(map[string]any)["meetingIds"].([]any)
}

func sourceDay(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, roomZone)
}

var people = []string{chenBo, chenLu}

// sourceCases are the calls of the document, each with the table that replaces its placeholders.
var sourceCases = map[string]sourceCase{
	"create": {sourceDay(2018, 4, 3), func(world) map[string]any {
		return map[string]any{"openid": hePeng, "actors": people, "roomId": testRooms[0].ID, "type": "sign"}
	}},
	"modify": {sourceDay(2018, 4, 3), func(w world) map[string]any {
		made := w.meet(sourceDay(2018, 4, 3), 9, 10, -1, nil)
		return map[string]any{"id": made["meetingId"], "openid": hePeng, "roomId": testRooms[0].ID,
			"actors": people, "addActors": people, "delActors": people[1:]}
	}},
	"cancel": {sourceDay(2018, 6, 27), func(w world) map[string]any {
		return map[string]any{"id": w.meet(sourceDay(2018, 6, 27), 9, 10, 0, nil)["meetingId"], "openid": hePeng}
	}},
	"repeatMeeting": {sourceDay(2018, 6, 26), func(world) map[string]any {
		return map[string]any{"openid": hePeng, "actors": people}
	}},
	"batchModify": {sourceDay(2018, 6, 26), func(w world) map[string]any {
		ids := w.series(sourceDay(2018, 6, 26))
		return map[string]any{"id": ids[1], "batchId": ids[0], "openid": hePeng, "actors": people, "addActors": people, "delActors": people[1:]}
	}},
	"batchCancel": {sourceDay(2018, 6, 26), func(w world) map[string]any {
		ids := w.series(sourceDay(2018, 6, 26))
		return map[string]any{"id": ids[1], "batchId": ids[0], "openid": hePeng}
	}},
	"queryByDay": {sourceDay(2018, 8, 6), func(w world) map[string]any { // the example's meeting is in a room, a signed one, and over
		w.meet(sourceDay(2018, 8, 6), 9, 10, 0, map[string]any{"type": "sign", "meetingPlace": "云8会议室", "noticeTime": 0})
		w.clock.Set(sourceDay(2018, 8, 6).Add(20 * time.Hour))
		return nil
	}},
	"hasNew":   {sourceDay(2018, 9, 28).Add(8 * time.Hour), bookings},
	"bookInfo": {sourceDay(2018, 9, 28).Add(8 * time.Hour), bookings},
	"freeRooms": {sourceDay(2018, 9, 28), func(world) map[string]any {
		return map[string]any{"openId": hePeng}
	}},
	"getActors": {sourceDay(2018, 9, 28), func(w world) map[string]any {
		w.meet(sourceDay(2018, 9, 28), 9, 10, 0, nil)
		return map[string]any{"orderId": w.orders()[0]}
	}},
}

// bookings are one in a room whose place nobody knows, and a cancelled one in a room whose place is known, as in the example.
func bookings(w world) map[string]any {
	w.meet(sourceDay(2018, 9, 29), 14, 16, 1, nil)
	gone := w.meet(sourceDay(2018, 9, 28), 16, 17, 0, nil)
	w.call("cancel", map[string]any{"id": gone["meetingId"], "openid": hePeng})
	return map[string]any{"eid": roomEID}
}

// sourceWorld is where an example happens, with the example's request, its placeholders replaced.
func sourceWorld(t *testing.T, e *endpoint) (world, map[string]any) {
	t.Helper()
	c, known := sourceCases[e.name()]
	require.True(t, known, "no case for %s", e.path)
	m, err := New(t.Context(), Deps{
		DB: openStore(t, ":memory:"), Clock: bridge.NewClockAt(c.clock), Zone: roomZone, People: roomTeam, EID: roomEID,
		Rooms:  append(testRooms[:3:3], Room{ID: "5c121cfd7453ed63750a9767", Name: "0冥王星1号", Detail: "啊啊啊啊啊", Note: "小猪佩", Limit: 99999999, Approve: true}),
		Avatar: func(openID, _ string) string { return "http://192.168.22.144/space/c/photo/load?id=" + openID },
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	w := world{m, t}
	request := maps.Clone(e.request)
	for field, value := range c.prepare(w) {
		require.Contains(t, request, field, "the table replaces what the example has not")
		request[field] = value
	}
	return w, request
}

// TestSourceExamples sends every example of the document; the answer has exactly the keys and types of the document's.
func TestSourceExamples(t *testing.T) {
	for _, e := range readSource(t) {
		t.Run(e.name(), func(t *testing.T) {
			w, request := sourceWorld(t, e)
			sameShape(t, e.name(), e.answer, w.try(e.name(), request))
		})
	}
}

// sameShape compares keys and kinds; of a list, each item with the first of the document's.
func sameShape(t *testing.T, at string, want, got any) {
	t.Helper()
	require.IsType(t, want, got, "%s is %v, the document has %v", at, got, want)
	switch want := want.(type) {
	case map[string]any:
		got := got.(map[string]any)
		require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)), at)
		for key := range want {
			sameShape(t, at+"."+key, want[key], got[key])
		}
	case []any:
		got := got.([]any)
		require.NotEmpty(t, got, at)
		got = got[:min(len(got), len(want))] // further ones may have null where the document's have a text
		for i := range got {
			sameShape(t, fmt.Sprintf("%s[%d]", at, i), want[min(i, len(want)-1)], got[i])
		}
	case bool:
		if strings.HasSuffix(at, ".success") || strings.HasSuffix(at, ".hasNew") {
			require.Equal(t, want, got, at)
		}
	case string:
		if strings.HasSuffix(at, ".error") {
			require.Equal(t, want, got, at)
		}
	case json.Number:
		if strings.HasSuffix(at, ".errorCode") {
			require.Equal(t, want, got, at)
		}
		_, err := got.(json.Number).Int64()
		require.NoError(t, err, at)
	}
}

// TestSourceTypes: a value of another type than the document's is refused, and the refusal names the field.
func TestSourceTypes(t *testing.T) {
	wrong := map[string]any{"String": 7, "Long": "soon", "long": "soon", "int": 1.5, "集合": "x", "boolean": "yes"}
	for _, e := range readSource(t) {
		w, request := sourceWorld(t, e)
		params := maps.Clone(e.params)
		for field, value := range e.request {
			if _, is := params[field]; is {
				continue
			}
			params[field] = "String" // the roomBook family has no tables
			if _, number := value.(json.Number); number || field == "lastTime" {
				params[field] = "Long"
			}
		}
		for field, kind := range params {
			t.Run(e.name()+"/"+field, func(t *testing.T) {
				require.Contains(t, wrong, kind)
				bad := maps.Clone(request)
				bad[field] = wrong[kind]
				answer := world{w.Meetings, t}.try(e.name(), bad)
				require.Equal(t, json.Number(bridge.BadParams), answer["errorCode"], answer["error"])
				require.Contains(t, answer["error"], field)
			})
		}
	}
}

// TestSourceComplete: every call and field of the document is there.
func TestSourceComplete(t *testing.T) {
	m := newRoomHost(t)
	apis := map[string]bridge.API{}
	for _, api := range m.APIs() {
		apis[api.Route.Path] = api
	}
	all := readSource(t)
	require.Len(t, all, 11)
	require.Len(t, apis, len(sourceCases))
	for _, e := range all {
		t.Run(e.name(), func(t *testing.T) {
			require.Contains(t, apis, e.path)
			api := apis[e.path]
			require.Equal(t, strings.Contains(e.path, "roomBook"), api.Route.EmptyError)
			require.NotNil(t, e.request)
			require.NotNil(t, e.answer)
			if !api.Route.EmptyError {
				require.NotEmpty(t, e.params, "its table was not found")
			}
			require.Subset(t, fieldsOf(api.Params), slices.Concat(slices.Collect(maps.Keys(e.params)), slices.Collect(maps.Keys(e.request))))
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
	for _, field := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}
