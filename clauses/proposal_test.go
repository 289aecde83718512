package clauses

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// withPlaces has every kind of place that a clause can stand in.
const withPlaces = "---\ntitle: Parcels\n---\n# Parcels {#top}\n\nDuties\n------\n\nThe carrier declares\nevery parcel.\n\n" +
	"- parcels,\n- letters\n  and cards:\n\n  1. stamped,\n  2. unstamped.\n\n  A paragraph in the item.\n\nAfter the list.\n\n1. one\n2. two\n3. three\n\n" +
	"## Fees\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n### Rates\n\n```rule x\nout = 1\n```\n\n> Quoted.\n\n***\n\nThe end.\n"

// propose carries a proposal out on a clause known by its words, and checks that nothing else changed.
func propose(t *testing.T, text *Text, kind ProposalKind, old, words string) (*Text, error) {
	t.Helper()
	p := Proposal{Kind: kind, Words: words}
	if old != "" {
		i := indexOfWords(text, old)
		if i < 0 {
			t.Fatalf("no clause says %q", old)
		}
		p.ClauseID = text.Clauses[i].ID
	}
	next, err := p.Apply(text)
	if _, tried := p.Try(text); (tried == nil) != (err == nil) {
		t.Fatalf("tried: %v; carried out: %v", tried, err)
	}
	return next, err
}

func TestStrikeOut(t *testing.T) {
	text := identifiedText(t, withPlaces)
	for _, x := range []struct{ old, was, want string }{
		{"The carrier declares every parcel.", "The carrier declares\nevery parcel.\n\n", ""},
		{"parcels,", "- parcels,\n", ""},
		{"letters and cards:", "- letters\n  and cards:\n\n  1. stamped,\n  2. unstamped.\n\n  A paragraph in the item.\n", ""},
		{"unstamped.", "  2. unstamped.\n", ""},
		{"A paragraph in the item.", "  A paragraph in the item.\n\n", ""},
		{"two", "2. two\n", ""},
		{"three", "3. three\n", ""},
		{"After the list.", "After the list.\n\n", ""},
		{"## Fees", withPlaces[strings.Index(withPlaces, "## Fees"):strings.Index(withPlaces, "***")] + "***\n\nThe end.\n", "\x00"},
		{"### Rates", "### Rates\n\n```rule x\nout = 1\n```\n\n> Quoted.\n\n", "\x00"},
		{"> Quoted.", "> Quoted.\n\n", ""},
		{"| a | b |\n| - | - |\n| 1 | 2 |", "| a | b |\n| - | - |\n| 1 | 2 |\n\n", ""},
		{"The end.", "\nThe end.\n", ""},
	} {
		t.Run(x.old, func(t *testing.T) {
			next, err := propose(t, text, StrikeOut, x.old, "")
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.Replace(withPlaces, x.was, x.want, 1); x.want == "" && next.Source != want {
				t.Errorf("source (-want +got):\n%s", cmp.Diff(want, next.Source))
			}
			i := indexOfWords(text, x.old)
			for _, c := range Compare(text.Clauses, next.Clauses) {
				gone := c.Old >= i && c.Old < text.endOf(i)
				if (c.Op == Removed) != gone || c.Op != Removed && c.Op != Same || c.Moved {
					t.Errorf("clause %d: %+v", c.Old, c)
				}
			}
		})
	}
}

func TestAddAfter(t *testing.T) {
	text := identifiedText(t, withPlaces)
	for _, x := range []struct{ name, old, words, at, put string }{
		{"before the first", "", "Preamble.", "# Parcels {#top}", "Preamble.\n\n"},
		{"after a heading, which stands first", "# Parcels", "Preamble.", "Duties\n", "Preamble.\n\n"},
		{"after a paragraph", "The carrier declares every parcel.", "(1a) Twice.", "- parcels", "(1a) Twice.\n\n"},
		{"several", "The carrier declares every parcel.", "One.\n\n- two\n- three\n\nFour.", "- parcels", "One.\n\n- two\n- three\n\nFour.\n\n"},
		{"an item", "parcels,", "boxes,", "- letters", "- boxes,\n"},
		{"an item with its mark", "parcels,", "- boxes,", "- letters", "- boxes,\n"},
		{"an item in an item", "unstamped.", "lost.", "\n  A paragraph in", "  3. lost.\n"},
		{"a numbered item", "three", "four", "\n## Fees", "4. four\n"},
		{"an item with a bullet after a number", "three", "- four", "\n## Fees", "4. four\n"},
		{"an item with a number after a bullet", "parcels,", "7. boxes,", "- letters", "- boxes,\n"},
		{"a section after a section", "## Duties", "## Terms\n\nA year.", "## Fees", "## Terms\n\nA year.\n\n"},
		{"a paragraph in an item", "A paragraph in the item.", "Another.", "After the list.", "  Another.\n\n"},
		{"a section after a list", "three", "## Terms\n\nA year.", "## Fees", "## Terms\n\nA year.\n\n"},
		{"a section after the last", "The end.", "## Annex\n\nNone.", "\x00", ""},
		{"after a table", "| a | b |\n| - | - |\n| 1 | 2 |", "As of now.", "### Rates", "As of now.\n\n"},
		{"a deeper heading before one", "| a | b |\n| - | - |\n| 1 | 2 |", "### Other\n\nNone.", "### Rates", "### Other\n\nNone.\n\n"},
	} {
		t.Run(x.name, func(t *testing.T) {
			next, err := propose(t, text, AddAfter, x.old, x.words)
			if err != nil {
				t.Fatal(err)
			}
			want := strings.Replace(withPlaces, x.at, x.put+x.at, 1)
			if x.put == "" {
				want = withPlaces + "\n" + x.words + "\n"
			}
			if next.Source != want {
				t.Errorf("source (-want +got):\n%s", cmp.Diff(want, next.Source))
			}
			added := 0
			for _, c := range Compare(text.Clauses, next.Clauses) {
				if c.Op == Added {
					added++
				} else if c.Op != Same || c.Moved {
					t.Errorf("clause %d: %+v", c.Old, c)
				}
			}
			if added == 0 {
				t.Error("nothing was added")
			}
			if err := restoreIDs(next); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestProposalsRefused(t *testing.T) {
	text := identifiedText(t, withPlaces)
	for _, x := range []struct {
		name       string
		kind       ProposalKind
		old, words string
	}{
		{"words with a deletion", StrikeOut, "parcels,", "x"},
		{"the whole text", StrikeOut, "# Parcels", ""},
		{"nothing to add", AddAfter, "parcels,", " \n"},
		{"a section that swallows what follows", AddAfter, "The carrier declares every parcel.", "## Other\n\nWords."},
		{"a heading that swallows another", AddAfter, "## Duties", "# Other"},
		{"a section in the midst of a list", AddAfter, "one", "## Other\n\nWords."},
		{"a section before the first", AddAfter, "", "Words.\n\n---\n\nMore."},
		{"a fence that isn't closed", AddAfter, "The carrier declares every parcel.", "```\nx"},
		{"a comment that isn't closed", AddAfter, "The carrier declares every parcel.", "<!-- x"},
		{"another clause's identity", AddAfter, "The end.", "## Annex {#top}"},
		{"front matter", AddAfter, "", "---\na: b\n---\nx"},
	} {
		t.Run(x.name, func(t *testing.T) {
			next, err := propose(t, text, x.kind, x.old, x.words)
			var refusal *Error
			if !errors.As(err, &refusal) || refusal.Field == "" {
				t.Fatalf("%v %v", next, err)
			}
		})
	}
	for _, kind := range ProposalKinds {
		_, err := Proposal{Kind: kind, ClauseID: "nowhere", Words: "x"}.Apply(text)
		var refusal *Error
		if !errors.As(err, &refusal) || refusal.Field != "clauseId" {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if _, err := (Proposal{Kind: StrikeOut, ClauseID: identifiedText(t, "One.\n").Clauses[0].ID}).Try(identifiedText(t, "One.\n")); err == nil {
		t.Error("the only clause can be struck out")
	}
}

// checkProposal holds a text with a proposal carried out against the one before.
func checkProposal(text, next *Text, p Proposal) error {
	if err := restoreIDs(next); err != nil {
		return err
	}
	at := text.Clauses.Index(p.ClauseID)
	for _, c := range Compare(text.Clauses, next.Clauses) {
		ok := c.Op == Same && !c.Moved
		switch p.Kind {
		case Replace:
			ok = ok || c.Op == Changed && c.Old == at || c.Op == Added && p.Split && c.New > at
		case StrikeOut:
			gone := c.Old >= at && c.Old < text.endOf(at)
			ok = c.Op == Removed && gone || ok && !gone
		case AddAfter:
			ok = ok || c.Op == Added && c.New > at
		}
		if !ok {
			return fmt.Errorf("%+v of %q from %q", c, text.Source, next.Source)
		}
	}
	return nil
}

// Whatever is proposed, where it is carried out nothing else changes, and trying it says the same as doing it.
func TestProposalRule(t *testing.T) {
	blocks := []string{"# A", "## B", "### C", "Words.", "More words\nthat wrap.", "- a\n- b", "- a\n\n  inside\n\n- b\n  - deep", "1. one\n2. two", "| a |\n| - |\n| 1 |",
		"```\ncode\n```", "> quoted", "***", "Other.", "    indented", "Under\n====="}
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SampledFrom(blocks)
		source := strings.Join(rapid.SliceOfN(part, 1, 12).Draw(t, "blocks"), "\n\n")
		text, err := Parse([]byte(source), Limits{})
		if err != nil || len(text.Clauses) == 0 {
			t.Skip("no text")
		}
		Identify(nil, text)
		i := rapid.IntRange(-1, len(text.Clauses)-1).Draw(t, "clause")
		p := Proposal{Kind: rapid.SampledFrom(ProposalKinds).Draw(t, "kind"), Split: rapid.Bool().Draw(t, "split")}
		if i >= 0 {
			p.ClauseID = text.Clauses[i].ID
		}
		if p.Kind != StrikeOut {
			p.Words = strings.Join(rapid.SliceOfN(part, 1, 2).Draw(t, "words"), "\n\n")
		}
		next, err := p.Apply(text)
		if _, tried := p.Try(text); (tried == nil) != (err == nil) {
			t.Fatalf("%+v on %q: tried %v, carried out %v", p, source, tried, err)
		}
		if err == nil {
			if err := checkProposal(text, next, p); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func FuzzProposal(f *testing.F) {
	f.Add(withPlaces, 3, "Other *words* — 字\nand more.", uint8(0))
	f.Add(withPlaces, 2, "One.\n\nTwo.", uint8(1))
	f.Add(withPlaces, 5, "", uint8(2))
	f.Add(withPlaces, 7, "- another", uint8(3))
	f.Fuzz(func(t *testing.T, source string, at int, words string, kind uint8) {
		text, err := Parse([]byte(source), Limits{})
		if err != nil || at < -1 || at >= len(text.Clauses) || len(source)+len(words) > 1<<13 {
			return
		}
		Identify(nil, text)
		p := Proposal{Kind: ProposalKinds[int(kind)%3], Words: words, Split: kind >= 128}
		if at >= 0 {
			p.ClauseID = text.Clauses[at].ID
		}
		_, _ = p.Try(text)
		next, err := p.Apply(text)
		if err != nil {
			return
		}
		if err := checkProposal(text, next, p); err != nil {
			t.Fatal(err)
		}
	})
}
