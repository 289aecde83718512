package graph

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports"
	"github.com/ewtp/entente/views"
)

// confided is a stage on which loom has said something in confidence, which was answered,
// replied to and put elsewhere, before kenya came to sponsor the law.
func confided(t *testing.T) stage {
	s := newStage(t)
	law, csn := fmt.Sprint(s.ids["law"]), fmt.Sprint(s.ids["csn"])
	estonia, loom := s.actor("estonia"), s.actor("loom")
	say := policies.SubmitComment{ConsultationID: csn, CommentWords: policies.CommentWords{ClauseID: fmt.Sprint(s.ids["pay"]), Stance: policies.Amend, Type: policies.Technical,
		Text: "The capybara pays.", Replacement: "The capybara pays the duty.", Supporters: 4321, Confidential: true, Summary: "On who pays."}}
	s.ids["secretly"] = s.do(loom, say).Subject
	say.Text = "The capybara pays, we say again."
	s.ids["openly"] = s.do(loom, say).Subject
	say.Confidential, say.Summary, say.Text, say.Replacement, say.Supporters = false, "", "Let the recipient pay.", "The recipient pays.", 0
	s.ids["public"] = s.do(s.actor("ferry"), say).Subject
	s.ids["second"] = s.do(estonia, policies.CommitRevision{DocumentID: law, Base: fmt.Sprint(s.ids["first"]),
		Source: strings.Replace(lawText, "The sender pays", "The recipient pays", 1)}).Subject
	s.do(estonia, policies.DisposeComment{CommentID: fmt.Sprint(s.ids["secretly"]), Outcome: policies.AcceptedWhole, Reason: "The kakapo agrees.",
		Change: &policies.ChangeReference{RevisionID: fmt.Sprint(s.ids["second"]), ClauseID: fmt.Sprint(s.ids["pay"])}})
	s.ids["reply"] = s.do(estonia, policies.ReplyToComment{CommentID: fmt.Sprint(s.ids["secretly"]), Text: "The kiwi asks."}).Subject
	s.do(estonia, policies.ReanchorComment{CommentID: fmt.Sprint(s.ids["secretly"]), RevisionID: fmt.Sprint(s.ids["second"]), Reason: "The weka knows."})
	s.do(estonia, policies.ShareDocument{DocumentID: law, OrganisationID: s.orgs["kenya"], As: policies.AsSponsor})
	s.do(s.actor("kenya"), policies.AcceptSponsorship{DocumentID: law})
	return s
}

const wholeComment = `id number clauseId stance type text replacement supporters withheld summary organisation { name } member { id } clause { citation } answerMark
	disposition { outcome reason together change { clauseId } } anchors { reason } carried { computed: fate } chain { answered { id } change { before { clauseId } } clauses { clauseId } }
	replies { edges { cursor node { text } } } duplicates { edges { node { id } } } endorsementCounts { supports } receipt { payload } attachments { name } confidants { name }
	replacementRedline { text } campaign { id } quote { exact } cost { amount } question { id }`

// doorsToComments are all places where a comment may be met, and what a sponsor who came
// after a confidential comment must be told there of it: nothing but its shell.
var doorsToComments = map[string]string{
	"by ID":                 `{ node(id: "$secretly") { ... on Comment { ` + wholeComment + ` } } }`,
	"reply by ID":           `{ node(id: "$reply") { id } }`,
	"list of a document":    `{ document(by: {id: "$law"}) { comments(first: 20) { totalCount edges { cursor node { ` + wholeComment + ` } } } } }`,
	"list of all":           `{ comments(first: 20) { totalCount edges { cursor node { ` + wholeComment + ` } } } }`,
	"list of a clause":      `{ document(by: {id: "$law"}) { head { clause(by: {clauseId: "$pay"}) { comments(first: 20) { totalCount edges { cursor node { ` + wholeComment + ` } } } commentCounts { total byStance { stance count } } } } } }`,
	"narrowed by answer":    `{ comments(filter: {documentId: "$law", answered: true}) { edges { cursor node { id } } } }`,
	"narrowed by no answer": `{ comments(filter: {documentId: "$law", answered: false}) { edges { cursor node { id } } } }`,
	"narrowed by stance":    `{ comments(filter: {documentId: "$law", stances: [AMEND]}) { edges { cursor node { id } } } }`,
	"narrowed by who":       `{ comments(filter: {organisationId: "$loom"}) { edges { cursor node { id text } } } }`,
	"of an organisation":    `{ node(id: "$loom") { ... on Organisation { comments { edges { cursor node { id text } } } } } }`,
	"as of":                 `{ comments(filter: {documentId: "$law"}, asOf: "2027-01-01T00:00:00Z") { edges { node { ` + wholeComment + ` } } } }`,
	"counts":                `{ document(by: {id: "$law"}) { commentCounts { total answered confidential supporters byStance { stance count } organisations bySector { sector comments } bySize { size byStance { comments } } } } }`,
	"carried":               `{ document(by: {id: "$law"}) { head { carried { edges { cursor node { comment { id text } fate } } } clause(by: {clauseId: "$pay"}) { carried { edges { node { comment { id } } } } } } } }`,
	"what shaped a clause":  `{ revision: node(id: "$second") { ... on Revision { clause(by: {clauseId: "$pay"}) { shapedBy { edges { node { id text } } } } } } }`,
	"what is selected":      `{ document(by: {id: "$law"}) { selected(selection: {answered: true}) { count } open: selected(selection: {clauseId: "$pay"}) { count } } }`,
	"what is needed":        `{ needsMe(first: 20, closingWithin: 100, kinds: [COMMENT]) { edges { cursor node { comment { id } } } } needsMeCounts(closingWithin: 100, kinds: [COMMENT]) { total } }`,
	"search":                `{ search(query: "capybara") { edges { cursor node { snippet { text } } } } a: search(query: "who pays") { edges { node { clauseId comment { id } } } } }`,
	"what was heard":        `{ document(by: {id: "$law"}) { whatWeHeard { markdown html } } }`,
	"unconsulted changes":   `{ document(by: {id: "$law"}) { unconsultedChanges { reason clauseId message } } }`,
	"the gate":              `{ document(by: {id: "$law"}) { adoptionGate { reason commentId clauseId message } } }`,
	"campaigns":             `{ document(by: {id: "$law"}) { campaigns { edges { node { size members { edges { node { comment { id } } } } } } } } }`,
}

// A sponsor that came later is told at no door more of what was said in confidence before
// than it would be, had nobody answered it, replied to it or put it elsewhere; and once it is
// disclosed, what everybody is told who was told it from the first.
func TestConfidenceIsToThoseNamed(t *testing.T) {
	s := confided(t)
	secrets := []string{"capybara", "kakapo", "kiwi", "weka", "4321", "ACCEPTED"}
	told := func(who, door string) string {
		b, err := json.Marshal(s.ok(who, s.fill(doorsToComments[door]), nil).Data)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	found := map[string]bool{}
	for name := range doorsToComments {
		was := told("kenya", name)
		for _, w := range secrets {
			if strings.Contains(was, w) {
				t.Errorf("%s: kenya is told of %q: %s", name, w, was)
			}
			found[w] = found[w] || strings.Contains(told("estonia", name), w)
		}
		if strings.Contains(was, fmt.Sprint(s.ids["secretly"])) && !strings.Contains(name, "list") && name != "by ID" && name != "as of" && name != "search" {
			t.Errorf("%s: kenya meets the comment: %s", name, was)
		}
	}
	for _, w := range secrets {
		if !found[w] {
			t.Errorf("not even the first sponsor is told of %q: the test asks for nothing", w)
		}
	}
	before := map[string]string{}
	for name := range doorsToComments {
		before[name] = told("kenya", name)
	}
	// What becomes of it now shows nowhere either.
	s.do(s.actor("estonia"), policies.DisposeComment{CommentID: fmt.Sprint(s.ids["secretly"]), Outcome: policies.Rejected, Reason: "The kakapo thinks again."})
	for name := range doorsToComments {
		if diff := cmp.Diff(before[name], told("kenya", name)); diff != "" {
			t.Errorf("%s: another answer shows (-before +after):\n%s", name, diff)
		}
	}
	for _, id := range []string{"secretly", "openly"} {
		s.done("loom", "discloseComment", fmt.Sprintf(`{"commentId": "$%s", "organisationId": "$kenya"}`, id), `comment { confidants { name } } ledgerPosition repeated`)
	}
	for name := range doorsToComments {
		if diff := cmp.Diff(told("estonia", name), told("kenya", name)); diff != "" && name != "by ID" && !strings.Contains(name, "list") && name != "as of" && name != "what is selected" {
			t.Errorf("%s: what was disclosed is told otherwise than to the first sponsor (-estonia +kenya):\n%s", name, diff)
		}
		if name == "by ID" && !strings.Contains(told("kenya", name), "capybara") {
			t.Errorf("disclosed, and not told: %s", told("kenya", name))
		}
	}
}

// Nor is anything done to what one isn't told: not by one command for many either.
func TestNothingIsAnsweredUnread(t *testing.T) {
	s := confided(t)
	s.ids["asOf"], s.ids["count"] = s.registry.Views().Position(), 3
	for _, x := range []struct{ name, input, code string }{
		{"disposeComment", `{"commentId": "$openly", "outcome": "NOTED", "reason": "x"}`, "FORBIDDEN"},
		{"answerComments", `{"documentId": "$law", "answers": [{"commentId": "$openly", "outcome": "NOTED", "reason": "x"}]}`, "FORBIDDEN"},
		{"disposeComments", `{"documentId": "$law", "selection": {}, "asOf": "$asOf", "count": "$count", "outcome": "NOTED", "reason": "x"}`, "CONFLICT"},
		{"replyToComment", `{"commentId": "$openly", "text": "x"}`, "FORBIDDEN"},
		{"endorseComment", `{"commentId": "$openly", "position": "SUPPORTS"}`, "FORBIDDEN"},
		{"reanchorComment", `{"commentId": "$openly", "revisionId": "$second", "reason": "x"}`, "FORBIDDEN"},
		{"acceptReplacement", `{"commentId": "$openly", "outcome": "ACCEPTED", "reason": "x"}`, "FORBIDDEN"},
		{"discloseComment", `{"commentId": "$openly", "organisationId": "$kenya"}`, "FORBIDDEN"},
	} {
		a := s.mutate("kenya", x.name, x.input, "ledgerPosition")
		if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != x.code {
			t.Errorf("%s: %+v", x.name, a)
		}
	}
	s.ids["count"] = 2
	s.done("kenya", "disposeComments", `{"documentId": "$law", "selection": {}, "asOf": "$asOf", "count": "$count", "outcome": "NOTED", "reason": "Read."}`, "ledgerPosition")
	found, err := s.registry.Views().Comments(t.Context(), policies.Operator, []string{fmt.Sprint(s.ids["openly"]), fmt.Sprint(s.ids["public"])})
	if err != nil || found[fmt.Sprint(s.ids["openly"])].Disposition != nil || found[fmt.Sprint(s.ids["public"])].Disposition == nil {
		t.Errorf("answered: %+v, %v", found, err)
	}
	var lines int
	err = reports.Matrix(t.Context(), s.registry.Views(), s.actor("kenya"), fmt.Sprint(s.ids["law"]), reports.Part{}, func(l reports.Line) error {
		lines++
		if l.Comment.Confidential {
			t.Errorf("the matrix has %+v", l.Comment)
		}
		return nil
	})
	if err != nil || lines != 2 {
		t.Errorf("%d lines, %v", lines, err)
	}
	if c, err := s.registry.Views().NeedCounts(t.Context(), s.actor("kenya"), views.NeedFilter{Now: s.clock.Now(), Kinds: []views.NeedKind{views.NeedComment}}); err != nil || c.Total != 0 {
		t.Errorf("needed for %+v, %v", c, err)
	}
}
