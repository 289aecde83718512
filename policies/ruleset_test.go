package policies_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

func TestCreateRuleSetRefused(t *testing.T) {
	w := withoutBallots(t)
	w.do(w.office, CreateRuleSet{Slug: "nz-ee-parcels", Title: "Parcels"})
	for _, x := range []struct {
		name, slug, title string
		code              Code
		field             string
	}{
		{"no slug", "", "T", Invalid, "slug"},
		{"capitals", "Parcels", "T", Invalid, "slug"},
		{"two hyphens", "a--b", "T", Invalid, "slug"},
		{"hyphen behind", "a-", "T", Invalid, "slug"},
		{"a path", "a/b", "T", Invalid, "slug"},
		{"a line end", "a\n", "T", Invalid, "slug"},
		{"65 letters", strings.Repeat("a", 65), "T", Invalid, "slug"},
		{"taken", "nz-ee-parcels", "T", Conflict, "slug"},
		{"no title", "b", "", Invalid, "title"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(w.office, CreateRuleSet{Slug: x.slug, Title: x.title}, x.code, x.field, "")
		})
	}
	w.t = t
	w.refuse(w.office, CreateRuleSet{Slug: "b", Title: "ＰＡＲＣＥＬＳ "}, Conflict, "title", "nz-ee-parcels has that title")
	w.refuse(w.office, CreateRuleSet{Slug: "b", Title: strings.Repeat("ß", MaxTitle+1)}, Invalid, "title", "1001 characters")
	w.refuse(w.office, CreateRuleSet{Slug: "b", Title: "T", Description: "\xff"}, Invalid, "description", "UTF-8")
	w.refuse(w.estonia, CreateRuleSet{Slug: "b", Title: "T"}, Forbidden, "", "")
	w.refuse(Actor{}, CreateRuleSet{Slug: "b", Title: "T"}, Unauthenticated, "", "")
	w.do(w.office, CreateRuleSet{Slug: strings.Repeat("a", 64), Title: "T"})
}

func TestPublishRelease(t *testing.T) {
	w := withoutBallots(t)
	set := w.do(w.office, CreateRuleSet{Slug: "parcels", Title: "Parcels"}).Subject()
	a, b := w.instrument(w.estonia, standards.Regulation, time.Time{}, "EE"), w.instrument(w.loom, standards.Standard, time.Time{})
	var digest string
	for n := 1; n <= 2; n++ {
		e := w.do(w.office, PublishRelease{RuleSetID: set, Instruments: []string{b, a}, ValidUntil: w.now.Add(day), Note: "n"}).(*ReleasePublished)
		r, err := w.m.Release(set, n)
		if err != nil {
			t.Fatal(err)
		}
		if r.Digest != standards.Digest(r.Manifest) || !bytes.Equal(e.Released(), standards.Sum(r.Manifest)) || r.Seq != int64(len(w.log)-1) ||
			r.Signature != "signed "+r.Digest[:14] || r.PublishedAt != w.now || r.Instruments[0] != a || r.Instruments[1] != b {
			t.Fatalf("release %d: %+v", n, r)
		}
		if !strings.Contains(string(r.Manifest), `"previous":"`+digest+`"`) && n == 2 {
			t.Errorf("release 2 doesn't name the digest of release 1: %s", r.Manifest)
		}
		digest = r.Digest
		if s, _ := w.m.RuleSet(set); s.Releases != n || s.LatestDigest != digest {
			t.Fatalf("rule set: %+v", s)
		}
	}
}

func TestPublishReleaseRefused(t *testing.T) {
	w := withoutBallots(t)
	set := w.do(w.office, CreateRuleSet{Slug: "parcels", Title: "Parcels"}).Subject()
	old := w.instrument(w.estonia, standards.Regulation, time.Time{}, "EE")
	brief := w.instrument(w.estonia, standards.Regulation, w.now.Add(92*day), "EE") // gone when the next is adopted
	other := w.instrument(w.loom, standards.Standard, time.Time{})
	ins := w.instrumentOn(w.estonia, standards.Regulation, Terms{From: w.from(92 * day), Supersedes: []string{old}}, "EE")
	bare := w.do(w.office, CreateRuleSet{Slug: "bare", Title: "Bare"}).Subject()
	good := PublishRelease{RuleSetID: set, Instruments: []string{ins}, ValidUntil: w.now.Add(9 * day)}
	with := func(change func(*PublishRelease)) PublishRelease { c := good; change(&c); return c }

	w.do(w.office, with(func(c *PublishRelease) { c.Instruments = []string{old, ins} })) // both bind, one after the other
	w.wait(day)
	for _, x := range []struct {
		name  string
		who   Actor
		c     PublishRelease
		code  Code
		field string
		words string
	}{
		{"the public", Actor{}, good, Unauthenticated, "", ""},
		{"a sponsor", w.estonia, good, Forbidden, "", ""},
		{"an observer of the secretariat", as(w.office, Observer), good, Forbidden, "", ""},
		{"unknown rule set", w.office, with(func(c *PublishRelease) { c.RuleSetID = "rst_none" }), NotFound, "ruleSetId", "rst_none"},
		{"valid until now", w.office, with(func(c *PublishRelease) { c.ValidUntil = w.now }), Invalid, "validUntil", "past"},
		{"valid until never", w.office, with(func(c *PublishRelease) { c.ValidUntil = time.Time{} }), Invalid, "validUntil", "past"},
		{"valid beyond four-digit years", w.office, with(func(c *PublishRelease) { c.ValidUntil = w.now.AddDate(8000, 0, 0) }), Invalid, "validUntil", "year"},
		{"nothing in it", w.office, with(func(c *PublishRelease) { c.RuleSetID, c.Instruments = bare, nil }), Invalid, "instrumentIds", "empty"},
		{"what bound is left out", w.office, with(func(c *PublishRelease) { c.Instruments = []string{other} }), Conflict, "droppedIds", ins},
		{"what is kept is dropped", w.office, with(func(c *PublishRelease) { c.Dropping = []string{ins} }), Invalid, "droppedIds.0", "isn't dropped"},
		{"what ended is dropped", w.office, with(func(c *PublishRelease) { c.Dropping = []string{old} }), Invalid, "droppedIds.0", "has ended"},
		{"unknown instrument", w.office, with(func(c *PublishRelease) { c.Instruments = []string{ins, "ins_none"} }), NotFound, "instrumentIds.1", "ins_none"},
		{"an instrument twice", w.office, with(func(c *PublishRelease) { c.Instruments = []string{ins, ins} }), Invalid, "instrumentIds.1", "twice"},
		{"a superseded instrument", w.office, with(func(c *PublishRelease) { c.Instruments = []string{old} }), Conflict, "instrumentIds.0", "superseded"},
		{"an expired instrument", w.office, with(func(c *PublishRelease) { c.Instruments = []string{brief} }), Conflict, "instrumentIds.0", "expired"},
		{"a note with a bell", w.office, with(func(c *PublishRelease) { c.Note = "\a" }), Invalid, "note", "control"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w.t = t
			w.refuse(x.who, x.c, x.code, x.field, x.words)
		})
	}
	w.t = t
}

// A release carries what the one before held and has ended since, marked, for two years;
// what binds it leaves out by name only.
func TestReleaseCarriesWhatHasEnded(t *testing.T) {
	w := withoutBallots(t)
	set := w.do(w.office, CreateRuleSet{Slug: "parcels", Title: "Parcels"}).Subject()
	lasting := w.instrument(w.estonia, standards.Regulation, time.Time{}, "EE")
	never := w.instrumentOn(w.estonia, standards.Regulation, Terms{From: w.from(900 * day)}, "EE")
	brief := w.instrumentOn(w.estonia, standards.Regulation, Terms{From: w.from(91 * day), Until: w.from(100 * day)}, "EE")
	publish := func(dropping []string, ids ...string) standards.Manifest {
		t.Helper()
		e := w.do(w.office, PublishRelease{RuleSetID: set, Instruments: ids, Dropping: dropping, ValidUntil: w.now.Add(day)}).(*ReleasePublished)
		m, err := standards.ParseManifest([]byte(e.Manifest))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	held := func(m standards.Manifest) (list []string) {
		for _, in := range m.Instruments {
			mark := ""
			if in.Ended {
				mark = " ended"
			}
			list = append(list, in.ID+mark)
		}
		slices.Sort(list)
		return list
	}
	want := func(m standards.Manifest, ids ...string) {
		t.Helper()
		slices.Sort(ids)
		if diff := cmp.Diff(ids, held(m)); diff != "" {
			t.Fatalf("release %d holds (-want +got):\n%s", m.Number, diff)
		}
	}
	want(publish(nil, brief, lasting, never), brief, lasting, never)
	w.wait(10 * day)
	want(publish(nil, lasting, never), brief+" ended", lasting, never)
	w.do(w.estonia, RepealInstrument{InstrumentID: never, From: w.from(day), Reason: "r"})
	want(publish(nil, lasting), brief+" ended", lasting) // what never bound isn't missed
	w.do(w.estonia, RepealInstrument{InstrumentID: lasting, From: w.from(day), Reason: "Overtaken."})
	m := publish([]string{lasting}) // what has ended is a release by itself
	want(m, brief+" ended")
	m = publish(nil, lasting)
	if i := slices.IndexFunc(m.Instruments, func(in standards.ManifestInstrument) bool { return in.ID == lasting }); m.Instruments[i].Ended ||
		m.Instruments[i].Ends[0].Reason != standards.EndByRepeal {
		t.Errorf("repealed from tomorrow: %+v", m.Instruments[i])
	}
	w.wait(2 * day)
	want(publish(nil), brief+" ended", lasting+" ended")
	w.now = w.now.AddDate(0, 24, -2) // the brief one ended a day longer ago
	want(publish(nil), lasting+" ended")
	w.now = w.now.AddDate(0, 3, 0)
	w.refuse(w.office, PublishRelease{RuleSetID: set, ValidUntil: w.now.Add(day)}, Invalid, "instrumentIds", "empty")
}

// Without a key, or with one that fails, nothing is released, and it is no refusal.
func TestReleaseUnsigned(t *testing.T) {
	w := withoutBallots(t)
	set := w.do(w.office, CreateRuleSet{Slug: "parcels", Title: "Parcels"}).Subject()
	c := PublishRelease{RuleSetID: set, Instruments: []string{w.instrument(w.estonia, standards.Regulation, time.Time{}, "EE")}, ValidUntil: w.now.Add(day)}
	broken := errors.New("broken")
	for _, sign := range []func([]byte) (string, error){nil, func([]byte) (string, error) { return "", broken }} {
		env := w.env(w.office)
		env.Sign = sign
		e, err := c.Decide(env, w.m)
		var refusal *Error
		if e != nil || err == nil || errors.As(err, &refusal) || sign != nil && !errors.Is(err, broken) {
			t.Errorf("released %v, error %v", e, err)
		}
	}
}
