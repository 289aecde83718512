package graph

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

// A misspelt draft is put right: it is found by its new title and by it alone, and what it
// was called is read as of then.
func TestCorrectDocument(t *testing.T) {
	s := newStage(t)
	s.ids["draft"] = s.done("estonia", "proposeDocument", `{"kind": "BEST_PRACTICE", "title": "Recrods of parcels", "language": "en", "topics": ["post"], "parties": ["EE"]}`, "document { id }").at("proposeDocument.document.id")
	s.ids["then"] = s.clock.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	s.clock.forward(day)
	s.done("estonia", "correctDocument", `{"documentId": "$draft", "title": "Records of parcels", "topics": [], "parties": ["EE", "KE"], "reason": "Misspelt."}`,
		`document { title topics parties language corrections correction { at reason } }`).
		same(t, `{"correctDocument": {"document": {"title": "Records of parcels", "topics": [], "parties": ["EE", "KE"], "language": "en", "corrections": 1,
			"correction": {"at": "2026-03-03T09:00:00.000Z", "reason": "Misspelt."}}}}`)
	const said = `{ title topics parties corrections correction { reason } }`
	s.ok("estonia", s.fill(`{ now: document(by: {id: "$draft"}) `+said+` then: document(by: {id: "$draft"}, asOf: "$then") `+said+` }`), nil).
		same(t, `{"now": {"title": "Records of parcels", "topics": [], "parties": ["EE", "KE"], "corrections": 1, "correction": {"reason": "Misspelt."}},
			"then": {"title": "Recrods of parcels", "topics": ["post"], "parties": ["EE"], "corrections": 0, "correction": null}}`)
	s.ok("estonia", `{ new: documents(filter: {title: "records"}) { edges { node { title } } } old: documents(filter: {title: "recrods"}) { edges { cursor } } }`, nil).
		same(t, `{"new": {"edges": [{"node": {"title": "Records of parcels"}}]}, "old": {"edges": []}}`)
	s.clock.forward(day)
	s.done("estonia", "correctDocument", `{"documentId": "$draft", "title": "Rolls of post", "reason": "Shorter."}`, `document { topics parties }`).
		same(t, `{"correctDocument": {"document": {"topics": [], "parties": ["EE", "KE"]}}}`)
	s.ok("estonia", `{ new: documents(filter: {title: "rolls"}) { edges { node { title } } } old: documents(filter: {title: "records"}) { edges { cursor } } }`, nil).
		same(t, `{"new": {"edges": [{"node": {"title": "Rolls of post"}}]}, "old": {"edges": []}}`)
}

// A firm that is renamed is shown by its new name, and read by its former one as of then;
// only the secretariat says where it is at home.
func TestCorrectOrganisation(t *testing.T) {
	s := newStage(t)
	s.ids["then"] = s.clock.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	s.clock.forward(day)
	const said = `{ name sector jurisdiction correction { at reason } }`
	s.done("loom", "correctOrganisation", `{"organisationId": "$loom", "name": "Loom and Daughters", "sector": "weaving", "reason": "A new owner."}`, `organisation `+said).
		same(t, `{"correctOrganisation": {"organisation": {"name": "Loom and Daughters", "sector": "weaving", "jurisdiction": "EE", "correction": {"at": "2026-03-03T09:00:00.000Z", "reason": "A new owner."}}}}`)
	s.ok("", s.fill(`{ now: organisation(by: {id: "$loom"}) { name } then: organisation(by: {id: "$loom"}, asOf: "$then") `+said+` before: organisation(by: {id: "$loom"}, asOf: "2020-01-01T00:00:00Z") { name }
		comment: node(id: "$cmt") { ... on Comment { organisation { name } } } }`), nil).
		same(t, `{"now": {"name": "Loom and Daughters"}, "then": {"name": "The loom", "sector": null, "jurisdiction": "EE", "correction": null}, "before": null,
			"comment": {"organisation": {"name": "Loom and Daughters"}}}`)
	for _, x := range []struct{ who, input, code, field string }{
		{"ferry", `{"organisationId": "$loom", "name": "x", "reason": "x"}`, "FORBIDDEN", "input organisationId"},
		{"loom", `{"organisationId": "$loom", "jurisdiction": "KE", "reason": "x"}`, "FORBIDDEN", "input jurisdiction"},
		{"loom", `{"organisationId": "$loom", "name": "THE FERRY", "reason": "x"}`, "CONFLICT", "input name"},
		{"loom", `{"organisationId": "$loom", "sector": "x", "reason": " "}`, "INVALID", "input reason"},
	} {
		s.mutate(x.who, "correctOrganisation", x.input, `ledgerPosition`).refused(t, x.code, pathOf(x.field))
	}
	s.done("office", "correctOrganisation", `{"organisationId": "$loom", "jurisdiction": "KE", "reason": "It moved."}`, `organisation { jurisdiction name }`).
		same(t, `{"correctOrganisation": {"organisation": {"jurisdiction": "KE", "name": "Loom and Daughters"}}}`)
}

// A rule set that was misspelt is shown by its new title, and read by its former one as
// of then, by ID and by slug.
func TestCorrectRuleSet(t *testing.T) {
	s := newStage(t)
	s.ids["set"] = s.do(s.actor("office"), policies.CreateRuleSet{Slug: "post", Title: "Pots"}).Subject
	s.ids["then"] = s.clock.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	s.clock.forward(day)
	s.done("office", "correctRuleSet", `{"ruleSetId": "$set", "title": "Post", "description": "For posts.", "reason": "Misspelt."}`, `ruleSet { slug title description correction { at reason } }`).
		same(t, `{"correctRuleSet": {"ruleSet": {"slug": "post", "title": "Post", "description": "For posts.", "correction": {"at": "2026-03-03T09:00:00.000Z", "reason": "Misspelt."}}}}`)
	s.ok("", s.fill(`{ now: ruleSet(by: {slug: "post"}) { title } then: ruleSet(by: {slug: "post"}, asOf: "$then") { title description correction { reason } latest { number } }
		byID: ruleSet(by: {id: "$set"}, asOf: "$then") { title } before: ruleSet(by: {id: "$set"}, asOf: "2020-01-01T00:00:00Z") { title } }`), nil).
		same(t, `{"now": {"title": "Post"}, "then": {"title": "Pots", "description": null, "correction": null, "latest": null}, "byID": {"title": "Pots"}, "before": null}`)
	for _, x := range []struct{ who, input, code, field string }{
		{"ferry", `{"ruleSetId": "$set", "title": "x", "reason": "x"}`, "FORBIDDEN", ""},
		{"office", `{"ruleSetId": "$set", "title": "POST", "reason": " "}`, "INVALID", "input reason"},
		{"office", `{"ruleSetId": "$cmt", "title": "x", "reason": "x"}`, "NOT_FOUND", "input ruleSetId"},
	} {
		s.mutate(x.who, "correctRuleSet", x.input, `ledgerPosition`).refused(t, x.code, pathOf(x.field))
	}
}

// A mark that was taken back is shown as such, asks the gate again, and stood as of then.
func TestWithdrawEditorialMark(t *testing.T) {
	s := newStage(t)
	s.ids["draft"] = s.done("estonia", "commitRevision", fmt.Sprintf(`{"documentId": "$law", "baseId": "$first", "source": %q}`, strings.Replace(lawText, "declares every", "declares each", 1)), "revision { id }").at("commitRevision.revision.id")
	s.ids["clause"] = s.clause(fmt.Sprint(s.ids["draft"]), "§2(1)")
	const marks = `document { editorialMarks { nodes { clauseId reason withdrawal { at reason } } } }`
	s.done("estonia", "markEditorial", `{"revisionId": "$draft", "clauseId": "$clause", "reason": "Spelling."}`, marks)
	s.ids["then"] = s.clock.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	s.clock.forward(day)
	gaps := func() string {
		return fmt.Sprint(s.ok("estonia", s.fill(`{ document(by: {id: "$law"}) { unconsultedChanges { clauseId } } }`), nil).at("document.unconsultedChanges"))
	}
	explained := gaps()
	s.done("estonia", "withdrawEditorialMark", `{"revisionId": "$draft", "clauseId": "$clause", "reason": "It is more."}`, marks).same(t,
		s.fill(`{"withdrawEditorialMark": {"document": {"editorialMarks": {"nodes": [{"clauseId": "$clause", "reason": "Spelling.", "withdrawal": {"at": "2026-03-03T09:00:00.000Z", "reason": "It is more."}}]}}}}`))
	if again := gaps(); explained == again || !strings.Contains(again, fmt.Sprint(s.ids["clause"])) {
		t.Errorf("unexplained while the mark stood: %s, and afterwards: %s", explained, again)
	}
	s.ok("estonia", s.fill(`{ then: document(by: {id: "$law"}, asOf: "$then") { editorialMarks { nodes { reason withdrawal { reason } } } } before: document(by: {id: "$law"}, asOf: "2026-03-02T08:00:00Z") { editorialMarks { nodes { reason } } } }`), nil).
		same(t, `{"then": {"editorialMarks": {"nodes": [{"reason": "Spelling.", "withdrawal": null}]}}, "before": null}`)
	for _, x := range []struct{ who, input, code, field string }{
		{"estonia", `{"revisionId": "$draft", "clauseId": "$clause", "reason": "x"}`, "CONFLICT", "input clauseId"},
		{"estonia", `{"revisionId": "$draft", "clauseId": "none", "reason": "x"}`, "NOT_FOUND", "input clauseId"},
		{"estonia", `{"revisionId": "$draft", "clauseId": "$clause", "reason": " "}`, "INVALID", "input reason"},
		{"office", `{"revisionId": "$draft", "clauseId": "$clause", "reason": "x"}`, "FORBIDDEN", "input revisionId"},
		{"loom", `{"revisionId": "$draft", "clauseId": "$clause", "reason": "x"}`, "NOT_FOUND", "input revisionId"},
	} {
		s.mutate(x.who, "withdrawEditorialMark", x.input, `ledgerPosition`).refused(t, x.code, pathOf(x.field))
	}
}
