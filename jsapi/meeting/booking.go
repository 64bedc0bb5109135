package meeting

import (
	"database/sql"
	"errors"
	"time"

	"qinghost/bridge"
)

// Failures of rooms and bookings.
const (
	CodeRoomTaken  bridge.Code = "93101" // the room is booked at that time
	CodeNoRoom     bridge.Code = "93102" // a room that does not exist, or that is closed
	CodeNotGrey    bridge.Code = "93103" // an eid that is not on the grey list (灰度名单)
	CodeNoOrder    bridge.Code = "93104" // a booking that does not exist
	CodeOrderEnded bridge.Code = "93105" // a booking that has been released
)

// booking is what a meeting asks of a room: who, what for, and [Start, End) in milliseconds.
type booking struct {
	RoomID, MeetingID, EID, OpenID, Title, Content string
	Start, End                                     int64
}

// book reserves a room and returns the booking's id.
func (m *Meetings) book(tx *sql.Tx, b booking) (orderID string, err error) {
	if err := m.mayHold(tx, b, ""); err != nil {
		return "", err
	}
	at, err := m.nextUpdate(tx, b.EID)
	if err != nil {
		return "", err
	}
	orderID = newID()
	_, err = tx.Exec(`INSERT INTO booking (order_id, eid, room_id, meeting_id, open_id, title, content,
			start_time, end_time, create_time, update_time, released)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, 0)`,
		orderID, b.EID, b.RoomID, b.MeetingID, b.OpenID, b.Title, b.Content, b.Start, b.End, at)
	return orderID, err
}

// rebook gives a booking another room, time, topic or content; whose it is stays. What bookInfo does not show as changed is
// no change: a poller hears nothing of it.
func (m *Meetings) rebook(tx *sql.Tx, orderID string, b booking) error {
	was, err := held(tx, orderID)
	if err != nil {
		return err
	}
	b.EID, b.MeetingID, b.OpenID = was.EID, was.MeetingID, was.OpenID
	if b == was {
		return nil
	}
	if b.RoomID != was.RoomID || b.Start != was.Start || b.End != was.End { // a room closed meanwhile keeps its bookings
		if err := m.mayHold(tx, b, orderID); err != nil {
			return err
		}
	}
	at, err := m.nextUpdate(tx, b.EID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE booking SET room_id = $1, start_time = $2, end_time = $3, title = $4, content = $5, update_time = $6
		WHERE order_id = $7`, b.RoomID, b.Start, b.End, b.Title, b.Content, at, orderID)
	return err
}

// release gives the room back; bookInfo shows the booking as deleted from then on.
func (m *Meetings) release(tx *sql.Tx, orderID string) error {
	b, err := held(tx, orderID)
	if err != nil {
		return err
	}
	at, err := m.nextUpdate(tx, b.EID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE booking SET released = 1, update_time = $1 WHERE order_id = $2`, at, orderID)
	return err
}

// held returns a booking that has not been released.
func held(tx *sql.Tx, orderID string) (booking, error) {
	var b booking
	var released bool
	err := tx.QueryRow(`SELECT eid, room_id, meeting_id, open_id, title, content, start_time, end_time, released
		FROM booking WHERE order_id = $1`, orderID).
		Scan(&b.EID, &b.RoomID, &b.MeetingID, &b.OpenID, &b.Title, &b.Content, &b.Start, &b.End, &released)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return b, noOrder(orderID)
	case err == nil && released:
		return b, bridge.Errorf(CodeOrderEnded, "会议室预定 %s 已取消, 不能再改", orderID)
	}
	return b, err
}

func noOrder(orderID string) error {
	return bridge.Errorf(CodeNoOrder, "没有会议室预定 %s, 请用 bookInfo 或 queryByDay 查到的 id", orderID)
}

// mayHold says why a room cannot be held at that time by that booking; orderID is empty for one that is new.
func (m *Meetings) mayHold(tx *sql.Tx, b booking, orderID string) error {
	var name string
	var closed bool
	err := tx.QueryRow(`SELECT name, closed FROM room WHERE id = $1 AND eid = $2`, b.RoomID, b.EID).Scan(&name, &closed)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return bridge.Errorf(CodeNoRoom, "没有会议室 %q, 请用 freeRooms 查到的 roomId", b.RoomID)
	case err != nil:
		return err
	case closed:
		return bridge.Errorf(CodeNoRoom, "会议室「%s」(%s) 未开放预定, 请换一间", name, b.RoomID)
	case b.Start >= b.End: // two such would not overlap and yet break the order that the index lives by
		return inOrder(b.Start, b.End)
	}
	var start, end int64
	err = tx.QueryRow(`SELECT start_time, end_time FROM booking
		WHERE room_id = $1 AND released = 0 AND end_time > $2 AND order_id <> $3 ORDER BY end_time LIMIT 1`,
		b.RoomID, b.Start, orderID).Scan(&start, &end)
	switch {
	case errors.Is(err, sql.ErrNoRows) || err == nil && start >= b.End:
		return nil
	case err != nil:
		return err
	}
	return bridge.Errorf(CodeRoomTaken, "会议室「%s」(%s) 在 %s 已被预定, 请换时间或会议室", name, b.RoomID, m.span(start, end))
}

// span writes a time as people of the team read it; the end bears its day only when that is another.
func (m *Meetings) span(start, end int64) string {
	from, to := time.UnixMilli(start).In(m.zone), time.UnixMilli(end).In(m.zone)
	layout := "15:04"
	if from.Format(time.DateOnly) != to.Format(time.DateOnly) {
		layout = "2006-01-02 15:04"
	}
	return from.Format("2006-01-02 15:04") + " 至 " + to.Format(layout)
}

// nextUpdate returns the updateTime of the change that the transaction is about to make: later than all others of that eid,
// since Writes run one after another.
func (m *Meetings) nextUpdate(tx *sql.Tx, eid string) (int64, error) {
	var last int64
	err := tx.QueryRow(`SELECT COALESCE(MAX(update_time), 0) FROM booking WHERE eid = $1`, eid).Scan(&last)
	return max(m.now(), last+1), err
}
