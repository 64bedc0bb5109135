package scenario

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"qinghost/bridge"
	"qinghost/bridge/yamlfile"
)

// file is a scenario file as it is written. What may be written in several ways is any, and looked at in a second step.
type file struct {
	Answers struct {
		PersonPicker answers `yaml:"personPicker"`
		VoiceMeeting answers `yaml:"voiceMeeting"`
		Live         answers `yaml:"live"`
		Invitation   answers `yaml:"invitation"`
		PopMenu      answers `yaml:"popMenu"`
		Dialog       answers `yaml:"dialog"`
		Toast        answers `yaml:"toast"`

		LocationPicker answers `yaml:"locationPicker"`
		ImagePicker    answers `yaml:"imagePicker"`
		ImagePreview   answers `yaml:"imagePreview"`
		Scanner        answers `yaml:"scanner"`
		FilePicker     answers `yaml:"filePicker"`
		FileViewer     answers `yaml:"fileViewer"`
		OrgPicker      answers `yaml:"orgPicker"`
		PersonCard     answers `yaml:"personCard"`
		Chat           answers `yaml:"chat"`
		ShareSheet     answers `yaml:"shareSheet"`
		Speech         answers `yaml:"speech"`
		LightApp       answers `yaml:"lightApp"`
		ChatRecord     answers `yaml:"chatRecord"`
		FreeCall       answers `yaml:"freeCall"`
		Signature      answers `yaml:"signature"`
	} `yaml:"answers"`
	Calls map[string]callRule `yaml:"calls"`
	Cast  []actor             `yaml:"cast"`
	Clock any                 `yaml:"clock"`
}

type callRule struct {
	Fail *struct {
		ErrorCode string `yaml:"errorCode"`
		Error     string `yaml:"error"`
	} `yaml:"fail"`
	Answer     *byHand `yaml:"answer"` // in the function's place, also for a method that the client does not know
	Delay      any     `yaml:"delay"`
	Never      bool    `yaml:"never"`
	Twice      bool    `yaml:"twice"`
	Garble     any     `yaml:"garble"`
	Disconnect any     `yaml:"disconnect"`
}

type actor struct {
	OpenID   string `yaml:"openId"`
	Joins    any    `yaml:"joins"`
	Mutes    any    `yaml:"mutes"`
	Leaves   any    `yaml:"leaves"`
	Declines any    `yaml:"declines"`
}

// answers are those of one view: a list, or one alone.
type answers struct {
	list  bool
	items []map[string]any
}

// answerKeys are what an answer may hold.
var answerKeys = map[string]bool{
	"cancel": true, "people": true, "end": true, "accept": true, "item": true, "button": true, "after": true,
	"place": true, "latitude": true, "longitude": true, "name": true, "address": true, "images": true, "files": true, "own": true,
	"text": true, "orgs": true, "chat": true, "way": true, "password": true, "draw": true, "bitmap": true,
}

// composed are the keys of which an answer may hold several. Their values are as the view says them, and checked by what
// asked for the view.
var composed = map[string]bool{
	"place": true, "latitude": true, "longitude": true, "name": true, "address": true, "images": true, "files": true, "own": true,
	"text": true, "orgs": true, "chat": true, "way": true, "password": true, "draw": true, "bitmap": true,
}

// UnmarshalYAML implements yaml.NodeUnmarshaler; it looks after names, and leaves the values for later.
func (a *answers) UnmarshalYAML(node ast.Node) error {
	nodes := []ast.Node{node}
	if list, is := node.(*ast.SequenceNode); is {
		a.list, nodes = true, list.Values
		if len(nodes) == 0 {
			return misplaced(node, "回答列表是空的, 请去掉这个视图, 或写上回答")
		}
	}
	for _, node := range nodes {
		var pairs []*ast.MappingValueNode
		switch node := node.(type) {
		case *ast.StringNode:
			if node.Value != "cancel" {
				return misplaced(node, "未知的回答 %q, 应为 cancel 或 {people: […]} 这样的对象", node.Value)
			}
			a.items = append(a.items, map[string]any{"cancel": true})
			continue
		case *ast.MappingNode:
			pairs = node.Values
		case *ast.MappingValueNode:
			pairs = []*ast.MappingValueNode{node}
		default:
			return misplaced(node, "回答应为 cancel 或 {people: […]} 这样的对象")
		}
		for _, pair := range pairs {
			key := pair.Key.GetToken().Value
			if answerKeys[key] {
				continue
			}
			hint := ""
			if near := bridge.Nearest(key, slices.Sorted(maps.Keys(answerKeys))); near != "" {
				hint = fmt.Sprintf(", 是否想写 %q?", near)
			}
			return misplaced(pair.Key, "回答中未知的键 %q%s", key, hint)
		}
		item := map[string]any{}
		if err := yaml.NodeToValue(node, &item); err != nil {
			return err
		}
		a.items = append(a.items, item)
	}
	return nil
}

// misplaced makes an error that yamlfile shows with the node's place.
func misplaced(node ast.Node, format string, args ...any) error {
	return &yaml.SyntaxError{Message: fmt.Sprintf(format, args...), Token: node.GetToken()}
}

// Read reads a scenario, YAML or JSON, whose file is called name in errors. These are *bridge.Error with the place of the
// mistake.
func Read(name string, data []byte) (*Scenario, error) {
	var f file
	if err := yamlfile.Decode(name, data, &f); err != nil {
		return nil, err
	}
	r := &reader{name: name, data: data}
	s := &Scenario{
		answers: map[string][]bridge.Answer{}, next: map[string]int{}, rules: map[string]bridge.Rule{},
		Clock: r.time(f.Clock),
	}
	r.answers(&f, s.answers)
	for _, method := range slices.Sorted(maps.Keys(f.Calls)) {
		s.rules[method] = r.rule(method, f.Calls[method])
	}
	s.Cast = r.cast(f.Cast)
	if r.err != nil {
		return nil, r.err
	}
	return s, nil
}

// reader turns what was written into what it means. It keeps the first mistake.
type reader struct {
	name string
	data []byte
	err  error
}

// fail notes a mistake in the value to which the path leads.
func (r *reader) fail(path []any, format string, args ...any) {
	if r.err == nil {
		r.err = yamlfile.At(r.name, r.data, path, format, args...)
	}
}

// under returns the path of what stands below.
func under(path []any, steps ...any) []any { return append(slices.Clone(path), steps...) }

func (r *reader) answers(f *file, into map[string][]bridge.Answer) {
	a := &f.Answers
	for _, view := range []struct {
		name    string
		answers answers
		keys    []string // what it takes, besides cancel
	}{
		{"personPicker", a.PersonPicker, []string{"people"}},
		{"voiceMeeting", a.VoiceMeeting, []string{"end"}},
		{"live", a.Live, []string{"end"}},
		{"invitation", a.Invitation, []string{"accept"}},
		{"popMenu", a.PopMenu, []string{"item"}},
		{"dialog", a.Dialog, []string{"button", "password"}},
		{"toast", a.Toast, nil},
		{"locationPicker", a.LocationPicker, []string{"place", "latitude", "longitude", "name", "address"}},
		{"imagePicker", a.ImagePicker, []string{"images", "own"}},
		{"imagePreview", a.ImagePreview, nil},
		{"scanner", a.Scanner, []string{"text"}},
		{"filePicker", a.FilePicker, []string{"files", "own"}},
		{"fileViewer", a.FileViewer, nil},
		{"orgPicker", a.OrgPicker, []string{"orgs"}},
		{"personCard", a.PersonCard, []string{"chat"}},
		{"chat", a.Chat, nil},
		{"shareSheet", a.ShareSheet, []string{"way"}},
		{"speech", a.Speech, []string{"text"}},
		{"lightApp", a.LightApp, nil},
		{"chatRecord", a.ChatRecord, nil},
		{"freeCall", a.FreeCall, nil},
		{"signature", a.Signature, []string{"draw", "bitmap"}},
	} {
		for i, item := range view.answers.items {
			path := []any{"answers", view.name}
			if view.answers.list {
				path = append(path, i)
			}
			into[view.name] = append(into[view.name], r.answer(path, view.name, view.keys, item))
		}
	}
}

// answer reads one answer: exactly one of the keys that the view takes, and after.
func (r *reader) answer(path []any, view string, takes []string, item map[string]any) bridge.Answer {
	if view == "toast" {
		r.fail(path, "视图 toast 不需要回答, 它会自己消失")
		return bridge.Answer{}
	}
	var answer bridge.Answer
	value := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(item)) {
		at := under(path, key)
		if key == "after" {
			answer.After += r.duration(at, item[key])
			continue
		}
		if key != "cancel" && !slices.Contains(takes, key) {
			r.fail(at, "视图 %s 不接受回答 %s, 应为 %s 或 cancel", view, key, strings.Join(takes, "、"))
		}
		value[key] = r.answerValue(at, key, item[key])
		if key != "end" || item[key] == true {
			continue
		}
		if _, both := item["after"]; both {
			r.fail(at, "end 的时长与 after 只能写一个")
		}
		answer.After += r.duration(at, item[key])
	}
	if several := len(value) > 1 && !slices.ContainsFunc(slices.Collect(maps.Keys(value)), func(key string) bool { return !composed[key] }); len(value) != 1 && !several {
		r.fail(path, "一个回答应恰好有一项: %s 之一, 这里有 %d 项", strings.Join(append([]string{"cancel"}, takes...), "、"), len(value))
	}
	text, err := json.Marshal(value)
	if err != nil {
		r.fail(path, "回答无法编码: %v", err)
	}
	answer.Value = text
	return answer
}

// answerValue checks a value and returns what the view would have said.
func (r *reader) answerValue(at []any, key string, value any) any {
	switch key {
	case "people":
		return r.people(at, value)
	case "accept":
		if _, is := value.(bool); !is {
			r.fail(at, "accept 应为 true 或 false")
		}
	case "cancel":
		if value != true {
			r.fail(at, "cancel 只能是 true")
		}
	case "end":
		if value == false {
			r.fail(at, "end 应为 true, 或多久之后结束, 如 5s")
		}
		return true
	case "item", "button":
		switch value.(type) {
		case string, int64, uint64:
			return fmt.Sprint(value)
		}
		r.fail(at, "%s 应为字符串", key)
	}
	return value
}

// people are openIds; numbers are meant as what they look like.
func (r *reader) people(at []any, value any) []string {
	list, is := value.([]any)
	if !is {
		r.fail(at, "people 应为 openId 的列表, 如 [oid-1, oid-2]")
	}
	people := []string{}
	for i, one := range list {
		openID, is := one.(string)
		if !is || openID == "" {
			r.fail(under(at, i), "openId 应为字符串; 数字请加引号")
		}
		people = append(people, openID)
	}
	return people
}

func (r *reader) rule(method string, c callRule) bridge.Rule {
	path := []any{"calls", method}
	rule := bridge.Rule{Never: c.Never, Twice: c.Twice, Delay: r.optional(under(path, "delay"), c.Delay)}
	for key, value := range map[string]any{"garble": c.Garble, "disconnect": c.Disconnect} {
		if value != nil {
			r.fail(under(path, key), "这个版本的 qinghost 还不支持 %s", key)
		}
	}
	var err error
	if c.Fail != nil {
		if rule.Fail, err = failure(c.Fail.ErrorCode, c.Fail.Error); err != nil {
			r.fail(under(path, "fail", "errorCode"), "%v", err)
		}
	}
	if c.Answer != nil {
		var key string
		if rule.Answer, key, err = c.Answer.rule(); err != nil {
			r.fail(under(path, "answer", key), "%v", err)
		}
	}
	return rule
}

func (r *reader) cast(actors []actor) []Actor {
	var cast []Actor
	seen := map[string]bool{}
	for i, a := range actors {
		path := []any{"cast", i}
		switch {
		case a.OpenID == "":
			r.fail(path, "缺少 openId")
		case seen[a.OpenID]:
			r.fail(under(path, "openId"), "%s 出现了两次", a.OpenID)
		}
		seen[a.OpenID] = true
		times := map[string]*time.Duration{}
		for key, value := range map[string]any{
			"joins": a.Joins, "mutes": a.Mutes, "leaves": a.Leaves, "declines": a.Declines,
		} {
			if value != nil {
				d := r.duration(under(path, key), value)
				times[key] = &d
			}
		}
		if times["declines"] != nil && len(times) > 1 {
			r.fail(under(path, "declines"), "%s 拒绝接听, 就不能再加入、静音或离开", a.OpenID)
		}
		cast = append(cast, Actor{
			OpenID: a.OpenID, Joins: times["joins"], Mutes: times["mutes"],
			Leaves: times["leaves"], Declines: times["declines"],
		})
	}
	return cast
}

// optional is a duration that need not be there.
func (r *reader) optional(at []any, value any) time.Duration {
	if value == nil {
		return 0
	}
	return r.duration(at, value)
}

// longest is the longest time that makes sense, and in milliseconds never overflows a Duration.
const longest = 10 * 365 * 24 * time.Hour

// duration reads 5s, 500ms, 1m30s, or whole milliseconds.
func (r *reader) duration(at []any, value any) time.Duration {
	var d time.Duration
	switch v := value.(type) {
	case string:
		parsed, err := time.ParseDuration(v)
		if err != nil {
			r.fail(at, "时长 %q 无法识别, 应如 5s、500ms、1m30s, 或毫秒数", v)
		}
		d = parsed
	case uint64:
		d = time.Duration(min(v, uint64(longest)/1e6+1)) * time.Millisecond
	case int64:
		d = time.Duration(min(v, int64(longest)/1e6+1)) * time.Millisecond
	default:
		r.fail(at, "时长应如 5s、500ms, 或为毫秒整数")
	}
	switch {
	case d < 0:
		r.fail(at, "时长不能为负: %v", value)
	case d > longest:
		r.fail(at, "时长太长: %v", value)
	}
	return d
}

// time reads the start of the clock: RFC 3339, or milliseconds since 1970.
func (r *reader) time(value any) *time.Time {
	var t time.Time
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		parsed, err := time.Parse(time.RFC3339, v)
		if err != nil {
			r.fail([]any{"clock"}, "时间 %q 无法识别, 应如 2018-04-03T12:30:00+08:00, 或毫秒数", v)
		}
		t = parsed
	case uint64:
		t = time.UnixMilli(int64(min(v, 1<<53)))
	case int64:
		t = time.UnixMilli(max(v, -1<<53))
	default:
		r.fail([]any{"clock"}, "clock 应如 2018-04-03T12:30:00+08:00, 或为毫秒数")
	}
	return &t
}
