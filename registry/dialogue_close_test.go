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

// merge proposes that one of those that came later, rather, becomes part of another; or it
// agrees to what was proposed.
func (w *world) merge() policies.Command {
	ids := w.ids["org"]
	if w.rnd.IntN(3) > 0 {
		for _, i := range w.rnd.Perm(len(ids)) {
			if o, err := w.model.Organisation(ids[i]); err == nil && o.Merge.Into != "" {
				return policies.MergeOrganisations{OrganisationID: o.ID, Into: o.Merge.Into}
			}
		}
	}
	c := policies.MergeOrganisations{OrganisationID: w.closeDown().(policies.CloseOrganisation).OrganisationID, Into: w.any("org"), Reason: w.word()}
	o, _ := w.model.Organisation(c.OrganisationID)
	for range 8 {
		if into, _ := w.model.Organisation(c.Into); into.Kind == o.Kind && into.ID != o.ID && into.ClosedAt.IsZero() {
			break
		}
		c.Into = w.any("org")
	}
	return c
}

// heirOf is whom an event gives what an organisation leaves, "" for nobody; ok is false for
// one that closes none.
func heirOf(ev policies.Event) (id, heir string, ok bool) {
	switch e := ev.(type) {
	case *policies.OrganisationClosed:
		return e.OrganisationID, "", true
	case *policies.OrganisationMerged:
		return e.OrganisationID, e.Into, true
	}
	return "", "", false
}

// handedOn are organisations after one of them left what it had to its heir.
func handedOn(list []string, id, heir string) (left []string) {
	for _, o := range list {
		switch {
		case o != id:
			left = append(left, o)
		case heir != "" && !slices.Contains(list, heir):
			left = append(left, heir)
		}
	}
	return left
}

// holdMerger: what was proposed and agreed to by those who are there is merged; and it is of
// one kind with its heir, which is open.
func (w *world) holdMerger(ev policies.Event, before, after policies.Organisation, was shot) policies.Organisation {
	switch e := ev.(type) {
	case *policies.MergeProposed:
		before.Merge = policies.MergeProposal{Into: e.Into, Reason: e.Reason, At: w.last}
	case *policies.MergeAgreed:
		if before.Merge.Into != e.Into || before.Merge.Agreed != "" || e.Side != before.ID && e.Side != e.Into {
			w.fail("%+v agreed to %+v", e, before)
		}
		before.Merge.Agreed = e.Side
	case *policies.OrganisationMerged:
		into := read[policies.Organisation](was, e.Into)
		if before.Kind != into.Kind || before.Kind == policies.Secretariat || !before.ClosedAt.IsZero() || !into.ClosedAt.IsZero() || before.ID == into.ID ||
			before.Kind == policies.Government && before.Jurisdiction != into.Jurisdiction {
			w.fail("%+v merged %+v into %+v", e, before, into)
		}
		before.ClosedAt, before.Closing, before.MergedInto, before.Merge = w.last, e.Reason, e.Into, policies.MergeProposal{}
	}
	return before
}

// holdDeparture: a ballot that is open gives the seat of one that was closed to its heir, and
// every ballot notes who left.
func (w *world) holdDeparture(ev policies.Event, before, after policies.Ballot) {
	id, heir, _ := heirOf(ev)
	seat, had := before.Elector(id)
	if _, has := before.Elector(heir); before.IsOpen(w.last) && heir != "" && had && !has {
		seat.OrganisationID = heir
		before.Electorate = append(before.Electorate, seat)
	}
	before.Departures = append(before.Departures, policies.Departure{OrganisationID: id, Into: heir, At: w.last, Counted: !before.IsOpen(w.last)})
	w.same(ev, before, after)
}

// holdInheritance: in an open ballot an heir that had said nothing says what the other did, and
// nothing else changes.
func (w *world) holdInheritance(ev policies.Event, b policies.Ballot, before, after []policies.Position) {
	id, heir, _ := heirOf(ev)
	of := func(list []policies.Position, id string) (p policies.Position, ok bool) {
		i := slices.IndexFunc(list, func(p policies.Position) bool { return p.OrganisationID == id })
		if i < 0 {
			return p, false
		}
		return list[i], true
	}
	theirs, spoke := of(before, id)
	if _, own := of(before, heir); heir == "" || !spoke || own || !b.IsOpen(w.last) {
		w.fail("%s changed the positions of %+v: %+v, then %+v", ev.Kind(), b, before, after)
	}
	theirs.OrganisationID, theirs.InheritedFrom = heir, id
	got, _ := of(after, heir)
	w.same(ev, theirs, got)
	w.same(ev, before, slices.DeleteFunc(slices.Clone(after), func(p policies.Position) bool { return p.OrganisationID == heir }))
}

// holdEndorsedOnce: of two that were merged at most one says something of a comment on what
// isn't settled.
func (w *world) holdEndorsedOnce(is shot, o policies.Organisation) {
	for _, cmt := range w.ids["cmt"] {
		k := read[policies.Comment](is, cmt)
		if d := read[policies.Document](is, k.DocumentID); !d.AdoptedAt.IsZero() || !d.WithdrawnAt.IsZero() {
			continue
		}
		if e, err := w.model.Endorsement(cmt, o.ID); err == nil && e.Position != policies.NoLongerSays && o.MergedInto != "" {
			w.fail("%+v was merged, and says %+v", o, e)
		}
	}
}

// holdClosing: it was not closed before, nor the secretariat, and is left as the last sponsor
// of nothing that hasn't ended.
func (w *world) holdClosing(e *policies.OrganisationClosed, before, after policies.Organisation) policies.Organisation {
	if !before.ClosedAt.IsZero() || before.Kind == policies.Secretariat || before.ID != e.OrganisationID {
		w.fail("%+v closed %+v", e, before)
	}
	before.ClosedAt, before.Closing, before.Merge = after.ClosedAt, after.Closing, policies.MergeProposal{}
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
			w.holdUncounted(is, read[policies.Ballot](is, bal), o)
		}
		w.holdEndorsedOnce(is, o)
	}
}

// holdUncounted: in a ballot that is open an organisation that was closed changes no tally,
// whatever it had said. What was withdrawn has no ballot any more that anything could count in.
func (w *world) holdUncounted(is shot, b policies.Ballot, o policies.Organisation) {
	positions, err := w.model.Positions(b.ID)
	w.ok(err)
	mine := func(p policies.Position) bool { return p.OrganisationID == o.ID }
	d := read[policies.Document](is, b.DocumentID)
	if _, in := b.Elector(o.ID); !in || !d.WithdrawnAt.IsZero() || !b.IsOpen(w.last) || !slices.ContainsFunc(positions, mine) {
		return
	}
	others := slices.DeleteFunc(slices.Clone(positions), mine)
	if !slices.Equal(b.Tallies(positions), b.Tallies(others)) {
		w.fail("what %s said counts in %+v, though it was closed", o.ID, b)
	}
}
