package reports

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ewtp/entente/policies"
)

// remark looks for acceptances that point at a change of another clause than the comment's.
func (p *plan) remark() error {
	for i := range p.dispositions {
		a := &p.dispositions[i]
		c := p.comments[a.CommentID]
		if !a.Outcome.Accepts() || a.Change == nil || c.ClauseID == "" || a.Change.ClauseID == c.ClauseID {
			continue
		}
		elsewhere, err := p.isElsewhere(&c, a.Change)
		if err != nil {
			return err
		}
		added, err := p.isAdded(&c, a.Change)
		if err != nil {
			return err
		}
		if !elsewhere || added {
			continue
		}
		on, err := p.shownClause(c.RevisionID, c.ClauseID)
		if err != nil {
			return err
		}
		at, err := p.shownClause(a.Change.RevisionID, a.Change.ClauseID)
		if err != nil {
			return err
		}
		p.findings.remark(Remark{p.of[i].row, colChangeClause, fmt.Sprintf(
			"the comment is on %s, and its acceptance points at %s: is that meant?", on, at)})
	}
	return nil
}

// isElsewhere says whether a change is neither of the comment's clause, wherever that is by then, nor of
// one below it.
func (p *plan) isElsewhere(c *policies.Comment, change *policies.ChangeReference) (bool, error) {
	views := p.registry.Views()
	revisions, err := views.Revisions(p.ctx, p.actor, []string{c.RevisionID, change.RevisionID})
	if err != nil {
		return false, fmt.Errorf("couldn't load the revisions: %w", err)
	}
	then, now := revisions[c.RevisionID], revisions[change.RevisionID]
	carrier, err := views.Carrier(p.ctx, then, now)
	if errors.Is(err, policies.ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("couldn't carry the comment forward: %w", err)
	}
	anchors, err := views.Anchors(p.ctx, []string{c.ID})
	if err != nil {
		return false, fmt.Errorf("couldn't load where the comment was put: %w", err)
	}
	places := []string{c.ClauseID}
	if carried, ok := carrier.Carry(c.ClauseID); ok {
		for _, i := range carried.Clauses {
			places = append(places, carrier.Now().Clauses[i].ID)
		}
	}
	if a := policies.Anchored(anchors[c.ID], now.Number); a != nil {
		places = append(places, a.ClauseID)
	}
	return !slices.Contains(places, "") && !carrier.Now().Clauses.Under(change.ClauseID, places) && !carrier.Then().Clauses.Under(change.ClauseID, places), nil
}

// isAdded says whether a change adds a clause, as the comment proposed.
func (p *plan) isAdded(c *policies.Comment, change *policies.ChangeReference) (bool, error) {
	if c.Proposed() != policies.AddAfter {
		return false, nil
	}
	text, err := p.text(c.RevisionID)
	return text != nil && text.Clauses.Index(change.ClauseID) < 0, err
}

// shownClause is a clause's citation, or its ID where the revision hasn't it any more.
func (p *plan) shownClause(revisionID, id string) (string, error) {
	text, err := p.text(revisionID)
	if err != nil {
		return "", err
	}
	if text != nil {
		if i := text.Clauses.Index(id); i >= 0 {
			return text.Clauses[i].Citation, nil
		}
	}
	return id, nil
}
