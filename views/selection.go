package views

import (
	"strings"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

func (f facts) Endorsement(commentID, organisationID string) (policies.Endorsement, error) {
	return decodeOne[policies.Endorsement](f.run, `SELECT e.data FROM endorsements e
		WHERE e.comment = (SELECT seq FROM comments WHERE id = ? ORDER BY seq LIMIT 1)
		AND e.organisation = (SELECT id FROM names WHERE name = ?) AND e.until IS NULL`, commentID, organisationID)
}

// Campaign knows of comments that are grouped; a Tx groups them all first.
func (f facts) Campaign(id string) (policies.Campaign, error) {
	c := policies.Campaign{ID: id}
	err := one(f.run, `SELECT d.name, c.id, g.size, g.adding FROM comments c CROSS JOIN campaigns g ON g.sample = c.seq
		CROSS JOIN names d ON d.id = g.document WHERE c.id = ? AND g.size > 1 ORDER BY c.seq LIMIT 1`,
		[]any{policies.CampaignSample(id)}, &c.DocumentID, &c.SampleID, &c.Size, &c.Adding)
	if err != nil {
		return policies.Campaign{}, err
	}
	return c, nil
}

// Selected knows of groups what Campaign does.
func (f facts) Selected(documentID string, s policies.Selection, before int64, limit int) ([]policies.Selected, int, error) {
	w := selectedBy(s)
	w.And(`c.document = (SELECT id FROM names WHERE name = ?)`, documentID)
	w.And(`c.seq < ?`, before)
	where := ` FROM comments c WHERE ` + strings.Join(w.Where, " AND ")
	list := []policies.Selected{}
	var k policies.Selected
	err := table.Each(f.run, `SELECT c.seq, (SELECT name FROM names WHERE id = c.revision)`+where+` ORDER BY c.seq LIMIT ?`,
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

// selectedBy are the conditions of policies.Selection on a comment c.
func selectedBy(s policies.Selection) (w table.Selection) {
	w.And(stands)
	if !s.Answered {
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
