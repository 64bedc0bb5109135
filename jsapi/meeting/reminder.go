package meeting

import (
	"database/sql"
	"slices"
	"time"
)

// Reminder says that a meeting begins soon, or now.
type Reminder struct {
	MeetingID  string   `json:"meetingId"`
	OpenID     string   `json:"openid"` // the creator
	Title      string   `json:"title"`
	StartDate  int64    `json:"startDate"` // milliseconds
	EndDate    int64    `json:"endDate"`
	NoticeTime int      `json:"noticeTime"` // minutes before the start: 0, 15 or 60
	Actors     []string `json:"actors"`     // openids of those who take part
}

// remindAt returns when a reminder falls due; nil without one.
func remindAt(start int64, notice int) *int64 {
	if notice < 0 {
		return nil
	}
	at := start - int64(notice)*time.Minute.Milliseconds()
	return &at
}

// remind raises the reminders that are due and sets the timer for the next one. It runs after every change, and when the
// timer fires; then it holds up the clock for a transaction, so that whoever moves the clock sees the reminders of its way.
//
// A reminder is spent in the database before it is raised: at most once, also after a crash and with several hosts on one
// database. What is overdue is raised late, as long as its meeting has not ended; after that nobody wants it.
func (m *Meetings) remind() {
	for {
		due, err := m.arm()
		if err == nil && due {
			due, err = m.raise()
		}
		if err != nil && m.ctx.Err() == nil {
			m.logger.Error("meeting: reminders", "error", err)
		}
		if err != nil || !due {
			return
		}
	}
}

// arm sets the timer for the next reminder, and reports whether it is due already. The mutex is held across the reading, so
// that the last to set the timer is the last that has read.
func (m *Meetings) arm() (due bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ctx.Err() != nil {
		return false, m.ctx.Err()
	}
	var next sql.NullInt64
	err = m.db.Read(m.ctx, func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT MIN(remind_at) FROM meeting WHERE eid = $1 AND remind_at IS NOT NULL`, m.eid).Scan(&next)
	})
	if err != nil {
		return false, err
	}
	if m.stop != nil {
		m.stop()
		m.stop = nil
	}
	if !next.Valid {
		return false, nil
	}
	wait := time.UnixMilli(next.Int64).Sub(m.clock.Now()) // 292 years at most, which is long enough
	if wait <= 0 {
		return true, nil
	}
	m.stop = m.clock.AfterFunc(wait, m.remind)
	return false, nil
}

// raise spends what is due and tells of it; it reports whether it did all it could, that is: true.
func (m *Meetings) raise() (bool, error) {
	var due []Reminder
	err := m.db.Write(m.ctx, func(tx *sql.Tx) error {
		var err error
		due, err = m.spend(tx, m.now())
		return err
	})
	if err != nil {
		return false, err
	}
	for _, r := range due {
		if m.onReminder != nil {
			m.onReminder(r)
		}
	}
	return true, nil
}

// spend takes what is due at that time out of the database, and returns what is worth telling, the first due first.
func (m *Meetings) spend(tx *sql.Tx, now int64) ([]Reminder, error) {
	var due []Reminder
	rows, err := tx.Query(`SELECT id, openid, title, start_date, end_date, notice_time FROM meeting
		WHERE eid = $1 AND remind_at <= $2 ORDER BY remind_at, start_date, id`, m.eid, now)
	err = eachRow(rows, err, func() error {
		var r Reminder
		err := rows.Scan(&r.MeetingID, &r.OpenID, &r.Title, &r.StartDate, &r.EndDate, &r.NoticeTime)
		due = append(due, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(`UPDATE meeting SET remind_at = NULL WHERE eid = $1 AND remind_at <= $2`, m.eid, now); err != nil {
		return nil, err
	}
	due = slices.DeleteFunc(due, func(r Reminder) bool { return r.EndDate <= now })
	for i := range due {
		due[i].Actors = []string{}
		rows, err := tx.Query(`SELECT openid FROM meeting_actor WHERE meeting_id = $1 ORDER BY position`, due[i].MeetingID)
		err = eachRow(rows, err, func() error {
			var openID string
			err := rows.Scan(&openID)
			due[i].Actors = append(due[i].Actors, openID)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return due, nil
}
