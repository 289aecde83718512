package words

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A text can't forge marks, and long ones are cut around the match.
func TestSnippet(t *testing.T) {
	long := strings.Repeat("word ", 100) + "needle " + strings.Repeat("word ", 100)
	for _, x := range []struct{ query, text, want string }{
		{"b", "a \x02b\x03 c", "a  \x02b\x03  c"},
		{"needle", long, "…" + strings.Repeat("word ", 8) + "\x02needle\x03" + strings.Repeat(" word", 23) + "…"},
		{"nothing", "some text", "some text"},
		{"a", "", ""},
		{"email", "Your e-mail, or email.", "Your \x02e-mail\x03, or \x02email\x03."},
		{"e-mail", "Your e-mail, or emails.", "Your \x02e-mail\x03, or \x02emails\x03."},
		{"e-mail/fax", "By email/fax", "By \x02email/fax\x03"},
		{"ecommerce", "e-commerce-law", "\x02e-commerce\x03-law"},
		{"strasse", "Straße", "\x02Straße\x03"},
		{"νόμος", "ΝΟΜΟΣ", "\x02ΝΟΜΟΣ\x03"},
	} {
		if diff := cmp.Diff(x.want, Parse(x.query).Snippet(x.text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", x.query, diff)
		}
	}
}

// FuzzSnippet: whatever a query and a text hold, marks come in pairs.
func FuzzSnippet(f *testing.F) {
	for _, q := range []string{"paragraph words", `"`, "NEAR(a b)", "a*b", "税 率", "\x00", "-a", "a:b"} {
		f.Add(q, "A paragraph of words.")
	}
	f.Fuzz(func(t *testing.T, q, text string) {
		cut := Parse(q).Snippet(text)
		if strings.Count(cut, MarkBegin) != strings.Count(cut, MarkEnd) {
			t.Errorf("%q in %q: marks of %q don't match", q, text, cut)
		}
	})
}

// FuzzQueryMatches: what the index finds is what a snippet marks. The index is
// played here: FTS5 wants one phrase of each term, whose words are in a row.
func FuzzQueryMatches(f *testing.F) {
	for _, x := range [][2]string{{"email", "an e-mail"}, {"e-mail", "emails"}, {"a-b/c", "ab c"}, {"mail email", "e-mail"}, {"state-of-the-art", "stateoftheart"},
		{"b-c-d-e-f", "a-b-c-d-e-f"}, {"ŀ", "l·l"}, {"電e", "電-e"}, {"a b", "a-b"}} {
		f.Add(x[0], x[1])
	}
	f.Fuzz(func(t *testing.T, query, text string) {
		index := strings.Fields(Indexed(text))
		for _, one := range Parse(query) {
			found := slices.ContainsFunc(one, func(p phrase) bool { return inRow(index, p) })
			if marks := strings.Contains(Query{one}.Snippet(text), MarkBegin); found != marks {
				t.Errorf("%+v in %q: found %v, marked %v", one, text, found, marks)
			}
		}
	})
}

func inRow(index []string, p phrase) bool {
	for i := range index {
		n := 0
		for n < len(p.words) && i+n < len(index) && p.is(n, index[i+n]) {
			n++
		}
		if n == len(p.words) {
			return true
		}
	}
	return false
}
