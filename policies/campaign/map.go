package campaign

import (
	"cmp"
	"slices"
)

// Map is an [Index] on maps: the plain meaning of one. The zero value is empty.
type Map struct {
	known  map[Hash]Placement
	prints map[Print][]int64
	words  map[int64][]Word
}

var _ Index = (*Map)(nil)

// Known implements [Index].
func (m *Map) Known(h Hash) (p Placement, ok bool, err error) {
	p, ok = m.known[h]
	return p, ok, nil
}

// Candidates implements [Index].
func (m *Map) Candidates(prints []Print) ([]int64, error) {
	hits := map[int64]int{}
	for _, p := range prints {
		for _, s := range m.prints[p] {
			hits[s]++
		}
	}
	list := make([]int64, 0, len(hits))
	for s := range hits {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b int64) int {
		return cmp.Or(cmp.Compare(hits[b], hits[a]), cmp.Compare(a, b))
	})
	return list[:min(len(list), MaxCandidates)], nil
}

// Words implements [Index].
func (m *Map) Words(sample int64) ([]Word, error) { return m.words[sample], nil }

// AddText implements [Index].
func (m *Map) AddText(h Hash, p Placement) error {
	if m.known == nil {
		m.known = map[Hash]Placement{}
	}
	m.known[h] = p
	return nil
}

// AddSample implements [Index].
func (m *Map) AddSample(sample int64, list []Word, prints []Print) error {
	if m.prints == nil {
		m.prints, m.words = map[Print][]int64{}, map[int64][]Word{}
	}
	m.words[sample] = list
	for _, p := range prints {
		if len(m.prints[p]) < MaxPostings {
			m.prints[p] = append(m.prints[p], sample)
		}
	}
	return nil
}
