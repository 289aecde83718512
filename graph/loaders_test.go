package graph

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
)

// How many statements a query takes doesn't depend on how long its page is: it is one
// for each field that reads something at most. Which of these come together depends on
// which resolver runs first, so the test holds many runs against that.
func TestALongerPageTakesNoMoreStatements(t *testing.T) {
	w := newWorld(t)
	var revision string
	for i := range 20 {
		law, first := w.law(fmt.Sprintf("Law %d", i), lawText)
		csn := w.open(law)
		for _, who := range []string{"loom", "ferry", "crane"} {
			k := w.comment(who, csn, w.clause(first, "§2(1)"), "No.")
			w.do(w.actor("crane"), policies.ReplyToComment{CommentID: k, Text: "Why?"})
			w.comment(who, csn, w.clause(first, "§2(2)"), "No.")
		}
		revision = first
	}
	reading := regexp.MustCompile(`\b(campaign|sample|endorsementCounts|documents|sponsors|head|organisation|member|parent|consultations?|instrument|commentCounts|by[CJS]\w+|comments?|totalCount|revision|document|clauses?|outline|replies|draftedBy|ledgerEntries|node|search|ballots?|tallies|carried|ownPosition|instruments|amends|amendedBy|releases)\b`)
	w.ballots(6)
	for name, query := range map[string]string{
		"ballots":   `query($n: Int!) { ballots(first: $n) { edges { node { number tallies { yes } carried ownPosition { text organisation { name } member { id } } document { number sponsors { name } } revision { number } organisation { name } } } } }`,
		"knowledge": `query($n: Int!) { instruments(first: $n, filter: {knownAt: "2027-01-01T00:00:00Z"}) { edges { node { ballot { carried } amends { number } amendedBy { nodes { number releases { nodes { number } } } } document { ballot { number } } } } } }`,
		"documents": `query($n: Int!) { documents(first: $n) { edges { node { number sponsors { name } head { number organisation { name } member { role } parent { id } }
			consultation { title organisation { name } } instrument { id } commentCounts { total }
			comments(first: 3) { totalCount edges { node { text organisation { name } member { id } consultation { round } revision { number } document { number } } } } } } } }`,
		"comments": `query($n: Int!) { comments(first: $n) { edges { node { organisation { name } document { number } clause { citation } consultation { id } } } } }`,
		"groups":   `query($n: Int!) { comments(first: $n) { edges { node { campaign { size sample { text } document { number } } endorsementCounts { supports byChamber { chamber } } } } } }`,
		"replies":  `query($n: Int!) { comments(first: $n) { edges { node { draftedBy { id } replies(first: 2) { edges { node { text organisation { name } member { id } comment { number } } } } } } } }`,
		"clauses": fmt.Sprintf(`query($n: Int!) { revision: node(id: %q) { ... on Revision { clauses(last: $n) { edges { node { citation html commentCounts { total byStance { count } }
			comments(first: 2) { totalCount edges { node { text organisation { name } } } } } } } } } }`, revision),
		"speakers": fmt.Sprintf(`query($n: Int!) { documents(first: $n) { edges { node { commentCounts { organisations byChamber { chamber byStance { comments } } bySize { size } } } } }
			revision: node(id: %q) { ... on Revision { clauses(last: $n) { edges { node { commentCounts { byJurisdiction { jurisdiction } bySector { sector } } } } } } } }`, revision),
		"speakers of comments": `query($n: Int!) { comments(first: $n) { edges { node { clause { commentCounts { total byJurisdiction { jurisdiction } } } document { commentCounts { byChamber { chamber } bySize { size } } } } } } }`,
		"outline":              fmt.Sprintf(`query($n: Int!) { revision: node(id: %q) { ... on Revision { clauses(first: $n) { totalCount } outline { comments(first: 2) { edges { cursor } } } } } }`, revision),
		"ledger":               `query($n: Int!) { ledgerEntries(last: $n, filter: {kinds: ["comment.submitted"]}) { edges { node { kind node { id } document { number } } } } }`,
		"consultations":        `query($n: Int!) { consultations(first: $n) { edges { node { document { number sponsors { name } } revision { number } } } } }`,
		"search":               `query($n: Int!) { search(query: "parcels", first: $n) { edges { node { document { number } revision { number } comment { id } } } } }`,
	} {
		count := func(n int) int64 {
			before := w.registry.Views().Statements()
			w.once("ferry", query, map[string]any{"n": n})
			return w.registry.Views().Statements() - before
		}
		count(20) // texts come from the cache from now on
		least := map[int]int64{}
		for range 10 {
			for _, n := range []int{2, 20} {
				got := count(n)
				if most := int64(len(reading.FindAllString(query, -1))); got > most {
					t.Errorf("%s: %d statements for a page of %d, and %d fields", name, got, n, most)
				}
				if least[n] == 0 || got < least[n] {
					least[n] = got
				}
			}
		}
		t.Logf("%s: %d statements for a page of 2, %d for a page of 20", name, least[2], least[20])
		if d := least[20] - least[2]; d < -2 || d > 2 {
			t.Errorf("%s: %d statements for a page of 2, %d for a page of 20", name, least[2], least[20])
		}
	}
}

// ballots holds some that carry, and adopts what amends what the one before it adopted.
func (w *world) ballots(n int) {
	w.t.Helper()
	estonia := w.actor("estonia")
	var amends []string
	for i := range n {
		law, _ := w.law(fmt.Sprintf("Balloted law %d", i), lawText)
		terms := policiestest.From(law, w.clock.Now().Add(70*day))
		terms.Terms.Amends = amends
		w.openOn(terms)
		w.clock.forward(62 * day)
		b := w.do(estonia, policies.OpenBallot{DocumentID: law, Closes: w.local(8 * day), Zone: "UTC", Secrecy: policies.SecretUntilClose}).Subject
		for _, who := range []string{"estonia", "loom", "ferry"} {
			w.do(w.actor(who), policies.CastPosition{BallotID: b, Position: policies.Yes})
		}
		w.clock.forward(8 * day)
		amends = []string{w.do(estonia, policies.AdoptDocument{DocumentID: law}).Subject}
	}
}

// What is read for many places at once is what is read for each alone.
func TestPagesOfCommentsReadTogetherAreThoseReadAlone(t *testing.T) {
	s := newStage(t)
	other, first := s.law("Another law", lawText)
	csn := s.open(other)
	for i := range 7 {
		s.comment("ferry", csn, s.clause(first, []string{"§2(1)", "§2(2)"}[i%2]), fmt.Sprint("No ", i))
	}
	s.comment("ferry", csn, "", "On the whole")
	fields := `totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { text } }`
	third := s.ok("", fmt.Sprintf(`{ comments(filter: {documentId: %q}, first: 3) { edges { cursor } } }`, other), nil).id("comments.edges.2.cursor")
	for _, args := range []string{
		"first: 2", "last: 2", "first: 30", fmt.Sprintf("first: 2, after: %q", third), fmt.Sprintf("last: 2, before: %q", third),
		"first: 2, filter: {onWhole: true}", "first: 2, filter: {stances: [SUPPORT]}", "first: 9, filter: {answered: false, types: [TECHNICAL]}", `first: 2, asOf: "2026-03-02T09:00:00Z"`,
	} {
		both := s.ok("", fmt.Sprintf(`{ documents(orderBy: {field: NUMBER, direction: ASC}) { edges { node { id comments(%s) { %s } } } } }`, args, fields), nil)
		for i, e := range both.at("documents.edges").([]any) {
			node := e.(map[string]any)["node"].(map[string]any)
			alone := s.ok("", fmt.Sprintf(`query($id: ID!) { document(by: {id: $id}) { comments(%s) { %s } } }`, args, fields), map[string]any{"id": node["id"]})
			if diff := cmp.Diff(alone.at("document.comments"), node["comments"]); diff != "" {
				t.Errorf("%s of document %d (-alone +together):\n%s", args, i, diff)
			}
		}
	}
	a := s.ok("", fmt.Sprintf(`{ revision: node(id: %q) { ... on Revision { clauses { edges { node { citation comments(first: 2) { totalCount edges { node { text } } } } } } } } }`, first), nil)
	a.same(t, `{"revision": {"clauses": {"edges": [
		{"node": {"citation": "title", "comments": {"totalCount": 0, "edges": []}}},
		{"node": {"citation": "§1", "comments": {"totalCount": 0, "edges": []}}},
		{"node": {"citation": "§1(1)", "comments": {"totalCount": 0, "edges": []}}},
		{"node": {"citation": "§2", "comments": {"totalCount": 0, "edges": []}}},
		{"node": {"citation": "§2(1)", "comments": {"totalCount": 4, "edges": [{"node": {"text": "No 0"}}, {"node": {"text": "No 2"}}]}}},
		{"node": {"citation": "§2(2)", "comments": {"totalCount": 3, "edges": [{"node": {"text": "No 1"}}, {"node": {"text": "No 3"}}]}}}]}}}`)
}

// What is in the struct and not in the table would be neither made nor forgotten.
func TestEveryLoaderHasARow(t *testing.T) {
	l := newLoaders(nil, policies.Actor{}, time.Now)
	rows := map[uintptr]bool{}
	for _, s := range l.sources {
		rows[reflect.ValueOf(s).Pointer()] = true
	}
	if len(rows) != len(loaderTable) {
		t.Errorf("%d rows make %d loaders", len(loaderTable), len(rows))
	}
	others := []string{"db", "viewer", "now", "asOf", "present", "mu", "past", "sources", "nodes"}
	v := reflect.ValueOf(l).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if !slices.Contains(others, name) && !rows[v.Field(i).Addr().Pointer()] {
			t.Errorf("loaderTable has no row for %s", name)
		}
	}
}

// partsOfNodes are the nodes that no loader reads: they are part of something that one does, or are who asks.
var partsOfNodes = []string{"Clause", "ConsultationQuestion", "Viewer"}

// Each type that the schema makes a Node is found by its ID, and nothing else is.
func TestNodesAreThoseOfTheSchema(t *testing.T) {
	served := map[string]policies.Prefix{}
	for prefix, s := range newLoaders(nil, policies.Actor{}, time.Now).nodes {
		if both, ok := s.(eitherSource); ok {
			s = both.nodeSource
		}
		slots, _ := reflect.TypeOf(s).Elem().FieldByName("slots")
		value, _ := slots.Type.Elem().Elem().FieldByName("value")
		served[value.Type.Name()] = prefix
		if policies.Prefixes[prefix] == "" {
			t.Errorf("%s is no prefix of IDs", prefix)
		}
	}
	for _, d := range theSchema().PossibleTypes["Node"] {
		if served[d.Name] == "" && !slices.Contains(partsOfNodes, d.Name) {
			t.Errorf("node(id) knows no ID of a %s", d.Name)
		}
		delete(served, d.Name)
	}
	for name := range served {
		t.Errorf("node(id) finds a %s, which is no Node", name)
	}
}
