package views

import (
	"context"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// PutCommentDraft implements policies.Record.
func (tx *Tx) PutCommentDraft(d policies.CommentDraft) error {
	data, err := table.Encode(d)
	if err != nil {
		return err
	}
	document, err := tx.name(d.DocumentID)
	if err != nil {
		return err
	}
	if err := tx.nameFiles(d.ID, d.OrganisationID, d.Words.Attachments); err != nil {
		return err
	}
	return tx.upsert("comment_drafts", "id", table.Row{{"id", d.ID}, {"organisation", d.OrganisationID},
		{"document", document}, {"open", d.Open()}, {"data", data}})
}

func (f facts) CommentDraft(id string) (policies.CommentDraft, error) {
	return decodeOne[policies.CommentDraft](f.run, `SELECT data FROM comment_drafts WHERE id = ?`, id)
}

// CommentDrafts returns those of the IDs that exist and that the viewer may read:
// those of its own organisation, closed ones too.
func (db *DB) CommentDrafts(ctx context.Context, viewer policies.Actor, ids []string) (map[string]policies.CommentDraft, error) {
	return table.ByID[policies.CommentDraft](db.file.Read(ctx), `SELECT d.id, d.data FROM json_each(?) j
		CROSS JOIN comment_drafts d ON d.id = j.value AND d.organisation = ? AND ?`, ids, viewer.OrganisationID, readsDrafts(viewer))
}

func readsDrafts(a policies.Actor) bool {
	return policies.Allowed(a, policies.ReadingDraft, policies.OnOrganisation(a.OrganisationID))
}

// CommentDraftList lists the open drafts of the viewer's organisation, on one document
// or, with "", on any; the newest first.
func (db *DB) CommentDraftList(ctx context.Context, viewer policies.Actor, documentID string, p Page) (List[policies.CommentDraft], error) {
	s := table.Selection{From: "comment_drafts d"}
	s.And(`d.organisation = ? AND ? AND d.open`, viewer.OrganisationID, readsDrafts(viewer))
	if documentID != "" {
		s.And(`d.document = `+numberOf, documentID)
	}
	return pageOf(db.file.Read(ctx), s, table.Descending("commentDraft", table.Number("d.n")), p, table.FromJSON[policies.CommentDraft]("d.data"))
}

// CommentDraftTotal counts the open drafts of the viewer's organisation.
func (db *DB) CommentDraftTotal(ctx context.Context, viewer policies.Actor) (total int, err error) {
	return total, one(db.file.Read(ctx), `SELECT count(*) FROM comment_drafts d WHERE d.organisation = ? AND ? AND d.open`,
		[]any{viewer.OrganisationID, readsDrafts(viewer)}, &total)
}
