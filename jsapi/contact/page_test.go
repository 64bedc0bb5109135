package contact_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/jsapi/contact"
)

// page is a page in a test, with a person in front of it: it calls, and keeps what it is told.
type page struct {
	t    *testing.T
	host *bridge.Host
	conn *bridge.PipeEnd

	mu      sync.Mutex
	last    uint64
	replies map[uint64]chan bridge.Message
	events  []string

	views     chan bridge.Message // pickers, as they open
	cancelled chan uint64         // ids of views that the host put away
}

// envelope is what a callback gets.
type envelope struct {
	Success, Error, ErrorCode string
	Data                      struct{ Persons []map[string]string }
	raw                       json.RawMessage
}

// shown is what the picker shows.
type shown struct {
	Title, ButtonTitle, GroupName string
	Multi                         bool
	Min, Max                      int
	Selected, Recent              []string
	People                        []struct {
		OpenID, Name, Department, JobTitle string
		Pinyin, Initials                   []string
	}
	Departments []struct {
		ID, ParentID, Name string
		People             []string
	}
	Groups []struct {
		GroupID, Name string
		People        []string
	}
}

func (s shown) ids() []string {
	ids := []string{}
	for _, p := range s.People {
		ids = append(ids, p.OpenID)
	}
	return ids
}

// world is a host with a directory; choose is an API for Choose, which no page calls by itself.
func world(team *contact.Team) (*bridge.Host, *contact.Directory) {
	d := contact.NewDirectory(team)
	type params struct {
		GroupID string   `json:"groupId"`
		Exclude []string `json:"exclude"`
	}
	choose := bridge.DefineOnPage("choose", "Choose", func(ctx context.Context, page bridge.Page, p params) ([]string, error) {
		chosen, uncover, err := d.Choose(ctx, page, p.GroupID, p.Exclude)
		if err == nil {
			uncover()
		}
		return chosen, err
	}, bridge.Waits)
	return bridge.NewHost(append(d.APIs(), choose)...), d
}

// open serves one more page of the host until the test ends.
func open(t *testing.T, host *bridge.Host) *page {
	t.Helper()
	ours, theirs := bridge.Pipe()
	p := &page{
		t: t, host: host, conn: theirs, replies: map[uint64]chan bridge.Message{},
		views: make(chan bridge.Message, 100), cancelled: make(chan uint64, 100),
	}
	var both sync.WaitGroup
	both.Go(func() { assert.NoError(t, host.Serve(context.Background(), ours)) })
	both.Go(p.read)
	t.Cleanup(func() {
		_ = p.conn.Close()
		both.Wait()
	})
	return p
}

func (p *page) read() {
	for {
		m, err := p.conn.Read(context.Background())
		if err != nil {
			return
		}
		switch {
		case strings.HasPrefix(m.Method, bridge.ViewPrefix):
			p.views <- m
		case m.Method == "$/cancel":
			var gone struct{ ID uint64 }
			assert.NoError(p.t, json.Unmarshal(m.Params, &gone))
			p.cancelled <- gone.ID
		case m.Method != "":
			p.mu.Lock()
			p.events = append(p.events, m.Method)
			p.mu.Unlock()
		default:
			p.mu.Lock()
			p.replies[m.ID] <- m
			p.mu.Unlock()
		}
	}
}

// begin calls without waiting; the returned function waits for the answer.
func (p *page) begin(method, params string) func() envelope {
	p.mu.Lock()
	p.last++
	id, reply := p.last, make(chan bridge.Message, 2)
	p.replies[id] = reply
	p.mu.Unlock()
	require.NoError(p.t, p.conn.Write(context.Background(), bridge.Message{ID: id, Method: method, Params: json.RawMessage(params)}))
	return func() envelope {
		p.t.Helper()
		m := wait(p.t, reply)
		if m.Error != nil {
			return envelope{Success: "none", Error: m.Error.Message, ErrorCode: string(m.Error.Code)}
		}
		if m.Result == nil {
			return envelope{Success: "silent"}
		}
		e := envelope{raw: m.Result}
		var data struct{ Data json.RawMessage }
		require.NoError(p.t, json.Unmarshal(m.Result, &data))
		e.raw = data.Data
		_ = json.Unmarshal(m.Result, &e) // data has another form with getPersonInfo
		return e
	}
}

func (p *page) call(method, params string) envelope {
	p.t.Helper()
	return p.begin(method, params)()
}

// picker waits for a picker to open, and returns what it shows and its id.
func (p *page) picker() (shown, uint64) {
	p.t.Helper()
	m := wait(p.t, p.views)
	var s shown
	require.NoError(p.t, json.Unmarshal(m.Params, &s))
	return s, m.ID
}

// confirm answers a picker as a person does.
func (p *page) confirm(id uint64, openIDs ...string) {
	if openIDs == nil {
		openIDs = []string{}
	}
	text, _ := json.Marshal(map[string]any{"people": openIDs})
	p.say(id, string(text))
}

func (p *page) say(id uint64, answer string) {
	require.NoError(p.t, p.conn.Write(context.Background(), bridge.Message{ID: id, Result: json.RawMessage(answer)}))
}

// pick calls, and confirms these people in the picker that opens.
func (p *page) pick(method, params string, openIDs ...string) (shown, envelope) {
	p.t.Helper()
	end := p.begin(method, params)
	s, id := p.picker()
	p.confirm(id, openIDs...)
	return s, end()
}

func (p *page) told() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.events...)
}

func wait[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case got := <-from:
		return got
	case <-time.After(10 * time.Second):
		require.FailNow(t, "nothing came")
		panic("not reached")
	}
}
