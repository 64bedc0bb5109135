// Child processes: the peers, and this program in another role. All end with the context that they were started with.

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// process is a running child.
type process struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines *bufio.Reader // stdout; read it, or the child may come to a halt
	log   string        // file of its stderr
	ended chan struct{}
}

// start runs a program in the cache folder, until ctx ends or it does.
func (b *bench) start(ctx context.Context, program string, args ...string) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, program, args...), ended: make(chan struct{})}
	log, err := os.CreateTemp("", "bench-*.log")
	if err != nil {
		return nil, err
	}
	out, in := io.Pipe()
	p.log, p.lines = log.Name(), bufio.NewReader(out)
	p.cmd.Dir, p.cmd.Env = b.cache, append(os.Environ(), "NODE_ENV=production")
	p.cmd.Stdout, p.cmd.Stderr = in, log
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) } // nginx and Playwright have children to end
	p.cmd.WaitDelay = 5 * time.Second
	if p.stdin, err = p.cmd.StdinPipe(); err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(err, log.Close(), os.Remove(log.Name()))
	}
	stop := context.AfterFunc(ctx, func() { _ = out.Close() }) // nobody reads any more
	b.running.Go(func() {
		_ = p.cmd.Wait() // whoever reads from it sees the end
		_ = in.Close()
		close(p.ended)
		stop()
		_ = log.Close()
		if ctx.Err() != nil { // else somebody wants to know why it ended
			_ = os.Remove(log.Name())
		}
	})
	return p, nil
}

// line returns the next line of the child's stdout.
func (p *process) line() (string, error) {
	text, err := p.lines.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("%s ended, see %s: %w", filepath.Base(p.cmd.Path), p.log, err)
	}
	return strings.TrimSpace(text), nil
}

// ask sends the child a line and returns the figures that it answers.
func (p *process) ask(question string) (figures, error) {
	if _, err := fmt.Fprintln(p.stdin, question); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(p.cmd.Path), err)
	}
	text, err := p.line()
	if err != nil {
		return nil, err
	}
	var found figures
	return found, json.Unmarshal([]byte(text), &found)
}

// server starts a program that listens on the port of url and waits until it answers there.
func (b *bench) server(ctx context.Context, url, program string, args ...string) (*process, error) {
	p, err := b.start(ctx, program, args...)
	if err != nil {
		return nil, err
	}
	go func() { _, _ = io.Copy(io.Discard, p.lines) }()
	deadline := time.After(30 * time.Second)
	for {
		if res, err := http.Get(url); err == nil {
			return p, res.Body.Close()
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-p.ended:
			return nil, fmt.Errorf("%s ended, see %s", program, p.log)
		case <-deadline:
			return nil, fmt.Errorf("%s does not answer at %s, see %s", program, url, p.log)
		}
	}
}

// freeAddress returns an address of loopback on which nobody listens, and its port.
func freeAddress() (url, port string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	_, port, err = net.SplitHostPort(l.Addr().String())
	return "http://127.0.0.1:" + port, port, errors.Join(err, l.Close())
}

// script writes one of our node scripts to where it finds the npm packages.
func (b *bench) script(name, text string) (string, error) {
	path := filepath.Join(b.cache, name)
	return path, os.WriteFile(path, []byte(text), 0o644)
}

// module returns a file of an npm package.
func (b *bench) module(path ...string) string {
	return filepath.Join(b.cache, "node_modules", filepath.Join(path...))
}

// has tells whether a program is there, and says how to get it if not.
func has(program, debianPackage string) bool {
	_, err := exec.LookPath(program)
	if err != nil {
		fmt.Printf("!!! %s is missing, its figures are left out: apt-get install %s\n", program, debianPackage)
	}
	return err == nil
}
