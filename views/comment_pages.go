package views

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// A CommentPlace is where comments are: on a document, or on one clause of it.
type CommentPlace struct {
	DocumentID string `json:"d"`
	ClauseID   string `json:"c"` // "" for the document with all its clauses
}

// CommentPages is CommentList of several places at once, in one statement: the
// same page of each. Places without any comments that the viewer may read are
// absent. f.DocumentID is not looked at; either all places name a clause or none.
func (db *DB) CommentPages(ctx context.Context, viewer policies.Actor, places []CommentPlace, f CommentFilter, p Page) (map[CommentPlace]List[policies.Comment], error) {
	if len(places) == 0 {
		return nil, inPoliciesWords(p.Check())
	}
	inner := f.atPlaces(viewer, places[0].ClauseID != "")
	limit, direction, err := bound(commentOrder, &inner, p)
	if err != nil {
		return nil, err
	}
	asked, err := json.Marshal(places)
	if err != nil {
		return nil, err
	}
	query := `SELECT c.seq FROM comments c WHERE ` + inner.Conditions() + ` ORDER BY c.seq` + direction + ` LIMIT ?`
	return commentPages(ctx, db, viewer, f, p, places, string(asked), direction, query, append(inner.Args, limit))
}

// atPlaces returns the conditions on a comment c at place j, an element of a list in JSON.
func (f CommentFilter) atPlaces(viewer policies.Actor, clauses bool) (s table.Selection) {
	if !f.AsOf.IsZero() {
		s.And(`c.seq < `+firstEntryAfter, firstEntryArgs(f.AsOf)...)
	}
	may, args := readable(viewer)
	s.And(`c.document = (SELECT d.name FROM documents d WHERE d.id = j.value ->> 'd' AND `+may+`)`, args...)
	if clauses {
		s.And(`c.clause = (SELECT id FROM names WHERE name = j.value ->> 'c')`)
		open, args := disclosed(viewer)
		s.And(open, args...)
	}
	f.narrow(&s, viewer)
	if f.QuestionID != "" {
		s.And(`EXISTS (SELECT 1 FROM question_answers q WHERE q.comment = c.seq AND q.question = ?)`, f.QuestionID)
	}
	return s
}

// commentPages loads a page of comments for each element j of asked, a list in JSON, by the
// names of its elements. The query inner yields the seqs of the comments for j.
func commentPages[K comparable](ctx context.Context, db *DB, viewer policies.Actor, f CommentFilter, p Page, names []K, asked, direction, inner string, args []any) (map[K]List[policies.Comment], error) {
	if !f.AsOf.IsZero() {
		if err := db.awaitAnswers(ctx); err != nil {
			return nil, err
		}
	}
	fields, first, value := commentShown(viewer, f.AsOf)
	query := `SELECT j.key, ` + fields.Columns() + ` FROM json_each(?) j CROSS JOIN comments c ON c.seq IN (` + inner + `)
		ORDER BY j.key, c.seq` + direction
	var at int
	return table.PagesOf(db.file.Read(ctx), query, slices.Concat(first, []any{asked}, args), append([]any{&at}, fields.Dest()...), p,
		func() K { return names[at] },
		func() (policies.Comment, string, error) {
			c, err := value()
			return c, commentOrder.Cursor(c.Seq), err
		})
}
