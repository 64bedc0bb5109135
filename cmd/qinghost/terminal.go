package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

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

	lines   chan line     // an empty one asks for a flushed
	flushed chan struct{} // all before the empty one is written
	done    chan struct{}

	mu      sync.Mutex
	skipped int
	closed  bool
}

// line is what waits to be written: a text, or a call, of which the text is made when its turn has come.
type line struct {
	text []byte
	call *bridge.CallRecord
}

// waitingLines is how many lines may wait for a slow terminal; a call waits as such up to so many bytes.
const (
	waitingLines = 1000
	waitingCall  = 4 << 10
)

func newTerminal(stdout, stderr io.Writer, s *settings) *terminal {
	t := &terminal{
		out: stdout, json: s.json, lang: s.lang, lines: make(chan line, waitingLines), done: make(chan struct{}), flushed: make(chan struct{}),
		logger: slog.New(lineHandler{out: stderr, lang: s.lang, mu: &sync.Mutex{}}),
	}
	go t.write()
	return t
}

func (t *terminal) write() {
	defer close(t.done)
	out := bufio.NewWriter(t.out) // its failures are nobody's: whoever read this is gone
	for l := range t.lines {
		t.mu.Lock()
		skipped := t.skipped
		t.skipped = 0
		t.mu.Unlock()
		if skipped > 0 {
			_ = out.Flush()
			t.logger.Warn("终端跟不上, 略过了一些调用; 控制接口 GET calls 有全部", "skipped", skipped)
		}
		if l.call != nil {
			l.text = t.callText(*l.call)
		}
		_, _ = out.Write(l.text)
		if len(t.lines) == 0 || l.text == nil {
			_ = out.Flush()
		}
		if l.text == nil {
			t.flushed <- struct{}{}
		}
	}
	_ = out.Flush()
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
func (t *terminal) say(text []byte) { t.lines <- line{text: append(text, '\n')} }

// warn logs a warning in the user's language, below the lines that were said before.
func (t *terminal) warn(zh, en string, args ...any) {
	t.lines <- line{}
	<-t.flushed
	t.logger.Warn(fmt.Sprintf(pick(t.lang, zh, en), args...))
}

// note tells something in the user's language, as text only.
func (t *terminal) note(zh, en string, args ...any) {
	text := fmt.Sprintf(pick(t.lang, zh, en), args...)
	if t.json {
		t.logger.Info(text)
		return
	}
	t.say([]byte(text))
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

	Network []string `json:"network,omitempty"` // the addresses for other machines
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
	var network strings.Builder
	for _, address := range r.Network {
		network.WriteString(pick(t.lang, "  网络    ", "  Network    ") + address + "\n")
	}
	if t.lang == "en" {
		t.say(fmt.Appendf(nil, "\n  qinghost %s is ready, playing the %s client\n\n  App        %s\n%s  Simulator  %s#token=%s\n\n  Ctrl-C ends it\n",
			version, r.Profile, r.URL, network.String(), r.Simulator, r.Token))
		return
	}
	t.say(fmt.Appendf(nil, "\n  qinghost %s 已就绪, 扮演客户端 %s\n\n  应用    %s\n%s  模拟器  %s#token=%s\n\n  按 Ctrl-C 结束\n",
		version, r.Profile, r.URL, network.String(), r.Simulator, r.Token))
}

// call shows a call when it has come to an end, or to nothing.
func (t *terminal) call(r bridge.CallRecord) {
	if r.State == bridge.CallOpen {
		return
	}
	l := line{call: &r}
	if len(r.Params)+len(r.Result) > waitingCall {
		l = line{text: t.callText(r)}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return
	}
	select {
	case t.lines <- l:
	default:
		t.skipped++
	}
}

// callText is the line of a call that has ended.
func (t *terminal) callText(r bridge.CallRecord) []byte {
	if !t.json {
		return append(callLine(r, t.lang), '\n')
	}
	text, err := json.Marshal(struct {
		Event string `json:"event"`
		bridge.CallRecord
	}{"call", r})
	if err != nil {
		panic(err) // plain values and valid JSON
	}
	return append(text, '\n')
}

// Most that a line shows of parameters and of data, in bytes; of a string in them, in characters, and what is left of a longer one.
const (
	longest       = 240
	longestString = 60
	shortString   = 40
)

// callLine tells of a call that has ended, by the time of its end.
func callLine(r bridge.CallRecord, lang string) []byte {
	line := time.UnixMilli(r.At+r.Took).AppendFormat(nil, "15:04:05")
	line = fmt.Appendf(line, " %s %s %s %s", r.Page, r.Method, shorten(r.Params), outcome(r, lang))
	if len(r.Ignored) > 0 {
		line = fmt.Appendf(line, pick(lang, " (忽略了未知参数 %q)", " (ignored unknown parameters %q)"), r.Ignored)
	}
	switch took := time.Duration(r.Took) * time.Millisecond; {
	case took >= time.Second:
		line = fmt.Appendf(line, " %.1f s", took.Seconds())
	case took > 0:
		line = fmt.Appendf(line, " %d ms", r.Took)
	}
	return line
}

// successes are how the envelopes of good answers begin, which saves the reading of them: half the work of a line.
var successes = [][]byte{
	[]byte(`{"success":"true","error":"","errorCode":"0","data":`),
	[]byte(`{"success":true,"errorCode":0,"error":null,"data":`),
	[]byte(`{"success":true,"errorCode":0,"error":"","data":`),
}

func outcome(r bridge.CallRecord, lang string) string {
	switch {
	case r.State == bridge.CallCancelled && r.Note != "":
		return pick(lang, "✗ 已取消: ", "✗ cancelled: ") + r.Note
	case r.State == bridge.CallCancelled:
		return pick(lang, "✗ 已取消", "✗ cancelled")
	case r.State == bridge.CallUnanswered && r.Note != "":
		return pick(lang, "✗ 没有回调: ", "✗ no callback: ") + r.Note
	case r.State == bridge.CallUnanswered:
		return pick(lang, "✗ 没有回调 (手机上也没有)", "✗ no callback (nor on the phone)")
	}
	if string(r.Result) == "null" {
		return pick(lang, "✓ (无回调)", "✓ (no callback)")
	}
	for _, start := range successes {
		if data, is := bytes.CutPrefix(r.Result, start); is {
			return strings.TrimSpace("✓ " + shorten(data[:len(data)-1]))
		}
	}
	var envelope struct{ Success, ErrorCode, Error, Data json.RawMessage }
	switch err := json.Unmarshal(r.Result, &envelope); {
	case err != nil || envelope.Success == nil:
		return "→ " + shorten(r.Result)
	case plain(envelope.Success) == "true":
		return strings.TrimSpace("✓ " + shorten(envelope.Data))
	}
	return strings.TrimSpace("✗ " + plain(envelope.ErrorCode) + " " + plain(envelope.Error))
}

// plain is a JSON string without its quotes, anything else as it is.
func plain(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) != nil {
		return string(value)
	}
	return text
}

// shorten cuts JSON for a line: long strings first, then the whole.
func shorten(text []byte) string {
	var b strings.Builder
	for len(text) > 0 && b.Len() <= longest {
		end := 1
		if text[0] == '"' {
			for ; end < len(text) && text[end] != '"'; end++ {
				if text[end] == '\\' {
					end++
				}
			}
			end = min(end+1, len(text))
		}
		b.WriteString(shortenString(text[:end]))
		text = text[end:]
	}
	if b.Len() <= longest {
		return b.String()
	}
	return strings.ToValidUTF8(b.String()[:longest], "") + "…"
}

// shortenString cuts a JSON string that is too long, a data URL to its type: "data:image/png…(482 B)".
func shortenString(quoted []byte) string {
	if len(quoted) <= longestString {
		return string(quoted)
	}
	text := plain(quoted)
	runes := []rune(text[:min(len(text), (longestString+1)*utf8.UTFMax)])
	if len(runes) <= longestString {
		return string(quoted)
	}
	start := string(runes[:shortString])
	if at := strings.IndexAny(start, ";,"); at > 0 && strings.HasPrefix(start, "data:") {
		start = start[:at]
	}
	quotedStart := strconv.Quote(start)
	return fmt.Sprintf("%s…(%d B)\"", quotedStart[:len(quotedStart)-1], len(text))
}
