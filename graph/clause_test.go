package graph

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ewtp/entente/policies"
)

// With every clause of a version stand the comments that are carried to it, those that
// met a fate can be listed, and a sponsor's hand goes before what is computed.
func TestCommentsOfAClauseOverARealHistory(t *testing.T) {
	g := newGuideline(t)
	last := g.revisions[4]
	on := func(citation string) string {
		t.Helper()
		a := g.ok("estonia", `query($id: ID!, $clause: ID!) { revision: node(id: $id) { ... on Revision { clause(by: {clauseId: $clause}) { carried(first: 5) { edges { node { fate comment { text } } } } } } } }`,
			map[string]any{"id": last, "clause": g.clause(last, citation)})
		var list []string
		for _, e := range a.at("revision.clause.carried.edges").([]any) {
			n := e.(map[string]any)["node"].(map[string]any)
			list = append(list, fmt.Sprint(n["fate"], " ", n["comment"].(map[string]any)["text"]))
		}
		return strings.Join(list, ", ")
	}
	for citation, want := range map[string]string{
		"§5.2.4(1)": "SPLIT On attest", "§5.2.4(2)": "SPLIT On attest", "§5.1.7.2(2)": "UNCHANGED On keys", "§5.1.6.2(1)": "", "§5.2.1(1)": "UNCHANGED On signing",
	} {
		if got := on(citation); got != want {
			t.Errorf("on %s stand %q, want %q", citation, got, want)
		}
	}
	listed := func(fates string) string {
		t.Helper()
		var list []string
		after := "null"
		for {
			a := g.ok("estonia", fmt.Sprintf(`{ revision: node(id: %q) { ... on Revision { carried(fates: %s, first: 1, after: %s) { pageInfo { hasNextPage endCursor } edges { node { comment { text } } } } } } }`, last, fates, after), nil)
			for _, e := range a.at("revision.carried.edges").([]any) {
				list = append(list, fmt.Sprint(e.(map[string]any)["node"].(map[string]any)["comment"].(map[string]any)["text"]))
			}
			if a.at("revision.carried.pageInfo.hasNextPage") != true {
				return strings.Join(list, ", ")
			}
			after = fmt.Sprintf("%q", a.id("revision.carried.pageInfo.endCursor"))
		}
	}
	for fates, want := range map[string]string{
		"[GONE]": "On output", "[SPLIT, MOVED]": "On attest", "[UNCHANGED]": "On keys, On signing", "[CHANGED]": "On biometric, On the whole",
		"null": "On biometric, On attest, On keys, On output, On signing, On the whole",
	} {
		if got := listed(fates); got != want {
			t.Errorf("%s: %q, want %q", fates, got, want)
		}
	}
	g.do(g.actor("estonia"), policies.ReanchorComment{CommentID: g.comments["output"], RevisionID: g.revisions[3], ClauseID: g.clause(g.revisions[3], "§5.2.4(2)"),
		Reason: "What is signed is dealt with here now."})
	if got := on("§5.2.4(2)"); got != "SPLIT On attest, MOVED On output" {
		t.Errorf("on §5.2.4(2) stand %q", got)
	}
	if got := listed("[GONE]"); got != "" {
		t.Errorf("gone: %q", got)
	}
	g.ok("estonia", fmt.Sprintf(`query($id: ID!, $to: ID!) { node(id: $id) { ... on Comment { carried(revisionId: $to) { %s } } } }`, standing),
		map[string]any{"id": g.comments["output"], "to": last}).same(t, `{"node": {"carried": {"fate": "MOVED", "changed": true, "moved": true, "onWhole": false,
		"clauses": [{"citation": "§5.2.4(2)"}], "madeOn": {"citation": "§5.1.8.1(2)"}, "anchor": {"reason": "What is signed is dealt with here now."},
		"computed": {"fate": "GONE", "clauses": []}}}}`)
}
