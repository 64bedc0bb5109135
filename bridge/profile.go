package bridge

import "encoding/json"

// ClientVersion is the version of the Yunzhijia client that the host plays: the first whose library asks the client itself
// for checkJsApi, and past the 0.9.77 of createLive.
const ClientVersion = "0.9.80"

// Profile is a client to imitate. The JSON form is what the page's script gets.
type Profile struct {
	// Name is what --profile takes.
	Name string `json:"name"`
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

// Profiles returns the clients that the host can play, the default first.
//
// The user agents follow reference/yunzhijia.md §1.7. The iOS one carries both marks that pages look for: ";iPhone" and the
// "CPU … Mac OS X" part.
func Profiles() []Profile {
	return []Profile{
		{
			Name: "ios",
			UserAgent: "Qing/" + ClientVersion + ";iPhone OS 17.5;Apple;iPhone15,2;deviceId:00000000-0000-0000-0000-000000000000;" +
				"deviceName:qinghost;clientId:10200;os:iOS 17.5;brand:Apple;model:iPhone15,2;lang:zh-CN;fontNum:0;" +
				"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
			Platform: "iPhone", Vendor: "Apple Computer, Inc.", MaxTouchPoints: 5,
			Screen:   Screen{Width: 390, Height: 844, Ratio: 3},
			Delivery: AsObject,
		},
		{
			Name: "android",
			UserAgent: "Qing/" + ClientVersion + ";Android 14;HUAWEI;ALN-AL00;deviceId:00000000-0000-0000-0000-000000000000;" +
				"deviceName:qinghost;clientId:10201;os:Android 14;brand:HUAWEI;model:ALN-AL00;lang:zh-CN;fontNum:0;" +
				"Mozilla/5.0 (Linux; Android 14; ALN-AL00 Build/HUAWEIALN-AL00; wv) AppleWebKit/537.36 (KHTML, like Gecko) " +
				"Version/4.0 Chrome/124.0.6367.179 Mobile Safari/537.36",
			Platform: "Linux armv81", Vendor: "Google Inc.", MaxTouchPoints: 5,
			Screen:   Screen{Width: 412, Height: 915, Ratio: 2.625},
			Delivery: AsString,
		},
	}
}

// ProfileNamed returns the profile of that name; the error names those there are.
func ProfileNamed(name string) (Profile, error) {
	var names []string
	for _, p := range Profiles() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	known, _ := json.Marshal(names)
	return Profile{}, Errorf(BadParams, "没有名为 %q 的客户端 profile, 可用: %s", name, known)
}
