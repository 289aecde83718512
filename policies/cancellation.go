package policies

import (
	"fmt"
	"time"
)

// CancelConsultation takes back a consultation, announced or open, that was opened by
// mistake: a sponsor alone while nobody has commented in it, after that a sponsor and the
// secretariat together. It stays visible with its reason, and what was said in it stands.
type CancelConsultation struct {
	ConsultationID string
	Reason         string
}

// CancelBallot takes back a ballot that is open: a sponsor alone while nobody has taken a
// position, after that a sponsor and the secretariat together. Positions in a secret one
// stay secret, but for those that block: they stand until their holders clear them.
type CancelBallot struct {
	BallotID string
	Reason   string
}

// CancellationAsked is what [CancelConsultation] and [CancelBallot] yield where the other
// side has yet to agree. It names the one or the other.
type CancellationAsked struct {
	ConsultationID string `json:"consultation,omitempty"`
	BallotID       string `json:"ballot,omitempty"`
	Asking
}

// ConsultationCancelled is what [CancelConsultation] yields.
type ConsultationCancelled struct {
	ID string `json:"id"`
	Asking
}

// BallotCancelled is what [CancelBallot] yields.
type BallotCancelled struct {
	ID string `json:"id"`
	Asking
}

// An Earlier is the consultation or ballot that a document had before another one, which
// takes its place again if that is cancelled; the zero value where there was none.
type Earlier struct {
	ID         string
	RevisionID string // of a ballot
	OpensAt    time.Time
	ClosesAt   time.Time
}

// Decide implements [Command].
func (c CancelConsultation) Decide(env Env, f Facts) (Event, error) {
	k, err := f.Consultation(c.ConsultationID)
	if err != nil {
		return nil, errUnknown(err, "consultationId", "consultation", c.ConsultationID)
	}
	d, err := loadDocument(env, f, "consultationId", k.DocumentID, Consulting)
	if err != nil {
		return nil, err
	}
	if err := joinFaults(d.checkNotSettled("consultationId"), checkText("reason", c.Reason, MaxReason, true), k.checkUnclosed(env.Now)); err != nil {
		return nil, err
	}
	commented, err := f.Commented(k.ID)
	if err != nil {
		return nil, fmt.Errorf("couldn't look for comments: %w", err)
	}
	asking, done, err := d.asksFor(env.Actor, k.CancelAsked, !commented, "consultationId", c.Reason)
	switch {
	case err != nil:
		return nil, err
	case done:
		return &ConsultationCancelled{ID: k.ID, Asking: asking}, nil
	}
	return &CancellationAsked{ConsultationID: k.ID, Asking: asking}, nil
}

// checkUnclosed refuses what comes after a consultation has closed or was cancelled.
func (k *Consultation) checkUnclosed(now time.Time) error {
	switch {
	case !k.Cancelled.IsZero():
		return errConflict("consultationId", "it was cancelled at %s", k.Cancelled.At.Format(time.RFC3339))
	case !now.Before(k.ClosesAt):
		return errConflict("consultationId", "it closed at %s; open another round", k.ClosesAt.Format(time.RFC3339))
	}
	return nil
}

// Decide implements [Command].
func (c CancelBallot) Decide(env Env, f Facts) (Event, error) {
	b, d, positions, err := loadOpenBallot(env, f, c.BallotID, c.Reason)
	if err != nil {
		return nil, err
	}
	asking, done, err := d.asksFor(env.Actor, b.CancelAsked, len(positions) == 0 && !b.Spoilt, "ballotId", c.Reason)
	switch {
	case err != nil:
		return nil, err
	case done:
		return &BallotCancelled{ID: b.ID, Asking: asking}, nil
	}
	return &CancellationAsked{BallotID: b.ID, Asking: asking}, nil
}

// loadOpenBallot finds a ballot that those who hold it may end before its close, with the
// positions taken in it.
func loadOpenBallot(env Env, f Facts, id, reason string) (*Ballot, *Document, []Position, error) {
	b, d, err := loadBallot(f, id)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := May(env.Actor, OpeningBallot, OnDocument(d)); err != nil {
		return nil, nil, nil, errAt(err, "ballotId")
	}
	if err := joinFaults(d.checkNotSettled("ballotId"), checkText("reason", reason, MaxReason, true), b.checkOpen(env.Now)); err != nil {
		return nil, nil, nil, err
	}
	positions, err := f.Positions(b.ID)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("couldn't list the positions: %w", err)
	}
	return b, d, positions, nil
}

// checkOpen refuses what comes after a ballot has closed or was cancelled.
func (b *Ballot) checkOpen(now time.Time) error {
	switch {
	case !b.Cancelled.IsZero():
		return errConflict("ballotId", "the ballot was cancelled at %s", b.Cancelled.At.Format(time.RFC3339))
	case !b.IsOpen(now):
		return errConflict("ballotId", "the ballot closed at %s", b.ClosesAt.Format(time.RFC3339))
	}
	return nil
}

var (
	_ = registerEvent[CancellationAsked](nil)
	_ = registerEvent[ConsultationCancelled](func(subject string) Event { return &ConsultationCancelled{ID: subject} })
	_ = registerEvent[BallotCancelled](func(subject string) Event { return &BallotCancelled{ID: subject} })
)

func (*CancellationAsked) Kind() string          { return "cancellation.asked/1" }
func (e *CancellationAsked) Subject() string     { return e.ConsultationID + e.BallotID }
func (*ConsultationCancelled) Kind() string      { return "consultation.cancelled/1" }
func (e *ConsultationCancelled) Subject() string { return e.ID }
func (*BallotCancelled) Kind() string            { return "ballot.cancelled/1" }
func (e *BallotCancelled) Subject() string       { return e.ID }

// Fold implements [Event].
func (e *CancellationAsked) Fold(s Stamp, r Record) error {
	if e.BallotID != "" {
		return changeBallot(r, e.BallotID, func(b *Ballot) { b.CancelAsked = JointRequest{e.Asking, s.At} })
	}
	k, err := r.Consultation(e.ConsultationID)
	if err != nil {
		return errUnlessErased(err)
	}
	k.CancelAsked = JointRequest{e.Asking, s.At}
	return r.PutConsultation(k)
}

// Fold implements [Event]. The document is where it was before the consultation was
// opened, but for the texts that have been public since; and what its sponsors had put
// forward they put forward anew.
func (e *ConsultationCancelled) Fold(s Stamp, r Record) error {
	k, err := r.Consultation(e.ID)
	if err != nil {
		return errUnlessErased(err)
	}
	k.Cancelled = JointRequest{e.Asking, s.At}
	if err := r.PutConsultation(k); err != nil {
		return err
	}
	return changeDocument(r, k.DocumentID, func(d *Document) {
		if d.Consultation == k.ID {
			d.Consultation, d.OpensAt, d.ClosesAt = k.Earlier.ID, k.Earlier.OpensAt, k.Earlier.ClosesAt
			d.Held--
		}
	})
}

// Fold implements [Event]. The document is where it was before the ballot was opened.
func (e *BallotCancelled) Fold(s Stamp, r Record) error {
	b, err := r.Ballot(e.ID)
	if err != nil {
		return errUnlessErased(err)
	}
	b.Cancelled = JointRequest{e.Asking, s.At}
	if err := r.PutBallot(b); err != nil {
		return err
	}
	return changeDocument(r, b.DocumentID, func(d *Document) {
		if d.Ballot == b.ID {
			d.Ballot, d.BallotRevision, d.BallotOpensAt, d.BallotClosesAt = b.Earlier.ID, b.Earlier.RevisionID, b.Earlier.OpensAt, b.Earlier.ClosesAt
		}
	})
}

// changeBallot folds a change into a ballot, unless it was erased.
func changeBallot(r Record, id string, change func(*Ballot)) error {
	b, err := r.Ballot(id)
	if err != nil {
		return errUnlessErased(err)
	}
	change(&b)
	return r.PutBallot(b)
}
