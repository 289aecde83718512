package graph

import (
	"fmt"
	"testing"

	"github.com/ewtp/entente/policies"
)

// A mistake is taken back on the record: a ballot is cancelled or closed early by both
// sides where somebody has spoken.
func TestBothSidesCancelABallot(t *testing.T) {
	c := newChamber(t)
	c.open()
	c.mutate("kenya", "cancelBallot", `{"ballotId": "$ballot", "reason": "No."}`, "ledgerPosition").refused(t, "FORBIDDEN", pathOf("input ballotId"))
	c.mutate("loom", "cancelBallot", `{"ballotId": "$ballot", "reason": "A mistake."}`, `ballot { isOpen carried cancelAsked { reason } cancelled { side reason organisation { name } } document { phase ballot { id } } }`).same(t,
		`{"cancelBallot": {"ballot": {"isOpen": false, "carried": null, "cancelAsked": null, "cancelled": {"side": "SPONSORS", "reason": "A mistake.", "organisation": {"name": "The loom"}}, "document": {"phase": "REVIEW", "ballot": null}}}}`)
	c.open()
	c.cast("ferry", "DISCUSS", "zanzibar")
	both := `ballot { isOpen cancelAsked { side reason } cancelled { side reason } tallies { discuss } positions { edges { node { text } } } document { phase } }`
	c.mutate("loom", "cancelBallot", `{"ballotId": "$ballot", "reason": "A mistake."}`, both).same(t,
		`{"cancelBallot": {"ballot": {"isOpen": true, "cancelAsked": {"side": "SPONSORS", "reason": "A mistake."}, "cancelled": null, "tallies": null, "positions": {"edges": []}, "document": {"phase": "BALLOT"}}}}`)
	c.mutate("loom", "cancelBallot", `{"ballotId": "$ballot", "reason": "Again."}`, both).refused(t, "CONFLICT", pathOf("input ballotId"))
	c.mutate("office", "cancelBallot", `{"ballotId": "$ballot", "reason": "It is."}`, both).same(t,
		`{"cancelBallot": {"ballot": {"isOpen": false, "cancelAsked": {"side": "SPONSORS", "reason": "A mistake."}, "cancelled": {"side": "SECRETARIAT", "reason": "It is."}, "tallies": null, "positions": {"edges": []}, "document": {"phase": "REVIEW"}}}}`)
	c.clock.forward(9 * day)
	c.show("", `{ node(id: "$ballot") { ... on Ballot { carried tallies { yes } positions { edges { cursor } } } } ballots(filter: {openNow: true}) { edges { cursor } } }`).same(t,
		`{"node": {"carried": null, "tallies": null, "positions": {"edges": []}}, "ballots": {"edges": []}}`)
}

func TestBothSidesCloseABallotEarly(t *testing.T) {
	c := newChamber(t)
	c.open()
	early := `ballot { isOpen closeAsked { side } closedEarly { side reason } tallies { yes } }`
	c.mutate("loom", "closeBallotEarly", `{"ballotId": "$ballot", "reason": "Enough."}`, early).refused(t, "CONFLICT", pathOf("input ballotId"))
	for _, who := range []string{"estonia", "kenya", "ferry", "loom", "crane"} {
		c.cast(who, "YES", "")
	}
	c.mutate("office", "closeBallotEarly", `{"ballotId": "$ballot", "reason": "All have spoken."}`, early).same(t,
		`{"closeBallotEarly": {"ballot": {"isOpen": true, "closeAsked": {"side": "SECRETARIAT"}, "closedEarly": null, "tallies": null}}}`)
	c.mutate("loom", "closeBallotEarly", `{"ballotId": "$ballot", "reason": "They have."}`, early).same(t,
		`{"closeBallotEarly": {"ballot": {"isOpen": false, "closeAsked": {"side": "SECRETARIAT"}, "closedEarly": {"side": "SPONSORS", "reason": "They have."}, "tallies": [{"yes": 2}, {"yes": 3}]}}}`)
}

func TestBothSidesCancelAConsultation(t *testing.T) {
	w := newWorld(t)
	law, _ := w.law("Parcels", lawText)
	c := chamber{w, map[string]any{"document": law, "csn": w.open(law)}}
	fields := `consultation { isOpen cancelAsked { side } cancelled { side reason } document { phase consultation { id } } }`
	w.do(w.actor("ferry"), policies.SubmitComment{ConsultationID: fmt.Sprint(c.ids["csn"]), CommentWords: policies.CommentWords{Stance: policies.Oppose, Type: policies.General, Text: "No."}})
	c.mutate("ferry", "cancelConsultation", `{"consultationId": "$csn", "reason": "No."}`, fields).refused(t, "FORBIDDEN", pathOf("input consultationId"))
	c.mutate("estonia", "cancelConsultation", `{"consultationId": "$csn", "reason": ""}`, fields).refused(t, "INVALID", pathOf("input reason"))
	c.mutate("estonia", "cancelConsultation", `{"consultationId": "$csn", "reason": "A wrong year."}`, fields).same(t,
		c.fill(`{"cancelConsultation": {"consultation": {"isOpen": true, "cancelAsked": {"side": "SPONSORS"}, "cancelled": null, "document": {"phase": "CONSULTATION", "consultation": {"id": "$csn"}}}}}`))
	c.mutate("office", "cancelConsultation", `{"consultationId": "$csn", "reason": "So it is."}`, fields).same(t,
		`{"cancelConsultation": {"consultation": {"isOpen": false, "cancelAsked": {"side": "SPONSORS"}, "cancelled": {"side": "SECRETARIAT", "reason": "So it is."}, "document": {"phase": "DRAFT", "consultation": null}}}}`)
	c.show("", `{ document(by: {id: "$document"}) { phase comments { totalCount } consultations { edges { node { cancelled { reason } } } } } consultations(filter: {openNow: true}) { edges { cursor } }
		calendar(filter: {from: "2026-03-03T00:00:00Z", to: "2027-01-01T00:00:00Z"}) { edges { cursor } } }`).same(t,
		`{"document": {"phase": "DRAFT", "comments": {"totalCount": 1}, "consultations": {"edges": [{"node": {"cancelled": {"reason": "So it is."}}}]}}, "consultations": {"edges": []}, "calendar": {"edges": []}}`)
}
