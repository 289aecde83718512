package views

import (
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// PutEditorialMark implements policies.Record.
func (tx *Tx) PutEditorialMark(k policies.EditorialMark) error {
	data, err := table.Encode(k)
	if err != nil {
		return err
	}
	document, err := tx.name(k.DocumentID)
	if err != nil {
		return err
	}
	err = tx.upsert("marks", "document, revision, clause", table.Row{{"document", document}, {"revision", k.RevisionID},
		{"clause", k.ClauseID}, {"data", data}})
	if err != nil {
		return err
	}
	return tx.addHistory(k.RevisionID+"/"+k.ClauseID, data)
}

func (f facts) Editorial(documentID string) ([]policies.EditorialMark, error) {
	return table.DecodeAll[policies.EditorialMark](f.run, `SELECT data FROM marks WHERE document = `+numberOf+` ORDER BY n`, documentID)
}

// editorialAt lists the marks of a document as they were known at a moment.
func (f facts) editorialAt(documentID string, asOf time.Time) ([]policies.EditorialMark, error) {
	return table.DecodeAll[policies.EditorialMark](f.run, `SELECT h.data FROM marks m CROSS JOIN history h ON h.id = m.revision || '/' || m.clause
		WHERE m.document = `+numberOf+` AND h.entry = (SELECT max(entry) FROM history WHERE id = h.id AND at <= ?) ORDER BY m.n`, documentID, table.Millis(asOf))
}
