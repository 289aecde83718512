package graph

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
)

type viewerResolver struct{ *resolver }

func (r *resolver) Viewer() gen.ViewerResolver { return viewerResolver{r} }

// Viewer implements gen.QueryResolver.
func (r queryResolver) Viewer(ctx context.Context) (*gen.Viewer, error) {
	if !isViewer(loadersFrom(ctx).viewer) {
		return nil, nil
	}
	v := viewerFrom(ctx)
	return &v, nil
}

// isViewer says whether who asks is somebody.
func isViewer(a policies.Actor) bool { return a.Known() && !a.Operator }

// viewerFrom returns who asks, who is known.
func viewerFrom(ctx context.Context) gen.Viewer { return viewerOf(loadersFrom(ctx).viewer) }

func viewerOf(a policies.Actor) gen.Viewer {
	v := gen.Viewer{ID: viewerID(a), Name: orNull(a.Name), Email: orNull(a.Email), Actor: a}
	if a.MemberID != "" {
		v.Role = &a.Role
	}
	return v
}

// viewerPrefix begins the IDs of viewers. No two people have the same, nor one who acts for two organisations: whatever a
// client keeps of one viewer it won't take for another's.
const viewerPrefix = "viewer"

// viewerID is the ID of who asks: the membership that it acts by, or a digest of who signed in.
func viewerID(a policies.Actor) string {
	if a.MemberID != "" {
		return partID(viewerPrefix, a.MemberID)
	}
	sum := sha256.Sum256([]byte(a.Issuer + "\x00" + a.Subject))
	return partID(viewerPrefix, hex.EncodeToString(sum[:16]))
}

// viewerNode returns who asks by its own ID, nil for anybody else's.
func (l *loaders) viewerNode(id string) (wire.Node, error) {
	if !isViewer(l.viewer) || l.present != nil || viewerID(l.viewer) != id {
		return nil, nil
	}
	return new(viewerOf(l.viewer)), nil
}

// Member implements gen.ViewerResolver.
func (viewerResolver) Member(ctx context.Context, v *gen.Viewer) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, v.Actor.MemberID)
}

// Organisation implements gen.ViewerResolver.
func (viewerResolver) Organisation(ctx context.Context, v *gen.Viewer) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, v.Actor.OrganisationID)
}

// Memberships implements gen.ViewerResolver.
func (r viewerResolver) Memberships(ctx context.Context, v *gen.Viewer, first *int, after *string, last *int, before *string) (*gen.MemberConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	list, err := r.views.MembershipList(ctx, v.Actor.Issuer, v.Actor.Subject, p)
	if err != nil {
		return nil, err
	}
	return connectMembers(loadersFrom(ctx), list), nil
}

// Invitations implements gen.ViewerResolver.
func (r viewerResolver) Invitations(ctx context.Context, v *gen.Viewer, first *int, after *string, last *int, before *string) (*gen.InvitationConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	list, err := r.views.OfferList(ctx, v.Actor, r.registry.Now(), p)
	if err != nil {
		return nil, err
	}
	return connectInvitations(loadersFrom(ctx), list), nil
}

// CommentDrafts implements gen.ViewerResolver.
func (r viewerResolver) CommentDrafts(ctx context.Context, _ *gen.Viewer, documentID *string, first *int, after *string, last *int, before *string) (*gen.CommentDraftConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.CommentDraftList(ctx, l.viewer, valueOf(documentID), p)
	if err != nil {
		return nil, err
	}
	return &gen.CommentDraftConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, v policies.CommentDraft) gen.CommentDraftEdge {
		l.sawDraft(v)
		return gen.CommentDraftEdge{Cursor: c, Node: v}
	})}, nil
}

// SavedFilters implements gen.ViewerResolver.
func (r viewerResolver) SavedFilters(ctx context.Context, v *gen.Viewer, first *int, after *string, last *int, before *string) (*gen.SavedFilterConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil || v.Actor.MemberID == "" {
		return nil, err
	}
	list, err := r.views.SavedFilterList(ctx, v.Actor, p)
	if err != nil {
		return nil, err
	}
	return &gen.SavedFilterConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, f policies.SavedFilter) gen.SavedFilterEdge {
		return gen.SavedFilterEdge{Cursor: c, Node: f}
	})}, nil
}
