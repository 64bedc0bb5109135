package contact

import (
	"context"
	"encoding/json"
	"testing"
)

// OpenPickers returns how many pages have a picker open.
func OpenPickers(d *Directory) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.open)
}

// Params returns what the picker of everyone shows, as it is sent.
func Params(tb testing.TB, d *Directory) []byte {
	tb.Helper()
	text, err := json.Marshal(d.offer(context.Background(), d.current(), wish{}).params)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}
