package views

import (
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// AddReply implements policies.Record.
func (tx *Tx) AddReply(r policies.Reply) error {
	data, err := table.Encode(r)
	if err != nil {
		return err
	}
	return tx.insert("replies", table.Row{{"id", r.ID}, {"comment", r.CommentID}, {"data", data}})
}

// PutCommentDraft implements policies.Record.
func (tx *Tx) PutCommentDraft(d policies.CommentDraft) error {
	data, err := table.Encode(d)
	if err != nil {
		return err
	}
	return tx.upsert("comment_drafts", "id", table.Row{{"id", d.ID}, {"organisation", d.OrganisationID},
		{"document", d.DocumentID}, {"open", d.Open()}, {"data", data}})
}

// AddUpload implements policies.Record.
func (tx *Tx) AddUpload(u policies.Upload) error {
	data, err := table.Encode(u)
	if err != nil {
		return err
	}
	return tx.insert("uploads", table.Row{{"organisation", u.OrganisationID}, {"digest", u.Digest}, {"data", data}})
}
