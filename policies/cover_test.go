package policies_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/policies/policiestest"
)

// A statement names a comment only where it says what the shell of a confidential comment
// says too: that it was made, and that its organisation or the secretariat took it out. Whatever else
// befalls comments is covered.
func TestStatementsTellNoMoreThanShells(t *testing.T) {
	w := newTown(t)
	everything(w)
	told := []string{"comment.submitted/1", "comment.withdrawn/1", "comment.disowned/1", "comment.redacted/1"}
	covered, m := map[string]bool{}, new(policiestest.Memory)
	for _, x := range w.log {
		e, err := Decode(x.kind, x.payload)
		if err != nil {
			t.Fatal(err)
		}
		c, covers := e.(CoveredEvent)
		if covers {
			covered[x.kind] = true
			if behind := c.Covers(); PrefixOf(e.Subject()) != PrefixCover || behind.ID == "" || len(behind.CommentIDs)+len(behind.Entries) == 0 {
				t.Errorf("%s has the subject %s, behind which stands %+v", x.kind, e.Subject(), behind)
			}
		}
		if PrefixOf(e.Subject()) == PrefixComment && !slices.Contains(told, x.kind) {
			t.Errorf("the statement of %s names %s", x.kind, e.Subject())
		}
		before := slices.Clone(m.All.Comments)
		if err := e.Fold(x.stamp, m); err != nil {
			t.Fatal(err)
		}
		for i, k := range before {
			if !covers && !slices.Contains(told, x.kind) && !cmp.Equal(k, m.All.Comments[i]) {
				t.Errorf("%s changed %s, and its statement has no cover", x.kind, k.ID)
			}
		}
	}
	if len(covered) < 7 {
		t.Errorf("covered are %v alone", covered)
	}
}
