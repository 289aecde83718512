package clauses

import (
	"math"
	"slices"
	"sort"
)

// Op says what became of a clause from one revision to another.
type Op string

// What became of a clause.
const (
	Same    Op = "same"
	Changed Op = "changed"
	Added   Op = "added"
	Removed Op = "removed"
)

// Change says what became of one clause.
type Change struct {
	Op       Op   `json:"op"`
	Old, New int  // index in the old and the new outline, or -1
	Moved    bool `json:"moved"` // it stands under another parent, or in another order among those that stayed
}

// Compare tells clause by clause how two revisions differ. Clauses are paired by ID and compared by hash alone. The changes
// come in the order of the new outline; a removed clause comes after the clause that it followed.
func Compare(old, new Outline) []Change { return compare(old, new, nil) }

func compare(old, new Outline, stays func(id string) bool) []Change {
	at := old.indexes()
	changes := make([]Change, len(new))
	kept := make([]int, len(old)) // old index -> new index, -1 where removed
	for i := range kept {
		kept[i] = -1
	}
	for i := range new {
		o, ok := at[new[i].ID]
		switch {
		case !ok:
			changes[i] = Change{Op: Added, Old: -1, New: i}
			continue
		case old[o].Hash == new[i].Hash:
			changes[i] = Change{Op: Same, Old: o, New: i}
		default:
			changes[i] = Change{Op: Changed, Old: o, New: i}
		}
		kept[o] = i
	}
	markMoved(old, new, changes, stays)
	return withRemoved(kept, changes)
}

// SameWords tells whether two outlines are, clause by clause, the same words in the same places, whatever their identities.
func (o Outline) SameWords(p Outline) bool {
	return slices.EqualFunc(o, p, func(a, b Clause) bool { return a.Hash == b.Hash && a.Parent == b.Parent })
}

// markMoved marks the kept clauses whose parent is another, and those out of order: of the children that stayed under one
// parent, the longest subsequence still in its old order has not moved, the rest has. Which stays, where that is known,
// belongs to it.
func markMoved(old, new Outline, changes []Change, stays func(id string) bool) {
	parentID := func(o Outline, i int) string {
		if p := o[i].Parent; p >= 0 {
			return o[p].ID
		}
		return ""
	}
	stayed := make([][]int, len(new)+1) // new parent index+1 -> new indices of children that stayed under it
	for i := range new {
		c := &changes[i]
		if c.Old < 0 {
			continue
		}
		if parentID(old, c.Old) != parentID(new, i) {
			c.Moved = true
			continue
		}
		p := new[i].Parent + 1
		stayed[p] = append(stayed[p], i)
	}
	for _, children := range stayed {
		order := make([]int, len(children))
		for i, n := range children {
			order[i] = changes[n].Old
		}
		if stays != nil {
			children, order = besideStaying(children, order, changes, func(o int) bool { return stays(old[o].ID) })
		}
		for i, in := range longestIncreasing(order) {
			changes[children[i]].Moved = !in
		}
	}
}

// besideStaying leaves out those that stand on the other side of one that stays, which have moved.
func besideStaying(children, order []int, changes []Change, stays func(o int) bool) (kept, values []int) {
	before := make([]int, len(order)) // the least that stays after each
	least := math.MaxInt
	for i := len(order) - 1; i >= 0; i-- {
		before[i] = least
		if stays(order[i]) {
			least = min(least, order[i])
		}
	}
	most := -1
	for i, o := range order {
		if most < o && o < before[i] {
			kept, values = append(kept, children[i]), append(values, o)
		} else {
			changes[children[i]].Moved = true
		}
		if stays(o) {
			most = max(most, o)
		}
	}
	return kept, values
}

// longestIncreasing marks the members of one longest increasing subsequence of distinct numbers.
func longestIncreasing(seq []int) []bool {
	tails, prev := []int{}, make([]int, len(seq)) // tails[k]: index of the least end of a subsequence of length k+1
	for i, v := range seq {
		k := sort.Search(len(tails), func(k int) bool { return seq[tails[k]] >= v })
		prev[i] = -1
		if k > 0 {
			prev[i] = tails[k-1]
		}
		if k == len(tails) {
			tails = append(tails, i)
		} else {
			tails[k] = i
		}
	}
	in := make([]bool, len(seq))
	if len(tails) > 0 {
		for i := tails[len(tails)-1]; i >= 0; i = prev[i] {
			in[i] = true
		}
	}
	return in
}

// withRemoved puts the removed clauses after the nearest clause before them that was kept and did not move.
func withRemoved(kept []int, changes []Change) []Change {
	after := map[int][]int{} // new index, or -1 for the beginning -> removed old indices
	anchor := -1
	for o, n := range kept {
		switch {
		case n < 0:
			after[anchor] = append(after[anchor], o)
		case !changes[n].Moved:
			anchor = n
		}
	}
	if len(after) == 0 {
		return changes
	}
	out := make([]Change, 0, len(changes)+len(after))
	place := func(at int) {
		for _, o := range after[at] {
			out = append(out, Change{Op: Removed, Old: o, New: -1})
		}
	}
	place(-1)
	for i, c := range changes {
		out = append(out, c)
		place(i)
	}
	return out
}
