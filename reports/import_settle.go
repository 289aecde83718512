package reports

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
)

// settle makes dispositions of the rows.
func (p *plan) settle() error {
	form, stray := matrixForm(), astray(p.markedRows())
	for _, f := range p.rows {
		if f.section {
			continue
		}
		c, ok := p.comments[f.comment]
		if !ok || c.DocumentID != p.document.ID {
			if f.comment != "" && !f.blank {
				f.refuse(colCommentID, policies.NotFound, "%s has no comment %q", p.document.Number, clipCell(f.comment))
			}
			continue
		}
		if err := p.prove(f, &c); err != nil {
			return err
		}
		f.refuseStray(form, stray(marked(f, &c)))
		f.withdrawn = !c.Stands()
		if f.blank || f.withdrawn {
			continue
		}
		if err := p.settleRow(f, &c); err != nil {
			return err
		}
	}
	return nil
}

// markedRows are the rows of comments on the document.
func (p *plan) markedRows() (all []markedRow) {
	for _, f := range p.rows {
		if c, ok := p.comments[f.comment]; ok && c.DocumentID == p.document.ID {
			all = append(all, marked(f, &c))
		}
	}
	return all
}

func marked(f *filled, c *policies.Comment) markedRow { return markedRow{markOf(c.Number), f.marks} }

// settleRow makes a disposition of a row. It tells all that is wrong with it.
func (p *plan) settleRow(f *filled, c *policies.Comment) error {
	f.settleReason(c.Disposition)
	a := policies.EachDisposition{Seen: f.seen, DisposeComment: policies.DisposeComment{CommentID: c.ID, Outcome: f.outcome, Reason: f.reason,
		DuplicateOf: p.duplicate(f, c.Disposition)}}
	var err error
	if a.Change, err = p.change(f, c); err != nil {
		return err
	}
	switch {
	case f.passed():
	case sameDisposition(&a, c.Disposition):
		p.unchanged++
	default:
		p.dispositions, p.of = append(p.dispositions, a), append(p.of, f)
	}
	return nil
}

// sameDisposition says whether the comment has that disposition already.
func sameDisposition(a *policies.EachDisposition, d *policies.Disposition) bool {
	if d == nil || a.Outcome != d.Outcome || a.Reason != trimmedCell(d.Reason) || a.DuplicateOf != d.DuplicateOf {
		return false
	}
	return a.Change == nil && d.Change == nil || a.Change != nil && d.Change != nil && *a.Change == *d.Change
}

// duplicate finds the comment that a row says is repeated. A file without the column
// leaves that as it is.
func (p *plan) duplicate(f *filled, now *policies.Disposition) string {
	switch {
	case !f.hasDuplicate && now != nil && f.outcome == now.Outcome:
		return now.DuplicateOf
	case f.duplicateOf == "" || policies.PrefixOf(f.duplicateOf) == policies.PrefixComment:
		return f.duplicateOf
	}
	n, ok := wholeNumber(f.duplicateOf)
	id := p.numbers[n]
	switch {
	case !ok:
		f.refuse(colDuplicateOf, policies.Invalid, "%q is neither the number of a comment nor an ID", clipCell(f.duplicateOf))
	case id == "" && now != nil && now.DuplicateOf != "":
		if of, err := p.comment(now.DuplicateOf); err == nil && of.Number == n {
			return of.ID
		}
		fallthrough
	case id == "":
		f.refuse(colDuplicateOf, policies.NotFound, "comment %d isn't in this file; name it by its ID", n)
	}
	return id
}

func (p *plan) comment(id string) (policies.Comment, error) {
	if c, ok := p.comments[id]; ok {
		return c, nil
	}
	found, err := p.registry.Views().Comments(p.ctx, p.actor, []string{id})
	if c, ok := found[id]; ok {
		p.comments[id] = c
		return c, nil
	}
	return policies.Comment{}, errors.Join(err, policies.ErrNotFound)
}

// change finds the change that a row names. A file without the columns leaves that as
// it is; where only the clause is missing it is the comment's own.
func (p *plan) change(f *filled, c *policies.Comment) (*policies.ChangeReference, error) {
	now := c.Disposition
	switch {
	case !f.hasChange && now != nil && f.outcome.Accepts():
		return now.Change, nil
	case f.changeRevision == "" && f.changeClause == "":
		return nil, nil
	case f.changeRevision == "":
		f.refuse(colChangeRevision, policies.Invalid, "is missing: name the revision that has the change")
		return nil, nil
	}
	n, ok := wholeNumber(f.changeRevision)
	if !ok {
		f.refuse(colChangeRevision, policies.Invalid, "%q is no number of a revision", clipCell(f.changeRevision))
		return nil, nil
	}
	rev, err := p.revision(n)
	if errors.Is(err, policies.ErrNotFound) {
		f.refuse(colChangeRevision, policies.NotFound, "%s has no revision %d", p.document.Number, n)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	id := c.ClauseID
	if f.changeClause != "" {
		if id, err = p.clause(f, rev.ID); err != nil {
			return nil, err
		}
	}
	return &policies.ChangeReference{RevisionID: rev.ID, ClauseID: id}, nil
}

func (p *plan) revision(n int) (policies.Revision, error) {
	if rev, ok := p.revisions[n]; ok {
		return rev, nil
	}
	rev, err := p.registry.Views().RevisionByNumber(p.ctx, p.actor, p.document.ID, n)
	if err != nil {
		return rev, fmt.Errorf("couldn't load revision %d: %w", n, err)
	}
	p.revisions[n] = rev
	return rev, nil
}

// clause finds the clause that a row names in a revision.
func (p *plan) clause(f *filled, revisionID string) (string, error) {
	text, err := p.text(revisionID)
	if err != nil || text == nil {
		return f.changeClause, err
	}
	id, fault := clauseNamed(text.Clauses, f.changeClause)
	if fault != "" {
		f.refuse(colChangeClause, policies.Invalid, "%s", fault)
	}
	return id, nil
}

// clauseNamed finds the ID of a clause by its citation, with or without "§"; what is no citation is taken
// for an ID, for the clause may be one that the revision removed. The fault says why a cell names none
// for sure: spreadsheet programs write 1.1 or a date for 1.10.
func clauseNamed(o clauses.Outline, named string) (id, fault string) {
	for _, citation := range []string{named, "§" + named} {
		i := o.FindCitation(citation)
		if i < 0 {
			continue
		}
		if other := sameNumber(o, named); other != "" {
			return "", fmt.Sprintf("%q may be §%s or %s, for spreadsheet programs make one of the other; write it with §", named, named, other)
		}
		return o[i].ID, ""
	}
	if (madeDate.MatchString(named) || madeNumber.MatchString(named)) && o.Index(named) < 0 {
		return "", fmt.Sprintf("%q is no clause but a number or date, such as spreadsheet programs make of 1.10; write the citation with its sign: §1.10", clipCell(named))
	}
	return named, ""
}

// sameNumber finds a citation that a spreadsheet program takes for the same number as another: 1.10 for 1.1.
func sameNumber(o clauses.Outline, named string) string {
	n, err := strconv.ParseFloat(named, 64)
	if err != nil || !strings.Contains(named, ".") {
		return ""
	}
	for i := range o {
		bare := strings.TrimPrefix(o[i].Citation, "§")
		if m, err := strconv.ParseFloat(bare, 64); err == nil && m == n && bare != named {
			return o[i].Citation
		}
	}
	return ""
}
