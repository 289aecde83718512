package reports

import (
	"errors"
	"fmt"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
)

// wordColumns are the columns that a field of a comment comes from.
var wordColumns = map[string]string{"draftId": colDraftID, "edition": colEdition, "clauseId": colClauseID, "stance": colStance, "type": colType, "text": colComments,
	"replacement": colProposed, "proposes": colKind, "quote": colQuote, "quote.exact": colQuote, "cost.amount": colCost, "cost.currency": colCurrency, "cost.per": colPer, "summary": colSummary}

// try lets the rules judge what the rows ask for, and what submitting it would still want.
func (p *drafting) try() error {
	good := p.commands[:0]
	for _, c := range p.commands {
		err := p.consider(c.command)
		var refusal *policies.Error
		switch {
		case err == nil:
			good = append(good, c)
		case errors.As(err, &refusal):
			c.refuse(refusal)
			continue
		default:
			return err
		}
		if err := p.remark(c.row); err != nil {
			return err
		}
	}
	p.commands = good
	return nil
}

func (c *draftCommand) refuse(refusal *policies.Error) {
	for _, fault := range refusal.Faults() {
		c.row.refuse(wordColumns[fault.Field], fault.Code, "%s", fault.Message)
	}
}

// remark tells what submitting a row's comment would be refused for.
func (p *drafting) remark(r *commentRow) error {
	err := p.consider(r.words.Submission(p.consultation.ID))
	var refusal *policies.Error
	if !errors.As(err, &refusal) {
		return err
	}
	for _, fault := range refusal.Faults() {
		column, ofWords := wordColumns[fault.Field]
		if !ofWords {
			continue
		}
		p.findings.remark(Remark{r.row, column, "as a draft it is taken, but not to submit: " + fault.Message})
	}
	return nil
}

// apply writes the drafts, one after another. Where one can't be any more, those after it stay undone, and the
// same file does the rest later.
func (p *drafting) apply() error {
	for i := range p.commands {
		c := &p.commands[i]
		out, err := p.do(c)
		var refusal *policies.Error
		if errors.As(err, &refusal) {
			c.refuse(refusal)
			for _, rest := range p.commands[i+1:] {
				rest.row.refuse("", policies.Conflict, "wasn't written, because row %d could no longer be", c.row.row)
			}
			return nil
		}
		if err != nil {
			return err
		}
		if p.applied = true; out.Repeated {
			c.row.state = rowUnchanged
			continue
		}
		p.written = append(p.written, RowDraft{c.row.row, out.Subject})
	}
	p.applied = true
	return nil
}

// do writes one draft. One that was written before, and was discarded since, or became a comment that was
// withdrawn, is written anew.
func (p *drafting) do(c *draftCommand) (registry.Outcome, error) {
	for key := c.key; ; {
		out, err := p.registry.Do(p.ctx, p.actor, key, c.command)
		if err != nil || !out.Repeated || c.row.state != rowNew {
			return out, err
		}
		found, err := p.registry.Views().CommentDrafts(p.ctx, p.actor, []string{out.Subject})
		if err != nil {
			return out, fmt.Errorf("couldn't load the draft: %w", err)
		}
		if d, ok := found[out.Subject]; !ok || d.Open() {
			return out, nil
		}
		if key, err = p.key(key, out.Subject); err != nil {
			return out, err
		}
	}
}

func (p *drafting) result() *FormResult {
	r := &FormResult{Document: p.document.Number, Round: p.consultation.Round, Rows: len(p.rows), Applied: p.applied,
		Position: p.registry.Views().Position(), Drafts: p.written, Findings: p.findings}
	for _, row := range p.rows {
		switch {
		case len(row.refused) > 0:
			r.Refused++
			r.add(&row.importRow)
		case row.blank:
			r.Blank++
		case row.state == rowNew:
			r.New++
		case row.state == rowChanged:
			r.Changed++
		default:
			r.Unchanged++
		}
	}
	return r
}
