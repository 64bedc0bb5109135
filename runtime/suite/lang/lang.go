// Package lang is the list of what of ECMAScript runs headless: ES2015 to ES2023 as far as light apps use it, and some later
// methods. Each feature is a tiny script with what it must give; it is run as it is written, and as the bundler hands it over.
package lang

import (
	"fmt"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// Feature is an entry of the list.
type Feature struct {
	Since int    // the edition, 2015 and so on
	Name  string // as it stands in the README, the same in both languages
	Code  string // the body of an async function, but that it may import; it returns the value
	Want  string // the value as JSON
}

// Class says how a feature runs.
type Class string

const (
	Works   Class = "works"    // as it is written
	Lowered Class = "lowered"  // after the bundler lowered it
	Fails   Class = "does not" // not at all, and says so
)

// Lower returns the options by which a bundler must lower a test file for headless pages: to ES2020, and what goja lacks of
// that. runtime/bundle has the same.
func Lower() api.BuildOptions {
	return api.BuildOptions{
		Target:    api.ES2020,
		Supported: map[string]bool{"async-generator": false, "for-await": false},
		Charset:   api.CharsetUTF8,
	}
}

// Table returns the README's section of the classes by feature, in Chinese or English.
func Table(classes map[string]Class, chinese bool) string {
	named := map[Class][]string{}
	for _, f := range Features {
		class := classes[f.Name]
		named[class] = append(named[class], fmt.Sprintf("%s (ES%d)", f.Name, f.Since))
	}
	head, rows := "| | count | which |", []string{"works as written", "works in test files and modules (lowered by the bundler)", "does not work, and says so"}
	rest, separator := "everything else on the list", ", "
	if chinese {
		head, rows = "| | 数目 | 哪些 |", []string{"直接可用", "在测试文件和模块中可用 (打包时降级)", "不可用, 报错说明"}
		rest, separator = "列表中其余各项", "、"
	}
	var b strings.Builder
	b.WriteString(head + "\n|---|---|---|\n")
	for i, class := range []Class{Works, Lowered, Fails} {
		names := strings.Join(named[class], separator)
		if class == Works {
			names = rest
		} else if names == "" {
			names = "–"
		}
		fmt.Fprintf(&b, "| %s | %d | %s |\n", rows[i], len(named[class]), names)
	}
	return b.String()
}
