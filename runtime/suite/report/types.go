// Package report tells of a test run: on a terminal, and in the formats that other tools read.
//
// The runner calls a Reporter from one goroutine at a time: Begin, then Start and End of each test in any order (tests of
// several workers overlap), then Done. A skipped test may have an End without a Start. No format reads the machine's time or
// the environment but through Options.
package report

import (
	"time"

	"qinghost/bridge"
)

// Test names one test under one client profile.
type Test struct {
	File    string   // relative to the run's folder, with slashes
	Line    int      // from 1, of the call of test(); 0 when not known
	Column  int      // from 1; 0 when not known
	Path    []string // titles from the outermost describe to the test
	Profile string   // "ios"
	Project string   // "headless" or "browser"
	ID      string   // unique in the run: the same test under another profile, project or repetition has another
}

// Status is how a test ended.
type Status string

// The ends of a test. Flaky: it failed, and passed when it was tried again; it counts as passed.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Skipped Status = "skipped"
	Flaky   Status = "flaky"
)

// Failure is one error of a test, or of a file that did not load.
type Failure struct {
	Name    string // of the error: "AssertionError"
	Message string
	Stack   string // mapped to the user's files, a frame a line, without the message
	Frame   string // the code around File:Line, as it is to be printed
	File    string // relative, with slashes; empty when not known
	Line    int    // from 1; 0 when not known
	Column  int    // from 1; 0 when not known

	Expected, Actual string // as text; empty unless an expectation failed
	Diff             string // lines that begin with "-" (expected), "+" (received) or " "
}

// Line is a line that a page or a test wrote to its console.
type Line struct {
	Level string // "log", "info", "warn", "error", "debug"
	Text  string
}

// Attempt is one try of a test; only the retried have more than one.
type Attempt struct {
	Took       time.Duration
	Failures   []Failure // none when it passed
	Console    []Line
	Calls      []bridge.CallRecord // in the order that they came
	Screenshot []byte              // PNG; nil where nothing is drawn
}

// Result is a test that has come to its end.
type Result struct {
	Test
	Status   Status
	Attempts []Attempt // none when it was skipped
	Reason   string    // why it was skipped, in the user's words; may be empty
}

// Plan is what is about to run.
type Plan struct {
	Files    int
	Tests    int // each profile, project and repetition counted; 0 when not known yet
	Workers  int
	Shard    string // "1/3"; empty without
	Seed     int64  // of the random order; 0 without
	Profiles []string
}

// Summary is the run as a whole. The last line of a run counts Flaky as passed, and each of Errors as failed.
type Summary struct {
	Plan
	Passed, Failed, Skipped, Flaky int // tests; the flaky are not in Passed
	Took                           time.Duration
	Errors                         []Failure // files that did not load, and what failed outside any test
	Interrupted                    bool
}

// Reporter is told of a run. Its calls come one at a time.
type Reporter interface {
	Begin(Plan)
	Start(Test)
	End(Result)
	Done(Summary) error // writes what is left; an error when it could not be written
}
