// Package bench is what the benchmark programs have in common: sides that are measured in turn, round by round, and goals
// that are judged by the median of the rounds' ratios and printed as one table.
package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// Suite is a group of goals that share their sides.
type Suite struct {
	Name  string
	Goals []Goal
	// Open starts the sides, which end with ctx, and returns what measures each of them once.
	Open func(ctx context.Context, r *Run) (round func() (Figures, error), err error)
}

// Run is one run of a program.
type Run struct {
	Cache string // folder of the npm packages, and of what is generated
	// Missing says why a side has no figures; their goals are then not judged, and the table says so.
	Missing map[string]string
	Running sync.WaitGroup // child processes, and what else ends with its context
}

// New returns a run whose npm packages are in a folder of .cache; the program runs in the repository's root.
func New(folder ...string) (*Run, error) {
	if _, err := os.Stat("go.mod"); err != nil {
		return nil, errors.New("run it in the repository's root")
	}
	cache, err := filepath.Abs(filepath.Join(append([]string{".cache"}, folder...)...))
	if err != nil {
		return nil, err
	}
	return &Run{cache, map[string]string{}, sync.WaitGroup{}}, os.MkdirAll(cache, 0o755)
}

// Measure runs the suites and prints what each round found, then the table.
func (r *Run) Measure(ctx context.Context, rounds int, suites ...Suite) error {
	var lines []line
	for _, s := range suites {
		clear(r.Missing)
		found, err := r.measure(ctx, s, rounds)
		if ctx.Err() != nil {
			return errors.New("interrupted")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		for _, g := range s.Goals {
			lines = append(lines, g.judge(found, r.Missing))
		}
	}
	fmt.Printf("\nmedians of %d rounds, load %s\n", rounds, loadAverage())
	return table(os.Stdout, lines)
}

// measure runs a suite, and ends all that it started.
func (r *Run) measure(ctx context.Context, s Suite, rounds int) ([]Figures, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer r.Running.Wait()
	defer cancel()
	round, err := s.Open(ctx, r)
	if err != nil {
		return nil, err
	}
	var found []Figures
	for i := range rounds {
		f, err := round()
		if err != nil {
			return nil, err
		}
		fmt.Printf("%s %d/%d: %s\n", s.Name, i+1, rounds, f)
		found = append(found, f)
	}
	return found, nil
}

// Install brings the npm packages that a package.json names into the cache; when they are there already, it takes npm a
// second to see so.
func (r *Run) Install(ctx context.Context, packageJSON []byte) error {
	if err := os.WriteFile(filepath.Join(r.Cache, "package.json"), packageJSON, 0o644); err != nil {
		return err
	}
	npm := exec.CommandContext(ctx, "npm", "install", "--no-audit", "--no-fund", "--silent")
	npm.Dir, npm.Stdout, npm.Stderr = r.Cache, os.Stdout, os.Stderr
	if err := npm.Run(); err != nil {
		return fmt.Errorf("npm install in %s: %w", r.Cache, err)
	}
	return nil
}

// Module returns a file of an npm package.
func (r *Run) Module(path ...string) string {
	return filepath.Join(r.Cache, "node_modules", filepath.Join(path...))
}

// Write writes a file of ours into the cache, where scripts find the npm packages, and returns its path.
func (r *Run) Write(name, text string) (string, error) {
	path := filepath.Join(r.Cache, name)
	return path, errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644))
}

// Has tells whether a program is there; if not, the side is missing, with how to get it as the reason.
func (r *Run) Has(side, program, debianPackage string) bool {
	_, err := exec.LookPath(program)
	if err != nil {
		r.Missing[side] = fmt.Sprintf("no %s, apt-get install %s", program, debianPackage)
	}
	return err == nil
}

// PrintMachine prints what the run depends on, and the versions of programs.
func PrintMachine(ctx context.Context, programs ...string) {
	fmt.Printf("%d cores, load %s, %s", runtime.NumCPU(), loadAverage(), runtime.Version())
	for _, name := range programs {
		fmt.Printf(", %s %s", filepath.Base(name), version(ctx, name))
	}
	fmt.Println()
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
