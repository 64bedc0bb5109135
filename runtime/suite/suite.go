// Package suite runs bridge tests: it finds the test files, bundles them, plays each in a page, team, database and clock of
// its own, and tells a reporter. Tests run on goja; the page under test does so too, or runs in a browser.
//
// Time is virtual (bridge.NewVirtualClock): a test that waits 3 s takes none. What ends a test that would never end is its
// timeout by that clock, and, for a script that keeps its loop busy, the same by the machine's.
package suite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime"
	"sync"
	"time"

	"qinghost/bridge"
	"qinghost/runtime/bundle"
	"qinghost/runtime/suite/coverage"
	"qinghost/runtime/suite/driver"
	"qinghost/runtime/suite/report"
)

// World is what a test file plays in: fresh for each file.
type World struct {
	Host  *bridge.Host                                           // its Clock is the one that Open was given
	Door  http.Handler                                           // the server APIs
	Token func(ctx context.Context, path string) (string, error) // a valid access token for that path; "" where none is asked for
	Team  json.RawMessage                                        // host.team, as interface.md says
	As    func(person string) error                              // makes somebody the current user: openId or unique name
	Reset func(ctx context.Context) error                        // team, data, scenario and clock as at the start
	Close func() error
}

// Options say what is to run, and how. Dir, Open and Report are required.
type Options struct {
	Dir     string   // absolute: where test files are looked for, and what their names count from
	Globs   []string // of test files; nil for the usual names
	Filters []string // parts of paths, or path:line; nil for all
	Root    string   // absolute: the folder of the project's pages; empty for Dir
	Setup   string   // absolute: a script that runs before each test file; empty for none

	Profiles []bridge.Profile // every test runs under each; nil for the first there is
	Workers  int              // files at once; 0 for the number of cores
	Shard    Shard
	Grep     *regexp.Regexp // full titles ("会议 取消 …") that run; nil for all
	Invert   *regexp.Regexp // full titles that do not
	Retries  int            // how often a failed test is tried again
	Repeat   int            // how often each test runs; 0 for once
	Timeout  time.Duration  // of a test, by the file's clock; 0 for DefaultTimeout
	Bail     int            // failed tests after which no more begin; 0 for no limit
	Seed     int64          // of a random order of files and tests; 0 for the order in which they are written

	ForbidOnly bool // .only is an error
	AllowNone  bool // nothing to run is no error

	Library string // "page": pages bring their own library, and find none of ours

	DOM    bool          // pages have a DOM, as if every file said "// @environment dom"
	Plain  bool          // the page runs on goja; with Browser both are run
	DOMs   driver.Opener // opens pages with a DOM; nil where there is none
	Browse driver.Opener // opens pages in a browser; nil not to

	// Coverage counts the lines that run, of test files, pages and what they import; nil not to.
	Coverage *coverage.Collector
	// BeforeDone is called when all tests are through, before the reporter is told; nil for nothing.
	BeforeDone func() error

	// Open makes a world; the clock is the file's own.
	Open   func(ctx context.Context, clock *bridge.Clock, profile bridge.Profile) (*World, error)
	Serves func(path string) bool // says which paths are those of server APIs; for a browser
	Report report.Reporter
	Cache  string       // folder of bundles; empty for none
	Lang   string       // zh or en
	Logger *slog.Logger // of the runner's own affairs; nil discards
}

// DefaultTimeout is how long a test may take by the clock of its file.
const DefaultTimeout = 5 * time.Second

// leastReal is the least time by the machine's clock after which a test is taken for an endless loop.
const leastReal = 5 * time.Second

// memoryLimit is how many bytes of live objects the process may have while a script runs: a test that fills an array without
// end is stopped before it takes the machine with it.
var memoryLimit uint64 = 2 << 30

// Shard is a part of the files: Index of Count, from 1. The zero value is all.
type Shard struct{ Index, Count int }

func (s Shard) String() string {
	if s.Count == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Count)
}

// NoneError says that there is nothing to run, and what was looked for.
type NoneError struct{ Message string }

func (e *NoneError) Error() string { return e.Message }

// errBailed ends a run after so many failures as Options.Bail says.
var errBailed = errors.New("失败的测试已达 --bail 的数目")

// Run runs the tests once and returns what came of them. It returns a *NoneError when there was nothing to run. When ctx ends,
// the tests that run are given up, the reporter is told of the rest, and Summary.Interrupted is set.
func Run(ctx context.Context, o Options) (report.Summary, error) {
	s, err := newSession(o)
	if err != nil {
		return report.Summary{}, err
	}
	var compiling sync.WaitGroup
	compiling.Go(func() { _, _ = testAPI() }) // while files are found and bundled; who needs it hears the error
	defer compiling.Wait()
	files, err := s.find()
	if err != nil {
		return report.Summary{}, err
	}
	return s.run(ctx, s.bundles(files))
}

// List returns the tests that Run would run, by file and line.
func List(ctx context.Context, o Options) ([]report.Test, []report.Failure, error) {
	o.Report, o.Repeat, o.Retries = &lister{}, 1, 0
	s, err := newSession(o)
	if err != nil {
		return nil, nil, err
	}
	s.listing = true
	files, err := s.find()
	if err != nil {
		return nil, nil, err
	}
	summary, err := s.run(ctx, s.bundles(files))
	return sorted(s.Report.(*lister).tests), summary.Errors, err
}

// lister takes down the tests instead of reporting them.
type lister struct{ tests []report.Test }

func (l *lister) Begin(report.Plan)         {}
func (l *lister) Start(t report.Test)       { l.tests = append(l.tests, t) }
func (l *lister) End(report.Result)         {}
func (l *lister) Done(report.Summary) error { return nil }

// session is what several runs over the same files share: one run, or those of watch.
type session struct {
	Options
	bundler  *bundle.Bundler
	setup    *bundle.Bundle // nil without one
	compiled programs
	pages    sync.Map // by path: an *atomic.Bool, true when some test has opened a page
	listing  bool
}

func newSession(o Options) (*session, error) {
	if o.Root == "" {
		o.Root = o.Dir
	}
	if len(o.Profiles) == 0 {
		o.Profiles = bridge.Profiles()[:1]
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Browse == nil {
		o.Plain = true
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Repeat = max(o.Repeat, 1)
	warn := func(err error) { o.Logger.Warn(err.Error()) }
	return &session{Options: o, bundler: &bundle.Bundler{Root: o.Dir, Cache: o.Cache, Whole: o.Coverage != nil, Warn: warn}}, nil
}
