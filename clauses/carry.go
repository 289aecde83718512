package clauses

import "slices"

// Fate is what became of a clause, and of what was said on it, by a later revision.
type Fate string

// The fates of what was said on a clause.
const (
	StaysUnchanged Fate = "unchanged" // the same words in the same place
	HasChanged     Fate = "changed"   // other words in the same place
	HasMoved       Fate = "moved"     // it stands elsewhere, or its words stand in another clause; they may have changed too
	WasSplit       Fate = "split"     // its words stand in two or more clauses
	IsGone         Fate = "gone"      // its words stand nowhere
)

// Fates are all fates in the order they are shown.
var Fates = []Fate{StaysUnchanged, HasChanged, HasMoved, WasSplit, IsGone}

// Carried says where a clause of an earlier revision is to be found in a later one.
type Carried struct {
	Fate    Fate
	Changed bool  // its words differ: always so for a clause that was split or is gone
	Moved   bool  // it stands under another clause, or in another order
	Clauses []int // what it stands for now, in the later outline's order; none where it is gone
}

// A Carrier carries clauses of one revision forward to a later one of the same
// document. It looks at both texts once; after that a clause costs a look in a map.
// It is safe for concurrent use.
type Carrier struct {
	then, now *Text
	at        map[string]int   // by ID, in then
	changes   []Change         // by clause of then: what became of the clause itself
	heirs     map[string][]int // clauses of then -> others in now that its words went to
	from      [][]int          // by clause of now: the clauses of then that it stands for
}

// NewCarrier looks at two revisions of a document. steps are the successions of
// the revisions after then up to now, oldest first: with them words are followed
// through revisions that lie between, however often they were split. Where steps
// aren't known, what happened in them by succession is not seen and such clauses
// are gone or changed.
func NewCarrier(then, now *Text, steps ...[]Succession) *Carrier {
	c := &Carrier{then: then, now: now, at: then.Clauses.indexes(),
		changes: make([]Change, len(then.Clauses)), from: make([][]int, len(now.Clauses))}
	m := newMatcher(then, now)
	for _, ch := range compare(then.Clauses, m.found(), nil) {
		if ch.Old >= 0 {
			if ch.Op == Same && m.likeness.emptied(ch.Old, ch.New) {
				ch.Op = Changed
			}
			c.changes[ch.Old] = ch
		}
	}
	c.heirs = c.stillThere(c.inherit(steps))
	for i := range then.Clauses {
		for _, n := range c.carry(i).Clauses {
			c.from[n] = append(c.from[n], i)
		}
	}
	return c
}

// emptied tells whether of a heading that is a number alone nothing stays but that: it says nothing of itself, and what
// stands under it has nothing to do with what stood there.
func (l *likeness) emptied(o, n int) bool {
	if !l.old.text.onlyNumber(o) {
		return false
	}
	a, b := l.bodyOf(&l.old, o), l.bodyOf(&l.new, n)
	return len(a)+len(b) > 0 && l.alike(a, b) < unlike
}

// CompareTexts is Compare for revisions that needn't follow one another: what says the same in the same place is the same,
// whatever became of its identity between, and words that stand once in either text are found wherever they went. Of the
// clauses that have changed places those count as moved that stays doesn't tell to have stayed; it is asked with the
// identities of then, and nil where nothing is known of that.
func CompareTexts(then, now *Text, stays func(id string) bool) []Change {
	return compare(then.Clauses, newMatcher(then, now).found(), stays)
}

// found is the outline of the new text with the identities of the old one where clauses of other identities stand for each
// other: what is gone, or stands with other words, and came by now with the words that it had, once in either text, or in the
// same place. What identities lost on the way is found so, and of a paragraph that was doubled the copy that still says what it said.
func (m *matcher) found() Outline {
	then, now := m.old, m.new
	kept := 0
	at := now.Clauses.indexes()
	for n := range now.Clauses {
		if o, ok := m.at[now.Clauses[n].ID]; ok {
			m.toNew[o], m.toOld[n] = n, o
			kept++
		}
	}
	if kept == len(now.Clauses) {
		return now.Clauses
	}
	outline := slices.Clone(now.Clauses)
	m.freeReworded()
	m.anchor()
	m.alignStanding()
	for n, o := range m.toOld {
		if id := now.Clauses[n].ID; o >= 0 && then.Clauses[o].ID != id {
			if k, ok := at[then.Clauses[o].ID]; ok { // it stands there with other words, and changes names with its copy
				outline[k].ID = id
			}
			outline[n].ID = then.Clauses[o].ID
		}
	}
	return outline
}

// freeReworded takes clauses with other words out of their pairs whose own words came by now, once in either text.
func (m *matcher) freeReworded() {
	m.eachDistinct(func(o, n int) {
		if m.toOld[n] != none || m.toNew[o] == none || m.old.onlyNumber(o) {
			return
		}
		if long := len(m.likeness.wordsOf(&m.likeness.old, o)) >= sayMuch; long || m.samePlace(o, n) {
			m.toOld[m.toNew[o]], m.toNew[o] = none, none
		}
	})
}

// inherit follows the words of the clauses of then through the steps, and lists the clauses that they came to. A clause
// to which its words come back has them to itself again: where they stood meanwhile says nothing more.
func (c *Carrier) inherit(steps [][]Succession) map[string][]string {
	heirs := map[string][]string{}
	origins := map[string][]string{} // a clause -> those of then whose words it has by succession
	for _, step := range steps {
		type gain struct{ origin, heir string }
		var gains []gain          // of one step, which happened at once
		back := map[string]bool{} // clauses that have their words again
		for _, s := range step {
			if _, ok := c.at[s.From]; ok {
				gains = append(gains, gain{s.From, s.To})
			}
			for _, origin := range origins[s.From] {
				gains = append(gains, gain{origin, s.To})
			}
		}
		for _, g := range gains {
			if g.heir == g.origin {
				for _, heir := range heirs[g.origin] {
					origins[heir] = slices.DeleteFunc(origins[heir], func(o string) bool { return o == g.origin })
				}
				delete(heirs, g.origin)
				back[g.origin] = true
			}
		}
		for _, g := range gains {
			if back[g.origin] || back[g.heir] { // whose own words those are
				continue
			}
			if g.heir != g.origin && !slices.Contains(heirs[g.origin], g.heir) {
				heirs[g.origin] = append(heirs[g.origin], g.heir)
				origins[g.heir] = append(origins[g.heir], g.origin)
			}
		}
	}
	return heirs
}

// stillThere finds, of each clause of then, the heirs that the later revision has.
func (c *Carrier) stillThere(heirs map[string][]string) map[string][]int {
	if len(heirs) == 0 {
		return nil
	}
	at := c.now.Clauses.indexes()
	found := map[string][]int{}
	for origin, list := range heirs {
		for _, id := range list {
			if n, ok := at[id]; ok {
				found[origin] = append(found[origin], n)
			}
		}
	}
	return found
}

// Carry tells what became of a clause of the earlier revision; false where that
// revision has none of the ID.
func (c *Carrier) Carry(id string) (Carried, bool) {
	i, ok := c.at[id]
	if !ok {
		return Carried{}, false
	}
	return c.carry(i), true
}

// carry tells it of a clause by its index.
func (c *Carrier) carry(i int) Carried {
	own := c.changes[i]
	r := Carried{Moved: own.Moved, Changed: own.Op != Same}
	if own.New >= 0 {
		r.Clauses = []int{own.New}
	}
	if own.Op != Same {
		r.Clauses = append(r.Clauses, c.heirs[c.then.Clauses[i].ID]...)
		slices.Sort(r.Clauses)
	}
	switch {
	case len(r.Clauses) == 0:
		r.Fate = IsGone
	case len(r.Clauses) > 1:
		r.Fate = WasSplit
	case own.New < 0:
		r.Fate, r.Moved = HasMoved, true
	case own.Moved:
		r.Fate = HasMoved
	case own.Op == Same:
		r.Fate = StaysUnchanged
	default:
		r.Fate = HasChanged
	}
	return r
}

// From lists the clauses of the earlier revision that stand for clause i of the
// later one, as indices in order. Callers don't change it.
func (c *Carrier) From(i int) []int { return c.from[i] }

// Then is the earlier revision.
func (c *Carrier) Then() *Text { return c.then }

// Now is the later revision.
func (c *Carrier) Now() *Text { return c.now }
