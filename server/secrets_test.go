package server_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/server/servertest"
	"github.com/ewtp/entente/standards"
)

// A secret is something that some may know, under the words that give it away.
type secret struct {
	words []string // in lower case
	ids   []string // opaque; the public statements of the ledger name them too
	may   func(policies.Actor) bool
}

const (
	secretText = "# Quagga\n\n## Hoopoe {#hoopoe}\n\nThe quagga pays the hoopoe.\n"
	laterDraft = "# Parcels\n\n## Scope {#scope}\n\nThis law applies to parcels of narwhals.\n"
)

// A vault is a front with secrets in it.
type vault struct {
	*servertest.Front
	draft, public servertest.Paper
	number        string
	invitation    string
	member        string // ferry's admin
	confidential  string // ID of a comment
	prepared      string // and of a draft of one
	ballot        string // secret, and open
	secrets       map[string]secret
}

// newVault has a private draft of the sponsor's, which the reader may read; a
// public document with a later draft and one in a ballot; and people and an invitation in each organisation.
func newVault(t *testing.T) *vault {
	v := &vault{Front: servertest.NewFront(t), secrets: map[string]secret{}}
	sponsor := v.Actor("sponsor-delegate")
	v.member = v.Actor("ferry-admin").MemberID
	v.vote()
	v.public = v.Paper("open")
	last := v.Do(sponsor, policies.CommitRevision{DocumentID: v.public.ID, Base: v.public.Second, Source: laterDraft, Note: "okapi"})
	v.draft.ID = v.Do(sponsor, policies.ProposeDocument{Kind: "regulation", Title: "Zanzibar plan", Language: "en", Topics: []string{"dodo"}, Parties: []string{"EE"}})
	v.draft.First = v.Do(sponsor, policies.CommitRevision{DocumentID: v.draft.ID, Source: secretText, Note: "okapi"})
	v.Do(sponsor, policies.ShareDocument{DocumentID: v.draft.ID, OrganisationID: v.Orgs["reader"], As: policies.AsReader})
	d, err := v.Registry.Views().Document(t.Context(), policies.Operator, v.draft.ID, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	v.number = d.Number
	v.secrets["draft"] = secret{words: []string{"zanzibar", "quagga", "hoopoe", "okapi", "dodo", strings.ToLower(d.Number), standards.Digest([]byte(secretText))},
		ids: []string{v.draft.ID, v.draft.First}, may: func(a policies.Actor) bool {
			return policies.May(a, policies.ReadingDocument, policies.OnDocument(&d)) == nil
		}}
	open, err := v.Registry.Views().Document(t.Context(), policies.Operator, v.public.ID, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	v.secrets["later draft"] = secret{words: []string{"narwhal", standards.Digest([]byte(laterDraft))}, ids: []string{last, v.public.Second}, may: func(a policies.Actor) bool {
		return policies.May(a, policies.ReadingRevision, policies.OnRevision(&open, 3)) == nil
	}}
	v.whisper(open)
	for _, o := range servertest.Organisations {
		of := policies.OnOrganisation(v.Orgs[o.Name])
		v.secrets["people of "+o.Name] = secret{words: []string{strings.ToLower(servertest.PersonName(o.Name + "-"))}, may: func(a policies.Actor) bool {
			return policies.May(a, policies.ReadingMembers, of) == nil
		}}
		id := v.Do(policies.Operator, policies.InviteMember{OrganisationID: v.Orgs[o.Name], Email: "guest." + o.Name + "@people.example", Role: policies.Delegate})
		v.secrets["invitation of "+o.Name] = secret{words: []string{"guest." + o.Name}, ids: []string{id}, may: func(a policies.Actor) bool {
			return policies.May(a, policies.ReadingInvitations, of) == nil
		}}
		if o.Name == "ferry" {
			v.invitation = id
		}
	}
	return v
}

// whisper has ferry say something in confidence on the public document, and prepare
// something more.
func (v *vault) whisper(d policies.Document) {
	v.T.Helper()
	ferry := v.Actor("ferry-delegate")
	words := policies.SubmitComment{ConsultationID: v.public.Consultation, CommentWords: policies.CommentWords{Stance: policies.Oppose, Type: policies.Technical,
		Text: "The capybara pays.", Confidential: true, Summary: "On who pays."}}
	v.confidential = v.Do(ferry, words)
	found, err := v.Registry.Views().Comments(v.T.Context(), policies.Operator, []string{v.confidential})
	if err != nil {
		v.T.Fatal(err)
	}
	said := found[v.confidential]
	v.secrets["a confidential comment"] = secret{words: []string{"capybara"}, may: func(a policies.Actor) bool {
		return policies.May(a, policies.ReadingComment, policies.OnComment(&d, &said)) == nil
	}}
	words.Text, words.Summary = "The axolotl pays.", "On who else pays."
	v.prepared = v.Do(ferry, policies.DraftComment{ConsultationID: words.ConsultationID, Words: words.CommentWords})
	v.secrets["a comment's draft"] = secret{words: []string{"axolotl"}, ids: []string{v.prepared}, may: func(a policies.Actor) bool {
		return policies.May(a, policies.ReadingDraft, policies.OnDraft(&d, v.Orgs["ferry"])) == nil
	}}
}

// vote has ferry take a position in a secret ballot.
func (v *vault) vote() {
	v.T.Helper()
	p := v.Paper("balloted")
	v.ballot = p.Ballot
	v.Do(v.Actor("ferry-delegate"), policies.CastPosition{BallotID: p.Ballot, Position: policies.Discuss, Text: "The pangolin pays."})
	d, err := v.Registry.Views().Document(v.T.Context(), policies.Operator, p.ID, time.Time{})
	if err != nil {
		v.T.Fatal(err)
	}
	found, err := v.Registry.Views().Ballots(v.T.Context(), policies.Operator, []string{p.Ballot})
	if err != nil {
		v.T.Fatal(err)
	}
	b := found[p.Ballot]
	v.secrets["a secret position"] = secret{words: []string{"pangolin"}, may: func(a policies.Actor) bool {
		return policies.May(a, policies.ReadingPosition, policies.OnPosition(&d, &b, v.Orgs["ferry"], v.Clock.Now())) == nil
	}}
}

// fill puts the names of what there is into a query.
func (v *vault) fill(query string) string {
	return strings.NewReplacer("$draft", v.draft.ID, "$revision", v.draft.First, "$number", v.number, "$public", v.public.ID,
		"$open", v.public.First, "$second", v.public.Second, "$consultation", v.public.Consultation, "$comment", v.public.Comment,
		"$later", v.secrets["later draft"].ids[0], "$sponsor", v.Orgs["sponsor"], "$ferry", v.Orgs["ferry"], "$office", v.Orgs["office"],
		"$invitation", v.invitation, "$confidential", v.confidential, "$prepared", v.prepared, "$ballot", v.ballot, "$member", v.member).Replace(query)
}

// leaks are the secrets in an answer that its reader may not know. An ID or number
// that the question named may come back in a refusal, and the opaque IDs stand in the
// public record.
func (v *vault) leaks(who, question, answer string, record bool) (found []string) {
	answer, question = strings.ToLower(answer), strings.ToLower(question)
	for name, s := range v.secrets {
		words := s.words
		if !record {
			words = slices.Concat(words, s.ids)
		}
		for _, w := range words {
			echo := strings.ContainsAny(w, "0123456789") && strings.Contains(question, w)
			if strings.Contains(answer, w) && !echo && !s.may(v.Actor(who)) {
				found = append(found, name+": "+w)
			}
		}
	}
	return found
}
