package views

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
)

// BenchmarkAddRevision folds the next version of the Penal Code, parsed and
// identified already, and commits.
func BenchmarkAddRevision(b *testing.B) {
	texts := penalCode(b)
	var took []time.Duration
	for b.Loop() {
		b.StopTimer()
		db := openTest(b)
		took = took[:0]
		b.StartTimer()
		for i, t := range texts {
			start := time.Now()
			tx := begin(b, db)
			tx.stamp = policies.Stamp{Seq: int64(i), At: dayOne}
			rev := policies.Revision{ID: fmt.Sprintf("rev_%d", i), DocumentID: "doc_1", Number: i + 1, CommittedAt: dayOne,
				TextDigest: clauses.Hash{byte(i + 1)}, Bytes: len(t.Source), Clauses: len(t.Clauses), Root: t.Root}
			if err := tx.AddRevision(rev, t); err != nil {
				b.Fatal(err)
			}
			commit(b, tx)
			took = append(took, time.Since(start))
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(len(texts[len(texts)-1].Clauses)), "clauses")
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)-1].Microseconds()), "max-µs")
}

// penalCode gives the versions of the Estonian Penal Code with their identities.
func penalCode(tb testing.TB) (texts []*clauses.Text) {
	tb.Helper()
	bundle, err := filepath.Abs("../../shared/data/estonia-penal-code.bundle")
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := os.Stat(bundle); err != nil {
		tb.Skip("the corpus of real texts is not here: " + filepath.Base(bundle))
	}
	if _, err := exec.LookPath("git"); err != nil {
		tb.Skip("git is not here, and the corpus is a git bundle")
	}
	clone := filepath.Join(tb.TempDir(), "clone")
	git := func(args ...string) string {
		out, err := exec.CommandContext(context.Background(), "git", args...).Output()
		if err != nil {
			tb.Fatalf("git %v: %v", args, err)
		}
		return string(out)
	}
	git("clone", "-q", "-b", "main", bundle, clone)
	const file = "ee/184411.md"
	var parent *clauses.Text
	for _, hash := range strings.Fields(git("-C", clone, "log", "--reverse", "--format=%H", "--diff-filter=AM", "--", file)) {
		t, err := clauses.Parse([]byte(git("-C", clone, "show", hash+":"+file)), clauses.Limits{})
		if err != nil {
			tb.Fatal(err)
		}
		clauses.Identify(parent, t)
		texts, parent = append(texts, t), t
	}
	return texts
}
