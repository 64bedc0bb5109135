package auth

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/runtime/headless"
)

// signer is the app's server, as the page sees it: fetch answers what `signed` says.
const signer = `globalThis.fetch = async (url, init) => {
  globalThis.asked = [url, init.method];
  if (signed instanceof Error) throw signed;
  return {json: async () => signed};
};
globalThis.signed = {success: true, data: {appId: '500000001', timeStamp: 1522729800000, nonceStr: 'n', signature: 's'}};
globalThis.heard = [];
globalThis.callbacks = {
  success: (r) => heard.push(['success', r]), error: (r) => heard.push(['error', r]), complete: (r) => heard.push(['complete', r]),
};`

func TestGetTicketInThePage(t *testing.T) {
	a := newAuth(t, true)
	host := bridge.NewHost(a.APIs()...)
	host.Clock = a.Clock
	host.SetCaller("oid-1")
	page, err := headless.New(t.Context(), host, headless.Options{URL: "http://127.0.0.1:7464/app/?a=1&b=2#part"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, page.Close()) })
	require.NoError(t, page.Run(t.Context(), "signer.js", signer))

	eval := func(js string, into any) {
		t.Helper()
		text, err := page.Eval(t.Context(), js)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal([]byte(text), into), text)
	}
	var outcome struct {
		Ticket string
		Asked  []string
		Heard  [][]string
	}
	eval(`const ticket = await qing.call('getTicket', {signUrl: '/sign', ...callbacks}); return {ticket, asked, heard}`, &outcome)
	require.Regexp(t, `^[0-9a-f]{32}$`, outcome.Ticket)
	require.Equal(t, []string{"/sign?url=http%3A%2F%2F127.0.0.1%3A7464%2Fapp%2F%3Fa%3D1%26b%3D2", "POST"}, outcome.Asked)
	require.Equal(t, [][]string{{"success", outcome.Ticket}, {"complete", outcome.Ticket}}, outcome.Heard)
	data, code := trade(t, a, outcome.Ticket, `,"disposable":true`)
	require.Zero(t, code)
	require.Contains(t, data, "林小满")

	var asked []string
	eval(`await qing.call('getTicket', {signUrl: '/sign?x=1'}); return asked`, &asked)
	require.Contains(t, asked[0], "/sign?x=1&url=http")

	for js, want := range map[string]string{
		``:                                "鉴权失败：缺少参数 signUrl",
		`signed = new Error('offline')`:   "鉴权失败（无法获取签名信息）",
		`signed = {success: false}`:       "鉴权失败（无法获取签名信息）",
		`signed.data.signature = ''`:      "鉴权失败：缺少 signature",
		`signed.data.appId = 'other app'`: "鉴权失败",
	} {
		signURL := `'/sign'`
		if js == "" {
			signURL = "undefined"
		}
		var heard [][]any
		eval(`const before = {...signed, data: {...signed.data}}; heard.length = 0; `+js+`;
			await qing.call('getTicket', {signUrl: `+signURL+`, ...callbacks}); signed = before; return heard`, &heard)
		failure := map[string]any{"success": "false", "error": want, "errorCode": "1", "data": map[string]any{}}
		require.Equal(t, [][]any{{"error", failure}, {"complete", failure}}, heard, js)
	}

	var formatted string
	eval(`signed = {ok: 1, sign: signed.data};
		return qing.call('getTicket', {signUrl: '/sign', signFormat: (r) => ({success: r.ok === 1, data: r.sign})})`, &formatted)
	require.Len(t, formatted, 32)
	require.Empty(t, page.Errors())
}

func TestPageCallsLeaveNoSecretBehind(t *testing.T) {
	a := newAuth(t, true)
	host := bridge.NewHost(a.APIs()...)
	host.Clock = a.Clock
	page, err := headless.New(t.Context(), host, headless.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, page.Close()) })
	text, err := page.Eval(t.Context(), `return qing.call('oauth2.getAccessToken', `+askFor(bridge.AppScope, start)+`)`)
	require.NoError(t, err)
	require.Contains(t, text, `"success":true`)
	log, err := json.Marshal(host.Log.After(0, ""))
	require.NoError(t, err)
	require.NotContains(t, string(log), "app-secret")
	require.NotContains(t, string(log), "accessToken")
}
