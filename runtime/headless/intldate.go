package headless

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// dateFormat is Intl.DateTimeFormat for zh-CN and en-US; prelude/intl.js checks the options, and resolves dateStyle and
// timeStyle into the others.
type dateFormat struct {
	Locale, Weekday, Year, Month, Day, Hour, Minute, Second string
	FractionalSecondDigits                                  int
	TimeZone, TimeZoneName, HourCycle                       string
	At                                                      bool // "at" before the time, and not a comma (en)
	zone                                                    *time.Location
}

var (
	enWeekdays = []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
	zhWeekdays = []string{"日", "一", "二", "三", "四", "五", "六"}
	enMonths   = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
		"November", "December"}
	zhMonths = []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"}
)

// format formats a moment.
func (f *dateFormat) format(t time.Time) []part {
	t = t.In(f.zone)
	zh := f.Locale == "zh-CN"
	date, clock := f.enDate(t), f.clock(t, zh)
	if zh {
		date = f.zhDate(t)
	}
	between := ", "
	switch {
	case zh && f.onlyWeekday() && f.Minute != "":
		between = ""
	case zh, f.onlyWeekday():
		between = " "
	case f.At:
		between = " at "
	}
	zone := f.zoneName(t, zh)
	switch {
	case zone == "":
	case len(clock) == 0 && zh:
		date = append(date, part{"literal", " "}, part{"timeZoneName", zone})
	case len(clock) == 0:
		date = append(date, part{"literal", ", "}, part{"timeZoneName", zone})
	case zh && (f.Minute == "" || strings.HasSuffix(f.TimeZoneName, "Offset")):
		clock = append([]part{{"timeZoneName", zone}}, clock...)
	case zh:
		clock = append([]part{{"timeZoneName", zone}, {"literal", " "}}, clock...)
	default:
		clock = append(clock, part{"literal", " "}, part{"timeZoneName", zone})
	}
	if len(date) > 0 && len(clock) > 0 {
		if between != "" {
			date = append(date, part{"literal", between})
		}
	}
	return merge(append(date, clock...))
}

func (f *dateFormat) onlyWeekday() bool { return f.Weekday != "" && f.Year+f.Month+f.Day == "" }

// merge joins literals that follow each other.
func merge(parts []part) []part {
	merged := parts[:0]
	for _, p := range parts {
		if n := len(merged); n > 0 && p.Type == "literal" && merged[n-1].Type == "literal" {
			merged[n-1].Value += p.Value
		} else {
			merged = append(merged, p)
		}
	}
	return merged
}

func number(n int, style string) string {
	if style == "2-digit" {
		return fmt.Sprintf("%02d", n%100)
	}
	return strconv.Itoa(n)
}

func isText(style string) bool { return style == "long" || style == "short" || style == "narrow" }

// zhDate is the date in Chinese.
func (f *dateFormat) zhDate(t time.Time) []part {
	var parts []part
	add := func(kind, value, behind string) {
		if parts = append(parts, part{kind, value}); behind != "" {
			parts = append(parts, part{"literal", behind})
		}
	}
	words := isText(f.Month) || f.Day == "" && f.Month == "2-digit" || f.Weekday == "long" && f.Year != "" ||
		f.Year == "" && (f.Month == "" || f.Day == "") || f.Month == ""
	month := number(int(t.Month()), f.Month)
	switch {
	case !words:
		if f.Year != "" {
			add("year", number(t.Year(), f.Year), "/")
		}
		if f.Day == "" {
			add("month", month, "")
			break
		}
		add("month", month, "/")
		add("day", number(t.Day(), f.Day), "")
	default:
		if f.Year != "" {
			add("year", number(t.Year(), f.Year), "年")
		}
		switch alone := f.Year+f.Day == ""; {
		case f.Month == "":
		case alone && f.Month == "long":
			add("month", zhMonths[t.Month()-1]+"月", "")
		case alone && f.Month == "narrow":
			add("month", month, "")
		case alone && f.Month == "short":
			add("month", month+"月", "")
		case f.Day == "" && f.Year != "":
			add("month", strconv.Itoa(int(t.Month())), "月")
		default:
			add("month", month, "月")
		}
		if f.Day != "" {
			add("day", number(t.Day(), f.Day), "日")
		}
	}
	if f.Weekday != "" {
		if len(parts) > 0 && f.Day == "" {
			parts = append(parts, part{"literal", " "})
		}
		parts = append(parts, part{"weekday", map[string]string{"long": "星期", "short": "周"}[f.Weekday] + zhWeekdays[t.Weekday()]})
	}
	return parts
}

// enDate is the date in American English.
func (f *dateFormat) enDate(t time.Time) []part {
	var parts []part
	add := func(before, kind, value string) {
		if len(parts) > 0 {
			parts = append(parts, part{"literal", before})
		}
		parts = append(parts, part{kind, value})
	}
	weekday := enWeekdays[t.Weekday()]
	switch f.Weekday {
	case "short":
		weekday = weekday[:3]
	case "narrow":
		weekday = weekday[:1]
	}
	before := f.Weekday != "" && (f.Month != "" && f.Day != "" || f.Year+f.Month+f.Day == "")
	if before {
		add("", "weekday", weekday)
	}
	month := number(int(t.Month()), f.Month)
	between, beforeYear := "/", "/"
	if isText(f.Month) {
		between, beforeYear = " ", ", "
		if f.Day == "" {
			beforeYear = " "
		}
		switch month = enMonths[t.Month()-1]; f.Month {
		case "short":
			month = month[:3]
		case "narrow":
			month = month[:1]
		}
	}
	if f.Month != "" {
		add(", ", "month", month)
	}
	if f.Day != "" {
		add(between, "day", number(t.Day(), f.Day))
	}
	if f.Year != "" {
		add(beforeYear, "year", number(t.Year(), f.Year))
	}
	if f.Weekday != "" && !before {
		add(" ", "weekday", weekday)
	}
	return parts
}

// clock is the time of the day.
func (f *dateFormat) clock(t time.Time, zh bool) []part {
	var parts []part
	add := func(kind, value string) {
		if len(parts) > 0 {
			parts = append(parts, part{"literal", ":"})
		}
		parts = append(parts, part{kind, value})
	}
	half := "AM"
	if zh {
		half = "上午"
	}
	hour := t.Hour()
	if hour >= 12 {
		if half = "PM"; zh {
			half = "下午"
		}
	}
	twelve := f.HourCycle == "h12" || f.HourCycle == "h11"
	style := f.Hour
	switch f.HourCycle {
	case "h11":
		hour %= 12
	case "h12":
		hour = (hour+11)%12 + 1
	case "h24":
		hour = (hour+23)%24 + 1
		fallthrough
	default:
		// The patterns of CLDR that are found for such options.
		short := f.Minute != "" && f.Second == "" && (f.TimeZoneName != "" || f.onlyWeekday())
		if !zh || short || f.Minute == "numeric" && (f.TimeZoneName == "" || strings.HasSuffix(f.TimeZoneName, "Offset")) {
			style = "2-digit"
		}
	}
	if f.Hour != "" {
		if twelve && zh {
			parts = append(parts, part{"dayPeriod", half})
		}
		text := number(hour, style)
		if len(parts) > 0 {
			parts = append(parts, part{"hour", text})
		} else {
			add("hour", text)
		}
		if zh && f.Minute == "" {
			parts = append(parts, part{"literal", "时"})
		}
	}
	two := func(n int) string {
		if f.Hour == "" && (f.Minute == "" || f.Second == "") {
			return strconv.Itoa(n)
		}
		return fmt.Sprintf("%02d", n)
	}
	if f.Minute != "" {
		add("minute", two(t.Minute()))
	}
	if f.Second != "" {
		add("second", two(t.Second()))
	}
	if n := f.FractionalSecondDigits; n > 0 {
		if len(parts) > 0 {
			parts = append(parts, part{"literal", "."})
		}
		parts = append(parts, part{"fractionalSecond", fmt.Sprintf("%03d", t.Nanosecond()/1e6)[:n]})
	}
	if f.Hour != "" && twelve && !zh {
		parts = append(parts, part{"literal", "\u202f"}, part{"dayPeriod", half})
	}
	return parts
}

// usZones are the zones whose English abbreviations CLDR uses for en-US.
var usZones = map[string]bool{"EST": true, "EDT": true, "CST": true, "CDT": true, "MST": true, "MDT": true, "PST": true, "PDT": true}

// zoneName is the name of the time zone in the style that is asked for.
func (f *dateFormat) zoneName(t time.Time, zh bool) string {
	abbreviation, offset := t.Zone()
	minutes := offset / 60
	sign := "+"
	if minutes < 0 {
		sign, minutes = "-", -minutes
	}
	switch f.TimeZoneName {
	case "":
		return ""
	case "longOffset":
		return fmt.Sprintf("GMT%s%02d:%02d", sign, minutes/60, minutes%60)
	case "long":
		if zh {
			return map[string]string{"UTC": "协调世界时"}[f.TimeZone] + map[string]string{"Asia/Shanghai": "中国标准时间"}[f.TimeZone]
		}
		return map[string]string{"UTC": "Coordinated Universal Time"}[f.TimeZone] +
			map[string]string{"Asia/Shanghai": "China Standard Time"}[f.TimeZone]
	case "short":
		if f.TimeZone == "UTC" {
			return "UTC"
		}
		if !zh && strings.HasPrefix(f.TimeZone, "America/") && usZones[abbreviation] {
			return abbreviation
		}
	}
	text := fmt.Sprintf("GMT%s%d", sign, minutes/60)
	if minutes%60 != 0 {
		text += fmt.Sprintf(":%02d", minutes%60)
	}
	if minutes == 0 && f.TimeZoneName == "short" {
		return "GMT"
	}
	return text
}
