package graph

import (
	"context"
	"errors"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

type (
	replyResolver             struct{ *resolver }
	commentDraftResolver      struct{ *resolver }
	commentDraftWordsResolver struct{ *resolver }
)

func (r *resolver) Reply() gen.ReplyResolver               { return replyResolver{r} }
func (r *resolver) CommentDraft() gen.CommentDraftResolver { return commentDraftResolver{r} }
func (r *resolver) CommentDraftWords() gen.CommentDraftWordsResolver {
	return commentDraftWordsResolver{r}
}

// said is a word of a list, nil where none was said, or none may be told.
func said[T ~string](word T) *T {
	if word == "" {
		return nil
	}
	return &word
}

// Stance implements gen.CommentResolver.
func (commentResolver) Stance(_ context.Context, c *policies.Comment) (*policies.Stance, error) {
	return said(c.Stance), nil
}

// Type implements gen.CommentResolver.
func (commentResolver) Type(_ context.Context, c *policies.Comment) (*policies.CommentType, error) {
	return said(c.Type), nil
}

// Attachments implements gen.CommentResolver.
func (commentResolver) Attachments(_ context.Context, c *policies.Comment) ([]wire.Attachment, error) {
	return attached(c.ID, c.Attachments), nil
}

func attached(of string, files []policies.Attachment) []wire.Attachment {
	list := make([]wire.Attachment, len(files))
	for i, a := range files {
		list[i] = wire.Attachment{Attachment: a, Of: of}
	}
	return list
}

// DraftedBy implements gen.CommentResolver.
func (commentResolver) DraftedBy(ctx context.Context, c *policies.Comment) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, c.DraftedBy)
}

// Disowning implements gen.CommentResolver.
func (commentResolver) Disowning(_ context.Context, c *policies.Comment) (*gen.Withdrawal, error) {
	return withdrawal(c.DisownedAt, c.Disowning), nil
}

// Redaction implements gen.CommentResolver.
func (commentResolver) Redaction(_ context.Context, c *policies.Comment) (*gen.Withdrawal, error) {
	return withdrawal(c.RedactedAt, c.Redaction), nil
}

// ReplacementRedline implements gen.CommentResolver.
func (r commentResolver) ReplacementRedline(ctx context.Context, c *policies.Comment) ([]clauses.Span, error) {
	if c.Replacement == "" {
		return nil, nil
	}
	clause, err := r.Clause(ctx, c)
	if clause == nil || err != nil {
		return nil, err
	}
	return clauses.Redline(clause.Markdown(), c.Replacement), nil
}

// Replies implements gen.CommentResolver.
func (commentResolver) Replies(ctx context.Context, c *policies.Comment, first *int, after *string, last *int, before *string) (*gen.ReplyConnection, error) {
	p, err := page(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := l.repliesOn(p).load(ctx, c.ID)
	if err != nil && !errors.Is(err, policies.ErrNotFound) {
		return nil, err
	}
	return &gen.ReplyConnection{PageInfo: infoOf(list), Edges: edgesOf(list, func(c string, v policies.Reply) gen.ReplyEdge {
		return gen.ReplyEdge{Cursor: c, Node: v}
	})}, nil
}

// repliesOn returns the loader of pages of replies that are asked for alike, and
// announces the comments seen so far.
func (l *loaders) repliesOn(p views.Page) *loader[string, views.List[policies.Reply]] {
	l.mu.Lock()
	defer l.mu.Unlock()
	pages := l.threads.of(p, func(ctx context.Context, ids []string) (map[string]views.List[policies.Reply], error) {
		return l.db.ReplyPages(ctx, l.viewer, ids, p)
	}, func(list views.List[policies.Reply]) {
		for _, r := range list.Items {
			l.sawReply(r)
		}
	})
	pages.announce(l.commented...)
	return pages
}

func (l *loaders) sawReply(r policies.Reply) {
	l.comments.announce(r.CommentID)
	l.organisations.announce(r.OrganisationID)
	l.members.announce(r.MemberID)
}

func (l *loaders) sawDraft(d policies.CommentDraft) {
	l.consultations.announce(d.ConsultationID)
	l.documents.announce(d.DocumentID)
	l.members.announce(d.MemberID, d.EditedBy)
	l.comments.announce(d.SubmittedAs)
}

// Comment implements gen.ReplyResolver.
func (replyResolver) Comment(ctx context.Context, r *policies.Reply) (*policies.Comment, error) {
	return loadersFrom(ctx).comments.maybe(ctx, r.CommentID)
}

// Organisation implements gen.ReplyResolver.
func (replyResolver) Organisation(ctx context.Context, r *policies.Reply) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, r.OrganisationID)
}

// Member implements gen.ReplyResolver.
func (replyResolver) Member(ctx context.Context, r *policies.Reply) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, r.MemberID)
}

// CommentDrafts implements gen.ViewerResolver.
func (r viewerResolver) CommentDrafts(ctx context.Context, _ *gen.Viewer, documentID *string, first *int, after *string, last *int, before *string) (*gen.CommentDraftConnection, error) {
	p, err := page(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.CommentDraftList(ctx, l.viewer, or(documentID), p)
	if err != nil {
		return nil, err
	}
	return &gen.CommentDraftConnection{PageInfo: infoOf(list), Edges: edgesOf(list, func(c string, v policies.CommentDraft) gen.CommentDraftEdge {
		l.sawDraft(v)
		return gen.CommentDraftEdge{Cursor: c, Node: v}
	})}, nil
}

// Consultation implements gen.CommentDraftResolver.
func (commentDraftResolver) Consultation(ctx context.Context, d *policies.CommentDraft) (*policies.Consultation, error) {
	return loadersFrom(ctx).consultations.maybe(ctx, d.ConsultationID)
}

// Document implements gen.CommentDraftResolver.
func (commentDraftResolver) Document(ctx context.Context, d *policies.CommentDraft) (*policies.Document, error) {
	return loadersFrom(ctx).documents.maybe(ctx, d.DocumentID)
}

// Member implements gen.CommentDraftResolver.
func (commentDraftResolver) Member(ctx context.Context, d *policies.CommentDraft) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, d.MemberID)
}

// Attachments implements gen.CommentDraftResolver.
func (commentDraftResolver) Attachments(_ context.Context, d *policies.CommentDraft) ([]wire.Attachment, error) {
	return attached(d.ID, d.Words.Attachments), nil
}

// EditedBy implements gen.CommentDraftResolver.
func (commentDraftResolver) EditedBy(ctx context.Context, d *policies.CommentDraft) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, d.EditedBy)
}

// SubmittedAs implements gen.CommentDraftResolver.
func (commentDraftResolver) SubmittedAs(ctx context.Context, d *policies.CommentDraft) (*policies.Comment, error) {
	return loadersFrom(ctx).comments.maybe(ctx, d.SubmittedAs)
}

// Stance implements gen.CommentDraftWordsResolver.
func (commentDraftWordsResolver) Stance(_ context.Context, w *policies.CommentWords) (*policies.Stance, error) {
	return said(w.Stance), nil
}

// Type implements gen.CommentDraftWordsResolver.
func (commentDraftWordsResolver) Type(_ context.Context, w *policies.CommentWords) (*policies.CommentType, error) {
	return said(w.Type), nil
}
