package report

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"qinghost/bridge"
)

// Options is what the reporters know of the world.
type Options struct {
	Stdout   io.Writer
	Terminal bool                // Stdout is one that can be drawn on: no CI, no TERM=dumb (see Interactive)
	Width    func() int          // columns of the terminal; nil: 80
	Color    bool                // see Colored
	Dir      string              // of the reports that are files; "" is DefaultDir
	Root     string              // the run's folder, absolute: GitHub wants paths from the repository's
	Env      func(string) string // nil: os.Getenv
	Clock    func() time.Time    // nil: time.Now
}

// DefaultDir is where the reports go that are files.
const DefaultDir = "qinghost-report"

// Interactive says whether a terminal may be drawn on: not in CI, and not when it is dumb.
func Interactive(terminal bool, env func(string) string) bool {
	return terminal && env("TERM") != "dumb" && slices.Contains([]string{"", "0", "false"}, env("CI"))
}

// Colored says whether to write colours: FORCE_COLOR (not "0") asks for them, NO_COLOR (not empty) and TERM=dumb forbid them,
// otherwise a terminal has them.
func Colored(terminal bool, env func(string) string) bool {
	switch force := env("FORCE_COLOR"); {
	case force == "0" || force == "false":
		return false
	case force != "":
		return true
	case env("NO_COLOR") != "" || env("TERM") == "dumb":
		return false
	}
	return terminal
}

// A format is a way to report. Those that draw are given the standard output; a document is written in one piece or grows at
// its place, which is the standard output if it is the only one and nobody said otherwise.
type format struct {
	name string
	file string // of a document, in Options.Dir; empty for what only goes to the standard output
	open func(w io.Writer, o *Options) sink
}

var formats = []format{
	{"list", "", newList}, {"dot", "", newDot}, {"github", "", newGitHub},
	{"json", "results.json", newJSON}, {"junit", "junit.xml", newJUnit}, {"tap", "results.tap", newTAP}, {"html", "index.html", newHTML},
}

// Names returns what New knows, "list" first.
func Names() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// A sink is one format at work. What it is shown stays as it is.
type sink interface {
	begin(Plan)
	start(*Test)
	end(*Result)
	done(*run) error
}

// run is all that happened, for the formats that tell it at the end. Calls and screenshots are kept of failed and flaky tests.
type run struct {
	started time.Time
	results []*Result // in the order that they ended
	Summary
}

// New returns a reporter of the named formats: list, dot, json, junit, tap, github, html.
//
// A single json, junit or tap goes to the standard output. Beside others, and html always, goes to a file in Options.Dir, or
// where QINGHOST_JSON_OUTPUT_FILE, …JUNIT…, …TAP… or …HTML… says. Unless the standard output is such a document, its last
// line is "N passed, N failed[, N skipped]".
func New(names []string, o Options) (Reporter, error) {
	if o.Env == nil {
		o.Env = os.Getenv
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Width == nil {
		o.Width = func() int { return 80 }
	}
	o.Dir = cmp.Or(o.Dir, DefaultDir)
	m := &many{o: &o, tally: true}
	for i, name := range names {
		at := slices.IndexFunc(formats, func(f format) bool { return f.name == name })
		switch {
		case at < 0:
			text := "没有名为 %q 的报告格式"
			if near := bridge.Nearest(name, Names()); near != "" {
				text += fmt.Sprintf(", 是不是 %q?", near)
			}
			return nil, bridge.Errorf(bridge.BadParams, text+"; 可用: %s", name, strings.Join(Names(), "、"))
		case slices.Contains(names[:i], name):
			continue
		case name == "dot" && slices.Contains(names, "list"):
			return nil, bridge.Errorf(bridge.BadParams, "list 和 dot 都占用终端, 只能选一个")
		}
		if err := m.add(formats[at], len(names) == 1); err != nil {
			return nil, errors.Join(err, m.close())
		}
	}
	return m, nil
}

// many is the reporter of several formats.
type many struct {
	o     *Options
	sinks []sink
	files []*os.File
	tally bool // the standard output is no document
	run   run
}

func (m *many) add(f format, alone bool) error {
	path := ""
	if f.file != "" {
		path = m.o.Env("QINGHOST_" + strings.ToUpper(f.name) + "_OUTPUT_FILE")
		if path == "" && (!alone || f.name == "html") {
			path = filepath.Join(m.o.Dir, f.file)
		}
	}
	if path == "" {
		m.tally = m.tally && f.file == ""
		m.sinks = append(m.sinks, f.open(m.o.Stdout, m.o))
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return bridge.Errorf(bridge.BadParams, "建不了报告的文件夹: %v", err)
	}
	file, err := os.Create(path)
	if err != nil {
		return bridge.Errorf(bridge.BadParams, "写不了报告: %v", err)
	}
	m.files = append(m.files, file)
	m.sinks = append(m.sinks, f.open(file, m.o))
	return nil
}

func (m *many) Begin(p Plan) {
	m.run.started = m.o.Clock()
	for _, s := range m.sinks {
		s.begin(p)
	}
}

func (m *many) Start(t Test) {
	for _, s := range m.sinks {
		s.start(&t)
	}
}

func (m *many) End(r Result) {
	if r.Status == Passed || r.Status == Skipped {
		r.Attempts = slices.Clone(r.Attempts)
		for i := range r.Attempts {
			r.Attempts[i].Calls, r.Attempts[i].Screenshot = nil, nil
		}
	}
	m.run.results = append(m.run.results, &r)
	for _, s := range m.sinks {
		s.end(&r)
	}
}

func (m *many) Done(s Summary) error {
	m.run.Summary = s
	var failed error
	for _, sink := range m.sinks {
		failed = errors.Join(failed, sink.done(&m.run))
	}
	failed = errors.Join(failed, m.close())
	if !m.tally {
		return failed
	}
	for _, file := range m.files {
		failed = errors.Join(failed, say(m.o.Stdout, "报告: %s\n", file.Name()))
	}
	return errors.Join(failed, say(m.o.Stdout, "%s\n", Tally(s)))
}

func (m *many) close() error {
	var failed error
	for _, file := range m.files {
		failed = errors.Join(failed, file.Close())
	}
	return failed
}

func say(w io.Writer, text string, args ...any) error {
	_, err := fmt.Fprintf(w, text, args...)
	return err
}

// Tally is the last line of a run: "12 passed, 1 failed, 2 skipped".
func Tally(s Summary) string {
	text := fmt.Sprintf("%d passed, %d failed", s.Passed+s.Flaky, s.Failed+len(s.Errors))
	if s.Skipped > 0 {
		text += fmt.Sprintf(", %d skipped", s.Skipped)
	}
	return text
}
