// Child processes: the peers, and the program itself in another role. All end with the context that they were started with.

package bench

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

// Process is a running child.
type Process struct {
	PID   int
	name  string
	stdin io.WriteCloser
	lines *bufio.Reader // stdout, unless it goes to the log
	log   string        // file of its stderr
	ended chan struct{}
}

// Start runs a program in the cache folder, until ctx ends or it does. Read its lines, or it may come to a halt.
func (r *Run) Start(ctx context.Context, program string, args ...string) (*Process, error) {
	out, in := io.Pipe()
	p, err := r.start(ctx, in, program, args)
	if err != nil {
		return nil, err
	}
	p.lines = bufio.NewReader(out)
	stop := context.AfterFunc(ctx, func() { _ = out.Close() }) // nobody reads any more
	r.Running.Go(func() {
		<-p.ended
		_ = in.Close() // whoever reads from it sees the end
		stop()
	})
	return p, nil
}

// start takes nil for a stdout that goes to the log, past us.
func (r *Run) start(ctx context.Context, stdout io.Writer, program string, args []string) (*Process, error) {
	log, err := os.CreateTemp("", "bench-*.log")
	if err != nil {
		return nil, err
	}
	if stdout == nil {
		stdout = log
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = r.Cache, append(os.Environ(), "NODE_ENV=production")
	cmd.Stdout, cmd.Stderr = stdout, log
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // nginx and Playwright have children to end
	cmd.WaitDelay = 5 * time.Second
	stdin, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(err, log.Close(), os.Remove(log.Name()))
	}
	p := &Process{PID: cmd.Process.Pid, name: filepath.Base(program), stdin: stdin, log: log.Name(), ended: make(chan struct{})}
	r.Running.Go(func() {
		_ = cmd.Wait() // whoever waits for it to answer sees the end
		_ = log.Close()
		if ctx.Err() != nil { // else somebody wants to know why it ended
			_ = os.Remove(log.Name())
		}
		close(p.ended)
	})
	return p, nil
}

// Wait waits until the process has ended.
func (p *Process) Wait() { <-p.ended }

// Line returns the next line of the child's stdout.
func (p *Process) Line() (string, error) {
	text, err := p.lines.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("%s ended, see %s: %w", p.name, p.log, err)
	}
	return strings.TrimSpace(text), nil
}

// Ask sends the child a line and returns the figures that it answers.
func (p *Process) Ask(question string) (Figures, error) {
	if _, err := fmt.Fprintln(p.stdin, question); err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	text, err := p.Line()
	if err != nil {
		return nil, err
	}
	var found Figures
	return found, json.Unmarshal([]byte(text), &found)
}

// Server starts a program that listens, and waits until ready returns nil; it is asked every millisecond.
func (r *Run) Server(ctx context.Context, ready func() error, program string, args ...string) (*Process, error) {
	p, err := r.start(ctx, nil, program, args)
	if err != nil {
		return nil, err
	}
	deadline := time.After(30 * time.Second)
	for {
		err := ready()
		if err == nil {
			return p, nil
		}
		select {
		case <-time.After(time.Millisecond):
		case <-p.ended:
			return nil, fmt.Errorf("%s ended, see %s", p.name, p.log)
		case <-deadline:
			return nil, fmt.Errorf("%s does not answer, see %s: %w", p.name, p.log, err)
		}
	}
}

// Answers is a ready for Server: whether somebody answers at url, whatever it is.
func Answers(url string) func() error {
	return func() error {
		res, err := http.Get(url)
		if err != nil {
			return err
		}
		return res.Body.Close()
	}
}

// FreeAddress returns an address of loopback on which nobody listens, and its port.
func FreeAddress() (url, port string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	_, port, err = net.SplitHostPort(l.Addr().String())
	return "http://127.0.0.1:" + port, port, errors.Join(err, l.Close())
}
