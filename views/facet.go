package views

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
	"github.com/ewtp/entente/views/words"
)

// A Facet is a side by which documents are narrowed down.
type Facet string

const (
	FacetKind    Facet = "kind"
	FacetPhase   Facet = "phase"
	FacetTopic   Facet = "topic"
	FacetParty   Facet = "party"
	FacetSponsor Facet = "sponsor" // organisation ID
	FacetChamber Facet = "chamber" // of a sponsor
)

// AllFacets are all facets, in the order in which they are offered.
var AllFacets = []Facet{FacetKind, FacetPhase, FacetTopic, FacetParty, FacetSponsor, FacetChamber}

// Facets say of each value that documents have how many there would be with it.
type Facets struct {
	Total   int                    // documents that have all that the filter wants
	Counted bool                   // false: what is looked for stands in so many places that nothing was counted, and By lists all values
	By      map[Facet][]FacetCount // the values of most documents first
	Without map[Facet]int          // documents that there would be if the filter said nothing on a facet
}

// A FacetCount is how many documents have a value, and all that the filter wants on other facets.
type FacetCount struct {
	Value     string
	Documents int
}

// mostPlaces is in how many places words may stand for their documents to be counted.
const mostPlaces = 20_000

// DocumentFacets counts the documents that the viewer may read by facet: those that a list with the
// filter would have if it said nothing on that facet, so that values of one are alternatives. It
// reads each document once, and no comment but those that have the words.
func (db *DB) DocumentFacets(ctx context.Context, viewer policies.Actor, f DocumentFilter) (fs Facets, err error) {
	if f.At.IsZero() {
		return fs, invalid("at", "is missing: phases are those at a moment")
	}
	fs = Facets{Counted: true, By: map[Facet][]FacetCount{}, Without: map[Facet]int{}}
	s := table.Selection{From: "documents d"}
	may, args := readable(viewer)
	s.And(may, args...)
	if f.Words != "" {
		if fs.Counted, err = db.fewPlaces(ctx, f.Words); err != nil {
			return fs, err
		}
		if !fs.Counted {
			f.Words = ""
		}
	}
	if len(f.IDs) > 0 {
		s.And(amongIDs, table.JSONList(f.IDs))
	}
	if has, err := db.wordConditions(ctx, viewer, f, &s); err != nil || !has {
		return fs, err
	}
	counts := newFacetCounts(f)
	fields, read := facetShape()
	err = table.Each(db.file.Read(ctx), `SELECT `+fields.Columns()+` FROM `+s.From+` WHERE `+s.Conditions()+` ORDER BY d.n`,
		slices.Concat(phaseArgs(f.At), s.Args), fields.Dest(), func() error {
			counts.add(read())
			return nil
		})
	fs.Total, fs.Without = counts.total, counts.without
	for facet, by := range counts.by {
		fs.By[facet] = slices.SortedFunc(maps.Values(by), func(a, b FacetCount) int {
			return cmp.Or(cmp.Compare(b.Documents, a.Documents), cmp.Compare(a.Value, b.Value))
		})
	}
	return fs, err
}

// fewPlaces says whether words stand in few enough places.
func (db *DB) fewPlaces(ctx context.Context, looked string) (few bool, err error) {
	q := words.Parse(looked)
	if len(q) == 0 {
		return true, nil
	}
	if err := db.catchUp(ctx); err != nil {
		return false, err
	}
	return few, one(db.file.Read(ctx), `SELECT count(*) <= ?2 FROM (SELECT 1 FROM search WHERE search MATCH ?1 LIMIT ?2 + 1)`, []any{q.Match(), mostPlaces}, &few)
}

// facetShape is the columns of a document's values, the first of which takes phaseArgs, and what
// reads them.
func facetShape() (table.Fields, func() map[Facet][]string) {
	var kind, phase string
	var about documentAbout
	var topics, sponsors, chambers []string
	fields := table.Fields{{"(" + documentPhase + ")", &phase}, {"d.kind", &kind}, {"d.about", table.JSON(&about)}, {"coalesce(d.data -> '$.Topics', '[]')", table.JSON(&topics)},
		{"coalesce(d.data -> '$.Sponsors', '[]')", table.JSON(&sponsors)},
		{`(SELECT json_group_array(DISTINCT o.kind) FROM json_each(d.data, '$.Sponsors') x CROSS JOIN organisations o ON o.id = x.value)`, table.JSON(&chambers)}}
	return fields, func() map[Facet][]string {
		return map[Facet][]string{FacetKind: {kind}, FacetPhase: {phase}, FacetTopic: topics, FacetParty: about.Parties, FacetSponsor: sponsors, FacetChamber: chambers}
	}
}

// facetCounts counts documents, value by value.
type facetCounts struct {
	wanted  map[Facet]map[string]bool // the keys of what the filter wants
	total   int
	without map[Facet]int
	by      map[Facet]map[string]FacetCount // by key; a value is spelt as the first document spells it
}

// facetKey is what makes two values one.
func facetKey(f Facet, value string) string {
	if f == FacetTopic {
		return policies.NameKey(value)
	}
	return value
}

func newFacetCounts(f DocumentFilter) *facetCounts {
	c := &facetCounts{wanted: map[Facet]map[string]bool{}, without: map[Facet]int{}, by: map[Facet]map[string]FacetCount{}}
	for facet, values := range map[Facet][]string{FacetKind: asStrings(f.Kinds), FacetPhase: asStrings(f.Phases), FacetTopic: f.Topics,
		FacetParty: f.Parties, FacetSponsor: f.Sponsors, FacetChamber: asStrings(f.Chambers)} {
		if len(values) > 0 {
			c.wanted[facet] = map[string]bool{}
		}
		for _, v := range values {
			c.wanted[facet][facetKey(facet, v)] = true
		}
	}
	return c
}

func asStrings[T ~string](list []T) []string {
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = string(v)
	}
	return all
}

// add counts a document: in everything where it has all that is wanted, and on one facet alone
// where it lacks only that.
func (c *facetCounts) add(has map[Facet][]string) {
	var lacks []Facet
	for facet, wanted := range c.wanted {
		if !slices.ContainsFunc(has[facet], func(v string) bool { return wanted[facetKey(facet, v)] }) {
			lacks = append(lacks, facet)
		}
	}
	if len(lacks) == 0 {
		c.total++
	}
	for _, facet := range AllFacets {
		if c.by[facet] == nil {
			c.by[facet] = map[string]FacetCount{}
		}
		counts := 0
		if len(lacks) == 0 || len(lacks) == 1 && lacks[0] == facet {
			counts = 1
			c.without[facet]++
		}
		for key, value := range distinct(facet, has[facet]) {
			k, known := c.by[facet][key]
			if !known {
				k.Value = value
			}
			k.Documents += counts
			c.by[facet][key] = k
		}
	}
}

// distinct are the values that a document has on a facet, by key.
func distinct(f Facet, values []string) map[string]string {
	all := make(map[string]string, len(values))
	for _, v := range values {
		if key := facetKey(f, v); all[key] == "" {
			all[key] = v
		}
	}
	return all
}
