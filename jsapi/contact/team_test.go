package contact

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

var idForm = regexp.MustCompile(`^[0-9a-f]{24}$`)

func TestDemo(t *testing.T) {
	team := Demo()
	assert.Equal(t, team, Demo())
	require.Len(t, team.People, 62)
	require.Len(t, team.Groups, 8)
	ids := map[string]bool{}
	known := map[string]Person{}
	accounts := map[string]bool{}
	claim := func(id string) {
		assert.Regexp(t, idForm, id)
		assert.False(t, ids[id], id)
		ids[id] = true
	}
	for _, d := range team.Departments {
		claim(d.ID)
		assert.True(t, d.ParentID == "" || ids[d.ParentID], "%s: parents come first", d.Name)
	}
	short := 0
	for i, p := range team.People {
		assert.True(t, ids[p.Department], p.Name)
		claim(p.OpenID)
		known[p.OpenID] = p
		accounts[p.Email] = true
		assert.Contains(t, []int{1, 2}, p.Gender, p.Name)
		assert.NotEmpty(t, p.JobTitle, p.Name)
		for j, other := range team.People {
			assert.False(t, i != j && strings.Contains(other.Name, p.Name), "%s is in %s", p.Name, other.Name)
		}
		if len([]rune(p.Name)) == 2 {
			short++
		}
		whole, _ := spell(p.Name, "")
		account, _, _ := strings.Cut(p.Email, "@")
		assert.Equal(t, strings.ReplaceAll(account, ".", ""), whole[0], p.Name)
	}
	assert.Len(t, accounts, len(team.People))
	assert.GreaterOrEqual(t, short, 4)
	names := map[string]bool{}
	for _, g := range team.Groups {
		claim(g.ID)
		names[g.Name] = true
		in := map[string]bool{}
		for _, id := range g.Members {
			assert.Contains(t, known, id, g.Name)
			assert.False(t, in[id], "%s: %s is in twice", g.Name, known[id].Name)
			in[id] = true
		}
	}
	assert.Len(t, names, 8)
	first, last := team.Groups[0], team.Groups[7]
	assert.True(t, first.Has(team.Me))
	assert.GreaterOrEqual(t, len(first.Members), 6)
	assert.False(t, last.Has(team.Me))
	assert.Len(t, team.Groups[1].Members, 62)
	for _, r := range team.Rooms {
		claim(r.ID)
	}
	assert.Equal(t, "方知遥", known[team.Me].Name)
	assert.Regexp(t, `^[0-9]+$`, team.EID)
	assert.Regexp(t, `^[0-9a-f]{32}$`, team.AppSecret)
	assert.Regexp(t, `^[0-9a-f]{32}$`, team.ResGroupSecret)
	// People's tests and notes hold these; they may not change.
	assert.Equal(t, "6ffcf6f62df6dd19f3d17cc7", team.Me)
	assert.Equal(t, "0fcdff6e442689aeb9071e1c", first.ID)
}

func TestLoadExample(t *testing.T) {
	data, err := os.ReadFile("testdata/team.yaml")
	require.NoError(t, err)
	team, err := Load("team.yaml", data)
	require.NoError(t, err)
	me := "5a67e08d00b0e8dfe4aab4fa"
	second, third, fourth := hexID("openId", "单小川", "1"), hexID("openId", "行若水", "1"), hexID("openId", "周末", "1")
	assert.Equal(t, &Team{
		EID: "88001", Name: "云帆示例公司", AppID: "500000002", AppSecret: "11112222333344445555666677778888",
		ResGroupSecret: "88887777666655554444333322221111", Zone: "Asia/Shanghai", Me: me,
		Holidays:    map[string]string{"2026-10-01": "off", "2026-10-10": "work"},
		Departments: []Department{{"dev", "", "研发中心"}, {"web", "dev", "前端组"}, {"app", "dev", "客户端组"}, {"hr", "", "人力资源部"}},
		People: []Person{
			{me, "林听雨", "web", []string{"hr"}, "前端工程师", 2, "tingyu@yunfan.example", "007", "13000000000", ""},
			{OpenID: second, Name: "单小川", Department: "app", Gender: 1},
			{OpenID: third, Name: "行若水", Pinyin: "xing ruo shui", Department: "hr"},
			{OpenID: fourth, Name: "周末"},
		},
		Groups: []Group{
			{"5b0000000000000000000001", "发布小组", []string{me, second}},
			{hexID("groupId", "全员群"), "全员群", []string{me, second, third, fourth}},
			{hexID("groupId", "人事通知"), "人事通知", []string{third, fourth}},
		},
		Rooms: []Room{
			{"5c121cfd7453ed63750a9767", "冥王星", "3 层东侧", 10, true, "t1", "有投影", false},
			{ID: hexID("roomId", "旧会议室"), Name: "旧会议室", Closed: true},
		},
		Places: []Place{
			{"钟楼", "东大街", "陕西省", "西安市", "碑林区", 34.2610, 108.9423}, {Name: "大雁塔", Latitude: 34.2200, Longitude: 108.9596},
		},
	}, team)
	assert.Equal(t, map[string]bool{"2026-10-01": false, "2026-10-10": true}, team.WorkingDays())
}

func TestLoadFillsIn(t *testing.T) {
	team, err := Load("team.json", []byte(`{"people": [{"name": "张三"}, {"name": "李四", "department": "研发/前端"}, {"name": "张三", "alsoIn": ["研发"]}]}`))
	require.NoError(t, err)
	assert.Equal(t, "我的团队", team.Name)
	assert.Equal(t, [5]string{demoEID, demoAppID, demoAppSecret, demoResGroupSecret, demoZone},
		[5]string{team.EID, team.AppID, team.AppSecret, team.ResGroupSecret, team.Zone})
	assert.Equal(t, team.People[0].OpenID, team.Me)
	assert.Equal(t, []Department{{"研发", "", "研发"}, {"研发/前端", "研发", "前端"}}, team.Departments)
	assert.Equal(t, "研发/前端", team.People[1].Department)
	assert.Equal(t, []string{"研发"}, team.People[2].AlsoIn)
	for _, p := range team.People {
		assert.Regexp(t, idForm, p.OpenID)
	}
	assert.NotEqual(t, team.People[0].OpenID, team.People[2].OpenID)
}

func TestLoadErrors(t *testing.T) {
	people := "people:\n  - {openId: a, name: 张三}\n  - {openId: b, name: 李四}\n"
	for _, test := range []struct{ name, data, place, says string }{
		{"nothing", "", "", "团队里没有人"},
		{"nobody", "name: 空\npeople: []\n", "2:9", "团队里没有人"},
		{"unknown key", people + "romos: []\n", "4:1", `是否想写 "rooms"?`},
		{"no name", "people:\n  - name: 张三\n  - jobNo: 3\n", "3:5", "缺少 name"},
		{"openId twice", people + "  - name: 王五\n    openId: a\n", "5:13", `openId "a" 重复`},
		{"gender", "people:\n  - {name: 张三, gender: 3}\n", "2:24", "gender 只能是"},
		{"eid", "eid: abc\n" + people, "1:6", "数字"},
		{"zone", people + "zone: Asia/Nowhere\n", "4:7", "IANA"},
		{"holiday", people + "holidays:\n  2026-10-01: off\n  2026-02-30: off\n", "6:15", `"2026-02-30" 应为日期`},
		{"holiday in words", people + "holidays:\n  国庆: off\n", "5:7", "2026-10-01"},
		{"holiday of another kind", people + "holidays: {2026-10-01: rest}\n", "4:24", `应为 off (休息) 或 work (上班), 收到 "rest"`},
		{"holiday twice", people + "holidays:\n  2026-10-01: off\n  2026-10-01: work\n", "6:3", "重复"},
		{"holidays as a list", people + "holidays: [2026-10-01]\n", "4:11", "应为对象"},
		{"me", people + "me: 王五\n", "4:5", `没有 openId 或姓名为 "王五" 的人`},
		{"me, of two", people + "  - {openId: c, name: 李四}\nme: 李四\n", "5:5", "请写 openId"},
		{"department id twice", people + "departments:\n  - {id: x, name: 甲}\n  - {id: x, name: 乙}\n", "6:10", `部门 id "x" 重复`},
		{"department without name", people + "departments:\n  - {id: x}\n", "5:5", "缺少 name"},
		{"parent unknown", people + "departments:\n  - {id: x, name: 甲, parentId: y}\n", "5:32", `没有 id 为 "y" 的部门`},
		{"grandparent unknown", people + "departments:\n  - {id: x, name: 甲, parentId: y}\n  - {id: y, name: 乙, parentId: z}\n", "6:32", `没有 id 为 "z" 的部门`},
		{"parents in a circle", people + "departments:\n  - {id: x, name: 甲, parentId: y}\n  - {id: y, name: 乙, parentId: x}\n", "5:32", "绕成了一圈"},
		{"department unknown", "departments:\n  - {name: 甲}\npeople:\n  - {name: 张三, department: 乙}\n", "4:28", `没有部门 "乙"`},
		{"department of two", "departments: [{name: 甲}, {id: x, name: 乙, parentId: 甲}, {id: y, name: 乙}]\npeople:\n  - {name: 张三, alsoIn: [甲/乙, 乙]}\n", "3:30", "完整路径"},
		{"department path", "people:\n  - {name: 张三, department: 甲//乙}\n", "2:28", "空的一段"},
		{"group without name", people + "groups:\n  - members: [a]\n", "5:5", "缺少 name"},
		{"group twice", people + "groups:\n  - {groupId: g, name: 甲}\n  - {groupId: g, name: 乙}\n", "6:15", `groupId "g" 重复`},
		{"member unknown", people + "groups:\n  - name: 甲\n    members: [a, c]\n", "6:18", `"c"`},
		{"room without name", people + "rooms:\n  - note: x\n", "5:5", "缺少 name"},
		{"room twice", people + "rooms:\n  - {name: 甲}\n  - {name: 甲}\n", "6:5", "重复"},
		{"place without name", people + "places:\n  - latitude: 34\n", "5:5", "缺少 name"},
		{"place without coordinates", people + "places:\n  - {name: 钟楼}\n", "5:5", "缺少 latitude 和 longitude"},
		{"place twice", people + "places:\n  - {name: 钟楼, latitude: 34}\n  - {name: 钟楼, latitude: 35}\n", "6:12", "重复"},
		{"place beyond the pole", people + "places:\n  - {name: 钟楼, latitude: 91}\n", "5:26", "-90 与 90"},
		{"place round the world", people + "places:\n  - {name: 钟楼, latitude: 9, longitude: 181}\n", "5:40", "-180 与 180"},
		{"room limit", people + "rooms:\n  - {name: 甲, limitCount: -1}\n", "5:27", "不能为负"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load("team.yaml", []byte(test.data))
			var coded *bridge.Error
			require.ErrorAs(t, err, &coded)
			assert.Equal(t, bridge.BadParams, coded.Code)
			assert.Contains(t, coded.Message, test.says)
			assert.True(t, strings.HasPrefix(coded.Message, "team.yaml:"+test.place), coded.Message)
		})
	}
}
