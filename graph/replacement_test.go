package graph

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

const acceptQuery = `mutation($input: AcceptReplacementInput!) { acceptReplacement(input: $input) { ledgerPosition repeated comment {
	disposition { outcome reason change { clauseId revision { number note source parent { number } credits { organisation { name } comment { id } } } } } } } }`

// proposal is a law in consultation and comments that propose other words for "(2) The sender pays.".
func (s stage) proposal(who, words string) string {
	s.t.Helper()
	return s.do(s.actor(who), policies.SubmitComment{ConsultationID: fmt.Sprint(s.ids["csn"]), CommentWords: policies.CommentWords{ClauseID: fmt.Sprint(s.ids["pay"]),
		Stance: policies.Amend, Type: policies.Substantive, Text: "Better so.", Replacement: words}}).Subject
}

func TestAcceptReplacement(t *testing.T) {
	s := newStage(t)
	buyer, carrier := s.proposal("loom", "(2) The buyer pays."), s.proposal("ferry", "(2) The carrier pays.")
	accept := func(who string, input map[string]any) response {
		return s.ask(who, acceptQuery, map[string]any{"input": input})
	}
	for who, code := range map[string]string{"": "UNAUTHENTICATED", "loom": "FORBIDDEN", "office": "FORBIDDEN", "kenya": "FORBIDDEN", "intern": "FORBIDDEN"} {
		accept(who, map[string]any{"commentId": buyer, "reason": "Yes."}).refused(t, code, []any{"input", "commentId"})
	}
	first := accept("estonia", map[string]any{"commentId": buyer, "reason": "Yes.", "note": "Who pays", "idempotencyKey": "k"})
	want := fmt.Sprintf(`{"acceptReplacement": {"ledgerPosition": %d, "repeated": false, "comment": {"disposition": {"outcome": "ACCEPTED", "reason": "Yes.",
		"change": {"clauseId": %q, "revision": {"number": 2, "note": "Who pays", "source": %q, "parent": {"number": 1},
		"credits": [{"organisation": {"name": "The loom"}, "comment": {"id": %q}}]}}}}}}`,
		s.registry.Views().Position(), s.ids["pay"], strings.Replace(lawText, "(2) The sender", "(2) The buyer", 1), buyer)
	first.same(t, want)
	if again := accept("estonia", map[string]any{"commentId": buyer, "reason": "Yes.", "note": "Who pays", "idempotencyKey": "k"}); again.at("acceptReplacement.repeated") != true {
		t.Errorf("sent again: %+v", again)
	}
	late := accept("estonia", map[string]any{"commentId": carrier, "reason": "Yes."})
	late.refused(t, "TEXT_CONFLICT", []any{"input", "baseId"})
	clash := []map[string]any{{"clauseId": s.ids["pay"], "citation": "§2(2)", "base": "(2) The sender pays.", "head": "(2) The buyer pays.", "submitted": "(2) The carrier pays."}}
	if diff := cmp.Diff(clash, late.Errors[0].Clashes); diff != "" {
		t.Error(diff)
	}
	head := s.ok("estonia", `query($d: ID!) { document(by: {id: $d}) { head { id } } }`, map[string]any{"d": s.ids["law"]}).id("document.head.id")
	both := accept("estonia", map[string]any{"commentId": carrier, "outcome": "ACCEPTED_IN_PART", "reason": "Both.", "words": "(2) The buyer and the carrier pay.", "baseId": head})
	if got := both.at("acceptReplacement.comment.disposition.change.revision.number"); got != 3.0 {
		t.Errorf("in part: %+v", both)
	}
	accept("estonia", map[string]any{"commentId": carrier, "reason": "Both.", "words": "(2) x"}).refused(t, "INVALID", []any{"input", "words"})

	// The new words are a draft until they are published.
	for who, sees := range map[string]bool{"": false, "loom": false, "estonia": true, "office": true} {
		a := s.ok(who, `query($c: ID!) { node(id: $c) { ... on Comment { disposition { reason change { clauseId revision { source credits { comment { id } } } } } } } }`, map[string]any{"c": buyer})
		b, err := json.Marshal(a.Data)
		if err != nil {
			t.Fatal(err)
		}
		if a.at("node.disposition.reason") != "Yes." || strings.Contains(string(b), "The buyer pays") != sees {
			t.Errorf("%q sees %s", who, b)
		}
	}
}

// Clauses that are to go or to come are proposed, shown word by word, and carried out in one step; what can't be is refused at
// once, and what is confidential is neither shown nor carried out so.
func TestAcceptStrikeOutAndAddition(t *testing.T) {
	s := newStage(t)
	const propose = `{"consultationId": "$csn", "clauseId": "$pay", "stance": "AMEND", "type": "SUBSTANTIVE", "text": "Better so.", `
	s.mutate("loom", "submitComment", propose+`"proposes": "ADD_AFTER", "replacement": "`+"```"+`\nno end"}`, "ledgerPosition").refused(t, "INVALID", []any{"input", "replacement"})
	s.mutate("loom", "submitComment", propose+`"replacement": "- a list"}`, "ledgerPosition").refused(t, "INVALID", []any{"input", "replacement"})
	s.mutate("loom", "submitComment", propose+`"proposes": "STRIKE_OUT", "replacement": "x"}`, "ledgerPosition").refused(t, "INVALID", []any{"input", "replacement"})
	const shown = `comment { id proposes replacement replacementRedline { op text } }`
	goes := s.done("loom", "submitComment", propose+`"proposes": "STRIKE_OUT"}`, shown)
	s.ids["goes"] = goes.id("submitComment.comment.id")
	goes.same(t, s.fill(`{"submitComment": {"comment": {"id": "$goes", "proposes": "STRIKE_OUT", "replacement": null, "replacementRedline": [{"op": "DELETE", "text": "(2) The sender pays."}]}}}`))
	comes := s.done("ferry", "submitComment", propose+`"proposes": "ADD_AFTER", "replacement": "(3) Nobody pays twice."}`, shown)
	s.ids["comes"] = comes.id("submitComment.comment.id")
	comes.same(t, s.fill(`{"submitComment": {"comment": {"id": "$comes", "proposes": "ADD_AFTER", "replacement": "(3) Nobody pays twice.", "replacementRedline": [{"op": "INSERT", "text": "(3) Nobody pays twice."}]}}}`))
	s.ids["hush"] = s.done("crane", "submitComment", propose+`"proposes": "STRIKE_OUT", "confidential": true, "summary": "On pay."}`, "comment { id }").id("submitComment.comment.id")
	s.ok("ferry", s.fill(`{ node(id: "$hush") { ... on Comment { proposes replacement replacementRedline { text } } } }`), nil).same(t, `{"node": {"proposes": null, "replacement": null, "replacementRedline": null}}`)
	s.mutate("estonia", "acceptReplacement", `{"commentId": "$hush", "reason": "Yes."}`, "ledgerPosition").refused(t, "CONFLICT", []any{"input", "commentId"})

	const answer = `comment { disposition { change { clauseId clause: clauseId revision { source } } } }`
	added := s.done("estonia", "acceptReplacement", `{"commentId": "$comes", "reason": "Yes."}`, answer)
	want := strings.Replace(lawText, "(2) The sender pays.\n", "(2) The sender pays.\n\n(3) Nobody pays twice.\n", 1)
	if got := added.at("acceptReplacement.comment.disposition.change.revision.source"); got != want {
		t.Errorf("added: %q", got)
	}
	s.mutate("estonia", "acceptReplacement", `{"commentId": "$comes", "reason": "Again."}`, "ledgerPosition").refused(t, "CONFLICT", []any{"input", "commentId"})
	struck := s.done("estonia", "acceptReplacement", `{"commentId": "$goes", "reason": "Yes."}`, answer)
	if got := struck.at("acceptReplacement.comment.disposition.change.revision.source"); got != strings.Replace(want, "(2) The sender pays.\n\n", "", 1) {
		t.Errorf("struck out: %q", got)
	}
}
