package wire

import (
	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
)

// A Clause is one clause of a revision's text. Its methods are the fields of the
// schema that take no more than the text: gqlgen calls them in line, where each
// resolver would be a goroutine, and a page has hundreds.
type Clause struct {
	In    policies.Revision
	Text  *clauses.Text
	Index int
}

func (c *Clause) clause() *clauses.Clause { return &c.Text.Clauses[c.Index] }

// ClauseID is the identity that survives revisions.
func (c *Clause) ClauseID() string { return c.clause().ID }

// Revision is the revision it stands in.
func (c *Clause) Revision() policies.Revision { return c.In }

// Kind is what sort of block it is.
func (c *Clause) Kind() clauses.Kind { return c.clause().Kind }

// Level is that of a heading or the depth of an item.
func (c *Clause) Level() int { return c.clause().Level }

// Citation is how it is cited in this revision.
func (c *Clause) Citation() string { return c.clause().Citation }

// Hash is that of its content.
func (c *Clause) Hash() clauses.Hash { return c.clause().Hash }

// Markdown is what it says.
func (c *Clause) Markdown() string { return c.Text.Words(c.Index) }

// HTML is the same, safe to show.
func (c *Clause) HTML() string { return c.Text.RenderIn(c.Index) }

// ParentID is the clause it stands under, "" at the top.
func (c *Clause) ParentID() string {
	if p := c.clause().Parent; p >= 0 {
		return c.Text.Clauses[p].ID
	}
	return ""
}

// A ClauseChange is the fate of one clause between two revisions.
type ClauseChange struct {
	Op     clauses.Op
	Moved  bool
	Before *Clause // nil where it was added
	After  *Clause // nil where it was removed
}

// there is the clause as it stands after the change, or stood before it was removed.
func (c *ClauseChange) there() *Clause {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

// ClauseID is the clause's identity.
func (c *ClauseChange) ClauseID() string { return c.there().ClauseID() }

// Citation is how it is cited, after the change if it still stands.
func (c *ClauseChange) Citation() string { return c.there().Citation() }

// Spans is the change word by word, nil unless the words changed.
func (c *ClauseChange) Spans() []clauses.Span {
	if c.Op != clauses.Changed {
		return nil
	}
	return clauses.Redline(c.Before.Markdown(), c.After.Markdown())
}
