package meeting

import (
	"fmt"
	"time"

	"github.com/teambition/rrule-go"

	"qinghost/bridge"
)

// The source's values of repeat.
const (
	repeatNone = iota
	repeatWorkdays
	repeatDaily
	repeatWeekly
	repeatFortnightly
	repeatMonthly
)

// maxOccurrences is what one series may have at most: two years of days, and then some.
const maxOccurrences = 732

// rule says when a series takes place.
type rule struct {
	repeat int
	first  day   // the parent's: always an occurrence, also where the rule does not match it
	clock  int64 // a moment with the time of day of every occurrence; the occurrence of its own day is that very moment
	until  int64 // repeatEndDate: the last moment at which an occurrence may start; not read under repeatNone
}

// occurrence is one date of a series.
type occurrence struct {
	day   day
	start int64
}

// calendar expands rules for a zone.
type calendar struct {
	zone     *time.Location
	holidays map[day]bool // days that are working days, or are none, against their place in the week
}

// newCalendar reads the holidays; a day is written "2026-10-01".
func newCalendar(zone *time.Location, holidays map[string]bool) (calendar, error) {
	c := calendar{zone: zone, holidays: make(map[day]bool, len(holidays))}
	for text, works := range holidays {
		t, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return c, fmt.Errorf("holiday %q: should be a day such as 2026-10-01", text)
		}
		c.holidays[dayOf(t)] = works
	}
	return c, nil
}

// at returns when a series whose clock that is takes place on a day.
func (c calendar) at(d day, clock int64) int64 {
	own, time := wallOf(clock, c.zone)
	if own == d {
		return clock // also where the zone's clocks show that time twice
	}
	return atWall(d, time, c.zone)
}

// expand returns the occurrences of a rule, the parent's first. It fails where there are more than 732, and where the
// parent's is after until.
func (c calendar) expand(r rule) ([]occurrence, error) {
	list := []occurrence{{r.first, c.at(r.first, r.clock)}}
	if r.repeat == repeatNone {
		return list, nil
	}
	if r.until < list[0].start {
		return nil, wrong("repeatEndDate", "不能早于第一次会议的开始时间 %d, 收到 %d", list[0].start, r.until)
	}
	days, err := c.days(r)
	if err != nil {
		return nil, err
	}
	for {
		d, more := days()
		if !more {
			return list, nil
		}
		start := c.at(d, r.clock)
		if start > r.until {
			return list, nil
		}
		if d == r.first || startOf(d, c.zone) == startOf(d+1, c.zone) { // a day that the zone skipped (Samoa, 2011-12-30)
			continue
		}
		if len(list) == maxOccurrences {
			return nil, bridge.Errorf(CodeTooMany, "重复会议最多 %d 次, 请提前 repeatEndDate", maxOccurrences)
		}
		list = append(list, occurrence{d, start})
	}
}

// days returns the rule's days from its first one on. They run in UTC: rrule-go would give a day without that time of day
// in the zone some other time, and drops milliseconds.
func (c calendar) days(r rule) (next func() (day, bool), err error) {
	option := rrule.ROption{Dtstart: r.first.utc(), Interval: 1}
	switch r.repeat {
	case repeatWorkdays, repeatDaily:
		option.Freq = rrule.DAILY
	case repeatWeekly:
		option.Freq = rrule.WEEKLY
	case repeatFortnightly:
		option.Freq, option.Interval = rrule.WEEKLY, 2
	case repeatMonthly:
		option.Freq = rrule.MONTHLY
	default:
		return nil, wrong("repeat", "应为 0 至 5, 收到 %d", r.repeat)
	}
	rule, err := rrule.NewRRule(option)
	if err != nil {
		return nil, err
	}
	each := rule.Iterator()
	return func() (day, bool) {
		for {
			t, more := each()
			if d := dayOf(t); !more || r.repeat != repeatWorkdays || c.works(d) || c.at(d, r.clock) > r.until {
				return d, more
			}
		}
	}, nil
}

// works reports whether a day is a working day.
func (c calendar) works(d day) bool {
	if works, named := c.holidays[d]; named {
		return works
	}
	weekday := d.utc().Weekday()
	return weekday != time.Saturday && weekday != time.Sunday
}
