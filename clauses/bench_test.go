package clauses

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// lastTwo gives the newest two versions of the Penal Code that differ by more than a few clauses.
func lastTwo(tb testing.TB) (old, new string) {
	tb.Helper()
	all := revisions(tb, "estonia-penal-code.bundle", penalCode)
	return all[len(all)-2], all[len(all)-1]
}

// BenchmarkRevision is what a new revision of a law costs here: parse, identify, compare.
func BenchmarkRevision(b *testing.B) {
	before, after := lastTwo(b)
	old := mustParse(b, before)
	Identify(nil, old)
	b.SetBytes(int64(len(after)))
	step := func(name string, f func(new *Text)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f(mustParse(b, after))
			}
		})
	}
	step("parse", func(*Text) {})
	step("parse+identify", func(new *Text) { Identify(old, new) })
	step("parse+identify+compare", func(new *Text) {
		Identify(old, new)
		Compare(old.Clauses, new.Clauses)
	})
}

// BenchmarkRedline is the redline of a whole law, beside git on the same two texts: the newest against the last, and
// against the first of 112 versions.
func BenchmarkRedline(b *testing.B) {
	all := revisions(b, "estonia-penal-code.bundle", penalCode)
	newest := all[len(all)-1]
	for _, c := range []struct{ name, old string }{{"last", all[len(all)-2]}, {"first", all[0]}} {
		old, new := mustParse(b, c.old), mustParse(b, newest)
		Identify(nil, old)
		Identify(old, new)
		b.Run(c.name+"/text", func(b *testing.B) {
			for b.Loop() {
				Redline(old.Source, new.Source)
			}
		})
		b.Run(c.name+"/clauses", func(b *testing.B) {
			for b.Loop() {
				for _, ch := range Compare(old.Clauses, new.Clauses) {
					if ch.Op == Changed {
						Redline(old.Words(ch.Old), new.Words(ch.New))
					}
				}
			}
		})
		dir := b.TempDir()
		for name, text := range map[string]string{"old": old.Source, "new": new.Source} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				b.Fatal(err)
			}
		}
		b.Run(c.name+"/git", func(b *testing.B) {
			for b.Loop() {
				cmd := exec.Command("git", "diff", "--no-index", "--word-diff", "old", "new")
				cmd.Dir = dir
				if out, _ := cmd.Output(); len(out) == 0 { // it exits 1 where the texts differ
					b.Fatal("git found no difference")
				}
			}
		})
	}
}
