package bridge_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// read decodes a frame; in the place of a bad line stands a message with its error.
func read(frame string) []bridge.Message {
	var all []bridge.Message
	for m, err := range bridge.Messages([]byte(frame)) {
		if err != nil {
			m.Error = bridge.Coded(err)
		}
		all = append(all, m)
	}
	return all
}

func TestFrameRoundTrip(t *testing.T) {
	messages := []bridge.Message{
		{ID: 1, Method: "createLive", Params: json.RawMessage(`{"title":"换行\n和 \u2028 <b>"}`)},
		{ID: 1<<53 - 1, Result: json.RawMessage(`{"success":"true"}`), More: true, Seq: 7, Ack: 9},
		{ID: 3, Error: bridge.Errorf(bridge.Failed, "取消选人\n")},
		{ID: 4},
		{Method: "appear", Params: json.RawMessage("null")},
	}
	frame, err := bridge.Frame(messages...)
	require.NoError(t, err)
	assert.Equal(t, len(messages)-1, bytes.Count(frame, []byte("\n")), "one line a message: %s", frame)
	got := read(string(frame))
	require.Len(t, got, len(messages))
	for i, want := range messages {
		assert.Equal(t, string(encode(t, want)), string(encode(t, got[i])))
	}
}

func TestFrameRefusesWhatIsNoJSON(t *testing.T) {
	_, err := bridge.Frame(bridge.Message{Method: "a"}, bridge.Message{ID: 1, Result: json.RawMessage("{")})
	assert.Equal(t, bridge.BadMessage, bridge.Coded(err).Code)
	frame, err := bridge.Frame()
	require.NoError(t, err)
	assert.Empty(t, frame)
}

func TestMalformedMessages(t *testing.T) {
	for name, line := range map[string]string{
		"empty":               "",
		"no JSON":             "rubbish",
		"half":                `{"id":1,"method":"cre`,
		"two on a line":       `{"method":"a"}{"method":"b"}`,
		"an array":            `[{"method":"a"}]`,
		"a string":            `"a"`,
		"null":                "null",
		"neither id nor name": `{"params":{}}`,
		"negative id":         `{"id":-1,"method":"a"}`,
		"broken id":           `{"id":1.5,"method":"a"}`,
		"id as text":          `{"id":"1","method":"a"}`,
		"name as number":      `{"id":1,"method":7}`,
	} {
		t.Run(name, func(t *testing.T) {
			got := read(`{"method":"before"}` + "\n" + line + "\n" + `{"method":"after"}`)
			require.Len(t, got, 3)
			assert.Equal(t, "before", got[0].Method)
			require.NotNil(t, got[1].Error)
			assert.Equal(t, bridge.BadMessage, got[1].Error.Code)
			assert.Empty(t, got[1].Method)
			assert.Equal(t, "after", got[2].Method)
		})
	}
}

func TestMalformedMessageIsClippedAtACharacter(t *testing.T) {
	got := read(strings.Repeat("云", 1000))
	require.Len(t, got, 1)
	text := got[0].Error.Message
	assert.True(t, utf8.ValidString(text))
	assert.Less(t, len(text), 200)
	assert.True(t, strings.HasSuffix(text, "云…"), text)
}

func TestMessagesStopsWhenAsked(t *testing.T) {
	n := 0
	for range bridge.Messages([]byte("rubbish\n{\"method\":\"a\"}")) {
		n++
		break
	}
	assert.Equal(t, 1, n)
}

// Whatever a page sends, every line yields either a message that can be sent on, or a coded error.
func FuzzMessages(f *testing.F) {
	for _, seed := range []string{
		"", "\n", `{"id":1,"method":"a","params":{"x":[1,"\u2028"]}}`, `{"id":1,"result":null}`, `{"id":1,"error":{"code":"1","message":"云"}}`,
		"{\"method\":\"a\"}\nrubbish\n{\"id\":18446744073709551615}", `{"id":1,"error":null,"more":true,"seq":3,"ack":2}`,
		`{"id":1,"method":"a","params":"\ud800"}`, "\xff\xfe{", `{"ID":1,"Method":"A"}`, strings.Repeat("[", 2000),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		lines := 0
		for m, err := range bridge.Messages(frame) {
			lines++
			if err != nil {
				require.Equal(t, bridge.BadMessage, bridge.Coded(err).Code)
				continue
			}
			again, err := bridge.Frame(m)
			require.NoError(t, err)
			require.NotContains(t, string(again), "\n")
			back := read(string(again))
			require.Len(t, back, 1)
			require.Equal(t, string(again), string(encode(t, back[0])))
		}
		require.Equal(t, bytes.Count(frame, []byte("\n"))+1, lines)
	})
}
