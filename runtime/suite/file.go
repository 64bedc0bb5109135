package suite

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"qinghost/bridge"
	"qinghost/runtime/bundle"
	"qinghost/runtime/headless"
	"qinghost/runtime/suite/report"
)

// unit is a test file with its bundle.
type unit struct {
	file
	bundle *bundle.Bundle
}

// job is a test file under one profile, on goja or in a browser, once.
type job struct {
	unit
	profile bridge.Profile
	browser bool
	repeat  int // from 0
}

// playing is a job at work.
type playing struct {
	*run
	job        job
	programs   []compiled   // those of the setup and of the file
	dom        bool         // the file's pages have a DOM
	openedPage *atomic.Bool // some test of the file has opened a page

	// Only one goroutine at a time is at work on these: that of the job, or of the stage that it waits for.
	tests   []collected
	places  []report.Test
	results map[int]*report.Result // of what was selected, by id
	begun   map[int]bool           // whom the reporter was told of
	left    map[int]bool           // of the round: still to come to an end
	attempt int
}

// play runs the job.
func (p *playing) play(ctx context.Context) {
	var failed *bundle.Error
	switch err := p.job.bundle.Err; {
	case errors.As(err, &failed):
		for _, m := range failed.Messages {
			p.outside(report.Failure{Name: "BundleError", Message: m.Text, File: m.File, Line: m.Line, Column: m.Column, Frame: m.Frame})
		}
		return
	case err != nil:
		p.outside(report.Failure{Name: "BundleError", Message: err.Error(), File: p.job.name})
		return
	}
	if wrong := p.readHead(); wrong != nil {
		p.outside(*wrong)
		return
	}
	if err := p.compile(); err != nil {
		p.outside(report.Failure{Name: "SyntaxError", Message: err.Error(), File: p.job.name})
		return
	}
	r, err := newStage(ctx, p)
	defer func() { r.close() }()
	if err == nil {
		p.tests, err = r.collect()
	}
	if err != nil {
		if ctx.Err() == nil {
			p.broken(r, err)
		}
		return
	}
	ids := p.choose(r)
	if p.listing {
		for _, id := range ids {
			p.start(p.places[id])
		}
		return
	}
	for ; len(ids) > 0 && ctx.Err() == nil; p.attempt++ {
		if p.attempt > 0 {
			r.close()
			if r, err = p.again(ctx); err != nil {
				p.failAll(r, ids, err)
				return
			}
		}
		r = p.round(ctx, r, ids)
		ids = slices.DeleteFunc(ids, func(id int) bool { return p.results[id].Status != "" })
	}
}

// compile makes the programs, or takes those of an earlier run.
func (p *playing) compile() error {
	if p.setup != nil {
		program, err := p.compiled.get(p.setup, p.Coverage != nil)
		if err != nil {
			return err
		}
		p.programs = append(p.programs, program)
	}
	program, err := p.compiled.get(p.job.bundle, p.Coverage != nil)
	p.programs = append(p.programs, program)
	return err
}

// again makes another stage in place of one that is closed.
func (p *playing) again(ctx context.Context) (*stage, error) {
	r, err := newStage(ctx, p)
	if err == nil {
		_, err = r.collect()
	}
	return r, err
}

// round runs each test once, in as many realms as it takes, and returns the last.
func (p *playing) round(ctx context.Context, r *stage, ids []int) *stage {
	p.left = map[int]bool{}
	for _, id := range ids {
		p.left[id] = true
	}
	for {
		before := len(p.left)
		err := r.run(slices.DeleteFunc(slices.Clone(ids), func(id int) bool { return !p.left[id] }))
		if ctx.Err() != nil || err == nil {
			return r
		}
		p.died(r, err)
		left := slices.DeleteFunc(slices.Clone(ids), func(id int) bool { return !p.left[id] })
		switch {
		case len(left) == 0:
			return r
		case len(left) == before: // it died outside any test, and would again
			p.failAll(r, left, err)
			return r
		}
		r.close()
		if r, err = p.again(ctx); err != nil {
			if ctx.Err() == nil {
				p.failAll(r, left, err)
			}
			return r
		}
	}
}

// died enters the end of a stage for what was at work.
func (p *playing) died(r *stage, err error) {
	r.mu.Lock()
	t := r.turn
	r.mu.Unlock()
	if t == nil {
		return
	}
	_, attempt := r.finish()
	failure := r.failureOf(err)
	if t.id < 0 {
		p.outside(failure)
		return
	}
	attempt.Failures = []report.Failure{failure}
	attempt.Calls = r.world.Host.Log.After(t.lastCall, "")
	p.enter(t.id, attempt)
}

// failAll fails tests that could not run.
func (p *playing) failAll(r *stage, ids []int, err error) {
	for _, id := range ids {
		p.started(id)
		p.attempt = p.Retries // it is not tried again
		p.enter(id, report.Attempt{Failures: []report.Failure{r.failureOf(err)}})
	}
}

// broken tells of a file that did not load.
func (p *playing) broken(r *stage, err error) {
	f := r.failureOf(err)
	if f.File == "" {
		f.File = p.job.name
	}
	p.outside(f)
}

// choose finds out where the tests stand, reports those that are skipped, and returns the ids of the others in the order in
// which they are to run.
func (p *playing) choose(r *stage) []int {
	p.results, p.begun = map[int]*report.Result{}, map[int]bool{}
	p.places = make([]report.Test, len(p.tests))
	focused := false
	for i, t := range p.tests {
		p.places[i] = p.place(r, t)
		focused = focused || t.Only
	}
	if len(p.tests) == 0 {
		p.outside(report.Failure{Name: "Error", Message: "文件里没有测试: 写一个 test('名称', async () => { … })", File: p.job.name})
	}
	if focused && p.ForbidOnly {
		p.refuseOnly()
		return nil
	}
	wanted := p.lineFilter()
	var ids []int
	for i, t := range p.tests {
		title := strings.Join(t.Path, " ")
		p.saw(title)
		if !wanted(p.places[i].Line) || p.Grep != nil && !p.Grep.MatchString(title) || p.Invert != nil && p.Invert.MatchString(title) {
			continue
		}
		reason := ""
		switch {
		case t.Mode == "todo":
			reason = "todo"
		case t.Mode == "skip":
			reason = "skip"
		case focused && !t.Only:
			reason = "同一文件里有 .only"
		default:
			p.results[t.ID] = &report.Result{Test: p.places[i]}
			ids = append(ids, t.ID)
			continue
		}
		p.skip(report.Result{Test: p.places[i], Status: report.Skipped, Reason: reason})
	}
	if p.Seed != 0 {
		h := fnv.New64a()
		_, _ = h.Write([]byte(p.job.name)) // a hash takes everything
		rand.New(rand.NewPCG(uint64(p.Seed), h.Sum64())).Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	}
	return ids
}

// refuseOnly tells of every .only; of those that a describe.only covers, the first stands for all.
func (p *playing) refuseOnly() {
	source, _ := os.ReadFile(p.job.path) // without it there is no frame
	for i, t := range p.tests {
		if t.Only {
			at := p.places[i]
			p.outside(report.Failure{
				Name: "ForbidOnly", Message: fmt.Sprintf("测试 %q 带 .only: 提交前请去掉 (CI 里默认 --forbid-only)", strings.Join(t.Path, " › ")),
				File: at.File, Line: at.Line, Column: at.Column, Frame: headless.Frame(string(source), at.Line, at.Column),
			})
			return
		}
	}
}

// place is a test as reports name it.
func (p *playing) place(r *stage, t collected) report.Test {
	at := report.Test{File: p.job.name, Path: t.Path, Profile: p.job.profile.Name, Project: "headless"}
	if p.job.browser {
		at.Project = "browser"
	}
	at.ID = fmt.Sprintf("%s#%d@%s/%s", p.job.name, t.ID, at.Profile, at.Project)
	if p.Repeat > 1 {
		at.ID += fmt.Sprintf("/%d", p.job.repeat+1)
	}
	for _, place := range r.page.Trace(t.Stack) {
		if place.File == p.job.name {
			at.Line, at.Column = place.Line, place.Column
			break
		}
	}
	return at
}

// lineFilter says of a test's line whether it is asked for.
func (p *playing) lineFilter() func(line int) bool {
	if p.job.lines == nil {
		return func(int) bool { return true }
	}
	source, _ := os.ReadFile(p.job.path) // it was bundled a moment ago
	var chosen []span
	for _, line := range p.job.lines {
		best := span{line, line}
		for _, s := range spans(string(source)) {
			if s.has(line) && (best.from == best.to && s.from != s.to || s.to-s.from < best.to-best.from || best == span{line, line}) {
				best = s
			}
		}
		chosen = append(chosen, best)
	}
	return func(line int) bool { return slices.ContainsFunc(chosen, func(s span) bool { return s.has(line) }) }
}

// timeoutOf is how long a test may take.
func (p *playing) timeoutOf(id int) time.Duration {
	if ms := p.tests[id].Timeout; ms > 0 {
		return milliseconds(ms)
	}
	return p.Timeout
}

// started tells the reporter of a test that begins for the first time.
func (p *playing) started(id int) {
	if !p.begun[id] {
		p.begun[id] = true
		p.start(p.places[id])
	}
}

// ended takes the end of a test.
func (r *stage) ended(n news, t *turn, attempt report.Attempt) {
	for _, problem := range n.Errors {
		attempt.Failures = append(attempt.Failures, r.failure(r.page, problem))
	}
	if len(attempt.Failures) > 0 {
		attempt.Screenshot = r.screenshot()
		if t != nil {
			attempt.Calls = r.world.Host.Log.After(t.lastCall, "")
		}
	}
	r.enter(n.ID, attempt)
}

// screenshot is a picture of a browser's page; nil without one.
func (r *stage) screenshot() []byte {
	d := r.opened()
	if d == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(r.ctx, leastReal)
	defer cancel()
	picture, err := d.Screenshot(ctx)
	if err != nil {
		r.Logger.Warn("没有截到图", "err", err)
	}
	return picture
}

// enter puts an attempt into a test's result, and reports that when there is no further one.
func (p *playing) enter(id int, attempt report.Attempt) {
	result := p.results[id]
	delete(p.left, id)
	if result == nil || result.Status != "" {
		return // not asked for
	}
	failed := len(attempt.Failures) > 0
	result.Attempts = append(result.Attempts, attempt)
	switch {
	case failed && p.attempt < p.Retries:
		return
	case failed:
		result.Status = report.Failed
	case len(result.Attempts) > 1:
		result.Status = report.Flaky
	default:
		result.Status = report.Passed
	}
	p.end(*result)
}

// failure describes an error for the report: its places in the user's files, the first one with the code around it.
func (p *playing) failure(page *headless.Page, e problem) report.Failure {
	f := report.Failure{Name: e.Name, Message: e.Message, Expected: e.Expected, Actual: e.Actual, Diff: e.Diff}
	var stack []string
	for _, place := range page.Trace(e.Stack) {
		if place.File == "" || strings.HasPrefix(place.File, "qinghost:") {
			continue
		}
		stack = append(stack, place.String())
		if f.File == "" && !strings.Contains(place.File, "node_modules/") {
			f.File, f.Line, f.Column = place.File, place.Line, place.Column
		}
	}
	f.Stack = strings.Join(stack, "\n")
	if f.File != "" {
		path := f.File
		if !filepath.IsAbs(path) {
			path = filepath.Join(p.Dir, filepath.FromSlash(path))
		}
		if source, err := os.ReadFile(path); err == nil {
			f.Frame = headless.Frame(string(source), f.Line, f.Column)
		}
	}
	return f
}

// failureOf describes why a stage could not be made, or ended.
func (r *stage) failureOf(err error) report.Failure {
	var fault *headless.Fault
	if errors.As(err, &fault) && r.page != nil {
		name, message := "Error", fault.Message
		if kind, rest, found := strings.Cut(message, ": "); found && strings.HasSuffix(kind, "Error") {
			name, message = kind, rest
		}
		return r.failure(r.page, problem{Name: name, Message: message, Stack: fault.Stack})
	}
	return report.Failure{Name: "Error", Message: messageOf(err)}
}
