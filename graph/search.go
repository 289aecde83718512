package graph

import (
	"context"
	"strings"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
	"github.com/ewtp/entente/views/words"
)

type searchHitResolver struct{ *resolver }

func (r *resolver) SearchHit() gen.SearchHitResolver { return searchHitResolver{r} }

// Search implements gen.QueryResolver.
func (r queryResolver) Search(ctx context.Context, query string, kinds []views.SearchKind, documentID *string, first *int, after *string, last *int, before *string) (*gen.SearchHitConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(query) == "" {
		return nil, invalidField("query", "is empty")
	}
	l := loadersFrom(ctx)
	list, err := r.views.Search(ctx, l.viewer, views.SearchFilter{Query: query, Kinds: kinds, DocumentID: valueOf(documentID)}, p)
	if err != nil {
		return nil, err
	}
	return &gen.SearchHitConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, h views.Hit) gen.SearchHitEdge {
		l.documents.announce(h.DocumentID)
		l.revisions.announce(h.RevisionID)
		l.comments.announce(h.CommentID)
		return gen.SearchHitEdge{Cursor: c, Node: h}
	})}, nil
}

// Document implements gen.SearchHitResolver.
func (searchHitResolver) Document(ctx context.Context, h *views.Hit) (*policies.Document, error) {
	return loadersFrom(ctx).documents.maybe(ctx, h.DocumentID)
}

// Revision implements gen.SearchHitResolver.
func (searchHitResolver) Revision(ctx context.Context, h *views.Hit) (*policies.Revision, error) {
	return loadersFrom(ctx).revisions.maybe(ctx, h.RevisionID)
}

// Comment implements gen.SearchHitResolver.
func (searchHitResolver) Comment(ctx context.Context, h *views.Hit) (*policies.Comment, error) {
	return loadersFrom(ctx).comments.maybe(ctx, h.CommentID)
}

// Snippet implements gen.SearchHitResolver. The views put matches between U+0002
// and U+0003.
func (searchHitResolver) Snippet(_ context.Context, h *views.Hit) ([]gen.SnippetPart, error) {
	parts := []gen.SnippetPart{}
	add := func(text string, matched bool) {
		if text != "" {
			parts = append(parts, gen.SnippetPart{Text: text, Matched: matched})
		}
	}
	for rest := h.Snippet; rest != ""; {
		before, inside, open := strings.Cut(rest, words.MarkBegin)
		match, after, _ := strings.Cut(inside, words.MarkEnd)
		add(before, false)
		if !open {
			break
		}
		add(match, true)
		rest = after
	}
	return parts, nil
}
