package headless

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// Each script pushes onto log; the order is that of the HTML standard, as browsers keep it.
func TestOrder(t *testing.T) {
	const (
		micro = `Promise.resolve().then(() => log.push('micro'));`
		macro = `setTimeout(() => log.push('macro'));`
	)
	for _, test := range []struct{ name, script, want string }{
		{"sync, micro, macro", macro + micro + `log.push('sync');`, `["sync","micro","macro"]`},
		{"microtasks of microtasks before macrotasks", macro +
			`Promise.resolve().then(() => Promise.resolve().then(() => log.push('inner')));`, `["inner","macro"]`},
		{"microtasks between two timers", `
			setTimeout(() => { log.push(1); Promise.resolve().then(() => log.push('micro of 1')) });
			setTimeout(() => log.push(2));`, `[1,"micro of 1",2]`},
		{"queueMicrotask and then in order", `
			queueMicrotask(() => log.push(1)); Promise.resolve().then(() => log.push(2)); queueMicrotask(() => log.push(3));`, `[1,2,3]`},
		{"two chains take turns", `
			Promise.resolve().then(() => log.push('a1')).then(() => log.push('a2'));
			Promise.resolve().then(() => log.push('b1')).then(() => log.push('b2'));`, `["a1","b1","a2","b2"]`},
		{"await is one microtask", `
			(async () => { log.push(1); await null; log.push(3) })(); queueMicrotask(() => log.push(4)); log.push(2);`, `[1,2,3,4]`},
		{"executors run at once", `new Promise(r => { log.push(1); r() }).then(() => log.push(3)); log.push(2);`, `[1,2,3]`},
		{"a thenable takes one more", `
			Promise.resolve().then(() => ({then: r => r()})).then(() => log.push('thenable'));
			Promise.resolve().then(() => {}).then(() => log.push('plain'));`, `["plain","thenable"]`},
		{"timers of one delay in order", `for (let i = 0; i < 5; i++) setTimeout(() => log.push(i), 0);`, `[0,1,2,3,4]`},
		{"a timer set in a timer comes behind", `
			setTimeout(() => { log.push(1); setTimeout(() => log.push(3)) }); setTimeout(() => log.push(2));`, `[1,2,3]`},
		{"clearTimeout in the same tick", `const id = setTimeout(() => log.push('no')); clearTimeout(id);` + macro, `["macro"]`},
		{"clearTimeout of one that is queued", `
			let second; setTimeout(() => { log.push(1); clearTimeout(second) }); second = setTimeout(() => log.push('no'));
			setTimeout(() => log.push(3));`, `[1,3]`},
		{"clearInterval inside itself", `let n = 0; const id = setInterval(() => { log.push(++n); if (n === 3) clearInterval(id) });`, `[1,2,3]`},
		{"negative, NaN and huge delays are none", `
			setTimeout(() => log.push(1), -5); setTimeout(() => log.push(2), 'x'); setTimeout(() => log.push(3), 2 ** 31);`, `[1,2,3]`},
		{"arguments are passed on", `setTimeout((...a) => log.push(a), 0, 1, '二');`, `[[1,"二"]]`},
		{"clearing what is not there", `clearTimeout(); clearTimeout(99); clearInterval('x');` + macro, `["macro"]`},
		{"dispatchEvent is synchronous", `
			addEventListener('e', () => log.push('event')); dispatchEvent(new Event('e')); log.push('after');`, `["event","after"]`},
		{"an exception keeps no microtask", `
			queueMicrotask(() => { throw new Error('x') }); queueMicrotask(() => log.push('next'));` + macro, `["next","macro"]`},
		{"an exception in a timer keeps no other", `setTimeout(() => { throw new Error('x') });` + macro, `["macro"]`},
		{"a throwing script keeps its microtasks", micro + macro + `throw new Error('x')`, `["micro","macro"]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPage(t, testHost(), Options{})
			_ = p.Run(t.Context(), "order.js", "var log = [];"+test.script) // the last one throws
			settle(t, p)
			assert.Equal(t, test.want, eval(t, p, "return log"))
		})
	}
}

// A call's answer is a task: the microtasks of the page come before it.
func TestAnswerIsATask(t *testing.T) {
	p := newPage(t, testHost(), Options{})
	assert.Equal(t, `["sync","micro","answer","after answer"]`, eval(t, p, `
		const log = [];
		const answer = qing.call('echo', {success() { log.push('answer'); queueMicrotask(() => log.push('after answer')) }});
		queueMicrotask(() => log.push('micro'));
		log.push('sync');
		await answer;
		await null;
		return log`))
}

func TestExceptionInTimer(t *testing.T) {
	c := &console{}
	p := newPage(t, testHost(), Options{Console: c.write})
	require.NoError(t, p.Run(t.Context(), "app.js", "setTimeout(function tick() {\n  throw new RangeError('越界') })"))
	settle(t, p)
	require.Len(t, p.Errors(), 1)
	assert.Equal(t, "RangeError: 越界\n    at tick (app.js:2:9)", p.Errors()[0].Error())
	assert.Contains(t, c.text(), "未捕获的异常: RangeError: 越界")
}

func TestStandingClock(t *testing.T) {
	h := testHost()
	p := newPage(t, h, Options{})
	require.NoError(t, p.Run(t.Context(), "app.js", `
		var log = [], start = Date.now();
		const say = name => () => log.push(name + '@' + (Date.now() - start));
		setTimeout(say('c'), 300); setTimeout(say('a'), 100); setTimeout(say('b'), 100); setTimeout(say('zero'));`))
	settle(t, p)
	assert.Equal(t, `["zero@0"]`, eval(t, p, "return log"), "only what is due at once runs while the clock stands")
	h.Clock.Advance(99 * time.Millisecond)
	settle(t, p)
	assert.Equal(t, `["zero@0"]`, eval(t, p, "return log"))
	h.Clock.Advance(time.Millisecond)
	settle(t, p)
	assert.Equal(t, `["zero@0","a@100","b@100"]`, eval(t, p, "return log"))
	h.Clock.Set(h.Clock.Now().Add(time.Hour))
	settle(t, p)
	assert.Equal(t, `["zero@0","a@100","b@100","c@300"]`, eval(t, p, "return log"))
	assert.Equal(t, "3600100", eval(t, p, "return Date.now() - start"))
}

// A jump of the clock is lived through: intervals tick as often as they should, and timers that others set on the way fall
// where they belong.
func TestJump(t *testing.T) {
	for range 20 { // the clock moves while the page works: whoever is first, the order is one
		h := testHost()
		p := newPage(t, h, Options{})
		require.NoError(t, p.Run(t.Context(), "app.js", `
			var log = [], start = Date.now();
			const say = name => log.push(name + (Date.now() - start));
			const id = setInterval(() => say('tick'), 1000);
			(function chain(n) { setTimeout(() => { say('chain'); if (n < 4) chain(n + 1) }, 700) })(1);
			setTimeout(() => clearInterval(id), 3500);
			setTimeout(() => (function zero() { setTimeout(zero) })(), 3600);`))
		h.Clock.Advance(10 * time.Second)
		assert.Eventually(t, func() bool {
			return eval(t, p, "return log") == `["chain700","tick1000","chain1400","tick2000","chain2100","chain2800","tick3000"]`
		}, 5*time.Second, time.Millisecond)
		require.NoError(t, p.Close())
	}
}

func TestRunningClock(t *testing.T) {
	h := testHost()
	h.Clock = bridge.NewClock()
	p := newPage(t, h, Options{})
	// Far enough apart that a busy machine, which sets them late, does not change their order.
	assert.Equal(t, `["one","five","ten"]`, eval(t, p, `
		const log = [];
		const last = new Promise(r => setTimeout(() => r(log.push('ten')), 1000));
		setTimeout(() => log.push('five'), 500); setTimeout(() => log.push('one'), 1);
		await last;
		return log`))
	assert.Equal(t, "true", eval(t, p, `
		const start = Date.now();
		await new Promise(r => setTimeout(r, 20));
		return Date.now() - start >= 19`))
	h.Clock.Start(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
	assert.Equal(t, "2030", eval(t, p, `return new Date().getUTCFullYear()`))
}

// Timers that start each other without end leave room for the rest, by HTML's rule of 4 ms.
func TestNestedTimersSlowDown(t *testing.T) {
	h := testHost()
	p := newPage(t, h, Options{})
	require.NoError(t, p.Run(t.Context(), "app.js", `var n = 0; (function again() { n++; setTimeout(again) })()`))
	settle(t, p)
	assert.Equal(t, "6", eval(t, p, "return n"))
	h.Clock.Advance(4 * time.Millisecond)
	settle(t, p)
	assert.Equal(t, "7", eval(t, p, "return n"))
}
