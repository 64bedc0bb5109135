//go:build desktop && !linux

package desktop

import webview "github.com/webview/webview_go"

// eval evaluates a script in the document that the window shows. For the UI thread, while the window is open.
func eval(view webview.WebView, js string) { view.Eval(js) }

// repairSignals does nothing: only WebKitGTK's engine uses Unix signals.
func repairSignals() {}
