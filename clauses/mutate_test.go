package clauses

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// A block is a clause of a text that is made to be changed: what it says, and which it is.
type block struct {
	truth int // the same in both texts where it is the same clause; negative where it is new
	words string
}

// A section is a heading with what stands under it.
type section struct {
	truth  int
	level  int
	number int // 0: none
	title  string
	blocks []block
}

// A draft is a text in the hands of a drafter who keeps account of what is what.
type draft struct {
	style    string // how numbers are written, "" for none
	sections []section
	next     int
	random   *rand.Rand
}

// draftOf makes a draft of the sections of a text: its titles and paragraphs, without their numbers.
func draftOf(t *Text) *draft {
	d := &draft{next: 1}
	for i := range t.Clauses {
		c := &t.Clauses[i]
		words := t.Words(i)
		switch {
		case c.Kind == Heading && i > 0:
			_, title := headingLabel(openingWords(words))
			d.sections = append(d.sections, section{truth: d.fresh(), level: 2, number: len(d.sections) + 1, title: title})
		case (c.Kind == Paragraph || c.Kind == Item) && len(d.sections) > 0:
			if w := unnumbered(words); len(w) > 20 && !strings.ContainsAny(w, "|<[\n") && onlyParagraph(w) {
				s := &d.sections[len(d.sections)-1]
				s.blocks = append(s.blocks, block{d.fresh(), w})
			}
		}
	}
	kept := d.sections[:0]
	for _, s := range d.sections {
		if len(s.blocks) > 0 && s.title != "" {
			kept = append(kept, s)
		}
	}
	d.sections = kept[:min(len(kept), 60)] // more than are compared each with each
	return d
}

// onlyParagraph tells whether words are a paragraph and nothing else when they stand alone.
func onlyParagraph(words string) bool {
	t, err := Parse([]byte(words+"\n"), Limits{})
	return err == nil && len(t.Clauses) == 1 && t.Clauses[0].Kind == Paragraph && t.words[0] == words
}

func (d *draft) fresh() int { d.next++; return d.next }

// clone is a copy of the draft to be changed.
func (d *draft) clone() *draft {
	c := *d
	c.sections = nil
	for _, s := range d.sections {
		s.blocks = append([]block(nil), s.blocks...)
		c.sections = append(c.sections, s)
	}
	return &c
}

// write gives the source and which clause is which.
func (d *draft) write() (source string, truth []int) {
	var b strings.Builder
	b.WriteString("# Text\n\n")
	truth = append(truth, 0)
	for i, s := range d.sections {
		head := s.title
		if d.style != "" {
			head = strings.TrimSpace(fmt.Sprintf(d.style, i+1) + " " + s.title)
		}
		fmt.Fprintf(&b, "%s %s\n\n", strings.Repeat("#", s.level), head)
		truth = append(truth, s.truth)
		for _, k := range s.blocks {
			b.WriteString(k.words + "\n\n")
			truth = append(truth, k.truth)
		}
	}
	return b.String(), truth
}

// any picks a section with at least n blocks.
func (d *draft) any(n int) int {
	for range 200 {
		if i := d.random.IntN(len(d.sections)); len(d.sections[i].blocks) >= n {
			return i
		}
	}
	return -1
}

var otherWords = strings.Fields("harbour ledger quartz meadow violin copper lantern orchard signal tunnel velvet walnut anchor basket canvas dragon engine falcon garden hammer")

// edit replaces a share of the words, at least one.
func (d *draft) edit(words string, share float64) string {
	parts := wordSegments(words)
	var at []int
	for i, p := range parts {
		if isWord(p) {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return words
	}
	for range max(1, int(share*float64(len(at)))) {
		parts[at[d.random.IntN(len(at))]] = d.other(parts[at[0]])
	}
	return strings.Join(parts, "")
}

// other is a word that isn't in the text, of the same script.
func (d *draft) other(like string) string {
	if r := []rune(like)[0]; classOf(r) == classAlone {
		return string(r + rune(1+d.random.IntN(40)))
	}
	return otherWords[d.random.IntN(len(otherWords))]
}

// something is a new paragraph made of words that stand in the text, so that it isn't wholly unlike.
func (d *draft) something() string {
	words := []string{"It"}
	for range 8 {
		s := d.sections[d.random.IntN(len(d.sections))]
		var list []string
		for _, w := range wordSegments(s.blocks[d.random.IntN(len(s.blocks))].words) {
			if isWord(w) {
				list = append(list, w)
			}
		}
		words = append(words, list[d.random.IntN(len(list))], d.other(list[0]))
	}
	return strings.Join(words, " ")
}

func (d *draft) insertSection(at int) {
	s := section{truth: -d.fresh(), level: 2, title: d.edit(d.sections[at].title, 1) + " " + d.other("a"), blocks: []block{{-d.fresh(), d.something()}}}
	d.sections = append(d.sections[:at], append([]section{s}, d.sections[at:]...)...)
}

// take removes block j of section i and gives it.
func (d *draft) take(i, j int) block {
	s := &d.sections[i]
	b := s.blocks[j]
	s.blocks = append(s.blocks[:j:j], s.blocks[j+1:]...)
	return b
}

func (d *draft) put(i, j int, b block) {
	s := &d.sections[i]
	s.blocks = append(s.blocks[:j:j], append([]block{b}, s.blocks[j:]...)...)
}

func (d *draft) editSection(i int, share float64) {
	for j := range d.sections[i].blocks {
		d.sections[i].blocks[j].words = d.edit(d.sections[i].blocks[j].words, share)
	}
}

// letters numbers the blocks of a section "(1)", "(2)", ….
func (d *draft) numbered(i int) {
	for j := range d.sections[i].blocks {
		b := &d.sections[i].blocks[j]
		b.words = fmt.Sprintf("(%d) %s", j+1, unnumbered(b.words))
	}
}

// A mutation is one thing that drafters do. before, where it is there, prepares both texts.
type mutation struct {
	name   string
	style  string
	before func(d *draft)
	change func(d *draft) bool
}

var mutations = []mutation{
	{"a third of the words edited", "§ %d", nil, func(d *draft) bool {
		for range 3 {
			i := d.any(1)
			j := d.random.IntN(len(d.sections[i].blocks))
			d.sections[i].blocks[j].words = d.edit(d.sections[i].blocks[j].words, 0.33)
		}
		return true
	}},
	{"a paragraph inserted", "§ %d", nil, func(d *draft) bool {
		i := d.any(1)
		d.put(i, d.random.IntN(len(d.sections[i].blocks)+1), block{-d.fresh(), d.something()})
		return true
	}},
	{"two paragraphs swapped", "§ %d", nil, func(d *draft) bool {
		i := d.any(2)
		if i < 0 {
			return false
		}
		j := d.random.IntN(len(d.sections[i].blocks) - 1)
		d.put(i, j, d.take(i, j+1))
		return true
	}},
	{"a section moved", "", nil, func(d *draft) bool {
		from, to := d.any(1), d.random.IntN(len(d.sections)-1)
		s := d.sections[from]
		d.sections = append(d.sections[:from:from], d.sections[from+1:]...)
		d.sections = append(d.sections[:to:to], append([]section{s}, d.sections[to:]...)...)
		return true
	}},
	{"a section moved, the rest renumbered", "§ %d", nil, func(d *draft) bool {
		from, to := d.any(1), d.random.IntN(len(d.sections)-1)
		s := d.sections[from]
		d.sections = append(d.sections[:from:from], d.sections[from+1:]...)
		d.sections = append(d.sections[:to:to], append([]section{s}, d.sections[to:]...)...)
		return true
	}},
	{"a paragraph moved", "§ %d", nil, func(d *draft) bool {
		i, to := d.any(1), d.any(1)
		b := d.take(i, d.random.IntN(len(d.sections[i].blocks)))
		d.put(to, d.random.IntN(len(d.sections[to].blocks)+1), b)
		return true
	}},
	{"a paragraph moved, one word changed", "§ %d", nil, func(d *draft) bool {
		i, to := d.any(1), d.any(1)
		b := d.take(i, d.random.IntN(len(d.sections[i].blocks)))
		b.words = d.edit(b.words, 0)
		d.put(to, d.random.IntN(len(d.sections[to].blocks)+1), b)
		return true
	}},
	{"a near-copy inserted", "§ %d", nil, func(d *draft) bool {
		i := d.any(1)
		j := d.random.IntN(len(d.sections[i].blocks))
		d.put(i, j+d.random.IntN(2), block{-d.fresh(), d.edit(d.sections[i].blocks[j].words, 0)})
		return true
	}},
	{"§ inserted, renumbered", "§ %d.", nil, func(d *draft) bool {
		d.insertSection(d.random.IntN(len(d.sections)))
		return true
	}},
	{"§ inserted, renumbered and edited", "§ %d.", nil, insertedAndEdited},
	{"Art. inserted, renumbered and edited", "Art. %d", nil, insertedAndEdited},
	{"number-only articles, one inserted", "Art. %d", untitled, func(d *draft) bool {
		i := d.random.IntN(len(d.sections))
		d.insertSection(i)
		d.sections[i].title = ""
		return true
	}},
	{"number-only articles, inserted and edited", "Art. %d", untitled, func(d *draft) bool {
		i := d.random.IntN(len(d.sections))
		d.insertSection(i)
		d.sections[i].title = ""
		for k := i + 1; k < min(i+7, len(d.sections)); k++ {
			d.editSection(k, 0.1)
		}
		return true
	}},
	{"number-only articles, one taken out", "Art. %d", untitled, func(d *draft) bool {
		i := d.random.IntN(len(d.sections))
		d.sections = append(d.sections[:i:i], d.sections[i+1:]...)
		return true
	}},
	{"title's case and a word of the body", "", nil, func(d *draft) bool {
		s := &d.sections[d.any(1)]
		s.title = strings.ToUpper(s.title)
		s.blocks[0].words = d.edit(s.blocks[0].words, 0)
		return true
	}},
	{"a word of the title and a tenth of the body", "", nil, func(d *draft) bool {
		i := d.any(1)
		if len(strings.Fields(d.sections[i].title)) < 2 {
			return false
		}
		d.sections[i].title = d.edit(d.sections[i].title, 0)
		d.editSection(i, 0.1)
		return true
	}},
	{"a title replaced, its body edited", "§ %d", nil, func(d *draft) bool {
		i := d.any(1)
		d.sections[i].title = "Lantern orchard"
		d.editSection(i, 0.1)
		return true
	}},
	{"one level deeper", "", nil, func(d *draft) bool {
		i := d.random.IntN(len(d.sections))
		d.sections[i].level = 3
		return i > 0
	}},
	{"under a new heading, one level deeper, edited", "", nil, func(d *draft) bool {
		i := d.any(1)
		d.sections[i].level = 3
		d.sections[i].blocks[0].words = d.edit(d.sections[i].blocks[0].words, 0.1)
		s := section{truth: -d.fresh(), level: 2, title: "Orchard"}
		d.sections = append(d.sections[:i:i], append([]section{s}, d.sections[i:]...)...)
		return true
	}},
	{"(n) inserted, the rest renumbered", "§ %d", allNumbered, func(d *draft) bool {
		i := d.any(2)
		if i < 0 {
			return false
		}
		d.put(i, d.random.IntN(len(d.sections[i].blocks)), block{-d.fresh(), d.something()})
		d.numbered(i)
		return true
	}},
	{"(n) inserted, the rest renumbered and edited", "§ %d", allNumbered, func(d *draft) bool {
		i := d.any(2)
		if i < 0 {
			return false
		}
		d.editSection(i, 0.2)
		d.put(i, d.random.IntN(len(d.sections[i].blocks)), block{-d.fresh(), d.something()})
		d.numbered(i)
		return true
	}},
	{"(n) taken out, the rest renumbered", "§ %d", allNumbered, func(d *draft) bool { return d.takenOut(0) }},
	{"(n) taken out, the rest renumbered and edited", "§ %d", allNumbered, func(d *draft) bool { return d.takenOut(0.1) }},
	{"near-alike (n), one taken out, renumbered", "§ %d", nearlyAlike, func(d *draft) bool { return d.takenOut(0) }},
	{"near-alike (n), one taken out, renumbered, a word", "§ %d", nearlyAlike, func(d *draft) bool { return d.takenOut(0.01) }},
	{"near-alike (n), one put in, renumbered, a word", "§ %d", nearlyAlike, func(d *draft) bool {
		i := d.any(3)
		if i < 0 {
			return false
		}
		j := d.random.IntN(len(d.sections[i].blocks))
		if len(strings.Fields(d.sections[i].blocks[j].words)) < 8 {
			return false // one word more or less is all there is to tell
		}
		fresh := block{-d.fresh(), d.edit(d.sections[i].blocks[j].words, 0.4)}
		d.editSection(i, 0.01)
		d.put(i, j, fresh)
		d.numbered(i)
		return true
	}},
	{"two (n) exchanged and renumbered, a word each", "§ %d", allNumbered, func(d *draft) bool {
		i := d.any(2)
		if i < 0 {
			return false
		}
		j := d.random.IntN(len(d.sections[i].blocks) - 1)
		d.put(i, j, d.take(i, j+1))
		d.editSection(i, 0.01)
		d.numbered(i)
		return true
	}},
	{"a provision replaced under its (n)", "§ %d", allNumbered, func(d *draft) bool {
		i := d.any(1)
		j := d.random.IntN(len(d.sections[i].blocks))
		d.sections[i].blocks[j] = block{-d.fresh(), d.something()}
		d.numbered(i)
		return true
	}},
	{"a paragraph becomes a heading", "", nil, func(d *draft) bool {
		i := d.any(2)
		if i < 0 {
			return false
		}
		s := &d.sections[i]
		if len(s.blocks[1].words) > 120 || strings.ContainsAny(s.blocks[1].words, "*_#{}\\") {
			return false
		}
		next := section{truth: s.blocks[1].truth, level: 3, title: s.blocks[1].words, blocks: append([]block(nil), s.blocks[2:]...)}
		s.blocks = s.blocks[:1]
		d.sections = append(d.sections[:i+1:i+1], append([]section{next}, d.sections[i+1:]...)...)
		return true
	}},
	{"a paragraph becomes code", "", nil, func(d *draft) bool {
		b := &d.sections[d.any(1)].blocks[0]
		b.words = "```\n" + b.words + "\n```"
		return true
	}},
	{"a paragraph becomes a table", "", nil, func(d *draft) bool {
		b := &d.sections[d.any(1)].blocks[0]
		f := strings.Fields(b.words)
		if len(f) < 4 {
			return false
		}
		b.words = "| " + strings.Join(f[:2], " ") + " | " + strings.Join(f[2:], " ") + " |\n|---|---|"
		return true
	}},
	{"short clauses moved", "", shortened, func(d *draft) bool {
		i, to := d.any(1), d.any(1)
		d.put(to, 0, d.take(i, d.random.IntN(len(d.sections[i].blocks))))
		return true
	}},
}

func insertedAndEdited(d *draft) bool {
	i := d.random.IntN(len(d.sections))
	d.insertSection(i)
	for k := i + 1; k < min(i+7, len(d.sections)); k++ {
		d.editSection(k, 0.1)
	}
	return true
}

// takenOut takes a block out of a section, edits the rest by a share, at least a word where it isn't 0, and renumbers it.
func (d *draft) takenOut(share float64) bool {
	i := d.any(2)
	if i < 0 {
		return false
	}
	d.take(i, d.random.IntN(len(d.sections[i].blocks)))
	if share > 0 {
		d.editSection(i, share)
	}
	d.numbered(i)
	return true
}

// nearlyAlike makes the blocks of each section variants of one, a fifth of its words apart, and numbers them.
func nearlyAlike(d *draft) {
	for i := range d.sections {
		s := &d.sections[i]
		first := unnumbered(s.blocks[0].words)
		for len(s.blocks) < 3 {
			s.blocks = append(s.blocks, block{truth: d.fresh()})
		}
		for j := range s.blocks {
			s.blocks[j].words = d.edit(first, 0.2)
		}
		d.numbered(i)
	}
}

func untitled(d *draft) {
	for i := range d.sections {
		d.sections[i].title = ""
	}
}

func allNumbered(d *draft) {
	for i := range d.sections {
		d.numbered(i)
	}
}

// shortened leaves of every paragraph its first two words.
func shortened(d *draft) {
	for i := range d.sections {
		for j := range d.sections[i].blocks {
			b := &d.sections[i].blocks[j]
			parts := wordSegments(b.words)
			b.words = strings.TrimSpace(strings.Join(parts[:min(len(parts), 3)], ""))
		}
	}
}

// A trial is a mutation of one draft: the faults, and how many clauses there were to get right. What the mutation didn't
// touch counts where it is wrong.
func (m mutation) trial(text *draft, seed uint64) (faults []string, of int, ok bool) {
	old := text.clone()
	old.style, old.random = m.style, rand.New(rand.NewPCG(seed, 11)) // #nosec G404 -- the same each time
	if len(old.sections) < 3 {
		return nil, 0, false
	}
	if m.before != nil {
		m.before(old)
	}
	now := old.clone()
	if !m.change(now) {
		return nil, 0, false
	}
	source, was := old.write()
	before, err := Parse([]byte(source), Limits{})
	changed, is := now.write()
	after, err2 := Parse([]byte(changed), Limits{})
	if err != nil || err2 != nil || len(before.Clauses) != len(was) || len(after.Clauses) != len(is) {
		return nil, 0, false // what was taken for a paragraph is something else there
	}
	Identify(nil, before)
	Identify(before, after)
	from := map[int]int{}
	for i, truth := range was {
		from[truth] = i
	}
	count := map[string]int{}
	for i := range before.Clauses {
		count[before.Words(i)]++
	}
	for n, truth := range is {
		o, old := from[truth]
		got := before.Clauses.Index(after.Clauses[n].ID)
		if old && count[before.Words(o)] > 1 {
			continue // nobody can tell which of them it is
		}
		if old && before.Clauses[o].Hash == after.Clauses[n].Hash && got == o {
			continue
		}
		of++
		switch {
		case old && got != o && got >= 0:
			faults = append(faults, fmt.Sprintf("%.80q is taken for %.80q, and is %.80q", after.Words(n), before.Words(got), before.Words(o)))
		case old && got != o:
			faults = append(faults, fmt.Sprintf("%.80q is new, and was %.80q", after.Words(n), before.Words(o)))
		case !old && got >= 0:
			faults = append(faults, fmt.Sprintf("%.80q is new, and is taken for %.80q", after.Words(n), before.Words(got)))
		}
	}
	return faults, max(of, 1), true // what moved to the letter counts as one
}

// Whatever a drafter does of the things that drafters do, with known truth: at most 2 % of the clauses that it touches get
// a wrong identity.
func TestIdentityUnderMutation(t *testing.T) {
	t.Parallel()
	var texts []*draft
	for _, m := range shortTexts(t) {
		texts = append(texts, draftOf(mustParse(t, m.sources[0])))
	}
	t.Run("histories", func(t *testing.T) {
		eachHistory(t, func(t *testing.T, m measuredText) {
			texts = append(texts, draftOf(mustParse(t, m.sources[len(m.sources)-1])))
		})
	})
	for _, m := range mutations {
		bad, of := 0, 0
		for i, text := range texts {
			for seed := range uint64(8) {
				faults, n, ok := m.trial(text, seed*100+uint64(i))
				if !ok {
					continue
				}
				bad, of = bad+len(faults), of+n
				for _, f := range faults {
					t.Logf("%s, text %d, seed %d: %s", m.name, i, seed, f)
				}
			}
		}
		t.Logf("%-48s %4d bad of %5d", m.name, bad, of)
		if bad*50 > of || of == 0 {
			t.Errorf("%s: %d wrong of %d, want at most 2 in 100", m.name, bad, of)
		}
	}
}
