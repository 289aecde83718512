package views

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/ewtp/entente/policies"
)

// commentColumns are those of c, a row of comments, as it stands.
const commentColumns = commentFixed + `, c.disposition`

const commentFixed = `c.seq, c.id, c.number,
	(SELECT name FROM names WHERE id = c.document), (SELECT name FROM names WHERE id = c.clause),
	(SELECT name FROM names WHERE id = c.consultation), (SELECT name FROM names WHERE id = c.revision),
	(SELECT name FROM names WHERE id = c.organisation), (SELECT name FROM names WHERE id = c.member),
	(SELECT name FROM names WHERE id = c.stance), (SELECT name FROM names WHERE id = c.type),
	c.late, c.at, c.withdrawn_at, c.text, c.replacement, c.withdrawal, c.provenance`

// commentAsOf are the columns of c with the answer it had at a time.
const commentAsOf = commentFixed + `,
	(SELECT x.data FROM dispositions x WHERE x.comment = c.seq AND x.at <= ? ORDER BY x.entry DESC LIMIT 1)`

// commentNow is the shape of commentColumns.
func commentNow() (dest []any, value func() (policies.Comment, error)) {
	return commentShape(time.Time{})()
}

// commentShape is the shape of a comment as it stood at asOf, zero for now.
func commentShape(asOf time.Time) shape[policies.Comment] {
	return func() ([]any, func() (policies.Comment, error)) {
		var c policies.Comment
		var stance, kind string
		var at int64
		var withdrawn nullTime
		var provenance, disposition []byte
		dest := []any{&c.Seq, &c.ID, &c.Number, &c.DocumentID, &c.ClauseID, &c.ConsultationID, &c.RevisionID,
			&c.OrganisationID, &c.MemberID, &stance, &kind, &c.Late, &at, &withdrawn, &c.Text, &c.Replacement,
			&c.Withdrawal, &provenance, &disposition}
		return dest, func() (policies.Comment, error) {
			v := c
			v.Stance, v.Type = policies.Stance(stance), policies.CommentType(kind)
			v.SubmittedAt, v.WithdrawnAt = time.UnixMilli(at).UTC(), timeOf(withdrawn)
			if !asOf.IsZero() && v.WithdrawnAt.After(asOf) {
				v.WithdrawnAt, v.Withdrawal = time.Time{}, ""
			}
			var err error
			if provenance != nil {
				err = json.Unmarshal(provenance, &v.Provenance)
			}
			if disposition != nil {
				err = errors.Join(err, json.Unmarshal(disposition, &v.Disposition))
			}
			return v, err
		}
	}
}

// commentReadable says that c's document may be read: a comment is on what was
// consulted on, so who may know of the document may read it.
func commentReadable(a policies.Actor) (condition string, args []any) {
	may, args := readable(a)
	return `EXISTS (SELECT 1 FROM documents d WHERE d.name = c.document AND ` + may + `)`, args
}

// Comments returns those of the IDs that exist and that the viewer may read.
func (db *DB) Comments(ctx context.Context, viewer policies.Actor, ids []string) (map[string]policies.Comment, error) {
	found := make(map[string]policies.Comment, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	may, args := commentReadable(viewer)
	dest, value := commentNow()
	err := each(db.run(ctx), `SELECT `+commentColumns+` FROM json_each(?) j CROSS JOIN comments c ON c.id = j.value WHERE `+may,
		append([]any{jsonList(ids)}, args...), dest, func() error {
			c, err := value()
			if was, twice := found[c.ID]; !twice || c.Seq < was.Seq {
				found[c.ID] = c
			}
			return err
		})
	return found, err
}

// A CommentFilter narrows a list of comments; what is empty doesn't.
type CommentFilter struct {
	DocumentID     string
	ConsultationID string
	OrganisationID string
	ClauseID       *string // "": those on the whole
	Stances        []policies.Stance
	Types          []policies.CommentType
	Answered       *bool // a duplicate of one withdrawn since isn't answered
	Withdrawn      *bool
	AsOf           time.Time // comments and answers as recorded by then
}

// CommentList lists comments on documents that the viewer may read, oldest first.
func (db *DB) CommentList(ctx context.Context, viewer policies.Actor, f CommentFilter, p Page) (List[policies.Comment], error) {
	s := selection{columns: commentColumns, from: "comments c"}
	if !f.AsOf.IsZero() {
		s.columns, s.first = commentAsOf, []any{f.AsOf.UnixMilli()}
		s.and(`c.seq < `+boundAt, boundArgs(f.AsOf)...)
	}
	f.place(&s, viewer)
	f.narrow(&s)
	return pageOf(db.run(ctx), s, commentOrder, p, commentShape(f.AsOf))
}

// commentOrder is the order of every list of comments.
var commentOrder = order{tag: "comment", keys: []key{{"c.seq", number}}}

// place adds where the comments are, and that the viewer may read them there.
func (f CommentFilter) place(s *selection, viewer policies.Actor) {
	may, args := readable(viewer)
	switch {
	case f.DocumentID != "": // one look at the document settles it for all
		s.and(`c.document = (SELECT d.name FROM documents d WHERE d.id = ? AND `+may+`)`, append([]any{f.DocumentID}, args...)...)
	case f.ConsultationID != "":
		s.and(`c.document = (SELECT d.name FROM consultations k JOIN documents d ON d.name = k.document WHERE k.id = ? AND `+may+`)`,
			append([]any{f.ConsultationID}, args...)...)
	default:
		may, args := commentReadable(viewer)
		s.and(may, args...)
	}
}

// narrow adds everything that doesn't depend on the document.
func (f CommentFilter) narrow(s *selection) {
	for _, x := range []struct {
		column string
		id     string
	}{{"c.consultation", f.ConsultationID}, {"c.organisation", f.OrganisationID}} {
		if x.id != "" {
			s.and(x.column+` = (SELECT id FROM names WHERE name = ?)`, x.id)
		}
	}
	if f.ClauseID != nil {
		s.and(`c.clause = (SELECT id FROM names WHERE name = ?)`, *f.ClauseID)
	}
	if len(f.Stances) > 0 {
		s.and(`c.stance IN (SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?)))`, jsonList(f.Stances))
	}
	if len(f.Types) > 0 {
		s.and(`c.type IN (SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?)))`, jsonList(f.Types))
	}
	f.state(s)
}

// state adds whether the comments were answered and withdrawn, now or as of then.
func (f CommentFilter) state(s *selection) {
	not := map[bool]string{true: "", false: "NOT "}
	at := f.AsOf.UnixMilli()
	switch {
	case f.Answered == nil:
	case !f.AsOf.IsZero():
		s.and(not[*f.Answered]+answeredThen, at, at, at)
	case *f.Answered:
		s.and(`c.answer > 0`)
	default:
		s.and(`c.answer = 0`)
	}
	switch {
	case f.Withdrawn == nil:
	case !f.AsOf.IsZero():
		s.and(not[*f.Withdrawn]+`coalesce(c.withdrawn_at <= ?, 0)`, at)
	case *f.Withdrawn:
		s.and(`c.withdrawn_at IS NOT NULL`)
	default:
		s.and(`c.withdrawn_at IS NULL`)
	}
}

// answeredThen says whether c's latest answer at a time counted then. It takes the
// time three times.
const answeredThen = `EXISTS (SELECT 1 FROM dispositions x WHERE x.comment = c.seq AND x.at <= ?
	AND x.entry = (SELECT max(y.entry) FROM dispositions y WHERE y.comment = c.seq AND y.at <= ?)
	AND NOT EXISTS (SELECT 1 FROM comments o WHERE o.id = json_extract(x.data, '$.DuplicateOf') AND o.withdrawn_at <= ?))`

// Counts are how many comments there are.
type Counts struct {
	Total     int // with those withdrawn
	Answered  int // of those that stand; a duplicate of one withdrawn since isn't answered
	Withdrawn int
	ByStance  map[policies.Stance]int // of those that stand
}

func (c *Counts) add(stance string, total, answered, withdrawn int) {
	c.Total, c.Answered, c.Withdrawn = c.Total+total, c.Answered+answered, c.Withdrawn+withdrawn
	if c.ByStance == nil {
		c.ByStance = map[policies.Stance]int{}
	}
	if standing := total - withdrawn; standing > 0 {
		c.ByStance[policies.Stance(stance)] = standing
	}
}

// CommentCounts counts the comments on whole documents, by document ID. Documents
// without any are absent.
func (db *DB) CommentCounts(ctx context.Context, documentIDs []string) (map[string]Counts, error) {
	return db.countsBy(ctx, `SELECT j.value, s.name, k.total, k.answered, k.withdrawn FROM json_each(?) j
		CROSS JOIN names d ON d.name = j.value CROSS JOIN counters k ON k.document = d.id AND k.clause = -1
		CROSS JOIN names s ON s.id = k.stance`, jsonList(documentIDs))
}

// ClauseCounts counts the comments on a document by clause ID, "" for those on the
// whole. Clauses without any are absent.
func (db *DB) ClauseCounts(ctx context.Context, documentID string) (map[string]Counts, error) {
	return db.countsBy(ctx, `SELECT c.name, s.name, k.total, k.answered, k.withdrawn FROM names d
		CROSS JOIN counters k ON k.document = d.id AND k.clause >= 0
		CROSS JOIN names c ON c.id = k.clause CROSS JOIN names s ON s.id = k.stance WHERE d.name = ?`, documentID)
}

func (db *DB) countsBy(ctx context.Context, query string, arg any) (map[string]Counts, error) {
	found := map[string]Counts{}
	var id, stance string
	var total, answered, withdrawn int
	err := each(db.run(ctx), query, []any{arg}, []any{&id, &stance, &total, &answered, &withdrawn}, func() error {
		c := found[id]
		c.add(stance, total, answered, withdrawn)
		found[id] = c
		return nil
	})
	return found, err
}
