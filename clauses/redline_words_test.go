package clauses

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// redlineCorpora are the histories whose redlines are measured.
var redlineCorpora = [][2]string{{"estonia-penal-code.bundle", penalCode}, {"nist-sp800-63.bundle", nistSec5}, {"liechtenstein-laws.bundle", "li/LGBl-2004-175.md"},
	{"liechtenstein-laws.bundle", "li/LGBl-2012-159.md"}, {"luxembourg-consumer-code.bundle", "lu/leg-loi-2011-04-08-n2.md"}, {"quic-recovery.bundle", "draft-ietf-quic-recovery.md"}}

// markedWords counts how many words each redline of two texts marks: ours of the whole, ours clause by clause, git's by words, and
// a comparison of the texts with a word on each line, as wdiff does it.
type markedWords struct{ whole, clauses, git, wdiff int }

// The redline marks hardly more words than the better of git and wdiff. Every pair of revisions: REDLINE_PAIRS=all.
func TestRedlineMarksFewWords(t *testing.T) {
	t.Parallel()
	every := 12
	if os.Getenv("REDLINE_PAIRS") == "all" {
		every = 1
	}
	var all markedWords
	for _, corpus := range redlineCorpora {
		sources := revisions(t, corpus[0], corpus[1])
		for i := range sources {
			sources[i] = sansKramdown(sources[i])
		}
		var sum markedWords
		var last *Text
		pairs := 0
		for i := 1; i < len(sources); i++ {
			if i%every != 0 && i != len(sources)-1 {
				continue
			}
			m, text := measureRedline(t, sources[i-1], sources[i], last)
			if last = nil; every == 1 {
				last = text
			}
			sum.whole, sum.clauses, sum.git, sum.wdiff = sum.whole+m.whole, sum.clauses+m.clauses, sum.git+m.git, sum.wdiff+m.wdiff
			pairs++
		}
		t.Logf("%-30s %4d pairs: whole %7d, by clauses %7d, git %7d, wdiff %7d words", filepath.Base(corpus[1]), pairs, sum.whole, sum.clauses, sum.git, sum.wdiff)
		all.whole, all.clauses, all.git, all.wdiff = all.whole+sum.whole, all.clauses+sum.clauses, all.git+sum.git, all.wdiff+sum.wdiff
	}
	best := float64(min(all.git, all.wdiff))
	t.Logf("%.3f of the better of git and wdiff for the whole, %.3f by clauses", float64(all.whole)/best, float64(all.clauses)/best)
	if float64(all.whole) > 1.1*best {
		t.Errorf("the redline marks %d words, git %d and wdiff %d", all.whole, all.git, all.wdiff)
	}
}

func measureRedline(t *testing.T, before, after string, old *Text) (m markedWords, new *Text) {
	t.Helper()
	count := func(spans []Span) (n int) {
		for _, s := range spans {
			if s.Op != Equal {
				n += len(strings.Fields(s.Text))
			}
		}
		return n
	}
	m.whole = count(Redline(before, after))
	m.git = gitWords(t, before, after, "--word-diff=porcelain")
	m.wdiff = gitWords(t, strings.Join(strings.Fields(before), "\n")+"\n", strings.Join(strings.Fields(after), "\n")+"\n")
	var err error
	if old == nil {
		if old, err = Parse([]byte(before), Limits{}); err != nil {
			t.Fatal(err)
		}
		Identify(nil, old)
	}
	if new, err = Parse([]byte(after), Limits{}); err != nil {
		t.Fatal(err)
	}
	Identify(old, new)
	for _, c := range Compare(old.Clauses, new.Clauses) {
		switch c.Op {
		case Changed:
			m.clauses += count(RedlineClauses(old, c.Old, new, c.New))
		case Added:
			m.clauses += len(strings.Fields(new.Words(c.New)))
		case Removed:
			m.clauses += len(strings.Fields(old.Words(c.Old)))
		}
	}
	return m, new
}

// sansKramdown takes the front matter and the lines that part an Internet-Draft out of it; import does more.
func sansKramdown(source string) string {
	_, body, ok := strings.Cut(source, "\n--- abstract\n")
	if !ok {
		return source
	}
	return strings.NewReplacer("\n--- middle\n", "\n\n", "\n--- back\n", "\n\n").Replace(body)
}

// gitWords counts the words on the lines that git marks.
func gitWords(t *testing.T, before, after string, args ...string) (n int) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"old": before, "new": after} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "git", append(append([]string{"diff", "--no-index", "--no-color", "-U0"}, args...), "old", "new")...)
	cmd.Dir = dir
	out, _ := cmd.Output() // it exits 1 where the texts differ
	for _, line := range strings.Split(string(out), "\n") {
		if (strings.HasPrefix(line, "+") || strings.HasPrefix(line, "-")) && !strings.HasPrefix(line, "+++ ") && !strings.HasPrefix(line, "--- ") {
			n += len(strings.Fields(line[1:]))
		}
	}
	return n
}
