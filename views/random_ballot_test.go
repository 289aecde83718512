package views

import (
	"time"

	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
)

// put brings the first document to a ballot, lest few dialogues hold one.
func (d *dialogue) put() {
	id := d.documents[0]
	d.keep(&d.revisions, policies.CommitRevision{DocumentID: id, Source: "Paragraph 0 of words number1.\n"})
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
	d.keep(nil, policies.CastPosition{BallotID: d.any(d.ballots), Text: "for a reason",
		Position: rapid.SampledFrom(append([]policies.Vote{policies.Yes}, policies.Votes...)).Draw(d.t, "position")})
}
