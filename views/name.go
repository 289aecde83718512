package views

import (
	"errors"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// name returns the number of a name. A name that has none gets one.
func (tx *Tx) name(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	if id, ok := tx.db.cache.names.Get(s); ok {
		return id, nil
	}
	var id int64
	err := one(tx.run, `SELECT id FROM names WHERE name = ?`, []any{s}, &id)
	if errors.Is(err, policies.ErrNotFound) {
		id, err = tx.db.file.Insert("names", table.Row{{"name", s}})
	}
	if err == nil {
		tx.db.cache.names.Put(s, id)
	}
	return id, err
}

// numberOf is the number of the name that a question mark stands for.
const numberOf = `(SELECT id FROM names WHERE name = ?)`

// nameOf returns the name whose number is in a column.
func nameOf(column string) string { return `(SELECT name FROM names WHERE id = ` + column + `)` }
