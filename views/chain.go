package views

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views/table"
)

// This file follows the chain that leads from comments to what was adopted, from either
// end. A comment is a link of it as long as it stands and its disposition accepts it and
// names the change that carries it out.

// Disposed returns the comment whose disposition counts for a comment: the one that it
// repeats, or itself; nil where the viewer whom comment loads for isn't shown that.
func Disposed(c *policies.Comment, comment func(id string) (*policies.Comment, error)) (*policies.Comment, error) {
	for seen := map[string]bool{}; !seen[c.ID]; { // one that is repeated may have become a duplicate itself since
		seen[c.ID] = true
		if c.Masked {
			return nil, nil
		}
		if c.Disposition == nil || c.Disposition.Outcome != policies.Duplicate {
			return c, nil
		}
		of, err := comment(c.Disposition.DuplicateOf)
		if of == nil || err != nil {
			return nil, err
		}
		c = of
	}
	return nil, nil
}

// CarriedOut returns the change that carries out what a comment says; nil where its
// disposition accepts nothing or names none.
func CarriedOut(c *policies.Comment) *policies.ChangeReference {
	if c == nil || c.Disposition == nil || !c.Disposition.Outcome.Accepts() {
		return nil
	}
	return c.Disposition.Change
}

// Adopts reports whether an instrument holds a change that was made in a revision of its
// document.
func Adopts(i *standards.Instrument, changedIn *policies.Revision) bool {
	return i.Revision >= changedIn.Number
}

// Heirs lists the clauses of an adopted revision that have the words which a change gave
// to a clause. steps are the document's lineage.
func Heirs(steps []clauses.Step, change *policies.ChangeReference, changedIn, adopted *policies.Revision) []string {
	for i, s := range steps {
		if s.Revision > adopted.Number {
			steps = steps[:i]
			break
		}
	}
	return clauses.Heirs(steps, change.ClauseID, changedIn.Number)
}

// Lineage lists the successions of clauses that the revisions of documents recorded, by
// document and in the order of revisions; those without any are absent. It asks no
// rights, and tells no words.
func (db *DB) Lineage(ctx context.Context, documentIDs []string) (map[string][]clauses.Step, error) {
	return lineage(db.file.Read(ctx), documentIDs)
}

func lineage(r table.Run, documentIDs []string) (map[string][]clauses.Step, error) {
	found := map[string][]clauses.Step{}
	var id string
	var step clauses.Step
	err := table.Each(r, `SELECT j.value, r.number, r.data -> '$.Successions' FROM json_each(?) j CROSS JOIN names m ON m.name = j.value
		CROSS JOIN revisions r ON r.document = m.id AND r.data -> '$.Successions' IS NOT NULL ORDER BY r.number, r.n`,
		[]any{table.JSONList(documentIDs)}, []any{&id, &step.Revision, table.JSON(&step.Successions)}, func() error {
			found[id] = append(found[id], step)
			return nil
		})
	return found, err
}

// changedUpTo is the beginning of the condition that a comment c is carried out in a
// revision up to a number, which follows.
const changedUpTo = `(SELECT r.number FROM revisions r WHERE r.id = ` + dispositionNow + ` ->> '$.Change.revision') <= `

// ShapedPages lists the comments that shaped clauses of a revision: those accepted
// whose change is one of the clause, or of one whose words it came to have, in that
// revision or an earlier one. The same page of each clause, oldest first, in one
// statement; clauses that none shaped are absent. steps are the document's lineage.
func (db *DB) ShapedPages(ctx context.Context, viewer policies.Actor, in policies.Revision, steps []clauses.Step, clauseIDs []string, p Page) (map[string]List[policies.Comment], error) {
	s := acceptedComments(viewer, in.DocumentID)
	limit, direction, err := bound(commentOrder, &s, p)
	if err != nil || len(clauseIDs) == 0 {
		return nil, err
	}
	asked := make([][]clauses.Forebear, len(clauseIDs))
	for i, id := range clauseIDs {
		asked[i] = clauses.Forebears(steps, id, in.Number)
	}
	data, err := json.Marshal(asked)
	if err != nil {
		return nil, fmt.Errorf("couldn't list what shaped a clause: %w", err)
	}
	where := s.Conditions() + ` AND ` + changedUpTo + `o.value ->> 'Until'`
	// The comment has its answer for itself, or shares it with others.
	inner := `SELECT u.seq FROM (
		SELECT c.seq FROM json_each(j.value) o CROSS JOIN comments c ON c.seq IN (
			SELECT c.seq FROM comments c WHERE c.disposition ->> '$.Change.clause' = o.value ->> 'ID' AND ` + where + `
			ORDER BY c.seq` + direction + ` LIMIT ?)
		UNION ALL
		SELECT c.seq FROM json_each(j.value) o CROSS JOIN shared_answers a ON a.data ->> '$.Change.clause' = o.value ->> 'ID'
		CROSS JOIN comments c ON c.seq IN (
			SELECT c.seq FROM comments c WHERE c.answered_by = a.entry AND ` + where + ` ORDER BY c.seq` + direction + ` LIMIT ?)) u
		ORDER BY u.seq` + direction + ` LIMIT ?`
	args := slices.Concat(s.Args, []any{limit}, s.Args, []any{limit, limit})
	return commentPages(ctx, db, viewer, CommentFilter{}, p, clauseIDs, string(data), direction, inner, args)
}

// ShapedList lists the comments that shaped a revision, oldest first: those accepted
// whose change is in it or in an earlier one, what was struck out with it too.
func (db *DB) ShapedList(ctx context.Context, viewer policies.Actor, documentID string, revision int, p Page) (List[policies.Comment], error) {
	s := acceptedComments(viewer, documentID)
	s.And(changedUpTo+`?`, revision)
	return pageOfComments(db.file.Read(ctx), viewer, time.Time{}, s, commentOrder, p)
}

// acceptedComments selects the comments c on a document that stand, were accepted, and may
// be read by the viewer.
func acceptedComments(viewer policies.Actor, documentID string) table.Selection {
	s := table.Selection{From: "comments c"}
	CommentFilter{DocumentID: documentID}.onDocument(&s, viewer)
	s.And(`c.answer = 2 AND ` + commentStands)
	open, args := disclosed(viewer)
	s.And(open, args...)
	return s
}

// DuplicatePages lists the comments answered as duplicates of others, oldest first:
// the same page of each, in one statement. Comments without any are absent.
func (db *DB) DuplicatePages(ctx context.Context, viewer policies.Actor, ids []string, p Page) (map[string]List[policies.Comment], error) {
	var s table.Selection
	may, args := commentReadable(viewer)
	s.And(may, args...)
	open, args := disclosed(viewer) // the answer tells of a comment
	s.And(open, args...)
	limit, direction, err := bound(commentOrder, &s, p)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	inner := `SELECT c.seq FROM comments c WHERE c.duplicate_of = j.value AND ` + s.Conditions() +
		` ORDER BY c.seq` + direction + ` LIMIT ?`
	return commentPages(ctx, db, viewer, CommentFilter{}, p, ids, table.JSONList(ids), direction, inner, append(s.Args, limit))
}
