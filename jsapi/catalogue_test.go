package jsapi_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/bridge/bridgetest"
	"qinghost/jsapi"
	"qinghost/jsapi/contact"
)

// TestBuiltAsCatalogued: what a built method says of versions and clients is what the catalogue (reference §2) says.
func TestBuiltAsCatalogued(t *testing.T) {
	since := map[string]string{}
	for version, names := range jsapi.Vendor {
		for name := range strings.FieldsSeq(names) {
			assert.NotContains(t, since, name, "twice")
			since[name] = version
		}
	}
	for name := range jsapi.Only {
		assert.Contains(t, since, name)
	}
	for _, api := range create(t, bridge.NewClock()).All() {
		if api.Hidden || api.Route != nil {
			continue
		}
		version, known := since[api.Name]
		assert.True(t, known, "%s is not in the catalogue", api.Name)
		assert.Equal(t, version, api.Since, api.Name)
		everywhere := slices.Equal(api.Clients, []string{"ios", "android", "desktop"})
		assert.True(t, everywhere && jsapi.Only[api.Name] == nil || slices.Equal(jsapi.Only[api.Name], api.Clients), "%s: %v", api.Name, api.Clients)
	}
}

// TestSilentAsCatalogued: these never call back on success (reference §1.2, and "–" in §2 where the row says more than a name).
// showFile and chat are silent at times, and so decide themselves; toast answers: of it nobody has read the native side.
func TestSilentAsCatalogued(t *testing.T) {
	want := strings.Fields(`close closePop closeWebView freeCall gotoApp gotoLightApp hideKeyboard hideOptionMenu hideWebViewTitle
		localFunction mergeMsgRecord openInBrowser personInfo reloadWebView runtime.jsReady setBounce setWebViewTitle
		setWebViewTitleBar share shareFile showOptionMenu switchCompany`)
	var silent []string
	for _, api := range create(t, bridge.NewClock()).All() {
		if api.Silent {
			silent = append(silent, api.Name)
		}
	}
	assert.ElementsMatch(t, want, silent)
}

// TestUnbuiltIsNoTypingError: every name of the two lists of reference §1.3 and §2 is known, built or not.
func TestUnbuiltIsNoTypingError(t *testing.T) {
	areas := create(t, bridge.NewClock())
	names := map[string]bridge.API{}
	for _, api := range slices.Concat(areas.All(), areas.Unbuilt()) {
		names[api.Name] = api
	}
	for _, name := range strings.Fields(`cloudoffice.showCardNotify cloudoffice.clearCardNotify cloudoffice.getRoleType cloudoffice.checkAppAuth
		cloudoffice.shareText cloudoffice.downloadPic cloudoffice.checkWorkbenchUpdate cloudoffice.textShareClosed cloudoffice.dataReport
		cloudoffice.setScrollEnable ui.changeNavBarStyle ui.changeNavStyle bluetooth.BLEPrint video.startRecord video.upload video.download
		video.play video.select getExistApps addCloudApp openCloudApp fileDownloadParams createGroupByPhone getMessageById
		selectPicFileAndFile getHealthData gotoLightApp freeCall shareFile mergeMsgRecord iAppRevision selectGroups`) {
		assert.Contains(t, names, name)
	}
	assert.Equal(t, "0.9.75", names["video.select"].Since)
	assert.Equal(t, "0.9.60", names["video.play"].Since)
	assert.Equal(t, []string{"ios"}, names["getHealthData"].Clients)
}

// TestOneScreenOfFive: while a screen of selectFile, showFile, selectOrg, selectDepts or localFunction stands, the client passes
// over all five, and when it is gone no more; other methods are not concerned.
func TestOneScreenOfFive(t *testing.T) {
	me := contact.Demo().Me
	openers := []struct{ method, params, view, answer string }{
		{"selectFile", `{}`, "filePicker", `{"cancel":true}`},
		{"showFile", `{"fileName":"合同.pdf"}`, "fileViewer", `{"cancel":true}`},
		{"selectOrg", `{}`, "orgPicker", `{"cancel":true}`},
		{"selectDepts", `{}`, "orgPicker", `{"cancel":true}`},
		{"localFunction", `{"name":"createChat"}`, "personPicker", `{"cancel":true}`},
		{"localFunction", `{"name":"createvoicemeeting"}`, "personPicker", `{"cancel":true}`},
		{"localFunction", `{"name":"createChatWithUsers","groupName":"周三评审","openIds":["` + me + `"]}`, "chat", `{"cancel":true}`},
	}
	for _, first := range openers {
		t.Run(first.method+first.params, func(t *testing.T) {
			p := bridgetest.Open(t, "ios", bridge.NewClock(), create(t, bridge.NewClock()).All())
			for _, again := range []bool{false, true} {
				p.Begin(first.method, first.params)
				p.View(first.view)
				for _, second := range openers {
					require.Equal(t, "unanswered", p.Call(second.method, second.params), second.method)
				}
				assert.Contains(t, p.Call("showFile", `{"fileId":"1","bgDownload":true}`), `"true"`, "it opens no screen")
				assert.Empty(t, p.Call("share", `{"shareType":1}`), "not of the five")
				require.NoError(t, p.Answer(first.view, first.answer), again)
				p.Next(func(m bridge.Message) bool { return m.Method == "appear" }) // the next may follow at once
			}
		})
	}
}
