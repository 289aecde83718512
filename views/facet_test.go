package views

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// with returns the filter with one value on a facet, or without any where there is none.
func (f DocumentFilter) with(facet Facet, values ...string) DocumentFilter {
	switch facet {
	case FacetKind:
		f.Kinds = nil
		for _, v := range values {
			f.Kinds = append(f.Kinds, standards.Kind(v))
		}
	case FacetPhase:
		f.Phases = nil
		for _, v := range values {
			f.Phases = append(f.Phases, policies.Phase(v))
		}
	case FacetTopic:
		f.Topics = values
	case FacetParty:
		f.Parties = values
	case FacetSponsor:
		f.Sponsors = values
	case FacetChamber:
		f.Chambers = nil
		for _, v := range values {
			f.Chambers = append(f.Chambers, policies.OrganisationKind(v))
		}
	}
	return f
}

// Whoever asks and whatever is wanted, a facet counts what the list would have.
func TestFacetsCountWhatListsHave(t *testing.T) {
	dir, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		d := randomStory(t)
		db, err := Open(ctx, filepath.Join(dir, fmt.Sprint(runs)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		foldAll(t, db, d.entries)
		for _, a := range d.readers() {
			f := DocumentFilter{At: d.now, Words: rapid.SampledFrom([]string{"", "", "words"}).Draw(t, "words")}
			if rapid.IntRange(0, 3).Draw(t, "among") == 0 {
				f.IDs = d.documents[:len(d.documents)/2]
			}
			all := d.facets(db, a, f)
			for _, facet := range AllFacets { // perhaps something is wanted already
				if k := all.By[facet]; len(k) > 0 && rapid.IntRange(0, 3).Draw(t, "wanted") == 0 {
					f = f.with(facet, rapid.SampledFrom(k).Draw(t, "value").Value)
				}
			}
			d.checkFacets(db, a, f)
		}
	})
}

func (d *dialogue) facets(db *DB, a policies.Actor, f DocumentFilter) Facets {
	fs, err := db.DocumentFacets(ctx, a, f)
	if err != nil {
		d.t.Fatal(err)
	}
	return fs
}

func (d *dialogue) checkFacets(db *DB, a policies.Actor, f DocumentFilter) {
	listed := func(f DocumentFilter) int {
		l, err := db.DocumentList(ctx, a, f, Page{First: 100})
		if err != nil {
			d.t.Fatal(err)
		}
		return len(l.Items)
	}
	fs := d.facets(db, a, f)
	if want := listed(f); fs.Total != want || !fs.Counted {
		d.t.Errorf("%d documents, want %d", fs.Total, want)
	}
	for _, facet := range AllFacets {
		if want := listed(f.with(facet)); fs.Without[facet] != want {
			d.t.Errorf("without %s %d documents, want %d", facet, fs.Without[facet], want)
		}
		for _, k := range fs.By[facet] {
			if want := listed(f.with(facet, k.Value)); k.Documents != want {
				d.t.Errorf("%s %s: %d documents, want %d", facet, k.Value, k.Documents, want)
			}
		}
	}
}

// Words that stand everywhere aren't counted, and how often they stand there costs nothing.
func TestFacetsOfManyPlaces(t *testing.T) {
	if testing.Short() {
		t.Skip("it indexes many comments")
	}
	db, _, c := manyComments(t, mostPlaces+10)
	f := DocumentFilter{At: dayOne, Words: "carriers"}
	fs, err := db.DocumentFacets(ctx, policies.Actor{}, f)
	if err != nil || fs.Counted || len(fs.By[FacetKind]) != 1 {
		t.Errorf("%+v, %v", fs, err)
	}
	l, err := db.DocumentList(ctx, policies.Actor{}, f, Page{First: 2})
	if err != nil || len(l.Items) != 1 || l.Items[0].ID != c.DocumentID {
		t.Errorf("%d documents, %v", len(l.Items), err)
	}
}

// A search is narrowed by what documents are like, and finds documents by words anywhere in them.
func TestSearchWithinDocuments(t *testing.T) {
	db := library(t)
	for words, want := range map[string]int{"ploomid": 1, "tollieeskirjad": 1, "EWTP-S-2026-001": 1, "pear": 0, "?": 0} {
		l, err := db.DocumentList(ctx, policies.Actor{}, DocumentFilter{Words: words}, Page{First: 5})
		if err != nil || len(l.Items) != want {
			t.Errorf("%s: %d documents, %v", words, len(l.Items), err)
		}
	}
	for kind, want := range map[standards.Kind]int{standards.Standard: 1, standards.Regulation: 0} {
		l, err := db.Search(ctx, policies.Actor{}, SearchFilter{Query: "ploomid", Documents: DocumentFilter{Kinds: []standards.Kind{kind}}}, Page{First: 5})
		if err != nil || len(l.Items) != want {
			t.Errorf("%s: %d hits, %v", kind, len(l.Items), err)
		}
	}
	if _, err := db.DocumentList(ctx, policies.Actor{}, DocumentFilter{Words: strings.Repeat("a", maxQuery+1)}, Page{First: 1}); err == nil {
		t.Error("a query without end was taken")
	}
}
