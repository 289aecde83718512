package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/registry/registrytest"
	"github.com/ewtp/entente/views"
)

// revisions are the texts of a document, the first first.
func revisions(t *testing.T, r *registry.Registry, number string) (texts []*clauses.Text) {
	t.Helper()
	list, err := r.Views().RevisionList(t.Context(), policies.Operator, document(t, r, number).ID, time.Time{}, views.Page{First: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, rev := range list.Items {
		text, err := r.Views().Text(t.Context(), rev.ID)
		if err != nil {
			t.Fatal(err)
		}
		texts = append([]*clauses.Text{text}, texts...)
	}
	return texts
}

// idOf is the identity of the clause with those words, "" where there is none.
func idOf(text *clauses.Text, words string) string {
	for i, c := range text.Clauses {
		if text.Words(i) == words {
			return c.ID
		}
	}
	return ""
}

// Two branches grow side by side and are merged. Their commits in one line would take turns in
// undoing one another; along the first parents what is in stays in.
func TestImportGitKeepsToFirstParents(t *testing.T) {
	const base, p, q = "# Law\n\n## Scope\n\nEverybody.\n", "\n## Fees\n\nFees are fair.\n", "\n## Names\n\nNames are plain.\n"
	g := newRepository(t)
	g.write("law.md", base+"\n## End\n\nThe end.\n")
	g.git("checkout", "-q", "-b", "ann")
	g.write("law.md", base+p+"\n## End\n\nThe end.\n")
	g.git("checkout", "-q", "-b", "bob", "main")
	g.write("law.md", base+"\n## End\n\nThe end.\n"+q)
	g.git("checkout", "-q", "main")
	g.git("merge", "-q", "--no-ff", "-m", "Ann's", "ann")
	g.git("merge", "-q", "--no-ff", "-m", "Bob's", "bob")
	r := registrytest.Open(t, registry.Options{})
	got := runGit(t, r, g.standard("law.md"))
	if got.Seen != 3 || got.Imported != 3 {
		t.Fatalf("%+v", got)
	}
	texts := revisions(t, r, got.Document)
	fees := idOf(texts[1], "Fees are fair.")
	if fees == "" || fees != idOf(texts[2], "Fees are fair.") || idOf(texts[0], "Fees are fair.") != "" {
		t.Errorf("Ann's clause is %q, then %q", fees, idOf(texts[2], "Fees are fair."))
	}
	for i := range texts[1:] {
		for _, c := range texts[i].Clauses {
			if texts[i+1].Clauses.Index(c.ID) < 0 {
				t.Errorf("revision %d lost %s", i+2, c.Citation)
			}
		}
	}
}

// A file is one document under all its names, whichever of them an earlier run knew, and what
// it was copied from is another.
func TestImportGitFollowsRenames(t *testing.T) {
	words := strings.Repeat("Words that stay.\n\n", 20)
	g := newRepository(t)
	g.write("draft.md", "# Draft\n\n"+words)
	g.write("draft.md", "# Draft\n\n"+words+"More.\n")
	r := registrytest.Open(t, registry.Options{})
	before := runGit(t, r, g.standard("draft.md"))
	g.git("mv", "draft.md", "wg draft.md")
	g.write("wg draft.md", "# Draft of the group\n\n"+words+"More.\n")
	g.write("wg draft.md", "# Draft of the group\n\n"+words+"Most.\n")
	g.git("mv", "wg draft.md", "rfc.md")
	g.git("commit", "-q", "-m", "published")
	got := runGit(t, r, g.standard("rfc.md"))
	want := gitSummary{Document: before.Document, Seen: 5, Imported: 2, Present: 2, Skipped: 1, Refused: []refusal{}, Remarks: []string{}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after two renames (-want +got):\n%s", diff)
	}
	g.write("copy.md", "# Copy\n\n"+words+"Most.\n")
	g.write("copy.md", "# Copy\n\n"+words+"Quite other.\n")
	if got := runGit(t, r, g.standard("copy.md")); got.Seen != 2 || got.Imported != 2 || got.Document == before.Document {
		t.Errorf("a copy: %+v", got)
	}
	g.git("checkout", "-q", "-b", "side")
	g.git("mv", "rfc.md", "bis.md")
	g.git("commit", "-q", "-m", "renamed")
	g.git("checkout", "-q", "main")
	g.write("other.md", "Other.\n")
	g.git("merge", "-q", "--no-ff", "-m", "renamed by a merge", "side")
	if got := runGit(t, r, g.standard("bis.md")); got.Document != before.Document || got.Seen != 6 || got.Present != 4 || got.Imported != 0 {
		t.Errorf("renamed by a merge: %+v", got)
	}
}

// A file that was split is the past of each part.
func TestImportGitFollowsSplits(t *testing.T) {
	words := strings.Repeat("Words that stay.\n\n", 20)
	g := newRepository(t)
	g.write("whole.md", "# Whole\n\n"+words)
	g.git("mv", "whole.md", "one.md")
	if err := os.WriteFile(filepath.Join(g.dir, "two.md"), []byte("# Two\n\n"+words), 0o600); err != nil {
		t.Fatal(err)
	}
	g.write("one.md", "# One\n\n"+words)
	r := registrytest.Open(t, registry.Options{})
	for _, part := range []string{"one.md", "two.md"} {
		if got := runGit(t, r, g.standard(part)); got.Seen != 2 {
			t.Errorf("%s: %+v", part, got)
		}
	}
}

// A history of which nothing can go in leaves nothing behind, and what can go in later makes
// the document that the same history goes on with.
func TestImportGitLeavesNothingBehind(t *testing.T) {
	g := newRepository(t)
	g.write("law.md", "Bad \xff.\n")
	g.write("law.md", "\n \n")
	r := registrytest.Open(t, registry.Options{})
	before := r.Views().Position()
	got := runGit(t, r, g.standard("law.md"))
	if got.Document != "" || got.Seen != 2 || len(got.Refused) != 2 || got.Refused[1].Reason != "source: the text is empty" {
		t.Errorf("%+v", got)
	}
	if after := r.Views().Position(); after != before {
		t.Errorf("%d entries were left behind", after-before)
	}
	g.write("law.md", "# Law\n")
	if got := runGit(t, r, g.standard("law.md")); got.Document == "" || got.Imported != 1 || len(got.Refused) != 2 {
		t.Errorf("%+v", got)
	}
}

// The latest text is remarked on where a number begins a line and no clause.
func TestImportGitRemarks(t *testing.T) {
	g := newRepository(t)
	g.write("law.md", "# Law\n\nx:\na) y\nb) z\n")
	g.write("law.md", "# Law\n\n1. x\n   a) y\n   b) z\n")
	got := runGit(t, registrytest.Open(t, registry.Options{}), g.standard("law.md"))
	if len(got.Remarks) != 1 || !strings.HasPrefix(got.Remarks[0], `line 4: "a)" begins no clause of its own`) {
		t.Errorf("%+v", got)
	}
	g.write("law.md", "# Law\n\n1. x\n\n   a) y\n\n   b) z\n")
	if got := runGit(t, registrytest.Open(t, registry.Options{}), g.standard("law.md")); got.Imported != 3 || len(got.Remarks) != 0 {
		t.Errorf("%+v", got)
	}
}

// A run that was interrupted is simply repeated, wherever it stood.
func TestImportGitInterrupted(t *testing.T) {
	g := newRepository(t)
	for _, words := range []string{"One", "Two", "Three", "Four", "Five"} {
		g.write("law.md", "# Law\n\n"+words+"\n")
	}
	c := g.standard("law.md")
	source, err := openGit(t.Context(), c.Repository, "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = source.Close() }()
	versions, err := source.history(t.Context(), c.Path)
	if err != nil {
		t.Fatal(err)
	}
	r := registrytest.Open(t, registry.Options{})
	for stop := range int64(5) {
		ctx, cancel := context.WithCancel(t.Context())
		if stop == 0 {
			cancel()
		}
		_, err := c.run(ctx, r, source, versions, io.Discard, func(_ string, done, total int64) {
			if total != 5 {
				t.Errorf("%d of %d", done, total)
			}
			if done == stop {
				cancel()
			}
		})
		if err == nil {
			t.Errorf("stopped after %d versions, it said that all is in", stop)
		}
		cancel()
	}
	got := runGit(t, r, c)
	want := gitSummary{Document: got.Document, Seen: 5, Imported: 1, Present: 4, Refused: []refusal{}, Remarks: []string{}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := len(revisions(t, r, got.Document)); n != 5 {
		t.Errorf("%d revisions", n)
	}
}

// What git log would never write is an error and no panic.
func FuzzReadLog(f *testing.F) {
	f.Add("commit a\x001\x00Ann\x00One\x00\nR089\x00a.md\x00b.md\x00commit b\x002\x00Ann\x00\x00\nM\x00a.md\x00")
	f.Add("commit a\x001\x00Ann\x00One\x00\nC100\x00a.md\x00b.md\x00")
	f.Add("commit a\x001\x00\x00\x00R\x00")
	f.Fuzz(func(t *testing.T, log string) {
		versions, err := readLog(log, "b.md")
		if err == nil && len(versions) > strings.Count(log, logCommit) {
			t.Errorf("%d versions of %q", len(versions), log)
		}
	})
}
