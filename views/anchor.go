package views

import (
	"context"
	"time"

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
	return tx.insert("anchors", table.Row{{"n", a.Seq}, {"comment", a.CommentID}, {"document", document}, {"revision", a.Revision},
		{"at", table.Millis(a.At)}, {"data", data}})
}

// PutAnchor implements policies.Record. Of an anchor only that it is taken back changes.
func (tx *Tx) PutAnchor(a policies.Anchor) error {
	data, err := table.Encode(a)
	if err != nil {
		return err
	}
	return tx.exec(`UPDATE anchors SET undone_at = ?, data = ? WHERE n = ?`, table.MillisOrNull(a.UndoneAt), data, a.Seq)
}

// anchorHolds is the condition on a row of anchors that it is in force in a revision of a
// number, as recorded by a time.
const anchorHolds = `a.revision <= ? AND a.at <= ? AND coalesce(a.undone_at > ?, 1)`

// heldBy are the arguments of anchorHolds; a zero time means now.
func heldBy(revision int, asOf time.Time) []any {
	at := table.MillisOrMax(asOf)
	return []any{revision, at, at}
}

// anchorThen takes away from an anchor that it was taken back after a time; a zero one is now.
func anchorThen(a policies.Anchor, asOf time.Time) policies.Anchor {
	if !asOf.IsZero() && a.UndoneAt.After(asOf) {
		a.UndoneAt, a.Undoing = time.Time{}, ""
	}
	return a
}

func (f facts) Anchors(commentID string) ([]policies.Anchor, error) {
	return table.DecodeAll[policies.Anchor](f.run, `SELECT data FROM anchors WHERE comment = ? ORDER BY n`, commentID)
}

// Anchors lists where sponsors put comments by hand, oldest first, by comment ID, those too
// that were taken back.
// Comments that stand where they are computed to are absent. It asks no rights: the
// caller has loaded the comments.
func (db *DB) Anchors(ctx context.Context, commentIDs []string) (map[string][]policies.Anchor, error) {
	found := map[string][]policies.Anchor{}
	var a policies.Anchor
	err := table.Each(db.file.Read(ctx), `SELECT a.data FROM json_each(?) j CROSS JOIN anchors a ON a.comment = j.value ORDER BY a.n`,
		[]any{table.JSONList(commentIDs)}, []any{table.JSON(&a)}, func() error {
			found[a.CommentID] = append(found[a.CommentID], a)
			return nil
		})
	return found, err
}
