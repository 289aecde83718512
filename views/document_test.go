package views

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

func (d *dialogue) checkDocuments(db *DB, a policies.Actor) {
	var want []string
	for _, id := range d.documents {
		if d.may(a, policies.ReadingDocument, id, 0) {
			want = append(want, id)
		}
	}
	found, err := db.Documents(ctx, a, d.documents)
	if err != nil {
		d.t.Fatal(err)
	}
	var got []string
	for _, id := range d.documents {
		if _, ok := found[id]; ok {
			got = append(got, id)
		}
		_, err := db.Document(ctx, a, id, time.Time{})
		if slices.Contains(want, id) != (err == nil) {
			d.t.Errorf("%+v reads document %s: %v", a, id, err)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("documents of %+v (-May +SQL):\n%s", a, diff)
	}
	l, err := db.DocumentList(ctx, a, DocumentFilter{Order: ByTitle}, Page{First: 100})
	if err != nil || len(l.Items) != len(want) {
		d.t.Errorf("%+v lists %d documents, want %d, %v", a, len(l.Items), len(want), err)
	}
	open, err := db.ConsultationList(ctx, a, ConsultationFilter{}, Page{First: 100})
	if err != nil {
		d.t.Fatal(err)
	}
	n := 0
	for _, id := range d.consultations {
		k, _ := d.memory.Consultation(id)
		if slices.Contains(want, k.DocumentID) {
			n++
		}
	}
	if len(open.Items) != n {
		d.t.Errorf("%+v lists %d consultations, want %d", a, len(open.Items), n)
	}
}

func (d *dialogue) checkPhases(db *DB) {
	for range 8 {
		at := dayOne.Add(time.Duration(rapid.Int64Range(0, int64(d.now.Add(5*time.Hour).Sub(dayOne))).Draw(d.t, "moment")))
		for _, phase := range policies.Phases {
			l, err := db.DocumentList(ctx, policies.Operator, DocumentFilter{Phases: []policies.Phase{phase}, At: at}, Page{First: 100})
			if err != nil {
				d.t.Fatal(err)
			}
			var want, got []string
			for _, id := range d.documents {
				if doc, _ := d.memory.Document(id); doc.Phase(at) == phase {
					want = append(want, id)
				}
			}
			for _, doc := range l.Items {
				got = append(got, doc.ID)
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				d.t.Errorf("in phase %s at %v (-Phase +SQL):\n%s", phase, at, diff)
			}
		}
	}
}

func TestDocumentOrdersAndFilters(t *testing.T) {
	db := openTest(t)
	s := newStory(t)
	gov := s.party(policies.Government, "Ministry")
	for i, title := range []string{"Zebra parcels", "Älter als alles", "Live seafood"} {
		s.do(gov, policies.ProposeDocument{Kind: standards.Kinds[i], Title: title, Language: "en", OpenDrafts: i != 1,
			Topics: []string{"Cold-Chain", "x"}[i%2:], Parties: []string{"NZ"}})
	}
	foldAll(t, db, s.entries)
	for name, x := range map[string]struct {
		f    DocumentFilter
		want string
	}{
		"updated":  {DocumentFilter{}, "Live seafood, Älter als alles, Zebra parcels"},
		"number":   {DocumentFilter{Order: ByNumber}, "Älter als alles, Zebra parcels, Live seafood"},
		"title":    {DocumentFilter{Order: ByTitle}, "Live seafood, Zebra parcels, Älter als alles"},
		"closesAt": {DocumentFilter{Order: ByClosesAt}, "Zebra parcels, Älter als alles, Live seafood"},
		"oldest":   {DocumentFilter{Reverse: true}, "Zebra parcels, Älter als alles, Live seafood"},
		"-number":  {DocumentFilter{Order: ByNumber, Reverse: true}, "Live seafood, Zebra parcels, Älter als alles"},
		"-title":   {DocumentFilter{Order: ByTitle, Reverse: true}, "Älter als alles, Zebra parcels, Live seafood"},
		"-closes":  {DocumentFilter{Order: ByClosesAt, Reverse: true}, "Live seafood, Älter als alles, Zebra parcels"},
		"kind":     {DocumentFilter{Kinds: []standards.Kind{standards.BestPractice}}, "Älter als alles"},
		"topic":    {DocumentFilter{Topics: []string{"cold-chain", "y"}}, "Live seafood, Zebra parcels"},
		"party":    {DocumentFilter{Parties: []string{"EE"}}, ""},
		"sponsor":  {DocumentFilter{Sponsors: []string{"org_none"}}, ""},
		"words":    {DocumentFilter{Title: "alter"}, "Älter als alles"},
		"numbered": {DocumentFilter{Title: "EWTP-S-2026-001"}, "Live seafood"},
	} {
		l, err := db.DocumentList(ctx, gov, x.f, Page{First: 10})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(keysOf(l, func(d policies.Document) string { return d.Title }), ", "); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
	d, err := db.DocumentByNumber(ctx, policies.Actor{}, "EWTP-R-2026-001", time.Time{})
	if err != nil || d.Title != "Zebra parcels" {
		t.Errorf("by number: %q, %v", d.Title, err)
	}
	if _, err := db.DocumentList(ctx, gov, DocumentFilter{Order: "size"}, Page{First: 1}); err == nil {
		t.Error("an unknown order was taken")
	}
	if _, err := db.DocumentList(ctx, gov, DocumentFilter{Phases: policies.Phases}, Page{First: 1}); err == nil {
		t.Error("phases without a moment were taken")
	}
	l, err := db.OrganisationList(ctx, OrganisationFilter{Name: "mini"}, Page{First: 1})
	if err != nil || len(l.Items) != 1 {
		t.Errorf("%d organisations by prefix, %v", len(l.Items), err)
	}
}
