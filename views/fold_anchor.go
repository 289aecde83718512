package views

import "github.com/ewtp/entente/policies"

// AddAnchor implements policies.Record.
func (tx *Tx) AddAnchor(a policies.Anchor) error {
	data, err := encode(a)
	if err != nil {
		return err
	}
	document, err := tx.name(a.DocumentID)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO anchors (comment, document, revision, at, data) VALUES (?, ?, ?, ?, ?)`,
		a.CommentID, document, a.Revision, when(a.At), data)
}
