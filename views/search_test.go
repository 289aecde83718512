package views

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
)

// library has texts in several languages, each sentence a clause.
func library(t *testing.T) *DB {
	t.Helper()
	db := openTest(t)
	s := newStory(t)
	gov := s.party(policies.Government, "Ministry")
	doc := s.do(gov, policies.ProposeDocument{Kind: standards.Standard, Title: "Tollieeskirjad 跨境", Language: "et", OpenDrafts: true})
	s.do(gov, policies.CommitRevision{DocumentID: doc, Source: strings.Join([]string{
		"Deklaratsiooni esitamise nõue kehtib kõigile saatjatele.",
		"The sender's declaration isn't \"final\" before 2026-03-02.",
		"本规定适用于跨境电子商务零售进口商品。",
		"税率由海关公布。",
		"**Kü**ndimise AND õunad OR pirnid NOT ploomid.",
		"宅配便の荷物は税関に申告します。",
	}, "\n\n") + "\n"})
	foldAll(t, db, s.entries)
	return db
}

func TestSearch(t *testing.T) {
	db := library(t)
	for _, x := range []struct {
		query string
		want  []string // the beginnings of the snippets
	}{
		{"nõue", []string{"Deklaratsiooni esitamise \x02nõue\x03 kehtib"}},
		{"NOUE", []string{"Deklaratsiooni esitamise \x02nõue\x03 kehtib"}},
		{"deklarats saatjatele", []string{"\x02Deklaratsiooni\x03 esitamise nõue kehtib kõigile \x02saatjatele\x03."}},
		{"kündimise", []string{"\x02Kündimise\x03 AND"}},
		{"税", []string{"\x02税\x03率由海关公布。", "宅配便の荷物は\x02税\x03関に"}},
		{"税率", []string{"\x02税率\x03由海关公布。"}},
		{"海关", []string{"税率由\x02海关\x03公布。"}},
		{"率税", nil},
		{"跨境", []string{"Tollieeskirjad \x02跨境\x03", "本规定适用于\x02跨境\x03电子商务"}},
		{"电子商务 零售", []string{"本规定适用于跨境\x02电子商务零售\x03进口商品。"}},
		{"2026-03-02", []string{"The sender's declaration isn't \"final\" before \x022026-03-02\x03."}},
		{"EWTP-S-2026-001", []string{"Tollieeskirjad 跨境 \x02EWTP-S-2026-001\x03"}},
		{"õunad OR kala", nil},
		{"õunad NOT pirnid", []string{"Kündimise AND \x02õunad\x03 OR \x02pirnid NOT\x03 ploomid."}},
		{`"final"`, []string{"The sender's declaration isn't \"\x02final\x03\" before"}},
		{`fin*`, []string{"The sender's declaration isn't \"\x02final\x03\" before"}},
		{"fi", nil},
		{`" OR 1=1 --`, nil},
		{`words:final`, nil},
		{`^ * " ( ) NEAR`, nil},
		{`{}:"`, nil},
		{"", nil},
	} {
		l, err := db.Search(ctx, policies.Actor{}, SearchFilter{Query: x.query}, Page{First: 10})
		if err != nil {
			t.Errorf("%q: %v", x.query, err)
			continue
		}
		got := keysOf(l, func(h Hit) string { return h.Snippet })
		slices.Sort(got)
		slices.Sort(x.want)
		if !slices.EqualFunc(got, x.want, strings.HasPrefix) {
			t.Errorf("%q: %q, want %q", x.query, got, x.want)
		}
	}
	for _, f := range []SearchFilter{{Query: strings.Repeat("a", maxQuery+1)}, {Query: "a", Kinds: []SearchKind{"everything"}}} {
		if _, err := db.Search(ctx, policies.Actor{}, f, Page{First: 1}); err == nil {
			t.Errorf("%.20q %v was taken", f.Query, f.Kinds)
		}
	}
}

// People find a word as they can type it, in every language that has such letters.
func TestSearchAsTyped(t *testing.T) {
	db := openTest(t)
	s := newStory(t)
	gov := s.party(policies.Government, "Ministry")
	doc := s.do(gov, policies.ProposeDocument{Kind: standards.Standard, Title: "Zölle", Language: "de", OpenDrafts: true})
	s.do(gov, policies.CommitRevision{DocumentID: doc, Source: strings.Join([]string{
		"Die Straße zum Zoll.", "Une œuvre postale.", "Urząd celny w Łodzi.", "Et gebyr for små øl.", "Þjóðskrá Íslands.", "Đồng Việt Nam.",
		"الجُمْرُك الوطنيّ", "Ο νόμος των δεμάτων.", "Send it by e-mail.", "Or as an email.",
	}, "\n\n") + "\n"})
	foldAll(t, db, s.entries)
	for query, want := range map[string][]string{
		"strasse": {"Die \x02Straße\x03"}, "OEUVRE": {"Une \x02œuvre\x03"}, "urzad lodzi": {"\x02Urząd\x03 celny w \x02Łodzi\x03"},
		"ol": {"Et gebyr for små \x02øl\x03"}, "thjodskra": {"\x02Þjóðskrá\x03"}, "dong": {"\x02Đồng\x03"}, "الجمرك": {"\x02الجُمْرُك\x03"},
		"ΝΟΜΟΣ": {"Ο \x02νόμος\x03"}, "email": {"Or as an \x02email\x03", "Send it by \x02e-mail\x03"}, "e-mail": {"Or as an \x02email\x03", "Send it by \x02e-mail\x03"},
	} {
		l, err := db.Search(ctx, policies.Actor{}, SearchFilter{Query: query}, Page{First: 10})
		if err != nil {
			t.Fatal(err)
		}
		got := keysOf(l, func(h Hit) string { return h.Snippet })
		if slices.Sort(got); !slices.EqualFunc(got, want, strings.HasPrefix) {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
}

// checkWords: clauses are found in the latest revision that may be read, all of
// those with the word and no others.
func (d *dialogue) checkWords(db *DB, a policies.Actor, id string) {
	want := []string{}
	for _, r := range slices.Backward(d.revisions) {
		rev, _ := d.memory.Revision(r)
		if rev.DocumentID == id && d.may(a, policies.ReadingRevision, id, rev.Number) {
			text, _ := d.memory.Text(r)
			for i, c := range text.Clauses {
				if strings.Contains(strings.ToLower(text.Words(i)), "paragraph") { // a replacement may have other words
					want = append(want, r+" "+c.ID)
				}
			}
			break
		}
	}
	got := []string{}
	l, err := db.Search(ctx, a, SearchFilter{Query: "paragraph", Kinds: []SearchKind{InClauses}, DocumentID: id}, Page{First: 100})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, h := range l.Items {
		got = append(got, h.RevisionID+" "+h.ClauseID)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("clauses that %+v finds (-May +SQL):\n%s", a, diff)
	}
}

// FuzzSearch: no query is an error of the database.
func FuzzSearch(f *testing.F) {
	db := openTest(f)
	s, _ := docket(f)
	foldAll(f, db, s.entries)
	for _, q := range []string{"paragraph words", `"`, "NEAR(a b)", "a*b", "税 率", "\x00", "-a", "a:b"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		if len(q) > maxQuery {
			return
		}
		if _, err := db.Search(ctx, policies.Actor{}, SearchFilter{Query: q}, Page{First: 3}); err != nil {
			t.Errorf("%q: %v", q, err)
		}
	})
}
