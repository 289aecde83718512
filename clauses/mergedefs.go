package clauses

import "strings"

// Link definitions and notes are merged by their labels, whatever clauses they stand between: each once, as the side has it
// that changed it.

// defKey names a definition in a merge.
type defKey struct {
	isNote bool
	label  string
}

// defSpot is a definition of a side: its place in defined, -1 for none.
type defSpot struct{ side, at int }

// definitions decides which definitions the result has.
func (m *merger) definitions() {
	m.wanted, m.defsAt = map[defKey]defSpot{}, [3]map[defKey]int{}
	for side, t := range m.side {
		m.defsAt[side] = map[defKey]int{}
		for i := range t.defined {
			if key := t.defined[i].key(); !hasKey(m.defsAt[side], key) {
				m.defsAt[side][key] = i
			}
		}
	}
	for _, side := range []int{ours, theirs} {
		for i := range m.side[side].defined {
			key := m.side[side].defined[i].key()
			if _, done := m.wanted[key]; done {
				continue
			}
			var says [3]string
			for s := range says {
				if at, ok := m.defsAt[s][key]; ok {
					says[s] = m.side[s].defined[at].says()
				}
			}
			from, ok := three(says[base], says[ours], says[theirs])
			if !ok {
				m.conflicts = append(m.conflicts, Conflict{Citation: key.String(), Base: says[base], Ours: says[ours], Theirs: says[theirs]})
			}
			at, there := m.defsAt[from][key]
			if !there {
				at = -1
			}
			m.wanted[key] = defSpot{from, at}
		}
	}
}

func (d *definition) key() defKey { return defKey{d.isNote, d.label} }

// String is how a text writes the label.
func (k defKey) String() string {
	if k.isNote {
		return "[^" + k.label + "]"
	}
	return "[" + k.label + "]"
}

// says is what a definition defines its label as.
func (d *definition) says() string {
	if d.isNote {
		return d.words + "\n"
	}
	return d.link.destination + "\n" + d.link.title
}

// defined gives bytes of a side's source in which each definition is as the result has it, and those are left out that it has
// not, or has already.
func (m *merger) defined(side, from, to int) string {
	t := m.side[side]
	var b strings.Builder
	for i := range t.defined {
		d := &t.defined[i]
		if d.start < from || d.end > to {
			continue
		}
		b.WriteString(t.Source[from:d.start])
		from = d.end
		key := d.key()
		if spot := m.wanted[key]; m.defsAt[side][key] == i && spot.at >= 0 && !m.written[key] {
			m.written[key] = true
			b.WriteString(m.rawDefinition(spot))
			continue
		}
		for strings.HasSuffix(b.String(), "\n\n") && from < to && t.Source[from] == '\n' {
			from++
		}
	}
	return b.String() + t.Source[from:to]
}

func (m *merger) rawDefinition(spot defSpot) string {
	d := &m.side[spot.side].defined[spot.at]
	return m.side[spot.side].Source[d.start:d.end]
}

// missing writes the definitions of the result that stand nowhere in it yet.
func (m *merger) missing(body string) string {
	var b strings.Builder
	for _, side := range []int{ours, theirs} {
		for i := range m.side[side].defined {
			d := &m.side[side].defined[i]
			key := d.key()
			spot := m.wanted[key]
			if spot.at < 0 || spot.side != side || m.defsAt[side][key] != i || m.written[key] {
				continue
			}
			m.written[key] = true
			if b.Len() == 0 {
				b.WriteString("\n")
			}
			if d.isNote {
				b.WriteString("\n" + d.noteSource())
				continue
			}
			b.WriteString("\n" + dedentLines(m.rawDefinition(spot), 16))
		}
	}
	if b.Len() == 0 {
		return body
	}
	return strings.TrimRight(body, " \t\n") + b.String() + "\n"
}

// definesSame tells whether a text has the definitions of the result.
func (m *merger) definesSame(t *Text) bool {
	have := map[defKey]string{}
	for i := range t.defined {
		if key := t.defined[i].key(); !hasKey(have, key) {
			have[key] = t.defined[i].says()
		}
	}
	for key, spot := range m.wanted {
		says, ok := have[key]
		if ok != (spot.at >= 0) || ok && says != m.side[spot.side].defined[spot.at].says() {
			return false
		}
		delete(have, key)
	}
	return len(have) == 0
}
