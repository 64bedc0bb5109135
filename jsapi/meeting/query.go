package meeting

import (
	"context"
	"database/sql"

	"qinghost/bridge"
)

const queryExample = `{"day":1533549600000}`

// QueryParams are meeting.queryByDay's parameters (source: 查询某天的会议).
type QueryParams struct {
	// Day is any moment of the day, in milliseconds; required.
	Day *bridge.Int `json:"day"`
}

// UnmarshalJSON implements json.Unmarshaler; see unmarshalNamed.
func (p *QueryParams) UnmarshalJSON(text []byte) error { return unmarshalNamed(text, p) }

// The source's values of meetingStatus.
const (
	statusOpen      = 0
	statusFinished  = 1
	statusCancelled = 2
)

// Row is a meeting as meeting.queryByDay shows it: the source's 17 fields, times in milliseconds, null where nothing is.
type Row struct {
	OpenID        string  `json:"openid"` // the creator
	Type          *string `json:"type"`   // null, sign, voice
	Title         string  `json:"title"`
	Content       *string `json:"content"`
	MeetingPlace  *string `json:"meetingPlace"`
	MeetingStatus int     `json:"meetingStatus"` // 0 not finished, 1 finished, 2 cancelled
	ReadStatus    int     `json:"readStatus"`    // the creator's own: 1
	AcceptStatus  int     `json:"acceptStatus"`  // the creator's own: 2
	PersonName    *string `json:"personName"`    // the creator's; null when not in the directory
	DoneTime      *int64  `json:"doneTime"`      // endDate when finished, when it was cancelled
	ID            string  `json:"id"`
	NoticeTime    int     `json:"noticeTime"` // minutes before the start; -1: no reminder
	StartDate     int64   `json:"startDate"`
	EndDate       int64   `json:"endDate"`
	CreateDate    int64   `json:"createDate"`
	RoomID        *string `json:"roomId"`
	RoomOrderID   *string `json:"roomOrderId"` // stays when the meeting is cancelled
}

func (m *Meetings) queryByDay(ctx context.Context, p QueryParams) ([]Row, error) {
	at, err := moment("day", p.Day)
	if err != nil {
		return nil, err
	}
	d, _ := wallOf(at, m.zone)
	from, to := startOf(d, m.zone), startOf(d+1, m.zone)
	return m.between(ctx, from, to)
}

// between returns the meetings that overlap [from, to), by start time then id. It reads one range of the index meeting_by_day
// for each span: what starts before the time is over, and no sooner than the longest meeting of that span that still reaches
// into it.
func (m *Meetings) between(ctx context.Context, from, to int64) ([]Row, error) {
	return m.rows(ctx, `SELECT `+recordColumns+` FROM meeting WHERE end_date > $1 AND (
			eid = $2 AND span = 0 AND start_date < $3 AND start_date > $4
			OR eid = $2 AND span = 1 AND start_date < $3 AND start_date > $5
			OR eid = $2 AND span = 2 AND start_date < $3 AND start_date > $6
			OR eid = $2 AND span = 3 AND start_date < $3)
		ORDER BY start_date, id`, from, m.eid, to, from-spans[0], from-spans[1], from-spans[2])
}

// rows returns the meetings that a query finds.
func (m *Meetings) rows(ctx context.Context, query string, values ...any) ([]Row, error) {
	now := m.now()
	var list []Row
	err := m.db.Read(ctx, func(tx *sql.Tx) error {
		list = []Row{} // fn may run again
		rows, err := tx.Query(query, values...)
		return eachRow(rows, err, func() error {
			r, err := scanRecord(rows.Scan)
			list = append(list, m.row(r, now))
			return err
		})
	})
	return list, err
}

// nameOf returns a person's name; nil when not in the directory.
func (m *Meetings) nameOf(openID string) *string {
	if name, known := m.people.Name(openID); known {
		return &name
	}
	return nil
}

func (m *Meetings) row(r *record, now int64) Row {
	row := Row{
		OpenID: r.CreatorID, Type: r.Type, Title: r.Title, Content: r.Content, MeetingPlace: r.Place, MeetingStatus: statusOpen,
		ReadStatus: 1, AcceptStatus: 2, ID: r.id, NoticeTime: r.Notice, StartDate: r.start, EndDate: r.end, CreateDate: r.created,
		RoomID: r.roomID, RoomOrderID: r.orderID, PersonName: m.nameOf(r.CreatorID),
	}
	switch {
	case r.cancelled != nil:
		row.MeetingStatus, row.DoneTime = statusCancelled, r.cancelled
	case r.end <= now:
		row.MeetingStatus, row.DoneTime = statusFinished, &r.end
	}
	return row
}
