// Command bench measures qinghost test beside other test runners: goals 1 to 5 of reference/performance.md. Run it in the
// repository's root, on an idle machine:
//
//	go run ./runtime/suite/bench [-rounds 5] [-only qinghost,jest]
//
// The work is 200 files with the same five asynchronous bridge tests each (tests.js), and one file with one trivial test. Two
// workers on every side that has them; each process is started anew, and its caches are warm but where a line says "cold".
//
// Who does what:
//   - qinghost test as users have it: each file gets a new host with every JS-API behind it, a team, a clock and a page whose
//     library talks to it; parameters are validated and calls logged.
//   - The others call a fake of 40 lines (fake.cjs), which answers by setTimeout and knows one API. They get plain JavaScript
//     where qinghost gets TypeScript, so that they have nothing to transform. Node's timers wait 1 ms where our clock jumps:
//     at most 0.5 s of wall time for a side with two workers, and no CPU.
//   - jest has a new jsdom a file, vitest as installed a new process and happy-dom a file. node --test has a process a file and
//     no DOM. vitest-shared (--no-isolate --pool=threads) and mocha run all files in the same realm: nothing is fresh.
//   - vitest as installed takes so long that it gets 40 of the 200 files; what it does is linear in files.
//
// CPU is user and system time of the process and of all that it waited for. Memory is the peak of the sum of PSS over the
// process tree: sampled every 5 ms in a run that is not timed, or every 100 ms in the one that is where that takes long; a sample takes
// a millisecond or two of CPU.
package main

import (
	"context"
	_ "embed"
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

//go:embed peers.json
var peersJSON []byte

func main() {
	rounds := flag.Int("rounds", 5, "rounds to take the median of")
	only := flag.String("only", "", "measure only these sides: qinghost, cold, node, jest, vitest, vitest-shared, mocha")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *rounds, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int, only string) error {
	r, err := bench.New("bench", "suite")
	if err != nil {
		return err
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(r.Cache, "bin", "qinghost"), "./cmd/qinghost")
	build.Stdout, build.Stderr = os.Stdout, os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("go build ./cmd/qinghost: %w", err)
	}
	bench.PrintMachine(ctx, "node")
	leftOut := func(figure string) bool {
		side, _, _ := strings.Cut(figure, " ")
		return only != "" && !slices.Contains(strings.Split(only, ","), side)
	}
	judged := slices.DeleteFunc(slices.Clone(goals), func(g bench.Goal) bool { return leftOut(g.Ours) || leftOut(g.Peer) })
	return r.Measure(ctx, rounds, bench.Suite{Name: "qinghost test", Goals: judged, Open: func(ctx context.Context, r *bench.Run) (func() (bench.Figures, error), error) {
		return open(ctx, r, leftOut)
	}})
}

const (
	speed  = "files/s"
	memory = "MiB"
)

var goals = []bench.Goal{
	{Number: 1, What: "200 files, to jest + jsdom", Unit: speed, Ours: "qinghost speed", Peer: "jest speed", Limit: 100, AtLeast: true},
	{Number: 1, What: "200 files, to vitest, nothing isolated", Unit: speed, Ours: "qinghost speed", Peer: "vitest-shared speed", Limit: 30, AtLeast: true},
	{Number: 1, What: "200 files, to node --test", Unit: speed, Ours: "qinghost speed", Peer: "node speed", Limit: 100, AtLeast: true},
	{What: "200 files, to mocha", Unit: speed, Ours: "qinghost speed", Peer: "mocha speed"},
	{What: "200 files, cold, to warm", Unit: speed, Ours: "cold speed", Peer: "qinghost speed"},
	{What: "200 files, cold, to jest + jsdom, warm", Unit: speed, Ours: "cold speed", Peer: "jest speed"},
	{Number: 2, What: "200 files, CPU, to mocha", Unit: "ms", Ours: "qinghost CPU", Peer: "mocha CPU", Limit: 1.0 / 5},
	{What: "200 files, CPU, to node --test", Unit: "ms", Ours: "qinghost CPU", Peer: "node CPU"},
	{What: "200 files, CPU, to jest + jsdom", Unit: "ms", Ours: "qinghost CPU", Peer: "jest CPU"},
	{What: "200 files, CPU, to vitest, nothing isolated", Unit: "ms", Ours: "qinghost CPU", Peer: "vitest-shared CPU"},
	{Number: 3, What: "files, to vitest + happy-dom as installed", Unit: speed, Ours: "qinghost speed", Peer: "vitest speed", Limit: 500, AtLeast: true},
	{Number: 4, What: "200 files, memory, to jest + jsdom", Unit: memory, Ours: "qinghost PSS", Peer: "jest PSS", Limit: 1.0 / 40},
	{Number: 4, What: "200 files, memory, to vitest, nothing isolated", Unit: memory, Ours: "qinghost PSS", Peer: "vitest-shared PSS", Limit: 1.0 / 10},
	{Number: 4, What: "200 files, memory, to mocha", Unit: memory, Ours: "qinghost PSS", Peer: "mocha PSS", Limit: 1.0 / 4},
	{What: "200 files, memory, to node --test", Unit: memory, Ours: "qinghost PSS", Peer: "node PSS"},
	{Number: 5, What: "1 file, to jest + jsdom", Unit: "ms", Ours: "qinghost one", Peer: "jest one", Limit: 1.0 / 100},
	{Number: 5, What: "1 file, to node --test", Unit: "ms", Ours: "qinghost one", Peer: "node one", Limit: 1.0 / 30},
	{What: "1 file, to vitest + happy-dom as installed", Unit: "ms", Ours: "qinghost one", Peer: "vitest one"},
	{What: "1 file, to mocha", Unit: "ms", Ours: "qinghost one", Peer: "mocha one"},
	{What: "1 file, cold, to warm", Unit: "ms", Ours: "cold one", Peer: "qinghost one"},
}
