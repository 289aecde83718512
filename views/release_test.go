package views

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/standards"
)

// A law that is carried by five releases, looked at page by page.
func TestInstrumentReleases(t *testing.T) {
	db := openTest(t)
	tx := begin(t, db)
	for n := 1; n <= 5; n++ {
		instruments := []string{"ins_1"}
		if n > 3 {
			instruments = append(instruments, "ins_2")
		}
		if err := tx.AddRelease(standards.Release{ID: fmt.Sprint("rel_", n), RuleSetID: "rst_1", Number: n, Instruments: instruments}); err != nil {
			t.Fatal(err)
		}
	}
	commit(t, tx)
	for _, tc := range []struct {
		p    Page
		want string
	}{
		{Page{First: 2}, "ins_1: 5 4 more; ins_2: 5 4"}, {Page{Last: 2}, "ins_1: 2 1 before; ins_2: 5 4"}, {Page{First: 9}, "ins_1: 5 4 3 2 1; ins_2: 5 4"},
	} {
		m, err := db.InstrumentReleases(ctx, []string{"ins_1", "ins_2", "ins_3"}, time.Time{}, tc.p)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, id := range []string{"ins_1", "ins_2", "ins_3"} {
			l, ok := m[id]
			if !ok {
				continue
			}
			s := id + ":"
			for _, r := range l.Items {
				s += fmt.Sprint(" ", r.Number)
			}
			if l.HasNext {
				s += " more"
			}
			if l.HasPrevious {
				s += " before"
			}
			got = append(got, s)
		}
		if diff := cmp.Diff(tc.want, strings.Join(got, "; ")); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", tc.p, diff)
		}
	}
	m, err := db.InstrumentReleases(ctx, []string{"ins_1"}, time.Time{}, Page{First: 1})
	if err != nil {
		t.Fatal(err)
	}
	m, err = db.InstrumentReleases(ctx, []string{"ins_1"}, time.Time{}, Page{First: 1, After: m["ins_1"].Cursors[0]})
	if err != nil || m["ins_1"].Items[0].Number != 4 {
		t.Errorf("after the newest comes %+v, %v", m, err)
	}
}
