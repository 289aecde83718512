package clauses

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A text may begin with a thematic break, or consist of them.
func TestThematicBreaks(t *testing.T) {
	for source, want := range map[string][]string{
		"---\n":                                   nil,
		"***\n\n---\n\n___\n":                     nil,
		"---\n---\n---\n":                         nil,
		"---\n\nWords.\n":                         {"Words."},
		"---\n\ntitle: x\n\n---\n\nWords.\n":      {"title: x", "Words."},
		"--- \n\nNote: words.\n":                  {"Note: words."},
		"---\nWords right below.\n":               {"Words right below."},
		"---\nWords.\n\n---\n\nMore.\n":           {"Words.", "More."},
		"---\n- a\n- b\n---\nWords.\n":            {"a", "b", "Words."},
		"---\n# Heading\n---\nWords.\n":           {"# Heading", "Words."},
		"---\n*Note*: \"x\n\n---\n\nWords.\n":     {"*Note*: \"x", "Words."},
		"- - -\ntitle: x\n---\nWords.\n":          {"## title: x", "Words."},
		"---\ntitle: x\n---\n---\n":               nil,
		"---\nTitle: x\n...\n***\n\nWords.\n":     {"Words."},
		"--- \ntitle: x\n---\t\nWords.\n":         {"Words."},
		"---\n# comment\ntitle: x\n---\nWords.\n": {"Words."},
	} {
		text, err := Parse([]byte(source), Limits{})
		if err != nil {
			t.Errorf("%q: %v", source, err)
			continue
		}
		var words []string
		for i := range text.Clauses {
			words = append(words, text.Words(i))
		}
		if diff := cmp.Diff(want, words); diff != "" {
			t.Errorf("%q (-want +got):\n%s", source, diff)
		}
		Identify(nil, text)
		checkText(t, text)
		checkHTML(t, Render(text))
		again := mustParse(t, source)
		Identify(text, again)
		if again.Root != text.Root || Successions(text, again) != nil {
			t.Errorf("%q: the next revision is another text", source)
		}
		other := mustParse(t, source+"\nAnother end.\n")
		Identify(text, other)
		if merged, conflicts := Merge(text, other, again); merged != other.Source {
			t.Errorf("%q: merged to %q, %v", source, merged, conflicts)
		}
	}
}
