package headless

import (
	"slices"
	"strconv"
	"strings"
)

// part is a piece of formatted text, as formatToParts says it.
type part struct{ Type, Value string }

// join is the whole text. A narrow no-break space becomes a plain one, as V8 does for the sake of old pages.
func join(parts []part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Value)
	}
	return strings.ReplaceAll(b.String(), "\u202f", " ")
}

// numberFormat is Intl.NumberFormat for zh-CN and en-US; prelude/intl.js checks the options and fills them in.
type numberFormat struct {
	Locale, Style, Currency, CurrencyDisplay, CurrencySign, Unit, UnitDisplay string
	Notation, CompactDisplay, UseGrouping, SignDisplay                        string
	MinimumIntegerDigits, MinimumFractionDigits, MaximumFractionDigits        int
	MinimumSignificantDigits, MaximumSignificantDigits                        int  // by these, if the maximum is not 0
	CompactRounding                                                           bool // two significant digits, but all of the integer
}

// decimal is 0.digits × 10^point; there are no zeros at either end of the digits, and none at all for zero.
type decimal struct {
	negative bool
	digits   string
	point    int
}

// parseDecimal reads what strconv and big.Int write.
func parseDecimal(text string) decimal {
	d := decimal{negative: strings.HasPrefix(text, "-")}
	mantissa, exponent, _ := strings.Cut(strings.TrimPrefix(text, "-"), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	d.digits = whole + fraction
	d.point, _ = strconv.Atoi(exponent)
	d.point += len(whole)
	return d.trim()
}

func (d decimal) trim() decimal {
	short := strings.TrimLeft(d.digits, "0")
	d.point -= len(d.digits) - len(short)
	d.digits = strings.TrimRight(short, "0")
	if d.digits == "" {
		d.point = 0
	}
	return d
}

// keep rounds to the first n digits, halves away from zero.
func (d decimal) keep(n int) decimal {
	if n >= len(d.digits) || d.digits == "" {
		return d
	}
	if n < 0 {
		d.digits = ""
		return d.trim()
	}
	up := d.digits[n] >= '5'
	d.digits = d.digits[:n]
	if up {
		digits := []byte("0" + d.digits)
		i := len(digits) - 1
		for ; digits[i] == '9'; i-- {
			digits[i] = '0'
		}
		digits[i]++
		d.digits, d.point = string(digits), d.point+1
	}
	return d.trim()
}

// round does what the options say; fewest is the number of fraction digits to show at least.
func (f *numberFormat) round(d decimal) (rounded decimal, fewest int) {
	switch {
	case f.CompactRounding:
		return d.keep(max(2, d.point)), 0
	case f.MaximumSignificantDigits > 0:
		rounded = d.keep(f.MaximumSignificantDigits)
		if rounded.digits == "" {
			return rounded, f.MinimumSignificantDigits - 1
		}
		return rounded, max(f.MinimumSignificantDigits-rounded.point, 0)
	}
	return d.keep(d.point + f.MaximumFractionDigits), f.MinimumFractionDigits
}

// plain returns the digits before and behind the point.
func (d decimal) plain() (whole, fraction string) {
	switch {
	case d.point <= 0:
		if d.digits != "" {
			fraction = strings.Repeat("0", -d.point) + d.digits
		}
	case d.point >= len(d.digits):
		whole = d.digits + strings.Repeat("0", d.point-len(d.digits))
	default:
		whole, fraction = d.digits[:d.point], d.digits[d.point:]
	}
	return whole, fraction
}

// format formats a number, given as strconv or big.Int write it.
func (f *numberFormat) format(text string) []part {
	var body []part
	negative, zero := strings.HasPrefix(text, "-"), false
	compact := ""
	switch strings.TrimLeft(text, "+-") {
	case "Inf":
		body = []part{{"infinity", "∞"}}
	case "NaN":
		body, negative = []part{{"nan", "NaN"}}, false
	default:
		d := parseDecimal(text)
		if f.Style == "percent" && d.digits != "" {
			d.point += 2
		}
		body, compact, zero = f.digits(d)
	}
	one := len(body) == 1 && body[0].Value == "1"
	sign := ""
	switch {
	case f.SignDisplay == "never", f.SignDisplay == "exceptZero" && zero, f.SignDisplay == "negative" && zero:
	case negative:
		sign = "-"
	case f.SignDisplay == "always", f.SignDisplay == "exceptZero" && text != "NaN":
		sign = "+"
	}
	var signed []part
	switch sign {
	case "-":
		signed = []part{{"minusSign", "-"}}
	case "+":
		signed = []part{{"plusSign", "+"}}
	}
	if f.Style == "unit" {
		return f.decorate(append(signed, body...), compact, one)
	}
	body = f.decorate(body, compact, one)
	if sign == "-" && f.Style == "currency" && f.CurrencySign == "accounting" {
		return append(append([]part{{"literal", "("}}, body...), part{"literal", ")"})
	}
	return append(signed, body...)
}

// digits formats the digits, and returns the word of the compact notation besides.
func (f *numberFormat) digits(d decimal) (parts []part, compact string, zero bool) {
	exponent := 0
	scale := func(magnitude int) int {
		switch f.Notation {
		case "compact":
			exponent, compact = f.compact(magnitude)
			return exponent
		case "scientific":
			return magnitude
		case "engineering":
			return floorDiv(magnitude, 3) * 3
		}
		return 0
	}
	rounded, fewest := d, 0
	for {
		exponent = 0
		if d.digits != "" {
			exponent = scale(d.point - 1)
		}
		scaled := d
		if d.digits != "" {
			scaled.point -= exponent
		}
		rounded, fewest = f.round(scaled)
		if rounded.digits == "" || rounded.point+exponent <= d.point || f.Notation == "standard" {
			break
		}
		before := exponent
		if scale(rounded.point+exponent-1) == before {
			exponent = before
			break
		}
		d = rounded // it was rounded up into the next power
		d.point += before
	}
	whole, fraction := rounded.plain()
	if n := fewest - len(fraction); n > 0 {
		fraction += strings.Repeat("0", n)
	}
	if n := max(f.MinimumIntegerDigits, 1) - len(whole); n > 0 {
		whole = strings.Repeat("0", n) + whole
	}
	parts = f.group(whole)
	if fraction != "" {
		parts = append(parts, part{"decimal", "."}, part{"fraction", fraction})
	}
	if f.Notation == "scientific" || f.Notation == "engineering" {
		parts = append(parts, part{"exponentSeparator", "E"})
		if exponent < 0 {
			parts = append(parts, part{"exponentMinusSign", "-"})
			exponent = -exponent
		}
		parts = append(parts, part{"exponentInteger", strconv.Itoa(exponent)})
	}
	return parts, compact, rounded.digits == ""
}

func floorDiv(a, b int) int {
	if a < 0 {
		return -((-a + b - 1) / b)
	}
	return a / b
}

// compact returns the power of ten and the word for numbers of a magnitude.
func (f *numberFormat) compact(magnitude int) (exponent int, word string) {
	if f.Locale == "zh-CN" {
		switch {
		case magnitude >= 12:
			return 12, "万亿"
		case magnitude >= 8:
			return 8, "亿"
		case magnitude >= 4:
			return 4, "万"
		}
		return 0, ""
	}
	step := min(magnitude/3, 4)
	if magnitude < 3 {
		return 0, ""
	}
	if f.CompactDisplay == "long" {
		return 3 * step, []string{"thousand", "million", "billion", "trillion"}[step-1]
	}
	return 3 * step, []string{"K", "M", "B", "T"}[step-1]
}

// group puts commas between the thousands.
func (f *numberFormat) group(whole string) []part {
	fewest := 4
	if f.UseGrouping == "min2" {
		fewest = 5
	}
	if f.UseGrouping == "false" || len(whole) < fewest {
		return []part{{"integer", whole}}
	}
	first := (len(whole)-1)%3 + 1
	parts := []part{{"integer", whole[:first]}}
	for i := first; i < len(whole); i += 3 {
		parts = append(parts, part{"group", ","}, part{"integer", whole[i : i+3]})
	}
	return parts
}

const noBreak = "\u00a0"

// decorate adds the compact word, percent sign, currency or unit.
func (f *numberFormat) decorate(body []part, compact string, one bool) []part {
	zh := f.Locale == "zh-CN"
	if compact != "" {
		if f.CompactDisplay == "long" && !zh {
			body = append(body, part{"literal", " "})
		}
		body = append(body, part{"compact", compact})
	}
	space := []part{{"literal", noBreak}}
	if body[0].Type != "integer" {
		space = nil // before ∞ and NaN
	}
	switch f.Style {
	case "percent":
		return append(body, part{"percentSign", "%"})
	case "currency":
		name := currencies[f.Currency]
		switch f.CurrencyDisplay {
		case "name":
			if zh {
				return append(body, part{"currency", name.zh})
			}
			if one {
				return append(body, part{"literal", " "}, part{"currency", name.one})
			}
			return append(body, part{"literal", " "}, part{"currency", name.other})
		case "code":
			return slices.Concat([]part{{"currency", f.Currency}}, space, body)
		}
		symbol := name.symbol(f.Currency, zh, f.CurrencyDisplay == "narrowSymbol")
		if last := symbol[len(symbol)-1]; 'A' <= last && last <= 'Z' {
			return slices.Concat([]part{{"currency", symbol}}, space, body)
		}
		return append([]part{{"currency", symbol}}, body...)
	case "unit":
		language := 0
		if !zh {
			language = 1
		}
		text := units[f.Unit][slices.Index([]string{"short", "narrow", "long"}, f.UnitDisplay)][language]
		before, text, found := strings.Cut(text, "#")
		if !found {
			before, text = "", before
		}
		single, plural, differ := strings.Cut(text, "|")
		if differ && !one {
			single = plural
		}
		if before != "" {
			body = append([]part{{"unit", before}}, body...)
		}
		if strings.HasPrefix(single, " ") {
			return append(body, part{"literal", " "}, part{"unit", single[1:]})
		}
		return append(body, part{"unit", single})
	}
	return body
}
