package policies_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

func TestRepealInstrument(t *testing.T) {
	w := newTown(t)
	doc, id := w.adopted() // in force in 30 days
	w.do(w.estonia, RepealInstrument{InstrumentID: id, From: w.from(40 * day), Reason: "Overtaken by a treaty."})
	in, _ := w.m.Instrument(id)
	for after, want := range map[time.Duration]standards.Status{0: standards.Pending, 30 * day: standards.InForce,
		40*day - 1: standards.InForce, 40 * day: standards.Repealed} {
		if got := in.At(w.now.Add(after)); got != want {
			t.Errorf("%s after the repeal it is %s, want %s", after, got, want)
		}
	}
	if in.Repeal != "Overtaken by a treaty." || !cmp.Equal(w.document(doc).Force, in.Force) {
		t.Errorf("repealed: %+v", in)
	}
	w.refuse(w.estonia, RepealInstrument{InstrumentID: id, From: w.from(50 * day), Reason: "r"}, Conflict, "instrumentId", "already")
}

func TestRepealInstrumentRefused(t *testing.T) {
	w := withoutBallots(t)
	brief := w.instrument(w.estonia, standards.Regulation, w.now.Add(92*day), "EE")
	old := w.instrument(w.estonia, standards.Regulation, time.Time{}, "EE")
	w.instrumentOn(w.estonia, standards.Regulation, Terms{From: w.from(184 * day), Supersedes: []string{old}}, "EE")
	ends := w.instrument(w.estonia, standards.Regulation, w.now.Add(100*day), "EE")
	for _, x := range []struct {
		name  string
		who   Actor
		c     RepealInstrument
		code  Code
		field string
		words string
	}{
		{"the public", Actor{}, RepealInstrument{ends, w.from(0), "r"}, Unauthenticated, "instrumentId", ""},
		{"another government", w.zealand, RepealInstrument{ends, w.from(0), "r"}, Forbidden, "instrumentId", ""},
		{"the secretariat", w.office, RepealInstrument{ends, w.from(0), "r"}, Forbidden, "instrumentId", ""},
		{"an observer of the sponsor", as(w.estonia, Observer), RepealInstrument{ends, w.from(0), "r"}, Forbidden, "instrumentId", ""},
		{"unknown", w.estonia, RepealInstrument{"ins_none", w.from(0), "r"}, NotFound, "instrumentId", "ins_none"},
		{"without a reason", w.estonia, RepealInstrument{ends, w.from(0), ""}, Invalid, "reason", "missing"},
		{"in the past", w.estonia, RepealInstrument{ends, w.from(-time.Second), "r"}, Invalid, "from", "past"},
		{"what has expired", w.estonia, RepealInstrument{brief, w.from(0), "r"}, Conflict, "instrumentId", "expired"},
		{"what has a successor by then", w.estonia, RepealInstrument{old, w.from(2 * day), "r"}, Invalid, "from", "superseded by then"},
		{"what ends sooner by itself", w.estonia, RepealInstrument{ends, w.from(60 * day), "r"}, Invalid, "from", "expired by then"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, x.c, x.code, x.field, x.words)
		})
	}
	w.t = t
	w.do(w.estonia, RepealInstrument{InstrumentID: ends, Reason: "r"}) // from now on
	in, _ := w.m.Instrument(ends)
	if in.At(w.now) != standards.Repealed || !in.RepealedFrom.First().At.Equal(w.now) {
		t.Errorf("repealed from now: %+v", in)
	}
	set := w.do(w.office, CreateRuleSet{Slug: "s", Title: "S"}).Subject()
	w.refuse(w.office, PublishRelease{RuleSetID: set, Instruments: []string{ends}, ValidUntil: w.now.Add(day)}, Conflict, "instrumentIds.0", "repealed")
	never := w.instrumentOn(w.estonia, standards.Regulation, Terms{From: w.from(101 * day)}, "EE")
	w.do(w.estonia, RepealInstrument{InstrumentID: never, From: w.from(9 * day), Reason: "r"})
	w.refuse(w.office, PublishRelease{RuleSetID: set, Instruments: []string{never}, ValidUntil: w.now.Add(day)}, Conflict, "instrumentIds.0", "never takes force")
	again := w.do(w.estonia, w.regulation("Again")).Subject()
	for field, c := range map[string]Terms{"supersedesIds.0": {Supersedes: []string{ends}}, "amendsIds.0": {Amends: []string{ends}}} {
		w.refuse(w.estonia, ProposeTerms{DocumentID: again, Terms: c}, Conflict, field, "been repealed")
	}
	w.refuse(w.estonia, ProposeTerms{DocumentID: again, Terms: Terms{Supersedes: []string{never}}}, Conflict, "supersedesIds.0", "never takes force")
}

// What is amended stays in force and names what amends it.
func TestAmend(t *testing.T) {
	w := withoutBallots(t)
	old := w.instrument(w.estonia, standards.Regulation, time.Time{}, "EE")
	foreign := w.instrument(w.zealand, standards.Regulation, time.Time{}, "EE")
	draft := w.do(w.estonia, w.regulation("Draft")).Subject()
	w.refuse(w.estonia, ProposeTerms{DocumentID: draft, Terms: Terms{From: w.from(day), Amends: []string{old}, Supersedes: []string{old}}}, Invalid, "amendsIds.0", "superseded by the same")
	doc := w.reviewedOn(w.estonia, standards.Regulation, Terms{From: w.from(91 * day), Amends: []string{foreign}}, "EE", "NZ")
	w.wants(doc, "consentMissing")
	id := w.instrumentOn(w.estonia, standards.Regulation, Terms{From: w.from(91 * day), Amends: []string{old}}, "EE", "NZ")
	was, _ := w.m.Instrument(old)
	is, _ := w.m.Instrument(id)
	if !cmp.Equal(was.AmendedBy, []string{id}) || !cmp.Equal(is.Amends, []string{old}) || was.At(w.now.Add(day)) != standards.InForce {
		t.Errorf("amended %+v by %+v", was, is)
	}
}
