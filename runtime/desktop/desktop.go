// Package desktop shows a light app in a native window of the size of a phone, with the bridge in its top frame. It is the
// only part of qinghost that needs cgo, and stands behind the build tag "desktop"; without the tag, Available says so.
//
// The page sends frames through a function bound by webview, and gets frames by evaluated script. Every document that loads
// is a new page for the host; the one before it ends with its calls.
package desktop

import (
	"log/slog"

	"qinghost/web"
)

// Options say what the window shows.
type Options struct {
	// URL is the page's address, http or https.
	URL string
	// Origin is the only origin whose pages get the bridge; the one of URL if empty.
	Origin string
	// Config is for the page library. Run sets its Origin and empties Socket and Views: functions are the transport here.
	Config web.Config
	// Title is the window's until the page sets its own; "qinghost" if empty.
	Title string
	// Debug offers the engine's developer tools. On Linux the page's console then goes to stdout as well.
	Debug bool
	// Logger gets what is wrong; nothing is logged if nil.
	Logger *slog.Logger
}
