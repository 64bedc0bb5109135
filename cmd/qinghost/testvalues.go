package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"qinghost/bridge"
	"qinghost/runtime/suite"
)

// profilesOf reads a list of profiles; all: those of both phones.
func profilesOf(text string) ([]bridge.Profile, error) {
	var all []bridge.Profile
	for name := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(name) == "all" {
			all = append(all, bridge.Phones()...)
			continue
		}
		profile, err := bridge.ProfileNamed(strings.TrimSpace(name))
		if err != nil {
			return nil, fmt.Errorf("--profile: %s; all 为 ios,android (今天的两种手机)", messageOf(err))
		}
		all = append(all, profile)
	}
	return all, nil
}

func messageOf(err error) string {
	if coded := (*bridge.Error)(nil); errors.As(err, &coded) {
		return coded.Message
	}
	return err.Error()
}

// expression compiles a flag's regular expression; nil without one.
func expression(flag, text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	compiled, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("--%s 的值 %q 不是正则表达式: %w", flag, text, err)
	}
	return compiled, nil
}

// cacheFolder is where programs of this user keep what they can make again; empty when the environment does not tell.
func cacheFolder(env map[string]string) string {
	switch home := env["HOME"]; {
	case filepath.IsAbs(env["XDG_CACHE_HOME"]):
		return env["XDG_CACHE_HOME"]
	case runtime.GOOS == "windows":
		return env["LOCALAPPDATA"]
	case home == "":
		return ""
	case runtime.GOOS == "darwin":
		return filepath.Join(home, "Library", "Caches")
	default:
		return filepath.Join(home, ".cache")
	}
}

// durationValue is a time in milliseconds, or with a unit.
type durationValue time.Duration

func (d *durationValue) String() string {
	if *d == 0 {
		return ""
	}
	return time.Duration(*d).String()
}

func (d *durationValue) Type() string { return "毫秒数, 或 5s、1m 这样的时长" }

// Set implements pflag.Value.
func (d *durationValue) Set(text string) error {
	if ms, err := strconv.ParseFloat(text, 64); err == nil {
		text = fmt.Sprintf("%fms", ms)
	}
	given, err := time.ParseDuration(text)
	if err == nil && given < time.Millisecond {
		err = errors.New("too short")
	}
	*d = durationValue(given)
	return err
}

// workersValue is a number, or a part of the cores.
type workersValue string

func (w *workersValue) String() string { return string(*w) }
func (w *workersValue) Type() string   { return "正整数, 或 1% 到 100%" }

// Set implements pflag.Value.
func (w *workersValue) Set(text string) error {
	number, _ := strings.CutSuffix(text, "%")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > 100 && number != text {
		return errors.New("not a number of workers")
	}
	*w = workersValue(text)
	return nil
}

// count is the number; 0 when nobody said.
func (w workersValue) count() int {
	number, part := strings.CutSuffix(string(w), "%")
	n, _ := strconv.Atoi(number) // Set has checked it
	if part {
		return max(n*runtime.GOMAXPROCS(0)/100, 1)
	}
	return n
}

// shardValue is "i/n".
type shardValue struct{ suite.Shard }

func (s *shardValue) Type() string { return "i/n, 如 1/3" }

// Set implements pflag.Value.
func (s *shardValue) Set(text string) error {
	index, count, _ := strings.Cut(text, "/")
	i, err := strconv.Atoi(index)
	n, failed := strconv.Atoi(count)
	if err != nil || failed != nil || i < 1 || i > n {
		return errors.New("not a shard")
	}
	s.Shard = suite.Shard{Index: i, Count: n}
	return nil
}
