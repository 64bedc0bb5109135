package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/runtime/headless"
)

// TestReadmeScenario plays the scenario that the READMEs show, as it is pasted.
func TestReadmeScenario(t *testing.T) {
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```")
	for _, readme := range []string{"../../README.md", "../../README.zh-CN.md"} {
		prose, err := os.ReadFile(readme)
		require.NoError(t, err)
		found := block.FindSubmatch(prose)
		require.NotNil(t, found, readme)
		file := filepath.Join(t.TempDir(), "scenario.yaml")
		require.NoError(t, os.WriteFile(file, found[1], 0o644))
		w, err := newWorld(t.Context(), &settings{profile: "ios", scenario: file, data: ":memory:"}, slog.New(slog.DiscardHandler))
		require.NoError(t, err, readme)
		page, err := headless.New(t.Context(), w.host, headless.Options{URL: "http://127.0.0.1:7464/"})
		require.NoError(t, err)
		got, err := page.Eval(t.Context(), `return (await qing.call('createVoiceMeeting')).success + (await qing.call('createLive')).errorCode`)
		require.NoError(t, err)
		require.Equal(t, `"true1003"`, got, readme)
		meeting, err := json.Marshal(w.host.State()[0].Meeting)
		require.NoError(t, err)
		require.Contains(t, string(meeting), `"state":"ringing"`)
		require.Empty(t, w.host.Log.After(0, "createVoiceMeeting")[0].Note)
		require.Equal(t, bridge.CallDone, w.host.Log.After(0, "createVoiceMeeting")[0].State)
		require.NoError(t, page.Close())
		require.NoError(t, w.close())
	}
}

// TestReadmeFlags: the READMEs name every flag of the test verb.
func TestReadmeFlags(t *testing.T) {
	c := &command{}
	for _, readme := range []string{"../../README.md", "../../README.zh-CN.md"} {
		prose, err := os.ReadFile(readme)
		require.NoError(t, err)
		_, testing, found := strings.Cut(string(prose), "qinghost test\n```")
		require.True(t, found)
		c.testCommand().Flags().VisitAll(func(flag *pflag.Flag) {
			named := strings.Contains(testing, "--"+flag.Name)
			short := flag.Shorthand != "" && strings.Contains(testing, "`-"+flag.Shorthand+" ")
			assert.True(t, named || short, "%s: --%s", readme, flag.Name)
		})
	}
}

// TestReadmeTest runs the test that the READMEs show, in the example that it imports from.
func TestReadmeTest(t *testing.T) {
	block := regexp.MustCompile("(?s)```ts\n(.*?)```")
	dir := project(t, viteApp)
	for i, readme := range []string{"../../README.md", "../../README.zh-CN.md"} {
		prose, err := os.ReadFile(readme)
		require.NoError(t, err)
		found := block.FindSubmatch(prose)
		require.NotNil(t, found, readme)
		write(t, fmt.Sprintf("%s/tests/readme%d.qing.ts", dir, i), string(found[1]))
	}
	code, failed, of := tested(t, dir)
	require.Empty(t, failed)
	require.Equal(t, exitDone, code)
	require.Equal(t, 3, of.Files)
}
