package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"time"
	_ "time/tzdata" // Windows has no time zones of its own that Go could read

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	preview "qinghost/runtime/browser"
)

func (c *command) mockCommand() *cobra.Command {
	var s settings
	var openAPI bool
	cmd := &cobra.Command{
		Use:   "mock",
		Short: "只提供服务端接口 (会议、会议室、accessToken), 给应用自己的后端用",
		Long: `只提供云之家的服务端接口: 会议、会议室预定、accessToken, 以及控制接口。应用自己的后端把 https://yunzhijia.com 换成这里的地址即可。

每个参数也可由环境变量 QINGHOST_<参数名> 或 qinghost.yaml 给出; 参数优先, 其次环境变量, 再次文件。`,
		Example: `  qinghost mock                             # 数据留在本机, 下次还在
  qinghost mock --data :memory: --port 0
  qinghost mock --openapi > openapi.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := s.fill(cmd.Flags(), c.env); err != nil {
				return err
			}
			if openAPI {
				return c.printOpenAPI(cmd.Context(), &s)
			}
			if s.data == "" {
				s.data = defaultData(&s, c.env, ".")
			}
			return c.mock(cmd.Context(), &s)
		},
	}
	shared := pflag.NewFlagSet("shared", pflag.ContinueOnError)
	s.flags(shared)
	shared.VisitAll(func(f *pflag.Flag) {
		if !slices.Contains([]string{"window", "browser", "no-open", "library", "strict", "faithful"}, f.Name) {
			cmd.Flags().AddFlag(f)
		}
	})
	cmd.Flags().BoolVar(&openAPI, "openapi", false, "打印 OpenAPI 3.1 文档后退出")
	return cmd
}

// mock serves until ctx ends.
func (c *command) mock(ctx context.Context, s *settings) error {
	terminal := newTerminal(c.stdout, c.stderr, s)
	defer terminal.close()
	s.project = cmp.Or(s.base, ".")
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
	control := w.control()
	listener, err := listen(ctx, s, terminal)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           preview.ServerOnly(w.host, control, w.door, append(s.allowedHosts, s.host)...),
		ReadHeaderTimeout: 30 * time.Second,
		ErrorLog:          slog.NewLogLogger(terminal.logger.Handler(), slog.LevelDebug),
	}
	r := mockReady{Event: "ready", Gateway: "http://" + address(listener), Token: control.Token, Profile: w.host.Profile.Name}
	if w.demo {
		r.Demo = newDemo(w.team, w.me)
	}
	terminal.mockReady(r, w.store.String())
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	// What was taken in is answered; nobody can ask any more.
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWithin)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		_ = server.Close()
	}
	<-served
	return nil
}

// endWithin is how long open requests may take after Ctrl-C.
const endWithin = 5 * time.Second

// mockReady is ready without what mock does not have.
type mockReady struct {
	Event   string `json:"event"`
	Gateway string `json:"gateway"`
	Token   string `json:"token"`
	Profile string `json:"profile"`
	Demo    *demo  `json:"demo,omitempty"`
}

// mockReady prints the address, and for the demo team how to begin.
func (t *terminal) mockReady(r mockReady, data string) {
	if t.json {
		line, err := json.Marshal(r)
		if err != nil {
			panic(err) // plain values
		}
		t.say(line)
		return
	}
	t.note("\n  qinghost %s 已就绪\n\n  服务端接口  %s\n  数据        %s\n  控制令牌    %s\n",
		"\n  qinghost %s is ready\n\n  Server APIs    %s\n  Data           %s\n  Control token  %s\n", version, r.Gateway, data, r.Token)
	if r.Demo != nil {
		t.note("  演示团队 eid %s, secret %s; 取 accessToken:\n", "  Demo team: eid %s, secret %s; for an accessToken:\n", r.Demo.EID, r.Demo.ResGroupSecret)
		t.say(fmt.Appendf(nil, `  curl %s/gateway/oauth2/token/getAccessToken -H 'Content-Type: application/json' \
    -d '{"eid":"%s","secret":"%s","scope":"resGroupSecret","timestamp":'$(date +%%s000)'}'
`, r.Gateway, r.Demo.EID, r.Demo.ResGroupSecret))
	}
	t.note("  按 Ctrl-C 结束\n", "  Ctrl-C ends it\n")
}

// printOpenAPI prints the document that describes the server APIs.
func (c *command) printOpenAPI(ctx context.Context, s *settings) error {
	s.data = ":memory:"
	w, err := newWorld(ctx, s, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	text, err := w.control().OpenAPI()
	if err == nil {
		_, err = fmt.Fprintf(c.stdout, "%s\n", text)
	}
	return errors.Join(err, w.close())
}

// defaultData is where the data is when nobody says: a file in the user's state folder, one a project, and in memory for
// tests.
func defaultData(s *settings, env map[string]string, project string) string {
	state := stateFolder(env)
	if env["CI"] != "" || s.port == 0 || state == "" {
		return ":memory:"
	}
	project, err := filepath.Abs(project)
	if err != nil {
		return ":memory:"
	}
	sum := sha256.Sum256([]byte(project))
	return filepath.Join(state, "qinghost", filepath.Base(project)+"-"+hex.EncodeToString(sum[:4])+".db")
}

// stateFolder is where programs of this user keep what they would miss; empty when the environment does not tell.
func stateFolder(env map[string]string) string {
	home := func(parts ...string) string {
		if env["HOME"] == "" {
			return ""
		}
		return filepath.Join(append([]string{env["HOME"]}, parts...)...)
	}
	switch {
	case filepath.IsAbs(env["XDG_STATE_HOME"]):
		return env["XDG_STATE_HOME"]
	case runtime.GOOS == "windows":
		return env["LOCALAPPDATA"]
	case runtime.GOOS == "darwin":
		return home("Library", "Application Support")
	default:
		return home(".local", "state")
	}
}
