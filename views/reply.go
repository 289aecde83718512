package views

import (
	"context"
	"slices"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// AddReply implements policies.Record.
func (tx *Tx) AddReply(r policies.Reply) error {
	data, err := table.Encode(r)
	if err != nil {
		return err
	}
	return tx.insert("replies", table.Row{{"n", r.Seq}, {"id", r.ID}, {"comment", r.CommentID}, {"data", data}})
}

// PutReply implements policies.Record. What changes of a reply are its words, when it is redacted.
func (tx *Tx) PutReply(r policies.Reply) error {
	data, err := table.Encode(r)
	if err != nil {
		return err
	}
	return tx.exec(`UPDATE replies SET data = ? WHERE id = ?`, data, r.ID)
}

func (f facts) Reply(id string) (policies.Reply, error) {
	return decodeOne[policies.Reply](f.run, `SELECT data FROM replies WHERE id = ? ORDER BY n LIMIT 1`, id)
}

// ReplyPages lists the replies to several comments at once, oldest first, in one
// statement, with asOf those made by then: the same page of each, by comment ID. Comments without any, and those
// that the viewer may not read, are absent.
func (db *DB) ReplyPages(ctx context.Context, viewer policies.Actor, commentIDs []string, asOf time.Time, p Page) (map[string]List[policies.Reply], error) {
	var inner table.Selection
	inner.And(`r.comment = j.value`)
	if !asOf.IsZero() {
		inner.And(`r.n < `+firstEntryAfter, firstEntryArgs(asOf)...)
	}
	limit, direction, err := bound(replyOrder, &inner, p)
	if err != nil || len(commentIDs) == 0 {
		return nil, err
	}
	may, mayArgs := commentReadable(viewer)
	open, openArgs := disclosed(viewer)
	query := `SELECT j.value, r.n, r.data FROM json_each(?) j CROSS JOIN comments c ON c.id = j.value AND ` + may + ` AND ` + open + `
		CROSS JOIN replies r ON r.n IN (SELECT r.n FROM replies r WHERE ` + inner.Conditions() + ` ORDER BY r.n` + direction + ` LIMIT ?)
		ORDER BY j.key, r.n` + direction
	var comment string
	var at int64
	var reply policies.Reply
	args := slices.Concat([]any{table.JSONList(commentIDs)}, mayArgs, openArgs, inner.Args, []any{limit})
	return table.PagesOf(db.file.Read(ctx), query, args, []any{&comment, &at, table.JSON(&reply)}, p,
		func() string { return comment },
		func() (policies.Reply, string, error) { return reply, replyOrder.Cursor(at), nil })
}

// replyOrder is the order of every list of replies.
var replyOrder = table.Ascending("reply", table.Number("r.n"))

// Replies returns those of the IDs that exist and that the viewer may read.
func (db *DB) Replies(ctx context.Context, viewer policies.Actor, ids []string) (map[string]policies.Reply, error) {
	may, mayArgs := commentReadable(viewer)
	open, openArgs := disclosed(viewer)
	return table.ByID[policies.Reply](db.file.Read(ctx), `SELECT r.id, r.data FROM json_each(?) j CROSS JOIN replies r ON r.id = j.value
		CROSS JOIN comments c ON c.id = r.comment AND `+may+` AND `+open, ids, slices.Concat(mayArgs, openArgs)...)
}
