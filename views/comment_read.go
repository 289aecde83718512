package views

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/ewtp/entente/policies"
)

// commentWhole are the columns of c, a row of comments, as it stands, for who may
// read all of it.
const commentWhole = commentFixed + `, 1, ` + answerNow

const commentFixed = `c.seq, c.id, c.number,
	(SELECT name FROM names WHERE id = c.document), (SELECT name FROM names WHERE id = c.clause),
	(SELECT name FROM names WHERE id = c.consultation), (SELECT name FROM names WHERE id = c.revision),
	(SELECT name FROM names WHERE id = c.organisation), (SELECT name FROM names WHERE id = c.member),
	(SELECT name FROM names WHERE id = c.stance), (SELECT name FROM names WHERE id = c.type),
	c.late, c.at, c.withdrawn_at, c.text, c.replacement, c.withdrawal, c.provenance,
	c.disowned_at, c.confidential, c.supporters, c.more`

// commentColumns are the columns of c for a viewer, as it stood at asOf, zero for
// now: what was answered then, and said of it since, apart from what was redacted.
func commentColumns(viewer policies.Actor, asOf time.Time) (columns string, args []any) {
	open, args := disclosed(viewer)
	columns = commentFixed + `, ` + open
	if asOf.IsZero() {
		return columns + `, ` + answerNow, args
	}
	return columns + `, (SELECT ` + answerData + ` FROM dispositions x WHERE x.comment = c.seq AND x.at <= ? ORDER BY x.entry DESC LIMIT 1)`,
		append(args, asOf.UnixMilli())
}

// answerNow is the JSON of the answer to c.
const answerNow = `coalesce(c.disposition, (SELECT data FROM shared_answers WHERE entry = c.answered_by))`

// answerData is that of x, a row of dispositions.
const answerData = `coalesce(x.data, (SELECT data FROM shared_answers WHERE entry = x.entry))`

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
		var withdrawn, disowned nullTime
		var open bool
		var provenance, disposition, more []byte
		dest := []any{&c.Seq, &c.ID, &c.Number, &c.DocumentID, &c.ClauseID, &c.ConsultationID, &c.RevisionID,
			&c.OrganisationID, &c.MemberID, &stance, &kind, &c.Late, &at, &withdrawn, &c.Text, &c.Replacement,
			&c.Withdrawal, &provenance, &disowned, &c.Confidential, &c.Supporters, &more, &open, &disposition}
		return dest, func() (policies.Comment, error) {
			v := c
			v.Stance, v.Type = policies.Stance(stance), policies.CommentType(kind)
			v.SubmittedAt, v.WithdrawnAt, v.DisownedAt = time.UnixMilli(at).UTC(), timeOf(withdrawn), timeOf(disowned)
			var err error
			if provenance != nil {
				err = json.Unmarshal(provenance, &v.Provenance)
			}
			if disposition != nil {
				err = errors.Join(err, json.Unmarshal(disposition, &v.Disposition))
			}
			if more != nil {
				err = errors.Join(err, addMore(&v, more))
			}
			if !asOf.IsZero() {
				forget(&v, asOf)
			}
			if !open {
				v = v.Shell()
			}
			return v, err
		}
	}
}

// addMore reads the column more.
func addMore(c *policies.Comment, more []byte) error {
	var m commentMore
	err := json.Unmarshal(more, &m)
	c.Quote, c.Cost, c.Attachments, c.DraftedBy = m.Quote, m.Cost, m.Attachments, m.DraftedBy
	c.Summary, c.Disowning, c.Redaction = m.Summary, m.Disowning, m.Redaction
	c.QuestionID, c.Choice = m.QuestionID, m.Choice
	if m.RedactedAt != nil {
		c.RedactedAt = *m.RedactedAt
	}
	return err
}

// forget takes away what became of a comment after a time. What was redacted stays so.
func forget(c *policies.Comment, asOf time.Time) {
	if c.WithdrawnAt.After(asOf) {
		c.WithdrawnAt, c.Withdrawal = time.Time{}, ""
	}
	if c.DisownedAt.After(asOf) {
		c.DisownedAt, c.Disowning = time.Time{}, ""
	}
}

// commentReadable says that c's document may be read: a comment is on what was
// consulted on, so who may know of the document may read it.
func commentReadable(a policies.Actor) (condition string, args []any) {
	may, args := readable(a)
	return `EXISTS (SELECT 1 FROM documents d WHERE d.name = c.document AND ` + may + `)`, args
}

// Comments returns those of the IDs that exist and that the viewer may read;
// confidential ones that it may not, as shells.
func (db *DB) Comments(ctx context.Context, viewer policies.Actor, ids []string) (map[string]policies.Comment, error) {
	found := make(map[string]policies.Comment, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	may, args := commentReadable(viewer)
	columns, first := commentColumns(viewer, time.Time{})
	dest, value := commentNow()
	err := each(db.run(ctx), `SELECT `+columns+` FROM json_each(?) j CROSS JOIN comments c ON c.id = j.value WHERE `+may,
		slices.Concat(first, []any{jsonList(ids)}, args), dest, func() error {
			c, err := value()
			if was, twice := found[c.ID]; !twice || c.Seq < was.Seq {
				found[c.ID] = c
			}
			return err
		})
	return found, err
}

// A CommentFilter narrows a list of comments; what is empty doesn't. Confidential
// comments that the viewer may not read are in no list that is narrowed by what they
// don't tell: clause, question, organisation, stance, type, answer.
type CommentFilter struct {
	DocumentID     string
	ConsultationID string
	QuestionID     string // of the consultation; goes with ConsultationID
	OrganisationID string
	ClauseID       *string // "": those on the whole
	Stances        []policies.Stance
	Types          []policies.CommentType
	Answered       *bool // a duplicate of one withdrawn or disowned since isn't answered
	Withdrawn      *bool
	Disowned       *bool
	Confidential   *bool
	AsOf           time.Time // comments and answers as recorded by then
}

// CommentList lists comments on documents that the viewer may read, oldest first;
// confidential ones that it may not read, as shells.
func (db *DB) CommentList(ctx context.Context, viewer policies.Actor, f CommentFilter, p Page) (List[policies.Comment], error) {
	s := selection{from: "comments c"}
	s.columns, s.first = commentColumns(viewer, f.AsOf)
	if !f.AsOf.IsZero() {
		s.and(`c.seq < `+boundAt, boundArgs(f.AsOf)...)
	}
	o := commentOrder
	if f.QuestionID != "" {
		o = f.onQuestion(&s)
	}
	f.place(&s, viewer)
	f.narrow(&s, viewer)
	return pageOf(db.run(ctx), s, o, p, commentShape(f.AsOf))
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
func (f CommentFilter) narrow(s *selection, viewer policies.Actor) {
	if f.ClauseID != nil || f.QuestionID != "" || f.OrganisationID != "" || len(f.Stances)+len(f.Types) > 0 || f.Answered != nil {
		open, args := disclosed(viewer)
		s.and(open, args...)
	}
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
		s.and(not[*f.Answered]+answeredThen, at, at, at, at)
	case *f.Answered:
		s.and(`c.answer > 0`)
	default:
		s.and(`c.answer = 0`)
	}
	for _, x := range []struct {
		column string
		want   *bool
	}{{"c.withdrawn_at", f.Withdrawn}, {"c.disowned_at", f.Disowned}} {
		switch {
		case x.want == nil:
		case !f.AsOf.IsZero():
			s.and(not[*x.want]+`coalesce(`+x.column+` <= ?, 0)`, at)
		default:
			s.and(x.column + ` IS ` + not[!*x.want] + `NULL`)
		}
	}
	if f.Confidential != nil {
		s.and(`c.confidential = ?`, *f.Confidential)
	}
}

// answeredThen says whether c's latest answer at a time counted then. It takes the
// time four times.
const answeredThen = `EXISTS (SELECT 1 FROM dispositions x WHERE x.comment = c.seq AND x.at <= ?
	AND x.entry = (SELECT max(y.entry) FROM dispositions y WHERE y.comment = c.seq AND y.at <= ?)
	AND NOT EXISTS (SELECT 1 FROM comments o WHERE o.id = json_extract(` + answerData + `, '$.DuplicateOf') AND (o.withdrawn_at <= ? OR o.disowned_at <= ?)))`

// Counts are how many comments there are.
type Counts struct {
	Total     int // with those withdrawn, disowned and confidential
	Answered  int // of those that stand; a duplicate of one that doesn't any more isn't answered
	Withdrawn int
	Disowned  int
	// Confidential counts those that stand in confidence: they are neither in Answered
	// nor ByStance nor Supporters, and only in the counts of whole documents.
	Confidential int
	ByStance     map[policies.Stance]int // of those that stand
	Supporters   int64                   // whom the organisations of those that stand say they speak for
}

// add adds a counter's row.
func (c *Counts) add(stance string, t tally) {
	c.Total, c.Answered, c.Withdrawn = c.Total+int(t.total), c.Answered+int(t.answered), c.Withdrawn+int(t.withdrawn)
	c.Disowned, c.Confidential, c.Supporters = c.Disowned+int(t.disowned), c.Confidential+int(t.confidential), c.Supporters+t.supporters
	if c.ByStance == nil {
		c.ByStance = map[policies.Stance]int{}
	}
	if standing := int(t.total - t.withdrawn - t.disowned - t.confidential); standing > 0 {
		c.ByStance[policies.Stance(stance)] = standing
	}
}

// CommentCounts counts the comments on whole documents, by document ID. Documents
// without any are absent.
func (db *DB) CommentCounts(ctx context.Context, documentIDs []string) (map[string]Counts, error) {
	return db.countsBy(ctx, `SELECT j.value, s.name, `+tallyColumns+` FROM json_each(?) j
		CROSS JOIN names d ON d.name = j.value CROSS JOIN counters k ON k.document = d.id AND k.clause = -1
		CROSS JOIN names s ON s.id = k.stance`, jsonList(documentIDs))
}

// ClauseCounts counts the comments on a document by clause ID, "" for those on the
// whole. Clauses without any are absent.
func (db *DB) ClauseCounts(ctx context.Context, documentID string) (map[string]Counts, error) {
	return db.countsBy(ctx, `SELECT c.name, s.name, `+tallyColumns+` FROM names d
		CROSS JOIN counters k ON k.document = d.id AND k.clause >= 0
		CROSS JOIN names c ON c.id = k.clause CROSS JOIN names s ON s.id = k.stance WHERE d.name = ?`, documentID)
}

const tallyColumns = `k.total, k.answered, k.withdrawn, k.disowned, k.confidential, k.supporters`

func (db *DB) countsBy(ctx context.Context, query string, arg any) (map[string]Counts, error) {
	found := map[string]Counts{}
	var id, stance string
	var t tally
	dest := []any{&id, &stance, &t.total, &t.answered, &t.withdrawn, &t.disowned, &t.confidential, &t.supporters}
	err := each(db.run(ctx), query, []any{arg}, dest, func() error {
		c := found[id]
		c.add(stance, t)
		found[id] = c
		return nil
	})
	return found, err
}
