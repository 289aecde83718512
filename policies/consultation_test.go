package policies_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

func TestOpenConsultation(t *testing.T) {
	w := newTown(t)
	doc, rev := w.proposed()
	w.do(w.estonia, PutForward{DocumentID: doc, RevisionID: rev})
	id := w.do(w.office, OpenConsultation{DocumentID: doc, Title: "First", Opens: "2026-02-01T09:00", Closes: "2026-04-02T09:00:00",
		Zone: zone, Late: LateMarked}).Subject()
	got, err := w.m.Consultation(id)
	want := Consultation{ID: id, DocumentID: doc, RevisionID: rev, Revision: 1, Round: 1, Title: "First",
		OpensAt:  time.Date(2026, 2, 1, 7, 0, 0, 0, time.UTC), // winter time, UTC+2
		ClosesAt: time.Date(2026, 4, 2, 6, 0, 0, 0, time.UTC), // summer time; still sixty days by the calendar
		Zone:     zone, Late: LateMarked, OrganisationID: w.office.OrganisationID, OpenedAt: w.now, Terms: w.document(doc).Terms}
	want.FirstClosesAt = want.ClosesAt
	if err != nil || !cmp.Equal(got, want) {
		t.Fatalf("opened\n%+v (%v), want\n%+v", got, err, want)
	}
	w.refuse(w.estonia, OpenConsultation{DocumentID: doc, Closes: w.in(99 * day), Zone: zone, Late: LateMarked}, Conflict, "documentId", "open or announced")
}

func TestOpenConsultationRefused(t *testing.T) {
	w := newTown(t)
	doc, _ := w.proposed()
	empty := w.do(w.estonia, w.regulation("Empty")).Subject()
	_, foreign := w.proposed()
	good := OpenConsultation{DocumentID: doc, Opens: "2026-02-01T09:00", Closes: "2026-06-01T17:00", Zone: zone, Late: LateRefused}
	with := func(change func(*OpenConsultation)) OpenConsultation { c := good; change(&c); return c }
	for _, x := range []struct {
		name  string
		who   Actor
		c     OpenConsultation
		code  Code
		field string
		words string
	}{
		{"ends before it begins", w.estonia, with(func(c *OpenConsultation) { c.Closes = "2026-01-31T09:00" }), Invalid, "closesAtLocal", "ends before it begins"},
		{"ends as it begins", w.estonia, with(func(c *OpenConsultation) { c.Closes = c.Opens }), Invalid, "closesAtLocal", "ends before it begins"},
		{"begins in the past", w.estonia, with(func(c *OpenConsultation) { c.Opens = "2026-01-01T09:00" }), Invalid, "opensAtLocal", "past"},
		{"a minute too short", w.estonia, with(func(c *OpenConsultation) { c.Closes = "2026-04-02T08:59" }), Invalid, "closesAtLocal", "at least 60 days"},
		{"hours", w.estonia, with(func(c *OpenConsultation) { c.Closes = "2026-02-01T10:30" }), Invalid, "closesAtLocal", "1h30m0s long"},
		{"no zone", w.estonia, with(func(c *OpenConsultation) { c.Zone = "" }), Invalid, "zone", "missing"},
		{"the server's zone", w.estonia, with(func(c *OpenConsultation) { c.Zone = "Local" }), Invalid, "zone", "missing"},
		{"unknown zone", w.estonia, with(func(c *OpenConsultation) { c.Zone = "Europe/Atlantis" }), Invalid, "zone", "Europe/Atlantis"},
		{"zone that is a path", w.estonia, with(func(c *OpenConsultation) { c.Zone = "../../etc/passwd" }), Invalid, "zone", "IANA"},
		{"no close", w.estonia, with(func(c *OpenConsultation) { c.Closes = "" }), Invalid, "closesAtLocal", "local time"},
		{"close with an offset", w.estonia, with(func(c *OpenConsultation) { c.Closes = "2026-06-01T17:00Z" }), Invalid, "closesAtLocal", "local time"},
		{"opening in words", w.estonia, with(func(c *OpenConsultation) { c.Opens = "soon" }), Invalid, "opensAtLocal", "local time"},
		{"an hour that summer time skips", w.estonia, with(func(c *OpenConsultation) { c.Opens = "2026-03-29T03:30" }), Invalid, "opensAtLocal", "skip"},
		{"a close beyond four-digit years", w.estonia, with(func(c *OpenConsultation) { c.Closes, c.Zone = "9999-12-31T23:00", "America/Lima" }), Invalid, "closesAtLocal", "year"},
		{"late undecided", w.estonia, with(func(c *OpenConsultation) { c.Late = "" }), Invalid, "late", "none of"},
		{"title of two lines", w.estonia, with(func(c *OpenConsultation) { c.Title = "a\nb" }), Invalid, "title", "line break"},
		{"no text yet", w.estonia, with(func(c *OpenConsultation) { c.DocumentID = empty }), Conflict, "documentId", "no text"},
		{"unknown revision", w.estonia, with(func(c *OpenConsultation) { c.RevisionID = "rev_none" }), NotFound, "revisionId", "rev_none"},
		{"another document's revision", w.estonia, with(func(c *OpenConsultation) { c.RevisionID = foreign }), NotFound, "revisionId", foreign},
		{"unknown document", w.office, with(func(c *OpenConsultation) { c.DocumentID = "doc_none" }), NotFound, "documentId", ""},
		{"an observer of the sponsor", as(w.estonia, Observer), good, Forbidden, "documentId", ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, x.c, x.code, x.field, x.words)
		})
	}
	w.t = t
}

func TestMinimumWindowByKind(t *testing.T) {
	w := newTown(t)
	for kind, least := range map[standards.Kind]time.Duration{standards.Regulation: 60, standards.Standard: 30, standards.BestPractice: 14} {
		doc := w.do(w.estonia, ProposeDocument{Kind: kind, Title: "T", Language: "en", Parties: []string{"EE"}}).Subject()
		w.commit(doc, parcels)
		open := func(d time.Duration) OpenConsultation {
			return OpenConsultation{DocumentID: doc, Closes: w.in(d), Zone: zone, Late: LateRefused}
		}
		w.refuse(w.estonia, open(least*day-time.Second), Invalid, "closesAtLocal", "at least")
		w.do(w.estonia, open(least*day))
	}
}

func TestExtendConsultation(t *testing.T) {
	w := newTown(t)
	doc, _, csn := w.consulted()
	was, _ := w.m.Consultation(csn)
	extend := func(d time.Duration) ExtendConsultation {
		return ExtendConsultation{ConsultationID: csn, Closes: was.ClosesAt.Add(d).In(tallinn).Format(LocalTimes[0]), Reason: "Asked for by carriers."}
	}
	w.refuse(w.estonia, extend(-time.Second), Invalid, "closesAtLocal", "never shortened")
	w.refuse(w.estonia, extend(0), Invalid, "closesAtLocal", "never shortened")
	w.refuse(w.loom, extend(day), Forbidden, "consultationId", "")
	w.refuse(Actor{}, extend(day), Unauthenticated, "consultationId", "")
	w.refuse(w.estonia, ExtendConsultation{ConsultationID: csn, Closes: "later", Reason: "r"}, Invalid, "closesAtLocal", "local time")
	w.refuse(w.estonia, ExtendConsultation{ConsultationID: csn, Closes: extend(day).Closes}, Invalid, "reason", "missing")
	w.refuse(w.estonia, ExtendConsultation{ConsultationID: "csn_none", Closes: extend(day).Closes, Reason: "r"}, NotFound, "consultationId", "csn_none")

	w.do(w.estonia, extend(10*day))
	now, _ := w.m.Consultation(csn)
	if want := was.ClosesAt.Add(10 * day); !now.ClosesAt.Equal(want) || !now.FirstClosesAt.Equal(was.ClosesAt) || now.ExtendedAt != w.now ||
		!w.document(doc).ClosesAt.Equal(want) {
		t.Fatalf("extended: %+v", now)
	}
	w.refuse(w.estonia, extend(5*day), Invalid, "closesAtLocal", "never shortened") // not even back to an earlier promise
	w.wait(99 * day)
	w.comment(w.ferry, csn, "")
	w.wait(day)
	w.refuse(w.office, extend(20*day), Conflict, "consultationId", "another round")
}

func TestSecondRound(t *testing.T) {
	w := newTown(t)
	doc, _, one := w.consulted()
	w.edit(doc, "for a year", "for two years")
	w.wait(90 * day)
	two := w.open(doc, LateRefused)
	c, _ := w.m.Consultation(two)
	if c.Round != 2 || c.Revision != 2 || w.document(doc).Consultation != two || w.phase(doc) != InConsultation {
		t.Fatalf("second round: %+v", c)
	}
	w.refuse(w.loom, SubmitComment{ConsultationID: one, CommentWords: CommentWords{Stance: Oppose, Type: General, Text: "x"}}, Conflict, "consultationId", "no late comments")
	w.refuse(w.estonia, ExtendConsultation{ConsultationID: one, Closes: w.in(300 * day), Reason: "r"}, Conflict, "consultationId", "closed")
	w.comment(w.loom, two, "term")
}
