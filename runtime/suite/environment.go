package suite

import (
	"bytes"
	"fmt"
	"os"
	"regexp"

	"qinghost/runtime/headless"
	"qinghost/runtime/suite/report"
)

// environment is said in a comment at the head of a test file.
var environment = regexp.MustCompile(`(?m)^[ \t]*(?://|/?\*+)[ \t]*@environment[ \t]+(\S+)`)

// head is how much of a file is looked at for such a comment, in bytes.
const head = 1024

// readHead takes what the file says of its environment; the failure, if there is one, is the file's.
func (p *playing) readHead() *report.Failure {
	text, err := os.ReadFile(p.job.path)
	if err != nil {
		return &report.Failure{Name: "Error", Message: err.Error(), File: p.job.name}
	}
	p.dom = p.DOM
	at := environment.FindSubmatchIndex(text[:min(len(text), head)])
	if at == nil {
		return nil
	}
	name := string(text[at[2]:at[3]])
	if name != "dom" && name != "headless" {
		line := 1 + bytes.Count(text[:at[2]], []byte("\n"))
		return &report.Failure{
			Name: "Error", Message: fmt.Sprintf("environment 应为 headless 或 dom, 收到 %q", name),
			File: p.job.name, Line: line, Column: 1, Frame: headless.Frame(string(text), line, 1),
		}
	}
	p.dom = name == "dom"
	return nil
}
