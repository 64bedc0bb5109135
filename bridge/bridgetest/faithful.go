package bridgetest

import (
	"encoding/json"
	"fmt"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// answerViews answers so many views "test" with these texts, when the page has made all its calls.
func answerViews(texts ...string) func(*Bench) {
	return func(b *Bench) {
		b.until("the calls are made", func() bool {
			return len(b.states("getLocation")) == len(texts) || len(b.states("getNetworkType")) == 1
		})
		for _, text := range texts {
			b.until("a view is open", func() bool {
				return b.Host.Answer("", "test", json.RawMessage(fmt.Sprintf(`{"text":%q}`, text))) == nil
			})
		}
	}
}

const (
	// stolen calls something else while a picker is open.
	stolen = `
		const seen = [];
		await new Promise((done) => {
			const tell = (name) => (r) => { seen.push([name, r.data.text || '']); if (seen.length === 2) done(); };
			qing.call('selectPersons', { success: tell('picker') });
			qing.call('getNetworkType', { success: tell('network') });
		});
		return seen.sort();`
	// overlapping makes two calls of one method at once.
	overlapping = `
		const heard = { first: 0, second: 0 };
		await new Promise((done) => {
			const tell = (name) => () => { heard[name]++; if (heard.first + heard.second === 2) done(); };
			qing.call('getLocation', { success: tell('first') });
			qing.call('getLocation', { success: tell('second') });
		});
		return heard;`
	// swallowed are calls of which the phone says nothing; each says what its promise came to.
	swallowed = `
		const outcome = (promise) => promise.then((r) => (r === undefined ? 'done' : r.success), (e) => e.code);
		return [
			await outcome(qing.call('test.ecco')),
			await outcome(qing.call('test.typed', { titel: '周会' })),
			await outcome(qing.call('test.echo', { error() {} })),
			await outcome(qing.call('test.silent', { success() {} })),
			await outcome(qing.call('test.silent', {})),
			await outcome(qing.call('test.typed', { title: '周会' })),
			await new Promise((complete) => qing.call('test.ecco', { complete: (r) => complete(r.errorCode) }).catch(() => undefined)),
		];`
)

// faithful is what the phone does to the page's harm, and what strict mode makes of it.
func faithful() []Scenario {
	return []Scenario{
		{
			Name: "on ios a picker's result goes to the most recent call", JS: stolen, During: answerViews("张伟"),
			Want: `[["network",""],["network","张伟"]]`,
		},
		{
			Name: "on android a picker's result goes to the picker", Profiles: []string{"android"}, JS: stolen, During: answerViews("张伟"),
			Want: `[["network",""],["picker","张伟"]]`,
		},
		{
			Name: "in strict mode a result that goes elsewhere is an error", Strict: true, During: answerViews("张伟"), JS: `
				const picked = qing.call('selectPersons').catch((e) => e.code);
				return [(await qing.call('getNetworkType')).success, await picked];`,
			Want: `["true","90007"]`,
		},
		{
			Name: "on ios calls of one method that overlap answer to the last", JS: overlapping, During: answerViews("钟楼", "鼓楼"),
			Want: `{"first":0,"second":2}`,
		},
		{
			Name: "on android calls of one method that overlap do not mix", Profiles: []string{"android"}, JS: overlapping,
			During: answerViews("钟楼", "鼓楼"), Want: `{"first":1,"second":1}`,
		},
		{
			Name: "strict mode says what the phone passes over", Strict: true, JS: swallowed,
			Want: `["90007","90007","90007","90007","done","true","90007"]`,
		},
		{
			Name: "a call without an answer is answered by hand", JS: `
				const seen = [];
				const { success, data } = await qing.call('test.pay', { complete: (r) => seen.push(r.data.单号) });
				return [success, data, seen];`,
			During: func(b *Bench) {
				b.until("the call has come", func() bool { return len(b.states("test.pay")) > 0 && b.states("test.pay")[0] == bridge.CallUnanswered })
				_, err := b.Host.AnswerCall(b.Host.Log.After(0, "test.pay")[0].ID, json.RawMessage(`{"单号":"17"}`), nil)
				require.NoError(b, err)
			},
			Want:  `["true",{"单号":"17"},["17"]]`,
			After: func(b *Bench) { assert.Equal(b, []bridge.CallState{bridge.CallDone}, b.states("test.pay")) },
		},
	}
}
