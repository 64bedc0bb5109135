package gateway

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// bare does the same work with nothing around it: the ceiling.
func bare(w http.ResponseWriter, r *http.Request) {
	var p bookParams
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &p)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"success": true, "errorCode": 0, "error": nil, "data": bookResult{"1", p.Title}})
}

var benchBody = []byte(`{"title":"周会","at":1522729800000,"note":"带上笔记本","place":"云8会议室","tags":["a","b","c"]}`)

func benchHandlers() map[string]http.Handler {
	return map[string]http.Handler{
		"bare":    http.HandlerFunc(bare),
		"gateway": Handler(testAPIs(), testCheck, Options{Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}),
		"logged":  Handler(testAPIs(), testCheck, Options{Log: &bridge.Log{}, Clock: bridge.NewClock()}),
	}
}

// BenchmarkHandler is the handlers alone.
func BenchmarkHandler(b *testing.B) {
	for name, h := range benchHandlers() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodPost, book+"?accessToken=good", bytes.NewReader(benchBody))
				r.Header.Set("Content-Type", "application/json")
				h.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}

// BenchmarkServer is the handlers behind a socket, 32 connections.
func BenchmarkServer(b *testing.B) {
	for name, h := range benchHandlers() {
		b.Run(name, func(b *testing.B) {
			server := httptest.NewServer(h)
			defer server.Close()
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
			defer client.CloseIdleConnections()
			b.SetParallelism(16) // times the two cores
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					answer, err := client.Post(server.URL+book+"?accessToken=good", "application/json", bytes.NewReader(benchBody))
					require.NoError(b, err)
					_, _ = io.Copy(io.Discard, answer.Body)
					_ = answer.Body.Close()
				}
			})
		})
	}
}
