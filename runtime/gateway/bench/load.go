// The load generator. It writes requests that are ready on raw connections and reads the answers with net/http's reader: less
// CPU than net/http's client, which the server needs on two cores, and unlike wrk it creates and then queries on the same
// connection, looks into every answer, and can stop after a number of requests.

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// work is what a side is asked to do. Create and query write the requests about the nth meeting; created and queried are what
// good answers contain; shows says that a good one to query has the title of meeting n besides.
type work struct {
	create, query    func(n int64) []byte
	created, queried string
	shows            bool
	next             atomic.Int64 // the number of the last meeting
}

// apiWork is the server APIs' work: calls about meeting n, whose day is the nth from tomorrow.
func apiWork(host, token string) *work {
	post := func(path, body string) []byte {
		return fmt.Appendf(nil, "POST %s?accessToken=%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			path, token, host, len(body), body)
	}
	return &work{
		create:  func(n int64) []byte { return post(createPath, meeting(n)) },
		query:   func(n int64) []byte { return post(queryPath, fmt.Sprintf(`{"day":%d}`, startOf(n))) },
		created: `"success":true`, queried: `"success":true`,
	}
}

const (
	createPath = "/gateway/cloudwork/meeting/create"
	queryPath  = "/gateway/cloudwork/meeting/queryByDay"
)

var tomorrow = time.Now().Add(24 * time.Hour).UnixMilli()

// startOf is when meeting n begins, in milliseconds.
func startOf(n int64) int64 { return tomorrow + n*24*time.Hour.Milliseconds() }

// meeting is the source's example of a meeting to create, on a day of its own.
func meeting(n int64) string {
	return fmt.Sprintf(`{"openid":"%s","title":"%s","content":"新增会议测试","meetingPlace":"云8会议室","startDate":%d,"endDate":%d,`+
		`"noticeTime":0,"topState":0,"actors":[],"submitExperience":true}`, team.Me, title(n), startOf(n), startOf(n)+time.Hour.Milliseconds())
}

// title is what only the answer about meeting n contains.
func title(n int64) string { return fmt.Sprintf("测试会议%09d", n) }

// conn is a connection to a server.
type conn struct {
	net.Conn
	read *bufio.Reader
}

// dial opens a connection that may be used for so long.
func dial(address string, limit time.Duration) (*conn, error) {
	c, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return nil, err
	}
	return &conn{c, bufio.NewReader(c)}, c.SetDeadline(time.Now().Add(limit))
}

// ask sends a request; the answer is to be 2xx and to contain a text.
func (c *conn) ask(request []byte, want string) error {
	if _, err := c.Write(request); err != nil {
		return err
	}
	res, err := http.ReadResponse(c.read, nil)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 || !bytes.Contains(body, []byte(want)) || res.Close {
		return fmt.Errorf("%s (closes: %v), %.300s: wanted %s", res.Status, res.Close, body, want)
	}
	return nil
}

// once creates a meeting and queries its day; it returns how long the first took.
func (w *work) once(c *conn) (time.Duration, error) {
	n := w.next.Add(1)
	began := time.Now()
	if err := c.ask(w.create(n), w.created); err != nil {
		return 0, fmt.Errorf("create: %w", err)
	}
	took := time.Since(began)
	want := w.queried
	if w.shows {
		want = title(n)
	}
	if err := c.ask(w.query(n), want); err != nil {
		return 0, fmt.Errorf("query: %w", err)
	}
	return took, nil
}

// rate is what load found: how often the work was done a second, and the 99th percentile of creating, in milliseconds.
type rate struct{ perSecond, p99 float64 }

// load does the work over so many connections at once, until the time is over or, if most is not 0, it was done so often.
func (w *work) load(ctx context.Context, address string, connections int, most int64, limit time.Duration) (rate, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var (
		all    sync.WaitGroup
		count  atomic.Int64
		mu     sync.Mutex
		took   []time.Duration
		failed error
	)
	conns := make([]*conn, connections)
	for i := range conns {
		c, err := dial(address, limit+10*time.Second)
		if err != nil {
			return rate{}, err
		}
		defer c.Close() //nolint:errcheck // a connection of ours
		conns[i] = c
	}
	began := time.Now()
	for _, c := range conns {
		all.Go(func() {
			var own []time.Duration
			var err error
			for err == nil && ctx.Err() == nil && (most == 0 || count.Add(1) <= most) {
				var t time.Duration
				if t, err = w.once(c); err == nil {
					own = append(own, t)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			took = append(took, own...)
			if err != nil && failed == nil {
				failed = err
				cancel()
			}
		})
	}
	all.Wait()
	elapsed := time.Since(began)
	if failed == nil && int64(len(took)) < max(most, 1) {
		failed = fmt.Errorf("only %d times in %v", len(took), elapsed)
	}
	if failed != nil {
		return rate{}, fmt.Errorf("over %d connections: %w", connections, failed)
	}
	slices.Sort(took)
	return rate{float64(len(took)) / elapsed.Seconds(), float64(took[len(took)*99/100].Microseconds()) / 1000}, nil
}
