package suite

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"qinghost/bridge"
)

// usualName is what a test file is called.
var usualName = regexp.MustCompile(`\.qing\.(ts|tsx|js|jsx|mjs)$`)

const usualGlob = "**/*.qing.{ts,tsx,js,jsx,mjs}"

// file is a test file that was found, and the lines that were asked for.
type file struct {
	path  string // absolute
	name  string // relative to Options.Dir, with slashes
	lines []int  // of filters such as "a.qing.ts:42"; nil for all
}

// filter is one argument: a part of a path, and perhaps a line.
type filter struct {
	text string
	part string
	line int // 0 for all
}

var lineOf = regexp.MustCompile(`^(.+):(\d+)(?::\d+)?$`)

func (s *session) filters() []filter {
	var all []filter
	for _, text := range s.Filters {
		f := filter{text: text, part: text}
		if found := lineOf.FindStringSubmatch(text); found != nil {
			f.part = found[1]
			f.line, _ = strconv.Atoi(found[2]) // digits
		}
		if filepath.IsAbs(f.part) {
			if rel, err := filepath.Rel(s.Dir, f.part); err == nil {
				f.part = rel
			}
		}
		f.part = strings.TrimPrefix(filepath.ToSlash(f.part), "./")
		all = append(all, f)
	}
	return all
}

// find returns the test files that the filters let through, by name, those of this shard. A *NoneError says what was looked
// for.
func (s *session) find() ([]file, error) {
	names, err := s.discover()
	if err != nil {
		return nil, err
	}
	var found []file
	filters := s.filters()
	for _, name := range names {
		f := file{path: filepath.Join(s.Dir, filepath.FromSlash(name)), name: name}
		wanted, whole := len(filters) == 0, len(filters) == 0
		for _, filter := range filters {
			if filter.part != "." && !strings.Contains(name, filter.part) {
				continue
			}
			wanted = true
			if filter.line == 0 {
				whole = true
			} else {
				f.lines = append(f.lines, filter.line)
			}
		}
		if whole {
			f.lines = nil
		}
		if wanted {
			found = append(found, f)
		}
	}
	if len(found) == 0 && !s.AllowNone {
		return nil, s.none(names)
	}
	if s.Shard.Count > 0 {
		var ours []file
		for i, f := range found {
			if i%s.Shard.Count == s.Shard.Index-1 {
				ours = append(ours, f)
			}
		}
		found = ours
	}
	return found, nil
}

// none says what was looked for, where, and what is near.
func (s *session) none(names []string) error {
	globs := usualGlob
	if s.Globs != nil {
		globs = strings.Join(s.Globs, ", ")
	}
	if len(names) == 0 {
		return &NoneError{fmt.Sprintf("在 %s 里没有找到测试文件 (%s); 写第一个: 新建 app.qing.ts, 内容如 test('名称', async () => { … })", s.Dir, globs)}
	}
	text := fmt.Sprintf("没有测试文件匹配 %s; 在 %s 里找了 %d 个文件 (%s)", strings.Join(s.Filters, "、"), s.Dir, len(names), globs)
	var near []string
	for _, f := range s.filters() {
		bases := make([]string, len(names))
		for i, name := range names {
			bases[i] = path.Base(name)
		}
		for _, known := range [][]string{names, bases, stems(bases)} {
			if at := slices.Index(known, bridge.Nearest(f.part, known)); at >= 0 && !slices.Contains(near, names[at]) {
				near = append(near, names[at])
				break
			}
		}
	}
	if len(near) > 0 {
		return &NoneError{text + ", 是否想写 " + strings.Join(near, "、") + "?"}
	}
	return &NoneError{text + ", 例如 " + strings.Join(names[:min(3, len(names))], "、")}
}

// stems are the names without their endings.
func stems(names []string) []string {
	var all []string
	for _, name := range names {
		stem, _, _ := strings.Cut(name, ".")
		all = append(all, stem)
	}
	return all
}

// discover returns the names of all test files below the folder, sorted.
func (s *session) discover() ([]string, error) {
	matches, err := globs(s.Globs)
	if err != nil {
		return nil, err
	}
	var names []string
	ignoreDist := ignores(filepath.Join(s.Dir, ".gitignore"), "dist")
	err = filepath.WalkDir(s.Dir, func(at string, entry fs.DirEntry, err error) error {
		base := entry.Name()
		switch {
		case err != nil && at == s.Dir:
			return fmt.Errorf("无法读取文件夹 %s: %w", at, err)
		case err != nil:
			s.Logger.Warn("略过了读不了的文件夹", "path", at, "err", err)
			return fs.SkipDir
		case entry.IsDir() && at != s.Dir &&
			(base == "node_modules" || strings.HasPrefix(base, ".") || base == "dist" && (ignoreDist || ignores(filepath.Join(filepath.Dir(at), ".gitignore"), base))):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		name, err := filepath.Rel(s.Dir, at)
		if err != nil {
			return err
		}
		if name = filepath.ToSlash(name); matches(name) {
			names = append(names, name)
		}
		return nil
	})
	slices.Sort(names)
	return names, err
}

// ignores says whether a .gitignore names the folder plainly.
func ignores(gitignore, dir string) bool {
	text, err := os.ReadFile(gitignore)
	if err != nil {
		return false
	}
	for line := range bytes.Lines(text) {
		if strings.Trim(strings.TrimPrefix(strings.TrimSpace(string(line)), "**/"), "/") == dir {
			return true
		}
	}
	return false
}

// globs makes a test of patterns: ** is any folders, * and ? stay in one, {a,b} are alternatives.
func globs(patterns []string) (func(name string) bool, error) {
	if patterns == nil {
		return usualName.MatchString, nil
	}
	var all []*regexp.Regexp
	for _, pattern := range patterns {
		compiled, err := regexp.Compile("^" + globExpression(strings.TrimPrefix(pattern, "./")) + "$")
		if err != nil {
			return nil, bridge.Errorf(bridge.BadParams, "test.files 的 %q 不是正确的通配符: 应如 %s", pattern, usualGlob)
		}
		all = append(all, compiled)
	}
	return func(name string) bool {
		return slices.ContainsFunc(all, func(r *regexp.Regexp) bool { return r.MatchString(name) })
	}, nil
}

func globExpression(pattern string) string {
	var b strings.Builder
	braces := 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case strings.HasPrefix(pattern[i:], "**/"):
			b.WriteString("(?:.*/)?")
			i += 2
		case strings.HasPrefix(pattern[i:], "**"):
			b.WriteString(".*")
			i++
		case c == '*':
			b.WriteString("[^/]*")
		case c == '?':
			b.WriteString("[^/]")
		case c == '{':
			b.WriteString("(?:")
			braces++
		case c == '}' && braces > 0:
			b.WriteString(")")
			braces--
		case c == ',' && braces > 0:
			b.WriteString("|")
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	return b.String()
}
