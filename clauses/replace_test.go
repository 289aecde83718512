package clauses

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const replaceable = "---\ntitle: Parcels\n---\n# Parcels {#top}\n\nDuties\n------\n\nThe carrier declares\nevery parcel.\n\n" +
	"- parcels,\n- letters\n  and cards:\n\n  1. stamped,\n  2. unstamped.\n\n  A paragraph in the item.\n\n- - deep\n\n" +
	"| a | b |\n| - | - |\n| 1 | 2 |\n\n```rule x\nout = 1\n```\n\n> Quoted.\n\n***\n\nThe end.\n"

// identifiedText parses a first revision.
func identifiedText(t testing.TB, source string) *Text {
	t.Helper()
	text, err := Parse([]byte(source), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	Identify(nil, text)
	return text
}

func replaceWords(text *Text, clauseID, words string, split bool) (*Text, error) {
	return Proposal{Kind: Replace, ClauseID: clauseID, Words: words, Split: split}.Apply(text)
}

func TestReplaceWords(t *testing.T) {
	text := identifiedText(t, replaceable)
	for _, x := range []struct {
		name, old, words string // old: the words of the clause
		want             string // what the source has in place of was
		was              string
	}{
		{"a heading keeps its ID", "# Parcels", "Low-value parcels", "# Low-value parcels {#top}\n", "# Parcels {#top}\n"},
		{"a heading with its marks", "## Duties", "## Tasks", "## Tasks\n", "Duties\n------\n"},
		{"a paragraph, however wrapped", "The carrier declares every parcel.", "Nobody declares\nanything.", "\n\nNobody declares anything.\n\n", "\n\nThe carrier declares\nevery parcel.\n\n"},
		{"an item", "parcels,", "boxes,", "- boxes,\n", "- parcels,\n"},
		{"an item with what is in it", "letters and cards:", "letters:", "- letters:\n\n  1. stamped", "- letters\n  and cards:\n\n  1. stamped"},
		{"a numbered item", "unstamped.", "without a stamp.", "  2. without a stamp.\n", "  2. unstamped.\n"},
		{"a hard line break in an item", "stamped,", "stamped,\\\nor not,", "  1. stamped,\\\n     or not,\n", "  1. stamped,\n"},
		{"a paragraph in an item", "A paragraph in the item.", "Other words.", "\n  Other words.\n", "\n  A paragraph in the item.\n"},
		{"an item in an item", "deep", "shallow", "- - shallow\n", "- - deep\n"},
		{"a table", "| a | b |\n| - | - |\n| 1 | 2 |", "| a |\n| - |\n| 9 |", "| a |\n| - |\n| 9 |\n\n", "| a | b |\n| - | - |\n| 1 | 2 |\n\n"},
		{"a rule", "```rule x\nout = 1\n```", "```rule x\nout = 2\n```", "out = 2", "out = 1"},
		{"a quotation", "> Quoted.", "> Misquoted.", "> Misquoted.", "> Quoted."},
	} {
		t.Run(x.name, func(t *testing.T) {
			i := indexOfWords(text, x.old)
			if i < 0 {
				t.Fatalf("no clause says %q", x.old)
			}
			next, err := replaceWords(text, text.Clauses[i].ID, x.words, false)
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.Replace(replaceable, x.was, x.want, 1); want == replaceable || next.Source != want {
				t.Errorf("source (-want +got):\n%s", cmp.Diff(want, next.Source))
			}
			for j, c := range Compare(text.Clauses, next.Clauses) {
				want := Change{Op: Same, Old: j, New: j}
				if j == i {
					want.Op = Changed
				}
				if c != want {
					t.Errorf("clause %d became %+v", j, c)
				}
			}
		})
	}
}

func indexOfWords(t *Text, words string) int {
	for i := range t.Clauses {
		if t.Words(i) == words {
			return i
		}
	}
	return -1
}

func TestReplaceWordsSplits(t *testing.T) {
	text := identifiedText(t, replaceable)
	i := indexOfWords(text, "The carrier declares every parcel.")
	id := text.Clauses[i].ID
	two := "(1) One.\n\n(2) Another."
	if _, err := replaceWords(text, id, two, false); err == nil {
		t.Error("split unasked")
	}
	next, err := replaceWords(text, id, two, true)
	if err != nil {
		t.Fatal(err)
	}
	if next.Clauses[i].ID != id || next.Words(i) != "(1) One." || next.Words(i+1) != "(2) Another." {
		t.Errorf("%q %q", next.Words(i), next.Words(i+1))
	}
	for _, c := range Compare(text.Clauses, next.Clauses) {
		want := Same
		switch c.New {
		case i:
			want = Changed
		case i + 1:
			want = Added
		}
		if c.Op != want || c.Moved {
			t.Errorf("clause %d: %+v", c.New, c)
		}
	}
	if err := restoreIDs(next); err != nil {
		t.Error(err)
	}
}

// restoreIDs checks that the identities given are those a record can set again.
func restoreIDs(t *Text) error {
	fresh, err := Parse([]byte(t.Source), Limits{})
	if err != nil {
		return err
	}
	ids := make([]string, len(t.Clauses))
	for i := range ids {
		ids[i] = t.Clauses[i].ID
	}
	if err := fresh.SetIDs(ids); err != nil {
		return err
	}
	if fresh.Root != t.Root {
		return errors.New("another root")
	}
	return nil
}

func TestReplaceWordsRefused(t *testing.T) {
	text := identifiedText(t, replaceable)
	for _, x := range []struct{ name, old, words string }{
		{"nothing", "parcels,", " \n "},
		{"a heading for a paragraph", "The end.", "# The end"},
		{"a list for a paragraph", "The end.", "- the end"},
		{"another level", "## Duties", "### Duties"},
		{"another identity", "# Parcels", "# Parcels {#other}"},
		{"a heading and a paragraph", "# Parcels", "# Parcels\n\nWords."},
		{"a paragraph for a table", "| a | b |\n| - | - |\n| 1 | 2 |", "One and two."},
		{"a fence that isn't closed", "The end.", "```\nThe end."},
		{"two paragraphs in an item", "parcels,", "parcels,\n\nand more"},
		{"a thematic break", "The end.", "The end.\n\n***"},
		{"front matter", "The end.", "---\na: b\n---\nThe end."},
		{"HTML", "The end.", "<div>"},
		{"an underlined heading", "The end.", "The end.\n==="},
	} {
		t.Run(x.name, func(t *testing.T) {
			i := indexOfWords(text, x.old)
			next, err := replaceWords(text, text.Clauses[i].ID, x.words, false)
			var refusal *Error
			if !errors.As(err, &refusal) {
				t.Fatalf("%v %v", next, err)
			}
		})
	}
	var refusal *Error
	if _, err := replaceWords(text, "nowhere", "x", false); !errors.As(err, &refusal) || refusal.Field != "clauseId" {
		t.Error(err)
	}
}

// FuzzReplaceWords: whatever the text and the words, a result differs from the text in that clause alone, and its
// identities can be set again.
func FuzzReplaceWords(f *testing.F) {
	for i := range 12 {
		f.Add(replaceable, i, "Other *words* — 字\nand more.", false)
	}
	f.Add(replaceable, 2, "One.\n\nTwo.", true)
	f.Add("- a\n\n      code\n- b\n", 1, "    more", false)
	f.Add("para\n- list\n", 0, "x", false)
	f.Fuzz(func(t *testing.T, source string, at int, words string, split bool) {
		if len(source)+len(words) > 1<<14 {
			return
		}
		text, err := Parse([]byte(source), Limits{})
		if err != nil || at < 0 || at >= len(text.Clauses) {
			return
		}
		Identify(nil, text)
		next, err := replaceWords(text, text.Clauses[at].ID, words, split)
		if err != nil {
			return
		}
		if err := restoreIDs(next); err != nil {
			t.Fatal(err)
		}
		for _, c := range Compare(text.Clauses, next.Clauses) {
			ok := c.Op == Same || c.Op == Changed && c.Old == at || c.Op == Added && split && c.New > at
			if !ok || c.Moved {
				t.Fatalf("%+v from %q", c, next.Source)
			}
		}
	})
}

func TestReplaceWordsWithNotes(t *testing.T) {
	const source = "One[^1] two[^2].\n\nThree[^2].\n\n[^1]: First.\n[^2]: Second.\n"
	for _, tc := range []struct{ words, want, refused string }{
		{words: "One[^1] 2[^2].", want: strings.Replace(source, "two", "2", 1)},
		{words: "One and two.", want: "One and two.\n\nThree[^2].\n\n\n[^2]: Second.\n"},
		{words: "One.\n\n[a]: /x", refused: "hold the definition of a link or note, which belongs to the whole text"},
	} {
		text := mustParse(t, source)
		Identify(nil, text)
		next, err := replaceWords(text, text.Clauses[0].ID, tc.words, false)
		if tc.refused != "" {
			var e *Error
			if !errors.As(err, &e) || e.Message != tc.refused {
				t.Errorf("%q: %v, want %q", tc.words, err, tc.refused)
			}
			continue
		}
		if err != nil || next.Source != tc.want {
			t.Errorf("%q: %v, got %q, want %q", tc.words, err, next.Source, tc.want)
		}
	}
}
