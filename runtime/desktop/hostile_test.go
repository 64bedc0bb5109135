//go:build desktop

package desktop

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// attack is the script of a foreign document. It looks for our names, speaks to webview's handler in webview's format, and
// reports what it found to its own server.
const attack = `
	var found = [];
	function look() {
		['call', 'tell', 'external', 'qing', 'XuntongJSBridge'].forEach(n => { if (n in window) found.push(n) });
		Object.getOwnPropertyNames(window).forEach(n => { if (/^q[0-9a-f]{32}$/.test(n)) found.push(n) });
	}
	function speak(method, text) {
		var handler = window.webkit && webkit.messageHandlers && webkit.messageHandlers.external;
		if (!handler) return found.push('no handler');
		['1', '"0"', '"\\";top.tell(\'injected\');\\""'].forEach(id =>
			handler.postMessage('{"id":' + id + ',"method":' + JSON.stringify(method) + ',"params":' + JSON.stringify([text]) + '}'));
	}
	look();
	var guess = '{"id":1,"method":"tell","params":{"what":"hostile"}}';
	var methods = ['', 'external', 'invoke', 'tell', 'call', 'post', 'q', 'q00000000000000000000000000000000'].concat(KNOWN);
	methods.forEach(m => [guess, 'f' + guess, '0'.repeat(64) + 'f' + guess, '0'.repeat(64) + 'n'].forEach(t => speak(m, t)));
	setTimeout(() => fetch('/report?' + encodeURIComponent(JSON.stringify(found))), 300);
`

// hostile is another origin.
type hostile struct {
	*httptest.Server
	reports chan string
}

// newHostile serves the attack; known is a JavaScript array of names to try, or what goes on from there.
func newHostile(t *testing.T, known string) *hostile {
	h := &hostile{reports: make(chan string, 10)}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/report" {
			h.reports <- r.URL.RawQuery
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<!doctype html><script>%s</script>", strings.Replace(attack, "KNOWN", known, 1))
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hostile) report(t *testing.T) string {
	t.Helper()
	select {
	case r := <-h.reports:
		return r
	case <-time.After(patience):
		require.Fail(t, "the foreign document does not report")
		return ""
	}
}

const nothingFound = "%5B%5D" // []

func TestHostileFrame(t *testing.T) {
	f := newFixture(t).open()
	h := newHostile(t, "[]")
	f.eval(`var frame = document.createElement('iframe'); frame.src = ` + quote(h.URL) + `; document.documentElement.append(frame)`)
	assert.Equal(t, nothingFound, h.report(t))
	f.quiet()
	assert.Len(t, f.host.State(), 1)
	assert.Empty(t, f.host.Log.After(0, ""))
	assert.Empty(t, f.logs.String())
	f.eval(`tell('still here')`)
	assert.Equal(t, "still here", f.hear())
}

// TestHostileFrameKnowsFunction gives away the function's name, so that the secret alone stands.
func TestHostileFrameKnowsFunction(t *testing.T) {
	f := newFixture(t).open()
	w := f.window
	inject := `{"id":0,"method":` + quote(w.keys.function) + `,"params":[PARAMS]}`
	var posts []string
	for _, params := range []string{
		`""`, `"f"`, `1`, `{}`, ``, `"a","b"`,
		quote(strings.Repeat("0", 64) + `f{"id":1,"method":"tell","params":{"what":"hostile"}}`),
		quote(w.keys.secret[:31] + "x" + strings.Repeat("0", 32) + "n"), quote(w.keys.secret), quote(w.keys.secret[:31]),
	} {
		posts = append(posts, "webkit.messageHandlers.external.postMessage("+quote(strings.Replace(inject, "PARAMS", params, 1))+");")
	}
	h := newHostile(t, "[]); "+strings.Join(posts, "")+" [].concat([]")
	f.eval(`var frame = document.createElement('iframe'); frame.src = ` + quote(h.URL) + `; document.documentElement.append(frame)`)
	assert.Equal(t, nothingFound, h.report(t))
	f.quiet()
	assert.Len(t, f.host.State(), 1)
	assert.Empty(t, f.host.Log.After(0, ""))
	assert.Equal(t, 1, strings.Count(f.logs.String(), "\n"), "logged once: %s", f.logs)
	f.eval(`tell('still here')`)
	assert.Equal(t, "still here", f.hear())
}

// TestForeignTop takes the whole window to another origin, and back.
func TestForeignTop(t *testing.T) {
	f := newFixture(t).open()
	h := newHostile(t, "[]")
	f.eval(`location.href = ` + quote(h.URL))
	assert.Equal(t, nothingFound, h.report(t))
	assert.Empty(t, f.host.State(), "the app's page has left")
	assert.Empty(t, f.host.Log.After(0, ""))
	assert.Empty(t, f.logs.String())
	f.eval(f.window.deliver("epoch", quote("late")) + `fetch('/report?survived')`)
	assert.Equal(t, "survived", h.report(t), "an answer that arrives too late does nothing")
	f.eval(`history.back()`)
	require.Eventually(t, f.loaded, patience, 5*time.Millisecond)
	f.eval(`tell('back')`)
	assert.Equal(t, "back", f.hear())
	assert.Len(t, f.host.State(), 1)
}

// TestFramesOfThePage checks that the bridge stands in the top frame alone, and what a page sees of it.
func TestFramesOfThePage(t *testing.T) {
	f := newFixture(t)
	f.serve("/inner", `parent.tell(typeof window.call)`)
	f.open()
	f.eval(`var frame = document.createElement('iframe'); frame.src = '/inner'; document.documentElement.append(frame)`)
	assert.Equal(t, "undefined", f.hear())
	f.eval(`tell(Object.keys(window).filter(n => /^q[0-9a-f]{32}|_rpc|external/.test(n)))`)
	assert.Equal(t, "", f.hear())
	f.eval(`tell(Object.getOwnPropertyNames(window).filter(n => /^q[0-9a-f]{32}|_rpc|external/.test(n)).sort())`)
	assert.Equal(t, "_rpc,"+f.window.keys.receiver, f.hear())
	f.eval(`window[` + quote(f.window.keys.receiver) + `] = 1; tell(typeof window[` + quote(f.window.keys.receiver) + `])`)
	assert.Equal(t, "function", f.hear())
}
