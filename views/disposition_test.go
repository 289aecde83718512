package views

import (
	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
)

// disposeAll answers what some selection finds.
func (d *dialogue) disposeAll() {
	c := policies.DisposeComments{DocumentID: d.any(d.documents), AsOf: int64(len(d.entries)), Reason: "because of them all",
		Selection: rapid.SampledFrom(d.selections()).Draw(d.t, "selection"), Outcome: rapid.SampledFrom(policies.Outcomes).Draw(d.t, "outcome")}
	if c.Outcome == policies.Duplicate {
		c.DuplicateOf = d.any(d.comments)
		c.Selection.Except = []string{c.DuplicateOf}
	}
	one := policies.DisposeComment{CommentID: d.any(d.comments), Outcome: c.Outcome}
	d.refer(&one)
	c.Change = one.Change
	_, c.Count, _ = d.memory.Selected(c.DocumentID, c.Selection, policies.Operator, c.AsOf, policies.MaxBulk)
	d.keep(nil, c)
}

func (d *dialogue) answered(c *policies.Comment) bool {
	return policies.Answered(c, func(id string) *policies.Comment {
		of, err := d.memory.Comment(id)
		if err != nil {
			return nil
		}
		return &of
	})
}
