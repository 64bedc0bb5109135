package webview_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// page is the other end of a host: it calls, and reads what it is told.
type page struct {
	t    *testing.T
	host *bridge.Host
	conn *bridge.PipeEnd
	last uint64
	told []bridge.Message // read, and not asked for yet
	news chan bridge.Message
}

// open serves a page of these APIs, in a client of that profile, until the test ends.
func open(t *testing.T, profile string, clock *bridge.Clock, apis []bridge.API) *page {
	t.Helper()
	host := bridge.NewHost(apis...)
	var err error
	host.Profile, err = bridge.ProfileNamed(profile)
	require.NoError(t, err)
	host.Clock = clock
	ours, theirs := bridge.Pipe()
	p := &page{t: t, host: host, conn: theirs, news: make(chan bridge.Message, 100)}
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

// begin calls, and returns the call's id.
func (p *page) begin(method, params string) uint64 {
	p.t.Helper()
	p.last++
	require.NoError(p.t, p.conn.Write(context.Background(), bridge.Message{ID: p.last, Method: method, Params: json.RawMessage(params)}))
	return p.last
}

// next takes the first message that fits out of all that came.
func (p *page) next(fits func(bridge.Message) bool) bridge.Message {
	p.t.Helper()
	for i, m := range p.told {
		if fits(m) {
			p.told = append(p.told[:i:i], p.told[i+1:]...)
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
			p.told = append(p.told, m)
		case <-timeout:
			require.FailNow(p.t, "nothing came", "but %+v", p.told)
		}
	}
}

// reply is the next answer to a call: the text of the envelope, "" for a silent end, or the error of an unanswered one.
func (p *page) reply(id uint64) string {
	p.t.Helper()
	m := p.next(func(m bridge.Message) bool { return m.Method == "" && m.ID == id || m.Method == "$/unanswered" })
	if m.Method != "" {
		return "unanswered"
	}
	return string(m.Result)
}

func (p *page) call(method, params string) string {
	p.t.Helper()
	return p.reply(p.begin(method, params))
}

// view waits for a view, and returns what it shows; an event under the view's name counts too.
func (p *page) view(name string) string {
	p.t.Helper()
	return string(p.next(func(m bridge.Message) bool { return m.Method == bridge.ViewPrefix+name }).Params)
}

func (p *page) answer(view, answer string) error {
	return p.host.Answer("", view, json.RawMessage(answer))
}
