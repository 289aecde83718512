package registry

import (
	"slices"

	"github.com/ewtp/entente/policies"
)

// What is closed, and what must hold of it from then on.

// closeDown closes one of those that came later, rather than one of those that everybody
// else's moves need.
func (w *world) closeDown() policies.Command {
	const founders = 6
	ids := w.ids["org"]
	c := policies.CloseOrganisation{OrganisationID: w.any("org"), Reason: w.word()}
	if len(ids) > founders && w.rnd.IntN(6) > 0 {
		c.OrganisationID = oneOf(w, ids[founders:]...)
	}
	return c
}

// holdClosing: it was not closed before, nor the secretariat, and is left as the last sponsor
// of nothing that hasn't ended.
func (w *world) holdClosing(e *policies.OrganisationClosed, before, after policies.Organisation) policies.Organisation {
	if !before.ClosedAt.IsZero() || before.Kind == policies.Secretariat || before.ID != e.OrganisationID {
		w.fail("%+v closed %+v", e, before)
	}
	before.ClosedAt, before.Closing = after.ClosedAt, after.Closing
	return before
}

// holdClosed: who was closed has no member and no voice, is invited nobody, and has no part in
// what hasn't ended.
func (w *world) holdClosed(is shot) {
	for _, id := range w.ids["org"] {
		o := read[policies.Organisation](is, id)
		if o.ClosedAt.IsZero() {
			continue
		}
		voices, err := w.model.VoicesIn(o.Kind, nil)
		w.ok(err)
		if _, members, err := w.model.Headcount(id); err != nil || members > 0 || slices.ContainsFunc(voices, func(v policies.Organisation) bool { return v.ID == id }) {
			w.fail("%+v was closed, and has %d members, %v", o, members, err)
		}
		for _, inv := range w.ids["inv"] {
			if i := read[policies.Invitation](is, inv); i.OrganisationID == id && i.Pending() {
				w.fail("%+v is to %+v", i, o)
			}
		}
		for _, doc := range w.ids["doc"] {
			d := read[policies.Document](is, doc)
			ended := slices.Contains([]policies.Phase{policies.Withdrawn, policies.PhaseSuperseded, policies.PhaseExpired, policies.PhaseRepealed}, d.Phase(w.last))
			if slices.Contains(slices.Concat(d.Offered, d.Readers), id) || !ended && slices.Contains(d.Sponsors, id) {
				w.fail("%+v has a part in %+v", o, d)
			}
		}
		for _, bal := range w.ids["bal"] {
			w.holdUncounted(read[policies.Ballot](is, bal), o)
		}
	}
}

// holdUncounted: in a ballot that is open an organisation that was closed changes no tally,
// whatever it had said.
func (w *world) holdUncounted(b policies.Ballot, o policies.Organisation) {
	positions, err := w.model.Positions(b.ID)
	w.ok(err)
	mine := func(p policies.Position) bool { return p.OrganisationID == o.ID }
	if _, in := b.Elector(o.ID); !in || !b.IsOpen(w.last) || !slices.ContainsFunc(positions, mine) {
		return
	}
	others := slices.DeleteFunc(slices.Clone(positions), mine)
	if !slices.Equal(b.Tallies(positions), b.Tallies(others)) {
		w.fail("what %s said counts in %+v, though it was closed", o.ID, b)
	}
}
