package conference_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/jsapi/conference"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// people is a team of two groups whose picker is a view of its own, so that the page of the test answers it.
type people struct{}

var names = map[string]string{"me": "周知行", "a": "林晓", "b": "欧阳若", "c": "何田"}

func (people) Choose(ctx context.Context, page bridge.Page, groupID string, exclude []string) ([]string, func(), error) {
	if groupID == "g?" {
		return nil, nil, bridge.Errorf("91001", "没有这个群组")
	}
	uncover := page.Cover()
	var answer struct {
		People []string `json:"people"`
		Cancel bool     `json:"cancel"`
	}
	err := page.Call(ctx, "view.personPicker", map[string]any{"groupId": groupID, "exclude": exclude}, &answer)
	if err == nil && answer.Cancel {
		err = bridge.Errorf(bridge.Failed, "取消选人")
	}
	if err != nil {
		uncover()
		return nil, nil, err
	}
	return answer.People, uncover, nil
}

func (people) Name(id string) (string, bool) { n, ok := names[id]; return n, ok }
func (people) GroupName(id string) (string, bool) {
	return map[string]string{"g1": "前端组"}[id], id == "g1"
}

// page is the other end of a host: it remembers what it is told.
type page struct {
	t     *testing.T
	host  *bridge.Host
	c     *conference.Conference
	clock *bridge.Clock
	end   *bridge.PipeEnd

	mu   sync.Mutex
	seen []bridge.Message
	news chan struct{}
	next uint64
}

func open(t *testing.T) *page {
	clock := bridge.NewClockAt(time.UnixMilli(1522729800000))
	c := conference.New(clock, people{})
	host := bridge.NewHost(c.APIs()...)
	host.Clock = clock
	host.SetCaller("me")
	hostEnd, pageEnd := bridge.Pipe()
	p := &page{t: t, host: host, c: c, clock: clock, end: pageEnd, news: make(chan struct{}, 1)}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = host.Serve(context.Background(), hostEnd)
	}()
	go func() {
		for {
			m, err := pageEnd.Read(context.Background())
			if err != nil {
				return
			}
			p.mu.Lock()
			p.seen = append(p.seen, m)
			p.mu.Unlock()
			select {
			case p.news <- struct{}{}:
			default:
			}
		}
	}()
	t.Cleanup(func() {
		_ = pageEnd.Close()
		<-served
	})
	return p
}

func (p *page) call(method, params string) uint64 {
	p.next++
	require.NoError(p.t, p.end.Write(context.Background(), bridge.Message{ID: p.next, Method: method, Params: json.RawMessage(params)}))
	return p.next
}

// wait returns the first message that fits.
func (p *page) wait(what string, fits func(bridge.Message) bool) bridge.Message {
	p.t.Helper()
	timeout := time.After(10 * time.Second)
	for {
		p.mu.Lock()
		for _, m := range p.seen {
			if fits(m) {
				p.mu.Unlock()
				return m
			}
		}
		p.mu.Unlock()
		select {
		case <-p.news:
		case <-timeout:
			p.t.Fatalf("no %s among %+v", what, p.seen)
		}
	}
}

func (p *page) reply(id uint64) string {
	p.t.Helper()
	return string(p.wait("reply", func(m bridge.Message) bool { return m.Method == "" && m.ID == id }).Result)
}

func (p *page) view(name string) {
	p.t.Helper()
	p.wait(name, func(m bridge.Message) bool { return m.Method == "view."+name && m.ID != 0 })
}

// events returns the appear and disappear events so far, in order.
func (p *page) events() (events []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.seen {
		if m.Method == "appear" || m.Method == "disappear" {
			events = append(events, m.Method)
		}
	}
	return events
}

func (p *page) event(name string) {
	p.t.Helper()
	p.wait(name, func(m bridge.Message) bool { return m.Method == name })
}

func (p *page) answer(view, answer string) {
	p.t.Helper()
	require.NoError(p.t, p.host.Answer("", view, json.RawMessage(answer)))
}

func (p *page) meeting() string {
	text, err := json.Marshal(p.host.State()[0].Meeting)
	require.NoError(p.t, err)
	return string(text)
}

const succeeded = `{"success":"true","error":"","errorCode":"0","data":{}}`

func TestMeetingFromConfirmToEnd(t *testing.T) {
	for _, kind := range []struct{ api, name, view string }{{"createVoiceMeeting", "voice", "voiceMeeting"}, {"createLive", "live", "live"}} {
		t.Run(kind.api, func(t *testing.T) {
			p := open(t)
			id := p.call(kind.api, `{"groupId":"g1"}`)
			p.view("personPicker")
			p.answer("personPicker", `{"people":["a","b"]}`)
			require.Equal(t, succeeded, p.reply(id))
			p.view(kind.view)
			state := func(a, b string) string {
				return `{"kind":"` + kind.name + `","groupId":"g1","people":[{"openId":"a","state":"` + a + `"},{"openId":"b","state":"` + b + `"}]}`
			}
			require.Equal(t, state("ringing", "ringing"), p.meeting())
			p.clock.Advance(conference.JoinAfter - time.Millisecond)
			require.Equal(t, state("ringing", "ringing"), p.meeting())
			p.clock.Advance(time.Millisecond)
			require.Equal(t, state("joined", "joined"), p.meeting())

			// A second call fails while the meeting runs, whichever it is.
			require.Contains(t, p.reply(p.call("createLive", `{}`)), `"errorCode":"92001"`)

			require.Equal(t, []string{"disappear"}, p.events(), "picker and screen are one trip")
			p.answer(kind.view, `{"end":true}`)
			p.event("appear")
			require.Equal(t, []string{"disappear", "appear"}, p.events())
			require.Equal(t, "null", p.meeting())

			again := p.call(kind.api, `{"groupId":null}`)
			p.wait("second picker", func(m bridge.Message) bool { return m.Method == "view.personPicker" && m.ID > 2 })
			p.answer("personPicker", `{"cancel":true}`)
			require.Equal(t, `{"success":"false","error":"取消选人","errorCode":"1","data":{}}`, p.reply(again))
		})
	}
}

func TestFailureBeforeThePickerLeavesThePageUncovered(t *testing.T) {
	p := open(t)
	require.Contains(t, p.reply(p.call("createVoiceMeeting", `{"groupId":"g?"}`)), `"errorCode":"91001"`)
	require.Contains(t, p.reply(p.call("createVoiceMeeting", `{"groupId":7}`)), "参数 groupId 类型不对: 应为字符串, 收到数字")
	require.Empty(t, p.events())
}

func TestCast(t *testing.T) {
	p := open(t)
	after := func(s int) *time.Duration { d := time.Duration(s) * time.Second; return &d }
	p.c.SetCast([]conference.Actor{
		{OpenID: "a", Joins: time.Second, Mutes: after(5), Leaves: after(60)},
		{OpenID: "b", Declines: after(3)},
	})
	id := p.call("createVoiceMeeting", `{}`)
	p.view("personPicker")
	p.answer("personPicker", `{"people":["a","b","c"]}`)
	p.reply(id)
	for _, step := range []struct {
		advance time.Duration
		states  string
	}{{time.Second, "joined ringing ringing"}, {time.Second, "joined ringing joined"}, {time.Second, "joined declined joined"}, {time.Minute, "left declined joined"}} {
		p.clock.Advance(step.advance)
		var s struct{ People []struct{ State string } }
		require.NoError(t, json.Unmarshal([]byte(p.meeting()), &s))
		require.Equal(t, step.states, s.People[0].State+" "+s.People[1].State+" "+s.People[2].State)
	}
	p.wait("a muted", func(m bridge.Message) bool {
		var s struct{ People []struct{ Muted bool } }
		return m.Method == "view.voiceMeeting" && json.Unmarshal(m.Params, &s) == nil && len(s.People) == 3 && s.People[0].Muted
	})
}

func TestScreenPutAwayAndBack(t *testing.T) {
	p := open(t)
	id := p.call("createVoiceMeeting", `{}`)
	p.view("personPicker")
	p.answer("personPicker", `{"people":["a"]}`)
	p.reply(id)
	p.view("voiceMeeting")
	p.reply(p.call("view.minimize", `{"view":"voiceMeeting","minimized":true}`))
	require.Equal(t, []string{"disappear", "appear"}, p.events())
	p.reply(p.call("view.minimize", `{"view":"voiceMeeting","minimized":true}`))
	p.reply(p.call("view.minimize", `{"view":"voiceMeeting","minimized":false}`))
	require.Equal(t, []string{"disappear", "appear", "disappear"}, p.events())

	invite := p.call("view.invite", `{}`)
	p.wait("picker without those invited", func(m bridge.Message) bool {
		return m.Method == "view.personPicker" && string(m.Params) == `{"exclude":["a"],"groupId":""}`
	})
	p.answer("personPicker", `{"people":["c"]}`)
	p.reply(invite)
	require.Contains(t, p.meeting(), `{"openId":"c","state":"ringing"}`)
}

func TestPageLeavesOrResetEndsTheMeeting(t *testing.T) {
	p := open(t)
	id := p.call("createLive", `{}`)
	p.view("personPicker")
	p.answer("personPicker", `{"people":["a"]}`)
	p.reply(id)
	p.host.Reset()
	require.Equal(t, "null", p.meeting())
	p.event("appear")
	p.clock.Advance(time.Hour) // nobody joins what has ended
	require.Equal(t, "null", p.meeting())
}
