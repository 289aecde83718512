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

// standingFrom says where the comments at a place come from: from clauses of
// earlier revisions, and one by one from the hands of sponsors.
type standingFrom struct {
	From   []fromClause `json:"o"`
	ByHand []int64      `json:"a"` // seqs of comments

	at map[string]int // by clause: which of From
}

// fromClause is a clause of some revisions that were open for comment.
type fromClause struct {
	ClauseID  string   `json:"c"` // "" for those on the whole
	Revisions []string `json:"r"`
}

// on finds the sources of what stands on clause i.
func (s *Standing) on(i int) (list standingFrom) {
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
		if slices.Contains(s.put(a).Clauses, i) {
			list.ByHand = append(list.ByHand, a.seq)
		}
	}
	return list
}

// with finds the sources of what met certain fates; of everything where there are none.
func (s *Standing) with(fates []clauses.Fate) (list standingFrom) {
	wanted := func(p Place) bool { return len(fates) == 0 || slices.Contains(fates, p.Fate) }
	for _, o := range s.origins {
		if wanted(s.whole(o)) {
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
			if wanted(s.computed(o, id)) {
				list.add(id, o.id)
			}
		}
	}
	for _, a := range s.anchors {
		if wanted(s.put(a)) {
			list.ByHand = append(list.ByHand, a.seq)
		}
	}
	return list
}

// add adds a clause of a revision.
func (l *standingFrom) add(clauseID, revisionID string) {
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
	var asked []standingFrom
	for _, id := range clauseIDs {
		if i := s.Text.Clauses.Index(id); i >= 0 {
			at, asked = append(at, id), append(asked, s.on(i))
		}
	}
	return standingPages(ctx, db, viewer, s, asked, at, f, p)
}

// CarriedList lists the comments made on a revision and on all earlier ones that met
// certain fates until then, oldest first; all of them where there are no fates.
func (db *DB) CarriedList(ctx context.Context, viewer policies.Actor, s *Standing, fates []clauses.Fate, f CommentFilter, p Page) (List[policies.Comment], error) {
	found, err := standingPages(ctx, db, viewer, s, []standingFrom{s.with(fates)}, []string{""}, f, p)
	return found[""], err
}

// standingPages lists the comments of each of the standingFrom, by name.
func standingPages(ctx context.Context, db *DB, viewer policies.Actor, s *Standing, asked []standingFrom, names []string, f CommentFilter, p Page) (map[string]List[policies.Comment], error) {
	f.ClauseID = nil
	each := f.standing(viewer, s)
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
			AND NOT EXISTS (SELECT 1 FROM anchors a WHERE a.comment = c.id AND a.revision <= ? AND a.at <= ?)
			ORDER BY c.seq` + direction + ` LIMIT ?)
		UNION ALL
		SELECT c.seq FROM json_each(j.value, '$.a') h CROSS JOIN comments c ON c.seq = h.value WHERE ` + where + `) u
		ORDER BY u.seq` + direction + ` LIMIT ?`
	args := slices.Concat(each.Args, []any{s.In.Number, table.MillisOrMax(f.AsOf), limit}, each.Args, []any{limit})
	return commentPages(ctx, db, viewer, f, p, names, string(data), direction, inner, args)
}

// standing are the conditions on a comment c that may stand in a revision.
func (f CommentFilter) standing(viewer policies.Actor, s *Standing) (sel table.Selection) {
	if !f.AsOf.IsZero() {
		sel.And(`c.seq < `+boundAt, boundArgs(f.AsOf)...)
	}
	f.DocumentID = s.In.DocumentID
	f.place(&sel, viewer)
	open, args := disclosed(viewer) // what a comment is on tells of it
	sel.And(open, args...)
	f.narrow(&sel, viewer)
	return sel
}
