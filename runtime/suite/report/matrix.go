package report

import (
	"fmt"
	"slices"
	"strings"
)

// matrix is the run side by side: a row a test, a column a profile (and project, where there are several).
type matrix struct {
	columns []column
	rows    []*row
}

type column struct{ profile, project, name string }

type row struct {
	*Test
	cells []*Result // a column each; nil where it did not run; the worst of its repetitions
}

// newMatrix groups results: columns in the order of the profiles, rows in the order that they first came.
func newMatrix(results []*Result, profiles []string) *matrix {
	m := &matrix{}
	projects := map[string]bool{}
	for _, r := range results {
		projects[r.Project] = true
		if !slices.ContainsFunc(m.columns, r.in) {
			m.columns = append(m.columns, column{profile: r.Profile, project: r.Project})
		}
	}
	slices.SortStableFunc(m.columns, func(a, b column) int {
		return slices.Index(profiles, a.profile) - slices.Index(profiles, b.profile)
	})
	for i, c := range m.columns {
		m.columns[i].name = c.profile
		if len(projects) > 1 {
			m.columns[i].name += " · " + c.project
		}
	}
	rows := map[string]*row{}
	for _, r := range results {
		key := strings.Join(append([]string{place(r.File, r.Line, r.Column)}, r.Path...), "\x00")
		if rows[key] == nil {
			rows[key] = &row{Test: &r.Test, cells: make([]*Result, len(m.columns))}
			m.rows = append(m.rows, rows[key])
		}
		at := slices.IndexFunc(m.columns, r.in)
		if cell := rows[key].cells[at]; cell == nil || severity(r.Status) > severity(cell.Status) {
			rows[key].cells[at] = r
		}
	}
	return m
}

func (t *Test) in(c column) bool { return c.profile == t.Profile && c.project == t.Project }

func severity(s Status) int { return slices.Index([]Status{Skipped, Passed, Flaky, Failed}, s) }

// odd says in what the columns differ: "只有 ios 通过"; empty where they do not.
func (m *matrix) odd(r *row) string {
	var passed, failed []string
	for i, cell := range r.cells {
		switch {
		case cell == nil || cell.Status == Skipped:
		case cell.Status == Failed:
			failed = append(failed, m.columns[i].name)
		default:
			passed = append(passed, m.columns[i].name)
		}
	}
	switch {
	case len(passed) == 0 || len(failed) == 0:
		return ""
	case len(passed) <= len(failed):
		return "只有 " + strings.Join(passed, "、") + " 通过"
	}
	return "只有 " + strings.Join(failed, "、") + " 失败"
}

// text draws the rows in which the columns differ, and what each column passed; empty where there is one column.
func (m *matrix) text(p palette, width int) string {
	if len(m.columns) < 2 {
		return ""
	}
	names := []string{""}
	odd := make([]string, len(m.rows))
	for i, r := range m.rows {
		odd[i] = m.odd(r)
		if odd[i] != "" {
			names = append(names, r.File+" › "+r.title())
		}
	}
	first, others := 8, 0
	for _, c := range m.columns {
		others += Columns(c.name) + 2
	}
	for _, name := range names {
		first = max(first, Columns(name))
	}
	first = max(16, min(first, width-others-24))

	var b strings.Builder
	line := func(name string, cell func(i int) (paint, string), note string) {
		text := "  " + pad(cut(name, first), first)
		for i, c := range m.columns {
			color, sign := cell(i)
			text += "  " + p.in(color, sign) + pad("", Columns(c.name)-Columns(sign))
		}
		b.WriteString(strings.TrimRight(text+p.in(yellow, note), " ") + "\n")
	}
	line("", func(i int) (paint, string) { return bold, m.columns[i].name }, "")
	for i, r := range m.rows {
		if odd[i] != "" {
			line(r.File+" › "+r.title(), func(i int) (paint, string) { return mark(r.cells[i]) }, "  "+odd[i])
		}
	}
	line("通过/运行", func(i int) (paint, string) {
		passed, ran := m.count(i)
		if passed < ran {
			return red, fmt.Sprintf("%d/%d", passed, ran)
		}
		return green, fmt.Sprintf("%d/%d", passed, ran)
	}, "")
	return b.String()
}

func (m *matrix) count(at int) (passed, ran int) {
	for _, r := range m.rows {
		if cell := r.cells[at]; cell != nil && cell.Status != Skipped {
			ran++
			if cell.Status != Failed {
				passed++
			}
		}
	}
	return passed, ran
}

// mark is the sign of an end.
func mark(r *Result) (paint, string) {
	if r == nil {
		return dim, " "
	}
	switch r.Status {
	case Passed:
		return green, "✓"
	case Flaky:
		return yellow, "~"
	case Skipped:
		return dim, "-"
	}
	return red, "✗"
}
