package bridge_test

import (
	"errors"
	"fmt"
	"regexp"
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
			assert.Equal(t, bridge.ClientVersion, qingVersion.FindStringSubmatch(p.UserAgent)[1])
			assert.Regexp(t, cloudHub, p.UserAgent)
			found, err := bridge.ProfileNamed(p.Name)
			require.NoError(t, err)
			assert.Equal(t, p, found)
			if p.Name == "ios" {
				assert.Regexp(t, appleGate, p.UserAgent)
				assert.Equal(t, bridge.AsObject, p.Delivery)
			} else {
				assert.Contains(t, p.UserAgent, "Mobile")
				assert.Equal(t, bridge.AsString, p.Delivery)
			}
		})
	}
	_, err := bridge.ProfileNamed("symbian")
	assert.EqualError(t, err, `没有名为 "symbian" 的客户端 profile, 可用: ["ios","android"] (90001)`)
}

func TestCoded(t *testing.T) {
	coded := bridge.Errorf("1003", "没有%s", "权限")
	assert.Equal(t, "没有权限 (1003)", coded.Error())
	assert.Same(t, coded, bridge.Coded(fmt.Errorf("in between: %w", coded)))
	hidden := bridge.Coded(errors.New("/home/me/secret"))
	assert.Equal(t, bridge.Internal, hidden.Code)
	assert.NotContains(t, hidden.Message, "secret")
}
