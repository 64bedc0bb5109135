package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/cli/browser"
	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"qinghost/bridge"
	preview "qinghost/runtime/browser"
	"qinghost/runtime/desktop"
	"qinghost/web"
)

func (c *command) previewCommand() *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Use:   "preview [文件夹 或 网址]",
		Short: "预览一个轻应用: 文件夹, 或正在运行的开发服务器",
		Long: `预览一个轻应用: 提供文件夹 (默认当前文件夹), 或代理正在运行的开发服务器, 并注入云之家的 JS 桥。
有桌面窗口时在窗口里打开, 否则在浏览器里打开。

每个参数也可由环境变量 QINGHOST_<参数名> 或 qinghost.yaml 给出; 参数优先, 其次环境变量, 再次文件。`,
		Example: `  qinghost preview                          # 当前文件夹
  qinghost preview examples/meeting-room
  qinghost preview http://localhost:5173    # Vite 等开发服务器
  qinghost preview --scenario 场景.yaml --profile android`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := s.fill(cmd.Flags(), c.env); err != nil {
				return err
			}
			return c.preview(cmd.Context(), &s, append(args, ".")[0])
		},
	}
	s.flags(cmd.Flags())
	return cmd
}

// preview serves until ctx ends or the window is closed. It must run on the main goroutine, which a window needs.
func (c *command) preview(ctx context.Context, s *settings, target string) error {
	terminal := newTerminal(c.stdout, c.stderr, s)
	defer terminal.close()
	opts, err := c.target(s, target)
	if err != nil {
		return err
	}
	s.project = cmp.Or(s.base, opts.Dir, ".")
	if s.data == "" {
		s.data = defaultData(s, c.env, opts.Dir)
	}
	w, err := newWorld(ctx, s, terminal.logger)
	if err != nil {
		return err
	}
	defer func() {
		if err := w.close(); err != nil {
			terminal.logger.Error("数据库没有正常关闭", "err", err)
		}
	}()
	w.host.Log.Observe(terminal.call)
	inWindow, err := c.wantsWindow(s, terminal)
	if err != nil {
		return err
	}
	opts.InWindow, opts.Project = inWindow, s.project
	opts.AllowedHosts = append(s.allowedHosts, s.host)
	opts.Logger = terminal.logger
	opts.Server, opts.Serves = w.door, serverPath
	opts.Config = web.Config{Version: version, Lang: s.lang, Profile: w.host.Profile, APIs: w.host.Names(), Library: s.library, Strict: s.strict}
	opts.Control = w.control()
	listener, err := listen(ctx, s, terminal)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	origin := "http://" + address(listener)
	r := ready{
		Event: "ready", URL: origin + "/", Simulator: origin + "/__qinghost/", Gateway: origin, Token: opts.Control.Token,
		Window: inWindow, Profile: w.host.Profile.Name,
	}
	if w.demo {
		r.Demo = newDemo(w.team, w.me)
	}
	for _, ip := range networkAddresses(s.host) {
		opts.AllowedHosts = append(opts.AllowedHosts, ip)
		r.Network = append(r.Network, "http://"+net.JoinHostPort(ip, port(listener))+"/")
	}
	server, err := preview.New(w.host, opts)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	terminal.ready(r)
	warnOf(ctx, terminal, opts, r)
	w.own.Watch(func() { // pages are told at their loading what they can call
		if err := w.host.Emit(ctx, "", bridge.MethodReload, nil); err != nil && ctx.Err() == nil {
			terminal.logger.Debug("刷新页面失败", "err", err)
		}
	})
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()
	switch {
	case inWindow:
		err = desktop.Run(ctx, w.host, desktop.Options{URL: r.URL, Config: opts.Config, Logger: terminal.logger})
		cancel()
	case c.wantsBrowser(s):
		if openErr := open(r.URL); openErr != nil {
			terminal.note("没有找到浏览器: 请自己打开上面的地址", "no browser found: open the address above yourself")
		}
	}
	return errors.Join(err, <-served)
}

// target says what is to be previewed.
func (c *command) target(s *settings, target string) (preview.Options, error) {
	if strings.HasPrefix(target, "http://") || strings.HasPrefix(target, "https://") {
		address, err := url.Parse(target)
		if err != nil || address.Host == "" {
			return preview.Options{}, fmt.Errorf("网址 %q 不对: 应如 http://localhost:5173", target)
		}
		return preview.Options{URL: address}, nil
	}
	info, err := os.Stat(target)
	switch {
	case errors.Is(err, os.ErrNotExist) && isHostPort(target):
		return preview.Options{}, fmt.Errorf("找不到文件夹 %q: 是否想写 http://%[1]s?", target)
	case errors.Is(err, os.ErrNotExist):
		return preview.Options{}, fmt.Errorf("找不到文件夹 %q: 请给出轻应用所在的文件夹, 或开发服务器的网址 (http://…)", target)
	case err != nil:
		return preview.Options{}, fmt.Errorf("无法打开 %q: %w", target, err)
	case !info.IsDir():
		return preview.Options{}, fmt.Errorf("%q 是文件: 请给出它所在的文件夹", target)
	}
	return preview.Options{Dir: target}, nil
}

// wantsWindow decides between window and browser, and says in a line why there is no window.
func (c *command) wantsWindow(s *settings, t *terminal) (bool, error) {
	if s.noOpen || s.browser {
		return false, nil
	}
	missing := desktop.Available()
	switch {
	case missing == nil:
		return s.window || c.env["CI"] == "", nil
	case s.window && strings.Contains(missing.Error(), "无法打开窗口"):
		return false, environmentErr("%w", missing)
	case s.window:
		return false, environmentErr("无法打开窗口: %w", missing)
	case lacksDisplay(missing):
		t.note("没有图形显示, 改用浏览器", "no display, using the browser")
	default:
		t.note("此版本不带桌面窗口, 改用浏览器", "this build has no desktop window, using the browser")
	}
	return false, nil
}

// lacksDisplay tells the two reasons of desktop.Available apart: no display, or a build without the window.
func lacksDisplay(missing error) bool { return strings.Contains(missing.Error(), "图形显示") }

// isHostPort says whether target looks like an address without its "http://".
func isHostPort(target string) bool {
	hostPort, _, _ := strings.Cut(target, "/")
	host, port, err := net.SplitHostPort(hostPort)
	_, notNumber := strconv.ParseUint(port, 10, 16)
	return err == nil && host != "" && notNumber == nil
}

// warnOf says what will surprise whoever opens the preview.
func warnOf(ctx context.Context, t *terminal, opts preview.Options, r ready) {
	if len(r.Network) > 0 {
		t.warn("同一网络里的每个人都能打开这个预览", "everybody in the network can open this preview")
	}
	if opts.URL == nil {
		if _, err := os.Stat(filepath.Join(opts.Dir, "index.html")); err != nil {
			t.warn("文件夹 %q 里没有 index.html", "the folder %q has no index.html", opts.Dir)
		}
		return
	}
	at := opts.URL.Port()
	if at == "" {
		at = opts.URL.Scheme // the dialer knows the names
	}
	dialer := net.Dialer{Timeout: 2 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(opts.URL.Hostname(), at))
	if err != nil {
		t.warn("开发服务器 %s 没有应答: 请先启动它", "the dev server %s does not answer: start it first", opts.URL)
		return
	}
	_ = conn.Close() // it was only tried
}

// wantsBrowser: when asked for; otherwise only where somebody sits at a terminal.
func (c *command) wantsBrowser(s *settings) bool {
	if s.noOpen || c.env["BROWSER"] == "none" {
		return false
	}
	out, isFile := c.stdout.(*os.File)
	return s.browser || c.env["CI"] == "" && isFile && isatty.IsTerminal(out.Fd())
}

// open opens the user's browser, without its chatter.
func open(address string) error {
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	return browser.OpenURL(address)
}

// triedPorts is how many ports above a busy one are tried.
const triedPorts = 100

// listen takes the port, or the next free one.
func listen(ctx context.Context, s *settings, t *terminal) (net.Listener, error) {
	var config net.ListenConfig
	for port := s.port; ; port++ {
		l, err := config.Listen(ctx, "tcp", net.JoinHostPort(s.host, strconv.Itoa(port)))
		switch {
		case err == nil:
			if port != s.port {
				t.note("端口 %d 被占用, 改用 %d", "port %d is busy, using %d", s.port, port)
			}
			return l, nil
		case !errors.Is(err, syscall.EADDRINUSE):
			return nil, environmentErr("无法监听 %s 的端口 %d: %w", s.host, port, err)
		case s.strictPort:
			return nil, environmentErr("端口 %d 被占用: 换一个 --port, 或去掉 --strict-port 自动换端口", port)
		case port >= min(s.port+triedPorts, 65535):
			return nil, environmentErr("端口 %d 到 %d 都被占用: 用 --port 0 取任意端口", s.port, port)
		}
	}
}

// address is what a browser on this machine asks for.
func address(l net.Listener) string {
	at := l.Addr().(*net.TCPAddr)
	if at.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(at.Port))
	}
	return at.String()
}

func port(l net.Listener) string { return strconv.Itoa(l.Addr().(*net.TCPAddr).Port) }

// networkAddresses are this machine's addresses for others, when host stands for all of them; IPv6 ones only for "::".
func networkAddresses(host string) []string {
	ip := net.ParseIP(host)
	if !ip.IsUnspecified() {
		return nil
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var all []string
	for _, a := range addresses {
		if n, is := a.(*net.IPNet); is && n.IP.IsGlobalUnicast() && (n.IP.To4() != nil || ip.To4() == nil) {
			all = append(all, n.IP.String())
		}
	}
	return all
}
