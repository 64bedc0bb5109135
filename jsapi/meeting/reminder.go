package meeting

import (
	"cmp"
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

// notices are how many minutes before the start to remind, falling: the first is the first to fall due.
func (d *details) notices() []int {
	if d.Notice < 0 {
		return nil
	}
	return append([]int{d.Notice}, d.LaterNotices...)
}

// dueAt returns when a reminder falls due.
func dueAt(start int64, notice int) int64 { return start - int64(notice)*time.Minute.Milliseconds() }

// nextReminder returns when the meeting's next reminder falls due; nil without one. What has been raised of the meeting as it
// was is not raised again, unless the meeting has been moved. was is nil for a new meeting.
func (r *record) nextReminder(was *record) *int64 {
	if r.cancelled != nil {
		return nil
	}
	for _, notice := range r.notices() {
		at := dueAt(r.start, notice)
		if was == nil || r.start != was.start || !slices.Contains(was.notices(), notice) || was.remindAt != nil && at >= *was.remindAt {
			return &at
		}
	}
	return nil
}

// How long a host waits before it looks again for reminders that another host on the database has made since; by the host's
// clock, but longer while that is moved fast: who advances it by a year shall not wait for half a million looks.
const (
	lookAgain  = time.Minute
	lookSeldom = time.Hour
)

// wake looks again.
func (m *Meetings) wake() {
	m.mu.Lock()
	if time.Since(m.looked) < time.Second { // by the machine's clock
		m.pause = min(2*m.pause, lookSeldom)
	} else {
		m.pause = lookAgain
	}
	m.looked = time.Now()
	m.mu.Unlock()
	m.remind()
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
			m.mu.Lock()
			m.wakeIn(m.pause) // the database may be back then
			m.armed = 0
			m.mu.Unlock()
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
	wait := 100 * 365 * 24 * time.Hour // as good as never
	if next.Valid {
		wait = time.UnixMilli(next.Int64).Sub(m.clock.Now())
	}
	if wait <= 0 {
		return true, nil
	}
	if !m.exclusive {
		wait = min(wait, m.pause)
	}
	m.wakeIn(wait)
	return false, nil
}

// remindOf is remind after a meeting was made, which changes nothing where the timer comes first.
func (m *Meetings) remindOf(r *record) {
	m.mu.Lock()
	early := m.armed != 0 && (r.remindAt == nil || *r.remindAt >= m.armed)
	m.mu.Unlock()
	if !early {
		m.remind()
	}
}

// wakeIn sets the timer; the mutex is held.
func (m *Meetings) wakeIn(wait time.Duration) {
	if m.stop != nil {
		m.stop()
	}
	if m.ctx.Err() == nil {
		m.armed = m.clock.Now().Add(wait).UnixMilli()
		m.stop = m.clock.AfterFunc(wait, m.wake)
	}
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
	next := map[string]int64{} // of meetings that have a further reminder
	rows, err := tx.Query(`SELECT `+recordColumns+` FROM meeting WHERE eid = $1 AND remind_at <= $2
		ORDER BY remind_at, start_date, id`, m.eid, now)
	err = eachRow(rows, err, func() error {
		r, err := scanRecord(rows.Scan)
		if err != nil {
			return err
		}
		for _, notice := range r.notices() {
			switch at := dueAt(r.start, notice); {
			case at > now:
				next[r.id] = at
				return nil
			case at >= *r.remindAt && r.end > now:
				due = append(due, Reminder{r.id, r.CreatorID, r.Title, r.start, r.end, notice, []string{}})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(`UPDATE meeting SET remind_at = NULL WHERE eid = $1 AND remind_at <= $2`, m.eid, now); err != nil {
		return nil, err
	}
	for id, at := range next {
		if _, err := tx.Exec(`UPDATE meeting SET remind_at = $1 WHERE id = $2`, at, id); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(due, func(a, b Reminder) int {
		return cmp.Compare(dueAt(a.StartDate, a.NoticeTime), dueAt(b.StartDate, b.NoticeTime))
	})
	for i := range due {
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
