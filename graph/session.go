package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

// EndSessions implements gen.MutationResolver.
func (r mutationResolver) EndSessions(ctx context.Context, in gen.EndSessionsInput) (*gen.EndSessionsPayload, error) {
	out, err := execute(ctx, r, in.IdempotencyKey, policies.EndSessions{MemberID: in.MemberID}, "session.ended")
	if err != nil {
		return nil, err
	}
	loadersFrom(ctx).forget()
	m, err := loadersFrom(ctx).members.maybe(ctx, in.MemberID)
	return &gen.EndSessionsPayload{Member: m, LedgerPosition: positionOf(out), Repeated: out.Repeated}, err
}
