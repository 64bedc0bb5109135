package contact

import (
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"html"
)

// Avatar returns a picture for a person as a data: URI: the last two characters of the name on a rounded square. Its hue is
// the 32-bit FNV-1a hash of the openId's bytes, modulo 360; web/src/views draws the same colour.
func Avatar(openID, name string) string {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(openID)) // never fails
	short := []rune(name)
	short = short[max(len(short)-2, 0):]
	svg := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 96 96">`+
		`<rect width="96" height="96" rx="20" fill="hsl(%d,45%%,45%%)"/>`+
		`<text x="48" y="49" fill="#fff" font-family="sans-serif" font-size="34" text-anchor="middle" dominant-baseline="central">%s</text></svg>`,
		hash.Sum32()%360, html.EscapeString(string(short)))
	return "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(svg))
}
