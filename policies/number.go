package policies

import (
	"fmt"
	"strings"
)

// A SpentNumber is one that an erased entry had given. It is never given again: two
// things with one number could not be told apart in what people quoted, and a hub would meet two releases of one number.
// It has no words and tells of nobody.
type SpentNumber struct {
	Series string `json:"series"` // what counts: "document/R/2026", "comment/doc_…", "release/set_…"
	Number int    `json:"number"`
	Digest string `json:"digest,omitempty"` // of a release, which the next one names
}

// numbered is implemented by events that give the next number of a series.
type numbered interface{ gives() SpentNumber }

// NumberOf returns the number that an event gave, or nil. What an erasure keeps of another
// entry it gives as well, so that erasing an erasure loses nothing.
func NumberOf(e Event) *SpentNumber {
	if erasure, ok := e.(*EntryErased); ok {
		return erasure.Spent
	}
	if n, ok := e.(numbered); ok {
		given := n.gives()
		return &given
	}
	return nil
}

// series names what counts things of a kind within something.
func series(of string, in ...string) string { return of + "/" + strings.Join(in, "/") }

func (e *DocumentProposed) gives() SpentNumber {
	year, n := 0, 0
	_, _ = fmt.Sscanf(e.Number, "EWTP-"+e.Type.Letter()+"-%d-%d", &year, &n) // zero, which spends nothing, where it has another form
	return SpentNumber{Series: documentSeries(e.Type.Letter(), year), Number: n}
}

func documentSeries(letter string, year int) string {
	return series("document", letter, fmt.Sprint(year))
}

func (e *RevisionCommitted) gives() SpentNumber {
	return SpentNumber{Series: series("revision", e.DocumentID), Number: e.Number}
}

func (e *ReplacementAccepted) gives() SpentNumber { return e.Revision.gives() }

func (e *ConsultationOpened) gives() SpentNumber {
	return SpentNumber{Series: series("consultation", e.DocumentID), Number: e.Round}
}

func (e *CommentSubmitted) gives() SpentNumber {
	return SpentNumber{Series: series("comment", e.DocumentID), Number: e.Number}
}

func (e *BallotOpened) gives() SpentNumber {
	return SpentNumber{Series: series("ballot", e.DocumentID), Number: e.Number}
}

func (e *ReleasePublished) gives() SpentNumber {
	return SpentNumber{Series: series("release", e.RuleSetID), Number: e.Number, Digest: e.Digest}
}

// nextNumber is the number after the last of a series that is in the record, and after
// those that were erased.
func nextNumber(f Facts, of string, last int) (int, error) {
	spent, err := f.SpentNumber(of)
	if err != nil {
		return 0, fmt.Errorf("couldn't find the next number: %w", err)
	}
	return max(last, spent.Number) + 1, nil
}

// NumberFacts are what decisions may ask of numbers.
type NumberFacts interface {
	// SpentNumber is the highest number of a series that an erased entry had given, zero where none did.
	SpentNumber(series string) (SpentNumber, error)
}

// NumberRecord is how events change numbers.
type NumberRecord interface {
	// SpendNumber notes that a number was given; a lower one is no news.
	SpendNumber(SpentNumber) error
}
