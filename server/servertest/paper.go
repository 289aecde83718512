package servertest

import (
	"slices"
	"strings"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
)

// Text is that of a paper's first revision.
const Text = "# Parcels\n\n## Scope {#scope}\n\nThis law applies to parcels.\n\n## Duties {#duties}\n\nThe sender pays.\n"

// A Paper is a document in one of its phases, with what belongs to it.
type Paper struct{ ID, First, Second, Consultation, Comment, Ballot, Instrument string }

// Paper makes a regulation of the sponsor, which the reader is invited to: a draft
// of two revisions, which another government may have been offered to sponsor; or one whose first revision is open for comment, has a comment
// of ferry's, and whose second is a draft; or one whose second was adopted, or is put
// to a secret ballot in which the sponsor has taken its position.
func (f *Front) Paper(phase string) (p Paper) {
	f.T.Helper()
	sponsor, ferry := f.Actor("sponsor-delegate"), f.Actor("ferry-delegate")
	p.ID = f.Do(sponsor, policies.ProposeDocument{Kind: "regulation", Title: "Parcels", Language: "en", Parties: []string{"EE"}})
	f.Do(sponsor, policies.ShareDocument{DocumentID: p.ID, OrganisationID: f.Orgs["reader"], As: policies.AsReader})
	p.First = f.Do(sponsor, policies.CommitRevision{DocumentID: p.ID, Source: Text})
	f.Do(sponsor, policiestest.From(p.ID, f.Clock.Now().AddDate(200, 0, 0))) // papers take months
	if phase == "offered" {
		f.Do(sponsor, policies.ShareDocument{DocumentID: p.ID, OrganisationID: f.Orgs["kenya"], As: policies.AsSponsor})
	}
	if phase != "draft" && phase != "offered" {
		p.Consultation = f.Do(sponsor, policies.OpenConsultation{DocumentID: p.ID, Closes: f.Local(61), Zone: "UTC", Late: policies.LateRefused})
		p.Comment = f.Do(ferry, policies.SubmitComment{ConsultationID: p.Consultation, CommentWords: policies.CommentWords{ClauseID: f.Clause(p.First, "The sender pays."), Stance: policies.Amend, Type: policies.Technical,
			Text: "The seller should.", Replacement: "The seller pays all."}})
	}
	p.Second = f.Do(sponsor, policies.CommitRevision{DocumentID: p.ID, Base: p.First, Source: strings.Replace(Text, "The sender", "The seller", 1)})
	if phase == "adopted" || phase == "answered" || phase == "balloted" {
		f.Do(sponsor, policies.DisposeComment{CommentID: p.Comment, Outcome: policies.AcceptedWhole, Reason: "It should.",
			Change: &policies.ChangeReference{RevisionID: p.Second, ClauseID: f.Changed(p)}})
		f.Clock.Set(f.Clock.Now().AddDate(0, 0, 62))
	}
	if phase == "balloted" {
		p.Ballot = f.Do(sponsor, policies.OpenBallot{DocumentID: p.ID, Closes: f.Local(40000), Zone: "UTC", Secrecy: policies.SecretUntilClose}) // other papers take months
		f.Do(sponsor, policies.CastPosition{BallotID: p.Ballot, Position: policies.Yes})
	}
	if phase == "adopted" {
		p.Instrument = f.Do(sponsor, policies.AdoptDocument{DocumentID: p.ID})
	} else {
		f.Do(sponsor, policies.PutForward{DocumentID: p.ID, RevisionID: p.Second})
	}
	return p
}

// Clause is the clause of a revision that says these words.
func (f *Front) Clause(revision, words string) string {
	f.T.Helper()
	text, err := f.Registry.Views().Text(f.T.Context(), revision)
	if err != nil {
		f.T.Fatal(err)
	}
	for i := range text.Clauses {
		if text.Words(i) == words {
			return text.Clauses[i].ID
		}
	}
	f.T.Fatalf("no clause says %q", words)
	return ""
}

// Mark names the answer that a comment has.
func (f *Front) Mark(comment string) string {
	f.T.Helper()
	found, err := f.Registry.Views().Comments(f.T.Context(), policies.Operator, []string{comment})
	if err != nil {
		f.T.Fatal(err)
	}
	return found[comment].Disposition.Mark()
}

// Changed is the clause that the second revision changes.
func (f *Front) Changed(p Paper) string {
	f.T.Helper()
	text, err := f.Registry.Views().Text(f.T.Context(), p.Second)
	if err != nil {
		f.T.Fatal(err)
	}
	before, err := f.Registry.Views().Text(f.T.Context(), p.First)
	if err != nil {
		f.T.Fatal(err)
	}
	for _, c := range text.Clauses {
		if !slices.ContainsFunc(before.Clauses, func(o clauses.Clause) bool { return o.ID == c.ID && o.Hash == c.Hash }) {
			return c.ID
		}
	}
	f.T.Fatal("nothing changed")
	return ""
}

// Local is the local time in UTC after so many days.
func (f *Front) Local(days int) string {
	return f.Clock.Now().AddDate(0, 0, days).Format("2006-01-02T15:04:05")
}
