package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

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
		s.And(`c.seq < `+firstEntryAfter, firstEntryArgs(f.AsOf)...)
	}
	o := commentOrder
	if f.QuestionID != "" {
		o = f.onQuestion(&s)
	}
	f.onDocument(&s, viewer)
	f.narrow(&s, viewer)
	return pageOfComments(db.file.Read(ctx), viewer, f.AsOf, s, o, p)
}

// commentOrder is the order of every list of comments.
var commentOrder = table.Ascending("comment", table.Number("c.seq"))

// onDocument narrows a selection to the documents of the filter, and to those that the
// viewer may read.
func (f CommentFilter) onDocument(s *table.Selection, viewer policies.Actor) {
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

// narrow narrows a selection by everything but the document.
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
			s.And(x.column+` = `+numberOf, x.id)
		}
	}
	if f.ClauseID != nil {
		s.And(`c.clause = `+numberOf, *f.ClauseID)
	}
	if len(f.Stances) > 0 {
		s.And(`c.stance IN (SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?)))`, table.JSONList(f.Stances))
	}
	if len(f.Types) > 0 {
		s.And(`c.type IN (SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?)))`, table.JSONList(f.Types))
	}
	f.state(s)
}

// state narrows a selection by what became of the comments, now or as of then.
func (f CommentFilter) state(s *table.Selection) {
	not := map[bool]string{true: "", false: "NOT "}
	at := table.Millis(f.AsOf)
	switch {
	case f.Answered == nil:
	case !f.AsOf.IsZero():
		s.And(not[*f.Answered]+disposedThen, at, at, at, at)
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
