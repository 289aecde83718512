package policies

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/ewtp/entente/clauses"
)

// A Credit says whose words a revision took over.
type Credit struct {
	OrganisationID string `json:"organisation"`
	CommentID      string `json:"comment"`
}

// AcceptReplacement accepts a comment that proposes a change and makes it, in one step: the
// head's clause gets the words, goes, or is followed by others, and the comment gets the
// disposition that points at that change. All that the step changes is the change proposed: the
// adoption gate asks for nothing else.
//
// Changes of other clauses are kept. Where the clause itself has changed since the
// revision commented on, the words were not made for what it says now: that is a
// TEXT_CONFLICT with the three texts in [Error.Clashes], until Base says that the one who
// accepts has seen what it says now. What is added beside a clause doesn't depend on
// what that says.
//
// A confidential comment isn't accepted so: the kind of the entry is public, and a
// revision made in the same moment shows the words.
type AcceptReplacement struct {
	CommentID string
	Outcome   Outcome // AcceptedWhole or AcceptedInPart
	Reason    string
	Note      string // of the revision; the reason without it

	// Words are taken instead of the comment's own. With AcceptedWhole they can only
	// repeat them: who edits what was proposed accepts it in part.
	Words string
	// Base is the revision whose clause the words are to replace; "" is the one that
	// was commented on.
	Base string
	// Split lets a paragraph become several; see clauses.Proposal.
	Split bool
}

// ReplacementAccepted is what [AcceptReplacement] yields: a revision and the
// disposition of the comment it comes from.
type ReplacementAccepted struct {
	Cover    string            `json:"cover"`
	ID       string            `json:"id"` // of the comment
	Outcome  Outcome           `json:"outcome"`
	Reason   string            `json:"reason"`
	ClauseID string            `json:"clause"`
	Revision RevisionCommitted `json:"revision"`
	By       string            `json:"by,omitempty"`
}

// Decide implements [Command].
func (c AcceptReplacement) Decide(env Env, f Facts) (Event, error) {
	k, d, err := loadComment(env, f, c.CommentID, Disposing)
	if err != nil {
		return nil, err
	}
	if err := May(env.Actor, Editing, OnDocument(d)); err != nil {
		return nil, errAt(err, "commentId")
	}
	if err := joinFaults(d.checkNotSettled("commentId"), c.check(k)); err != nil {
		return nil, err
	}
	text, head, err := c.changedText(env, f, d, k)
	if err != nil {
		return nil, err
	}
	made, err := clauseMade(f, k, head, text)
	if err != nil {
		return nil, err
	}
	rev, err := follow(env, f, d, head, text)
	if err != nil {
		return nil, err
	}
	rev.Note, rev.Credits = cmp.Or(c.Note, c.Reason), []Credit{{OrganisationID: k.OrganisationID, CommentID: k.ID}}
	return &ReplacementAccepted{Cover: env.Fresh(PrefixCover), ID: k.ID, Outcome: c.Outcome, Reason: c.Reason, ClauseID: made,
		By: env.Actor.MemberID, Revision: *rev}, nil
}

// check holds what is accepted against the comment.
func (c AcceptReplacement) check(k *Comment) error {
	if err := joinFaults(checkOneOf("outcome", c.Outcome, []Outcome{AcceptedWhole, AcceptedInPart}),
		checkText("reason", c.Reason, MaxReason, true), checkText("note", c.Note, MaxReason, false),
		checkText("words", c.Words, MaxWords, false)); err != nil {
		return err
	}
	switch {
	case k.Confidential: // the public statement has the kind: it would tell that the words are those of a comment that nobody is shown
		return errConflict("commentId", "is confidential, and the record of words taken over in one step would tell what they come from; "+
			"commit a revision, and answer with a reference to the change")
	case !k.WithdrawnAt.IsZero():
		return errConflict("commentId", "was withdrawn and wants no answer")
	case !k.DisownedAt.IsZero():
		return errConflict("commentId", "was disowned and wants no answer")
	case k.Proposed() == "":
		return errInvalid("commentId", "proposes no other words for a clause")
	case k.Proposed() == StrikeOut && c.Words != "":
		return errInvalid("words", "go with no clause that is struck out; commit a revision that has them, and accept the comment in part")
	case c.Outcome == AcceptedWhole && c.Words != "" && c.Words != k.Replacement:
		return errInvalid("words", "are not those of the comment; edited words accept it in part")
	}
	return nil
}

// changedText returns the text of the new head, and that of the head until now.
func (c AcceptReplacement) changedText(env Env, f Facts, d *Document, k *Comment) (text, head *clauses.Text, err error) {
	head, err = f.Text(d.Head)
	if err != nil {
		return nil, nil, errUnknown(err, "commentId", "text of revision", d.Head)
	}
	p := k.Proposal()
	p.Split = c.Split
	if c.Words != "" {
		p.Words = c.Words
	}
	if p.ClauseID != "" && head.Clauses.Index(p.ClauseID) < 0 {
		return nil, nil, errConflict("commentId", "is on clause %q, which revision %d doesn't have any more", clipEcho(k.ClauseID), d.Revisions)
	}
	if err := c.checkSinceBase(f, d, k, head, p); err != nil {
		return nil, nil, err
	}
	if err := checkNotAdded(f, d, k, head); err != nil {
		return nil, nil, err
	}
	if text, err = apply(f, d, p, head); err != nil {
		return nil, nil, err
	}
	return text, head, c.checkChanges(env, f, k, head, text)
}

// checkChanges refuses a text that doesn't change what was commented on, or that is too large.
func (c AcceptReplacement) checkChanges(env Env, f Facts, k *Comment, head, text *clauses.Text) error {
	if text.Source == head.Source || text.Root == head.Root {
		return errInvalid("words", "are what the clause says already; answer the comment with a reference to the change that made it so")
	}
	if k.Proposed() == Replace {
		was, err := f.Clause(k.RevisionID, k.ClauseID)
		switch {
		case errUnlessErased(err) != nil:
			return fmt.Errorf("couldn't load the clause commented on: %w", err)
		case err == nil && was.Hash == text.Clauses[text.Clauses.Index(k.ClauseID)].Hash:
			return errInvalid("words", "are those that were commented on, and would change nothing for the comment")
		}
	}
	return errOnProposal(checkLimits(env, f, text), "words")
}

// checkNotAdded refuses to take a comment's words over again while a clause that they added stands: there would be two.
func checkNotAdded(f Facts, d *Document, k *Comment, head *clauses.Text) error {
	on, err := f.Revision(k.RevisionID)
	if errUnlessErased(err) != nil {
		return fmt.Errorf("couldn't load the revision commented on: %w", err)
	}
	for id := d.Head; id != "" && id != k.RevisionID; {
		rev, err := f.Revision(id)
		if errUnlessErased(err) != nil {
			return fmt.Errorf("couldn't look for an earlier acceptance: %w", err)
		}
		if err != nil || rev.Number <= on.Number {
			break
		}
		made, err := madeBy(f, &rev, k.ID)
		if err != nil {
			return err
		}
		for _, m := range made {
			if i := head.Clauses.Index(m.id); i >= 0 && m.op == clauses.Added {
				return errConflict("commentId", "was accepted so in revision %d, and %s, which that added, stands; commit a revision to change it", rev.Number, head.Clauses[i].Citation)
			}
		}
		id = rev.Parent
	}
	return nil
}

// A madeChange is a clause that an acceptance changed in the step in which it was given.
type madeChange struct {
	id string
	op clauses.Op
}

// madeBy lists what a revision changed by taking over what a comment proposes; none where it didn't, or was erased.
func madeBy(f Facts, rev *Revision, commentID string) (list []madeChange, err error) {
	if !slices.ContainsFunc(rev.Credits, func(c Credit) bool { return c.CommentID == commentID }) {
		return nil, nil
	}
	after, err := f.Text(rev.ID)
	var before *clauses.Text
	if err == nil {
		before, err = f.Text(rev.Parent)
	}
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't load a text that took proposed words over: %w", err)
	}
	return changesMade(f, before, after)
}

// changesMade lists the clauses that one step changed.
func changesMade(f Facts, before, after *clauses.Text) (list []madeChange, err error) {
	changes, err := compare(f, before, after)
	for _, c := range changes {
		if clause, verb := changedClause(c, before.Clauses, after.Clauses); verb != "" {
			list = append(list, madeChange{clause.ID, c.Op})
		}
	}
	return list, err
}

// clauseMade is the clause that an acceptance points at: the comment's own, or the first that was added beside it.
func clauseMade(f Facts, k *Comment, before, after *clauses.Text) (string, error) {
	if k.Proposed() != AddAfter {
		return k.ClauseID, nil
	}
	list, err := changesMade(f, before, after)
	for _, m := range list {
		if m.op == clauses.Added {
			return m.id, err
		}
	}
	return k.ClauseID, err
}

// checkSinceBase refuses what was meant for another text of the clause than the head's: other words for it, or that it
// goes with all that stands under it.
func (c AcceptReplacement) checkSinceBase(f Facts, d *Document, k *Comment, head *clauses.Text, p clauses.Proposal) error {
	base := k.RevisionID
	if c.Base != "" {
		rev, err := loadRevisionOf(f, d, "baseId", c.Base)
		if err != nil {
			return err
		}
		base = rev.ID
	}
	then, err := f.Text(base)
	if err != nil {
		return errUnknown(err, "baseId", "text of revision", base)
	}
	clash, err := clashWith(f, p, then, head)
	if err != nil || clash == nil {
		return err
	}
	return errClash([]clauses.Conflict{*clash}, "%s has changed since; look at what it says in revision %d and name that as the base", clash.Citation, d.Revisions)
}

var _ = registerEvent[ReplacementAccepted](nil)

func (*ReplacementAccepted) Kind() string      { return "replacement.accepted/1" }
func (e *ReplacementAccepted) Subject() string { return e.Cover }

// Covers implements [CoveredEvent].
func (e *ReplacementAccepted) Covers() Covered { return coverComment(e.ID) }

// Prepare implements [LongEvent].
func (e *ReplacementAccepted) Prepare() error { return e.Revision.Prepare() }

// Fold implements [Event].
func (e *ReplacementAccepted) Fold(s Stamp, r Record) error {
	if err := e.Revision.Fold(s, r); err != nil {
		return err
	}
	return changeComment(r, e.ID, func(k *Comment) {
		k.Disposition = &Disposition{Outcome: e.Outcome, Reason: e.Reason, MemberID: e.By, At: s.At,
			Change: &ChangeReference{RevisionID: e.Revision.ID, ClauseID: e.ClauseID}}
	})
}
