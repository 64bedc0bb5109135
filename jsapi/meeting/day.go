package meeting

import "time"

// millisPerDay is the length of a day without an offset change.
const millisPerDay = 24 * 60 * 60 * 1000

// day is a day of the calendar, counted from 1970-01-01, apart from any zone.
type day int64

// utc returns midnight of the day in UTC, which stands for the day itself: rules run on it and no offset gets in their way.
func (d day) utc() time.Time { return time.Unix(int64(d)*millisPerDay/1000, 0).UTC() }

// String returns the day as "2026-10-01".
func (d day) String() string { return d.utc().Format(time.DateOnly) }

// dayOf returns the day that t has in UTC.
func dayOf(utc time.Time) day { return day(utc.Unix() / (millisPerDay / 1000)) }

// wallOf returns what clocks of the zone show at a time: the day, and the milliseconds since its midnight as they count them.
func wallOf(at int64, zone *time.Location) (day, int64) {
	_, offset := time.UnixMilli(at).In(zone).Zone()
	shown := at + int64(offset)*1000
	d := floorDiv(shown, millisPerDay)
	return day(d), shown - d*millisPerDay
}

// atWall returns when clocks of the zone show that time of day. Of two such moments, when clocks are put back, it is the
// first. A time that they skip counts on from before the gap, as in RFC 5545 §3.3.5: 02:30 of a night without it is 03:30.
func atWall(d day, clock int64, zone *time.Location) int64 {
	shown := int64(d)*millisPerDay + clock
	year, month, date := d.utc().Date()
	t := time.Date(year, month, date, 0, 0, 0, int(clock)*int(time.Millisecond), zone) // with either offset, where there are two
	at := t.UnixMilli()
	switch skipped := shown - at - offsetAt(at, zone); {
	case skipped > 0:
		return at + skipped // a gap, and Date took the offset after it
	case skipped < 0:
		return at // a gap, and Date took the one before
	}
	if begin, _ := t.ZoneBounds(); !begin.IsZero() {
		if first := shown - offsetAt(begin.UnixMilli()-1, zone); first < begin.UnixMilli() {
			return first
		}
	}
	return at
}

// startOf returns the first moment of a day in the zone, which is not midnight where clocks skip that. A day that a zone
// skips whole begins when the next one does.
func startOf(d day, zone *time.Location) int64 { return atWall(d, 0, zone) }

// offsetAt returns what the zone's clocks are ahead of UTC, in milliseconds.
func offsetAt(at int64, zone *time.Location) int64 {
	_, offset := time.UnixMilli(at).In(zone).Zone()
	return int64(offset) * 1000
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
