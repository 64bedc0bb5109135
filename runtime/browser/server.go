// Package browser is the preview server: it serves a light app (a folder, or a running dev server by reverse proxy) with
// the bridge injected, and answers the bridge over a WebSocket on the same origin. Beside the app stand, below
// /__qinghost/, the simulator's page and the control API.
package browser

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"qinghost/bridge"
	"qinghost/web"
)

// Options say what to preview and how.
type Options struct {
	// Dir is the app's folder, or URL the address of its dev server; one of the two.
	Dir string
	URL *url.URL
	// Project is the folder of the app behind a dev server, where its own copy of the vendor's library is looked for; empty: nowhere.
	Project string
	// Config is what the page's script is told; the addresses in it are filled in here.
	Config web.Config
	// InWindow says that a desktop window injects the script by itself: the server then leaves it out.
	InWindow bool
	// AllowedHosts are names and addresses beyond loopback by which the preview may be asked for; ".example.com" takes every
	// name below it.
	AllowedHosts []string
	Control      Control
	// Server answers what Serves takes: the server APIs, which stand on the app's own port. Nil for none.
	Server http.Handler
	Serves func(path string) bool
	// Logger tells of the dev server's faults and of live reload; discards when nil.
	Logger *slog.Logger
}

// Server is a preview server.
type Server struct {
	opts    Options
	host    *bridge.Host
	app     http.Handler
	close   func() error // of the folder
	views   []byte
	nonce   string
	handler http.Handler

	mu     sync.Mutex
	names  []string // what the host's pages could call when script and tag were made
	script []byte   // what is injected
	tag    []byte   // the element that loads it
}

// New prepares a preview; the folder must exist. Its handlers live until Serve returns.
func New(host *bridge.Host, opts Options) (*Server, error) {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	opts.Config.Socket = ownPath + "ws"
	s := &Server{opts: opts, host: host, close: func() error { return nil }}
	s.views = []byte("export default " + web.Views())
	s.nonce, s.names = rand.Text(), host.Names()
	s.build()
	in := injector{log: opts.Logger}
	if !opts.InWindow {
		in.nonce, in.tags = s.nonce, func() []byte { _, tag := s.injected(); return tag }
	}
	if opts.URL != nil {
		s.app = proxyHandler(opts.URL, host.Profile.UserAgent, in, opts.Logger)
	} else {
		files, err := staticHandler(opts.Dir)
		if err != nil {
			return nil, err
		}
		s.app, s.close = in.wrap(files), files.Close
	}
	s.handler = guard(s.routes(), opts.AllowedHosts...)
	return s, nil
}

// build makes script and tag; the mutex is held, or nobody has the server yet.
func (s *Server) build() {
	s.script = []byte(web.Library(s.opts.Config, fmt.Sprintf("{loadViews:function(){return import(%q).then(function(m){return m.default})}}",
		version(ownPath+"views.js", string(s.views)))))
	s.tag = fmt.Appendf(nil, `<script src="%s" nonce="%s"></script>`, version(s.scriptPath(), string(s.script)), s.nonce)
}

// renew builds again when pages can call other methods than before: the script names them. The mutex is held.
func (s *Server) renew() {
	if names := s.host.Names(); !slices.Equal(names, s.names) {
		s.names, s.opts.Config.APIs = names, names
		s.build()
	}
}

func (s *Server) injected() (script, tag []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.renew()
	return s.script, s.tag
}

func (s *Server) config() web.Config {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.renew()
	return s.opts.Config
}

// scriptPath is where the injected script stands: it is the library, unless the page is to have its own.
func (s *Server) scriptPath() string {
	if s.opts.Config.Library == "page" {
		return startPath
	}
	return libraryPath
}

// version names a script by its content, so that it may be kept for ever and changes when it changes.
func version(path, content string) string {
	sum := sha256.Sum256([]byte(content))
	return path + "?v=" + hex.EncodeToString(sum[:6])
}

func (s *Server) routes() http.Handler {
	own := http.NewServeMux()
	own.HandleFunc("GET "+ownPath+"{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = io.WriteString(w, web.ShellPage())
	})
	own.Handle("GET "+libraryPath, s.library())
	own.Handle("GET "+startPath, s.injectedHandler())
	own.Handle("GET "+ownPath+"views.js", scriptHandler(s.views))
	own.Handle("GET "+ownPath+"shell.js", scriptHandler([]byte(web.Shell(s.opts.Config))))
	own.Handle(ownPath+"api/", http.StripPrefix(strings.TrimSuffix(ownPath, "/")+"/api", controlHandler(s.host, s.opts.Control)))
	own.HandleFunc("GET "+openAPIPath, s.opts.Control.openAPI)
	own.HandleFunc(ownPath, func(w http.ResponseWriter, r *http.Request) {
		refuse(w, &failure{http.StatusNotFound, "not_found", "qinghost 没有这个地址: " + r.URL.Path})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == ownPath+"ws":
			r.Context().Value(socketsKey{}).(*sockets).ServeHTTP(w, r)
		case strings.HasPrefix(r.URL.Path, ownPath):
			own.ServeHTTP(w, r)
		case s.opts.Server != nil && s.opts.Serves(r.URL.Path):
			s.opts.Server.ServeHTTP(w, r)
		default:
			s.app.ServeHTTP(w, r)
		}
	})
}

// injectedHandler serves the script that is injected.
func (s *Server) injectedHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		script, _ := s.injected()
		scriptHandler(script).ServeHTTP(w, r)
	})
}

// scriptHandler serves one of our scripts; an address that carries its version is kept by the browser.
func scriptHandler(script []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		if r.URL.Query().Has("v") {
			w.Header().Set("Cache-Control", "max-age=31536000, immutable")
		} else {
			w.Header().Set("Cache-Control", "no-cache")
		}
		_, _ = w.Write(script) // the browser is gone if this fails
	})
}

type socketsKey struct{}

// Serve serves on the listener until ctx ends, and then ends every page. It returns nil when ctx ended it.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pages := newSockets(ctx, s.host)
	server := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: 30 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return context.WithValue(ctx, socketsKey{}, pages) },
		ErrorLog:          slog.NewLogLogger(s.opts.Logger.Handler(), slog.LevelDebug),
	}
	watching := make(chan error, 1)
	go func() { watching <- s.watch(ctx) }()
	stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // previews are not drained: the pages are told by their sockets
	defer stop()
	err := server.Serve(listener)
	stopped := ctx.Err() != nil
	cancel()
	_ = server.Close()
	pages.wait()
	watchErr := <-watching
	if stopped && errors.Is(err, http.ErrServerClosed) {
		return errors.Join(watchErr, s.close())
	}
	return errors.Join(err, s.close())
}

// watch has every page load itself again when a file of the folder changes. Where watching is not to be had (too many
// files for the system's limit), the preview goes on without.
func (s *Server) watch(ctx context.Context) error {
	if s.opts.URL != nil {
		return nil // a dev server reloads its own pages
	}
	err := watch(ctx, s.opts.Dir, func() {
		if err := s.host.Emit(ctx, "", bridge.MethodReload, nil); err != nil && ctx.Err() == nil {
			s.opts.Logger.Debug("刷新页面失败", "err", err)
		}
	})
	if err != nil && ctx.Err() == nil {
		s.opts.Logger.Warn("无法监视文件改动, 保存后请手动刷新", "dir", s.opts.Dir, "err", err)
	}
	return nil
}
