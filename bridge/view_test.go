package bridge_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// picked is the answer of the view "view.picker"; one person may not be picked.
type picked struct {
	People []string `json:"people"`
	Note   string   `json:"note"`
}

func (p *picked) Check() error {
	for _, one := range p.People {
		if one == "stranger" {
			return bridge.Errorf("4004", "没有 %s 这个人", one)
		}
	}
	return nil
}

// picks is an API that asks for the picker.
func picks() bridge.API {
	return bridge.DefineOnPage("pick", "asks for people", func(ctx context.Context, page bridge.Page, _ none) (picked, error) {
		got := picked{Note: "before"}
		err := page.Call(ctx, "view.picker", map[string]bool{"multi": true}, &got)
		return got, err
	}, bridge.Waits)
}

func viewOf(h *bridge.Host) string {
	if s := h.State(); len(s) > 0 && s[0].View != nil {
		return *s[0].View
	}
	return ""
}

func TestViewAnsweredByThePage(t *testing.T) {
	h := bridge.NewHost(picks())
	p := open(t, h)
	call := p.call("pick", "")
	m := p.next()
	assert.Equal(t, "view.picker", m.Method)
	assert.JSONEq(t, `{"multi":true}`, string(m.Params))
	assert.Equal(t, "picker", viewOf(h))
	p.write(bridge.Message{ID: m.ID, Result: json.RawMessage(`{"people":["a"]}`)})
	assert.JSONEq(t, `{"people":["a"],"note":"before"}`, string(p.answered(call).Data))
	assert.Empty(t, viewOf(h))
}

func TestViewAnsweredBadlyByThePage(t *testing.T) {
	for name, test := range map[string]struct {
		answer bridge.Message
		code   bridge.Code
	}{
		"wrong type":    {bridge.Message{Result: json.RawMessage(`{"people":"a"}`)}, bridge.NoView},
		"unknown field": {bridge.Message{Result: json.RawMessage(`{"persons":["a"]}`)}, bridge.NoView},
		"does not fit":  {bridge.Message{Result: json.RawMessage(`{"people":["stranger"]}`)}, "4004"},
		"an error":      {bridge.Message{Error: bridge.Errorf(bridge.Failed, "取消选人")}, bridge.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			h := bridge.NewHost(picks())
			p := open(t, h)
			call := p.call("pick", "")
			test.answer.ID = p.asked("view.picker")
			p.write(test.answer)
			assert.Equal(t, test.code, p.answered(call).ErrorCode)
			assert.Empty(t, viewOf(h))
		})
	}
}

func TestViewAnsweredByTheHost(t *testing.T) {
	h := bridge.NewHost(picks())
	p := open(t, h)
	assert.Equal(t, bridge.NoView, bridge.Coded(h.Answer("", "picker", json.RawMessage("{}"))).Code, "not open")
	call := p.call("pick", "")
	ask := p.asked("view.picker")
	for answer, code := range map[string]bridge.Code{
		`{"people":["stranger"],"note":"refused"}`: "4004",
		`{"persons":["a"]}`:                        bridge.NoView,
		`{"people":7}`:                             bridge.NoView,
		`{`:                                        bridge.NoView,
	} {
		assert.Equal(t, code, bridge.Coded(h.Answer("", "picker", json.RawMessage(answer))).Code, answer)
		assert.Equal(t, "picker", viewOf(h), "a refused answer leaves it open")
	}
	assert.Equal(t, bridge.NoView, bridge.Coded(h.Answer("p99", "picker", json.RawMessage("{}"))).Code, "another page")
	assert.Equal(t, bridge.NoView, bridge.Coded(h.Answer("", "toast", json.RawMessage("{}"))).Code, "another view")
	require.NoError(t, h.Answer("p1", "picker", json.RawMessage(`{"people":["b"]}`)))
	p.putsAway(ask)
	assert.JSONEq(t, `{"people":["b"],"note":"before"}`, string(p.answered(call).Data), "traces of a refused answer")
	p.write(bridge.Message{ID: ask, Result: json.RawMessage(`{"people":["late"]}`)}) // crossed with the host's
	assert.Equal(t, bridge.NoView, bridge.Coded(h.Answer("", "picker", json.RawMessage("{}"))).Code, "answered already")
}

// Without a page's id the answer goes to the view that opened last, wherever that is.
func TestAnswerGoesToTheLastView(t *testing.T) {
	h := bridge.NewHost(picks())
	first, second := open(t, h), open(t, h)
	for _, p := range []*fakePage{second, first, first} {
		p.call("pick", "")
		p.asked("view.picker")
	}
	answer := func(page, name string) {
		require.NoError(t, h.Answer(page, "picker", encode(t, picked{People: []string{name}})))
	}
	answer("", "newest")
	first.putsAway(2)
	assert.Contains(t, string(first.answered(2).Data), "newest")
	answer("p2", "by its page")
	second.putsAway(1)
	assert.Contains(t, string(second.answered(1).Data), "by its page")
	answer("", "oldest")
	first.putsAway(1)
	assert.Contains(t, string(first.answered(1).Data), "oldest")
}

// script is a Script that a test writes down.
type script struct {
	rules   map[string]bridge.Rule
	answers map[string]bridge.Answer
}

func (s script) Rule(method string) bridge.Rule { return s.rules[method] }
func (s script) Answer(view string) (bridge.Answer, bool) {
	a, is := s.answers[view]
	return a, is
}

func TestViewAnsweredByTheScript(t *testing.T) {
	h := bridge.NewHost(picks())
	h.Clock = bridge.NewClockAt(noon)
	p := open(t, h)
	says := func(after time.Duration, answer string) {
		h.SetScript(script{answers: map[string]bridge.Answer{"view.picker": {Value: json.RawMessage(answer), After: after}}})
	}
	says(0, `{"people":["at once"]}`)
	assert.Contains(t, string(p.answered(p.call("pick", "")).Data), "at once", "without showing it")
	says(0, `{"persons":[]}`)
	assert.Equal(t, bridge.NoView, p.answered(p.call("pick", "")).ErrorCode)

	says(time.Second, `{"people":["later"]}`)
	call := p.call("pick", "")
	ask := p.asked("view.picker")
	h.Clock.Advance(time.Second)
	p.putsAway(ask)
	assert.Contains(t, string(p.answered(call).Data), "later")

	says(time.Second, `{"people":["stranger"]}`)
	call = p.call("pick", "")
	ask = p.asked("view.picker")
	h.Clock.Advance(time.Second)
	p.putsAway(ask)
	assert.EqualValues(t, "4004", p.answered(call).ErrorCode)

	says(time.Second, `{"people":["too late"]}`)
	call = p.call("pick", "")
	p.write(bridge.Message{ID: p.asked("view.picker"), Result: json.RawMessage(`{"people":["a person"]}`)})
	assert.Contains(t, string(p.answered(call).Data), "a person")
	h.Clock.Advance(time.Second)

	h.SetScript(nil)
	call = p.call("pick", "")
	p.write(bridge.Message{ID: p.asked("view.picker"), Result: json.RawMessage(`{"people":["again"]}`)})
	assert.Contains(t, string(p.answered(call).Data), "again")
}

func TestViewIsPutAwayWhenItsContextEnds(t *testing.T) {
	asking, cancel := context.WithCancel(t.Context())
	h := bridge.NewHost(bridge.DefineOnPage("ask", "a test", func(ctx context.Context, page bridge.Page, _ none) (string, error) {
		ctx, stop := context.WithCancel(ctx)
		defer context.AfterFunc(asking, stop)()
		var got picked
		return "", page.Call(ctx, "view.picker", none{}, &got)
	}, bridge.Waits))
	p := open(t, h)
	call := p.call("ask", "")
	ask := p.asked("view.picker")
	cancel()
	p.putsAway(ask)
	assert.Equal(t, bridge.PageGone, p.answered(call).ErrorCode)
	assert.Empty(t, viewOf(h))
	assert.Equal(t, bridge.NoView, bridge.Coded(h.Answer("", "picker", json.RawMessage("{}"))).Code)
}

// However the two cross, an answer that the host took has arrived, and one that came too late is refused.
func TestAnswerCrossesWithTheEnd(t *testing.T) {
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			outcome := make(chan error, 1)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			h := bridge.NewHost(bridge.DefineOnPage("ask", "a test", func(_ context.Context, page bridge.Page, _ none) (none, error) {
				var got picked
				outcome <- page.Call(ctx, "view.picker", none{}, &got)
				return none{}, nil
			}, bridge.Waits))
			p := open(t, h)
			p.call("ask", "")
			p.asked("view.picker")
			go cancel()
			took := h.Answer("", "picker", json.RawMessage("{}"))
			assert.Equal(t, took == nil, <-outcome == nil)
		})
	}
}

func TestViewParametersThatDoNotEncode(t *testing.T) {
	h := bridge.NewHost(bridge.DefineOnPage("ask", "a test", func(ctx context.Context, page bridge.Page, _ none) (none, error) {
		return none{}, page.Call(ctx, "view.picker", make(chan int), &none{})
	}))
	p := open(t, h)
	assert.Equal(t, bridge.Internal, p.answered(p.call("ask", "")).ErrorCode)
	assert.Empty(t, viewOf(h))
}
