package policies

import (
	"fmt"
	"time"
)

// ClearBlock clears the blocking position that the actor's organisation holds in a
// ballot, after the close and before the document is settled. It becomes what its holder
// fixed with it, or an abstention: so nobody votes after seeing the others. Before the
// close another position takes its place: see [CastPosition].
type ClearBlock struct {
	BallotID string
	Text     string // what was answered; may be left out
}

// BlockCleared is what [ClearBlock] yields. Its subject is the ballot, and its organisation
// the one that took the position.
type BlockCleared struct {
	BallotID       string `json:"ballot"`
	OrganisationID string `json:"organisation"`
	Text           string `json:"text,omitempty"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command].
func (c ClearBlock) Decide(env Env, f Facts) (Event, error) {
	b, d, err := loadVoice(env, f, c.BallotID)
	if err != nil {
		return nil, err
	}
	if err := joinFaults(d.checkNotSettled("ballotId"), checkText("text", c.Text, MaxReason, false)); err != nil {
		return nil, err
	}
	if b.IsOpen(env.Now) {
		return nil, errConflict("ballotId", "the ballot is open until %s: take another position in it", b.ClosesAt.Format(time.RFC3339))
	}
	whose, err := heldBlock(f, b, env.Actor.OrganisationID)
	if err != nil {
		return nil, err
	}
	return &BlockCleared{BallotID: b.ID, OrganisationID: whose, Text: c.Text, By: env.Actor.MemberID}, nil
}

// heldBlock finds whose blocking position an organisation holds in a ballot: its own, or one
// of those that were merged into it, one after the other.
func heldBlock(f Facts, b *Ballot, holder string) (whose string, err error) {
	for _, id := range append([]string{holder}, b.inherited(holder)...) {
		p, err := f.PositionOf(b.ID, id)
		switch {
		case errUnlessErased(err) != nil:
			return "", fmt.Errorf("couldn't load the position: %w", err)
		case err == nil && p.Position == Discuss:
			return id, nil
		}
	}
	return "", errConflict("ballotId", "your organisation holds no blocking position in the ballot")
}

var _ = registerEvent[BlockCleared](func(subject string) Event { return &BlockCleared{BallotID: subject} })

func (*BlockCleared) Kind() string      { return "position.cleared/1" }
func (e *BlockCleared) Subject() string { return e.BallotID }

// Fold implements [Event]. Of an erased entry nobody knows whose position it cleared: the
// ballot is spoilt, and the position blocks again.
func (e *BlockCleared) Fold(s Stamp, r Record) error {
	if e.OrganisationID == "" {
		return spoilBallot(r, e.BallotID)
	}
	p, err := r.PositionOf(e.BallotID, e.OrganisationID)
	if err != nil || p.Position != Discuss {
		return errUnlessErased(err)
	}
	if p.Position = p.Otherwise; p.Position == "" {
		p.Position = Abstain
	}
	p.Otherwise, p.Objection, p.Text, p.MemberID, p.ClearedAt = "", p.Text, e.Text, e.By, s.At
	return r.PutPosition(p)
}
