// Goals 10 and 11: calls from a page in Chromium, by the bridge and by what else there is.

package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/chromedp/chromedp"

	"qinghost/internal/bench"
)

var (
	//go:embed calls.js
	callsJS string
	//go:embed playwright.mjs
	playwrightJS string
)

var calls = bench.Suite{
	Name: "calls",
	Goals: []bench.Goal{
		{Number: 10, What: "call, mean, to Playwright exposeFunction", Unit: "ms", Ours: "qinghost mean", Peer: "playwright mean", Limit: 0.36},
		{Number: 10, What: "call, mean, to a fetch POST", Unit: "ms", Ours: "qinghost mean", Peer: "fetch mean", Limit: 0.17},
		{Number: 10, What: "call, mean, to a bare WebSocket echo", Unit: "ms", Ours: "qinghost mean", Peer: "websocket mean", Limit: 1.05},
		{Number: 11, What: "64 at once, to exposeFunction", Unit: "/s", Ours: "qinghost 64", Peer: "playwright 64", Limit: 45, AtLeast: true},
		{Number: 11, What: "512 at once, to exposeFunction", Unit: "/s", Ours: "qinghost 512", Peer: "playwright 512", Limit: 60, AtLeast: true},
	},
	Open: openCalls,
}

// callPlan is what calls.js is to do.
const callPlan = `{"sequential":2000,"atOnce":[64,512],"milliseconds":700}`

// The ways to call that are measured in our browser, as calls.js takes them.
const (
	callQing = `(n) => new Promise((done) => qing.call('bench.echo', { n, success: (result) => done(result.data.n) }))`

	callFetch = `async (n) => (await (await fetch('/echo', { method: 'POST', body: JSON.stringify({ n }) })).json()).n`

	callSocket = `await new Promise((ready) => {
		const socket = new WebSocket('/ws'), waiting = new Map();
		socket.onopen = () => ready((n) => new Promise((done) => { waiting.set(n, done); socket.send(JSON.stringify({ n })); }));
		socket.onmessage = (event) => { const { n } = JSON.parse(event.data), done = waiting.get(n); waiting.delete(n); done(n); };
	})`
)

// countFrames tells in how many frames the calls of 20 microtasks, 64 each, went out, and their answers came in.
const countFrames = `(async () => {
	const send = WebSocket.prototype.send, count = { waves: 20, calls: 0, other: 0, received: 0 };
	let listening = false;
	WebSocket.prototype.send = function (frame) {
		if (!listening) this.addEventListener('message', () => count.received++);
		listening = true;
		frame.includes('"method":"bench.echo"') ? count.calls++ : count.other++;
		send.call(this, frame);
	};
	const call = ` + callQing + `;
	for (let i = 0; i < count.waves; i++) await Promise.all(Array.from({ length: 64 }, (_, n) => call(n)));
	WebSocket.prototype.send = send;
	return count;
})()`

// emptyApp returns a folder with a page that has nothing in it.
func emptyApp(r *bench.Run) (string, error) {
	page, err := r.Write("empty-app/index.html", "<!doctype html><title>bench</title>")
	return filepath.Dir(page), err
}

func openCalls(ctx context.Context, r *bench.Run) (func() (bench.Figures, error), error) {
	app, err := emptyApp(r)
	if err != nil {
		return nil, err
	}
	_, ours, err := child(ctx, r, "preview", app)
	if err != nil {
		return nil, err
	}
	_, bare, err := child(ctx, r, "bare", "")
	if err != nil {
		return nil, err
	}
	script, err := r.Write("playwright.mjs", playwrightJS)
	if err != nil {
		return nil, err
	}
	playwright, err := r.Start(ctx, "node", script, chromium, bare, callsJS)
	if err != nil {
		return nil, err
	}
	tab, err := newTab(ctx, r)
	if err != nil {
		return nil, err
	}
	round := func() (bench.Figures, error) {
		found := bench.Figures{}
		for _, side := range []struct{ name, url, call string }{
			{"qinghost", ours, callQing}, {"websocket", bare, callSocket}, {"fetch", bare, callFetch},
		} {
			js := fmt.Sprintf("(async () => (%s)(%s, %s))()", callsJS, side.call, callPlan)
			result, err := open[bench.Figures](tab, side.url, js)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", side.name, err)
			}
			take(found, side.name, result)
			if side.name == "qinghost" {
				if err := checkFrames(tab); err != nil {
					return nil, err
				}
			}
		}
		result, err := playwright.Ask(callPlan)
		take(found, "playwright", result)
		return found, err
	}
	return round, nil
}

// checkFrames fails unless the calls of one microtask travel in one frame.
func checkFrames(tab context.Context) error {
	count, err := chromedp.Run(tab, chromedp.Evaluate[struct{ Waves, Calls, Other, Received int }](countFrames, chromedp.EvalAwaitPromise))
	if err != nil {
		return err
	}
	fmt.Printf("frames of %d times 64 calls: %d with calls, %d others sent, %d received\n", count.Waves, count.Calls, count.Other, count.Received)
	if count.Calls != count.Waves {
		return errors.New("calls of one microtask did not travel in one frame")
	}
	return nil
}

// take enters the figures of one side.
func take(found bench.Figures, side string, of bench.Figures) {
	for name, value := range of {
		found[side+" "+name] = value
	}
}
