package clauses

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestStandQuoted(t *testing.T) {
	for _, x := range []struct{ words, exact, prefix, suffix, want string }{
		{"abc", "b", "", "", "[b]"},
		{"abca", "a", "", "", "[a][a]"},
		{"abca", "a", "c", "", "c[a]"},
		{"abca", "a", "", "b", "[a]b"},
		{"aaa", "aa", "", "", "[aa][aa]"},
		{"半年半", "半", "年", "", "年[半]"},
		{"abc", "d", "", "", ""},
		{"abc", "", "", "", ""},
		{"pay 30\u00a0days late", "30 days", "pay ", " late", "pay [30\u00a0days] late"},
		{"pay 30 days late", "30\u202fdays", "pay\u00a0", "\nlate", "pay [30 days] late"},
		{"pay 30 days, or 30\u00a0days", "30 days", "", "", "[30 days]"}, // to the letter first
		{"pay 30\u2009days, or 30\u00a0days", "30 days", "", "", "[30\u2009days][30\u00a0days]"},
		{"pay 30\u2009days, or 30\u00a0days", "30 days", "or ", "", "or [30\u00a0days]"},
		{"the cafe\u0301 pays", "caf\u00e9", "the ", " pays", "the [cafe\u0301] pays"},
		{"the caf\u00e9 pays", "cafe", "", "", ""},
		{"the regu\u00adlation", "regulation", "", "", "[regu\u00adlation]"},
		{"the regulation", "re\u200bgulation", "", "", "[regulation]"},
		{"a\u2011b", "a-b", "", "", "[a\u2011b]"},
		{"one\ttwo\nthree", "two three", "one ", "", "one\t[two\nthree]"},
	} {
		got := ""
		for _, p := range StandQuoted(x.words, x.exact, x.prefix, x.suffix) {
			got += x.words[p.Before:p.Start] + "[" + x.words[p.Start:p.End] + "]" + x.words[p.End:p.After]
		}
		if got != x.want {
			t.Errorf("%q between %q and %q stands in %q as %q, want %q", x.exact, x.prefix, x.suffix, x.words, got, x.want)
		}
	}
}

// What was quoted is found where its sentence is still said, and nowhere where the same words stand in another.
func TestFindQuoteInItsSentence(t *testing.T) {
	const old = "The seller refunds the price within 30 days of the return. The buyer keeps the parcel."
	for _, x := range []struct{ name, now, want string }{
		{"as it was", old, "within 30 days of"},
		{"sentence put before", "A new rule holds. " + old, "within 30 days of"},
		{"neighbours rewritten", "Nothing else is owed by anybody. The seller refunds the price within 30 days of the return. Carriers are paid apart.", "within 30 days of"},
		{"words put in on both sides", "The seller or his agent refunds the whole price within 30 days of the actual return.", "within 30 days of"},
		{"deleted, and said of something else", "The carrier answers each complaint within 30 days of its arrival. The buyer keeps the parcel.", ""},
		{"deleted, and said of the neighbour", "The buyer keeps the parcel within 30 days of nothing.", ""},
		{"said of something else before, still said", "The carrier answers each complaint within 30 days of its arrival. The seller refunds the price within 30 days of the return.", "within 30 days of"},
		{"changed, and said to the letter of something else", "The carrier answers each complaint within 30 days of its arrival. The seller refunds the price within 20 days of the return.", "within 20 days of"},
		{"deleted", "The buyer keeps the parcel.", ""},
		{"other blanks", strings.ReplaceAll(old, "30 days", "30\u00a0days"), "within 30\u00a0days of"},
		{"other blanks, said of something else", "The carrier answers complaints within 30\u00a0days of arrival.", ""},
	} {
		at := strings.Index(old, "within 30 days of")
		before, after := old[:at], old[at+len("within 30 days of"):]
		for _, around := range [][2]string{{before, after}, {before[len(before)-12:], after[:12]}} {
			got := ""
			q, ok := findQuote(x.now, nil, "within 30 days of", around[0], around[1])
			if ok {
				got = x.now[q.Start:q.End]
			}
			if got != x.want {
				t.Errorf("%s: between %q and %q %q is found, want %q", x.name, around[0], around[1], got, x.want)
			}
		}
	}
}

// A sentence of its own isn't part of another; a long one is known without its neighbours.
func TestFindQuoteOfSentences(t *testing.T) {
	const before, after = "Parcels are weighed. ", " Fees are paid at once."
	for _, x := range []struct{ exact, now, want string }{
		{"Nobody is exempt.", "Other rules came. Nobody is exempt. Others went.", "Nobody is exempt."},
		{"Nobody is exempt", "Of all sellers nobody is exempt from fees.", ""},
		{"The keeper of the register answers within a day.", "Now the keeper of the register answers within a day.", "the keeper of the register answers within a day"},
	} {
		q, ok := findQuote(x.now, nil, x.exact, before, after)
		if got := x.now[q.Start:q.End]; ok != (x.want != "") || got != x.want {
			t.Errorf("%q is found in %q as %q, want %q", x.exact, x.now, got, x.want)
		}
	}
}

// Two paragraphs made of one: what stood before a quotation may stand in the other.
func TestFindQuoteAcrossASplit(t *testing.T) {
	_, now := revise(t, "a\n", "The seller refunds the price and\n\nthe cost of carriage within 30 days.\n")
	n, plain, at, ok := now.FindQuote([]int{0, 1}, "the cost", "The seller refunds the price and ", " of carriage")
	if !ok || n != 1 || plain[at.Start:at.End] != "the cost" {
		t.Errorf("found: %v in clause %d at %+v", ok, n, at)
	}
	if _, _, _, ok := now.FindQuote([]int{0, 1}, "price and the cost of carriage", "", ""); ok {
		t.Error("a quotation goes across two clauses")
	}
}

// sentences have no word in common but those that stand everywhere, and the phrase.
func sentences(t *rapid.T) (list []string) {
	words := rapid.Permutation(strings.Fields("seller buyer carrier register parcel invoice customs tariff refund notice depot ledger broker vessel harbour permit levy audit court appeal")).Draw(t, "words")
	for len(words) >= 4 {
		list = append(list, fmt.Sprintf("The %s of the %s %ss within 30 days a %s.", words[0], words[1], words[2], words[3]))
		words = words[4:]
	}
	return list
}

// Whatever becomes of the other sentences, and whatever blanks and forms an editor writes, what is quoted of one is found in
// that one, and nowhere once it is gone.
func TestFindQuoteRule(t *testing.T) {
	const exact = "within 30 days"
	rapid.Check(t, func(t *rapid.T) {
		list := sentences(t)
		text := strings.Join(list, " ")
		i := rapid.IntRange(0, len(list)-1).Draw(t, "quoted")
		at := strings.Index(text, list[i]) + strings.Index(list[i], exact)
		prefix, suffix := text[:at], text[at+len(exact):]
		others := rapid.Permutation(slices.Delete(slices.Clone(list), i, i+1)).Draw(t, "others")
		others = others[:rapid.IntRange(0, len(others)).Draw(t, "kept")]
		if q, ok := findQuote(strings.Join(others, " "), nil, exact, prefix, suffix); ok {
			t.Fatalf("deleted from %q, it is found at %+v in %q", list[i], q, others)
		}
		n := rapid.IntRange(0, len(others)).Draw(t, "at")
		now := strings.Join(slices.Insert(slices.Clone(others), n, list[i]), " ")
		want := len(strings.Join(append(slices.Clone(others[:n]), ""), " ")) + strings.Index(list[i], exact)
		if q, ok := findQuote(now, nil, exact, prefix, suffix); !ok || q.Start != want {
			t.Fatalf("of %q it is found at %+v (%v) in %q, want %d", list[i], q, ok, now, want)
		}
		other := rapid.SampledFrom([]string{"\u00a0", "\u202f", "\u3000", " \u00a0", "\u00ad ", "\t"}).Draw(t, "blank")
		shown := norm.NFD.String(strings.ReplaceAll(now, " ", other))
		if q, ok := findQuote(shown, nil, exact, prefix, suffix); !ok || q.Likeness != 1 || !SameQuote(shown[q.Start:q.End], exact) {
			t.Fatalf("with other blanks it is found at %+v (%v) in %q", q, ok, shown)
		}
	})
}
