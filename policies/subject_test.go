package policies

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/ewtp/entente/standards"
)

// subjectSamples holds what each constructor makes of things that the callers below
// may act on.
func subjectSamples() map[string]Subject {
	d := &Document{Kind: standards.Regulation, Sponsors: []string{"org_sponsor"}, Offered: []string{"org_offered"}, OpenDrafts: true}
	k := &Comment{OrganisationID: "org_business"}
	m := &Member{ID: "mem_1", OrganisationID: "org_business", Issuer: "https://id.example", Subject: "new"}
	b := &Ballot{OpensAt: dawn, ClosesAt: dawn.Add(day), Electorate: []Elector{{OrganisationID: "org_sponsor", Chamber: Government}}}
	return map[string]Subject{
		"OnDocument": OnDocument(d), "OnRevision": OnRevision(d, 1), "OnComment": OnComment(d, k),
		"OnAnchor": OnAnchor(d, k, &Anchor{OrganisationID: "org_sponsor"}), "OnMark": OnMark(d, &EditorialMark{OrganisationID: "org_sponsor"}),
		"OnConsultation": OnConsultation(d, &Consultation{Audience: &Audience{Chambers: []OrganisationKind{Business}, Only: true}}),
		"OnBallot":       OnBallot(d, b), "OnPosition": OnPosition(d, b, "org_sponsor", dawn), "OnDraft": OnDraft(d, "org_business"),
		"OnOrganisation": OnOrganisation("org_business"), "OnMembersOf": OnMembersOf("org_business", Business), "OnMember": OnMember(m),
		"OnInvitation": OnInvitation(invitation("org_business")), "OnInvitationOf": OnInvitationOf(invitation("org_business"), Business),
		"OnFilter": OnFilter(&SavedFilter{MemberID: "mem_1"}), "NewOrganisation": NewOrganisation(Business), "OnRuleSet": OnRuleSet(&standards.RuleSet{OrganisationID: "org_office"}),
		"NewDocument": NewDocument(standards.Regulation), "Nothing": Nothing,
	}
}

// subjectTable is the table in the comment on Subject: the actions of each constructor.
func subjectTable(t *testing.T) map[string][]Action {
	t.Helper()
	table := map[string][]Action{}
	for _, decl := range sourceFiles(t)["subject.go"].Decls {
		of, ok := decl.(*ast.GenDecl)
		if !ok || of.Tok != token.TYPE {
			continue
		}
		for line := range strings.Lines(of.Doc.Text()) {
			if row, ok := strings.CutPrefix(line, "\t"); ok {
				name, actions, _ := strings.Cut(strings.TrimSpace(row), ": ")
				for a := range strings.SplitSeq(actions, ", ") {
					table[name] = append(table[name], Action(a))
				}
			}
		}
	}
	return table
}

// Every action is in the table beside the constructors, and whoever has the right to it
// has it on a subject that is made as the table says: nothing that it looks at is left out.
func TestSubjectsHoldWhatActionsLookAt(t *testing.T) {
	samples, table := subjectSamples(), subjectTable(t)
	in := map[Action]bool{}
	for name, actions := range table {
		s, ok := samples[name]
		if !ok {
			t.Errorf("the table has %s, of which there is no sample", name)
		}
		for _, a := range actions {
			in[a] = true
			if !slices.ContainsFunc(callers(), func(c caller) bool { return !c.actor.Operator && May(c.actor, a, s) == nil }) &&
				May(Operator, a, s) != nil {
				t.Errorf("nobody may %s on what %s makes", a, name)
			}
		}
	}
	for _, a := range Actions {
		if !in[a] {
			t.Errorf("the table doesn't say which subject %s takes", a)
		}
	}
	if len(in) != len(Actions) || len(samples) != len(table) {
		t.Errorf("%d actions and %d constructors in the table, %d and %d there are", len(in), len(table), len(Actions), len(samples))
	}
}
