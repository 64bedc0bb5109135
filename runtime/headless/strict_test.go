package headless

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/bridge/bridgetest"
	"qinghost/web"
)

// Without a library of ours there is no promise to reject: what the phone passes over is an error that nobody caught.
func TestStrictOnTheChannels(t *testing.T) {
	profile, err := bridge.ProfileNamed("android")
	require.NoError(t, err)
	host := bridgetest.NewHost(profile)
	host.Strict = true
	p, err := New(t.Context(), host, Options{Config: web.Config{Library: "page"}})
	require.NoError(t, err)
	defer p.Close()
	heard, err := p.Eval(t.Context(), `
		const heard = [];
		globalThis.XuntongJSBridge = { handleMessageFromXT: (id, text) => heard.push([id, JSON.parse(text).errorCode]) };
		prompt('xuntong:test.ecco:3:{}');
		prompt('xuntong:test.typed:5:' + encodeURIComponent('{"titel":"周会"}'));
		prompt('xuntong:test.typed:7:' + encodeURIComponent('{"title":"周会"}'));
		while (heard.length < 3) await new Promise((done) => setTimeout(done));
		return heard.sort();`)
	require.NoError(t, err)
	assert.JSONEq(t, `[[3,"90007"],[5,"90007"],[7,"0"]]`, heard)
	faults := p.Errors()
	require.Len(t, faults, 2)
	assert.Contains(t, faults[0].Message, "test.ecco")
	assert.Contains(t, faults[1].Message, `"titel" (是否想写 "title"?)`)
}
