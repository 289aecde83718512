package views

import (
	"cmp"
	"context"
	"slices"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// NeedCounts are how many things somebody is needed for.
type NeedCounts struct {
	Total      int
	ByKind     map[NeedKind]int
	ByDocument []DocumentNeeds // most first; invitations are on none
}

// DocumentNeeds are how many things somebody is needed for on one document.
type DocumentNeeds struct {
	DocumentID string
	Total      int
	ByKind     map[NeedKind]int
}

// NeedCounts counts what Needs lists.
func (db *DB) NeedCounts(ctx context.Context, viewer policies.Actor, f NeedFilter) (n NeedCounts, err error) {
	kinds, err := f.kinds()
	if err != nil {
		return n, err
	}
	w := &watch{db: db, run: db.file.Read(ctx), ctx: ctx, viewer: viewer, filter: f}
	n.ByKind = map[NeedKind]int{}
	by := map[string]map[NeedKind]int{}
	for _, k := range kinds {
		err := w.count(k, func(document string, times int) {
			n.Total, n.ByKind[k] = n.Total+times, n.ByKind[k]+times
			if document == "" || times == 0 {
				return
			}
			if by[document] == nil {
				by[document] = map[NeedKind]int{}
			}
			by[document][k] += times
		})
		if err != nil {
			return NeedCounts{}, err
		}
	}
	for id, counts := range by {
		d := DocumentNeeds{DocumentID: id, ByKind: counts}
		for _, c := range counts {
			d.Total += c
		}
		n.ByDocument = append(n.ByDocument, d)
	}
	slices.SortFunc(n.ByDocument, func(a, b DocumentNeeds) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.DocumentID, b.DocumentID))
	})
	return n, nil
}

// count calls add with each document and how many there are of a kind on it.
func (w *watch) count(k NeedKind, add func(document string, times int)) error {
	switch k {
	case NeedAnswer:
		return w.countDispositions(add)
	case NeedComment:
		return w.countComments(add)
	}
	for l, err := range Pages(func(p Page) (List[Need], error) { return w.page(k, p) }) {
		if err != nil {
			return err
		}
		for _, x := range l.Items {
			add(x.DocumentID, 1)
		}
	}
	return nil
}

func (w *watch) countDispositions(add func(string, int)) error {
	if !w.hasNeeds() {
		return nil
	}
	var s table.Selection
	if err := w.unseenDispositions(&s); err != nil {
		return err
	}
	return w.counts(`SELECT `+nameOf("c.document")+`, count(*) FROM dispositions h
		CROSS JOIN comments c ON c.seq = h.comment WHERE `+s.Conditions()+` GROUP BY c.document`, s.Args, add)
}

// countComments takes the number of unanswered comments from the counters. Where there are
// confidential ones, of which the counters don't say whether they are answered, it takes it
// from the index.
func (w *watch) countComments(add func(string, int)) error {
	if !w.disposes() {
		return nil
	}
	var s table.Selection
	w.sponsoredDocuments(&s)
	open, args := disclosed(w.viewer)
	return w.counts(`SELECT d.id, CASE WHEN sum(k.confidential) > 0 THEN (SELECT count(*) FROM comments c WHERE `+unansweredOn+` AND `+open+`)
			ELSE sum(k.total - k.answered - k.withdrawn - k.disowned) END
		FROM sponsors s CROSS JOIN documents d ON d.name = s.document
		CROSS JOIN counters k ON k.document = s.document AND k.clause = -1 WHERE `+s.Conditions()+` GROUP BY s.document`, append(args, s.Args...), add)
}

func (w *watch) counts(query string, args []any, add func(string, int)) error {
	var document string
	var n int
	return table.Each(w.run, query, args, []any{&document, &n}, func() error {
		add(document, n)
		return nil
	})
}
