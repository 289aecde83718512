package policies_test

import (
	"errors"
	"testing"
	"time"

	"github.com/ewtp/entente/clauses"
	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
	"github.com/ewtp/entente/standards"
)

// faulty is a record whose n-th call from now fails, and every one after it.
type faulty struct {
	*policiestest.Memory
	left int
}

var errDisk = errors.New("the disk is gone")

func (f *faulty) fail() error {
	if f.left--; f.left < 0 {
		return errDisk
	}
	return nil
}

// failing passes a lookup on until the record fails.
func failing[K, V any](f *faulty, lookup func(K) (V, error), key K) (v V, err error) {
	if err := f.fail(); err != nil {
		return v, err
	}
	return lookup(key)
}

func failingPut[V any](f *faulty, put func(V) error, v V) error {
	if err := f.fail(); err != nil {
		return err
	}
	return put(v)
}

func (f *faulty) Organisation(id string) (Organisation, error) {
	return failing(f, f.Memory.Organisation, id)
}
func (f *faulty) OrganisationByName(name string) (Organisation, error) {
	return failing(f, f.Memory.OrganisationByName, name)
}
func (f *faulty) Member(id string) (Member, error) { return failing(f, f.Memory.Member, id) }
func (f *faulty) Memberships(issuer, subject string) ([]Member, error) {
	return failing(f, func(s string) ([]Member, error) { return f.Memory.Memberships(issuer, s) }, subject)
}
func (f *faulty) MembersOf(id string) ([]Member, error) { return failing(f, f.Memory.MembersOf, id) }
func (f *faulty) InvitationsInto(id string) ([]Invitation, error) {
	return failing(f, f.Memory.InvitationsInto, id)
}
func (f *faulty) DocumentsOf(id string) ([]Document, error) {
	return failing(f, f.Memory.DocumentsOf, id)
}
func (f *faulty) BallotsWith(id string) ([]Ballot, error) {
	return failing(f, f.Memory.BallotsWith, id)
}
func (f *faulty) EndorsementsBy(id string) ([]Endorsement, error) {
	return failing(f, f.Memory.EndorsementsBy, id)
}
func (f *faulty) Headcount(id string) (int, int, error) {
	if err := f.fail(); err != nil {
		return 0, 0, err
	}
	return f.Memory.Headcount(id)
}
func (f *faulty) Invitation(id string) (Invitation, error) {
	return failing(f, f.Memory.Invitation, id)
}
func (f *faulty) InvitationsTo(key string) ([]Invitation, error) {
	return failing(f, f.Memory.InvitationsTo, key)
}
func (f *faulty) SavedFilter(id string) (SavedFilter, error) {
	return failing(f, f.Memory.SavedFilter, id)
}
func (f *faulty) SavedFilters(member string) ([]SavedFilter, error) {
	return failing(f, f.Memory.SavedFilters, member)
}
func (f *faulty) DispositionsSeen(member string) (time.Time, error) {
	return failing(f, f.Memory.DispositionsSeen, member)
}
func (f *faulty) PutSavedFilter(v SavedFilter) error {
	return failingPut(f, f.Memory.PutSavedFilter, v)
}
func (f *faulty) PutDispositionsSeen(member string, until time.Time) error {
	return failingPut(f, func(t time.Time) error { return f.Memory.PutDispositionsSeen(member, t) }, until)
}
func (f *faulty) Document(id string) (Document, error) { return failing(f, f.Memory.Document, id) }
func (f *faulty) LastDocumentNumber(kind standards.Kind, year int) (int, error) {
	return failing(f, func(y int) (int, error) { return f.Memory.LastDocumentNumber(kind, y) }, year)
}
func (f *faulty) Revision(id string) (Revision, error)  { return failing(f, f.Memory.Revision, id) }
func (f *faulty) Text(id string) (*clauses.Text, error) { return failing(f, f.Memory.Text, id) }
func (f *faulty) Clause(revision, id string) (clauses.Clause, error) {
	return failing(f, func(id string) (clauses.Clause, error) { return f.Memory.Clause(revision, id) }, id)
}
func (f *faulty) Consultation(id string) (Consultation, error) {
	return failing(f, f.Memory.Consultation, id)
}
func (f *faulty) Commented(id string) (bool, error)  { return failing(f, f.Memory.Commented, id) }
func (f *faulty) Comment(id string) (Comment, error) { return failing(f, f.Memory.Comment, id) }
func (f *faulty) Reply(id string) (Reply, error)     { return failing(f, f.Memory.Reply, id) }
func (f *faulty) CommentDraft(id string) (CommentDraft, error) {
	return failing(f, f.Memory.CommentDraft, id)
}
func (f *faulty) Upload(organisation, digest string) (Upload, error) {
	return failing(f, func(d string) (Upload, error) { return f.Memory.Upload(organisation, d) }, digest)
}
func (f *faulty) AddReply(v Reply) error { return failingPut(f, f.Memory.AddReply, v) }
func (f *faulty) PutCommentDraft(v CommentDraft) error {
	return failingPut(f, f.Memory.PutCommentDraft, v)
}
func (f *faulty) AddUpload(v Upload) error { return failingPut(f, f.Memory.AddUpload, v) }
func (f *faulty) StoredBytes(owner, besides string) (int64, error) {
	return failing(f, func(d string) (int64, error) { return f.Memory.StoredBytes(owner, d) }, besides)
}
func (f *faulty) IdleUploads(until time.Time, limit int) ([]Upload, error) {
	return failing(f, func(n int) ([]Upload, error) { return f.Memory.IdleUploads(until, n) }, limit)
}
func (f *faulty) FileHolders(digest string) (int, error) {
	return failing(f, f.Memory.FileHolders, digest)
}
func (f *faulty) FileGoing(digest string) (bool, error) {
	return failing(f, f.Memory.FileGoing, digest)
}
func (f *faulty) Clearing(id string) (Clearing, error) { return failing(f, f.Memory.Clearing, id) }
func (f *faulty) ClearUpload(id string, at time.Time) error {
	return failingPut(f, func(at time.Time) error { return f.Memory.ClearUpload(id, at) }, at)
}
func (f *faulty) AddClearing(v Clearing) error { return failingPut(f, f.Memory.AddClearing, v) }
func (f *faulty) EndClearing(id string) error  { return failingPut(f, f.Memory.EndClearing, id) }
func (f *faulty) LastCommentNumber(id string) (int, error) {
	return failing(f, f.Memory.LastCommentNumber, id)
}
func (f *faulty) Undisposed(id string, limit int) ([]Comment, int, error) {
	if err := f.fail(); err != nil {
		return nil, 0, err
	}
	return f.Memory.Undisposed(id, limit)
}
func (f *faulty) Endorsement(comment, organisation string) (Endorsement, error) {
	return failing(f, func(o string) (Endorsement, error) { return f.Memory.Endorsement(comment, o) }, organisation)
}
func (f *faulty) Campaign(id string) (Campaign, error) { return failing(f, f.Memory.Campaign, id) }
func (f *faulty) Selected(id string, s Selection, a Actor, before int64, limit int) ([]Selected, int, error) {
	if err := f.fail(); err != nil {
		return nil, 0, err
	}
	return f.Memory.Selected(id, s, a, before, limit)
}
func (f *faulty) PutReply(v Reply) error                { return failingPut(f, f.Memory.PutReply, v) }
func (f *faulty) Accepted(id string) ([]Comment, error) { return failing(f, f.Memory.Accepted, id) }
func (f *faulty) Anchors(id string) ([]Anchor, error)   { return failing(f, f.Memory.Anchors, id) }
func (f *faulty) AddAnchor(v Anchor) error              { return failingPut(f, f.Memory.AddAnchor, v) }
func (f *faulty) PutAnchor(v Anchor) error              { return failingPut(f, f.Memory.PutAnchor, v) }
func (f *faulty) Editorial(id string) ([]EditorialMark, error) {
	return failing(f, f.Memory.Editorial, id)
}
func (f *faulty) VoicesIn(kind OrganisationKind, in []string) ([]Organisation, error) {
	return failing(f, func(in []string) ([]Organisation, error) { return f.Memory.VoicesIn(kind, in) }, in)
}
func (f *faulty) Ballot(id string) (Ballot, error)      { return failing(f, f.Memory.Ballot, id) }
func (f *faulty) BallotsOn(id string) ([]Ballot, error) { return failing(f, f.Memory.BallotsOn, id) }
func (f *faulty) PositionOf(ballot, id string) (Position, error) {
	return failing(f, func(id string) (Position, error) { return f.Memory.PositionOf(ballot, id) }, id)
}
func (f *faulty) Positions(id string) ([]Position, error) { return failing(f, f.Memory.Positions, id) }
func (f *faulty) PutBallot(v Ballot) error                { return failingPut(f, f.Memory.PutBallot, v) }
func (f *faulty) PutPosition(v Position) error            { return failingPut(f, f.Memory.PutPosition, v) }
func (f *faulty) Instrument(id string) (standards.Instrument, error) {
	return failing(f, f.Memory.Instrument, id)
}
func (f *faulty) RuleSet(id string) (standards.RuleSet, error) {
	return failing(f, f.Memory.RuleSet, id)
}
func (f *faulty) RuleSetBySlug(s string) (standards.RuleSet, error) {
	return failing(f, f.Memory.RuleSetBySlug, s)
}
func (f *faulty) RuleSetByTitle(s string) (standards.RuleSet, error) {
	return failing(f, f.Memory.RuleSetByTitle, s)
}
func (f *faulty) PutOrganisation(v Organisation) error {
	return failingPut(f, f.Memory.PutOrganisation, v)
}
func (f *faulty) PutMember(v Member) error { return failingPut(f, f.Memory.PutMember, v) }
func (f *faulty) PutInvitation(v Invitation) error {
	return failingPut(f, f.Memory.PutInvitation, v)
}
func (f *faulty) PutDocument(v Document) error { return failingPut(f, f.Memory.PutDocument, v) }
func (f *faulty) AddRevision(r Revision, t *clauses.Text) error {
	return failingPut(f, func(r Revision) error { return f.Memory.AddRevision(r, t) }, r)
}
func (f *faulty) PutConsultation(v Consultation) error {
	return failingPut(f, f.Memory.PutConsultation, v)
}
func (f *faulty) AddComment(v Comment) error { return failingPut(f, f.Memory.AddComment, v) }
func (f *faulty) PutComment(v Comment) error { return failingPut(f, f.Memory.PutComment, v) }
func (f *faulty) PutEndorsement(v Endorsement) error {
	return failingPut(f, f.Memory.PutEndorsement, v)
}
func (f *faulty) DisposeAll(id string, n Entries, d Disposition) error {
	return failingPut(f, func(d Disposition) error { return f.Memory.DisposeAll(id, n, d) }, d)
}
func (f *faulty) PutEditorialMark(v EditorialMark) error {
	return failingPut(f, f.Memory.PutEditorialMark, v)
}
func (f *faulty) PutInstrument(v standards.Instrument) error {
	return failingPut(f, f.Memory.PutInstrument, v)
}
func (f *faulty) PutRuleSet(v standards.RuleSet) error {
	return failingPut(f, f.Memory.PutRuleSet, v)
}
func (f *faulty) AddRelease(v standards.Release) error {
	return failingPut(f, f.Memory.AddRelease, v)
}

// A record that fails anywhere in a decision is reported as that failure: never as
// a refusal, which the caller would believe, and never passed over.
func TestDecideReportsFailures(t *testing.T) {
	w := newTown(t)
	w.watch = func(a Actor, c Command) {
		for n := 0; ; n++ {
			f := &faulty{Memory: w.m, left: n}
			env := w.env(a)
			env.Fresh = func(prefix Prefix) string { return string(prefix) + "_x" } // the story's own IDs keep counting
			e, err := c.Decide(env, f)
			if f.left >= 0 {
				return // it needed n calls, and they went well
			}
			var refusal *Error
			if e != nil || !errors.Is(err, errDisk) || errors.As(err, &refusal) {
				t.Errorf("%T with a record that fails at call %d gave %v and %v", c, n+1, e, err)
			}
		}
	}
	everything(w)
	balloting(w)
	w.rules.WithoutBallot = noBallots
	for id, in := range w.m.All.Instruments { // supersede the story's instrument
		if in.Kind == standards.Regulation {
			w.instrumentOn(w.estonia, standards.Regulation, Terms{From: w.from(3500 * day), Supersedes: []string{id}}, "EE", "NZ")
			break
		}
	}
}

// A record that fails anywhere in a fold is reported too.
func TestFoldReportsFailures(t *testing.T) {
	w := newTown(t)
	everything(w)
	balloting(w)
	log := w.log
	for i, x := range log {
		for n := 0; ; n++ {
			w.log = log[:i]
			f := &faulty{Memory: w.replay(), left: n}
			e, err := Decode(x.kind, x.payload)
			if err != nil {
				t.Fatal(err)
			}
			err = e.Fold(x.stamp, f)
			if f.left >= 0 {
				break
			}
			if !errors.Is(err, errDisk) {
				t.Errorf("%s with a record that fails at call %d gave %v", x.kind, n+1, err)
			}
		}
	}
	w.log = log
}

// What an entry refers to may have been erased: the fold leaves it out and goes on.
func TestFoldPassesOverTheErased(t *testing.T) {
	w := newTown(t)
	everything(w)
	balloting(w)
	for erased := range w.log {
		m := new(policiestest.Memory)
		for i, x := range w.log {
			if i == erased {
				continue
			}
			e, err := Decode(x.kind, x.payload)
			if err != nil {
				t.Fatal(err)
			}
			if err := e.Fold(x.stamp, m); err != nil {
				t.Fatalf("without entry %d (%s), %s doesn't fold: %v", erased, w.log[erased].kind, x.kind, err)
			}
		}
	}
}
