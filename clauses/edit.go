package clauses

import "slices"

// edit is a change of one place of a text: clauses that stand together give way to others, and all else stays as it is.
type edit struct {
	text     *Text
	at, drop int        // text.Clauses[at:at+drop] give way
	add      []addition // to these
	keeps    bool       // the first addition has the identity, the mark and the place of the clause at at
	beside   int        // the clause after which additions stand, -1 at the beginning of the text
	source   string     // the text that comes of it
}

// addition is a clause that an edit puts in.
type addition struct {
	kind   Kind
	level  int    // of a heading
	parent int    // among the additions, -1 for none of them
	words  string // as Text.Words
}

// apply reads the text that comes of an edit. It refuses one in which anything else is different.
func (e *edit) apply() (*Text, error) {
	next, err := Parse([]byte(e.source), Limits{})
	if err != nil {
		return nil, err
	}
	if source := withoutOrphans(e.text, next); source != next.Source {
		if next, err = Parse([]byte(source), Limits{}); err != nil {
			return nil, err
		}
	}
	if !e.fits(next) {
		return nil, badWords("don't stand by themselves where the clause stands: they would change what is around it")
	}
	e.identify(next)
	return next, nil
}

// fits says whether a text differs from the one before in nothing but what the edit is about.
func (e *edit) fits(next *Text) bool {
	if len(next.Clauses) != len(e.text.Clauses)+e.shift() || next.Source[:next.body] != e.text.Source[:e.text.body] {
		return false
	}
	for i := range next.Clauses {
		if n := i - e.at; n >= 0 && n < len(e.add) {
			if !e.fitsAddition(next, n) {
				return false
			}
		} else if !e.fitsOld(next, i) {
			return false
		}
	}
	return true
}

// shift is by how much later clauses move on.
func (e *edit) shift() int { return len(e.add) - e.drop }

// old is the index that clause i of the new text had, where it isn't an addition.
func (e *edit) old(i int) int {
	if i < e.at {
		return i
	}
	return i - e.shift()
}

// moved is the index that a clause of the old text has in the new one.
func (e *edit) moved(was int) int {
	if was < e.at || e.keeps && was == e.at {
		return was
	}
	return was + e.shift()
}

// fitsOld says whether a clause that the edit isn't about is what it was.
func (e *edit) fitsOld(next *Text, i int) bool {
	was := e.old(i)
	c, old := &next.Clauses[i], &e.text.Clauses[was]
	return c.Kind == old.Kind && c.Level == old.Level && c.Hash == old.Hash && c.Parent == e.moved(old.Parent) &&
		e.sameMark(next.inside[i], e.text.inside[was])
}

// sameMark says whether an item is marked as before. Those of the list that an edit puts an item into, or takes one out of,
// may count on.
func (e *edit) sameMark(a, b itemMarks) bool {
	counts := e.keeps || b.list == 0 || b.list != e.list()
	return a.ordered == b.ordered && a.delim == b.delim && (!counts || a.itemNumber == b.itemNumber)
}

// list is the list that the edit takes place in, 0 for none.
func (e *edit) list() int {
	switch {
	case e.drop > 0:
		return e.text.inside[e.at].list
	case e.beside >= 0:
		return e.text.inside[e.beside].list
	}
	return 0
}

// fitsAddition says whether the n-th addition became what it was read as.
func (e *edit) fitsAddition(next *Text, n int) bool {
	i, a := e.at+n, &e.add[n]
	c := &next.Clauses[i]
	if c.Kind != a.kind || c.Kind == Heading && c.Level != a.level || next.words[i] != a.words {
		return false
	}
	switch {
	case e.keeps && n == 0:
		old := &e.text.Clauses[e.at]
		return c.Level == old.Level && c.Parent == old.Parent && e.sameMark(next.inside[i], e.text.inside[e.at])
	case e.keeps:
		return c.Parent == e.text.Clauses[e.at].Parent
	case a.parent >= 0:
		return c.Parent == e.at+a.parent
	case e.beside < 0:
		return c.Parent < 0
	case e.text.inItem(e.beside) && (a.kind == Item || a.kind == Paragraph && c.Parent >= 0 && next.Clauses[c.Parent].Kind == Item):
		old := &e.text.Clauses[e.beside]
		return c.Parent == old.Parent && (a.kind != Item || c.Level == old.Level && e.sameMark(next.inside[i], e.text.inside[e.beside]))
	}
	return c.Parent == e.beside || slices.Contains(e.text.ancestors(e.beside), c.Parent)
}

// ancestors lists what a clause stands under, up to -1.
func (t *Text) ancestors(i int) (list []int) {
	for i >= 0 {
		i = t.Clauses[i].Parent
		list = append(list, i)
	}
	return list
}

// inItem says whether a clause is an item or stands in one.
func (t *Text) inItem(i int) bool {
	for ; i >= 0; i = t.Clauses[i].Parent {
		if t.Clauses[i].Kind == Item {
			return true
		}
	}
	return false
}

// endOf is the index after a clause and all that stands under it.
func (t *Text) endOf(i int) int {
	end := i + 1
	for end < len(t.Clauses) && slices.Contains(t.ancestors(end), i) {
		end++
	}
	return end
}

// identify gives the clauses the identities they had, and additions new ones.
func (e *edit) identify(next *Text) {
	used := make(map[string]bool, len(next.Clauses))
	for i := range e.text.Clauses {
		used[e.text.Clauses[i].ID] = true
	}
	for i := range next.Clauses {
		if n := i - e.at; n < 0 || n >= len(e.add) {
			next.Clauses[i].ID = e.text.Clauses[e.old(i)].ID
		}
	}
	if e.keeps {
		next.Clauses[e.at].ID = e.text.Clauses[e.at].ID
	}
	nameClauses(next, e.text.Root, used)
	next.seal()
}
