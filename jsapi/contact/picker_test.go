package contact_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/jsapi/contact"
)

func TestDefaultPicker(t *testing.T) {
	host, _ := world(small(t))
	p := open(t, host)
	s, got := p.pick("selectPersons", "", "e", "b", "e")
	assert.Equal(t, []string{"b", "c", "d", "e", "f", "g"}, s.ids())
	assert.True(t, s.Multi)
	assert.Equal(t, 2000, s.Max)
	assert.Empty(t, s.Selected)
	assert.Empty(t, s.GroupName)
	assert.ElementsMatch(t, s.ids(), s.Recent)
	first := s.People[0]
	assert.Equal(t, []string{"单乙", "前端", "组长", "shanyi", "sy"},
		[]string{first.Name, first.Department, first.JobTitle, first.Pinyin[0], first.Initials[0]})
	assert.Contains(t, first.Pinyin, "danyi")
	assert.Equal(t, []string{"zoeli"}, s.People[4].Pinyin)
	assert.Equal(t, "[{研发  研发 [c d]} {研发/前端 研发 前端 [b]} {市场  市场 [d e]}]", departments(s))
	assert.Equal(t, "[{mine 我的群 [b c]} {all 全员 [b c d e f g]}]", fmt.Sprint(s.Groups))
	require.Equal(t, "true", got.Success)
	require.Len(t, got.Data.Persons, 2) // in the order of choosing, each once
	for i, openID := range []string{"e", "b"} {
		person := got.Data.Persons[i]
		assert.Equal(t, openID, person["openId"])
		assert.NotEqual(t, openID, person["personId"])
		assert.NotEmpty(t, person["personId"])
		assert.True(t, strings.HasPrefix(person["avatarUrl"], "data:image/svg+xml;base64,"))
		assert.Len(t, person, 4)
	}
	assert.Equal(t, "戊五", got.Data.Persons[0]["name"])
	assert.Equal(t, []string{"disappear", "appear"}, p.told())
}

func departments(s shown) string {
	var rows []string
	for _, d := range s.Departments {
		rows = append(rows, fmt.Sprintf("{%s %s %s %v}", d.ID, d.ParentID, d.Name, d.People))
	}
	return "[" + strings.Join(rows, " ") + "]"
}

func TestSelectPersonsParams(t *testing.T) {
	everyone := []string{"b", "c", "d", "e", "f", "g"}
	for _, test := range []struct {
		params string
		people []string
		check  func(t *testing.T, s shown)
	}{
		{`{"isMulti":false}`, everyone, func(t *testing.T, s shown) { assert.False(t, s.Multi); assert.Equal(t, 1, s.Max) }},
		{`{"isMulti":"false"}`, everyone, func(t *testing.T, s shown) { assert.False(t, s.Multi) }},
		{`{"isMulti":0}`, everyone, func(t *testing.T, s shown) { assert.False(t, s.Multi) }},
		{`{"isMulti":"1"}`, everyone, func(t *testing.T, s shown) { assert.True(t, s.Multi) }},
		{`{"isMulti":null}`, everyone, func(t *testing.T, s shown) { assert.True(t, s.Multi) }},
		{`{"isShowMe":"true"}`, append([]string{"a"}, everyone...), nil},
		{`{"selected":["c","a","nobody","b","c"]}`, everyone, func(t *testing.T, s shown) { assert.Equal(t, []string{"c", "b"}, s.Selected) }},
		{`{"ignore":["b"],"blacklist":["c","nobody"]}`, everyone[2:], func(t *testing.T, s shown) {
			assert.Equal(t, "[{研发  研发 [d]} {市场  市场 [d e]}]", departments(s))
			assert.Equal(t, "[{all 全员 [d e f g]}]", fmt.Sprint(s.Groups))
			assert.ElementsMatch(t, everyone[2:], s.Recent)
		}},
		{`{"range":["b","c","a"]}`, everyone[:2], nil},
		{`{"whitelist":["b","c"],"range":["c","d"]}`, []string{"c"}, nil},
		{`{"whitelist":[],"range":null}`, everyone, nil},
		{`{"range":["b"],"blacklist":["b"]}`, []string{}, nil},
		{`{"minSelect":"1","maxSelect":"3"}`, everyone, func(t *testing.T, s shown) { assert.Equal(t, []int{1, 3}, []int{s.Min, s.Max}) }},
		{`{"maxSelect":0}`, everyone, func(t *testing.T, s shown) { assert.Equal(t, 2000, s.Max) }},
		{`{"title":"选择参会人","buttonTitle":"开始","pType":"1","extra":"only"}`, everyone, func(t *testing.T, s shown) {
			assert.Equal(t, []string{"选择参会人", "开始"}, []string{s.Title, s.ButtonTitle})
		}},
		{`{"hideOrg":true}`, everyone, func(t *testing.T, s shown) { assert.Empty(t, s.Departments) }},
	} {
		t.Run(test.params, func(t *testing.T) {
			host, _ := world(small(t))
			p := open(t, host)
			end := p.begin("selectPersons", test.params)
			s, id := p.picker()
			assert.Equal(t, test.people, s.ids())
			if test.check != nil {
				test.check(t, s)
			}
			p.say(id, `{"cancel":true}`)
			got := end()
			assert.Equal(t, []string{"false", "取消选人", "1"}, []string{got.Success, got.Error, got.ErrorCode})
		})
	}
}

func TestBadParams(t *testing.T) {
	host, _ := world(small(t))
	p := open(t, host)
	for _, test := range []struct{ method, params, says string }{
		{"selectPersons", `{"isMulti":"maybe"}`, `参数 isMulti 类型不对: 应为布尔值, 收到 "maybe"`},
		{"selectPersons", `{"isMulti":[1]}`, "参数 isMulti 类型不对: 应为布尔值, 收到 [1]"},
		{"selectPersons", `{"maxSelect":"many"}`, "参数 maxSelect 类型不对: 应为数字, 收到字符串"},
		{"selectPersons", `{"maxSelect":1.5}`, "参数 maxSelect 类型不对: 应为数字, 收到数字"},
		{"selectPersons", `{"maxSelect":{}}`, "参数 maxSelect 类型不对: 应为数字, 收到对象"},
		{"selectPersons", `{"selected":"a"}`, "参数 selected 类型不对: 应为数组, 收到字符串"},
		{"selectPersons", `{"minSelect":-1}`, "minSelect 不能为负"},
		{"selectPersons", `{"maxSelect":-1}`, "maxSelect 不能为负"},
		{"selectPersons", `{"minSelect":3,"maxSelect":2}`, "minSelect (3) 大于 maxSelect (2)"},
		{"selectPersonsInGroup", `{}`, "groupId 必填"},
		{"selectPersonsInGroup", `{"groupId":"mine","limitCount":-2}`, "limitCount 不能为负"},
	} {
		got := p.call(test.method, test.params)
		assert.Equal(t, []string{"false", "90001"}, []string{got.Success, got.ErrorCode}, test.params)
		assert.Contains(t, got.Error, test.says)
	}
	assert.Empty(t, p.told())
}

func TestSelectPerson(t *testing.T) {
	host, _ := world(small(t))
	p := open(t, host)
	s, got := p.pick("selectPerson", "{}", "c")
	assert.False(t, s.Multi)
	require.Len(t, got.Data.Persons, 1)
	person := got.Data.Persons[0]
	assert.Equal(t, "丙三", person["personName"])
	assert.Equal(t, "c", person["openId"])
	assert.NotContains(t, person, "name")
	assert.Len(t, person, 4)

	s, got = p.pick("selectPerson", `{"isMulti":"true"}`, "c", "b")
	assert.True(t, s.Multi)
	assert.Len(t, got.Data.Persons, 2)

	_, got = p.pick("selectPerson", "{}", "c", "b")
	assert.Equal(t, []string{"90005", "此处只能选一人, 收到 2 人"}, []string{got.ErrorCode, got.Error})
}

func TestSelectPersonsInGroup(t *testing.T) {
	host, _ := world(small(t))
	p := open(t, host)
	s, got := p.pick("selectPersonsInGroup", `{"groupId":"mine","limitCount":1,"selected":["b","d"]}`, "c")
	assert.Equal(t, []string{"b", "c"}, s.ids())
	assert.Equal(t, "我的群", s.GroupName)
	assert.Equal(t, 1, s.Max)
	assert.Equal(t, []string{"b"}, s.Selected)
	assert.Empty(t, s.Recent)
	assert.Empty(t, s.Departments)
	assert.Empty(t, s.Groups)
	assert.Equal(t, "丙三", got.Data.Persons[0]["name"])

	_, got = p.pick("selectPersonsInGroup", `{"groupId":"mine","limitCount":1}`, "b", "c")
	assert.Equal(t, []string{"90005", "最多只能选 1 人, 选了 2 人"}, []string{got.ErrorCode, got.Error})
	got = p.call("selectPersonsInGroup", `{"groupId":"nowhere"}`)
	assert.Equal(t, string(contact.UnknownGroup), got.ErrorCode)
	got = p.call("selectPersonsInGroup", `{"groupId":"theirs"}`)
	assert.Equal(t, string(contact.NotMember), got.ErrorCode)
}

func TestChoose(t *testing.T) {
	host, _ := world(small(t))
	p := open(t, host)
	s, got := p.pick("choose", `{"groupId":"mine","exclude":["c"]}`, "b")
	assert.Equal(t, []string{"b"}, s.ids())
	assert.Equal(t, "我的群", s.GroupName)
	assert.True(t, s.Multi)
	assert.Zero(t, s.Max)
	assert.JSONEq(t, `["b"]`, string(got.raw))

	s, got = p.pick("choose", `{}`, "g", "f")
	assert.Equal(t, []string{"b", "c", "d", "e", "f", "g"}, s.ids())
	assert.NotEmpty(t, s.Groups)
	assert.JSONEq(t, `["g","f"]`, string(got.raw))
	assert.Equal(t, []string{"disappear", "appear", "disappear", "appear"}, p.told())

	got = p.call("choose", `{"groupId":"nowhere"}`)
	assert.Equal(t, "91001", got.ErrorCode)
	assert.Equal(t, `没有 groupId 为 "nowhere" 的群组; 当前用户的群组如: mine (我的群), all (全员)`, got.Error)
	got = p.call("choose", `{"groupId":"theirs"}`)
	assert.Equal(t, "91002", got.ErrorCode)
	assert.Contains(t, got.Error, "“他们的群” (theirs)")

	host.SetCaller("d") // groups are those of the caller
	s, _ = p.pick("choose", `{"groupId":"theirs"}`, "e")
	assert.Equal(t, []string{"e"}, s.ids())
	assert.Equal(t, "91002", p.call("choose", `{"groupId":"mine"}`).ErrorCode)
}

func TestNobodyChosen(t *testing.T) {
	host, _ := world(small(t))
	p := open(t, host)
	for _, method := range []string{"choose", "selectPersons", "selectPerson"} {
		_, got := p.pick(method, "{}")
		assert.Equal(t, []string{"false", "91004"}, []string{got.Success, got.ErrorCode}, method)
	}
	_, got := p.pick("selectPersons", `{"minSelect":0}`)
	assert.Equal(t, "true", got.Success)
	assert.JSONEq(t, `{"persons":[]}`, string(got.raw))
	_, got = p.pick("selectPersons", `{"minSelect":2}`, "b")
	assert.Equal(t, []string{"90005", "至少要选 2 人, 只选了 1 人"}, []string{got.ErrorCode, got.Error})
}

func TestRefusedAnswers(t *testing.T) {
	host, _ := world(small(t))
	p := open(t, host)
	end := p.begin("selectPersonsInGroup", `{"groupId":"mine","limitCount":1}`)
	_, id := p.picker()
	for answer, says := range map[string]string{
		`{"people":["nobody"]}`:             `没有 openId 为 "nobody" 的人`,
		`{"people":["b","d"]}`:              "丁四 (d) 不是群组“我的群”的成员",
		`{"people":["a"]}`:                  "甲一 (a) 是当前用户",
		`{"people":["b","c"]}`:              "最多只能选 1 人",
		`{}`:                                "回答应为",
		`{"people":null}`:                   "回答应为",
		`{"people":["b"],"cancel":true}`:    "不能既有 people 又有 cancel",
		`{"people":["b"],"accept":true}`:    "不接受回答",
		`{"people":"b"}`:                    "不接受回答",
		`{"people":["b"],"cancel":"later"}`: "不接受回答",
	} {
		err := host.Answer("", "personPicker", json.RawMessage(answer))
		var coded *bridge.Error
		require.ErrorAs(t, err, &coded, answer)
		assert.Equal(t, bridge.NoView, coded.Code)
		assert.Contains(t, coded.Message, says)
	}
	require.NoError(t, host.Answer("", "personPicker", json.RawMessage(`{"people":["b","b"]}`))) // it stood open all the time
	assert.Equal(t, id, wait(t, p.cancelled))
	assert.Len(t, end().Data.Persons, 1)

	_, got := p.pick("selectPersons", `{"blacklist":["b"]}`, "b") // from the page itself the call fails
	assert.Equal(t, []string{"false", "90005", "单乙 (b) 不在可选的人之列"}, []string{got.Success, got.ErrorCode, got.Error})
}

// TestNamesInAnswers: a script may call people by names that only one has; what comes out are openIds.
func TestNamesInAnswers(t *testing.T) {
	team := contact.Demo()
	host, d := world(team)
	p := open(t, host)
	name, _ := d.Name(team.Groups[0].Members[1])
	_, got := p.pick("choose", `{}`, name)
	assert.JSONEq(t, `["`+team.Groups[0].Members[1]+`"]`, string(got.raw))
	_, known := d.Find("没有这个人")
	assert.False(t, known)
}

func TestOnePickerAPage(t *testing.T) {
	host, _ := world(small(t))
	p, other := open(t, host), open(t, host)
	first := p.begin("choose", `{"groupId":"mine"}`)
	_, id := p.picker()
	for _, method := range []string{"choose", "selectPersons", "selectPerson"} {
		assert.Equal(t, "91003", p.call(method, `{}`).ErrorCode, method)
	}
	assert.Equal(t, "91003", p.call("selectPersonsInGroup", `{"groupId":"mine"}`).ErrorCode)
	assert.Equal(t, []string{"disappear"}, p.told()) // those that failed showed nothing
	_, got := other.pick("selectPersons", `{}`, "b") // another page has its own
	assert.Equal(t, "true", got.Success)
	p.confirm(id, "b")
	assert.Equal(t, "true", first().Success)
	// Free again, whatever the outcome was.
	for _, answer := range []string{`{"cancel":true}`, `{"people":[]}`, `{"people":["nobody"]}`, `3`} {
		end := p.begin("selectPersons", `{}`)
		_, id = p.picker()
		p.say(id, answer)
		assert.Equal(t, "false", end().Success)
	}
	_, got = p.pick("selectPersons", `{}`, "c")
	assert.Equal(t, "true", got.Success)
}

func TestCancelled(t *testing.T) {
	host, d := world(small(t))
	p := open(t, host)
	end := p.begin("selectPersons", `{}`)
	_, id := p.picker()
	host.Reset() // ends the call, and puts the picker away
	assert.Equal(t, id, wait(t, p.cancelled))
	assert.Equal(t, "none", end().Success)
	assert.Equal(t, []string{"disappear", "appear"}, p.told())
	_, got := p.pick("selectPersons", `{}`, "c")
	assert.Equal(t, "true", got.Success)

	p.begin("selectPersons", `{}`)
	p.picker()
	_ = p.conn.Close() // a page that leaves frees its picker too
	assert.Eventually(t, func() bool { return len(host.State()) == 0 }, 5e9, 1e6)
	assert.Zero(t, contact.OpenPickers(d))
}

func TestRecent(t *testing.T) {
	host, d := world(contact.Demo())
	p := open(t, host)
	s, _ := p.pick("choose", `{}`, d.Team().Groups[1].Members[0])
	require.Len(t, s.Recent, 12)
	assert.NotContains(t, s.Recent, d.Team().Me)
	start := s.Recent
	p.pick("choose", `{}`, start[11], start[3])
	p.pick("choose", `{"groupId":"`+d.Team().Groups[0].ID+`"}`, d.Team().Groups[0].Members[1])
	s, _ = p.pick("choose", `{}`, start[0])
	want := []string{d.Team().Groups[0].Members[1], start[11], start[3], d.Team().Groups[1].Members[0]}
	assert.Equal(t, want, s.Recent[:4])
	assert.Len(t, s.Recent, 12)
	d.Reset(contact.Demo())
	s, _ = p.pick("choose", `{}`, start[0])
	assert.Equal(t, start, s.Recent)
	d.Reset(small(t))
	s, _ = p.pick("choose", `{}`, "b")
	assert.Len(t, s.Recent, 6)
}
