package clauses

import "strings"

// around gives the part of a text on which it depends whether a proposal can be carried out: the blocks that it is about, and one
// before and after them. What stands further off isn't changed by words that stand by themselves here.
// It gives the whole where the part doesn't read as it does there.
func (t *Text) around(p Proposal) *Text {
	i := max(0, t.Clauses.Index(p.ClauseID))
	from, to := t.blockBefore(i), t.endOf(i)
	switch {
	case p.ClauseID == "":
		to = 0
	case t.Clauses[i].Kind == Heading && p.Kind != StrikeOut:
		to = i + 1
	}
	from = t.blockBefore(from - 1)
	to = t.blockAfter(t.blockAfter(to) + 1)
	start, end := t.body, len(t.Source)
	if from > 0 {
		start = t.lineStart(t.Clauses[from].Start)
	}
	if to < len(t.Clauses) {
		end = t.lineStart(t.Clauses[to].Start)
	}
	if source := t.Source[start:end]; !strings.HasPrefix(source, "---") {
		if part, err := Parse([]byte(source), Limits{}); err == nil && part.takeIDs(t, from, to) {
			return part
		}
	}
	return t
}

// blockBefore is the last clause up to i that stands in no item, 0 before all.
func (t *Text) blockBefore(i int) int {
	for i > 0 && t.inItem(i) {
		i--
	}
	return max(0, i)
}

// blockAfter is the first clause from i on that stands in no item.
func (t *Text) blockAfter(i int) int {
	for i < len(t.Clauses) && t.inItem(i) {
		i++
	}
	return min(i, len(t.Clauses))
}

// takeIDs gives a part of a text the identities of its clauses there, if it has the same.
func (t *Text) takeIDs(whole *Text, from, to int) bool {
	if len(t.Clauses) != to-from {
		return false
	}
	ids := make([]string, to-from)
	for i := range ids {
		a, b := &t.Clauses[i], &whole.Clauses[from+i]
		if a.Kind != b.Kind || a.Level != b.Level || t.sameness(i) != whole.sameness(from+i) {
			return false
		}
		ids[i] = b.ID
	}
	return t.SetIDs(ids) == nil
}
