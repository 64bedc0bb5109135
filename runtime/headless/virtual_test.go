package headless

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// virtually is a host on a virtual clock, whose pages fetch, wait and show views as its script says.
func virtually(rules map[string]bridge.Rule) *bridge.Host {
	h := testHost()
	h.Clock = bridge.NewVirtualClock(time.Date(2018, 4, 3, 12, 30, 0, 0, time.UTC))
	h.SetScript(played(rules))
	return h
}

// played is a script with rules, and answers every picker after three seconds.
type played map[string]bridge.Rule

func (p played) Rule(method string) bridge.Rule { return p[method] }
func (p played) Answer(view string) (bridge.Answer, bool) {
	return bridge.Answer{Value: json.RawMessage(`{"people":["张三"]}`), After: 3 * time.Second}, view == "view.personPicker"
}

// On a virtual clock everything has its time, and none of it takes any.
func TestPageOnVirtualClock(t *testing.T) {
	const script = `
		const log = [], start = Date.now(), say = name => log.push(name + '@' + (Date.now() - start));
		const hour = 3600000, sleep = ms => new Promise(r => setTimeout(r, ms));
		const ticks = setInterval(() => say('tick'), hour);
		setTimeout(() => say('same a'), 5000); setTimeout(() => say('same b'), 5000);
		say((await qing.call('echo', {text: '你好'})).data.text);
		say((await qing.call('pick')).data.people[0]);
		await Promise.all([qing.call('pick'), sleep(2999), sleep(3001)]);
		say('all');
		const thrown = (async () => { await sleep(1); await qing.call('made', {n: 1}); say('made') })();
		await sleep(2.5 * hour);
		clearInterval(ticks);
		await thrown;
		for (let i = 0; i < 20; i++) await sleep(0);
		say('end');
		return log`
	const want = `["你好@2000","same a@5000","same b@5000","张三@5000","all@8001","made@9002","tick@3600000","tick@7200000","end@9008069"]`
	for range 20 {
		h := virtually(map[string]bridge.Rule{
			"echo": {Delay: 2 * time.Second},
			"made": {Answer: func(_ context.Context, params json.RawMessage) (json.RawMessage, error) { return params, nil }, Delay: time.Second},
		})
		release := h.Clock.Hold()
		p := newPage(t, h, Options{})
		ctx, done := h.Clock.Work(t.Context())
		release()
		got, err := p.Eval(ctx, script)
		require.NoError(t, err)
		require.Equal(t, want, got)
		assert.Equal(t, 9008069*time.Millisecond, h.Clock.Now().Sub(time.Date(2018, 4, 3, 12, 30, 0, 0, time.UTC)), "held since")
		done()
		require.NoError(t, p.Close())
	}
}

// Two pages and the one who moves the clock, as a test that calls host.clock.advance.
func TestAdvanceWhilePagesWork(t *testing.T) {
	for range 20 {
		h := virtually(nil)
		release := h.Clock.Hold()
		h.Clock.SetHolding(h.Clock.Now())
		var pages []*Page
		for range 2 {
			p := newPage(t, h, Options{})
			require.NoError(t, p.Run(t.Context(), "a.js", `var log = [], start = Date.now(), say = name => log.push(name + '@' + (Date.now() - start));
				setInterval(async () => { await qing.call('echo', {text: 'x'}); setTimeout(() => say('then'), 50); say('tick') }, 100)`))
			pages = append(pages, p)
		}
		for n := range 3 {
			h.Clock.AdvanceHolding(100 * time.Millisecond)
			want := `["tick@100"]`
			if n > 0 {
				want = fmt.Sprintf(`"then@%d","tick@%d"]`, n*100+50, n*100+100)
			}
			for _, p := range pages {
				assert.Contains(t, eval(t, p, "return log"), want)
			}
		}
		release()
		for _, p := range pages {
			require.NoError(t, p.Close())
		}
	}
}

// A page that ends, however, leaves the clock to the others.
func TestVirtualClockSurvivesPages(t *testing.T) {
	h := virtually(map[string]bridge.Rule{"wait": {Delay: time.Hour}})
	idle := make(chan struct{}, 100)
	h.Clock.OnIdle(func() { idle <- struct{}{} })
	for name, end := range map[string]func(*Page){
		"closed": func(p *Page) { require.NoError(t, p.Close()) },
		"stuck": func(p *Page) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			require.Error(t, p.Run(ctx, "a.js", "for (;;) {}"))
		},
		"given up": func(p *Page) { // the answer comes when nobody waits for it
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := p.Eval(ctx, "await qing.call('wait')")
			require.Error(t, err)
			require.NoError(t, p.Close())
		},
		"leaves in a job": func(p *Page) {
			require.NoError(t, p.Run(t.Context(), "a.js", "setTimeout(() => qing.call('wait'), 10); qing.call('pick'); for (let i = 0; i < 100; i++) qing.call('echo')"))
			require.NoError(t, p.Close())
		},
		"late": func(p *Page) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			_, err := p.Eval(ctx, "await new Promise(() => {})")
			require.ErrorIs(t, err, context.DeadlineExceeded)
		},
	} {
		t.Run(name, func(t *testing.T) {
			release := h.Clock.Hold()
			p := newPage(t, h, Options{})
			end(p)
			release()
			if name != "late" && name != "stuck" {
				<-idle // or the test hangs: a hold was lost
			}
			require.NoError(t, p.Close())
			for range len(idle) {
				<-idle
			}
			h.Clock.Hold()()
			<-idle
		})
	}
}

// BenchmarkVirtualCall is BenchmarkCall on a virtual clock.
func BenchmarkVirtualCall(b *testing.B) {
	h := testHost()
	h.Clock = bridge.NewVirtualClock(time.Now())
	p := newPage(b, h, Options{})
	for b.Loop() {
		eval(b, p, "await qing.call('echo', {text: '你好'})")
	}
}

// BenchmarkTimer is a timer of a page by a virtual clock, one after another.
func BenchmarkTimer(b *testing.B) {
	h := testHost()
	h.Clock = bridge.NewVirtualClock(time.Now())
	p := newPage(b, h, Options{})
	for b.Loop() {
		_, err := p.Eval(b.Context(), "for (let i = 0; i < 100; i++) await new Promise(r => setTimeout(r, 10))")
		require.NoError(b, err)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/timer")
}
