package webview_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Screens that say what the client would open; silent, and left with {cancel: true}.
func TestScreensOfWhatIsNotHere(t *testing.T) {
	for _, test := range []struct{ name, method, params, view, shown string }{
		{"another app", "gotoLightApp", `{"appId":"500000002","appName":"审批","urlParam":"from=会议&id=1","callbackId":"7"}`, "lightApp",
			`{"appId":"500000002","appName":"审批","urlParam":"from=会议&id=1","callbackId":"7"}`},
		{"without a name", "gotoLightApp", `{"appId":"500000002"}`, "lightApp", `{"appId":"500000002","appName":"","urlParam":"","callbackId":""}`},
		{"parameters that are no text", "gotoLightApp", `{"appId":1,"urlParam":{"页":1},"callbackId":7}`, "lightApp",
			`{"appId":"1","appName":"","urlParam":"{\"页\":1}","callbackId":"7"}`},
		{"a null", "gotoLightApp", `{"appId":"1","urlParam":null}`, "lightApp", `{"appId":"1","appName":"","urlParam":"","callbackId":""}`},
		{"messages", "mergeMsgRecord", `{"mergeId":"m1","title":"周三评审"}`, "chatRecord", `{"mergeId":"m1","title":"周三评审"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, _ := create(t)
			assert.Empty(t, p.Call(test.method, test.params), "silent, and at once")
			assert.JSONEq(t, test.shown, p.View(test.view))
			require.ErrorContains(t, p.Answer(test.view, `{}`), "此视图的回答只有 {cancel: true}: 返回")
			require.NoError(t, p.Answer(test.view, `{"cancel":true}`))
		})
	}
	for method, want := range map[string]string{
		"gotoLightApp":   failed("90001", "参数 appId 必填: 要打开哪个轻应用"),
		"mergeMsgRecord": failed("90001", "参数 mergeId 必填: 要打开哪一份聊天记录"),
		"shareFile":      failed("90001", "参数 filesList 必填: 要分享的文件, 如 selectFile 的 files"),
	} {
		p, _ := create(t)
		assert.Equal(t, want, p.Call(method, `{}`), method)
	}
}

func TestShareFile(t *testing.T) {
	p, _ := create(t)
	assert.Empty(t, p.Call("shareFile", `{"filesList":[{"fileId":"1","fileName":"季度总结.docx"},"合同.pdf",{"fileId":"2"}]}`))
	var shown struct{ Kind, Title, Content string }
	require.NoError(t, json.Unmarshal([]byte(p.View("shareSheet")), &shown))
	assert.Equal(t, []string{"text", "3 个文件", "季度总结.docx\n合同.pdf\n{\"fileId\":\"2\"}"}, []string{shown.Kind, shown.Title, shown.Content})
	require.NoError(t, p.Answer("shareSheet", `{"way":"chat"}`))
	assert.Contains(t, p.View("toast"), "发送给同事")
}

// The desktop has gotoLightApp since its first bridge, and not the other two.
func TestLightAppOnTheDesktop(t *testing.T) {
	p, _ := createOn(t, "desktop-0.0.3")
	assert.Empty(t, p.Call("gotoLightApp", `{"appId":"1"}`))
	assert.Equal(t, "unanswered", p.Call("shareFile", `{"filesList":["a"]}`))
}
