package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// What the vendor's libraries look for in a user agent (reference §1.4, §1.5).
var (
	qingVersion = regexp.MustCompile(`Qing/(\d+(?:\.\d+)*)`)
	cloudHub    = regexp.MustCompile(`Qing/.*;(iPhone|iOS|Android).*`)
	appleGate   = regexp.MustCompile(`\(i[^;]+;( U;)? CPU.+Mac OS X`)
)

func TestProfiles(t *testing.T) {
	all := bridge.Profiles()
	assert.Equal(t, "ios", all[0].Name, "the default")
	for _, p := range all {
		t.Run(p.Name, func(t *testing.T) {
			assert.Equal(t, p.Version, qingVersion.FindStringSubmatch(p.UserAgent)[1])
			found, err := bridge.ProfileNamed(p.Name)
			require.NoError(t, err)
			assert.Equal(t, p, found)
			switch p.Client {
			case "ios":
				assert.Regexp(t, cloudHub, p.UserAgent)
				assert.Regexp(t, appleGate, p.UserAgent)
				assert.Equal(t, bridge.AsObject, p.Delivery)
			case "android":
				assert.Regexp(t, cloudHub, p.UserAgent)
				assert.Contains(t, p.UserAgent, "Mobile")
				assert.Equal(t, bridge.AsString, p.Delivery)
			case "desktop":
				assert.Regexp(t, `App/cloudhub \d+/`, p.UserAgent)
				assert.NotContains(t, p.UserAgent, "Mobile")
			}
		})
	}
	_, err := bridge.ProfileNamed("symbian")
	assert.EqualError(t, err, `没有名为 "symbian" 的客户端 profile, 可用: ios、android、android-early、desktop、desktop-0.0.3; 手机与桌面端可带版本, 如 ios@0.9.50 (90001)`)
}

func TestCoded(t *testing.T) {
	coded := bridge.Errorf("1003", "没有%s", "权限")
	assert.Equal(t, "没有权限 (1003)", coded.Error())
	assert.Same(t, coded, bridge.Coded(fmt.Errorf("in between: %w", coded)))
	hidden := bridge.Coded(errors.New("/home/me/secret"))
	assert.Equal(t, bridge.Internal, hidden.Code)
	assert.NotContains(t, hidden.Message, "secret")
}

func TestProfileAtAVersion(t *testing.T) {
	for _, c := range []struct {
		name     string
		channels []string
		delivery bridge.Delivery
		agent    string
	}{
		{"ios", []string{"iframe", "CloudHubJSBridge", "wkbridge2"}, bridge.AsObject, `^Qing/0\.9\.80;iPhone OS 17\.5;`},
		{"ios@0.9.69", []string{"iframe", "CloudHubJSBridge", "kdUIWebViewBridge"}, bridge.AsObject, `^Qing/0\.9\.69;iPhone OS 17`},
		{"ios@0.9.49", []string{"iframe"}, bridge.AsObject, `^Qing/0\.9\.49;iPhone OS 10\.2;.*CPU iPhone OS 10_2 like`},
		{"ios@0.9.0", []string{"iframe"}, bridge.AsObject, `^Qing/0\.9\.0;iPhone OS 9\.1;Apple;iPhone7,1$`},
		{"ios@1.0.1", []string{"iframe", "CloudHubJSBridge", "wkbridge2"}, bridge.AsObject, `^Qing/1\.0\.1;`},
		{"android", []string{"iframe", "CloudHubJSBridge", "prompt", "AndroidInterface"}, bridge.AsString, `^Qing/0\.9\.80;Android 14`},
		{"android@0.9.60", []string{"iframe", "CloudHubJSBridge", "prompt"}, bridge.AsString, `^Qing/0\.9\.60;Android 14;`},
		{"android@0.9.58", []string{"iframe", "CloudHubJSBridge"}, bridge.AsString, `^Qing/0\.9\.58;Android 7\.0;.*Chrome/53`},
		{"android@0.9.100", []string{"iframe", "CloudHubJSBridge", "prompt", "AndroidInterface"}, bridge.AsString, `^Qing/0\.9\.100;`},
		{"android-early", []string{"iframe"}, bridge.AsString, `^Qing/0\.9\.29;Android 7\.0;.*Mobile`},
		{"desktop", []string{"iframe", "_CloudHubJSBridge"}, bridge.AsObject, `; Qing/0\.0\.4; App/cloudhub 38886/1\.1\.6;`},
		{"desktop@0.0.10", []string{"iframe", "_CloudHubJSBridge"}, bridge.AsObject, `; Qing/0\.0\.10;`},
		{"desktop-0.0.3", []string{"iframe"}, bridge.AsString, `; Qing/0\.0\.3; App/cloudhub 10204/0\.0\.3;.*clientId:10204;`},
	} {
		p, err := bridge.ProfileNamed(c.name)
		require.NoError(t, err, c.name)
		assert.Equal(t, c.name, p.Name)
		assert.Equal(t, c.channels, p.Channels, c.name)
		assert.Equal(t, c.delivery, p.Delivery, c.name)
		assert.Regexp(t, c.agent, p.UserAgent, c.name)
	}
	for _, name := range []string{"ios@", "ios@x", "ios@0.9.x", "ios@9", "android@0.9.80.", "desktop@1.2.3.4.5", "ios@0.9.80@1"} {
		_, err := bridge.ProfileNamed(name)
		assert.ErrorContains(t, err, "的版本不对", name)
	}
}

// TestMethodsOfAClient: names that the client does not have at its version go unanswered, and the report says why.
func TestMethodsOfAClient(t *testing.T) {
	method := func(name string, opts ...bridge.Option) bridge.API {
		return bridge.Define(name, "测试", func(context.Context, struct{}) (string, error) { return "好", nil }, opts...)
	}
	apis := []bridge.API{
		method("createLive", bridge.Since("0.9.77")), method("share"), method("setBounce", bridge.On("ios"), bridge.Since("0.9.27")),
		method("openInBrowser", bridge.On("desktop")), method("own", bridge.On("*")), method("view.own", bridge.Hidden),
	}
	for name, want := range map[string]string{
		"ios": "createLive own setBounce share", "ios@0.9.76": "own setBounce share", "ios@0.9.26": "own share", "ios@0.10": "createLive own setBounce share",
		"android": "createLive own share", "android-early": "own share", "desktop": "openInBrowser own share", "desktop-0.0.3": "own share",
	} {
		h := bridge.NewHost(apis...)
		var err error
		h.Profile, err = bridge.ProfileNamed(name)
		require.NoError(t, err)
		assert.Equal(t, want, strings.Join(h.Names(), " "), name)
	}

	h := bridge.NewHost(apis...)
	h.Profile, _ = bridge.ProfileNamed("ios@0.9.50")
	h.Unbuilt = []bridge.API{{Name: "keepScreenOn", Since: "0.9.63"}, {Name: "assist"}, {Name: "selectLocalFile", Clients: []string{"android"}}}
	p := open(t, h)
	for name, note := range map[string]string{
		"createLive": `JS-API "createLive" 0.9.77 起才有; 正在扮演 ios@0.9.50`, "keepScreenOn": `JS-API "keepScreenOn" 0.9.63 起才有; 正在扮演 ios@0.9.50`,
		"assist": "还没有实现", "selectLocalFile": "只有 android 客户端有", "openInBrowser": "只有 desktop 客户端有", "creatLive": "没有名为",
	} {
		p.call(name, "{}")
		assert.Equal(t, "$/unanswered", p.next().Method, name)
		call := lastCall(t, h, name)
		assert.Equal(t, bridge.CallUnanswered, call.State, name)
		assert.Contains(t, call.Note, note)
		assert.NotContains(t, call.Note, "是否想写", "it would not work either")
	}
	assert.Equal(t, "true", p.answered(p.call("setBounce", "{}")).Success)
}
