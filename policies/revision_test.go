package policies_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
)

func TestCommitRevision(t *testing.T) {
	w := newTown(t)
	doc, one := w.proposed()
	two := w.edit(doc, "for a year", "for two years")
	rev, err := w.m.Revision(two)
	if err != nil || rev.Number != 2 || rev.Parent != one || rev.Base != "" || rev.OrganisationID != w.estonia.OrganisationID {
		t.Fatalf("second revision: %+v (%v)", rev, err)
	}
	if d := w.document(doc); d.Head != two || d.Revisions != 2 || d.HeadAt != w.now {
		t.Fatalf("document: %+v", d)
	}
	if a, b := w.clauseUnder(one, "term"), w.clauseUnder(two, "term"); a != b {
		t.Fatalf("a clause lost its identity: %s, %s", a, b)
	}
}

// Two people work on revision 1; what they changed apart is joined.
//
//	1 --- 2 (scope) --- 3 (term, made from 1)
func TestStaleBaseMerges(t *testing.T) {
	w := newTown(t)
	doc, one := w.proposed()
	two := w.edit(doc, "of low value", "worth less than 150 euros")
	three := w.do(w.estonia, CommitRevision{DocumentID: doc, Base: one, Source: strings.Replace(parcels, "for a year", "for two years", 1)}).Subject()
	rev, _ := w.m.Revision(three)
	if rev.Number != 3 || rev.Parent != two || rev.Base != one {
		t.Fatalf("merged revision: %+v", rev)
	}
	text, _ := w.m.Text(three)
	for _, words := range []string{"worth less than 150 euros", "for two years"} {
		if !strings.Contains(text.Source, words) {
			t.Errorf("the merged text lacks %q:\n%s", words, text.Source)
		}
	}
}

// Both change the same clause: refused, with both texts.
func TestStaleBaseClashes(t *testing.T) {
	w := newTown(t)
	doc, one := w.proposed()
	w.edit(doc, "for a year", "for two years")
	refusal := w.refuse(w.estonia, CommitRevision{DocumentID: doc, Base: one, Source: strings.Replace(parcels, "for a year", "for ever", 1)},
		TextConflict, "baseId", "moved to revision 2")
	want := []Clash{{ClauseID: w.clauseUnder(one, "term"), Citation: refusal.Clashes[0].Citation,
		Base: "Records are kept for a year.", Head: "Records are kept for two years.", Submitted: "Records are kept for ever."}}
	if diff := cmp.Diff(want, refusal.Clashes); diff != "" {
		t.Errorf("clashes (-want +got):\n%s", diff)
	}
}

func TestCommitRevisionRefused(t *testing.T) {
	w := newTown(t)
	doc, one := w.proposed()
	empty := w.do(w.estonia, w.regulation("Empty")).Subject()
	other, foreign := w.proposed()
	two := w.edit(doc, "for a year", "for two years")
	head, _ := w.m.Text(two)
	good := CommitRevision{DocumentID: doc, Base: two, Source: "# Other {#title}\n"}
	with := func(change func(*CommitRevision)) CommitRevision { c := good; change(&c); return c }
	for _, x := range []struct {
		name  string
		who   Actor
		c     CommitRevision
		code  Code
		field string
		words string
	}{
		{"unknown document", w.estonia, with(func(c *CommitRevision) { c.DocumentID = "doc_none" }), NotFound, "documentId", ""},
		{"an observer of the sponsor", as(w.estonia, Observer), good, Forbidden, "documentId", ""},
		{"the secretariat", w.office, good, Forbidden, "documentId", ""},
		{"no base", w.estonia, with(func(c *CommitRevision) { c.Base = "" }), Invalid, "baseId", "missing"},
		{"unknown base", w.estonia, with(func(c *CommitRevision) { c.Base = "rev_none" }), NotFound, "baseId", "rev_none"},
		{"base of another document", w.estonia, with(func(c *CommitRevision) { c.Base = foreign }), NotFound, "baseId", foreign},
		{"base of a first revision", w.estonia, with(func(c *CommitRevision) { c.DocumentID, c.Base = empty, one }), NotFound, "baseId", one},
		{"same text", w.estonia, with(func(c *CommitRevision) { c.Source = head.Source }), Invalid, "source", "same text"},
		{"same text as a stale base", w.estonia, with(func(c *CommitRevision) { c.Base, c.Source = one, parcels }), Invalid, "source", "same text"},
		{"the head's text from a stale base", w.estonia, with(func(c *CommitRevision) { c.Base, c.Source = one, head.Source }), Invalid, "source", "same text"},
		{"no text", w.estonia, with(func(c *CommitRevision) { c.Source = "" }), Invalid, "source", ""},
		{"invalid UTF-8", w.estonia, with(func(c *CommitRevision) { c.Source = "# T\n\n\xff\n" }), Invalid, "source", "UTF-8"},
		{"too long", w.estonia, with(func(c *CommitRevision) { c.Source = strings.Repeat("word ", 9<<20/5) }), Invalid, "source", ""},
		{"a name twice", w.estonia, with(func(c *CommitRevision) { c.Source = "# A {#x}\n\n# B {#x}\n" }), Invalid, "source", ""},
		{"long note", w.estonia, with(func(c *CommitRevision) { c.Note = strings.Repeat("n", MaxReason+1) }), Invalid, "note", "bytes"},
		{"provenance from a member", w.estonia, with(func(c *CommitRevision) { c.Provenance = &Provenance{System: "git", Reference: "1"} }), Forbidden, "", "whoever operates"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, x.c, x.code, x.field, x.words)
		})
	}
	w.t = t
	if w.document(other).Revisions != 1 || w.document(empty).Revisions != 0 {
		t.Error("a refusal left a revision")
	}
}

// regulation is a proposal in order.
func (w *town) regulation(title string) ProposeDocument {
	return ProposeDocument{Kind: "regulation", Title: title, Language: "en", Parties: []string{"EE"}}
}

func TestImportRevision(t *testing.T) {
	w := newTown(t)
	doc := w.do(w.estonia, w.regulation("Imported")).Subject()
	org, _ := w.m.Organisation(w.estonia.OrganisationID)
	source := &Provenance{System: "git", Reference: "c0ffee", Author: "Mari", At: time.Date(1999, 12, 31, 23, 59, 59, 123456789, tallinn)}
	commit := CommitRevision{DocumentID: doc, Source: parcels, Provenance: source}
	rev, err := w.m.Revision(w.do(OperatorFor(org), commit).Subject())
	if err != nil {
		t.Fatal(err)
	}
	want := &Provenance{System: "git", Reference: "c0ffee", Author: "Mari", At: time.Date(1999, 12, 31, 21, 59, 59, 123e6, time.UTC)}
	if diff := cmp.Diff(want, rev.Provenance); diff != "" || rev.CommittedAt != w.now {
		t.Errorf("provenance (-want +got):\n%s\ncommitted at %s", diff, rev.CommittedAt)
	}
	for field, p := range map[string]*Provenance{
		"provenance.system":    {Reference: "1"},
		"provenance.reference": {System: "git", Reference: "a\nb"},
		"provenance.author":    {System: "git", Reference: "1", Author: "\xff"},
		"provenance.at":        {System: "git", Reference: "1", At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		w.refuse(OperatorFor(org), CommitRevision{DocumentID: doc, Base: rev.ID, Source: "# X\n", Provenance: p}, Invalid, field, "")
	}
}
