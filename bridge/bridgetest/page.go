package bridgetest

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// Page is the other end of a host in an area's test: it calls, and reads what it is told.
type Page struct {
	T    *testing.T // of the running test
	host *bridge.Host
	conn *bridge.PipeEnd
	last uint64
	Told []bridge.Message // read, and not asked for yet
	news chan bridge.Message
}

// Open serves a page of these APIs, in a client of that profile (see bridge.ProfileNamed), until the test ends.
func Open(t *testing.T, profile string, clock *bridge.Clock, apis []bridge.API) *Page {
	t.Helper()
	host := bridge.NewHost(apis...)
	host.Clock = clock
	var err error
	host.Profile, err = bridge.ProfileNamed(profile)
	require.NoError(t, err)
	ours, theirs := bridge.Pipe()
	p := &Page{T: t, host: host, conn: theirs, news: make(chan bridge.Message, 100)}
	served := make(chan error, 1)
	go func() { served <- host.Serve(context.Background(), ours) }()
	go func() {
		for {
			m, err := theirs.Read(context.Background())
			if err != nil {
				close(p.news)
				return
			}
			p.news <- m
		}
	}()
	t.Cleanup(func() {
		_ = theirs.Close() // never fails
		assert.NoError(t, <-served)
		for range p.news { // until the reader has ended
		}
	})
	return p
}

// Begin calls, and returns the call's id.
func (p *Page) Begin(method, params string) uint64 {
	p.T.Helper()
	p.last++
	require.NoError(p.T, p.conn.Write(context.Background(), bridge.Message{ID: p.last, Method: method, Params: json.RawMessage(params)}))
	return p.last
}

// Next takes the first message that fits out of all that came.
func (p *Page) Next(fits func(bridge.Message) bool) bridge.Message {
	p.T.Helper()
	for i, m := range p.Told {
		if fits(m) {
			p.Told = append(p.Told[:i:i], p.Told[i+1:]...)
			return m
		}
	}
	timeout := time.After(10 * time.Second)
	for {
		select {
		case m := <-p.news:
			if fits(m) {
				return m
			}
			p.Told = append(p.Told, m)
		case <-timeout:
			require.FailNow(p.T, "nothing came", "but %+v", p.Told)
		}
	}
}

// Reply is the next answer to a call: the text of the envelope, "" for a silent end, or the error of an unanswered one.
func (p *Page) Reply(id uint64) string {
	p.T.Helper()
	m := p.Next(func(m bridge.Message) bool { return m.Method == "" && m.ID == id || m.Method == "$/unanswered" })
	if m.Method != "" {
		return "unanswered"
	}
	return string(m.Result)
}

// Call calls, and returns the reply.
func (p *Page) Call(method, params string) string {
	p.T.Helper()
	return p.Reply(p.Begin(method, params))
}

// View waits for a view, and returns what it shows; an event under the view's name counts too.
func (p *Page) View(name string) string {
	p.T.Helper()
	return string(p.Next(func(m bridge.Message) bool { return m.Method == bridge.ViewPrefix+name }).Params)
}

// Answer answers a view in a person's stead.
func (p *Page) Answer(view, answer string) error {
	return p.host.Answer("", view, json.RawMessage(answer))
}
