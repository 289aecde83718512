package policies

import (
	"fmt"
	"slices"
)

// DiscloseComment tells a confidential comment to one more sponsor of its document: one
// that came to sponsor it after the comment was made. Nobody but the comment's own
// organisation decides that. It isn't taken back: what was read was read.
type DiscloseComment struct {
	CommentID      string
	OrganisationID string
}

// CommentDisclosed is what [DiscloseComment] yields.
type CommentDisclosed struct {
	Cover          string `json:"cover"`
	CommentID      string `json:"comment"`
	OrganisationID string `json:"organisation"`
	By             string `json:"by,omitempty"`
}

// Decide implements [Command]. Adoption is no bar: a sponsor answers for the document
// after it too.
func (c DiscloseComment) Decide(env Env, f Facts) (Event, error) {
	k, d, err := loadComment(env, f, c.CommentID, Disclosing)
	if err != nil {
		return nil, err
	}
	switch {
	case !k.Confidential:
		return nil, errConflict("commentId", "isn't confidential: everybody reads it")
	case !k.DisownedAt.IsZero():
		return nil, errConflict("commentId", "was disowned: it isn't your organisation's to disclose")
	}
	o, err := f.Organisation(c.OrganisationID)
	switch {
	case err != nil:
		return nil, errUnknown(err, "organisationId", "organisation", c.OrganisationID)
	case o.ID == k.OrganisationID:
		return nil, errConflict("organisationId", "is the comment's own")
	case slices.Contains(k.Confidants, o.ID):
		return nil, errConflict("organisationId", "has been told the comment already")
	case !slices.Contains(d.Sponsors, o.ID):
		return nil, errInvalid("organisationId", "doesn't sponsor the document; a comment made in confidence is told to sponsors alone")
	}
	return &CommentDisclosed{Cover: env.Fresh(PrefixCover), CommentID: k.ID, OrganisationID: o.ID, By: env.Actor.MemberID}, nil
}

var _ = registerEvent[CommentDisclosed](nil)

func (*CommentDisclosed) Kind() string      { return "comment.disclosed/1" }
func (e *CommentDisclosed) Subject() string { return e.Cover }

// Covers implements [CoveredEvent].
func (e *CommentDisclosed) Covers() Covered { return coverComment(e.CommentID) }

// Fold implements [Event].
func (e *CommentDisclosed) Fold(_ Stamp, r Record) error {
	return changeComment(r, e.CommentID, func(k *Comment) {
		k.Confidants = append(slices.Clone(k.Confidants), e.OrganisationID)
	})
}

// checkConfidencesKept refuses that a sponsor goes while a confidential comment, which none of
// the others is told, wants an answer: nobody could give it one.
func checkConfidencesKept(f Facts, d *Document, leaving string) error {
	open, _, err := f.Undisposed(d.ID, MaxBulk)
	if err != nil {
		return fmt.Errorf("couldn't list the unanswered comments: %w", err)
	}
	for _, k := range open {
		stays := func(id string) bool { return id != leaving && slices.Contains(d.Sponsors, id) }
		if k.Confidential && slices.Contains(k.Confidants, leaving) && !slices.ContainsFunc(k.Confidants, stays) {
			return errConflict("documentId", "comment %d was made in confidence, no other sponsor is told it, and it wants an answer: give it one first, "+
				"or have it disclosed to another", k.Number)
		}
	}
	return nil
}

// isToldNobody says whether a comment was made in confidence and none of those that it was
// told to sponsors its document any more: nobody but the secretariat can answer it.
func (k *Comment) isToldNobody(d *Document) bool {
	return k.Confidential && !slices.ContainsFunc(k.Confidants, func(id string) bool { return slices.Contains(d.Sponsors, id) })
}

// tellsNoMoreThan says whether what is known of k tells nobody anything that was said in
// confidence by another comment: that one is public, or is of the same organisation and was told
// to all whom k was told to.
func (k *Comment) tellsNoMoreThan(of *Comment) bool {
	if !of.Confidential {
		return true
	}
	return k.Confidential && k.OrganisationID == of.OrganisationID &&
		!slices.ContainsFunc(k.Confidants, func(id string) bool { return !slices.Contains(of.Confidants, id) })
}

// ToldGaps returns what adoption wants as it is told to an actor: of confidential
// comments that it isn't told, neither which one wants something nor what that is.
func ToldGaps(gaps []Gap, a Actor, d *Document, f Facts) ([]Gap, error) {
	told := make([]Gap, 0, len(gaps))
	for _, g := range gaps {
		open, err := mayKnowOf(g, a, d, f)
		if err != nil {
			return nil, fmt.Errorf("couldn't look at the comment of a gap: %w", err)
		}
		if open {
			told = append(told, g)
		}
	}
	if len(told) == len(gaps) {
		return gaps, nil
	}
	return append(told, Gap{Reason: "confidenceUnsettled", Message: "comments that were made in confidence, and that your organisation " +
		"isn't told, want an answer or the change that carries it out; ask the sponsors who are told them, or have them disclosed"}), nil
}

// mayKnowOf says whether an actor may be told of a gap.
func mayKnowOf(g Gap, a Actor, d *Document, f Facts) (bool, error) {
	if g.CommentID == "" {
		return true, nil
	}
	k, err := f.Comment(g.CommentID)
	if err != nil {
		return false, errUnlessErased(err)
	}
	return May(a, ReadingComment, OnComment(d, &k)) == nil, nil
}
