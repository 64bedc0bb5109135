package meeting

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"
	"time"

	"qinghost/bridge"
)

// The rows of one page of bookInfo and freeRooms.
const (
	defaultPageSize = 50
	maxPageSize     = 200
)

// HasNewParams are roomBook.hasNew's parameters.
type HasNewParams struct {
	// EID is the team whose bookings are meant; required, and on the grey list.
	EID string `json:"eid"`
	// LastTime is the largest updateTime seen, in milliseconds, 0 or more; absent: none was.
	LastTime *bridge.Int `json:"lastTime"`
}

// HasNewResult is roomBook.hasNew's data.
type HasNewResult struct {
	// HasNew says that bookInfo has something to tell.
	HasNew bool `json:"hasNew"`
}

// BookInfoParams are roomBook.bookInfo's parameters.
type BookInfoParams struct {
	// EID is the team whose bookings are meant; required, and on the grey list.
	EID string `json:"eid"`
	// LastTime is the largest updateTime seen, in milliseconds, 0 or more; absent: none was.
	LastTime *bridge.Int `json:"lastTime"`
	// PageIndex is 1 or more; 1 when absent. A page past the end is empty.
	PageIndex *bridge.Int `json:"pageIndex"`
	// PageSize is 1 to 200; 50 when absent.
	PageSize *bridge.Int `json:"pageSize"`
}

// BookInfoResult is roomBook.bookInfo's data: the page's bookings, each list by updateTime.
type BookInfoResult struct {
	// Add has those that hold a room: new, or changed.
	Add []BookInfoRow `json:"add"`
	// Delete has those that were cancelled.
	Delete []BookInfoRow `json:"delete"`
}

// BookInfoRow is a booking as it is now, with exactly the source's fields (not the newer oid, roomId and approve: see
// newer.go); times are in milliseconds.
type BookInfoRow struct {
	OrderID        string  `json:"orderId"`
	RoomName       string  `json:"roomName"`
	RoomDetail     *string `json:"roomDetail"`     // where the room is; null when nothing is known
	Day            string  `json:"day"`            // of StartTime in the team's zone, "2018-09-29"
	UserName       string  `json:"userName"`       // who booked
	EID            string  `json:"eid"`            // the team
	StartTime      int64   `json:"startTime"`      // the first millisecond
	EndTime        int64   `json:"endTime"`        // the first one after it
	CreateTime     int64   `json:"createTime"`     // when it was booked
	UpdateTime     int64   `json:"updateTime"`     // of the last change; no two bookings of a team have the same
	MeetingTopic   string  `json:"meetingTopic"`   // the meeting's title
	MeetingContent string  `json:"meetingContent"` // the meeting's content
}

// FreeRoomsParams are roomBook.freeRooms's parameters.
type FreeRoomsParams struct {
	// OpenID is who wants to book; required.
	OpenID string `json:"openId"`
	// StartTime and EndTime are the time wanted, [StartTime, EndTime) in milliseconds; required.
	StartTime *bridge.Int `json:"startTime"`
	EndTime   *bridge.Int `json:"endTime"`
	// PageIndex is 1 or more; 1 when absent. A page past the end is empty.
	PageIndex *bridge.Int `json:"pageIndex"`
	// PageSize is 1 to 200; 50 when absent.
	PageSize *bridge.Int `json:"pageSize"`
}

// FreeRoom is one room of roomBook.freeRooms's data.
type FreeRoom struct {
	Note       string  `json:"note"`
	RoomDetail *string `json:"roomDetail"` // where it is; null when nothing is known
	TagID      *string `json:"tagId"`      // null without one
	LimitCount int     `json:"limitCount"` // people
	Approve    bool    `json:"approve"`    // bookings have to be approved
	RoomID     string  `json:"roomId"`
	RoomName   string  `json:"roomName"`
}

// GetActorsParams are roomBook.getActors's parameters.
type GetActorsParams struct {
	// OrderID is the booking; required.
	OrderID string `json:"orderId"`
}

// OrderActor is one person of roomBook.getActors's data.
type OrderActor struct {
	OpenID    string `json:"openId"`
	HeaderURL string `json:"headerUrl"` // a picture
	UserName  string `json:"userName"`
}

// window returns a page as SQL counts it; the names are those of the two fields.
func window(indexName string, pageIndex *bridge.Int, sizeName string, pageSize *bridge.Int) (limit, offset int64, err error) {
	index, size := int64(1), int64(defaultPageSize)
	if pageIndex != nil {
		index = int64(*pageIndex)
	}
	if pageSize != nil {
		size = int64(*pageSize)
	}
	switch {
	case index < 1:
		return 0, 0, wrong(indexName, "应从 1 开始, 收到 %d", index)
	case size < 1 || size > maxPageSize:
		return 0, 0, wrong(sizeName, "应为 1 至 %d, 收到 %d", maxPageSize, size)
	}
	return size, min(index-1, math.MaxInt32) * size, nil // past any end, and no overflow
}

// roomAPIs are the calls for third parties (会议助手) that show a team's bookings.
func (m *Meetings) roomAPIs() []bridge.API {
	at := func(name string) bridge.Option {
		return bridge.At(bridge.Route{
			Path: "/api/roomBook/third/" + name, Aliases: []string{"/roombook/api/third/" + name},
			Scope: bridge.ResGroupScope, EmptyError: true,
		})
	}
	return []bridge.API{
		bridge.Define("roomBook.hasNew", "某时间之后是否有会议室预定的增删改", m.hasNew, at("hasNew"),
			bridge.Example(`{"eid":"10109","lastTime":"1538064000000"}`)),
		bridge.Define("roomBook.bookInfo", "某时间之后增删改的会议室预定, 分页", m.bookInfo, at("bookInfo"),
			bridge.Example(`{"eid":"10109","lastTime":"1538064000000","pageIndex":1,"pageSize":50}`)),
		bridge.Define("roomBook.freeRooms", "某段时间空闲的会议室, 分页", m.freeRooms, at("freeRooms"),
			bridge.Example(`{"openId":"5a67e08d00b0e8dfe4aab4fa","startTime":1538121600000,"endTime":1538125200000,"pageIndex":1,"pageSize":50}`)),
		bridge.Define("roomBook.getActors", "会议室预定的与会人", m.getActors, at("getActors"),
			bridge.Example(`{"orderId":"5c121cfd7453ed63750a9767"}`)),
	}
}

// grey refuses an eid that is not on the grey list, which the source has for all four calls.
func (m *Meetings) grey(eid string) error {
	if slices.Contains(m.greyList, eid) || m.greyList == nil && eid == m.eid {
		return nil
	}
	return bridge.Errorf(CodeNotGrey, "工作圈 %q 不在灰度名单上, 请先配置灰度名单", eid)
}

// avatar is the address of a person's picture, empty where there are none.
func (m *Meetings) avatar(openID, name string) string {
	if m.avatarOf == nil {
		return ""
	}
	return m.avatarOf(openID, name)
}

// since checks whose bookings are asked for, and returns the time after which.
func (m *Meetings) since(eid string, lastTime *bridge.Int) (int64, error) {
	if eid == "" {
		return 0, missing("eid")
	}
	if err := m.grey(eid); err != nil {
		return 0, err
	}
	return sinceTime(lastTime)
}

// sinceTime checks a lastTime; -1 without one.
func sinceTime(lastTime *bridge.Int) (int64, error) {
	if lastTime == nil {
		return -1, nil
	}
	if *lastTime < 0 {
		return 0, wrong("lastTime", "应为毫秒时间戳, 收到 %d", *lastTime)
	}
	return int64(*lastTime), nil
}

func (m *Meetings) hasNew(ctx context.Context, p HasNewParams) (HasNewResult, error) {
	last, err := m.since(p.EID, p.LastTime)
	if err != nil {
		return HasNewResult{}, err
	}
	var newest int64
	err = m.db.Read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT COALESCE(MAX(update_time), -1) FROM booking WHERE eid = $1`, p.EID).Scan(&newest)
	})
	return HasNewResult{HasNew: newest > last}, err
}

func (m *Meetings) bookInfo(ctx context.Context, p BookInfoParams) (BookInfoResult, error) {
	var result BookInfoResult
	last, err := m.since(p.EID, p.LastTime)
	if err != nil {
		return result, err
	}
	limit, offset, err := window("pageIndex", p.PageIndex, "pageSize", p.PageSize)
	if err != nil {
		return result, err
	}
	err = m.db.Read(ctx, func(tx *sql.Tx) error {
		result = BookInfoResult{Add: []BookInfoRow{}, Delete: []BookInfoRow{}} // fn may run again
		rows, err := tx.Query(`SELECT b.order_id, r.name, r.detail, b.open_id, b.eid, b.start_time, b.end_time,
				b.create_time, b.update_time, b.title, b.content, b.released
			FROM booking b JOIN room r ON r.id = b.room_id
			WHERE b.eid = $1 AND b.update_time > $2 ORDER BY b.update_time LIMIT $3 OFFSET $4`, p.EID, last, limit, offset)
		return eachRow(rows, err, func() error {
			var row BookInfoRow
			var detail, openID string
			var released bool
			if err := rows.Scan(&row.OrderID, &row.RoomName, &detail, &openID, &row.EID, &row.StartTime, &row.EndTime,
				&row.CreateTime, &row.UpdateTime, &row.MeetingTopic, &row.MeetingContent, &released); err != nil {
				return err
			}
			row.RoomDetail = orNull(detail)
			row.Day = time.UnixMilli(row.StartTime).In(m.zone).Format(time.DateOnly)
			row.UserName, _ = m.people.Name(openID)
			if released {
				result.Delete = append(result.Delete, row)
			} else {
				result.Add = append(result.Add, row)
			}
			return nil
		})
	})
	return result, err
}

func (m *Meetings) freeRooms(ctx context.Context, p FreeRoomsParams) ([]FreeRoom, error) {
	switch {
	case p.OpenID == "":
		return nil, missing("openId")
	case p.StartTime == nil:
		return nil, missing("startTime")
	case p.EndTime == nil:
		return nil, missing("endTime")
	case *p.EndTime <= *p.StartTime:
		return nil, wrong("endTime", "应晚于 startTime (%d), 收到 %d", *p.StartTime, *p.EndTime)
	}
	limit, offset, err := window("pageIndex", p.PageIndex, "pageSize", p.PageSize)
	if err == nil {
		err = m.grey(m.eid)
	}
	if err != nil {
		return nil, err
	}
	var free []FreeRoom
	err = m.db.Read(ctx, func(tx *sql.Tx) error {
		free = []FreeRoom{}
		// Free: the first booking that ends after startTime begins no sooner than endTime; see the index booking_by_end.
		rows, err := tx.Query(`SELECT r.note, r.detail, r.tag_id, r.limit_count, r.approve, r.id, r.name FROM room r
			WHERE r.eid = $1 AND r.closed = 0 AND COALESCE((SELECT b.start_time FROM booking b
				WHERE b.room_id = r.id AND b.released = 0 AND b.end_time > $2 ORDER BY b.end_time LIMIT 1), $3) >= $3
			ORDER BY r.name, r.id LIMIT $4 OFFSET $5`, m.eid, int64(*p.StartTime), int64(*p.EndTime), limit, offset)
		return eachRow(rows, err, func() error {
			var r FreeRoom
			var detail, tag string
			if err := rows.Scan(&r.Note, &detail, &tag, &r.LimitCount, &r.Approve, &r.RoomID, &r.RoomName); err != nil {
				return err
			}
			r.RoomDetail, r.TagID = orNull(detail), orNull(tag)
			free = append(free, r)
			return nil
		})
	})
	return free, err
}

func (m *Meetings) getActors(ctx context.Context, p GetActorsParams) ([]OrderActor, error) {
	if p.OrderID == "" {
		return nil, missing("orderId")
	}
	if err := m.grey(m.eid); err != nil {
		return nil, err
	}
	var ids []string
	err := m.db.Read(ctx, func(tx *sql.Tx) error {
		var booker, meetingID string
		err := tx.QueryRow(`SELECT open_id, meeting_id FROM booking WHERE order_id = $1 AND eid = $2`, p.OrderID, m.eid).
			Scan(&booker, &meetingID)
		if errors.Is(err, sql.ErrNoRows) {
			return noOrder(p.OrderID)
		}
		if err != nil {
			return err
		}
		ids = []string{booker}
		rows, err := tx.Query(`SELECT openid FROM meeting_actor WHERE meeting_id = $1 ORDER BY position`, meetingID)
		return eachRow(rows, err, func() error {
			var id string
			err := rows.Scan(&id)
			if id != booker {
				ids = append(ids, id)
			}
			return err
		})
	})
	actors := make([]OrderActor, 0, len(ids))
	for _, id := range ids {
		name, _ := m.people.Name(id)
		actors = append(actors, OrderActor{OpenID: id, HeaderURL: m.avatar(id, name), UserName: name})
	}
	return actors, err
}

// UnmarshalJSON implements json.Unmarshaler; see unmarshalNamed.
func (p *HasNewParams) UnmarshalJSON(text []byte) error { return unmarshalNamed(text, p) }

// UnmarshalJSON implements json.Unmarshaler; see unmarshalNamed.
func (p *BookInfoParams) UnmarshalJSON(text []byte) error { return unmarshalNamed(text, p) }

// UnmarshalJSON implements json.Unmarshaler; see unmarshalNamed.
func (p *FreeRoomsParams) UnmarshalJSON(text []byte) error { return unmarshalNamed(text, p) }

// UnmarshalJSON implements json.Unmarshaler; see unmarshalNamed.
func (p *GetActorsParams) UnmarshalJSON(text []byte) error { return unmarshalNamed(text, p) }

// orNull is null where there is nothing to say.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
