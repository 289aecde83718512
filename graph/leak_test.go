package graph

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
)

// A draft and the draft revisions of a public document, asked for in every way there
// is, by everybody: what may not be seen is nowhere in the answer.
func TestDraftsDoNotLeak(t *testing.T) {
	s := newStage(t)
	s.do(s.actor("estonia"), policies.ShareDocument{DocumentID: fmt.Sprint(s.ids["secret"]), OrganisationID: s.orgs["loom"], As: policies.AsReader})
	// The law in consultation has a second revision, which is a draft again.
	s.ids["draft"] = s.do(s.actor("estonia"), policies.CommitRevision{DocumentID: fmt.Sprint(s.ids["law"]), Base: fmt.Sprint(s.ids["first"]),
		Source: strings.Replace(lawText, "The sender pays", "The zanzibarian pays", 1), Note: "zanzibar asked"}).Subject
	secret := s.ok("estonia", `query($id: ID!) { document(by: {id: $id}) { number } }`, map[string]any{"id": s.ids["secret"]}).id("document.number")

	queries := map[string]string{
		"node":                 `{ node(id: "$secret") { ... on Document { title head { source } } } }`,
		"node of revision":     `{ node(id: "$secretRevision") { ... on Revision { source html note document { title } } } }`,
		"nodes":                `{ nodes(ids: ["$secret", "$secretRevision", "$draft"]) { ... on Document { title } ... on Revision { source note } } }`,
		"document":             `{ document(by: {id: "$secret"}) { title revisions { edges { node { source } } } } }`,
		"document by number":   `{ document(by: {number: "` + secret + `"}) { title } }`,
		"document as of":       `{ document(by: {id: "$secret"}, asOf: "2026-03-02T09:00:00Z") { title } }`,
		"documents":            `{ documents(first: 10) { edges { node { title head { source note } revisions(first: 5) { edges { node { source note } } } } } } }`,
		"documents by title":   `{ documents(filter: {title: "secret"}) { edges { node { title } } } }`,
		"revision":             `{ revision: node(id: "$secretRevision") { ... on Revision { source } } }`,
		"draft revision":       `{ revision: node(id: "$draft") { ... on Revision { source note clauses { edges { node { markdown } } } } } }`,
		"revision by number":   `{ document(by: {id: "$law"}) { revision(number: 2) { source } head { source } consultation { document { head { note } } } } }`,
		"carried to the draft": `{ node(id: "$cmt") { ... on Comment { carried(revisionId: "$draft") { clauses { markdown } spans { text } } chain { change { after { markdown } } } anchors { reason } } } }`,
		"carried to the head":  `{ node(id: "$cmt") { ... on Comment { carried { clauses { markdown } revision { note } } } } }`,
		"of the draft":         `{ revision: node(id: "$draft") { ... on Revision { carried { edges { node { clauses { markdown } } } } clauses { edges { node { carried { edges { node { spans { text } } } } shapedBy { edges { node { text } } } } } } } } }`,
		"redline":              `{ redline(fromId: "$first", toId: "$draft") { changes { edges { node { spans { text } after { markdown } } } } } }`,
		"redline of the draft": `{ redline(fromId: "$secretRevision", toId: "$secretRevision") { from { source } } }`,
		"search":               `{ search(query: "zanzibar") { edges { node { snippet { text } document { title } } } } }`,
		"search of titles":     `{ search(query: "secret") { edges { node { snippet { text } document { title } } } } }`,
		"search there":         `{ search(query: "plans", documentId: "$secret") { edges { node { snippet { text } } } } }`,
		"comments":             `{ comments(filter: {documentId: "$secret"}) { totalCount edges { node { text } } } a: comments(first: 50) { edges { node { document { title head { source } } disposition { change { revision { note } } } } } } }`,
		"consultations":        `{ consultations(first: 50) { edges { node { document { title head { note } } } } } }`,
		"ledger":               `{ ledgerEntries(first: 100) { edges { node { statement node { ... on Document { title head { source } } ... on Revision { note source } } document { title } } } } }`,
		"ledger by subject":    `{ ledgerEntries(filter: {subjectId: "$secret"}) { edges { node { statement node { id } document { title } } } } }`,
		"organisation":         `{ node(id: "$estonia") { ... on Organisation { comments { edges { node { document { title } } } } } } }`,
	}
	insider := map[string]bool{"": false, "ferry": false, "crane": false, "hub": false, "kenya": false, "loom": true, "intern": true, "estonia": true, "office": true}
	for name, query := range queries {
		for word, id := range s.ids {
			query = strings.ReplaceAll(query, `"$`+word+`"`, fmt.Sprintf("%q", id))
		}
		told := 0
		for who, inside := range insider {
			b, err := json.Marshal(s.ask(who, query, nil))
			if err != nil {
				t.Fatal(err)
			}
			answer := strings.ToLower(string(b))
			if strings.Contains(answer, "validation_failed") || strings.Contains(answer, "limit_exceeded") || strings.Contains(answer, "internal") {
				t.Fatalf("%s isn't answered at all: %s", name, answer)
			}
			leaks := strings.Contains(answer, "zanzibar") || strings.Contains(answer, "secret")
			if leaks && (!inside || who == "loom" && strings.Contains(answer, "zanzibarian")) {
				t.Errorf("%s: %q learns %s", name, who, answer)
			}
			if leaks {
				told++
			}
		}
		if told == 0 && name != "comments" && name != "consultations" && name != "organisation" {
			t.Errorf("%s tells not even those who may know: the test asks for nothing", name)
		}
	}
	// Who may not know of a document can't tell it from one that isn't there.
	for _, query := range []string{`{ document(by: {id: "%s"}) { id } }`, `{ node(id: "%s") { id } }`, `{ comments(filter: {documentId: "%s"}) { totalCount edges { cursor } } }`} {
		hidden, none := s.ask("ferry", fmt.Sprintf(query, s.ids["secret"]), nil), s.ask("ferry", fmt.Sprintf(query, "doc_01h45ytscbebyvny4gc8cr8ma2"), nil)
		if diff := cmp.Diff(none, hidden, cmp.AllowUnexported(response{})); diff != "" {
			t.Errorf("%s: hidden is told from none:\n%s", query, diff)
		}
	}
}

// The reader invited to one draft is not let into the other.
func TestGateAndReadersAreForThoseWhoRunTheDocument(t *testing.T) {
	s := newStage(t)
	for who, want := range map[string]bool{"": false, "loom": false, "kenya": false, "estonia": true, "office": true} {
		a := s.ok(who, `query($id: ID!) { document(by: {id: $id}) { readers { name } adoptionGate { message } } }`, map[string]any{"id": s.ids["law"]})
		if got := a.at("document.adoptionGate") != nil; got != want {
			t.Errorf("%q sees the gate: %t", who, got)
		}
		if got := a.at("document.readers") != nil; got != want {
			t.Errorf("%q sees the readers: %t", who, got)
		}
	}
}

func TestPeopleAreSeenByTheirOwn(t *testing.T) {
	s := newStage(t)
	for who, want := range map[string]bool{"": false, "ferry": false, "estonia": false, "intern": true, "loom": true, "office": true} {
		a := s.ok(who, `query($m: ID!, $o: ID!, $c: ID!) { node(id: $m) { ... on Member { role name issuer subject organisation { name } } }
			org: node(id: $o) { ... on Organisation { members { edges { node { name } } } } } comment: node(id: $c) { ... on Comment { member { name } } } }`,
			map[string]any{"m": s.ids["member"], "o": s.ids["loom"], "c": s.ids["cmt"]})
		if a.at("node.role") != "ADMIN" || a.at("node.organisation.name") != "The loom" {
			t.Errorf("%q: %v", who, a.Data)
		}
		for _, path := range []string{"node.name", "node.issuer", "node.subject", "org.members", "comment.member.name"} {
			if got := a.at(path) != nil; got != want {
				t.Errorf("%q sees %s: %t", who, path, got)
			}
		}
	}
}
