// This program as its own child: the bare server.

package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite"
)

// roleCommand is the hidden first argument of the child.
const roleCommand = "as-bare"

const (
	bareInsert = `INSERT INTO meeting (id, eid, series_id, day, openid, title, content, meeting_place, start_date, end_date, span,
		notice_time, top_state, submit_experience, create_date, dropped, remind_at) VALUES (?,?,?,?,?,?,?,?,?,?,0,?,?,?,?,0,?)`
	bareQuery = `SELECT id, openid, type, title, content, meeting_place, start_date, end_date, notice_time, create_date, room_id,
		room_order_id FROM meeting WHERE eid = ? AND span = 0 AND start_date < ? AND start_date > ? AND end_date > ? ORDER BY start_date, id`
)

// bareMeeting is what is sent, and what is answered but for the constants.
type bareMeeting struct {
	ID            string  `json:"id"`
	OpenID        string  `json:"openid"`
	Type          *string `json:"type"`
	Title         string  `json:"title"`
	Content       *string `json:"content"`
	MeetingPlace  *string `json:"meetingPlace"`
	StartDate     int64   `json:"startDate"`
	EndDate       int64   `json:"endDate"`
	NoticeTime    int64   `json:"noticeTime"`
	TopState      int     `json:"topState"`
	Submit        bool    `json:"submitExperience"`
	CreateDate    int64   `json:"createDate"`
	RoomID        *string `json:"roomId"`
	RoomOrderID   *string `json:"roomOrderId"`
	MeetingStatus int     `json:"meetingStatus"`
	ReadStatus    int     `json:"readStatus"`
	AcceptStatus  int     `json:"acceptStatus"`
}

// serveBare serves the two calls at a port, from a database, a new file or ":memory:", with the schema of a folder.
func serveBare(data, port, migrations string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // however it ends: the parent is gone
		stop()
	}()
	write, err := sql.Open("sqlite", "file:"+data+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	defer write.Close() //nolint:errcheck // the process ends
	write.SetMaxOpenConns(1)
	steps, err := goose.NewProvider(goose.DialectSQLite3, write, os.DirFS(migrations))
	if err != nil {
		return err
	}
	if _, err := steps.Up(ctx); err != nil {
		return err
	}
	read := write // a database in memory has one connection
	if data != ":memory:" {
		if read, err = sql.Open("sqlite", "file:"+data+"?_pragma=query_only(1)"); err != nil {
			return err
		}
		defer read.Close() //nolint:errcheck // the process ends
		read.SetMaxIdleConns(4)
		read.SetMaxOpenConns(4)
	}
	handler, err := bare(ctx, write, read)
	if err != nil {
		return err
	}
	server := &http.Server{Addr: "127.0.0.1:" + port, Handler: handler}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func bare(ctx context.Context, write, read *sql.DB) (http.Handler, error) {
	insert, err := write.PrepareContext(ctx, bareInsert)
	if err != nil {
		return nil, err
	}
	query, err := read.PrepareContext(ctx, bareQuery)
	if err != nil {
		return nil, err
	}
	answer := func(call func(body []byte) (any, error)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			var data any
			if err == nil {
				data, err = call(body)
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(map[string]any{"success": true, "errorCode": 0, "error": nil, "data": data}) // the client is gone if this fails
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+createPath, answer(func(body []byte) (any, error) {
		var m bareMeeting
		if err := json.Unmarshal(body, &m); err != nil {
			return nil, err
		}
		var random [12]byte
		_, _ = rand.Read(random[:]) // never fails
		id := hex.EncodeToString(random[:])
		_, err := insert.Exec(id, team.EID, id, m.StartDate/dayLength, m.OpenID, m.Title, m.Content, m.MeetingPlace, m.StartDate, m.EndDate,
			m.NoticeTime, m.TopState, m.Submit, time.Now().UnixMilli(), m.StartDate-m.NoticeTime*time.Minute.Milliseconds())
		return map[string]string{"meetingId": id}, err
	}))
	mux.HandleFunc("POST "+queryPath, answer(func(body []byte) (any, error) {
		var p struct{ Day int64 }
		if err := json.Unmarshal(body, &p); err != nil {
			return nil, err
		}
		from := p.Day - p.Day%dayLength
		rows, err := query.Query(team.EID, from+dayLength, from-dayLength, from)
		if err != nil {
			return nil, err
		}
		defer rows.Close() //nolint:errcheck // Err tells
		list := []bareMeeting{}
		for rows.Next() {
			m := bareMeeting{ReadStatus: 1, AcceptStatus: 2}
			if err := rows.Scan(&m.ID, &m.OpenID, &m.Type, &m.Title, &m.Content, &m.MeetingPlace, &m.StartDate, &m.EndDate, &m.NoticeTime,
				&m.CreateDate, &m.RoomID, &m.RoomOrderID); err != nil {
				return nil, err
			}
			list = append(list, m)
		}
		return list, rows.Err()
	}))
	return mux, nil
}

const dayLength = int64(24 * time.Hour / time.Millisecond)
