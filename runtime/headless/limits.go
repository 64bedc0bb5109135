package headless

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// LimitRegexps has a match that backtracks end after d. What interrupts a script cannot stop one: goja hands patterns with
// lookaround or back references to a library that only knows a time limit, after which they have not matched. It is for
// main, before the first page: it holds for the whole process, and that library then keeps a goroutine for a clock.
func LimitRegexps(d time.Duration) { regexp2.DefaultMatchTimeout = d }

// ErrMemory is the cause of a Memory fault.
var ErrMemory = errors.New("内存超出上限")

// memoryCheck is how often the heap is looked at while a page is open.
const memoryCheck = 20 * time.Millisecond

// watchMemory interrupts the job at work when the process has more live objects than so many bytes, until the loop is over.
func (l *loop) watchMemory(limit uint64) {
	tick := time.NewTicker(memoryCheck)
	defer tick.Stop()
	for {
		select {
		case <-l.over:
			return
		case <-tick.C:
		}
		if l.busy() == 0 || heapBytes() <= limit {
			continue
		}
		runtime.GC() // what is there may be garbage
		stuck := l.busy()
		if size := heapBytes(); stuck != 0 && size > limit {
			l.interrupt(stuck, fmt.Errorf("%w (%d MiB): 已用 %d MiB", ErrMemory, limit>>20, size>>20))
		}
	}
}

// heapBytes returns the bytes of all objects that the collector has not taken yet.
func heapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
