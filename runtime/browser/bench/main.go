// Command bench measures the preview server beside its peers: goals 10 to 13 of reference/performance.md. Run it in the
// repository's root, on an idle machine:
//
//	go run ./runtime/browser/bench [-rounds 5] [-only calls|proxy|vite] [-modules 6]
//
// The sides of a goal are measured in turn, round by round; a goal is judged by the median of the rounds' ratios. The peers
// come from npm (into .cache/bench) and from Debian (chromium, nginx-light, wrk); what is missing there is said and left
// out. With BENCH_CPUPROFILE=FOLDER the preview servers leave CPU profiles there.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
)

//go:embed peers.json
var peersJSON []byte

// suite is a group of goals that share their sides.
type suite struct {
	name  string
	goals []goal
	// open starts the sides, which end with ctx, and returns what measures each of them once.
	open func(ctx context.Context, b *bench) (round func() (figures, error), err error)
}

// bench is one run.
type bench struct {
	cache   string         // folder of the peers, and of what is generated
	modules int            // of the Vite app: every one is a request more
	running sync.WaitGroup // child processes
}

func main() {
	if len(os.Args) == 4 && os.Args[1] == roleCommand {
		exitOn(play(os.Args[2], os.Args[3]))
		return
	}
	rounds := flag.Int("rounds", 5, "rounds to take the median of")
	modules := flag.Int("modules", 6, "modules of the Vite app")
	only := flag.String("only", "", "measure only this: calls, proxy or vite")
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
	if _, err := os.Stat("go.mod"); err != nil {
		return errors.New("run it in the repository's root")
	}
	cache, err := filepath.Abs(filepath.Join(".cache", "bench"))
	if err != nil {
		return err
	}
	b := &bench{cache: cache, modules: modules}
	if err := b.install(ctx); err != nil {
		return err
	}
	fmt.Printf("%d cores, load %s, %s, %s, node %s\n", runtime.NumCPU(), loadAverage(), runtime.Version(), version(ctx, chromium), version(ctx, "node"))
	var lines []line
	for _, s := range []suite{calls, proxies, vite} {
		if only != "" && only != s.name {
			continue
		}
		found, err := b.measure(ctx, s, rounds)
		if ctx.Err() != nil {
			return errors.New("interrupted")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		for _, g := range s.goals {
			lines = append(lines, g.judge(found))
		}
	}
	if lines == nil {
		return fmt.Errorf("-only %q: there are calls, proxy and vite", only)
	}
	fmt.Printf("\nmedians of %d rounds, load %s\n", rounds, loadAverage())
	return table(os.Stdout, lines)
}

// measure runs a suite, and ends all that it started.
func (b *bench) measure(ctx context.Context, s suite, rounds int) ([]figures, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer b.running.Wait()
	defer cancel()
	round, err := s.open(ctx, b)
	if err != nil {
		return nil, err
	}
	var found []figures
	for i := range rounds {
		f, err := round()
		if err != nil {
			return nil, err
		}
		fmt.Printf("%s %d/%d: %s\n", s.name, i+1, rounds, f)
		found = append(found, f)
	}
	return found, nil
}

// install brings the npm packages into the cache; when they are there already, it takes npm a second to see so.
func (b *bench) install(ctx context.Context) error {
	if err := os.MkdirAll(b.cache, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(b.cache, "package.json"), peersJSON, 0o644); err != nil {
		return err
	}
	npm := exec.CommandContext(ctx, "npm", "install", "--no-audit", "--no-fund", "--silent")
	npm.Dir, npm.Stdout, npm.Stderr = b.cache, os.Stdout, os.Stderr
	if err := npm.Run(); err != nil {
		return fmt.Errorf("npm install in %s: %w", b.cache, err)
	}
	return nil
}

// version returns the first line that a program says of itself.
func version(ctx context.Context, name string) string {
	text, err := exec.CommandContext(ctx, name, "--version").Output()
	if err != nil {
		return "missing"
	}
	first, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	return first
}

// loadAverage is what uptime says, where there is such a thing.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if fields := strings.Fields(string(text)); err == nil && len(fields) > 3 {
		return strings.Join(fields[:3], " ")
	}
	return "unknown"
}
