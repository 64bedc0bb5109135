package suite

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"qinghost/bridge"
	"qinghost/runtime/bundle"
	"qinghost/runtime/headless"
	"qinghost/runtime/suite/coverage"
	"qinghost/runtime/suite/report"
)

// run is one run over the files of a session.
type run struct {
	*session
	setup *bundle.Bundle  // nil without one
	over  context.Context // ends the run early; what tests still say after that counts for nothing
	stop  context.CancelCauseFunc

	mu      sync.Mutex // also over the reporter's calls
	began   time.Time
	told    bool // the reporter of the beginning
	plan    report.Plan
	summary report.Summary
	titles  []string // some of those that there are, for a hint
}

// bundles bundles the files, and the setup with them.
func (s *session) bundles(files []file) []unit {
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = f.path
	}
	if s.Setup != "" {
		paths = append(paths, s.Setup)
	}
	made := s.bundler.Bundles(paths)
	units := make([]unit, len(files))
	for i, f := range files {
		units[i] = unit{f, made[i]}
		if s.Setup == "" {
			continue
		}
		if setup := made[len(files)]; setup.Err != nil && made[i].Err == nil {
			units[i].bundle = setup // its error is the file's
		} else {
			s.setup = setup
		}
	}
	return units
}

// run runs the files.
func (s *session) run(ctx context.Context, units []unit) (report.Summary, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &run{session: s, setup: s.setup, over: ctx, stop: stop, began: time.Now()}
	jobs := s.jobs(units)
	r.plan = report.Plan{Files: len(units), Workers: max(min(s.Workers, len(jobs)), 1), Shard: s.Shard.String(), Seed: s.Seed}
	for _, p := range s.Profiles {
		r.plan.Profiles = append(r.plan.Profiles, p.Name)
	}
	for _, u := range units {
		for _, w := range u.bundle.Warnings {
			s.Logger.Warn(w.String())
		}
	}
	queue := make(chan job)
	var workers sync.WaitGroup
	for range r.plan.Workers {
		workers.Go(func() {
			for j := range queue {
				if ctx.Err() == nil {
					(&playing{run: r, job: j, openedPage: s.opened(j.path)}).play(ctx)
				}
			}
		})
	}
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	workers.Wait()
	r.summary.Interrupted = ctx.Err() != nil && context.Cause(ctx) != errBailed //nolint:errorlint // it is set as it is
	return r.finish()
}

// jobs are all that is to be played, those of a file beside each other.
func (s *session) jobs(units []unit) []job {
	units = slices.Clone(units)
	if s.Seed != 0 {
		rand.New(rand.NewPCG(uint64(s.Seed), 0)).Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
	}
	var jobs []job
	for _, u := range units {
		for _, profile := range s.Profiles {
			for repeat := range s.Repeat {
				if s.Plain {
					jobs = append(jobs, job{u, profile, false, repeat})
				}
				if s.Browse != nil {
					jobs = append(jobs, job{u, profile, true, repeat})
				}
			}
		}
	}
	return jobs
}

// begin tells the reporter of the beginning, once; the mutex is held.
func (r *run) begin() {
	if !r.told {
		r.told = true
		r.Report.Begin(r.plan)
	}
}

func (r *run) start(t report.Test) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over.Err() != nil {
		return
	}
	r.begin()
	r.plan.Tests++
	r.Report.Start(t)
}

func (r *run) skip(result report.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over.Err() != nil {
		return
	}
	r.begin()
	r.plan.Tests++
	r.summary.Skipped++
	r.Report.End(result)
}

func (r *run) end(result report.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over.Err() != nil {
		return
	}
	switch result.Status {
	case report.Passed:
		r.summary.Passed++
	case report.Flaky:
		r.summary.Flaky++
	default:
		r.summary.Failed++
	}
	r.Report.End(result)
	if r.Bail > 0 && r.summary.Failed >= r.Bail {
		r.stop(errBailed)
	}
}

// outside takes what failed outside any test. The same under several profiles is said once.
func (r *run) outside(f report.Failure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, known := range r.summary.Errors {
		if known.File == f.File && known.Line == f.Line && known.Column == f.Column && known.Message == f.Message {
			return
		}
	}
	r.summary.Errors = append(r.summary.Errors, f)
}

// mostTitles bounds what is kept for hints.
const mostTitles = 1000

func (r *run) saw(title string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.titles) < mostTitles && (r.Grep != nil || r.Invert != nil) {
		r.titles = append(r.titles, title)
	}
}

// finish tells the reporter of the end.
func (r *run) finish() (report.Summary, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.Plan, r.summary.Took = r.plan, time.Since(r.began)
	slices.SortStableFunc(r.summary.Errors, func(a, b report.Failure) int { return strings.Compare(a.File, b.File) })
	if r.plan.Tests == 0 && len(r.summary.Errors) == 0 && !r.AllowNone && !r.summary.Interrupted && r.Shard.Count == 0 {
		return r.summary, r.noTests()
	}
	r.begin()
	var err error
	if r.BeforeDone != nil {
		err = r.BeforeDone()
	}
	return r.summary, errors.Join(err, r.Report.Done(r.summary))
}

// noTests says that the files hold no test that is wanted.
func (r *run) noTests() error {
	var looked []string
	if r.Grep != nil {
		looked = append(looked, fmt.Sprintf("--grep %q", r.Grep))
	}
	if r.Invert != nil {
		looked = append(looked, fmt.Sprintf("--grep-invert %q", r.Invert))
	}
	looked = append(looked, r.Filters...)
	text := fmt.Sprintf("没有测试匹配 %s; 在 %s 里看了 %d 个文件", strings.Join(looked, " "), r.Dir, r.plan.Files)
	if r.Grep != nil {
		near := bridge.Nearest(r.Grep.String(), r.titles)
		switch {
		case near != "":
			text += fmt.Sprintf(", 是否想写 %q?", near)
		case len(r.titles) > 0:
			text += fmt.Sprintf(", 测试名例如 %q", r.titles[0])
		}
	}
	return &NoneError{text}
}

// programs are the compiled scripts of files, for the profiles, repetitions and runs in which they come again.
type programs struct {
	mu  sync.Mutex
	all map[string]*compiledFile
}

type compiledFile struct {
	sum  [sha256.Size]byte
	once sync.Once
	compiled
	err error
}

// compiled is a script that is ready to run.
type compiled struct {
	program *headless.Program
	counted *coverage.Script // nil without Options.Coverage
}

func (p *programs) get(b *bundle.Bundle, count bool) (compiled, error) {
	p.mu.Lock()
	known := p.all[b.File]
	if known == nil || known.sum != b.Sum {
		if p.all == nil {
			p.all = map[string]*compiledFile{}
		}
		known = &compiledFile{sum: b.Sum}
		p.all[b.File] = known
	}
	p.mu.Unlock()
	known.once.Do(func() {
		script := headless.Script{Name: "qinghost:bundle" + b.File, Code: string(b.Code), Map: b.Map}
		if count {
			if known.counted, known.err = coverage.Instrument(script.Name, script.Code, script.Map); known.err != nil {
				return
			}
			script.Code, script.Map = known.counted.Code, known.counted.Map
		}
		known.program, known.err = headless.Compile(script)
	})
	return known.compiled, known.err
}

// opened says, from one run to the next, whether a file opens pages.
func (s *session) opened(path string) *atomic.Bool {
	flag, _ := s.pages.LoadOrStore(path, &atomic.Bool{})
	return flag.(*atomic.Bool)
}

// sorted orders tests as a person looks for them.
func sorted(tests []report.Test) []report.Test {
	slices.SortStableFunc(tests, func(a, b report.Test) int {
		if by := strings.Compare(a.File, b.File); by != 0 {
			return by
		}
		return a.Line - b.Line
	})
	return tests
}
