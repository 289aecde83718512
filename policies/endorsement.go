package policies

import (
	"errors"
	"fmt"
	"time"
)

// An Endorsement is what an organisation says of another's comment. It decides
// nothing: it is counted, by chamber, jurisdiction and sector.
type Endorsement struct {
	CommentID      string
	OrganisationID string
	MemberID       string // who said so; "" for an import
	Position       EndorsementPosition
	Reason         string // "" for none
	Late           bool   // said after the close of the comment's consultation
	At             time.Time
}

// EndorsementPosition is what an endorsement says of a comment.
type EndorsementPosition string

const (
	Endorses     EndorsementPosition = "supports"
	Dissents     EndorsementPosition = "doesNotSupport"
	NoLongerSays EndorsementPosition = "withdrawn" // either was said before and is taken back
)

// EndorsementPositions are all positions in the order they are shown.
var EndorsementPositions = []EndorsementPosition{Endorses, Dissents, NoLongerSays}

// EndorseComment says that an organisation supports another's comment or doesn't, or
// takes back what it said. What it says later replaces what it said before.
type EndorseComment struct {
	CommentID string
	Position  EndorsementPosition
	Reason    string // may be left out
}

// CommentEndorsed is what [EndorseComment] yields.
type CommentEndorsed struct {
	Cover          string              `json:"cover"`
	CommentID      string              `json:"comment"`
	OrganisationID string              `json:"organisation"`
	Position       EndorsementPosition `json:"position"`
	Reason         string              `json:"reason,omitempty"`
	Late           bool                `json:"late,omitempty"`
	By             string              `json:"by,omitempty"`
}

// Decide implements [Command].
func (c EndorseComment) Decide(env Env, f Facts) (Event, error) {
	k, d, err := loadComment(env, f, c.CommentID, Endorsing)
	if err != nil {
		return nil, err
	}
	if err := joinFaults(d.checkNotSettled("commentId"), checkOneOf("position", c.Position, EndorsementPositions),
		checkText("reason", c.Reason, MaxReason, false)); err != nil {
		return nil, err
	}
	before, err := f.Endorsement(k.ID, env.Actor.OrganisationID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("couldn't load the endorsement: %w", err)
	}
	said := err == nil && before.Position != NoLongerSays
	switch {
	case c.Position == NoLongerSays && !said:
		return nil, errConflict("position", "there is nothing to take back")
	case c.Position == before.Position && c.Reason == before.Reason:
		return nil, errConflict("position", "your organisation has said so already")
	case c.Position != NoLongerSays && !k.Stands():
		return nil, errConflict("commentId", "was withdrawn or disowned")
	}
	late, err := c.isLate(env, f, k)
	if err != nil {
		return nil, err
	}
	return &CommentEndorsed{Cover: env.Fresh(PrefixCover), CommentID: k.ID, OrganisationID: env.Actor.OrganisationID, Position: c.Position,
		Reason: c.Reason, Late: late, By: env.Actor.MemberID}, nil
}

// isLate holds an endorsement to the window of the comment's consultation, as a comment
// is held to it. What was said may be taken back at any time.
func (c EndorseComment) isLate(env Env, f Facts, k *Comment) (bool, error) {
	if c.Position == NoLongerSays {
		return false, nil
	}
	window, err := f.Consultation(k.ConsultationID)
	if err != nil {
		return false, errUnknown(err, "commentId", "consultation", k.ConsultationID)
	}
	late, err := SubmitComment{}.isLate(env, window)
	return late, errMovedTo(err, "commentId")
}

var _ = registerEvent[CommentEndorsed](nil)

func (*CommentEndorsed) Kind() string      { return "comment.endorsed/1" }
func (e *CommentEndorsed) Subject() string { return e.Cover }

// Covers implements [CoveredEvent].
func (e *CommentEndorsed) Covers() Covered { return coverComment(e.CommentID) }

// Fold implements [Event].
func (e *CommentEndorsed) Fold(s Stamp, r Record) error {
	if _, err := r.Comment(e.CommentID); err != nil {
		return errUnlessErased(err)
	}
	return r.PutEndorsement(Endorsement{CommentID: e.CommentID, OrganisationID: e.OrganisationID, MemberID: e.By,
		Position: e.Position, Reason: e.Reason, Late: e.Late, At: s.At})
}

// EndorsementFacts are what decisions may ask of endorsements.
type EndorsementFacts interface {
	// Endorsement returns what an organisation last said of a comment.
	Endorsement(commentID, organisationID string) (Endorsement, error)
	// EndorsementsBy lists what an organisation says of comments, without what it took back,
	// in the order of the comments.
	EndorsementsBy(organisationID string) ([]Endorsement, error)
}

// EndorsementRecord is how events change endorsements.
type EndorsementRecord interface {
	PutEndorsement(Endorsement) error // replaces what the organisation said before
}
