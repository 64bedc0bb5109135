package bridge_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

func TestBool(t *testing.T) {
	var p struct {
		IsMulti *bridge.Bool `json:"isMulti"`
	}
	for text, want := range map[string]bool{`true`: true, `"True"`: true, `1`: true, `"1"`: true, `false`: false, `"0"`: false, `""`: false} {
		require.NoError(t, json.Unmarshal([]byte(`{"isMulti":`+text+`}`), &p), text)
		require.Equal(t, want, p.IsMulti.Or(!want), text)
	}
	require.NoError(t, json.Unmarshal([]byte(`{"isMulti":null}`), &p))
	require.True(t, p.IsMulti.Or(true))
	for _, text := range []string{`2`, `"是"`, `{}`, `[true]`} {
		require.ErrorContains(t, json.Unmarshal([]byte(`{"isMulti":`+text+`}`), &p), "isMulti", text)
	}
}
