package headless

import (
	"context"

	"github.com/dop251/goja"
)

// Program is a script that has been compiled: many pages can run it, also at once.
type Program struct {
	script  Script
	program *goja.Program
	vars    []string
}

// Compile compiles a classic script for RunProgram. The error is a *Fault.
func Compile(s Script) (*Program, error) {
	program, vars, err := compileScript(s.Name, s.Code)
	if err != nil {
		var m maps
		m.add(s)
		return nil, m.syntaxFault(err)
	}
	return &Program{s, program, vars}, nil
}

// RunProgram is RunMapped without the compiling.
func (p *Page) RunProgram(ctx context.Context, program *Program) error {
	p.loop.maps.add(program.script)
	_, err := p.loop.await(ctx, func(done func(string, error)) {
		p.declare(program.vars)
		_, err := p.loop.rt.RunProgram(program.program)
		p.load()
		done("", p.asFault(err))
	})
	return err
}

// Do runs fn as a job of the page, and returns what it returned, what a script threw as a *Fault. It is for whoever gives the
// page functions of its own; fn must leave nothing of the runtime behind but what other jobs use.
func (p *Page) Do(ctx context.Context, fn func(rt *goja.Runtime) error) error {
	_, err := p.loop.await(ctx, func(done func(string, error)) { done("", p.asFault(fn(p.loop.rt))) })
	return err
}

// Post has fn run as a job of the page some time, and does not wait; false when the page has ended. The error that fn returns
// is reported as an exception that nothing caught.
func (p *Page) Post(fn func(rt *goja.Runtime) error) bool {
	return p.loop.post(func() {
		if err := fn(p.loop.rt); err != nil {
			p.loop.threw(err)
		}
	})
}

// Interrupt interrupts the job that is at work, if it still is after a short grace; the page ends with it. False when there
// is none.
func (p *Page) Interrupt(cause error) bool {
	p.loop.mu.Lock()
	stuck := p.loop.running
	p.loop.mu.Unlock()
	p.loop.interruptStuck(cause)
	p.loop.mu.Lock()
	defer p.loop.mu.Unlock()
	return stuck != 0 && (p.loop.running == stuck || p.loop.end != nil)
}

// Done is closed when the page has ended: by Close, or by a fault that it could not survive.
func (p *Page) Done() <-chan struct{} { return p.loop.over }

// Err is why the page has ended, a *Fault if one was the cause; nil while it goes on.
func (p *Page) Err() error { return p.loop.cause() }
