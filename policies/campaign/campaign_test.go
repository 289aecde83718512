package campaign

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// keeper groups texts on a Map.
type keeper struct {
	Map
	texts  [][]Word
	groups []int64 // of each text its sample; none for one that is too short
}

const none = -1

func newKeeper() *keeper { return new(keeper) }

func (k *keeper) place(t interface{ Fatal(...any) }, text string) {
	k.texts = append(k.texts, Words(text))
	p, ok, err := Place(k, int64(len(k.groups)), k.texts[len(k.groups)])
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		p.Sample = none
	}
	k.groups = append(k.groups, p.Sample)
}

// compared are the groups that comparing everything with every sample gives.
func compared(texts [][]Word) []int64 {
	var samples, groups []int64
	for i, w := range texts {
		g := int64(none)
		if len(w) >= MinWords {
			g = int64(i)
			for _, s := range samples {
				if Near(w, texts[s]) {
					g = s
					break
				}
			}
			if g == int64(i) {
				samples = append(samples, g)
			}
		}
		groups = append(groups, g)
	}
	return groups
}

const letter = `The duty on parcels of low value falls on the smallest of traders first. We ask the ministries to keep the
threshold where it is, to publish what a declaration costs, and to let carriers declare by the month as they do today.`

func TestNear(t *testing.T) {
	long := strings.Repeat("many other words that say something else entirely ", 40)
	half := strings.Fields(letter)
	for name, c := range map[string]struct {
		a, b string
		want bool
	}{
		"the same":                        {letter, letter, true},
		"in capitals, other punctuation":  {letter, strings.ToUpper(strings.ReplaceAll(letter, ",", " –")), true},
		"one word of 43 changed":          {letter, strings.Replace(letter, "smallest", "poorest", 1), true},
		"three words of 43 changed":       {letter, strings.NewReplacer("smallest", "poorest", "threshold", "limit", "month", "year").Replace(letter), false},
		"words added before and after":    {letter, "Sirs! " + long + letter + long, true},
		"a paragraph added in the middle": {letter, strings.Join(half[:20], " ") + " " + long + strings.Join(half[20:], " "), true},
		"a piece of under a run is apart": {letter, strings.Join(half[:5], " ") + " " + long + strings.Join(half[5:], " "), false},
		"runs in another order":           {letter, strings.Join(half[20:], " ") + " " + long + strings.Join(half[:20], " "), false},
		"the same words in another order": {"one two three four five six seven eight", "eight seven six five four three two one", true},
		"too short":                       {"I agree with it all", "I agree with it all", false},
		"eight words":                     {"I agree with all that the carriers say", "I agree with all that the carriers say.", true},
		"eight words in a longer text":    {"I agree with all that the carriers say", "I agree with all that the carriers say. " + long, false},
		"often is not once":               {strings.Repeat("no ", 100), strings.Repeat("no ", 90), true},
		"often is not once, overlapping":  {strings.Repeat("no yes ", 10), strings.Repeat("no ", 20), false},
		"nothing":                         {"", letter, false},
	} {
		a, b := Words(c.a), Words(c.b)
		if got := Near(a, b); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
		if Near(a, b) != Near(b, a) {
			t.Errorf("%s: it depends on who comes first", name)
		}
	}
}

func TestWords(t *testing.T) {
	for name, c := range map[string]struct{ a, b string }{
		"case":              {"STRASSE Nõue ΣΊΣΥΦΟΣ", "straße nõue σίσυφος"},
		"compatible forms":  {"Ａ１ ﬁne ²", "a1 fine 2"},
		"accents composed":  {"cafe\u0301", "caf\u00e9"},
		"apostrophes":       {"don't can’t", "dont cant"},
		"punctuation":       {"a,b;c -- d", "a b c d"},
		"parts":             {"one two", "one\ntwo"},
		"without spaces":    {"半年", "半 年"},
		"no words in marks": {"… – !", ""},
	} {
		if diff := cmp.Diff(Words(c.b), Words(c.a)); diff != "" {
			t.Errorf("%s: %q and %q differ:\n%s", name, c.a, c.b, diff)
		}
	}
	if n := len(Words(strings.Repeat("a b ", MaxWords))); n != MaxWords {
		t.Errorf("%d words are looked at, want %d", n, MaxWords)
	}
	if cmp.Equal(Words("ab c"), Words("a bc")) || cmp.Equal(Words("半年"), Words("年半")) {
		t.Error("different words are the same")
	}
}

// variant makes what senders make of a form letter.
func variant(t *rapid.T, form []string) string {
	words := slices.Clone(form)
	own := rapid.SliceOfN(rapid.IntRange(0, 9_999), 0, 30).Draw(t, "own words")
	var added []string
	for _, w := range own {
		added = append(added, fmt.Sprint("own", w))
	}
	switch rapid.IntRange(0, 4).Draw(t, "how") {
	case 0: // as it is
	case 1:
		words = append(added, words...)
	case 2:
		words = append(words, added...)
	case 3:
		words = slices.Insert(words, rapid.IntRange(0, len(words)).Draw(t, "where"), added...)
	case 4:
		words[rapid.IntRange(0, len(words)-1).Draw(t, "which")] = "instead"
	}
	return strings.Join(words, " ")
}

// Looking candidates up finds what comparing everything finds: among form letters of
// 40 words and more, with whatever senders did to them, up to as many of each as are
// kept under one fingerprint. Where there are more, texts may stay apart, but none joins
// what it isn't like.
func TestIndexFindsWhatComparingFinds(t *testing.T) {
	groups, members := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		var letters []string // of all forms, mixed
		few := rapid.Bool().Draw(t, "few of each form")
		for f := range rapid.IntRange(1, 4).Draw(t, "forms") {
			var form []string
			for i := range rapid.IntRange(40, 120).Draw(t, "length") {
				form = append(form, fmt.Sprintf("w%d-%d", f, i*i%97))
			}
			most := MaxPostings
			if !few {
				most *= 3
			}
			for range rapid.IntRange(1, most).Draw(t, "letters") {
				letters = append(letters, variant(t, form))
			}
		}
		k := newKeeper()
		for _, letter := range rapid.Permutation(letters).Draw(t, "in this order") {
			k.place(t, letter)
		}
		for i, g := range k.groups {
			switch {
			case g == int64(i):
				groups++
			case Near(k.texts[i], k.texts[g]):
				members++
			default:
				t.Fatalf("%v joined %v", k.texts[i], k.texts[g])
			}
		}
		if !few {
			return
		}
		if diff := cmp.Diff(compared(k.texts), k.groups); diff != "" {
			t.Fatalf("groups (-comparing everything +by the index):\n%s", diff)
		}
	})
	if members < groups {
		t.Errorf("%d comments joined %d groups: the test groups too little to prove anything", members, groups)
	}
}

// The clusters of the USDA's docket 2017-0002: the campaign for "conservative waiver
// reform" and its relatives. Every comment ends with the same subject line of 22 words,
// so what is shorter than that line is told apart by its first words alone.
func TestRealDocket(t *testing.T) {
	f, err := os.Open("../../../shared/data/usda-2017-0002-comments.csv")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the corpus of real comments is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	k := newKeeper()
	for _, r := range rows[1:] {
		k.place(t, r[1])
	}
	if diff := cmp.Diff(compared(k.texts), k.groups); diff != "" {
		t.Errorf("groups (-comparing everything +by the index):\n%s", diff)
	}
	got := map[string]int{}
	for i, g := range k.groups {
		if g != none && g != int64(i) {
			got[strings.TrimPrefix(rows[g+1][0], "USDA-2017-0002-")]++
		}
	}
	// By sample, how many joined it.
	want := map[string]int{"3648": 9, "0887": 1, "1097": 1, "3433": 1, "4009": 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("clusters of %d comments (-want +got):\n%s", len(k.groups), diff)
	}
}

// counting counts the samples that are looked at.
type counting struct {
	*keeper
	compared int
}

func (c *counting) Words(sample int64) ([]Word, error) {
	c.compared++
	return c.keeper.Words(sample)
}

// Whatever the texts hold, a comment asks for no more than the bounds and is
// compared with no more.
func TestHostileTextsAreBounded(t *testing.T) {
	k := counting{newKeeper(), 0}
	same := strings.Repeat("the very same boilerplate of twelve words or more in every text ", 3)
	for i := range 200 {
		var b strings.Builder
		for j := range 2_000 {
			fmt.Fprintf(&b, "w%dx%d ", i, j)
		}
		k.compared = 0
		if _, _, err := Place(&k, int64(i), Words(same+b.String())); err != nil {
			t.Fatal(err)
		}
		if k.compared > MaxCandidates {
			t.Fatalf("comment %d was compared with %d others", i, k.compared)
		}
	}
	for p, list := range k.prints {
		if len(list) > MaxPostings {
			t.Errorf("%d samples under fingerprint %d", len(list), p)
		}
	}
	if n := len(winnow(Words(strings.Repeat("a ", 20_000)))); n != 1 {
		t.Errorf("one word said often has %d fingerprints", n)
	}
}

func FuzzNear(f *testing.F) {
	f.Add(letter, "Sirs! "+letter)
	f.Add(strings.Repeat("a ", 40), strings.Repeat("a b ", 40))
	f.Add("半年"+letter, "\xff\x00ﬁ İ ß")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := Words(a), Words(b)
		if Near(x, y) != Near(y, x) {
			t.Error("it depends on who comes first")
		}
		if len(x) >= MinWords && !Near(x, x) {
			t.Error("a text isn't near itself")
		}
		k := newKeeper()
		k.place(t, a)
		k.place(t, b)
		if len(x) > 0 && len(winnow(x)) > len(x) {
			t.Error("more fingerprints than words")
		}
	})
}
