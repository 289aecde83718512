package policies_test

import (
	"slices"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "github.com/ewtp/entente/policies"
)

// disposeAll draws an answer to many; mostly to as many as there are.
func (p *player) disposeAll() Command {
	c := DisposeComments{DocumentID: pick(p, "doc", p.m.All.Documents), AsOf: p.seq(), Reason: p.words(),
		Outcome: rapid.SampledFrom(Outcomes).Draw(p.t, "outcome")}
	c.Selection.Disposed = rapid.IntRange(0, 3).Draw(p.t, "replace?") == 0
	switch rapid.IntRange(0, 4).Draw(p.t, "which") {
	case 0:
		id := p.commentID()
		if k, err := p.m.Comment(id); err == nil {
			c.DocumentID = k.DocumentID
		}
		c.Selection.CampaignID = CampaignID(id)
	case 1:
		clause := p.clause()
		c.Selection.ClauseID = &clause
	case 2:
		c.AsOf -= rapid.Int64Range(0, 20).Draw(p.t, "before")
	case 3:
		c.Selection.Chambers = []OrganisationKind{Business}
	}
	if c.Outcome.Accepts() {
		c.Change = &ChangeReference{pick(p, "rev", p.m.All.Revisions), p.clause()}
	}
	if c.Outcome == Duplicate {
		c.DuplicateOf = p.commentID()
		c.Selection.Except = []string{c.DuplicateOf}
	}
	_, c.Count, _ = p.m.Selected(c.DocumentID, c.Selection, Operator, c.AsOf, MaxBulk)
	c.Count += rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(p.t, "miscounted")
	return c
}

// checkBulk: an answer to many is the answer of every one that was selected, and of no
// other.
func (p *player) checkBulk(before []Comment, e Event) {
	d, ok := e.(*CommentsDisposed)
	if !ok {
		return
	}
	if len(d.Comments) == 0 {
		p.t.Fatalf("%+v answers nothing", d)
	}
	for i, k := range p.m.All.Comments {
		mine := k.DocumentID == d.DocumentID && slices.Contains(d.Comments, k.Seq)
		switch {
		case !mine && !cmp.Equal(before[i], k):
			p.t.Fatalf("%+v changed %+v", d, k)
		case !mine:
		case k.Disposition.Reason != d.Reason || k.Disposition.Together != len(d.Comments) || !k.Stands() || k.Seq >= d.AsOf ||
			k.Disposition.DuplicateOf == k.ID || slices.Contains(d.Selection.Except, k.ID):
			p.t.Fatalf("%+v made %+v", d, k)
		case before[i].Disposition != nil && !d.Selection.Disposed && before[i].Disposition.Outcome != Duplicate:
			p.t.Fatalf("%+v replaced the answer of %+v", d, before[i])
		}
	}
}

func (p *player) endorse() Command {
	return EndorseComment{CommentID: p.commentID(), Reason: p.words(),
		Position: rapid.SampledFrom(append(slices.Clone(EndorsementPositions), "maybe")).Draw(p.t, "position")}
}
