package policies

// CloseBallotEarly ends a ballot in which every voice has spoken: a sponsor and the
// secretariat together.
type CloseBallotEarly struct {
	BallotID string
	Reason   string
}

// BallotCloseAsked is what [CloseBallotEarly] yields where the other side has yet to agree.
type BallotCloseAsked struct {
	ID string `json:"id"`
	Asking
}

// BallotClosedEarly is what [CloseBallotEarly] yields.
type BallotClosedEarly struct {
	ID string `json:"id"`
	Asking
}

// Decide implements [Command].
func (c CloseBallotEarly) Decide(env Env, f Facts) (Event, error) {
	b, d, positions, err := loadOpenBallot(env, f, c.BallotID, c.Reason)
	if err != nil {
		return nil, err
	}
	if !b.allSpoke(positions) {
		return nil, errConflict("ballotId", "not every voice has spoken yet")
	}
	asking, done, err := d.asksFor(env.Actor, b.CloseAsked, false, "ballotId", c.Reason)
	switch {
	case err != nil:
		return nil, err
	case done:
		return &BallotClosedEarly{ID: b.ID, Asking: asking}, nil
	}
	return &BallotCloseAsked{ID: b.ID, Asking: asking}, nil
}

// allSpoke says whether every voice has taken a position, those that are heard too.
func (b *Ballot) allSpoke(positions []Position) bool {
	votes := votesOf(positions)
	for _, v := range b.voices() {
		if v.said(votes) == "" {
			return false
		}
	}
	return true
}

var (
	_ = registerEvent[BallotCloseAsked](nil)
	_ = registerEvent[BallotClosedEarly](func(subject string) Event { return &BallotClosedEarly{ID: subject} })
)

func (*BallotCloseAsked) Kind() string       { return "ballot.closeAsked/1" }
func (e *BallotCloseAsked) Subject() string  { return e.ID }
func (*BallotClosedEarly) Kind() string      { return "ballot.closed/1" }
func (e *BallotClosedEarly) Subject() string { return e.ID }

// Fold implements [Event].
func (e *BallotCloseAsked) Fold(s Stamp, r Record) error {
	return changeBallot(r, e.ID, func(b *Ballot) { b.CloseAsked = JointRequest{e.Asking, s.At} })
}

// Fold implements [Event].
func (e *BallotClosedEarly) Fold(s Stamp, r Record) error {
	b, err := r.Ballot(e.ID)
	if err != nil {
		return errUnlessErased(err)
	}
	b.FirstClosesAt, b.ClosesAt, b.ClosedEarly = b.ClosesAt, s.At, JointRequest{e.Asking, s.At}
	if err := r.PutBallot(b); err != nil {
		return err
	}
	return changeDocument(r, b.DocumentID, func(d *Document) {
		if d.Ballot == b.ID {
			d.BallotClosesAt = s.At
		}
	})
}
