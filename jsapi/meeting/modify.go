package meeting

import (
	"context"
	"database/sql"
	"slices"

	"qinghost/bridge"
)

const (
	modifyExample = `{"id":"5ac2e3971834a1bc583d9bb8","openid":"5a67e08d00b0e8dfe4aab4fa","title":"测试会议","content":"更新会议测试","startDate":1522729800000,"endDate":1522737000000,"noticeTime":15,"addActors":[],"delActors":[]}`
	cancelExample = `{"id":"5b33275f14cada62e4e44840","openid":"5a67e08d00b0e8dfe4aab4fa"}`
)

// Changes are what modify and batchModify can replace. An absent field keeps its value; null clears it, and is refused where
// a meeting cannot be without.
type Changes struct {
	Title   Optional[string] `json:"title,omitzero"`
	Content Optional[string] `json:"content,omitzero"`
	// StartDate and EndDate are in milliseconds.
	StartDate Optional[bridge.Int] `json:"startDate,omitzero"`
	EndDate   Optional[bridge.Int] `json:"endDate,omitzero"`
	// NoticeTime is -1, 0, 15 or 60; null is -1.
	NoticeTime Optional[bridge.Int] `json:"noticeTime,omitzero"`
	// NoticeTimes and MeetOrganizers are as in Newer; null is none, and the creator alone.
	NoticeTimes    Optional[[]bridge.Int] `json:"noticeTimes,omitzero"`
	MeetOrganizers Optional[[]string]     `json:"meetOrganizers,omitzero"`
	// TopState is 0 or 1; null is 0.
	TopState Optional[bridge.Int] `json:"topState,omitzero"`
	// Actors are all who take part from now on; AddActors come to these, or to those of before, and then DelActors leave.
	Actors    Optional[[]string] `json:"actors,omitzero"`
	AddActors []string           `json:"addActors,omitempty"`
	DelActors []string           `json:"delActors,omitempty"`
	// SubmitExperience says whether minutes have to be handed in; null is false.
	SubmitExperience Optional[bool] `json:"submitExperience,omitzero"`
}

// ModifyParams are meeting.modify's parameters (source: 修改会议).
type ModifyParams struct {
	// ID is the meeting, OpenID its creator; required.
	ID     string `json:"id"`
	OpenID string `json:"openid"`
	Changes
	MeetingPlace Optional[string] `json:"meetingPlace,omitzero"`
	// RoomID moves the booking to another room; null or empty gives it back.
	RoomID Optional[string] `json:"roomId,omitzero"`
}

// UnmarshalJSON implements json.Unmarshaler; see unmarshalNamed.
func (p *ModifyParams) UnmarshalJSON(text []byte) error { return unmarshalNamed(text, p) }

// None is the data of calls that answer null.
type None *struct{}

func (m *Meetings) modify(ctx context.Context, p ModifyParams) (None, error) {
	if err := required("id", p.ID, "openid", p.OpenID); err != nil {
		return nil, err
	}
	return nil, m.write(ctx, func(tx *sql.Tx) error {
		r, err := m.load(tx, p.ID)
		if err != nil {
			return err
		}
		if err := r.mine(p.OpenID); err != nil {
			return err
		}
		if r.cancelled != nil {
			return bridge.Errorf(CodeCancelled, "会议 %s 已取消, 不能修改; 请新建会议", r.id)
		}
		was := *r
		if err := p.apply(&r.details); err != nil {
			return err
		}
		if err := m.checkActors(p.Changes, slices.Concat(was.Actors, was.Organizers)); err != nil {
			return err
		}
		replaceText(&r.Place, p.MeetingPlace)
		replaceText(&r.roomID, p.RoomID)
		r.roomID = orAbsent(r.roomID)
		if r.start, err = replaced("startDate", p.StartDate, r.start); err != nil {
			return err
		}
		if r.end, err = replaced("endDate", p.EndDate, r.end); err != nil {
			return err
		}
		if err := inOrder(r.start, r.end); err != nil {
			return err
		}
		if err := m.seeToRoom(tx, r); err != nil {
			return err
		}
		return m.update(tx, r, &was)
	})
}

// CancelParams are meeting.cancel's parameters (source: 取消会议).
type CancelParams struct {
	// ID is the meeting, OpenID its creator; required.
	ID     string `json:"id"`
	OpenID string `json:"openid"`
}

// UnmarshalJSON implements json.Unmarshaler; see unmarshalNamed.
func (p *CancelParams) UnmarshalJSON(text []byte) error { return unmarshalNamed(text, p) }

func (m *Meetings) cancel(ctx context.Context, p CancelParams) (None, error) {
	if err := required("id", p.ID, "openid", p.OpenID); err != nil {
		return nil, err
	}
	return nil, m.write(ctx, func(tx *sql.Tx) error {
		r, err := m.load(tx, p.ID)
		if err != nil {
			return err
		}
		if err := r.mine(p.OpenID); err != nil {
			return err
		}
		if r.cancelled != nil {
			return bridge.Errorf(CodeCancelled, "会议 %s 已经取消, 无需再取消", r.id)
		}
		return m.cancelAt(tx, r, m.now(), false)
	})
}

// apply puts the changes into the details of a meeting.
func (c Changes) apply(d *details) error {
	if c.Title.Given {
		if err := required("title", c.Title.Value); err != nil {
			return err
		}
		d.Title = c.Title.Value
	}
	replaceText(&d.Content, c.Content)
	var err error
	if c.NoticeTime.Given || c.NoticeTimes.Given {
		if err = d.remindersOf(c.NoticeTime.pointer(), c.NoticeTimes.Value); err != nil {
			return err
		}
	}
	if c.MeetOrganizers.Given {
		d.Organizers = organizersOf(c.MeetOrganizers.Value)
	}
	if c.TopState.Given {
		if d.TopState, err = topStateOf(c.TopState.pointer()); err != nil {
			return err
		}
	}
	if c.SubmitExperience.Given {
		d.Submit = c.SubmitExperience.Value
	}
	actors := d.Actors
	if c.Actors.Given {
		actors = c.Actors.Value
	}
	d.Actors = without(append(append([]string{}, actors...), c.AddActors...), c.DelActors)
	return nil
}

// checkActors refuses who is not in the directory, but for those who take part already.
func (m *Meetings) checkActors(c Changes, present []string) error {
	if err := m.checkPeople("meetOrganizers", c.MeetOrganizers.Value, present); err != nil {
		return err
	}
	if err := m.checkPeople("actors", c.Actors.Value, present); err != nil {
		return err
	}
	if err := m.checkPeople("addActors", c.AddActors, present); err != nil {
		return err
	}
	return m.checkPeople("delActors", c.DelActors, present)
}

// pointer is nil unless there is a value.
func (o Optional[T]) pointer() *T {
	if !o.Given || o.Null {
		return nil
	}
	return &o.Value
}

func replaceText(text **string, by Optional[string]) {
	if by.Given {
		*text = by.pointer()
	}
}

// replaced returns the time given, or the one that stays.
func replaced(field string, by Optional[bridge.Int], stays int64) (int64, error) {
	if !by.Given {
		return stays, nil
	}
	return moment(field, by.pointer())
}
