package wire

import (
	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
)

// A Clause is one clause of a revision's text. Its methods are the schema's fields that need no
// more than the text: gqlgen calls methods in line, where each resolver would take a
// goroutine, and a page has hundreds of clauses.
type Clause struct {
	In    policies.Revision
	Text  *clauses.Text
	Index int
}

func (c *Clause) clause() *clauses.Clause { return &c.Text.Clauses[c.Index] }

// ClauseID returns the identity, which survives revisions.
func (c *Clause) ClauseID() string { return c.clause().ID }

// Revision returns the revision in which it stands.
func (c *Clause) Revision() policies.Revision { return c.In }

// Kind returns the kind of block.
func (c *Clause) Kind() clauses.Kind { return c.clause().Kind }

// Level returns the level of a heading or the depth of an item.
func (c *Clause) Level() int { return c.clause().Level }

// Citation returns how it is cited in this revision.
func (c *Clause) Citation() string { return c.clause().Citation }

// Hash returns the hash of its content.
func (c *Clause) Hash() clauses.Hash { return c.clause().Hash }

// Markdown returns its words.
func (c *Clause) Markdown() string { return c.Text.Words(c.Index) }

// HTML returns its words as HTML that is safe to show.
func (c *Clause) HTML() string { return c.Text.RenderIn(c.Index) }

// ParentID returns the ID of the clause under which it stands, "" at the top.
func (c *Clause) ParentID() string {
	if p := c.clause().Parent; p >= 0 {
		return c.Text.Clauses[p].ID
	}
	return ""
}

// A ClauseChange says what became of one clause between two revisions.
type ClauseChange struct {
	Op     clauses.Op
	Moved  bool
	Before *Clause // nil where it was added
	After  *Clause // nil where it was removed
}

// latest returns the clause after the change, or before it where it was removed.
func (c *ClauseChange) latest() *Clause {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

// ClauseID returns the clause's identity.
func (c *ClauseChange) ClauseID() string { return c.latest().ClauseID() }

// Citation returns how it is cited after the change, or was before it where it was removed.
func (c *ClauseChange) Citation() string { return c.latest().Citation() }

// Spans returns the change word by word, nil unless the words or the number changed.
func (c *ClauseChange) Spans() []clauses.Span {
	if c.Op != clauses.Changed {
		return nil
	}
	return clauses.RedlineClauses(c.Before.Text, c.Before.Index, c.After.Text, c.After.Index)
}

// Rows returns what became of the rows of a table, nil unless its words changed.
func (c *ClauseChange) Rows() []RowChange {
	if c.Op != clauses.Changed {
		return nil
	}
	changes := clauses.RedlineRows(c.Before.Text, c.Before.Index, c.After.Text, c.After.Index)
	if changes == nil {
		return nil
	}
	rows := make([]RowChange, len(changes))
	for i, r := range changes {
		in, n := c.After, r.New
		if r.Op == clauses.Removed {
			in, n = c.Before, r.Old
		}
		rows[i] = RowChange{Op: r.Op, Cells: r.Cells}
		if citation := in.Text.Clauses.RowCitation(in.Index, n); citation != "" {
			rows[i].Citation = &citation
		}
	}
	return rows
}

// A RowChange says what became of one row of a table.
type RowChange struct {
	Op       clauses.Op
	Citation *string // nil for the header
	Cells    []clauses.CellChange
}
