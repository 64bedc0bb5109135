package bridgetest

import (
	"slices"
	"time"

	"github.com/stretchr/testify/assert"

	"qinghost/bridge"
)

// Scenarios returns the whole suite.
func Scenarios() []Scenario {
	return slices.Concat(order(), delivery(), faithful(), params(), views(), events(), library(), wire())
}

// both are the clients that deliver an answer in different ways.
var both = []string{"ios", "android"}

// order is in which sequence things happen.
func order() []Scenario {
	return []Scenario{
		{
			Name: "answers come in the order of the calls", Profiles: both,
			JS: `
				const seen = [];
				const calls = [];
				for (let n = 0; n < 12; n++) calls.push(qing.call('test.echo', { n, success: (r) => seen.push(r.data.n) }));
				await Promise.all(calls);
				return seen;`,
			Want: `[0,1,2,3,4,5,6,7,8,9,10,11]`,
		},
		{
			Name: "functions run in the order of the calls",
			JS: `
				for (let n = 0; n < 1000; n++) qing.call('test.note', n);
				const { data } = await qing.call('test.noted');
				return [data.length, data.every((n, i) => n === i)];`,
			Want: `[1000,true]`,
		},
		{
			Name: "a call that waits stands beside the queue", Profiles: both,
			JS: `
				const seen = [];
				const note = (what) => () => seen.push(what);
				const slow = [qing.call('test.slow', { success: note('slow') }), qing.call('test.slow', { success: note('slow') })];
				await qing.call('test.echo', { success: note('echo') });
				await qing.call('test.echo', { success: note('echo') });
				await Promise.all([qing.call('test.release'), ...slow]);
				return seen;`,
			Want: `["echo","echo","slow","slow"]`,
		},
		{
			Name: "an event comes before the answer of the call that sent it",
			JS: `
				const seen = [];
				qing.on('news', (data) => seen.push(data));
				await Promise.all([
					qing.call('test.emit', { event: 'news', times: 3, success: () => seen.push('a') }),
					qing.call('test.emit', { event: 'news', times: 2, success: () => seen.push('b') }),
				]);
				return seen;`,
			Want: `[0,1,2,"a",0,1,"b"]`,
		},
		{
			Name: "a callback calls again",
			JS: `
				const seen = [];
				await new Promise((done) => {
					const again = (r) => (seen.push(r.data.n), r.data.n < 5 ? qing.call('test.echo', { n: r.data.n + 1, success: again }) : done());
					qing.call('test.echo', { n: 1, success: again });
				});
				return seen;`,
			Want: `[1,2,3,4,5]`,
		},
		{
			Name: "ten thousand calls are open at once", Profiles: both,
			JS: `
				const calls = [];
				let answered = 0;
				for (let n = 0; n < 10000; n++) calls.push(qing.call('test.slow', { n, success: () => answered++ }));
				await qing.call('test.echo');
				const early = answered;
				qing.call('test.release');
				const results = await Promise.all(calls);
				return [early, answered, results.every((r, n) => r.data.n === n)];`,
			Want: `[0,10000,true]`,
		},
		{
			Name: "calls of one microtask travel in one frame", Needs: counter,
			After: func(b *Bench) {
				b.expect(`null`, `await qing.call('test.echo')`)
				before := b.frames()
				b.expect(`null`, `
					const calls = [];
					for (let n = 0; n < 50; n++) calls.push(qing.call('test.echo', n));
					await Promise.all(calls)`)
				assert.Equal(b, 1, b.frames()-before)
			},
		},
		{
			Name: "a delayed call holds up none", Rules: map[string]bridge.Rule{"test.echo": {Delay: time.Hour}},
			JS: `
				const seen = [];
				const delayed = qing.call('test.echo', { success: () => seen.push('delayed') });
				await qing.call('test.note', { success: () => seen.push('note') });
				qing.call('test.release');
				await delayed;
				return seen;`,
			Want: `["note","delayed"]`,
			During: func(b *Bench) {
				b.until("the page has heard of the other call", func() bool { return len(b.states("test.release")) == 1 })
				assert.Equal(b, []bridge.CallState{bridge.CallOpen}, b.states("test.echo"))
				b.until("the delayed call is through", func() bool {
					b.Host.Clock.Advance(time.Hour) // the delay may begin after one of them
					return slices.Equal(b.states("test.echo"), []bridge.CallState{bridge.CallDone})
				})
			},
		},
	}
}
