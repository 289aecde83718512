package policies_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// chileWithoutPeople registers a government for which nobody speaks.
func (w *town) chileWithoutPeople() (organisation string) {
	organisation = w.do(w.office, RegisterOrganisation{Kind: Government, Name: "Chile", Jurisdiction: "CL"}).Subject()
	w.admit(w.office, organisation, "an observer", Observer)
	return organisation
}

// No jurisdiction is bound that had no voice: the gate says so from the first draft on,
// in every phase, whatever the kind and whether or not there are ballots.
func TestNoPartyIsBoundWithoutAVoice(t *testing.T) {
	for _, kind := range standards.Kinds {
		for name, ballots := range map[string]map[standards.Kind]bool{"with a ballot": nil, "without": noBallots} {
			t.Run(string(kind)+" "+name, func(t *testing.T) {
				w := newTown(t)
				w.rules.WithoutBallot = ballots
				chile := w.chileWithoutPeople()
				doc := w.do(w.estonia, ProposeDocument{Kind: kind, Title: "Labels", Language: "en", Parties: []string{"EE", "CL", "AR"}}).Subject()
				lacks := func(codes ...string) {
					t.Helper()
					got, err := UnrepresentedParties(w.document(doc), w.m)
					if diff := cmp.Diff(codes, got); diff != "" || err != nil {
						t.Fatalf("unrepresented (-want +got), %v:\n%s", err, diff)
					}
				}
				gaps := []string{"partyWithoutGovernment CL", "partyWithoutGovernment AR"}
				lacks("CL", "AR")
				w.commit(doc, parcels)
				w.wants(doc, append([]string{"notInReview"}, gaps...)...)
				w.open(doc, LateRefused)
				w.wants(doc, append([]string{"notInReview"}, gaps...)...)
				w.wait(91 * day)
				if ballots == nil {
					w.wants(doc, append(gaps, "ballotMissing")...)
				} else {
					w.wants(doc, gaps...)
				}
				w.refuse(w.estonia, OpenBallot{DocumentID: doc, Closes: w.in(8 * day), Zone: zone, Secrecy: SecretUntilClose}, GateUnmet, "documentId", "put to the ballot")
				w.refuse(w.estonia, AdoptDocument{DocumentID: doc}, GateUnmet, "documentId", "")
				w.admit(w.office, chile, "a minister", Delegate)
				w.citizen(w.office, Government, "Salta", "AR-A") // a province doesn't decide for its country
				lacks("AR")
				w.citizen(w.office, Government, "Argentina", "AR")
				lacks()
				if ballots == nil {
					w.carry(doc)
				}
				w.wants(doc)
				w.do(w.estonia, AdoptDocument{DocumentID: doc})
			})
		}
	}
}

// A government that was outvoted stops nothing by leaving, and one that came later asks for
// a ballot with its voice in it only where it had none.
func TestPartiesCountAsTheyVoted(t *testing.T) {
	w := newTown(t)
	doc, _, _ := w.reviewed()
	w.carry(doc)
	w.do(w.office, RemoveMember{MemberID: w.zealand.MemberID, Reason: "Gone."})
	w.wants(doc)
	other := w.reviewedBy(w.estonia, standards.Regulation, "EE", "NZ")
	w.wants(other, "partyWithoutGovernment NZ", "ballotMissing")
	w.do(w.estonia, AdoptDocument{DocumentID: doc})
}

// Governments of one jurisdiction are one voice, which says what the most reserved of
// them says.
func TestMinistriesOfOneCountryAreOneVoice(t *testing.T) {
	for name, x := range map[string]struct {
		estonia, customs, finance Vote
		want                      string
		gaps                      []string
	}{
		"they agree":               {Yes, Yes, Yes, "2 of 2, yes 2, no objection 0, discuss 0, abstain 0, recused 0: carried", nil},
		"one spoke":                {"", Yes, "", "2 of 2, yes 2, no objection 0, discuss 0, abstain 0, recused 0: carried", nil},
		"none spoke":               {"", "", "", "1 of 2, yes 1, no objection 0, discuss 0, abstain 0, recused 0: carried", nil},
		"one doesn't mind":         {Yes, NoObjection, Yes, "2 of 2, yes 1, no objection 1, discuss 0, abstain 0, recused 0: carried", nil},
		"one abstains":             {Yes, NoObjection, Abstain, "2 of 2, yes 1, no objection 0, discuss 0, abstain 1, recused 0: carried", nil},
		"one takes no part":        {Recuse, Yes, "", "2 of 2, yes 2, no objection 0, discuss 0, abstain 0, recused 0: carried", nil},
		"all who spoke take none":  {Recuse, "", Recuse, "2 of 2, yes 1, no objection 0, discuss 0, abstain 0, recused 1: carried", nil},
		"one blocks, two are for":  {Yes, Discuss, Yes, "2 of 2, yes 1, no objection 0, discuss 1, abstain 0, recused 0: not carried", []string{"ballotNotCarried", "blockingPosition "}},
		"one blocks, one abstains": {Abstain, Discuss, "", "2 of 2, yes 1, no objection 0, discuss 1, abstain 0, recused 0: not carried", []string{"ballotNotCarried", "blockingPosition "}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			customs, finance := w.citizen(w.office, Government, "Customs", "EE"), w.citizen(w.office, Government, "Finance", "EE")
			doc, _, _ := w.reviewed()
			id := w.ballot(doc, SecretUntilClose)
			w.cast(w.zealand, id, Yes)
			for a, v := range map[*Actor]Vote{&w.estonia: x.estonia, &customs: x.customs, &finance: x.finance} {
				if v != "" {
					w.cast(*a, id, v)
				}
			}
			w.wait(9 * day)
			if got := w.tallied(id)[0]; got != "government decides: "+x.want {
				t.Errorf("tally %s, want %s", got, x.want)
			}
			if len(x.gaps) > 0 {
				x.gaps[1] += customs.OrganisationID
			}
			w.wants(doc, x.gaps...)
		})
	}
}

// Whoever can't act is in no electorate, and where a document names no parties each
// country has one voice, its provinces' where nobody speaks for the whole.
func TestElectoratesHoldThoseWhoCanVote(t *testing.T) {
	w := newTown(t)
	w.chileWithoutPeople()
	w.citizen(w.office, Government, "Harju County", "EE-37")
	gansu, hainan := w.citizen(w.office, Government, "Gansu", "CN-GS"), w.citizen(w.office, Government, "Hainan", "CN-HI")
	w.do(w.office, RegisterOrganisation{Kind: Business, Name: "A shell", Jurisdiction: "EE"})
	w.do(w.office, RemoveMember{MemberID: w.harbour.MemberID, Reason: "Left."})
	w.do(Operator, ChangeRole{MemberID: w.ferry.MemberID, Role: Observer})
	id := w.ballot(w.reviewedBy(w.loom, standards.Standard), SecretUntilClose)
	b, _ := w.m.Ballot(id)
	want := []Elector{
		{OrganisationID: w.estonia.OrganisationID, Chamber: Government, Jurisdiction: "EE"}, {OrganisationID: w.zealand.OrganisationID, Chamber: Government, Jurisdiction: "NZ"},
		{OrganisationID: gansu.OrganisationID, Chamber: Government, Jurisdiction: "CN"}, {OrganisationID: hainan.OrganisationID, Chamber: Government, Jurisdiction: "CN"},
		{OrganisationID: w.loom.OrganisationID, Chamber: Business, Jurisdiction: "EE"},
	}
	if diff := cmp.Diff(want, b.Electorate); diff != "" {
		t.Errorf("electorate (-want +got):\n%s", diff)
	}
}
