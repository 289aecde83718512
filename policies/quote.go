package policies

import (
	"strings"
	"unicode/utf8"

	"github.com/ewtp/entente/clauses"
)

// Limits on a quotation, in bytes of UTF-8.
const (
	maxExact   = 16 << 10
	maxContext = 1 << 10
)

// A Quote names a range of words of a clause as a W3C Web Annotation text quote
// selector does (https://www.w3.org/TR/annotation-model/#text-quote-selector): the
// words themselves, and as much of what stands right before and after them as it takes
// to tell them from the same words elsewhere in the clause. The text is that of
// clauses.Plain.
type Quote struct {
	Exact  string `json:"exact"`
	Prefix string `json:"prefix,omitempty"`
	Suffix string `json:"suffix,omitempty"`
}

// Find looks for the quoted words in a plain text: the byte at which they first stand
// between prefix and suffix, -1 where they don't, and how often they do.
func (q Quote) Find(plain string) (at, n int) {
	at = -1
	whole := q.Prefix + q.Exact + q.Suffix
	for from := 0; q.Exact != ""; {
		i := strings.Index(plain[from:], whole)
		if i < 0 {
			break
		}
		if n++; at < 0 {
			at = from + i + len(q.Prefix)
		}
		_, size := utf8.DecodeRuneInString(plain[from+i:])
		from += i + size // what overlaps counts too
	}
	return at, n
}

// check refuses a quotation that is none; a nil one is in order.
func (q *Quote) check() error {
	if q == nil {
		return nil
	}
	return joinFaults(checkText("quote.exact", q.Exact, maxExact, true), checkText("quote.prefix", q.Prefix, maxContext, false),
		checkText("quote.suffix", q.Suffix, maxContext, false))
}

// checkOn refuses a quotation that isn't found once in a clause of a revision.
func (q *Quote) checkOn(f Facts, revisionID, clauseID string) error {
	if q == nil {
		return nil
	}
	text, err := f.Text(revisionID)
	if err != nil {
		return errUnknown(err, "consultationId", "text of the consulted revision", revisionID)
	}
	switch _, n := q.Find(clauses.Plain(text.Words(text.Clauses.Index(clauseID)))); {
	case n == 0:
		return errInvalid("quote", "the clause doesn't have these words with this prefix and suffix")
	case n > 1:
		return errInvalid("quote", "the clause has these words %d times; a longer prefix or suffix tells which", n)
	}
	return nil
}
