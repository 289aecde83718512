package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

type campaignResolver struct{ *resolver }

func (r *resolver) Campaign() gen.CampaignResolver { return campaignResolver{r} }

type campaignMemberResolver struct{ *resolver }

func (r *resolver) CampaignMember() gen.CampaignMemberResolver { return campaignMemberResolver{r} }

// Document implements gen.CampaignResolver.
func (campaignResolver) Document(ctx context.Context, c *views.Campaign) (*policies.Document, error) {
	return loadersFrom(ctx).documents.maybe(ctx, c.DocumentID)
}

// Sample implements gen.CampaignResolver.
func (campaignResolver) Sample(ctx context.Context, c *views.Campaign) (*policies.Comment, error) {
	return loadersFrom(ctx).comments.maybe(ctx, c.ShownID)
}

// Members implements gen.CampaignResolver.
func (r campaignResolver) Members(ctx context.Context, c *views.Campaign, adding *bool, first *int, after *string, last *int, before *string) (*gen.CampaignMemberConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.CampaignMembers(ctx, l.viewer, c.ID, adding, p)
	if err != nil {
		return nil, err
	}
	return &gen.CampaignMemberConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, v views.CampaignMember) gen.CampaignMemberEdge {
		l.sawComment(v.Comment)
		return gen.CampaignMemberEdge{Cursor: c, Node: v}
	})}, nil
}

// Additions implements gen.CampaignMemberResolver.
func (campaignMemberResolver) Additions(_ context.Context, m *views.CampaignMember) ([]string, error) {
	return append([]string{}, m.Additions...), nil
}

func (r *resolver) campaignsOf(ctx context.Context, f views.CampaignFilter, first *int, after *string, last *int, before *string) (*gen.CampaignConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.CampaignList(ctx, l.viewer, f, p)
	if err != nil {
		return nil, err
	}
	return &gen.CampaignConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, v views.Campaign) gen.CampaignEdge {
		l.sawCampaign(v)
		return gen.CampaignEdge{Cursor: c, Node: v}
	})}, nil
}

func (l *loaders) sawCampaign(c views.Campaign) {
	l.documents.announce(c.DocumentID)
	l.comments.announce(c.ShownID)
}

func (l *loaders) sawMembership(m views.Membership) { l.sawCampaign(m.Campaign) }
