package policies

import "github.com/ewtp/entente/clauses"

// Limits on a quotation, in bytes of UTF-8.
const (
	maxExact   = 16 << 10
	maxContext = 1 << 10
)

// A Quote names a range of words of a clause as a W3C Web Annotation text quote
// selector does (https://www.w3.org/TR/annotation-model/#text-quote-selector): the
// words themselves, and as much of what stands right before and after them as it takes
// to tell them from the same words elsewhere in the clause. The text is that of
// clauses.Plain, and a comment quotes it as it stands there, whatever blanks the one who
// selected it was shown.
type Quote struct {
	Exact  string `json:"exact"`
	Prefix string `json:"prefix,omitempty"`
	Suffix string `json:"suffix,omitempty"`
}

// find looks for the quoted words in a plain text: how often they stand between prefix and
// suffix, and the quotation as the text has it where they do so once. Where they don't to
// the letter, they may differ in what a selection on a screen makes of a text: the
// kind of blanks, the Unicode form, what isn't seen.
func (q Quote) find(plain string) (as Quote, n int) {
	list := clauses.StandQuoted(plain, q.Exact, q.Prefix, q.Suffix)
	if len(list) == 0 {
		return Quote{}, 0
	}
	at := list[0]
	return Quote{Exact: plain[at.Start:at.End], Prefix: plain[at.Before:at.Start], Suffix: plain[at.End:at.After]}, len(list)
}

// check refuses a quotation that is none; a nil one is in order.
func (q *Quote) check() error {
	if q == nil {
		return nil
	}
	return joinFaults(checkText("quote.exact", q.Exact, maxExact, true), checkText("quote.prefix", q.Prefix, maxContext, false),
		checkText("quote.suffix", q.Suffix, maxContext, false))
}

// on returns a quotation as a clause of a revision has it. It refuses one that isn't found once there.
func (q *Quote) on(f Facts, revisionID, clauseID string) (*Quote, error) {
	if q == nil {
		return nil, nil
	}
	text, err := f.Text(revisionID)
	if err != nil {
		return nil, errUnknown(err, "consultationId", "text of the consulted revision", revisionID)
	}
	found, err := findQuote(f, *q, text, clauseID)
	switch {
	case err != nil:
		return nil, err
	case found.times == 0:
		return nil, errInvalid("quote", "the clause doesn't have these words with this prefix and suffix")
	case found.times > 1:
		return nil, errInvalid("quote", "the clause has these words %d times; a longer prefix or suffix tells which", found.times)
	}
	return &found.as, nil
}
