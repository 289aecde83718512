package policies

import (
	"crypto/sha256"
	"errors"

	"github.com/ewtp/entente/clauses"
)

// This file has all the work of decisions that grows with a text: whoever decides under a
// lock has it done before, see [Work]. A test finds such work that is done elsewhere.

// ErrUnready says that a decision wants work that takes long and that isn't done yet. It
// decides nothing: the command is decided again when the work is done.
var ErrUnready = errors.New("what takes long isn't ready")

// WorkFacts are how decisions come by what takes long.
type WorkFacts interface {
	// Once returns what work gives, which depends on nothing but its key: a comparable value, of
	// a type that no other work has. Where it was done before, it isn't done again; where it
	// may not be done here, the error is ErrUnready.
	Once(key any, work func() (any, error)) (any, error)
}

// Work keeps what took long, by its key. It is not safe for concurrent use.
type Work struct{ done map[any]worked }

type worked struct {
	value any
	err   error
}

// Do returns what is kept under a key, or does the work and keeps what it gave: a value or
// a refusal. Failures aren't kept.
func (w *Work) Do(key any, work func() (any, error)) (any, error) {
	if v, ok := w.done[key]; ok {
		return v.value, v.err
	}
	v, err := work()
	if err == nil || isVerdict(err) {
		if w.done == nil {
			w.done = map[any]worked{}
		}
		w.done[key] = worked{v, err}
	}
	return v, err
}

// Done returns what is kept under a key; ErrUnready where nothing is.
func (w *Work) Done(key any) (any, error) {
	if v, ok := w.done[key]; ok {
		return v.value, v.err
	}
	return nil, ErrUnready
}

func isVerdict(err error) bool {
	var refused *Error
	var bad *clauses.Error
	return errors.As(err, &refused) || errors.As(err, &bad) || errors.Is(err, ErrNotFound)
}

// once is Once for a type.
func once[T any](f Facts, key any, work func() (T, error)) (v T, err error) {
	got, err := f.Once(key, func() (any, error) { return work() })
	if got != nil {
		v = got.(T)
	}
	return v, err
}

// TakesLong says of a command whether its decision is likely to want long work.
func TakesLong(c Command) bool {
	switch c := c.(type) {
	case CommitRevision, AcceptReplacement, DisposeComments:
		return true
	case SubmitComment:
		return c.Quote != nil || c.Proposed() != ""
	}
	return false
}

// Keys of work. Texts don't change, so that a text is told by where it is kept.
type (
	comparedTexts   struct{ before, after *clauses.Text }
	comparedOver    struct{ first, final *clauses.Text }
	mergedTexts     struct{ base, head, text *clauses.Text }
	succeeded       struct{ before, after *clauses.Text }
	identifiedText  struct{ document, head, parent, source string }
	digestOfText    struct{ text *clauses.Text }
	appliedProposal struct {
		proposal       clauses.Proposal
		text           *clauses.Text
		document, head string
	}
	triedProposal struct {
		proposal clauses.Proposal
		text     *clauses.Text
	}
	clashOfProposal struct {
		proposal  clauses.Proposal
		then, now *clauses.Text
	}
	checkedSize struct{ text *clauses.Text }
	foundQuote  struct {
		quote    Quote
		text     *clauses.Text
		clauseID string
	}
)

// compare compares two texts clause by clause.
func compare(f Facts, before, after *clauses.Text) ([]clauses.Change, error) {
	return once(f, comparedTexts{before, after}, func() ([]clauses.Change, error) {
		return clauses.Compare(before.Clauses, after.Clauses), nil
	})
}

// compareOver compares the texts at both ends of a line of revisions, which says what stays.
func compareOver(f Facts, first, final *clauses.Text, stays func(string) bool) ([]clauses.Change, error) {
	return once(f, comparedOver{first, final}, func() ([]clauses.Change, error) {
		return clauses.CompareTexts(first, final, stays), nil
	})
}

// A merger is what comes of two changes of one text.
type merger struct {
	source  string
	clashes []clauses.Conflict
}

func merge(f Facts, base, head, text *clauses.Text) (merger, error) {
	return once(f, mergedTexts{base, head, text}, func() (m merger, err error) {
		m.source, m.clashes = clauses.Merge(base, head, text)
		return m, nil
	})
}

func successions(f Facts, before, after *clauses.Text) ([]clauses.Succession, error) {
	return once(f, succeeded{before, after}, func() ([]clauses.Succession, error) {
		return clauses.Successions(before, after), nil
	})
}

// digestOf is the SHA-256 of a text's source.
func digestOf(f Facts, text *clauses.Text) (clauses.Hash, error) {
	return once(f, digestOfText{text}, func() (clauses.Hash, error) { return sha256.Sum256([]byte(text.Source)), nil })
}

// parseIdentified parses a source, gives its clauses their identities, and refuses a
// text that is its parent's to the letter.
func parseIdentified(env Env, f Facts, d *Document, parentID string, parent *clauses.Text, source string) (*clauses.Text, error) {
	return once(f, identifiedText{d.ID, d.Head, parentID, source}, func() (*clauses.Text, error) {
		text, err := clauses.Parse([]byte(source), env.Rules.Limits)
		if err != nil {
			var bad *clauses.Error
			if errors.As(err, &bad) {
				return nil, &Error{Code: Invalid, Field: bad.Field, Message: bad.Message}
			}
			return nil, err
		}
		if parent != nil && parent.Source == text.Source {
			return nil, errInvalid("source", "is the same text as its parent's")
		}
		earlier, err := earlierTexts(f, d, parent, text)
		if err != nil {
			return nil, err
		}
		clauses.Identify(parent, text, earlier...)
		return text, nil
	})
}

// arrivals are the contents of the clauses that a text has and its parent hasn't.
func arrivals(parent, text *clauses.Text) []clauses.Hash { return clauses.Arrivals(parent, text) }

// apply carries a proposal out in the head of a document. Clauses that come back have their identities again.
func apply(f Facts, d *Document, p clauses.Proposal, head *clauses.Text) (*clauses.Text, error) {
	return once(f, appliedProposal{p, head, d.ID, d.Head}, func() (*clauses.Text, error) {
		text, err := p.Apply(head)
		if err != nil {
			return nil, errOnProposal(err, "words")
		}
		earlier, err := earlierTexts(f, d, head, text)
		if err != nil {
			return nil, err
		}
		clauses.TakeBack(head, text, earlier...)
		return text, nil
	})
}

// try says whether a proposal changes nothing, and refuses one that can't be carried out in a text.
func try(f Facts, p clauses.Proposal, text *clauses.Text) (same bool, err error) {
	return once(f, triedProposal{p, text}, func() (bool, error) { return p.Try(text) })
}

// clashWith is the first clause that a proposal made for one text would change, and that says
// something else in a later one; nil where there is none.
func clashWith(f Facts, p clauses.Proposal, then, now *clauses.Text) (*clauses.Conflict, error) {
	return once(f, clashOfProposal{p, then, now}, func() (*clauses.Conflict, error) { return p.Clash(then, now), nil })
}

// checkLimits refuses a text that is larger than the registry takes.
func checkLimits(env Env, f Facts, text *clauses.Text) error {
	_, err := once(f, checkedSize{text}, func() (bool, error) {
		_, err := clauses.Parse([]byte(text.Source), env.Rules.Limits)
		return true, err
	})
	return err
}

// A finding is where a quotation stands in a clause: as the clause has it, and how often.
type finding struct {
	as    Quote
	times int
}

func findQuote(f Facts, q Quote, text *clauses.Text, clauseID string) (finding, error) {
	return once(f, foundQuote{q, text, clauseID}, func() (x finding, err error) {
		x.as, x.times = q.find(text.Plain(text.Clauses.Index(clauseID)))
		return x, nil
	})
}
