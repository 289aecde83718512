package clauses

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A measuredText is a text with all that is known of its past, oldest first.
type measuredText struct {
	name    string
	sources []string
}

// histories are those of ../../shared/data that identity is measured on.
var histories = []struct {
	name, bundle string
	files        []string // one text, renamed
}{
	{"penal code", "estonia-penal-code.bundle", []string{penalCode}},
	{"nist 63b sec5", "nist-sp800-63.bundle", []string{nistSec5}},
	{"nist 63a sec4", "nist-sp800-63.bundle", []string{"sp800-63a/sec4_ial.md"}},
	{"liechtenstein 2004", "liechtenstein-laws.bundle", []string{"li/LGBl-2004-175.md"}},
	{"liechtenstein 2012", "liechtenstein-laws.bundle", []string{"li/LGBl-2012-159.md"}},
	{"luxembourg", "luxembourg-consumer-code.bundle", []string{"lu/leg-loi-2011-04-08-n2.md"}},
	{"quic recovery", "quic-recovery.bundle", []string{"draft-ietf-quic-recovery.md", "rfc9002.md"}},
}

// kramdown are the marks by which an Internet-Draft is parted, and its front matter, which isn't YAML alone.
var kramdown = regexp.MustCompile(`(?s)\A---\n.*?\n--- abstract\n|(?m)^--- (?:middle|back)$`)

// eachHistory calls f with the history of every text that is there.
func eachHistory(t *testing.T, f func(t *testing.T, m measuredText)) {
	for _, h := range histories {
		t.Run(h.name, func(t *testing.T) {
			m := measuredText{name: h.name}
			for _, file := range h.files {
				m.sources = append(m.sources, revisions(t, h.bundle, file)...)
			}
			for i, s := range m.sources {
				m.sources[i] = kramdown.ReplaceAllString(s, "")
			}
			f(t, m)
		})
	}
}

// shortTexts are those of testdata/texts.
func shortTexts(tb testing.TB) (list []measuredText) {
	tb.Helper()
	files, err := filepath.Glob("testdata/texts/*.md")
	if err != nil || len(files) < 5 {
		tb.Fatalf("%d texts, %v", len(files), err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file) // #nosec G304 -- of the test's own folder
		if err != nil {
			tb.Fatal(err)
		}
		list = append(list, measuredText{strings.TrimSuffix(filepath.Base(file), ".md"), []string{string(source)}})
	}
	return list
}

// kept counts what became of the identities of one text after another.
type kept struct {
	verbatim int // clauses whose words stand once in both
	lost     int // of them, those whose identity went
	swapped  int // of them, those whose identity another clause has
	carried  int // clauses that kept their identity with other words
	unlike   int // of them, those less alike than 0.3
	stolen   int // of them, those whose own words stand elsewhere, but for their number
}

func (k kept) String() string {
	return fmt.Sprintf("%7d verbatim: %d lost, %d swapped; %6d changed: %d unlike, %d stolen", k.verbatim, k.lost, k.swapped, k.carried, k.unlike, k.stolen)
}

// count adds what became of the clauses of old.
func (k *kept) count(old, now *Text) (faults []string) {
	fault := func(what string, o, n int) {
		s := fmt.Sprintf("%s: %s %.90q", what, old.Clauses[o].Citation, old.Words(o))
		if n >= 0 {
			s += fmt.Sprintf(" -> %s %.90q", now.Clauses[n].Citation, now.Words(n))
		}
		faults = append(faults, s)
	}
	l := newLikeness(old, now)
	count := map[Hash]int{}
	said := map[string]int{}
	for i := range old.Clauses {
		count[old.Clauses[i].Hash]++
		said[unnumbered(old.Words(i))]++
	}
	stands := map[Hash]int{}
	own := map[string]int{} // words without number -> where they stand now
	for i := range now.Clauses {
		count[now.Clauses[i].Hash] += 1 << 20
		stands[now.Clauses[i].Hash] = i
		if w := unnumbered(now.Words(i)); w != "" {
			if _, twice := own[w]; twice {
				own[w] = -1
			} else {
				own[w] = i
			}
		}
	}
	at := now.Clauses.indexes()
	for o := range old.Clauses {
		c := &old.Clauses[o]
		n, stays := at[c.ID]
		if count[c.Hash] == 1<<20+1 && !old.onlyNumber(o) {
			k.verbatim++
			switch {
			case stays && n != stands[c.Hash]:
				k.swapped++
				fault("swapped", o, n)
			case !stays:
				k.lost++
				fault("lost", o, stands[c.Hash])
			}
		}
		if !stays || now.Clauses[n].Hash == c.Hash {
			continue
		}
		k.carried++
		if c.Kind != Heading && plainLikeness(&l, unnumbered(old.Words(o)), unnumbered(now.Words(n))) < 0.3 {
			k.unlike++
			fault("unlike", o, n)
		}
		if w := unnumbered(old.Words(o)); said[w] == 1 && c.Kind != Heading {
			if p, ok := own[w]; ok && p >= 0 && p != n && unnumbered(now.Words(n)) != w {
				k.stolen++
				fault("stolen", o, n)
			}
		}
	}
	return faults
}

var firstNumber = regexp.MustCompile(`^\(?(?:[0-9]{1,4}|\p{L})(?:<sup>[0-9]+</sup>)?\)\s*`)

func unnumbered(words string) string { return firstNumber.ReplaceAllString(words, "") }

// plainLikeness is the Dice coefficient of words, all alike.
func plainLikeness(l *likeness, a, b string) float64 {
	left, common := map[int32]int{}, 0
	x, y := l.symbolsOf(a), l.symbolsOf(b)
	for _, w := range x {
		left[w]++
	}
	for _, w := range y {
		if left[w] > 0 {
			left[w]--
			common++
		}
	}
	return 2 * float64(common) / float64(max(1, len(x)+len(y)))
}

// Over real histories no clause that says what it said, once in either text, loses its identity or gets another's, and none
// is carried to words that have nothing to do with it.
func TestIdentityOverHistories(t *testing.T) {
	t.Parallel()
	eachHistory(t, func(t *testing.T, m measuredText) {
		var k kept
		var texts []*Text
		for i, s := range m.sources {
			text := mustParse(t, s)
			if i == 0 {
				Identify(nil, text)
			} else {
				Identify(texts[i-1], text)
				for _, f := range k.count(texts[i-1], text) {
					t.Logf("revision %d: %s", i, f)
				}
			}
			texts = append(texts, text)
		}
		t.Logf("%-20s %4d revisions %s", m.name, len(texts), k)
		if k.lost+k.swapped > 0 {
			t.Errorf("%d lost and %d swapped of %d that say what they said", k.lost, k.swapped, k.verbatim)
		}
		if k.unlike*100 > k.carried || k.stolen*200 > k.carried {
			t.Errorf("of %d that changed %d are unlike and %d stolen", k.carried, k.unlike, k.stolen)
		}
	})
}
