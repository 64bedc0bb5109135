package bridge_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// noon is when the source document's examples were made.
var noon = time.Date(2018, 4, 3, 12, 0, 0, 0, time.UTC)

// firing records what fires on a clock, and when.
type firing struct {
	clock *bridge.Clock
	mu    sync.Mutex
	names []string
	times []time.Time
}

func (f *firing) after(d time.Duration, name string) (stop func() bool) {
	return f.clock.AfterFunc(d, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.names = append(f.names, name)
		f.times = append(f.times, f.clock.Now())
	})
}

func (f *firing) fired() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.names)
}

func (f *firing) when() []time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.times)
}

func TestClockFiresInOrderEachAtItsOwnTime(t *testing.T) {
	f := &firing{clock: bridge.NewClockAt(noon)}
	f.after(2*time.Second, "c")
	f.after(time.Second, "a")
	f.after(time.Second, "b") // set later than a, for the same time
	f.after(time.Hour, "never")
	f.clock.Advance(3 * time.Second)
	assert.Equal(t, []string{"a", "b", "c"}, f.fired())
	assert.Equal(t, []time.Time{noon.Add(time.Second), noon.Add(time.Second), noon.Add(2 * time.Second)}, f.when())
	assert.Equal(t, noon.Add(3*time.Second), f.clock.Now())
}

func TestClockFiresWhatIsSetOnTheWay(t *testing.T) {
	f := &firing{clock: bridge.NewClockAt(noon)}
	f.clock.AfterFunc(time.Second, func() { f.after(time.Second, "inner") })
	f.after(3*time.Second, "outer")
	f.clock.Advance(2 * time.Second)
	assert.Equal(t, []string{"inner"}, f.fired())
	assert.Equal(t, noon.Add(2*time.Second), f.when()[0])
	f.clock.Advance(time.Second)
	assert.Equal(t, []string{"inner", "outer"}, f.fired())
}

func TestClockStopsATimer(t *testing.T) {
	f := &firing{clock: bridge.NewClockAt(noon)}
	stop := f.after(time.Second, "stopped")
	stopFired := f.after(time.Second, "fired")
	assert.True(t, stop())
	assert.False(t, stop(), "stopped before")
	f.clock.Advance(time.Second)
	assert.Equal(t, []string{"fired"}, f.fired())
	assert.False(t, stopFired(), "fired before")
}

func TestClockStandsOnceSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &firing{clock: bridge.NewClock()}
		f.after(time.Minute, "on the way")
		f.after(time.Hour, "later")
		to := time.Now().Add(2 * time.Minute)
		f.clock.Set(to)
		assert.Equal(t, []string{"on the way"}, f.fired())
		time.Sleep(24 * time.Hour)
		assert.True(t, to.Equal(f.clock.Now()), "it goes on")
		back := to.Add(-90 * time.Second)
		f.clock.Set(back)
		f.clock.Advance(-time.Hour)
		assert.True(t, back.Equal(f.clock.Now()), "%s", f.clock.Now())
		assert.Equal(t, []string{"on the way"}, f.fired())
	})
}

func TestClockRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &firing{clock: bridge.NewClockAt(noon)}
		f.after(time.Second, "first")
		f.after(2*time.Second, "second")
		f.after(0, "at once")
		time.Sleep(time.Minute)
		assert.Empty(t, f.fired(), "the clock stands")
		f.clock.Run()
		synctest.Wait()
		assert.Equal(t, []string{"at once"}, f.fired())
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"at once", "first"}, f.fired())
		assert.True(t, noon.Add(time.Second).Equal(f.clock.Now()))
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"at once", "first", "second"}, f.fired())
	})
}

func TestClockRunsOnAfterAdvance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &firing{clock: bridge.NewClock()}
		before := f.clock.Now()
		f.after(time.Minute, "advanced")
		f.after(time.Hour, "in its time")
		f.clock.Advance(time.Minute)
		assert.Equal(t, []string{"advanced"}, f.fired())
		time.Sleep(59 * time.Minute)
		synctest.Wait()
		assert.Equal(t, []string{"advanced", "in its time"}, f.fired())
		assert.Equal(t, time.Hour, f.clock.Now().Sub(before))
	})
}

// A timer that fires by itself may set others, and a moved clock does not fire it a second time.
func TestClockRunningTimerSetsAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &firing{clock: bridge.NewClock()}
		f.clock.AfterFunc(time.Second, func() { f.after(time.Second, "inner") })
		time.Sleep(2 * time.Second)
		synctest.Wait()
		f.clock.Advance(time.Hour)
		assert.Equal(t, []string{"inner"}, f.fired())
	})
}

func TestClockStartKeepsWhatRemains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &firing{clock: bridge.NewClock()}
		f.after(10*time.Second, "timer")
		time.Sleep(4 * time.Second)
		f.clock.Start(noon)
		assert.True(t, noon.Equal(f.clock.Now()))
		time.Sleep(5 * time.Second)
		synctest.Wait()
		assert.Empty(t, f.fired())
		time.Sleep(time.Second)
		synctest.Wait()
		require.Equal(t, []string{"timer"}, f.fired())
		assert.True(t, noon.Add(6*time.Second).Equal(f.when()[0]), "%s", f.when()[0])
	})
}

func TestClockWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := bridge.NewClockAt(noon)
		woke := make(chan error, 1)
		go func() { woke <- clock.Wait(time.Second)(t.Context()) }()
		synctest.Wait()
		assert.Empty(t, woke)
		clock.Advance(time.Second)
		assert.NoError(t, <-woke)

		ctx, cancel := context.WithCancel(t.Context())
		go func() { woke <- clock.Wait(time.Second)(ctx) }()
		synctest.Wait()
		cancel()
		assert.ErrorIs(t, <-woke, context.Canceled)
		assert.NoError(t, clock.Wait(0)(t.Context()))
		assert.ErrorIs(t, clock.Wait(0)(ctx), context.Canceled)
	})
}
