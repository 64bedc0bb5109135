package coverage

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"sort"
	"strings"
)

// sourceMap is a source map of version 3, read here since its segments are written anew and a line without one must not be
// taken for the line above. Numbers are from 0.
type sourceMap struct {
	fields  map[string]json.RawMessage // as they came
	sources []string                   // their names, cleaned
	lines   [][]segment
}

// segment says where a column of the script comes from. values are the 1, 4 or 5 numbers of the format, absolute.
type segment struct {
	values [5]int // column, source, line, column, name
	n      int
}

// readMap returns nil for no map.
func readMap(text []byte) (*sourceMap, error) {
	if len(text) == 0 {
		return nil, nil
	}
	var known struct {
		Version    int
		SourceRoot string
		Sources    []string
		Mappings   string
	}
	m := &sourceMap{}
	if err := errors.Join(json.Unmarshal(text, &known), json.Unmarshal(text, &m.fields)); err != nil {
		return nil, err
	}
	if known.Version != 3 {
		return nil, fmt.Errorf("版本 %d 不是 3", known.Version)
	}
	for _, source := range known.Sources {
		if known.SourceRoot != "" {
			source = strings.TrimSuffix(known.SourceRoot, "/") + "/" + source
		}
		if decoded, err := url.PathUnescape(source); err == nil { // esbuild writes them as URLs
			source = decoded
		}
		m.sources = append(m.sources, clean(source))
	}
	var values [5]int
	for text := range strings.SplitSeq(known.Mappings, ";") {
		var line []segment
		values[0] = 0
		for part := range strings.SplitSeq(text, ",") {
			if part == "" {
				continue
			}
			n := 0
			for ; part != "" && n < len(values); n++ {
				value, rest, ok := readVLQ(part)
				if !ok {
					return nil, fmt.Errorf("mappings 里有 %q", part)
				}
				values[n] += value
				part = rest
			}
			line = append(line, segment{values, n})
		}
		m.lines = append(m.lines, line)
	}
	return m, nil
}

// lookup is the line of the user's that a part of a line of the script comes from: the first place in it that the map knows, or
// else the last before.
func (m *sourceMap) lookup(number, from, to int) (line, bool) {
	if number >= len(m.lines) {
		return line{}, false
	}
	segments := m.lines[number]
	i := sort.Search(len(segments), func(i int) bool { return segments[i].values[0] >= from })
	if i == len(segments) || segments[i].values[0] > to {
		i--
	}
	if i < 0 || segments[i].n < 4 || segments[i].values[1] >= len(m.sources) || segments[i].values[1] < 0 {
		return line{}, false
	}
	return line{m.sources[segments[i].values[1]], segments[i].values[2] + 1}, true
}

// shifted is the map with its columns moved.
func (m *sourceMap) shifted(column func(line, column int) int) []byte {
	var b []byte
	var last [5]int
	for number, segments := range m.lines {
		if number > 0 {
			b = append(b, ';')
		}
		last[0] = 0
		for i, s := range segments {
			if i > 0 {
				b = append(b, ',')
			}
			s.values[0] = column(number, s.values[0])
			for n := range s.n {
				b = appendVLQ(b, s.values[n]-last[n])
				last[n] = s.values[n]
			}
		}
	}
	fields := make(map[string]json.RawMessage, len(m.fields))
	for key, value := range m.fields {
		fields[key] = value
	}
	fields["mappings"], _ = json.Marshal(string(b)) // a string
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err) // it was JSON before
	}
	return text
}

const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

func readVLQ(text string) (value int, rest string, ok bool) {
	for i := 0; i < len(text) && i < 7; i++ {
		digit := strings.IndexByte(base64, text[i])
		if digit < 0 {
			return 0, "", false
		}
		value |= (digit & 31) << (5 * i)
		if digit&32 == 0 {
			if value&1 != 0 {
				return -(value >> 1), text[i+1:], true
			}
			return value >> 1, text[i+1:], true
		}
	}
	return 0, "", false
}

func appendVLQ(b []byte, value int) []byte {
	rest := value << 1
	if value < 0 {
		rest = -value<<1 | 1
	}
	for {
		digit := rest & 31
		if rest >>= 5; rest > 0 {
			digit |= 32
		}
		if b = append(b, base64[digit]); rest == 0 {
			return b
		}
	}
}
