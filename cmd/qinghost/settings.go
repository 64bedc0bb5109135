package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"qinghost/bridge"
	"qinghost/bridge/yamlfile"
)

// configName is the configuration file, found upward from the working folder.
const configName = "qinghost.yaml"

// settings are what flags, QINGHOST_* variables and qinghost.yaml say, in this order of precedence.
type settings struct {
	port       int
	strictPort bool
	host       string
	profile    string
	library    string
	strict     bool
	faithful   bool // as said; strict is what holds
	team       string
	scenario   string
	data       string
	as         string
	lang       string
	json       bool

	unknownPeople bool
	rateLimits    bool

	window, browser, noOpen bool

	allowedHosts []string // of the file alone
	test         testConfig
	base         string // folder of the configuration file; empty without one
	project      string // folder in which the project is taken to be
	testing      bool   // for the test verb, whose --browser is another than preview's
}

// configFile is qinghost.yaml. A pointer is nil where the file says nothing.
type configFile struct {
	Port          *int     `yaml:"port"`
	StrictPort    *bool    `yaml:"strictPort"`
	Host          *string  `yaml:"host"`
	Profile       *string  `yaml:"profile"`
	Library       *string  `yaml:"library"`
	Strict        *bool    `yaml:"strict"`
	Team          *string  `yaml:"team"`
	Scenario      *string  `yaml:"scenario"`
	Data          *string  `yaml:"data"`
	As            *string  `yaml:"as"`
	Lang          *string  `yaml:"lang"`
	UnknownPeople *bool    `yaml:"unknownPeople"`
	RateLimits    *bool    `yaml:"rateLimits"`
	Window        *bool    `yaml:"window"`
	Browser       *bool    `yaml:"browser"`
	NoOpen        *bool    `yaml:"noOpen"`
	AllowedHosts  []string `yaml:"allowedHosts"`

	Test testConfig `yaml:"test"`
}

// testConfig is what qinghost.yaml says of the test verb.
type testConfig struct {
	Environment *string  `yaml:"environment"` // headless or dom
	Files       []string `yaml:"files"`       // globs, counted from the file's folder
	Timeout     *string  `yaml:"timeout"`     // as --timeout
	Retries     *int     `yaml:"retries"`
	Workers     *string  `yaml:"workers"` // as --workers
	Root        *string  `yaml:"root"`    // folder of the pages
	Setup       *string  `yaml:"setup"`   // a script that runs before each test file
}

// flags declares the flags of preview.
func (s *settings) flags(f *pflag.FlagSet) {
	f.IntVarP(&s.port, "port", "p", 7464, "端口; 被占用时用下一个空闲的; 0 为任意")
	f.BoolVar(&s.strictPort, "strict-port", false, "端口被占用时失败, 不换端口")
	f.StringVar(&s.host, "host", "127.0.0.1", "监听的地址")
	f.StringVar(&s.profile, "profile", "ios", "扮演的客户端: "+profileNames())
	s.libraryFlag(f)
	s.strictFlags(f)
	f.StringVar(&s.team, "team", "", "团队文件 (YAML); 默认为内置的演示团队")
	f.StringVar(&s.scenario, "scenario", "", "场景文件 (YAML 或 JSON): 无人值守时由它应答")
	f.StringVar(&s.data, "data", "", "数据: 文件, :memory: 或 postgres://…; 默认为本机的一个文件, 每个项目一个; 有 CI 或 --port 0 时为 :memory:")
	f.StringVar(&s.as, "as", "", "当前用户的 openId; 默认为团队的 me")
	f.StringVar(&s.lang, "lang", "zh", "界面语言: zh | en")
	f.BoolVar(&s.json, "json", false, "标准输出每行一个 JSON 对象, 代替文字")
	f.BoolVar(&s.unknownPeople, "unknown-people", false, "会议与 ticket 也接受团队里没有的 openId (真实的 id)")
	f.BoolVar(&s.rateLimits, "rate-limits", false, "服务端接口按云之家的文档限制调用频率")
	f.BoolVar(&s.window, "window", false, "一定用桌面窗口打开")
	f.BoolVar(&s.browser, "browser", false, "一定用浏览器打开")
	f.BoolVar(&s.noOpen, "no-open", false, "只提供服务, 什么也不打开")
	f.String("config", "", "配置文件; 默认从当前文件夹向上找 "+configName)
}

// libraryFlag declares the flag that preview and test share.
func (s *settings) libraryFlag(f *pflag.FlagSet) {
	f.StringVar(&s.library, "library", "host", "页面库: host (用 qinghost 的) | page (页面用自己的那份云之家库, 看不到 qinghost 的名字)")
}

// strictFlags declares the flags that preview and test share.
func (s *settings) strictFlags(f *pflag.FlagSet) {
	f.BoolVar(&s.strict, "strict", false, "手机不声不响的地方报错: 未知的 JS-API、不会被调用的回调、被忽略的参数")
	f.BoolVar(&s.faithful, "faithful", false, "与手机一样, 不报错 (默认); 胜过 "+configName+" 里的 strict: true")
}

// profileNames lists what --profile takes, for the help.
func profileNames() string {
	var names []string
	for _, p := range bridge.Profiles() {
		names = append(names, p.Name)
	}
	return strings.Join(names, " | ") + "; 可带版本, 如 ios@0.9.50 (--client 同此)"
}

// complete has the shell offer the values of the flags that take one of a few.
func complete(root *cobra.Command) error {
	values := map[string][]cobra.Completion{"library": {"host", "page"}, "lang": {"zh", "en"}}
	for _, p := range bridge.Profiles() {
		values["profile"] = append(values["profile"], p.Name)
	}
	for _, cmd := range root.Commands() {
		for name, all := range values {
			if cmd.Flags().Lookup(name) == nil {
				continue
			}
			if err := cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(all, cobra.ShellCompDirectiveNoFileComp)); err != nil {
				return err
			}
		}
	}
	return nil
}

// clientIsProfile makes --client another name of --profile.
func clientIsProfile(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	if name == "client" {
		name = "profile"
	}
	return pflag.NormalizedName(name)
}

// fill takes what no flag says from the environment, then from the configuration file, and checks the whole.
func (s *settings) fill(f *pflag.FlagSet, env map[string]string) error {
	given, err := s.readConfig(f, env)
	if err != nil {
		return err
	}
	var failed error
	f.VisitAll(func(flag *pflag.Flag) {
		name := "QINGHOST_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		text, is := env[name]
		where := "环境变量 " + name
		if text == "" { // set to nothing is not set, as elsewhere
			text, is = given[flag.Name]
			where = configName
		}
		if flag.Changed || !is || failed != nil || flag.Name == "config" || flag.Name == "help" {
			return
		}
		if err := flag.Value.Set(text); err != nil {
			failed = fmt.Errorf("%s 的值 %q 不对: --%s %s", where, text, flag.Name, wanted(flag))
		}
	})
	if failed != nil {
		return failed
	}
	if f.Changed("strict") && f.Changed("faithful") && s.strict && s.faithful {
		return fmt.Errorf("--strict 与 --faithful 只能用一个")
	}
	s.strict = s.strict && !s.faithful
	return s.check()
}

// wanted says what a flag's value must be.
func wanted(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "int":
		return "应为整数"
	case "bool":
		return "应为 true 或 false"
	}
	return "应为 " + f.Value.Type()
}

func (s *settings) check() error {
	if s.lang != "zh" && s.lang != "en" {
		return fmt.Errorf("--lang 应为 zh 或 en, 收到 %q", s.lang)
	}
	if s.library != "host" && s.library != "page" && s.library != "" { // empty: of a verb without the flag
		return fmt.Errorf("--library 应为 host 或 page, 收到 %q", s.library)
	}
	if s.port < 0 || s.port > 65535 {
		return fmt.Errorf("--port 应为 0 到 65535, 收到 %d", s.port)
	}
	if s.window && s.browser || s.noOpen && (s.window || s.browser) {
		return fmt.Errorf("--window、--browser、--no-open 只能用一个")
	}
	return nil
}

// readConfig returns the configuration file's values by flag name; none without a file. Paths in it count from its folder.
func (s *settings) readConfig(f *pflag.FlagSet, env map[string]string) (map[string]string, error) {
	path, err := f.GetString("config")
	if err != nil {
		return nil, err
	}
	if path == "" {
		path = env["QINGHOST_CONFIG"]
	}
	if path == "" {
		if path = findConfig(); path == "" {
			return nil, nil
		}
	}
	text, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("无法读取配置文件: %w", err)
	}
	var c configFile
	if err := yamlfile.Decode(path, text, &c); err != nil {
		return nil, err
	}
	beside := func(p *string) *string {
		if p == nil || *p == "" || filepath.IsAbs(*p) {
			return p
		}
		joined := filepath.Join(filepath.Dir(path), *p)
		return &joined
	}
	data := c.Data
	if data != nil && *data != ":memory:" && !strings.Contains(*data, "://") {
		data = beside(data)
	}
	values := map[string]string{}
	if c.Port != nil {
		values["port"] = strconv.Itoa(*c.Port)
	}
	if c.Test.Retries != nil {
		values["retries"] = strconv.Itoa(*c.Test.Retries)
	}
	for name, b := range map[string]*bool{
		"strict-port": c.StrictPort, "strict": c.Strict, "unknown-people": c.UnknownPeople, "rate-limits": c.RateLimits,
		"window": c.Window, "browser": c.Browser, "no-open": c.NoOpen,
	} {
		if b != nil {
			values[name] = strconv.FormatBool(*b)
		}
	}
	for name, text := range map[string]*string{
		"timeout": c.Test.Timeout, "workers": c.Test.Workers,
		"host": c.Host, "profile": c.Profile, "library": c.Library, "as": c.As, "lang": c.Lang, "team": beside(c.Team), "scenario": beside(c.Scenario),
		"data": data,
	} {
		if text != nil {
			values[name] = *text
		}
	}
	s.allowedHosts = c.AllowedHosts
	s.test, s.base = c.Test, filepath.Dir(path)
	s.test.Root, s.test.Setup = beside(c.Test.Root), beside(c.Test.Setup)
	if e := c.Test.Environment; e != nil && *e != "headless" && *e != "dom" {
		return nil, yamlfile.At(path, text, []any{"test", "environment"}, "environment 应为 headless 或 dom, 收到 %q", *e)
	}
	if s.testing {
		delete(values, "browser")
	}
	return values, nil
}

// readFile is os.ReadFile with a missing file said in the user's language.
func readFile(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: 文件不存在", path)
	}
	return text, err
}

// findConfig looks for the configuration file in the working folder and above it; empty when there is none.
func findConfig() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		path := filepath.Join(dir, configName)
		if _, err := os.Stat(path); err == nil {
			return path
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}
