package reports

import (
	"errors"
	"fmt"

	"github.com/ewtp/entente/policies"
)

// try lets the rules judge the dispositions, in the order of the file.
func (p *plan) try() error {
	var refused []error
	err := p.registry.Views().Consider(p.ctx, func(f policies.Facts) (err error) {
		refused, err = policies.DisposeEach{DocumentID: p.document.ID, Dispositions: p.dispositions}.Try(p.env(), f)
		return err
	})
	if err != nil {
		return err
	}
	var good []policies.EachDisposition
	var of []*filled
	for i, err := range refused {
		if err != nil {
			p.of[i].refuseFor(err)
			continue
		}
		good, of = append(good, p.dispositions[i]), append(of, p.of[i])
	}
	p.dispositions, p.of = good, of
	return nil
}

// fieldColumns are the columns that a field of a disposition comes from.
var fieldColumns = map[string]string{
	"commentId": colCommentID, "outcome": colDisposition, "reason": colReason, "change": colChangeRevision,
	"change.revisionId": colChangeRevision, "change.clauseId": colChangeClause, "duplicateOfId": colDuplicateOf, "seen": colSeen,
}

// refuseFor records a refusal of the rules.
func (f *filled) refuseFor(err error) {
	var refusal *policies.Error
	if !errors.As(err, &refusal) {
		f.refuse("", policies.Invalid, "%v", err)
		return
	}
	for _, fault := range refusal.Faults() {
		f.refuse(fieldColumns[fault.Field], fault.Code, "%s", fault.Message)
	}
}

// apply gives the dispositions: as many at once as one entry of the ledger holds.
func (p *plan) apply() error {
	for len(p.dispositions) > 0 {
		n := atOnce(p.dispositions)
		c := policies.DisposeEach{DocumentID: p.document.ID, Dispositions: p.dispositions[:n]}
		key, err := keyOf("answers:", p.actor.OrganisationID, c) // of comments that stand as they stood: c says how
		if err != nil {
			return err
		}
		if _, err := p.registry.Do(p.ctx, p.actor, key, c); err != nil {
			return p.broken(err)
		}
		p.applied = true
		p.dispositions, p.of = p.dispositions[n:], p.of[n:]
	}
	p.applied = true
	return nil
}

// broken records that the record moved between trial and deed: the dispositions that were
// still to be given are refused with the one that was in the way.
func (p *plan) broken(err error) error {
	var refusal *policies.Error
	if !errors.As(err, &refusal) {
		return err
	}
	var i int
	var field string
	if n, _ := fmt.Sscanf(refusal.Field, "answers.%d.%s", &i, &field); n < 1 || i >= len(p.of) {
		return err
	}
	p.of[i].refuse(fieldColumns[field], refusal.Code, "%s", refusal.Message)
	for j, f := range p.of {
		if j == i {
			continue
		}
		f.refuse("", policies.Conflict, "wasn't answered, because row %d could no longer be", p.of[i].row)
	}
	return nil
}

// atOnce says how many of the dispositions go into one entry.
func atOnce(list []policies.EachDisposition) int {
	bytes := 0
	for i, d := range list {
		if bytes += len(d.Reason); i == policies.MaxEach || bytes > policies.MaxEachReasons {
			return max(i, 1)
		}
	}
	return len(list)
}
