package policies_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// labels is Estonia's standard with terms and a text, on which everybody votes.
func (w *town) labels() (doc string) {
	w.t.Helper()
	doc = w.do(w.estonia, ProposeDocument{Kind: standards.Standard, Title: "Boxes", Language: "en"}).Subject()
	w.commit(doc, parcels)
	w.terms(doc, Terms{From: w.from(3000 * day)})
	return doc
}

// castAll has everybody say yes.
func (w *town) castAll(ballot string) {
	w.t.Helper()
	b, err := w.m.Ballot(ballot)
	if err != nil {
		w.t.Fatalf("ballot: %v", err)
	}
	for _, e := range b.Electorate {
		w.cast(w.voice(e.OrganisationID), ballot, Yes)
	}
}

// cancelledStory has a consultation and a ballot cancelled by both sides, and a ballot
// closed early.
func cancelledStory(w *town) {
	doc := w.labels()
	csn := w.open(doc, LateMarked)
	k := w.comment(w.loom, csn, "term")
	w.do(w.estonia, CancelConsultation{ConsultationID: csn, Reason: "The year was meant to be another."})
	w.do(w.office, CancelConsultation{ConsultationID: csn, Reason: "So it is."})
	w.open(doc, LateMarked)
	w.wait(91 * day)
	w.disposeOf(k, Noted, nil)
	id := w.ballot(doc, SecretUntilClose)
	w.cast(w.zealand, id, Yes)
	w.do(w.office, CancelBallot{BallotID: id, Reason: "It was opened on a holiday."})
	w.do(w.estonia, CancelBallot{BallotID: id, Reason: "It was."})
	id = w.ballot(doc, SecretUntilClose)
	w.castAll(id)
	w.do(w.estonia, CloseBallotEarly{BallotID: id, Reason: "All have spoken."})
	w.do(w.office, CloseBallotEarly{BallotID: id, Reason: "They have."})
}

// settled is a document but for what a cancelled round or ballot leaves behind: how many
// there were, and texts that were public; and for what its sponsors had put forward, which
// whoever opened it has used up.
func settled(d Document) Document {
	d.Rounds, d.Ballots, d.PublicFrom, d.PublicTo, d.PutForward = 0, 0, 0, 0, ""
	return d
}

// A consultation is cancelled by a sponsor alone while nobody has commented, by both sides
// after that; and leaves the document as it was.
func TestCancelConsultation(t *testing.T) {
	w := newTown(t)
	doc := w.labels()
	before := settled(w.document(doc))
	cancel := func(csn string) CancelConsultation {
		return CancelConsultation{ConsultationID: csn, Reason: "A mistake."}
	}
	unchanged := func(phase Phase) {
		t.Helper()
		if diff := cmp.Diff(before, settled(w.document(doc))); diff != "" || w.phase(doc) != phase {
			t.Errorf("in phase %s (-before +after):\n%s", w.phase(doc), diff)
		}
	}
	// Announced, with a wrong year.
	csn := w.do(w.estonia, OpenConsultation{DocumentID: doc, Opens: w.in(300 * day), Closes: w.in(400 * day), Zone: zone, Late: LateMarked}).Subject()
	w.refuse(w.loom, cancel(csn), Forbidden, "consultationId", "")
	w.refuse(as(w.estonia, Observer), cancel(csn), Forbidden, "consultationId", "")
	w.refuse(w.estonia, CancelConsultation{ConsultationID: csn}, Invalid, "reason", "missing")
	w.do(w.office, cancel(csn)) // alone it only asks
	w.refuse(w.office, cancel(csn), Conflict, "consultationId", "other side")
	w.do(w.estonia, cancel(csn))
	unchanged(Draft)
	w.refuse(w.estonia, cancel(csn), Conflict, "consultationId", "cancelled")
	w.refuse(w.loom, SubmitComment{ConsultationID: csn, CommentWords: CommentWords{Stance: Oppose, Type: General, Text: "t"}}, Conflict, "consultationId", "cancelled")
	w.refuse(w.estonia, ExtendConsultation{ConsultationID: csn, Closes: w.in(410 * day), Reason: "r"}, Conflict, "consultationId", "cancelled")
	// Open, with a comment: which stands, and wants an answer.
	csn = w.open(doc, LateMarked)
	w.do(w.estonia, cancel(csn))
	unchanged(Draft)
	csn = w.open(doc, LateMarked)
	k := w.comment(w.loom, csn, "term")
	w.do(w.estonia, cancel(csn))
	if w.phase(doc) != InConsultation {
		t.Errorf("half cancelled, it is in phase %s", w.phase(doc))
	}
	w.refuse(w.estonia, cancel(csn), Conflict, "consultationId", "other side")
	w.do(w.office, cancel(csn))
	unchanged(Draft)
	// A later round, after one that was held.
	held := w.open(doc, LateMarked)
	w.wait(91 * day)
	w.wants(doc, "commentUnanswered "+k, "ballotMissing")
	w.disposeOf(k, Noted, nil)
	before = settled(w.document(doc))
	csn = w.open(doc, LateRefused)
	w.do(w.estonia, cancel(csn))
	unchanged(InReview)
	w.wants(doc, "ballotMissing")
	w.refuse(w.estonia, cancel(held), Conflict, "consultationId", "closed")
	w.carry(doc)
	w.do(w.estonia, AdoptDocument{DocumentID: doc})
	w.refuse(w.estonia, cancel(held), Conflict, "consultationId", "adopted")
}

// What a sponsor asked for and no longer sponsors isn't asked any more.
func TestJointRequestEndsWithTheSponsorship(t *testing.T) {
	w := newTown(t)
	doc := w.labels()
	w.do(w.estonia, ShareDocument{DocumentID: doc, OrganisationID: w.zealand.OrganisationID, As: AsSponsor})
	w.do(w.zealand, AcceptSponsorship{DocumentID: doc})
	csn := w.open(doc, LateMarked)
	w.comment(w.loom, csn, "term")
	c := CancelConsultation{ConsultationID: csn, Reason: "A mistake."}
	w.do(w.zealand, c)
	w.refuse(w.estonia, c, Conflict, "consultationId", "other side")
	w.do(w.zealand, ResignSponsorship{DocumentID: doc})
	if e := w.do(w.office, c); e.Kind() != "cancellation.asked/1" {
		t.Errorf("the secretariat alone: %s", e.Kind())
	}
}

// A ballot is cancelled likewise. What was said in a secret one stays secret, but a
// blocking position stands, and nothing said in it clears an earlier one.
func TestCancelBallot(t *testing.T) {
	w := newTown(t)
	doc := w.labels()
	w.open(doc, LateRefused)
	w.wait(91 * day)
	before := settled(w.document(doc))
	cancel := func(id string) CancelBallot { return CancelBallot{BallotID: id, Reason: "A mistake."} }
	id := w.ballot(doc, SecretUntilClose)
	w.refuse(w.zealand, cancel(id), Forbidden, "ballotId", "")
	w.do(w.estonia, cancel(id)) // nobody has spoken
	if diff := cmp.Diff(before, settled(w.document(doc))); diff != "" {
		t.Errorf("cancelled (-before +after):\n%s", diff)
	}
	w.wants(doc, "ballotMissing")
	w.refuse(w.zealand, CastPosition{BallotID: id, Position: Yes}, Conflict, "ballotId", "cancelled")
	blocked := w.ballot(doc, SecretUntilClose)
	w.cast(w.zealand, blocked, Discuss)
	w.cast(w.ferry, blocked, Yes)
	w.do(w.estonia, cancel(blocked))
	w.refuse(w.estonia, cancel(blocked), Conflict, "ballotId", "other side")
	w.do(w.office, cancel(blocked))
	blocks := "blockingPosition " + w.zealand.OrganisationID
	w.wants(doc, "ballotMissing", blocks)
	b, _ := w.m.Ballot(blocked)
	if w.wait(9 * day); b.Shows(w.now) || b.IsOpen(w.now) {
		t.Error("a secret ballot that was cancelled shows, or is open")
	}
	again := w.ballot(doc, SecretUntilClose)
	w.cast(w.zealand, again, Yes)
	w.do(w.office, cancel(again))
	w.do(w.estonia, cancel(again))
	w.wants(doc, "ballotMissing", blocks)
	w.do(w.zealand, ClearBlock{BallotID: blocked})
	w.wants(doc, "ballotMissing")
	last := w.carry(doc)
	w.refuse(w.estonia, cancel(last), Conflict, "ballotId", "closed")
	w.do(w.estonia, AdoptDocument{DocumentID: doc})
}

// A ballot in which every voice has spoken is closed early by both sides, and by no one alone.
func TestCloseBallotEarly(t *testing.T) {
	w := newTown(t)
	doc := w.labels()
	w.open(doc, LateRefused)
	w.wait(91 * day)
	id := w.ballot(doc, SecretUntilClose)
	c := CloseBallotEarly{BallotID: id, Reason: "All have spoken."}
	w.refuse(w.loom, c, Forbidden, "ballotId", "")
	w.refuse(w.estonia, c, Conflict, "ballotId", "not every voice")
	w.castAll(id)
	w.do(w.office, c)
	w.refuse(w.office, c, Conflict, "ballotId", "other side")
	w.cast(w.loom, id, NoObjection) // as long as it is open
	w.do(w.estonia, c)
	b, _ := w.m.Ballot(id)
	if !b.Shows(w.now) || b.IsOpen(w.now) || !b.FirstClosesAt.After(w.now) || b.ClosesAt != w.now {
		t.Errorf("closed early: %+v", b)
	}
	w.refuse(w.loom, CastPosition{BallotID: id, Position: Yes}, Conflict, "ballotId", "closed")
	w.refuse(w.office, c, Conflict, "ballotId", "closed")
	w.wants(doc)
	w.do(w.estonia, AdoptDocument{DocumentID: doc})
}

// An electing is a town whose standard is balloted on again and again.
type electing struct {
	*town
	t       *rapid.T
	doc     string
	voices  []Actor
	counted map[string][]Tally // of ballots that have closed
	before  map[string]Document
}

// Over random ballots, clears, cancellations, erasures and removals: who blocked and hasn't
// cleared it blocks; a tally changes after the close by clears alone; governments of one
// jurisdiction are one voice; whoever can't act is no elector; what is cancelled leaves
// the document as it was.
func TestRandomBallotsKeepTheirPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := &electing{town: settle(t), t: t, counted: map[string][]Tally{}, before: map[string]Document{}}
		customs := e.citizen(e.office, Government, "Customs", "EE")
		e.voices = []Actor{e.estonia, customs, e.zealand, e.loom, e.ferry, e.harbour}
		e.doc = e.labels()
		e.open(e.doc, LateRefused)
		e.wait(91 * day)
		for range 40 {
			e.move()
		}
	})
}

func (e *electing) move() {
	d := e.document(e.doc)
	latest := pick(&player{town: e.town, t: e.t}, "bal", e.m.All.Ballots)
	if rapid.IntRange(0, 2).Draw(e.t, "latest") > 0 && d.Ballot != "" {
		latest = d.Ballot
	}
	who := rapid.SampledFrom(e.voices).Draw(e.t, "who")
	keeper := rapid.SampledFrom([]Actor{e.estonia, e.office}).Draw(e.t, "keeper")
	var ev Event
	switch rapid.IntRange(0, 14).Draw(e.t, "move") {
	case 0, 1:
		ev, _ = e.try(e.estonia, OpenBallot{DocumentID: e.doc, Closes: e.in(8 * day), Zone: zone, Secrecy: rapid.SampledFrom(Secrecies).Draw(e.t, "secrecy")})
	case 2:
		ev, _ = e.try(who, ClearBlock{BallotID: latest})
	case 3:
		ev, _ = e.try(keeper, CancelBallot{BallotID: latest, Reason: "r"})
		if _, asked := ev.(*CancellationAsked); asked {
			ev, _ = e.try(map[Actor]Actor{e.estonia: e.office, e.office: e.estonia}[keeper], CancelBallot{BallotID: latest, Reason: "r"})
		}
	case 4:
		ev, _ = e.try(keeper, CloseBallotEarly{BallotID: latest, Reason: "r"})
	case 5, 6:
		e.wait(9 * day)
	case 7:
		if rapid.IntRange(0, 5).Draw(e.t, "erase") == 0 && latest != "" {
			e.record(Remains("position.cast/1", latest))
		}
	case 8:
		if who.OrganisationID != e.estonia.OrganisationID && rapid.IntRange(0, 5).Draw(e.t, "leaves") == 0 {
			_, _ = e.try(e.office, RemoveMember{MemberID: who.MemberID, Reason: "r"})
		}
	case 9:
		ev, _ = e.try(e.estonia, OpenConsultation{DocumentID: e.doc, Closes: e.in(61 * day), Zone: zone, Late: LateRefused})
	case 10:
		ev, _ = e.try(e.estonia, CancelConsultation{ConsultationID: d.Consultation, Reason: "r"})
	default:
		ev, _ = e.try(who, CastPosition{BallotID: latest, Position: rapid.SampledFrom(append(Votes, Yes, Discuss)).Draw(e.t, "vote"), Text: "t"})
	}
	e.hold(d, ev)
}

func (e *electing) hold(before Document, ev Event) {
	switch x := ev.(type) {
	case *BallotOpened:
		e.before[x.ID] = settled(before)
		for _, v := range x.Electorate {
			if !slices.ContainsFunc(e.m.All.Members, func(m Member) bool { return m.OrganisationID == v.OrganisationID && m.RemovedAt.IsZero() }) {
				e.t.Fatalf("%s is an elector, and nobody speaks for it", v.OrganisationID)
			}
		}
	case *ConsultationOpened:
		e.before[x.ID] = settled(before)
	case *BallotCancelled:
		e.same(x.ID)
	case *ConsultationCancelled:
		e.same(x.ID)
	}
	e.holdTallies(ev)
	e.holdBlocks()
}

func (e *electing) same(id string) {
	if diff := cmp.Diff(e.before[id], settled(e.document(e.doc))); diff != "" {
		e.t.Fatalf("%s was cancelled (-before +after):\n%s", id, diff)
	}
}

func (e *electing) holdTallies(ev Event) {
	for id, b := range e.m.All.Ballots {
		positions, _ := e.m.Positions(id)
		is, jurisdictions := b.Tallies(positions), map[string]bool{}
		for _, v := range b.Electorate {
			if v.Chamber == Government {
				jurisdictions[v.Jurisdiction] = true
			}
		}
		if is[0].Electorate != len(jurisdictions) {
			e.t.Fatalf("%d voices of %v", is[0].Electorate, jurisdictions)
		}
		if b.IsOpen(e.now) {
			continue
		}
		c, cleared := ev.(*BlockCleared)
		if was, ok := e.counted[id]; ok && !(cleared && c.BallotID == id) && !cmp.Equal(was, is) {
			e.t.Fatalf("after its close %T changed the tally of %s: %s", ev, id, cmp.Diff(was, is))
		}
		e.counted[id] = is
	}
}

// holdBlocks reads from the log alone who blocks.
func (e *electing) holdBlocks() {
	said, cleared := map[[2]string]Vote{}, map[[2]string]bool{}
	for _, x := range e.log {
		v, err := Decode(x.kind, x.payload)
		if err != nil {
			e.t.Fatalf("%v", err)
		}
		switch v := v.(type) {
		case *PositionCast:
			said[[2]string{v.BallotID, v.OrganisationID}] = v.Position
		case *BlockCleared:
			cleared[[2]string{v.BallotID, v.OrganisationID}] = true
		}
	}
	want := map[string]bool{}
	ballots, _ := e.m.BallotsOn(e.doc)
	for _, b := range ballots {
		for _, a := range e.voices {
			at := [2]string{b.ID, a.OrganisationID}
			switch vote, ok := said[at]; {
			case !ok || b.IsOpen(e.now):
			case cleared[at]:
				delete(want, a.OrganisationID)
			case vote == Discuss:
				want[a.OrganisationID] = true
			case b.Cancelled.IsZero() && !b.Spoilt:
				delete(want, a.OrganisationID)
			}
		}
	}
	rev, _ := e.m.Revision(e.head())
	gaps, err := Gate(e.document(e.doc), rev, e.now, e.rules, e.m)
	if err != nil {
		e.t.Fatalf("gate: %v", err)
	}
	got := map[string]bool{}
	for _, g := range gaps {
		if g.Reason == "blockingPosition" {
			got[g.OrganisationID] = true
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		e.t.Fatalf("who blocks (-log +gate):\n%s", diff)
	}
}

func (e *electing) head() string { return e.document(e.doc).Head }
