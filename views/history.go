package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/views/table"
)

// addHistory keeps in the history the data of a consultation, a ballot, a document, an
// instrument, an organisation, a member, a rule set or an editorial mark as the entry being folded left it.
func (tx *Tx) addHistory(id, data string) error {
	return tx.upsert("history", "id, entry", table.Row{{"id", id}, {"entry", tx.stamp.Seq}, {"at", table.Millis(tx.stamp.At)}, {"data", data}})
}

// dataThen narrows a list to what was there at a time, and returns the column with its data as it was then. id is
// the column with its ID.
func dataThen(s *table.Selection, id string, asOf time.Time) (column string) {
	at := table.Millis(asOf)
	s.First = append(s.First, at)
	s.And(`EXISTS (SELECT 1 FROM history h WHERE h.id = `+id+` AND h.at <= ?)`, at)
	return `(SELECT h.data FROM history h WHERE h.id = ` + id + ` AND h.at <= ? ORDER BY h.entry DESC LIMIT 1)`
}

// Changes say how often something was changed since it was made, and when it was last
// changed, or made.
type Changes struct {
	Count  int
	LastAt time.Time
}

// Changes returns the changes of consultations, ballots and instruments. It isn't for
// documents: they change with each revision, of which not everybody may know.
func (db *DB) Changes(ctx context.Context, ids []string) (map[string]Changes, error) {
	found := make(map[string]Changes, len(ids))
	var id string
	var c Changes
	err := table.Each(db.file.Read(ctx), `SELECT h.id, count(*) - 1, max(h.at) FROM history h
		WHERE h.id IN (SELECT value FROM json_each(?)) GROUP BY h.id`,
		[]any{table.JSONList(ids)}, []any{&id, &c.Count, table.Time(&c.LastAt)}, func() error {
			found[id] = c
			return nil
		})
	return found, err
}
