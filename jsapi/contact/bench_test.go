package contact_test

import (
	"testing"

	"qinghost/jsapi/contact"
)

// The first picker of a team of 3,000 reads all their names.
func BenchmarkFirstPicker(b *testing.B) {
	team := large(b)
	for b.Loop() {
		contact.Params(b, contact.NewDirectory(team))
	}
}

func BenchmarkNextPicker(b *testing.B) {
	d := contact.NewDirectory(large(b))
	b.SetBytes(int64(len(contact.Params(b, d))))
	for b.Loop() {
		contact.Params(b, d)
	}
}

func BenchmarkDemo(b *testing.B) {
	for b.Loop() {
		contact.NewDirectory(contact.Demo())
	}
}

func BenchmarkLoadLarge(b *testing.B) {
	for b.Loop() {
		large(b)
	}
}
