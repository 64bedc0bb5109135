package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// usage is what one run of a runner took.
type usage struct {
	wall, cpu time.Duration
	peak      float64 // memory in MiB; 0 when it was not sampled
	output    string
}

// spend runs a command and returns what it and its children took. Memory is sampled at the interval, never when it is 0.
func spend(ctx context.Context, cmd *exec.Cmd, sampling time.Duration) (usage, error) {
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // the runners end their children
	cmd.WaitDelay = 5 * time.Second
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return usage{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var peak float64
	var sampler sync.WaitGroup
	if sampling > 0 {
		sampler.Go(func() { peak = peakOf(ctx, cmd.Process.Pid, sampling) })
	}
	err := cmd.Wait()
	used := usage{wall: time.Since(began), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	cancel()
	sampler.Wait()
	used.peak, used.output = peak, output.String()
	return used, err
}

// peakOf samples the memory of a process tree until ctx ends.
func peakOf(ctx context.Context, pid int, sampling time.Duration) (peak float64) {
	ticks := time.NewTicker(sampling)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return peak
		case <-ticks.C:
			peak = max(peak, treePSS(pid))
		}
	}
}

// treePSS returns the memory of a process and of its descendants in MiB, what they share counted once (PSS). Processes that
// have ended count for nothing, as do all where the system does not tell.
func treePSS(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0
	}
	var all float64
	for line := range strings.Lines(string(text)) {
		if size, is := strings.CutPrefix(line, "Pss:"); is {
			kib, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(size), "kB")), 64) // the kernel's
			all = kib / 1024
		}
	}
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // a good pattern
	for _, list := range lists {
		children, _ := os.ReadFile(list) // the thread may have ended
		for _, child := range strings.Fields(string(children)) {
			n, _ := strconv.Atoi(child) // the kernel's
			all += treePSS(n)
		}
	}
	return all
}
