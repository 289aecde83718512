package graph

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
)

const refunds = "# Refunds\n\n## 1. Days\n\nThe seller refunds the price within 30 days of the return. The buyer keeps the parcel.\n"

const quoted = `query($id: ID!, $to: ID!) { node(id: $id) { ... on Comment { carried(revisionId: $to) { fate quote { exact unchanged } } } } }`

// A quotation is taken as the text has it, whatever blanks a screen showed, and found later where its own
// sentence is said, not where another has the same words, however little of its surroundings it names.
func TestQuoteStaysInItsSentence(t *testing.T) {
	s := newStage(t)
	law, first := s.law("Refunds", refunds)
	csn := s.openOn(policiestest.From(law, s.clock.Now().Add(63*day)))
	s.ids["csn"], s.ids["days"] = csn, s.clause(first, "§1(1)")
	s.mutate("loom", "submitComment", `{"consultationId": "$csn", "clauseId": "$days", "stance": "OPPOSE", "type": "GENERAL", "text": "Too long.", "quote": {"exact": "within 40 days"}}`,
		"ledgerPosition").refused(t, "INVALID", []any{"input", "quote"})
	id := s.done("loom", "submitComment", `{"consultationId": "$csn", "clauseId": "$days", "stance": "OPPOSE", "type": "GENERAL", "text": "Too long.",
		"quote": {"exact": "within 30\u202fda\u00adys", "suffix": "\u00a0of"}}`, "comment { id quote { exact suffix } }")
	if id.at("submitComment.comment.quote.exact") != "within 30 days" || id.at("submitComment.comment.quote.suffix") != " of" {
		t.Errorf("recorded: %v", id.Data)
	}
	parent := first
	for _, x := range []struct{ now, want string }{
		{"The seller refunds the price within 30\u00a0days of the return. The buyer keeps the parcel.", `{"exact": "within 30\u00a0days", "unchanged": true}`},
		{"The carrier answers complaints within 30 days of arrival. The buyer keeps the parcel.", `null`},
		{"The carrier answers complaints within 30 days of arrival. The seller refunds the price within 30 days of the return.", `{"exact": "within 30 days", "unchanged": true}`},
		{"Nothing else is owed. The seller shall refund the full price within 14 days of the return.", `{"exact": "within 14 days", "unchanged": false}`},
	} {
		parent = s.do(s.actor("estonia"), policies.CommitRevision{DocumentID: law, Base: parent, Note: "n",
			Source: strings.Replace(refunds, "The seller refunds the price within 30 days of the return. The buyer keeps the parcel.", x.now, 1)}).Subject
		a := s.ok("estonia", quoted, map[string]any{"id": id.id("submitComment.comment.id"), "to": parent})
		if got := fmt.Sprint(a.at("node.carried.fate")); got == "GONE" {
			t.Errorf("%s: the clause is %s", x.now, got)
		}
		a.same(t, fmt.Sprintf(`{"node": {"carried": {"fate": %q, "quote": %s}}}`, a.at("node.carried.fate"), x.want))
	}
}
