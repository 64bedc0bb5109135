package meeting

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"qinghost/bridge"
)

// BatchModifyParams are meeting.batchModify's parameters (source: 批量修改重复会议).
type BatchModifyParams struct {
	// ID is a meeting of the series, OpenID its creator; required.
	ID     string `json:"id"`
	OpenID string `json:"openid"`
	// Changes go to every meeting of the series that has not ended. Of StartDate the time of day counts, not the day;
	// EndDate gives the length, from StartDate, or without one from the start of the meeting ID.
	Changes
	// Repeat is 0 to 5 as in RepeatParams; another rule than before runs from the parent's day.
	Repeat Optional[bridge.Int] `json:"repeat,omitzero"`
	// RepeatEndDate is the last moment at which a meeting may start.
	RepeatEndDate Optional[bridge.Int] `json:"repeatEndDate,omitzero"`
	// BatchID is the series' parent; absent or empty: ID is.
	BatchID *string `json:"batchId,omitempty"`
}

// UnmarshalJSON implements json.Unmarshaler; see unmarshalNamed.
func (p *BatchModifyParams) UnmarshalJSON(text []byte) error { return unmarshalNamed(text, p) }

// BatchCancelParams are meeting.batchCancel's parameters (source: 批量取消重复会议).
type BatchCancelParams struct {
	// ID is a meeting of the series, OpenID its creator; required.
	ID     string `json:"id"`
	OpenID string `json:"openid"`
	// BatchID is the series' parent; absent or empty: ID is.
	BatchID *string `json:"batchId,omitempty"`
}

// UnmarshalJSON implements json.Unmarshaler; see unmarshalNamed.
func (p *BatchCancelParams) UnmarshalJSON(text []byte) error { return unmarshalNamed(text, p) }

func (m *Meetings) batchCancel(ctx context.Context, p BatchCancelParams) (None, error) {
	if err := required("id", p.ID, "openid", p.OpenID); err != nil {
		return nil, err
	}
	return nil, m.write(ctx, func(tx *sql.Tx) error {
		now := m.now()
		o, err := m.open(tx, p.ID, p.OpenID, p.BatchID, now)
		if err != nil {
			return err
		}
		for _, r := range o.live {
			if err := m.cancelAt(tx, r, now, false); err != nil {
				return err
			}
		}
		return nil
	})
}

func (m *Meetings) batchModify(ctx context.Context, p BatchModifyParams) (None, error) {
	if err := required("id", p.ID, "openid", p.OpenID); err != nil {
		return nil, err
	}
	return nil, m.write(ctx, func(tx *sql.Tx) error {
		now := m.now()
		o, err := m.open(tx, p.ID, p.OpenID, p.BatchID, now)
		if err != nil {
			return err
		}
		before := o.rule
		if err := m.change(o, p); err != nil {
			return err
		}
		was := make(map[*record]record, len(o.live))
		for _, r := range o.live {
			was[r] = *r
		}
		var created []*record
		if o.repeat != before.repeat || o.repeat != repeatNone && o.until != before.until {
			if created, err = m.reexpand(tx, o, now); err != nil {
				return err
			}
		}
		for _, r := range o.live {
			if err := m.changeOne(o, r, p, before.clock); err != nil {
				return err
			}
		}
		if err := m.moveRooms(tx, o.live); err != nil {
			return err
		}
		for _, r := range o.live {
			before := was[r]
			if err := m.update(tx, r, &before); err != nil {
				return err
			}
		}
		if err := m.insert(tx, created...); err != nil {
			return err
		}
		return o.save(tx, o.parent)
	})
}

// change puts the changes into the series itself.
func (m *Meetings) change(o *opened, p BatchModifyParams) error {
	present := slices.Concat(o.details.Actors, o.details.Organizers)
	for _, r := range o.live {
		present = append(append(present, r.Actors...), r.Organizers...)
	}
	if err := m.checkActors(p.Changes, present); err != nil {
		return err
	}
	if err := p.apply(&o.details); err != nil {
		return err
	}
	from, err := replaced("startDate", p.StartDate, o.at.start)
	if err != nil {
		return err
	}
	if p.StartDate.Given {
		o.clock = from
	}
	if p.EndDate.Given {
		to, err := moment("endDate", p.EndDate.pointer())
		if err != nil {
			return err
		}
		if err := inOrder(from, to); err != nil {
			return err
		}
		o.length = to - from
	}
	if p.Repeat.Null {
		return wrong("repeat", "不能清空, 不再重复请传 0")
	}
	if p.Repeat.Given {
		if o.repeat, err = repeatOf(&p.Repeat.Value); err != nil {
			return err
		}
	}
	if p.RepeatEndDate.Null {
		o.until = 0
	} else if o.until, err = replaced("repeatEndDate", p.RepeatEndDate, o.until); err != nil {
		return err
	}
	if o.repeat != repeatNone && o.until == 0 {
		return missing("repeatEndDate")
	}
	return nil
}

// changeOne puts the changes into a meeting of the series, whose clock was another before.
func (m *Meetings) changeOne(o *opened, r *record, p BatchModifyParams, clockBefore int64) error {
	if p.StartDate.Given {
		length, on := r.end-r.start, r.day
		if r.start != m.calendar.at(r.day, clockBefore) { // it has been moved on its own, and keeps the day it was moved to
			on, _ = wallOf(r.start, m.zone)
		}
		r.start = m.calendar.at(on, o.clock)
		r.end = r.start + length
	}
	if p.EndDate.Given {
		r.end = r.start + o.length
	}
	return p.apply(&r.details)
}

// reexpand makes the series' days what its rule says: days that stay keep their meetings, a live meeting on no day of the
// rule is cancelled, and the meetings of new days are returned. A day whose meeting was cancelled on its own stays without,
// and what would have ended by now is not made.
func (m *Meetings) reexpand(tx *sql.Tx, o *opened, now int64) (created []*record, err error) {
	dates, err := m.calendar.expand(o.rule)
	if err != nil {
		return nil, err
	}
	taken := make(map[day]bool, len(o.all))
	for _, r := range o.all {
		taken[r.day] = taken[r.day] || !r.dropped
	}
	stays := make(map[day]bool, len(dates))
	for _, date := range dates {
		stays[date.day] = true
		if end := date.start + o.length; !taken[date.day] && end > now {
			r := m.newRecord(o.details, date.start, end)
			r.series, r.day = o.parent, date.day
			created = append(created, r)
		}
	}
	live := o.live
	o.live = nil
	for _, r := range live {
		if stays[r.day] {
			o.live = append(o.live, r)
		} else if err := m.cancelAt(tx, r, now, true); err != nil {
			return nil, err
		}
	}
	return created, nil
}

// moveRooms sees to the rooms of meetings that may have moved. One may have to wait until another has left its place, so
// those that clash are tried again as long as others get on.
func (m *Meetings) moveRooms(tx *sql.Tx, list []*record) error {
	for {
		var waiting []*record
		var clash error
		for _, r := range list {
			err := m.seeToRoom(tx, r)
			var coded *bridge.Error
			if errors.As(err, &coded) && coded.Code == CodeRoomTaken {
				waiting, clash = append(waiting, r), err
			} else if err != nil {
				return err
			}
		}
		if len(waiting) == 0 || len(waiting) == len(list) {
			return clash
		}
		list = waiting
	}
}
