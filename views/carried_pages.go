package views

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// carriedFrom lists where the comments at a place come from: clauses of earlier revisions,
// from which they are carried, and single comments that sponsors anchored there.
type carriedFrom struct {
	From   []fromClause `json:"o"`
	ByHand []int64      `json:"a"` // seqs of comments

	at map[string]int // by clause: which of From
}

// fromClause is a clause of some revisions that were open for comment.
type fromClause struct {
	ClauseID  string   `json:"c"` // "" for those on the whole
	Revisions []string `json:"r"`
}

// carriedOn finds where the comments on clause i come from.
func (s *Standing) carriedOn(i int) (list carriedFrom) {
	id := s.Text.Clauses[i].ID
	for _, o := range s.origins {
		if o.carrier == nil {
			list.add(id, o.id)
			continue
		}
		for _, k := range o.carrier.From(i) {
			list.add(o.carrier.Then().Clauses[k].ID, o.id)
		}
	}
	for _, a := range s.anchors {
		if slices.Contains(s.anchoredPlace(a).Clauses, i) {
			list.ByHand = append(list.ByHand, a.seq)
		}
	}
	return list
}

// carriedWith finds where the comments come from that met certain fates; all of them where
// no fate is given.
func (s *Standing) carriedWith(fates []clauses.Fate) (list carriedFrom) {
	wanted := func(p Place) bool { return len(fates) == 0 || slices.Contains(fates, p.Fate) }
	for _, o := range s.origins {
		if wanted(s.wholePlace(o)) {
			list.add("", o.id)
		}
		if o.carrier == nil { // its clauses can't be listed; those that still stand are known
			for i := range s.Text.Clauses {
				if wanted(Place{}) {
					list.add(s.Text.Clauses[i].ID, o.id)
				}
			}
			continue
		}
		for i := range o.carrier.Then().Clauses {
			id := o.carrier.Then().Clauses[i].ID
			if wanted(s.computedPlace(o, id)) {
				list.add(id, o.id)
			}
		}
	}
	for _, a := range s.anchors {
		if wanted(s.anchoredPlace(a)) {
			list.ByHand = append(list.ByHand, a.seq)
		}
	}
	return list
}

// add adds a clause of a revision.
func (l *carriedFrom) add(clauseID, revisionID string) {
	i, ok := l.at[clauseID]
	if !ok {
		if l.at == nil {
			l.at = map[string]int{}
		}
		i = len(l.From)
		l.at[clauseID] = i
		l.From = append(l.From, fromClause{ClauseID: clauseID})
	}
	l.From[i].Revisions = append(l.From[i].Revisions, revisionID)
}

// CarriedPages lists the comments that stand on clauses of a revision, made on it or
// on any earlier one: the same page of each clause, oldest first, in one statement.
// Clauses that it doesn't have and those without comments are absent. Of f, neither
// the document nor the clause is looked at.
func (db *DB) CarriedPages(ctx context.Context, viewer policies.Actor, s *Standing, clauseIDs []string, f CommentFilter, p Page) (map[string]List[policies.Comment], error) {
	var at []string
	var asked []carriedFrom
	for _, id := range clauseIDs {
		if i := s.Text.Clauses.Index(id); i >= 0 {
			at, asked = append(at, id), append(asked, s.carriedOn(i))
		}
	}
	return carriedPages(ctx, db, viewer, s, asked, at, f, p)
}

// CarriedList lists the comments made on a revision and on all earlier ones that met
// certain fates until then, oldest first; all of them where there are no fates.
func (db *DB) CarriedList(ctx context.Context, viewer policies.Actor, s *Standing, fates []clauses.Fate, f CommentFilter, p Page) (List[policies.Comment], error) {
	found, err := carriedPages(ctx, db, viewer, s, []carriedFrom{s.carriedWith(fates)}, []string{""}, f, p)
	return found[""], err
}

// carriedPages lists the comments that come from each element of asked, by its name.
func carriedPages(ctx context.Context, db *DB, viewer policies.Actor, s *Standing, asked []carriedFrom, names []string, f CommentFilter, p Page) (map[string]List[policies.Comment], error) {
	f.ClauseID = nil
	each := f.carriedTo(viewer, s)
	limit, direction, err := bound(commentOrder, &each, p)
	if err != nil || len(asked) == 0 {
		return nil, err
	}
	data, err := json.Marshal(asked)
	if err != nil {
		return nil, fmt.Errorf("couldn't list carried comments: %w", err)
	}
	where := each.Conditions()
	// Of each clause no more is read than the page has; what is put by hand is little.
	inner := `SELECT u.seq FROM (
		SELECT c.seq FROM json_each(j.value, '$.o') o CROSS JOIN comments c ON c.seq IN (
			SELECT c.seq FROM comments c WHERE ` + where + ` AND c.clause = (SELECT id FROM names WHERE name = o.value ->> 'c')
			AND c.revision IN (SELECT m.id FROM json_each(o.value, '$.r') r CROSS JOIN names m ON m.name = r.value)
			AND NOT EXISTS (SELECT 1 FROM anchors a WHERE a.comment = c.id AND ` + anchorHolds + `)
			ORDER BY c.seq` + direction + ` LIMIT ?)
		UNION ALL
		SELECT c.seq FROM json_each(j.value, '$.a') h CROSS JOIN comments c ON c.seq = h.value WHERE ` + where + `) u
		ORDER BY u.seq` + direction + ` LIMIT ?`
	args := slices.Concat(each.Args, heldBy(s.In.Number, f.AsOf), []any{limit}, each.Args, []any{limit})
	return commentPages(ctx, db, viewer, f, p, names, string(data), direction, inner, args)
}

// carriedTo returns the conditions on a comment c that may be carried to a revision.
func (f CommentFilter) carriedTo(viewer policies.Actor, s *Standing) (sel table.Selection) {
	if !f.AsOf.IsZero() {
		sel.And(`c.seq < `+firstEntryAfter, firstEntryArgs(f.AsOf)...)
	}
	f.DocumentID = s.In.DocumentID
	f.onDocument(&sel, viewer)
	open, args := disclosed(viewer) // what a comment is on tells of it
	sel.And(open, args...)
	f.narrow(&sel, viewer)
	return sel
}
