package policies

import (
	"slices"
	"time"
)

// A Side is one of the two that take something back together, or end it early: neither
// does so alone to those who have spoken.
type Side string

const (
	SponsorSide     Side = "sponsors"
	SecretariatSide Side = "secretariat"
)

// Sides are both of them.
var Sides = []Side{SponsorSide, SecretariatSide}

// An Asking is what one side says who asks for something that takes both.
type Asking struct {
	OrganisationID string `json:"organisation,omitempty"`
	Side           Side   `json:"side"`
	Reason         string `json:"reason"`
	By             string `json:"by,omitempty"`
}

// A JointRequest is an Asking on record; At is zero where there is none.
type JointRequest struct {
	Asking
	At time.Time
}

// IsZero says whether nobody asked.
func (q JointRequest) IsZero() bool { return q.At.IsZero() }

// asksFor makes what the actor says who asks for something about a document, and says
// whether it is done by that: where a sponsor may do it alone, or the other side has asked
// before. Who asks twice is refused: it waits for the other side.
func (d *Document) asksFor(a Actor, before JointRequest, alone bool, field, reason string) (q Asking, done bool, err error) {
	q = Asking{OrganisationID: a.OrganisationID, Side: d.sideOf(a), Reason: reason, By: a.MemberID}
	stands := d.isAsked(before)
	switch {
	case q.Side == SponsorSide && alone, stands && before.Side != q.Side:
		return q, true, nil
	case stands:
		return q, false, errConflict(field, "the %s asked for that at %s: the other side has to agree", q.Side, before.At.Format(time.RFC3339))
	}
	return q, false, nil
}

// sideOf returns the side on which the actor speaks about a document.
func (d *Document) sideOf(a Actor) Side {
	if isSponsor(a, d) {
		return SponsorSide
	}
	return SecretariatSide
}

// isAsked says whether a request stands: what a sponsor asked for that has resigned since
// isn't asked any more.
func (d *Document) isAsked(q JointRequest) bool {
	return !q.IsZero() && (q.Side == SecretariatSide || slices.Contains(d.Sponsors, q.OrganisationID))
}

// WaitsFor says whether a request stands on a document and waits for the actor's side; who
// may agree is for [May] to say.
func (q JointRequest) WaitsFor(a Actor, d *Document) bool {
	return d.isAsked(q) && q.Side != d.sideOf(a)
}
