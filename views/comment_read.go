package views

import (
	"context"
	"slices"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// commentFields are the columns of c, a row of comments, and where they are scanned to,
// apart from the answer.
func commentFields(c *policies.Comment, more *commentMore) table.Fields {
	return table.Fields{
		{"c.seq", &c.Seq}, {"c.id", &c.ID}, {"c.number", &c.Number},
		{nameOf("c.document"), &c.DocumentID}, {nameOf("c.clause"), &c.ClauseID},
		{nameOf("c.consultation"), &c.ConsultationID}, {nameOf("c.revision"), &c.RevisionID},
		{nameOf("c.organisation"), &c.OrganisationID}, {nameOf("c.member"), &c.MemberID},
		{nameOf("c.stance"), &c.Stance}, {nameOf("c.type"), &c.Type},
		{"c.late", &c.Late}, {"c.at", table.Time(&c.SubmittedAt)}, {"c.withdrawn_at", table.Time(&c.WithdrawnAt)},
		{"c.text", &c.Text}, {"c.replacement", &c.Replacement}, {"c.withdrawal", &c.Withdrawal},
		{"c.provenance", table.JSON(&c.Provenance)}, {"c.disowned_at", table.Time(&c.DisownedAt)},
		{"c.confidential", &c.Confidential}, {"c.supporters", &c.Supporters}, {"c.more", table.JSON(more)},
	}
}

// commentWhole is the shape of c as it stands, for who may read all of it.
func commentWhole() (table.Fields, func() (policies.Comment, error)) {
	var c policies.Comment
	var more commentMore
	fields := append(commentFields(&c, &more), table.Field{answerNow, table.JSON(&c.Disposition)})
	return fields, func() (policies.Comment, error) {
		v := c
		more.add(&v)
		return v, nil
	}
}

// commentShown is the shape of c for a viewer, as it stood at asOf, zero for now: what was
// answered then, and said of it since, apart from what was redacted. args are for the
// question marks of the columns.
func commentShown(viewer policies.Actor, asOf time.Time) (fields table.Fields, args []any, value func() (policies.Comment, error)) {
	var c policies.Comment
	var more commentMore
	var open bool
	disclosed, args := disclosed(viewer)
	answer := answerNow
	if !asOf.IsZero() {
		answer = `(SELECT ` + answerData + ` FROM dispositions x WHERE x.comment = c.seq AND x.at <= ? ORDER BY x.entry DESC LIMIT 1)`
		args = append(args, table.Millis(asOf))
	}
	fields = append(commentFields(&c, &more), table.Field{disclosed, &open}, table.Field{answer, table.JSON(&c.Disposition)})
	return fields, args, func() (policies.Comment, error) {
		v := c
		more.add(&v)
		if !asOf.IsZero() {
			forget(&v, asOf)
		}
		if !open {
			v = v.Shell()
		}
		return v, nil
	}
}

// pageOfComments is pageOf for comments c, as a viewer is shown them.
func pageOfComments(r table.Run, viewer policies.Actor, asOf time.Time, s table.Selection, o table.Order, p Page) (List[policies.Comment], error) {
	fields, args, value := commentShown(viewer, asOf)
	s.First = args
	return pageOf(r, s, o, p, func() (table.Fields, func() (policies.Comment, error)) { return fields, value })
}

// nameOf is the name that a column refers to by its number.
func nameOf(column string) string { return `(SELECT name FROM names WHERE id = ` + column + `)` }

// answerNow is the JSON of the answer to c.
const answerNow = `coalesce(c.disposition, (SELECT data FROM shared_answers WHERE entry = c.answered_by))`

// answerData is that of x, a row of dispositions.
const answerData = `coalesce(x.data, (SELECT data FROM shared_answers WHERE entry = x.entry))`

// add gives a comment what the column more holds of it.
func (m *commentMore) add(c *policies.Comment) {
	c.Quote, c.Cost, c.Attachments, c.DraftedBy = m.Quote, m.Cost, m.Attachments, m.DraftedBy
	c.Summary, c.Disowning, c.Redaction = m.Summary, m.Disowning, m.Redaction
	c.QuestionID, c.Choice = m.QuestionID, m.Choice
	if m.RedactedAt != nil {
		c.RedactedAt = *m.RedactedAt
	}
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
	fields, first, value := commentShown(viewer, time.Time{})
	err := table.Each(db.file.Read(ctx), `SELECT `+fields.Columns()+` FROM json_each(?) j CROSS JOIN comments c ON c.id = j.value WHERE `+may,
		slices.Concat(first, []any{table.JSONList(ids)}, args), fields.Dest(), func() error {
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
	s := table.Selection{From: "comments c"}
	if !f.AsOf.IsZero() {
		s.And(`c.seq < `+boundAt, boundArgs(f.AsOf)...)
	}
	o := commentOrder
	if f.QuestionID != "" {
		o = f.onQuestion(&s)
	}
	f.place(&s, viewer)
	f.narrow(&s, viewer)
	return pageOfComments(db.file.Read(ctx), viewer, f.AsOf, s, o, p)
}

// commentOrder is the order of every list of comments.
var commentOrder = table.Ascending("comment", table.Number("c.seq"))

// place adds where the comments are, and that the viewer may read them there.
func (f CommentFilter) place(s *table.Selection, viewer policies.Actor) {
	may, args := readable(viewer)
	switch {
	case f.DocumentID != "": // one look at the document settles it for all
		s.And(`c.document = (SELECT d.name FROM documents d WHERE d.id = ? AND `+may+`)`, append([]any{f.DocumentID}, args...)...)
	case f.ConsultationID != "":
		s.And(`c.document = (SELECT d.name FROM consultations k JOIN documents d ON d.name = k.document WHERE k.id = ? AND `+may+`)`,
			append([]any{f.ConsultationID}, args...)...)
	default:
		may, args := commentReadable(viewer)
		s.And(may, args...)
	}
}

// narrow adds everything that doesn't depend on the document.
func (f CommentFilter) narrow(s *table.Selection, viewer policies.Actor) {
	if f.ClauseID != nil || f.QuestionID != "" || f.OrganisationID != "" || len(f.Stances)+len(f.Types) > 0 || f.Answered != nil {
		open, args := disclosed(viewer)
		s.And(open, args...)
	}
	for _, x := range []struct {
		column string
		id     string
	}{{"c.consultation", f.ConsultationID}, {"c.organisation", f.OrganisationID}} {
		if x.id != "" {
			s.And(x.column+` = (SELECT id FROM names WHERE name = ?)`, x.id)
		}
	}
	if f.ClauseID != nil {
		s.And(`c.clause = (SELECT id FROM names WHERE name = ?)`, *f.ClauseID)
	}
	if len(f.Stances) > 0 {
		s.And(`c.stance IN (SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?)))`, table.JSONList(f.Stances))
	}
	if len(f.Types) > 0 {
		s.And(`c.type IN (SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?)))`, table.JSONList(f.Types))
	}
	f.state(s)
}

// state adds whether the comments were answered and withdrawn, now or as of then.
func (f CommentFilter) state(s *table.Selection) {
	not := map[bool]string{true: "", false: "NOT "}
	at := table.Millis(f.AsOf)
	switch {
	case f.Answered == nil:
	case !f.AsOf.IsZero():
		s.And(not[*f.Answered]+answeredThen, at, at, at, at)
	case *f.Answered:
		s.And(`c.answer > 0`)
	default:
		s.And(`c.answer = 0`)
	}
	for _, x := range []struct {
		column string
		want   *bool
	}{{"c.withdrawn_at", f.Withdrawn}, {"c.disowned_at", f.Disowned}} {
		switch {
		case x.want == nil:
		case !f.AsOf.IsZero():
			s.And(not[*x.want]+`coalesce(`+x.column+` <= ?, 0)`, at)
		default:
			s.And(x.column + ` IS ` + not[!*x.want] + `NULL`)
		}
	}
	if f.Confidential != nil {
		s.And(`c.confidential = ?`, *f.Confidential)
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
	return db.countsBy(ctx, "j.value", ` FROM json_each(?) j
		CROSS JOIN names d ON d.name = j.value CROSS JOIN counters k ON k.document = d.id AND k.clause = -1
		CROSS JOIN names s ON s.id = k.stance`, table.JSONList(documentIDs))
}

// ClauseCounts counts the comments on a document by clause ID, "" for those on the
// whole. Clauses without any are absent.
func (db *DB) ClauseCounts(ctx context.Context, documentID string) (map[string]Counts, error) {
	return db.countsBy(ctx, "c.name", ` FROM names d
		CROSS JOIN counters k ON k.document = d.id AND k.clause >= 0
		CROSS JOIN names c ON c.id = k.clause CROSS JOIN names s ON s.id = k.stance WHERE d.name = ?`, documentID)
}

// fields are the columns of k, a row of counters.
func (t *tally) fields() table.Fields {
	return table.Fields{{"k.total", &t.total}, {"k.answered", &t.answered}, {"k.withdrawn", &t.withdrawn},
		{"k.disowned", &t.disowned}, {"k.confidential", &t.confidential}, {"k.supporters", &t.supporters}}
}

// countsBy adds up counters k, of a stance s, by an expression. rest is the query after
// its columns.
func (db *DB) countsBy(ctx context.Context, by, rest string, arg any) (map[string]Counts, error) {
	found := map[string]Counts{}
	var id, stance string
	var t tally
	fields := append(table.Fields{{by, &id}, {"s.name", &stance}}, t.fields()...)
	err := table.Each(db.file.Read(ctx), `SELECT `+fields.Columns()+rest, []any{arg}, fields.Dest(), func() error {
		c := found[id]
		c.add(stance, t)
		found[id] = c
		return nil
	})
	return found, err
}
