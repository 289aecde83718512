package policiestest

import (
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// Date states a moment, to the second, as a date of law for all parties.
func Date(at time.Time) standards.LawDates {
	at = at.UTC().Truncate(time.Second)
	return standards.LawDates{{Local: policies.LocalTime(at, "UTC"), Zone: "UTC", At: at}}
}

// From proposes terms for a document: that it binds from a moment on.
func From(documentID string, at time.Time) policies.ProposeTerms {
	return policies.ProposeTerms{DocumentID: documentID, Terms: policies.Terms{From: Date(at)}}
}
