package views

import (
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/standards"
)

// checkInForce: what the list says is in force, somewhere or in a jurisdiction, is what
// each instrument says of itself, just before and at each of its dates.
func (d *dialogue) checkInForce(db *DB) {
	d.t.Helper()
	var moments []time.Time
	for _, id := range d.instruments {
		in, _ := d.memory.Instrument(id)
		for _, s := range in.Spans() {
			moments = append(moments, s.From.At, s.From.At.Add(-time.Millisecond))
			if s.End != nil {
				moments = append(moments, s.End.At, s.End.At.Add(-time.Millisecond))
			}
		}
	}
	for _, at := range moments {
		for _, party := range []string{"", "EE", "NZ-AUK", "LV"} {
			list, err := db.InstrumentList(ctx, InstrumentFilter{InForceAt: at, Party: party}, Page{First: MaxPage})
			var got, want []string
			for _, in := range list.Items {
				got = append(got, in.ID)
			}
			for _, id := range d.instruments {
				in, _ := d.memory.Instrument(id)
				if in.At(at) == standards.InForce && (party == "" || in.AtIn(at, party) == standards.InForce) {
					want = append(want, id)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				d.t.Errorf("in force at %s in %q (-as they say +listed), %v:\n%s", at, party, err, diff)
			}
		}
	}
}
