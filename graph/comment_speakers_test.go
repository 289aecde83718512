package graph

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/ewtp/entente/policies"
)

// Whoever reads a document sees who spoke on it and on each clause, and with what stance: by
// chamber, jurisdiction, sector and size. Confidential comments and what was taken back are
// no part of it, and what an organisation is, it is as of now.
func TestWhoSpoke(t *testing.T) {
	s := newStage(t)
	csn, pay := fmt.Sprint(s.ids["csn"]), fmt.Sprint(s.ids["pay"])
	say := func(who, clause string, stance policies.Stance, hidden bool) string {
		c := policies.SubmitComment{ConsultationID: csn, CommentWords: policies.CommentWords{ClauseID: clause, Stance: stance, Type: policies.General, Text: "So.", Confidential: hidden}}
		if hidden {
			c.Summary = "On who pays."
		}
		return s.do(s.actor(who), c).Subject
	}
	say("loom", "", policies.Support, false) // beside its opposition to the clause
	say("ferry", pay, policies.Oppose, false)
	say("ferry", pay, policies.Oppose, false)
	say("kenya", "", policies.Support, false)
	say("crane", pay, policies.Support, true)
	s.do(s.actor("crane"), policies.WithdrawComment{CommentID: say("crane", pay, policies.Support, false), Reason: "A mistake."})
	for who, sector := range map[string]string{"loom": "Textiles", "ferry": "ＴＥＸＴＩＬＥＳ"} {
		s.done("office", "correctOrganisation", `{"organisationId": "$`+who+`", "sector": "`+sector+`", "reason": "It was left out."}`, `ledgerPosition`)
	}
	s.done("loom", "declareSize", `{"organisationId": "$loom", "class": "SMALL", "year": 2025}`, `ledgerPosition`)
	s.done("loom", "declareSize", `{"organisationId": "$loom", "class": "MICRO", "year": 2026}`, `ledgerPosition`)

	const counts = `commentCounts { organisations byChamber { chamber organisations comments } byJurisdiction { jurisdiction ...c } bySector { sector ...c } bySize { size ...c } }`
	const query = `{ document(by: {id: "$law"}) { ` + counts + ` } revision: node(id: "$first") { ... on Revision { clause(by: {clauseId: "$pay"}) { ` + counts + ` } } } }
		fragment c on SpeakerCount { organisations comments }`
	whole := `{"organisations": 3, "byChamber": [{"chamber": "BUSINESS", "organisations": 2, "comments": 4}, {"chamber": "GOVERNMENT", "organisations": 1, "comments": 1}],
		"byJurisdiction": [{"jurisdiction": "EE", "organisations": 2, "comments": 4}, {"jurisdiction": "KE", "organisations": 1, "comments": 1}],
		"bySector": [{"sector": null, "organisations": 1, "comments": 1}, {"sector": "Textiles", "organisations": 2, "comments": 4}],
		"bySize": [{"size": null, "organisations": 1, "comments": 2}, {"size": "MICRO", "organisations": 1, "comments": 2}]}`
	clause := `{"organisations": 2, "byChamber": [{"chamber": "BUSINESS", "organisations": 2, "comments": 3}], "byJurisdiction": [{"jurisdiction": "EE", "organisations": 2, "comments": 3}],
		"bySector": [{"sector": "Textiles", "organisations": 2, "comments": 3}],
		"bySize": [{"size": null, "organisations": 1, "comments": 2}, {"size": "MICRO", "organisations": 1, "comments": 1}]}`
	for _, who := range []string{"", "crane", "estonia", "office"} {
		s.ok(who, s.fill(query), nil).same(t, `{"document": {"commentCounts": `+whole+`}, "revision": {"clause": {"commentCounts": `+clause+`}}}`)
	}
	stances := func(support, oppose [2]int) string {
		list := []map[string]any{}
		for _, stance := range []string{"SUPPORT", "OPPOSE", "AMEND", "QUESTION", "NEUTRAL"} {
			n := map[string][2]int{"SUPPORT": support, "OPPOSE": oppose}[stance]
			list = append(list, map[string]any{"stance": stance, "organisations": n[0], "comments": n[1]})
		}
		b, _ := json.Marshal(list)
		return string(b)
	}
	s.ok("", s.fill(`{ document(by: {id: "$law"}) { commentCounts { byChamber { byStance { stance organisations comments } } } } }`), nil).same(t,
		`{"document": {"commentCounts": {"byChamber": [{"byStance": `+stances([2]int{1, 1}, [2]int{2, 3})+`}, {"byStance": `+stances([2]int{1, 1}, [2]int{})+`}]}}}`)

	// Everybody is shown the same, and as of then nothing is counted.
	s.ids["then"] = s.clock.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	s.ok("", s.fill(`{ document(by: {id: "$law"}, asOf: "$then") { commentCounts { organisations } } }`), nil).same(t, `{"document": {"commentCounts": null}}`)
	s.ok("", s.fill(`{ revision: node(id: "$first") { ... on Revision { clauses(first: 1) { edges { node { commentCounts { organisations bySize { size } } } } } } } }`), nil).
		same(t, `{"revision": {"clauses": {"edges": [{"node": {"commentCounts": {"organisations": 0, "bySize": []}}}]}}}`)
}
