package policies

import (
	"errors"

	"github.com/ewtp/entente/clauses"
)

// Proposal says what a comment with stance amend proposes.
type Proposal = clauses.ProposalKind

const (
	Replace   = clauses.Replace   // other words for its clause
	StrikeOut = clauses.StrikeOut // that its clause goes, with all that stands under it
	AddAfter  = clauses.AddAfter  // clauses to come right after its own; of a comment on the whole, before the first
)

// Proposals are all of them in the order they are shown.
var Proposals = clauses.ProposalKinds

// Proposed says what is proposed; "" where nothing is, and where nobody may read it any more.
func (w *CommentWords) Proposed() Proposal {
	switch {
	case w.Stance != Amend:
		return ""
	case w.Proposes == StrikeOut:
		return StrikeOut
	case w.Replacement == "":
		return ""
	case w.Proposes == AddAfter:
		return AddAfter
	}
	return Replace
}

// recordedProposal is what the record has of it: nothing for the commonest.
func (w *CommentWords) recordedProposal() Proposal {
	if w.Proposes == Replace {
		return ""
	}
	return w.Proposes
}

// Proposal is what the words propose, to be carried out in a text.
func (w *CommentWords) Proposal() clauses.Proposal {
	return clauses.Proposal{Kind: w.Proposed(), ClauseID: w.ClauseID, Words: w.Replacement, Split: true}
}

// checkProposal refuses a proposal that can't be carried out in the text that it is made on, since whoever makes
// it can still mend it. What comes from another system was made there, and is kept as it is.
func (c *SubmitComment) checkProposal(f Facts, revisionID string) error {
	if c.Proposed() == "" || c.Provenance != nil {
		return nil
	}
	text, err := f.Text(revisionID)
	if err != nil {
		return errUnknown(err, "consultationId", "text of the consulted revision", revisionID)
	}
	same, err := try(f, c.Proposal(), text)
	if same {
		return errInvalid("replacement", "is what the clause says already")
	}
	return errOnProposal(err, "replacement")
}

// errOnProposal makes a refusal of package clauses one of this room; words is the field that has the words.
func errOnProposal(err error, words string) error {
	var bad *clauses.Error
	if !errors.As(err, &bad) {
		return err
	}
	field := words
	if bad.Field == "clauseId" {
		field = bad.Field
	}
	return &Error{Code: Invalid, Field: field, Message: bad.Message}
}
