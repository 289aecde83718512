package views

import "github.com/ewtp/entente/policies"

// AddReply implements policies.Record.
func (tx *Tx) AddReply(r policies.Reply) error {
	data, err := encode(r)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO replies (id, comment, data) VALUES (?, ?, ?)`, r.ID, r.CommentID, data)
}

// PutCommentDraft implements policies.Record.
func (tx *Tx) PutCommentDraft(d policies.CommentDraft) error {
	data, err := encode(d)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO comment_drafts (id, organisation, document, open, data) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET organisation = excluded.organisation, document = excluded.document,
		open = excluded.open, data = excluded.data`, d.ID, d.OrganisationID, d.DocumentID, d.Open(), data)
}

// AddUpload implements policies.Record.
func (tx *Tx) AddUpload(u policies.Upload) error {
	data, err := encode(u)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO uploads (organisation, digest, data) VALUES (?, ?, ?)`, u.OrganisationID, u.Digest, data)
}
