package graph

import (
	"context"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/standards"
)

// A knownID asks for an instrument as the record held it at a moment.
type knownID struct {
	id string
	at int64 // milliseconds since 1970
}

// sawKnown announces what an instrument refers to, as the record held it at a moment.
func (l *loaders) sawKnown(i standards.Instrument, known time.Time) {
	if known.IsZero() {
		l.sawInstrument(i)
		return
	}
	l.documents.announce(i.DocumentID)
	l.revisions.announce(i.RevisionID)
	l.ballots.announce(i.BallotID)
	for _, id := range slices.Concat([]string{i.SupersededBy}, i.Supersedes, i.Amends, i.AmendedBy) {
		if id != "" {
			l.known.announce(knownID{id, known.UnixMilli()})
		}
	}
}

// fetchKnown asks the views once for each moment.
func (l *loaders) fetchKnown(ctx context.Context, asked []knownID) (map[knownID]standards.Instrument, error) {
	moments := map[int64][]string{}
	for _, k := range asked {
		moments[k.at] = append(moments[k.at], k.id)
	}
	all := make(map[knownID]standards.Instrument, len(asked))
	for at, ids := range moments {
		found, err := l.db.InstrumentsAt(ctx, ids, time.Time{}, time.UnixMilli(at))
		if err != nil {
			return nil, err
		}
		for id, in := range found {
			all[knownID{id, at}] = in
			l.sawKnown(in, time.UnixMilli(at))
		}
	}
	return all, nil
}

// knownFrom returns the moment whose knowledge a field is asked about: its own
// knownAt, or that of the nearest field around it that has one, in a filter too, or
// its asOf; zero for now.
func knownFrom(ctx context.Context, own *time.Time) time.Time {
	if own != nil {
		return *own
	}
	for fc := graphql.GetFieldContext(ctx); fc != nil; fc = fc.Parent {
		if f, ok := fc.Args["filter"].(*gen.InstrumentFilter); ok && f != nil && f.KnownAt != nil {
			return *f.KnownAt
		}
		for _, name := range []string{"knownAt", "asOf"} {
			if t, ok := fc.Args[name].(*time.Time); ok && t != nil {
				return *t
			}
		}
	}
	return time.Time{}
}

// instrumentsOf returns those of some instruments that were known, and in force
// where that is asked.
func instrumentsOf(ctx context.Context, ids []string, inForceAt, knownAt *time.Time) ([]standards.Instrument, error) {
	l := loadersFrom(ctx)
	known := knownFrom(ctx, knownAt)
	var list []standards.Instrument
	var err error
	if known.IsZero() {
		list, err = l.instruments.all(ctx, ids)
	} else {
		asked := make([]knownID, len(ids))
		for i, id := range ids {
			asked[i] = knownID{id, known.UnixMilli()}
		}
		list, err = l.known.all(ctx, asked)
	}
	if inForceAt != nil {
		list = slices.DeleteFunc(list, func(in standards.Instrument) bool { return in.At(*inForceAt) != standards.InForce })
	}
	return list, err
}

// instrumentOf is instrumentsOf for one, nil where it isn't there.
func instrumentOf(ctx context.Context, id string, inForceAt, knownAt *time.Time) (*standards.Instrument, error) {
	if id == "" {
		return nil, nil
	}
	list, err := instrumentsOf(ctx, []string{id}, inForceAt, knownAt)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Instrument implements gen.QueryResolver.
func (queryResolver) Instrument(ctx context.Context, id string, inForceAt, knownAt *time.Time) (*standards.Instrument, error) {
	return instrumentOf(ctx, id, inForceAt, knownAt)
}

// Amends implements gen.InstrumentResolver.
func (instrumentResolver) Amends(ctx context.Context, i *standards.Instrument, inForceAt, knownAt *time.Time) ([]standards.Instrument, error) {
	return instrumentsOf(ctx, i.Amends, inForceAt, knownAt)
}

// AmendedBy implements gen.InstrumentResolver.
func (instrumentResolver) AmendedBy(ctx context.Context, i *standards.Instrument, inForceAt, knownAt *time.Time) ([]standards.Instrument, error) {
	return instrumentsOf(ctx, i.AmendedBy, inForceAt, knownAt)
}

// Repeal implements gen.InstrumentResolver.
func (instrumentResolver) Repeal(_ context.Context, i *standards.Instrument) (*gen.Repeal, error) {
	if i.RepealedFrom.IsZero() {
		return nil, nil
	}
	return &gen.Repeal{From: i.RepealedFrom, Reason: i.Force.Repeal}, nil
}
