package views

import (
	"context"
	"errors"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// PutEndorsement implements policies.Record.
func (tx *Tx) PutEndorsement(e policies.Endorsement) error {
	var comment int64
	err := one(tx.run, `SELECT seq FROM comments WHERE id = ? ORDER BY seq LIMIT 1`, []any{e.CommentID}, &comment)
	if errors.Is(err, policies.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	organisation, err := tx.name(e.OrganisationID)
	if err != nil {
		return err
	}
	data, err := table.Encode(e)
	if err != nil {
		return err
	}
	err = tx.exec(`UPDATE endorsements SET until = ? WHERE comment = ? AND organisation = ? AND until IS NULL`,
		table.Millis(tx.stamp.At), comment, organisation)
	if err != nil {
		return err
	}
	return tx.upsert("endorsements", "comment, organisation, entry", table.Row{{"comment", comment}, {"organisation", organisation},
		{"entry", tx.stamp.Seq}, {"at", table.Millis(tx.stamp.At)}, {"until", nil}, {"position", string(e.Position)}, {"data", data}})
}

func (f facts) Endorsement(commentID, organisationID string) (policies.Endorsement, error) {
	return decodeOne[policies.Endorsement](f.run, `SELECT e.data FROM endorsements e
		WHERE e.comment = (SELECT seq FROM comments WHERE id = ? ORDER BY seq LIMIT 1)
		AND e.organisation = `+numberOf+` AND e.until IS NULL`, commentID, organisationID)
}

func (f facts) EndorsementsBy(organisationID string) ([]policies.Endorsement, error) {
	return table.DecodeAll[policies.Endorsement](f.run, `SELECT e.data FROM endorsements e
		WHERE e.organisation = `+numberOf+` AND e.until IS NULL AND e.position <> 'withdrawn' ORDER BY e.comment`, organisationID)
}

// EndorsementCounts are what organisations say of one comment.
type EndorsementCounts struct {
	Supports       int
	DoesNotSupport int
	By             []EndorsementCount // by chamber, jurisdiction and sector together, in that order
}

// An EndorsementCount is what organisations of a kind say.
type EndorsementCount struct {
	Chamber        policies.OrganisationKind // "" where the organisation was erased, and so on
	Jurisdiction   string
	Sector         string
	Supports       int
	DoesNotSupport int
}

// saidThen returns the condition that e, a row of endorsements, held at a time, zero for
// now. One that was taken back doesn't.
func saidThen(asOf time.Time) (condition string, args []any) {
	if asOf.IsZero() {
		return `e.until IS NULL AND e.position <> 'withdrawn'`, nil
	}
	return `e.at <= ? AND coalesce(e.until > ?, 1) AND e.position <> 'withdrawn'`, []any{table.Millis(asOf), table.Millis(asOf)}
}

// EndorsementCounts counts what is said of comments, now or as of then, by comment ID.
// Comments of which nothing is said are absent, and those that the viewer may not read.
func (db *DB) EndorsementCounts(ctx context.Context, viewer policies.Actor, commentIDs []string, asOf time.Time) (map[string]EndorsementCounts, error) {
	may, mayArgs := commentTold(viewer)
	said, saidArgs := saidThen(asOf)
	found := map[string]EndorsementCounts{}
	var id string
	var n EndorsementCount
	args := append([]any{table.JSONList(commentIDs)}, append(saidArgs, mayArgs...)...)
	err := table.Each(db.file.Read(ctx), `SELECT c.id, coalesce(o.kind, ''), coalesce(o.jurisdiction, ''), coalesce(o.sector, ''),
			sum(e.position = 'supports'), sum(e.position <> 'supports')
		FROM json_each(?) j CROSS JOIN comments c ON c.id = j.value CROSS JOIN endorsements e ON e.comment = c.seq
		LEFT JOIN organisations o ON o.name = e.organisation
		WHERE `+said+` AND `+may+` GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`, args,
		[]any{&id, &n.Chamber, &n.Jurisdiction, &n.Sector, &n.Supports, &n.DoesNotSupport}, func() error {
			c := found[id]
			c.Supports, c.DoesNotSupport = c.Supports+n.Supports, c.DoesNotSupport+n.DoesNotSupport
			c.By = append(c.By, n)
			found[id] = c
			return nil
		})
	return found, err
}

var endorsementOrder = table.Ascending("endorsements", table.Number("e.entry"))

// EndorsementList lists what organisations say of a comment, now or as of then, in the
// order in which they said it.
func (db *DB) EndorsementList(ctx context.Context, viewer policies.Actor, commentID string, asOf time.Time, p Page) (List[policies.Endorsement], error) {
	s := table.Selection{From: `comments c CROSS JOIN endorsements e ON e.comment = c.seq`}
	s.And(`c.id = ?`, commentID)
	said, args := saidThen(asOf)
	s.And(said, args...)
	may, args := commentTold(viewer)
	s.And(may, args...)
	return pageOf(db.file.Read(ctx), s, endorsementOrder, p, table.FromJSON[policies.Endorsement]("e.data"))
}
