package views

import (
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// caches keep hot facts for the writer. Whoever has the writer's turn owns them.
type caches struct {
	names         table.Overlay[string, int64]
	organisations table.Overlay[string, policies.Organisation]
	documents     table.Overlay[string, policies.Document]
	consultations table.Overlay[string, policies.Consultation]
	ballots       table.Overlay[string, policies.Ballot]
	lastNumbers   table.Overlay[string, int]
	spent         table.Overlay[string, policies.SpentNumber]
	live          table.Overlay[int64, map[string]headClause]
}

func (c *caches) commit() {
	c.names.Commit(1 << 16)
	c.organisations.Commit(4096)
	c.documents.Commit(1024)
	c.consultations.Commit(1024)
	c.ballots.Commit(16) // an electorate may be large
	c.lastNumbers.Commit(4096)
	c.spent.Commit(4096)
	c.live.Commit(4)
}

func (c *caches) rollback() {
	c.names.Rollback()
	c.organisations.Rollback()
	c.documents.Rollback()
	c.consultations.Rollback()
	c.ballots.Rollback()
	c.lastNumbers.Rollback()
	c.spent.Rollback()
	c.live.Rollback()
}
