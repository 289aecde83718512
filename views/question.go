package views

import (
	"context"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// A QuestionPlace is a question of a consultation.
type QuestionPlace struct{ ConsultationID, QuestionID string }

// AnswerCounts are how many comments that stand answer a question.
type AnswerCounts struct {
	Total    int
	ByChoice map[string]int // those of a question with choices; absent ones nobody chose
}

// AnswerCounts counts the answers to the questions of consultations. Questions that
// nobody answered are absent. It asks no rights: consultations are public.
func (db *DB) AnswerCounts(ctx context.Context, consultationIDs []string) (map[QuestionPlace]AnswerCounts, error) {
	found := map[QuestionPlace]AnswerCounts{}
	var at QuestionPlace
	var choice string
	var n int
	err := table.Each(db.file.Read(ctx), `SELECT j.value, q.question, q.choice, q.standing FROM json_each(?) j
		CROSS JOIN names c ON c.name = j.value CROSS JOIN question_counters q ON q.consultation = c.id WHERE q.standing > 0`,
		[]any{table.JSONList(consultationIDs)}, []any{&at.ConsultationID, &at.QuestionID, &choice, &n}, func() error {
			c := found[at]
			c.Total += n
			if choice != "" {
				if c.ByChoice == nil {
					c.ByChoice = map[string]int{}
				}
				c.ByChoice[choice] = n
			}
			found[at] = c
			return nil
		})
	return found, err
}

// onQuestion narrows a list of comments to the answers to a question, and returns the
// order in which the index has them.
func (f CommentFilter) onQuestion(s *table.Selection) table.Order {
	s.From = `question_answers q CROSS JOIN comments c ON c.seq = q.comment`
	s.And(`q.consultation = (SELECT id FROM names WHERE name = ?) AND q.question = ?`, f.ConsultationID, f.QuestionID)
	return table.Ascending("comment", table.Number("q.comment"))
}

// SavedFilters lists the filters that an actor keeps, oldest first: its own, since
// nobody reads another's.
func (db *DB) SavedFilters(ctx context.Context, a policies.Actor) ([]policies.SavedFilter, error) {
	if policies.May(a, policies.ReadingFilter, policies.OnFilter(&policies.SavedFilter{MemberID: a.MemberID})) != nil {
		return nil, nil
	}
	return facts{run: db.file.Read(ctx)}.SavedFilters(a.MemberID)
}

// Filters returns those of the IDs that exist and that the actor may read.
func (db *DB) Filters(ctx context.Context, a policies.Actor, ids []string) (map[string]policies.SavedFilter, error) {
	all, err := table.ByID[policies.SavedFilter](db.file.Read(ctx),
		`SELECT f.id, f.data FROM json_each(?) j CROSS JOIN filters f ON f.id = j.value`, ids)
	for id, f := range all {
		if policies.May(a, policies.ReadingFilter, policies.OnFilter(&f)) != nil {
			delete(all, id)
		}
	}
	return all, err
}

// Unconsulted lists the changes of a revision that nothing explains and nobody was
// asked about, as policies.Unconsulted does, to those who may read confidential
// comments or to others. policies.ErrNotFound where there is no
// such document or revision. It asks no rights.
func (db *DB) Unconsulted(ctx context.Context, documentID, revisionID string, inConfidence bool) (gaps []policies.Gap, err error) {
	err = db.file.Snapshot(ctx, func(r table.Run) error {
		f := facts{run: r, text: func(id string) (*clauses.Text, error) { return db.textBy(r, id) }}
		d, err := f.Document(documentID)
		if err != nil {
			return err
		}
		rev, err := f.Revision(revisionID)
		if err == nil && rev.DocumentID != d.ID {
			err = policies.ErrNotFound
		}
		if err != nil {
			return err
		}
		gaps, err = policies.Unconsulted(d, rev, f, inConfidence)
		return err
	})
	return gaps, err
}
