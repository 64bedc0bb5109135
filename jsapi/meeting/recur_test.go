package meeting

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

var zones sync.Map // by name: LoadLocation reads a file each time

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()
	if zone, is := zones.Load(name); is {
		return zone.(*time.Location)
	}
	zone, err := time.LoadLocation(name)
	require.NoError(t, err)
	zones.Store(name, zone)
	return zone
}

// expanded returns a rule's occurrences as the zone's clocks show them, with the offset.
func expanded(t *testing.T, zone, start string, repeat int, until string, holidays map[string]bool) []string {
	t.Helper()
	loc := zoneOf(t, zone)
	c, err := newCalendar(loc, holidays)
	require.NoError(t, err)
	from, err := time.Parse(time.RFC3339, start)
	require.NoError(t, err)
	to, err := time.Parse(time.RFC3339, until)
	require.NoError(t, err)
	r := rule{repeat: repeat, clock: from.UnixMilli(), until: to.UnixMilli()}
	r.first, _ = wallOf(r.clock, loc)
	list, err := c.expand(r)
	require.NoError(t, err)
	var texts []string
	for _, o := range list {
		at := time.UnixMilli(o.start).In(loc)
		text := at.Format("01-02T15:04:05.999Z07:00")
		if d, _ := wallOf(o.start, loc); d != o.day {
			text += "_for_" + o.day.String()
		}
		texts = append(texts, text)
	}
	return texts
}

func TestExpand(t *testing.T) {
	const shanghai, berlin, newYork = "Asia/Shanghai", "Europe/Berlin", "America/New_York"
	for _, c := range []struct {
		name, zone, start string
		repeat            int
		until             string
		holidays          map[string]bool
		want              string
	}{
		{"once", shanghai, "2018-06-26T16:46:08.912+08:00", 0, "2018-07-04T14:50:00+08:00", nil, "06-26T16:46:08.912+08:00"},
		{"the source's example", shanghai, "2018-06-26T16:46:08.912+08:00", 1, "2018-07-04T15:03:20+08:00", nil,
			"06-26T16:46:08.912+08:00 06-27T16:46:08.912+08:00 06-28T16:46:08.912+08:00 06-29T16:46:08.912+08:00 07-02T16:46:08.912+08:00 07-03T16:46:08.912+08:00"},
		{"working days from a Saturday", shanghai, "2018-06-30T09:00:00+08:00", 1, "2018-07-03T09:00:00+08:00", nil,
			"06-30T09:00:00+08:00 07-02T09:00:00+08:00 07-03T09:00:00+08:00"},
		{"holidays", shanghai, "2026-09-30T09:00:00+08:00", 1, "2026-10-12T00:00:00+08:00",
			map[string]bool{"2026-10-01": false, "2026-10-02": false, "2026-10-05": false, "2026-10-06": false, "2026-10-07": false, "2026-10-10": true},
			"09-30T09:00:00+08:00 10-08T09:00:00+08:00 10-09T09:00:00+08:00 10-10T09:00:00+08:00"},
		{"until is met to the millisecond", shanghai, "2018-06-26T09:00:00.005+08:00", 2, "2018-06-28T09:00:00.005+08:00", nil,
			"06-26T09:00:00.005+08:00 06-27T09:00:00.005+08:00 06-28T09:00:00.005+08:00"},
		{"and missed by one", shanghai, "2018-06-26T09:00:00.005+08:00", 2, "2018-06-28T09:00:00.004+08:00", nil,
			"06-26T09:00:00.005+08:00 06-27T09:00:00.005+08:00"},
		{"weekly", shanghai, "2018-06-26T00:30:00+08:00", 3, "2018-07-10T23:00:00+08:00", nil, "06-26T00:30:00+08:00 07-03T00:30:00+08:00 07-10T00:30:00+08:00"},
		{"every two weeks, over the year", shanghai, "2018-12-25T09:00:00+08:00", 4, "2019-01-22T23:00:00+08:00", nil,
			"12-25T09:00:00+08:00 01-08T09:00:00+08:00 01-22T09:00:00+08:00"},
		{"monthly on the 31st", shanghai, "2018-01-31T09:00:00+08:00", 5, "2018-06-01T00:00:00+08:00", nil,
			"01-31T09:00:00+08:00 03-31T09:00:00+08:00 05-31T09:00:00+08:00"},
		{"monthly on 29 February", shanghai, "2023-12-29T09:00:00+08:00", 5, "2024-03-01T00:00:00+08:00", nil,
			"12-29T09:00:00+08:00 01-29T09:00:00+08:00 02-29T09:00:00+08:00"},
		{"Berlin keeps its clocks over both changes", berlin, "2026-03-28T09:00:00+01:00", 2, "2026-03-30T09:00:00+02:00", nil,
			"03-28T09:00:00+01:00 03-29T09:00:00+02:00 03-30T09:00:00+02:00"},
		{"Berlin, monthly", berlin, "2026-09-25T09:00:00+02:00", 5, "2026-11-30T00:00:00+01:00", nil,
			"09-25T09:00:00+02:00 10-25T09:00:00+01:00 11-25T09:00:00+01:00"},
		{"Berlin, a time that is skipped", berlin, "2026-03-28T02:30:00+01:00", 2, "2026-03-30T12:00:00+02:00", nil,
			"03-28T02:30:00+01:00 03-29T03:30:00+02:00 03-30T02:30:00+02:00"},
		{"Berlin, a time that comes twice", berlin, "2026-10-24T02:30:00+02:00", 2, "2026-10-26T12:00:00+01:00", nil,
			"10-24T02:30:00+02:00 10-25T02:30:00+02:00 10-26T02:30:00+01:00"},
		{"Berlin, the parent at the second of two", berlin, "2026-10-25T02:30:00+01:00", 2, "2026-10-26T12:00:00+01:00", nil,
			"10-25T02:30:00+01:00 10-26T02:30:00+01:00"},
		{"New York, skipped", newYork, "2026-03-01T02:15:00.001-05:00", 3, "2026-03-15T12:00:00-04:00", nil,
			"03-01T02:15:00.001-05:00 03-08T03:15:00.001-04:00 03-15T02:15:00.001-04:00"},
		{"New York, twice", newYork, "2026-10-25T01:30:00-04:00", 3, "2026-11-08T12:00:00-05:00", nil,
			"10-25T01:30:00-04:00 11-01T01:30:00-04:00 11-08T01:30:00-05:00"},
		{"New York, the day is the zone's", newYork, "2026-07-03T22:00:00-04:00", 1, "2026-07-06T23:00:00-04:00", nil,
			"07-03T22:00:00-04:00 07-06T22:00:00-04:00"},
		{"Samoa had no 30 December 2011", "Pacific/Apia", "2011-12-29T09:00:00-10:00", 2, "2011-12-31T23:00:00+14:00", nil,
			"12-29T09:00:00-10:00 12-31T09:00:00+14:00"},
		{"Nuuk skips the last hour of a day", "America/Nuuk", "2024-03-29T23:30:00-02:00", 2, "2024-03-31T23:59:00-01:00", nil,
			"03-29T23:30:00-02:00 03-31T00:30:00-01:00_for_2024-03-30 03-31T23:30:00-01:00"},
		{"Beirut skips midnight", "Asia/Beirut", "2024-03-30T00:00:00+02:00", 2, "2024-04-01T12:00:00+03:00", nil,
			"03-30T00:00:00+02:00 03-31T01:00:00+03:00 04-01T00:00:00+03:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := expanded(t, c.zone, c.start, c.repeat, c.until, c.holidays)
			require.Equal(t, c.want, strings.Join(got, " "), "%v", got)
		})
	}
}

func TestNoMoreThan732(t *testing.T) {
	c := calendar{zone: roomZone}
	r := rule{repeat: repeatDaily, first: 20000, clock: 20000 * millisPerDay}
	r.until = r.clock + 731*millisPerDay
	list, err := c.expand(r)
	require.NoError(t, err)
	require.Len(t, list, 732)
	r.until = r.clock + 732*millisPerDay
	_, err = c.expand(r)
	require.Equal(t, CodeTooMany, bridge.Coded(err).Code)
	r.until, r.repeat = lastMoment, repeatMonthly
	_, err = c.expand(r)
	require.Equal(t, CodeTooMany, bridge.Coded(err).Code)
}

func TestHolidaysAreChecked(t *testing.T) {
	for _, text := range []string{"", "2026-13-01", "2026-10-1", "tomorrow"} {
		_, err := newCalendar(roomZone, map[string]bool{text: true})
		require.Error(t, err)
	}
}

// The zones of the random tests: no changes, ordinary ones, half an hour, midnight, whole days, two hours, ones gone by.
var oddZones = []string{"Asia/Shanghai", "UTC", "Europe/Berlin", "America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Sao_Paulo",
	"Asia/Beirut", "America/Havana", "Pacific/Apia", "America/Nuuk", "Antarctica/Troll", "Atlantic/Azores", "Asia/Kathmandu", "Africa/Casablanca",
	"Pacific/Kiritimati", "America/St_Johns", "Pacific/Chatham"}

// wallOracle finds the moment of a wall-clock time by looking at what the clocks show around it.
func wallOracle(shown int64, zone *time.Location) int64 {
	const hour = int64(3600_000)
	best, found := int64(0), false
	var tried int64 = -1
	for near := shown - 40*hour; near <= shown+40*hour; near += hour / 2 {
		offset := offsetAt(near, zone)
		if offset == tried {
			continue
		}
		tried = offset
		if at := shown - offset; offsetAt(at, zone) == offset && (!found || at < best) {
			best, found = at, true
		}
	}
	if found {
		return best
	}
	// Skipped: clocks show less up to a moment, and more from it on.
	low, high := shown-40*hour, shown+40*hour
	for low+1 < high {
		if middle := (low + high) / 2; middle+offsetAt(middle, zone) < shown {
			low = middle
		} else {
			high = middle
		}
	}
	return shown - offsetAt(low, zone)
}

// expandOracle goes through every day and asks whether the source's words have a meeting on it.
func expandOracle(r rule, zone *time.Location, holidays map[string]bool, stop int) (list []occurrence) {
	start := time.UnixMilli(r.clock).In(zone)
	y, mo, d := start.Date()
	first := time.Date(y, mo, d, 0, 0, 0, 0, time.UTC)
	clock := time.Duration(start.Hour())*time.Hour + time.Duration(start.Minute())*time.Minute +
		time.Duration(start.Second())*time.Second + time.Duration(start.Nanosecond())
	for n := 0; len(list) < stop; n++ {
		on := first.AddDate(0, 0, n)
		works := on.Weekday() != time.Saturday && on.Weekday() != time.Sunday
		if w, named := holidays[on.Format(time.DateOnly)]; named {
			works = w
		}
		is := map[int]bool{repeatWorkdays: works, repeatDaily: true, repeatWeekly: n%7 == 0, repeatFortnightly: n%14 == 0, repeatMonthly: on.Day() == d}[r.repeat]
		if n > 0 && (r.repeat == repeatNone || on.UnixMilli() > r.until+3*millisPerDay) {
			return list
		}
		if !is && n > 0 {
			continue
		}
		at := r.clock
		if n > 0 {
			at = wallOracle(on.UnixMilli()+clock.Milliseconds(), zone)
		}
		if n > 0 && at > r.until {
			return list
		}
		exists := false // some moment of the zone is on that day
		for h := 12; h >= -40 && !exists; h -= 2 {
			shown := on.Add(time.Duration(h) * time.Hour).In(zone)
			exists = shown.YearDay() == on.YearDay() && shown.Year() == on.Year()
		}
		if exists {
			list = append(list, occurrence{dayOf(on), at})
		}
	}
	return list
}

// checkExpand compares a rule with the oracle.
func checkExpand(t testing.TB, zone *time.Location, start int64, repeat int, until int64, holidays map[string]bool) {
	t.Helper()
	c, err := newCalendar(zone, holidays)
	require.NoError(t, err)
	r := rule{repeat: repeat, clock: start, until: until}
	r.first, _ = wallOf(start, zone)
	what := fmt.Sprintf("%s from %s, repeat %d, until %s", zone, time.UnixMilli(start).In(zone), repeat, time.UnixMilli(until).In(zone))
	got, err := c.expand(r)
	want := expandOracle(r, zone, holidays, maxOccurrences+1)
	switch {
	case repeat != repeatNone && until < start:
		require.Equal(t, bridge.BadParams, bridge.Coded(err).Code, what)
	case len(want) > maxOccurrences:
		require.Error(t, err, what)
		require.Equal(t, CodeTooMany, bridge.Coded(err).Code, what)
	default:
		require.NoError(t, err, what)
		require.Equal(t, want, got, what)
		for i := 1; i < len(got); i++ {
			require.Less(t, got[i-1].start, got[i].start, what)
		}
	}
}

// randomRule draws one; starts cluster at what is hard: month ends, leap days, the nights when clocks change.
func randomRule(t testing.TB, r *rand.Rand) (loc *time.Location, start int64, repeat int, until int64, holidays map[string]bool) {
	loc = zoneOf(t, oddZones[r.IntN(len(oddZones))])
	at := time.UnixMilli(r.Int64N(int64(70*365) * millisPerDay)).In(loc) // 1970 to 2040
	switch r.IntN(4) {
	case 0:
		at = time.Date(at.Year(), at.Month()+1, 1-r.IntN(4), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), loc)
	case 1:
		if _, change := at.ZoneBounds(); !change.IsZero() {
			at = change.Add(time.Duration(r.Int64N(int64(96*time.Hour))) - 90*time.Hour).Truncate(time.Millisecond)
		}
	case 2:
		at = time.Date(at.Year()/4*4, 2, 29, r.IntN(24), r.IntN(60), 0, r.IntN(1000)*int(time.Millisecond), loc)
	}
	start, repeat = max(at.UnixMilli(), 1), r.IntN(6)
	days := r.Int64N(60)
	if repeat >= repeatWeekly {
		days = r.Int64N(900)
	}
	if r.IntN(100) == 0 {
		days = r.Int64N(30000)
	}
	until = start + days*millisPerDay + r.Int64N(3)*3600_000 - 3600_000 + r.Int64N(3) - 1
	if r.IntN(2) == 0 {
		holidays = map[string]bool{}
		for range r.IntN(20) {
			holidays[at.AddDate(0, 0, r.IntN(60)).Format(time.DateOnly)] = r.IntN(2) == 0
		}
	}
	return loc, start, repeat, until, holidays
}

func TestExpandIsWhatTheOracleSays(t *testing.T) {
	cases := 10_000
	if testing.Short() {
		cases = 500
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range cases {
		zone, start, repeat, until, holidays := randomRule(t, r)
		checkExpand(t, zone, start, repeat, until, holidays)
	}
}

func TestAtWallIsWhatTheOracleSays(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		zone := zoneOf(t, oddZones[r.IntN(len(oddZones))])
		shown := r.Int64N(70 * 365 * millisPerDay)
		if _, change := time.UnixMilli(shown).In(zone).ZoneBounds(); !change.IsZero() && r.IntN(2) == 0 {
			shown = change.UnixMilli() + offsetAt(change.UnixMilli(), zone) + r.Int64N(4*3600_000) - 2*3600_000
		}
		d := floorDiv(shown, millisPerDay)
		require.Equal(t, wallOracle(shown, zone), atWall(day(d), shown-d*millisPerDay, zone), "%s %s", zone, time.UnixMilli(shown).UTC())
	}
}

func FuzzExpand(f *testing.F) {
	for i := range oddZones {
		f.Add(uint8(i), int64(1530002768912), uint8(i%6), int64(1530687800000), "2018-06-28")
	}
	f.Add(uint8(2), int64(1774747800000), uint8(2), int64(1774947800000), "") // Berlin, 2026-03-29
	f.Add(uint8(9), int64(1325185200000), uint8(3), int64(1335185200000), "") // Samoa, 2011-12
	f.Add(uint8(0), int64(1), uint8(5), int64(lastMoment), "")
	f.Fuzz(func(t *testing.T, zone uint8, start int64, repeat uint8, until int64, holiday string) {
		if start < 1 || start > lastMoment || until < 1 || until > lastMoment || repeat > 5 {
			return // moment and choice refuse it
		}
		holidays := map[string]bool{}
		if _, err := time.Parse(time.DateOnly, holiday); err == nil {
			holidays[holiday] = false
		}
		checkExpand(t, zoneOf(t, oddZones[int(zone)%len(oddZones)]), start, int(repeat), until, holidays)
	})
}
