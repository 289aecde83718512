package views

import (
	"context"
	"encoding/json"

	"github.com/ewtp/entente/policies"
)

func (f facts) Anchors(commentID string) ([]policies.Anchor, error) {
	return decodeAll[policies.Anchor](f.run, `SELECT data FROM anchors WHERE comment = ? ORDER BY n`, commentID)
}

// Anchors lists where sponsors put comments by hand, oldest first, by comment ID.
// Comments that stand where they are computed to are absent. It asks no rights: the
// caller has loaded the comments.
func (db *DB) Anchors(ctx context.Context, commentIDs []string) (map[string][]policies.Anchor, error) {
	found := map[string][]policies.Anchor{}
	var data []byte
	err := each(db.run(ctx), `SELECT a.data FROM json_each(?) j CROSS JOIN anchors a ON a.comment = j.value ORDER BY a.n`,
		[]any{jsonList(commentIDs)}, []any{&data}, func() error {
			var a policies.Anchor
			err := json.Unmarshal(data, &a)
			found[a.CommentID] = append(found[a.CommentID], a)
			return err
		})
	return found, err
}
