package contact

import (
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/mozillazg/go-pinyin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write pinyin.txt anew")

// The table is the library's, without tones and without the characters beyond U+FFFF.
func TestPinyinTable(t *testing.T) {
	args := pinyin.NewArgs()
	args.Heteronym = true
	lines := map[string][]rune{}
	for _, r := range slices.Sorted(maps.Keys(pinyin.PinyinDict)) {
		if r <= 0xffff {
			read := strings.Join(pinyin.SinglePinyin(rune(r), args), ",")
			lines[read] = append(lines[read], rune(r))
		}
	}
	var table strings.Builder
	for _, read := range slices.Sorted(maps.Keys(lines)) {
		table.WriteString(read + " " + string(lines[read]) + "\n")
	}
	if *update {
		require.NoError(t, os.WriteFile("pinyin.txt", []byte(table.String()), 0o644))
		return
	}
	assert.True(t, table.String() == pinyinTable, "pinyin.txt is out of date: go test -run TestPinyinTable -update")
}

func TestSpell(t *testing.T) {
	for _, test := range []struct{ name, override, whole, initials string }{
		{"单岚", "", "shanlan", "sl"},
		{"单于岚", "", "chanyulan", "cyl"},
		{"万俟舟", "", "moqizhou", "mqz"},
		{"万舟", "", "wanzhou", "wz"},
		{"尉迟澄", "", "yuchicheng", "ycc"},
		{"欧阳疏桐", "", "ouyangshutong", "oyst"},
		{"曾", "", "ceng", "c"}, // a lone character is no surname
		{"吕小满", "", "lvxiaoman", "lxm"},
		{"Zoe Li", "", "zoeli", "zoeli"},
		{"张3", "", "zhang3", "z3"},
		{"行若水", "xing  Ruo shui", "xingruoshui", "xrs"},
		{"阿〇🚀", "", "aling", "al"},
	} {
		whole, initials := spell(test.name, test.override)
		require.NotEmpty(t, whole, test.name)
		assert.Equal(t, test.whole, whole[0], test.name)
		assert.Equal(t, test.initials, initials[0], test.name)
	}
	whole, initials := spell("🚀", "")
	assert.Empty(t, whole)
	assert.Empty(t, initials)
	whole, _ = spell("曾行乐", "")
	assert.Contains(t, whole, "cengxingle")
	assert.Contains(t, whole, "zenghangle")
	whole, initials = spell("和解乐行重单曾", "")
	assert.Len(t, whole, mostReadings)
	assert.LessOrEqual(t, len(initials), mostReadings)
	whole, _ = spell("行若水", "xing ruo shui")
	assert.Equal(t, []string{"xingruoshui"}, whole)
	whole, _ = spell("单于岚", "") // a compound surname has one reading
	assert.Equal(t, []string{"chanyulan"}, whole)
}
