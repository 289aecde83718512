package standards

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/clauses"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	day = time.Date(2026, 3, 2, 9, 30, 0, 250_000_000, time.UTC)
	set = RuleSet{ID: "rst_1", Slug: "parcels", Releases: 6, LatestDigest: "sha256:" + strings.Repeat("ab", 32)}
)

// parcelDates are a date for each party.
var parcelDates = LawDates{{Party: "EE", Local: "2026-04-03", Zone: "Europe/Tallinn", At: time.Date(2026, 4, 2, 21, 0, 0, 0, time.UTC)},
	{Party: "MY", Local: "2026-04-03T09:00", Zone: "Asia/Kuala_Lumpur", At: time.Date(2026, 4, 3, 1, 0, 0, 0, time.UTC)}}

// instruments are three, in the order of their numbers; two are of one document.
func instruments() []Instrument {
	return []Instrument{
		{ID: "ins_1", RevisionID: "rev_1", Revision: 3, Number: "EWTP-B-2026-001", Kind: BestPractice, Title: "Returns \"<&>\" – 退货\u2028",
			TextDigest: clauses.Hash{1}, TextBytes: 12, Force: Force{From: on(day)}},
		{ID: "ins_2", RevisionID: "rev_2", Revision: 1, Number: "EWTP-R-2026-014", Kind: Regulation, Title: "Parcels", Parties: []string{"EE", "MY"},
			TextDigest: clauses.Hash{2}, TextBytes: 9000, Force: Force{From: parcelDates, Until: on(day.AddDate(2, 0, 0)),
				SupersededBy: "ins_3", SupersededFrom: on(day.AddDate(0, 6, 0))}},
		{ID: "ins_3", RevisionID: "rev_3", Revision: 2, Number: "EWTP-R-2026-014", Kind: Regulation, Title: "Parcels", Parties: []string{"EE", "MY"},
			TextDigest: clauses.Hash{3}, TextBytes: 9001, Supersedes: []string{"ins_2"}, Force: Force{From: on(day.AddDate(0, 6, 0))}},
	}
}

func outline(revisionID string) (clauses.Outline, error) {
	if revisionID == "rev_1" {
		return nil, nil
	}
	return clauses.Outline{{ID: "a", Citation: "§1", Kind: clauses.Heading, Hash: clauses.Hash{4}},
		{ID: "b", Citation: "§1(1)", Kind: clauses.Paragraph, Hash: clauses.Hash{5}}}, nil
}

func canonical(t testing.TB, list []Instrument, from, until time.Time) []byte {
	t.Helper()
	m, err := NewManifest(set, from, until, list, outline)
	if err != nil {
		t.Fatal(err)
	}
	b, err := m.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The bytes of a release never change: hubs hold digests of them.
func TestManifestGolden(t *testing.T) {
	got := canonical(t, instruments(), day, day.AddDate(1, 0, 0))
	golden := filepath.Join("testdata", "manifest.json")
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
	m, err := ParseManifest(want)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := m.Canonical(); err != nil || string(again) != string(want) {
		t.Errorf("read and written again: %s, %v", again, err)
	}
}

// Every end that is known is told, with its reason, and what the manifest says of a
// moment is what its instruments say.
func TestManifestTellsOfEnds(t *testing.T) {
	list := instruments()
	list[0].Until = on(day.Add(-time.Hour))
	list[0].From = on(day.AddDate(-1, 0, 0))
	list[2].RepealedFrom, list[2].Amends = on(day.AddDate(3, 0, 0)), []string{"ins_9"}
	m, err := ParseManifest(canonical(t, list, day, day.AddDate(1, 0, 0)))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		reason EndReason
		by     string
		at     time.Time
		ended  bool
	}{{EndOfTerm, "", day.Add(-time.Hour), true}, {EndBySuccessor, "ins_3", day.AddDate(0, 6, 0), false}, {EndByRepeal, "", day.AddDate(3, 0, 0), false}} {
		in := m.Instruments[i]
		if len(in.Ends) != 1 || in.Ends[0].Reason != want.reason || in.Ends[0].By != want.by || !in.Ends[0].At.Equal(want.at) ||
			!in.EffectiveUntil.Equal(want.at) || in.Ended != want.ended {
			t.Errorf("%s ends: %+v", in.ID, in)
		}
		for _, at := range []time.Time{day.AddDate(-2, 0, 0), day, day.AddDate(0, 1, 1), day.AddDate(0, 6, 0), day.AddDate(2, 0, 0), day.AddDate(9, 0, 0)} {
			if got, want := in.At(at), list[i].At(at); got != want {
				t.Errorf("at %s %s is %s, and its manifest says %s", at, in.ID, want, got)
			}
			for _, j := range []string{"EE", "MY", "FR"} {
				if got, want := in.AtIn(at, j), list[i].AtIn(at, j); got != want {
					t.Errorf("at %s in %s %s is %s, and its manifest says %s", at, j, in.ID, want, got)
				}
			}
		}
	}
	if got := m.Instruments[2].Amends; !cmp.Equal(got, []string{"ins_9"}) {
		t.Errorf("amends %v", got)
	}
	if diff := cmp.Diff(parcelDates, m.Instruments[1].From); diff != "" {
		t.Errorf("dates are told as stated (-want +got):\n%s", diff)
	}
}

func TestManifestIsTheSameHoweverItIsGiven(t *testing.T) {
	want := string(canonical(t, instruments(), day, day.AddDate(1, 0, 0)))
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		var list []Instrument
		for _, i := range order {
			list = append(list, instruments()[i])
		}
		if got := string(canonical(t, list, day, day.AddDate(1, 0, 0))); got != want {
			t.Errorf("in the order %v: %s", order, got)
		}
	}
	zone := time.FixedZone("UTC+8", 8*3600)
	list := instruments()
	for i := range list {
		list[i].From, list[i].Until = slices.Clone(list[i].From), slices.Clone(list[i].Until)
		for _, dates := range []LawDates{list[i].From, list[i].Until} {
			for j := range dates {
				dates[j].At = dates[j].At.In(zone)
			}
		}
	}
	if got := string(canonical(t, list, day.In(zone), day.AddDate(1, 0, 0).In(zone))); got != want {
		t.Errorf("with times in another zone: %s", got)
	}
}

func TestNewManifestNeedsItsClauses(t *testing.T) {
	lost := errors.New("lost")
	_, err := NewManifest(set, day, day, instruments(), func(string) (clauses.Outline, error) { return nil, lost })
	if !errors.Is(err, lost) || !strings.Contains(fmt.Sprint(err), "EWTP-B-2026-001") {
		t.Errorf("got %v", err)
	}
}

func TestParseManifestRefuses(t *testing.T) {
	good := string(canonical(t, instruments(), day, day.AddDate(1, 0, 0)))
	change := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("the manifest has no %s", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "no JSON"},
		{"half", good[:len(good)/2], "no JSON"},
		{"two", good + good, "no JSON"},
		{"no object", "[]", "couldn't read"},
		{"white space", strings.Replace(good, ",", ", ", 1), "canonical"},
		{"a line feed after it", good + "\n", "canonical"},
		{"keys out of order", `{"number":7,` + strings.Replace(good[1:], `"number":7,"pre`, `"pre`, 1), "canonical"},
		{"a key twice", change(`"number":7`, `"number":7,"number":8`), "couldn't read"},
		{"an escape for nothing", change("Parcels", `\u0050arcels`), "canonical"},
		{"another format", change("entente-release/1", "entente-release/2"), "format"},
		{"rule set", change(`"ruleSet":"parcels"`, `"ruleSet":"../parcels"`), "ruleSet"},
		{"number 0", change(`"number":7`, `"number":0`), "number"},
		{"number as text", change(`"number":7`, `"number":"7"`), "number"},
		{"number past int", change(`"number":7`, `"number":1e+30`), "number"},
		{"first with a previous", change(`"number":7`, `"number":1`), "previous"},
		{"no previous", change(`"previous":"sha256:`+strings.Repeat("ab", 32)+`",`, ""), "previous"},
		{"no publishedAt", change(`"publishedAt":"2026-03-02T09:30:00.25Z",`, ""), "publishedAt"},
		{"validUntil too early", change(`"validUntil":"2027`, `"validUntil":"2025`), "validUntil"},
		{"text digest", change(`"digest":"sha256:02`, `"digest":"md5:02`), "instruments.1.text.digest"},
		{"text length", change(`"bytes":9000`, `"bytes":-1`), "instruments.1.text.bytes"},
		{"an instrument twice", change(`"id":"ins_3"`, `"id":"ins_2"`), "instruments.2.id"},
		{"an instrument without ID", change(`"id":"ins_1"`, `"id":""`), "instruments.0.id"},
		{"an instrument without number", change(`"EWTP-B-2026-001"`, `""`), "instruments.0.number"},
		{"effectiveUntil too early", change(`"effectiveUntil":"2026-09`, `"effectiveUntil":"2020-09`), "instruments.1.effectiveUntil"},
		{"from another day", change(`"effectiveFrom":"2026-04-02`, `"effectiveFrom":"2026-04-01`), "instruments.1.from"},
		{"an end for no reason", change(`"reason":"superseded"`, `"reason":"whim"`), "instruments.1.ends.0"},
		{"ended without an end", change(`,"from":[{"at":"2026-03-02`, `,"ended":true,"from":[{"at":"2026-03-02`), "instruments.0.ended"},
	} {
		if m, err := ParseManifest([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) || m.Number != 0 {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	later := change(`"format":"entente-release/1",`, `"format":"entente-release/1","gift":{"a":[1,true,null]},`)
	if m, err := ParseManifest([]byte(later)); err != nil || m.Number != 7 {
		t.Errorf("a member of a later time: %v", err)
	}
}

func FuzzParseManifest(f *testing.F) {
	f.Add(canonical(f, instruments(), day, day.AddDate(1, 0, 0)))
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"a":1e400}`))
	f.Add([]byte("{\"a\":\"\xff\"}"))
	f.Add([]byte(strings.Repeat("[", 20000)))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseManifest(b)
		if err != nil {
			return
		}
		again, err := m.Canonical()
		if err != nil {
			t.Fatalf("%q was read but can't be written: %v", b, err)
		}
		if second, err := ParseManifest(again); err != nil || cmp.Diff(m, second) != "" {
			t.Errorf("%q was read otherwise the second time: %v %s", b, err, cmp.Diff(m, second))
		}
	})
}

func TestSlugAndDigest(t *testing.T) {
	for s, want := range map[string]bool{"a": true, "a-1": true, "": false, "-a": false, "a--b": false, "A": false, "a/b": false, "a\n": false,
		strings.Repeat("a", 64): true, strings.Repeat("a", 65): false} {
		if IsSlug(s) != want {
			t.Errorf("IsSlug(%q) isn't %v", s, want)
		}
	}
	for s, want := range map[string]bool{Digest(nil): true, "": false, "sha256:": false, Digest(nil) + "\n": false,
		strings.ToUpper(Digest(nil)): false, Digest(nil)[1:]: false} {
		if IsDigest(s) != want {
			t.Errorf("IsDigest(%q) isn't %v", s, want)
		}
	}
	if got := Digest([]byte("abc")); got != "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" { // FIPS 180-4's example
		t.Errorf("Digest: %s", got)
	}
}
