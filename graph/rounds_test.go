package graph

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

// A round with questions and an audience, from its opening to the counted answers.
func TestRoundsAskQuestions(t *testing.T) {
	w := newWorld(t)
	law, _ := w.law("Low-value parcels", lawText)
	open := w.ok("estonia", `mutation($d: ID!, $c: String!) { openConsultation(input: {documentId: $d, closes: $c, zone: "Europe/Tallinn",
		questions: [{text: "How many parcels?"}, {text: "Which limit?", choices: ["100", "150"]}],
		audience: {chambers: [BUSINESS], jurisdictions: ["EE"], only: true}}) {
		consultation { id audience { chambers sectors jurisdictions only } questions { id text choices answerCount choiceCounts { choice count } } } } }`,
		map[string]any{"d": law, "c": w.local(61 * day)})
	csn := open.id("openConsultation.consultation.id")
	open.same(t, fmt.Sprintf(`{"openConsultation": {"consultation": {"id": %q, "audience": {"chambers": ["BUSINESS"], "sectors": [], "jurisdictions": ["EE"], "only": true},
		"questions": [{"id": "q1", "text": "How many parcels?", "choices": [], "answerCount": 0, "choiceCounts": []},
			{"id": "q2", "text": "Which limit?", "choices": ["100", "150"], "answerCount": 0, "choiceCounts": [{"choice": "100", "count": 0}, {"choice": "150", "count": 0}]}]}}}`, csn))

	answer := `mutation($c: ID!, $q: ID, $x: String, $t: String!) { submitComment(input: {consultationId: $c, stance: NEUTRAL, text: $t, questionId: $q, choice: $x}) {
		comment { id choice question { id text } } } }`
	first := w.ok("loom", answer, map[string]any{"c": csn, "q": "q2", "x": "150", "t": ""})
	first.same(t, fmt.Sprintf(`{"submitComment": {"comment": {"id": %q, "choice": "150", "question": {"id": "q2", "text": "Which limit?"}}}}`, first.id("submitComment.comment.id")))
	w.ok("ferry", answer, map[string]any{"c": csn, "q": "q2", "x": "150", "t": "By all means."})
	gone := w.ok("crane", answer, map[string]any{"c": csn, "q": "q2", "x": "100", "t": ""}).id("submitComment.comment.id")
	w.do(w.actor("crane"), policies.WithdrawComment{CommentID: gone, Reason: "A slip."})
	w.ok("loom", answer, map[string]any{"c": csn, "q": "q1", "t": "A thousand."})
	w.ask("loom", answer, map[string]any{"c": csn, "q": "q9", "t": "x"}).refused(t, "NOT_FOUND", pathOf("input questionId"))
	w.ask("loom", answer, map[string]any{"c": csn, "q": "q2", "x": "120", "t": "x"}).refused(t, "INVALID", pathOf("input choice"))
	w.ask("loom", answer, map[string]any{"c": csn, "t": "x"}).refused(t, "INVALID", pathOf("input stance"))
	w.ask("kenya", answer, map[string]any{"c": csn, "q": "q1", "t": "x"}).refused(t, "FORBIDDEN", pathOf("input consultationId"))

	before := w.registry.Views().Statements()
	w.ok("", `query($c: ID!) { node(id: $c) { ... on Consultation { questions { answerCount choiceCounts { choice count }
		answers { edges { node { text choice organisation { name } } } } } } } }`, map[string]any{"c": csn}).same(t, `{"node": {"questions": [
		{"answerCount": 1, "choiceCounts": [], "answers": {"edges": [{"node": {"text": "A thousand.", "choice": "", "organisation": {"name": "The loom"}}}]}},
		{"answerCount": 2, "choiceCounts": [{"choice": "100", "count": 0}, {"choice": "150", "count": 2}], "answers": {"edges": [
			{"node": {"text": "", "choice": "150", "organisation": {"name": "The loom"}}}, {"node": {"text": "By all means.", "choice": "150", "organisation": {"name": "The ferry"}}},
			{"node": {"text": "", "choice": "100", "organisation": {"name": "The crane"}}}]}}]}}`)
	if n := w.registry.Views().Statements() - before; n > 6 {
		t.Errorf("%d statements", n)
	}
	w.ask("", `{ comments(filter: {questionId: "q2"}) { edges { node { id } } } }`, nil).refused(t, "INVALID", pathOf("filter questionId"))
	one := w.ok("", `query($c: ID!, $d: ID!) { comments(filter: {consultationId: $c, questionId: "q1"}) { edges { node { text } } }
		document(id: $d) { comments(filter: {consultationId: $c, questionId: "q1"}) { edges { node { text } } } } }`, map[string]any{"c": csn, "d": law})
	one.same(t, `{"comments": {"edges": [{"node": {"text": "A thousand."}}]}, "document": {"comments": {"edges": [{"node": {"text": "A thousand."}}]}}}`)
}

// What changed unasked is told to those who may read the newest revision, and settled
// by a further round.
func TestUnconsultedChanges(t *testing.T) {
	w := newWorld(t)
	law, first := w.law("Low-value parcels", lawText)
	w.open(law)
	query := `query($d: ID!) { document(id: $d) { unconsultedChanges { reason clauseId message } } }`
	w.ok("", query, map[string]any{"d": law}).same(t, `{"document": {"unconsultedChanges": []}}`)
	w.do(w.actor("estonia"), policies.CommitRevision{DocumentID: law, Base: first, Source: strings.Replace(lawText, "The sender pays", "The zebra pays", 1)})
	w.ok("", query, map[string]any{"d": law}).same(t, `{"document": {"unconsultedChanges": null}}`)
	w.ok("ferry", query, map[string]any{"d": law}).same(t, `{"document": {"unconsultedChanges": null}}`)
	got := w.ok("estonia", query, map[string]any{"d": law})
	if got.at("document.unconsultedChanges.0.reason") != "CHANGE_UNEXPLAINED" || got.at("document.unconsultedChanges.1") != nil {
		t.Errorf("told %v", got.Data)
	}
	w.clock.forward(62 * day)
	w.open(law)
	w.ok("", query, map[string]any{"d": law}).same(t, `{"document": {"unconsultedChanges": []}}`)
}

// A filter is its member's alone: by no door does anybody else learn of it.
func TestFiltersArePrivate(t *testing.T) {
	s := newStage(t)
	saved := s.ok("loom", `mutation { saveFilter(input: {name: "Okapi watch", topics: ["customs"], keyword: "okapi", idempotencyKey: "f"}) { filter { id name topics jurisdictions sectors keyword } position } }`, nil)
	id := saved.id("saveFilter.filter.id")
	s.ok("loom", `{ viewer { savedFilters { name topics keyword } } }`, nil).same(t, `{"viewer": {"savedFilters": [{"name": "Okapi watch", "topics": ["customs"], "keyword": "okapi"}]}}`)
	for _, who := range []string{"", "clerk", "crane", "estonia", "ferry", "hub", "intern", "kim", "office"} {
		for _, query := range []string{
			`{ viewer { savedFilters { id name keyword } } }`, `{ node(id: "$id") { __typename id } }`,
			`{ ledgerEntries(first: 100) { edges { node { statement node { __typename id } document { id } } } } }`,
			`{ ledgerEntries(filter: {subject: "$id"}) { edges { node { node { id } } } } }`,
			`{ search(query: "okapi") { edges { node { snippet { text } } } } }`,
			`mutation { saveFilter(input: {filterId: "$id", name: "x", topics: ["x"]}) { filter { name keyword } } }`,
			`mutation { deleteFilter(input: {filterId: "$id"}) { position } }`,
			`mutation { saveFilter(input: {name: "Mine", topics: ["x"], idempotencyKey: "f"}) { filter { name keyword } } }`,
		} {
			a := s.ask(who, strings.ReplaceAll(query, "$id", id), nil)
			if told := strings.ToLower(fmt.Sprint(a)); strings.Contains(told, "okapi") || strings.Contains(told, "savedfilter ") {
				t.Errorf("%q learns by %s: %+v", who, query, a)
			}
			if strings.Contains(query, "$id") && strings.HasPrefix(query, "mutation") {
				none := s.ask(who, strings.ReplaceAll(query, "$id", "flt_01h45ytscbebyvny4gc8cr8ma2"), nil)
				if len(a.Errors) != 1 || fmt.Sprint(a) != fmt.Sprint(none) {
					t.Errorf("%q tells a hidden filter from none: %+v, %+v", who, a, none)
				}
			}
		}
	}
	if strings.Contains(s.log.String(), "okapi") {
		t.Error("the log tells what is watched")
	}
	s.ok("loom", fmt.Sprintf(`mutation { deleteFilter(input: {filterId: %q}) { repeated } }`, id), nil)
	s.ok("loom", `{ viewer { savedFilters { name } } }`, nil).same(t, `{"viewer": {"savedFilters": []}}`)
	s.ask("loom", fmt.Sprintf(`mutation { deleteFilter(input: {filterId: %q}) { position } }`, id), nil).refused(t, "CONFLICT", pathOf("input filterId"))
	s.ask("loom", `mutation { saveFilter(input: {name: "x"}) { position } }`, nil).refused(t, "INVALID", pathOf("input topics"))
	s.ask("loom", `mutation { markAnswersSeen(input: {until: "2030-01-01T00:00:00Z"}) { position } }`, nil).refused(t, "INVALID", pathOf("input until"))
	s.ok("intern", `mutation { markAnswersSeen(input: {}) { repeated } }`, nil)
}
