package web

import (
	"strconv"
	"strings"

	"rsc.io/qr"
)

// codeQuiet is how many modules of white are around a QR code (ISO/IEC 18004).
const codeQuiet = 4

// codeOf is a QR code as the path of an SVG, a run of black modules at a time, and how many
// modules wide it is with the white around; "" for words that no code holds.
func codeOf(words string) (path string, size int) {
	code, err := qr.Encode(words, qr.M)
	if err != nil {
		return "", 0
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				b.WriteString("M" + strconv.Itoa(from+codeQuiet) + " " + strconv.Itoa(y+codeQuiet) + "h" + strconv.Itoa(x-from) + "v1h-" + strconv.Itoa(x-from) + "z")
			}
		}
	}
	return b.String(), code.Size + 2*codeQuiet
}
