package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

// RepealInstrument implements gen.MutationResolver.
func (r mutationResolver) RepealInstrument(ctx context.Context, in gen.RepealInstrumentInput) (*gen.RepealInstrumentPayload, error) {
	c := policies.RepealInstrument{InstrumentID: in.InstrumentID, From: or(in.From), Reason: in.Reason}
	d, err := do(ctx, r, in.IdempotencyKey, c, "instrument.repealed", &loadersFrom(ctx).instruments)
	return &gen.RepealInstrumentPayload{Instrument: d.entity, Position: d.position, Repeated: d.repeated}, err
}
