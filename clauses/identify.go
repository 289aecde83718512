package clauses

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"regexp"
)

// IdentityVersion is the version of the rules by which Identify gives identities. It is recorded with what they gave, which
// stays as it was given whatever the rules become.
const IdentityVersion = 3

// Identify gives every clause of child that has no ID the ID of the clause of parent that it continues, else the one that it
// had in an earlier text, else its name, else a new one, and computes child.Root. parent is the revision that child was made
// from, itself identified; nil for a first revision. earlier are texts of the line before parent in which clauses stood that
// come back, newest first. The package comment states the rules. The result depends on the texts alone.
func Identify(parent, child *Text, earlier ...*Text) {
	used := make(map[string]bool, len(child.Clauses))
	for i := range child.Clauses {
		c := &child.Clauses[i]
		if c.ID == child.names[i] {
			c.ID = "" // a name is evidence, and an identity only where it is nobody else's
		}
		used[c.ID] = true
	}
	var root Hash
	if parent != nil {
		root = parent.Root
		m := newMatcher(parent, child)
		m.match(earlier)
		m.giveIDs(used)
		for _, t := range append(earlier, parent) { // a new clause never takes the name of one that goes, or went
			for i := range t.Clauses {
				used[t.Clauses[i].ID] = true
			}
		}
	}
	nameClauses(child, root, used)
	child.seal()
}

// giveIDs gives the clauses of the new text the IDs that they continue.
func (m *matcher) giveIDs(used map[string]bool) {
	for n := range m.toOld {
		id := m.identity(n)
		if c := &m.new.Clauses[n]; id != "" && c.ID == "" && !used[id] {
			c.ID, used[id] = id, true
		}
	}
}

// computedID is the form of IDs that are computed. A name of this form is none: it would be some other clause's identity.
var computedID = regexp.MustCompile(`^c[0-9a-hjkmnp-tv-z]{16}$`)

// nameClauses gives new IDs to the clauses still without. An ID is derived from the parent revision's root, the clause's content
// and where it stands, so that one clause added to one revision has the same ID whoever computes it, and content that
// comes back much later does not come back as the clause that had gone.
func nameClauses(t *Text, root Hash, used map[string]bool) {
	type spot struct {
		content Hash
		under   string
	}
	ordinals := map[spot]uint32{}
	for i := range t.Clauses {
		c := &t.Clauses[i]
		if c.ID != "" {
			continue
		}
		if name := t.names[i]; name != "" && !used[name] && !computedID.MatchString(name) {
			c.ID, used[name] = name, true
			continue
		}
		under := ""
		if c.Parent >= 0 {
			under = t.Clauses[c.Parent].ID
		}
		s := spot{c.Hash, under}
		for c.ID == "" || used[c.ID] {
			buf := appendField(nil, "entente id/1")
			buf = append(buf, root[:]...)
			buf = append(buf, c.Hash[:]...)
			buf = appendField(buf, under)
			buf = binary.BigEndian.AppendUint32(buf, ordinals[s])
			ordinals[s]++
			sum := sha256.Sum256(buf)
			c.ID = "c" + idEncoding.EncodeToString(sum[:10])
		}
		used[c.ID] = true
	}
}

// idEncoding spells 10 bytes as 16 characters: 80 bits, so that 20,000 clauses collide with a chance of one in 10^16 (and
// then take the next ordinal).
var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// A clause of either text has the index of its pair, or one of these.
const (
	none     = -1
	returned = -2 // it has the identity of a clause of an earlier text, or is out of the question
)

// matcher pairs the clauses of two texts. Old and new indices have type int throughout.
type matcher struct {
	old, new         *Text
	at               map[string]int  // clauses of the old text by their IDs
	back             []string        // by clause of the new text: the ID of an earlier text that it takes back
	taken            map[string]bool // IDs that clauses of the new text have which are none of the old text's
	toNew, toOld     []int           // pairs found so far
	oldKids, newKids [][]int         // children by index+1
	oldSym, newSym   []int32         // contents numbered, with the number of an item
	oldHash, newHash []int32         // content hashes numbered
	oldCount         map[int32]int
	newCount         map[int32]int
	queue            [][2]int // pairs whose children are to be aligned
	pairs            [][2]int // all pairs whose children may be likened, root first
	likeness         likeness
}

func newMatcher(old, new *Text) *matcher {
	m := &matcher{
		old: old, new: new, at: old.Clauses.indexes(), back: make([]string, len(new.Clauses)), taken: map[string]bool{},
		toNew: noPairs(len(old.Clauses)), toOld: noPairs(len(new.Clauses)),
		oldKids: childrenOf(old.Clauses), newKids: childrenOf(new.Clauses),
		oldCount: make(map[int32]int, len(old.Clauses)), newCount: make(map[int32]int, len(new.Clauses)),
	}
	m.likeness = newLikeness(old, new)
	same, hashes := make(symbols[Hash], len(old.Clauses)), make(symbols[Hash], len(old.Clauses))
	number := func(t *Text, count map[int32]int) (syms, contents []int32) {
		syms, contents = make([]int32, len(t.Clauses)), make([]int32, len(t.Clauses))
		for i := range t.Clauses {
			syms[i], contents[i] = same.of(t.sameness(i)), hashes.of(t.Clauses[i].Hash)
			count[contents[i]]++
		}
		return syms, contents
	}
	m.oldSym, m.oldHash = number(old, m.oldCount)
	m.newSym, m.newHash = number(new, m.newCount)
	return m
}

// noPairs returns the pairs of n clauses of which none has one.
func noPairs(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = none
	}
	return s
}

// childrenOf lists the children of each clause, at its index+1; those at the top come first.
func childrenOf(o Outline) [][]int {
	k := make([][]int, len(o)+1)
	for i := range o {
		k[o[i].Parent+1] = append(k[o[i].Parent+1], i)
	}
	return k
}

// match finds the pairs. What is surest comes first: words that stand once in either text, in the parent or else in one
// before it; then what stands under such, and headings by title and body before numbers; then what moved; then likeness.
func (m *matcher) match(earlier []*Text) {
	m.explicit()
	m.enqueue(-1, -1)
	m.anchor()
	m.takeBack(earlier, false)
	m.likeness.weigh(m.freeOld(upTo(len(m.old.Clauses))), m.freeNew(upTo(len(m.new.Clauses))))
	m.alignWords(sayMuch)
	m.drain()
	m.headingsElsewhere()
	m.drain()
	m.headingsInPlace()
	m.elsewhere()
	m.drain()
	m.takeBack(earlier, true)
	m.moved(movedSure)
	m.drain()
	m.likenPlaces()
	m.extendWords()
	m.alignWords(sayMuch)
	m.moved(movedMin)
	m.drain()
	m.likenBetween()
	m.drain()
}

// likenPlaces likens what stands under each pair.
func (m *matcher) likenPlaces() {
	for i := 0; i < len(m.pairs); i++ { // grows while it runs
		m.likenInside(m.pairs[i][0], m.pairs[i][1])
		m.drain()
	}
}

func (m *matcher) pair(o, n int) {
	m.toNew[o], m.toOld[n] = n, o
	m.enqueue(o, n)
}

func (m *matcher) enqueue(o, n int) {
	if len(m.oldKids[o+1]) > 0 && len(m.newKids[n+1]) > 0 {
		m.queue = append(m.queue, [2]int{o, n})
	}
}

func (m *matcher) drain() {
	for len(m.queue) > 0 {
		next := m.queue[0]
		m.queue = m.queue[1:]
		m.pairs = append(m.pairs, next)
		m.alignKids(next[0], next[1])
	}
}

// explicit pairs clauses that have an ID already, and those to which both sources give the same name: they are one, whatever
// they say, unless what had the name still stands to the letter: without a name, or with what stood under it; or names were
// exchanged. A drafter who exchanges names doesn't exchange what was said on the words.
func (m *matcher) explicit() {
	var doubtful [][2]int
	named, stands := make(map[string]int, len(m.old.names)), map[int32]int{}
	for o, name := range m.old.names {
		named[name] = o
		stands[m.oldHash[o]] = none
	}
	for n, h := range m.newHash {
		if _, ok := stands[h]; ok {
			stands[h] = n
		}
	}
	for n := range m.new.Clauses {
		if id := m.new.Clauses[n].ID; id != "" {
			m.taken[id] = true
			if o, ok := m.at[id]; ok {
				m.pair(o, n)
			}
		} else if o, ok := named[m.new.names[n]]; ok && m.toNew[o] == none {
			switch k := stands[m.oldHash[o]]; {
			case k != none && k != n && m.distinct(o, k) && (m.new.names[k] == "" || m.alikeBeneath(o, k)):
			case m.nameAlone(o, n):
				doubtful = append(doubtful, [2]int{o, n})
			default:
				m.pair(o, n)
			}
		}
	}
	m.pairDoubtful(doubtful)
}

// nameAlone tells whether only their name says that two headings are one.
func (m *matcher) nameAlone(o, n int) bool {
	if m.oldHash[o] == m.newHash[n] || m.old.Clauses[o].Kind != Heading || m.new.Clauses[n].Kind != Heading {
		return false
	}
	x, y := m.likeness.titles(&m.likeness.old, []int{o}), m.likeness.titles(&m.likeness.new, []int{n})
	e := m.likeness.headingEvidence(&x[0], &y[0])
	return max(e.title, e.body) < enough
}

// pairDoubtful pairs headings that only a name makes one: with one another by what they say, where they exchanged names, and
// else by their names.
func (m *matcher) pairDoubtful(doubtful [][2]int) {
	var olds, news []int
	for _, d := range doubtful {
		olds, news = append(olds, d[0]), append(news, d[1])
	}
	if len(doubtful) > 1 {
		m.pairBest(m.likeness.titles(&m.likeness.old, olds), m.likeness.titles(&m.likeness.new, news), headingEvidence.titled)
	}
	for _, d := range doubtful {
		if m.toNew[d[0]] == none && m.toOld[d[1]] == none {
			m.pair(d[0], d[1])
		}
	}
}

// alikeBeneath tells whether what stands first under two clauses is the same; so it is where nothing does.
func (m *matcher) alikeBeneath(o, n int) bool {
	a, b := m.oldKids[o+1], m.newKids[n+1]
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	return m.oldHash[a[0]] == m.newHash[b[0]]
}

// anchor pairs clauses of the same content that stands once in either text, wherever they stand. A heading that is only a
// number says nothing of itself: it goes with what stands under it.
func (m *matcher) anchor() {
	m.eachFreeDistinct(func(o, n int) {
		if !m.old.onlyNumber(o) {
			m.pair(o, n)
		}
	})
}

// eachFreeDistinct calls f with the free clauses of the same content that stands once in either text.
func (m *matcher) eachFreeDistinct(f func(o, n int)) {
	m.eachDistinct(func(o, n int) {
		if m.toOld[n] == none && m.toNew[o] == none {
			f(o, n)
		}
	})
}

// eachDistinct calls f with the clauses of the same content that stands once in either text.
func (m *matcher) eachDistinct(f func(o, n int)) {
	at := make(map[int32]int, len(m.oldHash))
	for o, s := range m.oldHash {
		at[s] = o
	}
	for n, s := range m.newHash {
		if o, ok := at[s]; ok && m.distinct(o, n) {
			f(o, n)
		}
	}
}

// onlyNumber tells whether a clause is a heading that has a number and no title.
func (t *Text) onlyNumber(i int) bool {
	if t.Clauses[i].Kind != Heading {
		return false
	}
	label, rest := headingLabel(openingWords(t.words[i]))
	return label != "" && rest == ""
}

// alignKids pairs children of paired clauses: first those of the same content, in order, then those moved among their
// siblings, then those of the same words, then headings by title, what stands under them and number. Because content is
// looked for under the same heading first, words that stand hundreds of times in a law find the right one of them.
func (m *matcher) alignKids(o, n int) {
	m.alignSame(o, n)
	m.alignWordsInPlace(m.freeOld(m.oldKids[o+1]), m.freeNew(m.newKids[n+1]))
	m.pairHeadings(m.freeOld(m.oldKids[o+1]), m.freeNew(m.newKids[n+1]))
}

// alignSame pairs children of the same content, but for headings that are only a number.
func (m *matcher) alignSame(o, n int) {
	a, x := m.telling(m.old, m.freeOld(m.oldKids[o+1]), m.oldSym)
	b, y := m.telling(m.new, m.freeNew(m.newKids[n+1]), m.newSym)
	if len(a) == 0 || len(b) == 0 {
		return
	}
	for _, r := range alignSymbols(x, y) {
		for i := range r.n {
			m.pair(a[r.a+i], b[r.b+i])
		}
	}
	m.alignMoved(m.freeOld(a), m.freeNew(b))
}

// telling keeps the clauses that say something, with their contents.
func (m *matcher) telling(t *Text, at []int, sym []int32) (kept []int, contents []int32) {
	for _, i := range at {
		if !t.onlyNumber(i) {
			kept, contents = append(kept, i), append(contents, sym[i])
		}
	}
	return kept, contents
}

// alignMoved pairs siblings of the same content in any order.
func (m *matcher) alignMoved(a, b []int) {
	if len(a) == 0 || len(b) == 0 {
		return
	}
	waiting := map[int32][]int{}
	for _, k := range a {
		waiting[m.oldSym[k]] = append(waiting[m.oldSym[k]], k)
	}
	for _, k := range b {
		if w := waiting[m.newSym[k]]; len(w) > 0 {
			waiting[m.newSym[k]] = w[1:]
			m.pair(w[0], k)
		}
	}
}

func (m *matcher) freeOld(at []int) []int { return unpaired(at, m.toNew) }
func (m *matcher) freeNew(at []int) []int { return unpaired(at, m.toOld) }

// unpaired keeps those clauses that have no pair yet.
func unpaired(at, to []int) []int {
	var out []int
	for _, i := range at {
		if to[i] == none {
			out = append(out, i)
		}
	}
	return out
}

// elsewhere pairs clauses of the same content under different parents. Only content that stands once in either text
// proves a move; from there it extends to neighbours that are the same too. Words of a formula that went from one section
// and came in another are not taken for a move: a comment on the one must not turn up at the other.
func (m *matcher) elsewhere() {
	m.eachFreeDistinct(m.pair)
	for n, o := range m.toOld {
		if o >= 0 && m.distinct(o, n) && m.oldHash[o] == m.newHash[n] && !m.samePlace(o, n) {
			m.extend(o, n, 1)
			m.extend(o, n, -1)
		}
	}
}

// samePlace tells whether two clauses stand under clauses that are a pair.
func (m *matcher) samePlace(o, n int) bool {
	p, q := m.old.Clauses[o].Parent, m.new.Clauses[n].Parent
	if p < 0 || q < 0 {
		return p == q
	}
	return m.toNew[p] == q
}

// distinct tells whether what clause o of the old text says and what clause n of the new says stand once in their texts.
func (m *matcher) distinct(o, n int) bool {
	return m.oldCount[m.oldHash[o]] == 1 && m.newCount[m.newHash[n]] == 1
}

// extend pairs the neighbours of a pair, in one direction, as long as they are unpaired and the same.
func (m *matcher) extend(o, n, step int) {
	for {
		o, n = o+step, n+step
		if o < 0 || n < 0 || o >= len(m.oldSym) || n >= len(m.newSym) ||
			m.toNew[o] != none || m.toOld[n] != none || m.oldSym[o] != m.newSym[n] {
			return
		}
		m.pair(o, n)
	}
}
