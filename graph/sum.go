package graph

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ewtp/entente/policies"
)

// sumBy adds up what has the same name by policies.NameKey, in the order of the names. add
// is told the name by which a sum goes: that of the first that it is made of.
func sumBy[N, S any](list []N, name func(N) string, add func(sum *S, name string, n N)) []S {
	type named struct {
		name string
		sum  S
	}
	by := map[string]*named{}
	for _, n := range list {
		key := policies.NameKey(name(n))
		if by[key] == nil {
			by[key] = &named{name: name(n)}
		}
		add(&by[key].sum, by[key].name, n)
	}
	sums := make([]S, 0, len(by))
	for _, x := range slices.SortedFunc(maps.Values(by), func(a, b *named) int { return cmp.Compare(a.name, b.name) }) {
		sums = append(sums, x.sum)
	}
	return sums
}

// each makes a list of another, value by value.
func each[A, B any](list []A, make func(A) B) []B {
	out := []B{}
	for _, v := range list {
		out = append(out, make(v))
	}
	return out
}
