package clauses

import "testing"

// BenchmarkSuccessions is what looking for words that went to other clauses adds to a new revision of a law: the newest
// version of the Penal Code after the last, and the step at which hundreds of its paragraphs were cut up.
func BenchmarkSuccessions(b *testing.B) {
	h := readHistory(b, revisions(b, "estonia-penal-code.bundle", penalCode))
	for _, c := range []struct {
		name string
		at   int
	}{{"last", len(h.texts) - 1}, {"largest", h.largest()}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Successions(h.texts[c.at-1], h.texts[c.at])
			}
		})
	}
}

// BenchmarkCarrier is carrying everything said on the first of 112 versions of a law forward to the newest: the look at the
// two texts, which is kept, and then each clause.
func BenchmarkCarrier(b *testing.B) {
	h := readHistory(b, revisions(b, "estonia-penal-code.bundle", penalCode))
	last := len(h.texts) - 1
	b.Run("new", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			h.carrier(0, last)
		}
	})
	c := h.carrier(0, last)
	b.Run("clause", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			c.Carry(h.texts[0].Clauses[i%len(h.texts[0].Clauses)].ID)
		}
	})
}

// BenchmarkQuote finds a sentence again in a paragraph in which a word of it was changed.
func BenchmarkQuote(b *testing.B) {
	words := "Verifiers SHALL require subscriber-chosen memorized secrets to be at least 8 characters in length. " +
		"Verifiers SHOULD permit subscriber-chosen memorized secrets at least 64 characters in length. " +
		"All printing ASCII characters as well as the space character SHOULD be acceptable in memorized secrets."
	for _, c := range []struct{ name, exact string }{
		{"exact", "subscriber-chosen memorized secrets to be at least 8 characters"},
		{"alike", "subscriber-chosen memorized secrets to be at least 12 characters"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, ok := findQuote(words, nil, c.exact, "SHALL require ", " in length"); !ok {
					b.Fatal("not found")
				}
			}
		})
	}
}
