package bridge

import (
	"bytes"
	"encoding/json"
	"iter"
)

// The wire between a page and the host: one message struct both ways. Its mirror is web/src/protocol.ts.
//
// A frame is one text: messages as JSON, one a line. Everything that was said in one microtask travels in one frame.
//
//	request   {id, method, params}      either side asks; ids are the asker's own, from 1
//	reply     {id, result | error, more?}   neither: done, and the phone calls no callback (a silent method)
//	event     {method, params}          told, not asked
//
// Methods whose names begin with "$/" belong to the wire itself; those with "view." are what a view says or is told.

// Message is a request, a reply or an event.
type Message struct {
	// ID pairs a reply with its request; 0 makes the message an event. Each side numbers its own requests, from 1.
	ID uint64 `json:"id,omitempty"`
	// Method names what is asked for or told; empty in a reply.
	Method string          `json:"method,omitempty"`
	Params json.RawMessage `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *Error          `json:"error,omitempty"`
	// More says, in a reply, that further replies to the same request may follow.
	More bool `json:"more,omitempty"`
	// Seq and Ack are for transports that can drop: the number of this message, from 1, and the last one that was received
	// from the other side.
	Seq uint64 `json:"seq,omitempty"`
	Ack uint64 `json:"ack,omitempty"`
}

// Methods of the wire itself.
const (
	methodHello      = "$/hello"      // page → host: Location, first message of a page and again when it moves
	methodCancel     = "$/cancel"     // either way: {id} of a request that nobody waits for any more
	methodUnanswered = "$/unanswered" // host → page: {id, method, message} of a call that never gets an answer
	methodLog        = "$/log"        // host → page: {level, message} for the page's console

	// MethodLeave is what a page says when it goes away for good; the transport ends on it.
	MethodLeave = "$/leave"
	// MethodReload tells a page to load itself again.
	MethodReload = "$/reload"
	// MethodResume and MethodSession open a connection of a transport that can drop; MethodAck acknowledges alone.
	MethodResume  = "$/resume"
	MethodSession = "$/session"
	MethodAck     = "$/ack"
	// ViewPrefix begins the methods by which the host asks for a view and tells it news.
	ViewPrefix = "view."
)

// Frame encodes messages as one frame.
func Frame(messages ...Message) ([]byte, error) {
	var frame []byte
	for _, m := range messages {
		line, err := json.Marshal(m)
		if err != nil {
			return nil, Errorf(BadMessage, "消息无法编码: %v", err)
		}
		if frame != nil {
			frame = append(frame, '\n')
		}
		frame = append(frame, line...)
	}
	return frame, nil
}

// Messages decodes a frame. A line that is no message yields a BadMessage error in its place; the lines around it are
// yielded all the same.
func Messages(frame []byte) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		for line := range bytes.SplitSeq(frame, []byte("\n")) {
			var m Message
			var err error
			if json.Unmarshal(line, &m) != nil || (m.Method == "" && m.ID == 0) {
				m, err = Message{}, Errorf(BadMessage, "收到无法识别的消息: %s", clip(line, 120))
			}
			if !yield(m, err) {
				return
			}
		}
	}
}

// clip shortens text that goes into a log or an error, at a character's edge.
func clip(text []byte, most int) string {
	if len(text) <= most {
		return string(text)
	}
	return string(bytes.ToValidUTF8(text[:most], nil)) + "…"
}
