package graph

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

// amendedLaw is a law in its third revision with twenty comments on two clauses of the
// first and the second, all accepted with changes of the third, half of them with a
// duplicate; it is adopted and in two releases.
func amendedLaw(t *testing.T) (w *world, law string, revisions []string) {
	w = newWorld(t)
	estonia := w.actor("estonia")
	law = w.do(estonia, policies.ProposeDocument{Kind: "bestPractice", Title: "Parcels", Language: "en"}).Subject
	text := lawText
	commit := func() {
		base := ""
		if len(revisions) > 0 {
			base = revisions[len(revisions)-1]
		}
		revisions = append(revisions, w.do(estonia, policies.CommitRevision{DocumentID: law, Base: base, Source: text}).Subject)
	}
	var comments []string
	for _, change := range [][2]string{{"every parcel", "each parcel"}, {"The sender", "The buyer"}} {
		commit()
		csn := w.open(law)
		for i := range 10 {
			comments = append(comments, w.comment([]string{"loom", "ferry"}[i%2], csn, w.clause(revisions[0], []string{"§2(1)", "§2(2)"}[i%2]), fmt.Sprint("No ", len(comments))))
		}
		w.clock.forward(62 * day)
		text = strings.Replace(text, change[0], change[1], 1)
	}
	commit()
	for i, id := range comments {
		c := policies.DisposeComment{CommentID: id, Outcome: policies.Duplicate, Reason: "Right.", DuplicateOf: comments[max(i-2, 0)]}
		if i%4 < 2 || i < 10 {
			c = policies.DisposeComment{CommentID: id, Outcome: policies.AcceptedWhole, Reason: "Right.",
				Change: &policies.ChangeReference{RevisionID: revisions[2], ClauseID: w.clause(revisions[0], []string{"§2(1)", "§2(2)"}[i%2])}}
		}
		if i >= 10 && i%2 == 0 { // §2(1) is the same in the second revision and in the third
			c = policies.DisposeComment{CommentID: id, Outcome: policies.Duplicate, Reason: "Said before.", DuplicateOf: comments[i-10]}
		}
		w.do(estonia, c)
	}
	ins := w.do(estonia, policies.AdoptDocument{DocumentID: law}).Subject
	set := w.do(w.actor("office"), policies.CreateRuleSet{Slug: "parcels", Title: "Parcels"}).Subject
	for range 2 {
		w.do(w.actor("office"), policies.PublishRelease{RuleSetID: set, Instruments: []string{ins}, ValidUntil: w.clock.Now().Add(90 * day)})
	}
	return w, law, revisions
}

// Where comments stand and what became of them takes as many statements for many
// comments and clauses as for few.
func TestCarryingManyTakesNoMoreStatements(t *testing.T) {
	w, law, revisions := amendedLaw(t)
	for name, query := range map[string]string{
		"comments carried": fmt.Sprintf(`query($n: Int!) { comments(first: $n, filter: {documentId: %q}) { edges { node { text carried { fate revision { number } clauses { citation } madeOn { citation } spans { op } } anchors { reason } } } } }`, law),
		"chains": fmt.Sprintf(`query($n: Int!) { comments(first: $n, filter: {documentId: %q}) { edges { node { chain { answered { id } change { op } changedIn { number } instrument { id } clauses { citation }
			releases(first: 3) { edges { node { number ruleSet { slug } } } } } duplicates(first: 3) { edges { node { text organisation { name } } } } } } } }`, law),
		"a revision's": fmt.Sprintf(`query($n: Int!) { revision: node(id: %q) { ... on Revision { carried(first: $n) { edges { node { fate comment { text organisation { name } } clauses { citation } } } } } } }`, revisions[2]),
		"clauses": fmt.Sprintf(`query($n: Int!) { revision: node(id: %q) { ... on Revision { clauses(last: $n) { edges { node { citation carried(first: 20) { edges { node { fate comment { text organisation { name } } } } }
			shapedBy(first: 20) { edges { node { text organisation { name } } } } } } } } } }`, revisions[2]),
	} {
		count := func(n int) int64 {
			before := w.registry.Views().Statements()
			w.once("ferry", query, map[string]any{"n": n})
			return w.registry.Views().Statements() - before
		}
		count(20) // carriers come from the cache from now on
		least := map[int]int64{}
		for range 10 {
			for _, n := range []int{2, 20} {
				if got := count(n); least[n] == 0 || got < least[n] {
					least[n] = got
				}
			}
		}
		t.Logf("%s: %d statements for 2, %d for 20", name, least[2], least[20])
		if d := least[20] - least[2]; d < -2 || d > 2 || least[20] > 25 {
			t.Errorf("%s: %d statements for 2, %d for 20", name, least[2], least[20])
		}
	}
}

// The clauses of one page are read together as each is read alone.
func TestCarriedReadTogetherIsReadAlone(t *testing.T) {
	w, _, revisions := amendedLaw(t)
	for _, args := range []string{"first: 3", "last: 3", "first: 50"} {
		fields := fmt.Sprintf(`citation clauseId carried(%s) { edges { cursor node { fate comment { text } } } pageInfo { hasNextPage hasPreviousPage } } shapedBy(%s) { edges { cursor node { text } } pageInfo { hasNextPage hasPreviousPage } }`, args, args)
		all := w.ok("", fmt.Sprintf(`{ revision: node(id: %q) { ... on Revision { clauses { edges { node { %s } } } } } }`, revisions[2], fields), nil)
		found := 0
		for _, e := range all.at("revision.clauses.edges").([]any) {
			n := e.(map[string]any)["node"].(map[string]any)
			alone := w.ok("", fmt.Sprintf(`{ revision: node(id: %q) { ... on Revision { clause(by: {clauseId: %q}) { %s } } } }`, revisions[2], n["clauseId"], fields), nil)
			if a, b := fmt.Sprint(alone.at("revision.clause")), fmt.Sprint(n); a != b {
				t.Errorf("%s alone %s\ntogether %s", args, a, b)
			}
			found += len(n["carried"].(map[string]any)["edges"].([]any)) * len(n["shapedBy"].(map[string]any)["edges"].([]any))
		}
		if found == 0 {
			t.Error("nothing was carried and nothing shaped")
		}
	}
}

const standing = `fate changed moved onWhole clauses { citation } madeOn { citation } anchor { reason } computed { fate clauses { citation } }`

// Comments on a real text are shown where their words are in every later version, and
// what they were made on beside it.
func TestCarriedOverARealHistory(t *testing.T) {
	g := newGuideline(t)
	last := g.revisions[4]
	for name, want := range map[string]string{
		"biometric": `{"fate": "CHANGED", "changed": true, "moved": false, "onWhole": false, "clauses": [{"citation": "§5.2.3(6)"}]`,
		"attest":    `{"fate": "SPLIT", "changed": true, "moved": false, "onWhole": false, "clauses": [{"citation": "§5.2.4(1)"}, {"citation": "§5.2.4(2)"}]`,
		"keys":      `{"fate": "UNCHANGED", "changed": false, "moved": false, "onWhole": false, "clauses": [{"citation": "§5.1.7.2(2)"}]`,
		"output":    `{"fate": "GONE", "changed": true, "moved": false, "onWhole": false, "clauses": []`,
		"signing":   `{"fate": "UNCHANGED", "changed": false, "moved": false, "onWhole": false, "clauses": [{"citation": "§5.2.1(1)"}]`,
		"whole":     `{"fate": "CHANGED", "changed": true, "moved": false, "onWhole": true, "clauses": []`,
	} {
		made := "null"
		if s := sections[name]; s != "" {
			made = fmt.Sprintf(`{"citation": %q}`, s)
		}
		a := g.ok("estonia", fmt.Sprintf(`query($id: ID!, $to: ID!) { node(id: $id) { ... on Comment { carried(revisionId: $to) { %s } } } }`, standing),
			map[string]any{"id": g.comments[name], "to": last})
		a.same(t, `{"node": {"carried": `+want+`, "madeOn": `+made+`, "anchor": null, "computed": null}}}`)
	}
	spans := g.ok("estonia", `query($id: ID!, $to: ID!) { node(id: $id) { ... on Comment { carried(revisionId: $to) { spans { op text } } } } }`,
		map[string]any{"id": g.comments["biometric"], "to": last})
	if s := fmt.Sprint(spans.Data); !strings.Contains(s, "map[op:DELETE text:SHALL]") || !strings.Contains(s, "map[op:INSERT text:SHOULD]") {
		t.Errorf("the redline of what was commented on says %s", s)
	}
	// A quotation is found again in one of the two pieces, its slip of the pen mended.
	quoting := g.do(g.actor("crane"), policies.SubmitComment{ConsultationID: g.consultation, CommentWords: policies.CommentWords{ClauseID: g.clause(g.revisions[0], sections["attest"]),
		Stance: policies.Oppose, Type: policies.Technical, Text: "Not only digital ones",
		Quote: &policies.Quote{Exact: "it SHALL be signed using a difital signature", Prefix: "If this attestation is signed, "}}}).Subject
	g.ok("estonia", `query($id: ID!, $to: ID!) { node(id: $id) { ... on Comment { carried(revisionId: $to) { fate quote { clause { citation } exact prefix unchanged } } } } }`,
		map[string]any{"id": quoting, "to": last}).same(t, `{"node": {"carried": {"fate": "SPLIT", "quote": {"clause": {"citation": "§5.2.4(2)"},
		"exact": "it SHALL be signed using a digital signature", "prefix": "If this attestation is signed, ", "unchanged": false}}}}`)
	// The public reads the consulted version alone, and there all stands as it was made.
	for _, id := range g.comments {
		a := g.ok("", `query($id: ID!, $to: ID!) { node(id: $id) { ... on Comment { now: carried { fate revision { number } } draft: carried(revisionId: $to) { fate } } } }`,
			map[string]any{"id": id, "to": last})
		a.same(t, `{"node": {"now": {"fate": "UNCHANGED", "revision": {"number": 1}}, "draft": null}}`)
	}
}

// A comment on a clause that was away for a revision is found on it again, at every fate that a
// reader sees: gone meanwhile, or in the code that swallowed it, then unchanged.
func TestCarriedThroughARevisionWithoutTheClause(t *testing.T) {
	for name, x := range map[string]struct{ away, meanwhile string }{
		"a fence left open": {strings.Replace(lawText, "(1) The carrier", "```\n(1) The carrier", 1), `{"fate": "MOVED", "clauses": [{"citation": "§2(1)"}]}`},
		"deleted":           {strings.Replace(lawText, "\n(2) The sender pays.\n", "", 1), `{"fate": "GONE", "clauses": []}`},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			law, first := w.law("Parcels", lawText)
			k := w.comment("loom", w.open(law), w.clause(first, "§2(2)"), "The buyer should.")
			gone := w.do(w.actor("estonia"), policies.CommitRevision{DocumentID: law, Base: first, Source: x.away}).Subject
			last := w.do(w.actor("estonia"), policies.CommitRevision{DocumentID: law, Base: gone, Source: lawText}).Subject
			for revision, want := range map[string]string{gone: x.meanwhile, last: `{"fate": "UNCHANGED", "clauses": [{"citation": "§2(2)"}]}`} {
				w.ok("estonia", `query($id: ID!, $to: ID!) { node(id: $id) { ... on Comment { carried(revisionId: $to) { fate clauses { citation } } } } }`,
					map[string]any{"id": k, "to": revision}).same(t, `{"node": {"carried": `+want+`}}`)
			}
			w.ok("estonia", `query($to: ID!) { revision: node(id: $to) { ... on Revision { clauses(last: 1) { edges { node { citation carried(first: 2) { edges { node { fate } } } } } } } } }`,
				map[string]any{"to": last}).same(t, `{"revision": {"clauses": {"edges": [{"node": {"citation": "§2(2)", "carried": {"edges": [{"node": {"fate": "UNCHANGED"}}]}}}]}}}`)
		})
	}
}
