// Package scenario reads scenario files: how calls and views go when nobody is at the screen, and how simulated colleagues
// behave. A Scenario is a bridge.Script.
package scenario

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"qinghost/bridge"
)

// Every is the entry of calls that stands for all APIs without one of their own.
const Every = "*"

// Scenario is what a scenario file says. Its methods may be called from any goroutine.
type Scenario struct {
	Cast  []Actor    // simulated colleagues, in the file's order
	Clock *time.Time // the host's time at the start; nil to leave it

	mu      sync.Mutex
	rules   map[string]bridge.Rule
	answers map[string][]bridge.Answer // by view, without "view."
	next    map[string]int             // place of the next answer of a view
}

var _ bridge.Script = (*Scenario)(nil)

// Actor is one simulated colleague. Its times are counted in host time; nil is what the file does not say.
type Actor struct {
	OpenID   string
	Joins    *time.Duration
	Mutes    *time.Duration
	Leaves   *time.Duration
	Declines *time.Duration
}

// Rule implements bridge.Script: the API's own entry, or that of all.
func (s *Scenario) Rule(method string) bridge.Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	if rule, own := s.rules[method]; own {
		return rule
	}
	return s.rules[Every]
}

// SetRule makes rule that of one API from now on, in place of its own.
func (s *Scenario) SetRule(method string, rule bridge.Rule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules[method] = rule
}

// Answer implements bridge.Script: the next answer of the list, of which the last one stays.
func (s *Scenario) Answer(view string) (bridge.Answer, bool) {
	view = strings.TrimPrefix(view, bridge.ViewPrefix)
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.answers[view]
	if len(list) == 0 {
		return bridge.Answer{}, false
	}
	at := min(s.next[view], len(list)-1)
	s.next[view] = at + 1
	return list[at], true
}

// Methods returns the APIs that have an entry of their own, sorted, for a check that they exist.
func (s *Scenario) Methods() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := slices.Sorted(maps.Keys(s.rules))
	return slices.DeleteFunc(names, func(name string) bool { return name == Every })
}
