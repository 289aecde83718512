package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

type positionResolver struct{ *resolver }

func (r *resolver) Position() gen.PositionResolver { return positionResolver{r} }

// Organisation implements gen.PositionResolver.
func (positionResolver) Organisation(ctx context.Context, p *policies.Position) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, p.OrganisationID)
}

// InheritedFrom implements gen.PositionResolver.
func (positionResolver) InheritedFrom(ctx context.Context, p *policies.Position) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, p.InheritedFrom)
}

// Member implements gen.PositionResolver.
func (positionResolver) Member(ctx context.Context, p *policies.Position) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, p.MemberID)
}

// Otherwise implements gen.PositionResolver.
func (positionResolver) Otherwise(_ context.Context, p *policies.Position) (*policies.Vote, error) {
	if p.Otherwise == "" {
		return nil, nil
	}
	return &p.Otherwise, nil
}

// Cleared implements gen.PositionResolver.
func (positionResolver) Cleared(_ context.Context, p *policies.Position) (*gen.ClearedPosition, error) {
	if p.ClearedAt.IsZero() {
		return nil, nil
	}
	return &gen.ClearedPosition{At: p.ClearedAt, Objection: orNull(p.Objection)}, nil
}

// fetchOwnPositions reads the positions of the viewer's organisation in ballots.
func (l *loaders) fetchOwnPositions(ctx context.Context, ballots []string) (map[string]policies.Position, error) {
	return l.db.PositionsOf(ctx, l.viewer, l.viewer.OrganisationID, ballots, l.now())
}

func (l *loaders) sawPosition(p policies.Position) {
	l.organisations.announce(p.OrganisationID)
	l.organisations.announce(p.InheritedFrom)
	l.members.announce(p.MemberID)
}

// CastPosition implements gen.MutationResolver.
func (r mutationResolver) CastPosition(ctx context.Context, in gen.CastPositionInput) (*gen.CastPositionPayload, error) {
	c := policies.CastPosition{BallotID: in.BallotID, Position: in.Vote, Otherwise: valueOf(in.Otherwise), Text: valueOf(in.Text)}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "position.cast", &loadersFrom(ctx).ballots)
	return &gen.CastPositionPayload{Ballot: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// ClearBlock implements gen.MutationResolver.
func (r mutationResolver) ClearBlock(ctx context.Context, in gen.ClearBlockInput) (*gen.ClearBlockPayload, error) {
	c := policies.ClearBlock{BallotID: in.BallotID, Text: valueOf(in.Text)}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "position.cleared", &loadersFrom(ctx).ballots)
	return &gen.ClearBlockPayload{Ballot: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
