package yamlfile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/bridge/yamlfile"
)

type person struct {
	Name string            `yaml:"name"`
	Age  int               `yaml:"age"`
	Size float64           `yaml:"size"`
	Away bool              `yaml:"away"`
	Tags []string          `yaml:"tags"`
	Boss *person           `yaml:"boss"`
	Also map[string]person `yaml:"also"`
	Wait time.Duration     `yaml:"wait"`
	Any  any               `yaml:"any"`
}

type team struct {
	Name   string   `yaml:"name"`
	People []person `yaml:"people"`
}

func TestDecode(t *testing.T) {
	for name, data := range map[string]string{
		"yaml":                 "name: 青禾\npeople:\n  - {name: 张, age: 3, size: 1.5, away: true, tags: [a], boss: {name: 李}, wait: 5s}\n",
		"json":                 `{"name":"青禾","people":[{"name":"张","age":3,"size":1.5,"away":true,"tags":["a"],"boss":{"name":"李"},"wait":"5s"}]}`,
		"json, tabs":           "{\n\t\"name\": \"青禾\",\n\t\"people\": [\n\t\t{\"name\":\"\\u5f20\",\"age\":3,\"size\":1.5,\"away\":true,\"tags\":[\"a\"],\"boss\":{\"name\":\"李\"},\"wait\":\"5s\"}]}",
		"windows line endings": "name: 青禾\r\npeople:\r\n  - {name: 张, age: 3, size: 1.5, away: true, tags: [a], boss: {name: 李}, wait: 5s}\r\n",
		"byte order mark":      "\ufeffname: 青禾\npeople:\n  - {name: 张, age: 3, size: 1.5, away: true, tags: [a], boss: {name: 李}, wait: 5s}\n",
		"one document":         "---\nname: 青禾\npeople:\n  - {name: 张, age: 3, size: 1.5, away: true, tags: [a], boss: {name: 李}, wait: 5s}\n---\n",
	} {
		t.Run(name, func(t *testing.T) {
			var got team
			require.NoError(t, yamlfile.Decode("team.yaml", []byte(data), &got))
			assert.Equal(t, team{Name: "青禾", People: []person{{
				Name: "张", Age: 3, Size: 1.5, Away: true, Tags: []string{"a"}, Boss: &person{Name: "李"}, Wait: 5 * time.Second,
			}}}, got)
		})
	}
}

func TestDecodeNothing(t *testing.T) {
	for _, data := range []string{"", "\n\n", "# 还没有写\n", "---\n", "null\n"} {
		got := team{Name: "before"}
		require.NoError(t, yamlfile.Decode("team.yaml", []byte(data), &got), "%q", data)
		assert.Equal(t, team{Name: "before"}, got, "%q", data)
	}
}

func TestScalarsKeepTheirWriting(t *testing.T) {
	for _, text := range []string{"007", "5e10", "1.50", "0x1F", "true", "20260401", "12345678901234567890123", ".inf", "1_000", "2018-04-03"} {
		var got person
		require.NoError(t, yamlfile.Decode("team.yaml", []byte("name: "+text+"   # id\ntags: [ "+text+" , b]\n"), &got))
		assert.Equal(t, person{Name: text, Tags: []string{text, "b"}}, got)
	}
}

func TestAnchors(t *testing.T) {
	var got team
	data := "people:\n  - &first\n    name: 007\n    age: 3\n  - <<: *first\n    age: 4\n  - *first\n"
	require.NoError(t, yamlfile.Decode("team.yaml", []byte(data), &got))
	assert.Equal(t, []person{{Name: "007", Age: 3}, {Name: "007", Age: 4}, {Name: "007", Age: 3}}, got.People)
}

func TestErrors(t *testing.T) {
	for _, test := range []struct{ name, data, place, says, line, caret string }{
		{"unknown key in line 7", "name: 甲\n# 2\n# 3\n# 4\npeople:\n  - name: 乙\n    nmae: 丙\n", "7:5", `未知的键 "nmae", 是否想写 "name"?`, "    nmae: 丙", "    ^"},
		{"unknown key unlike any", "name: 甲\ndepartments: []\n", "2:1", `未知的键 "departments"`, "departments: []", "^"},
		{"letter case", "Name: 甲\n", "1:1", `是否想写 "name"?`, "Name: 甲", "^"},
		{"behind wide characters", "people: [{name: 张三, 年龄: 1}]\n", "1:21", `未知的键 "年龄"`, "people: [{name: 张三, 年龄: 1}]", strings.Repeat(" ", 22) + "^"},
		{"unknown key deep down", "people:\n  - also:\n      乙:\n        boss: {agee: 1}\n", "4:16", `是否想写 "age"?`, "        boss: {agee: 1}", strings.Repeat(" ", 15) + "^"},
		{"string for number", "people:\n  - age: abc\n", "2:10", "应为整数, 这里是字符串", "  - age: abc", "         ^"},
		{"fraction for whole", "people:\n  - age: 1.5\n", "2:10", "应为整数, 这里是数字", "", ""},
		{"too large", "people:\n  - age: 9223372036854775808\n", "2:10", "数字太大", "", ""},
		{"string for float", "people:\n  - size: big\n", "2:11", "应为数字, 这里是字符串", "", ""},
		{"number for bool", "people:\n  - away: 1\n", "2:11", "应为true 或 false, 这里是数字", "", ""},
		{"list for string", "name: [甲]\n", "1:7", "应为字符串, 这里是列表", "", ""},
		{"mapping for list", "people:\n  name: 甲\n", "2:3", "应为列表, 这里是对象", "", ""},
		{"string for list", "people:\n  - tags: abc\n", "2:11", "应为列表, 这里是字符串", "", ""},
		{"list for the whole", "- name: 甲\n", "1:1", "应为对象 (键: 值), 这里是列表", "", ""},
		{"text for the whole", "hello\n", "1:1", "应为对象 (键: 值), 这里是字符串", "", ""},
		{"key twice", "name: 甲\npeople: []\nname: 乙\n", "3:1", `键 "name" 重复, 第 1 行已有`, "name: 乙", "^"},
		{"key twice in JSON", "{\"name\": \"甲\",\n \"name\": \"乙\"}", "2:2", `键 "name" 重复, 第 1 行已有`, "", ""},
		{"open list", "name: 甲\npeople: [a, b\n", "2:9", "缺少结尾的 ]", "", ""},
		{"open quote", "name: \"甲\n", "1:", "双引号没有结束", "", ""},
		{"tab", "people:\n\t- name: 甲\n", "2:1", "不能用 Tab 缩进", "", ""},
		{"colon", "name: 甲: 乙\n", "1:7", "请加引号", "", ""},
		{"indent", "people:\n  - name: 甲\n   age: 3\n", "3:4", "请检查缩进", "", ""},
		{"unknown alias", "name: *x\n", "1:", "没有定义的锚点", "", ""},
		{"two documents", "name: 甲\n---\nname: 乙\n", "3:1", "只能有一个 YAML 文档", "", ""},
		{"windows line endings", "people:\r\n  - nam: 甲\r\n", "2:5", `是否想写 "name"?`, "  - nam: 甲", "    ^"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got team
			err := yamlfile.Decode("team.yaml", []byte(test.data), &got)
			var coded *bridge.Error
			require.ErrorAs(t, err, &coded)
			assert.Equal(t, bridge.BadParams, coded.Code)
			assert.True(t, strings.HasPrefix(coded.Message, "team.yaml:"+test.place), coded.Message)
			assert.Contains(t, coded.Message, test.says)
			if test.line != "" {
				lines := strings.Split(coded.Message, "\n")
				require.Len(t, lines, 3, coded.Message)
				assert.Equal(t, []string{"    " + test.line, "    " + test.caret}, lines[1:])
			}
		})
	}
}

// Found by fuzzing: the library panics.
func TestOddInput(t *testing.T) {
	err := yamlfile.Decode("team.yaml", []byte("people:\n  ! {name 乙,tags:[]}"), &team{})
	assert.ErrorContains(t, err, "team.yaml: YAML 无法解析")
}

func TestAliasOfItself(t *testing.T) {
	for _, data := range []string{"people: &a [*a]\n", "people:\n- &a\n  boss: *a\n", "people:\n- any: &a [*a]\n", "people:\n- &a\n  <<: *a\n"} {
		_ = yamlfile.Decode("team.yaml", []byte(data), &team{}) // an error or not, it comes back
	}
}

func TestNotUTF8(t *testing.T) {
	err := yamlfile.Decode("team.yaml", []byte("name: \xc7\xe0"), &team{})
	assert.ErrorContains(t, err, "不是 UTF-8")
}

type loud struct{}

func (*loud) UnmarshalYAML([]byte) error { return bridge.Errorf(bridge.Failed, "自己的错误") }

func TestTypesThatDecodeThemselves(t *testing.T) {
	var into struct {
		Loud loud `yaml:"loud"`
	}
	err := yamlfile.Decode("team.yaml", []byte("loud: [anything]\n"), &into)
	assert.Equal(t, bridge.Errorf(bridge.Failed, "自己的错误"), err)
}

func TestAt(t *testing.T) {
	data := []byte("name: 甲\npeople:\n  - name: 乙\n    tags: [x, y]\n  - name: 丙\n")
	for place, path := range map[string][]any{
		"1:1":  nil,
		"1:7":  {"name"},
		"3:5":  {"people", 0},
		"4:15": {"people", 0, "tags", 1},
		"5:11": {"people", 1, "name"},
		"5:5":  {"people", 1, "age"},
	} {
		err := yamlfile.At("team.yaml", data, path, "不对: %d", 3)
		assert.Equal(t, bridge.BadParams, err.Code)
		assert.True(t, strings.HasPrefix(err.Message, "team.yaml:"+place+": 不对: 3\n"), "%s: %s", place, err.Message)
	}
	assert.Equal(t, "team.yaml: 不对", yamlfile.At("team.yaml", nil, nil, "不对").Message)
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("name: 甲\npeople:\n  - {name: 乙, tags: [1, *a]}\n"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		_ = yamlfile.Decode("team.yaml", data, &team{})
		_ = yamlfile.At("team.yaml", data, []any{"people", 0, "name"}, "x")
	})
}
