package bridge

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ClientVersion is the version of the Yunzhijia client that the host plays: the first whose library asks the client itself
// for checkJsApi, and past the 0.9.77 of createLive.
const ClientVersion = "0.9.80"

// Profile is a client to imitate. The JSON form is what the page's script gets.
type Profile struct {
	// Name is what --profile takes: "ios", "ios@0.9.50".
	Name string `json:"name"`
	// Client is the kind, "ios", "android" or "desktop", and Version that of its bridge: the number behind "Qing/".
	Client  string `json:"client"`
	Version string `json:"version"`
	// Channels are the ways from the page to the client (reference §1.1): "iframe", "prompt", "AndroidInterface", "wkbridge2",
	// "kdUIWebViewBridge", "CloudHubJSBridge", "_CloudHubJSBridge".
	Channels []string `json:"channels"`
	// UserAgent is both the request header and navigator.userAgent.
	UserAgent string `json:"userAgent"`
	// Platform, Vendor and MaxTouchPoints are navigator's.
	Platform       string `json:"platform"`
	Vendor         string `json:"vendor"`
	MaxTouchPoints int    `json:"maxTouchPoints"`
	Screen         Screen `json:"screen"`
	// Delivery is how an answer reaches the page's library.
	Delivery Delivery `json:"delivery"`
}

// Screen is a phone's screen.
type Screen struct {
	Width  int     `json:"width"`  // CSS pixels
	Height int     `json:"height"` // CSS pixels
	Ratio  float64 `json:"ratio"`  // device pixels a CSS pixel
}

// Delivery is the form in which a client hands an answer to the page.
type Delivery string

const (
	// AsObject is the iOS way: the page sees success as the string that the client sent.
	AsObject Delivery = "object"
	// AsString is the Android way: the library parses the text and turns success into a boolean.
	AsString Delivery = "string"
)

// Profiles returns the clients that the host can play by name, the default first.
func Profiles() []Profile {
	return []Profile{
		ios("ios", ClientVersion), android("android", ClientVersion), android("android-early", "0.9.29"),
		desktop("desktop", "0.0.4"), desktop("desktop-0.0.3", "0.0.3"),
	}
}

// Phones returns the profiles of today's phones, the default first.
func Phones() []Profile { return Profiles()[:2] }

// ProfileNamed returns the profile of that name, or, as "ios@0.9.50", that of a client at a version; the error names those
// there are.
func ProfileNamed(name string) (Profile, error) {
	client, version, versioned := strings.Cut(name, "@")
	if versioned && !versionText.MatchString(version) {
		return Profile{}, Errorf(BadParams, "客户端 profile %q 的版本不对: @ 之后应为数字与点, 如 ios@%s", name, ClientVersion)
	}
	var names []string
	for _, p := range Profiles() {
		switch {
		case p.Name != client:
			names = append(names, p.Name)
		case !versioned:
			return p, nil
		default:
			return map[string]func(name, version string) Profile{"ios": ios, "android": android, "desktop": desktop}[p.Client](name, version), nil
		}
	}
	return Profile{}, Errorf(BadParams, "没有名为 %q 的客户端 profile, 可用: %s; 手机与桌面端可带版本, 如 ios@0.9.50", name, strings.Join(names, "、"))
}

// The user agents follow reference/yunzhijia.md §1.7: before 0.9.29 the short ones, before 0.9.60 those that were seen of
// the time. The iOS ones of that time on carry both marks that pages look for: ";iPhone" and the "CPU … Mac OS X" part.
// Where the reference does not say since which version a channel is there, the version is inferred from when the vendor's
// library began to look for it.

func ios(name, version string) Profile {
	channels := []string{"iframe"}
	if !older(version, "0.9.50") {
		channels = append(channels, "CloudHubJSBridge", "kdUIWebViewBridge")
	}
	if !older(version, "0.9.70") { // WKWebView in UIWebView's place
		channels = []string{"iframe", "CloudHubJSBridge", "wkbridge2"}
	}
	system, model, engine := "17.5", "iPhone15,2", "605.1.15 (KHTML, like Gecko) Mobile/15E148"
	if older(version, "0.9.60") {
		system, model, engine = "10.2", "iPhone9,2", "602.3.12 (KHTML, like Gecko) Mobile/14C89"
	}
	agent := "Qing/" + version + ";iPhone OS " + system + ";Apple;" + model + device + "clientId:10200;os:iOS " + system +
		";brand:Apple;model:" + model + ";lang:zh-CN;fontNum:0;Mozilla/5.0 (iPhone; CPU iPhone OS " +
		strings.ReplaceAll(system, ".", "_") + " like Mac OS X) AppleWebKit/" + engine
	if older(version, "0.9.29") {
		agent = "Qing/" + version + ";iPhone OS 9.1;Apple;iPhone7,1"
	}
	return Profile{
		Name: name, Client: "ios", Version: version, Channels: channels, UserAgent: agent,
		Platform: "iPhone", Vendor: "Apple Computer, Inc.", MaxTouchPoints: 5,
		Screen:   Screen{Width: 390, Height: 844, Ratio: 3},
		Delivery: AsObject,
	}
}

func android(name, version string) Profile {
	channels := []string{"iframe"}
	for _, channel := range []struct{ since, name string }{
		{"0.9.50", "CloudHubJSBridge"}, {"0.9.59", "prompt"}, {"0.9.70", "AndroidInterface"},
	} {
		if !older(version, channel.since) {
			channels = append(channels, channel.name)
		}
	}
	agent := "Qing/" + version + ";Android 14;HUAWEI;ALN-AL00" + device + "clientId:10201;os:Android 14;brand:HUAWEI;" +
		"model:ALN-AL00;lang:zh-CN;fontNum:0;Mozilla/5.0 (Linux; Android 14; ALN-AL00 Build/HUAWEIALN-AL00; wv) " +
		"AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0.6367.179 Mobile Safari/537.36"
	if older(version, "0.9.60") {
		agent = "Qing/" + version + ";Android 7.0;HONOR;KNT-AL20" + device + "clientId:10201;;os:Android 7.0;brand:HONOR;" +
			"model:KNT-AL20;Mozilla/5.0 (Linux; Android 7.0; KNT-AL20 Build/HUAWEIKNT-AL20; wv) AppleWebKit/537.36 " +
			"(KHTML, like Gecko) Version/4.0 Chrome/53.0.2785.49 Mobile MQQBrowser/6.2 TBS/043508 Safari/537.36"
	}
	if older(version, "0.9.29") {
		agent = "Qing/" + version + ";Android4.1.1;Xiaomi;MI 2"
	}
	return Profile{
		Name: name, Client: "android", Version: version, Channels: channels, UserAgent: agent,
		Platform: "Linux armv81", Vendor: "Google Inc.", MaxTouchPoints: 5,
		Screen:   Screen{Width: 412, Height: 915, Ratio: 2.625},
		Delivery: AsString,
	}
}

func desktop(name, version string) Profile {
	p := Profile{
		Name: name, Client: "desktop", Version: version, Channels: []string{"iframe", "_CloudHubJSBridge"},
		UserAgent: "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/59.0.3071.115 Safari/537.36; " +
			"Qing/" + version + "; App/cloudhub 38886/1.1.6; 1.1.6 (1700000000); deviceId:00000000000000000000000000000000; clientId:38886;",
		Platform: "Win32", Vendor: "Google Inc.",
		Screen:   Screen{Width: 1280, Height: 800, Ratio: 1},
		Delivery: AsObject,
	}
	if p.isOldDesktop() {
		p.Channels, p.Delivery = p.Channels[:1], AsString
		p.UserAgent = strings.ReplaceAll(p.UserAgent, "cloudhub 38886/1.1.6; 1.1.6", "cloudhub 10204/"+version+"; "+version)
		p.UserAgent = strings.ReplaceAll(p.UserAgent, "clientId:38886", "clientId:10204")
	}
	return p
}

const device = ";deviceId:00000000-0000-0000-0000-000000000000;deviceName:qinghost;"

func (p Profile) isOldDesktop() bool { return p.Client == "desktop" && !older("0.0.3", p.Version) }

// desktopMethods are what the desktop's bridge up to 0.0.3 knows (reference §1.6). What was added since is not known, but for
// the methods that say so by On.
var desktopMethods = []string{
	"share", "chat", "personInfo", "getPersonInfo", "gotoLightApp", "selectPersons", "setWebViewTitle", "closeWebView", "close",
	"hideWebViewTitle", "defback", "showOptionMenu", "hideOptionMenu", "selectOrgs", "closePop", "createPop",
}

// Has says whether the client has the method.
func (p Profile) Has(a API) bool { return p.lacks(a) == "" }

// lacks says why the client does not have a method; empty when it does. The server APIs, and what qinghost's own views call,
// are no client's.
func (p Profile) lacks(a API) string {
	switch {
	case a.Hidden, a.Route != nil, slices.Contains(a.Clients, "*"):
	case p.Client == "desktop" && slices.Contains(desktopMethods, a.Name):
	case p.isOldDesktop():
		return "不在这个版本的桌面端的 " + strconv.Itoa(len(desktopMethods)) + " 个 JS-API 之中"
	case p.Client == "desktop" && a.Clients == nil:
		return "是手机的, 没有资料说明桌面端是否也有"
	case a.Clients != nil && !slices.Contains(a.Clients, p.Client):
		return "只有 " + strings.Join(a.Clients, "、") + " 客户端有"
	case p.Client != "desktop" && a.Since != "" && older(p.Version, a.Since):
		return a.Since + " 起才有"
	}
	return ""
}

var versionText = regexp.MustCompile(`^\d{1,6}(\.\d{1,6}){1,3}$`)

// older compares versions number by number; a missing one is 0.
func older(version, than string) bool { return slices.Compare(numbers(version), numbers(than)) < 0 }

func numbers(version string) []int {
	all := make([]int, 4)
	for i, part := range strings.Split(version, ".") {
		all[i], _ = strconv.Atoi(part) // versionText has seen it, or it is of our own
	}
	return all
}
