package main

import (
	"math"
	"testing"
)

func TestByteCount(t *testing.T) {
	for text, want := range map[string]byteCount{
		"1B": 1, "3KiB": 3 << 10, "500MiB": 500 << 20, "10GiB": 10 << 30, "8388607TiB": 8388607 << 40, "off": math.MaxInt64,
		"": 0, "10": 0, "GiB": 0, "0GiB": 0, "-1GiB": 0, "1.5GiB": 0, "10GB": 0, "8388608TiB": 0, "99999999999999999999B": 0, "OFF": 0,
	} {
		var got byteCount
		if err := got.UnmarshalText([]byte(text)); got != want || (err != nil) != (want == 0) {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
}
