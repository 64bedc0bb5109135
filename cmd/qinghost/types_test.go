package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// nodeJS runs a script of Node's below the TypeScript that the Makefile installs, and returns what it prints.
func nodeJS(t *testing.T, dir, script string, args ...string) string {
	t.Helper()
	typescript, err := filepath.Abs("../../.cache/node_modules/typescript")
	require.NoError(t, err)
	program, err := exec.LookPath("node")
	if err != nil {
		lacks(t, "没有 node: 不检查 qing.d.ts")
	}
	if _, err := os.Stat(typescript); err != nil {
		lacks(t, "没有 TypeScript: 先运行 make .cache/node_modules/typescript")
	}
	if script == "" {
		script = filepath.Join(typescript, "bin", "tsc")
	} else {
		args = append(args, typescript)
	}
	c := exec.CommandContext(t.Context(), program, append([]string{script}, args...)...)
	c.Dir = dir
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); err != nil && out.Len() == 0 {
		require.NoError(t, err)
	}
	return out.String()
}

// tsc is what the compiler says of a folder with a tsconfig.json: nothing when all is well.
func tsc(t *testing.T, dir string) string {
	t.Helper()
	return nodeJS(t, dir, "", "--noEmit", "--pretty", "false", "--skipLibCheck", "false", "--skipDefaultLibCheck", "-p", ".")
}

// ran is what the program prints; it must end with 0.
func ran(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitDone, run(t.Context(), args, nil, nil, &stdout, &stderr), "%s%s", &stdout, &stderr)
	require.Empty(t, stderr.String())
	return stdout.String()
}

// TestTypes compiles what init writes, and beside it what must and what must not compile.
func TestTypes(t *testing.T) {
	dir := t.TempDir() + "/轻应用"
	ran(t, "init", dir)
	assert.Empty(t, tsc(t, dir))

	for _, name := range []string{"right.ts", "wrong.ts"} {
		text, err := os.ReadFile("testdata/types/" + name)
		require.NoError(t, err)
		write(t, dir+"/"+name, string(text))
	}
	said := "\n" + tsc(t, dir)
	assert.NotContains(t, said, "right.ts")
	wrong, err := os.ReadFile("testdata/types/wrong.ts")
	require.NoError(t, err)
	for i, line := range strings.Split(strings.TrimSpace(string(wrong)), "\n")[1:] {
		assert.Contains(t, said, fmt.Sprintf("\nwrong.ts(%d,", i+2), "no error: %s", line)
	}
	assert.Contains(t, said, "Did you mean to write 'groupId'?")
	assert.Contains(t, said, `'"creatLive"' is not assignable to parameter of type 'keyof QingApis'`)

	complete, err := filepath.Abs("testdata/types/complete.cjs")
	require.NoError(t, err)
	var offered [][]string
	text := nodeJS(t, dir, complete)
	require.NoError(t, json.Unmarshal([]byte(text), &offered), text)
	for i, name := range []string{"createVoiceMeeting", "createLive", "personPicker", "groupId"} {
		assert.Contains(t, offered[i], name)
		assert.NotContains(t, offered[i], "window", "anything goes")
	}
	assert.Contains(t, offered[0], "myMethod", "one's own")
	assert.Contains(t, offered[0], "scanQRCode", "not built yet")
}

// TestTypesOfExamples compiles the suites of the examples.
func TestTypesOfExamples(t *testing.T) {
	meetings := project(t, example)
	ran(t, "init", meetings)
	assert.Empty(t, tsc(t, meetings))

	vite := project(t, viteApp)
	write(t, vite+"/tests/qing.d.ts", ran(t, "types"))
	assert.Empty(t, tsc(t, vite+"/tests"))
}

// TestTypesAreComplete: every API has its overload, with its line of documentation above.
func TestTypesAreComplete(t *testing.T) {
	text := ran(t, "types")
	w, err := newWorld(t.Context(), &settings{profile: "ios", data: ":memory:"}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	for _, api := range w.host.APIs() {
		assert.Contains(t, text, "   * "+api.Doc+"\n")
		assert.Equal(t, 1, strings.Count(text, "\n  call(name: '"+api.Name+"', ...params: "), api.Name)
	}
	require.NoError(t, w.close())
}
