//go:build desktop

package desktop

/*
#cgo LDFLAGS: -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>

static void qinghost_evaluate(void *window, const char *js) {
	void *(*child)(void *) = dlsym(RTLD_DEFAULT, "gtk_bin_get_child");
	void (*evaluate)(void *, const char *, ptrdiff_t, const char *, const char *, void *, void *, void *) =
		dlsym(RTLD_DEFAULT, "webkit_web_view_evaluate_javascript");
	void (*run)(void *, const char *, void *, void *, void *) = dlsym(RTLD_DEFAULT, "webkit_web_view_run_javascript");
	if (evaluate != NULL) { // since WebKitGTK 2.40
		evaluate(child(window), js, -1, NULL, NULL, NULL, NULL, NULL);
	} else if (run != NULL) {
		run(child(window), js, NULL, NULL, NULL);
	}
}

static void qinghost_repair_signals(void) {
	static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGCHLD};
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct sigaction action;
		if (sigaction(signals[i], NULL, &action) != 0 || (action.sa_flags & SA_ONSTACK) != 0 ||
			action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) {
			continue;
		}
		action.sa_flags |= SA_ONSTACK;
		sigaction(signals[i], &action, NULL);
	}
}
*/
import "C"

import (
	"unsafe"

	webview "github.com/webview/webview_go"
)

// eval evaluates a script in the document that the window shows. It stands in for webview's Eval, which looks for the engine
// under the name "libwebkit2gtk-4.1.so", without the version: that file comes with the -dev package, and without it Eval
// does nothing, and does not say so. For the UI thread, while the window is open.
func eval(view webview.WebView, js string) {
	text := C.CString(js)
	defer C.free(unsafe.Pointer(text))
	C.qinghost_evaluate(view.Window(), text)
}

// repairSignals gives the signal handlers that JavaScriptCore installs the flag that Go asks of them
// (https://pkg.go.dev/os/signal, "Go programs that use cgo"). Without it a nil pointer in an API's function, which is to be
// one failed call, ends the program: "non-Go code set up signal handler without SA_ONSTACK flag". The engine installs them
// with its first value, so with the first message.
//
// Its signal for the garbage collector, SIGUSR1, is left alone: its handler refuses to work on another stack.
func repairSignals() { C.qinghost_repair_signals() }
