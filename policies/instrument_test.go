package policies_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

func TestAdoptDocument(t *testing.T) {
	w := withoutBallots(t)
	doc, rev, csn := w.consulted()
	k := w.comment(w.loom, csn, "term")
	w.disposeOf(k, Noted, nil)
	w.wait(91 * day)
	id := w.do(w.estonia, AdoptDocument{DocumentID: doc, EffectiveFrom: w.now.Add(day + 999), EffectiveUntil: w.now.Add(9 * day)}).Subject()
	r, _ := w.m.Revision(rev)
	got, err := w.m.Instrument(id)
	want := standards.Instrument{ID: id, DocumentID: doc, RevisionID: rev, Revision: 1, Number: "EWTP-R-2026-001",
		Kind: standards.Regulation, Title: "Parcels of low value", Parties: []string{"EE", "NZ"}, TextDigest: r.TextDigest,
		TextBytes: len(parcels), AdoptedAt: w.now, Force: standards.Force{From: w.now.Add(day), Until: w.now.Add(9 * day)}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Fatalf("instrument (-want +got), %v:\n%s", err, diff)
	}
	if d := w.document(doc); d.InstrumentID != id || d.AdoptedRevision != rev || d.AdoptedAt != w.now || d.Force != got.Force {
		t.Errorf("document: %+v", d)
	}
	w.unchangeable(doc, rev, csn, k, "adopted")
}

func TestAdoptDocumentRefused(t *testing.T) {
	w := withoutBallots(t)
	doc, _, _ := w.reviewed()
	empty := w.do(w.estonia, w.regulation("Empty")).Subject()
	_, foreign := w.proposed()
	good := AdoptDocument{DocumentID: doc, EffectiveFrom: w.now}
	with := func(change func(*AdoptDocument)) AdoptDocument { c := good; change(&c); return c }
	for _, x := range []struct {
		name  string
		who   Actor
		c     AdoptDocument
		code  Code
		field string
		words string
	}{
		{"the public", Actor{}, good, Unauthenticated, "documentId", ""},
		{"a party that is no sponsor", w.zealand, good, Forbidden, "documentId", ""},
		{"the secretariat", w.office, good, Forbidden, "documentId", ""},
		{"an observer of the sponsor", as(w.estonia, Observer), good, Forbidden, "documentId", ""},
		{"unknown document", w.estonia, with(func(c *AdoptDocument) { c.DocumentID = "doc_none" }), NotFound, "documentId", ""},
		{"no text yet", w.estonia, with(func(c *AdoptDocument) { c.DocumentID = empty }), Conflict, "documentId", "no text"},
		{"unknown revision", w.estonia, with(func(c *AdoptDocument) { c.RevisionID = "rev_none" }), NotFound, "revisionId", "rev_none"},
		{"another document's revision", w.estonia, with(func(c *AdoptDocument) { c.RevisionID = foreign }), NotFound, "revisionId", foreign},
		{"no date", w.estonia, with(func(c *AdoptDocument) { c.EffectiveFrom = time.Time{} }), Invalid, "effectiveFrom", "missing"},
		{"in force in the past", w.estonia, with(func(c *AdoptDocument) { c.EffectiveFrom = w.now.Add(-time.Millisecond) }), Invalid, "effectiveFrom", "past"},
		{"beyond four-digit years", w.estonia, with(func(c *AdoptDocument) { c.EffectiveFrom = c.EffectiveFrom.AddDate(8000, 0, 0) }), Invalid, "effectiveFrom", "year"},
		{"for ever and a day", w.estonia, with(func(c *AdoptDocument) { c.EffectiveUntil = c.EffectiveFrom.AddDate(8000, 0, 0) }), Invalid, "effectiveUntil", "year"},
		{"ends before it begins", w.estonia, with(func(c *AdoptDocument) { c.EffectiveUntil = c.EffectiveFrom.Add(-day) }), Invalid, "effectiveUntil", ""},
		{"ends within the millisecond", w.estonia, with(func(c *AdoptDocument) { c.EffectiveUntil = c.EffectiveFrom.Add(time.Microsecond) }), Invalid, "effectiveUntil", "no later"},
		{"supersedes nothing known", w.estonia, with(func(c *AdoptDocument) { c.Supersedes = []string{"ins_none"} }), NotFound, "supersedes.0", "ins_none"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, x.c, x.code, x.field, x.words)
		})
	}
	w.t = t
	w.do(w.estonia, good) // from this very moment
}

// instrument is an adopted document of any kind, sponsor and parties.
func (w *town) instrument(by Actor, kind standards.Kind, until time.Time, parties ...string) string {
	w.t.Helper()
	doc := w.reviewedBy(by, kind, parties...)
	return w.do(by, AdoptDocument{DocumentID: doc, EffectiveFrom: w.now, EffectiveUntil: until}).Subject()
}

func (w *town) reviewedBy(by Actor, kind standards.Kind, parties ...string) string {
	w.t.Helper()
	doc := w.do(by, ProposeDocument{Kind: kind, Title: "T", Language: "en", Parties: parties}).Subject()
	w.commit(doc, parcels)
	w.open(doc, LateRefused)
	w.wait(91 * day)
	return doc
}

func TestSupersede(t *testing.T) {
	w := withoutBallots(t)
	old := w.instrument(w.estonia, standards.Regulation, time.Time{}, "EE")
	taken := w.instrument(w.estonia, standards.Regulation, time.Time{}, "EE")
	wide := w.instrument(w.estonia, standards.Regulation, time.Time{}, "EE", "FI")
	standard := w.instrument(w.estonia, standards.Standard, time.Time{})
	foreign := w.instrument(w.zealand, standards.Regulation, time.Time{}, "NZ")
	brief := w.instrument(w.estonia, standards.Regulation, w.now.Add(92*day), "EE")
	next := w.reviewedBy(w.estonia, standards.Regulation, "EE", "NZ")
	w.do(w.estonia, AdoptDocument{DocumentID: next, EffectiveFrom: w.now, Supersedes: []string{taken}})

	doc := w.reviewedBy(w.estonia, standards.Regulation, "EE", "NZ")
	adopt := func(ids ...string) AdoptDocument {
		return AdoptDocument{DocumentID: doc, EffectiveFrom: w.now.Add(day), Supersedes: ids}
	}
	w.refuse(w.estonia, adopt(old, standard), Invalid, "supersedes.1", "is a standard")
	w.refuse(w.estonia, adopt(taken), Conflict, "supersedes.0", "has a successor")
	w.refuse(w.estonia, adopt(brief), Conflict, "supersedes.0", "has expired")
	w.refuse(w.estonia, adopt(wide), Invalid, "supersedes.0", "no party")
	w.refuse(w.estonia, adopt(foreign), Forbidden, "supersedes.0", "only a sponsor")
	w.refuse(w.estonia, adopt(old, old), Invalid, "supersedes.1", "twice")

	ins := w.do(w.estonia, adopt(old)).Subject()
	was, _ := w.m.Instrument(old)
	if was.SupersededBy != ins || !was.SupersededFrom.Equal(w.now.Add(day)) || was.At(w.now) != standards.InForce || was.At(w.now.Add(day)) != standards.Superseded {
		t.Errorf("superseded: %+v", was)
	}
}

// Adoption is for a sponsor; a business that sponsors a standard is one.
func TestBusinessAdoptsItsStandard(t *testing.T) {
	w := withoutBallots(t)
	w.instrument(w.loom, standards.Standard, time.Time{})
}
