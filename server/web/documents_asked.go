package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

// documentsAsked is what is asked of the documents: what the address says, and nothing else, so
// that an address is a list that lasts.
type documentsAsked struct {
	Words  string
	Within string // number of the document that alone is searched
	Values map[views.Facet][]string
	Sort   string // a key of documentSorts; "" for the usual one
}

// documentSorts are the orders by their names in addresses; "best" isn't among them: it is the
// order of a search.
var documentSorts = map[string]views.DocumentOrder{"updated": views.ByUpdated, "closes": views.ByClosesAt, "number": views.ByNumber, "title": views.ByTitle}

const (
	sortBest   = "best"
	valuesMost = 20 // of a facet that are taken from an address
)

func readDocumentsAsked(query url.Values) documentsAsked {
	a := documentsAsked{Words: strings.TrimSpace(query.Get("q")), Within: query.Get("in"), Values: map[views.Facet][]string{}, Sort: query.Get("sort")}
	for _, f := range views.AllFacets {
		for _, value := range query[string(f)] {
			if value != "" && !slices.Contains(a.Values[f], value) && len(a.Values[f]) < valuesMost {
				a.Values[f] = append(a.Values[f], value)
			}
		}
	}
	if _, known := documentSorts[a.Sort]; !known {
		a.Sort = ""
	}
	return a
}

// best says whether what fits best is to come first.
func (a documentsAsked) best() bool { return a.Words != "" && a.Sort == "" }

// query is what an address has to say for this to be asked.
func (a documentsAsked) query() url.Values {
	query := url.Values{}
	for key, value := range map[string]string{"q": a.Words, "in": a.Within, "sort": a.Sort} {
		if value != "" {
			query.Set(key, value)
		}
	}
	for f, values := range a.Values {
		if len(values) > 0 {
			query[string(f)] = values
		}
	}
	return query
}

// without is what is asked without a value of a facet, or without any of it where that is "".
func (a documentsAsked) without(f views.Facet, value string) documentsAsked {
	values := map[views.Facet][]string{}
	for facet, list := range a.Values {
		if facet != f {
			values[facet] = list
		} else if value != "" {
			values[facet] = slices.DeleteFunc(slices.Clone(list), func(v string) bool { return v == value })
		}
	}
	a.Values = values
	return a
}

// filter is what is asked of the views at a moment.
func (a documentsAsked) filter(now time.Time) views.DocumentFilter {
	f := views.DocumentFilter{Topics: a.Values[views.FacetTopic], Parties: a.Values[views.FacetParty], Sponsors: a.Values[views.FacetSponsor],
		Words: a.Words, At: now, Order: documentSorts[a.Sort]}
	for _, k := range a.Values[views.FacetKind] {
		f.Kinds = append(f.Kinds, standards.Kind(k))
	}
	for _, p := range a.Values[views.FacetPhase] {
		f.Phases = append(f.Phases, policies.Phase(p))
	}
	for _, c := range a.Values[views.FacetChamber] {
		f.Chambers = append(f.Chambers, policies.OrganisationKind(c))
	}
	return f
}

func (p *documentsPage) filter(now time.Time) views.DocumentFilter {
	f := p.Asked.filter(now)
	if p.Within != nil {
		f.IDs = []string{p.Within.ID}
	}
	return f
}

// A facetShown is a side by which documents are narrowed down, as boxes.
type facetShown struct {
	Name, Word string
	First      []facetChoice
	Rest       []facetChoice // behind a switch
	Any        bool          // one is chosen
}

// A facetChoice is a box with how many documents there would be.
type facetChoice struct {
	choice
	Documents int
}

// A chip is something that was asked, with the address at which it isn't.
type chip struct{ Facet, Word, To string }

// A loosened is the same question with less, and how many documents that finds.
type loosened struct {
	Word, To  string
	Documents int
}

const facetFirst = 6 // values of a facet that show at once

// facetsOf fills in how many documents there are, by facet, and what may be taken away.
func (s *site) facetsOf(v *visit, p *documentsPage) error {
	f := p.filter(v.now)
	counted, err := s.views.DocumentFacets(v.ctx, v.viewer, f)
	if err != nil {
		return err
	}
	p.Total, p.Counted = counted.Total, counted.Counted
	words, err := s.facetWords(v, counted)
	if err != nil {
		return err
	}
	for _, facet := range views.AllFacets {
		p.addFacet(v, facet, counted.By[facet], words)
		for _, value := range p.Asked.Values[facet] {
			p.Chips = append(p.Chips, chip{facetWord(v, facet), words(facet, value), "/documents" + withQuestion(p.Asked.without(facet, value).query())})
		}
	}
	for _, o := range []struct{ value, word string }{{sortBest, v.say("What fits best")}, {"updated", v.say("Changed last")}, {"closes", v.say("Closes first")},
		{"number", v.say("Number")}, {"title", v.say("Title")}} {
		if o.value != sortBest || p.Asked.Words != "" {
			p.Sorts = append(p.Sorts, choice{o.value, o.word, o.value == p.Asked.Sort || p.Asked.Sort == "" && (o.value == sortBest || o.value == "updated" && p.Asked.Words == "")})
		}
	}
	if len(p.Found) > 0 {
		return nil
	}
	return s.loosen(v, p, counted, words)
}

func (p *documentsPage) addFacet(v *visit, f views.Facet, counts []views.FacetCount, words func(views.Facet, string) string) {
	shown := facetShown{Name: string(f), Word: facetWord(v, f)}
	chosen := func(value string) bool {
		return slices.ContainsFunc(p.Asked.Values[f], func(asked string) bool { return same(f, asked, value) })
	}
	for _, asked := range p.Asked.Values[f] { // what no document has any more stays asked
		if !slices.ContainsFunc(counts, func(k views.FacetCount) bool { return same(f, k.Value, asked) }) {
			counts = append(counts, views.FacetCount{Value: asked})
		}
	}
	for _, k := range counts {
		c := facetChoice{choice{k.Value, words(f, k.Value), chosen(k.Value)}, k.Documents}
		switch {
		case !c.Chosen && c.Documents == 0 && p.Counted:
		case c.Chosen || len(shown.First) < facetFirst:
			shown.First = append(shown.First, c)
			shown.Any = shown.Any || c.Chosen
		default:
			shown.Rest = append(shown.Rest, c)
		}
	}
	if len(shown.First) > 1 || shown.Any {
		p.Facets = append(p.Facets, shown)
	}
}

// same says whether two values of a facet are one.
func same(f views.Facet, a, b string) bool {
	return a == b || f == views.FacetTopic && policies.NameKey(a) == policies.NameKey(b)
}

// loosen says what there would be if less were asked.
func (s *site) loosen(v *visit, p *documentsPage, counted views.Facets, words func(views.Facet, string) string) error {
	for _, f := range views.AllFacets {
		if len(p.Asked.Values[f]) > 0 && counted.Without[f] > 0 && counted.Counted {
			var values []string
			for _, value := range p.Asked.Values[f] {
				values = append(values, words(f, value))
			}
			p.Loosen = append(p.Loosen, loosened{v.say("without “%s: %s”", facetWord(v, f), strings.Join(values, ", ")), "/documents" + withQuestion(p.Asked.without(f, "").query()), counted.Without[f]})
		}
	}
	if p.Asked.Words == "" {
		return nil
	}
	elsewhere, wordless := p.Asked, p.Asked
	elsewhere.Within, wordless.Words = "", ""
	if p.Within != nil {
		if err := s.addLoosened(v, p, elsewhere, elsewhere.filter(v.now), v.say("in all of them")); err != nil {
			return err
		}
	}
	f := p.filter(v.now)
	f.Words = ""
	return s.addLoosened(v, p, wordless, f, v.say("without these words"))
}

// addLoosened adds a question that asks less, if it finds something.
func (s *site) addLoosened(v *visit, p *documentsPage, less documentsAsked, f views.DocumentFilter, word string) error {
	found, err := s.views.DocumentFacets(v.ctx, v.viewer, f)
	if err == nil && found.Total > 0 && found.Counted {
		p.Loosen = append(p.Loosen, loosened{word, "/documents" + withQuestion(less.query()), found.Total})
	}
	return err
}

// facetWord is what a facet is called.
func facetWord(v *visit, f views.Facet) string {
	switch f {
	case views.FacetKind:
		return v.say("Kind")
	case views.FacetPhase:
		return v.say("Where it is")
	case views.FacetTopic:
		return v.say("Topic")
	case views.FacetParty:
		return v.say("Binds")
	case views.FacetSponsor:
		return v.say("Sponsor")
	case views.FacetChamber:
		return v.say("Sponsored by a")
	}
	return string(f)
}

// facetWords returns what says a value of a facet in words.
func (s *site) facetWords(v *visit, counted views.Facets) (func(views.Facet, string) string, error) {
	organisations, err := s.views.Organisations(v.ctx, idsOf(counted.By[views.FacetSponsor], func(k views.FacetCount) string { return k.Value }))
	return func(f views.Facet, value string) string {
		switch f {
		case views.FacetKind:
			return kindsWord(v.lang, standards.Kind(value))
		case views.FacetPhase:
			return phaseWord(v.lang, policies.Phase(value))
		case views.FacetParty:
			return regionName(v.lang, value)
		case views.FacetSponsor:
			if o, ok := organisations[value]; ok {
				return o.Name
			}
		case views.FacetChamber:
			return chamberWord(v.lang, policies.OrganisationKind(value))
		}
		return value
	}, err
}
