package views

import (
	"context"
	"strings"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// Selected implements policies.Facts.
func (tx *Tx) Selected(documentID string, s policies.Selection, a policies.Actor, before int64, limit int) ([]policies.Selected, int, error) {
	if s.CampaignID != "" || s.Adding != nil {
		if err := tx.groupAll(); err != nil {
			return nil, 0, err
		}
	}
	return tx.facts.Selected(documentID, s, a, before, limit)
}

// Selected finds campaigns among the comments that are grouped; a Tx groups all first.
func (f facts) Selected(documentID string, s policies.Selection, a policies.Actor, before int64, limit int) ([]policies.Selected, int, error) {
	w := selectedBy(s)
	w.And(`c.document = `+numberOf, documentID)
	w.And(`c.seq < ?`, before)
	open, args := disclosed(a)
	w.And(open, args...)
	where := ` FROM comments c WHERE ` + strings.Join(w.Where, " AND ")
	list := []policies.Selected{}
	var k policies.Selected
	err := table.Each(f.run, `SELECT c.seq, `+nameOf("c.revision")+where+` ORDER BY c.seq LIMIT ?`,
		append(w.Args[:len(w.Args):len(w.Args)], limit), []any{&k.Seq, &k.RevisionID}, func() error {
			list = append(list, k)
			return nil
		})
	if err != nil {
		return nil, 0, err
	}
	total := len(list)
	if total >= limit {
		err = one(f.run, `SELECT count(*)`+where, w.Args, &total)
	}
	return list, total, err
}

// selectedBy returns the conditions of policies.Selection on a comment c.
func selectedBy(s policies.Selection) (w table.Selection) {
	w.And(commentStands)
	if !s.Disposed {
		w.And(`c.answer = 0`)
	}
	CommentFilter{ConsultationID: s.ConsultationID, ClauseID: s.ClauseID, Stances: s.Stances, Types: s.Types}.narrow(&w, policies.Operator)
	if len(s.Chambers) > 0 {
		w.And(`c.organisation IN (SELECT n.id FROM organisations o CROSS JOIN names n ON n.name = o.id
			WHERE o.kind IN (SELECT value FROM json_each(?)))`, table.JSONList(s.Chambers))
	}
	if len(s.Except) > 0 {
		w.And(`c.id NOT IN (SELECT value FROM json_each(?))`, table.JSONList(s.Except))
	}
	if s.CampaignID != "" {
		w.And(`c.seq IN (SELECT comment FROM campaign_members WHERE sample =
			(SELECT seq FROM comments WHERE id = ? ORDER BY seq LIMIT 1))`, policies.CampaignSample(s.CampaignID))
	}
	if s.Adding != nil {
		w.And(map[bool]string{true: "", false: "NOT "}[*s.Adding] +
			`EXISTS (SELECT 1 FROM campaign_members m WHERE m.comment = c.seq AND m.added > 0)`)
	}
	return w
}

// Preview says how many comments that a viewer is told a selection finds, and as of
// which entry: what policies.DisposeComments wants to be told. Of the document it asks no
// rights.
func (db *DB) Preview(ctx context.Context, viewer policies.Actor, documentID string, s policies.Selection) (count int, asOf int64, err error) {
	if s.CampaignID != "" || s.Adding != nil {
		if err := db.groupFor(ctx, 1<<30); err != nil {
			return 0, 0, err
		}
	}
	err = db.file.Snapshot(ctx, func(r table.Run) error {
		if err := one(r, `SELECT position FROM state`, nil, &asOf); err != nil {
			return err
		}
		_, count, err = facts{run: r}.Selected(documentID, s, viewer, asOf, 0)
		return err
	})
	return count, asOf, err
}
