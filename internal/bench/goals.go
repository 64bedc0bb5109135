// Goals, the figures that they are judged by, and the table.

package bench

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// Figures are what one round measured, by name. The first word of a name is the side that it is of ("qinghost mean").
type Figures map[string]float64

func (f Figures) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(f)) {
		parts = append(parts, fmt.Sprintf("%s %s", name, short(f[name])))
	}
	return strings.Join(parts, ", ")
}

// Goal is one comparison: how many times the peer's figure ours is to be, at most or at least.
type Goal struct {
	Number     int // in reference/performance.md; 0: no goal, the ratio is for information
	What, Unit string
	Ours, Peer string // names of figures
	Limit      float64
	AtLeast    bool
	Difference bool // the limit is of ours minus the peer's
}

// line is a goal in the table.
type line struct {
	Goal
	ours, peer float64
	ratios     []float64 // sorted; empty when a side was not measured
	missing    string    // why it was not, if known
}

// judge compares round by round, so that what slows the machine down slows down both sides.
func (g Goal) judge(rounds []Figures, missing map[string]string) line {
	l := line{Goal: g}
	for _, name := range []string{g.Ours, g.Peer} {
		side, _, _ := strings.Cut(name, " ")
		if l.missing = missing[side]; l.missing != "" {
			return l
		}
	}
	var ours, peers []float64
	for _, f := range rounds {
		a, is := f[g.Ours]
		b, too := f[g.Peer]
		if !is || !too {
			continue
		}
		ours, peers = append(ours, a), append(peers, b)
		if g.Difference {
			l.ratios = append(l.ratios, a-b)
		} else {
			l.ratios = append(l.ratios, a/b)
		}
	}
	if l.ratios == nil {
		l.missing = "no figures"
		return l
	}
	slices.Sort(l.ratios)
	l.ours, l.peer = Median(ours), Median(peers)
	return l
}

func (l line) met() bool {
	if l.AtLeast {
		return Median(l.ratios) >= l.Limit
	}
	return Median(l.ratios) <= l.Limit
}

// ratio writes a quotient, or a difference, in the unit of the limit.
func (l line) ratio(v float64) string {
	if l.Difference {
		return fmt.Sprintf("%+.1f %s", v, l.Unit)
	}
	return short(v) + "×"
}

// wanted writes number, limit and verdict.
func (l line) wanted() (number, limit, verdict string) {
	switch {
	case l.Number == 0:
	case l.AtLeast:
		number, limit = fmt.Sprint(l.Number), "≥ "+l.ratio(l.Limit)
	default:
		number, limit = fmt.Sprint(l.Number), "≤ "+l.ratio(l.Limit)
	}
	switch {
	case l.ratios == nil:
		verdict = "not measured: " + clip(l.missing)
	case l.Number == 0:
	case l.met():
		verdict = "met"
	default:
		verdict = "NOT MET"
	}
	return number, limit, verdict
}

// table prints the goals.
func table(w io.Writer, lines []line) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "goal\twhat\tours\tpeer\tratio\tmin–max\twanted\t")
	for _, l := range lines {
		number, limit, verdict := l.wanted()
		if l.ratios == nil {
			fmt.Fprintf(t, "%s\t%s\t\t\t\t\t%s\t%s\n", number, l.What, limit, verdict)
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s %s\t%s %s\t%s\t%s – %s\t%s\t%s\n", number, l.What, short(l.ours), l.Unit, short(l.peer), l.Unit,
			l.ratio(Median(l.ratios)), l.ratio(l.ratios[0]), l.ratio(l.ratios[len(l.ratios)-1]), limit, verdict)
	}
	return t.Flush()
}

// clip shortens a reason to what fits beside a table.
func clip(reason string) string {
	if runes := []rune(reason); len(runes) > 160 {
		return string(runes[:160]) + "…"
	}
	return reason
}

// short writes about three digits.
func short(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 0.1:
		return fmt.Sprintf("%.3f", v)
	default:
		return fmt.Sprintf("%.4f", v)
	}
}

// Median of at least one value.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
