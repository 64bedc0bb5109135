// Command bench measures the server APIs beside their peers: goals 7 to 9 of reference/performance.md. Run it in the
// repository's root, on an idle machine:
//
//	go run ./runtime/gateway/bench [-rounds 5] [-only memory,bare]
//
// The work is to create a meeting and then to query its day, over HTTP. Every meeting has a day of its own, so that the
// answer to the query is one meeting, always and on every side. In each round every side is started anew, warmed up, and
// loaded over 1 and over 32 connections. An answer that is not a good one ends the measuring of its side, and so does a peer
// that cannot be had: the table says so.
//
// Who does what:
//   - qinghost mock as users have it: token checked, parameters validated, requests logged, meetings kept in memory, in a
//     file (synchronous=FULL) or in PostgreSQL (fsync off there), with indexes and reminders.
//   - "bare" is net/http with the same row inserted into the same table of the same kind of store, the indexes too; it checks
//     nothing, knows no token and logs nothing. In a file it is "commits": one insert a commit, synchronous=FULL.
//   - json-server keeps what it is sent, in memory, and searches it. It checks nothing.
//   - Mockoon, msw, Prism and WireMock find the answer to a path and send it: they keep nothing, read no body, know no token,
//     and give the same answer of the same size to every query. Logs, journals and templates are off where there is a flag.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"qinghost/internal/bench"
)

func main() {
	if len(os.Args) == 5 && os.Args[1] == roleCommand {
		exitOn(serveBare(os.Args[2], os.Args[3], os.Args[4]))
		return
	}
	rounds := flag.Int("rounds", 5, "rounds to take the median of")
	only := flag.String("only", "", "measure only these sides: memory, file, postgres, bare, commits, mockoon, …")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exitOn(run(ctx, *rounds, *only))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int, only string) error {
	r, err := bench.New("bench", "gateway")
	if err != nil {
		return err
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(r.Cache, "qinghost"), "./cmd/qinghost")
	build.Stdout, build.Stderr = os.Stdout, os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("go build ./cmd/qinghost: %w", err)
	}
	bench.PrintMachine(ctx, "node", "java")
	isLeftOut := func(figure string) bool {
		side, _, _ := strings.Cut(figure, " ")
		return leftOut(only, side)
	}
	judged := slices.DeleteFunc(slices.Clone(goals), func(g bench.Goal) bool { return isLeftOut(g.Ours) || isLeftOut(g.Peer) })
	return r.Measure(ctx, rounds, bench.Suite{Name: "server APIs", Goals: judged, Open: func(ctx context.Context, r *bench.Run) (func() (bench.Figures, error), error) {
		return open(ctx, r, only)
	}})
}

// leftOut says that the sides asked for, all when empty, are others.
func leftOut(only, side string) bool {
	return only != "" && !slices.Contains(strings.Split(only, ","), side)
}

var goals = []bench.Goal{
	{Number: 7, What: "in memory, 32 connections, to Mockoon", Unit: "/s", Ours: "memory 32", Peer: "mockoon 32", Limit: 30, AtLeast: true},
	{Number: 7, What: "in memory, 32 connections, to json-server", Unit: "/s", Ours: "memory 32", Peer: "json-server 32", Limit: 30, AtLeast: true},
	{Number: 7, What: "in memory, 32 connections, to msw", Unit: "/s", Ours: "memory 32", Peer: "msw 32", Limit: 10, AtLeast: true},
	{Number: 7, What: "in memory, 32 connections, to Prism", Unit: "/s", Ours: "memory 32", Peer: "prism 32", Limit: 10, AtLeast: true},
	{Number: 7, What: "in memory, 32 connections, to WireMock", Unit: "/s", Ours: "memory 32", Peer: "wiremock 32", Limit: 7, AtLeast: true},
	{Number: 7, What: "in memory, 32 connections, to bare net/http", Unit: "/s", Ours: "memory 32", Peer: "bare 32", Limit: 0.7, AtLeast: true},
	{What: "in memory, 1 connection, to Mockoon", Unit: "/s", Ours: "memory 1", Peer: "mockoon 1"},
	{What: "in memory, 1 connection, to json-server", Unit: "/s", Ours: "memory 1", Peer: "json-server 1"},
	{What: "in memory, 1 connection, to msw", Unit: "/s", Ours: "memory 1", Peer: "msw 1"},
	{What: "in memory, 1 connection, to Prism", Unit: "/s", Ours: "memory 1", Peer: "prism 1"},
	{What: "in memory, 1 connection, to WireMock", Unit: "/s", Ours: "memory 1", Peer: "wiremock 1"},
	{What: "in memory, 1 connection, to bare net/http", Unit: "/s", Ours: "memory 1", Peer: "bare 1"},
	{Number: 8, What: "in a file, 32 connections, to Mockoon", Unit: "/s", Ours: "file 32", Peer: "mockoon 32", Limit: 15, AtLeast: true},
	{Number: 8, What: "in a file, 32 connections, to one insert a commit", Unit: "/s", Ours: "file 32", Peer: "commits 32", Limit: 3.5, AtLeast: true},
	{Number: 8, What: "in a file, create, p99, to one insert a commit", Unit: "ms", Ours: "file p99", Peer: "commits p99", Limit: 1.0 / 4},
	{Number: 8, What: "in a file, 32 connections, to memory", Unit: "/s", Ours: "file 32", Peer: "memory 32", Limit: 0.4, AtLeast: true},
	{What: "in a file, 1 connection, to one insert a commit", Unit: "/s", Ours: "file 1", Peer: "commits 1"},
	{What: "in PostgreSQL (fsync off), 32 connections, to memory", Unit: "/s", Ours: "postgres 32", Peer: "memory 32"},
	{What: "in PostgreSQL (fsync off), 1 connection, to memory", Unit: "/s", Ours: "postgres 1", Peer: "memory 1"},
	{Number: 9, What: "start to first 2xx, to Mockoon", Unit: "ms", Ours: "memory start", Peer: "mockoon start", Limit: 1.0 / 70},
	{Number: 9, What: "start to first 2xx, to Prism", Unit: "ms", Ours: "memory start", Peer: "prism start", Limit: 1.0 / 100},
	{Number: 9, What: "start to first 2xx, to WireMock", Unit: "ms", Ours: "memory start", Peer: "wiremock start", Limit: 1.0 / 100},
	{Number: 9, What: "start to first 2xx, to json-server", Unit: "ms", Ours: "memory start", Peer: "json-server start", Limit: 1.0 / 25},
	{What: "start to first 2xx, in a file, to json-server", Unit: "ms", Ours: "file start", Peer: "json-server start"},
	{Number: 9, What: "memory after 10000 times the work, to WireMock", Unit: "MiB", Ours: "memory PSS", Peer: "wiremock PSS", Limit: 1.0 / 12},
}
