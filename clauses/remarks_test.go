package clauses

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A number at the beginning of a line that is no clause is remarked on, in whatever script, and nothing else is.
func TestRemarks(t *testing.T) {
	for name, tc := range map[string]struct {
		source string
		want   []string // "line: label at clause"
	}{
		"points in an item":                {"1. x\n   a) y\n   b) z\n2. w\n", []string{"2 (1)"}},
		"points in an item, not indented":  {"1. x\na) y\nb) z\n", []string{"2 (1)"}},
		"points below a paragraph":         {"# T\n\nThe seller:\na) informs;\nb) pays.\n\nMore.\n", []string{"4 (1)"}},
		"one point":                        {"The seller:\na) informs.\n", []string{"2 (1)"}},
		"paragraphs":                       {"(1) Banks report.\n(2) Funds don't.\n", []string{"2 (1)"}},
		"Cyrillic":                         {"Продавец:\nа) сообщает;\nб) платит.\n", []string{"2 (1)"}},
		"Greek":                            {"Ο πωλητής:\nα) ενημερώνει\n", []string{"2 (1)"}},
		"Chinese":                          {"经营者应当：\n（一）公平竞争；\n（二）保存记录。\n", []string{"2 (1)"}},
		"numbers that interrupt nothing":   {"Points:\n2. b\n3. c\n", []string{"2 (1)"}},
		"two clauses":                      {"x\na) y\n\nz\n\nv\nb) w\n", []string{"2 (1)", "7 (3)"}},
		"in the second paragraph of items": {"- x\n\n  y:\n  a) z\n", []string{"4 (1)(1)"}},
		"with front matter":                {"---\ntitle: T\n---\n\nx\na) y\n", []string{"6 (1)"}},

		"with blank lines":             {"1. x\n\n   a) y\n\n   b) z\n", nil},
		"a reference that was wrapped": {"As said in paragraph\n(2) of the next article, nothing is owed.\n", nil},
		"a year that was wrapped":      {"It was in force from\n2016. Then it ended.\n", nil},
		"a list in a list":             {"1. x\n   - y\n   - z\n", nil},
		"code":                         {"```\nx\na) y\nb) z\n```\n", nil},
		"a table":                      {"| x |\n|---|\n| a) y |\n", nil},
		"wrapped words":                {"The seller\ninforms the buyer.\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			text := mustParse(t, tc.source)
			Identify(nil, text)
			var got []string
			for _, r := range text.Remarks() {
				i := text.Clauses.Index(r.ClauseID)
				got = append(got, fmt.Sprintf("%d %s", r.Line, text.Clauses[i].Citation))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("remarks (-want +got):\n%s", diff)
			}
		})
	}
	text := mustParse(t, "1. x\n   a) y\n   b) z\n")
	if got := text.Remarks()[0].Message; got != `"a)" begins no clause of its own: a blank line before it is missing, and before 1 more below it` {
		t.Errorf("it says %s", got)
	}
}
