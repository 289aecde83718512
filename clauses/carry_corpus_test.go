package clauses

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// history is a chain of identified texts with what each step did by succession.
type history struct {
	texts []*Text
	steps [][]Succession // steps[i] leads to texts[i]
}

func readHistory(tb testing.TB, sources []string) history {
	tb.Helper()
	var h history
	var parent *Text
	for _, source := range sources {
		child := mustParse(tb, source)
		Identify(parent, child)
		var step []Succession
		if parent != nil {
			step = Successions(parent, child)
			checkSuccessions(tb, parent, child, step)
		}
		h.texts, h.steps = append(h.texts, child), append(h.steps, step)
		parent = child
	}
	return h
}

// carrier carries from one of the texts to a later one, through all between.
func (h history) carrier(then, now int) *Carrier {
	return NewCarrier(h.texts[then], h.texts[now], h.steps[then+1:now+1]...)
}

// largest is the step that left or changed the most clauses.
func (h history) largest() int {
	best, most := 1, -1
	for i := 1; i < len(h.texts); i++ {
		n := 0
		for _, c := range Compare(h.texts[i-1].Clauses, h.texts[i].Clauses) {
			if c.Op != Same {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	return best
}

// The sections of the Penal Code have numbers that never change: whatever is carried over its 112 versions must come out
// under the section it went in.
func TestPenalCodeCarries(t *testing.T) {
	t.Parallel()
	h := readHistory(t, revisions(t, "estonia-penal-code.bundle", penalCode))
	last := len(h.texts) - 1
	c := h.carrier(0, last)
	checkCarrier(t, c)
	then, now := sections(h.texts[0]), sections(h.texts[last])
	standing := map[string][]int{} // § and words -> where they stand now
	for n, s := range now {
		key := s + "\x00" + h.texts[last].Words(n)
		standing[key] = append(standing[key], n)
	}
	fates := map[Fate]int{}
	wrong, carried, lost, kept := 0, 0, 0, 0
	var split []string
	for i, s := range then {
		if s == "" {
			continue
		}
		r, _ := c.Carry(h.texts[0].Clauses[i].ID)
		fates[r.Fate]++
		for _, n := range r.Clauses {
			carried++
			if now[n] != s {
				wrong++
				t.Logf("§ %s is carried to § %s: %q -> %q", s, now[n], h.texts[0].Words(i), h.texts[last].Words(n))
			}
		}
		if r.Fate == WasSplit {
			split = append(split, s)
		}
		if at := standing[s+"\x00"+h.texts[0].Words(i)]; len(at) == 1 {
			kept++
			if !slices.Contains(r.Clauses, at[0]) {
				lost++
				t.Logf("§ %s: %s, though it stands as it stood: %q", s, r.Fate, h.texts[0].Words(i))
			}
		}
	}
	t.Logf("%v; %d of %d carried to another section; %d of %d that stand as they stood not found", fates, wrong, carried, lost, kept)
	if wrong*100 > carried { // items of the same words went from one to another, which the numbers of sections don't tell
		t.Errorf("%d of %d carried to another section, want at most 1 in 100", wrong, carried)
	}
	if lost*100 > kept {
		t.Errorf("%d of %d clauses that stand as they stood were not found, want at most 1 in 100", lost, kept)
	}
	if diff := cmp.Diff([]string{"90", "96", "322", "342"}, split); diff != "" {
		t.Errorf("sections with a paragraph cut in two (-want +got):\n%s", diff)
	}
}

// What the editors of NIST SP 800-63B did with sentences that were commented on, found in its history and read by hand.
func TestNISTCarries(t *testing.T) {
	t.Parallel()
	h := readHistory(t, revisions(t, "nist-sp800-63.bundle", nistSec5))
	last := len(h.texts) - 1
	for _, tc := range []struct {
		name, words string // words: how the clause begins that the comment is on
		at, to      int    // the first version to look for it in, and the one to carry it to
		want        Fate
		now         []string
	}{
		{"a note is taken out of a paragraph", "Due to the risk that SMS messages or voice calls may be intercepted", 49, 50, WasSplit,
			[]string{"Due to the risk that SMS messages", "> Note: Out-of-band authentication using the PSTN"}},
		{"a sentence becomes a paragraph with a list", "Authenticators that are directly connected to or embedded in endpoints MAY convey", 54, 55, WasSplit,
			[]string{"Authenticators that are directly connected", "If this attestation is signed"}},
		{"a requirement becomes part of another paragraph", "The verifier waits for the secret to be returned", 25, 26, HasMoved,
			[]string{"Transfer of secret to primary channel"}},
		{"split, joined again and split again, over thirty versions", "If this attestation is signed, it SHALL be signed", 75, 91, WasSplit,
			[]string{"If this attestation is signed", "Attestation information MAY be used"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for k, text := range h.texts {
				for i := range text.Clauses {
					if k >= tc.at && strings.HasPrefix(text.Words(i), tc.words) {
						checkCarried(t, h.carrier(k, tc.to), text.Clauses[i].ID, tc.want, tc.now)
						return
					}
				}
			}
			t.Fatal("no version has a clause that begins so")
		})
	}
	for _, k := range []int{0, 20, 50, 100, 150, last - 1} {
		checkCarrier(t, h.carrier(k, last))
	}
}

// checkCarried checks a fate, and how the clauses begin that it leads to.
func checkCarried(t *testing.T, c *Carrier, id string, want Fate, begin []string) {
	t.Helper()
	r, ok := c.Carry(id)
	if !ok || r.Fate != want || len(r.Clauses) != len(begin) {
		t.Fatalf("%v %+v, want %s at %d clauses: %v", ok, r, want, len(begin), r.Clauses)
	}
	for i, n := range r.Clauses {
		if !strings.HasPrefix(c.Now().Words(n), begin[i]) {
			t.Errorf("clause %d begins %.80q, want %q", i, c.Now().Words(n), begin[i])
		}
	}
}
