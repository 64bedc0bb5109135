package meeting

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"qinghost/bridge"
)

const (
	repeatExample      = `{"openid":"5a67e08d00b0e8dfe4aab4fa","title":"测试会议","content":"批量修改重复日程接口","startDate":1530002768912,"endDate":1530006368912,"noticeTime":0,"topState":0,"actors":[],"submitExperience":true,"repeat":1,"repeatEndDate":1530687800000}`
	batchModifyExample = `{"id":"5b33262e14cada62e4e44822","openid":"5a67e08d00b0e8dfe4aab4fa","title":"测试会议","content":"在京举行还很好","startDate":1530002768912,"endDate":1530006368912,"repeat":"1","repeatEndDate":1533549600000,"batchId":"5b6986c514cada6af0f03821"}`
	batchCancelExample = `{"id":"5b33262e14cada62e4e44822","openid":"5a67e08d00b0e8dfe4aab4fa","batchId":"5b6986c514cada6af0f03821"}`
)

// RepeatParams are meeting.repeatMeeting's parameters (source: 新建重复会议). A series has no room and no place; modify gives
// one meeting of it these.
type RepeatParams struct {
	// OpenID is who creates the meetings; required.
	OpenID string `json:"openid"`
	// Title is required.
	Title   string  `json:"title"`
	Content *string `json:"content"`
	// StartDate and EndDate are the first meeting's, in milliseconds, the end after the start; required.
	StartDate *bridge.Int `json:"startDate"`
	EndDate   *bridge.Int `json:"endDate"`
	// NoticeTime is how many minutes before the start to remind: 0, 15, 60; -1, also when absent: not at all.
	NoticeTime *bridge.Int `json:"noticeTime"`
	Newer
	// TopState is 1 for meetings marked as important, else 0.
	TopState *bridge.Int `json:"topState"`
	// Actors are the openids of those who take part.
	Actors []string `json:"actors"`
	// SubmitExperience says whether minutes have to be handed in.
	SubmitExperience bool `json:"submitExperience"`
	// Repeat is 0 (once), 1 (working days), 2 (daily), 3 (weekly), 4 (every two weeks) or 5 (monthly); required.
	Repeat *bridge.Int `json:"repeat"`
	// RepeatEndDate is the last moment at which a meeting may start, in milliseconds; required unless Repeat is 0.
	RepeatEndDate *bridge.Int `json:"repeatEndDate"`
}

// UnmarshalJSON implements json.Unmarshaler; see unmarshalNamed.
func (p *RepeatParams) UnmarshalJSON(text []byte) error { return unmarshalNamed(text, p) }

// RepeatResult is meeting.repeatMeeting's data: the parent first, then by time.
type RepeatResult struct {
	MeetingIDs []string `json:"meetingIds"`
}

// series is a rule with what its occurrences are like.
type series struct {
	rule
	length  int64
	details details
}

func (m *Meetings) repeatMeeting(ctx context.Context, p RepeatParams) (RepeatResult, error) {
	d, start, end, err := m.newDetails(CreateParams{
		OpenID: p.OpenID, Title: p.Title, Content: p.Content, StartDate: p.StartDate, EndDate: p.EndDate, NoticeTime: p.NoticeTime,
		TopState: p.TopState, Actors: p.Actors, SubmitExperience: p.SubmitExperience, Newer: p.Newer,
	})
	if err != nil {
		return RepeatResult{}, err
	}
	if p.Repeat == nil {
		return RepeatResult{}, missing("repeat")
	}
	s := series{rule: rule{clock: start}, length: end - start, details: d}
	s.first, _ = wallOf(start, m.zone)
	if s.repeat, err = repeatOf(p.Repeat); err != nil {
		return RepeatResult{}, err
	}
	if s.repeat != repeatNone || p.RepeatEndDate != nil {
		if s.until, err = moment("repeatEndDate", p.RepeatEndDate); err != nil {
			return RepeatResult{}, err
		}
	}
	dates, err := m.calendar.expand(s.rule)
	if err != nil {
		return RepeatResult{}, err
	}
	var list []*record
	var result RepeatResult
	for _, date := range dates {
		r := m.newRecord(d, date.start, date.start+s.length)
		list, result.MeetingIDs = append(list, r), append(result.MeetingIDs, r.id)
		r.day, r.series = date.day, result.MeetingIDs[0]
	}
	return result, m.write(ctx, func(tx *sql.Tx) error {
		if err := m.insert(tx, list...); err != nil {
			return err
		}
		return s.save(tx, list[0].id)
	})
}

// save writes the rule of the series of that parent.
func (s *series) save(tx *sql.Tx, parent string) error {
	text, err := json.Marshal(s.details)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO series (id, repeat, first_day, clock, length, repeat_end_date, details)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET repeat = excluded.repeat,
			first_day = excluded.first_day, clock = excluded.clock, length = excluded.length,
			repeat_end_date = excluded.repeat_end_date, details = excluded.details`,
		parent, s.repeat, int64(s.first), s.clock, s.length, sql.NullInt64{Int64: s.until, Valid: s.until != 0}, string(text))
	return err
}

// opened is a series that a batch call works on.
type opened struct {
	series
	parent string
	at     *record   // the meeting that the call names
	all    []*record // by day
	live   []*record // those that have neither ended nor been cancelled
}

// open returns the series of a meeting for its creator.
func (m *Meetings) open(tx *sql.Tx, id, openID string, batchID *string, now int64) (*opened, error) {
	at, err := m.load(tx, id)
	if err != nil {
		return nil, err
	}
	if err := at.mine(openID); err != nil {
		return nil, err
	}
	o := &opened{parent: id, at: at}
	if batchID = orAbsent(batchID); batchID != nil {
		o.parent = *batchID
	}
	switch {
	case at.series == o.parent:
	case batchID == nil:
		return nil, bridge.Errorf(CodeNotInSeries, "会议 %s 不是父会议, 请传 batchId (repeatMeeting 返回的第一个 id)", id)
	default:
		return nil, bridge.Errorf(CodeNotInSeries, "会议 %s 不属于 batchId %s; batchId 应为 repeatMeeting 返回的第一个 id", id, o.parent)
	}
	if o.all, err = m.loadSeries(tx, o.parent); err != nil {
		return nil, err
	}
	for _, r := range o.all {
		if r.cancelled == nil && r.end > now {
			o.live = append(o.live, r)
		}
	}
	if len(o.live) == 0 {
		return nil, bridge.Errorf(CodeNothingLeft, "重复会议 %s 的每一次都已结束或已取消, 没有可改的; 请新建", o.parent)
	}
	return o, m.loadRule(tx, o)
}

// loadRule fills in the rule. A meeting that has none is a series of itself alone.
func (m *Meetings) loadRule(tx *sql.Tx, o *opened) error {
	var until sql.NullInt64
	var text string
	err := tx.QueryRow(`SELECT repeat, first_day, clock, length, repeat_end_date, details FROM series WHERE id = $1`, o.parent).
		Scan(&o.repeat, (*int64)(&o.first), &o.clock, &o.length, &until, &text)
	if errors.Is(err, sql.ErrNoRows) {
		only := o.all[0]
		only.day, _ = wallOf(only.start, m.zone) // it may have been moved
		o.series = series{rule: rule{first: only.day, clock: only.start}, length: only.end - only.start, details: only.details}
		return nil
	}
	if err != nil {
		return err
	}
	o.until = until.Int64
	o.details.CreatorID = o.at.CreatorID
	return json.Unmarshal([]byte(text), &o.details)
}
