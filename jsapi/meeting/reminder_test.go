package meeting

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// heard returns the reminders raised so far, with the time of the clock, and forgets them.
func (h *host) heard() string {
	var texts []string
	for _, r := range h.rung {
		texts = append(texts, fmt.Sprintf("%s -%d", time.UnixMilli(r.StartDate).In(roomZone).Format("15:04"), r.NoticeTime))
	}
	h.rung = nil
	return strings.Join(texts, ", ")
}

// until moves the clock to a time of the tests' Monday.
func (h *host) until(clock string) { h.clock.Set(time.UnixMilli(clockOn("2018-06-25", clock))) }

func TestRemindersFollowTheClock(t *testing.T) { onEach(t, testRemindersFollowTheClock) }

func testRemindersFollowTheClock(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	h.made(t, "10:00", "11:00", `,"noticeTime":0`)
	h.made(t, "10:00", "11:00", `,"noticeTime":-1`)
	h.made(t, "10:00", "11:00", "")
	id := h.made(t, "10:00", "11:00", fmt.Sprintf(`,"noticeTime":15,"actors":[%q]`, liSi))
	h.made(t, "11:00", "12:00", `,"noticeTime":60`)
	h.made(t, "09:30", "10:00", `,"noticeTime":60`)
	h.until("08:29")
	require.Empty(t, h.heard())
	h.until("08:30")
	require.Equal(t, "09:30 -60", h.heard())
	h.until("09:45")
	require.Equal(t, []Reminder{{MeetingID: id, OpenID: hePeng, Title: "周会", StartDate: clockOn("2018-06-25", "10:00"),
		EndDate: clockOn("2018-06-25", "11:00"), NoticeTime: 15, Actors: []string{liSi}}}, h.rung)
	h.heard()
	h.until("13:00")
	require.ElementsMatch(t, []string{"10:00 -0", "11:00 -60"}, strings.Split(h.heard(), ", "))
	h.until("08:00") // back, and once more: what has been raised is not raised again
	h.until("13:00")
	require.Empty(t, h.heard())
}

func TestRemindersFollowChanges(t *testing.T) { onEach(t, testRemindersFollowChanges) }

func testRemindersFollowChanges(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	id := h.made(t, "10:00", "11:00", `,"noticeTime":15`)
	modify := func(fields string, args ...any) {
		h.ok(t, "meeting.modify", `{"id":%q,"openid":%q,%s}`, id, hePeng, fmt.Sprintf(fields, args...))
	}
	modify(`"startDate":%d`, clockOn("2018-06-25", "10:30"))
	h.until("10:14")
	require.Empty(t, h.heard())
	h.until("10:15")
	require.Equal(t, "10:30 -15", h.heard())
	modify(`"title":"新"`)
	h.until("10:16")
	require.Empty(t, h.heard(), "no other time, no other reminder")
	modify(`"noticeTime":0`)
	h.until("10:30")
	require.Equal(t, "10:30 -0", h.heard())
	modify(`"startDate":%d,"endDate":%d`, clockOn("2018-06-25", "12:00"), clockOn("2018-06-25", "13:00"))
	h.until("12:00")
	require.Equal(t, "12:00 -0", h.heard())
	modify(`"startDate":%d,"endDate":%d`, clockOn("2018-06-25", "14:00"), clockOn("2018-06-25", "15:00"))
	h.ok(t, "meeting.cancel", `{"id":%q,"openid":%q}`, id, hePeng)
	h.until("15:00")
	require.Empty(t, h.heard())
}

func TestOverdueReminders(t *testing.T) {
	h := newHost(t)
	h.made(t, "08:10", "09:00", `,"noticeTime":15`)
	require.Equal(t, "08:10 -15", h.heard(), "due when the meeting is made")
	h.made(t, "07:00", "08:00", `,"noticeTime":15`)
	require.Empty(t, h.heard(), "it has ended")
	ids := h.repeated(t, clockOn("2018-06-25", "09:00"), repeatDaily, clockOn("2018-06-27", "23:00"), `,"noticeTime":0`)
	h.clock.Advance(24 * time.Hour)
	require.Equal(t, "09:00 -0", h.heard())
	h.ok(t, "meeting.batchCancel", `{"id":%q,"openid":%q}`, ids[0], hePeng)
	h.clock.Advance(72 * time.Hour)
	require.Empty(t, h.heard())
}

func TestRemindersSurviveARestart(t *testing.T) { onEach(t, testRemindersSurviveARestart) }

func testRemindersSurviveARestart(t *testing.T, newHost newHostFunc) {
	h := newHost(t)
	h.made(t, "09:00", "09:30", `,"noticeTime":0`)
	h.made(t, "10:00", "11:00", `,"noticeTime":0`)
	h.made(t, "10:10", "10:20", `,"noticeTime":0`)
	h.made(t, "12:00", "13:00", `,"noticeTime":0`)
	h.until("09:00")
	require.Equal(t, "09:00 -0", h.heard())
	require.NoError(t, h.Close())
	h.until("10:30")
	require.Empty(t, h.heard(), "closed")
	h.start(t)
	require.Equal(t, "10:00 -0", h.heard(), "late, but not for what is over")
	h.start(t)
	require.Empty(t, h.heard(), "once")
	h.until("12:00")
	require.Equal(t, "12:00 -0", h.heard(), "two hosts on one database")
}

func TestAReminderMayCallTheAPIs(t *testing.T) {
	h := newHost(t)
	h.start(t, func(d *Deps) {
		d.OnReminder = func(r Reminder) {
			h.rung = append(h.rung, r)
			h.ok(t, "meeting.cancel", `{"id":%q,"openid":%q}`, r.MeetingID, hePeng)
		}
	})
	h.made(t, "10:00", "11:00", `,"noticeTime":0`)
	h.made(t, "10:00", "11:00", `,"noticeTime":0`)
	h.until("10:00")
	require.Len(t, h.rung, 2)
}

// brokenDB fails to write.
type brokenDB struct {
	DB
	broken bool
}

func (b *brokenDB) Write(ctx context.Context, fn func(*sql.Tx) error) error {
	if b.broken {
		return errors.New("disk full")
	}
	return b.DB.Write(ctx, fn)
}

func TestAReminderThatCannotBeSpentIsNotRaised(t *testing.T) {
	h := newHost(t)
	require.NoError(t, h.Close())
	broken := &brokenDB{DB: h.db}
	var log strings.Builder
	h.start(t, func(d *Deps) { d.DB, d.Logger = broken, slog.New(slog.NewTextHandler(&log, nil)) })
	h.made(t, "10:00", "11:00", `,"noticeTime":0`)
	broken.broken = true
	h.until("10:00")
	require.Empty(t, h.heard())
	require.Contains(t, log.String(), "disk full")
	broken.broken = false
	h.made(t, "12:00", "13:00", "")
	require.Equal(t, "10:00 -0", h.heard(), "the next change tries again")
	h.made(t, "10:10", "13:00", `,"noticeTime":0`)
	broken.broken = true
	h.until("10:10")
	broken.broken = false
	require.Empty(t, h.heard())
	h.until("12:00")
	require.Equal(t, "10:10 -0", h.heard(), "and so does the clock, within an hour")
}
