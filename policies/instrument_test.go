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
	doc, rev := w.proposed()
	terms := Terms{From: w.from(92 * day), Until: w.from(100 * day)}
	w.terms(doc, terms)
	csn := w.open(doc, LateRefused)
	k := w.comment(w.loom, csn, "term")
	w.disposeOf(k, Noted, nil)
	w.wait(91 * day)
	id := w.do(w.estonia, AdoptDocument{DocumentID: doc}).Subject()
	r, _ := w.m.Revision(rev)
	got, err := w.m.Instrument(id)
	want := standards.Instrument{ID: id, DocumentID: doc, RevisionID: rev, Revision: 1, Number: "EWTP-R-2026-001",
		Kind: standards.Regulation, Title: "Parcels of low value", Parties: []string{"EE", "NZ"}, TextDigest: r.TextDigest,
		TextBytes: len(parcels), AdoptedAt: w.now, Force: standards.Force{From: terms.From, Until: terms.Until}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Fatalf("instrument (-want +got), %v:\n%s", err, diff)
	}
	if d := w.document(doc); d.InstrumentID != id || d.AdoptedRevision != rev || d.AdoptedAt != w.now || !cmp.Equal(d.Force, got.Force) {
		t.Errorf("document: %+v", d)
	}
	w.unchangeable(doc, rev, csn, k, "adopted")
}

func TestAdoptDocumentRefused(t *testing.T) {
	w := withoutBallots(t)
	doc, _, _ := w.reviewed()
	empty := w.do(w.estonia, w.regulation("Empty")).Subject()
	_, foreign := w.proposed()
	good := AdoptDocument{DocumentID: doc}
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
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, x.c, x.code, x.field, x.words)
		})
	}
	w.t = t
	w.do(w.estonia, good)
}

// instrument is an adopted document of any kind, sponsor and parties, in force from now.
func (w *town) instrument(by Actor, kind standards.Kind, until time.Time, parties ...string) string {
	w.t.Helper()
	t := Terms{From: w.from(91 * day)}
	if !until.IsZero() {
		t.Until = w.from(until.Sub(w.now))
	}
	return w.instrumentOn(by, kind, t, parties...)
}

// instrumentOn is one on given terms.
func (w *town) instrumentOn(by Actor, kind standards.Kind, t Terms, parties ...string) string {
	w.t.Helper()
	return w.do(by, AdoptDocument{DocumentID: w.reviewedOn(by, kind, t, parties...)}).Subject()
}

func (w *town) reviewedBy(by Actor, kind standards.Kind, parties ...string) string {
	w.t.Helper()
	return w.reviewedOn(by, kind, Terms{From: w.from(3000 * day)}, parties...)
}

// reviewedOn is a document that has been consulted on with its terms, 91 days later.
func (w *town) reviewedOn(by Actor, kind standards.Kind, t Terms, parties ...string) string {
	w.t.Helper()
	doc := w.do(by, ProposeDocument{Kind: kind, Title: "T", Language: "en", Parties: parties}).Subject()
	w.commit(doc, parcels)
	w.terms(doc, t)
	w.open(doc, LateRefused)
	w.wait(91 * day)
	return doc
}

func TestSupersede(t *testing.T) {
	w := withoutBallots(t)
	w.citizen(w.office, Government, "Finland", "FI")
	old := w.instrument(w.estonia, standards.Regulation, time.Time{}, "EE")
	taken := w.instrument(w.estonia, standards.Regulation, time.Time{}, "EE")
	wide := w.instrument(w.estonia, standards.Regulation, time.Time{}, "EE", "FI")
	standard := w.instrument(w.estonia, standards.Standard, time.Time{})
	brief := w.instrument(w.estonia, standards.Regulation, w.now.Add(92*day), "EE")
	late := w.instrumentOn(w.estonia, standards.Regulation, Terms{From: w.from(900 * day)}, "EE")
	w.instrumentOn(w.estonia, standards.Regulation, Terms{From: w.from(91 * day), Supersedes: []string{taken}}, "EE", "NZ")

	doc := w.do(w.estonia, w.regulation("Next")).Subject()
	propose := func(ids ...string) ProposeTerms {
		return ProposeTerms{DocumentID: doc, Terms: Terms{From: w.from(day), Supersedes: ids}}
	}
	w.refuse(w.estonia, propose(old, standard), Invalid, "supersedesIds.1", "is a standard")
	w.refuse(w.estonia, propose(taken), Conflict, "supersedesIds.0", "has a successor")
	w.refuse(w.estonia, propose(brief), Conflict, "supersedesIds.0", "has expired")
	w.refuse(w.estonia, propose(wide), Invalid, "supersedesIds.0", "no party")
	w.refuse(w.estonia, propose(late), Invalid, "supersedesIds.0", "takes force later")
	w.refuse(w.estonia, propose(old, old), Invalid, "supersedesIds.1", "twice")
	w.refuse(w.estonia, propose("ins_none"), NotFound, "supersedesIds.0", "ins_none")

	terms := Terms{From: w.from(92 * day), Supersedes: []string{old}}
	ins := w.instrumentOn(w.estonia, standards.Regulation, terms, "EE", "NZ")
	was, _ := w.m.Instrument(old)
	if was.SupersededBy != ins || !cmp.Equal(was.SupersededFrom, terms.From) || was.At(w.now) != standards.InForce || was.At(w.now.Add(day)) != standards.Superseded {
		t.Errorf("superseded: %+v", was)
	}
}

// Adoption is for a sponsor; a business that sponsors a standard is one.
func TestBusinessAdoptsItsStandard(t *testing.T) {
	w := withoutBallots(t)
	w.instrument(w.loom, standards.Standard, time.Time{})
}
