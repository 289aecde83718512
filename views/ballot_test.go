package views

import (
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
)

// put brings the first document to a ballot, lest few dialogues hold one.
func (d *dialogue) put() {
	id := d.documents[0]
	d.keep(&d.revisions, policies.CommitRevision{DocumentID: id, Source: "Paragraph 0 of words number1.\n"})
	d.keep(nil, policiestest.From(id, d.now.Add(10*time.Hour)))
	d.keep(&d.consultations, policies.OpenConsultation{DocumentID: id, Closes: local(d.now.Add(time.Minute)), Zone: "UTC", Late: policies.LateRefused})
	d.now = d.now.Add(2 * time.Minute)
	d.openBallot(id)
	for range 3 {
		d.cast()
	}
}

func (d *dialogue) openBallot(document string) {
	d.keep(&d.ballots, policies.OpenBallot{DocumentID: document, Zone: "UTC",
		Closes:  local(d.now.Add(time.Duration(rapid.IntRange(1, 200).Draw(d.t, "minutes")) * time.Minute)),
		Secrecy: rapid.SampledFrom(policies.Secrecies).Draw(d.t, "secrecy")})
}

// cast takes a position, or clears one that blocks.
func (d *dialogue) cast() {
	switch rapid.IntRange(0, 9).Draw(d.t, "cancel") {
	case 0:
		d.keep(nil, policies.CancelBallot{BallotID: d.any(d.ballots), Reason: "a mistake"})
	case 1:
		d.keep(nil, policies.CloseBallotEarly{BallotID: d.any(d.ballots), Reason: "all have spoken"})
	case 2:
		d.keep(nil, policies.CancelConsultation{ConsultationID: d.any(d.consultations), Reason: "a mistake"})
	}
	if rapid.IntRange(0, 3).Draw(d.t, "clear") == 0 {
		d.keep(nil, policies.ClearBlock{BallotID: d.any(d.ballots), Text: "for another reason"})
		return
	}
	d.keep(nil, policies.CastPosition{BallotID: d.any(d.ballots), Text: "for a reason",
		Position: rapid.SampledFrom(append([]policies.Vote{policies.Yes}, policies.Votes...)).Draw(d.t, "position")})
}

// checkBallots: they are listed with their documents, the open ones as they close.
func (d *dialogue) checkBallots(db *DB, a policies.Actor) {
	voice := d.actors[1].OrganisationID
	for _, f := range []BallotFilter{{}, {OpenAt: d.now}, {Elector: voice}, {DocumentID: d.documents[0]}, {AsOf: d.now.Add(-time.Hour)}} {
		var want, got []string
		for _, id := range d.ballots {
			b, _ := d.memory.Ballot(id)
			doc, _ := d.memory.Document(b.DocumentID)
			_, elector := b.Elector(voice)
			if d.may(a, policies.ReadingDocument, b.DocumentID, 0) && (f.Elector == "" || elector) && (f.DocumentID == "" || f.DocumentID == b.DocumentID) &&
				(f.AsOf.IsZero() || !b.OpensAt.After(f.AsOf)) && (f.OpenAt.IsZero() || b.IsOpen(f.OpenAt) && doc.WithdrawnAt.IsZero()) {
				want = append(want, id)
			}
		}
		l, err := db.BallotList(ctx, a, f, Page{First: 100})
		if err != nil {
			d.t.Fatal(err)
		}
		for _, b := range l.Items {
			got = append(got, b.ID)
		}
		if !slices.IsSortedFunc(l.Items, func(x, y policies.Ballot) int { return x.ClosesAt.Compare(y.ClosesAt) }) && !f.OpenAt.IsZero() {
			d.t.Errorf("open ballots in the order %v", got)
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			d.t.Errorf("ballots of %+v by %+v (-want +got):\n%s", a, f, diff)
		}
	}
	found, err := db.Ballots(ctx, a, append(d.ballots, "bal_none"))
	if err != nil || len(found) > len(d.ballots) {
		d.t.Errorf("%d ballots by ID: %v", len(found), err)
	}
}
