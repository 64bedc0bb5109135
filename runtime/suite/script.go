package suite

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"qinghost/bridge"
)

// script is what a test file asks of calls and views, over what the scenario file says. Its methods may be called from any
// goroutine.
type script struct {
	mu      sync.Mutex
	under   bridge.Script // of the scenario file; nil without one
	rules   map[string]bridge.Rule
	answers map[string][]json.RawMessage // by view, without "view."
}

func newScript() *script {
	return &script{rules: map[string]bridge.Rule{}, answers: map[string][]json.RawMessage{}}
}

// setUnder gives it the scenario's script, which speaks where the test says nothing.
func (s *script) setUnder(under bridge.Script) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.under = under
}

var _ bridge.Script = (*script)(nil)

// everything is the name that stands for all APIs without a rule of their own, as in scenario files.
const everything = "*"

// Rule implements bridge.Script: the test's own, what the test says of all, the scenario's.
func (s *script) Rule(method string) bridge.Rule {
	s.mu.Lock()
	rule, own := s.rules[method]
	if !own {
		rule, own = s.rules[everything]
	}
	under := s.under
	s.mu.Unlock()
	if !own && under != nil {
		return under.Rule(method)
	}
	return rule
}

// Answer implements bridge.Script.
func (s *script) Answer(view string) (bridge.Answer, bool) {
	name := strings.TrimPrefix(view, bridge.ViewPrefix)
	s.mu.Lock()
	queue := s.answers[name]
	if len(queue) > 0 {
		s.answers[name] = queue[1:]
	}
	under := s.under
	s.mu.Unlock()
	switch {
	case len(queue) > 0:
		return bridge.Answer{Value: queue[0]}, true
	case under != nil:
		return under.Answer(view)
	}
	return bridge.Answer{}, false
}

// change alters the rule of an API.
func (s *script) change(api string, change func(*bridge.Rule)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rule, own := s.rules[api]
	if !own && s.under != nil {
		rule = s.under.Rule(api)
	}
	change(&rule)
	s.rules[api] = rule
}

// defined returns the names that the test answers for itself.
func (s *script) defined() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for name, rule := range s.rules {
		if rule.Answer != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// queue keeps an answer for a view that is yet to open.
func (s *script) queue(view string, answer json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[view] = append(s.answers[view], answer)
}

// clear forgets what the test asked for.
func (s *script) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.rules)
	clear(s.answers)
}

// never says whether the test has asked that calls of the API get no answer.
func (s *script) never(api string) bool { return s.Rule(api).Never }

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
