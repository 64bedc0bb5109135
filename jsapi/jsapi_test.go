package jsapi_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/jsapi"
	"qinghost/jsapi/contact"
	"qinghost/jsapi/store"
	"qinghost/runtime/headless"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// answers is a script that says the same to a view each time.
type answers map[string]string

func (answers) Rule(string) bridge.Rule { return bridge.Rule{} }
func (a answers) Answer(view string) (bridge.Answer, bool) {
	value, is := a[view]
	return bridge.Answer{Value: json.RawMessage(value)}, is
}

// create makes the areas of the demo team, over a database in memory.
func create(t *testing.T, clock *bridge.Clock) *jsapi.Areas {
	t.Helper()
	db, err := store.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	areas, err := jsapi.New(t.Context(), jsapi.Deps{Clock: clock, Team: contact.Demo(), DB: db, Exclusive: true})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, areas.Close())
		require.NoError(t, db.Close())
	})
	return areas
}

// open serves the demo team to a headless page.
func open(t *testing.T, views answers) (*bridge.Host, *headless.Page) {
	t.Helper()
	clock := bridge.NewClockAt(time.UnixMilli(1522729800000))
	areas := create(t, clock)
	host := bridge.NewHost(areas.All()...)
	host.Clock = clock
	host.SetCaller(contact.Demo().Me)
	host.SetScript(views)
	page, err := headless.New(t.Context(), host, headless.Options{URL: "http://127.0.0.1:7464/"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, page.Close()) })
	return host, page
}

func TestFromPageJavaScript(t *testing.T) {
	team := contact.Demo()
	other := team.Groups[0].Members[0]
	if other == team.Me {
		other = team.Groups[0].Members[1]
	}
	one := `{"people":["` + other + `"]}`
	const call = `const call = (name, params) => new Promise((done) => qing.call(name, {...params, success: done}));
const views = globalThis[Symbol.for('qinghost')];
const times = async (name, params) => { let fired = 0; await qing.call(name, {...params, success: () => fired++, complete: () => fired++}); return fired; };
`
	for _, test := range []struct {
		name  string
		views answers
		js    string
		want  string
	}{
		{"createVoiceMeeting with a group", answers{"view.personPicker": one},
			`return call('createVoiceMeeting', {groupId: '` + team.Groups[0].ID + `'})`, `{"success":"true","error":"","errorCode":"0","data":{}}`},
		{"createLive without a group", answers{"view.personPicker": one},
			`return call('createLive', {})`, `{"success":"true","error":"","errorCode":"0","data":{}}`},
		{"cancelled", answers{"view.personPicker": `{"cancel":true}`},
			`return call('createLive', {groupId: ''})`, `{"success":"false","error":"取消选人","errorCode":"1","data":{}}`},
		{"unknown group", nil, `return (await call('createLive', {groupId: '不存在'})).errorCode`, `"91001"`},
		{"not a member", nil, `return (await call('createLive', {groupId: '` + team.Groups[len(team.Groups)-1].ID + `'})).errorCode`, `"91002"`},
		{"confirmed with nobody", answers{"view.personPicker": `{"people":[]}`}, `return (await call('createLive')).errorCode`, `"91004"`},
		{"a call while the picker is open", nil,
			`const opened = new Promise((open) => views.view('personPicker', {open}));
qing.call('createLive'); await opened; return (await call('selectPersons')).errorCode`, `"91003"`},
		{"a call while a meeting runs", answers{"view.personPicker": one},
			`await call('createLive'); return (await call('createVoiceMeeting')).errorCode`, `"92001"`},
		{"setWebViewTitle is silent", nil,
			`let fired = 0; const answer = await qing.call('setWebViewTitle', {title: '会议室', success: () => fired++, complete: () => fired++});
return [answer === undefined, fired]`, `[true,0]`},
		{"toast", nil, `return [(await call('toast', {msg: '好'})).success, (await call('ui.toast', {message: '好'})).success, (await call('toast')).errorCode]`,
			`["true","true","90001"]`},
		{"checkJsApi", nil, `return [(await qing.checkJsApi({jsApiList: ['createLive', 'flyToMoon', 'view.pop']})).data, qing.checkJsApi('createLive'), qing.checkJsApi('flyToMoon')]`,
			`[{"createLive":true,"flyToMoon":false,"view.pop":false},true,false]`},
		{"defback hears every press", nil,
			`const heard = []; qing.call('defback', {success: (r) => heard.push(r)});
const handled = [await views.call('view.back'), await views.call('view.back')].map((r) => r.data.handled);
return [handled, heard]`,
			`[[true,true],[{"success":"false","error":"获取失败","errorCode":"1","data":""},{"success":"false","error":"获取失败","errorCode":"1","data":""}]]`},
		{"back without defback", nil, `return (await views.call('view.back')).data.handled`, `false`},
		{"createPop fires for the button and for the row", answers{"view.popMenu": `{"item":"b"}`},
			`const heard = []; qing.call('createPop', {popTitle: '更多', popTitleCallBackId: 'top', items: [{text: '甲', callBackId: 'a'}, {text: '乙', callBackId: 'b'}],
success: (r) => heard.push(r.data.callBackId)});
while (heard.length < 2) { await views.call('view.pop'); }
return heard.slice(0, 2)`, `["top","b"]`},
		{"localFunction starts a voice meeting", answers{"view.personPicker": one},
			`await times('localFunction', {name: 'createvoicemeeting'}); return (await call('createLive')).errorCode`, `"92001"`},
		{"chat answers for a group", nil, `return call('chat', {groupId: '` + team.Groups[0].ID + `'})`, `{"success":"true"}`},
		{"chat is silent for a person", nil, `return await times('chat', {openId: '` + other + `'})`, `0`},
		{"share and personInfo are silent", nil,
			`return [await times('share', {shareType: 1, content: '会议'}), await times('personInfo', {openId: '` + other + `'})]`, `[0,0]`},
		{"validate", answers{"view.dialog": `{"cancel":true}`}, `return call('validate', {type: 'password'})`,
			`{"success":false,"error":"用户取消验证","errorCode":13400}`},
		{"selectOrgs", answers{"view.orgPicker": `{"orgs":["前端组"]}`}, `return (await call('selectOrgs')).data.orgs[0].orgName`, `"前端组"`},
		{"createPop without popTitleCallBackId shows nothing", nil,
			`let fired = 0; await qing.call('createPop', {popTitle: '更多', success: () => fired++}); await views.call('view.pop'); return fired`, `0`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, page := open(t, test.views)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			got, err := page.Eval(ctx, call+test.js)
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

func TestTitleIsAFactOfThePage(t *testing.T) {
	host, page := open(t, nil)
	for _, title := range []struct{ js, want string }{
		{`qing.call('setWebViewTitle', {title: '会议室'})`, "会议室"},
		{`qing.call('setWebViewTitle', '简写')`, "简写"},
		{`qing.call('setWebViewTitle', {title: 7})`, "简写"}, // passed over, as on iOS
		{`qing.call('hideWebViewTitle')`, ""},
	} {
		_, err := page.Eval(t.Context(), `await `+title.js)
		require.NoError(t, err)
		require.Equal(t, title.want, host.State()[0].Title, title.js)
	}
}

// TestEveryAPIIsDocumented is the completeness test: a doc line, and an example that the API's own parameters take.
func TestEveryAPIIsDocumented(t *testing.T) {
	areas := create(t, bridge.NewClock())
	for _, api := range areas.All() {
		require.NotEmpty(t, api.Doc, api.Name)
		require.True(t, json.Valid([]byte(api.Example)), "%s: %s", api.Name, api.Example)
	}
}

// TestResetEndsWhatStaysOpen: a call such as defback's goes on after its function has returned, and a reset ends it too.
func TestResetEndsWhatStaysOpen(t *testing.T) {
	host, page := open(t, nil)
	_, err := page.Eval(t.Context(), `globalThis.end = qing.call('defback').catch((e) => e.code); await qing.call('checkJsApi')`)
	require.NoError(t, err)
	require.Equal(t, bridge.CallOpen, host.Log.After(0, "defback")[0].State)
	host.Reset()
	got, err := page.Eval(t.Context(), `return end`)
	require.NoError(t, err)
	require.Equal(t, `"90003"`, got)
}

// TestReadmesListTheCodes: whoever gets a code finds it in both READMEs.
func TestReadmesListTheCodes(t *testing.T) {
	constant := regexp.MustCompile(`(?m)^\s*(?:const )?\w+\s+(?:bridge\.)?Code\s+= "(\d+)"`)
	found := 0
	for _, folder := range []string{"../bridge", "../runtime/gateway", "auth", "conference", "contact", "meeting", "store", "webview"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, code := range constant.FindAllSubmatch(text, -1) {
				found++
				for _, readme := range []string{"../README.md", "../README.zh-CN.md"} {
					prose, err := os.ReadFile(readme)
					require.NoError(t, err)
					require.Contains(t, string(prose), "| `"+string(code[1])+"` |", "%s lacks a code of %s", readme, file)
				}
			}
		}
	}
	require.GreaterOrEqual(t, found, 52, "the codes are no longer where this test looks for them")
}
