package browser

import (
	"bytes"
	"net"
	"sync"
)

// cutter is a listener whose connections can be cut, and whose WebSockets can be silenced.
type cutter struct {
	net.Listener
	mu    sync.Mutex
	down  bool
	muted bool
	open  map[net.Conn]bool
}

// Accept returns the next connection; while the line is down it closes whatever comes.
func (l *cutter) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		l.mu.Lock()
		if !l.down {
			l.open[conn] = true
			l.mu.Unlock()
			return &cutConn{Conn: conn, line: l}, nil
		}
		l.mu.Unlock()
		_ = conn.Close() // that is the point
	}
}

// cut closes every connection and lets none come about until restore is called.
func (l *cutter) cut() (restore func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = true
	for conn := range l.open {
		_ = conn.Close() // closed by the server already, perhaps
	}
	clear(l.open)
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.down = false
	}
}

// mute loses what is said on WebSockets from now on, behind the handshake, or no longer does.
func (l *cutter) mute(muted bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.muted = muted
}

// cutConn is a connection of a cutter.
type cutConn struct {
	net.Conn
	line     *cutter
	upgraded bool // under the mutex of line
}

func (c *cutConn) Write(data []byte) (int, error) {
	c.line.mu.Lock()
	lost := c.upgraded && c.line.muted
	c.upgraded = c.upgraded || bytes.HasPrefix(data, []byte("HTTP/1.1 101"))
	c.line.mu.Unlock()
	if lost {
		return len(data), nil
	}
	return c.Conn.Write(data)
}
