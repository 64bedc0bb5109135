// Goals, the figures that they are judged by, and the table.

package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// figures are what one round measured, by name ("qinghost mean").
type figures map[string]float64

func (f figures) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(f)) {
		parts = append(parts, fmt.Sprintf("%s %s", name, short(f[name])))
	}
	return strings.Join(parts, ", ")
}

// goal is one comparison: how many times the peer's figure ours is to be, at most or at least.
type goal struct {
	number     int
	what, unit string
	ours, peer string // names of figures
	limit      float64
	atLeast    bool
	difference bool // the limit is of ours minus the peer's
}

// line is a goal in the table.
type line struct {
	goal
	ours, peer float64
	ratios     []float64 // sorted; empty when a side was not measured
}

// judge compares round by round, so that what slows the machine down slows down both sides.
func (g goal) judge(rounds []figures) line {
	var ours, peers, ratios []float64
	for _, f := range rounds {
		a, is := f[g.ours]
		b, too := f[g.peer]
		if !is || !too {
			continue
		}
		ours, peers = append(ours, a), append(peers, b)
		if g.difference {
			ratios = append(ratios, a-b)
		} else {
			ratios = append(ratios, a/b)
		}
	}
	if ratios == nil {
		return line{goal: g}
	}
	slices.Sort(ratios)
	return line{g, median(ours), median(peers), ratios}
}

func (l line) met() bool {
	if l.atLeast {
		return median(l.ratios) >= l.limit
	}
	return median(l.ratios) <= l.limit
}

// ratio writes a quotient, or a difference, in the unit of the limit.
func (l line) ratio(v float64) string {
	if l.difference {
		return fmt.Sprintf("%+.1f %s", v, l.unit)
	}
	return short(v) + "×"
}

// table prints the goals.
func table(w io.Writer, lines []line) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "goal\twhat\tours\tpeer\tratio\tmin–max\twanted\t")
	for _, l := range lines {
		wanted := "≤ " + l.ratio(l.limit)
		if l.atLeast {
			wanted = "≥ " + l.ratio(l.limit)
		}
		if l.ratios == nil {
			fmt.Fprintf(t, "%d\t%s\t\t\t\t\t%s\tnot measured\n", l.number, l.what, wanted)
			continue
		}
		verdict := "met"
		if !l.met() {
			verdict = "NOT MET"
		}
		fmt.Fprintf(t, "%d\t%s\t%s %s\t%s %s\t%s\t%s – %s\t%s\t%s\n", l.number, l.what, short(l.ours), l.unit, short(l.peer), l.unit,
			l.ratio(median(l.ratios)), l.ratio(l.ratios[0]), l.ratio(l.ratios[len(l.ratios)-1]), wanted, verdict)
	}
	return t.Flush()
}

// short writes about three digits.
func short(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.3f", v)
	}
}

// median of at least one value.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
