package clauses

// Arrivals lists the contents that clauses of child have and none of parent has: what came, or came back. Each is listed once.
func Arrivals(parent, child *Text) (contents []Hash) {
	known := make(map[Hash]bool, len(parent.Clauses))
	for i := range parent.Clauses {
		known[parent.Clauses[i].Hash] = true
	}
	for i := range child.Clauses {
		if h := child.Clauses[i].Hash; !known[h] {
			known[h] = true
			contents = append(contents, h)
		}
	}
	return contents
}

// TakeBack gives clauses of child that parent has not the identity that they had in an earlier text, as Identify does. It is
// for a text that was made of its parent otherwise than by Identify, which keeps the identities it has.
func TakeBack(parent, child *Text, earlier ...*Text) {
	if len(earlier) == 0 {
		return
	}
	at := parent.Clauses.indexes()
	for i := range child.Clauses {
		if c := &child.Clauses[i]; c.Kind != Heading { // whose own name the source may give
			if _, stays := at[c.ID]; !stays {
				c.ID = ""
			}
		}
	}
	Identify(parent, child, earlier...)
}

// takeBack gives clauses that come back the identity that they had in an earlier text of the line, newest first: what was
// away for a revision is itself again. Words prove it that stand once in either text; inPlace, also words that stand under
// a clause where they stood before, however often they are said elsewhere.
//
// A clause that the parent has too, with other words that go, becomes its former self again.
func (m *matcher) takeBack(earlier []*Text, inPlace bool) {
	for _, old := range earlier {
		r := m.returning(old)
		r.anchor()
		if inPlace {
			r.alignStanding()
		}
		for n, o := range r.toOld {
			if o >= 0 && m.toOld[n] == none {
				m.settleReturned(old.Clauses[o].ID, n)
			}
		}
	}
}

// identity is the ID that clause n of the new text is to have, "" where it isn't known yet.
func (m *matcher) identity(n int) string {
	if p := m.toOld[n]; p >= 0 {
		return m.old.Clauses[p].ID
	}
	return m.back[n]
}

// settleReturned gives clause n of the new text an identity of an earlier one.
func (m *matcher) settleReturned(id string, n int) {
	if p, ok := m.at[id]; ok {
		m.pair(p, n)
		return
	}
	m.toOld[n] = returned
	m.back[n] = id
	m.taken[id] = true
}

// returning compares an earlier text with the new one, where only what may come back is free.
func (m *matcher) returning(old *Text) *matcher {
	r := newMatcher(old, m.new)
	for o := range old.Clauses {
		if id := old.Clauses[o].ID; m.taken[id] || m.staysElsewhere(id) {
			r.toNew[o] = returned
		}
	}
	for n, p := range m.toOld {
		if o, ok := r.at[m.identity(n)]; ok {
			r.toNew[o], r.toOld[n] = n, o
		} else if p != none {
			r.toOld[n] = returned
		}
	}
	return r
}

// staysElsewhere tells whether the parent has a clause that doesn't go.
func (m *matcher) staysElsewhere(id string) bool {
	p, ok := m.at[id]
	return ok && (m.toNew[p] != none || m.newCount[m.oldHash[p]] > 0)
}

// alignStanding pairs what is free and the same under clauses that are pairs already, and over them.
func (m *matcher) alignStanding() {
	m.alignSame(-1, -1)
	for n, o := range m.toOld {
		if o >= 0 {
			m.alignSame(o, n)
		}
	}
	for len(m.queue) > 0 {
		next := m.queue[0]
		m.queue = m.queue[1:]
		m.alignSame(next[0], next[1])
	}
	for n := len(m.toOld) - 1; n >= 0; n-- {
		if m.toOld[n] < 0 {
			continue
		}
		p, q := m.old.Clauses[m.toOld[n]].Parent, m.new.Clauses[n].Parent
		if p >= 0 && q >= 0 && m.toNew[p] == none && m.toOld[q] == none && m.oldHash[p] == m.newHash[q] {
			m.toNew[p], m.toOld[q] = q, p
		}
	}
}
