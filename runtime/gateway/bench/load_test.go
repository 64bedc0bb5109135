package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLoad(t *testing.T) {
	var creates, queries atomic.Int64
	bad := int64(0) // the create that fails, as a business failure does
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		answer := `{"success":true,"data":[{"title":"`
		switch {
		case r.URL.Path == queryPath:
			answer += title(queries.Add(1))
		case creates.Add(1) == bad:
			answer = `{"success":false`
		case !strings.Contains(string(text), "测试会议"):
			w.WriteHeader(http.StatusBadRequest)
		}
		_, _ = io.WriteString(w, answer+`"}]}`)
	}))
	defer server.Close()
	host := server.Listener.Addr().String()
	w := apiWork(host, "none")
	w.shows = true

	found, err := w.load(t.Context(), host, 1, 20, time.Minute)
	require.NoError(t, err)
	require.EqualValues(t, 20, creates.Load())
	require.EqualValues(t, 20, queries.Load())
	require.Positive(t, found.perSecond)
	require.Positive(t, found.p99)

	queries.Add(1)
	_, err = w.load(t.Context(), host, 1, 5, time.Minute)
	require.ErrorContains(t, err, "query", "another meeting than was asked for")

	bad = creates.Load() + 3
	_, err = apiWork(host, "none").load(t.Context(), host, 4, 20, time.Minute)
	require.ErrorContains(t, err, `{"success":false`)

	_, err = apiWork(host, "none").load(t.Context(), host, 1, 1_000_000, 10*time.Millisecond)
	require.ErrorContains(t, err, "only")

	_, err = w.load(t.Context(), "127.0.0.1:1", 1, 1, time.Minute)
	require.Error(t, err)
}

func TestTreePSS(t *testing.T) {
	if _, err := os.Stat("/proc/self/smaps_rollup"); err != nil {
		t.Skip("no /proc/self/smaps_rollup on this system")
	}
	size, err := treePSS(os.Getpid())
	require.NoError(t, err)
	require.Greater(t, size, 1.0)
}
