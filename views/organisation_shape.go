package views

import (
	"context"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// putShapes keeps how the name of an organisation, row n, looks.
func (tx *Tx) putShapes(id, name string) error {
	if err := tx.exec(`DELETE FROM name_shapes WHERE organisation = ?`, id); err != nil {
		return err
	}
	return tx.exec(`INSERT INTO name_shapes (shape, organisation) SELECT value, ? FROM json_each(?)`, id, table.JSONList(policies.NameShapes(name)))
}

// looksLike is whether o, a row of organisations, has a name that could be taken for that of
// another, whose ID is x.organisation.
const looksLike = `SELECT x.organisation FROM name_shapes y CROSS JOIN name_shapes x ON x.shape = y.shape WHERE y.organisation = o.id AND x.organisation <> o.id`

// LookAlikes returns, of each of the IDs, the organisations whose names could be taken for
// its: see policies.NameShapes. Those without any are absent.
func (db *DB) LookAlikes(ctx context.Context, ids []string) (map[string][]policies.Organisation, error) {
	found := map[string][]policies.Organisation{}
	var id string
	var like policies.Organisation
	return found, table.Each(db.file.Read(ctx), `SELECT o.id, l.data FROM json_each(?) j CROSS JOIN organisations o ON o.id = j.value
		CROSS JOIN organisations l ON l.id IN (`+looksLike+`) ORDER BY j.key, l.n`, []any{table.JSONList(ids)}, []any{&id, table.JSON(&like)}, func() error {
		found[id] = append(found[id], like)
		return nil
	})
}
