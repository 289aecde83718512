package ledger

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTilePath(t *testing.T) {
	for s, want := range map[string]TilePath{
		"tile/0/000":                     {Level: 0, N: 0, Width: 256},
		"tile/0/067.p/1":                 {Level: 0, N: 67, Width: 1},
		"tile/3/x001/x234/067.p/112":     {Level: 3, N: 1_234_067, Width: 112},
		"tile/63/x001/000":               {Level: 63, N: 1000, Width: 256},
		"tile/entries/x123/456.p/255":    {Entries: true, N: 123_456, Width: 255},
		"tile/0/x009/x223/x372/x036/854": {Level: 0, N: 9_223_372_036_854, Width: 256},
	} {
		got, err := ParseTilePath(s)
		if err != nil || got != want {
			t.Errorf("ParseTilePath(%q) = %+v, %v, want %+v", s, got, err, want)
		}
		if got := want.String(); got != s {
			t.Errorf("%+v.String() = %q, want %q", want, got, s)
		}
	}
	for _, s := range []string{
		"", "/tile/0/000", "tile", "tile/", "tile/0", "tile/0/", "tile//000", "tile/64/000", "tile/00/000", "tile/-1/000",
		"tile/+1/000", "tile/data/000", "tile/Entries/000", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/x000/000",
		"tile/0/001/000", "tile/0/x001", "tile/0/x001/x000", "tile/0/+01", "tile/0/-01", "tile/0/ 01", "tile/0/000/",
		"tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/1/",
		"tile/0/000.p/1.p/1", "tile/8/0/000", "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/0/../000", "tile/0/000?x",
	} {
		if p, err := ParseTilePath(s); err == nil {
			t.Errorf("ParseTilePath(%q) = %+v, want an error", s, p)
		}
	}
}

func FuzzParseTilePath(f *testing.F) {
	f.Add("tile/3/x001/x234/067.p/112")
	f.Add("tile/entries/000")
	f.Add("tile/0/x009/x223/x372/x036/x854/x775/807")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParseTilePath(s)
		if err != nil {
			return
		}
		if got := p.String(); got != s {
			t.Errorf("ParseTilePath(%q) takes what String writes as %q", s, got)
		}
		if p.N < 0 || p.Width < 1 || p.Width > TileWidth || p.Level < 0 || p.Level > 63 {
			t.Errorf("ParseTilePath(%q) = %+v", s, p)
		}
		_ = p.In(1 << 62)
	})
}

func TestEntryBundle(t *testing.T) {
	statements := [][]byte{[]byte("one"), {}, bytes.Repeat([]byte("x"), MaxStatement)}
	bundle, err := EntryBundle(statements...)
	if err != nil {
		t.Fatal(err)
	}
	if want := "\x00\x03one\x00\x00\xff\xffxxx"; !strings.HasPrefix(string(bundle), want) {
		t.Errorf("the bundle begins %q, want %q", bundle[:len(want)], want)
	}
	got, err := ParseEntryBundle(bundle)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(statements, got); diff != "" {
		t.Errorf("statements differ (-want +got):\n%.500s", diff)
	}
	if _, err := EntryBundle(make([]byte, MaxStatement+1)); err == nil {
		t.Error("a statement that is too long was bundled")
	}
	for _, cut := range []string{"\x00", "\x00\x01", "\x00\x01a\x00", "\xff\xffabc"} {
		if _, err := ParseEntryBundle([]byte(cut)); err == nil {
			t.Errorf("ParseEntryBundle(%q) succeeded", cut)
		}
	}
}

func FuzzParseEntryBundle(f *testing.F) {
	f.Add([]byte("\x00\x03one\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		statements, err := ParseEntryBundle(b)
		if err != nil {
			return
		}
		again, err := EntryBundle(statements...)
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("bundle %q came back as %q, %v", b, again, err)
		}
	})
}
