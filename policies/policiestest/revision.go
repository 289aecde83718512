package policiestest

import (
	"cmp"
	"slices"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
)

// revisionsOf lists the revisions of a document in order.
func (m *Memory) revisionsOf(documentID string) (list []policies.Revision) {
	for _, r := range m.All.Revisions {
		if r.DocumentID == documentID {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b policies.Revision) int { return cmp.Compare(a.Number, b.Number) })
	return list
}

// RevisionAt implements policies.Facts.
func (m *Memory) RevisionAt(documentID string, number int) (policies.Revision, error) {
	found, err := policies.Revision{}, policies.ErrNotFound
	for _, r := range m.revisionsOf(documentID) {
		if r.Number <= number {
			found, err = r, nil
		}
	}
	return found, err
}

// ClauseSpans implements policies.Facts.
func (m *Memory) ClauseSpans(documentID string, contents []clauses.Hash) ([]policies.ClauseSpan, error) {
	type words struct {
		id   string
		hash clauses.Hash
	}
	stands := map[words]int{} // since when
	last := map[clauses.Hash]policies.ClauseSpan{}
	for _, r := range m.revisionsOf(documentID) {
		now := map[words]bool{}
		for _, c := range m.All.Texts[r.ID].Clauses {
			now[words{c.ID, c.Hash}] = true
		}
		for w, since := range stands {
			if !now[w] {
				last[w.hash] = later(last[w.hash], policies.ClauseSpan{Since: since, Until: r.Number})
				delete(stands, w)
			}
		}
		for w := range now {
			if stands[w] == 0 {
				stands[w] = r.Number
			}
		}
	}
	var spans []policies.ClauseSpan
	for _, h := range contents {
		if s, ok := last[h]; ok {
			spans = append(spans, s)
		}
	}
	slices.SortFunc(spans, compareSpans)
	return slices.Compact(spans), nil
}

func compareSpans(a, b policies.ClauseSpan) int {
	return cmp.Or(cmp.Compare(a.Until, b.Until), cmp.Compare(a.Since, b.Since))
}

func later(a, b policies.ClauseSpan) policies.ClauseSpan {
	return slices.MaxFunc([]policies.ClauseSpan{a, b}, compareSpans)
}
