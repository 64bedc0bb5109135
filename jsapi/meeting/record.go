package meeting

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"qinghost/bridge"
)

// details are what a meeting is like, apart from when it is and which room it has.
type details struct {
	Title     string   `json:"title"`
	Content   *string  `json:"content"`
	Place     *string  `json:"place"`
	Type      *string  `json:"type"`
	Notice    int      `json:"notice"` // minutes from the first reminder to the start; -1: none
	TopState  int      `json:"topState"`
	Submit    bool     `json:"submit"` // submitExperience
	Actors    []string `json:"actors"` // in their order, each once
	CreatorID string   `json:"-"`

	LaterNotices list[int]    `json:"laterNotices,omitempty"` // those of the further reminders, falling
	Organizers   list[string] `json:"organizers,omitempty"`   // meetOrganizers
}

// record is a meeting as the database has it.
type record struct {
	id, series string
	day        day // by the series' rule
	details
	start, end      int64
	roomID, orderID *string
	created         int64
	cancelled       *int64
	dropped         bool
	remindAt        *int64
}

// list is what a column keeps as JSON; an empty one is nil.
type list[T any] []T

// Value implements driver.Valuer.
func (l list[T]) Value() (driver.Value, error) {
	if len(l) == 0 {
		return emptyList, nil
	}
	text, err := json.Marshal([]T(l))
	return string(text), err
}

// Scan implements sql.Scanner.
func (l *list[T]) Scan(column any) error {
	text, is := column.(string)
	if !is {
		return fmt.Errorf("a list is a text, not %T", column)
	}
	if *l = nil; text == emptyList {
		return nil
	}
	return json.Unmarshal([]byte(text), (*[]T)(l))
}

const emptyList = "[]"

// recordColumns are in the order of values and of scan.
const recordColumns = `id, eid, series_id, day, openid, title, content, meeting_place, start_date, end_date, span, room_id,
	room_order_id, notice_time, top_state, type, submit_experience, create_date, cancel_date, dropped, remind_at,
	later_notices, organizers`

func (r *record) values(eid string) []any {
	return []any{r.id, eid, r.series, int64(r.day), r.CreatorID, r.Title, r.Content, r.Place, r.start, r.end, spanOf(r.start, r.end),
		r.roomID, r.orderID, r.Notice, r.TopState, r.Type, digit(r.Submit), r.created, r.cancelled, digit(r.dropped), r.remindAt,
		r.LaterNotices, r.Organizers}
}

func scanRecord(scan func(...any) error) (*record, error) {
	r := &record{}
	var eid string
	var span int
	return r, scan(&r.id, &eid, &r.series, (*int64)(&r.day), &r.CreatorID, &r.Title, &r.Content, &r.Place, &r.start, &r.end, &span,
		&r.roomID, &r.orderID, &r.Notice, &r.TopState, &r.Type, &r.Submit, &r.created, &r.cancelled, &r.dropped, &r.remindAt,
		&r.LaterNotices, &r.Organizers)
}

// spans are the bounds of what a meeting's span says of its length.
var spans = [...]int64{millisPerDay, 32 * millisPerDay, 1024 * millisPerDay, lastMoment}

func spanOf(start, end int64) int {
	for span, longest := range spans {
		if end-start <= longest {
			return span
		}
	}
	return len(spans) // cannot be: no two moments are further apart
}

// load returns a meeting of the team.
func (m *Meetings) load(tx *sql.Tx, id string) (*record, error) {
	r, err := scanRecord(tx.QueryRow(`SELECT `+recordColumns+` FROM meeting WHERE id = $1 AND eid = $2`, id, m.eid).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, bridge.Errorf(CodeNoMeeting, "没有会议 %q, 请用 create、repeatMeeting 或 queryByDay 得到的 id", id)
	}
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(`SELECT openid FROM meeting_actor WHERE meeting_id = $1 ORDER BY position`, id)
	return r, eachRow(rows, err, func() error { return r.scanActor(rows) })
}

func (r *record) scanActor(rows *sql.Rows) error {
	var openID string
	err := rows.Scan(&openID)
	r.Actors = append(r.Actors, openID)
	return err
}

// loadSeries returns the meetings of a series by day, and on one day as they were made.
func (m *Meetings) loadSeries(tx *sql.Tx, parent string) ([]*record, error) {
	var list []*record
	byID := map[string]*record{}
	rows, err := tx.Query(`SELECT `+recordColumns+` FROM meeting WHERE series_id = $1 AND eid = $2
		ORDER BY day, create_date, id`, parent, m.eid)
	err = eachRow(rows, err, func() error {
		r, err := scanRecord(rows.Scan)
		list, byID[r.id] = append(list, r), r
		return err
	})
	if err != nil {
		return nil, err
	}
	rows, err = tx.Query(`SELECT a.meeting_id, a.openid FROM meeting_actor a JOIN meeting m ON m.id = a.meeting_id
		WHERE m.series_id = $1 ORDER BY a.meeting_id, a.position`, parent)
	return list, eachRow(rows, err, func() error {
		var id, openID string
		err := rows.Scan(&id, &openID)
		if r := byID[id]; r != nil {
			r.Actors = append(r.Actors, openID)
		}
		return err
	})
}

// mine says why that person may not change the meeting.
func (r *record) mine(openID string) error {
	if r.CreatorID != openID {
		return bridge.Errorf(CodeNotCreator, "会议 %s 由他人创建, 只有创建者能修改或取消; 请检查 openid %q", r.id, openID)
	}
	return nil
}

// insert adds meetings, and reminders that are to come.
func (m *Meetings) insert(tx *sql.Tx, list ...*record) error {
	var meetings, actors [][]any
	for _, r := range list {
		r.remindAt = r.nextReminder(nil)
		meetings = append(meetings, r.values(m.eid))
		actors = append(actors, r.actorRows()...)
	}
	if err := insertRows(tx, "meeting ("+recordColumns+")", meetings); err != nil {
		return err
	}
	return insertRows(tx, actorTable, actors)
}

const actorTable = "meeting_actor (meeting_id, openid, position)"

func (r *record) actorRows() [][]any {
	var rows [][]any
	for position, openID := range r.Actors {
		rows = append(rows, []any{r.id, openID, position})
	}
	return rows
}

// insertRows inserts rows, many with one statement.
func insertRows(tx *sql.Tx, table string, rows [][]any) error {
	for len(rows) > 0 {
		count := min(len(rows), max(1, 900/len(rows[0]))) // older SQLite takes 999 values
		text := []byte("INSERT INTO " + table + " VALUES ")
		values := make([]any, 0, count*len(rows[0]))
		for _, row := range rows[:count] {
			text = append(text, '(')
			for _, value := range row {
				values = append(values, value)
				text = append(strconv.AppendInt(append(text, '$'), int64(len(values)), 10), ',')
			}
			text[len(text)-1] = ')'
			text = append(text, ',')
		}
		if _, err := tx.Exec(string(text[:len(text)-1]), values...); err != nil {
			return err
		}
		rows = rows[count:]
	}
	return nil
}

// update writes a meeting that was loaded as was, with its actors where these have changed.
func (m *Meetings) update(tx *sql.Tx, r, was *record) error {
	r.remindAt = r.nextReminder(was)
	_, err := tx.Exec(`UPDATE meeting SET day = $1, title = $2, content = $3, meeting_place = $4, start_date = $5, end_date = $6,
		span = $7, room_id = $8, room_order_id = $9, notice_time = $10, top_state = $11, submit_experience = $12,
		cancel_date = $13, dropped = $14, remind_at = $15, later_notices = $16, organizers = $17 WHERE id = $18`,
		int64(r.day), r.Title, r.Content, r.Place, r.start, r.end, spanOf(r.start, r.end), r.roomID, r.orderID, r.Notice,
		r.TopState, digit(r.Submit), r.cancelled, digit(r.dropped), r.remindAt, r.LaterNotices, r.Organizers, r.id)
	if err != nil || equal(r.Actors, was.Actors) {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM meeting_actor WHERE meeting_id = $1`, r.id); err != nil {
		return err
	}
	return insertRows(tx, actorTable, r.actorRows())
}

// equal reports whether two lists of actors are the same, in the same order.
func equal(a, b []string) bool { return strings.Join(a, "\n") == strings.Join(b, "\n") }

// cancelAt cancels a meeting and gives its room back.
func (m *Meetings) cancelAt(tx *sql.Tx, r *record, now int64, dropped bool) error {
	was := *r
	r.cancelled, r.dropped = &now, dropped
	if r.orderID != nil {
		if err := m.release(tx, *r.orderID); err != nil {
			return err
		}
	}
	return m.update(tx, r, &was)
}

// booking is what the meeting asks of its room.
func (m *Meetings) bookingOf(r *record) booking {
	b := booking{MeetingID: r.id, EID: m.eid, OpenID: r.CreatorID, Title: r.Title, Start: r.start, End: r.end}
	if r.roomID != nil {
		b.RoomID = *r.roomID
	}
	if r.Content != nil {
		b.Content = *r.Content
	}
	return b
}

// seeToRoom makes the booking what the meeting says: made, moved, changed or given back.
func (m *Meetings) seeToRoom(tx *sql.Tx, r *record) error {
	switch {
	case r.roomID != nil && r.orderID != nil:
		return m.rebook(tx, *r.orderID, m.bookingOf(r))
	case r.roomID != nil:
		order, err := m.book(tx, m.bookingOf(r))
		if err == nil {
			r.orderID = &order
		}
		return err
	case r.orderID != nil:
		order := *r.orderID
		r.orderID = nil
		return m.release(tx, order)
	}
	return nil
}
