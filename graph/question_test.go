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
	open := w.ok("estonia", `mutation($d: ID!, $c: LocalDateTime!) { openConsultation(input: {documentId: $d, closesAtLocal: $c, zone: "Europe/Tallinn",
		questions: [{text: "How many parcels?"}, {text: "Which limit?", choices: ["100", "150"]}],
		audience: {chambers: [BUSINESS], jurisdictions: ["EE"], only: true}}) {
		consultation { id audience { chambers sectors jurisdictions only } questions { id text choices answerCount choiceCounts { choice count } } } } }`,
		map[string]any{"d": law, "c": w.local(61 * day)})
	csn := open.id("openConsultation.consultation.id")
	open.same(t, fmt.Sprintf(`{"openConsultation": {"consultation": {"id": "%[1]s", "audience": {"chambers": ["BUSINESS"], "sectors": [], "jurisdictions": ["EE"], "only": true},
		"questions": [{"id": "%[1]s/q1", "text": "How many parcels?", "choices": [], "answerCount": 0, "choiceCounts": []},
			{"id": "%[1]s/q2", "text": "Which limit?", "choices": ["100", "150"], "answerCount": 0, "choiceCounts": [{"choice": "100", "count": 0}, {"choice": "150", "count": 0}]}]}}}`, csn))

	answer := `mutation($c: ID!, $q: ID, $x: String, $t: String!) { submitComment(input: {consultationId: $c, stance: NEUTRAL, text: $t, questionId: $q, choice: $x}) {
		comment { id choice question { id text } } } }`
	first := w.ok("loom", answer, map[string]any{"c": csn, "q": csn + "/q2", "x": "150", "t": ""})
	first.same(t, fmt.Sprintf(`{"submitComment": {"comment": {"id": %q, "choice": "150", "question": {"id": "%s/q2", "text": "Which limit?"}}}}`, first.id("submitComment.comment.id"), csn))
	w.ok("ferry", answer, map[string]any{"c": csn, "q": csn + "/q2", "x": "150", "t": "By all means."})
	w.ok("loom", answer, map[string]any{"c": csn, "q": csn + "/q2", "x": "150", "t": "Once more."})
	gone := w.ok("crane", answer, map[string]any{"c": csn, "q": csn + "/q2", "x": "100", "t": ""}).id("submitComment.comment.id")
	w.do(w.actor("crane"), policies.WithdrawComment{CommentID: gone, Reason: "A slip."})
	w.ok("loom", answer, map[string]any{"c": csn, "q": csn + "/q1", "t": "A thousand."})
	w.ask("loom", answer, map[string]any{"c": csn, "q": csn + "/q9", "t": "x"}).refused(t, "NOT_FOUND", pathOf("input questionId"))
	w.ask("loom", answer, map[string]any{"c": csn, "q": csn + "/q2", "x": "120", "t": "x"}).refused(t, "INVALID", pathOf("input choice"))
	w.ask("loom", answer, map[string]any{"c": csn, "q": "q1", "t": "x"}).refused(t, "NOT_FOUND", pathOf("input questionId"))
	w.ask("loom", answer, map[string]any{"c": csn, "q": strings.Replace(csn, "csn_0", "csn_1", 1) + "/q1", "t": "x"}).refused(t, "NOT_FOUND", pathOf("input questionId"))
	w.ask("loom", answer, map[string]any{"c": csn, "t": "x"}).refused(t, "INVALID", pathOf("input stance"))
	w.ask("kenya", answer, map[string]any{"c": csn, "q": csn + "/q1", "t": "x"}).refused(t, "FORBIDDEN", pathOf("input consultationId"))

	before := w.registry.Views().Statements()
	w.once("", `query($c: ID!) { node(id: $c) { ... on Consultation { questions { answerCount organisations choiceCounts { choice count organisations }
		answers { edges { node { text choice organisation { name } } } } } } } }`, map[string]any{"c": csn}).same(t, `{"node": {"questions": [
		{"answerCount": 1, "organisations": 1, "choiceCounts": [], "answers": {"edges": [{"node": {"text": "A thousand.", "choice": null, "organisation": {"name": "The loom"}}}]}},
		{"answerCount": 3, "organisations": 2, "choiceCounts": [{"choice": "100", "count": 0, "organisations": 0}, {"choice": "150", "count": 3, "organisations": 2}], "answers": {"edges": [
			{"node": {"text": null, "choice": "150", "organisation": {"name": "The loom"}}}, {"node": {"text": "By all means.", "choice": "150", "organisation": {"name": "The ferry"}}}, {"node": {"text": "Once more.", "choice": "150", "organisation": {"name": "The loom"}}},
			{"node": {"text": null, "choice": "100", "organisation": {"name": "The crane"}}}]}}]}}`)
	if n := w.registry.Views().Statements() - before; n > 6 {
		t.Errorf("%d statements", n)
	}
	w.ask("", `{ comments(filter: {questionId: "q2"}) { edges { node { id } } } }`, nil).refused(t, "INVALID", pathOf("filter questionId"))
	one := w.ok("", `query($q: ID!, $d: ID!) { comments(filter: {questionId: $q}) { edges { node { text } } }
		document(by: {id: $d}) { comments(filter: {questionId: $q}) { edges { node { text } } } } }`, map[string]any{"q": csn + "/q1", "d": law})
	one.same(t, `{"comments": {"edges": [{"node": {"text": "A thousand."}}]}, "document": {"comments": {"edges": [{"node": {"text": "A thousand."}}]}}}`)
}
