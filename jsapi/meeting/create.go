package meeting

import (
	"context"
	"database/sql"

	"qinghost/bridge"
)

const createExample = `{"openid":"5a67e08d00b0e8dfe4aab4fa","title":"测试会议","content":"新增会议测试","meetingPlace":"云8会议室","startDate":1522729800000,"endDate":1522737000000,"noticeTime":0,"topState":0,"actors":[],"submitExperience":true}`

// CreateParams are meeting.create's parameters (source: 新建会议).
type CreateParams struct {
	// OpenID is who creates the meeting; required.
	OpenID string `json:"openid"`
	// Title is required.
	Title        string  `json:"title"`
	Content      *string `json:"content"`
	MeetingPlace *string `json:"meetingPlace"`
	// StartDate and EndDate are in milliseconds, the end after the start; required.
	StartDate *bridge.Int `json:"startDate"`
	EndDate   *bridge.Int `json:"endDate"`
	// RoomID is a room to book for that time; absent or empty: none.
	RoomID *string `json:"roomId"`
	// NoticeTime is how many minutes before the start to remind: 0, 15, 60; -1, also when absent: not at all.
	NoticeTime *bridge.Int `json:"noticeTime"`
	Newer
	// TopState is 1 for a meeting marked as important, else 0.
	TopState *bridge.Int `json:"topState"`
	// Actors are the openids of those who take part.
	Actors []string `json:"actors"`
	// Type is absent, "sign" or "voice".
	Type *string `json:"type"`
	// SubmitExperience says whether minutes have to be handed in.
	SubmitExperience bool `json:"submitExperience"`
}

// UnmarshalJSON implements json.Unmarshaler; see unmarshalNamed.
func (p *CreateParams) UnmarshalJSON(text []byte) error { return unmarshalNamed(text, p) }

// CreateResult is meeting.create's data.
type CreateResult struct {
	MeetingID string `json:"meetingId"`
}

func (m *Meetings) create(ctx context.Context, p CreateParams) (CreateResult, error) {
	d, start, end, err := m.newDetails(p)
	if err != nil {
		return CreateResult{}, err
	}
	r := m.newRecord(d, start, end)
	r.series, r.roomID = r.id, orAbsent(p.RoomID)
	r.day, _ = wallOf(start, m.zone)
	err = m.db.Write(ctx, func(tx *sql.Tx) error {
		r.orderID = nil // of a run before
		if err := m.seeToRoom(tx, r); err != nil {
			return err
		}
		return m.insert(tx, r)
	})
	if err != nil {
		return CreateResult{}, err
	}
	m.remindOf(r)
	return CreateResult{MeetingID: r.id}, nil
}

// newDetails checks what create and repeatMeeting have in common.
func (m *Meetings) newDetails(p CreateParams) (d details, start, end int64, err error) {
	fail := func(err error) (details, int64, int64, error) { return details{}, 0, 0, err }
	if err := required("openid", p.OpenID, "title", p.Title); err != nil {
		return fail(err)
	}
	if start, end, err = times(p.StartDate, p.EndDate); err != nil {
		return fail(err)
	}
	d = details{
		Title: p.Title, Content: p.Content, Place: p.MeetingPlace, Type: orAbsent(p.Type), Submit: p.SubmitExperience,
		Actors: without(p.Actors, nil), CreatorID: p.OpenID, Organizers: organizersOf(p.MeetOrganizers),
	}
	if err = d.remindersOf(p.NoticeTime, p.NoticeTimes); err != nil {
		return fail(err)
	}
	if d.TopState, err = topStateOf(p.TopState); err != nil {
		return fail(err)
	}
	if d.Type != nil && *d.Type != "sign" && *d.Type != "voice" {
		return fail(wrong("type", "应为 null、sign 或 voice, 收到 %q", *d.Type))
	}
	if err := m.checkPeople("openid", []string{p.OpenID}, nil); err != nil {
		return fail(err)
	}
	if err := m.checkPeople("meetOrganizers", d.Organizers, nil); err != nil {
		return fail(err)
	}
	return d, start, end, m.checkPeople("actors", d.Actors, nil)
}

// newRecord returns a meeting that is not in the database yet, of no series.
func (m *Meetings) newRecord(d details, start, end int64) *record {
	return &record{id: newID(), details: d, start: start, end: end, created: m.now()}
}
