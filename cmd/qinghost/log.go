package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// lineHandler writes a log record as a line to read: "23:34:22 警告 message page=p1".
type lineHandler struct {
	out    io.Writer
	lang   string
	mu     *sync.Mutex // over out
	prefix string      // of the groups
	attrs  []slog.Attr
	quiet  bool // only warnings and errors
}

func (h lineHandler) Enabled(_ context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn || l >= slog.LevelInfo && !h.quiet
}

func (h lineHandler) Handle(_ context.Context, r slog.Record) error {
	word := pick(h.lang, "信息", "info")
	if r.Level >= slog.LevelError {
		word = pick(h.lang, "错误", "error")
	} else if r.Level >= slog.LevelWarn {
		word = pick(h.lang, "警告", "warn")
	}
	line := fmt.Appendf(r.Time.AppendFormat(nil, time.TimeOnly), " %s %s", word, r.Message)
	for _, a := range h.attrs {
		line = fmt.Appendf(line, " %s=%v", a.Key, a.Value.Resolve())
	}
	r.Attrs(func(a slog.Attr) bool {
		line = fmt.Appendf(line, " %s%s=%v", h.prefix, a.Key, a.Value.Resolve())
		return true
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := h.out.Write(append(line, '\n'))
	return err
}

func (h lineHandler) WithGroup(name string) slog.Handler {
	h.prefix += name + "."
	return h
}

func (h lineHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	h.attrs = slices.Clone(h.attrs)
	for _, a := range attrs {
		h.attrs = append(h.attrs, slog.Attr{Key: h.prefix + a.Key, Value: a.Value})
	}
	return h
}

// pick chooses the text in the user's language.
func pick(lang, zh, en string) string {
	if lang == "en" {
		return en
	}
	return zh
}
