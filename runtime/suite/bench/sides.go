package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"qinghost/internal/bench"
)

var (
	//go:embed tests.js
	testsJS string
	//go:embed fake.cjs
	fakeJS string
)

const (
	manyFiles = 200
	fewFiles  = 40 // of a side that takes minutes for all of them
	perFile   = 5
	// How often memory is looked at: of a run of its own, and of one that is timed.
	often, seldom = 5 * time.Millisecond, 100 * time.Millisecond
)

// side is one runner under measurement. It runs in the folder .cache/bench/suite/NAME, below which its files are.
type side struct {
	name    string
	program string
	args    []string // what follows, in the folder of the tests
	file    string   // the name of a test file, with its number for %d
	head    string   // of a test file
	files   int
	passed  string // what it says, in its last lines, of %d tests that passed
	slow    bool   // memory is sampled while the time is taken
	peer    bool
	cold    bool // without what an earlier run has cached
}

func sides(r *bench.Run) []side {
	const world = "const { qing, host } = world();\n"
	ours := side{
		name: "qinghost", program: filepath.Join(r.Cache, "bin", "qinghost"), args: []string{"test", "--workers", "2", "--reporter", "dot"},
		file: "f%d.qing.ts", files: manyFiles, passed: "\n%d passed, 0 failed\n",
	}
	cold := ours
	cold.name, cold.cold = "cold", true
	vitest := side{
		name: "vitest", program: "node", args: []string{r.Module("vitest", "vitest.mjs"), "run"},
		file: "f%d.test.js", head: "import { world } from '../fake.cjs';\n" + world, files: fewFiles, passed: "%d passed", slow: true, peer: true,
	}
	shared := vitest
	shared.name, shared.files = "vitest-shared", manyFiles
	shared.args = append(shared.args, "--no-isolate", "--pool=threads", "--maxWorkers=2")
	return []side{
		ours, cold,
		{
			name: "node", program: "node", args: []string{"--test", "--test-concurrency=2", "--test-reporter=spec"},
			file: "f%d.test.cjs", files: manyFiles, passed: " pass %d\n", slow: true, peer: true,
			head: "const { world, expect } = require('../fake.cjs');\nconst { describe, test } = require('node:test');\n" + world,
		},
		{
			name: "jest", program: "node", args: []string{r.Module("jest", "bin", "jest.js"), "-w", "2"},
			file: "f%d.test.js", head: "const { world } = require('../fake.cjs');\n" + world, files: manyFiles, passed: "%d passed", slow: true, peer: true,
		},
		vitest, shared,
		{
			name: "mocha", program: "node", args: []string{r.Module("mocha", "bin", "mocha.js"), "--reporter", "dot", "*.test.cjs"},
			file: "f%d.test.cjs", files: manyFiles, passed: "%d passing", peer: true,
			head: "const { world, expect } = require('../fake.cjs');\nconst test = it;\n" + world,
		},
	}
}

// configs are what a runner finds in the folder of its tests.
var configs = map[string]map[string]string{
	"jest": {"jest.config.js": "module.exports = { testEnvironment: 'jsdom', transform: {}, cacheDirectory: '../cache' };\n"},
	"vitest": {"vitest.config.js": "export default { test: { globals: true, environment: 'happy-dom' } };\n",
		"package.json": `{"type": "module"}`},
}

// write writes the side's files: the folders many and one.
func (s side) write(r *bench.Run) error {
	if err := os.RemoveAll(filepath.Join(r.Cache, s.name)); err != nil {
		return err
	}
	put := func(text string, path ...string) error {
		_, err := r.Write(filepath.Join(append([]string{s.name}, path...)...), text)
		return err
	}
	if err := put(fakeJS, "fake.cjs"); err != nil {
		return err
	}
	trivial := "test('一加一', () => {\n  expect(1 + 1).toBe(2);\n});\n"
	if err := put(s.head+trivial, "one", fmt.Sprintf(s.file, 0)); err != nil {
		return err
	}
	for n := range s.files {
		if err := put(fmt.Sprintf("// %d\n", n)+s.head+testsJS, "many", fmt.Sprintf(s.file, n)); err != nil {
			return err
		}
	}
	runner, _, _ := strings.Cut(s.name, "-")
	for name, text := range configs[runner] {
		for _, folder := range []string{"many", "one"} {
			if err := put(text, folder, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// open writes the files, runs every side once, and returns what measures each side in turn.
func open(ctx context.Context, r *bench.Run, leftOut func(side string) bool) (func() (bench.Figures, error), error) {
	var measured []side
	failed := r.Install(ctx, peersJSON)
	for _, s := range sides(r) {
		switch {
		case leftOut(s.name):
			continue
		case s.peer && failed != nil:
			r.Missing[s.name] = failed.Error()
			continue
		}
		if err := s.write(r); err != nil {
			return nil, err
		}
		warm := "many"
		if s.slow { // its first round fills its cache
			warm = "one"
		}
		if _, err := s.run(ctx, r, warm, 0); err != nil {
			if !s.peer || ctx.Err() != nil {
				return nil, err
			}
			r.Missing[s.name] = strings.Join(strings.Fields(err.Error()), " ")
			continue
		}
		measured = append(measured, s)
	}
	return func() (bench.Figures, error) {
		found := bench.Figures{}
		for _, s := range measured {
			if r.Missing[s.name] != "" {
				continue
			}
			if err := s.measure(ctx, r, found); err != nil {
				if !s.peer || ctx.Err() != nil {
					return nil, err
				}
				r.Missing[s.name] = strings.Join(strings.Fields(err.Error()), " ")
			}
		}
		return found, nil
	}, nil
}

// measure enters the figures of one round.
func (s side) measure(ctx context.Context, r *bench.Run, found bench.Figures) error {
	var peak float64
	if !s.slow && !s.cold {
		sampled, err := s.run(ctx, r, "many", often)
		if err != nil {
			return err
		}
		peak = sampled.peak
	}
	var sampling time.Duration
	if s.slow {
		sampling = seldom
	}
	many, err := s.run(ctx, r, "many", sampling)
	if err != nil {
		return err
	}
	one, err := s.run(ctx, r, "one", 0)
	if err != nil {
		return err
	}
	found[s.name+" speed"] = float64(s.files) / many.wall.Seconds()
	found[s.name+" CPU"] = float64(many.cpu.Microseconds()) / 1000
	found[s.name+" one"] = float64(one.wall.Microseconds()) / 1000
	if peak = max(peak, many.peak); peak > 0 {
		found[s.name+" PSS"] = peak
	}
	return nil
}

// run runs the side's files in a folder, and sees that all tests passed.
func (s side) run(ctx context.Context, r *bench.Run, folder string, sampling time.Duration) (usage, error) {
	cache := filepath.Join(r.Cache, s.name, "cache")
	if s.cold {
		if err := os.RemoveAll(cache); err != nil {
			return usage{}, err
		}
	}
	cmd := exec.CommandContext(ctx, s.program, s.args...)
	cmd.Dir, cmd.Env = filepath.Join(r.Cache, s.name, folder), append(os.Environ(), "XDG_CACHE_HOME="+cache, "NO_COLOR=1")
	used, err := spend(ctx, cmd, sampling)
	tests := 1
	if folder == "many" {
		tests = s.files * perFile
	}
	if err == nil && !strings.Contains(used.output, fmt.Sprintf(s.passed, tests)) {
		err = fmt.Errorf("not %d tests that passed", tests)
	}
	if err != nil {
		const most = 600
		err = fmt.Errorf("%s: %w: %s", s.name, err, used.output[max(0, len(used.output)-most):])
	}
	return used, err
}
