package graph

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

type instrumentResolver struct{ *resolver }

func (r *resolver) Instrument() gen.InstrumentResolver { return instrumentResolver{r} }

// Instrument implements gen.QueryResolver.
func (r queryResolver) Instrument(ctx context.Context, by gen.InstrumentKey, inForceAt, _ *time.Time, jurisdiction *string) (*standards.Instrument, error) {
	id := valueOf(by.ID)
	if by.Number != nil {
		numbered, err := foundOrNull(r.views.InstrumentByNumber(ctx, *by.Number))
		if numbered == nil || err != nil {
			return nil, err
		}
		id = numbered.ID
	}
	in, err := instrumentOf(ctx, id, inForceAt)
	if in != nil && inForceAt != nil && jurisdiction != nil && in.AtIn(*inForceAt, *jurisdiction) != standards.InForce {
		return nil, err
	}
	return in, err
}

// Instruments implements gen.QueryResolver.
func (r queryResolver) Instruments(ctx context.Context, f *gen.InstrumentFilter, first *int, after *string, last *int, before *string) (*gen.InstrumentConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	var vf views.InstrumentFilter
	if f != nil {
		vf = views.InstrumentFilter{InForceAt: valueOf(f.InForceAt), KnownAt: valueOf(f.KnownAt), Kinds: f.Kinds, Party: valueOf(f.Party)}
	}
	list, err := r.views.InstrumentList(ctx, vf, p)
	if err != nil {
		return nil, err
	}
	return connectInstruments(loadersFrom(ctx), list), nil
}

func connectInstruments(l *loaders, list views.List[standards.Instrument]) *gen.InstrumentConnection {
	return &gen.InstrumentConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, v standards.Instrument) gen.InstrumentEdge {
		l.sawInstrument(v)
		return gen.InstrumentEdge{Cursor: c, Node: v}
	})}
}

// Document implements gen.InstrumentResolver.
func (instrumentResolver) Document(ctx context.Context, i *standards.Instrument) (*policies.Document, error) {
	return loadersFrom(ctx).documents.maybe(ctx, i.DocumentID)
}

// Revision implements gen.InstrumentResolver.
func (instrumentResolver) Revision(ctx context.Context, i *standards.Instrument) (*policies.Revision, error) {
	return loadersFrom(ctx).revisions.maybe(ctx, i.RevisionID)
}

// SupersededBy implements gen.InstrumentResolver.
func (instrumentResolver) SupersededBy(ctx context.Context, i *standards.Instrument, inForceAt, _ *time.Time) (*standards.Instrument, error) {
	return instrumentOf(ctx, i.SupersededBy, inForceAt)
}

// Supersedes implements gen.InstrumentResolver.
func (instrumentResolver) Supersedes(ctx context.Context, i *standards.Instrument, inForceAt, _ *time.Time) ([]standards.Instrument, error) {
	return instrumentsOf(ctx, i.Supersedes, inForceAt)
}

// Amends implements gen.InstrumentResolver.
func (instrumentResolver) Amends(ctx context.Context, i *standards.Instrument, inForceAt, _ *time.Time) ([]standards.Instrument, error) {
	return instrumentsOf(ctx, i.Amends, inForceAt)
}

// AmendedBy implements gen.InstrumentResolver.
func (instrumentResolver) AmendedBy(ctx context.Context, i *standards.Instrument, inForceAt, _ *time.Time, first *int, after *string, last *int, before *string) (*gen.InstrumentConnection, error) {
	return connectInstrumentsOf(ctx, i.AmendedBy, inForceAt, first, after, last, before)
}

// From implements gen.InstrumentResolver.
func (instrumentResolver) From(_ context.Context, i *standards.Instrument) (*time.Time, error) {
	return moment(i.Force.From.First().At), nil
}

// EffectiveFromDates implements gen.InstrumentResolver.
func (instrumentResolver) EffectiveFromDates(_ context.Context, i *standards.Instrument) ([]standards.LawDate, error) {
	return i.Force.From, nil
}

// Until implements gen.InstrumentResolver.
func (instrumentResolver) Until(_ context.Context, i *standards.Instrument) (*time.Time, error) {
	return moment(standards.Force{From: i.Force.From, Until: i.Force.Until}.Last(i.Parties)), nil
}

// EffectiveUntilDates implements gen.InstrumentResolver.
func (instrumentResolver) EffectiveUntilDates(_ context.Context, i *standards.Instrument) ([]standards.LawDate, error) {
	return i.Force.Until, nil
}

// SupersededFrom implements gen.InstrumentResolver.
func (instrumentResolver) SupersededFrom(_ context.Context, i *standards.Instrument) (*time.Time, error) {
	var from standards.LawDates
	for _, s := range i.Spans() {
		if d := i.Force.SupersededFrom.For(s.Party); !d.At.IsZero() {
			from = append(from, d)
		}
	}
	return moment(from.First().At), nil
}

// moment returns a time, nil for none.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Ends implements gen.InstrumentResolver.
func (instrumentResolver) Ends(ctx context.Context, i *standards.Instrument) ([]standards.Ending, error) {
	list := i.Endings(i.Parties)
	for _, e := range list {
		loadersFrom(ctx).instruments.announce(e.By)
	}
	return list, nil
}

type endingResolver struct{ *resolver }

func (r *resolver) Ending() gen.EndingResolver { return endingResolver{r} }

// By implements gen.EndingResolver.
func (endingResolver) By(ctx context.Context, e *standards.Ending) (*standards.Instrument, error) {
	return instrumentOf(ctx, e.By, nil)
}

// Repeal implements gen.InstrumentResolver.
func (instrumentResolver) Repeal(_ context.Context, i *standards.Instrument) (*gen.Repeal, error) {
	if len(i.RepealedFrom) == 0 {
		return nil, nil
	}
	last := i.RepealedFrom[0].At
	for _, d := range i.RepealedFrom {
		if d.At.After(last) {
			last = d.At
		}
	}
	return &gen.Repeal{From: last, Dates: i.RepealedFrom, Reason: orNull(i.Force.Repeal)}, nil
}

// Ballot implements gen.InstrumentResolver.
func (instrumentResolver) Ballot(ctx context.Context, i *standards.Instrument) (*policies.Ballot, error) {
	return loadersFrom(ctx).ballots.maybe(ctx, i.BallotID)
}

// Status implements gen.InstrumentResolver.
func (r instrumentResolver) Status(ctx context.Context, i *standards.Instrument, at *time.Time, jurisdiction *string) (*standards.Status, error) {
	t := r.momentFrom(ctx, at)
	if jurisdiction != nil {
		return orNull(i.AtIn(t, *jurisdiction)), nil
	}
	return orNull(i.At(t)), nil
}

// Releases implements gen.InstrumentResolver.
func (r instrumentResolver) Releases(ctx context.Context, i *standards.Instrument, first *int, after *string, last *int, before *string) (*gen.ReleaseConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	pages := l.releasesOf(p)
	l.seenInstruments.announceTo(pages)
	list, err := pages.load(ctx, i.ID)
	if err != nil && !errors.Is(err, policies.ErrNotFound) {
		return nil, err
	}
	return connectReleases(l, list), nil
}

// ShapedBy implements gen.InstrumentResolver.
func (r instrumentResolver) ShapedBy(ctx context.Context, i *standards.Instrument, first *int, after *string, last *int, before *string) (*gen.CommentConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.ShapedList(ctx, l.viewer, i.DocumentID, i.Revision, p)
	if err != nil {
		return nil, err
	}
	return connectComments(l, list, views.CommentFilter{}), nil
}

// fetchInstrumentsAt reads instruments as the record held them at a moment.
func (l *loaders) fetchInstrumentsAt(ctx context.Context, ids []string, asOf time.Time) (map[string]standards.Instrument, error) {
	return l.db.InstrumentsAt(ctx, ids, time.Time{}, asOf)
}

// connectInstrumentsOf makes the connection of a page of the instruments with the given IDs: see instrumentPage.
func connectInstrumentsOf(ctx context.Context, ids []string, inForceAt *time.Time, first *int, after *string, last *int, before *string) (*gen.InstrumentConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	list, err := instrumentPage(ctx, ids, inForceAt, p)
	if err != nil {
		return nil, err
	}
	return connectInstruments(loadersFrom(ctx), list), nil
}

// instrumentPage returns a page of the instruments with the given IDs, a list that only grows at its end, but for those that
// aren't known as of the field's moment or aren't in force at inForceAt. A cursor is a place in the whole list.
func instrumentPage(ctx context.Context, ids []string, inForceAt *time.Time, p views.Page) (l views.List[standards.Instrument], err error) {
	const tag = "instrument"
	between, err := cutPage(len(ids), views.Page{First: max(len(ids), 1), After: p.After, Before: p.Before}, tag)
	if err != nil {
		return l, err
	}
	size, all := max(p.First, p.Last), &loadersFrom(ctx).instruments
	more := false
	for k := range between.end - between.from {
		i := between.from + k
		if p.Backward() {
			i = between.end - 1 - k
		}
		if k%(size+1) == 0 { // those that a page without gaps would have are read at once
			low, high := i, min(i+size+1, between.end)
			if p.Backward() {
				low, high = max(i-size, between.from), i+1
			}
			all.announce(ids[low:high]...)
		}
		in, err := all.maybe(ctx, ids[i])
		if err != nil {
			return views.List[standards.Instrument]{}, err
		}
		if in == nil || inForceAt != nil && in.At(*inForceAt) != standards.InForce {
			continue
		}
		if len(l.Items) == size {
			more = true
			break
		}
		l.Items, l.Cursors = append(l.Items, *in), append(l.Cursors, cursorAt(tag, i))
	}
	l.HasNext, l.HasPrevious = more, p.After != ""
	if p.Backward() {
		slices.Reverse(l.Items)
		slices.Reverse(l.Cursors)
		l.HasNext, l.HasPrevious = p.Before != "", more
	}
	return l, nil
}

// instrumentsOf returns the instruments with the given IDs, but for those that aren't known as of the field's moment
// or aren't in force at inForceAt.
func instrumentsOf(ctx context.Context, ids []string, inForceAt *time.Time) ([]standards.Instrument, error) {
	list, err := loadersFrom(ctx).instruments.all(ctx, ids)
	if inForceAt != nil {
		list = slices.DeleteFunc(list, func(in standards.Instrument) bool { return in.At(*inForceAt) != standards.InForce })
	}
	return list, err
}

// instrumentOf does the same for one ID, and returns nil where instrumentsOf leaves it out.
func instrumentOf(ctx context.Context, id string, inForceAt *time.Time) (*standards.Instrument, error) {
	if id == "" {
		return nil, nil
	}
	list, err := instrumentsOf(ctx, []string{id}, inForceAt)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

func (l *loaders) sawInstrument(i standards.Instrument) {
	l.seenInstruments.add(i.ID)
	l.documents.announce(i.DocumentID)
	l.revisions.announce(i.RevisionID)
	l.instruments.announce(i.SupersededBy)
	l.instruments.announce(i.Supersedes...)
	l.instruments.announce(i.Amends...)
	l.instruments.announce(i.AmendedBy...)
	l.ballots.announce(i.BallotID)
}

// AdoptDocument implements gen.MutationResolver.
func (r mutationResolver) AdoptDocument(ctx context.Context, in gen.AdoptDocumentInput) (*gen.AdoptDocumentPayload, error) {
	c := policies.AdoptDocument{DocumentID: in.DocumentID, RevisionID: valueOf(in.RevisionID)}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "document.adopted", &loadersFrom(ctx).instruments)
	return &gen.AdoptDocumentPayload{Instrument: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// RepealInstrument implements gen.MutationResolver.
func (r mutationResolver) RepealInstrument(ctx context.Context, in gen.RepealInstrumentInput) (*gen.RepealInstrumentPayload, error) {
	from, err := statedDates("from", in.From)
	if err != nil {
		return nil, err
	}
	c := policies.RepealInstrument{InstrumentID: in.InstrumentID, From: from, Reason: in.Reason}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "instrument.repealed", &loadersFrom(ctx).instruments)
	return &gen.RepealInstrumentPayload{Instrument: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
