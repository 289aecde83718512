package clauses

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMerge(t *testing.T) {
	for _, tc := range []struct {
		name, base, ours, theirs, want string
		conflicts                      []Conflict
	}{
		{name: "different clauses", base: "# T\n\none\n\ntwo\n", ours: "# T\n\none changed\n\ntwo\n", theirs: "# T\n\none\n\ntwo changed\n",
			want: "# T\n\none changed\n\ntwo changed\n"},
		{name: "added here, removed there", base: "# T\n\none\n\ntwo\n\nthree\n", ours: "# T\n\none\n\nnew\n\ntwo\n\nthree\n", theirs: "# T\n\none\n\ntwo\n",
			want: "# T\n\none\n\nnew\n\ntwo\n"},
		{name: "added at one place", base: "one\n\ntwo\n", ours: "one\n\nours\n\ntwo\n", theirs: "one\n\ntheirs\n\ntwo\n",
			want: "one\n\nours\n\ntheirs\n\ntwo\n"},
		{name: "the same added twice", base: "one\n\ntwo\n", ours: "one\n\nnew\n\ntwo\n\nthree\n", theirs: "zero\n\none\n\nnew\n\ntwo\n",
			want: "zero\n\none\n\nnew\n\ntwo\n\nthree\n"},
		{name: "a paragraph does not slip into a new section", base: "# T\n\none\n", ours: "# T\n\none\n\n## New\n\nwords\n", theirs: "# T\n\none\n\nmore\n",
			want: "# T\n\none\n\nmore\n\n## New\n\nwords\n"},
		{name: "moved here, changed there", base: "# A\n\none two\n\n# B\n\nbee\n\n# C\n\ncee\n", ours: "# B\n\nbee\n\n# C\n\ncee\n\n# A\n\none two\n",
			theirs: "# A\n\none two three\n\n# B\n\nbee\n\n# C\n\ncee\n", want: "# B\n\nbee\n\n# C\n\ncee\n\n# A\n\none two three\n"},
		{name: "items", base: "- a\n- b\n- c\n", ours: "- a\n- new\n- b\n- c\n", theirs: "- a\n- b\n- c changed\n  - inner\n",
			want: "- a\n- new\n- b\n- c changed\n  - inner\n"},
		{name: "a break and a wrap stay", base: "one two\n\n***\n\nthree\n", ours: "one\ntwo\n\n***\n\nthree\n", theirs: "one two\n\n***\n\nthree\n\nfour\n",
			want: "one\ntwo\n\n***\n\nthree\n\nfour\n"},
		{name: "front matter", base: "---\na: 1\n---\none\n\ntwo\n", ours: "---\na: 2\n---\none\n\ntwo\n", theirs: "---\na: 1\n---\none\n\ntwo too\n",
			want: "---\na: 2\n---\none\n\ntwo too\n"},
		{name: "an open fence is closed", base: "one\n\n```\nx\n", ours: "one\n\n```\nx\n", theirs: "one\n", want: "one\n"},
		{name: "after an open fence", base: "one one\n\n```\nx\n", ours: "one one changed\n\n```\nx\n", theirs: "one one\n\n```\nx\n```\n\nmore\n",
			want: "one one changed\n\n```\nx\n```\n\nmore\n"},
		{name: "changed twice", base: "# § 1. T\n\n(1) one two three\n", ours: "# § 1. T\n\n(1) one two four\n", theirs: "# § 1. T\n\n(1) one two five\n",
			conflicts: []Conflict{{Citation: "§1(1)", Base: "(1) one two three", Ours: "(1) one two four", Theirs: "(1) one two five"}}},
		{name: "changed and removed", base: "one\n\ntwo three four\n", ours: "one\n\ntwo three five\n", theirs: "one\n",
			conflicts: []Conflict{{Citation: "(2)", Base: "two three four", Ours: "two three five"}}},
		{name: "added under a heading that goes", base: "# A\n\none\n\n# B\n\ntwo\n", ours: "# A\n\none\n", theirs: "# A\n\none\n\n# B\n\ntwo\n\nthree\n",
			conflicts: []Conflict{{Citation: "§2(2)", Theirs: "three"}}},
		{name: "front matter twice", base: "---\na: 1\n---\none\n", ours: "---\na: 2\n---\none\n", theirs: "---\na: 3\n---\none\n",
			conflicts: []Conflict{{Citation: "front matter", Base: "---\na: 1\n---\n", Ours: "---\na: 2\n---\n", Theirs: "---\na: 3\n---\n"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			base, ours := revise(t, tc.base, tc.ours)
			theirs := mustParse(t, tc.theirs)
			Identify(base, theirs)
			source, conflicts := Merge(base, ours, theirs)
			for i := range conflicts {
				if id := conflicts[i].ClauseID; id != "" && base.Clauses.Index(id)+ours.Clauses.Index(id)+theirs.Clauses.Index(id) == -3 {
					t.Errorf("conflict about %q, which no text has", id)
				}
				conflicts[i].ClauseID = ""
			}
			if diff := cmp.Diff(tc.want, source); diff != "" {
				t.Errorf("source (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.conflicts, conflicts); diff != "" {
				t.Errorf("conflicts (-want +got):\n%s", diff)
			}
			if len(conflicts) == 0 {
				checkMerge(t, base, ours, theirs)
			}
		})
	}
}
