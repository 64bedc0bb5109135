package meeting

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"qinghost/bridge"
)

// The vendor's newer document (reference §4) has further calls and fields than the source document. Of the calls' answers
// little is known: what is, is said at each; the rest is a decision of ours, the source's 17 fields wherever meetings are
// shown. Two things are left out. bookInfo's rows have no oid, roomId and approve: the paths are the same as the source's, so
// nothing tells which form a caller expects, and the source's rows are to be exact. getAttendDetail: see jsapi.Unbuilt.
//
// create's further newer fields (encryption, shareIds, images, files, agent, channe) are accepted and ignored, like any that
// is unknown: no call gives them back. batchModify and batchCancel without batchId take the parent, as in the source.
const (
	detailExample      = `{"id":"5ac2e3971834a1bc583d9bb8"}`
	rangeExample       = `{"start":1522729800000,"end":1522737000000}`
	pageRecentExample  = `{"lastTime":1538064000000,"page":1,"size":50,"roomIds":[]}`
	queryByUserExample = `{"pageNum":1,"pageSize":50,"openId":"5a67e08d00b0e8dfe4aab4fa","status":0}`
)

// Newer are the fields that the newer document's create has and the source's has not.
type Newer struct {
	// NoticeTimes are the reminders of a meeting that has several, each as NoticeTime, in whose place it stands; null or absent:
	// NoticeTime counts. queryByDay shows the one that falls due first.
	NoticeTimes []bridge.Int `json:"noticeTimes,omitempty"`
	// MeetOrganizers are openids, by our reading; required there and not here, where the creator organizes alone without it.
	MeetOrganizers []string `json:"meetOrganizers,omitempty"`
}

// organizersOf returns a meeting's organizers, each once.
func organizersOf(openIDs []string) list[string] {
	return append(list[string](nil), without(openIDs, nil)...)
}

// NewerAPIs returns the calls of the vendor's newer document, each with its place over HTTP.
func (m *Meetings) NewerAPIs() []bridge.API {
	return []bridge.API{
		bridge.Define("meeting.detail", "查询一个会议的详情", m.detail, at("detail"), bridge.Example(detailExample)),
		bridge.Define("meeting.queryByRange", "查询某段时间的会议", m.queryByRange, at("queryByRange"), bridge.Example(rangeExample)),
		bridge.Define("meeting.pageRecentList", "某时间之后变动的、在会议室的会议, 分页", m.pageRecentList, at("pageRecentList"), bridge.Example(pageRecentExample)),
		bridge.Define("meeting.queryByUser", "某人创建或参加的会议, 分页", m.queryByUser, at("queryByUser"), bridge.Example(queryByUserExample)),
	}
}

// DetailParams are meeting.detail's parameters.
type DetailParams struct {
	// ID is the meeting; required.
	ID string `json:"id"`
}

// UnmarshalJSON implements json.Unmarshaler; see unmarshalNamed.
func (p *DetailParams) UnmarshalJSON(text []byte) error { return unmarshalNamed(text, p) }

// Detail is meeting.detail's data. Known are status (0, 1, 2), organizers, participants with joinStatus (0 to 4), and
// recordInfo. Ours are: that status is meetingStatus, what stands in the lists, and the other fields.
type Detail struct {
	Row
	Status      int   `json:"status"`
	NoticeTimes []int `json:"noticeTimes"` // all reminders, in minutes before the start, the first due first
	// Organizers are openids: meetOrganizers, or the creator without any.
	Organizers []string `json:"organizers"`
	// Participants are the actors, in their order.
	Participants []Participant `json:"participants"`
	// RecordInfo is null: nothing is recorded.
	RecordInfo None `json:"recordInfo"`
}

// Participant is one of a meeting's actors.
type Participant struct {
	OpenID     string  `json:"openId"`
	PersonName *string `json:"personName"` // null when not in the directory
	JoinStatus int     `json:"joinStatus"` // 0: nobody answers invitations here
}

func (m *Meetings) detail(ctx context.Context, p DetailParams) (Detail, error) {
	if err := required("id", p.ID); err != nil {
		return Detail{}, err
	}
	var r *record
	err := m.db.Read(ctx, func(tx *sql.Tx) (err error) {
		r, err = m.load(tx, p.ID)
		return err
	})
	if err != nil {
		return Detail{}, err
	}
	d := Detail{Row: m.row(r, m.now()), NoticeTimes: append([]int{}, r.notices()...), Organizers: r.Organizers, Participants: []Participant{}}
	d.Status = d.MeetingStatus
	if len(d.Organizers) == 0 {
		d.Organizers = []string{r.CreatorID}
	}
	for _, id := range r.Actors {
		d.Participants = append(d.Participants, Participant{OpenID: id, PersonName: m.nameOf(id)})
	}
	return d, nil
}

// RangeParams are meeting.queryByRange's parameters.
type RangeParams struct {
	// Start and End are in milliseconds, the end after the start; required.
	Start *bridge.Int `json:"start"`
	End   *bridge.Int `json:"end"`
}

// UnmarshalJSON implements json.Unmarshaler; see unmarshalNamed.
func (p *RangeParams) UnmarshalJSON(text []byte) error { return unmarshalNamed(text, p) }

// queryByRange answers, by our decision, as queryByDay does of a day: the meetings that overlap [start, end).
func (m *Meetings) queryByRange(ctx context.Context, p RangeParams) ([]Row, error) {
	from, err := moment("start", p.Start)
	if err != nil {
		return nil, err
	}
	to, err := moment("end", p.End)
	if err != nil {
		return nil, err
	}
	if to <= from {
		return nil, wrong("end", "应晚于 start (%d), 收到 %d", from, to)
	}
	return m.between(ctx, from, to)
}

// PageRecentParams are meeting.pageRecentList's parameters.
type PageRecentParams struct {
	// LastTime is in milliseconds, 0 or more; absent: from the beginning.
	LastTime *bridge.Int `json:"lastTime"`
	// Page is 1 or more; 1 when absent. Size is 1 to 200; 50 when absent.
	Page *bridge.Int `json:"page"`
	Size *bridge.Int `json:"size"`
	// RoomIDs are the rooms that are asked about, up to 200; absent or empty: all.
	RoomIDs []string `json:"roomIds"`
}

// UnmarshalJSON implements json.Unmarshaler; see unmarshalNamed.
func (p *PageRecentParams) UnmarshalJSON(text []byte) error { return unmarshalNamed(text, p) }

// pageRecentList answers, by our decision, with the meetings in these rooms whose booking changed after lastTime, which thus
// means what it does in bookInfo, in the order of the changes; cancelled ones are among them.
func (m *Meetings) pageRecentList(ctx context.Context, p PageRecentParams) ([]Row, error) {
	last, err := sinceTime(p.LastTime)
	if err != nil {
		return nil, err
	}
	limit, offset, err := window("page", p.Page, "size", p.Size)
	if err != nil {
		return nil, err
	}
	if len(p.RoomIDs) > maxPageSize {
		return nil, wrong("roomIds", "最多 %d 个, 收到 %d 个", maxPageSize, len(p.RoomIDs))
	}
	query, values := `SELECT order_id, meeting_id, update_time FROM booking WHERE eid = $1 AND update_time > $2`, []any{m.eid, last, limit, offset}
	if len(p.RoomIDs) > 0 {
		var places []string
		for _, id := range p.RoomIDs {
			values = append(values, id)
			places = append(places, fmt.Sprintf("$%d", len(values)))
		}
		query += ` AND room_id IN (` + strings.Join(places, ", ") + `)`
	}
	return m.rows(ctx, `SELECT `+recordColumns+` FROM meeting JOIN (`+query+`) b ON meeting_id = id AND order_id = room_order_id
		ORDER BY update_time LIMIT $3 OFFSET $4`, values...)
}

// UserParams are meeting.queryByUser's parameters.
type UserParams struct {
	// PageNum is 1 or more; 1 when absent. PageSize is 1 to 200; 50 when absent.
	PageNum  *bridge.Int `json:"pageNum"`
	PageSize *bridge.Int `json:"pageSize"`
	// OpenID is a person; required.
	OpenID string `json:"openId"`
	// Status is 0 (not finished), 1 (finished) or 2 (cancelled), as meetingStatus; absent: all.
	Status *bridge.Int `json:"status"`
}

// UnmarshalJSON implements json.Unmarshaler; see unmarshalNamed.
func (p *UserParams) UnmarshalJSON(text []byte) error { return unmarshalNamed(text, p) }

// queryByUser answers, by our decision, with the meetings that the person created or takes part in, by start time then id.
func (m *Meetings) queryByUser(ctx context.Context, p UserParams) ([]Row, error) {
	if err := required("openId", p.OpenID); err != nil {
		return nil, err
	}
	limit, offset, err := window("pageNum", p.PageNum, "pageSize", p.PageSize)
	if err != nil {
		return nil, err
	}
	status, err := choice("status", p.Status, -1, statusOpen, statusFinished, statusCancelled)
	if err != nil {
		return nil, err
	}
	if err := m.checkPeople("openId", []string{p.OpenID}, nil); err != nil {
		return nil, err
	}
	return m.rows(ctx, `SELECT `+recordColumns+` FROM meeting WHERE eid = $1
			AND (openid = $2 OR EXISTS (SELECT 1 FROM meeting_actor a WHERE a.meeting_id = meeting.id AND a.openid = $2))
			AND $3 IN (-1, CASE WHEN cancel_date IS NOT NULL THEN 2 WHEN end_date <= $4 THEN 1 ELSE 0 END)
		ORDER BY start_date, id LIMIT $5 OFFSET $6`, m.eid, p.OpenID, status, m.now(), limit, offset)
}
