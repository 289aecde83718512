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
)

// This file reads the chain from comments to what was adopted, from its later end. A
// comment is a link of it as long as it stands and its answer accepts it and names the
// change that carries it out.

// Lineage lists what happened by succession in the revisions of documents, by
// document and in their order; documents in which nothing did are absent, and so are
// such revisions. It asks no rights, and tells no words.
func (db *DB) Lineage(ctx context.Context, documentIDs []string) (map[string][]clauses.Step, error) {
	return lineage(db.run(ctx), documentIDs)
}

func lineage(r run, documentIDs []string) (map[string][]clauses.Step, error) {
	found := map[string][]clauses.Step{}
	var id string
	var number int
	var data []byte
	err := each(r, `SELECT j.value, r.number, r.data -> '$.Successions' FROM json_each(?) j CROSS JOIN names m ON m.name = j.value
		CROSS JOIN revisions r ON r.document = m.id AND r.data -> '$.Successions' IS NOT NULL ORDER BY r.number, r.n`,
		[]any{jsonList(documentIDs)}, []any{&id, &number, &data}, func() error {
			step := clauses.Step{Revision: number}
			err := json.Unmarshal(data, &step.Successions)
			found[id] = append(found[id], step)
			return err
		})
	return found, err
}

// changedBy is the condition on a comment c that it is carried out by revision ? or
// an earlier one.
const changedBy = `(SELECT r.number FROM revisions r WHERE r.id = ` + answerNow + ` ->> '$.Change.revision') <= `

// ShapedPages lists the comments that shaped clauses of a revision: those accepted
// whose change is one of the clause, or of one whose words it came to have, in that
// revision or an earlier one. The same page of each clause, oldest first, in one
// statement; clauses that none shaped are absent. steps are the document's lineage.
func (db *DB) ShapedPages(ctx context.Context, viewer policies.Actor, in policies.Revision, steps []clauses.Step, clauseIDs []string, p Page) (map[string]List[policies.Comment], error) {
	n, backward, err := p.size()
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
	s, err := accepted(viewer, in.DocumentID, p)
	if err != nil {
		return nil, err
	}
	direction := commentOrder.direction(backward)
	where := s.conditions() + ` AND ` + changedBy + `o.value ->> 'Until'`
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
	args := slices.Concat(s.args, []any{n + 1}, s.args, []any{n + 1, n + 1})
	return commentPages(ctx, db, viewer, CommentFilter{}, p, clauseIDs, string(data), inner, args)
}

// ShapedList lists the comments that shaped a revision, oldest first: those accepted
// whose change is in it or in an earlier one, what was struck out with it too.
func (db *DB) ShapedList(ctx context.Context, viewer policies.Actor, documentID string, revision int, p Page) (List[policies.Comment], error) {
	s := selection{from: "comments c"}
	s.columns, s.first = commentColumns(viewer, time.Time{})
	a, err := accepted(viewer, documentID, Page{})
	if err != nil {
		return List[policies.Comment]{}, err
	}
	s.where, s.args = a.where, a.args
	s.and(changedBy+`?`, revision)
	return pageOf(db.run(ctx), s, commentOrder, p, commentNow)
}

// accepted are the conditions on a comment c of a page that stands, was accepted, and
// may be read by the viewer.
func accepted(viewer policies.Actor, documentID string, p Page) (s selection, err error) {
	CommentFilter{DocumentID: documentID}.place(&s, viewer)
	s.and(`c.answer = 2 AND c.withdrawn_at IS NULL AND c.disowned_at IS NULL`)
	open, args := disclosed(viewer)
	s.and(open, args...)
	return s, commentOrder.between(&s, p)
}

// DuplicatePages lists the comments answered as duplicates of others, oldest first:
// the same page of each, in one statement. Comments without any are absent.
func (db *DB) DuplicatePages(ctx context.Context, viewer policies.Actor, ids []string, p Page) (map[string]List[policies.Comment], error) {
	n, backward, err := p.size()
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	var s selection
	may, args := commentReadable(viewer)
	s.and(may, args...)
	open, args := disclosed(viewer) // the answer tells of a comment
	s.and(open, args...)
	if err := commentOrder.between(&s, p); err != nil {
		return nil, err
	}
	direction := commentOrder.direction(backward)
	inner := `SELECT c.seq FROM comments c WHERE c.duplicate_of = j.value AND ` + s.conditions() +
		` ORDER BY c.seq` + direction + ` LIMIT ?`
	return commentPages(ctx, db, viewer, CommentFilter{}, p, ids, jsonList(ids), inner, append(s.args, n+1))
}

// InstrumentReleases lists the releases that carry instruments, newest first: the same
// page of each, in one statement. Instruments that no release carries are absent.
func (db *DB) InstrumentReleases(ctx context.Context, instrumentIDs []string, p Page) (map[string]List[standards.Release], error) {
	n, backward, err := p.size()
	if err != nil {
		return nil, err
	}
	o := order{tag: "carrying", desc: true, keys: []key{{"x.release", number}}}
	var s selection
	s.and(`x.instrument = j.value`)
	if err := o.between(&s, p); err != nil {
		return nil, err
	}
	direction := o.direction(backward)
	var id string
	var at int64
	var data []byte
	query := `SELECT j.value, r.n, r.data FROM json_each(?) j CROSS JOIN releases r ON r.n IN (
		SELECT x.release FROM release_instruments x WHERE ` + s.conditions() + ` ORDER BY x.release` + direction + ` LIMIT ?)
		ORDER BY j.key, r.n` + direction
	args := slices.Concat([]any{jsonList(instrumentIDs)}, s.args, []any{n + 1})
	return pagesOf(db.run(ctx), query, args, []any{&id, &at, &data}, p,
		func() string { return id },
		func() (v standards.Release, cursor string, err error) {
			err = json.Unmarshal(data, &v)
			return v, o.cursor([]any{at}), err
		})
}
