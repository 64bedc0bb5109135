package headless

// currencyNames are what a currency is called; empty symbols are its code.
type currencyNames struct {
	zhSymbol, enSymbol, zhNarrow, enNarrow string
	zh, one, other                         string
}

var currencies = map[string]currencyNames{
	"CNY": {"¥", "CN¥", "¥", "¥", "人民币", "Chinese yuan", "Chinese yuan"},
	"USD": {"US$", "$", "$", "$", "美元", "US dollar", "US dollars"},
	"EUR": {"€", "€", "€", "€", "欧元", "euro", "euros"},
	"GBP": {"£", "£", "£", "£", "英镑", "British pound", "British pounds"},
	"JPY": {"JP¥", "¥", "¥", "¥", "日元", "Japanese yen", "Japanese yen"},
	"HKD": {"HK$", "HK$", "$", "$", "港元", "Hong Kong dollar", "Hong Kong dollars"},
	"TWD": {"NT$", "NT$", "NT$", "$", "新台币", "New Taiwan dollar", "New Taiwan dollars"},
	"KRW": {"₩", "₩", "₩", "₩", "韩元", "South Korean won", "South Korean won"},
	"INR": {"₹", "₹", "₹", "₹", "印度卢比", "Indian rupee", "Indian rupees"},
	"AUD": {"AU$", "A$", "$", "$", "澳大利亚元", "Australian dollar", "Australian dollars"},
	"CAD": {"CA$", "CA$", "$", "$", "加拿大元", "Canadian dollar", "Canadian dollars"},
	"SGD": {"", "", "$", "$", "新加坡元", "Singapore dollar", "Singapore dollars"},
	"MOP": {"", "", "", "", "澳门元", "Macanese pataca", "Macanese patacas"},
	"THB": {"", "", "฿", "฿", "泰铢", "Thai baht", "Thai baht"},
	"RUB": {"", "", "₽", "₽", "俄罗斯卢布", "Russian ruble", "Russian rubles"},
	"CHF": {"", "", "", "", "瑞士法郎", "Swiss franc", "Swiss francs"},
	"VND": {"₫", "₫", "₫", "₫", "越南盾", "Vietnamese dong", "Vietnamese dong"},
	"MYR": {"", "", "RM", "RM", "马来西亚林吉特", "Malaysian ringgit", "Malaysian ringgits"},
	"BRL": {"R$", "R$", "R$", "R$", "巴西雷亚尔", "Brazilian real", "Brazilian reals"},
	"NZD": {"NZ$", "NZ$", "$", "$", "新西兰元", "New Zealand dollar", "New Zealand dollars"},
	"IDR": {"", "", "Rp", "Rp", "印度尼西亚卢比", "Indonesian rupiah", "Indonesian rupiahs"},
	"PHP": {"", "₱", "₱", "₱", "菲律宾比索", "Philippine peso", "Philippine pesos"},
}

func (c currencyNames) symbol(code string, zh, narrow bool) string {
	symbol := c.enSymbol
	switch {
	case zh && narrow:
		symbol = c.zhNarrow
	case zh:
		symbol = c.zhSymbol
	case narrow:
		symbol = c.enNarrow
	}
	if symbol == "" {
		return code
	}
	return symbol
}

// unitNames are how a unit is written behind the number, in Chinese and English; "one|other" where English tells them apart,
// "before#behind" where something stands before the number.
type unitNames [3][2]string // short, narrow, long

var units = map[string]unitNames{
	"kilometer":          {{"公里", " km"}, {"公里", "km"}, {"公里", " kilometer| kilometers"}},
	"meter":              {{"米", " m"}, {"米", "m"}, {"米", " meter| meters"}},
	"centimeter":         {{"厘米", " cm"}, {"厘米", "cm"}, {"厘米", " centimeter| centimeters"}},
	"millimeter":         {{"毫米", " mm"}, {"毫米", "mm"}, {"毫米", " millimeter| millimeters"}},
	"kilogram":           {{" kg", " kg"}, {"kg", "kg"}, {"千克", " kilogram| kilograms"}},
	"gram":               {{" g", " g"}, {"g", "g"}, {"克", " gram| grams"}},
	"celsius":            {{"°C", "°C"}, {"°C", "°C"}, {"摄氏度", " degree Celsius| degrees Celsius"}},
	"percent":            {{"%", "%"}, {"%", "%"}, {"%", " percent"}},
	"bit":                {{" b", " bit"}, {" b", "bit"}, {"比特", " bit| bits"}},
	"byte":               {{" B", " byte"}, {" B", "B"}, {"字节", " byte| bytes"}},
	"kilobyte":           {{" kB", " kB"}, {" kB", "kB"}, {"千字节", " kilobyte| kilobytes"}},
	"megabyte":           {{" MB", " MB"}, {" MB", "MB"}, {"兆字节", " megabyte| megabytes"}},
	"gigabyte":           {{" GB", " GB"}, {" GB", "GB"}, {"吉字节", " gigabyte| gigabytes"}},
	"terabyte":           {{" TB", " TB"}, {" TB", "TB"}, {"太字节", " terabyte| terabytes"}},
	"millisecond":        {{"毫秒", " ms"}, {"ms", "ms"}, {"毫秒", " millisecond| milliseconds"}},
	"second":             {{"秒", " sec"}, {"秒", "s"}, {"秒钟", " second| seconds"}},
	"minute":             {{"分钟", " min"}, {"分钟", "m"}, {"分钟", " minute| minutes"}},
	"hour":               {{"小时", " hr"}, {"小时", "h"}, {"小时", " hour| hours"}},
	"day":                {{"天", " day| days"}, {"天", "d"}, {"天", " day| days"}},
	"week":               {{"周", " wk| wks"}, {"周", "w"}, {"周", " week| weeks"}},
	"month":              {{"个月", " mth| mths"}, {"个月", "m"}, {"个月", " month| months"}},
	"year":               {{"年", " yr| yrs"}, {"年", "y"}, {"年", " year| years"}},
	"liter":              {{"升", " L"}, {"升", "L"}, {"升", " liter| liters"}},
	"milliliter":         {{"毫升", " mL"}, {"mL", "mL"}, {"毫升", " milliliter| milliliters"}},
	"degree":             {{"°", " deg"}, {"°", "°"}, {"度", " degree| degrees"}},
	"kilometer-per-hour": {{" km/h", " km/h"}, {"km/h", "km/h"}, {"每小时#公里", " kilometer per hour| kilometers per hour"}},
}
