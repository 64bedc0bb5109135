package jsapi

import (
	"slices"
	"strings"

	"qinghost/bridge"
)

// vendor are the methods of the real client (reference §1.3, and the catalogue of §2) by the version since which they exist;
// "" where that is not known. Of bluetooth's 23 names one is known.
var vendor = map[string]string{
	"": "addCloudApp assist bluetooth.BLEPrint clipBoard close cloudoffice.checkAppAuth cloudoffice.checkWorkbenchUpdate" +
		" cloudoffice.clearCardNotify cloudoffice.dataReport cloudoffice.downloadPic cloudoffice.getRoleType" +
		" cloudoffice.setScrollEnable cloudoffice.shareText cloudoffice.showCardNotify cloudoffice.textShareClosed" +
		" commonRoute companyRename createGroupByPhone dateTimePicker enterpriseAuth fileDownloadParams getCurrentLatLon" +
		" getCurrentPosition getDeviceInfo getExistApps getHealthData getMessageById getPersonDepartment" +
		" getProjectionState getTicket gotoOpenAppRangeView groupAppSort hideKeyboard invoice joinBandCallback" +
		" openCloudApp openInBrowser orgManage projection scanBizCard selectDepts selectPicFileAndFile setCallBackData" +
		" setDepartmentHeader setShortcuts showARView startSignFeedback todoList ui.changeNavBarStyle ui.webViewScrollTo" +
		" voiceAssistant",
	"0.9.0": "chat fetchAvatar getNetworkType getPersonInfo gotoApp hideWebViewTitle localFunction personInfo" +
		" scanQRCode selectFile selectOrg selectPerson selectPersons selectPic setWebViewTitle share showFile" +
		" socialShare switchCompany",
	"0.9.3":  "gotoMyFile",
	"0.9.4":  "getAdminOpenId",
	"0.9.5":  "closeWebView setWebViewTitleBar",
	"0.9.6":  "closePop createPop getLocation hideOptionMenu selectLocation showOptionMenu",
	"0.9.11": "defback",
	"0.9.12": "freeCall validate",
	"0.9.14": "selectOrgs",
	"0.9.16": "previewImage",
	"0.9.17": "iAppRevision selectCloudhubContact selectMobileContact",
	"0.9.18": "gotoLightApp",
	"0.9.19": "recordScreenshotsInfo",
	"0.9.20": "selectPhoto",
	"0.9.21": "extPersonInfo rotateUI selectPersonsInGroup startLightApp",
	"0.9.23": "downloadVoice pauseVoice playVoice startRecord stopRecord stopVoice uploadVoice",
	"0.9.25": "getMobileContact screenShare",
	"0.9.26": "shareFile",
	"0.9.27": "selectGroups setBounce",
	"0.9.28": "defTitleBar",
	"0.9.29": "selectConcernPersons",
	"0.9.30": "mergeMsgRecord selectLocalFile",
	"0.9.50": "addCalendarEvent runtime.auth runtime.jsReady savePic toast ui.toast voiceRecognize",
	"0.9.51": "chooseImage cloudoffice.request downloadImage getLocalImgData uploadImage",
	"0.9.55": "getWiFi selectAnyLocation",
	"0.9.60": "getPhoneOSInfo video.download video.play video.startRecord video.upload",
	"0.9.62": "voidceChanger",
	"0.9.63": "keepScreenOn selectBusinessUnits setWebBottomInset voiceSynthesize",
	"0.9.65": "selectRoles",
	"0.9.66": "ui.navigate",
	"0.9.70": "defHomeMainTitleBar reloadWebView",
	"0.9.71": "ui.changeNavStyle ui.webViewPaddingTop",
	"0.9.72": "getCalenderEvent showTopMenu",
	"0.9.73": "startLocation stopLocation",
	"0.9.74": "startSpeechRecognize stopSpeechRecognize",
	"0.9.75": "shareMiniprogram video.select",
	"0.9.76": "selectPersonsInRole storage.clear storage.getItem storage.removeItem storage.setItem",
	"0.9.77": "createLive createVoiceMeeting",
	"0.9.79": "queryCalenderAccounts",
	"0.9.80": "checkJsApi",
}

// only are those that not both phones have; from the second line on, what was seen in the source of one iOS client ("fork" in §2).
var only = map[string][]string{
	"getLocalImgData": {"ios"}, "getPhoneOSInfo": {"android"}, "openInBrowser": {"desktop"}, "selectLocalFile": {"android"}, "setBounce": {"ios"},
	"addCloudApp": {"ios"}, "createGroupByPhone": {"ios"}, "fileDownloadParams": {"ios"}, "getCurrentLatLon": {"ios"},
	"getCurrentPosition": {"ios"}, "getDeviceInfo": {"ios"}, "getExistApps": {"ios"}, "getHealthData": {"ios"}, "getMessageById": {"ios"},
	"hideKeyboard": {"ios"}, "openCloudApp": {"ios"}, "selectDepts": {"ios"}, "selectPicFileAndFile": {"ios"},
}

// unknownShape are server APIs of the vendor's newer document (reference §4) that are left out: of getAttendDetail nothing is
// known but its one parameter meetingId and that success is errorCode 200, so that whatever it said would be invented.
var unknownShape = []bridge.API{{Name: "meeting.getAttendDetail", Clients: []string{"*"}}}

// Unbuilt returns the vendor's methods that are not among All yet, by name: a call of one is no typing error of the page.
func (a *Areas) Unbuilt() []bridge.API {
	built := map[string]bool{}
	for _, api := range a.All() {
		built[api.Name] = true
	}
	all := slices.Clone(unknownShape)
	for since, names := range vendor {
		for name := range strings.FieldsSeq(names) {
			if !built[name] {
				all = append(all, bridge.API{Name: name, Since: since, Clients: only[name]})
			}
		}
	}
	slices.SortFunc(all, func(a, b bridge.API) int { return strings.Compare(a.Name, b.Name) })
	return all
}
