package views

import (
	"context"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// A CommentFilter narrows a list of comments; what is empty doesn't. Confidential
// comments that the viewer may not read are in no list that is narrowed by what they
// don't tell: clause, question, organisation with what it is, member, stance, type, answer.
type CommentFilter struct {
	DocumentID     string
	ConsultationID string
	QuestionID     string // of the consultation; goes with ConsultationID
	OrganisationID string
	ClauseID       *string // "": those on the whole
	Stances        []policies.Stance
	Types          []policies.CommentType
	Answered       *bool // as policies.Answered says
	Withdrawn      *bool
	Disowned       *bool
	Confidential   *bool
	AsOf           time.Time // comments and answers as recorded by then

	CampaignID              string // of a document that the viewer may read
	FirstNumber, LastNumber int    // those of a document from one number to another; 0: no bound
	Before                  int64  // those of entries before this position; 0: no bound

	From, Until   time.Time                   // submitted at From or later, and before Until; zero: no bound
	MemberID      string                      // who wrote it
	Jurisdictions []string                    // of its organisation, as it is now: any of these, or a part of one
	Sectors       []string                    // likewise, compared by policies.NameKey
	Chambers      []policies.OrganisationKind // likewise
}

// CommentList lists comments on documents that the viewer may read, oldest first;
// confidential ones that it may not read, as shells.
func (db *DB) CommentList(ctx context.Context, viewer policies.Actor, f CommentFilter, p Page) (List[policies.Comment], error) {
	s, o, err := db.commentsAsked(ctx, viewer, f)
	if err != nil {
		return List[policies.Comment]{}, err
	}
	return pageOfComments(db.file.Read(ctx), viewer, f.AsOf, s, o, p)
}

// CommentTotal counts the comments of a list that the viewer is told: shells aren't among them.
func (db *DB) CommentTotal(ctx context.Context, viewer policies.Actor, f CommentFilter) (total int, err error) {
	s, _, err := db.commentsAsked(ctx, viewer, f)
	if err != nil {
		return 0, err
	}
	open, args := disclosed(viewer)
	s.And(open, args...)
	return total, one(db.file.Read(ctx), `SELECT count(*) FROM `+s.From+` WHERE `+s.Conditions(), append(s.First, s.Args...), &total)
}

// commentsAsked selects the comments of a list, and says what it is sorted by.
func (db *DB) commentsAsked(ctx context.Context, viewer policies.Actor, f CommentFilter) (table.Selection, table.Order, error) {
	s := table.Selection{From: "comments c"}
	o := commentOrder
	if f.CampaignID != "" {
		if err := db.groupFor(ctx, mostWaiting); err != nil {
			return s, o, err
		}
	}
	if !f.AsOf.IsZero() {
		if err := db.awaitAnswers(ctx); err != nil {
			return s, o, err
		}
		s.And(`c.seq < `+firstEntryAfter, firstEntryArgs(f.AsOf)...)
	}
	if f.QuestionID != "" {
		o = f.onQuestion(&s)
	}
	f.onDocument(&s, viewer)
	f.narrow(&s, viewer)
	return s, o, nil
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
	if f.ClauseID != nil || f.QuestionID != "" || f.CampaignID != "" || f.OrganisationID != "" || f.MemberID != "" || f.byWhat() || len(f.Stances)+len(f.Types) > 0 || f.Answered != nil {
		open, args := disclosed(viewer)
		s.And(open, args...)
	}
	for _, x := range []struct {
		column string
		id     string
	}{{"c.consultation", f.ConsultationID}, {"c.organisation", f.OrganisationID}, {"c.member", f.MemberID}} {
		if x.id != "" {
			s.And(x.column+` = `+numberOf, x.id)
		}
	}
	if f.ClauseID != nil {
		s.And(`c.clause = `+numberOf, *f.ClauseID)
	}
	f.part(s)
	f.speaker(s)
	if len(f.Stances) > 0 {
		s.And(`c.stance IN (SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?)))`, table.JSONList(f.Stances))
	}
	if len(f.Types) > 0 {
		s.And(`c.type IN (SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?)))`, table.JSONList(f.Types))
	}
	f.state(s)
}

// byWhat says whether comments are narrowed by what their organisation is.
func (f CommentFilter) byWhat() bool { return len(f.Jurisdictions)+len(f.Sectors)+len(f.Chambers) > 0 }

// speaker narrows a selection by what the organisations are.
func (f CommentFilter) speaker(s *table.Selection) {
	if !f.byWhat() {
		return
	}
	of := table.Selection{}
	OrganisationFilter{Kinds: f.Chambers, In: f.Jurisdictions, Sectors: f.Sectors}.narrowByWhat(&of)
	s.And(`c.organisation IN (SELECT o.name FROM organisations o WHERE `+of.Conditions()+`)`, of.Args...)
}

// part narrows a selection to a campaign, and to a part of the list.
func (f CommentFilter) part(s *table.Selection) {
	if f.CampaignID != "" {
		s.And(`c.seq IN (SELECT m.comment FROM campaign_members m CROSS JOIN campaigns g ON g.sample = m.sample
			WHERE m.sample = (SELECT seq FROM comments WHERE id = ?) AND g.size > 1)`, policies.CampaignSample(f.CampaignID))
	}
	if f.FirstNumber > 0 {
		s.And(`c.number >= ?`, f.FirstNumber)
	}
	if f.LastNumber > 0 {
		s.And(`c.number <= ?`, f.LastNumber)
	}
	if f.Before > 0 {
		s.And(`c.seq < ?`, f.Before)
	}
	// Entries come in the order of their times, so that a time is a place among them.
	if !f.From.IsZero() {
		s.And(`c.seq >= `+firstEntryAfter, firstEntryArgs(f.From.Add(-time.Millisecond))...)
	}
	if !f.Until.IsZero() {
		s.And(`c.seq < `+firstEntryAfter, firstEntryArgs(f.Until.Add(-time.Millisecond))...)
	}
}

// state narrows a selection by what became of the comments, now or as of then.
func (f CommentFilter) state(s *table.Selection) {
	not := map[bool]string{true: "", false: "NOT "}
	at := table.Millis(f.AsOf)
	switch {
	case f.Answered == nil:
	case !f.AsOf.IsZero():
		s.And(not[*f.Answered]+answeredThen, at, at, at, at, at)
	case *f.Answered:
		s.And(`c.answer > 0`)
	default:
		s.And(`c.answer <= 0`)
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
