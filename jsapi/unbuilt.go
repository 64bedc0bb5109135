package jsapi

import "slices"

// vendor are the methods of the real client (reference §2, the catalogue), without bluetooth.* and video.*.
var vendor = []string{
	"addCalendarEvent", "assist", "chat", "checkJsApi", "chooseImage", "clipBoard", "close", "closePop", "closeWebView",
	"cloudoffice.request", "commonRoute", "companyRename", "createLive", "createPop", "createVoiceMeeting", "dateTimePicker",
	"defHomeMainTitleBar", "defTitleBar", "defback", "downloadImage", "downloadVoice", "enterpriseAuth", "extPersonInfo",
	"fetchAvatar", "freeCall", "getAdminOpenId", "getCalenderEvent", "getCurrentLatLon", "getCurrentPosition",
	"getDeviceInfo", "getLocalImgData", "getLocation", "getMobileContact", "getNetworkType", "getPersonDepartment",
	"getPersonInfo", "getPhoneOSInfo", "getProjectionState", "getTicket", "getWiFi", "gotoApp", "gotoLightApp", "gotoMyFile",
	"gotoOpenAppRangeView", "groupAppSort", "hideOptionMenu", "hideWebViewTitle", "iAppRevision", "invoice",
	"joinBandCallback", "keepScreenOn", "localFunction", "mergeMsgRecord", "openInBrowser", "orgManage", "pauseVoice",
	"personInfo", "playVoice", "previewImage", "projection", "queryCalenderAccounts", "recordScreenshotsInfo",
	"reloadWebView", "rotateUI", "runtime.auth", "runtime.jsReady", "savePic", "scanBizCard", "scanQRCode", "screenShare",
	"selectAnyLocation", "selectBusinessUnits", "selectCloudhubContact", "selectConcernPersons", "selectDepts", "selectFile",
	"selectGroups", "selectLocalFile", "selectLocation", "selectMobileContact", "selectOrg", "selectOrgs", "selectPerson",
	"selectPersons", "selectPersonsInGroup", "selectPersonsInRole", "selectPhoto", "selectPic", "selectRoles", "setBounce",
	"setCallBackData", "setDepartmentHeader", "setShortcuts", "setWebBottomInset", "setWebViewTitle", "setWebViewTitleBar",
	"share", "shareFile", "shareMiniprogram", "showARView", "showFile", "showOptionMenu", "showTopMenu", "socialShare",
	"startLightApp", "startLocation", "startRecord", "startSignFeedback", "startSpeechRecognize", "stopLocation",
	"stopRecord", "stopSpeechRecognize", "stopVoice", "storage.clear", "storage.getItem", "storage.removeItem",
	"storage.setItem", "switchCompany", "toast", "todoList", "ui.changeNavStyle", "ui.navigate", "ui.toast",
	"ui.webViewPaddingTop", "ui.webViewScrollTo", "uploadImage", "uploadVoice", "validate", "voiceAssistant",
	"voiceRecognize", "voiceSynthesize", "voidceChanger",
}

// unknownShape are server APIs of the vendor's newer document (reference §4) that are left out: of getAttendDetail nothing is
// known but its one parameter meetingId and that success is errorCode 200, so that whatever it said would be invented.
var unknownShape = []string{"meeting.getAttendDetail"}

// Unbuilt returns the vendor's methods that are not among All yet: a call of one is no typing error of the page.
func (a *Areas) Unbuilt() []string {
	built := map[string]bool{}
	for _, api := range a.All() {
		built[api.Name] = true
	}
	return slices.DeleteFunc(slices.Concat(vendor, unknownShape), func(name string) bool { return built[name] })
}
