package report

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// The page of the html reporter: one file that asks nothing of any server, and draws itself from the JSON in it.
var (
	//go:embed page/page.html
	pageHTML string
	//go:embed page/page.css
	pageCSS string
	//go:embed page/page.js
	pageJS string
)

// page is what page.js draws: the document, and its tests side by side.
type page struct {
	Document
	Columns []string  `json:"columns"`
	Rows    []pageRow `json:"rows"`
}

type pageRow struct {
	Cells []int  `json:"cells"` // indices of tests, a column each; -1 where it did not run
	Odd   string `json:"odd"`   // in what the columns differ
}

type htmlSink struct {
	quiet
	w io.Writer
}

func newHTML(w io.Writer, _ *Options) sink { return &htmlSink{w: w} }

func (h *htmlSink) done(r *run) error {
	index := map[*Result]int{}
	for i, result := range r.results {
		index[result] = i
	}
	m := newMatrix(r.results, r.Profiles)
	p := page{Document: *newDocument(r), Columns: []string{}, Rows: []pageRow{}}
	for _, c := range m.columns {
		p.Columns = append(p.Columns, c.name)
	}
	for _, row := range m.rows {
		cells := make([]int, len(row.cells))
		for i, cell := range row.cells {
			cells[i] = -1
			if cell != nil {
				cells[i] = index[cell]
			}
		}
		p.Rows = append(p.Rows, pageRow{Cells: cells, Odd: m.odd(row)})
	}
	cleanDocument(&p.Document)
	data, err := json.Marshal(p) // escapes <, >, & and the line separators: it cannot end its script element
	if err != nil {
		return fmt.Errorf("html 报告: %w", err)
	}
	_, err = strings.NewReplacer("/*CSS*/", pageCSS, "/*DATA*/", string(data), "/*JS*/", pageJS).WriteString(h.w, pageHTML)
	return err
}

// cleanDocument takes the colours out of what people read.
func cleanDocument(d *Document) {
	failures := func(list []DocumentFailure) {
		for i := range list {
			f := &list[i]
			for _, text := range []*string{&f.Message, &f.Stack, &f.Frame, &f.Expected, &f.Actual, &f.Diff} {
				*text = clean(*text)
			}
		}
	}
	failures(d.Errors)
	for _, t := range d.Tests {
		for _, a := range t.Attempts {
			failures(a.Failures)
			for i := range a.Console {
				a.Console[i].Text = clean(a.Console[i].Text)
			}
		}
	}
}
