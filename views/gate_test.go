package views

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// What the views say of unconsulted changes is what policies says.
func TestUnconsulted(t *testing.T) {
	s := newStory(t)
	gov := s.party(policies.Government, "Ministry")
	doc := s.do(gov, policies.ProposeDocument{Kind: standards.Regulation, Title: "Parcels", Language: "en", Parties: []string{"NZ"}})
	first := s.do(gov, policies.CommitRevision{DocumentID: doc, Source: "# Parcels\n\nOne.\n\nTwo.\n"})
	s.do(gov, policies.OpenConsultation{DocumentID: doc, Closes: local(s.now.Add(time.Hour)), Zone: "UTC", Late: policies.LateMarked})
	second := s.do(gov, policies.CommitRevision{DocumentID: doc, Base: first, Source: "# Parcels\n\nOne.\n\nTwo and a half.\n"})
	db := openTest(t)
	foldAll(t, db, s.entries)
	d, _ := s.memory.Document(doc)
	rev, _ := s.memory.Revision(second)
	want, err := policies.Unconsulted(d, rev, &s.memory, policies.Operator)
	if err != nil || len(want) != 1 {
		t.Fatalf("%+v, %v", want, err)
	}
	got, err := db.Unconsulted(t.Context(), policies.Operator, doc, second)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("(-want +got), %v:\n%s", err, diff)
	}
	for _, x := range [][2]string{{doc, "rev_none"}, {"doc_none", second}} {
		if _, err := db.Unconsulted(t.Context(), policies.Operator, x[0], x[1]); !errors.Is(err, policies.ErrNotFound) {
			t.Errorf("%v: %v", x, err)
		}
	}
}
