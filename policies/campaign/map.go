package campaign

import (
	"cmp"
	"slices"
)

// Map is an [Index] on maps: the plain meaning of one. The zero value is empty but
// for Text, which returns the words of a sample as they stand.
type Map struct {
	Text func(sample int64) []Word

	known  map[Hash]int64
	prints map[Print][]int64
}

var _ Index = (*Map)(nil)

// Known implements [Index].
func (m *Map) Known(h Hash) (sample int64, ok bool, err error) {
	sample, ok = m.known[h]
	return sample, ok, nil
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
func (m *Map) Words(sample int64) ([]Word, error) { return m.Text(sample), nil }

// AddText implements [Index].
func (m *Map) AddText(h Hash, sample int64) error {
	if m.known == nil {
		m.known = map[Hash]int64{}
	}
	m.known[h] = sample
	return nil
}

// AddSample implements [Index].
func (m *Map) AddSample(sample int64, prints []Print) error {
	if m.prints == nil {
		m.prints = map[Print][]int64{}
	}
	for _, p := range prints {
		if len(m.prints[p]) < MaxPostings {
			m.prints[p] = append(m.prints[p], sample)
		}
	}
	return nil
}
