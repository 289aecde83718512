package campaign

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAdditions(t *testing.T) {
	const own = "I run a shop of two in Tartu."
	half := strings.Fields(letter)
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"the same":            {letter, nil},
		"in capitals":         {strings.ToUpper(letter), nil},
		"in another order":    {strings.Join(half[20:], " ") + " " + strings.Join(half[:20], " "), nil},
		"the last words gone": {strings.Join(half[:30], " "), nil},
		"before":              {own + " " + letter, []string{own}},
		"after":               {letter + "\n\n" + own, []string{own}},
		"within, as written":  {strings.Join(half[:20], " ") + " (" + own + ") " + strings.Join(half[20:], " "), []string{"(" + own + ")"}},
		"before and after":    {"Sirs! " + letter + " Yours, Mari", []string{"Sirs!", "Yours, Mari"}},
		"a word instead":      {strings.Replace(letter, "smallest", "poorest", 1), []string{"poorest"}},
		"all of it":           {own, []string{own}},
		"nothing":             {"", nil},
		"without spaces":      {letter + " 半年太短了", []string{"半年太短了"}},
	} {
		sample := Words(letter)
		if diff := cmp.Diff(c.want, Additions(sample, c.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if got, want := Added(sample, Words(c.text)), len(Words(c.want...)); got != want {
			t.Errorf("%s: %d words are added, want %d", name, got, want)
		}
	}
	if diff := cmp.Diff([]string{"poorest"}, Additions(Words(letter), letter, "poorest")); diff != "" {
		t.Errorf("two parts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"而"}, Additions(Words("我们请求各部保持现有的门槛不变"), "我们请求各部而保持现有的门槛不变")); diff != "" {
		t.Errorf("within a script without spaces (-want +got):\n%s", diff)
	}
}

func TestOpening(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		want string
	}{
		{"Work  for\nfood stamps.", 40, "Work for food stamps."},
		{"Work for food stamps.", 10, "Work for …"},
		{"半年太短了", 7, "半年 …"},
		{"", 3, ""},
	} {
		if got := Opening(c.text, c.n); got != c.want {
			t.Errorf("%q in %d bytes is %q, want %q", c.text, c.n, got, c.want)
		}
	}
}

// What is shown as added are words of the text, and with the sample's they are all
// of its words: nothing is lost between the two.
func FuzzAdditions(f *testing.F) {
	f.Add(letter, "Sirs! "+letter)
	f.Add("半年太短了 ﬁne", "半年 İ ß \xff 太短了")
	f.Add("か\u3099", "a'b ’ c")
	f.Fuzz(func(t *testing.T, sample, text string) {
		have := map[Word]bool{}
		for _, w := range Words(sample) {
			have[w] = true
		}
		from := 0
		for _, p := range append(passages(Words(sample), text), chunk{len(text), len(text)}) {
			if p.start < from || p.end < p.start {
				t.Fatalf("passages in disorder: %v begins before %d", p, from)
			}
			for _, c := range split(text[from:p.start]) {
				for _, w := range Words(text[from+c.start : from+c.end]) {
					if !have[w] {
						t.Fatalf("a word of %q is neither the sample's nor shown", text[from+c.start:from+c.end])
					}
				}
			}
			from = p.end
		}
	})
}

// mass makes the letters of a campaign: of ten senders five change nothing, four add
// a line of their own, and one writes something else.
func mass(n int) []string {
	texts := make([]string, n)
	for i := range texts {
		switch {
		case i%10 < 5:
			texts[i] = letter
		case i%10 < 9:
			texts[i] = fmt.Sprintf("%s I am trader %d and send %d parcels.", letter, i, i%977)
		default:
			texts[i] = fmt.Sprintf("What %d said of %d parcels in year %d of the office at quay %d is my view of it too.", i, i%31, i%29, i%37)
		}
	}
	return texts
}

// BenchmarkBurst groups 75,000 comments that arrive at once: see mass.
func BenchmarkBurst(b *testing.B) {
	texts := mass(75_000)
	for b.Loop() {
		k := newKeeper()
		for _, text := range texts {
			k.place(b, text)
		}
	}
	b.ReportMetric(float64(len(texts)*b.N)/b.Elapsed().Seconds(), "comments/s")
}

// BenchmarkPlace is one comment by what it is.
func BenchmarkPlace(b *testing.B) {
	for _, c := range []struct {
		name string
		text func(i int) string
	}{
		{"copy", func(int) string { return letter }},
		{"copy with a line added", func(i int) string { return fmt.Sprintf("%s Sent by trader %d.", letter, i) }},
		{"of its own", func(i int) string {
			var s strings.Builder
			for j := range 50 {
				fmt.Fprintf(&s, "word%d ", i*50+j)
			}
			return s.String()
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			k := newKeeper()
			b.ReportAllocs()
			for i := range b.N {
				k.place(b, c.text(i))
			}
		})
	}
}
