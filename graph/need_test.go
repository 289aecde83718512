package graph

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

const needsQuery = `{ needsMe(closingWithin: 70, first: 50) { edges { node { kind due document { title } invitation { email organisation { name } }
	consultation { title closesAtLocal zone } comment { text disposition { reason } } ballot { id } } } pageInfo { hasNextPage } }
	needsMeCounts(closingWithin: 70) { total documents byKind { kind count } byDocument(first: 1) { total document { title } byKind { kind count } } } }`

// What needs each of them, from the opening of a round to the answers.
func TestNeedsMe(t *testing.T) {
	w := newWorld(t)
	law, _ := w.law("Low-value parcels", lawText)
	csn := w.open(law)
	w.comment("loom", csn, "", "Too slow.")
	answered := w.comment("loom", csn, "", "Too dear.")
	w.do(w.actor("estonia"), policies.DisposeComment{CommentID: answered, Outcome: policies.Noted, Reason: "Indeed."})
	w.ok("loom", `mutation { saveFilter(input: {name: "Customs", topics: ["CUSTOMS"], keyword: "carrier"}) { filter { id } } }`, nil)

	w.ok("", needsQuery, nil).same(t, `{"needsMe": {"edges": [], "pageInfo": {"hasNextPage": false}}, "needsMeCounts": {"total": 0, "documents": 0, "byDocument": [],
		"byKind": `+countsOfKinds(nil)+`}}`)
	one := countsOfKinds(map[string]int{"CONSULTATION": 1, "ANSWER": 1})
	closing := `{"kind": "CONSULTATION", "due": "2026-05-02T09:00:00.000Z", "document": {"title": "Low-value parcels"}, "invitation": null, "ballot": null, "comment": null,
		"consultation": {"title": "Have your say", "closesAtLocal": "2026-05-02T09:00:00", "zone": "UTC"}}`
	w.ok("loom", needsQuery, nil).same(t, `{"needsMe": {"pageInfo": {"hasNextPage": false}, "edges": [{"node": `+closing+`},
		{"node": {"kind": "ANSWER", "due": null, "document": {"title": "Low-value parcels"}, "invitation": null, "ballot": null, "consultation": null, "comment": {"text": "Too dear.", "disposition": {"reason": "Indeed."}}}}]},
		"needsMeCounts": {"total": 2, "documents": 1, "byKind": `+one+`,
			"byDocument": [{"total": 2, "document": {"title": "Low-value parcels"}, "byKind": `+one+`}]}}`)
	kinds := func(who string) (list []string) {
		a := w.ok(who, needsQuery, nil)
		for i := 0; a.at(fmt.Sprintf("needsMe.edges.%d", i)) != nil; i++ {
			list = append(list, a.id(fmt.Sprintf("needsMe.edges.%d.node.kind", i)))
		}
		return list
	}
	for who, want := range map[string]string{"intern": "[ANSWER]", "estonia": "[COMMENT]", "ferry": "[]", "office": "[]"} { // a filter is nobody else's
		if got := fmt.Sprint(kinds(who)); got != want {
			t.Errorf("%s is needed for %s, want %s", who, got, want)
		}
	}
	w.ok("intern", `mutation { markAnswersSeen(input: {}) { ledgerPosition } }`, nil)
	if got := fmt.Sprint(kinds("intern"), kinds("loom")); got != "[] [CONSULTATION ANSWER]" {
		t.Errorf("after one has seen the answers: %s", got)
	}
	w.visit("kim")
	w.do(w.actor("loom"), policies.InviteMember{OrganisationID: w.orgs["loom"], Email: "kim@loom.example", Role: policies.Delegate})
	if a := w.ok("kim", needsQuery, nil); a.at("needsMe.edges.0.node.invitation.organisation.name") != "The loom" {
		t.Errorf("kim is needed for %v", a.Data)
	}
	w.ok("loom", `{ viewer { savedFilters { nodes { matches { edges { node { title } } } } } } }`, nil).
		same(t, `{"viewer": {"savedFilters": {"nodes": [{"matches": {"edges": [{"node": {"title": "Have your say"}}]}}]}}}`)
	for argument, field := range map[string]string{"closingWithin: -1": "closingWithin", "closingWithin: 400": "closingWithin", `after: "x"`: "after", "first: 0": "first"} {
		w.ask("loom", "{ needsMe("+argument+") { pageInfo { hasNextPage } } }", nil).refused(t, "INVALID", pathOf(field))
	}
	w.ask("loom", "{ needsMeCounts { byDocument(first: 0) { total } } }", nil).refused(t, "INVALID", pathOf("first"))
}

// How many statements a list takes doesn't depend on its length.
func TestNeedsTakeFewStatements(t *testing.T) {
	w := newWorld(t)
	var csn string
	for i := range 5 {
		law, _ := w.law(fmt.Sprintf("Law %d", i), lawText)
		csn = w.open(law)
		for range 4 {
			w.comment("loom", csn, "", "Too slow.")
		}
	}
	count := func(first int) int64 {
		before := w.registry.Views().Statements()
		w.once("estonia", fmt.Sprintf(`{ needsMe(first: %d) { edges { node { document { title head { number } } comment { text organisation { name } member { id } } } } }
			calendar(first: %d) { edges { node { kind localDate localDateTime document { title } consultation { title } } } } }`, first, first), nil)
		return w.registry.Views().Statements() - before
	}
	if few, many := count(2), count(10); many > few+1 {
		t.Errorf("%d statements for 2 of each, %d for 10", few, many)
	}
}

// countsOfKinds writes how many needs there are of each kind.
func countsOfKinds(counts map[string]int) string {
	var list []string
	for _, k := range []string{"INVITATION", "CONFIRMATION", "MERGER", "OFFER", "CONSENT", "AGREEMENT", "BALLOT", "STEP", "CONSULTATION", "ANSWER", "COMMENT", "RELEASE", "RENEWAL"} {
		list = append(list, fmt.Sprintf(`{"kind": %q, "count": %d}`, k, counts[k]))
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// Desks are told what to do next, with what it is about; package views knows when.
func TestNeedsMeOfDesks(t *testing.T) {
	w := newWorld(t)
	law, _ := w.law("Low-value parcels", lawText)
	const query = `{ needsMe(first: 50) { edges { node { kind step since document { id } instrument { title } ruleSet { slug } invitation { role } consultation { id } } } } }`
	told := func(who, want string) {
		t.Helper()
		w.ok(who, query, nil).same(t, `{"needsMe": {"edges": [`+want+`]}}`)
	}
	told("estonia", `{"node": {"kind": "STEP", "step": "OPEN_CONSULTATION", "since": "2026-03-02T09:00:00.000Z", "document": {"id": "`+law+`"},
		"instrument": null, "ruleSet": null, "invitation": null, "consultation": null}}`)
	w.do(w.actor("estonia"), policies.ShareDocument{DocumentID: law, OrganisationID: w.orgs["kenya"], As: policies.AsSponsor})
	told("kenya", `{"node": {"kind": "OFFER", "step": null, "since": null, "document": {"id": "`+law+`"}, "instrument": null, "ruleSet": null, "invitation": null, "consultation": null}}`)
	told("loom", "")
	told("", "")
}
