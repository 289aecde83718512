package wire

import (
	"testing"
	"time"
)

func TestMoments(t *testing.T) {
	at := time.Date(2026, 11, 26, 11, 33, 30, 5_999_999, time.FixedZone("", 3600))
	const id = "doc_01h45ytscbebyvny4gc8cr8ma2"
	if got := IDAt(id, at); got != id+"@2026-11-26T10:33:30.005Z" {
		t.Errorf("got %s", got)
	}
	for in, want := range map[string]string{
		IDAt(id, at): id, IDAt("rev_1/a%40b", at): "rev_1/a%40b", id: "", "": "", "@": "", id + "@": "", id + "@2026-11-26": "", id + "@2026-11-26T10:33:30Z": "",
		"@2026-11-26T10:33:30.005Z": "", id + "@2026-11-26T11:33:30.005+01:00": "", id + "@0001-01-01T00:00:00.000Z": "",
	} {
		present, moment := CutMoment(in)
		if want == "" && (present != in || !moment.IsZero()) || want != "" && (present != want || !moment.Equal(at.Truncate(time.Millisecond))) {
			t.Errorf("%q is %q at %v", in, present, moment)
		}
	}
}

func FuzzCutMoment(f *testing.F) {
	f.Add("doc_1@2026-11-26T10:33:30.005Z")
	f.Fuzz(func(t *testing.T, s string) {
		present, at := CutMoment(s)
		if back := IDAt(present, at); !at.IsZero() && back != s || at.IsZero() && present != s {
			t.Errorf("%q is %q at %v", s, present, at)
		}
	})
}
