package bridge_test

import (
	"context"
	"encoding/json"
	"io"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

func TestQueuedCallsRunInOrder(t *testing.T) {
	var order []string // written by one goroutine at a time, or -race tells
	h := bridge.NewHost(bridge.Define("note", "a test", func(_ context.Context, s string) (none, error) {
		order = append(order, s)
		return none{}, nil
	}))
	p := open(t, h)
	var want []string
	for i := range 500 {
		want = append(want, strconv.Itoa(i))
		p.call("note", strconv.Quote(want[i]))
	}
	for i := range want {
		p.answered(uint64(i + 1))
	}
	assert.Equal(t, want, order)
}

func TestWaitingCallsStandBesideTheQueue(t *testing.T) {
	release := make(chan struct{})
	h := bridge.NewHost(echo(), does("wait", func(context.Context) { <-release }, bridge.Waits))
	p := open(t, h)
	first, second := p.call("wait", ""), p.call("wait", "")
	p.answered(p.call("echo", "{}"))
	close(release)
	assert.ElementsMatch(t, []uint64{first, second}, []uint64{p.next().ID, p.next().ID})
}

func TestAQueuedCallHoldsUpTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		h := bridge.NewHost(echo(), does("block", func(context.Context) { <-release }))
		p := open(t, h)
		first, second := p.call("block", ""), p.call("echo", "{}")
		synctest.Wait()
		assert.Equal(t, bridge.CallOpen, lastCall(t, h, "echo").State)
		close(release)
		p.answered(first)
		p.answered(second)
	})
}

func TestPanicIsAFailedCall(t *testing.T) {
	for name, opts := range map[string][]bridge.Option{"queued": nil, "waiting": {bridge.Waits}, "silent": {bridge.Silent}} {
		t.Run(name, func(t *testing.T) {
			h := bridge.NewHost(echo(), does("panic", func(context.Context) { panic("the secret") }, opts...))
			l := listen(h)
			p := open(t, h)
			e := p.answered(p.call("panic", ""))
			assert.Equal(t, bridge.Internal, e.ErrorCode)
			assert.NotContains(t, e.Error, "secret")
			assert.Contains(t, l.String(), "the secret")
			assert.Contains(t, l.String(), "host_test.go", "the stack")
			assert.JSONEq(t, `{"text":"on"}`, string(p.answered(p.call("echo", `{"text":"on"}`)).Data))
		})
	}
}

func TestUnknownMethodIsNeverAnswered(t *testing.T) {
	h := bridge.NewHost(echo(), does("createLive", func(context.Context) {}),
		does("createLove", func(context.Context) {}, bridge.Hidden))
	h.Unbuilt = []bridge.API{{Name: "scanQRCode"}}
	p := open(t, h)
	for method, suggestion := range map[string]string{
		"createlive": `"createLive"`, "createLove2": `"createLive"`, "creatLiv": `"createLive"`, "selectPersons": "", "x": "",
	} {
		id := p.call(method, "")
		m := p.next()
		require.Equal(t, "$/unanswered", m.Method)
		assert.Zero(t, m.ID)
		var told struct {
			ID      uint64
			Message string
		}
		require.NoError(t, json.Unmarshal(m.Params, &told))
		assert.Equal(t, id, told.ID)
		assert.Contains(t, told.Message, strconv.Quote(method))
		if suggestion == "" {
			assert.NotContains(t, told.Message, "是否想写")
		} else {
			assert.Contains(t, told.Message, "是否想写 "+suggestion)
		}
		assert.Equal(t, told.Message, lastCall(t, h, method).Note)
		assert.Equal(t, bridge.CallUnanswered, lastCall(t, h, method).State)
		assert.JSONEq(t, "null", string(lastCall(t, h, method).Result))
	}
	p.call("scanQRCode", "")
	assert.Contains(t, string(p.next().Params), "还没有实现", "no typing error of the page")
	p.answered(p.call("echo", "{}"))
}

func TestSilentMethod(t *testing.T) {
	fail := false
	h := bridge.NewHost(bridge.Define("hide", "a test", func(context.Context, none) (string, error) {
		if fail {
			return "", bridge.Errorf(bridge.Failed, "失败")
		}
		return "nobody hears it", nil
	}, bridge.Silent))
	p := open(t, h)
	assert.Equal(t, bridge.Message{ID: p.call("hide", "")}, p.next())
	assert.Equal(t, bridge.CallDone, lastCall(t, h, "hide").State)
	fail = true
	assert.Equal(t, bridge.Failed, p.answered(p.call("hide", "")).ErrorCode)
}

func TestRepeatedReplies(t *testing.T) {
	fail := make(chan bool)
	h := bridge.NewHost(bridge.Define("pop", "a test", func(ctx context.Context, _ none) (none, error) {
		bridge.Reply(ctx, "first")
		bridge.Reply(ctx, "second")
		if <-fail {
			return none{}, bridge.Errorf(bridge.Failed, "失败")
		}
		return none{}, nil
	}, bridge.Repeats, bridge.Waits))
	p := open(t, h)
	for _, failing := range []bool{false, true} {
		id := p.call("pop", "")
		for _, data := range []string{`"first"`, `"second"`} {
			m := p.next()
			assert.Equal(t, id, m.ID)
			assert.True(t, m.More)
			assert.Contains(t, string(m.Result), data)
		}
		r := lastCall(t, h, "pop")
		assert.Equal(t, bridge.CallOpen, r.State)
		assert.Contains(t, string(r.Result), "second")
		fail <- failing
		if failing {
			assert.Equal(t, bridge.Failed, p.answered(id).ErrorCode)
		} else {
			assert.Equal(t, bridge.Message{ID: id}, p.next())
		}
		assert.Equal(t, bridge.CallDone, lastCall(t, h, "pop").State)
	}
}

func TestHiddenMethodIsNotLogged(t *testing.T) {
	h := bridge.NewHost(does("view.news", func(context.Context) {}, bridge.Hidden))
	p := open(t, h)
	p.answered(p.call("view.news", ""))
	assert.Empty(t, h.Log.After(0, ""))
}

func TestCaller(t *testing.T) {
	h := bridge.NewHost(bridge.Define("me", "a test", func(ctx context.Context, _ none) (string, error) { return bridge.Caller(ctx), nil }))
	p := open(t, h)
	assert.JSONEq(t, `""`, string(p.answered(p.call("me", "")).Data))
	h.SetCaller("oid-1")
	assert.JSONEq(t, `"oid-1"`, string(p.answered(p.call("me", "")).Data))
	assert.Empty(t, bridge.Caller(t.Context()))
}

func TestWhatIsNoMessageIsReportedAndPassedOver(t *testing.T) {
	h := bridge.NewHost(echo())
	l := listen(h)
	p := open(t, h)
	require.NoError(t, p.conn.WriteFrame([]byte("rubbish\n{\"id\":1,\"method\":\"echo\"}")))
	m := p.next()
	assert.Equal(t, "$/log", m.Method)
	assert.Contains(t, string(m.Params), "rubbish")
	assert.Contains(t, l.String(), "rubbish")
	p.answered(1)
	p.write(bridge.Message{Method: "unheard of"})
	m = p.next()
	assert.Equal(t, "$/log", m.Method)
	assert.Contains(t, string(m.Params), "unheard of")
	p.write(bridge.Message{ID: 77, Result: json.RawMessage("{}")}) // an answer to nothing
	p.answered(p.call("echo", "{}"))
}

func TestServeEnds(t *testing.T) {
	broken := io.ErrUnexpectedEOF
	for name, test := range map[string]struct {
		end  func(p *fakePage, cancel context.CancelFunc)
		want error
	}{
		"when the page leaves":       {func(p *fakePage, _ context.CancelFunc) { p.write(bridge.Message{Method: bridge.MethodLeave}) }, nil},
		"when the page closes":       {func(p *fakePage, _ context.CancelFunc) { _ = p.conn.Close() }, nil},
		"with its context":           {func(_ *fakePage, cancel context.CancelFunc) { cancel() }, context.Canceled},
		"when the connection breaks": {func(p *fakePage, _ context.CancelFunc) { _ = p.conn.WriteError(broken) }, broken},
	} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan error, 1)
			began := make(chan struct{})
			h := bridge.NewHost(does("wait", func(ctx context.Context) {
				close(began)
				<-ctx.Done()
				ended <- ctx.Err()
			}, bridge.Waits))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			p := openIn(ctx, t, h)
			p.call("wait", "")
			receive(t, began)
			test.end(p, cancel)
			assert.ErrorIs(t, p.left(), test.want)
			assert.ErrorIs(t, receive(t, ended), context.Canceled)
			assert.Equal(t, bridge.CallCancelled, lastCall(t, h, "wait").State)
			assert.Empty(t, h.State())
			assert.ErrorIs(t, p.conn.Write(t.Context(), bridge.Message{Method: "x"}), io.ErrClosedPipe)
		})
	}
}

// What stands in the queue when the page leaves is never begun, and the log says so.
func TestPageLeavesWithAQueue(t *testing.T) {
	began := make(chan struct{})
	h := bridge.NewHost(echo(), does("block", func(ctx context.Context) {
		close(began)
		<-ctx.Done()
	}))
	p := open(t, h)
	p.call("block", "")
	p.call("echo", "{}")
	receive(t, began)
	p.leave()
	assert.Equal(t, bridge.CallCancelled, lastCall(t, h, "block").State)
	assert.Equal(t, bridge.CallCancelled, lastCall(t, h, "echo").State)
}

// The project's own methods come and go while pages are open, and stand before the built ones of the same name.
func TestOwnMethods(t *testing.T) {
	says := func(name, text string) bridge.API {
		return bridge.Define(name, "a test", func(context.Context, none) (string, error) { return text, nil }, bridge.On("*"))
	}
	h := bridge.NewHost(says("getPersonInfo", "内置"), echo())
	p := open(t, h)
	call := func(method string) string { return string(p.answered(p.call(method, "")).Data) }
	assert.Equal(t, `"内置"`, call("getPersonInfo"))
	h.SetOwn([]bridge.API{says("getPersonInfo", "自己的"), says("pay.start", "付款")})
	assert.Equal(t, []string{`"自己的"`, `"付款"`}, []string{call("getPersonInfo"), call("pay.start")})
	assert.Equal(t, []string{"echo", "getPersonInfo", "pay.start"}, h.Names())
	h.SetOwn(nil)
	assert.Equal(t, `"内置"`, call("getPersonInfo"))
	p.call("pay.start", "")
	assert.Equal(t, "$/unanswered", p.next().Method)
	assert.Equal(t, []string{"echo", "getPersonInfo"}, h.Names())
}

// In strict mode the page hears of what the phone passes over without a word; all else stays as it is.
func TestStrict(t *testing.T) {
	type title struct {
		Title string `json:"title"`
	}
	called := 0
	h := bridge.NewHost(echo(),
		bridge.Define("setTitle", "a test", func(context.Context, title) (none, error) {
			called++
			return none{}, nil
		}),
		does("createLive", func(context.Context) {}, bridge.Since("99.0")),
		bridge.Define("selectFile", "a test", func(context.Context, none) (none, error) {
			return none{}, bridge.Ignored("已打开一个界面")
		}))
	h.Strict = true
	p := open(t, h)
	refused := func(method, params, says string) {
		t.Helper()
		id := p.call(method, params)
		m := p.next()
		require.NotNil(t, m.Error, method)
		assert.Equal(t, []any{id, bridge.Strict}, []any{m.ID, m.Error.Code})
		assert.Contains(t, m.Error.Message, says)
		assert.Equal(t, bridge.CallUnanswered, lastCall(t, h, method).State)
	}
	refused("creatLive", "{}", "没有名为")
	refused("createLive", "{}", "99.0 起才有")
	refused("selectFile", "{}", "已打开一个界面")
	refused("setTitle", `{"titel":"周会","再来":1}`, `"titel" (是否想写 "title"?)、"再来"`)
	assert.Zero(t, called)
	assert.Equal(t, "true", p.answered(p.call("setTitle", `{"title":"周会"}`)).Success)
	assert.Equal(t, 1, called)

	h.Strict = false
	assert.Equal(t, "true", p.answered(p.call("setTitle", `{"titel":"周会"}`)).Success, "the phone takes it")
}

// A call without an answer can be answered by hand, once, while its page is there.
func TestAnswerByHand(t *testing.T) {
	h := bridge.NewHost(echo())
	p := open(t, h)
	ask := func(method string) (id, logged uint64) {
		t.Helper()
		id = p.call(method, "")
		require.Equal(t, "$/unanswered", p.next().Method)
		return id, lastCall(t, h, method).ID
	}
	id, logged := ask("pay.start")
	answer := func(logged uint64, data string, failed *bridge.Error) error {
		_, err := h.AnswerCall(logged, json.RawMessage(data), failed)
		return err
	}
	method, err := h.AnswerCall(logged, json.RawMessage(`{"单号":"1"}`), nil)
	require.NoError(t, err)
	assert.Equal(t, "pay.start", method)
	e := p.answered(id)
	assert.Equal(t, "true", e.Success)
	assert.JSONEq(t, `{"单号":"1"}`, string(e.Data))
	assert.Equal(t, bridge.CallDone, lastCall(t, h, "pay.start").State)
	assert.Contains(t, string(lastCall(t, h, "pay.start").Result), "单号")

	var coded *bridge.Error
	require.ErrorAs(t, answer(logged, "", nil), &coded, "once")
	assert.Equal(t, bridge.NoView, coded.Code)

	id, logged = ask("pay.query")
	require.NoError(t, answer(logged, "", bridge.Errorf("7", "余额不足")))
	assert.Equal(t, []string{"false", "7", "余额不足"}, func() []string {
		e := p.answered(id)
		return []string{e.Success, string(e.ErrorCode), e.Error}
	}())

	_, logged = ask("pay.close")
	h.Reset()
	require.Error(t, answer(logged, "", nil), "forgotten")

	p.answered(p.call("echo", "{}"))
	require.Error(t, answer(lastCall(t, h, "echo").ID, "", nil), "it has its answer")

	// Only the last hundred are kept.
	_, logged = ask("pay.first")
	for range 100 {
		ask("pay.again")
	}
	require.Error(t, answer(logged, "", nil))
	require.NoError(t, answer(logged+1, "", nil))
}

// Of calls that wait, too, the one that came first begins first: its view opens before the next function is called.
func TestWaitingCallsBeginInOrder(t *testing.T) {
	var order []string // written by one goroutine at a time, or -race tells
	waits := func(name string, wait func(context.Context, bridge.Page)) bridge.API {
		return bridge.DefineOnPage(name, "a test", func(ctx context.Context, page bridge.Page, n json.RawMessage) (none, error) {
			order = append(order, string(n))
			wait(ctx, page)
			return none{}, nil
		}, bridge.Waits)
	}
	h := bridge.NewHost(
		waits("view", func(ctx context.Context, page bridge.Page) { _ = page.Call(ctx, "view.test", nil, &none{}) }),
		waits("clock", func(ctx context.Context, _ bridge.Page) {
			clock := bridge.NewClock()
			clock.Set(clock.Now()) // stands
			_ = clock.Wait(1)(ctx)
		}),
		waits("network", func(ctx context.Context, _ bridge.Page) {
			bridge.Begun(ctx)
			<-ctx.Done()
		}),
		waits("nothing", func(context.Context, bridge.Page) {}),
	)
	p := open(t, h)
	var want []string
	for i := range 200 {
		want = append(want, strconv.Itoa(i))
		p.call([]string{"view", "clock", "network", "nothing"}[i%4], want[i])
	}
	for m := p.next(); m.ID != 200 || m.Method != ""; m = p.next() { // views
	}
	assert.Equal(t, want, order)
}

// One that waits for what the host does not know of holds up the next for a moment only.
func TestWaitingForSomethingElse(t *testing.T) {
	release := make(chan struct{})
	h := bridge.NewHost(does("hangs", func(context.Context) { <-release }, bridge.Waits), does("waits", func(context.Context) {}, bridge.Waits))
	p := open(t, h)
	first, second := p.call("hangs", ""), p.call("waits", "")
	p.answered(second)
	close(release)
	p.answered(first)
}
