package bridge_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what should come at once.
const patience = 10 * time.Second

// fakePage is the page's end of a connection to a host, without a browser.
type fakePage struct {
	t      *testing.T
	conn   *bridge.PipeEnd
	lastID uint64
	ended  chan error // what Serve returned
}

// open has the host serve a new page, which leaves with the test.
func open(t *testing.T, h *bridge.Host) *fakePage {
	t.Helper()
	return openIn(t.Context(), t, h)
}

func openIn(ctx context.Context, t *testing.T, h *bridge.Host) *fakePage {
	t.Helper()
	hostEnd, pageEnd := bridge.Pipe()
	p := &fakePage{t: t, conn: pageEnd, ended: make(chan error, 1)}
	over := make(chan struct{})
	before := len(h.State())
	go func() {
		defer close(over)
		p.ended <- h.Serve(ctx, hostEnd)
	}()
	for len(h.State()) == before { // so that pages are numbered in the order in which a test opens them
		runtime.Gosched()
	}
	t.Cleanup(func() {
		_ = pageEnd.Close() // never fails
		<-over
	})
	return p
}

// call sends a call and returns its id.
func (p *fakePage) call(method, params string) uint64 {
	p.t.Helper()
	p.lastID++
	p.write(bridge.Message{ID: p.lastID, Method: method, Params: json.RawMessage(params)})
	return p.lastID
}

func (p *fakePage) write(m bridge.Message) {
	p.t.Helper()
	require.NoError(p.t, p.conn.Write(p.t.Context(), m))
}

// next returns what the host says next.
func (p *fakePage) next() bridge.Message {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	m, err := p.conn.Read(ctx)
	require.NoError(p.t, err, "the host says nothing")
	return m
}

// answered checks that the next message is the answer to a call, and returns its envelope.
func (p *fakePage) answered(id uint64) bridge.Envelope {
	p.t.Helper()
	m := p.next()
	require.Equal(p.t, id, m.ID, "an answer to another call: %s %s", m.Method, m.Result)
	require.Empty(p.t, m.Method)
	var e bridge.Envelope
	require.NoError(p.t, json.Unmarshal(m.Result, &e), "result %s, error %v", m.Result, m.Error)
	return e
}

// asked checks that the next message asks for a view, and returns the ask's id.
func (p *fakePage) asked(view string) uint64 {
	p.t.Helper()
	m := p.next()
	require.Equal(p.t, view, m.Method, "%s", m.Params)
	require.NotZero(p.t, m.ID)
	return m.ID
}

// puts checks that the next message puts that view away.
func (p *fakePage) putsAway(id uint64) {
	p.t.Helper()
	m := p.next()
	require.Equal(p.t, "$/cancel", m.Method)
	require.JSONEq(p.t, string(encode(p.t, map[string]uint64{"id": id})), string(m.Params))
}

// left waits until Serve has returned.
func (p *fakePage) left() error {
	p.t.Helper()
	return receive(p.t, p.ended)
}

// leave says goodbye and waits until the host has ended the page.
func (p *fakePage) leave() {
	p.t.Helper()
	p.write(bridge.Message{Method: bridge.MethodLeave})
	require.NoError(p.t, p.left())
}

func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case got := <-from:
		return got
	case <-time.After(patience):
		require.FailNow(t, "nothing comes")
		panic("unreachable")
	}
}

func encode(t *testing.T, v any) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return text
}

// logs is a logger's output.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(text)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// listen has the host log into what is returned.
func listen(h *bridge.Host) *logs {
	l := &logs{}
	h.Logger = slog.New(slog.NewTextHandler(l, nil))
	return l
}

// none is for functions without parameters, or without a result.
type none struct{}

// does makes an API of a function that only does something.
func does(name string, fn func(ctx context.Context), opts ...bridge.Option) bridge.API {
	return bridge.Define(name, "a test", func(ctx context.Context, _ none) (none, error) {
		fn(ctx)
		return none{}, nil
	}, opts...)
}

// echo returns its text.
func echo() bridge.API {
	type text struct {
		Text string `json:"text"`
	}
	return bridge.Define("echo", "returns its text", func(_ context.Context, p text) (text, error) { return p, nil })
}

// lastCall returns the newest record of a method.
func lastCall(t *testing.T, h *bridge.Host, method string) bridge.CallRecord {
	t.Helper()
	all := h.Log.After(0, method)
	require.NotEmpty(t, all, "no call of %s", method)
	return all[len(all)-1]
}
