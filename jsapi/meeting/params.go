package meeting

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"

	"qinghost/bridge"
)

// lastMoment is the largest time that is taken: the end of the year 9998, after which days cannot be written as such.
const lastMoment = 253370764799999

// Optional is a field of which absent, null and a value mean three things: keep, clear, replace.
type Optional[T any] struct {
	Value T    // when Given and not Null
	Given bool // the field is there
	Null  bool // and is null
}

// UnmarshalJSON implements json.Unmarshaler; it is called when the field is there.
func (o *Optional[T]) UnmarshalJSON(text []byte) error {
	*o = Optional[T]{Given: true, Null: string(text) == "null"}
	if o.Null {
		return nil
	}
	return json.Unmarshal(text, &o.Value)
}

// MarshalJSON implements json.Marshaler; it is null unless there is a value. Tag fields with omitzero to keep absent ones out.
func (o Optional[T]) MarshalJSON() ([]byte, error) {
	if !o.Given || o.Null {
		return []byte("null"), nil
	}
	return json.Marshal(o.Value)
}

// unmarshalNamed fills the fields of params, a pointer to a struct, each on its own, so that the failure of one names it.
// Names count exactly as they are in the source, "openid" and not "openId".
func unmarshalNamed(text []byte, params any) error {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(text, &given); err != nil {
		return err
	}
	target := reflect.ValueOf(params).Elem()
	for _, field := range fieldsOf(target.Type()) {
		name := field.Name
		raw, is := given[name]
		if !is {
			continue
		}
		if hasNUL(raw) { // PostgreSQL cannot keep it
			return wrong(name, "含有字符 U+0000")
		}
		err := json.Unmarshal(raw, target.FieldByIndex(field.Index).Addr().Interface())
		var wrongType *json.UnmarshalTypeError
		switch {
		case errors.As(err, &wrongType): // the same field again, so that the door says it as it says of all others
			wrongType.Field = name
			return wrongType
		case err != nil:
			return err
		}
	}
	return nil
}

// knownFields has what fieldsOf found, by reflect.Type: finding takes as long as all the rest of reading a request.
var knownFields sync.Map

// fieldsOf returns the fields of a struct that have a name in JSON, under that name.
func fieldsOf(t reflect.Type) []reflect.StructField {
	if known, is := knownFields.Load(t); is {
		return known.([]reflect.StructField)
	}
	var fields []reflect.StructField
	for _, field := range reflect.VisibleFields(t) {
		if field.Name, _, _ = strings.Cut(field.Tag.Get("json"), ","); field.Name != "" {
			fields = append(fields, field)
		}
	}
	knownFields.Store(t, fields)
	return fields
}

// hasNUL says whether a string of a JSON text, keys included, has the character U+0000.
func hasNUL(text []byte) bool {
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' {
			if bytes.HasPrefix(text[i:], []byte(`\u0000`)) {
				return true
			}
			i++
		}
	}
	return false
}

// moment checks a time that has to be there.
func moment(field string, at *bridge.Int) (int64, error) {
	if at == nil {
		return 0, missing(field)
	}
	if *at <= 0 || *at > lastMoment {
		return 0, wrong(field, "应为毫秒时间戳 (1 至 %d), 收到 %d", int64(lastMoment), *at)
	}
	return int64(*at), nil
}

// times checks a start and an end that have to be there.
func times(startDate, endDate *bridge.Int) (start, end int64, err error) {
	if start, err = moment("startDate", startDate); err != nil {
		return 0, 0, err
	}
	if end, err = moment("endDate", endDate); err != nil {
		return 0, 0, err
	}
	return start, end, inOrder(start, end)
}

func inOrder(start, end int64) error {
	if end <= start {
		return wrong("endDate", "应晚于 startDate (%d), 收到 %d", start, end)
	}
	return nil
}

// required checks texts that have to be there, given as name, value, name, value ….
func required(pairs ...string) error {
	for pair := range slices.Chunk(pairs, 2) {
		if strings.TrimSpace(pair[1]) == "" {
			return missing(pair[0])
		}
	}
	return nil
}

// one of the source's values, or what it is when absent.
func choice(field string, value *bridge.Int, absent int, allowed ...int) (int, error) {
	if value == nil {
		return absent, nil
	}
	for _, a := range allowed {
		if int64(*value) == int64(a) {
			return a, nil
		}
	}
	return 0, wrong(field, "应为 %v 之一, 收到 %d", allowed, *value)
}

// remindersOf puts a meeting's reminders into its details: all of times, or, where that is nil, the one of noticeTime. The
// values of times are those of noticeTime, since the reference names no others.
func (d *details) remindersOf(noticeTime *bridge.Int, times []bridge.Int) error {
	field := "noticeTimes"
	if times == nil {
		field = "noticeTime"
		if noticeTime != nil {
			times = []bridge.Int{*noticeTime}
		}
	}
	var all []int
	for _, value := range times {
		notice, err := choice(field, &value, -1, -1, 0, 15, 60)
		if err != nil {
			return err
		}
		if notice >= 0 {
			all = append(all, notice)
		}
	}
	slices.SortFunc(all, func(a, b int) int { return b - a })
	d.Notice, d.LaterNotices = -1, nil
	if all = slices.Compact(all); len(all) > 0 {
		d.Notice = all[0]
	}
	if len(all) > 1 {
		d.LaterNotices = all[1:]
	}
	return nil
}

func topStateOf(value *bridge.Int) (int, error) {
	return choice("topState", value, 0, 0, 1)
}

func repeatOf(value *bridge.Int) (int, error) {
	return choice("repeat", value, repeatNone, repeatNone, repeatWorkdays, repeatDaily, repeatWeekly, repeatFortnightly, repeatMonthly)
}

// orAbsent is nil for an empty text, which an optional field may have instead of null.
func orAbsent(text *string) *string {
	if text == nil || *text == "" {
		return nil
	}
	return text
}

// checkPeople refuses what nobody's openid can be, and who is not in the directory; present are people who are in the
// meeting already, and who may have left the directory since.
func (m *Meetings) checkPeople(field string, openIDs, present []string) error {
	for _, id := range openIDs {
		if id == "" {
			return wrong(field, "里有空的 openid")
		}
		if _, known := m.people.Name(id); !known && !m.anyone && !slices.Contains(present, id) {
			return bridge.Errorf(CodeUnknownPerson, "参数 %s: 通讯录里没有 openid %q, 请检查", field, id)
		}
	}
	return nil
}

// without returns list less what drop has, in its order and each once.
func without(list, drop []string) []string {
	kept := []string{}
	seen := make(map[string]bool, len(list)+len(drop))
	for _, id := range drop {
		seen[id] = true
	}
	for _, id := range list {
		if !seen[id] {
			seen[id] = true
			kept = append(kept, id)
		}
	}
	return kept
}
