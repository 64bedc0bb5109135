package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// members are the first group's people without the current user.
func (r ready) members() (members []string) {
	for _, id := range r.Demo.Groups[0].People {
		if id != r.Demo.OpenID {
			members = append(members, id)
		}
	}
	return members
}

func TestScenarioAnswersWithNobodyAtTheScreen(t *testing.T) {
	demo := start(t, example).ready
	people := demo.members()
	dir := t.TempDir()
	write(t, dir+"/scenario.yaml", fmt.Sprintf(`
answers:
  personPicker: [{people: [%q, %q]}, cancel]
  voiceMeeting: [{end: 5s}]
calls:
  createLive: {fail: {errorCode: "1003", error: 没有直播权限}}
cast:
  - {openId: %q, joins: 1s, leaves: 3s}
  - {openId: %q, declines: 2s}
clock: 2018-04-03T12:30:00+08:00
`, people[0], people[1], people[0], people[1]))
	p := start(t, "--scenario", dir+"/scenario.yaml", example)
	require.Equal(t, 2018, yearOf(p.state(t).Clock))
	p.do("POST clock", `{"set":1522729800000}`)
	b := visit(t, p.URL)
	b.wait(`document.querySelector('#me .name').textContent === '方知遥'`)
	b.press("button", startLive)
	b.waitResult("createLive", "false 1003")

	b.press("button", startVoice)
	b.waitResult("createVoiceMeeting", "true 0")
	b.find("dialog", "语音会议")
	for _, step := range []struct{ advance, states string }{{"1000", "joined ringing"}, {"1000", "joined declined"}, {"1000", "left declined"}} {
		p.do("POST clock", `{"advance":`+step.advance+`}`)
		people := p.state(t).Pages[0].Meeting.People
		require.Equal(t, step.states, people[0].State+" "+people[1].State)
	}
	b.find("listitem", "翟苒 已离开")
	p.do("POST clock", `{"advance":2000}`)
	b.gone("dialog", "语音会议")
	b.waitEvents("disappear appear")

	b.press("button", startVoice)
	b.waitResult("createVoiceMeeting", "false 1")
	p.do("POST reset", "")
	require.Empty(t, p.calls(""))
	b.press("button", startVoice)
	b.waitResult("createVoiceMeeting", "true 0")
}

func yearOf(ms int64) int { return int(1970 + ms/1000/3600/24/365) }

func TestControlAnswers(t *testing.T) {
	p, b := showExample(t)
	status, body := p.control(t, "POST answer", `{"view":"personPicker","cancel":true}`)
	require.Equal(t, http.StatusConflict, status, body)

	b.press("button", startVoice)
	p.waitView("personPicker")
	status, body = p.control(t, "POST answer", `{"view":"personPicker","people":["nobody"]}`)
	require.Equal(t, http.StatusConflict, status)
	require.Contains(t, body, `"code":"90005"`)
	outsider := p.Demo.Groups[len(p.Demo.Groups)-1].People[0]
	status, body = p.control(t, "POST answer", fmt.Sprintf(`{"view":"personPicker","people":[%q]}`, outsider))
	require.Equal(t, http.StatusConflict, status, "not of the group")
	require.Contains(t, body, "前端组")
	p.do("POST answer", `{"view":"personPicker","cancel":true}`)
	b.waitResult("createVoiceMeeting", "false 1")
	b.gone("dialog", "选择人员")

	people, err := json.Marshal(p.members()[:5])
	require.NoError(t, err)
	b.press("button", startVoice)
	p.waitView("personPicker")
	p.do("POST answer", fmt.Sprintf(`{"view":"personPicker","page":"p1","people":%s}`, people))
	b.waitResult("createVoiceMeeting", "true 0")
	p.waitView("voiceMeeting")
	b.find("dialog", "语音会议")
	p.do("POST answer", `{"view":"voiceMeeting","end":true}`)
	b.gone("dialog", "语音会议")
	b.waitEvents("disappear appear disappear appear")
	require.Empty(t, p.view())

	calls := p.calls("createVoiceMeeting")
	require.Len(t, calls, 2)
	require.Less(t, calls[0].ID, calls[1].ID)
	require.JSONEq(t, `{"groupId":"`+group+`"}`, string(calls[1].Params))
	require.JSONEq(t, `{"success":"true","error":"","errorCode":"0","data":{}}`, string(calls[1].Result))
	require.Equal(t, "done", string(calls[1].State))
	require.JSONEq(t, `{"calls":[]}`, p.do(fmt.Sprintf("GET calls?after=%d", calls[1].ID), ""))

	at := p.state(t).Pages[0]
	require.Equal(t, []string{"p1", p.URL, "会议室", "ios"}, []string{at.ID, at.URL, at.Title, at.Profile})
}

func TestPutScenario(t *testing.T) {
	p, b := showExample(t)
	p.do("PUT scenario", `{"answers":{"personPicker":["cancel"]},"calls":{"toast":{"fail":{"errorCode":"7","error":"坏了"}}}}`)
	b.press("button", startVoice)
	b.waitResult("createVoiceMeeting", "false 1")
	b.press("button", "提示")
	b.waitResult("toast", "false 7")
	for _, bad := range []string{`{"answers":{"personPickr":["cancel"]}}`, `{"calls":{"createLivee":{"never":true}}}`, `{`} {
		status, body := p.control(t, "PUT scenario", bad)
		require.Equal(t, http.StatusBadRequest, status, body)
	}
	b.press("button", "清空调用结果")
	b.press("button", "提示")
	b.waitResult("toast", "false 7") // a bad one has changed nothing

	p.do("DELETE scenario", "")
	b.press("button", "提示")
	b.waitResult("toast", "true 0")
	p.do("PUT scenario", `{"answers":{"personPicker":["cancel"]}}`)
	p.do("POST reset", "")
	b.press("button", startLive)
	b.find("dialog", "选择人员") // a person is asked again
	p.do("POST reset", "")
	b.gone("dialog", "选择人员")
	b.waitResult("createLive", "false 90003")
	require.Empty(t, p.calls("createLive"))
}

func TestControlRefuses(t *testing.T) {
	r := start(t, example).ready
	for _, c := range []struct {
		call, body string
		status     int
	}{
		{"POST answer", `{`, 400},
		{"POST answer", `{"cancel":true}`, 400},
		{"POST clock", `{"advance":-1}`, 400},
		{"POST clock", `{"advanced":1}`, 400},
		{"GET calls?after=x", "", 400},
		{"POST emit", `{"event":"$/reload"}`, 400},
		{"POST emit", `{"event":"x","page":"p9"}`, 404},
		{"GET nothing", "", 404},
	} {
		status, body := r.control(t, c.call, c.body)
		require.Equal(t, c.status, status, "%s %s: %s", c.call, c.body, body)
		var e struct {
			Error struct{ Code, Message string }
		}
		require.NoError(t, json.Unmarshal([]byte(body), &e))
		require.NotEmpty(t, e.Error.Code)
		require.NotEmpty(t, e.Error.Message)
	}
	r.Token = "wrong"
	status, _ := r.control(t, "GET state", "")
	require.Equal(t, http.StatusUnauthorized, status)
}

func TestEmit(t *testing.T) {
	p, b := showExample(t)
	p.do("POST emit", `{"event":"appear","data":{"from":"test"}}`)
	b.waitEvents("appear")
	b.wait(`document.querySelector('#events li span').textContent === '{"from":"test"}'`)
}
