package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// treePSS returns the memory of a process and of its descendants in MiB, what they share counted once (PSS); 0 where the
// system does not tell.
func treePSS(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var all float64
	for line := range strings.Lines(string(text)) {
		if size, is := strings.CutPrefix(line, "Pss:"); is {
			kib, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(size), "kB")), 64)
			if err != nil {
				return 0, err
			}
			all = kib / 1024
		}
	}
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return 0, err
	}
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // the thread has ended
		}
		for _, child := range strings.Fields(string(text)) {
			n, err := strconv.Atoi(child)
			if err != nil {
				return 0, err
			}
			size, err := treePSS(n)
			if err != nil {
				return 0, err
			}
			all += size
		}
	}
	return all, nil
}
