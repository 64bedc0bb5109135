package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"qinghost/internal/bench"
	"qinghost/jsapi/contact"
)

var team = contact.Demo()

// side is one server under measurement.
type side struct {
	name    string
	program string
	args    func(port string) ([]string, error)
	// newWork returns what it is asked to do, as soon as it answers.
	newWork func(host string) (*work, error)
	peer    bool  // not ours: the run goes on without it
	warm    int64 // how often the work is done first; 0: for a second. After that its memory is measured.
}

const (
	warmUp   = time.Second
	measured = 2 * time.Second
	// fixed is how often the work is done where memory is compared. It is WireMock's warm-up, too: a JVM needs a long one.
	fixed = 10_000
)

// open returns what starts, measures and ends each side in turn.
func open(ctx context.Context, r *bench.Run, only string) (func() (bench.Figures, error), error) {
	sides, err := sidesOf(ctx, r, only)
	if err != nil {
		return nil, err
	}
	for _, s := range sides {
		if leftOut(only, s.name) {
			r.Missing[s.name] = "left out"
		}
	}
	return func() (bench.Figures, error) {
		found := bench.Figures{}
		for _, s := range sides {
			if r.Missing[s.name] != "" {
				continue
			}
			if err := s.measure(ctx, r, found); err != nil {
				if !s.peer || ctx.Err() != nil {
					return nil, fmt.Errorf("%s: %w", s.name, err)
				}
				r.Missing[s.name] = strings.ReplaceAll(err.Error(), "\n", " ")
			}
		}
		return found, nil
	}, nil
}

func sidesOf(ctx context.Context, r *bench.Run, only string) ([]side, error) {
	ours := func(name, data string) side {
		return side{
			name: name, program: filepath.Join(r.Cache, "qinghost"), newWork: loggedOn,
			args: func(port string) ([]string, error) {
				return []string{"mock", "--data", data, "--port", port, "--strict-port"}, removeDatabase(data)
			},
		}
	}
	own, err := os.Executable()
	if err != nil {
		return nil, err
	}
	migrations, err := filepath.Abs(filepath.Join("jsapi", "store", "migrations"))
	if err != nil {
		return nil, err
	}
	bare := func(name, data string) side {
		return side{
			name: name, program: own, newWork: stateful,
			args: func(port string) ([]string, error) {
				return []string{roleCommand, data, port, migrations}, removeDatabase(data)
			},
		}
	}
	sides := []side{
		ours("memory", ":memory:"), bare("bare", ":memory:"),
		ours("file", filepath.Join(r.Cache, "data", "ours.db")), bare("commits", filepath.Join(r.Cache, "data", "bare.db")),
	}
	sides[0].warm = fixed
	if leftOut(only, "postgres") {
		// No server is started for nothing.
	} else if address, err := postgres(ctx, r); err != nil {
		r.Missing["postgres"] = err.Error()
	} else {
		sides = append(sides, ours("postgres", address))
	}
	peers, err := peers(ctx, r)
	return append(sides, peers...), err
}

// removeDatabase takes away what a round before has left in a file.
func removeDatabase(data string) error {
	if !filepath.IsAbs(data) {
		return nil
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(data + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return os.MkdirAll(filepath.Dir(data), 0o755)
}

// measure starts the server, enters its figures, and ends it.
func (s side) measure(ctx context.Context, r *bench.Run, found bench.Figures) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	_, port, err := bench.FreeAddress()
	if err != nil {
		return err
	}
	args, err := s.args(port)
	if err != nil {
		return err
	}
	address := "127.0.0.1:" + port
	var w *work
	began := time.Now()
	process, err := r.Server(ctx, func() (err error) {
		if w == nil {
			if w, err = s.newWork(address); err != nil {
				return err
			}
		}
		c, err := dial(address, 10*time.Second)
		if err != nil {
			return err
		}
		defer c.Close() //nolint:errcheck // a connection of ours
		_, err = w.once(c)
		return err
	}, s.program, args...)
	if err != nil {
		return err
	}
	start := time.Since(began)
	defer process.Wait()
	defer cancel()

	limit := warmUp
	if s.warm > 0 {
		limit = time.Minute
	}
	if _, err := w.load(ctx, address, 32, s.warm, limit); err != nil {
		return err
	}
	pss, err := treePSS(process.PID)
	if err != nil {
		return err
	}
	one, err := w.load(ctx, address, 1, 0, measured)
	if err != nil {
		return err
	}
	many, err := w.load(ctx, address, 32, 0, measured)
	if err != nil {
		return err
	}
	found[s.name+" start"] = float64(start.Microseconds()) / 1000
	found[s.name+" 1"], found[s.name+" 32"], found[s.name+" p99"] = one.perSecond, many.perSecond, many.p99
	if s.warm > 0 && pss > 0 {
		found[s.name+" PSS"] = pss
	}
	return nil
}

// stateless is the work of a server that gives always the same answers.
func stateless(host string) (*work, error) { return apiWork(host, "none"), nil }

// stateful is the work of a server that shows the meetings that it was given.
func stateful(host string) (*work, error) {
	w := apiWork(host, "none")
	w.shows = true
	return w, nil
}

// loggedOn is the work of our own server, with the token that it asks for.
func loggedOn(host string) (*work, error) {
	body := fmt.Sprintf(`{"eid":%q,"secret":%q,"scope":"resGroupSecret","timestamp":%d}`, team.EID, team.ResGroupSecret, time.Now().UnixMilli())
	res, err := http.Post("http://"+host+"/gateway/oauth2/token/getAccessToken", "application/json", bytes.NewReader([]byte(body)))
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() //nolint:errcheck // a connection of ours
	var answer struct{ Data struct{ AccessToken string } }
	text, err := io.ReadAll(res.Body)
	if err == nil {
		err = json.Unmarshal(text, &answer)
	}
	if err == nil && answer.Data.AccessToken == "" {
		err = fmt.Errorf("no accessToken in %s", text)
	}
	w := apiWork(host, answer.Data.AccessToken)
	w.shows = true
	return w, err
}
