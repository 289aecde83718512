package clauses

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// revisions gives every version of a file in a git bundle of ../../shared/data, oldest first.
func revisions(tb testing.TB, bundle, file string) []string {
	tb.Helper()
	bundle, err := filepath.Abs(filepath.Join("..", "..", "shared", "data", bundle))
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
	git(tb, ".", "", "clone", "-q", "-b", "main", bundle, clone)
	commits := git(tb, clone, "", "log", "--reverse", "--format=%H:"+file, "--diff-filter=AM", "--", file)
	var all []string
	for texts := git(tb, clone, commits, "cat-file", "--batch"); texts != ""; {
		head, rest, _ := strings.Cut(texts, "\n") // commit, "blob", and how many bytes follow
		size, err := strconv.Atoi(head[strings.LastIndex(head, " ")+1:])
		if err != nil {
			tb.Fatalf("git cat-file: %q", head)
		}
		all, texts = append(all, rest[:size]), rest[size+1:]
	}
	return all
}

// git runs git in a folder, with its input.
func git(tb testing.TB, dir, input string, args ...string) string {
	tb.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(input)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		tb.Fatalf("git %s: %v\n%s", args[0], err, stderr.String())
	}
	return string(out)
}

const (
	penalCode = "ee/184411.md"
	nistSec5  = "sp800-63b/sec5_authenticators.md"
)

func mustParse(tb testing.TB, source string) *Text {
	tb.Helper()
	t, err := Parse([]byte(source), Limits{})
	if err != nil {
		tb.Fatalf("Parse: %v\n%.300q", err, source)
	}
	return t
}

// section is the § under which each clause of the Penal Code stands, by clause; "" before the first.
func sections(t *Text) []string {
	out := make([]string, len(t.Clauses))
	current := ""
	for i := range t.Clauses {
		if c := &t.Clauses[i]; c.Kind == Heading {
			current = ""
			if rest, ok := strings.CutPrefix(t.Words(i), "##### § "); ok {
				rest = strings.ReplaceAll(rest, ". <sup>", "<sup>") // so it stands for § 334¹ and a few more in early versions
				current, _, _ = strings.Cut(rest, ".")
			}
		}
		out[i] = current
	}
	return out
}

// The sections of the Estonian Penal Code have numbers that never change: the ground truth for identity.
func TestPenalCodeKeepsIdentity(t *testing.T) {
	t.Parallel()
	var parent *Text
	var agreed, compared, shared, renamed, clauses int
	for n, source := range revisions(t, "estonia-penal-code.bundle", penalCode) {
		child := mustParse(t, source)
		Identify(parent, child)
		checkText(t, child)
		clauses += len(child.Clauses)
		if parent != nil {
			before := map[string]string{} // § -> ID
			where := sections(parent)
			words := map[string]bool{} // § + words
			known := map[string]bool{}
			for i, s := range where {
				known[parent.Clauses[i].ID] = true
				words[s+"\x00"+parent.Words(i)] = true
				if parent.Clauses[i].Kind == Heading && s != "" {
					before[s] = parent.Clauses[i].ID
				}
			}
			for i, s := range sections(child) {
				c := &child.Clauses[i]
				if c.Kind == Heading && s != "" && before[s] != "" {
					compared++
					if before[s] == c.ID {
						agreed++
					} else {
						t.Logf("revision %d: § %s lost its identity", n, s)
					}
				}
				if words[s+"\x00"+child.Words(i)] {
					shared++
					if !known[c.ID] {
						renamed++
					}
				}
			}
			checkCompare(t, parent, child)
		}
		parent = child
	}
	share := 100 * float64(agreed) / float64(compared)
	t.Logf("§ headings that kept their identity: %d of %d (%.4f%%)", agreed, compared, share)
	t.Logf("clauses with the same words under the same § that got a new ID: %d of %d (%d clauses in all)", renamed, shared, clauses)
	if share < 99.5 {
		t.Errorf("identity agrees with the section numbers in %.3f%%, want at least 99.5%%", share)
	}
	if renamed > shared/10_000 {
		t.Errorf("%d of %d clauses with the same words under the same § got a new ID", renamed, shared)
	}
}

func TestNISTHistory(t *testing.T) {
	t.Parallel()
	sources := revisions(t, "nist-sp800-63.bundle", nistSec5)
	if len(sources) < 200 {
		t.Fatalf("%d revisions, want over 200", len(sources))
	}
	var texts []*Text
	var parent *Text
	kept, added := 0, 0
	for _, source := range sources {
		child, again := mustParse(t, source), mustParse(t, source)
		Identify(parent, child)
		Identify(parent, again)
		if child.Root != again.Root {
			t.Fatal("identity is not deterministic")
		}
		checkText(t, child)
		if parent != nil {
			for _, c := range checkCompare(t, parent, child) {
				switch c.Op {
				case Same, Changed:
					kept++
				case Added:
					added++
				}
			}
		}
		texts, parent = append(texts, child), child
	}
	t.Logf("%d revisions: %d clauses kept, %d added", len(texts), kept, added)
	merged, conflicted := 0, 0
	for i := 2; i < len(texts); i++ { // two successive edits, the second made again on the base: both must come out
		base, ours := texts[i-2], texts[i-1]
		theirs := mustParse(t, texts[i].Source)
		Identify(base, theirs)
		if checkMerge(t, base, ours, theirs) {
			merged++
		} else {
			conflicted++
		}
	}
	t.Logf("merges: %d clean, %d with conflicts", merged, conflicted)
	if merged < conflicted {
		t.Errorf("%d merges in conflict, %d clean", conflicted, merged)
	}
}

// structure is what may stand outside every clause: white space, thematic breaks, the marks of an empty quotation line, and
// empty anchors.
var structure = regexp.MustCompile(`^(?:\s|(?m:^[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$)|(?i:` + emptyAnchor + `))*$`)

// checkText checks what holds for every identified text.
func checkText(tb testing.TB, t *Text) {
	tb.Helper()
	ids, citations := map[string]bool{}, map[string]bool{}
	end := t.body
	for i := range t.Clauses {
		c := &t.Clauses[i]
		if !ValidID(c.ID) || ids[c.ID] {
			tb.Fatalf("clause %d: ID %q is invalid or stands twice", i, c.ID)
		}
		if c.Citation == "" || citations[c.Citation] {
			tb.Fatalf("clause %d: citation %q is empty or stands twice", i, c.Citation)
		}
		ids[c.ID], citations[c.Citation] = true, true
		if c.Parent >= i || c.Parent >= 0 && t.Clauses[c.Parent].Kind != Heading && t.Clauses[c.Parent].Kind != Item {
			tb.Fatalf("clause %d stands under clause %d", i, c.Parent)
		}
		if c.Start < end || c.End <= c.Start || c.End > len(t.Source) {
			tb.Fatalf("clause %d has bytes %d to %d after %d", i, c.Start, c.End, end)
		}
		if gap := withoutDefinitions(t, end, c.Start); !structure.MatchString(gap) {
			tb.Fatalf("clause %d: before it stands in no clause: %q", i, gap)
		}
		end = c.End
	}
	if tail := withoutDefinitions(t, end, len(t.Source)); !structure.MatchString(tail) {
		tb.Fatalf("at the end stands in no clause: %q", tail)
	}
	if t.Root.IsZero() {
		tb.Fatal("no root")
	}
}

// withoutDefinitions gives bytes of a source without the definitions of links and notes in them.
func withoutDefinitions(t *Text, from, to int) string {
	rest := ""
	for _, d := range t.defined {
		if d.start >= from && d.end <= to {
			rest += t.Source[from:d.start]
			from = d.end
		}
	}
	return rest + t.Source[from:to]
}

// checkCompare checks that the changes account for every clause once, and gives them.
func checkCompare(tb testing.TB, old, new *Text) []Change {
	tb.Helper()
	changes := Compare(old.Clauses, new.Clauses)
	next, gone := 0, map[int]bool{}
	for _, c := range changes {
		if c.New >= 0 {
			if c.New != next {
				tb.Fatalf("clause %d comes where %d should", c.New, next)
			}
			next++
		}
		if c.Old >= 0 {
			if gone[c.Old] {
				tb.Fatalf("old clause %d comes twice", c.Old)
			}
			gone[c.Old] = true
		}
		ok := true
		switch c.Op {
		case Same:
			ok = old.Clauses[c.Old].Hash == new.Clauses[c.New].Hash && old.Words(c.Old) == new.Words(c.New)
		case Changed:
			ok = old.Clauses[c.Old].Hash != new.Clauses[c.New].Hash
			checkRedline(tb, old.Words(c.Old), new.Words(c.New))
		case Added:
			ok = c.Old == -1
		case Removed:
			ok = c.New == -1
		}
		if !ok {
			tb.Fatalf("wrong change %+v", c)
		}
	}
	if next != len(new.Clauses) || len(gone) != len(old.Clauses) {
		tb.Fatalf("%d of %d new and %d of %d old clauses accounted for", next, len(new.Clauses), len(gone), len(old.Clauses))
	}
	return changes
}

func checkRedline(tb testing.TB, old, new string) {
	tb.Helper()
	var a, b strings.Builder
	last := SpanOp("")
	for _, s := range Redline(old, new) {
		if s.Op == last || s.Text == "" {
			tb.Fatalf("spans %q after %q: %q", s.Op, last, s.Text)
		}
		last = s.Op
		if s.Op != Insert {
			a.WriteString(s.Text)
		}
		if s.Op != Delete {
			b.WriteString(s.Text)
		}
	}
	if a.String() != old || b.String() != new {
		tb.Fatalf("the redline of %q and %q gives %q and %q", old, new, a.String(), b.String())
	}
}

// checkMerge checks what holds for every merge, and tells whether it was clean.
func checkMerge(tb testing.TB, base, ours, theirs *Text) bool {
	tb.Helper()
	source, conflicts := Merge(base, ours, theirs)
	if (source == "") == (len(conflicts) == 0) {
		tb.Fatalf("source of %d bytes with %d conflicts", len(source), len(conflicts))
	}
	if len(conflicts) > 0 {
		return false
	}
	merged := mustParse(tb, source)
	have := map[Hash]int{}
	for i := range merged.Clauses {
		have[merged.Clauses[i].Hash]++
	}
	defines := func(t *Text) map[defKey]string {
		list := map[defKey]string{}
		for i := range t.defined {
			if key := t.defined[i].key(); !hasKey(list, key) {
				list[key] = t.defined[i].says()
			}
		}
		return list
	}
	was, is := defines(base), defines(merged)
	for _, side := range []*Text{ours, theirs} {
		for key, says := range defines(side) {
			if was[key] != says && is[key] != says {
				tb.Fatalf("lost in the merge: %s: %q", key, says)
			}
		}
	}
	// Whatever either side changed or added must be there.
	for _, side := range []*Text{ours, theirs} {
		for _, c := range Compare(base.Clauses, side.Clauses) {
			if (c.Op == Changed || c.Op == Added) && have[side.Clauses[c.New].Hash] == 0 {
				tb.Fatalf("lost in the merge: %q", side.Words(c.New))
			}
		}
	}
	return true
}
