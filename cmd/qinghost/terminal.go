package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"qinghost/bridge"
	"qinghost/jsapi/contact"
)

// terminal writes what happens for whoever started the program: text, or one JSON object a line. A call never waits for it:
// lines go through a bounded buffer, and what finds no room is counted and said.
type terminal struct {
	out    io.Writer
	json   bool
	lang   string
	logger *slog.Logger

	lines chan []byte
	done  chan struct{}

	mu      sync.Mutex
	skipped int
	closed  bool
}

// waitingLines is how many lines may wait for a slow terminal.
const waitingLines = 1000

func newTerminal(stdout, stderr io.Writer, s *settings) *terminal {
	t := &terminal{
		out: stdout, json: s.json, lang: s.lang, lines: make(chan []byte, waitingLines), done: make(chan struct{}),
		logger: slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{
			ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.TimeKey {
					return slog.String(slog.TimeKey, a.Value.Time().Format(time.TimeOnly))
				}
				return a
			},
		})),
	}
	go t.write()
	return t
}

func (t *terminal) write() {
	defer close(t.done)
	for line := range t.lines {
		t.mu.Lock()
		skipped := t.skipped
		t.skipped = 0
		t.mu.Unlock()
		if skipped > 0 {
			t.logger.Warn("终端跟不上, 略过了一些调用; 控制接口 GET calls 有全部", "skipped", skipped)
		}
		_, _ = t.out.Write(line) // whoever read this is gone
	}
}

// close writes what is left. Calls may still end after it, unseen.
func (t *terminal) close() {
	t.mu.Lock()
	t.closed = true
	close(t.lines)
	t.mu.Unlock()
	<-t.done
}

// say writes a line; it waits for room.
func (t *terminal) say(line []byte) { t.lines <- append(line, '\n') }

// note tells something in the user's language, as text only.
func (t *terminal) note(zh, en string, args ...any) {
	if t.lang == "en" {
		zh = en
	}
	if t.json {
		t.logger.Info(fmt.Sprintf(zh, args...))
		return
	}
	t.say(fmt.Appendf(nil, zh, args...))
}

// ready is the line that says that the preview answers.
type ready struct {
	Event     string `json:"event"`
	URL       string `json:"url"`
	Simulator string `json:"simulator"`
	Gateway   string `json:"gateway"`
	Token     string `json:"token"`
	Window    bool   `json:"window"`
	Profile   string `json:"profile"`
	Demo      *demo  `json:"demo,omitempty"`
}

// demo is what scripts need to know of the built-in team.
type demo struct {
	EID            string      `json:"eid"`
	AppID          string      `json:"appId"`
	AppSecret      string      `json:"appSecret"`
	ResGroupSecret string      `json:"resGroupSecret"`
	OpenID         string      `json:"openId"`
	People         []string    `json:"people"` // all but the current user
	Groups         []demoGroup `json:"groups"`
}

type demoGroup struct {
	GroupID string   `json:"groupId"`
	Member  bool     `json:"member"` // the current user is in it
	People  []string `json:"people"` // its members but for the current user, who cannot be chosen
}

func newDemo(team *contact.Team, me string) *demo {
	d := &demo{
		EID: team.EID, AppID: team.AppID, AppSecret: team.AppSecret, ResGroupSecret: team.ResGroupSecret, OpenID: me,
	}
	for _, p := range team.People {
		if p.OpenID != d.OpenID {
			d.People = append(d.People, p.OpenID)
		}
	}
	for _, g := range team.Groups {
		others := slices.DeleteFunc(slices.Clone(g.Members), func(id string) bool { return id == d.OpenID })
		d.Groups = append(d.Groups, demoGroup{GroupID: g.ID, Member: g.Has(d.OpenID), People: others})
	}
	return d
}

// ready prints the addresses.
func (t *terminal) ready(r ready) {
	if t.json {
		line, err := json.Marshal(r)
		if err != nil {
			panic(err) // plain values
		}
		t.say(line)
		return
	}
	if t.lang == "en" {
		t.say(fmt.Appendf(nil, "\n  qinghost %s is ready, playing the %s client\n\n  App        %s\n  Simulator  %s#token=%s\n\n  Ctrl-C ends it\n",
			version, r.Profile, r.URL, r.Simulator, r.Token))
		return
	}
	t.say(fmt.Appendf(nil, "\n  qinghost %s 已就绪, 扮演客户端 %s\n\n  应用    %s\n  模拟器  %s#token=%s\n\n  按 Ctrl-C 结束\n",
		version, r.Profile, r.URL, r.Simulator, r.Token))
}

// call shows a call when it has come to an end, or to nothing.
func (t *terminal) call(r bridge.CallRecord) {
	if r.State == bridge.CallOpen {
		return
	}
	var line []byte
	if t.json {
		text, err := json.Marshal(struct {
			Event string `json:"event"`
			bridge.CallRecord
		}{"call", r})
		if err != nil {
			panic(err) // plain values and valid JSON
		}
		line = text
	} else {
		line = callLine(r, t.lang)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return
	}
	select {
	case t.lines <- append(line, '\n'):
	default:
		t.skipped++
	}
}

// longest is how much of parameters and result a line shows, in bytes.
const longest = 160

func callLine(r bridge.CallRecord, lang string) []byte {
	words := map[bridge.CallState]string{
		bridge.CallDone: "→", bridge.CallCancelled: "✗ 已取消", bridge.CallUnanswered: "✗ 没有回调 (手机上也没有)",
	}
	if lang == "en" {
		words[bridge.CallCancelled], words[bridge.CallUnanswered] = "✗ cancelled", "✗ no callback (nor on the phone)"
	}
	line := time.UnixMilli(r.At).AppendFormat(nil, "15:04:05")
	line = fmt.Appendf(line, " %s %s %s %s", r.Page, r.Method, shorten(r.Params), words[r.State])
	if r.State == bridge.CallDone {
		line = fmt.Appendf(line, " %s", shorten(r.Result))
	}
	return line
}

// shorten cuts JSON for a line, at a character's edge.
func shorten(text json.RawMessage) []byte {
	if len(text) <= longest {
		return text
	}
	return append(bytes.ToValidUTF8(text[:longest:longest], nil), "…"...)
}
