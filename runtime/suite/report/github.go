package report

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// github writes workflow commands, which become annotations at the lines of the failures, and the step's summary. Paths are
// made relative to GITHUB_WORKSPACE.
type github struct {
	quiet
	w io.Writer
	o *Options
}

// GitHub refuses a summary of more than a MiB.
const mostSummary = 1 << 20

func newGitHub(w io.Writer, o *Options) sink { return &github{w: w, o: o} }

func (g *github) done(r *run) error {
	var b strings.Builder
	for _, f := range r.Errors {
		b.WriteString(g.command("error", f.File, f.Line, f.Column, "文件没有跑起来", failure(false, &f)))
	}
	for _, result := range r.results {
		if result.Status != Failed && result.Status != Flaky {
			continue
		}
		command := "error"
		if result.Status == Flaky {
			command = "warning"
		}
		title := result.title() + " [" + result.Profile + "]"
		for _, a := range result.Attempts {
			for _, f := range a.Failures {
				file, line, column := f.File, f.Line, f.Column
				if file == "" {
					file, line, column = result.File, result.Line, result.Column
				}
				b.WriteString(g.command(command, file, line, column, title, failure(false, &f)))
			}
		}
	}
	_, failed := io.WriteString(g.w, b.String())
	if file := g.o.Env("GITHUB_STEP_SUMMARY"); file != "" {
		failed = errors.Join(failed, appendTo(file, g.summary(r)))
	}
	return failed
}

// command is one annotation.
func (g *github) command(name, file string, line, column int, title, message string) string {
	var properties []string
	add := func(key, value string) { properties = append(properties, key+"="+githubProperty(value)) }
	if file != "" {
		add("file", g.file(file))
	}
	if line > 0 {
		add("line", fmt.Sprint(line))
	}
	if column > 0 {
		add("col", fmt.Sprint(column))
	}
	add("title", title)
	return fmt.Sprintf("::%s %s::%s\n", name, strings.Join(properties, ","), githubData(message))
}

// file is where the repository has it.
func (g *github) file(name string) string {
	if workspace := g.o.Env("GITHUB_WORKSPACE"); workspace != "" && g.o.Root != "" {
		if folder, err := filepath.Rel(workspace, g.o.Root); err == nil {
			return path.Join(filepath.ToSlash(folder), name)
		}
	}
	return name
}

// The escapes of actions/toolkit, command.ts.
var (
	githubDataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubPropertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func githubData(text string) string     { return githubDataEscapes.Replace(text) }
func githubProperty(text string) string { return githubPropertyEscapes.Replace(text) }

// summary is Markdown: the counts, the profiles side by side, and the failures folded.
func (g *github) summary(r *run) string {
	var b strings.Builder
	sign := "✅"
	if r.Failed+len(r.Errors) > 0 || r.Interrupted {
		sign = "❌"
	}
	fmt.Fprintf(&b, "### %s qinghost test: %s\n\n用时 %s\n\n", sign, Tally(r.Summary), took(r.Took))
	m := newMatrix(r.results, r.Profiles)
	if len(m.columns) > 1 {
		b.WriteString("| 测试 |")
		for _, c := range m.columns {
			b.WriteString(" " + markdown(c.name) + " |")
		}
		b.WriteString(" |\n|---|" + strings.Repeat(":-:|", len(m.columns)) + "---|\n")
		for _, row := range m.rows {
			if odd := m.odd(row); odd != "" {
				fmt.Fprintf(&b, "| %s |", markdown(row.File+" › "+row.title()))
				for _, cell := range row.cells {
					_, sign := mark(cell)
					b.WriteString(" " + sign + " |")
				}
				b.WriteString(" " + markdown(odd) + " |\n")
			}
		}
		b.WriteString("| 通过/运行 |")
		for i := range m.columns {
			passed, ran := m.count(i)
			fmt.Fprintf(&b, " %d/%d |", passed, ran)
		}
		b.WriteString(" |\n\n")
	}
	fold := func(title, text string) {
		part := fmt.Sprintf("<details><summary>%s</summary>\n\n<pre>%s</pre>\n\n</details>\n\n",
			html.EscapeString(title), html.EscapeString(text))
		if b.Len()+len(part) < mostSummary-100 {
			b.WriteString(part)
		}
	}
	for _, f := range r.Errors {
		fold("❌ "+cmp.Or(place(f.File, f.Line, f.Column), "qinghost")+" 文件没有跑起来", failure(false, &f))
	}
	for _, result := range r.results {
		if result.Status == Failed || result.Status == Flaky {
			_, sign := mark(result)
			title := sign + " " + place(result.File, result.Line, 0) + " › " + result.title() + " [" + result.Profile + "]"
			fold(title, strings.TrimSpace(attempts(false, result)))
		}
	}
	return b.String()
}

// markdown keeps a text from being more than text in a table's cell.
func markdown(text string) string {
	text = html.EscapeString(oneLine(text))
	return strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`).Replace(text)
}

func appendTo(name, text string) error {
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = io.WriteString(file, text)
	return errors.Join(err, file.Close())
}
