package graph

import "testing"

// What can't be answered is null by itself; the changes that were made and the lists that were read
// are answered beside it.
func TestOneRefusalLeavesTheRestAnswered(t *testing.T) {
	s := newStage(t)
	position := s.registry.Views().Position()
	a := s.ask("loom", `mutation($csn: ID!) {
		a: submitComment(input: {consultationId: $csn, stance: OPPOSE, text: "one"}) { comment { text } }
		b: submitComment(input: {consultationId: "csn_none", stance: OPPOSE, text: "two"}) { comment { text } }
		c: submitComment(input: {consultationId: $csn, stance: OPPOSE, text: "three"}) { comment { text } }
	}`, map[string]any{"csn": s.ids["csn"]})
	a.refused(t, "NOT_FOUND", []any{"input", "consultationId"})
	a.same(t, `{"a": {"comment": {"text": "one"}}, "b": null, "c": {"comment": {"text": "three"}}}`)
	if now := s.registry.Views().Position(); now != position+2 {
		t.Errorf("the ledger has %d more entries", now-position)
	}

	a = s.ask("loom", `{ documents(first: -1) { edges { node { id } } } ruleSets(first: 1) { edges { node { slug } } } }`, nil)
	a.refused(t, "INVALID", []any{"first"})
	a.same(t, `{"documents": null, "ruleSets": {"edges": [{"node": {"slug": "parcels"}}]}}`)
}
