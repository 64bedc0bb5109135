package bridgetest

import (
	"encoding/json"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// viewHost is JavaScript that finds what the page library offers to views.
const viewHost = `const host = globalThis[Symbol.for('qinghost')];`

// standing is a view that nobody answers in the page; it says when it opens and when it is put away.
const standing = viewHost + `
	const seen = [];
	const putAway = new Promise((gone) => host.view('test', {
		open(params, done, closed) {
			seen.push('open');
			closed.addEventListener('abort', () => { seen.push('put away'); gone(); });
		},
	}));`

// views is what the host asks the page.
func views() []Scenario {
	return []Scenario{
		{
			Name: "the page answers a view", Profiles: both,
			JS: viewHost + `
				host.view('test', { open: (params, done, closed) => done({ text: params.question + '!' + closed.aborted }) });
				return (await qing.call('test.ask', { question: '去吗' })).data;`,
			Want: `{"text":"去吗!false"}`,
		},
		{
			Name: "a view answers once",
			JS: viewHost + `
				host.view('test', { open: (params, done) => { done({ text: 'first' }); done({ text: 'second' }); } });
				const both = [await qing.call('test.ask'), await qing.call('test.ask')];
				return both.map((r) => r.data.text);`,
			Want: `["first","first"]`,
		},
		{
			Name: "a view answers later, and calls meanwhile",
			JS: viewHost + `
				host.view('test', { open: (params, done) => { host.call('test.echo', { n: 1 }).then((r) => setTimeout(() => done({ text: 'after ' + r.data.n }), 1)); } });
				return (await qing.call('test.ask')).data.text;`,
			Want: `"after 1"`,
		},
		{
			Name: "several views stand at once",
			JS: viewHost + `
				const open = {};
				const all = new Promise((ready) => host.view('test', { open: (params, done) => { open[params.n] = done; if (Object.keys(open).length === 3) ready(); } }));
				const calls = [1, 2, 3].map((n) => qing.call('test.ask', { n }));
				await all;
				[2, 3, 1].forEach((n) => open[n]({ text: 'answer ' + n }));
				return (await Promise.all(calls)).map((r) => r.data.text);`,
			Want: `["answer 1","answer 2","answer 3"]`,
		},
		{
			Name: "an answer that does not fit fails the call",
			JS: viewHost + `
				const answers = [{ text: 7 }, { word: 'x' }, { text: 'refused' }, undefined];
				host.view('test', { open: (params, done) => done(answers.shift()) });
				const codes = [];
				for (let n = 0; n < 4; n++) codes.push((await qing.call('test.ask')).errorCode);
				return codes;`,
			Want: `["90005","90005","4004","0"]`,
		},
		{
			Name: "the host answers a view in a person's stead", Profiles: both,
			JS: standing + `
				const { data } = await qing.call('test.ask');
				await putAway;
				return [data, seen];`,
			Want: `[{"text":"from the host"},["open","put away"]]`,
			During: func(b *Bench) {
				b.untilOpen("test")
				for answer, code := range map[string]bridge.Code{`{"text":"refused"}`: "4004", `{"word":"x"}`: bridge.NoView} {
					err := b.Host.Answer("", "test", json.RawMessage(answer))
					assert.Equal(b, code, bridge.Coded(err).Code)
				}
				b.untilOpen("test")
				require.NoError(b, b.Host.Answer("", "test", json.RawMessage(`{"text":"from the host"}`)))
			},
		},
		{
			Name: "a view is put away when nobody waits for it",
			JS: standing + `
				const asked = qing.call('test.askUntilReleased');
				while (!seen.length) await qing.call('test.echo');
				qing.call('test.release');
				await putAway;
				return [(await asked).errorCode, seen];`,
			Want: `["90004",["open","put away"]]`,
			After: func(b *Bench) {
				assert.Equal(b, bridge.NoView, bridge.Coded(b.Host.Answer("", "test", json.RawMessage(`{}`))).Code)
			},
		},
		{
			Name: "a reset puts views away, and fails what is open",
			JS: standing + `
				const codes = (promise) => promise.then((r) => 'resolved', (e) => e.code);
				const calls = [codes(qing.call('test.slow')), codes(qing.call('test.ask'))];
				await putAway;
				return [await Promise.all(calls), (await qing.call('test.echo', { n: 1 })).data];`,
			Want: `[["90003","90003"],{"n":1}]`,
			During: func(b *Bench) {
				b.untilOpen("test")
				b.Host.Reset()
			},
		},
		{
			Name: "a view is told its news",
			JS: viewHost + `
				const news = [];
				host.view('test', { update: (state) => news.push(state) });
				await qing.call('test.emit', { event: 'view.test', data: { members: 2 } });
				await qing.call('test.emit', { event: 'view.test', times: 2 });
				return news;`,
			Want: `[{"members":2},0,1]`,
		},
		{
			Name: "a view that breaks fails its call, and holds up none",
			JS: viewHost + `
				host.view('test', { open() { throw new Error('broken'); }, update() { throw new Error('broken'); } });
				const calls = [qing.call('test.ask'), qing.call('test.emit', { event: 'view.test', times: 3 }), qing.call('test.echo')];
				return (await Promise.all(calls)).map((r) => r.errorCode);`,
			Want: `["90005","0","0"]`,
		},
	}
}
