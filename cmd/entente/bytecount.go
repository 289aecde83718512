package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A byteCount is a number of bytes, "10GiB", or "off" for as many as there are.
type byteCount int64

// byteUnits are what a number of bytes is counted in.
var byteUnits = []struct {
	name  string
	bytes int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"B", 1}}

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *byteCount) UnmarshalText(text []byte) error {
	if string(text) == "off" {
		*b = math.MaxInt64
		return nil
	}
	for _, unit := range byteUnits {
		digits, ok := strings.CutSuffix(string(text), unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n < 1 || n > math.MaxInt64/unit.bytes {
			break
		}
		*b = byteCount(n * unit.bytes)
		return nil
	}
	return fmt.Errorf("%q is neither off nor a number of bytes such as 500MiB or 10GiB", text)
}
