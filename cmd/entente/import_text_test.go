package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/clauses"
)

func TestDocumentText(t *testing.T) {
	for name, x := range map[string]struct{ source, want string }{
		"no front matter":  {"# A\n\nWords.\n", "# A\n\nWords.\n"},
		"in order":         {"---\ntitle: T # one\nlist:\n  - a\n---\n# A\n", "---\ntitle: T # one\nlist:\n  - a\n---\n# A\n"},
		"line ends, blank": {"\uFEFF--- \r\ntitle: T\r\n...\r\n# A", "---\ntitle: T\n---\n# A\n"},
		"kramdown-rfc": {"---\ntitle: T\n\n--- abstract\n\nWords.\n\n--- note_Note_to_Readers\n\nMore.\n\n--- middle\n\n# Scope\n\nx\n\n--- back\n\n# Thanks\n",
			"---\ntitle: T\n\n---\n\n# Abstract\n\n\nWords.\n\n\n# Note to Readers\n\n\nMore.\n\n\n\n# Scope\n\nx\n\n\n\n# Thanks\n"},
		"kramdown-rfc, front matter closed": {"---\ntitle: T\n---\n--- abstract\nWords.\n--- middle\n# Scope\n", "---\ntitle: T\n---\n\n# Abstract\n\nWords.\n\n# Scope\n"},
		"a name twice":                      {"---\nkeyword: a\nipr: b\nkeyword:\n  - c\n---\nx\n", "---\n# keyword: a\nipr: b\nkeyword:\n  - c\n---\nx\n"},
		"a colon without quotes":            {"---\ntitle: QUIC: it's \"fast\"\ndate: 2021\n---\nx\n", "---\ntitle: 'QUIC: it''s \"fast\"'\ndate: 2021\n---\nx\n"},
		"no blank after the colon":          {"---\ntitle:T\nipr: b\n---\nx\n", "---\ntitle: 'T'\nipr: b\n---\nx\n"},
		"a quote left open":                 {"---\ntitle: \"T\nipr: b\n---\nx\n", "---\ntitle: 'T'\nipr: b\n---\nx\n"},
		"tabs":                              {"---\nauthor:\n\t- a\nipr: b\n---\nx\n", "---\nauthor:\n  - a\nipr: b\n---\nx\n"},
		"what can't be read":                {"---\ntitle: T\nauthor:\n  - [a\n---\nx\n", "---\ntitle: T\n# author:\n#   - [a\n---\nx\n"},
		"a list":                            {"---\n- a\n- b\n---\nx\n", "---\n# - a\n# - b\n---\nx\n"},
		"words between thematic breaks":     {"---\nNote well.\n\nThese are words: all.\n\n---\nx\n", "---\nNote well.\n\nThese are words: all.\n\n---\nx\n"},
		"not closed":                        {"---\n\nWords.\n", "---\n\nWords.\n"},
		"Hugo":                              {"+++\ntitle = \"T: \\u00fc\"\ndate = 2021-05-01\ntags = [\"a\", 'b']\n[params]\nx = 1\n+++\n# A\n", "---\ndate: 2021-05-01T00:00:00Z\nparams:\n    x: 1\ntags:\n    - a\n    - b\ntitle: 'T: ü'\n---\n# A\n"},
		"Hugo, what can't be read":          {"+++\ntitle = T\n+++\n# A\n", "---\n# title = T\n---\n# A\n"},
		"Hugo, empty":                       {"+++\n+++\n# A\n", "---\n---\n# A\n"},
		"plus signs":                        {"+++\n\nWords.\n", "+++\n\nWords.\n"},
		"a part's name without kramdown":    {"# A\n\n--- middle\n", "# A\n\n--- middle\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := documentText([]byte(x.source))
			if err != nil {
				t.Fatal(err)
			}
			if name == "Hugo" {
				got = strings.Replace(got, "2021-05-01T00:00:00+00:00", "2021-05-01T00:00:00Z", 1)
			}
			if diff := cmp.Diff(x.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever a file has: what was read as front matter the registry takes as such, nothing is
// lost of the words, and a second reading changes nothing.
func FuzzDocumentText(f *testing.F) {
	for _, seed := range []string{"---\ntitle: T\nkeyword: a\nkeyword: b\n--- abstract\n\nWords.\n\n--- middle\n\n# A\n", "+++\na = 1\n+++\nx\n", "---\na: b: c\n\td: e\n...\nx\n",
		"---\n---\nx", "---\n? a\n: b\n---\nx", "---\n&a a: *a\n---\nx", "---\n\"a\": 'b\n---\nx\n", "---\na: |\n  x\n y\n---\n", "+++\na.b = 1\n+++\n--- middle\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		text, err := documentText([]byte(source))
		if err != nil {
			return
		}
		if again, err := documentText([]byte(text)); err != nil || again != text {
			t.Errorf("%q, read again: %q, %v", text, again, err)
		}
		whole, _ := clauses.Normalise([]byte(source), clauses.DefaultLimits)
		if text == whole || len(text) > 60_000 {
			return
		}
		if _, err := clauses.Parse([]byte(text), clauses.DefaultLimits); err != nil && strings.Contains(err.Error(), "front matter") {
			t.Errorf("%q: %v", text, err)
		}
		if utf8.RuneCountInString(text)*2 < utf8.RuneCountInString(strings.Join(strings.Fields(whole), "")) {
			t.Errorf("%q became %q", whole, text)
		}
	})
}
