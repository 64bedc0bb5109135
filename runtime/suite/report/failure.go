package report

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"qinghost/bridge"
)

// Most that the terminal shows of one test; the files have all.
const (
	shownLines = 20  // of the console
	shownCalls = 20  // of the call log
	shownJSON  = 160 // characters of a call's parameters or result
)

// failures tells of all that failed or was flaky: title path, message, diff, code frame, stack, console and calls. The same
// failures under several profiles are told once.
func failures(p palette, r *run, name func(*Test) string) string {
	var order []string
	same := map[string][]*Result{}
	for _, result := range r.results {
		if result.Status != Failed {
			continue
		}
		text := ""
		for _, a := range result.Attempts {
			for _, f := range a.Failures {
				text += f.Name + f.Message + f.Diff + "\x00"
			}
		}
		key := strings.Join(append([]string{result.File, text}, result.Path...), "\x00")
		if same[key] == nil {
			order = append(order, key)
		}
		same[key] = append(same[key], result)
	}
	var b strings.Builder
	number := 0
	head := func(text string) {
		number++
		fmt.Fprintf(&b, "\n  %s\n", p.in(red, fmt.Sprintf("%d) %s", number, text)))
	}
	for _, f := range r.Errors {
		head(place(f.File, f.Line, f.Column) + " 文件没有跑起来")
		b.WriteString("\n" + indent(failure(p, &f), 5) + "\n")
	}
	for _, key := range order {
		results := same[key]
		title := place(results[0].File, results[0].Line, results[0].Column) + " › " + results[0].title()
		for _, result := range results {
			title += name(&result.Test)
		}
		head(title)
		b.WriteString(attempts(p, results[0]))
	}
	return b.String()
}

func attempts(p palette, r *Result) string {
	var b strings.Builder
	for i, a := range r.Attempts {
		if len(r.Attempts) > 1 {
			fmt.Fprintf(&b, "\n%s\n", p.in(dim, fmt.Sprintf("     第 %d 次, 共 %d 次", i+1, len(r.Attempts))))
		}
		for _, f := range a.Failures {
			b.WriteString("\n" + indent(failure(p, &f), 5) + "\n")
		}
	}
	if len(r.Attempts) == 0 {
		return ""
	}
	last := r.Attempts[len(r.Attempts)-1]
	if text := console(p, last.Console); text != "" {
		b.WriteString("\n     " + p.in(bold, "控制台") + "\n" + indent(text, 7))
	}
	if text := calls(p, last.Calls); text != "" {
		b.WriteString("\n     " + p.in(bold, "JS-API 调用") + "\n" + indent(text, 7))
	}
	return b.String()
}

// failure is one error, without a line feed at the end.
func failure(p palette, f *Failure) string {
	message, diff := strings.TrimRight(clean(f.Message), "\n"), strings.TrimRight(clean(f.Diff), "\n")
	if diff != "" { // the matcher may have put it into the message as well
		message = strings.TrimRight(strings.ReplaceAll(message, diff, ""), "\n")
	}
	if f.Name != "" && !strings.HasPrefix(message, f.Name) {
		message = f.Name + ": " + message
	}
	first, rest, _ := strings.Cut(message, "\n")
	parts := []string{strings.TrimRight(p.in(bold, first)+"\n"+rest, "\n")}
	switch {
	case diff != "":
		parts = append(parts, colourDiff(p, diff))
	case f.Expected != "" || f.Actual != "":
		if !strings.Contains(message, f.Expected) || !strings.Contains(message, f.Actual) {
			parts = append(parts, "期望: "+p.in(green, clean(f.Expected))+"\n实际: "+p.in(red, clean(f.Actual)))
		}
	}
	if frame := strings.TrimRight(clean(f.Frame), "\n"); frame != "" {
		lines := strings.Split(frame, "\n")
		for i, line := range lines {
			switch trimmed := strings.TrimSpace(line); {
			case strings.HasPrefix(trimmed, "|"): // the mark under the column
				lines[i] = p.in(red, line)
			case !strings.HasPrefix(trimmed, ">"):
				lines[i] = p.in(dim, line)
			}
		}
		parts = append(parts, strings.Join(lines, "\n"))
	}
	if stack := strings.Trim(clean(f.Stack), "\n"); stack != "" {
		parts = append(parts, p.in(dim, stack))
	} else if f.File != "" && f.Frame == "" {
		parts = append(parts, p.in(dim, "at "+place(f.File, f.Line, f.Column)))
	}
	return strings.Join(parts, "\n\n")
}

// colourDiff: what was expected is green and what came is red, as in Jest.
func colourDiff(p palette, diff string) string {
	lines := strings.Split(diff, "\n")
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line, "-"):
			lines[i] = p.in(green, line)
		case strings.HasPrefix(line, "+"):
			lines[i] = p.in(red, line)
		default:
			lines[i] = p.in(dim, line)
		}
	}
	return strings.Join(lines, "\n")
}

func console(p palette, lines []Line) string {
	var b strings.Builder
	if more := len(lines) - shownLines; more > 0 {
		fmt.Fprintln(&b, p.in(dim, fmt.Sprintf("… 前面还有 %d 行", more)))
		lines = lines[more:]
	}
	for _, line := range lines {
		color := dim
		switch line.Level {
		case "error":
			color = red
		case "warn":
			color = yellow
		}
		text := strings.TrimRight(indent(clean(line.Text), 6), "\n")
		fmt.Fprintf(&b, "%s %s\n", p.in(color, pad(line.Level, 5)), strings.TrimPrefix(text, "      "))
	}
	return b.String()
}

func calls(p palette, records []bridge.CallRecord) string {
	var b strings.Builder
	if more := len(records) - shownCalls; more > 0 {
		fmt.Fprintln(&b, p.in(dim, fmt.Sprintf("… 前面还有 %d 次", more)))
		records = records[more:]
	}
	for _, r := range records {
		color, sign := outcome(&r)
		fmt.Fprintf(&b, "%s %s %s %s", p.in(color, sign), oneLine(r.Method), short(r.Params), p.in(dim, "→"))
		switch {
		case r.State == bridge.CallDone:
			b.WriteString(" " + short(r.Result))
		default:
			b.WriteString(" " + p.in(color, state(&r)))
		}
		if len(r.Ignored) > 0 {
			b.WriteString(p.in(yellow, fmt.Sprintf(" (忽略了未知参数 %q)", r.Ignored)))
		}
		if r.Took > 0 {
			b.WriteString(p.in(dim, " "+took(time.Duration(r.Took)*time.Millisecond)))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// outcome is the sign of a call: answered with success, with a failure, or not.
func outcome(r *bridge.CallRecord) (paint, string) {
	var envelope struct{ Success any }
	if r.State != bridge.CallDone {
		return yellow, "?"
	}
	if json.Unmarshal(r.Result, &envelope) == nil && (envelope.Success == false || envelope.Success == "false") {
		return red, "✗"
	}
	return green, "✓"
}

// state says why a call has no answer.
func state(r *bridge.CallRecord) string {
	text := map[bridge.CallState]string{
		bridge.CallOpen: "还没有回调", bridge.CallCancelled: "已取消", bridge.CallUnanswered: "没有回调",
	}[r.State]
	if r.Note != "" {
		text += ": " + oneLine(r.Note)
	}
	return text
}

func short(text json.RawMessage) string { return shorten(oneLine(string(text)), shownJSON) }
