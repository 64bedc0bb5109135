package bridgetest

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

func dropper(rt Runtime) string   { return lacks[Dropper](rt, "这种连接不会断开") }
func restarter(rt Runtime) string { return lacks[Restarter](rt, "页面不会比 host 活得久") }
func injector(rt Runtime) string {
	return lacks[Injector](rt, "页面无法发出不是消息的内容")
}
func counter(rt Runtime) string { return lacks[Counter](rt, "此运行环境数不了帧") }

func lacks[T any](rt Runtime, reason string) string {
	if _, has := rt.(T); !has {
		return reason
	}
	return ""
}

func (b *Bench) frames() int {
	b.Helper()
	n, err := b.Runtime.(Counter).Frames(context.Background())
	require.NoError(b, err)
	return n
}

// wire is how a connection behaves: pages that leave, drops, restarts, and what is no message.
func wire() []Scenario {
	return []Scenario{
		{
			Name: "a page that leaves ends what it started",
			After: func(b *Bench) {
				b.expect(`"open"`, viewHost+`
					return new Promise((opened) => {
						host.view('test', { open: () => opened('open') });
						qing.call('test.slow');
						qing.call('test.ask');
					});`)
				b.Runtime.Leave()
				b.until("the page is gone", func() bool { return len(b.Host.State()) == 0 })
				assert.Equal(b, []bridge.CallState{bridge.CallCancelled}, b.states("test.slow"))
				assert.Equal(b, []bridge.CallState{bridge.CallCancelled}, b.states("test.ask"))
				assert.Equal(b, bridge.NoView, bridge.Coded(b.Host.Answer("", "test", json.RawMessage("{}"))).Code)
			},
		},
		{
			Name: "what is no message is passed over", Needs: injector,
			After: func(b *Bench) {
				b.expect(`null`, `await qing.call('test.echo')`)
				for _, frame := range []string{"rubbish", "", "\n\n", "[]", "{\"id\":-1}\nnull", "{\"id\":99,\"result\":{}}", "{\"method\":\"$/what\"}"} {
					require.NoError(b, b.Runtime.(Injector).Inject(context.Background(), frame))
				}
				b.expect(`{"n":1}`, `return (await qing.call('test.echo', { n: 1 })).data`)
				assert.Contains(b, b.logs.String(), "rubbish")
			},
		},
		{Name: "a dropped connection resumes, and nothing is lost", Profiles: both, Needs: dropper, After: resumes},
		{Name: "nothing is lost or done twice, however often it drops", Needs: dropper, After: dropsOften},
		{Name: "a page whose connection dropped for good ends after half a minute of host time", Needs: dropper, After: forgets},
		{Name: "calls that were open fail when the host restarts", Profiles: both, Needs: restarter, After: restarts},
	}
}

// resumes has both sides talk while the connection is down.
func resumes(b *Bench) {
	b.expect(`"open"`, viewHost+`
		globalThis.events = [];
		globalThis.putAway = 0;
		qing.on('news', (n) => events.push(n));
		return new Promise((opened) => {
			host.view('test', { open(params, done, signal) { signal.addEventListener('abort', () => putAway++); opened('open'); } });
			globalThis.slow = qing.call('test.slow', { n: 'slow' });
			globalThis.asked = qing.call('test.ask');
		});`)
	restore := b.Runtime.(Dropper).Drop()
	b.expect(`null`, `
		globalThis.calls = [];
		for (let n = 0; n < 200; n++) calls.push(qing.call('test.note', n));`)
	for n := range 50 {
		require.NoError(b, b.Host.Emit(b.Context(), "", "news", n))
	}
	require.NoError(b, b.Host.Answer("", "test", json.RawMessage(`{"text":"meanwhile"}`)))
	assert.Empty(b, b.states("test.note"), "the connection is not down")
	b.expect(`[0,0]`, `return [events.length, putAway]`)
	restore()
	b.expect(`["meanwhile","slow",200,true,50,true,1]`, `
		await Promise.all(calls);
		const { data } = await qing.call('test.noted');
		qing.call('test.release');
		return [(await asked).data.text, (await slow).data.n, data.length, data.every((n, i) => n === i),
			events.length, events.every((n, i) => n === i), putAway];`)
	assert.Len(b, b.Host.State(), 1, "it is the same page")
	assert.Equal(b, "p1", b.Host.State()[0].ID)
}

// dropsOften cuts the connection again and again while both sides talk.
func dropsOften(b *Bench) {
	const drops, each = 8, 100
	b.expect(`null`, `
		globalThis.events = [];
		globalThis.calls = [];
		qing.on('news', (n) => events.push(n));
		await qing.call('test.echo'); // the host knows the page from here on`)
	for drop := range drops {
		// The first half is on its way when the connection goes.
		half := func(from int) string {
			return fmt.Sprintf(`for (let n = %d; n < %d; n++) calls.push(qing.call('test.note', n));`, from, from+each/2)
		}
		b.expect(`null`, half(drop*each))
		restore := b.Runtime.(Dropper).Drop()
		require.NoError(b, b.Host.Emit(b.Context(), "", "news", drop))
		b.expect(`null`, half(drop*each+each/2))
		restore()
		if drop%2 == 0 {
			b.expect(`"0"`, `return (await qing.call('test.echo')).errorCode`)
		}
	}
	b.expect(fmt.Sprintf(`[%d,true,true,%d,true]`, drops*each, drops), `
		const answers = await Promise.all(calls);
		const { data } = await qing.call('test.noted');
		return [data.length, data.every((n, i) => n === i), answers.every((r) => r.errorCode === '0'), events.length, events.every((n, i) => n === i)];`)
}

// keptFor is how long a page without a connection is kept.
const keptFor = 30 * time.Second

// forgets moves the clock past the time that a page without a connection is kept.
func forgets(b *Bench) {
	b.expect(`null`, `qing.call('test.slow'); await qing.call('test.echo')`)
	restore := b.Runtime.(Dropper).Drop()
	defer restore()
	b.until("the page is gone", func() bool {
		b.Host.Clock.Advance(keptFor)
		return len(b.Host.State()) == 0
	})
	assert.Equal(b, []bridge.CallState{bridge.CallCancelled}, b.states("test.slow"))
}

// restarts puts another host in the first one's place.
func restarts(b *Bench) {
	success := map[string]string{"ios": `"false"`, "android": `false`}[b.Host.Profile.Name]
	b.expect(`"open"`, viewHost+`
		globalThis.seen = [];
		return new Promise((opened) => {
			host.view('test', { open(params, done, signal) { signal.addEventListener('abort', () => seen.push('put away')); opened('open'); } });
			globalThis.slow = qing.call('test.slow', { complete: (r) => seen.push(r.success, r.errorCode) }).then(() => 'resolved', (e) => e.code);
			qing.call('test.ask');
		});`)
	next := NewHost(b.Host.Profile)
	b.Runtime.(Restarter).Restart(next)
	// A host that has the time to say goodbye puts the view away first.
	b.expect(`["90003",[`+success+`,"90003"],1,{"n":1}]`, `
		const code = await slow;
		let data;
		while (!data) {
			// The old host may have failed the call when it ended: what is called until the new one is there fails too.
			await qing.call('test.echo', { n: 1 }).then((r) => (data = r.data), (e) => { if (e.code !== '90003') throw e; });
		}
		return [code, seen.filter((what) => what !== 'put away'), seen.filter((what) => what === 'put away').length, data];`)
	require.Len(b, next.State(), 1)
	assert.NotEmpty(b, next.State()[0].URL, "the page has not said where it is")
	assert.Empty(b, next.Log.After(0, "test.slow"), "it was called again")
}
