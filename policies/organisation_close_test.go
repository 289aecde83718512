package policies_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// closedStory has an organisation closed that was a sponsor beside another, and had a voice.
func closedStory(w *town) {
	mill := w.citizen(w.office, Business, "Mill", "EE")
	doc := w.labels()
	w.sponsorLater(doc, mill)
	w.open(doc, LateMarked)
	w.wait(91 * day)
	w.cast(mill, w.ballot(doc, OpenBallotting), Yes)
	w.do(w.office, InviteMember{OrganisationID: mill.OrganisationID, Email: "mari@mill.example", Role: Admin})
	w.do(mill, LeaveOrganisation{OrganisationID: mill.OrganisationID})
	w.do(w.office, CloseOrganisation{OrganisationID: mill.OrganisationID, Reason: "Struck off the register of companies."})
	w.do(w.office, CancelBallot{BallotID: w.document(doc).Ballot, Reason: "It is done with."})
	w.do(w.estonia, CancelBallot{BallotID: w.document(doc).Ballot, Reason: "It is."})
	w.do(w.estonia, WithdrawDocument{DocumentID: doc, Reason: "Nobody needs it."})
}

// close has an admin of an organisation close it.
func (w *town) close(a Actor) {
	w.t.Helper()
	w.do(as(a, Admin), CloseOrganisation{OrganisationID: a.OrganisationID, Reason: "Struck off."})
}

// The secretariat closes an organisation, or its own admin does; nobody closes a secretariat.
func TestCloseOrganisation(t *testing.T) {
	w := newTown(t)
	c := CloseOrganisation{OrganisationID: w.loom.OrganisationID, Reason: "Struck off."}
	for name, x := range map[string]struct {
		who   Actor
		c     CloseOrganisation
		code  Code
		field string
	}{
		"the public":           {Actor{}, c, Unauthenticated, "organisationId"},
		"its delegate":         {w.loom, c, Forbidden, "organisationId"},
		"another's admin":      {as(w.ferry, Admin), c, Forbidden, "organisationId"},
		"without a reason":     {w.office, CloseOrganisation{OrganisationID: c.OrganisationID}, Invalid, "reason"},
		"the secretariat":      {as(w.office, Admin), CloseOrganisation{OrganisationID: w.office.OrganisationID, Reason: "r"}, Forbidden, "organisationId"},
		"that, by operator":    {Operator, CloseOrganisation{OrganisationID: w.office.OrganisationID, Reason: "r"}, Forbidden, "organisationId"},
		"one that there isn't": {w.office, CloseOrganisation{OrganisationID: "org_none", Reason: "r"}, NotFound, "organisationId"},
	} {
		if e := w.refuse(x.who, x.c, x.code, x.field, ""); e == nil {
			t.Errorf("%s: closed", name)
		}
	}
	want, _ := w.m.Organisation(c.OrganisationID)
	w.do(w.office, MergeOrganisations{OrganisationID: c.OrganisationID, Into: w.ferry.OrganisationID, Reason: "r"}) // which comes to nothing
	w.do(as(w.loom, Admin), c)
	want.ClosedAt, want.Closing = w.now, "Struck off."
	got, _ := w.m.Organisation(c.OrganisationID)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("closed (-want +got):\n%s", diff)
	}
	w.refuse(w.office, c, Conflict, "organisationId", "was closed")
	w.do(w.office, CloseOrganisation{OrganisationID: w.ferry.OrganisationID, Reason: "Struck off."})
}

// The secretariat closes nobody who speaks in a ballot that is open, or blocks: only one whose
// people have all gone.
func TestNobodyIsClosedToSilenceIt(t *testing.T) {
	w := newTown(t)
	doc := w.reviewedBy(w.estonia, standards.Standard)
	id := w.ballot(doc, OpenBallotting)
	w.castAll(id)
	w.cast(w.loom, id, Discuss)
	close := func(a Actor) CloseOrganisation {
		return CloseOrganisation{OrganisationID: a.OrganisationID, Reason: "r"}
	}
	w.refuse(w.office, close(w.loom), Conflict, "organisationId", "has a voice in ballot 1")
	w.do(w.office, close(w.crane)) // a hub operator has none
	w.wait(9 * day)
	w.do(w.office, close(w.ferry))
	w.refuse(w.office, close(w.loom), Conflict, "organisationId", "blocks "+w.document(doc).Number)
	w.wants(doc, "blockingPosition "+w.loom.OrganisationID)
	w.do(w.loom, LeaveOrganisation{OrganisationID: w.loom.OrganisationID})
	w.do(w.office, close(w.loom))
	w.wants(doc)
}

// Whoever was closed acts no more, has no member, and gets none: by no invitation made
// before or since. Its name stays its own.
func TestClosedTakesNoPart(t *testing.T) {
	w := newTown(t)
	id := w.loom.OrganisationID
	mari := visitor("mari", "mari@loom.example")
	inv := w.do(w.office, InviteMember{OrganisationID: id, Email: mari.Email, Role: Delegate}).Subject()
	admin := w.admit(w.office, id, "chief", Admin)
	w.close(w.loom)

	for _, a := range []Actor{w.loom, admin, OperatorFor(Organisation{ID: id, Kind: Business})} {
		if _, err := a.Current(w.m, ProposeDocument{}); err == nil || err.(*Error).Code != Forbidden {
			t.Errorf("%+v acts for it: %v", a, err)
		}
	}
	if a, err := w.loom.Current(w.m, AcceptInvitation{}); err != nil || a.MemberID != "" {
		t.Errorf("as a person, its member is %+v: %v", a, err)
	}
	if m, _ := w.m.Member(admin.MemberID); m.Present() {
		t.Errorf("%+v is a member of what was closed", m)
	}
	if i, _ := w.m.Invitation(inv); i.State(w.now) != StateRevoked {
		t.Errorf("the invitation is %s", i.State(w.now))
	}
	w.refuse(mari, AcceptInvitation{InvitationID: inv}, Conflict, "invitationId", "was closed")
	w.refuse(w.office, InviteMember{OrganisationID: id, Email: "j@loom.example", Role: Admin}, Conflict, "organisationId", "was closed")
	if list, _ := w.m.VoicesIn(Business, nil); len(list) != 2 {
		t.Errorf("voices: %+v", list)
	}
	w.refuse(w.office, RegisterOrganisation{Kind: Business, Name: "LOOM", Jurisdiction: "EE"}, Conflict, "name", "was closed since")
	doc, _ := w.proposed()
	w.refuse(w.estonia, ShareDocument{DocumentID: doc, OrganisationID: id, As: AsReader}, Conflict, "organisationId", "was closed")
	// Closed by mistake, it gives its name back to one that is registered anew.
	w.do(w.office, CorrectOrganisation{OrganisationID: id, Name: new("Loom (closed by mistake)"), Reason: "The wrong one was closed."})
	w.do(w.office, RegisterOrganisation{Kind: Business, Name: "Loom", Jurisdiction: "EE"})
}

// A document that hasn't ended keeps a sponsor: the last hands it on before it is closed,
// what it was adopted to as well. Whoever was closed reads no drafts.
func TestLastSponsorIsNotClosed(t *testing.T) {
	w := withoutBallots(t)
	standard := w.document(w.do(w.loom, ProposeDocument{Kind: standards.Standard, Title: "T", Language: "en"}).Subject())
	c := CloseOrganisation{OrganisationID: w.loom.OrganisationID, Reason: "r"}
	w.refuse(w.office, c, Conflict, "organisationId", "last sponsor of "+standard.Number)
	w.commit(standard.ID, parcels)
	w.terms(standard.ID, Terms{From: w.from(92 * day)})
	w.open(standard.ID, LateRefused)
	w.wait(91 * day)
	w.do(w.loom, AdoptDocument{DocumentID: standard.ID})
	w.refuse(w.office, c, Conflict, "organisationId", "last sponsor of "+standard.Number)

	w.refuse(w.loom, ShareDocument{DocumentID: standard.ID, OrganisationID: w.ferry.OrganisationID, As: AsReader}, Conflict, "documentId", "adopted")
	w.sponsorLater(standard.ID, w.ferry) // after the adoption
	draft := w.do(w.estonia, ProposeDocument{Kind: standards.Standard, Title: "Draft", Language: "en"}).Subject()
	for _, as := range []Share{AsReader, AsSponsor} {
		w.do(w.estonia, ShareDocument{DocumentID: draft, OrganisationID: w.loom.OrganisationID, As: as})
	}
	w.do(w.office, c)
	if d := w.document(standard.ID); !cmp.Equal(d.Sponsors, []string{w.ferry.OrganisationID}) || !d.Sponsored(w.loom.OrganisationID) {
		t.Errorf("sponsored by %v, before by %v", d.Sponsors, d.FormerSponsors)
	}
	if d := w.document(draft); d.Readers != nil || d.Offered != nil {
		t.Errorf("a draft is read by %v, offered to %v", d.Readers, d.Offered)
	}

	// What has ended keeps its sponsor's name, and nobody comes to sponsor it.
	w.do(w.ferry, RepealInstrument{InstrumentID: w.document(standard.ID).InstrumentID, From: w.from(2 * day), Reason: "r"})
	w.wait(3 * day)
	w.refuse(w.ferry, ShareDocument{DocumentID: standard.ID, OrganisationID: w.harbour.OrganisationID, As: AsSponsor}, Conflict, "documentId", "has ended")
	w.close(w.ferry)
	if d := w.document(standard.ID); !cmp.Equal(d.Sponsors, []string{w.ferry.OrganisationID}) {
		t.Errorf("sponsored by %v", d.Sponsors)
	}
}

// Who is closed while a ballot is open is counted in it no more, whatever it said; what it
// said in one that had closed counts as it did.
func TestClosedHasNoVoice(t *testing.T) {
	w := newTown(t)
	doc := w.reviewedBy(w.estonia, standards.Standard)
	past := w.ballot(doc, OpenBallotting)
	w.castAll(past)
	w.cast(w.ferry, past, Discuss)
	w.wait(9 * day)
	before := w.tallied(past)
	w.wants(doc, "blockingPosition "+w.ferry.OrganisationID)

	open := w.ballot(doc, OpenBallotting)
	w.castAll(open)
	w.cast(w.loom, open, Discuss)
	w.close(w.loom)
	w.tallies(open, "government decides: 2 of 2, yes 2, no objection 0, discuss 0, abstain 0, recused 0: carried",
		"business decides: 2 of 2, yes 2, no objection 0, discuss 0, abstain 0, recused 0: carried")
	w.close(w.ferry)
	w.close(w.harbour)
	w.tallies(open, "government decides: 2 of 2, yes 2, no objection 0, discuss 0, abstain 0, recused 0: carried",
		"business decides: 0 of 0, yes 0, no objection 0, discuss 0, abstain 0, recused 0: not carried")
	if diff := cmp.Diff(before, w.tallied(past)); diff != "" {
		t.Errorf("a ballot that had closed (-before +after):\n%s", diff)
	}
	w.wait(9 * day)
	w.wants(doc, "ballotNotCarried") // and no block stands: of those that blocked, none is there
	b, _ := w.m.Ballot(open)
	want := []Departure{{OrganisationID: w.loom.OrganisationID, At: b.OpensAt}, {OrganisationID: w.ferry.OrganisationID, At: b.OpensAt}, {OrganisationID: w.harbour.OrganisationID, At: b.OpensAt}}
	if diff := cmp.Diff(want, b.Departures); diff != "" {
		t.Errorf("who left (-want +got):\n%s", diff)
	}
}

// A jurisdiction whose government was closed while it voted had no voice.
func TestClosedGovernmentBindsNobody(t *testing.T) {
	w := newTown(t)
	doc := w.reviewedBy(w.estonia, standards.Regulation, "EE", "NZ")
	id := w.ballot(doc, OpenBallotting)
	w.castAll(id)
	w.close(w.zealand)
	w.wait(9 * day)
	w.wants(doc, "partyWithoutGovernment NZ")
}

// A comment whose confidants are all gone from its document's sponsors is noted by the
// secretariat, which accepts and rejects nothing; so it holds nobody up for ever.
func TestSecretariatNotesWhatNobodyIsTold(t *testing.T) {
	w := withoutBallots(t)
	doc, _, csn := w.consulted()
	w.do(w.zealand, WithdrawDocument{DocumentID: w.do(w.zealand, ProposeDocument{Kind: standards.Standard, Title: "T", Language: "en"}).Subject(), Reason: "r"})
	open, secret := w.comment(w.ferry, csn, ""), w.whisper(w.loom, csn, "")
	w.sponsorLater(doc, w.zealand)
	note := DisposeComment{CommentID: secret, Outcome: Noted, Reason: "Its sponsor was closed."}
	w.refuse(w.office, note, Forbidden, "commentId", "")
	w.wait(91 * day)
	w.refuse(as(w.estonia, Admin), CloseOrganisation{OrganisationID: w.estonia.OrganisationID, Reason: "r"}, Conflict, "organisationId", "in confidence")
	w.do(w.office, CloseOrganisation{OrganisationID: w.estonia.OrganisationID, Reason: "r"})
	w.refuse(w.zealand, note, Forbidden, "commentId", "")
	w.refuse(w.office, DisposeComment{CommentID: open, Outcome: Noted, Reason: "r"}, Forbidden, "commentId", "")
	w.refuse(as(w.office, Observer), note, Forbidden, "commentId", "")
	w.refuse(w.office, DisposeComment{CommentID: secret, Outcome: Rejected, Reason: "r"}, Invalid, "outcome", "no sponsor is told")
	w.do(w.office, note)
	w.do(w.zealand, DisposeComment{CommentID: open, Outcome: Noted, Reason: "r"})
	w.wants(doc, "partyWithoutGovernment EE")
	w.do(w.loom, DiscloseComment{CommentID: secret, OrganisationID: w.zealand.OrganisationID})
	w.refuse(w.office, note, Forbidden, "commentId", "")
	w.do(w.zealand, DisposeComment{CommentID: secret, Outcome: Rejected, Reason: "r"})
}

// Whatever was said of why, who was closed stays closed.
func TestErasedClosing(t *testing.T) {
	w := settle(t)
	w.record(Remains("organisation.closed/1", w.loom.OrganisationID))
	if o, _ := w.m.Organisation(w.loom.OrganisationID); o.ClosedAt.IsZero() {
		t.Errorf("%+v takes part again", o)
	}
}
