package views

import (
	"errors"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// SpentNumber implements policies.Facts.
func (tx *Tx) SpentNumber(series string) (policies.SpentNumber, error) {
	return tx.db.cache.spent.Load(series, tx.facts.SpentNumber)
}

func (f facts) SpentNumber(series string) (policies.SpentNumber, error) {
	n := policies.SpentNumber{Series: series}
	err := one(f.run, `SELECT number, digest FROM spent_numbers WHERE series = ?`, []any{series}, &n.Number, &n.Digest)
	if errors.Is(err, policies.ErrNotFound) {
		return policies.SpentNumber{}, nil
	}
	return n, err
}

// SpendNumber implements policies.Record.
func (tx *Tx) SpendNumber(n policies.SpentNumber) error {
	had, err := tx.SpentNumber(n.Series)
	if err != nil || n.Number <= had.Number {
		return err
	}
	tx.db.cache.spent.Put(n.Series, n)
	return tx.upsert("spent_numbers", "series", table.Row{{"series", n.Series}, {"number", n.Number}, {"digest", n.Digest}})
}
