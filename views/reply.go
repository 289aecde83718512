package views

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/ewtp/entente/policies"
)

// ReplyPages lists the replies to several comments at once, oldest first, in one
// statement: the same page of each, by comment ID. Comments without any, and those
// that the viewer may not read, are absent.
func (db *DB) ReplyPages(ctx context.Context, viewer policies.Actor, commentIDs []string, p Page) (map[string]List[policies.Reply], error) {
	n, backward, err := p.size()
	if err != nil || len(commentIDs) == 0 {
		return nil, err
	}
	var inner selection
	inner.and(`r.comment = j.value`)
	if err := replyOrder.between(&inner, p); err != nil {
		return nil, err
	}
	may, mayArgs := commentReadable(viewer)
	open, openArgs := disclosed(viewer)
	direction := replyOrder.direction(backward)
	query := `SELECT j.value, r.n, r.data FROM json_each(?) j CROSS JOIN comments c ON c.id = j.value AND ` + may + ` AND ` + open + `
		CROSS JOIN replies r ON r.n IN (SELECT r.n FROM replies r WHERE ` + inner.conditions() + ` ORDER BY r.n` + direction + ` LIMIT ?)
		ORDER BY j.key, r.n` + direction
	var comment string
	var at int64
	var data []byte
	args := slices.Concat([]any{jsonList(commentIDs)}, mayArgs, openArgs, inner.args, []any{n + 1})
	return pagesOf(db.run(ctx), query, args, []any{&comment, &at, &data}, p,
		func() string { return comment },
		func() (r policies.Reply, cursor string, err error) {
			err = json.Unmarshal(data, &r)
			return r, replyOrder.cursor([]any{at}), err
		})
}

// replyOrder is the order of every list of replies.
var replyOrder = order{tag: "reply", keys: []key{{"r.n", number}}}

// Replies returns those of the IDs that exist and that the viewer may read.
func (db *DB) Replies(ctx context.Context, viewer policies.Actor, ids []string) (map[string]policies.Reply, error) {
	may, mayArgs := commentReadable(viewer)
	open, openArgs := disclosed(viewer)
	return byID[policies.Reply](db.run(ctx), `SELECT r.id, r.data FROM json_each(?) j CROSS JOIN replies r ON r.id = j.value
		CROSS JOIN comments c ON c.id = r.comment AND `+may+` AND `+open, ids, slices.Concat(mayArgs, openArgs)...)
}

// CommentDrafts returns those of the IDs that exist and that the viewer may read:
// those of its own organisation, closed ones too.
func (db *DB) CommentDrafts(ctx context.Context, viewer policies.Actor, ids []string) (map[string]policies.CommentDraft, error) {
	return byID[policies.CommentDraft](db.run(ctx), `SELECT d.id, d.data FROM json_each(?) j
		CROSS JOIN comment_drafts d ON d.id = j.value AND d.organisation = ? AND ?`, ids, viewer.OrganisationID, readsDrafts(viewer))
}

func readsDrafts(a policies.Actor) bool {
	return policies.May(a, policies.ReadingDraft, policies.OnOrganisation(a.OrganisationID)) == nil
}

// CommentDraftList lists the open drafts of the viewer's organisation, on one document
// or, with "", on any; the newest first.
func (db *DB) CommentDraftList(ctx context.Context, viewer policies.Actor, documentID string, p Page) (List[policies.CommentDraft], error) {
	s := selection{columns: "d.data", from: "comment_drafts d"}
	s.and(`d.organisation = ? AND ? AND d.open`, viewer.OrganisationID, readsDrafts(viewer))
	if documentID != "" {
		s.and(`d.document = ?`, documentID)
	}
	return pageOf(db.run(ctx), s, order{tag: "commentDraft", keys: []key{{"d.n", number}}, desc: true}, p, fromJSON[policies.CommentDraft])
}
