// Package voice records, plays, synthesizes and recognizes speech, without a sound: recordings are silence of the length that
// they took by the host's clock, and what somebody said is typed by a person or comes from a script. Behaviour follows
// reference §2.
package voice

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"sync"
	"time"
	"unicode/utf8"

	"qinghost/bridge"
)

// Voice holds the recordings, and what each page records, plays and listens to. Its methods may be called from any goroutine.
type Voice struct {
	clock *bridge.Clock

	mu    sync.Mutex
	last  int
	files map[string]file // by localId
	pages map[string]*desk
}

// file is a recording, or synthesized speech, of which the text is known.
type file struct {
	length time.Duration
	text   string
	left   time.Duration // of its playing, when it was paused
}

// desk is what a page has running.
type desk struct {
	since   time.Time // when recording began; zero without it
	playing string    // localId
	begun   time.Time // when playing began
	silence func()    // ends the playing; nil without it
	deafen  func()    // ends the listening; nil without it
}

// New returns a voice without recordings.
func New(clock *bridge.Clock) *Voice {
	v := &Voice{clock: clock}
	v.Reset()
	return v
}

// Reset forgets all recordings.
func (v *Voice) Reset() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.files, v.pages = map[string]file{}, map[string]*desk{}
}

// APIs returns what pages can call.
func (v *Voice) APIs() []bridge.API {
	const one = `{"localId":"qinghost-voice-1"}`
	return []bridge.API{
		bridge.DefineOnPage("startRecord", "开始录音", v.startRecord, bridge.Since("0.9.23")),
		bridge.DefineOnPage("stopRecord", "结束录音, 取 localId 与时长 (秒)", v.stopRecord, bridge.Since("0.9.23"),
			bridge.Example(`{"returnBase64":true}`)),
		bridge.DefineOnPage("playVoice", "播放录音: 开始时回调 playStatus 0, 播完回调 1", v.play, bridge.Since("0.9.23"),
			bridge.Waits, bridge.Repeats, bridge.Example(one)),
		bridge.DefineOnPage("pauseVoice", "暂停播放; 再次 playVoice 从此处继续", v.pause, bridge.Since("0.9.23"), bridge.Example(one)),
		bridge.DefineOnPage("stopVoice", "停止播放", v.stop, bridge.Since("0.9.23"), bridge.Example(one)),
		bridge.Define("voiceSynthesize", "把文字合成为语音", v.synthesize, bridge.Since("0.9.63"),
			bridge.Example(`{"text":"会议十分钟后开始","voiceName":""}`)),
		bridge.DefineOnPage("voiceRecognize", "把录音识别为文字", v.recognize, bridge.Since("0.9.50"), bridge.Waits, bridge.Example(one)),
		bridge.DefineOnPage("startSpeechRecognize", "边说边识别: 回调 status 1 开始, 5 每句的结果, 4 出错", v.listen, bridge.Since("0.9.74"),
			bridge.Waits, bridge.Repeats),
		bridge.DefineOnPage("stopSpeechRecognize", "结束语音识别", v.stopListening, bridge.Since("0.9.74")),
	}
}

// desk returns the page's; the mutex is held. It goes with the page.
func (v *Voice) desk(page bridge.Page) *desk {
	d := v.pages[page.ID()]
	if d == nil {
		d = &desk{}
		v.pages[page.ID()] = d
		page.Go(func(ctx context.Context) {
			resume := bridge.Pause(ctx)
			<-ctx.Done()
			resume()
			v.mu.Lock()
			defer v.mu.Unlock()
			if v.pages[page.ID()] == d {
				delete(v.pages, page.ID())
			}
		})
	}
	return d
}

// keep stores a file and returns its localId; the mutex is held.
func (v *Voice) keep(f file) string {
	v.last++
	id := fmt.Sprintf("qinghost-voice-%d", v.last)
	v.files[id] = f
	return id
}

// find returns a file, or the vendor's error of one that is not there; the mutex is held.
func (v *Voice) find(localID string) (file, error) {
	f, known := v.files[localID]
	if !known {
		return file{}, bridge.Errorf(bridge.Failed, "本地文件不存在")
	}
	return f, nil
}

func (v *Voice) startRecord(_ context.Context, page bridge.Page, _ recordParams) (struct{}, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	d := v.desk(page)
	if !d.since.IsZero() {
		return struct{}{}, bridge.Errorf(bridge.Failed, "正在录音: 请先调用 stopRecord")
	}
	d.since = v.clock.Now()
	return struct{}{}, nil
}

// recordParams are those of both calls; only stopRecord has something to return.
type recordParams struct {
	ReturnBase64 bridge.Bool `json:"returnBase64"`
}

// recorded is the answer of stopRecord and voiceSynthesize.
type recorded struct {
	LocalID string `json:"localId"`
	Len     int    `json:"len"`              // whole seconds, at least 1; the vendor's unit is not known
	Base64  string `json:"base64,omitempty"` // a wav file
}

func (v *Voice) stopRecord(_ context.Context, page bridge.Page, p recordParams) (recorded, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	d := v.desk(page)
	if d.since.IsZero() {
		return recorded{}, bridge.Errorf(bridge.Failed, "没有在录音: 请先调用 startRecord")
	}
	length := max(v.clock.Now().Sub(d.since), 0)
	d.since = time.Time{}
	r := recorded{LocalID: v.keep(file{length: length}), Len: seconds(length)}
	if p.ReturnBase64 {
		r.Base64 = base64.StdEncoding.EncodeToString(silence(length))
	}
	return r, nil
}

// seconds rounds up.
func seconds(d time.Duration) int { return max(int((d+time.Second-1)/time.Second), 1) }

// longest is how much of a recording becomes a file.
const longest = time.Minute

// silence is a wav file of that length: 8 kHz, one channel, 8 bits.
func silence(length time.Duration) []byte {
	const rate = 8000
	n := uint32(min(length, longest).Seconds() * rate)
	wav := append(make([]byte, 0, 44+n), "RIFF"...)
	wav = binary.LittleEndian.AppendUint32(wav, 36+n)
	wav = append(wav, "WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"...) // 16 bytes of format: PCM, one channel
	wav = binary.LittleEndian.AppendUint32(wav, rate)
	wav = binary.LittleEndian.AppendUint32(wav, rate) // bytes a second
	wav = append(wav, "\x01\x00\x08\x00data"...)      // one byte a sample, 8 bits
	wav = binary.LittleEndian.AppendUint32(wav, n)
	for range n {
		wav = append(wav, 0x80) // the middle
	}
	return wav
}

// fileParams name a recording.
type fileParams struct {
	LocalID string `json:"localId"`
}

// played is what the callback of playVoice gets: 0 at the beginning, 1 at the end.
type played struct {
	PlayStatus int `json:"playStatus"`
}

// play calls back when it begins, and after the recording's length by the host's clock. Another playing on the page, a pause or
// a stop ends it without a further word.
func (v *Voice) play(ctx context.Context, page bridge.Page, p fileParams) (struct{}, error) {
	v.mu.Lock()
	f, err := v.find(p.LocalID)
	if err != nil {
		v.mu.Unlock()
		return struct{}{}, err
	}
	d := v.desk(page)
	if d.silence != nil {
		d.silence()
	}
	playing, silence := context.WithCancel(ctx)
	defer silence()
	d.playing, d.begun, d.silence = p.LocalID, v.clock.Now(), silence
	left := f.left
	if left <= 0 {
		left = f.length
	}
	f.left = left
	v.files[p.LocalID] = f
	end := v.clock.Wait(left)
	v.mu.Unlock()
	bridge.Reply(ctx, played{0})
	if end(playing) != nil {
		return struct{}{}, nil
	}
	v.mu.Lock()
	if playing.Err() == nil { // nobody else plays
		d.silence = nil
		f.left = 0
		v.files[p.LocalID] = f
	}
	v.mu.Unlock()
	bridge.Reply(ctx, played{1})
	return struct{}{}, nil
}

func (v *Voice) pause(_ context.Context, page bridge.Page, p fileParams) (struct{}, error) {
	return v.halt(page, p.LocalID, func(f file, played time.Duration) time.Duration { return f.left - played })
}

func (v *Voice) stop(_ context.Context, page bridge.Page, p fileParams) (struct{}, error) {
	return v.halt(page, p.LocalID, func(file, time.Duration) time.Duration { return 0 })
}

// halt ends the playing of a file; left says how much of it remains for the next time.
func (v *Voice) halt(page bridge.Page, localID string, left func(f file, played time.Duration) time.Duration) (struct{}, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	f, err := v.find(localID)
	if err != nil {
		return struct{}{}, err
	}
	d := v.desk(page)
	if d.silence != nil && d.playing == localID {
		d.silence()
		d.silence = nil
		f.left = left(f, v.clock.Now().Sub(d.begun))
	} else {
		f.left = left(f, 0)
	}
	v.files[localID] = f
	return struct{}{}, nil
}

// spoken is how many characters are said in a second.
const spoken = 4

func (v *Voice) synthesize(_ context.Context, p struct {
	Text      string `json:"text"`
	VoiceName string `json:"voiceName"`
}) (recorded, error) {
	if p.Text == "" {
		return recorded{}, bridge.Errorf(bridge.BadParams, "参数 text 必填: 要合成什么")
	}
	length := time.Duration(utf8.RuneCountInString(p.Text)) * time.Second / spoken
	v.mu.Lock()
	defer v.mu.Unlock()
	return recorded{LocalID: v.keep(file{length: length, text: p.Text}), Len: seconds(length)}, nil
}
