package bridge

import (
	"encoding/json"
	"reflect"
	"strings"
)

// Bool is a boolean as pages send it: true, "true", 1, "1" and their opposites; "" is false. Anything else is refused by a
// *json.UnmarshalTypeError. Of a *Bool, nil is one that was not sent.
type Bool bool

// Or returns the value, or absent where none was sent.
func (b *Bool) Or(absent bool) bool {
	if b == nil {
		return absent
	}
	return bool(*b)
}

// UnmarshalJSON implements json.Unmarshaler; null leaves the value as it is.
func (b *Bool) UnmarshalJSON(text []byte) error {
	switch strings.ToLower(strings.Trim(string(text), `"`)) {
	case "null":
	case "true", "1":
		*b = true
	case "false", "0", "":
		*b = false
	default:
		return &json.UnmarshalTypeError{Value: clip(text, 40), Type: reflect.TypeFor[bool]()}
	}
	return nil
}

// TypeScript implements typescript.Typed.
func (Bool) TypeScript() string { return "boolean | 'true' | 'false' | 0 | 1 | '0' | '1'" }
