//go:build desktop

package desktop

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// x11 speaks just enough of the X protocol to read the window's title and to close it as a window manager does.
type x11 struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
	root uint32
}

// dialX11 connects to the display of the tests; without X (Wayland alone, macOS, Windows) the test is skipped.
func dialX11(t *testing.T) *x11 {
	display := os.Getenv("DISPLAY")
	_, number, _ := strings.Cut(display, ":")
	number, _, _ = strings.Cut(number, ".")
	conn, err := net.Dial("unix", "/tmp/.X11-unix/X"+number)
	if err != nil {
		t.Skip("这里没有 X11:", err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	x := &x11{t: t, conn: conn, in: bufio.NewReader(conn)}
	name, cookie := authority(number)
	hello := binary.LittleEndian.AppendUint16([]byte{'l', 0}, 11)
	hello = binary.LittleEndian.AppendUint16(hello, 0)
	hello = binary.LittleEndian.AppendUint16(hello, uint16(len(name)))
	hello = binary.LittleEndian.AppendUint16(hello, uint16(len(cookie)))
	hello = append(hello, 0, 0)
	x.write(append(append(hello, pad(name)...), pad(cookie)...))
	head := x.read(8)
	rest := x.read(4 * int(binary.LittleEndian.Uint16(head[6:])))
	require.Equal(t, byte(1), head[0], "X refuses: %q", rest)
	vendor, formats := int(binary.LittleEndian.Uint16(rest[16:])), int(rest[21])
	x.root = binary.LittleEndian.Uint32(rest[32+(vendor+3)/4*4+8*formats:])
	return x
}

// authority returns the first entry for the display in the authority file.
func authority(number string) (name, cookie []byte) {
	file, err := os.ReadFile(os.Getenv("XAUTHORITY"))
	if err != nil {
		return nil, nil
	}
	field := func() []byte {
		n := int(binary.BigEndian.Uint16(file))
		value := file[2 : 2+n]
		file = file[2+n:]
		return value
	}
	for len(file) > 2 {
		file = file[2:] // family
		field()         // address
		display, n, c := string(field()), field(), field()
		if display == number || display == "" {
			return n, c
		}
	}
	return nil, nil
}

func pad(b []byte) []byte { return append(b, make([]byte, (4-len(b)%4)%4)...) }

func (x *x11) write(b []byte) {
	_, err := x.conn.Write(b)
	require.NoError(x.t, err)
}

func (x *x11) read(n int) []byte {
	b := make([]byte, n)
	_, err := io.ReadFull(x.in, b)
	require.NoError(x.t, err)
	return b
}

// request sends a request of this opcode; words are its 32-bit arguments.
func (x *x11) request(opcode, data byte, tail []byte, words ...uint32) {
	var body []byte
	for _, w := range words {
		body = binary.LittleEndian.AppendUint32(body, w)
	}
	body = append(body, pad(tail)...)
	head := binary.LittleEndian.AppendUint16([]byte{opcode, data}, uint16(1+len(body)/4))
	x.write(append(head, body...))
}

// reply reads a reply: the 32 bytes of its head, and what follows.
func (x *x11) reply() (head, rest []byte) {
	for {
		head = x.read(32)
		switch head[0] {
		case 0: // of a window that went meanwhile
			return nil, nil
		case 1:
			return head, x.read(4 * int(binary.LittleEndian.Uint32(head[4:])))
		}
	}
}

func (x *x11) atom(name string) uint32 {
	x.request(16, 0, []byte(name), uint32(len(name))) // InternAtom; its length is 16 bits, followed by two unused bytes
	head, _ := x.reply()
	return binary.LittleEndian.Uint32(head[8:])
}

// windows returns the top-level windows.
func (x *x11) windows() (ids []uint32) {
	x.request(15, 0, nil, x.root) // QueryTree
	_, rest := x.reply()
	for ; len(rest) >= 4; rest = rest[4:] {
		ids = append(ids, binary.LittleEndian.Uint32(rest))
	}
	return ids
}

// property returns a property's value, empty without one.
func (x *x11) property(window, name uint32) string {
	x.request(20, 0, nil, window, name, 0, 0, 1<<16) // GetProperty
	head, rest := x.reply()
	if head == nil {
		return ""
	}
	return string(rest[:binary.LittleEndian.Uint32(head[16:])*uint32(head[1])/8])
}

// windowTitle returns the title of the one window that the tests have open.
func windowTitle(t *testing.T) string {
	x := dialX11(t)
	defer x.conn.Close()
	pid, name := x.atom("WM_CLIENT_LEADER"), x.atom("_NET_WM_NAME")
	for _, window := range x.windows() {
		if title := x.property(window, name); x.property(window, pid) != "" && title != "" && x.mapped(window) {
			return title
		}
	}
	return ""
}

// mapped reports whether a window is shown.
func (x *x11) mapped(window uint32) bool {
	x.request(3, 0, nil, window) // GetWindowAttributes
	head, _ := x.reply()
	return head != nil && head[26] != 0
}

// closeWindows asks every shown window to close, as the user does with the button in its frame.
func closeWindows(t *testing.T) {
	x := dialX11(t)
	protocols, del := x.atom("WM_PROTOCOLS"), x.atom("WM_DELETE_WINDOW")
	for _, window := range x.windows() {
		if !x.mapped(window) || x.property(window, protocols) == "" {
			continue
		}
		event := []byte{33, 32, 0, 0} // ClientMessage, of 32-bit words
		for _, w := range []uint32{window, protocols, del, 0, 0, 0, 0} {
			event = binary.LittleEndian.AppendUint32(event, w)
		}
		x.request(25, 0, event, window, 0) // SendEvent
	}
	x.atom("WM_NAME") // an answer says that the server has taken the events
}
