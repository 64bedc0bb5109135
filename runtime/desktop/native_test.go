//go:build desktop

package desktop

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/bridge/bridgetest"
)

// TestLibraries runs pages with a library of their own, one a generation, on every client on which it runs.
func TestLibraries(t *testing.T) {
	bridgetest.RunLibraries(t, true, func(t *testing.T, host *bridge.Host, library string) bridgetest.Runtime {
		return openConformant(t, host, "page", blank+"<script>"+library+"</script>")
	})
}

// openPage opens a page that is to see nothing of qinghost's.
func openPage(t *testing.T, profile, page string) (*conformant, *bridge.Host) {
	p, err := bridge.ProfileNamed(profile)
	require.NoError(t, err)
	host := bridgetest.NewHost(p)
	return openConformant(t, host, "page", page), host
}

// TestFramesMadeInEveryWay: however a frame gets its address, the call is taken once.
func TestFramesMadeInEveryWay(t *testing.T) {
	c, _ := openPage(t, "ios", bridgetest.FramesPage)
	got, err := c.Eval(t.Context(), bridgetest.FramesJS)
	require.NoError(t, err)
	assert.Equal(t, bridgetest.FramesWant, got)
}

// TestNavigations: links and window.open that are calls are taken, and the page stays. Of location the engine does not tell.
func TestNavigations(t *testing.T) {
	c, host := openPage(t, "ios", blank)
	got, err := c.Eval(t.Context(), `
		document.body.innerHTML = '<a href="xuntong:test.note:0:1"><b>链接</b></a>';
		document.querySelector('b').click();
		return String(open('xuntong:test.note:0:2'));`)
	require.NoError(t, err)
	assert.Equal(t, "null", got)
	require.Eventually(t, func() bool { return len(host.Log.After(0, "test.note")) == 2 }, patience, time.Millisecond)
	got, err = c.Eval(t.Context(), `return document.body.textContent;`)
	require.NoError(t, err)
	assert.Equal(t, "链接", got)
}

// TestChannelOutlivesCollection: what the window adds to the engine's own objects is still there when those have been collected.
func TestChannelOutlivesCollection(t *testing.T) {
	c, host := openPage(t, "ios", blank)
	got, err := c.Eval(t.Context(), `
		for (let round = 0; round < 20; round++) {
			for (let n = 0; n < 20; n++) new Array(1e5).fill(n);
			await new Promise((done) => setTimeout(done));
		}
		webkit.messageHandlers.wkbridge2.postMessage({ url: 'xuntong:test.note:0:1' });
		return JSON.stringify(Object.keys(webkit.messageHandlers));`)
	require.NoError(t, err)
	assert.Equal(t, `["wkbridge2"]`, got)
	assert.Eventually(t, func() bool { return len(host.Log.After(0, "test.note")) == 1 }, patience, time.Millisecond)
}

// TestNamesOfTheWindow: beyond what the client defines, a page sees webview's _rpc, and the engine's webkit.
func TestNamesOfTheWindow(t *testing.T) {
	for profile, want := range map[string]string{"ios": `["CloudHubJSBridge","_rpc"]["wkbridge2"]`, "android-early": `["_rpc"][]`} {
		t.Run(profile, func(t *testing.T) {
			c, _ := openPage(t, profile, blank)
			got, err := c.Eval(t.Context(), `
				const plain = document.body.appendChild(document.createElement('iframe')).contentWindow;
				const ours = /^(q[0-9a-f]{32}|framesSent|inject|0|webkit)$/; // the receiver, what the suite adds, and the frame
				const more = Object.getOwnPropertyNames(window).filter((name) => !(name in plain) && !ours.test(name));
				return JSON.stringify(more.sort()) + JSON.stringify(Object.getOwnPropertyNames(webkit.messageHandlers));`)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		})
	}
}
