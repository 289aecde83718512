package graph

import (
	"context"
	"errors"
	"time"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

type commentResolver struct{ *resolver }

func (r *resolver) Comment() gen.CommentResolver { return commentResolver{r} }

// Comments implements gen.QueryResolver.
func (r queryResolver) Comments(ctx context.Context, f *gen.CommentFilter, _ *time.Time, first *int, after *string, last *int, before *string) (*gen.CommentConnection, error) {
	return r.commentsOf(ctx, views.CommentFilter{}, f, first, after, last, before)
}

// Document implements gen.CommentResolver.
func (commentResolver) Document(ctx context.Context, c *policies.Comment) (*policies.Document, error) {
	return loadersFrom(ctx).documents.maybe(ctx, c.DocumentID)
}

// Consultation implements gen.CommentResolver.
func (commentResolver) Consultation(ctx context.Context, c *policies.Comment) (*policies.Consultation, error) {
	return loadersFrom(ctx).consultations.maybe(ctx, c.ConsultationID)
}

// Revision implements gen.CommentResolver.
func (commentResolver) Revision(ctx context.Context, c *policies.Comment) (*policies.Revision, error) {
	return loadersFrom(ctx).revisions.maybe(ctx, c.RevisionID)
}

// Clause implements gen.CommentResolver.
func (r commentResolver) Clause(ctx context.Context, c *policies.Comment) (*wire.Clause, error) {
	if c.ClauseID == "" {
		return nil, nil
	}
	v, err := loadersFrom(ctx).revisions.maybe(ctx, c.RevisionID)
	if v == nil || err != nil {
		return nil, err
	}
	return r.clause(ctx, *v, c.ClauseID)
}

// Organisation implements gen.CommentResolver.
func (commentResolver) Organisation(ctx context.Context, c *policies.Comment) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, c.OrganisationID)
}

// Member implements gen.CommentResolver.
func (commentResolver) Member(ctx context.Context, c *policies.Comment) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, c.MemberID)
}

// Stance implements gen.CommentResolver.
func (commentResolver) Stance(_ context.Context, c *policies.Comment) (*policies.Stance, error) {
	return orNull(c.Stance), nil
}

// Type implements gen.CommentResolver.
func (commentResolver) Type(_ context.Context, c *policies.Comment) (*policies.CommentType, error) {
	return orNull(c.Type), nil
}

// Withdrawal implements gen.CommentResolver.
func (commentResolver) Withdrawal(_ context.Context, c *policies.Comment) (*gen.Withdrawal, error) {
	return withdrawalOf(c.WithdrawnAt, c.Withdrawal), nil
}

// Disposition implements gen.CommentResolver.
func (commentResolver) Disposition(_ context.Context, k *policies.Comment) (*policies.Disposition, error) {
	return k.Disposition, nil
}

// AnswerMark implements gen.CommentResolver.
func (commentResolver) AnswerMark(_ context.Context, c *policies.Comment) (*string, error) {
	if c.Disposition == nil {
		return nil, nil
	}
	return new(c.Disposition.Mark()), nil
}

// Campaign implements gen.CommentResolver.
func (commentResolver) Campaign(ctx context.Context, c *policies.Comment) (*views.Campaign, error) {
	l := loadersFrom(ctx)
	l.seenComments.announceTo(&l.campaignMemberships)
	m, err := l.campaignMemberships.maybe(ctx, c.ID)
	if m == nil || err != nil {
		return nil, err
	}
	return &m.Campaign, nil
}

// Endorsements implements gen.CommentResolver.
func (r commentResolver) Endorsements(ctx context.Context, c *policies.Comment, _ *time.Time, first *int, after *string, last *int, before *string) (*gen.EndorsementConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.EndorsementList(ctx, l.viewer, c.ID, momentOf(ctx), p)
	if err != nil {
		return nil, err
	}
	return &gen.EndorsementConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, v policies.Endorsement) gen.EndorsementEdge {
		l.organisations.announce(v.OrganisationID)
		l.members.announce(v.MemberID)
		return gen.EndorsementEdge{Cursor: c, Node: v}
	})}, nil
}

// EndorsementCounts implements gen.CommentResolver.
func (commentResolver) EndorsementCounts(ctx context.Context, c *policies.Comment) (*views.EndorsementCounts, error) {
	counts, err := loadersFrom(ctx).endorsedAt(momentOf(ctx)).load(ctx, c.ID)
	if err != nil && !errors.Is(err, policies.ErrNotFound) {
		return nil, err
	}
	return &counts, nil
}

// Anchors implements gen.CommentResolver.
func (commentResolver) Anchors(ctx context.Context, c *policies.Comment) ([]policies.Anchor, error) {
	if c.Masked { // its anchors would tell which clause it is on
		return []policies.Anchor{}, nil
	}
	l := loadersFrom(ctx)
	all, err := l.anchors.maybe(ctx, c.ID)
	if all == nil || err != nil {
		return []policies.Anchor{}, err
	}
	list := []policies.Anchor{}
	for _, a := range *all {
		in, err := l.revisions.maybe(ctx, a.RevisionID)
		if err != nil {
			return nil, err
		}
		if in != nil { // of a draft, clause and reason stay hidden
			list = append(list, a)
		}
	}
	return list, nil
}

// Carried implements gen.CommentResolver.
func (r commentResolver) Carried(ctx context.Context, c *policies.Comment, revisionID *string) (*wire.Carried, error) {
	l := loadersFrom(ctx)
	in, err := r.carryTo(ctx, c, revisionID)
	if in == nil || err != nil {
		return nil, err
	}
	s, err := l.standing(ctx, *in, momentOf(ctx))
	if errors.Is(err, policies.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	k, ok := s.Carry(*c)
	if !ok {
		return nil, nil
	}
	return &wire.Carried{Carried: k, Standing: s}, nil
}

// Chain implements gen.CommentResolver.
func (commentResolver) Chain(_ context.Context, c *policies.Comment) (*wire.Chain, error) {
	return &wire.Chain{Of: *c}, nil
}

// Duplicates implements gen.CommentResolver.
func (commentResolver) Duplicates(ctx context.Context, c *policies.Comment, first *int, after *string, last *int, before *string) (*gen.CommentConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := l.duplicatesOf(p).load(ctx, c.ID)
	if err != nil && !errors.Is(err, policies.ErrNotFound) {
		return nil, err
	}
	return connectComments(l, list, views.CommentFilter{}), nil
}

// Attachments implements gen.CommentResolver.
func (commentResolver) Attachments(_ context.Context, c *policies.Comment) ([]wire.Attachment, error) {
	return attachmentsOf(c.ID, c.Attachments), nil
}

// DraftedBy implements gen.CommentResolver.
func (commentResolver) DraftedBy(ctx context.Context, c *policies.Comment) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, c.DraftedBy)
}

// Confidants implements gen.CommentResolver.
func (commentResolver) Confidants(ctx context.Context, c *policies.Comment) ([]policies.Organisation, error) {
	return loadersFrom(ctx).organisations.all(ctx, c.Confidants)
}

// Disowning implements gen.CommentResolver.
func (commentResolver) Disowning(_ context.Context, c *policies.Comment) (*gen.Withdrawal, error) {
	return withdrawalOf(c.DisownedAt, c.Disowning), nil
}

// Redaction implements gen.CommentResolver.
func (commentResolver) Redaction(_ context.Context, c *policies.Comment) (*gen.Withdrawal, error) {
	return withdrawalOf(c.RedactedAt, c.Redaction), nil
}

// Proposes implements gen.CommentResolver.
func (commentResolver) Proposes(_ context.Context, c *policies.Comment) (*policies.Proposal, error) {
	return orNull(c.Proposed()), nil
}

// ReplacementRedline implements gen.CommentResolver.
func (r commentResolver) ReplacementRedline(ctx context.Context, c *policies.Comment) ([]clauses.Span, error) {
	text := &clauses.Text{}
	switch {
	case c.Proposed() == "":
		return nil, nil
	case c.Proposed() != policies.AddAfter:
		clause, err := r.Clause(ctx, c)
		if clause == nil || err != nil {
			return nil, err
		}
		text = clause.Text
	}
	spans, _ := c.Proposal().Redline(text)
	return spans, nil
}

// Replies implements gen.CommentResolver.
func (commentResolver) Replies(ctx context.Context, c *policies.Comment, first *int, after *string, last *int, before *string) (*gen.ReplyConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := l.repliesOn(p).load(ctx, c.ID)
	if err != nil && !errors.Is(err, policies.ErrNotFound) {
		return nil, err
	}
	return &gen.ReplyConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, v policies.Reply) gen.ReplyEdge {
		return gen.ReplyEdge{Cursor: c, Node: v}
	})}, nil
}

// Receipt implements gen.CommentResolver.
func (r commentResolver) Receipt(ctx context.Context, c *policies.Comment) (*gen.Receipt, error) {
	return r.receipt(ctx, c)
}

// Question implements gen.CommentResolver.
func (commentResolver) Question(ctx context.Context, k *policies.Comment) (*wire.ConsultationQuestion, error) {
	if k.QuestionID == "" {
		return nil, nil
	}
	c, err := loadersFrom(ctx).consultations.maybe(ctx, k.ConsultationID)
	if c == nil || err != nil {
		return nil, err
	}
	q, ok := c.Question(k.QuestionID)
	if !ok {
		return nil, nil
	}
	g := questionOf(c, q)
	return &g, nil
}

func (l *loaders) sawComment(c policies.Comment) {
	l.seenComments.add(c.ID)
	l.documents.announce(c.DocumentID)
	l.consultations.announce(c.ConsultationID)
	l.revisions.announce(c.RevisionID)
	l.organisations.announce(c.OrganisationID)
	l.organisations.announce(c.Confidants...)
	l.members.announce(c.MemberID, c.DraftedBy)
	l.anchors.announce(c.ID)
	l.clauseCommentCounts.announce(c.DocumentID)
	l.speakers.announce(views.CommentPlace{DocumentID: c.DocumentID, ClauseID: c.ClauseID})
	if d := c.Disposition; d != nil {
		l.members.announce(d.MemberID)
		l.comments.announce(d.DuplicateOf)
		if d.Change != nil {
			l.revisions.announce(d.Change.RevisionID)
		}
	}
}

// SubmitComment implements gen.MutationResolver.
func (r mutationResolver) SubmitComment(ctx context.Context, in wire.SubmitCommentInput) (*gen.SubmitCommentPayload, error) {
	var err error
	if in.QuestionID, err = questionNamed("questionId", in.ConsultationID, in.QuestionID); err != nil {
		return nil, err
	}
	c := policies.SubmitComment{ConsultationID: in.ConsultationID, CommentWords: in.CommentWords}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "comment.submitted", &loadersFrom(ctx).comments)
	return &gen.SubmitCommentPayload{Comment: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// WithdrawComment implements gen.MutationResolver.
func (r mutationResolver) WithdrawComment(ctx context.Context, in gen.WithdrawCommentInput) (*gen.WithdrawCommentPayload, error) {
	c := policies.WithdrawComment{CommentID: in.CommentID, Reason: in.Reason}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "comment.withdrawn", &loadersFrom(ctx).comments)
	return &gen.WithdrawCommentPayload{Comment: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
