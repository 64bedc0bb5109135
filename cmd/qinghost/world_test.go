package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// TestScenarioNames: a scenario may speak of everything that the phone has, and of people by name; a typing error is shown
// where it stands, and changes nothing.
func TestScenarioNames(t *testing.T) {
	file := filepath.Join(t.TempDir(), "s.yaml")
	begin := func(text string) (*world, error) {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
		return newWorld(t.Context(), &settings{profile: "ios", scenario: file, data: ":memory:"}, slog.New(slog.DiscardHandler))
	}
	w, err := begin("calls:\n  createLive: {delay: 1s}\n  getLocation: {never: true}\n  meeting.create: {twice: true}\ncast: [{openId: 沈砚舟, declines: 3s}]\nclock: 2018-04-03T12:30:00+08:00\n")
	require.NoError(t, err)
	defer func() { require.NoError(t, w.close()) }()
	require.WithinDuration(t, time.UnixMilli(1522729800000), w.host.Clock.Now(), time.Minute)
	require.ErrorContains(t, w.play("s", []byte("calls:\n  createLive: {}\n  creatLive: {}\n")), "s:3:")

	_, err = begin("calls:\n  getLocatin: {delay: 3s}\n")
	require.ErrorContains(t, err, file+":2:")
	require.ErrorContains(t, err, `是否想写 "getLocation"?`)
	_, err = begin("cast:\n  - {openId: 沈砚舟}\n  - {openId: 沈硯舟}\n")
	require.ErrorContains(t, err, file+":3:")
}

// TestDataInConfig: a file counts from the configuration's folder, an address is one.
func TestDataInConfig(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "qinghost.yaml")
	for given, want := range map[string]string{
		"会议.db":                  filepath.Join(folder, "会议.db"),
		":memory:":               ":memory:",
		"postgres://localhost/q": "postgres://localhost/q",
	} {
		require.NoError(t, os.WriteFile(file, []byte("data: '"+given+"'\n"), 0o644))
		var s settings
		flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
		s.flags(flags)
		require.NoError(t, flags.Parse([]string{"--config", file}))
		require.NoError(t, s.fill(flags, map[string]string{}))
		require.Equal(t, want, s.data)
	}
}

// TestSwitches: unknown people and rate limits, by qinghost.yaml, the environment and flags.
func TestSwitches(t *testing.T) {
	file := filepath.Join(t.TempDir(), "qinghost.yaml")
	require.NoError(t, os.WriteFile(file, []byte("unknownPeople: true\nrateLimits: true\n"), 0o644))
	for _, test := range []struct {
		name            string
		args            []string
		env             map[string]string
		people, limited bool
	}{
		{"off by default", nil, map[string]string{}, false, false},
		{"file", []string{"--config", file}, map[string]string{}, true, true},
		{"environment over file", []string{"--config", file}, map[string]string{"QINGHOST_RATE_LIMITS": "false"}, true, false},
		{"flags", []string{"--unknown-people", "--rate-limits"}, map[string]string{}, true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := settings{data: ":memory:"}
			flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
			s.flags(flags)
			require.NoError(t, flags.Parse(test.args))
			require.NoError(t, s.fill(flags, test.env))
			s.data = ":memory:"
			w, err := newWorld(t.Context(), &s, slog.New(slog.DiscardHandler))
			require.NoError(t, err)
			defer func() { require.NoError(t, w.close()) }()
			w.host.Clock.Set(time.UnixMilli(1522729800000))
			token, err := w.areas.Auth.Token(t.Context(), bridge.ResGroupScope)
			require.NoError(t, err)
			call := func(body string) bridge.ServerEnvelope {
				_, e := ask(t, w.door, "/gateway/cloudwork/meeting/create?accessToken="+token.AccessToken, body)
				return e
			}
			require.Equal(t, test.people, call(`{"openid":"real","title":"周会","startDate":1522729800000,"endDate":1522737000000}`).Success)
			limited := false
			for range 1500 {
				limited = limited || call(`{}`).ErrorCode == 94106
			}
			require.Equal(t, test.limited, limited)
		})
	}
}
