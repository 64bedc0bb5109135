package bridge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

func TestVirtualClockStandsWhileHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &firing{clock: bridge.NewVirtualClock(noon)}
		first, second := f.clock.Hold(), f.clock.Hold()
		f.after(2*time.Hour, "b")
		f.after(time.Hour, "a")
		first()
		first() // once is enough
		synctest.Wait()
		assert.Empty(t, f.fired())
		assert.Equal(t, noon, f.clock.Now())
		second()
		synctest.Wait()
		assert.Equal(t, []string{"a", "b"}, f.fired())
		assert.Equal(t, []time.Time{noon.Add(time.Hour), noon.Add(2 * time.Hour)}, f.when())
		assert.Equal(t, noon.Add(2*time.Hour), f.clock.Now())
	})
}

// What a timer sets off is through before the next one fires, also one of the same time.
func TestVirtualClockWaitsForWhatATimerSetOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &firing{clock: bridge.NewVirtualClock(noon)}
		setUp := f.clock.Hold()
		done := make(chan func(), 1)
		f.clock.AfterFunc(time.Second, func() { done <- f.clock.Hold() })
		f.after(time.Second, "next")
		setUp()
		release := <-done
		synctest.Wait()
		assert.Empty(t, f.fired())
		release()
		synctest.Wait()
		assert.Equal(t, []string{"next"}, f.fired())
	})
}

func TestVirtualClockAdvanceHolding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &firing{clock: bridge.NewVirtualClock(noon)}
		defer f.clock.Hold()()
		f.clock.AfterFunc(time.Second, func() {
			release := f.clock.Hold()
			go func() { // work that sets a timer on the way
				f.after(time.Second, "inner")
				release()
			}()
		})
		f.after(2*time.Second, "outer")
		f.after(time.Minute, "later")
		f.clock.AdvanceHolding(3 * time.Second)
		assert.Equal(t, []string{"outer", "inner"}, f.fired())
		assert.Equal(t, noon.Add(3*time.Second), f.clock.Now())
		synctest.Wait()
		assert.Len(t, f.fired(), 2, "it went on, though it is held")
		f.clock.AdvanceHolding(-time.Second)
		assert.Equal(t, noon.Add(3*time.Second), f.clock.Now())
	})
}

// Two who hold and move the clock at once do not wait for each other.
func TestVirtualClockMovedByTwo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := bridge.NewVirtualClock(noon)
		setUp := clock.Hold()
		var both sync.WaitGroup
		for range 2 {
			release := clock.Hold()
			both.Go(func() {
				defer release()
				clock.AdvanceHolding(time.Minute)
			})
		}
		setUp()
		both.Wait()
		clock.Advance(time.Minute) // of one who does not hold
		assert.Equal(t, noon.Add(3*time.Minute), clock.Now())
	})
}

func TestVirtualClockStandsOnceSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &firing{clock: bridge.NewVirtualClock(noon)}
		idle := 0
		release := f.clock.Hold()
		f.clock.OnIdle(func() { idle++ })
		f.after(time.Hour, "on the way")
		f.after(24*time.Hour, "later")
		f.clock.SetHolding(noon.Add(2 * time.Hour))
		assert.Equal(t, []string{"on the way"}, f.fired())
		assert.Zero(t, idle)
		release()
		synctest.Wait()
		assert.Equal(t, 1, idle)
		assert.Equal(t, noon.Add(2*time.Hour), f.clock.Now())
		f.clock.Hold()()
		synctest.Wait()
		assert.Equal(t, 2, idle)
		f.clock.Set(noon)
		f.clock.Advance(time.Minute)
		assert.Equal(t, noon.Add(time.Minute), f.clock.Now())
		f.clock.Run()
		synctest.Wait()
		assert.Equal(t, []string{"on the way", "later"}, f.fired())
		f.clock.OnIdle(nil)
	})
}

func TestVirtualClockIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := bridge.NewVirtualClock(noon)
		idle := make(chan time.Time, 9)
		release := clock.Hold()
		clock.OnIdle(func() { idle <- clock.Now() })
		clock.AfterFunc(time.Hour, func() {})
		synctest.Wait()
		assert.Empty(t, idle)
		release()
		assert.Equal(t, noon.Add(time.Hour), <-idle)
		synctest.Wait()
		assert.Empty(t, idle, "once is enough")
	})
}

func TestOtherClocksAreNotHeld(t *testing.T) {
	clock := bridge.NewClockAt(noon)
	defer clock.Hold()()
	clock.OnIdle(func() { t.Error("called") })
	fired := false
	clock.AfterFunc(time.Second, func() { fired = true })
	clock.AdvanceHolding(time.Second)
	assert.True(t, fired)
	clock.SetHolding(noon.Add(time.Hour))
	assert.Equal(t, noon.Add(time.Hour), clock.Now())
	ctx, done := clock.Work(t.Context())
	defer done()
	assert.Equal(t, t.Context(), ctx)
	assert.Zero(t, testing.AllocsPerRun(10, func() { clock.Hold()() }))
}

func TestWorkIsLaidDownInWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := bridge.NewVirtualClock(noon)
		idle := 0
		ctx, done := clock.Work(t.Context())
		clock.OnIdle(func() { idle++ })
		require.NoError(t, clock.Wait(time.Hour)(ctx))
		synctest.Wait()
		assert.Equal(t, noon.Add(time.Hour), clock.Now())
		assert.Zero(t, idle, "it is at work again")
		resume := bridge.Pause(ctx)
		synctest.Wait()
		assert.Equal(t, 1, idle)
		resume()
		done()
		done()
		synctest.Wait()
		assert.Equal(t, 2, idle)
		bridge.Pause(ctx)() // after its end
		synctest.Wait()
		assert.Equal(t, 2, idle)
	})
}

func TestTimeout(t *testing.T) {
	for name, clock := range map[string]*bridge.Clock{"virtual": bridge.NewVirtualClock(noon), "standing": bridge.NewClockAt(noon)} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, done := clock.Work(t.Context())
				limited, cancel := clock.Timeout(ctx, time.Second)
				clock.AfterFunc(time.Minute, func() {})
				if name == "standing" {
					go clock.Advance(time.Second)
				}
				resume := bridge.Pause(ctx)
				<-limited.Done()
				assert.Equal(t, noon.Add(time.Second), clock.Now(), "held until the one that it ended goes on")
				resume()
				cancel()
				_, cancel = clock.Timeout(ctx, time.Hour)
				cancel()
				cancel()
				done()
				synctest.Wait()
			})
		})
	}
}

func TestHandover(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := bridge.NewVirtualClock(noon)
		idle := 0
		clock.OnIdle(func() { idle++ })
		synctest.Wait()
		require.Equal(t, 1, idle)
		h := bridge.NewHandover[string](clock)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := h.Wait(ended)
		require.ErrorIs(t, err, context.Canceled)
		assert.True(t, h.Give("张三"))
		assert.False(t, h.Give("李四"))
		synctest.Wait()
		assert.Equal(t, 1, idle, "the value is on its way")
		got, err := h.Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "张三", got)
		synctest.Wait()
		assert.Equal(t, 2, idle)

		h = bridge.NewHandover[string](clock)
		h.Give("王五")
		h.Drop()
		h.Drop()
		synctest.Wait()
		assert.Equal(t, 3, idle)
		assert.False(t, h.Give("赵六"))
	})
}

// virtualHost is a host on a virtual clock; its functions play a program, and what happens is noted with its time.
type virtualHost struct {
	*bridge.Host
	mu     sync.Mutex
	events map[string][]string // per call
}

func (v *virtualHost) note(who, what string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.events[who] = append(v.events[who], fmt.Sprintf("%s at %v", what, v.Clock.Now().Sub(noon)))
}

type play struct {
	Who   string
	Steps []string
	Waits []time.Duration
}

func (v *virtualHost) play(ctx context.Context, page bridge.Page, p play) (none, error) {
	for i, step := range p.Steps {
		d := p.Waits[i]
		switch step {
		case "wait":
			if v.Clock.Wait(d)(ctx) != nil {
				v.note(p.Who, "cancelled")
				return none{}, ctx.Err()
			}
		case "view", "toast": // answered after d, or put away then
			limited, cancel := v.Clock.Timeout(ctx, d)
			var answer struct{ Who string }
			view := "view.test"
			if step == "toast" {
				view = "view.toast"
			}
			err := page.Call(limited, view, p.Who, &answer)
			cancel()
			v.note(p.Who, fmt.Sprint(answer.Who, err))
		case "go":
			page.Go(func(ctx context.Context) {
				_ = v.Clock.Wait(d)(ctx)
				v.note(p.Who, "went")
			})
		case "timer":
			v.Clock.AfterFunc(d, func() { _ = page.Emit(context.Background(), "timer", p.Who) })
		case "idle":
			page.Go(func(ctx context.Context) {
				resume := bridge.Pause(ctx)
				<-ctx.Done()
				resume()
				v.note(p.Who, "left")
			})
		}
		v.note(p.Who, step)
	}
	return none{}, nil
}

// random plays a random program: pages that call, show views and get answers, until nothing moves; and returns what
// happened, by who, each with its time.
func random(t *testing.T, seed uint64) map[string][]string {
	r := rand.New(rand.NewPCG(seed, 1))
	v := &virtualHost{events: map[string][]string{}}
	v.Host = bridge.NewHost(echo(),
		bridge.DefineOnPage("play", "plays", v.play, bridge.Waits),
		bridge.DefineOnPage("inTurn", "plays in turn", func(ctx context.Context, page bridge.Page, p play) (none, error) {
			p.Steps = slices.DeleteFunc(p.Steps, func(s string) bool { return s != "go" && s != "timer" && s != "idle" })
			return v.play(ctx, page, p)
		}))
	v.Clock = bridge.NewVirtualClock(noon)
	v.SetScript(script{rules: map[string]bridge.Rule{
		"echo": {Delay: time.Duration(r.IntN(3)) * time.Second},
		"made": {Answer: func(ctx context.Context, params json.RawMessage) (json.RawMessage, error) {
			v.Clock.AfterFunc(time.Second, func() { bridge.Finish(ctx, params, nil) })
			return nil, bridge.ErrStaysOpen
		}},
	}})
	idle := make(chan struct{}, 1)
	release := v.Clock.Hold()
	v.Clock.OnIdle(func() {
		select {
		case idle <- struct{}{}:
		default:
		}
	})
	var all sync.WaitGroup
	ends := make([]*bridge.PipeEnd, 3)
	for n := range ends {
		hostEnd, end := bridge.PipeOn(v.Clock)
		ends[n] = end
		all.Go(func() { assert.NoError(t, v.Serve(t.Context(), hostEnd)) })
		all.Go(func() { // the page: notes what comes, and answers views after a while
			for {
				m, err := end.Read(t.Context())
				if err != nil {
					return
				}
				if m.Method == "view.test" {
					v.Clock.AfterFunc(time.Duration(len(m.Params)*int(m.Params[len(m.Params)-2])%5)*700*time.Millisecond, func() {
						_ = end.Write(t.Context(), bridge.Message{ID: m.ID, Result: json.RawMessage(`{"Who":"李四"}`)})
					})
				}
				if m.Method == "timer" {
					v.note(string(m.Params), "timer")
				}
			}
		})
		steps := []string{"wait", "view", "toast", "go", "timer", "idle"}
		for id := range uint64(12) {
			p := play{Who: fmt.Sprintf("%d-%d", n, id)}
			for range r.IntN(8) {
				p.Steps = append(p.Steps, steps[r.IntN(len(steps))])
				p.Waits = append(p.Waits, time.Duration(1+r.IntN(3000))*time.Millisecond)
			}
			method := []string{"play", "inTurn", "echo", "made", "unheardOf"}[r.IntN(5)]
			require.NoError(t, end.Write(t.Context(), bridge.Message{ID: id + 1, Method: method, Params: encode(t, p)}))
		}
	}
	release()
	until := time.Duration(r.IntN(4000)) * time.Millisecond
	receive(t, idle)
	v.Clock.Set(v.Clock.Now().Add(until))
	v.Clock.Run()
	receive(t, idle)
	for _, end := range ends {
		_ = end.Close() // never fails
	}
	all.Wait()
	last := make(chan struct{}, 3) // what the clock still has to say of the pages goes to the other
	v.Clock.OnIdle(func() { last <- struct{}{} })
	receive(t, last)
	v.Clock.Hold()()
	receive(t, last) // no hold was lost, nor let go twice: then a timer would fire while it is held
	held := v.Clock.Hold()
	v.Clock.AfterFunc(0, func() { v.note("end", "fired") })
	v.note("end", "held")
	held()
	receive(t, last)
	assert.Len(t, v.events["end"], 2)
	return v.events
}

// Whatever goroutines do at once, each function sees the same things at the same times, and nothing hangs.
func TestVirtualClockIsDeterministic(t *testing.T) {
	for seed := range uint64(20) {
		want := random(t, seed)
		for range 3 {
			require.Equal(t, want, random(t, seed), "seed %d", seed)
		}
	}
}
