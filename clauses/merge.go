package clauses

import "strings"

// Conflict is a clause that two revisions of one base changed differently, with its words in all three; words are empty
// where the clause is not there. ClauseID is empty when what conflicts is no clause: Citation then says what it is.
type Conflict struct {
	ClauseID string `json:"clauseId"`
	Citation string `json:"citation"`
	Base     string `json:"base"`
	Ours     string `json:"ours"`
	Theirs   string `json:"theirs"`
}

// Merge joins two revisions made from one base, all three identified. Changes to different clauses merge by themselves; of
// two clauses added at one place, ours comes first. Conflicts are: a clause changed on both sides to different words, one
// changed here and removed there, one moved to two places, a clause added or changed under a heading or item that the
// other side removed, and front matter or a definition of a link or note changed on both sides. Without conflicts the source is Markdown that parses to
// exactly the clauses chosen; with conflicts it is empty.
func Merge(base, ours, theirs *Text) (source string, conflicts []Conflict) {
	switch base.Source {
	case ours.Source:
		return theirs.Source, nil
	case theirs.Source:
		return ours.Source, nil
	}
	if ours.Source == theirs.Source {
		return ours.Source, nil
	}
	m := newMerger(base, ours, theirs)
	front := m.front()
	m.definitions()
	m.choose()
	m.order()
	if len(m.conflicts) > 0 {
		return "", m.conflicts
	}
	for _, body := range []func() string{m.write, m.writePlainly} {
		m.written = map[defKey]bool{}
		source = front + m.missing(body())
		if m.reads(source) {
			return source, nil
		}
	}
	return "", m.conflicts
}

// merger merges. Sides are 0 base, 1 ours, 2 theirs.
type merger struct {
	side      [3]*Text
	at        [3]map[string]int // ID -> index
	chosen    map[string]int    // ID -> side whose words the result takes; a clause not in it goes
	first     *entry            // the result, in order, after a head that is no clause
	entries   map[string]*entry
	conflicts []Conflict
	failed    map[string]bool // IDs already in conflicts
	wanted    map[defKey]defSpot
	defsAt    [3]map[defKey]int
	written   map[defKey]bool // definitions that the result has so far
}

// entry is a clause of the result: clause at of side.
type entry struct {
	id         string
	side, at   int
	added      bool // by ours
	prev, next *entry
}

const (
	base = iota
	ours
	theirs
)

func newMerger(texts ...*Text) *merger {
	m := &merger{chosen: map[string]int{}, entries: map[string]*entry{}, failed: map[string]bool{}, first: &entry{}}
	for s, t := range texts {
		m.side[s], m.at[s] = t, t.Clauses.indexes()
	}
	return m
}

// find gives the index of a clause on a side, or -1.
func (m *merger) find(side int, id string) int {
	if i, ok := m.at[side][id]; ok {
		return i
	}
	return -1
}

// conflict records a clause as one, once.
func (m *merger) conflict(id string) {
	if m.failed[id] {
		return
	}
	m.failed[id] = true
	c := Conflict{ClauseID: id}
	for _, side := range []int{base, theirs, ours} { // ours has the last word on the citation
		i := m.find(side, id)
		if i < 0 {
			continue
		}
		t := m.side[side]
		c.Citation = t.Clauses[i].Citation
		*[]*string{&c.Base, &c.Ours, &c.Theirs}[side] = t.Words(i)
	}
	m.conflicts = append(m.conflicts, c)
}

// three decides between three values: the one that changed, or ours when both changed to the same.
func three[T comparable](b, o, t T) (side int, ok bool) {
	switch {
	case t == b || o == t:
		return ours, true
	case o == b:
		return theirs, true
	}
	return base, false
}

// front gives the front matter of the result, as it stands in a source.
func (m *merger) front() string {
	var f [3]string
	for s, t := range m.side {
		f[s] = t.Source[:t.body]
	}
	side, ok := three(f[base], f[ours], f[theirs])
	if !ok {
		m.conflicts = append(m.conflicts, Conflict{Citation: "front matter", Base: f[base], Ours: f[ours], Theirs: f[theirs]})
	}
	return f[side]
}

// choose decides for every clause whether it stays and whose words it has.
func (m *merger) choose() {
	for _, side := range []int{ours, theirs, base} {
		for i := range m.side[side].Clauses {
			id := m.side[side].Clauses[i].ID
			if _, done := m.chosen[id]; !done && !m.failed[id] {
				m.chooseOne(id)
			}
		}
	}
	for id, side := range m.chosen {
		if side < 0 {
			delete(m.chosen, id)
		}
	}
	for _, side := range []int{ours, theirs} { // in document order, so that conflicts come in it
		for i := range m.side[side].Clauses {
			m.checkParent(side, i)
		}
	}
}

// chooseOne decides for one clause: it goes, stays as one side has it, or is a conflict.
func (m *merger) chooseOne(id string) {
	var hash [3]Hash // zero: not there
	for side := range hash {
		if i := m.find(side, id); i >= 0 {
			hash[side] = m.side[side].Clauses[i].Hash
		}
	}
	side, ok := three(hash[base], hash[ours], hash[theirs])
	switch {
	case !ok:
		m.conflict(id)
	case hash[side].IsZero():
		m.chosen[id] = -1
	case side == ours && hash[ours] == hash[base] && m.raw(ours, id) == m.raw(base, id):
		m.chosen[id] = theirs // same words, but perhaps wrapped anew there
	default:
		m.chosen[id] = side
	}
}

// raw gives a clause as it stands in the source of a side, "" where it isn't there.
func (m *merger) raw(side int, id string) string {
	i := m.find(side, id)
	if i < 0 {
		return ""
	}
	c := &m.side[side].Clauses[i]
	return m.side[side].Source[c.Start:c.End]
}

// checkParent refuses a clause that one side added or changed under a parent that the other side removed: where it should
// stand is for people to say.
func (m *merger) checkParent(side, i int) {
	t := m.side[side]
	c := &t.Clauses[i]
	if _, stays := m.chosen[c.ID]; !stays || c.Parent < 0 {
		return
	}
	if _, stays := m.chosen[t.Clauses[c.Parent].ID]; stays {
		return
	}
	if b := m.find(base, c.ID); b < 0 || m.side[base].Clauses[b].Hash != c.Hash {
		m.conflict(c.ID)
	}
}

// order puts the clauses that stay in order: that of ours, into which come the clauses that theirs added or moved, each
// after the clause that it follows in theirs.
func (m *merger) order() {
	last := m.first
	for i := range m.side[ours].Clauses {
		id := m.side[ours].Clauses[i].ID
		if _, stays := m.chosen[id]; stays {
			last = m.insert(last, id)
			last.added = m.find(base, id) < 0
		}
	}
	movedOurs, movedTheirs := m.moved(ours), m.moved(theirs)
	for i := range m.side[theirs].Clauses {
		id := m.side[theirs].Clauses[i].ID
		if _, stays := m.chosen[id]; !stays {
			continue
		}
		e := m.entries[id]
		switch {
		case e == nil:
			m.insert(m.placeFor(i), id)
		case movedTheirs[id] && movedOurs[id]:
			if m.before(ours, id) != m.before(theirs, id) {
				m.conflict(id)
			}
		case movedTheirs[id]:
			m.unlink(e)
			m.insert(m.placeFor(i), id)
		}
	}
}

func (m *merger) insert(after *entry, id string) *entry {
	side := m.chosen[id]
	e := &entry{id: id, side: side, at: m.find(side, id), prev: after, next: after.next}
	if after.next != nil {
		after.next.prev = e
	}
	after.next = e
	m.entries[id] = e
	return e
}

func (m *merger) unlink(e *entry) {
	e.prev.next = e.next
	if e.next != nil {
		e.next.prev = e.prev
	}
	delete(m.entries, e.id)
}

// placeFor finds after what clause i of theirs goes: the nearest clause before it in theirs that is in the result, and
// what ours added there, unless that opens a section that the clause would slip into.
func (m *merger) placeFor(i int) *entry {
	t := m.side[theirs]
	place := m.first
	for j := i - 1; j >= 0; j-- {
		if e := m.entries[t.Clauses[j].ID]; e != nil {
			place = e
			break
		}
	}
	heading := t.Clauses[i].Kind == Heading
	for next := place.next; next != nil && next.added && m.find(theirs, next.id) < 0; next = next.next {
		c := &m.side[ours].Clauses[m.find(ours, next.id)]
		if c.Kind == Heading && (!heading || c.Level < t.Clauses[i].Level) {
			break
		}
		place = next
	}
	return place
}

// moved tells which clauses of the base a side moved: those out of the longest run in the old order.
func (m *merger) moved(side int) map[string]bool {
	var ids []string
	var seq []int
	for i := range m.side[side].Clauses {
		id := m.side[side].Clauses[i].ID
		if b := m.find(base, id); b >= 0 {
			ids, seq = append(ids, id), append(seq, b)
		}
	}
	moved := map[string]bool{}
	for i, in := range longestIncreasing(seq) {
		if !in {
			moved[ids[i]] = true
		}
	}
	return moved
}

// before is the ID of the clause in front of one, "" at the beginning.
func (m *merger) before(side int, id string) string {
	if i := m.find(side, id); i > 0 {
		return m.side[side].Clauses[i-1].ID
	}
	return ""
}

// reads tells whether a source parses to the clauses of the result; where it does not, the first that differs becomes a
// conflict.
func (m *merger) reads(source string) bool {
	m.conflicts, m.failed = nil, map[string]bool{}
	t, err := Parse([]byte(source), Limits{})
	if err != nil {
		m.conflicts = append(m.conflicts, Conflict{Citation: "the whole text", Base: m.side[base].Source,
			Ours: m.side[ours].Source, Theirs: m.side[theirs].Source})
		return false
	}
	i := 0
	for e := m.first.next; e != nil; e = e.next {
		if i >= len(t.Clauses) || t.Clauses[i].Hash != m.side[e.side].Clauses[e.at].Hash {
			m.conflict(e.id)
			return false
		}
		i++
	}
	if i < len(t.Clauses) || !m.definesSame(t) {
		m.conflict(m.lastID())
		return false
	}
	return strings.HasSuffix(source, "\n")
}

func (m *merger) lastID() string {
	id := ""
	for e := m.first.next; e != nil; e = e.next {
		id = e.id
	}
	return id
}
