// This program as its own children: the preview server, and the bare server that stands beside it. Each prints its address
// and ends when its stdin does.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"

	"github.com/gorilla/websocket"

	"qinghost/bridge"
	"qinghost/internal/bench"
	"qinghost/runtime/browser"
	"qinghost/web"
)

// roleCommand is the hidden first argument of a child.
const roleCommand = "as-child"

// child starts this program in a role and returns it with its address ("http://127.0.0.1:1234"). The role "preview" is our
// server for app, a folder or the address of a dev server; that of a client's name is the same for pages with their own
// library; "bare" is what net/http does by itself.
func child(ctx context.Context, r *bench.Run, role, app string) (*bench.Process, string, error) {
	own, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	p, err := r.Start(ctx, own, roleCommand, role, app)
	if err != nil {
		return nil, "", err
	}
	address, err := p.Line()
	return p, address, err
}

// play is main of a child.
func play(role, app string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // however it ends: the parent is gone
		stop()
	}()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", listener.Addr())
	if role == "bare" {
		server := &http.Server{Handler: bare()}
		context.AfterFunc(ctx, func() { _ = server.Close() })
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}
	if dir := os.Getenv("BENCH_CPUPROFILE"); dir != "" {
		file, err := os.CreateTemp(dir, "preview-*.prof")
		if err != nil {
			return err
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	return serve(ctx, listener, role, app)
}

// number is the parameter and the result of the API that the calls use.
type number struct {
	N int `json:"n"`
}

// serve is the preview server.
func serve(ctx context.Context, listener net.Listener, role, app string) error {
	host := bridge.NewHost(
		bridge.Define("bench.echo", "returns its parameter", func(_ context.Context, n number) (number, error) { return n, nil },
			bridge.On("*")),
		// Asked by the page library at the end of every load; this program links no views' functions.
		bridge.Define("view.navigation", "does nothing", func(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil }, bridge.Hidden),
	)
	library := ""
	if role != "preview" {
		var err error
		if host.Profile, err = bridge.ProfileNamed(role); err != nil {
			return err
		}
		library = "page"
	}
	opts := browser.Options{
		Config:  web.Config{Version: "bench", Lang: "zh", Profile: host.Profile, APIs: []string{"bench.echo"}, Library: library},
		Control: browser.Control{Token: "bench"},
	}
	if strings.HasPrefix(app, "http") {
		u, err := url.Parse(app)
		if err != nil {
			return err
		}
		opts.URL = u
	} else {
		opts.Dir = app
	}
	server, err := browser.New(host, opts)
	if err != nil {
		return err
	}
	return server.Serve(ctx, listener)
}

// pageSize is the page that the proxies pass on.
const pageSize = 18 << 10

// bare is what net/http and gorilla's WebSocket do by themselves, and the app behind the proxies.
func bare() http.Handler {
	const start = "<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>bench</title>\n</head>\n<body>\n"
	const row = "<p class=\"row\">a paragraph of a page that a server has made</p>\n"
	page := []byte(start + strings.Repeat(row, pageSize/len(row)) + pageEnd)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(page)))
		_, _ = w.Write(page) // the client is gone if this fails, here and below
	})
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
	var upgrader websocket.Upgrader
	mux.HandleFunc("GET /ws", func(w http.ResponseWriter, r *http.Request) {
		socket, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return // Upgrade has answered
		}
		defer socket.Close()
		for {
			kind, message, err := socket.ReadMessage()
			if err != nil || socket.WriteMessage(kind, message) != nil {
				return
			}
		}
	})
	return mux
}

const pageEnd = "</body>\n</html>\n"
