package clauses

import "strings"

// write gives the body of the result, every clause as its side wrote it, with the white space and thematic breaks that
// stood before it there.
func (m *merger) write() string {
	var b strings.Builder
	prev := m.first
	for e := m.first.next; e != nil; prev, e = e, e.next {
		b.WriteString(m.gap(prev, e))
		c := &m.side[e.side].Clauses[e.at]
		b.WriteString(m.side[e.side].Source[c.Start:c.End])
	}
	side, ok := three(m.tail(base), m.tail(ours), m.tail(theirs))
	if !ok {
		side = ours
	}
	from, to := m.tailOf(side)
	return strings.TrimRight(b.String()+m.defined(side, from, to), " \t\n") + "\n"
}

// tail is what stands after the last clause of a side.
func (m *merger) tail(side int) string {
	from, to := m.tailOf(side)
	return m.side[side].Source[from:to]
}

func (m *merger) tailOf(side int) (from, to int) {
	t := m.side[side]
	if from = t.body; len(t.Clauses) > 0 {
		from = t.Clauses[len(t.Clauses)-1].End
	}
	return from, len(t.Source)
}

// sourceGap is what stands before clause i of a side.
func (m *merger) sourceGap(side, i int) string {
	from, to := m.gapOf(side, i)
	return m.side[side].Source[from:to]
}

func (m *merger) gapOf(side, i int) (from, to int) {
	t := m.side[side]
	if from = t.body; i > 0 {
		from = t.Clauses[i-1].End
	}
	return from, t.Clauses[i].Start
}

// gap gives what stands between two clauses of the result. Where the two were neighbours already it is what stood there;
// else what stood before the second, made wide enough that the two cannot run into one another.
func (m *merger) gap(prev, e *entry) string {
	var gaps [3]string
	var known [3]bool
	for side := range gaps {
		if i := m.find(side, e.id); i >= 0 && m.before(side, e.id) == prev.id {
			gaps[side], known[side] = m.sourceGap(side, i), true
		}
	}
	switch {
	case known[ours] && known[theirs] && known[base] && gaps[ours] == gaps[base]:
		return m.definedGap(theirs, e.id)
	case known[ours]:
		return m.definedGap(ours, e.id)
	case known[theirs]:
		return m.definedGap(theirs, e.id)
	}
	gap := m.definedGap(e.side, e.id)
	indent := gap[strings.LastIndexByte(gap, '\n')+1:]
	if prev == m.first {
		return strings.TrimLeft(gap, "\n")
	}
	items := m.side[e.side].Clauses[e.at].Kind == Item && m.side[prev.side].Clauses[prev.at].Kind == Item
	switch {
	case items && strings.Contains(gap, "\n"), strings.HasPrefix(gap, "\n\n"):
		return gap
	case strings.TrimSpace(gap) != "":
		return "\n\n" + strings.TrimLeft(gap, "\n")
	}
	return "\n\n" + indent
}

// definedGap is what stands before a clause on a side, with the definitions of the result.
func (m *merger) definedGap(side int, id string) string {
	from, to := m.gapOf(side, m.find(side, id))
	return m.defined(side, from, to)
}

// writePlainly gives the body of the result written anew from the words of its clauses, for when the pieces as they were
// written do not fit together: an item indented otherwise than its neighbours, a block that ran to the end of its source.
func (m *merger) writePlainly() string {
	var b strings.Builder
	var indents []int // of the content of the open items, by level
	var prev *Clause
	for e := m.first.next; e != nil; e = e.next {
		t := m.side[e.side]
		c := &t.Clauses[e.at]
		depth := 0
		switch {
		case c.Kind == Item:
			depth = c.Level - 1
		case c.Parent >= 0 && t.Clauses[c.Parent].Kind == Item:
			depth = t.Clauses[c.Parent].Level
		}
		indents = indents[:min(depth, len(indents))]
		indent := 0
		if len(indents) > 0 {
			indent = indents[len(indents)-1]
		}
		mark := ""
		if c.Kind == Item {
			mark = itemMark(t.inside[e.at])
			indents = append(indents, indent+len(mark))
		}
		if prev != nil {
			b.WriteString("\n")
			if c.Kind != Item || prev.Kind != Item || !t.inside[e.at].tight {
				b.WriteString("\n")
			}
		}
		words := t.words[e.at]
		if c.Kind == Heading {
			words = withID(words, t.Source[c.Start:c.End])
		}
		b.WriteString(indentedItem(mark, words, indent))
		prev = c
	}
	return b.String() + "\n"
}

func itemMark(in itemMarks) string {
	if in.ordered {
		return in.mark()
	}
	return string(in.delim) + " "
}

// withID puts a heading's explicit ID back after its words.
func withID(words, raw string) string {
	for line := range strings.SplitSeq(raw, "\n") {
		if m := trailingBraces.FindString(strings.TrimRight(line, " \t#")); strings.Contains(m, "{#") {
			return words + " " + m[strings.IndexByte(m, '{'):]
		}
	}
	return words
}

// indentedItem writes words after an item's mark, or after none, with further lines below their beginning.
func indentedItem(mark, words string, indent int) string {
	first := strings.Repeat(" ", indent)
	rest := "\n" + strings.Repeat(" ", indent+len(mark))
	return strings.TrimRight(first+mark+strings.ReplaceAll(words, "\n", rest), " ")
}
