package views

import (
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
