package bridge_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"qinghost/bridge"
)

// ruled is a host that echoes, with one rule; its clock stands.
func ruled(method string, rule bridge.Rule, apis ...bridge.API) *bridge.Host {
	h := bridge.NewHost(append(apis, echo())...)
	h.Clock = bridge.NewClockAt(noon)
	h.SetScript(script{rules: map[string]bridge.Rule{method: rule}})
	return h
}

func TestRuleFail(t *testing.T) {
	rule := bridge.Rule{Fail: bridge.Errorf("1003", "没有权限")}
	h := ruled("act", rule, does("act", func(context.Context) { t.Error("called") }, bridge.Silent))
	p := open(t, h)
	assert.Equal(t, rule.Fail.Code, p.answered(p.call("act", "")).ErrorCode)
	p.answered(p.call("echo", "{}"))

	h = ruled("unheardOf", rule) // a method that the phone knows and the host does not
	p = open(t, h)
	e := p.answered(p.call("unheardOf", ""))
	assert.Equal(t, rule.Fail.Message, e.Error)
	h.SetScript(nil)
	p.call("unheardOf", "")
	assert.Equal(t, "$/unanswered", p.next().Method)
}

func TestRuleDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := ruled("act", bridge.Rule{Delay: 3 * time.Second}, does("act", func(context.Context) {}))
		p := open(t, h)
		delayed := p.call("act", "")
		p.answered(p.call("echo", "{}")) // it does not wait behind the delay
		synctest.Wait()
		h.Clock.Advance(3*time.Second - 1)
		synctest.Wait()
		assert.Equal(t, bridge.CallOpen, lastCall(t, h, "act").State)
		h.Clock.Advance(1)
		p.answered(delayed)
		assert.EqualValues(t, 3000, lastCall(t, h, "act").Took)
	})
}

func TestRuleDelayThenFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := ruled("echo", bridge.Rule{Delay: time.Second, Fail: bridge.Errorf("7", "失败")})
		p := open(t, h)
		id := p.call("echo", "{}")
		synctest.Wait()
		h.Clock.Advance(time.Second)
		assert.EqualValues(t, "7", p.answered(id).ErrorCode)
		p.call("echo", "{}")
		synctest.Wait()
		p.leave()
		assert.Equal(t, bridge.CallCancelled, lastCall(t, h, "echo").State)
		h.Clock.Advance(time.Second) // nobody is there any more
	})
}

func TestRuleNever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := ruled("act", bridge.Rule{Never: true}, does("act", func(context.Context) { t.Error("called") }))
		p := open(t, h)
		p.call("act", "")
		p.answered(p.call("echo", "{}"))
		synctest.Wait()
		assert.Equal(t, bridge.CallUnanswered, lastCall(t, h, "act").State)
	})
}

func TestRuleTwice(t *testing.T) {
	h := ruled("act", bridge.Rule{Twice: true}, does("act", func(context.Context) {}))
	p := open(t, h)
	id := p.call("act", "")
	first, second := p.next(), p.next()
	assert.True(t, first.More)
	first.More = false
	assert.Equal(t, first, second)
	assert.Equal(t, id, second.ID)
	p.answered(p.call("echo", "{}"))
}

func TestRuleAnswer(t *testing.T) {
	asked := make(chan json.RawMessage, 1)
	answer := func(text string, err error) bridge.Rule {
		return bridge.Rule{Answer: func(_ context.Context, params json.RawMessage) (json.RawMessage, error) {
			asked <- params
			return json.RawMessage(text), err
		}}
	}
	never := func(context.Context) { t.Error("called") }
	for name, h := range map[string]*bridge.Host{
		"known":   ruled("act", answer(`{"name":"张三"}`, nil), does("act", never)),
		"repeats": ruled("act", answer(`{"name":"张三"}`, nil), does("act", never, bridge.Repeats)),
		"unknown": ruled("act", answer(`{"name":"张三"}`, nil)),
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, h)
			e := p.answered(p.call("act", `{"id":1}`))
			assert.JSONEq(t, `{"name":"张三"}`, string(e.Data))
			assert.Equal(t, "true", e.Success)
			assert.JSONEq(t, `{"id":1}`, string(<-asked))
			assert.Equal(t, bridge.CallDone, lastCall(t, h, "act").State)
		})
	}
	t.Run("silent", func(t *testing.T) {
		p := open(t, ruled("act", answer(`{}`, nil), does("act", never, bridge.Silent)))
		p.call("act", "")
		assert.Nil(t, p.next().Result)
		<-asked
	})
	t.Run("fails", func(t *testing.T) {
		p := open(t, ruled("act", answer("", bridge.Errorf("1003", "没有权限"))))
		assert.EqualValues(t, "1003", p.answered(p.call("act", "")).ErrorCode)
		<-asked
	})
	t.Run("waits", func(t *testing.T) {
		begun := make(chan context.Context, 2)
		p := open(t, ruled("act", bridge.Rule{Answer: func(ctx context.Context, params json.RawMessage) (json.RawMessage, error) {
			begun <- context.WithValue(ctx, none{}, string(params))
			return nil, bridge.ErrStaysOpen
		}}, does("act", never, bridge.Waits)))
		first, second := p.call("act", "1"), p.call("act", "2")
		p.answered(p.call("echo", "{}"))
		one, two := <-begun, <-begun
		assert.Equal(t, []any{"1", "2"}, []any{one.Value(none{}), two.Value(none{})}, "in the order of the calls")
		bridge.Finish(two, json.RawMessage(`"二"`), nil)
		assert.JSONEq(t, `"二"`, string(p.answered(second).Data))
		assert.Error(t, two.Err())
		bridge.Finish(one, nil, bridge.Errorf("7", "坏"))
		bridge.Finish(one, nil, nil) // it has its answer
		assert.EqualValues(t, "7", p.answered(first).ErrorCode)
		p.answered(p.call("echo", "{}"))
	})
}
