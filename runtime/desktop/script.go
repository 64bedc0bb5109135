//go:build desktop

package desktop

import (
	"crypto/rand"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"strings"
)

//go:embed start.js
var start string

// functions is how the page library reaches the functions of start.js, which surrounds it.
const functions = "{post,receive,loadViews}"

// keys are random, new with every window. Any frame of any origin can speak to webview's own handler; without the name of
// the function and the secret it reaches nothing. The name alone matters too: webview puts the id of a message for a known
// function unescaped into a script for the top frame.
type keys struct {
	function string // the bound function
	receiver string // the page's global function that takes what the host sends
	secret   string // begins every message of ours
}

const keyLength = 32

func newKeys() keys { return keys{"q" + newKey(), "q" + newKey(), newKey()} }

func newKey() string {
	var key [keyLength / 2]byte
	_, _ = rand.Read(key[:]) // never fails
	return hex.EncodeToString(key[:])
}

// startScript is what runs first in every document.
func startScript(k keys, origin, library string) string {
	return "(function(FUNCTION,RECEIVER,SECRET,ORIGIN){" + strings.Replace(start, "LIBRARY;", func() string { return library }(), 1) +
		"})(" + quote(k.function) + "," + quote(k.receiver) + "," + quote(k.secret) + "," + quote(origin) + ");"
}

// deliver is a script that hands text, or a function, to the document of that epoch. It does nothing in another document
// that has come meanwhile; a foreign one has no receiver.
func (w *window) deliver(epoch, expression string) string {
	receiver := "window[" + quote(w.keys.receiver) + "]"
	return receiver + "&&" + receiver + "(" + quote(epoch) + "," + expression + ");"
}

// quote writes text as a JavaScript string; <, >, & and U+2028/2029 are escaped.
func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // strings always encode
	}
	return string(quoted)
}
