package bridge

import (
	"encoding/json"
	"sync"
	"time"
)

// CallState says how far a call has come.
type CallState string

const (
	CallOpen       CallState = "open"       // no answer yet
	CallDone       CallState = "done"       // answered, or through without one (silent methods)
	CallCancelled  CallState = "cancelled"  // the page left, or the host was reset
	CallUnanswered CallState = "unanswered" // never gets an answer, as on the phone
)

// OverHTTP is the Page of a call that no page made: it came over HTTP.
const OverHTTP = "http"

// CallRecord is one call in the log.
type CallRecord struct {
	ID     uint64          `json:"id"`     // increasing over all pages
	Page   string          `json:"page"`   // the page's id, or OverHTTP
	Method string          `json:"method"` // as the page wrote it; over HTTP the API's name
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"` // the last one that was delivered; null before
	State  CallState       `json:"state"`
	At     int64           `json:"at"`   // ms since the epoch, host time
	Took   int64           `json:"took"` // ms of host time until it was done; 0 before
	// Ignored names the fields of Params that the API does not know: 20 at most, cut after 64 bytes.
	Ignored []string `json:"ignored,omitempty"`
	// Note says why there is no answer, for the terminal; empty while there is nothing to say.
	Note string `json:"-"`

	dropped bool // no longer in the log, though its call may be open
}

// Most that a log keeps; what is older goes.
const (
	logCalls = 10_000
	logBytes = 64 << 20
)

// Log is the record of calls, oldest first. It keeps the last 10,000 and at most 64 MiB of them.
type Log struct {
	mu      sync.Mutex
	records []*CallRecord
	lastID  uint64
	bytes   int
	observe []func(CallRecord)
}

// Observe has f called with every call when it comes and each time that it changes, one at a time. f must not block, and
// not call the log.
func (l *Log) Observe(f func(CallRecord)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.observe = append(l.observe, f)
}

// After returns the calls with an id above after, of one method unless method is empty.
func (l *Log) After(after uint64, method string) []CallRecord {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := []CallRecord{}
	for _, r := range l.records {
		if r.ID > after && (method == "" || r.Method == method) {
			found = append(found, *r)
		}
	}
	return found
}

// Clear forgets every call; ids go on.
func (l *Log) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.records {
		r.dropped = true
	}
	l.records, l.bytes = nil, 0
}

// Add enters a call and gives it its ID. Params and Result are kept, and not to be changed afterwards; empty ones are null.
func (l *Log) Add(r CallRecord) { l.add(&r) }

// add enters a call, which may change later.
func (l *Log) add(r *CallRecord) *CallRecord {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(r.Params) == 0 {
		r.Params = json.RawMessage("null")
	}
	if len(r.Result) == 0 {
		r.Result = json.RawMessage("null")
	}
	l.lastID++
	r.ID = l.lastID
	l.records = append(l.records, r)
	l.bytes += len(r.Params) + len(r.Result)
	old := 0
	for ; old < len(l.records)-1 && (len(l.records)-old > logCalls || l.bytes > logBytes); old++ {
		l.bytes -= len(l.records[old].Params) + len(l.records[old].Result)
		l.records[old].dropped = true
	}
	l.records = l.records[old:]
	l.tell(r)
	return r
}

// change updates a call.
func (l *Log) change(r *CallRecord, state CallState, result json.RawMessage, note string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if result != nil {
		if !r.dropped {
			l.bytes += len(result) - len(r.Result)
		}
		r.Result = result
	}
	r.State, r.Note = state, note
	if state != CallOpen {
		r.Took = max(now.UnixMilli()-r.At, 0)
	}
	l.tell(r)
}

func (l *Log) tell(r *CallRecord) {
	for _, f := range l.observe {
		f(*r)
	}
}
