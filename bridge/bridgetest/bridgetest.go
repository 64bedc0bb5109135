// Package bridgetest is the conformance suite of the runtimes: what a page may rely on, as JavaScript that runs in the page
// with the outcome that it must have. Every runtime runs all of it.
package bridgetest

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// Runtime is one page that is open in a runtime, blank but for the page library.
type Runtime interface {
	// Eval runs the body of an async function in the page and returns the string that it returns.
	Eval(ctx context.Context, js string) (string, error)
	// Leave has the page go away for good, by navigation or by closing, as its user would.
	Leave()
}

// Dropper is a runtime whose transport can drop.
type Dropper interface {
	// Drop cuts the connection, behind the page's back and the host's, and lets none come about until restore is called.
	Drop() (restore func())
}

// Restarter is a runtime whose page outlives its host.
type Restarter interface {
	// Restart ends the host, as when its process ends, and lets the other one take its place.
	Restart(with *bridge.Host)
}

// Injector is a runtime in which a page can send what is no message.
type Injector interface {
	// Inject sends a frame of the page's to the host.
	Inject(ctx context.Context, frame string) error
}

// Counter is a runtime that can say how many frames the page has sent.
type Counter interface {
	Frames(ctx context.Context) (int, error)
}

// Scenario is one thing that holds in every runtime.
type Scenario struct {
	Name string
	// Profiles are the clients under which it runs; the default one if nil.
	Profiles []string
	// Rules alter calls, as a scenario file does.
	Rules map[string]bridge.Rule
	// Strict has the host play strictly.
	Strict bool
	// Needs is what the runtime has to offer beyond Runtime; it returns what is missing, or nothing.
	Needs func(Runtime) string
	// JS is the body of an async function that runs in the page; Want the JSON text of what it returns, to the byte.
	JS, Want string
	// During is what happens at the host while the function runs.
	During func(*Bench)
	// After checks the host when the function has returned, or is the whole scenario where JS is empty.
	After func(*Bench)
}

// Bench is what During and After work with.
type Bench struct {
	*testing.T
	Host    *bridge.Host
	Runtime Runtime
	logs    *logs
}

// patience is how long anything may take on a slow machine.
const patience = 60 * time.Second

// Run runs the suite. open opens a page that the host serves, and closes it with the test.
func Run(t *testing.T, open func(t *testing.T, host *bridge.Host) Runtime) {
	for _, s := range Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			if len(s.Profiles) == 0 {
				s.run(t, bridge.Profiles()[0], open)
				return
			}
			for _, name := range s.Profiles {
				profile, err := bridge.ProfileNamed(name)
				require.NoError(t, err)
				t.Run(name, func(t *testing.T) { s.run(t, profile, open) })
			}
		})
	}
}

func (s Scenario) run(t *testing.T, profile bridge.Profile, open func(*testing.T, *bridge.Host) Runtime) {
	b := &Bench{T: t, logs: &logs{}}
	b.Host = NewHost(profile)
	b.Host.Logger = slog.New(slog.NewTextHandler(b.logs, &slog.HandlerOptions{Level: slog.LevelWarn}))
	b.Host.SetScript(rules(s.Rules))
	b.Host.Strict = s.Strict
	b.Runtime = open(t, b.Host)
	if s.Needs != nil {
		if missing := s.Needs(b.Runtime); missing != "" {
			t.Skip(missing)
		}
	}
	if s.JS != "" {
		type outcome struct {
			text string
			err  error
		}
		ran := make(chan outcome, 1)
		go func() {
			text, err := b.eval(s.JS)
			ran <- outcome{text, err}
		}()
		if s.During != nil {
			s.During(b)
		}
		got := <-ran
		require.NoError(t, got.err, "log: %s", b.logs)
		assert.Equal(t, s.Want, got.text, "log: %s", b.logs)
	}
	if s.After != nil {
		s.After(b)
	}
}

// NewHost returns a host with the suite's APIs.
func NewHost(profile bridge.Profile) *bridge.Host {
	h := bridge.NewHost(APIs()...)
	h.Profile = profile
	return h
}

// eval runs the body of an async function in the page and returns the JSON text of what that returns.
func (b *Bench) eval(js string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return b.Runtime.Eval(ctx, "const result = await (async () => {"+js+"\n})();\nreturn JSON.stringify(result === undefined ? null : result);")
}

// expect runs the body of an async function in the page and checks what it returns.
func (b *Bench) expect(want, js string) {
	b.Helper()
	text, err := b.eval(js)
	require.NoError(b, err, "log: %s", b.logs)
	require.Equal(b, want, text, "log: %s", b.logs)
}

// until waits until it is so.
func (b *Bench) until(what string, so func() bool) {
	b.Helper()
	require.Eventually(b, so, patience, time.Millisecond, "%s; log: %s", what, b.logs)
}

// untilOpen waits until a page shows the view.
func (b *Bench) untilOpen(view string) {
	b.Helper()
	b.until("view "+view+" opens", func() bool {
		for _, p := range b.Host.State() {
			if p.View != nil && *p.View == view {
				return true
			}
		}
		return false
	})
}

// states returns how far the calls of a method have come, oldest first.
func (b *Bench) states(method string) (states []bridge.CallState) {
	for _, r := range b.Host.Log.After(0, method) {
		states = append(states, r.State)
	}
	return states
}

// rules is a script that has no answers.
type rules map[string]bridge.Rule

func (r rules) Rule(method string) bridge.Rule           { return r[method] }
func (r rules) Answer(view string) (bridge.Answer, bool) { return bridge.Answer{}, false }

// logs is a logger's output.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(text)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.TrimSpace(l.text.String())
}
