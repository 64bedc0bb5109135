package meeting

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

func TestOptional(t *testing.T) {
	for text, want := range map[string]Optional[bridge.Int]{
		`{}`:                  {},
		`{"noticeTime":null}`: {Given: true, Null: true},
		`{"noticeTime":15}`:   {Given: true, Value: 15},
		`{"noticeTime":"15"}`: {Given: true, Value: 15},
	} {
		var p ModifyParams
		require.NoError(t, json.Unmarshal([]byte(text), &p))
		require.Equal(t, want, p.NoticeTime, text)
	}
	text, err := json.Marshal(ModifyParams{ID: "a", OpenID: "b", RoomID: Optional[string]{Given: true, Null: true},
		Changes: Changes{Title: Optional[string]{Given: true, Value: "t"}}})
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"a","openid":"b","title":"t","roomId":null}`, string(text))
}

// TestNUL: what PostgreSQL cannot keep is refused by name, and a backslash before u0000 is only that.
func TestNUL(t *testing.T) {
	for text, refused := range map[string]bool{
		`{"title":"会\u0000议"}`:            true,
		`{"title":"\\\u0000"}`:            true,
		`{"title":"\\u0000"}`:             false,
		`{"title":"会议","other":"\u0000"}`: false, // ignored, as any field that is not known
	} {
		var p CreateParams
		err := json.Unmarshal([]byte(text), &p)
		if refused {
			require.ErrorContains(t, err, "参数 title 含有字符 U+0000", text)
		} else {
			require.NoError(t, err, text)
		}
	}
}

// FuzzParams calls every API with whatever JSON there is: no panic, no fault of the host, and always the envelope.
func FuzzParams(f *testing.F) {
	h := newHost(f, func(d *Deps) { d.UnknownPeople = true })
	names := []string{"meeting.create", "meeting.modify", "meeting.cancel", "meeting.repeatMeeting", "meeting.batchModify", "meeting.batchCancel", "meeting.queryByDay",
		"meeting.detail", "meeting.queryByRange", "meeting.pageRecentList", "meeting.queryByUser"}
	for i, name := range names {
		f.Add(uint8(i), h.apis[name].Example)
	}
	id := h.repeated(f, clockOn("2018-06-26", "09:00"), repeatDaily, clockOn("2018-06-29", "09:00"), "")[0]
	for i, text := range []string{``, `null`, `{}`, `[]`, `"x"`, `{"id":null}`, `{"openid":1}`, `{"actors":[null]}`, `{"startDate":"1e3","endDate":1e99}`,
		`{"id":"` + id + `","openid":"` + hePeng + `","startDate":9223372036854775807,"repeat":"5","repeatEndDate":253370764799999}`,
		`{"id":"` + id + `","openid":"` + hePeng + `","startDate":1,"endDate":253370764799999,"addActors":["a","a"],"delActors":null}`,
		`{"openid":"a","title":"t","startDate":253370764799999,"endDate":253370764799998}`, `{"day":253370764799999}`, `{"noticeTimes":[null,"60",-1],"roomIds":["\u0000"],"pageNum":9223372036854775807,"openId":"a"}`, `{"day":1}`, `{"day":-9223372036854775808}`} {
		f.Add(uint8(i), text)
		f.Add(uint8(4), text)
	}
	f.Fuzz(func(t *testing.T, api uint8, text string) {
		if !json.Valid([]byte(text)) && text != "" {
			return // the doors refuse it
		}
		h.serve(t, names[int(api)%len(names)], text)
	})
}
