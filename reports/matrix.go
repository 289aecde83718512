package reports

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// MaxLines is how many comments a matrix holds at most. A docket with more is exported
// in parts.
const MaxLines = 50_000

// A Line is one comment of a response matrix, with all that is shown beside it.
type Line struct {
	Comment      policies.Comment
	Organisation policies.Organisation
	Round        int
	Clause       *CitedClause // nil for a comment on the whole, or where the text was erased
	Change       *CitedClause // of the change that carries an acceptance out; nil where the viewer may not read it
	Question     string       // of the consultation, that it answers
	asked        int          // number of that question in its round, from 1; 0 for none
	DuplicateOf  int          // number of the comment that it repeats, 0 for none
	Answered     bool         // see policies.Answered
	Aftermath
}

// A CitedClause is a clause of a revision, as the matrix shows it.
type CitedClause struct {
	Revision int // number
	ClauseID string
	Citation string // "" where the revision doesn't have the clause any more
	Line     int    // of the revision's source, from 1; 0 where there is none
	Place    int    // in the order of the text, from 1; 0 where it isn't there
	Words    string // Markdown
}

// Matrix lists the comments of a document that the viewer may read, round by round,
// clause by clause in the order of the text, and then as they came. Confidential
// comments that the viewer may not read are left out, and comments that come while it
// is read. The error is a *policies.Error, before the first line, where there are more
// than MaxLines.
func Matrix(ctx context.Context, db *views.DB, viewer policies.Actor, documentID string, part Part, each func(Line) error) error {
	d, err := db.Document(ctx, viewer, documentID, time.Time{})
	if err != nil {
		return fmt.Errorf("couldn't load the document: %w", err)
	}
	m, err := newMatrix(ctx, db, viewer, d, part)
	if err != nil {
		return err
	}
	if err := m.checkSize(); err != nil {
		return err
	}
	return m.read(each)
}

// roundsOf lists the consultations of a document, oldest first.
func roundsOf(ctx context.Context, db *views.DB, viewer policies.Actor, documentID string) (all []policies.Consultation, err error) {
	all, err = views.All(func(p views.Page) (views.List[policies.Consultation], error) {
		return db.ConsultationList(ctx, viewer, views.ConsultationFilter{DocumentID: documentID}, p)
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the consultations: %w", err)
	}
	slices.SortFunc(all, func(a, b policies.Consultation) int { return a.Round - b.Round })
	return all, nil
}

// matrix goes through comments; what many of them refer to it loads once.
type matrix struct {
	ctx           context.Context
	db            *views.DB
	viewer        policies.Actor
	document      policies.Document
	rounds        []policies.Consultation
	part          Part
	most          int   // comments
	position      int64 // of the ledger, as of which the comments are listed
	each          func(Line) error
	organisations map[string]policies.Organisation
	revisions     map[string]policies.Revision
	repeated      map[string]*policies.Comment // that others repeat; nil where the viewer isn't shown it
	starts        map[string][]int
	aftermath     map[string]Aftermath // of the comments at hand
	answered      map[string]bool      // those of them that have a disposition
}

// read goes through all comments.
func (m *matrix) read(each func(Line) error) error {
	m.each = each
	for _, k := range m.rounds {
		if err := m.round(k); err != nil {
			return err
		}
	}
	return nil
}

// round goes through the comments of a consultation, clause by clause.
func (m *matrix) round(k policies.Consultation) error {
	text, err := m.db.Text(m.ctx, k.RevisionID)
	if errors.Is(err, policies.ErrNotFound) { // erased: nobody knows the order of its clauses any more
		return m.pages(k, nil, nil)
	}
	if err != nil {
		return fmt.Errorf("couldn't load the consulted text: %w", err)
	}
	whole := ""
	if err := m.pages(k, &whole, nil); err != nil {
		return err
	}
	for i := range text.Clauses {
		at := m.cited(text, k.RevisionID, i)
		at.Revision = k.Revision
		if err := m.pages(k, &text.Clauses[i].ID, at); err != nil {
			return err
		}
	}
	return nil
}

// pages goes through the comments of a consultation on one clause.
func (m *matrix) pages(k policies.Consultation, clause *string, at *CitedClause) error {
	f := m.part.filter(k, m.position)
	switch {
	case f.ClauseID == nil:
		f.ClauseID = clause
	case clause != nil && *clause != *f.ClauseID:
		return nil
	}
	pages := views.Pages(func(p views.Page) (views.List[policies.Comment], error) {
		return m.db.CommentList(m.ctx, m.viewer, f, p)
	})
	for list, err := range pages {
		if err != nil {
			return fmt.Errorf("couldn't list the comments: %w", err)
		}
		items := slices.DeleteFunc(list.Items, func(c policies.Comment) bool { return c.Masked })
		if err := m.load(items); err != nil {
			return err
		}
		for _, c := range items {
			line, err := m.line(c, k, at)
			if err == nil {
				err = m.each(line)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// load loads what comments refer to and nothing before has.
func (m *matrix) load(items []policies.Comment) error {
	var organisations, revisions, comments []string
	for i := range items {
		c := &items[i]
		organisations = addMissing(organisations, m.organisations, c.OrganisationID)
		if d := c.Disposition; d != nil {
			comments = addMissing(comments, m.repeated, d.DuplicateOf)
			if d.Change != nil {
				revisions = addMissing(revisions, m.revisions, d.Change.RevisionID)
			}
		}
	}
	if err := errors.Join(m.loadAftermath(items), m.loadAnswered(items)); err != nil {
		return err
	}
	for _, a := range m.aftermath {
		for _, r := range a.Replies {
			organisations = addMissing(organisations, m.organisations, r.OrganisationID)
		}
	}
	err := errors.Join(
		loadInto(&m.organisations, organisations, func(ids []string) (map[string]policies.Organisation, error) {
			return m.db.Organisations(m.ctx, ids)
		}),
		loadInto(&m.revisions, revisions, func(ids []string) (map[string]policies.Revision, error) {
			return m.db.Revisions(m.ctx, m.viewer, ids)
		}),
		loadInto(&m.repeated, comments, func(ids []string) (map[string]*policies.Comment, error) {
			found, err := m.db.Comments(m.ctx, m.viewer, ids)
			repeated := make(map[string]*policies.Comment, len(found))
			for id, c := range found {
				repeated[id] = &c
			}
			return repeated, err
		}))
	if err != nil {
		return fmt.Errorf("couldn't load what the comments refer to: %w", err)
	}
	return nil
}

// loadAnswered asks which of the comments at hand have a disposition that counts.
func (m *matrix) loadAnswered(items []policies.Comment) (err error) {
	var ids []string
	for i := range items {
		if items[i].Disposition != nil {
			ids = append(ids, items[i].ID)
		}
	}
	if m.answered, err = m.db.Answered(m.ctx, m.viewer, ids); err != nil {
		return fmt.Errorf("couldn't tell which comments are answered: %w", err)
	}
	return nil
}

// addMissing adds an ID that isn't known yet to a list.
func addMissing[T any](list []string, known map[string]T, id string) []string {
	if _, ok := known[id]; ok || id == "" {
		return list
	}
	return append(list, id)
}

// loadInto loads a list, and remembers also what isn't there.
func loadInto[T any](known *map[string]T, ids []string, load func([]string) (map[string]T, error)) error {
	if len(ids) == 0 {
		return nil
	}
	found, err := load(ids)
	if err != nil {
		return err
	}
	if *known == nil {
		*known = map[string]T{}
	}
	for _, id := range ids {
		(*known)[id] = found[id]
	}
	return nil
}

// line puts beside a comment what it refers to.
func (m *matrix) line(c policies.Comment, k policies.Consultation, at *CitedClause) (Line, error) {
	l := Line{Comment: c, Organisation: m.organisations[c.OrganisationID], Round: k.Round, Clause: at, Aftermath: m.aftermath[c.ID]}
	for i, r := range l.Replies {
		l.Replies[i].By = m.organisations[r.OrganisationID].Name
	}
	if q, ok := k.Question(c.QuestionID); ok {
		l.Question = q.Text
		l.asked = 1 + slices.IndexFunc(k.Questions, func(o policies.ConsultationQuestion) bool { return o.ID == q.ID })
	}
	d := c.Disposition
	if d == nil {
		return l, nil
	}
	l.Answered = m.answered[c.ID]
	if repeated := m.repeated[d.DuplicateOf]; repeated != nil {
		l.DuplicateOf = repeated.Number
	}
	if d.Change == nil || m.revisions[d.Change.RevisionID].ID == "" {
		return l, nil
	}
	rev := m.revisions[d.Change.RevisionID]
	l.Change = &CitedClause{Revision: rev.Number, ClauseID: d.Change.ClauseID}
	text, err := m.db.Text(m.ctx, rev.ID)
	if errors.Is(err, policies.ErrNotFound) {
		return l, nil
	}
	if err != nil {
		return l, fmt.Errorf("couldn't load the changed text: %w", err)
	}
	if i := text.Clauses.Index(d.Change.ClauseID); i >= 0 {
		at := m.cited(text, rev.ID, i)
		at.Revision = rev.Number
		l.Change = at
	}
	return l, nil
}

// cited shows clause i of a text.
func (m *matrix) cited(text *clauses.Text, revisionID string, i int) *CitedClause {
	starts, ok := m.starts[revisionID]
	if !ok {
		if m.starts == nil {
			m.starts = map[string][]int{}
		}
		starts = lineNumbers(text)
		m.starts[revisionID] = starts
	}
	c := &text.Clauses[i]
	return &CitedClause{ClauseID: c.ID, Citation: c.Citation, Line: starts[i], Place: i + 1, Words: text.Words(i)}
}

// loadText loads the text of a revision, nil where it was erased.
func loadText(ctx context.Context, db *views.DB, revisionID string) (*clauses.Text, error) {
	text, err := db.Text(ctx, revisionID)
	if errors.Is(err, policies.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't load the text: %w", err)
	}
	return text, nil
}

// lineNumbers gives the line of the source on which each clause begins.
func lineNumbers(text *clauses.Text) []int {
	numbers := make([]int, len(text.Clauses))
	at, line := 0, 1
	for i := range text.Clauses {
		start := text.Clauses[i].Start
		if start >= at {
			line += strings.Count(text.Source[at:start], "\n")
			at = start
		}
		numbers[i] = line
	}
	return numbers
}

// isoClause parts a citation as the template of ISO and IEC does: "§4.2(3)" is clause
// "4.2", paragraph "(3)".
func isoClause(p *CitedClause) (clause, paragraph string) {
	if p == nil {
		return "", ""
	}
	s := strings.TrimPrefix(p.Citation, "§")
	if i := strings.IndexAny(s, "(["); i > 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// isoTypes are the types of the template: general, technical, editorial.
var isoTypes = map[policies.CommentType]string{
	policies.General: "ge", policies.Substantive: "te", policies.Technical: "te", policies.Editorial: "ed", policies.Translation: "ed",
}

func orEmpty(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
