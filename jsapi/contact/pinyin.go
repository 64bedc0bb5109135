package contact

import (
	_ "embed" // the table
	"slices"
	"strings"
	"sync"
	"unicode"
)

// pinyinTable has a line for every list of readings, the usual one first, without tones, and the characters that have it:
// "shan,dan,chan 单…". It is made of github.com/mozillazg/go-pinyin by `go test -run TestPinyinTable -update`: that package
// fills a map of 42,000 when a program starts, 2 ms that most runs do not need.
//
//go:embed pinyin.txt
var pinyinTable string

var readings = sync.OnceValue(func() map[rune][]string {
	table := make(map[rune][]string, 28_000)
	for line := range strings.Lines(pinyinTable) {
		list, characters, _ := strings.Cut(strings.TrimSpace(line), " ")
		read := strings.Split(list, ",")
		for _, r := range characters {
			table[r] = read
		}
	}
	return table
})

// surnames that are read otherwise than the table's first reading of their characters says, or might be.
var surnames = map[string]string{
	"万俟": "mo qi", "尉迟": "yu chi", "长孙": "zhang sun", "澹台": "tan tai", "单于": "chan yu", "令狐": "ling hu", "皇甫": "huang fu",
	"单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "翟": "zhai", "覃": "qin", "区": "ou", "朴": "piao", "盖": "ge",
	"乐": "yue", "任": "ren", "华": "hua", "燕": "yan", "葛": "ge", "缪": "miao", "冼": "xian", "洗": "xian", "员": "yun", "种": "chong",
	"尉": "wei", "宿": "su", "折": "she", "黑": "he", "秘": "bi", "繁": "po", "祭": "zhai", "召": "shao", "牟": "mou", "能": "nai",
	"么": "yao", "郗": "xi", "谌": "chen", "隗": "wei", "逄": "pang", "晁": "chao", "俞": "yu", "沈": "shen", "石": "shi", "贾": "jia",
	"叶": "ye", "柏": "bai", "殷": "yin", "盛": "sheng", "车": "che", "宁": "ning", "佘": "she", "哈": "ha", "卜": "bu", "幸": "xing",
	"薄": "bo", "那": "na", "粘": "nian", "过": "guo", "应": "ying", "莘": "shen", "臧": "zang", "余": "yu", "都": "du", "曲": "qu",
	"郇": "xun", "尹": "yin", "褚": "chu", "弘": "hong", "适": "kuo", "角": "jue", "丁": "ding", "重": "chong",
}

// mostReadings is how many ways of reading a name are offered to the search.
const mostReadings = 8

// spell returns the ways to write a name in Latin letters, the usual one first: whole ("shanlan") and by initials ("sl").
// An override ("shan lan") is the only way. Characters that nobody reads, such as emoji, are left out.
func spell(name, override string) (whole, initials []string) {
	syllables := [][]string{}
	if override != "" {
		for word := range strings.FieldsSeq(strings.ToLower(override)) {
			syllables = append(syllables, []string{word})
		}
	} else {
		syllables = syllablesOf(name)
	}
	for _, way := range combine(syllables) {
		var short strings.Builder
		for _, syllable := range way {
			short.WriteRune([]rune(syllable)[0])
		}
		whole = append(whole, strings.Join(way, ""))
		if !slices.Contains(initials, short.String()) {
			initials = append(initials, short.String())
		}
	}
	return whole, initials
}

// syllablesOf returns the readings of every character, the usual one first.
func syllablesOf(name string) [][]string {
	var all [][]string
	table := readings()
	characters := []rune(name)
	surname := 0
	for length := min(2, len(characters)-1); length > 0 && surname == 0; length-- {
		if read, known := surnames[string(characters[:length])]; known {
			for syllable := range strings.FieldsSeq(read) {
				all = append(all, []string{syllable})
			}
			surname = length
		}
	}
	for i, r := range characters {
		read, known := table[r]
		switch {
		case i < surname && surname == 1: // other ways to read a single surname are what a mistaken person types
			for _, other := range read {
				if other != all[0][0] {
					all[0] = append(all[0], other)
				}
			}
		case i < surname:
		case known:
			all = append(all, read)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			all = append(all, []string{string(unicode.ToLower(r))})
		}
	}
	return all
}

// combine returns the likeliest ways to choose one reading for each character: those that leave the usual ones least.
func combine(syllables [][]string) [][]string {
	type way struct {
		read []string
		cost int
	}
	ways := []way{{}}
	for _, choices := range syllables {
		var next []way
		for _, w := range ways {
			for cost, choice := range choices {
				next = append(next, way{append(slices.Clip(w.read), choice), w.cost + cost})
			}
		}
		// What costs more than the eight cheapest so far never gets among them later.
		slices.SortStableFunc(next, func(a, b way) int { return a.cost - b.cost })
		ways = next[:min(len(next), mostReadings)]
	}
	combined := [][]string{}
	for _, w := range ways {
		if len(w.read) > 0 {
			combined = append(combined, w.read)
		}
	}
	return combined
}
