package ownapi

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"qinghost/bridge"
	"qinghost/runtime/bundle"
	"qinghost/runtime/headless"
)

// method is one file.
type method struct {
	of          *Methods
	path, shown string

	mu     sync.Mutex        // held while it loads
	tried  bool              // some version was
	sum    [sha256.Size]byte // of the version that was tried last
	good   *bundle.Bundle    // the last one that could be loaded; nil without one
	realm  *realm            // where that runs; nil without one
	failed error             // why there is no good one
}

// call is the API's function. The calls reach the file in the order in which the page made them, and the page's others go on.
func (m *method) call(ctx context.Context, page bridge.Page, params json.RawMessage) (json.RawMessage, error) {
	r, err := m.live()
	if err != nil {
		return nil, err
	}
	if params == nil {
		params = json.RawMessage("{}")
	}
	if err := r.call(ctx, page, params); err != nil {
		return nil, err
	}
	return nil, bridge.ErrStaysOpen
}

// live returns the realm of the last good version: made now where none was, or where a script was stopped in it.
func (m *method) live() (*realm, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.tried {
		m.load(m.of.bundler.Bundles([]string{m.path})[0])
	}
	if m.good == nil {
		return nil, m.failed
	}
	if m.realm.page.Err() != nil {
		m.realm.close(nil)
		r, err := newRealm(m, m.good)
		if err != nil {
			return nil, m.complaint(err)
		}
		m.realm = r
	}
	return m.realm, nil
}

// take loads a version, unless it is the one that was tried last.
func (m *method) take(b *bundle.Bundle) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.tried || m.sum != b.Sum {
		m.load(b)
	}
}

// load does the work of take; the mutex is held.
func (m *method) load(b *bundle.Bundle) {
	m.tried, m.sum = true, b.Sum
	for _, w := range b.Warnings {
		m.of.Host.Logger.Warn(w.String())
	}
	err := b.Err
	var r *realm
	if err == nil {
		r, err = newRealm(m, b)
	}
	switch {
	case m.of.ctx.Err() != nil && err != nil:
		m.failed = bridge.Errorf(bridge.HostGone, "qinghost 已结束")
	case err != nil:
		failed := m.complaint(err)
		note := "; 改好后会重新加载"
		if m.good != nil {
			note = "; 上一个能加载的版本仍在使用, 改好后会重新加载"
		}
		m.failed = failed
		m.of.Host.Logger.Error(failed.Error() + note + frames(err))
	default:
		if m.realm != nil {
			m.realm.close(bridge.Errorf(bridge.HostGone, "%s 已改动并重新加载, 请重新调用", m.shown))
		}
		m.good, m.realm, m.failed = b, r, nil
	}
}

// forget ends the realm; the next call makes another.
func (m *method) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.realm != nil {
		m.realm.close(bridge.Errorf(bridge.HostGone, "qinghost 已重置"))
	}
}

// complaint says why a version was not loaded, and where.
func (m *method) complaint(err error) *bridge.Error {
	var fault *headless.Fault
	text := err.Error()
	if errors.As(err, &fault) {
		text = described(fault)
	}
	return bridge.Errorf(NotLoaded, "%s 没有加载: %s", m.shown, text)
}

// frames shows the code around the places that an error names, each behind a line break.
func frames(err error) string {
	var unbundled *bundle.Error
	var fault *headless.Fault
	var b strings.Builder
	switch {
	case errors.As(err, &unbundled):
		for _, message := range unbundled.Messages {
			b.WriteString("\n" + message.Frame)
		}
	case errors.As(err, &fault) && fault.Stack != "":
		b.WriteString("\n" + fault.Stack)
	}
	return b.String()
}

// described says in a line what went wrong in a script, and where.
func described(f *headless.Fault) string {
	text := f.Message
	if f.Kind == headless.Interrupt {
		text = fmt.Sprintf("运行了 %v 仍没有结束, 已中断; 请检查此处的循环", endless)
	}
	if f.File != "" {
		text = fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, text)
	}
	return text
}

// retire ends the method, and its open calls with the reason.
func (m *method) retire(reason string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	gone := bridge.Errorf(bridge.HostGone, "%s", reason)
	if m.realm != nil {
		m.realm.close(gone)
	}
	m.tried, m.good, m.realm, m.failed = true, nil, nil, gone
}

// inputs are the files that the version in use was made of; broken: the one tried last is not in use, and may lack any file.
func (m *method) inputs() (paths []string, broken bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.good != nil {
		paths = m.good.Inputs
	}
	return paths, m.failed != nil
}
