package bridge_test

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

func TestLogRecordsACall(t *testing.T) {
	clock := bridge.NewClockAt(noon)
	h := bridge.NewHost(echo(), does("slow", func(context.Context) { clock.Advance(1500 * time.Millisecond) }))
	h.Clock = clock
	var seen []bridge.CallState // under the log's mutex
	h.Log.Observe(func(r bridge.CallRecord) { seen = append(seen, r.State) })
	p := open(t, h)
	p.answered(p.call("slow", ""))
	p.answered(p.call("echo", `{"text":"a"}`))
	want := `[
		{"id":1,"page":"p1","method":"slow","params":null,"result":{"success":"true","error":"","errorCode":"0","data":{}},
			"state":"done","at":1522756800000,"took":1500},
		{"id":2,"page":"p1","method":"echo","params":{"text":"a"},
			"result":{"success":"true","error":"","errorCode":"0","data":{"text":"a"}},"state":"done","at":1522756801500,"took":0}]`
	assert.JSONEq(t, want, string(encode(t, h.Log.After(0, ""))))
	assert.Equal(t, []bridge.CallState{bridge.CallOpen, bridge.CallDone, bridge.CallOpen, bridge.CallDone}, seen)
}

// ownName reads itself, and says no field's name.
type ownName struct{ name string }

func (n *ownName) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, &n.name) }

func TestLogNamesWhatIsIgnored(t *testing.T) {
	h := bridge.NewHost(echo(), does("act", func(context.Context) {}),
		bridge.Define("list", "a test", func(context.Context, []string) (none, error) { return none{}, nil }),
		bridge.Define("own", "a test", func(context.Context, ownName) (none, error) { return none{}, nil }))
	p := open(t, h)
	for _, test := range []struct {
		method, params string
		ignored        []string
	}{
		{"echo", `{"text":"a"}`, nil},
		{"echo", `{"TEXT":"a", "texte":{"x":["y"]}, "备注\"":1}`, []string{"texte", `备注"`}},
		{"act", `{"a":1}`, []string{"a"}},
		{"act", "", nil},
		{"act", `["a"]`, nil},
		{"list", `["a"]`, nil},
		{"own", `{"a":1}`, nil},
		{"unheard of", `{"a":1}`, nil},
	} {
		p.call(test.method, test.params)
		p.next()
		assert.Equal(t, test.ignored, lastCall(t, h, test.method).Ignored, "%s %s", test.method, test.params)
	}
	assert.Contains(t, string(encode(t, lastCall(t, h, "act"))), `"params":["a"]`)
	assert.NotContains(t, string(encode(t, lastCall(t, h, "act"))), "ignored")
}

func TestLogAdd(t *testing.T) {
	l := &bridge.Log{}
	var seen []uint64
	l.Observe(func(r bridge.CallRecord) { seen = append(seen, r.ID) })
	l.Add(bridge.CallRecord{Page: bridge.OverHTTP, Method: "meeting.create", State: bridge.CallDone, At: 5, Ignored: []string{"颜色"}})
	l.Add(bridge.CallRecord{ID: 1, Method: "meeting.create"})
	assert.Equal(t, []uint64{1, 2}, seen)
	assert.JSONEq(t, `{"id":1,"page":"http","method":"meeting.create","params":null,"result":null,"state":"done","at":5,"took":0,"ignored":["颜色"]}`,
		string(encode(t, l.After(0, "")[0])))
	for range 10 {
		l.Add(bridge.CallRecord{Result: json.RawMessage(strconv.Quote(strings.Repeat("x", 10<<20)))})
	}
	assert.Len(t, l.After(0, ""), 6, "as many as 64 MiB hold")
}

func TestLogAfterAndClear(t *testing.T) {
	h := bridge.NewHost(echo(), does("act", func(context.Context) {}))
	p := open(t, h)
	for _, method := range []string{"echo", "act", "echo"} {
		p.answered(p.call(method, "{}"))
	}
	ids := func(after uint64, method string) []uint64 {
		found := []uint64{}
		for _, r := range h.Log.After(after, method) {
			found = append(found, r.ID)
		}
		return found
	}
	assert.Equal(t, []uint64{1, 2, 3}, ids(0, ""))
	assert.Equal(t, []uint64{1, 3}, ids(0, "echo"))
	assert.Equal(t, []uint64{3}, ids(2, ""))
	assert.Empty(t, ids(0, "other"))
	assert.JSONEq(t, "[]", string(encode(t, h.Log.After(99, ""))))
	h.Log.Clear()
	assert.Empty(t, ids(0, ""))
	p.answered(p.call("echo", "{}"))
	assert.Equal(t, []uint64{4}, ids(0, ""), "ids go on")
}

func TestLogKeepsTheLastTenThousand(t *testing.T) {
	const calls = 10_010
	h := bridge.NewHost(echo())
	p := open(t, h)
	for range calls {
		p.call("echo", "{}")
	}
	for range calls {
		p.next()
	}
	all := h.Log.After(0, "")
	require.Len(t, all, 10_000)
	assert.EqualValues(t, 11, all[0].ID)
	assert.EqualValues(t, calls, all[len(all)-1].ID)
}

func TestLogKeepsSoManyBytes(t *testing.T) {
	const mib = 1 << 20
	big := strconv.Quote(strings.Repeat("y", 4*mib))
	h := bridge.NewHost(bridge.Define("big", "a test", func(context.Context, none) (json.RawMessage, error) {
		return json.RawMessage(big), nil
	}))
	p := open(t, h)
	for range 5 {
		p.call("big", "")
		p.next()
		for range 2 {
			p.call("unheard of", big) // nothing decodes it, which would take its time
			p.next()
		}
	}
	size := func() (size int) {
		for _, r := range h.Log.After(0, "") {
			size += len(r.Params) + len(r.Result)
		}
		return size
	}
	assert.EqualValues(t, 1, h.Log.After(0, "")[0].ID)
	p.call("unheard of", big)
	p.next()
	assert.LessOrEqual(t, size(), 64*mib)
	assert.Greater(t, size(), 56*mib)
	assert.EqualValues(t, 16, lastCall(t, h, "").ID)
	assert.EqualValues(t, 2, h.Log.After(0, "")[0].ID, "the oldest goes")
}

// The call that is being logged stays, however large.
func TestLogKeepsOneOfAnySize(t *testing.T) {
	h := bridge.NewHost(does("act", func(context.Context) {}))
	p := open(t, h)
	p.answered(p.call("act", "{}"))
	p.call("unheard of", strconv.Quote(strings.Repeat("x", 65<<20)))
	p.next()
	assert.Len(t, h.Log.After(0, ""), 1)
	assert.EqualValues(t, 2, lastCall(t, h, "").ID)
	p.answered(p.call("act", "{}"))
	assert.Len(t, h.Log.After(0, ""), 1)
	assert.EqualValues(t, 3, lastCall(t, h, "").ID)
}
