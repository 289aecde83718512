package graph

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

// befallen is a stage on which much befell a confidential comment, and the like a public one,
// from an entry on.
func befallen(t *testing.T) (s stage, from int64) {
	s = confided(t)
	from = s.registry.Views().Position()
	estonia, law := s.actor("estonia"), fmt.Sprint(s.ids["law"])
	for _, name := range []string{"secretly", "public"} {
		id := fmt.Sprint(s.ids[name])
		s.do(estonia, policies.DisposeComment{CommentID: id, Outcome: policies.Rejected, Reason: "No."})
		s.do(estonia, policies.EndorseComment{CommentID: id, Position: policies.Dissents})
		s.do(estonia, policies.ReanchorComment{CommentID: id, RevisionID: fmt.Sprint(s.ids["second"]), ClauseID: fmt.Sprint(s.ids["pay"]), Reason: "It is on this."})
		k, err := s.registry.Views().Comments(t.Context(), policies.Operator, []string{id})
		if err != nil {
			t.Fatal(err)
		}
		c := k[id]
		s.do(estonia, policies.DisposeEach{DocumentID: law, Dispositions: []policies.EachDisposition{{Seen: c.Disposition.Mark(),
			DisposeComment: policies.DisposeComment{CommentID: id, Outcome: policies.Noted, Reason: "Noted."}}}})
	}
	clause := fmt.Sprint(s.ids["pay"])
	all := policies.DisposeComments{DocumentID: law, AsOf: s.registry.Views().Position(), Count: 3, Outcome: policies.Noted, Reason: "All noted.",
		Selection: policies.Selection{ClauseID: &clause, Disposed: true, Except: []string{fmt.Sprint(s.ids["openly"])}}}
	s.do(estonia, all) // two in public, one in confidence
	all.Selection.Except = append(all.Selection.Except, fmt.Sprint(s.ids["cmt"]), fmt.Sprint(s.ids["public"]))
	all.Count, all.AsOf = 1, s.registry.Views().Position()
	s.do(estonia, all) // that alone
	s.done("loom", "discloseComment", `{"commentId": "$secretly", "organisationId": "$kenya"}`, "comment { id }")
	s.comment("ferry", fmt.Sprint(s.ids["csn"]), "", "The last word.")
	return s, from
}

// Whoever isn't told a confidential comment finds by no entry that something befell it: the
// statement has a cover, and nothing is shown behind it; those who are told find what befell it, by
// its ID and by the document's, and everybody what befell public ones.
func TestTheLedgerCoversWhatBefallsComments(t *testing.T) {
	s, from := befallen(t)
	const fields = `seq kind subjectId statement node { __typename id } document { id }`
	secret, public, law := fmt.Sprint(s.ids["secretly"]), fmt.Sprint(s.ids["public"]), fmt.Sprint(s.ids["law"])
	about := map[string]string{secret: "the secret", public: "the public", law: "the law", fmt.Sprint(s.ids["cmt"]): "another", "<nil>": "nothing"}
	shown := func(who string) (list []string) {
		a := s.ok(who, `query($after: String) { ledgerEntries(first: 100, after: $after) { edges { cursor node { `+fields+` } } } }`, nil)
		edges, _ := a.at("ledgerEntries.edges").([]any)
		for i := int(from); i < len(edges); i++ {
			at := func(field string) string { return a.id(fmt.Sprintf("ledgerEntries.edges.%d.node.%s", i, field)) }
			if kind := at("kind"); kind != "comment.submitted" {
				if !strings.HasPrefix(at("subjectId"), "cov_") || strings.Contains(at("statement"), "cmt_") || !strings.Contains(at("statement"), at("subjectId")) {
					t.Errorf("%s has the statement %s", kind, at("statement"))
				}
				list = append(list, kind+" of "+about[at("node.id")])
			}
		}
		return list
	}
	four := func(of string) []string {
		return []string{"comment.disposed of " + of, "comment.endorsed of " + of, "comment.reanchored of " + of, "comments.answered of " + strings.Replace(strings.Replace(of, "the secret", "the law", 1), "the public", "the law", 1)}
	}
	insiders := append(append(four("the secret"), four("the public")...), "comments.disposed of the law", "comments.disposed of the law", "comment.disclosed of the secret")
	strangers := append(append(four("nothing"), four("the public")...), "comments.disposed of the law", "comments.disposed of nothing", "comment.disclosed of nothing")
	for who, want := range map[string][]string{"": strangers, "ferry": strangers, "crane": strangers, "estonia": insiders, "loom": insiders, "office": insiders, "kenya": insiders} {
		if diff := cmp.Diff(want, shown(who)); diff != "" {
			t.Errorf("%q is shown (-want +got):\n%s", who, diff)
		}
	}
	for who, want := range map[string][2]int{"": {1, 4}, "ferry": {1, 4}, "estonia": {7, 4}} {
		for i, id := range []string{secret, public} {
			a := s.ok(who, fmt.Sprintf(`{ ledgerEntries(filter: {subjectId: %q}) { edges { cursor } } }`, id), nil)
			if edges, _ := a.at("ledgerEntries.edges").([]any); len(edges) != want[i] {
				t.Errorf("%q finds %d entries about %s, want %d", who, len(edges), about[id], want[i])
			}
		}
	}
}

// Nor is it heard of as it happens, on that document or on any.
func TestHappenedCoversWhatBefallsComments(t *testing.T) {
	s, from := befallen(t)
	for who, want := range map[string]int{"": 5, "ferry": 5, "estonia": 11, "loom": 11, "office": 11, "kenya": 11} {
		for _, document := range []string{"", s.fill(`documentId: "$law", `)} {
			next := s.events(t.Context(), who, fmt.Sprintf(`subscription { ledgerEntryAdded(%safter: %d) { kind node { ... on Comment { text } ... on Document { id } } } }`, document, from-1))
			n := 0
			for a := next(); a.at("ledgerEntryAdded.node.text") != "The last word."; a = next() {
				if a.status != 0 || a.at("ledgerEntryAdded.node") == nil {
					t.Fatalf("%q: %+v", who, a)
				}
				n++
			}
			if n != want {
				t.Errorf("%q hears of %d entries %s, want %d", who, n, document, want)
			}
		}
	}
}
