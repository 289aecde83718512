package graph

import (
	"context"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views"
)

// The registry's clock alone decides whether positions are shown: neither `asOf` nor `at`
// opens a ballot before its close.

type ballotResolver struct{ *resolver }

func (r *resolver) Ballot() gen.BallotResolver { return ballotResolver{r} }

type electorResolver struct{ *resolver }

func (r *resolver) Elector() gen.ElectorResolver { return electorResolver{r} }

// Ballots implements gen.QueryResolver.
func (r queryResolver) Ballots(ctx context.Context, f *gen.BallotFilter, first *int, after *string, last *int, before *string) (*gen.BallotConnection, error) {
	var vf views.BallotFilter
	if f != nil {
		vf = views.BallotFilter{DocumentID: valueOf(f.DocumentID), OpenAt: valueOf(f.OpenAt), Elector: valueOf(f.ElectorID)}
		if valueOf(f.OpenNow) {
			if f.OpenAt != nil {
				return nil, invalidField("filter.openNow", "goes without openAt")
			}
			vf.OpenAt = r.registry.Now()
		}
	}
	return r.ballotsOf(ctx, vf, first, after, last, before)
}

// Document implements gen.BallotResolver.
func (ballotResolver) Document(ctx context.Context, b *policies.Ballot) (*policies.Document, error) {
	return loadersFrom(ctx).documents.maybe(ctx, b.DocumentID)
}

// Revision implements gen.BallotResolver.
func (ballotResolver) Revision(ctx context.Context, b *policies.Ballot) (*policies.Revision, error) {
	return loadersFrom(ctx).revisions.maybe(ctx, b.RevisionID)
}

// Organisation implements gen.BallotResolver.
func (ballotResolver) Organisation(ctx context.Context, b *policies.Ballot) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, b.OrganisationID)
}

// IsOpen implements gen.BallotResolver.
func (r ballotResolver) IsOpen(ctx context.Context, b *policies.Ballot, at *time.Time) (bool, error) {
	return b.IsOpen(r.momentFrom(ctx, at)), nil
}

// Electorate implements gen.BallotResolver.
func (ballotResolver) Electorate(ctx context.Context, b *policies.Ballot, first *int, after *string, last *int, before *string) (*gen.ElectorConnection, error) {
	p, err := readPageUpTo(largePage, first, after, last, before)
	if err != nil {
		return nil, err
	}
	const tag = "elector"
	s, err := cutPage(len(b.Electorate), p, tag)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	c := &gen.ElectorConnection{PageInfo: s.info(tag), Nodes: b.Electorate[s.from:s.end], Edges: []gen.ElectorEdge{}, TotalCount: s.total}
	for i := s.from; i < s.end; i++ {
		l.organisations.announce(b.Electorate[i].OrganisationID)
		c.Edges = append(c.Edges, gen.ElectorEdge{Cursor: cursorAt(tag, i), Node: b.Electorate[i]})
	}
	return c, nil
}

// Positions implements gen.BallotResolver.
func (r ballotResolver) Positions(ctx context.Context, b *policies.Ballot, first *int, after *string, last *int, before *string) (*gen.PositionConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.PositionList(ctx, l.viewer, b.ID, r.registry.Now(), p)
	if err != nil {
		return nil, err
	}
	return &gen.PositionConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, v policies.Position) gen.PositionEdge {
		l.sawPosition(v)
		return gen.PositionEdge{Cursor: c, Node: v}
	})}, nil
}

// OwnPosition implements gen.BallotResolver.
func (ballotResolver) OwnPosition(ctx context.Context, b *policies.Ballot) (*policies.Position, error) {
	return loadersFrom(ctx).ownPositions.maybe(ctx, b.ID)
}

// Tallies implements gen.BallotResolver.
func (ballotResolver) Tallies(ctx context.Context, b *policies.Ballot) ([]policies.Tally, error) {
	t, err := loadersFrom(ctx).tallies.maybe(ctx, b.ID)
	return valueOf(t), err
}

// Carried implements gen.BallotResolver.
func (r ballotResolver) Carried(ctx context.Context, b *policies.Ballot) (*bool, error) {
	if r.registry.Now().Before(b.ClosesAt) || !b.Cancelled.IsZero() {
		return nil, nil
	}
	t, err := loadersFrom(ctx).tallies.maybe(ctx, b.ID)
	if t == nil || err != nil {
		return nil, err
	}
	carried := !b.Spoilt && policies.Carried(*t)
	return &carried, nil
}

// CancelAsked implements gen.BallotResolver.
func (ballotResolver) CancelAsked(_ context.Context, b *policies.Ballot) (*policies.JointRequest, error) {
	return jointOrNull(b.CancelAsked), nil
}

// Cancelled implements gen.BallotResolver.
func (ballotResolver) Cancelled(_ context.Context, b *policies.Ballot) (*policies.JointRequest, error) {
	return jointOrNull(b.Cancelled), nil
}

// CloseAsked implements gen.BallotResolver.
func (ballotResolver) CloseAsked(_ context.Context, b *policies.Ballot) (*policies.JointRequest, error) {
	return jointOrNull(b.CloseAsked), nil
}

// ClosedEarly implements gen.BallotResolver.
func (ballotResolver) ClosedEarly(_ context.Context, b *policies.Ballot) (*policies.JointRequest, error) {
	return jointOrNull(b.ClosedEarly), nil
}

type departureResolver struct{ *resolver }

func (r *resolver) Departure() gen.DepartureResolver { return departureResolver{r} }

// Organisation implements gen.DepartureResolver.
func (departureResolver) Organisation(ctx context.Context, d *policies.Departure) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, d.OrganisationID)
}

// MergedInto implements gen.DepartureResolver.
func (departureResolver) MergedInto(ctx context.Context, d *policies.Departure) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, d.Into)
}

// Organisation implements gen.ElectorResolver.
func (electorResolver) Organisation(ctx context.Context, e *policies.Elector) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, e.OrganisationID)
}

// Decides implements gen.ElectorResolver.
func (electorResolver) Decides(_ context.Context, e *policies.Elector) (bool, error) {
	return !e.Heard, nil
}

// fetchTallies counts the positions of each ballot that shows them by now.
func (l *loaders) fetchTallies(ctx context.Context, ids []string) (map[string][]policies.Tally, error) {
	return l.db.Tallies(ctx, l.viewer, ids, l.now())
}

func (l *loaders) sawBallot(b policies.Ballot) {
	l.documents.announce(b.DocumentID)
	l.revisions.announce(b.RevisionID)
	l.organisations.announce(b.OrganisationID)
	l.tallies.announce(b.ID)
	l.ownPositions.announce(b.ID)
	l.announceJoint(b.CancelAsked, b.Cancelled, b.CloseAsked, b.ClosedEarly)
	for _, d := range b.Departures {
		l.organisations.announce(d.OrganisationID)
		l.organisations.announce(d.Into)
	}
	l.sawTerms(b.Terms)
}

func (r *resolver) ballotsOf(ctx context.Context, f views.BallotFilter, first *int, after *string, last *int, before *string) (*gen.BallotConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.BallotList(ctx, l.viewer, f, p)
	if err != nil {
		return nil, err
	}
	return &gen.BallotConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, b policies.Ballot) gen.BallotEdge {
		l.ballots.prime(b.ID, b)
		l.sawBallot(b)
		return gen.BallotEdge{Cursor: c, Node: b}
	})}, nil
}

// OpenBallot implements gen.MutationResolver.
func (r mutationResolver) OpenBallot(ctx context.Context, in gen.OpenBallotInput) (*gen.OpenBallotPayload, error) {
	c := policies.OpenBallot{DocumentID: in.DocumentID, RevisionID: valueOf(in.RevisionID), Closes: in.ClosesAtLocal, Zone: in.Zone, Secrecy: in.Secrecy}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "ballot.opened", &loadersFrom(ctx).ballots)
	return &gen.OpenBallotPayload{Ballot: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
