package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// The JUnit format, as Jenkins, GitLab and Surefire read it: a testsuite for each file and profile. What XML cannot hold is
// replaced (encoding/xml writes U+FFFD), colours are taken out. QINGHOST_JUNIT_SUITE_ID and …SUITE_NAME set the root's id and name.
type (
	junitRoot struct {
		XMLName xml.Name `xml:"testsuites"`
		ID      string   `xml:"id,attr"`
		Name    string   `xml:"name,attr"`
		junitCounts
		Suites []*junitSuite `xml:"testsuite"`
	}
	junitCounts struct {
		Tests    int     `xml:"tests,attr"`
		Failures int     `xml:"failures,attr"`
		Errors   int     `xml:"errors,attr"`
		Skipped  int     `xml:"skipped,attr"`
		Time     seconds `xml:"time,attr"`
	}
	junitSuite struct {
		Name      string `xml:"name,attr"`
		Timestamp string `xml:"timestamp,attr"`
		Hostname  string `xml:"hostname,attr,omitempty"` // the profile, as Playwright puts its project
		junitCounts
		Cases []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string         `xml:"name,attr"`
		Classname string         `xml:"classname,attr"`
		File      string         `xml:"file,attr,omitempty"`
		Line      int            `xml:"line,attr,omitempty"`
		Time      seconds        `xml:"time,attr"`
		Skipped   *junitSkipped  `xml:"skipped"`
		Failures  []junitFailure `xml:"failure"`
		Errors    []junitFailure `xml:"error"`
		Flaky     []junitFailure `xml:"flakyFailure"` // Surefire's, of a test that passed later
		Out       string         `xml:"system-out,omitempty"`
	}
	junitSkipped struct {
		Message string `xml:"message,attr,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

type seconds time.Duration

func (s seconds) MarshalXMLAttr(name xml.Name) (xml.Attr, error) {
	return xml.Attr{Name: name, Value: fmt.Sprintf("%.3f", time.Duration(s).Seconds())}, nil
}

func (c *junitCounts) add(o junitCounts) {
	c.Tests += o.Tests
	c.Failures += o.Failures
	c.Errors += o.Errors
	c.Skipped += o.Skipped
	c.Time += o.Time
}

type junit struct {
	quiet
	w io.Writer
	o *Options
}

func newJUnit(w io.Writer, o *Options) sink { return &junit{w: w, o: o} }

func (j *junit) done(r *run) error {
	root := &junitRoot{ID: j.o.Env("QINGHOST_JUNIT_SUITE_ID"), Name: cmp.Or(j.o.Env("QINGHOST_JUNIT_SUITE_NAME"), "qinghost")}
	root.Time = seconds(r.Took)
	suites := map[string]*junitSuite{}
	add := func(file, profile, project string, c junitCase, n junitCounts) {
		name, classname := file, file
		if profile != "" {
			name += " [" + profile + "]"
		}
		if project == "browser" {
			name += " [browser]"
		}
		s := suites[name]
		if s == nil {
			s = &junitSuite{Name: name, Hostname: profile, Timestamp: r.started.UTC().Format("2006-01-02T15:04:05")}
			suites[name] = s
			root.Suites = append(root.Suites, s)
		}
		c.Classname = classname
		s.Cases = append(s.Cases, c)
		s.add(n)
		n.Time = 0 // the root's is the run's
		root.add(n)
	}
	for _, f := range r.Errors {
		c := junitCase{Name: "加载", File: f.File, Line: f.Line, Errors: []junitFailure{newJUnitFailure(f)}}
		add(cmp.Or(f.File, "qinghost"), "", "", c, junitCounts{Tests: 1, Errors: 1})
	}
	for _, result := range r.results {
		c := junitCase{Name: result.title(), File: result.File, Line: result.Line, Time: seconds(result.took())}
		n := junitCounts{Tests: 1, Time: c.Time}
		var all []junitFailure
		var out strings.Builder
		for _, a := range result.Attempts {
			for _, f := range a.Failures {
				all = append(all, newJUnitFailure(f))
			}
			out.WriteString(console(false, a.Console))
		}
		c.Out = out.String()
		switch result.Status {
		case Failed:
			c.Failures, n.Failures = all, 1
		case Flaky:
			c.Flaky = all
		case Skipped:
			c.Skipped, n.Skipped = &junitSkipped{Message: clean(result.Reason)}, 1
		}
		add(result.File, result.Profile, result.Project, c, n)
	}
	if _, err := io.WriteString(j.w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(j.w)
	e.Indent("", "  ")
	if err := e.Encode(root); err != nil {
		return err
	}
	return say(j.w, "\n")
}

func newJUnitFailure(f Failure) junitFailure {
	message, _, _ := strings.Cut(strings.TrimSpace(clean(f.Message)), "\n")
	return junitFailure{Message: message, Type: cmp.Or(clean(f.Name), "Error"), Text: failure(false, &f)}
}
