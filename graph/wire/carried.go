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

// Revision returns the revision in which it stands.
func (k *Carried) Revision() policies.Revision { return k.Standing.In }

// Fate says what became of the clause on which it was made, nil where that was erased.
func (k *Carried) Fate() *clauses.Fate { return fateOf(k.Place) }

// OnWhole says whether it stands on the whole text.
func (k *Carried) OnWhole() bool { return k.Whole }

// Clauses returns the clauses on which it stands.
func (k *Carried) Clauses() []Clause { return clausesAt(k.Standing, k.Place) }

// Words returns the words of the clauses on which it stands, with blank lines between.
func (k *Carried) Words() string {
	var words []string
	for _, i := range k.Place.Clauses {
		words = append(words, k.Standing.Text.Words(i))
	}
	return strings.Join(words, "\n\n")
}

// quoteContext is the length of Prefix and Suffix in bytes, a character more or less.
const quoteContext = 48

// A CarriedQuote says where quoted words are now.
type CarriedQuote struct {
	Clause                Clause
	Exact, Prefix, Suffix string
	Unchanged             bool
	cited                 string
}

// Citation returns how the place is cited: the clause, or a row of it.
func (q *CarriedQuote) Citation() string { return q.cited }

// Quote says where the words are now that the comment quotes, nil where they aren't any more.
func (k *Carried) Quote() *CarriedQuote {
	q := k.Comment.Quote
	if q == nil {
		return nil
	}
	prefix, suffix := q.Prefix, q.Suffix
	if then, i := k.Standing.MadeOn(k.Comment); then != nil {
		prefix, suffix, _ = then.QuotedFrom(i, q.Exact, prefix, suffix)
	}
	i, plain, at, ok := k.Standing.Text.FindQuote(k.Place.Clauses, q.Exact, prefix, suffix)
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
	cited := k.Standing.Text.Clauses[i].Citation
	if row := k.Standing.Text.Clauses.RowCitation(i, k.Standing.Text.RowAt(i, at.Start)); row != "" {
		cited = row
	}
	return &CarriedQuote{cited: cited, Clause: Clause{In: k.Standing.In, Text: k.Standing.Text, Index: i}, Exact: exact,
		Prefix: plain[from:at.Start], Suffix: plain[at.End:to], Unchanged: clauses.SameQuote(exact, q.Exact)}
}

// Computed says where it would stand, nil unless a sponsor moved it.
func (k *Carried) Computed() *ComputedPlace {
	if k.Anchor == nil {
		return nil
	}
	return &ComputedPlace{k.Carried.Computed, k.Standing}
}

// A ComputedPlace says where a comment would stand if no sponsor had moved it.
type ComputedPlace struct {
	views.Place
	Standing *views.Standing
}

// Fate says what became of the clause on which the comment was made, nil where that was erased.
func (p *ComputedPlace) Fate() *clauses.Fate { return fateOf(p.Place) }

// Clauses returns the clauses on which the comment would stand.
func (p *ComputedPlace) Clauses() []Clause { return clausesAt(p.Standing, p.Place) }

func fateOf(p views.Place) *clauses.Fate {
	if p.Fate == "" {
		return nil
	}
	return &p.Fate
}

func clausesAt(s *views.Standing, p views.Place) []Clause {
	list := make([]Clause, len(p.Clauses))
	for n, i := range p.Clauses {
		list[n] = Clause{In: s.In, Text: s.Text, Index: i}
	}
	return list
}
