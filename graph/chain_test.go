package graph

import (
	"fmt"
	"strings"
	"testing"
)

// From a comment to the releases that carry what became of it.
func TestChainForward(t *testing.T) {
	g := newGuideline(t)
	ins := g.adopt()
	chain := func(who, name string) response {
		t.Helper()
		return g.ok(who, `query($id: ID!) { node(id: $id) { ... on Comment { chain { answered { text } disposition { outcome } changedIn { number }
			change { op moved citation after { revision { number } } spans { op } } instrument { id number } clauses { citation }
			releases(first: 1) { edges { node { number ruleSet { slug } } } pageInfo { hasNextPage } } } } } }`, map[string]any{"id": g.comments[name]})
	}
	const released = `"releases": {"edges": [{"node": {"number": 2, "ruleSet": {"slug": "authenticators"}}}], "pageInfo": {"hasNextPage": true}}`
	number := g.ok("", `query($id: ID!) { node(id: $id) { ... on Instrument { number } } }`, map[string]any{"id": ins}).id("node.number")
	attest := fmt.Sprintf(`{"node": {"chain": {"answered": {"text": "On attest"}, "disposition": {"outcome": "ACCEPTED"}, "changedIn": {"number": 4},
		"change": {"op": "CHANGED", "moved": false, "citation": "§5.2.4(2)", "after": {"revision": {"number": 4}}, "spans": %%s},
		"instrument": {"id": %q, "number": %q}, "clauses": [{"citation": "§5.2.4(1)"}, {"citation": "§5.2.4(2)"}], %s}}}`, ins, number, released)
	for _, name := range []string{"attest", "again"} { // who repeats a comment has its answer
		a := chain("", name)
		c := a.Data["node"].(map[string]any)["chain"].(map[string]any)["change"].(map[string]any)
		if len(c["spans"].([]any)) < 3 {
			t.Errorf("%s: no redline: %v", name, c)
		}
		c["spans"] = []any{}
		a.same(t, fmt.Sprintf(attest, "[]"))
	}
	chain("", "output").same(t, fmt.Sprintf(`{"node": {"chain": {"answered": {"text": "On output"}, "disposition": {"outcome": "ACCEPTED"}, "changedIn": {"number": 5},
		"change": {"op": "REMOVED", "moved": false, "citation": "§5.1.8.1(2)", "after": null, "spans": null},
		"instrument": {"id": %q, "number": %q}, "clauses": [], %s}}}`, ins, number, released))
	chain("", "keys").same(t, `{"node": {"chain": {"answered": {"text": "On keys"}, "disposition": {"outcome": "NOTED"}, "changedIn": null, "change": null,
		"instrument": null, "clauses": [], "releases": {"edges": [], "pageInfo": {"hasNextPage": false}}}}}`)
	if s := fmt.Sprint(chain("crane", "secret").Data); !strings.Contains(s, "zanzibar") || !strings.Contains(s, "§5.2.4(2)") {
		t.Errorf("its own organisation doesn't see what became of a confidential comment: %s", s)
	}
	chain("", "secret").same(t, `{"node": {"chain": {"answered": null, "disposition": null, "changedIn": null, "change": null,
		"instrument": null, "clauses": [], "releases": {"edges": [], "pageInfo": {"hasNextPage": false}}}}}`)
}

// From a clause of a release back to every comment that shaped it.
func TestChainBack(t *testing.T) {
	g := newGuideline(t)
	ins := g.adopt()
	release := g.ok("", `{ ruleSet(by: {slug: "authenticators"}) { latest { id } } }`, nil).id("ruleSet.latest.id")
	back := func(who, citation string) string {
		t.Helper()
		a := g.ok(who, `query($release: ID!, $clause: ID!) { release: node(id: $release) { ... on Release { instruments { nodes { revision { clause(by: {clauseId: $clause}) {
			shapedBy(first: 5) { edges { node { text duplicates(first: 5) { edges { node { text } } } } } } } } } } } } }`,
			map[string]any{"release": release, "clause": g.clause(g.revisions[4], citation)})
		var list []string
		for _, e := range a.at("release.instruments.nodes.0.revision.clause.shapedBy.edges").([]any) {
			n := e.(map[string]any)["node"].(map[string]any)
			list = append(list, fmt.Sprint(n["text"]))
			for _, d := range n["duplicates"].(map[string]any)["edges"].([]any) {
				list = append(list, "= "+fmt.Sprint(d.(map[string]any)["node"].(map[string]any)["text"]))
			}
		}
		return strings.Join(list, ", ")
	}
	const both, all = "On attest, = The same again", "On attest, = The same again, In confidence: zanzibar."
	for _, tc := range []struct{ who, citation, want string }{
		{"", "§5.2.4(1)", both}, {"", "§5.2.4(2)", both}, {"ferry", "§5.2.4(2)", both}, {"crane", "§5.2.4(2)", all}, {"estonia", "§5.2.4(1)", all},
		{"", "§5.2.3(6)", "On biometric"}, {"", "§5.2.1(1)", ""}, {"estonia", "§5.1.7.2(2)", ""},
	} {
		if got := back(tc.who, tc.citation); got != tc.want {
			t.Errorf("%q reads that %s was shaped by %q, want %q", tc.who, tc.citation, got, tc.want)
		}
	}
	listed := func(who string, args string) string {
		t.Helper()
		a := g.ok(who, fmt.Sprintf(`query($id: ID!) { node(id: $id) { ... on Instrument { shapedBy(%s) { pageInfo { endCursor } edges { node { text chain { clauses { citation } } } } } } } }`, args), map[string]any{"id": ins})
		return fmt.Sprint(a.at("node.shapedBy.edges"), a.at("node.shapedBy.pageInfo.endCursor"))
	}
	if s := listed("", "first: 9"); strings.Contains(s, "zanzibar") || strings.Count(s, "text:On ") != 3 || strings.Index(s, "On output") < strings.Index(s, "On attest") {
		t.Errorf("the instrument was shaped by %s", s)
	}
	if s := listed("office", "last: 1"); !strings.Contains(s, "zanzibar") || strings.Contains(s, "On output") {
		t.Errorf("the last of what shaped the instrument: %s", s)
	}
	const where = `query($id: ID!) { node(id: $id) { ... on Comment { anchors { reason } carried { fate clauses { citation } } } } }`
	g.ok("", where, map[string]any{"id": g.comments["secret"]}).same(t, `{"node": {"anchors": [], "carried": null}}`)
	g.ok("crane", where, map[string]any{"id": g.comments["secret"]}).same(t, `{"node": {"anchors": [{"reason": "On zanzibar."}],
		"carried": {"fate": "CHANGED", "clauses": [{"citation": "§5.2.4(2)"}]}}}`)
	for _, query := range []string{
		`{ comments(first: 50) { edges { node { carried { clauses { citation } madeOn { markdown } } chain { change { citation } } duplicates { edges { cursor } } text anchors { reason } } } } }`,
		fmt.Sprintf(`{ revision: node(id: %q) { ... on Revision { carried(first: 50) { edges { node { comment { text } clauses { citation } } } } clauses(first: 200) { edges { node { carried(first: 9) { edges { node { comment { text summary } } } } shapedBy(first: 9) { edges { node { text } } } } } } } } }`, g.revisions[4]),
	} {
		if strings.Contains(query, "summary") {
			query = strings.Replace(query, " summary", "", 1)
		}
		if s := fmt.Sprint(g.ok("ferry", query, nil).Data); strings.Contains(s, "zanzibar") {
			t.Errorf("a confidential comment is told by %s", query)
		}
	}
}
