package voice

import (
	"context"
	"strings"

	"qinghost/bridge"
)

// speechAnswer is what somebody says in the speech view: {"text": "…"}, or {"cancel": true} for nothing that could be
// understood.
type speechAnswer struct {
	Text   string `json:"text"`
	Cancel bool   `json:"cancel"`
}

// Check refuses an answer that is neither.
func (a *speechAnswer) Check() error {
	if a.Cancel == (a.Text != "") {
		return bridge.Errorf(bridge.NoView, "语音视图的回答应为 {text: 说了什么} 或 {cancel: true} (没有听清)")
	}
	return nil
}

// hear asks what was said; live: it is being said now.
func hear(ctx context.Context, page bridge.Page, live bool, length int) (speechAnswer, error) {
	var a speechAnswer
	err := page.Call(ctx, "view.speech", map[string]any{"live": live, "len": length}, &a)
	return a, err
}

// recognizedText is the answer of voiceRecognize.
type recognizedText struct {
	ResultStr string `json:"resultStr"`
}

// recognize tells the text of synthesized speech, and asks a person or the script for that of a recording. The vendor's text
// of a failure is not known.
func (v *Voice) recognize(ctx context.Context, page bridge.Page, p fileParams) (recognizedText, error) {
	v.mu.Lock()
	f, err := v.find(p.LocalID)
	v.mu.Unlock()
	if err != nil || f.text != "" {
		return recognizedText{f.text}, err
	}
	a, err := hear(ctx, page, false, seconds(f.length))
	if err == nil && a.Cancel {
		err = bridge.Errorf(bridge.Failed, "语音识别失败")
	}
	return recognizedText{a.Text}, err
}

// The values of status in startSpeechRecognize's callback (reference §2, [P]).
const (
	listening  = 1
	notHeard   = 4
	sentenceIn = 5
)

// heard is what the callback of startSpeechRecognize gets.
type heard struct {
	Status       int    `json:"status"`
	Result       string `json:"result,omitempty"`    // the sentence
	AllResult    string `json:"allResult,omitempty"` // all so far
	ErrorMessage string `json:"errorMessage,omitempty"`
}

// listen calls back when it begins, and for each sentence of what is said; see sentences. It ends with that, with
// stopSpeechRecognize, or when it is called again.
func (v *Voice) listen(ctx context.Context, page bridge.Page, _ struct{}) (struct{}, error) {
	open, deafen := context.WithCancel(ctx)
	defer deafen()
	v.mu.Lock()
	d := v.desk(page)
	if d.deafen != nil {
		d.deafen()
	}
	d.deafen = deafen
	v.mu.Unlock()
	bridge.Reply(ctx, heard{Status: listening})
	a, err := hear(open, page, true, 0)
	switch {
	case open.Err() != nil: // stopped
		return struct{}{}, nil
	case err != nil:
		return struct{}{}, err
	case a.Cancel:
		bridge.Reply(ctx, heard{Status: notHeard, ErrorMessage: "没有听清"})
		return struct{}{}, nil
	}
	all := ""
	for _, sentence := range sentences(a.Text) {
		all += sentence
		bridge.Reply(ctx, heard{Status: sentenceIn, Result: sentence, AllResult: all})
	}
	return struct{}{}, nil
}

// sentences cuts a text after its full stops, question and exclamation marks.
func sentences(text string) []string {
	cut := strings.NewReplacer("。", "。\n", "？", "？\n", "！", "！\n", "?", "?\n", "!", "!\n").Replace(text)
	return strings.FieldsFunc(cut, func(r rune) bool { return r == '\n' })
}

func (v *Voice) stopListening(_ context.Context, page bridge.Page, _ struct{}) (struct{}, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if d := v.desk(page); d.deafen != nil {
		d.deafen()
		d.deafen = nil
	}
	return struct{}{}, nil
}
