package report

import (
	"errors"
	"fmt"
	"io"
)

// dot writes one character a test: "." passed, "F" failed, "~" flaky, "s" skipped; 80 a line. Its end is list's.
type dot struct {
	list
	n int
}

func newDot(w io.Writer, o *Options) sink {
	return &dot{list: list{w: w, o: o, p: palette(o.Color)}}
}

func (d *dot) begin(p Plan) {
	d.many = len(p.Profiles) > 1
	d.write("\n" + d.p.in(dim, planned(p)) + "\n\n")
}

func (d *dot) start(*Test) {}

func (d *dot) end(r *Result) {
	color, sign := mark(r)
	switch r.Status {
	case Passed:
		sign = "."
	case Failed:
		sign = "F"
	case Skipped:
		sign = "s"
	}
	d.write(d.p.in(color, sign))
	if d.n++; d.n%80 == 0 {
		d.write("\n")
	}
}

func (d *dot) done(r *run) error {
	if d.n%80 != 0 {
		d.write("\n")
	}
	_, err := fmt.Fprint(d.w, epilogue(d.p, d.o, r, d.suffix))
	return errors.Join(d.err, err)
}
