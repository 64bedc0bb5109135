package bridge_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

func TestResetLetsNoHoldGetLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := bridge.NewVirtualClock(noon)
		h := bridge.NewHost(bridge.DefineOnPage("pick", "asks", func(ctx context.Context, page bridge.Page, _ none) (none, error) {
			var answer none
			return none{}, page.Call(ctx, "view.test", none{}, &answer)
		}, bridge.Waits))
		h.Clock = clock
		var idle atomic.Int64
		hostEnd, end := bridge.PipeOn(clock)
		clock.OnIdle(func() { idle.Add(1) })
		served := make(chan error, 1)
		go func() { served <- h.Serve(t.Context(), hostEnd) }()
		for range 3 {
			require.NoError(t, end.Write(t.Context(), bridge.Message{ID: 1, Method: "pick"}))
			m, err := end.Read(t.Context())
			require.NoError(t, err)
			require.Equal(t, "view.test", m.Method)
			before := idle.Load()
			synctest.Wait()
			assert.Equal(t, before, idle.Load(), "the page holds the message")
			h.Reset()
			for m.Error == nil { // the view is put away, and the call is cancelled
				m, err = end.Read(t.Context())
				require.NoError(t, err)
			}
		}
		_ = end.Close() // never fails
		require.NoError(t, <-served)
		synctest.Wait() // the clock tells of it a little later
		before := idle.Load()
		clock.Hold()()
		synctest.Wait()
		assert.Equal(t, before+1, idle.Load())
	})
}

// A call that a reset cancels in the queue never runs when the page leaves at once, and holds the clock no longer.
func TestResetLetsGoOfQueuedCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		nothing := func(context.Context, none) (none, error) { return none{}, nil }
		h := bridge.NewHost(bridge.Define("later", "waits in the queue", nothing),
			bridge.Define("block", "keeps the queue busy", func(context.Context, none) (none, error) {
				<-release
				return none{}, nil
			}))
		h.Clock = bridge.NewVirtualClock(noon)
		var idle atomic.Int64
		h.Clock.OnIdle(func() { idle.Add(1) })
		hostEnd, page := bridge.PipeOn(h.Clock)
		served := make(chan error, 1)
		go func() { served <- h.Serve(t.Context(), hostEnd) }()
		require.NoError(t, page.Write(t.Context(), bridge.Message{ID: 1, Method: "block"}))
		require.NoError(t, page.Write(t.Context(), bridge.Message{ID: 2, Method: "later"}))
		synctest.Wait()
		h.Reset()
		_ = page.Close() // never fails
		synctest.Wait()
		close(release)
		require.NoError(t, <-served)
		synctest.Wait()
		before := idle.Load()
		h.Clock.Hold()()
		synctest.Wait()
		assert.Equal(t, before+1, idle.Load())
	})
}

// When a page leaves or is reset, the clock stands until all that it had started has ended.
func TestVirtualClockStandsWhilePagesEnd(t *testing.T) {
	for name, end := range map[string]func(*bridge.Host, *bridge.PipeEnd){
		"leaves": func(_ *bridge.Host, page *bridge.PipeEnd) { _ = page.Close() }, // never fails
		"reset":  func(h *bridge.Host, _ *bridge.PipeEnd) { h.Reset() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var h *bridge.Host
				ended := make(chan time.Time, 1)
				waits := func(ctx context.Context, then func(resume func())) {
					resume := bridge.Pause(ctx)
					<-ctx.Done()
					then(resume)
				}
				h = bridge.NewHost(bridge.DefineOnPage("start", "starts two", func(_ context.Context, page bridge.Page, _ none) (none, error) {
					page.Go(func(ctx context.Context) {
						waits(ctx, func(resume func()) {
							resume()
							h.Clock.AfterFunc(time.Hour, func() {})
						})
					})
					page.Go(func(ctx context.Context) {
						waits(ctx, func(resume func()) {
							time.Sleep(time.Second) // the other one is through
							resume()
							ended <- h.Clock.Now()
						})
					})
					return none{}, nil
				}, bridge.Silent))
				h.Clock = bridge.NewVirtualClock(noon)
				hostEnd, page := bridge.PipeOn(h.Clock)
				served := make(chan error, 1)
				go func() { served <- h.Serve(t.Context(), hostEnd) }()
				require.NoError(t, page.Write(t.Context(), bridge.Message{ID: 1, Method: "start"}))
				_, err := page.Read(t.Context())
				require.NoError(t, err)
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				_, err = page.Read(ctx) // nothing more is read, and nothing held for that
				require.ErrorIs(t, err, context.Canceled)
				synctest.Wait()
				end(h, page)
				assert.Equal(t, noon, <-ended)
				_ = page.Close() // never fails
				require.NoError(t, <-served)
				synctest.Wait()
				assert.Equal(t, noon.Add(time.Hour), h.Clock.Now(), "a hold was lost")
			})
		})
	}
}

// A call that was never begun when its page left holds nothing.
func TestVirtualClockForgetsTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := bridge.NewHost(does("block", func(ctx context.Context) { <-ctx.Done() }))
		h.Clock = bridge.NewVirtualClock(noon)
		hostEnd, page := bridge.PipeOn(h.Clock)
		served := make(chan error, 1)
		go func() { served <- h.Serve(t.Context(), hostEnd) }()
		for id := range uint64(3) {
			require.NoError(t, page.Write(t.Context(), bridge.Message{ID: id + 1, Method: "block"}))
		}
		h.Clock.AfterFunc(time.Hour, func() {})
		synctest.Wait()
		assert.Equal(t, noon, h.Clock.Now(), "a function is at work")
		_ = page.Close() // never fails
		require.NoError(t, <-served)
		synctest.Wait()
		assert.Equal(t, noon.Add(time.Hour), h.Clock.Now())
	})
}
