package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// tap is TAP 14 without subtests: a point a test as it ends, with a YAML block where it failed, and the plan at the end.
type tap struct {
	w io.Writer
	n int
	e error
}

func newTAP(w io.Writer, _ *Options) sink { return &tap{w: w} }

func (t *tap) begin(p Plan) { t.write("TAP version 14\n# qinghost: " + planned(p) + "\n") }

func (t *tap) start(*Test) {}

func (t *tap) end(r *Result) {
	description := r.File + " › " + r.title() + " [" + r.Profile + "]"
	if r.Project == "browser" {
		description += " [browser]"
	}
	if r.Status == Skipped {
		t.point(true, description, strings.TrimSpace(" # SKIP "+tapEscape(r.Reason)))
		return
	}
	t.point(r.Status != Failed, description, "")
	fields := fmt.Sprintf("duration_ms: %.3f\n", ms(r.took()))
	if r.Status != Passed {
		for _, a := range slices.Backward(r.Attempts) { // the last that failed
			if len(a.Failures) > 0 {
				fields += tapFailures(a.Failures, r.Status) + fmt.Sprintf("attempts: %d\n", len(r.Attempts))
				break
			}
		}
	}
	t.yaml(fields)
}

// tapFailures gives the first failure's fields; YAML has no two of a name, and the others are in no field that a reader knows.
func tapFailures(failures []Failure, status Status) string {
	f, severity := failures[0], "fail"
	if status == Flaky {
		severity = "comment"
	}
	fields := "message: " + scalar(cmp.Or(strings.TrimSpace(clean(f.Message)), f.Name)) + "severity: " + severity + "\n"
	for _, field := range []struct{ name, value string }{
		{"name", f.Name}, {"at", place(f.File, f.Line, f.Column)}, {"expected", f.Expected}, {"actual", f.Actual}, {"stack", f.Stack},
	} {
		if field.value != "" {
			fields += field.name + ": " + scalar(strings.Trim(clean(field.value), "\n"))
		}
	}
	return fields
}

// scalar is a YAML string: a block where that is safe to read, otherwise in quotes as JSON has them.
func scalar(text string) string {
	if strings.Contains(text, "\n") && !strings.ContainsAny(text, "\t\ufffd\u0085\u2028\u2029\ufeff") && strings.TrimSpace(text) != "" {
		return "|2-\n" + indent(strings.TrimRight(text, "\n"), 2) + "\n"
	}
	quoted, _ := json.Marshal(text) // a string
	return string(quoted) + "\n"
}

func (t *tap) done(r *run) error {
	for _, f := range r.Errors {
		t.point(false, cmp.Or(f.File, "qinghost")+" 加载", "")
		t.yaml(tapFailures([]Failure{f}, Failed))
	}
	if r.Interrupted {
		t.write("Bail out! 已中断\n")
		return t.e
	}
	t.write(fmt.Sprintf("1..%d\n", t.n))
	return t.e
}

func (t *tap) point(ok bool, description, directive string) {
	t.n++
	line := fmt.Sprintf("ok %d - %s", t.n, tapEscape(description))
	if !ok {
		line = "not " + line
	}
	if directive != "" {
		line += " " + directive
	}
	t.write(line + "\n")
}

func (t *tap) yaml(fields string) { t.write(indent("---\n"+fields+"...\n", 2)) }

// tapEscape keeps a text on its line, and "#" from beginning a directive.
func tapEscape(text string) string {
	return strings.NewReplacer(`\`, `\\`, "#", `\#`).Replace(oneLine(text))
}

func (t *tap) write(text string) {
	if _, err := io.WriteString(t.w, text); err != nil && t.e == nil {
		t.e = err
	}
}
