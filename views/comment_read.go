package views

import (
	"context"
	"slices"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// commentFields are the columns of c, a row of comments, and where they are scanned to,
// apart from the answer. What of its words has a column of its own comes after the words.
func commentFields(c *policies.Comment) table.Fields {
	return table.Fields{
		{"c.seq", &c.Seq}, {"c.id", &c.ID}, {"c.number", &c.Number},
		{nameOf("c.document"), &c.DocumentID}, {nameOf("c.consultation"), &c.ConsultationID},
		{nameOf("c.revision"), &c.RevisionID}, {nameOf("c.organisation"), &c.OrganisationID},
		{nameOf("c.member"), &c.MemberID}, {nameOf("c.drafted_by"), &c.DraftedBy},
		{"c.words", table.JSON(&c.CommentWords)},
		{nameOf("c.clause"), &c.ClauseID}, {nameOf("c.stance"), &c.Stance}, {nameOf("c.type"), &c.Type},
		{"c.confidential", &c.Confidential}, {"c.supporters", &c.Supporters},
		{"c.late", &c.Late}, {"c.at", table.Time(&c.SubmittedAt)}, {"c.provenance", table.JSON(&c.Provenance)},
		{"c.withdrawn_at", table.Time(&c.WithdrawnAt)}, {"c.withdrawal", &c.Withdrawal},
		{"c.disowned_at", table.Time(&c.DisownedAt)}, {"c.disowning", &c.Disowning},
		{"c.redacted_at", table.Time(&c.RedactedAt)}, {"c.redaction", &c.Redaction},
	}
}

// commentWhole is the shape of c as it stands, for who may read all of it.
func commentWhole() (table.Fields, func() (policies.Comment, error)) {
	var c policies.Comment
	fields := append(commentFields(&c), table.Field{answerNow, table.JSON(&c.Disposition)})
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

// commentShown is the shape of c for a viewer, as it stood at asOf, zero for now: what was
// answered then, and said of it since, apart from what was redacted. args are for the
// question marks of the columns.
func commentShown(viewer policies.Actor, asOf time.Time) (fields table.Fields, args []any, value func() (policies.Comment, error)) {
	var c policies.Comment
	var open, runs bool
	disclosed, args := disclosed(viewer)
	answer := answerNow
	if !asOf.IsZero() {
		answer = `(SELECT ` + answerData + ` FROM dispositions x WHERE x.comment = c.seq AND x.at <= ? ORDER BY x.entry DESC LIMIT 1)`
		args = append(args, table.Millis(asOf))
	}
	runsIt, runsArgs := runsDocumentOf(viewer)
	fields = append(commentFields(&c), table.Field{disclosed, &open}, table.Field{answer, table.JSON(&c.Disposition)}, table.Field{runsIt, &runs})
	args = append(args, runsArgs...)
	return fields, args, func() (policies.Comment, error) {
		v := c
		v.Disposition = shownDisposition(v.Disposition, runs)
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

// commentTold says that the viewer may read c, all of it.
func commentTold(viewer policies.Actor) (condition string, args []any) {
	may, mayArgs := commentReadable(viewer)
	open, openArgs := disclosed(viewer)
	return may + ` AND ` + open, append(mayArgs, openArgs...)
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
