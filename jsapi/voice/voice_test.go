package voice_test

import (
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/bridge/bridgetest"
	"qinghost/jsapi/voice"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func create(t *testing.T) (*bridgetest.Page, *bridge.Clock) {
	clock := bridge.NewClockAt(time.UnixMilli(1522729800000))
	return bridgetest.Open(t, "ios", clock, voice.New(clock).APIs()), clock
}

func succeeded(data string) string {
	return `{"success":"true","error":"","errorCode":"0","data":` + data + `}`
}

func failed(text string) string {
	return `{"success":"false","error":"` + text + `","errorCode":"1","data":{}}`
}

// record makes a recording of that length, and returns its localId.
func record(p *bridgetest.Page, clock *bridge.Clock, length time.Duration) string {
	p.T.Helper()
	require.Equal(p.T, succeeded("{}"), p.Call("startRecord", ""))
	clock.Advance(length)
	var r struct{ Data struct{ LocalID string } }
	require.NoError(p.T, json.Unmarshal([]byte(p.Call("stopRecord", "")), &r))
	return r.Data.LocalID
}

func TestRecord(t *testing.T) {
	p, clock := create(t)
	assert.Equal(t, failed("没有在录音: 请先调用 startRecord"), p.Call("stopRecord", ""))
	p.Call("startRecord", "")
	assert.Equal(t, failed("正在录音: 请先调用 stopRecord"), p.Call("startRecord", ""))
	clock.Advance(1500 * time.Millisecond)
	var r struct {
		Data struct {
			LocalID, Base64 string
			Len             int
		}
	}
	require.NoError(t, json.Unmarshal([]byte(p.Call("stopRecord", `{"returnBase64":"true"}`)), &r))
	assert.Equal(t, 2, r.Data.Len)
	wav, err := base64.StdEncoding.DecodeString(r.Data.Base64)
	require.NoError(t, err)
	assert.Len(t, wav, 44+12000)
	assert.Equal(t, "RIFF\x04\x2f\x00\x00WAVEfmt ", string(wav[:16]))
	assert.Equal(t, "data\xe0\x2e\x00\x00\x80", string(wav[36:45]))
	assert.Equal(t, succeeded("{}"), p.Call("startRecord", ""), "and again")
}

func TestPlay(t *testing.T) {
	p, clock := create(t)
	const missing = `{"localId":"没有"}`
	for _, method := range []string{"playVoice", "pauseVoice", "stopVoice", "voiceRecognize"} {
		assert.Equal(t, failed("本地文件不存在"), p.Call(method, missing), method)
	}
	file := `{"localId":"` + record(p, clock, 3*time.Second) + `"}`
	begun, over := succeeded(`{"playStatus":0}`), succeeded(`{"playStatus":1}`)

	id := p.Begin("playVoice", file)
	assert.Equal(t, begun, p.Reply(id))
	clock.Advance(3*time.Second - time.Millisecond)
	p.Call("stopRecord", "") // what came before has been said
	require.Empty(t, p.Told)
	clock.Advance(time.Millisecond)
	assert.Equal(t, over, p.Reply(id))
	assert.Empty(t, p.Reply(id), "that was all")

	// A pause ends the call; the next one plays what is left.
	id = p.Begin("playVoice", file)
	p.Reply(id)
	clock.Advance(time.Second)
	assert.Equal(t, succeeded("{}"), p.Call("pauseVoice", file))
	assert.Empty(t, p.Reply(id))
	id = p.Begin("playVoice", file)
	p.Reply(id)
	clock.Advance(2 * time.Second)
	assert.Equal(t, over, p.Reply(id))
	assert.Empty(t, p.Reply(id))

	// A stop forgets the place, and another playing stops the first.
	first := p.Begin("playVoice", file)
	p.Reply(first)
	clock.Advance(time.Second)
	second := p.Begin("playVoice", file)
	assert.Equal(t, begun, p.Reply(second))
	assert.Empty(t, p.Reply(first))
	p.Call("stopVoice", file)
	assert.Empty(t, p.Reply(second))
	third := p.Begin("playVoice", file)
	p.Reply(third)
	clock.Advance(3 * time.Second)
	assert.Equal(t, over, p.Reply(third))
}

func TestSynthesizedSpeechIsRecognized(t *testing.T) {
	p, _ := create(t)
	assert.Contains(t, p.Call("voiceSynthesize", `{}`), "参数 text 必填")
	assert.Equal(t, succeeded(`{"localId":"qinghost-voice-1","len":2}`), p.Call("voiceSynthesize", `{"text":"十点钟开会","voiceName":"小云"}`))
	assert.Equal(t, succeeded(`{"resultStr":"十点钟开会"}`), p.Call("voiceRecognize", `{"localId":"qinghost-voice-1"}`))
}

func TestRecognize(t *testing.T) {
	p, clock := create(t)
	file := `{"localId":"` + record(p, clock, 2*time.Second) + `"}`
	id := p.Begin("voiceRecognize", file)
	assert.JSONEq(t, `{"live":false,"len":2}`, p.View("speech"))
	require.ErrorContains(t, p.Answer("speech", `{}`), "语音视图的回答应为")
	require.NoError(t, p.Answer("speech", `{"text":"你好"}`))
	assert.Equal(t, succeeded(`{"resultStr":"你好"}`), p.Reply(id))

	id = p.Begin("voiceRecognize", file)
	p.View("speech")
	require.NoError(t, p.Answer("speech", `{"cancel":true}`))
	assert.Equal(t, failed("语音识别失败"), p.Reply(id))
}

func TestSpeechRecognize(t *testing.T) {
	p, _ := create(t)
	start := func() uint64 {
		id := p.Begin("startSpeechRecognize", "")
		assert.Equal(t, succeeded(`{"status":1}`), p.Reply(id))
		assert.JSONEq(t, `{"live":true,"len":0}`, p.View("speech"))
		return id
	}
	id := start()
	require.NoError(t, p.Answer("speech", `{"text":"十点开会。谁来？天枢"}`))
	for _, want := range []string{
		`{"status":5,"result":"十点开会。","allResult":"十点开会。"}`,
		`{"status":5,"result":"谁来？","allResult":"十点开会。谁来？"}`,
		`{"status":5,"result":"天枢","allResult":"十点开会。谁来？天枢"}`,
	} {
		assert.Equal(t, succeeded(want), p.Reply(id))
	}
	assert.Empty(t, p.Reply(id))

	id = start()
	require.NoError(t, p.Answer("speech", `{"cancel":true}`))
	assert.Equal(t, succeeded(`{"status":4,"errorMessage":"没有听清"}`), p.Reply(id))
	assert.Empty(t, p.Reply(id))

	id = start()
	assert.Equal(t, succeeded("{}"), p.Call("stopSpeechRecognize", ""))
	p.Next(func(m bridge.Message) bool { return m.Method == "$/cancel" })
	assert.Empty(t, p.Reply(id))

	id = start()
	second := start()
	assert.Empty(t, p.Reply(id), "the second took its place")
	p.Call("stopSpeechRecognize", "")
	assert.Empty(t, p.Reply(second))
}
