package words

import (
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
