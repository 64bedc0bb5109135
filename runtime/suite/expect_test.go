package suite

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// outcome is how one case of testdata/expect_cases.js ended: its message, or nil when the expectation held.
type outcome struct {
	Title    string  `json:"title"`
	Compares bool    `json:"compares"` // the messages are to be the same
	Message  *string `json:"message"`
}

// judge runs the cases, given `cases`; it is the same script for both sides.
const judge = `
const out = [];
for (const [title, run, compares] of cases) {
  let message = null;
  try { await run(); } catch (e) { message = e && typeof e.message === 'string' ? e.message : String(e); }
  out.push({ title, compares, message });
}
`

// Where ours differs from Jest on purpose.
var (
	// To Jest any value matches what has no properties (a RegExp, a boxed number), and a primitive's property any value; it
	// cannot judge what has no toString.
	stricter = regexp.MustCompile(`toMatchObject (boxed|regex2?|bytes|words)$|throws no prototype|name\.length" (大会议室|undefined)$`)
	// Holes are shown as such, a call shows what it lacks, and what cannot be searched is said.
	clearer = regexp.MustCompile(`\[ , \]|\[,1\]|^objects toHaveBeen(Last|Nth)?CalledWith|toContain$`)
	// goja gives a bigint a length, and two alignments of equal length are equally good.
	engine = regexp.MustCompile(`^1n toHaveLength|^Map3? toEqual in objects`)
)

// TestExpectBesideJest holds our expect against Jest's own package: the same verdicts, and the same messages but for
// colours and for the stack that Jest prints behind an error it caught.
func TestExpectBesideJest(t *testing.T) {
	cache, err := filepath.Abs("../../.cache")
	require.NoError(t, err)
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("没有 node: 不与 Jest 的 expect 比较 (no node: not compared with Jest's expect)")
	}
	if _, err := os.Stat(filepath.Join(cache, "node_modules", "expect")); err != nil {
		t.Skip("没有 npm 包 expect: 先运行 make .cache/node_modules/expect (npm package missing)")
	}
	cases, err := os.ReadFile("testdata/expect_cases.js")
	require.NoError(t, err)

	command := exec.CommandContext(t.Context(), node, "-e", `const { expect } = require('expect');
expect.setState({ expand: false }); // as the jest command does
const mocker = new (require('jest-mock').ModuleMocker)(globalThis);
const cases = (0, eval)(require('fs').readFileSync(0, 'utf8'))(expect, (f) => mocker.fn(f));
(async () => {`+judge+`process.stdout.write(JSON.stringify(out)); })();`)
	command.Dir, command.Env, command.Stderr = cache, append(os.Environ(), "FORCE_COLOR=0"), os.Stderr
	command.Stdin = bytes.NewReader(cases)
	text, err := command.Output()
	require.NoError(t, err)
	var jests, ours []outcome
	require.NoError(t, json.Unmarshal(text, &jests))
	newRealm(t, "").eval("const cases = ("+string(cases)+")(expect, fn);"+judge+"return out;", &ours)

	require.Len(t, ours, len(jests))
	stack, ends := regexp.MustCompile(`\n+( +at .*(\n|$))+`), regexp.MustCompile(`\s+$`)
	trim := func(s string) string { return ends.ReplaceAllString(stack.ReplaceAllString(s, "\n"), "") }
	verdicts, messages := 0, 0
	for i, jest := range jests {
		our := ours[i]
		require.Equal(t, jest.Title, our.Title)
		if stricter.MatchString(jest.Title) {
			continue
		}
		verdicts++
		if (jest.Message == nil) != (our.Message == nil) {
			assert.Fail(t, "verdicts differ", "%s\nJest: %s\nours: %s", jest.Title, said(jest.Message), said(our.Message))
			continue
		}
		if jest.Message == nil || !jest.Compares || clearer.MatchString(jest.Title) || engine.MatchString(jest.Title) {
			continue
		}
		messages++
		if trim(*jest.Message) != trim(*our.Message) {
			assert.Fail(t, "messages differ", "%s\nJest: %s\nours: %s", jest.Title, *jest.Message, *our.Message)
		}
	}
	t.Logf("%d verdicts and %d messages compared", verdicts, messages)
}

func said(message *string) string {
	if message == nil {
		return "(passes)"
	}
	return *message
}
