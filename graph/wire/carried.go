package wire

import (
	"strings"
	"unicode/utf8"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// Carried says where a comment stands in a revision.
type Carried struct {
	views.Carried
	Standing *views.Standing
}

// Revision is the revision it stands in.
func (k *Carried) Revision() policies.Revision { return k.Standing.In }

// Fate is what became of what it was made on, nil where nobody knows any more.
func (k *Carried) Fate() *clauses.Fate { return fate(k.Place) }

// OnWhole tells whether it stands on the whole text.
func (k *Carried) OnWhole() bool { return k.Whole }

// Clauses is what it stands on.
func (k *Carried) Clauses() []Clause { return at(k.Standing, k.Place) }

// Words are those of the clauses it stands on, a blank line between.
func (k *Carried) Words() string {
	var words []string
	for _, i := range k.Place.Clauses {
		words = append(words, k.Standing.Text.Words(i))
	}
	return strings.Join(words, "\n\n")
}

// quoteContext is how much stands before and after quoted words in their selector, in
// bytes, a character more or less.
const quoteContext = 48

// A CarriedQuote says where quoted words are now.
type CarriedQuote struct {
	Clause                Clause
	Exact, Prefix, Suffix string
	Unchanged             bool
}

// Quote is where the words that the comment quotes are now, nil where they aren't.
func (k *Carried) Quote() *CarriedQuote {
	q := k.Comment.Quote
	if q == nil {
		return nil
	}
	i, plain, at, ok := k.Standing.Text.FindQuote(k.Place.Clauses, q.Exact, q.Prefix, q.Suffix)
	if !ok {
		return nil
	}
	from, to := max(0, at.Start-quoteContext), min(len(plain), at.End+quoteContext)
	for from > 0 && !utf8.RuneStart(plain[from]) {
		from--
	}
	for to < len(plain) && !utf8.RuneStart(plain[to]) {
		to++
	}
	exact := plain[at.Start:at.End]
	return &CarriedQuote{Clause: Clause{In: k.Standing.In, Text: k.Standing.Text, Index: i}, Exact: exact,
		Prefix: plain[from:at.Start], Suffix: plain[at.End:to], Unchanged: exact == q.Exact}
}

// Computed is where it would stand, nil unless a sponsor put it elsewhere.
func (k *Carried) Computed() *ComputedPlace {
	if k.Anchor == nil {
		return nil
	}
	return &ComputedPlace{k.Carried.Computed, k.Standing}
}

// A ComputedPlace is where a comment would stand without the hand of a sponsor.
type ComputedPlace struct {
	views.Place
	Standing *views.Standing
}

// Fate is what became of what the comment was made on, nil where nobody knows any more.
func (p *ComputedPlace) Fate() *clauses.Fate { return fate(p.Place) }

// Clauses is what the comment would stand on.
func (p *ComputedPlace) Clauses() []Clause { return at(p.Standing, p.Place) }

func fate(p views.Place) *clauses.Fate {
	if p.Fate == "" {
		return nil
	}
	return &p.Fate
}

func at(s *views.Standing, p views.Place) []Clause {
	list := make([]Clause, len(p.Clauses))
	for n, i := range p.Clauses {
		list[n] = Clause{In: s.In, Text: s.Text, Index: i}
	}
	return list
}
