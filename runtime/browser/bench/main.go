// Command bench measures the preview server beside its peers, goals 10 to 13 of reference/performance.md, and the client's
// channels beside the page library. Run it in the repository's root, on an idle machine:
//
//	go run ./runtime/browser/bench [-rounds 5] [-only calls|channels|proxy|vite] [-modules 6]
//
// The sides of a goal are measured in turn, round by round; a goal is judged by the median of the rounds' ratios. The peers
// come from npm (into .cache/bench) and from Debian (chromium, nginx-light, wrk); what is missing there is said and left
// out. With BENCH_CPUPROFILE=FOLDER the preview servers leave CPU profiles there.
package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"qinghost/internal/bench"
)

//go:embed peers.json
var peersJSON []byte

func main() {
	if len(os.Args) == 4 && os.Args[1] == roleCommand {
		exitOn(play(os.Args[2], os.Args[3]))
		return
	}
	rounds := flag.Int("rounds", 5, "rounds to take the median of")
	modules := flag.Int("modules", 6, "modules of the Vite app")
	only := flag.String("only", "", "measure only this: calls, channels, proxy or vite")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exitOn(run(ctx, *rounds, *modules, *only))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds, modules int, only string) error {
	suites := slices.DeleteFunc([]bench.Suite{calls, channelCalls, proxies, vite(modules)}, func(s bench.Suite) bool { return only != "" && only != s.Name })
	if len(suites) == 0 {
		return fmt.Errorf("-only %q: there are calls, channels, proxy and vite", only)
	}
	r, err := bench.New("bench")
	if err != nil {
		return err
	}
	if err := r.Install(ctx, peersJSON); err != nil {
		return err
	}
	bench.PrintMachine(ctx, chromium, "node")
	return r.Measure(ctx, rounds, suites...)
}
