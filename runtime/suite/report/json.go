package report

import (
	"encoding/json"
	"io"
	"time"

	"qinghost/bridge"
)

// Document is what the json reporter writes: one JSON value, two spaces to a level. Fields may be added; those here stay.
// Times are milliseconds; lists are never null.
type Document struct {
	Schema      int               `json:"schema"`    // 1
	StartedAt   time.Time         `json:"startedAt"` // RFC 3339
	Took        float64           `json:"took"`
	Files       int               `json:"files"`
	Workers     int               `json:"workers"`
	Shard       string            `json:"shard,omitempty"` // "1/3"
	Seed        int64             `json:"seed,omitempty"`  // of the random order
	Profiles    []string          `json:"profiles"`
	Passed      int               `json:"passed"` // without the flaky
	Failed      int               `json:"failed"`
	Skipped     int               `json:"skipped"`
	Flaky       int               `json:"flaky"`
	Interrupted bool              `json:"interrupted"`
	Errors      []DocumentFailure `json:"errors"` // files that did not load, and what failed outside any test
	Tests       []DocumentTest    `json:"tests"`  // in the order that they ended
}

// DocumentTest is one test under one profile.
type DocumentTest struct {
	ID       string            `json:"id"`
	File     string            `json:"file"` // relative, with slashes
	Line     int               `json:"line"`
	Column   int               `json:"column"`
	Path     []string          `json:"path"` // titles, outermost first
	Profile  string            `json:"profile"`
	Project  string            `json:"project"` // headless or browser
	Status   Status            `json:"status"`  // passed, failed, skipped or flaky
	Reason   string            `json:"reason,omitempty"`
	Attempts []DocumentAttempt `json:"attempts"`
}

// DocumentAttempt is one try of a test.
type DocumentAttempt struct {
	Took       float64             `json:"took"`
	Failures   []DocumentFailure   `json:"failures"`
	Console    []DocumentLine      `json:"console"`
	Calls      []bridge.CallRecord `json:"calls"`                // of failed and flaky tests
	Screenshot []byte              `json:"screenshot,omitempty"` // PNG in base64, of failed and flaky tests
}

// DocumentFailure is one error; texts may hold the terminal's colours.
type DocumentFailure struct {
	Name     string `json:"name"`
	Message  string `json:"message"`
	Stack    string `json:"stack,omitempty"`
	Frame    string `json:"frame,omitempty"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
	Expected string `json:"expected,omitempty"`
	Actual   string `json:"actual,omitempty"`
	Diff     string `json:"diff,omitempty"`
}

// DocumentLine is a line of a console.
type DocumentLine struct {
	Level string `json:"level"`
	Text  string `json:"text"`
}

// quiet is the part of a sink that only tells at the end.
type quiet struct{}

func (quiet) begin(Plan)  {}
func (quiet) start(*Test) {}
func (quiet) end(*Result) {}

type jsonSink struct {
	quiet
	w io.Writer
}

func newJSON(w io.Writer, _ *Options) sink { return &jsonSink{w: w} }

func (j *jsonSink) done(r *run) error {
	e := json.NewEncoder(j.w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(newDocument(r))
}

func newDocument(r *run) *Document {
	d := &Document{
		Schema: 1, StartedAt: r.started, Took: ms(r.Took), Files: r.Files, Workers: r.Workers, Shard: r.Shard, Seed: r.Seed,
		Profiles: orEmpty(r.Profiles), Passed: r.Passed, Failed: r.Failed, Skipped: r.Skipped, Flaky: r.Flaky,
		Interrupted: r.Interrupted, Errors: documentFailures(r.Errors), Tests: []DocumentTest{},
	}
	for _, result := range r.results {
		t := DocumentTest{
			ID: result.ID, File: result.File, Line: result.Line, Column: result.Column, Path: orEmpty(result.Path), Profile: result.Profile,
			Project: result.Project, Status: result.Status, Reason: result.Reason, Attempts: []DocumentAttempt{},
		}
		for _, a := range result.Attempts {
			lines := []DocumentLine{}
			for _, line := range a.Console {
				lines = append(lines, DocumentLine(line))
			}
			t.Attempts = append(t.Attempts, DocumentAttempt{
				Took: ms(a.Took), Failures: documentFailures(a.Failures), Console: lines, Calls: orEmpty(a.Calls), Screenshot: a.Screenshot,
			})
		}
		d.Tests = append(d.Tests, t)
	}
	return d
}

func documentFailures(failures []Failure) []DocumentFailure {
	found := []DocumentFailure{}
	for _, f := range failures {
		found = append(found, DocumentFailure(f))
	}
	return found
}

func orEmpty[E any](list []E) []E {
	if list == nil {
		return []E{}
	}
	return list
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
