package webview_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/jsapi/webview"
)

// On a virtual clock a toast has its time, and the page's bar, which waits for the page's end, holds up nothing.
func TestToastOnVirtualClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Date(2018, 4, 3, 12, 0, 0, 0, time.UTC)
		clock := bridge.NewVirtualClock(start)
		h := bridge.NewHost(webview.New(clock, func(bridge.Profile, string) bool { return true }, nil, nil).APIs()...)
		h.Clock = clock
		hostEnd, page := bridge.PipeOn(clock)
		served := make(chan error, 1)
		go func() { served <- h.Serve(t.Context(), hostEnd) }()
		for id, method := range []string{"setWebViewTitle", "toast"} {
			params := json.RawMessage(`{"title":"会议室","msg":"已保存"}`)
			require.NoError(t, page.Write(t.Context(), bridge.Message{ID: uint64(id + 1), Method: method, Params: params}))
		}
		var put time.Time
		for put.IsZero() {
			m, err := page.Read(t.Context())
			require.NoError(t, err)
			switch m.Method {
			case "view.toast":
				assert.Equal(t, start, clock.Now())
			case "$/cancel":
				put = clock.Now()
			}
		}
		assert.Equal(t, start.Add(2*time.Second), put)
		_ = page.Close() // never fails
		require.NoError(t, <-served)
	})
}
