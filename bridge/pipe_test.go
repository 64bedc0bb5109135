package bridge_test

import (
	"context"
	"io"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

func say(t *testing.T, end *bridge.PipeEnd, methods ...string) {
	t.Helper()
	for _, m := range methods {
		require.NoError(t, end.Write(t.Context(), bridge.Message{Method: m}))
	}
}

func TestPipeBothWays(t *testing.T) {
	host, page := bridge.Pipe()
	say(t, page, "a", "b")
	say(t, host, "c")
	for _, want := range []struct {
		end    *bridge.PipeEnd
		method string
	}{{host, "a"}, {host, "b"}, {page, "c"}} {
		m, err := want.end.Read(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want.method, m.Method)
	}
}

func TestPipeClosedIsReadToItsEnd(t *testing.T) {
	for name, closes := range map[string]func(host, page *bridge.PipeEnd) error{
		"by the page": func(_, page *bridge.PipeEnd) error { return page.Close() },
		"by the host": func(host, _ *bridge.PipeEnd) error { return host.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			host, page := bridge.Pipe()
			say(t, page, "last words")
			require.NoError(t, closes(host, page))
			require.NoError(t, closes(host, page), "once more")
			m, err := host.Read(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "last words", m.Method)
			for range 2 {
				_, err = host.Read(t.Context())
				assert.ErrorIs(t, err, io.EOF)
				_, err = page.ReadAll(t.Context())
				assert.ErrorIs(t, err, io.EOF)
			}
			for _, end := range []*bridge.PipeEnd{host, page} {
				assert.ErrorIs(t, end.Write(t.Context(), bridge.Message{Method: "a"}), io.ErrClosedPipe)
				assert.ErrorIs(t, end.WriteFrame([]byte(`{"method":"a"}`)), io.ErrClosedPipe)
				assert.ErrorIs(t, end.WriteError(io.ErrNoProgress), io.ErrClosedPipe)
			}
		})
	}
}

func TestPipeCloseWakesReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, page := bridge.Pipe()
		errs := make(chan error, 2)
		go func() { _, err := host.Read(t.Context()); errs <- err }()
		go func() { _, err := page.ReadAll(t.Context()); errs <- err }()
		synctest.Wait()
		require.NoError(t, page.Close())
		assert.ErrorIs(t, <-errs, io.EOF)
		assert.ErrorIs(t, <-errs, io.EOF)
	})
}

func TestPipeReadEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, page := bridge.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		errs := make(chan error, 1)
		go func() { _, err := host.Read(ctx); errs <- err }()
		synctest.Wait()
		cancel()
		assert.ErrorIs(t, <-errs, context.Canceled)
		say(t, page, "later")
		m, err := host.Read(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "later", m.Method, "the ended read took it")
	})
}

func TestPipeReadAllTakesAllThereIs(t *testing.T) {
	host, page := bridge.Pipe()
	say(t, host, "a", "b", "c")
	all, err := page.ReadAll(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []bridge.Message{{Method: "a"}, {Method: "b"}, {Method: "c"}}, all)
	say(t, host, "d")
	all, err = page.ReadAll(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []bridge.Message{{Method: "d"}}, all)
}

func TestPipeBadLinesKeepTheirPlace(t *testing.T) {
	host, page := bridge.Pipe()
	require.NoError(t, page.WriteFrame([]byte("{\"method\":\"a\"}\nrubbish\n{\"method\":\"b\"}")))
	require.NoError(t, page.WriteError(io.ErrNoProgress))
	say(t, page, "c")
	var got []string
	for range 5 {
		m, err := host.Read(t.Context())
		if err != nil {
			assert.Empty(t, m)
			got = append(got, err.Error())
			continue
		}
		got = append(got, m.Method)
	}
	assert.Equal(t, []string{"a", "收到无法识别的消息: rubbish (90002)", "b", io.ErrNoProgress.Error(), "c"}, got)
}

func TestPipeKeepsEveryWritersOrder(t *testing.T) {
	const writers, each = 8, 500
	host, page := bridge.Pipe()
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				_ = page.Write(t.Context(), bridge.Message{Method: strconv.Itoa(w), ID: uint64(i + 1)}) // the count below tells
			}
		})
	}
	last := map[string]uint64{}
	for range writers * each {
		m, err := host.Read(t.Context())
		require.NoError(t, err)
		require.Equal(t, last[m.Method]+1, m.ID)
		last[m.Method] = m.ID
	}
	wg.Wait()
}
