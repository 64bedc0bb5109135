package browser

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"qinghost/bridge"
)

const (
	// heldFor is how long, by the host's clock, a page whose socket dropped may take to come back.
	heldFor = 30 * time.Second
	// largestFrame is the most bytes that a page may send at once: its longest message (web/src/link.ts) in UTF-8, and then
	// some, for it batches.
	largestFrame = 256 << 20
	// writeLimit ends a socket whose page does not read any more.
	writeLimit = 30 * time.Second
)

// sockets is the WebSocket transport: pages, by the name of their session, each with the socket that it has at the moment.
type sockets struct {
	host     *bridge.Host
	ctx      context.Context // ends every page
	upgrader websocket.Upgrader

	mu       sync.Mutex
	sessions map[string]*session
	wg       sync.WaitGroup
}

func newSockets(ctx context.Context, host *bridge.Host) *sockets {
	return &sockets{
		host: host, ctx: ctx, sessions: map[string]*session{},
		// guard has looked at Origin already, for every path of ours.
		upgrader: websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, WriteBufferPool: &sync.Pool{}},
	}
}

// ServeHTTP takes one socket of a page: a new session, or one that dropped and comes back.
func (t *sockets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	socket, err := t.upgrader.Upgrade(w, r, nil)
	if err != nil {
		t.host.Logger.Debug("WebSocket 握手失败", "err", err) // Upgrade has answered
		return
	}
	socket.SetReadLimit(largestFrame)
	stop := context.AfterFunc(t.ctx, func() { _ = socket.Close() })
	defer stop()
	defer socket.Close()
	s, hello, ok := t.open(socket)
	if !ok {
		return
	}
	defer s.drop(socket)
	if !s.attach(socket, hello) {
		return
	}
	for {
		_, frame, err := socket.ReadMessage()
		if err != nil {
			return
		}
		s.receive(frame)
	}
}

// resume is what a page says first on a socket.
type resume struct {
	Session string `json:"session"` // a random name that the page chose
	Fresh   bool   `json:"fresh"`   // the page was never told that the session exists
	ack     uint64
}

// open reads the first message and finds the session that it names, or begins it.
func (t *sockets) open(socket *websocket.Conn) (*session, resume, bool) {
	var hello resume
	_, frame, err := socket.ReadMessage()
	if err != nil {
		return nil, hello, false
	}
	for m, err := range bridge.Messages(frame) {
		if err == nil && m.Method == bridge.MethodResume && json.Unmarshal(m.Params, &hello) == nil && len(hello.Session) >= 16 {
			hello.ack = m.Ack
			break
		}
		t.host.Logger.Warn("WebSocket 的第一条消息不是 $/resume, 连接已关闭: 页面是否加载了旧的 qing.js? 请刷新")
		return nil, hello, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ctx.Err() != nil {
		return nil, hello, false
	}
	s := t.sessions[hello.Session]
	if s == nil {
		s = t.begin(hello.Session)
	}
	return s, hello, true
}

// begin starts serving a new page; the mutex is held.
func (t *sockets) begin(name string) *session {
	hostEnd, pageEnd := bridge.Pipe()
	s := &session{clock: t.host.Clock, page: pageEnd}
	t.sessions[name] = s
	t.wg.Go(func() {
		if err := t.host.Serve(t.ctx, hostEnd); err != nil && t.ctx.Err() == nil {
			t.host.Logger.Error("页面连接出错", "err", err)
		}
		t.mu.Lock()
		delete(t.sessions, name)
		t.mu.Unlock()
		s.end()
	})
	t.wg.Go(s.write)
	return s
}

// wait returns when every page has ended; the context has.
func (t *sockets) wait() { t.wg.Wait() }

// session is one page, over all the sockets that it has one after another.
type session struct {
	clock *bridge.Clock
	page  *bridge.PipeEnd // the page's end of the host's connection

	mu       sync.Mutex
	ended    bool
	known    bool // the page was told that the session exists
	socket   *websocket.Conn
	sent     uint64           // number of the last message to the page
	received uint64           // number of the last message from it
	kept     []bridge.Message // sent, and not acknowledged
	forget   func() bool      // stops the timer that ends a page without a socket
}

// attach makes socket the page's, says whether the session went on, and sends again what the page has not seen.
func (s *session) attach(socket *websocket.Conn, hello resume) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return false
	}
	if s.socket != nil {
		_ = s.socket.Close() // the page has given it up
	}
	if s.forget != nil {
		s.forget()
		s.forget = nil
	}
	// A page that knew the session and meets one that never heard of it spoke to another host before.
	resumed := s.known || hello.Fresh
	s.known = true
	s.socket = socket
	if resumed { // otherwise the number is the other host's
		s.acknowledge(hello.ack)
	}
	params, err := json.Marshal(map[string]bool{"resumed": resumed})
	if err != nil {
		panic(err) // a bool
	}
	s.send(append([]bridge.Message{{Method: bridge.MethodSession, Params: params, Ack: s.received}}, s.kept...))
	return true
}

// receive takes a frame of the page and hands on what it has not seen yet.
func (s *session) receive(frame []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for m, err := range bridge.Messages(frame) {
		if err != nil {
			_ = s.page.WriteError(err) // a page that has ended needs no report
			continue
		}
		s.acknowledge(m.Ack)
		if m.Method == bridge.MethodAck || m.Seq <= s.received {
			continue
		}
		s.received = m.Seq
		m.Seq, m.Ack = 0, 0
		_ = s.page.Write(context.Background(), m) // as above
	}
}

// acknowledge forgets what the page has; the mutex is held.
func (s *session) acknowledge(upTo uint64) {
	n := 0
	for n < len(s.kept) && s.kept[n].Seq <= upTo {
		n++
	}
	s.kept = s.kept[n:]
}

// write numbers what the host says and sends it, all that there is in one frame.
func (s *session) write() {
	for {
		messages, err := s.page.ReadAll(context.Background()) // ends when the page's Serve closes the pipe
		if err != nil {
			return
		}
		s.mu.Lock()
		for i := range messages {
			s.sent++
			messages[i].Seq = s.sent
			messages[i].Ack = s.received
		}
		s.kept = append(s.kept, messages...)
		s.send(messages)
		s.mu.Unlock()
	}
}

// send puts messages on the socket, if there is one; the mutex is held. What does not arrive is sent again on the next.
func (s *session) send(messages []bridge.Message) {
	if s.socket == nil {
		return
	}
	frame, err := bridge.Frame(messages...)
	if err != nil {
		_ = s.page.WriteError(err) // the host logs it
		return
	}
	if s.socket.SetWriteDeadline(time.Now().Add(writeLimit)) != nil || s.socket.WriteMessage(websocket.TextMessage, frame) != nil {
		_ = s.socket.Close() // its reader drops it
	}
}

// drop takes a socket away that has closed; the page is kept for a while.
func (s *session) drop(socket *websocket.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.socket != socket || s.ended {
		return
	}
	s.socket = nil
	s.forget = s.clock.AfterFunc(heldFor, func() { _ = s.page.Close() })
}

// end closes what is left when the page has been served.
func (s *session) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	if s.forget != nil {
		s.forget()
	}
	if s.socket != nil {
		_ = s.socket.Close()
	}
}
