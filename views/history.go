package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/views/table"
)

// addHistory keeps in the history the data of a consultation, a ballot, a document, an
// instrument, an organisation, a rule set or an editorial mark as the entry being folded left it.
func (tx *Tx) addHistory(id, data string) error {
	return tx.upsert("history", "id, entry", table.Row{{"id", id}, {"entry", tx.stamp.Seq}, {"at", table.Millis(tx.stamp.At)}, {"data", data}})
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
