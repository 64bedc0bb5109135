// Calls from a page in Chromium that brings its own library, by each of the client's channels (reference/yunzhijia.md §1.1).

package main

import (
	"context"
	"fmt"
	"strings"

	"qinghost/internal/bench"
)

var channelCalls = bench.Suite{Name: "channels", Goals: channelGoals(), Open: openChannels}

// channels are the ways to call that are measured, as calls.js takes them, and the client that has each: with a library of the
// page's own, or ("preview") with ours.
var channels = []struct{ name, client, call string }{
	{"ours", "preview", callQing},
	{"iframe-per-call", "ios", xuntong(`(url) => {` + frameForURL + `}`)},
	{"frame-alone", "bare", `(n) => { const url = undefined; ` + frameForURL + ` return Promise.resolve(n); }`},
	{"iframe-pool", "ios", xuntong(`((frames, n) => (url) => frames[n++ % 9].setAttribute('src', url))(Array.from({ length: 9 }, () => {
		const frame = document.createElement('iframe');
		frame.style.display = 'none';
		document.documentElement.append(frame);
		return frame;
	}), 0)`)},
	{"prompt", "android", xuntong(`(url) => prompt(url)`)},
	{"AndroidInterface", "android", xuntong(`(url) => AndroidInterface.call(url)`)},
	{"wkbridge2", "ios", xuntong(wkbridge2)},
	{"kdUIWebViewBridge", "ios@0.9.60", xuntong(`(url) => kdUIWebViewBridge(url)`)},
	{"cloudhub", "ios", byURL("CloudHubJSBridge", "callback", "'cloudhub://bench:' + last + '/echo?'", wkbridge2)},
	{"CloudHubJSBridge.invoke", "ios", `(n) => new Promise((done) => CloudHubJSBridge.invoke('bench.echo', { n }, (result) => done(result.data.n)))`},
	{"_CloudHubJSBridge.emit", "desktop", `(n) => new Promise((done) =>
		_CloudHubJSBridge.emit('bench.echo', { n, success: (result) => done(result.data.n) }))`},
	{"child-frame", "preview", `(() => {
		const frame = document.createElement('iframe');
		document.body.append(frame);
		return frame.contentWindow.eval(` + "`" + `(() => {
			const waiting = new Map();
			let last = 0;
			addEventListener('message', ({ data }) => waiting.get(data.callbackId)(data.result.data.n));
			return (n) => new Promise((done) => {
				waiting.set(String(++last), done);
				parent.postMessage({ call: 'bench.echo', params: { n }, callbackId: String(last) }, '*');
			});
		})()` + "`" + `);
	})()`},
}

// frameForURL is what a call costs that makes a frame, whoever hears of it.
const frameForURL = `
	const frame = document.createElement('iframe');
	if (url) frame.src = url;
	document.documentElement.append(frame);
	frame.remove();`

const wkbridge2 = `(url) => webkit.messageHandlers.wkbridge2.postMessage({ url })`

// xuntong is a call by a xuntong: address, which send, a function in JavaScript, hands over.
func xuntong(send string) string {
	return byURL("XuntongJSBridge", "handleMessageFromXT", "'xuntong:bench.echo:' + last + ':'", send)
}

// byURL is a call by an address, whose answer comes to a method of a global object; start is the address up to the parameters.
func byURL(object, method, start, send string) string {
	return fmt.Sprintf(`(() => {
		const waiting = new Map(), send = %s;
		let last = 1;
		const answered = (id, message) => {
			waiting.get(id)((typeof message === 'string' ? JSON.parse(message) : message).data.n);
			waiting.delete(id);
		};
		Object.defineProperty(window, '%s', { value: { %s: answered }, configurable: true });
		return (n) => new Promise((done) => {
			waiting.set((last += 2), done);
			send(%s + encodeURIComponent(JSON.stringify({ n })));
		});
	})()`, send, object, method, start)
}

// channelGoals are for information: each channel beside our own library's call, and the dear one beside what makes it so.
func channelGoals() []bench.Goal {
	var goals []bench.Goal
	for _, c := range channels[1:] {
		goals = append(goals, bench.Goal{What: "call, mean, " + c.name + ", to our library's", Unit: "ms", Ours: c.name + " mean", Peer: "ours mean"})
	}
	return append(goals, bench.Goal{
		What: "call, mean, iframe-per-call, to frames alone", Unit: "ms", Ours: "iframe-per-call mean", Peer: "frame-alone mean",
	})
}

func openChannels(ctx context.Context, r *bench.Run) (func() (bench.Figures, error), error) {
	app, err := emptyApp(r)
	if err != nil {
		return nil, err
	}
	urls := map[string]string{}
	for _, c := range channels {
		if urls[c.client] != "" {
			continue
		}
		if _, urls[c.client], err = child(ctx, r, c.client, app); err != nil {
			return nil, err
		}
	}
	tab, err := newTab(ctx, r)
	if err != nil {
		return nil, err
	}
	if _, err := open[float64](tab, urls["preview"], `0`); err != nil { // the first page is slower
		return nil, err
	}
	return func() (bench.Figures, error) {
		found := bench.Figures{}
		for _, c := range channels {
			calls := 2000
			if strings.Contains(c.call, frameForURL) {
				calls = 200 // a frame each
			}
			js := fmt.Sprintf(`(async () => (%s)(%s, {sequential: %d, atOnce: []}))()`, callsJS, c.call, calls)
			result, err := open[bench.Figures](tab, urls[c.client], js)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			found[c.name+" mean"] = result["mean"]
		}
		return found, nil
	}, nil
}
