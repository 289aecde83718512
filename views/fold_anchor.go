package views

import (
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// AddAnchor implements policies.Record.
func (tx *Tx) AddAnchor(a policies.Anchor) error {
	data, err := table.Encode(a)
	if err != nil {
		return err
	}
	document, err := tx.name(a.DocumentID)
	if err != nil {
		return err
	}
	return tx.insert("anchors", table.Row{{"comment", a.CommentID}, {"document", document}, {"revision", a.Revision},
		{"at", table.Millis(a.At)}, {"data", data}})
}
