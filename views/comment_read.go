package views

import (
	"context"
	"slices"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// commentFields returns the columns of c, a row of comments, and where they are scanned
// to, apart from the disposition. The column words comes before those that hold some of
// what it would.
func commentFields(c *policies.Comment) table.Fields {
	return table.Fields{
		{"c.seq", &c.Seq}, {"c.id", &c.ID}, {"c.number", &c.Number},
		{nameOf("c.document"), &c.DocumentID}, {nameOf("c.consultation"), &c.ConsultationID},
		{nameOf("c.revision"), &c.RevisionID}, {nameOf("c.organisation"), &c.OrganisationID},
		{nameOf("c.member"), &c.MemberID}, {nameOf("c.drafted_by"), &c.DraftedBy},
		{"c.confidants", table.JSON(&c.Confidants)}, {"c.words", table.JSON(&c.CommentWords)},
		{nameOf("c.clause"), &c.ClauseID}, {nameOf("c.stance"), &c.Stance}, {nameOf("c.type"), &c.Type},
		{"c.confidential", &c.Confidential}, {"c.supporters", &c.Supporters},
		{"c.late", &c.Late}, {"c.at", table.Time(&c.SubmittedAt)}, {"c.provenance", table.JSON(&c.Provenance)},
		{"c.withdrawn_at", table.Time(&c.WithdrawnAt)}, {"c.withdrawal", &c.Withdrawal},
		{"c.disowned_at", table.Time(&c.DisownedAt)}, {"c.disowning", &c.Disowning},
		{"c.redacted_at", table.Time(&c.RedactedAt)}, {"c.redaction", &c.Redaction},
	}
}

// commentWhole returns the shape of c as it is now, for those who may read all of it.
func commentWhole() (table.Fields, func() (policies.Comment, error)) {
	var c policies.Comment
	fields := append(commentFields(&c), table.Field{dispositionNow, table.JSON(&c.Disposition)})
	return fields, func() (policies.Comment, error) { return c, nil }
}

func (f facts) Comment(id string) (policies.Comment, error) {
	list, err := f.comments(`c.id = ? ORDER BY c.seq LIMIT 1`, id)
	if err == nil && len(list) == 0 {
		err = policies.ErrNotFound
	}
	if err != nil {
		return policies.Comment{}, err
	}
	return list[0], nil
}

// comments loads comments by a condition and the rest of the query after it.
func (f facts) comments(rest string, args ...any) (list []policies.Comment, err error) {
	fields, value := commentWhole()
	err = table.Each(f.run, `SELECT `+fields.Columns()+` FROM comments c WHERE `+rest, args, fields.Dest(), func() error {
		c, err := value()
		list = append(list, c)
		return err
	})
	return list, err
}

// commentShown returns the shape of c as a viewer is shown it, now or, where asOf isn't
// zero, with what had become of it by then; what was redacted since stays so. args are for
// the question marks of the columns.
func commentShown(viewer policies.Actor, asOf time.Time) (fields table.Fields, args []any, value func() (policies.Comment, error)) {
	var c policies.Comment
	var open, whole bool
	disclosed, args := disclosed(viewer)
	answer, then := dispositionNow, []any(nil)
	if !asOf.IsZero() {
		answer = `(SELECT ` + dispositionThen + ` FROM dispositions x WHERE x.comment = c.seq AND x.at <= ? ORDER BY x.entry DESC LIMIT 1)`
		then = []any{table.Millis(asOf)}
	}
	shownWhole, ofMember := disposedFor(viewer, answer)
	fields = append(commentFields(&c), table.Field{disclosed, &open}, table.Field{answer, table.JSON(&c.Disposition)}, table.Field{shownWhole, &whole})
	args = append(args, then...)
	if ofMember {
		args = append(append(args, then...), viewer.OrganisationID)
	}
	return fields, args, func() (policies.Comment, error) {
		v := c
		v.Disposition = shownDisposition(v.Disposition, whole)
		if !asOf.IsZero() {
			forgetLater(&v, asOf)
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

// forgetLater takes away from a comment what became of it after a time.
func forgetLater(c *policies.Comment, asOf time.Time) {
	if c.WithdrawnAt.After(asOf) {
		c.WithdrawnAt, c.Withdrawal = time.Time{}, ""
	}
	if c.DisownedAt.After(asOf) {
		c.DisownedAt, c.Disowning = time.Time{}, ""
	}
}

// commentReadable returns the condition that a may read c's document: a comment is on what
// was consulted on, so whoever may know of the document may read it.
func commentReadable(a policies.Actor) (condition string, args []any) {
	may, args := readable(a)
	return `EXISTS (SELECT 1 FROM documents d WHERE d.name = c.document AND ` + may + `)`, args
}

// commentTold returns the condition that the viewer may read all of c.
func commentTold(viewer policies.Actor) (condition string, args []any) {
	may, mayArgs := commentReadable(viewer)
	open, openArgs := disclosed(viewer)
	return may + ` AND ` + open, append(mayArgs, openArgs...)
}

// Comments returns those of the IDs that exist and that the viewer may read;
// confidential ones that it may not, as shells.
func (db *DB) Comments(ctx context.Context, viewer policies.Actor, ids []string) (map[string]policies.Comment, error) {
	return db.commentsByID(ctx, viewer, ids, time.Time{})
}

// commentsByID reads comments as they are, or as they were at asOf unless that is zero.
func (db *DB) commentsByID(ctx context.Context, viewer policies.Actor, ids []string, asOf time.Time) (map[string]policies.Comment, error) {
	found := make(map[string]policies.Comment, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	may, args := commentReadable(viewer)
	fields, first, value := commentShown(viewer, asOf)
	if !asOf.IsZero() {
		if err := db.awaitAnswers(ctx); err != nil {
			return nil, err
		}
		may, args = may+` AND c.seq < `+firstEntryAfter, append(args, firstEntryArgs(asOf)...)
	}
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

// CommentNumbered returns the ID of the comment of a number on a document; policies.ErrNotFound where there is none. It asks
// no rights, and says no more than that it exists.
func (db *DB) CommentNumbered(ctx context.Context, documentID string, number int) (id string, err error) {
	return id, one(db.file.Read(ctx), `SELECT c.id FROM comments c WHERE c.document = `+numberOf+` AND c.number = ? ORDER BY c.seq LIMIT 1`,
		[]any{documentID, number}, &id)
}
