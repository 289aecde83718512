package policies

import (
	"errors"
	"fmt"
	"time"

	"github.com/ewtp/entente/clauses"
)

// maxGaps bounds the list of what is missing; the counts are in the messages.
const maxGaps = 200

// Gate lists what the adoption of a revision still wants at a moment; nothing
// when it may go ahead:
//
//   - a consultation was held and has closed;
//   - every standing comment has an answer;
//   - every acceptance points at a clause change that the revision holds;
//   - every clause changed since the consultation is explained by an accepted
//     comment or marked editorial, else another round is due.
func Gate(d Document, rev Revision, now time.Time, f Facts) ([]Gap, error) {
	if phase := d.Phase(now); phase != InReview {
		return []Gap{{Reason: "notInReview", Message: fmt.Sprintf("the document is in phase %s; adoption follows a closed consultation", phase)}}, nil
	}
	consulted, err := f.Consultation(d.Consultation)
	if err != nil {
		return nil, unknown(err, "documentId", "consultation", d.Consultation)
	}
	if rev.Number < consulted.Revision {
		return []Gap{{Reason: "revisionBeforeConsultation", Message: fmt.Sprintf("revision %d is older than revision %d, which was consulted on", rev.Number, consulted.Revision)}}, nil
	}
	var g gate
	if err := errors.Join(g.unanswered(f, d), g.acceptances(f, d, rev), g.changes(f, d, consulted, rev)); err != nil {
		return nil, err
	}
	return g.gaps, nil
}

// gate collects gaps. explained holds the clauses whose change an acceptance or
// an editorial mark accounts for.
type gate struct {
	gaps      []Gap
	explained map[string]bool
}

func (g *gate) add(gap Gap) {
	if len(g.gaps) < maxGaps {
		g.gaps = append(g.gaps, gap)
	}
}

func (g *gate) unanswered(f Facts, d Document) error {
	open, total, err := f.Unanswered(d.ID, maxGaps)
	if err != nil {
		return fmt.Errorf("couldn't list the unanswered comments: %w", err)
	}
	for _, k := range open {
		g.add(Gap{Reason: "commentUnanswered", CommentID: k.ID, ClauseID: k.ClauseID,
			Message: fmt.Sprintf("comment %d has no answer (%d in all)", k.Number, total)})
	}
	return nil
}

func (g *gate) acceptances(f Facts, d Document, rev Revision) error {
	accepted, err := f.Accepted(d.ID)
	if err != nil {
		return fmt.Errorf("couldn't list the accepted comments: %w", err)
	}
	g.explained = map[string]bool{}
	for _, k := range accepted {
		missing, err := changeMissing(f, k, rev)
		if err != nil {
			return err
		}
		if missing != "" {
			g.add(Gap{Reason: "changeMissing", CommentID: k.ID, ClauseID: k.ClauseID, Message: missing})
			continue
		}
		g.explained[k.Disposition.Change.ClauseID] = true
	}
	return nil
}

// changeMissing says why an acceptance isn't carried out in rev, or "".
func changeMissing(f Facts, k Comment, rev Revision) (string, error) {
	c := k.Disposition.Change
	if c == nil {
		return fmt.Sprintf("comment %d was accepted, but no change carries it out", k.Number), nil
	}
	in, err := f.Revision(c.RevisionID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", err
	}
	if err != nil || in.Number > rev.Number {
		return fmt.Sprintf("the change that carries out comment %d is not in revision %d", k.Number, rev.Number), nil
	}
	changed, err := clauseChanged(f, k.RevisionID, rev.ID, c.ClauseID)
	if err != nil {
		return "", err
	}
	if !changed {
		return fmt.Sprintf("the change that carries out comment %d was undone by revision %d", k.Number, rev.Number), nil
	}
	return "", nil
}

func (g *gate) changes(f Facts, d Document, consulted Consultation, rev Revision) error {
	if consulted.RevisionID == rev.ID {
		return nil
	}
	marks, err := f.Editorial(d.ID)
	if err != nil {
		return fmt.Errorf("couldn't list the editorial marks: %w", err)
	}
	for _, k := range marks {
		if k.Revision > consulted.Revision && k.Revision <= rev.Number {
			g.explained[k.ClauseID] = true
		}
	}
	before, err := f.Text(consulted.RevisionID)
	if err != nil {
		return fmt.Errorf("couldn't load the consulted text: %w", err)
	}
	after, err := f.Text(rev.ID)
	if err != nil {
		return fmt.Errorf("couldn't load the text to adopt: %w", err)
	}
	for _, c := range clauses.Compare(before.Clauses, after.Clauses) {
		g.change(c, before.Clauses, after.Clauses)
	}
	return nil
}

func (g *gate) change(c clauses.Change, before, after clauses.Outline) {
	if c.Op == clauses.Same {
		return
	}
	clause, verb := clauses.Clause{}, "changed"
	switch c.Op {
	case clauses.Removed:
		clause, verb = before[c.Old], "removed"
	case clauses.Added:
		clause, verb = after[c.New], "added"
	default:
		clause = after[c.New]
	}
	if g.explained[clause.ID] {
		return
	}
	g.add(Gap{Reason: "changeUnexplained", ClauseID: clause.ID,
		Message: fmt.Sprintf("%s was %s since the consultation without an accepted comment or an editorial mark", clause.Citation, verb)})
}
