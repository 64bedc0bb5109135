package headless

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"qinghost/bridge"
	"qinghost/bridge/bridgetest"
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
