package bridge_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// visit serves a page and returns it as its functions see it.
func visit(t *testing.T) (*fakePage, bridge.Page) {
	t.Helper()
	seen := make(chan bridge.Page, 1)
	p := open(t, bridge.NewHost(bridge.DefineOnPage("visit", "a test", func(_ context.Context, page bridge.Page, _ none) (none, error) {
		select {
		case seen <- page:
		default:
		}
		return none{}, nil
	})))
	p.answered(p.call("visit", ""))
	return p, receive(t, seen)
}

func TestCoverTellsTheFirstAndTheLast(t *testing.T) {
	p, page := visit(t)
	tells := func(event string) {
		t.Helper()
		m := p.next()
		assert.Equal(t, event, m.Method)
		assert.Zero(t, m.ID)
		assert.JSONEq(t, "{}", string(m.Params))
	}
	first := page.Cover()
	tells("disappear")
	second := page.Cover()
	first()
	first() // only once
	second()
	tells("appear")
	again := page.Cover()
	tells("disappear")
	again()
	tells("appear")
	p.answered(p.call("visit", "")) // and nothing else was said
}

func TestEmit(t *testing.T) {
	h := bridge.NewHost()
	first, second := open(t, h), open(t, h)
	require.NoError(t, h.Emit(t.Context(), "", "appear", map[string]int{"n": 1}))
	for _, p := range []*fakePage{first, second} {
		m := p.next()
		assert.Equal(t, "appear", m.Method)
		assert.JSONEq(t, `{"n":1}`, string(m.Params))
	}
	require.NoError(t, h.Emit(t.Context(), "p2", "only", nil))
	require.NoError(t, h.Emit(t.Context(), "p1", "other", nil))
	assert.Equal(t, "other", first.next().Method)
	assert.Equal(t, "only", second.next().Method)
	assert.Equal(t, bridge.PageGone, bridge.Coded(h.Emit(t.Context(), "p9", "appear", nil)).Code)
	assert.Equal(t, bridge.BadParams, bridge.Coded(h.Emit(t.Context(), "", "appear", make(chan int))).Code)
}

// A page that has closed its connection, and whose goroutines still wind up, keeps no other from hearing an event.
func TestEmitPassesOverAPageThatIsLeaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		h := bridge.NewHost(does("linger", func(context.Context) { <-release }, bridge.Waits))
		leaving, staying := open(t, h), open(t, h)
		leaving.call("linger", "")
		synctest.Wait()
		require.NoError(t, leaving.conn.Close())
		assert.NoError(t, h.Emit(t.Context(), "", "appear", nil))
		assert.Equal(t, "appear", staying.next().Method)
		close(release)
	})
}

func TestStateTellsOfEveryPage(t *testing.T) {
	var page bridge.Page
	h := bridge.NewHost(picks(), bridge.DefineOnPage("visit", "a test", func(_ context.Context, p bridge.Page, _ none) (none, error) {
		page = p
		return none{}, nil
	}))
	h.Profile, _ = bridge.ProfileNamed("android")
	assert.JSONEq(t, `[]`, string(encode(t, h.State())))
	p := open(t, h)
	p.write(bridge.Message{Method: "$/hello", Params: json.RawMessage(`{"url":"http://127.0.0.1/","title":"文档"}`)})
	p.answered(p.call("visit", ""))
	assert.JSONEq(t, `[{"id":"p1","url":"http://127.0.0.1/","title":"文档","profile":"android","view":null,"meeting":null}]`,
		string(encode(t, h.State())))
	assert.Equal(t, "p1", page.ID())
	assert.Equal(t, "android", page.Profile().Name)
	page.Set("title", "标题")
	page.Set("meeting", map[string]string{"id": "m1"})
	p.call("pick", "")
	p.asked("view.picker")
	assert.JSONEq(t, `[{"id":"p1","url":"http://127.0.0.1/","title":"标题","profile":"android","view":"picker","meeting":{"id":"m1"}}]`,
		string(encode(t, h.State())))
	p.write(bridge.Message{Method: "$/hello", Params: json.RawMessage(`"malformed"`)})
	p.answered(p.call("visit", ""))
	assert.Equal(t, "http://127.0.0.1/", h.State()[0].URL)
	open(t, h)
	assert.Equal(t, "p2", h.State()[1].ID)
	p.leave()
	assert.Equal(t, "p2", h.State()[0].ID)
}

func TestResetEndsWhatThePageStarted(t *testing.T) {
	background := make(chan error, 1)
	h := bridge.NewHost(picks(), echo(), does("wait", func(ctx context.Context) { <-ctx.Done() }, bridge.Waits),
		bridge.DefineOnPage("start", "a test", func(_ context.Context, p bridge.Page, _ none) (none, error) {
			p.Set("meeting", "running")
			p.Go(func(ctx context.Context) {
				<-ctx.Done()
				background <- ctx.Err()
			})
			p.Go(func(context.Context) { panic("in the background") })
			return none{}, nil
		}))
	l := listen(h)
	p := open(t, h)
	p.answered(p.call("start", ""))
	wait, pick := p.call("wait", ""), p.call("pick", "")
	ask := p.asked("view.picker")
	h.Reset()
	assert.ErrorIs(t, receive(t, background), context.Canceled)
	assert.Contains(t, l.String(), "in the background")
	heard := map[string]bridge.Message{}
	for range 3 {
		m := p.next()
		heard[string(encode(t, []any{m.Method, m.ID}))] = m
	}
	assert.JSONEq(t, string(encode(t, map[string]uint64{"id": ask})), string(heard[`["$/cancel",0]`].Params))
	for _, id := range []uint64{wait, pick} {
		m := heard[string(encode(t, []any{"", id}))]
		require.NotNil(t, m.Error, "%v", heard)
		assert.Equal(t, bridge.HostGone, m.Error.Code)
	}
	assert.Empty(t, h.Log.After(0, ""))
	assert.Nil(t, h.State()[0].Meeting)
	assert.Empty(t, viewOf(h))
	p.answered(p.call("echo", "{}"))
	assert.Len(t, h.Log.After(0, ""), 1)
}

// A call that stands in the queue when the host is reset is not begun afterwards.
func TestResetEmptiesTheQueue(t *testing.T) {
	began := make(chan struct{})
	h := bridge.NewHost(does("block", func(ctx context.Context) {
		close(began)
		<-ctx.Done()
	}), does("later", func(context.Context) { t.Error("begun after the reset") }))
	p := open(t, h)
	p.call("block", "")
	p.call("later", "")
	p.call("unheard of", "") // answered at once: what came before it stands in the queue
	require.Equal(t, "$/unanswered", p.next().Method)
	receive(t, began)
	h.Reset()
	var ids []uint64 // in either order
	for range 2 {
		m := p.next()
		ids = append(ids, m.ID)
		assert.Equal(t, bridge.HostGone, m.Error.Code)
	}
	assert.ElementsMatch(t, []uint64{1, 2}, ids)
}

func TestPageLeavesMidCall(t *testing.T) {
	h := bridge.NewHost(picks())
	p := open(t, h)
	p.call("pick", "")
	p.asked("view.picker")
	p.leave()
	assert.Equal(t, bridge.CallCancelled, lastCall(t, h, "pick").State)
	assert.Equal(t, bridge.NoView, bridge.Coded(h.Answer("", "picker", json.RawMessage("{}"))).Code)
}

func TestGoAfterThePageHasLeft(t *testing.T) {
	p, page := visit(t)
	p.leave()
	page.Go(func(context.Context) { t.Error("it runs") })
	page.Cover()()
	assert.Error(t, page.Emit(t.Context(), "appear", nil))
}
