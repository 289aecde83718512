package graph

import (
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
)

type jointRequestResolver struct{ *resolver }

func (r *resolver) JointRequest() gen.JointRequestResolver { return jointRequestResolver{r} }

// Organisation implements gen.JointRequestResolver.
func (jointRequestResolver) Organisation(ctx context.Context, q *policies.JointRequest) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, q.OrganisationID)
}

// jointOrNull returns a request, nil where nobody asked.
func jointOrNull(q policies.JointRequest) *policies.JointRequest {
	if q.IsZero() {
		return nil
	}
	return &q
}

// announceJoint announces who asked.
func (l *loaders) announceJoint(all ...policies.JointRequest) {
	for _, q := range all {
		l.organisations.announce(q.OrganisationID)
	}
}

// CancelConsultation implements gen.MutationResolver.
func (r mutationResolver) CancelConsultation(ctx context.Context, in gen.CancelConsultationInput) (*gen.CancelConsultationPayload, error) {
	c := policies.CancelConsultation{ConsultationID: in.ConsultationID, Reason: in.Reason}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "consultation.cancelled cancellation.asked", &loadersFrom(ctx).consultations)
	return &gen.CancelConsultationPayload{Consultation: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// CancelBallot implements gen.MutationResolver.
func (r mutationResolver) CancelBallot(ctx context.Context, in gen.CancelBallotInput) (*gen.CancelBallotPayload, error) {
	c := policies.CancelBallot{BallotID: in.BallotID, Reason: in.Reason}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "ballot.cancelled cancellation.asked", &loadersFrom(ctx).ballots)
	return &gen.CancelBallotPayload{Ballot: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// CloseBallotEarly implements gen.MutationResolver.
func (r mutationResolver) CloseBallotEarly(ctx context.Context, in gen.CloseBallotEarlyInput) (*gen.CloseBallotEarlyPayload, error) {
	c := policies.CloseBallotEarly{BallotID: in.BallotID, Reason: in.Reason}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "ballot.closed ballot.closeAsked", &loadersFrom(ctx).ballots)
	return &gen.CloseBallotEarlyPayload{Ballot: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
