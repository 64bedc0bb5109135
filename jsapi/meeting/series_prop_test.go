package meeting

import (
	"database/sql"
	"flag"
	"fmt"
	"path"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// snapshot is a series as the database has it, by id.
func (h *host) snapshot(t testing.TB, parent string) map[string]record {
	t.Helper()
	all := map[string]record{}
	require.NoError(t, h.db.Read(t.Context(), func(tx *sql.Tx) error {
		list, err := h.loadSeries(tx, parent)
		for _, r := range list {
			all[r.id] = *r
		}
		return err
	}))
	return all
}

// some draws one of the values or a little more, the first most often: rapid's own ranges keep to their ends, where nothing
// is left of a series.
func some(rt *rapid.T, label string, values ...int64) int64 {
	return rapid.SampledFrom(values).Draw(rt, label) + rapid.Int64Range(0, 3*3600_000).Draw(rt, label+" and")
}

// TestBatchKeepsItsPromises draws series and batch calls and holds the results against what the calls promise.
func TestBatchKeepsItsPromises(t *testing.T) { onEach(t, testBatchKeepsItsPromises) }

func testBatchKeepsItsPromises(t *testing.T, newHost newHostFunc) {
	if path.Base(t.Name()) != "memory" { // a quarter of the cases: it is the same code, and slower
		checks := flag.Lookup("rapid.checks")
		all, err := strconv.Atoi(checks.Value.String())
		require.NoError(t, err)
		require.NoError(t, checks.Value.Set(strconv.Itoa(all/4)))
		defer func() { require.NoError(t, checks.Value.Set(strconv.Itoa(all))) }()
	}
	rapid.Check(t, func(rt *rapid.T) {
		h := newHost(t)
		h.clock.Set(monday)
		start := monday.UnixMilli() + some(rt, "start", -9*millisPerDay, 2*millisPerDay, -20*millisPerDay, 0, 3600_000)
		repeat := rapid.IntRange(0, 5).Draw(rt, "repeat")
		until := start + some(rt, "until", 30*millisPerDay, 60*millisPerDay, 14*millisPerDay, 100*millisPerDay, 0)
		ids := h.repeated(t, start, repeat, until, `,"noticeTime":15`)
		parent := ids[0]
		own := map[string]bool{} // cancelled by cancel
		for range rapid.IntRange(1, 6).Draw(rt, "calls") {
			h.clock.Advance(time.Duration(some(rt, "later", 3600_000, 3*millisPerDay, millisPerDay/2, 10*millisPerDay, 0)) * time.Millisecond)
			now := h.now()
			before := h.snapshot(t, parent)
			live := map[string]bool{}
			for id, r := range before {
				if r.cancelled == nil && r.end > now {
					live[id] = true
				}
			}
			switch kind := rapid.SampledFrom([]string{"modify", "modify", "cancel one", "modify", "cancel one", "modify", "cancel all"}).Draw(rt, "call"); kind {
			case "cancel one":
				id := rapid.SampledFrom(ids).Draw(rt, "id")
				_, failed := h.serve(t, "meeting.cancel", fmt.Sprintf(`{"id":%q,"openid":%q}`, id, hePeng))
				require.Equal(rt, before[id].cancelled != nil, failed != nil)
				own[id] = own[id] || failed == nil
				continue
			case "cancel all":
				_, failed := h.serve(t, "meeting.batchCancel", fmt.Sprintf(`{"id":%q,"openid":%q}`, parent, hePeng))
				require.Equal(rt, len(live) == 0, failed != nil)
				for id, r := range h.snapshot(t, parent) {
					if live[id] {
						require.Equal(rt, now, *r.cancelled)
						require.Nil(rt, r.remindAt)
						own[id] = true
					} else {
						require.Equal(rt, before[id], r)
					}
				}
				continue
			}
			from := start + some(rt, "from", 0, 3600_000, 12*3600_000, 20*3600_000, millisPerDay+1)
			length := max(1, some(rt, "length", 3600_000, millisPerDay, 3*millisPerDay, 1))
			repeat = rapid.IntRange(0, 5).Draw(rt, "new repeat")
			until = start + some(rt, "new until", 45*millisPerDay, 20*millisPerDay, 90*millisPerDay, 10*millisPerDay, 0)
			_, failed := h.serve(t, "meeting.batchModify", fmt.Sprintf(
				`{"id":%q,"openid":%q,"startDate":%d,"endDate":%d,"repeat":%d,"repeatEndDate":%d,"title":"新%d"}`, parent, hePeng, from, from+length, repeat, until, now))
			after := h.snapshot(t, parent)
			if failed != nil {
				require.Equal(rt, before, after, "what fails changes nothing")
				continue
			}
			// The rule's days, by the oracle: the day of the parent stays, its time of day is from's.
			_, clock := wallOf(from, roomZone)
			first := before[parent].day
			wanted := map[day]int64{}
			for _, o := range expandOracle(rule{repeat: repeat, clock: atWall(first, clock, roomZone), until: until}, roomZone, nil, maxOccurrences) {
				wanted[o.day] = o.start
			}
			held := map[day]bool{} // days that have a meeting, or are to have none
			for id, r := range before {
				held[r.day] = held[r.day] || live[id] || own[id] || r.cancelled == nil
			}
			onDay := map[day]string{}
			for id, r := range after {
				was, known := before[id]
				start, is := wanted[r.day]
				switch {
				case known && !live[id]:
					require.Equal(rt, was, r, "nothing that has ended or been cancelled is touched")
				case known && is:
					require.Nil(rt, r.cancelled, "days that stay keep their ids")
				case known:
					require.Equal(rt, now, *r.cancelled, "dropped days are cancelled")
					require.True(rt, r.dropped)
				default:
					require.True(rt, is && !held[r.day] && r.end > now, "new days are the rule's, to come, and had nothing")
				}
				if r.cancelled == nil && (!known || live[id]) {
					require.Equal(rt, start, r.start)
					require.Equal(rt, length, r.end-r.start)
					require.Equal(rt, fmt.Sprintf("新%d", now), r.Title)
					require.Empty(rt, onDay[r.day], "one meeting a day")
					onDay[r.day] = id
				}
			}
			for d, start := range wanted {
				if start+length > now && !held[d] {
					require.NotEmpty(rt, onDay[d], "no day is missing")
				}
			}
			for id := range before {
				require.Contains(rt, after, id, "nothing is lost")
			}
		}
	})
}
