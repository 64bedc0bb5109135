package contact_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/jsapi/contact"
)

// small is a team of seven: me is a, groups are mine (a b c), theirs (d e), all.
func small(t *testing.T) *contact.Team {
	t.Helper()
	team, err := contact.Load("small.yaml", []byte(`
name: 小团队
eid: 7
people:
  - {openId: a, name: 甲一, department: 研发/前端, gender: 2, email: a@x.example, jobNo: 001}
  - {openId: b, name: 单乙, department: 研发/前端, jobTitle: 组长}
  - {openId: c, name: 丙三, department: 研发}
  - {openId: d, name: 丁四, department: 市场, alsoIn: [研发, 市场]}
  - {openId: e, name: 戊五, department: 市场}
  - {openId: f, name: Zoe Li}
  - {openId: g, name: 庚 <七>}
groups:
  - {groupId: mine, name: 我的群, members: [a, b, c]}
  - {groupId: theirs, name: 他们的群, members: [d, e]}
  - {groupId: all, name: 全员, members: ["*"]}
`))
	require.NoError(t, err)
	return team
}

func TestEveryAPIIsDocumented(t *testing.T) {
	var names []string
	for _, api := range contact.NewDirectory(contact.Demo()).APIs() {
		names = append(names, api.Name)
		assert.NotEmpty(t, api.Doc, api.Name)
		params := reflect.New(api.Params).Interface()
		decoder := json.NewDecoder(strings.NewReader(api.Example))
		decoder.DisallowUnknownFields()
		assert.NoError(t, decoder.Decode(params), api.Name)
	}
	assert.Equal(t, []string{
		"getPersonInfo", "selectPersons", "selectPerson", "selectPersonsInGroup", "selectOrgs", "selectOrg", "selectDepts", "personInfo", "chat", "freeCall",
		"getExistApps", "getAdminOpenId", "switchCompany",
	}, names)
}

// The examples work with the demo team as they stand.
func TestExamplesRun(t *testing.T) {
	host, d := world(contact.Demo())
	p := open(t, host)
	for _, api := range d.APIs() {
		end := p.begin(api.Name, api.Example)
		want := "true"
		switch {
		case strings.HasPrefix(api.Name, "selectOrg") || api.Name == "selectDepts":
			p.say(wait(t, p.views).ID, `{"orgs":["前端组"]}`)
		case api.Waits:
			s, id := p.picker()
			p.confirm(id, s.People[0].OpenID)
		case api.Silent:
			want = "silent"
		}
		assert.Equal(t, want, end().Success, api.Name)
		if view := map[string]string{"personInfo": "personCard", "chat": "chat", "freeCall": "freeCall"}[api.Name]; view != "" {
			assert.Equal(t, bridge.ViewPrefix+view, wait(t, p.views).Method)
		}
	}
}

func TestGetPersonInfo(t *testing.T) {
	host, d := world(small(t))
	p := open(t, host)
	var info map[string]any
	require.NoError(t, json.Unmarshal(p.call("getPersonInfo", "").raw, &info))
	assert.Equal(t, "data:image/svg+xml;base64,", info["photoUrl"].(string)[:26])
	for _, key := range []string{"photoUrl", "id", "bizId", "wbuserid"} {
		assert.NotEmpty(t, info[key], key)
		assert.NotEqual(t, "a", info[key])
		delete(info, key)
	}
	assert.Equal(t, map[string]any{
		"openId": "a", "name": "甲一", "userName": "a@x.example", "gender": 2.0, "email": "a@x.example", "eid": "7",
		"companyName": "小团队", "jobNo": "001", "cloudpassport": "a@x.example",
	}, info)

	host.SetCaller("f") // who has nothing but a name
	info = nil
	require.NoError(t, json.Unmarshal(p.call("getPersonInfo", "{}").raw, &info))
	for _, key := range []string{"gender", "email", "jobNo", "cloudpassport"} {
		assert.NotContains(t, info, key)
	}
	assert.Equal(t, "Zoe Li", info["userName"])

	host.SetCaller("nobody")
	got := p.call("getPersonInfo", "{}")
	assert.Equal(t, []string{"false", "用户信息为空", "1"}, []string{got.Success, got.Error, got.ErrorCode})
	assert.Equal(t, "甲一", d.Me().Name)
}

func TestLookups(t *testing.T) {
	d := contact.NewDirectory(small(t))
	name, known := d.Name("b")
	assert.Equal(t, "单乙", name)
	assert.True(t, known)
	_, known = d.Name("nobody")
	assert.False(t, known)
	name, known = d.GroupName("all")
	assert.Equal(t, "全员", name)
	assert.True(t, known)
	_, known = d.GroupName("nowhere")
	assert.False(t, known)
	group, known := d.Group("mine")
	assert.True(t, known)
	assert.Equal(t, []string{"a", "b", "c"}, group.Members)
}

func TestAvatar(t *testing.T) {
	svg := func(openID, name string) string {
		encoded, is := strings.CutPrefix(contact.Avatar(openID, name), "data:image/svg+xml;base64,")
		require.True(t, is)
		text, err := base64.StdEncoding.DecodeString(encoded)
		require.NoError(t, err)
		require.NoError(t, xml.Unmarshal(text, new(struct{ XMLName xml.Name })), name)
		return string(text)
	}
	assert.Contains(t, svg("a", "欧阳疏桐"), ">疏桐</text>")
	assert.Contains(t, svg("a", "单岚"), ">单岚</text>")
	assert.Contains(t, svg("a", "<七>"), ">七&gt;</text>")
	assert.Contains(t, svg("a", ""), "></text>")
	assert.Contains(t, svg("a", "x"), "hsl(340,") // FNV-1a of "a" is 0xe40c292c
}

// Many pages choose at once while the team is replaced.
func TestConcurrent(t *testing.T) {
	host, d := world(contact.Demo())
	me := d.Team().Me
	var all sync.WaitGroup
	for range 8 {
		p := open(t, host)
		all.Go(func() {
			for range 20 {
				s, got := p.pick("selectPersons", `{}`, d.Team().Groups[0].Members[1])
				assert.NotContains(t, s.ids(), me)
				assert.Equal(t, "true", got.Success)
			}
		})
	}
	all.Go(func() {
		for range 200 {
			d.Reset(contact.Demo())
			d.Me()
		}
	})
	all.Wait()
}

func TestScripted(t *testing.T) {
	host, _ := world(small(t))
	p := open(t, host)
	host.SetScript(script(`{"people":["c"]}`))
	assert.Equal(t, "丙三", p.call("selectPersons", "{}").Data.Persons[0]["name"])
	host.SetScript(script(`{"people":["d"]}`))
	got := p.call("choose", `{"groupId":"mine"}`)
	assert.Equal(t, []string{"90005", "丁四 (d) 不是群组“我的群”的成员"}, []string{got.ErrorCode, got.Error})
}

type script string

func (script) Rule(string) bridge.Rule { return bridge.Rule{} }
func (s script) Answer(string) (bridge.Answer, bool) {
	return bridge.Answer{Value: json.RawMessage(s)}, true
}

// large is a team of 3,000.
func large(tb testing.TB) *contact.Team {
	tb.Helper()
	var file strings.Builder
	file.WriteString("people:\n")
	surnames, given := []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗单曾仇解查翟覃"), []rune("一若清明远安宁知行书溪川岚墨青云舒禾")
	for i := range 3000 {
		fmt.Fprintf(&file, "  - {name: %c%c%c, department: 部门%d/小组%d, jobTitle: 工程师}\n",
			surnames[i%len(surnames)], given[i%len(given)], given[i/7%len(given)], i%20, i%100)
	}
	file.WriteString("groups: [{name: 全员, members: ['*']}]\n")
	team, err := contact.Load("large.yaml", []byte(file.String()))
	require.NoError(tb, err)
	return team
}

func TestLargeTeam(t *testing.T) {
	host, _ := world(large(t))
	p := open(t, host)
	s, got := p.pick("selectPersons", `{}`)
	assert.Len(t, s.People, 2999)
	assert.Equal(t, "91004", got.ErrorCode)
	assert.True(t, slices.ContainsFunc(s.Departments, func(d struct {
		ID, ParentID, Name string
		People             []string
	}) bool {
		return d.Name == "小组99" && len(d.People) == 30
	}))
}
