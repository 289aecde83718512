package spool

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// What is written, in whatever pieces, is read again, and nothing is left on disk.
func TestWhatIsKeptIsRead(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{0, 1, inMemory - 1, inMemory, inMemory + 1, 3 * inMemory}).Draw(t, "size")
		want := bytes.Repeat([]byte("0123456789abcdef"), size/16+1)[:size]
		f := &File{}
		for rest := want; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			if _, err := f.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		for range 2 {
			got, err := io.ReadAll(f.Reader())
			if err != nil || !bytes.Equal(got, want) || f.Size() != int64(size) {
				t.Fatalf("%d bytes of %d, %v", len(got), size, err)
			}
		}
		if err := errors.Join(f.Close(), f.Close()); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
			t.Fatalf("left on disk: %v %v", left, err)
		}
	})
}

// A body that breaks off leaves nothing.
func TestBodyThatBreaksOff(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	broken := errors.New("the line broke")
	f, err := Keep(io.MultiReader(strings.NewReader(strings.Repeat("x", 2*inMemory)), iotest.ErrReader(broken)))
	if f != nil || !errors.Is(err, broken) {
		t.Errorf("%v, %v", f, err)
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left on disk: %v %v", left, err)
	}
}
