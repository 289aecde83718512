package web

import (
	"regexp"
	"strconv"
	"testing"

	"rsc.io/qr"
)

// The path has the code's black modules and no other, with white around it.
func TestCodeOf(t *testing.T) {
	for _, words := range []string{"x", "https://registry.example/documents/EWTP-R-2026-014/comments/93"} {
		path, size := codeOf(words)
		code, err := qr.Encode(words, qr.M)
		if err != nil {
			t.Fatal(err)
		}
		black := map[[2]int]bool{}
		for _, run := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(path, -1) {
			x, _ := strconv.Atoi(run[1])
			y, _ := strconv.Atoi(run[2])
			n, _ := strconv.Atoi(run[3])
			for i := range n {
				black[[2]int{x + i, y}] = true
			}
		}
		if size != code.Size+8 {
			t.Errorf("%s: %d wide, want %d", words, size, code.Size+8)
		}
		for y := range size {
			for x := range size {
				if want := code.Black(x-codeQuiet, y-codeQuiet); black[[2]int{x, y}] != want {
					t.Fatalf("%s: (%d, %d) is black: %v, want %v", words, x, y, !want, want)
				}
			}
		}
	}
	if path, _ := codeOf(string(make([]byte, 10_000))); path != "" {
		t.Error("a code holds 10,000 bytes")
	}
}
