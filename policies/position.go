package policies

import (
	"errors"
	"fmt"
	"time"
)

// A Position is what an organisation has said in a ballot; it has one at most.
type Position struct {
	BallotID       string
	OrganisationID string
	Position       Vote
	Text           string // the reason, with discuss; perhaps more words with others
	MemberID       string // who spoke for it last
	CastAt         time.Time

	// ClearedAt is when a blocking position was cleared after the close, and
	// Objection what it had said; zero and "" where none was.
	ClearedAt time.Time
	Objection string
}

// Vote is what a position says, after IETF practice.
type Vote string

const (
	Yes         Vote = "yes"
	NoObjection Vote = "noObjection"
	Discuss     Vote = "discuss" // blocks, with a reason, until its holder clears it
	Abstain     Vote = "abstain"
	Recuse      Vote = "recuse" // takes no part: the electorate is smaller by one
)

// Votes are all of them in the order they are shown.
var Votes = []Vote{Yes, NoObjection, Discuss, Abstain, Recuse}

// CastPosition takes or changes the position of the actor's organisation while the
// ballot is open. Afterwards it only clears a blocking one, until the adoption.
type CastPosition struct {
	BallotID string
	Position Vote
	Text     string
}

// PositionCast is what [CastPosition] yields. Its subject is the ballot, so that its
// statement doesn't say who spoke, let alone what.
type PositionCast struct {
	BallotID       string `json:"ballot"`
	OrganisationID string `json:"organisation"`
	Position       Vote   `json:"position"`
	Text           string `json:"text,omitempty"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c CastPosition) Decide(env Env, f Facts) (Event, error) {
	b, err := f.Ballot(c.BallotID)
	if err != nil {
		return nil, errUnknown(err, "ballotId", "ballot", c.BallotID)
	}
	d, err := f.Document(b.DocumentID)
	if errors.Is(err, ErrNotFound) {
		return nil, errAt(errHiddenDocument(), "ballotId")
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't load the ballot's document: %w", err)
	}
	if err := May(env.Actor, Casting, OnBallot(&d, &b)); err != nil {
		return nil, errAt(err, "ballotId")
	}
	if err := firstError(d.checkNotSettled("ballotId"), checkOneOf("position", c.Position, Votes),
		checkText("text", c.Text, MaxReason, c.Position == Discuss)); err != nil {
		return nil, err
	}
	if !b.IsOpen(env.Now) {
		if err := c.checkClears(f, &d, &b, env.Actor.OrganisationID); err != nil {
			return nil, err
		}
	}
	return &PositionCast{BallotID: b.ID, OrganisationID: env.Actor.OrganisationID, Position: c.Position, Text: c.Text,
		By: env.Actor.MemberID}, nil
}

// checkClears refuses what comes after the close and doesn't clear the organisation's own
// blocking position in the document's latest ballot.
func (c CastPosition) checkClears(f Facts, d *Document, b *Ballot, organisationID string) error {
	held, err := f.PositionOf(b.ID, organisationID)
	if errUnlessErased(err) != nil {
		return fmt.Errorf("couldn't load the position: %w", err)
	}
	switch {
	case err != nil || held.Position != Discuss || d.Ballot != b.ID:
		return errConflict("ballotId", "the ballot closed at %s", b.ClosesAt.Format(time.RFC3339))
	case c.Position == Discuss:
		return errConflict("position", "the ballot closed at %s; a blocking position can only be cleared", b.ClosesAt.Format(time.RFC3339))
	}
	return nil
}

var _ = registerEvent[PositionCast](func(subject string) Event { return &PositionCast{BallotID: subject} })

func (*PositionCast) Kind() string      { return "position.cast/1" }
func (e *PositionCast) Subject() string { return e.BallotID }

// Fold implements [Event]. Of an erased entry the ballot is all that is left: it is
// spoilt, for a position that is left may be the one that was changed.
func (e *PositionCast) Fold(s Stamp, r Record) error {
	b, err := r.Ballot(e.BallotID)
	if err != nil {
		return errUnlessErased(err)
	}
	if e.OrganisationID == "" {
		b.Spoilt = true
		return r.PutBallot(b)
	}
	p := Position{BallotID: e.BallotID, OrganisationID: e.OrganisationID, Position: e.Position, Text: e.Text,
		MemberID: e.By, CastAt: s.At}
	held, err := r.PositionOf(e.BallotID, e.OrganisationID)
	switch {
	case errUnlessErased(err) != nil:
		return err
	case err == nil && held.Position == Discuss && !s.At.Before(b.ClosesAt):
		p.ClearedAt, p.Objection = s.At, held.Text
	case err == nil:
		p.ClearedAt, p.Objection = held.ClearedAt, held.Objection
	}
	return r.PutPosition(p)
}

// PositionFacts are what decisions may ask of positions in ballots.
type PositionFacts interface {
	// PositionOf returns the position of an organisation in a ballot.
	PositionOf(ballotID, organisationID string) (Position, error)
	// Positions lists the positions in a ballot, in the order of the organisations' IDs.
	Positions(ballotID string) ([]Position, error)
}

// PositionRecord is how events change positions in ballots.
type PositionRecord interface {
	PutPosition(Position) error // replaces the organisation's in that ballot
}
