package headless

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/bridge/bridgetest"
	"qinghost/web"
)

// TestConformance runs the suite that every runtime passes.
func TestConformance(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	bridgetest.Run(t, func(t *testing.T, host *bridge.Host) bridgetest.Runtime {
		page, err := New(t.Context(), host, Options{URL: "http://127.0.0.1/index.html"})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, page.Close()) })
		return conformant{t, page}
	})
}

// conformant is a page as the suite sees it.
type conformant struct {
	t    *testing.T
	page *Page
}

// Eval implements bridgetest.Runtime.
func (c conformant) Eval(ctx context.Context, js string) (string, error) {
	text, err := c.page.Eval(ctx, js)
	if err != nil {
		return "", err
	}
	var result string
	err = json.Unmarshal([]byte(text), &result)
	return result, err
}

// Leave implements bridgetest.Runtime.
func (c conformant) Leave() { require.NoError(c.t, c.page.Close()) }

// Inject implements bridgetest.Injector.
func (c conformant) Inject(_ context.Context, frame string) error {
	return c.page.conn.WriteFrame([]byte(frame))
}

// TestLibraries runs pages with a library of their own, on the channels that need no document.
func TestLibraries(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	bridgetest.RunLibraries(t, false, func(t *testing.T, host *bridge.Host, library string) bridgetest.Runtime {
		page, err := New(t.Context(), host, Options{URL: "http://127.0.0.1/index.html", Config: web.Config{Library: "page"}})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, page.Close()) })
		require.NoError(t, page.Run(t.Context(), "library.js", library))
		return conformant{t, page}
	})
}
