package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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
