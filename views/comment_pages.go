package views

import (
	"context"
	"encoding/json"

	"github.com/ewtp/entente/policies"
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
	n, backward, err := p.size()
	if err != nil || len(places) == 0 {
		return nil, err
	}
	inner, err := f.inPlaces(viewer, p, places[0].ClauseID != "")
	if err != nil {
		return nil, err
	}
	asked, err := json.Marshal(places)
	if err != nil {
		return nil, err
	}
	query := `SELECT c.seq FROM comments c WHERE ` + inner.conditions() + ` ORDER BY c.seq` + commentOrder.direction(backward) + ` LIMIT ?`
	return commentPages(ctx, db, viewer, f, p, places, string(asked), query, append(inner.args, n+1))
}

// inPlaces are the conditions on a comment c of place j.
func (f CommentFilter) inPlaces(viewer policies.Actor, p Page, clauses bool) (s selection, err error) {
	if !f.AsOf.IsZero() {
		s.and(`c.seq < `+boundAt, boundArgs(f.AsOf)...)
	}
	may, args := readable(viewer)
	s.and(`c.document = (SELECT d.name FROM documents d WHERE d.id = j.value ->> 'd' AND `+may+`)`, args...)
	if clauses {
		s.and(`c.clause = (SELECT id FROM names WHERE name = j.value ->> 'c')`)
		open, args := disclosed(viewer)
		s.and(open, args...)
	}
	f.narrow(&s, viewer)
	if f.QuestionID != "" {
		s.and(`EXISTS (SELECT 1 FROM question_answers q WHERE q.comment = c.seq AND q.question = ?)`, f.QuestionID)
	}
	return s, commentOrder.between(&s, p)
}
