package graph

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

type (
	campaignResolver          struct{ *resolver }
	campaignMemberResolver    struct{ *resolver }
	endorsementResolver       struct{ *resolver }
	endorsementCountsResolver struct{ *resolver }
)

func (r *resolver) Campaign() gen.CampaignResolver             { return campaignResolver{r} }
func (r *resolver) CampaignMember() gen.CampaignMemberResolver { return campaignMemberResolver{r} }
func (r *resolver) Endorsement() gen.EndorsementResolver       { return endorsementResolver{r} }
func (r *resolver) EndorsementCounts() gen.EndorsementCountsResolver {
	return endorsementCountsResolver{r}
}

func campaignComplexities(c *gen.ComplexityRoot) {
	plain := func(child int, first *int, _ *string, last *int, _ *string) int { return many(child, first, last) }
	c.Document.Campaigns, c.Consultation.Campaigns = plain, plain
	c.Comment.Endorsements = func(child int, _ *time.Time, first *int, _ *string, last *int, _ *string) int {
		return many(child, first, last)
	}
	c.Document.Selected = func(child int, _ gen.CommentSelection) int { return costText + child }
	c.Campaign.Members = func(child int, _ *bool, first *int, _ *string, last *int, _ *string) int {
		return costText + many(child, first, last)
	}
}

// EndorseComment implements gen.MutationResolver.
func (r mutationResolver) EndorseComment(ctx context.Context, in gen.EndorseCommentInput) (*gen.EndorseCommentPayload, error) {
	c := policies.EndorseComment{CommentID: in.CommentID, Position: in.Position, Reason: or(in.Reason)}
	d, err := do(ctx, r, in.IdempotencyKey, c, "comment.endorsed", comments)
	return &gen.EndorseCommentPayload{Comment: d.entity, Position: d.position, Repeated: d.repeated}, err
}

// DisposeComments implements gen.MutationResolver.
func (r mutationResolver) DisposeComments(ctx context.Context, in gen.DisposeCommentsInput) (*gen.DisposeCommentsPayload, error) {
	s, err := selectionOf(in.Selection)
	if err != nil {
		return nil, err
	}
	if now := r.views.Position(); in.AsOf < 0 || in.AsOf > now {
		return nil, invalid("asOf", "there is no position %d yet; the ledger has %d entries", in.AsOf, now)
	}
	c := policies.DisposeComments{DocumentID: in.DocumentID, Selection: s, AsOf: in.AsOf, Count: in.Count, Outcome: in.Outcome,
		Reason: in.Reason, DuplicateOf: or(in.DuplicateOf)}
	if in.Change != nil {
		c.Change = &policies.ChangeReference{RevisionID: in.Change.RevisionID, ClauseID: in.Change.ClauseID}
	}
	d, err := do(ctx, r, in.IdempotencyKey, c, "comments.disposed", documents)
	return &gen.DisposeCommentsPayload{Document: d.entity, Count: in.Count, Position: d.position, Repeated: d.repeated}, err
}

// selectionOf reads a selection.
func selectionOf(in gen.CommentSelection) (policies.Selection, error) {
	s := policies.Selection{ConsultationID: or(in.ConsultationID), ClauseID: in.ClauseID, Stances: in.Stances, Types: in.Types,
		Chambers: in.Chambers, CampaignID: or(in.CampaignID), Adding: in.Adding, Answered: or(in.Answered), Except: in.Except}
	if or(in.OnWhole) {
		if in.ClauseID != nil {
			return s, invalid("selection.onWhole", "goes without clauseId")
		}
		s.ClauseID = new(string)
	}
	return s, nil
}

// Selected implements gen.DocumentResolver.
func (r documentResolver) Selected(ctx context.Context, d *policies.Document, in gen.CommentSelection) (*gen.SelectionCount, error) {
	if policies.May(loadersFrom(ctx).viewer, policies.Disposing, policies.OnDocument(d)) != nil {
		return nil, nil
	}
	s, err := selectionOf(in)
	if err != nil {
		return nil, err
	}
	count, asOf, err := r.views.Preview(ctx, d.ID, s)
	return &gen.SelectionCount{Count: count, AsOf: asOf}, err
}

// Campaigns implements gen.DocumentResolver.
func (r documentResolver) Campaigns(ctx context.Context, d *policies.Document, first *int, after *string, last *int, before *string) (*gen.CampaignConnection, error) {
	return r.campaignsOf(ctx, views.CampaignFilter{DocumentID: d.ID}, first, after, last, before)
}

// Campaigns implements gen.ConsultationResolver.
func (r consultationResolver) Campaigns(ctx context.Context, c *policies.Consultation, first *int, after *string, last *int, before *string) (*gen.CampaignConnection, error) {
	return r.campaignsOf(ctx, views.CampaignFilter{ConsultationID: c.ID}, first, after, last, before)
}

func (r *resolver) campaignsOf(ctx context.Context, f views.CampaignFilter, first *int, after *string, last *int, before *string) (*gen.CampaignConnection, error) {
	p, err := page(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.CampaignList(ctx, l.viewer, f, p)
	if err != nil {
		return nil, err
	}
	return &gen.CampaignConnection{PageInfo: infoOf(list), Edges: edgesOf(list, func(c string, v views.Campaign) gen.CampaignEdge {
		l.sawCampaign(v)
		return gen.CampaignEdge{Cursor: c, Node: v}
	})}, nil
}

func (l *loaders) sawCampaign(c views.Campaign) {
	l.documents.announce(c.DocumentID)
	l.comments.announce(c.ShownID)
}

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
	p, err := page(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.CampaignMembers(ctx, l.viewer, c.ID, adding, p)
	if err != nil {
		return nil, err
	}
	return &gen.CampaignMemberConnection{PageInfo: infoOf(list), Edges: edgesOf(list, func(c string, v views.CampaignMember) gen.CampaignMemberEdge {
		l.sawComment(v.Comment)
		return gen.CampaignMemberEdge{Cursor: c, Node: v}
	})}, nil
}

// Additions implements gen.CampaignMemberResolver.
func (campaignMemberResolver) Additions(_ context.Context, m *views.CampaignMember) ([]string, error) {
	return append([]string{}, m.Additions...), nil
}

// Campaign implements gen.CommentResolver.
func (commentResolver) Campaign(ctx context.Context, c *policies.Comment) (*views.Campaign, error) {
	l := loadersFrom(ctx)
	l.mu.Lock()
	l.memberships.announce(l.commented...)
	l.mu.Unlock()
	m, err := l.memberships.maybe(ctx, c.ID)
	if m == nil || err != nil {
		return nil, err
	}
	return &m.Campaign, nil
}

// EndorsementCounts implements gen.CommentResolver.
func (commentResolver) EndorsementCounts(ctx context.Context, c *policies.Comment) (*views.EndorsementCounts, error) {
	counts, err := loadersFrom(ctx).endorsedAt(asOfFrom(ctx, nil)).load(ctx, c.ID)
	if err != nil && !errors.Is(err, policies.ErrNotFound) {
		return nil, err
	}
	return &counts, nil
}

// endorsedAt returns the loader of what was said of comments at a moment, zero for now,
// and announces the comments seen so far.
func (l *loaders) endorsedAt(asOf time.Time) *loader[string, views.EndorsementCounts] {
	l.mu.Lock()
	defer l.mu.Unlock()
	counts := l.endorsed.of(asOf.UnixMilli(), func(ctx context.Context, ids []string) (map[string]views.EndorsementCounts, error) {
		return l.db.EndorsementCounts(ctx, l.viewer, ids, asOf)
	}, nil)
	counts.announce(l.commented...)
	return counts
}

// ByChamber implements gen.EndorsementCountsResolver.
func (endorsementCountsResolver) ByChamber(_ context.Context, c *views.EndorsementCounts) ([]gen.EndorsementCount, error) {
	return summed(c, func(n views.EndorsementCount) string { return string(n.Chamber) }), nil
}

// ByJurisdiction implements gen.EndorsementCountsResolver.
func (endorsementCountsResolver) ByJurisdiction(_ context.Context, c *views.EndorsementCounts) ([]gen.EndorsementCount, error) {
	return summed(c, func(n views.EndorsementCount) string { return n.Jurisdiction }), nil
}

// BySector implements gen.EndorsementCountsResolver.
func (endorsementCountsResolver) BySector(_ context.Context, c *views.EndorsementCounts) ([]gen.EndorsementCount, error) {
	return summed(c, func(n views.EndorsementCount) string { return n.Sector }), nil
}

// summed adds the counts up that are of the same kind, in the order of its name.
func summed(c *views.EndorsementCounts, of func(views.EndorsementCount) string) []gen.EndorsementCount {
	at := map[string]int{}
	list := []gen.EndorsementCount{}
	for _, n := range c.By {
		i, ok := at[of(n)]
		if !ok {
			i = len(list)
			at[of(n)] = i
			list = append(list, gen.EndorsementCount{Of: of(n)})
		}
		list[i].Supports += n.Supports
		list[i].DoesNotSupport += n.DoesNotSupport
	}
	slices.SortFunc(list, func(a, b gen.EndorsementCount) int { return cmp.Compare(a.Of, b.Of) })
	return list
}

// Endorsements implements gen.CommentResolver.
func (r commentResolver) Endorsements(ctx context.Context, c *policies.Comment, asOf *time.Time, first *int, after *string, last *int, before *string) (*gen.EndorsementConnection, error) {
	p, err := page(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.EndorsementList(ctx, l.viewer, c.ID, asOfFrom(ctx, asOf), p)
	if err != nil {
		return nil, err
	}
	return &gen.EndorsementConnection{PageInfo: infoOf(list), Edges: edgesOf(list, func(c string, v policies.Endorsement) gen.EndorsementEdge {
		l.organisations.announce(v.OrganisationID)
		l.members.announce(v.MemberID)
		return gen.EndorsementEdge{Cursor: c, Node: v}
	})}, nil
}

// Organisation implements gen.EndorsementResolver.
func (endorsementResolver) Organisation(ctx context.Context, e *policies.Endorsement) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, e.OrganisationID)
}

// Member implements gen.EndorsementResolver.
func (endorsementResolver) Member(ctx context.Context, e *policies.Endorsement) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, e.MemberID)
}
