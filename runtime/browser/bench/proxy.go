// Goal 12: the injecting proxy beside nginx, browser-sync and one made of http-proxy, in front of the same bare server.

package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"qinghost/internal/bench"
)

//go:embed httpproxy.mjs
var httpProxyJS string

var proxies = bench.Suite{
	Name: "proxy",
	Goals: []bench.Goal{
		{Number: 12, What: "proxied pages, to nginx, 1 worker", Unit: "/s", Ours: "qinghost", Peer: "nginx 1", Limit: 0.9, AtLeast: true},
		{Number: 12, What: "proxied pages, to nginx, 2 workers", Unit: "/s", Ours: "qinghost", Peer: "nginx 2", Limit: 0.9, AtLeast: true},
		{Number: 12, What: "proxied pages, to browser-sync", Unit: "/s", Ours: "qinghost", Peer: "browser-sync", Limit: 8, AtLeast: true},
		{Number: 12, What: "proxied pages, to node http-proxy", Unit: "/s", Ours: "qinghost", Peer: "http-proxy", Limit: 2.5, AtLeast: true},
		{Number: 12, What: "peak memory, to browser-sync", Unit: "MiB", Ours: "qinghost memory", Peer: "browser-sync memory", Limit: 1.0 / 7},
	},
	Open: openProxies,
}

// injectedTag is what the peers insert, as long as our own.
const injectedTag = `<script src="/__qinghost/qing.js?v=0123456789ab" nonce="AAAAAAAAAAAAAAAAAAAAAAAAAA"></script>`

// pageHeaders are what a browser says when a person asks for a page.
var pageHeaders = []string{"Accept: text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate"}

// side is one proxy under measurement.
type side struct {
	name, url string
	process   *bench.Process // of which the memory is asked; nil if not
}

func openProxies(ctx context.Context, r *bench.Run) (func() (bench.Figures, error), error) {
	if !r.Has("qinghost", "wrk", "wrk") {
		return func() (bench.Figures, error) { return bench.Figures{}, nil }, nil
	}
	_, upstream, err := child(ctx, r, "bare", "")
	if err != nil {
		return nil, err
	}
	ours, url, err := child(ctx, r, "preview", upstream)
	if err != nil {
		return nil, err
	}
	sides := []side{{"qinghost", url, ours}}
	if r.Has("nginx", "nginx", "nginx-light") {
		for _, workers := range []string{"1", "2"} {
			if url, err = nginx(ctx, r, workers, upstream); err != nil {
				return nil, err
			}
			sides = append(sides, side{"nginx " + workers, url, nil})
		}
	}
	script, err := r.Write("httpproxy.mjs", httpProxyJS)
	if err != nil {
		return nil, err
	}
	for _, node := range []struct {
		name string
		args func(port string) []string
	}{
		{"http-proxy", func(port string) []string { return []string{script, port, upstream, injectedTag} }},
		{"browser-sync", func(port string) []string {
			return []string{r.Module("browser-sync", "dist", "bin.js"), "start", "--proxy", upstream, "--port", port, "--listen", "127.0.0.1",
				"--no-ui", "--no-open", "--no-notify", "--no-ghost-mode", "--logLevel", "silent"}
		}},
	} {
		url, port, err := bench.FreeAddress()
		if err != nil {
			return nil, err
		}
		process, err := r.Server(ctx, bench.Answers(url), "node", node.args(port)...)
		if err != nil {
			return nil, err
		}
		sides = append(sides, side{node.name, url, process})
	}
	for _, s := range sides {
		if err := checkInjection(ctx, s.url); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		if _, err := load(ctx, s.url, "1s"); err != nil { // warm up
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return func() (bench.Figures, error) {
		found := bench.Figures{}
		for _, s := range sides {
			if found[s.name], err = load(ctx, s.url, "3s"); err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			if s.process != nil {
				if peak := peakMemory(s.process.PID); peak > 0 {
					found[s.name+" memory"] = peak
				}
			}
		}
		return found, nil
	}, nil
}

const nginxConfig = `daemon off;
worker_processes %[1]s;
pid %[2]s/nginx.pid;
error_log stderr error;
events { worker_connections 1024; }
http {
	access_log off;
	client_body_temp_path %[2]s/body;
	proxy_temp_path %[2]s/proxy;
	fastcgi_temp_path %[2]s/fastcgi;
	uwsgi_temp_path %[2]s/uwsgi;
	scgi_temp_path %[2]s/scgi;
	keepalive_requests 10000000;
	upstream app { server %[3]s; keepalive 64; keepalive_requests 10000000; }
	server {
		listen 127.0.0.1:%[4]s;
		location / {
			proxy_pass http://app;
			proxy_http_version 1.1;
			proxy_set_header Connection "";
			proxy_set_header Accept-Encoding "";
			proxy_buffer_size 32k;
			proxy_buffers 8 32k;
			sub_filter '<head>' '<head>%[5]s';
			sub_filter_once on;
		}
	}
}
`

// nginx starts one with so many workers and returns its address.
func nginx(ctx context.Context, r *bench.Run, workers, upstream string) (string, error) {
	dir := filepath.Join(r.Cache, "nginx-"+workers)
	url, port, err := bench.FreeAddress()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	config := filepath.Join(dir, "nginx.conf")
	text := fmt.Sprintf(nginxConfig, workers, dir, strings.TrimPrefix(upstream, "http://"), port, injectedTag)
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		return "", err
	}
	_, err = r.Server(ctx, bench.Answers(url), "nginx", "-e", "stderr", "-p", dir, "-c", config)
	return url, err
}

// checkInjection fails unless the whole page comes through, with a script after <head> or, with browser-sync, in its body.
func checkInjection(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	for _, header := range pageHeaders {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK || !bytes.Contains(page, []byte("<script")) || !bytes.HasSuffix(page, []byte(pageEnd)) || len(page) < pageSize {
		return fmt.Errorf("%s, %d bytes: not the page with a script in it", res.Status, len(page))
	}
	return nil
}

var requestsPerSecond = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)

// load returns the pages a second that 32 connections get.
func load(ctx context.Context, url, duration string) (float64, error) {
	args := []string{"-c32", "-t1", "-d" + duration}
	for _, header := range pageHeaders {
		args = append(args, "-H", header)
	}
	text, err := exec.CommandContext(ctx, "wrk", append(args, url+"/")...).Output()
	match := requestsPerSecond.FindSubmatch(text)
	if err != nil {
		return 0, fmt.Errorf("wrk: %w", err)
	}
	if match == nil || bytes.Contains(text, []byte("Non-2xx")) || bytes.Contains(text, []byte("Socket errors")) {
		return 0, fmt.Errorf("wrk: %s", text)
	}
	return strconv.ParseFloat(string(match[1]), 64)
}

// peakMemory returns the most that a process had resident, in MiB; 0 where the system does not tell.
func peakMemory(pid int) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(text)) {
		if size, is := strings.CutPrefix(line, "VmHWM:"); is {
			kib, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(size), " kB"), 64)
			return kib / 1024
		}
	}
	return 0
}
