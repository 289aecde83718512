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
	Otherwise      Vote   // with discuss: what it becomes when it is cleared after the close
	Text           string // the reason, with discuss; perhaps more words with others
	MemberID       string // who spoke for it last
	CastAt         time.Time
	InheritedFrom  string // ID of the organisation that took it, and was merged into this one since; "" else

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

// otherwises are what a blocking position may become when it is cleared.
var otherwises = []Vote{Yes, NoObjection, Abstain}

// CastPosition takes or changes the position of the actor's organisation while the
// ballot is open. Nobody takes one after the close, when it may have seen the others':
// see [ClearBlock].
type CastPosition struct {
	BallotID  string
	Position  Vote
	Otherwise Vote // with discuss: yes, noObjection or abstain; "" for abstain
	Text      string
}

// PositionCast is what [CastPosition] yields. Its subject is the ballot, so that its
// statement doesn't say who spoke, let alone what.
type PositionCast struct {
	BallotID       string `json:"ballot"`
	OrganisationID string `json:"organisation"`
	Position       Vote   `json:"position"`
	Otherwise      Vote   `json:"otherwise,omitempty"`
	Text           string `json:"text,omitempty"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c CastPosition) Decide(env Env, f Facts) (Event, error) {
	b, d, err := loadVoice(env, f, c.BallotID)
	if err != nil {
		return nil, err
	}
	if err := joinFaults(d.checkNotSettled("ballotId"), checkOneOf("vote", c.Position, Votes),
		checkText("text", c.Text, MaxReason, c.Position == Discuss), c.checkOtherwise()); err != nil {
		return nil, err
	}
	if !b.Cancelled.IsZero() {
		return nil, b.checkOpen(env.Now)
	}
	if !b.IsOpen(env.Now) {
		return nil, errConflict("ballotId", "the ballot closed at %s, and nobody takes a position after it; a blocking one may be cleared", b.ClosesAt.Format(time.RFC3339))
	}
	e := &PositionCast{BallotID: b.ID, OrganisationID: env.Actor.OrganisationID, Position: c.Position, Otherwise: c.Otherwise,
		Text: c.Text, By: env.Actor.MemberID}
	if c.Position == Discuss && c.Otherwise == "" {
		e.Otherwise = Abstain
	}
	return e, nil
}

func (c CastPosition) checkOtherwise() error {
	if c.Otherwise != "" && c.Position != Discuss {
		return errInvalid("otherwise", "goes with a blocking position only")
	}
	return checkChosen("otherwise", c.Otherwise, otherwises, false)
}

// loadVoice finds a ballot in which the actor's organisation has a voice.
func loadVoice(env Env, f Facts, ballotID string) (*Ballot, *Document, error) {
	b, d, err := loadBallot(f, ballotID)
	if err != nil {
		return nil, nil, err
	}
	if err := May(env.Actor, Casting, OnBallot(d, b)); err != nil {
		return nil, nil, errAt(err, "ballotId")
	}
	return b, d, nil
}

// loadBallot finds a ballot and its document.
func loadBallot(f Facts, id string) (*Ballot, *Document, error) {
	b, err := f.Ballot(id)
	if err != nil {
		return nil, nil, errUnknown(err, "ballotId", "ballot", id)
	}
	d, err := f.Document(b.DocumentID)
	if errors.Is(err, ErrNotFound) {
		return nil, nil, errAt(errHiddenDocument(), "ballotId")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("couldn't load the ballot's document: %w", err)
	}
	return &b, &d, nil
}

var _ = registerEvent[PositionCast](func(subject string) Event { return &PositionCast{BallotID: subject} })

func (*PositionCast) Kind() string      { return "position.cast/1" }
func (e *PositionCast) Subject() string { return e.BallotID }

// Fold implements [Event]. Of an erased entry the ballot is all that is left: it is
// spoilt, for a position that is left may be the one that was changed.
func (e *PositionCast) Fold(s Stamp, r Record) error {
	if e.OrganisationID == "" {
		return spoilBallot(r, e.BallotID)
	}
	if _, err := r.Ballot(e.BallotID); err != nil {
		return errUnlessErased(err)
	}
	return r.PutPosition(Position{BallotID: e.BallotID, OrganisationID: e.OrganisationID, Position: e.Position, Otherwise: e.Otherwise,
		Text: e.Text, MemberID: e.By, CastAt: s.At})
}

// spoilBallot marks a ballot of which nobody can say any more how it went.
func spoilBallot(r Record, id string) error {
	b, err := r.Ballot(id)
	if err != nil {
		return errUnlessErased(err)
	}
	b.Spoilt = true
	return r.PutBallot(b)
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
