package main

import (
	"bytes"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWeb runs the tests of the project's own TypeScript: web/**/*.qing.ts.
func TestWeb(t *testing.T) {
	t.Chdir("../../web")
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"test", "--profile", "all", "--forbid-only", "--reporter", "dot"}, nil, nil, &stdout, &stderr)
	require.Equal(t, exitDone, code, "%s%s", &stdout, &stderr)
	require.Regexp(t, regexp.MustCompile(`(?m)^\d{3,} passed, 0 failed\n$`), stdout.String(), "all of them, and none skipped")
}
