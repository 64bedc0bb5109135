package headless

import (
	"fmt"
	"math/big"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// forbiddenHost are what no host holds; a domain no % and no controls either.
const forbiddenHost = "\x00\t\n\r #/:<>?@[\\]^|"

// domains maps a host to ASCII as browsers do (UTS #46, not transitional, lenient about what DNS would refuse).
var domains = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false), idna.CheckHyphens(false),
	idna.CheckJoiners(true), idna.BidiRule())

// parseHost reads a host; that of a special URL is a domain or an IP address.
func parseHost(text string, isSpecial bool) (string, error) {
	if strings.HasPrefix(text, "[") {
		if !strings.HasSuffix(text, "]") {
			return "", errURL
		}
		return parseIPv6(text[1 : len(text)-1])
	}
	if !isSpecial {
		if strings.ContainsAny(text, forbiddenHost) {
			return "", errURL
		}
		return escapeSet(text, c0Set), nil
	}
	if text == "" {
		return "", nil
	}
	domain := validText(unescape(text))
	if isASCII(domain) && !strings.Contains(strings.ToLower(domain), "xn--") {
		domain = strings.ToLower(domain)
	} else {
		var err error
		if domain, err = domains.ToASCII(domain); err != nil {
			return "", errURL
		}
	}
	if domain == "" || strings.ContainsAny(domain, forbiddenHost+"%\x7f") {
		return "", errURL
	}
	for _, c := range []byte(domain) {
		if c <= 0x1f {
			return "", errURL
		}
	}
	return parseIPv4(domain)
}

func isASCII(text string) bool {
	for _, c := range []byte(text) {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// parseIPv4 returns the dotted form of what ends in a number, and any other domain as it is.
func parseIPv4(domain string) (string, error) {
	parts := strings.Split(domain, ".")
	if len(parts) > 1 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	last := parts[len(parts)-1]
	if _, ok := ipv4Number(last); !ok && (last == "" || strings.Trim(last, "0123456789") != "") {
		return domain, nil
	}
	if len(parts) > 4 {
		return "", errURL
	}
	address := new(big.Int)
	for i, part := range parts {
		n, ok := ipv4Number(part)
		if !ok {
			return "", errURL
		}
		bits := uint(8)
		if i == len(parts)-1 {
			bits = uint(8 * (5 - len(parts)))
		}
		if n.BitLen() > int(bits) {
			return "", errURL
		}
		address.Or(address.Lsh(address, bits), n)
	}
	n := address.Uint64()
	return fmt.Sprintf("%d.%d.%d.%d", n>>24, n>>16&255, n>>8&255, n&255), nil
}

// ipv4Number reads a decimal, octal (0…) or hexadecimal (0x…) number.
func ipv4Number(text string) (*big.Int, bool) {
	base, digits := 10, "0123456789"
	switch {
	case text == "":
		return nil, false
	case len(text) >= 2 && strings.EqualFold(text[:2], "0x"):
		text, base, digits = text[2:], 16, "0123456789abcdefABCDEF"
	case len(text) >= 2 && text[0] == '0':
		text, base, digits = text[1:], 8, "01234567"
	}
	if strings.Trim(text, digits) != "" {
		return nil, false
	}
	if text == "" {
		return new(big.Int), true
	}
	return new(big.Int).SetString(text, base)
}

// parseIPv6 returns an address in its shortest form, with brackets.
func parseIPv6(text string) (string, error) {
	ip, err := netip.ParseAddr(text)
	if err != nil || !ip.Is6() || ip.Zone() != "" {
		return "", errURL
	}
	bytes := ip.As16()
	var pieces [8]uint16
	for i := range pieces {
		pieces[i] = uint16(bytes[2*i])<<8 | uint16(bytes[2*i+1])
	}
	from, length := -1, 1 // the longest run of zeros, of two at least
	for i := 0; i < 8; i++ {
		n := 0
		for i+n < 8 && pieces[i+n] == 0 {
			n++
		}
		if n > length {
			from, length = i, n
		}
		i += n
	}
	var b strings.Builder
	b.WriteByte('[')
	for i := 0; i < 8; i++ {
		if i == from {
			b.WriteString("::")
			i += length - 1
			continue
		}
		if i > 0 && i != from+length {
			b.WriteByte(':')
		}
		b.WriteString(strconv.FormatUint(uint64(pieces[i]), 16))
	}
	b.WriteByte(']')
	return b.String(), nil
}
