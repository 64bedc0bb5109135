package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

// How often a terminal is drawn anew, how many running tests it shows, and from when and how many files are called slow.
const (
	drawEvery = 33 * time.Millisecond
	shownRuns = 8
	slowFile  = time.Second
	slowFiles = 5
)

// list tells of each test on a line of its own. A terminal also shows below them which are running, and how far the run is;
// that part is drawn over in one write, no more often than drawEvery.
type list struct {
	w io.Writer
	o *Options
	p palette

	mu      sync.Mutex
	plan    Plan
	many    bool // several profiles or projects: each test says which is its
	began   time.Time
	running []runningTest
	counts  map[Status]int
	above   strings.Builder // lines that stay, not written yet
	below   int             // lines that the terminal shows under them
	drawn   time.Time
	timer   *time.Timer // draws what came too soon after the last; nil when all is drawn
	over    bool
	err     error
}

type runningTest struct {
	*Test
	since time.Time
}

func newList(w io.Writer, o *Options) sink {
	return &list{w: w, o: o, p: palette(o.Color), counts: map[Status]int{}}
}

func (l *list) begin(p Plan) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.plan, l.began, l.many = p, l.o.Clock(), len(p.Profiles) > 1
	fmt.Fprintf(&l.above, "\n%s\n\n", l.p.in(dim, planned(p)))
	l.show()
}

// planned is the run in a line: "3 个文件, 12 个测试, 2 个 worker".
func planned(p Plan) string {
	parts := []string{fmt.Sprintf("%d 个文件", p.Files)}
	if p.Tests > 0 {
		parts = append(parts, fmt.Sprintf("%d 个测试", p.Tests))
	}
	if p.Workers > 1 {
		parts = append(parts, fmt.Sprintf("%d 个 worker", p.Workers))
	}
	if p.Shard != "" {
		parts = append(parts, "分片 "+p.Shard)
	}
	if p.Seed != 0 {
		parts = append(parts, fmt.Sprintf("随机种子 %d", p.Seed))
	}
	if len(p.Profiles) > 0 {
		parts = append(parts, "客户端 "+strings.Join(p.Profiles, "、"))
	}
	return strings.Join(parts, ", ")
}

// suffix tells which profile and project a test is of, where there are several.
func (l *list) suffix(t *Test) string {
	text := ""
	if l.many {
		text = " [" + t.Profile + "]"
	}
	if t.Project == "browser" {
		text += " [browser]"
	}
	return text
}

func (l *list) start(t *Test) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running = append(l.running, runningTest{t, l.o.Clock()})
	l.show()
}

func (l *list) end(r *Result) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running = slices.DeleteFunc(l.running, func(t runningTest) bool { return t.ID == r.ID })
	l.counts[r.Status]++
	color, sign := mark(r)
	l.above.WriteString(l.p.in(color, sign) + " " + l.p.in(dim, place(r.File, r.Line, 0)+" › ") + r.title() + l.p.in(cyan, l.suffix(&r.Test)))
	switch note := ""; {
	case r.Status == Skipped:
		if r.Reason != "" {
			note = " (" + oneLine(r.Reason) + ")"
		}
		l.above.WriteString(l.p.in(dim, note))
	default:
		if len(r.Attempts) > 1 {
			note = fmt.Sprintf(", 试了 %d 次", len(r.Attempts))
		}
		l.above.WriteString(l.p.in(dim, " ("+took(r.took())+note+")"))
	}
	l.above.WriteString("\n")
	l.show()
}

// show brings what has changed to the terminal, now or soon. The lock is held.
func (l *list) show() {
	if !l.o.Terminal {
		l.write(l.above.String())
		l.above.Reset()
		return
	}
	if l.timer != nil || l.over {
		return
	}
	if wait := drawEvery - l.o.Clock().Sub(l.drawn); wait > 0 {
		l.timer = time.AfterFunc(wait, func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.timer = nil; !l.over {
				l.draw()
			}
		})
		return
	}
	l.draw()
}

// draw writes the lines that stay and, under them, the live ones, over the live ones of before: each line to its end and
// then erased to the edge, the rest of the screen erased last, so that nothing is blank in between.
func (l *list) draw() {
	var b strings.Builder
	b.WriteString("\x1b[?2026h") // terminals that know it show the frame at once
	if l.below > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", l.below)
	}
	b.WriteString(strings.ReplaceAll(l.above.String(), "\n", "\x1b[K\n"))
	l.above.Reset()
	l.below = 0
	if !l.over {
		for _, line := range l.live() {
			b.WriteString(line + "\x1b[K\n")
			l.below++
		}
	}
	b.WriteString("\x1b[J\x1b[?2026l")
	l.write(b.String())
	l.drawn = l.o.Clock()
}

// live is the bar and the running tests, each shorter than the terminal is wide.
func (l *list) live() []string {
	now, width := l.o.Clock(), max(20, l.o.Width()-2)
	lines := []string{""}
	for i, t := range l.running {
		if i == shownRuns {
			lines = append(lines, l.p.in(dim, fmt.Sprintf("  … 还有 %d 个在跑", len(l.running)-i)))
			break
		}
		since := ""
		if d := now.Sub(t.since); d >= time.Second {
			since = " " + took(d)
		}
		lines = append(lines, "  "+cut(t.File+" › "+t.title()+l.suffix(t.Test), width-2-len(since))+l.p.in(yellow, since))
	}
	ended := l.counts[Passed] + l.counts[Flaky] + l.counts[Failed] + l.counts[Skipped]
	text := fmt.Sprintf(" %d", ended)
	if l.plan.Tests > 0 {
		text = fmt.Sprintf(" %d/%d", ended, l.plan.Tests)
	}
	passed, failed := fmt.Sprintf("  ✓ %d", l.counts[Passed]+l.counts[Flaky]), ""
	if n := l.counts[Failed]; n > 0 {
		failed = fmt.Sprintf("  ✗ %d", n)
	}
	clock := "  " + took(now.Sub(l.began).Truncate(100*time.Millisecond))
	bar := min(40, width-Columns(text+passed+failed+clock)-2)
	line := cut(text, width)
	if bar >= 8 {
		line = "  " + l.bar(bar, ended) + text + l.p.in(green, passed) + l.p.in(red, failed) + l.p.in(dim, clock)
	}
	return append(lines, line)
}

// bar is spaces on coloured ground, since fonts disagree on how wide the block characters are; without colours, signs.
func (l *list) bar(width, ended int) string {
	done := width
	if l.plan.Tests > 0 {
		done = min(width, width*ended/l.plan.Tests)
	}
	if !l.p {
		return strings.Repeat("=", done) + strings.Repeat("-", width-done)
	}
	ground := paint("42")
	if l.counts[Failed] > 0 {
		ground = "41"
	}
	return l.p.in(ground, strings.Repeat(" ", done)) + l.p.in("100", strings.Repeat(" ", width-done))
}

func (l *list) done(r *run) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.timer != nil {
		l.timer.Stop()
		l.timer = nil
	}
	l.over = true
	l.above.WriteString(epilogue(l.p, l.o, r, l.suffix))
	if l.o.Terminal {
		l.draw()
	} else {
		l.write(l.above.String())
	}
	return l.err
}

// write keeps the first error for done: a terminal that is gone does not end a run.
func (l *list) write(text string) {
	if _, err := io.WriteString(l.w, text); err != nil && l.err == nil {
		l.err = err
	}
}

// epilogue is what list and dot say at the end, but for the last line: failures, the matrix, flaky tests, slow files, the time.
func epilogue(p palette, o *Options, r *run, name func(*Test) string) string {
	var b strings.Builder
	if text := failures(p, r, name); text != "" {
		b.WriteString(text)
	}
	section := func(title, text string) {
		if text != "" {
			b.WriteString("\n" + p.in(bold, title) + "\n" + text)
		}
	}
	section("各客户端对照", newMatrix(r.results, r.Profiles).text(p, o.Width()))
	section("时好时坏的测试", flaky(p, r, name))
	section("慢的文件", slow(p, r))
	b.WriteString("\n")
	if r.Interrupted {
		b.WriteString(p.in(yellow, "已中断, 没有全部跑完") + "\n")
	}
	end := "用时 " + took(r.Took)
	if r.Seed != 0 {
		end += fmt.Sprintf(", 随机种子 %d (--seed %d 重现这个顺序)", r.Seed, r.Seed)
	}
	b.WriteString(p.in(dim, end) + "\n")
	return b.String()
}

func flaky(p palette, r *run, name func(*Test) string) string {
	var b strings.Builder
	for _, result := range r.results {
		if result.Status == Flaky {
			fmt.Fprintf(&b, "  %s %s › %s%s", p.in(yellow, "~"), place(result.File, result.Line, 0), result.title(), name(&result.Test))
			fmt.Fprintf(&b, "%s\n", p.in(dim, fmt.Sprintf(" (第 %d 次才通过)", len(result.Attempts))))
			if fs := result.Attempts[0].Failures; len(fs) > 0 {
				first, _, _ := strings.Cut(strings.TrimSpace(clean(fs[0].Message)), "\n")
				fmt.Fprintln(&b, p.in(dim, "    "+first))
			}
		}
	}
	return b.String()
}

// slow is the files that took longest, all tests together.
func slow(p palette, r *run) string {
	sum := map[string]time.Duration{}
	for _, result := range r.results {
		sum[result.File] += result.took()
	}
	var files []string
	for file, d := range sum {
		if d >= slowFile {
			files = append(files, file)
		}
	}
	slices.SortFunc(files, func(a, b string) int { return cmp.Or(cmp.Compare(sum[b], sum[a]), cmp.Compare(a, b)) })
	var b strings.Builder
	for _, file := range files[:min(len(files), slowFiles)] {
		fmt.Fprintf(&b, "  %s  %s\n", p.in(yellow, fmt.Sprintf("%8s", took(sum[file]))), file)
	}
	return b.String()
}
