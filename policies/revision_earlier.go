package policies

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ewtp/entente/clauses"
)

// This file finds the texts in which clauses stood that a new revision brings back: each takes
// its identity back, with all that was said on it.

// A ClauseSpan says that a clause had some words from revision number Since on, and no longer
// from number Until on.
type ClauseSpan struct{ Since, Until int }

// maxEarlier bounds the earlier texts that a new revision is held against. What comes back
// from more of them at once is new where it stood longest ago.
const maxEarlier = 8

// earlierTexts returns the texts of a document, newest first, in which words stood that a text
// has and its parent hasn't. They are as few as can be.
func earlierTexts(f Facts, d *Document, parent, text *clauses.Text) ([]*clauses.Text, error) {
	if parent == nil {
		return nil, nil
	}
	spans, err := f.ClauseSpans(d.ID, arrivals(parent, text))
	if err != nil {
		return nil, fmt.Errorf("couldn't look for clauses that come back: %w", err)
	}
	var texts []*clauses.Text
	for _, number := range covering(spans) {
		rev, err := f.RevisionAt(d.ID, number)
		if err == nil {
			var t *clauses.Text
			if t, err = f.Text(rev.ID); err == nil {
				texts = append(texts, t)
			}
		}
		if err != nil && !errors.Is(err, ErrNotFound) { // else it was erased
			return nil, fmt.Errorf("couldn't load an earlier text: %w", err)
		}
	}
	return texts, nil
}

// covering returns the fewest numbers of revisions of which one lies in each span, newest
// first, and no more than maxEarlier: the last at which the words of the first to go still stood, and so on.
// The spans are in order of Until.
func covering(spans []ClauseSpan) (numbers []int) {
	for _, s := range spans {
		if n := len(numbers); n == 0 || numbers[n-1] < s.Since {
			numbers = append(numbers, s.Until-1)
		}
	}
	slices.Reverse(numbers)
	return numbers[:min(len(numbers), maxEarlier)]
}
