package clauses

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestRedline(t *testing.T) {
	for _, tc := range []struct {
		name, old, new string
		want           []Span
	}{
		{"a word", "shall pay 5.50 euro", "shall pay 6.50 euro", []Span{{Equal, "shall pay "}, {Delete, "5.50"}, {Insert, "6.50"}, {Equal, " euro"}}},
		{"words in a row are one change", "the big red dog barks", "the old grey cat barks",
			[]Span{{Equal, "the "}, {Delete, "big red dog"}, {Insert, "old grey cat"}, {Equal, " barks"}}},
		{"Chinese by character", "平台经营者", "平台内经营者", []Span{{Equal, "平台"}, {Insert, "内"}, {Equal, "经营者"}}},
		{"Thai by character with its marks", "ผู้ขาย", "ผู้ซื้อ", []Span{{Equal, "ผู้"}, {Delete, "ขาย"}, {Insert, "ซื้อ"}}},
		{"a raised number", "§ 216<sup>1</sup>", "§ 216<sup>2</sup>", []Span{{Equal, "§ 216<sup>"}, {Delete, "1"}, {Insert, "2"}, {Equal, "</sup>"}}},
		{"all new", "", "x y", []Span{{Insert, "x y"}}},
		{"all gone", "x y", "", []Span{{Delete, "x y"}}},
		{"same", "x y", "x y", []Span{{Equal, "x y"}}},
		{"nothing", "", "", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Redline(tc.old, tc.new)); diff != "" {
				t.Errorf("spans (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRedlineProperties(t *testing.T) {
	words := rapid.SliceOf(rapid.SampledFrom([]string{"the", " ", "  ", "\n", "a", "b", "子", "é", "e\u0301", "1,000", ".", "’", "\xff"}))
	rapid.Check(t, func(rt *rapid.T) {
		a := strings.Join(words.Draw(rt, "old"), "")
		b := strings.Join(words.Draw(rt, "new"), "")
		checkRedline(t, a, b)
		n := rapid.IntRange(1, 200).Draw(rt, "times")
		checkRedline(t, strings.Repeat(a+"\n", n), strings.Repeat(b+"\n", n))
	})
}

// The alignment is as long as any: compared with the textbook algorithm on short sequences.
func TestAlignIsLongest(t *testing.T) {
	seq := rapid.SliceOfN(rapid.Int32Range(0, 4), 0, 40)
	rapid.Check(t, func(rt *rapid.T) {
		a, b := seq.Draw(rt, "a"), seq.Draw(rt, "b")
		got, x, y := 0, 0, 0
		for _, r := range alignSymbols(a, b) {
			if r.a < x || r.b < y || r.n <= 0 {
				rt.Fatalf("run %+v after %d, %d", r, x, y)
			}
			for i := range r.n {
				if a[r.a+i] != b[r.b+i] {
					rt.Fatalf("run %+v is not equal", r)
				}
			}
			got, x, y = got+r.n, r.a+r.n, r.b+r.n
		}
		if want := longestCommon(a, b); got != want {
			rt.Fatalf("%d in common, want %d", got, want)
		}
	})
}

func longestCommon(a, b []int32) int {
	row := make([]int, len(b)+1)
	for i := range a {
		diagonal := 0
		for j := range b {
			above := row[j+1]
			if a[i] == b[j] {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(row[j], above)
			}
			diagonal = above
		}
	}
	return row[len(b)]
}

func TestSegments(t *testing.T) {
	for in, want := range map[string]string{
		"don't stop, 5.1.2 or 1,000.":   "don't| |stop|,| |5.1.2| |or| |1,000|.",
		"a b\n\nc":                      "a| |b|\n\n|c",
		"e\u0301te\u0301 naïve":         "e\u0301te\u0301| |naïve",
		"电子商务e-commerce":                "电|子|商|务|e|-|commerce",
		"👩\u200d⚖\ufe0f ok":             "👩\u200d⚖\ufe0f| |ok",
		"ひらがな한국어 말":                     "ひ|ら|が|な|한국어| |말",
		"süüteo-koosseis’iga 216¹ lõik": "süüteo|-|koosseis’iga| |216|¹| |lõik",
	} {
		if got := strings.Join(wordSegments(in), "|"); got != want {
			t.Errorf("segments of %q: %q, want %q", in, got, want)
		}
	}
}
