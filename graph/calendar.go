package graph

import (
	"cmp"
	"context"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

type calendarEventResolver struct{ *resolver }

func (r *resolver) CalendarEvent() gen.CalendarEventResolver { return calendarEventResolver{r} }

// Calendar implements gen.QueryResolver.
func (r queryResolver) Calendar(ctx context.Context, in *gen.CalendarFilter, first *int, after *string, last *int, before *string) (*gen.CalendarConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	f := views.CalendarFilter{From: r.registry.Now()}
	if in != nil {
		f.Kinds, f.Topics, f.Parties, f.Types, f.Document = in.Kinds, in.Topics, in.Jurisdictions, in.DocumentKinds, valueOf(in.DocumentID)
		if in.From != nil {
			f.From = *in.From
		}
		f.To = valueOf(in.To)
	}
	if f.To.IsZero() {
		f.To = f.From.AddDate(1, 0, 0)
	}
	l := loadersFrom(ctx)
	list, err := r.views.Calendar(ctx, l.viewer, f, p)
	if err != nil {
		return nil, err
	}
	return &gen.CalendarConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, e views.CalendarEvent) gen.CalendarEdge {
		l.documents.announce(e.DocumentID)
		l.consultations.announce(e.ConsultationID)
		l.ballots.announce(e.BallotID)
		l.instruments.announce(e.InstrumentID)
		return gen.CalendarEdge{Cursor: c, Node: e}
	})}, nil
}

// LocalDate implements gen.CalendarEventResolver.
func (calendarEventResolver) LocalDate(_ context.Context, e *views.CalendarEvent) (*string, error) {
	return orNull(standards.LawDate{Local: e.Local}.LocalDate()), nil
}

// LocalDateTime implements gen.CalendarEventResolver.
func (calendarEventResolver) LocalDateTime(_ context.Context, e *views.CalendarEvent) (*string, error) {
	stated := standards.LawDate{Local: cmp.Or(e.Local, policies.LocalTime(e.At, e.Zone))}
	return orNull(stated.LocalDateTime()), nil
}

// Document implements gen.CalendarEventResolver.
func (calendarEventResolver) Document(ctx context.Context, e *views.CalendarEvent) (*policies.Document, error) {
	return loadersFrom(ctx).documents.maybe(ctx, e.DocumentID)
}

// Consultation implements gen.CalendarEventResolver.
func (calendarEventResolver) Consultation(ctx context.Context, e *views.CalendarEvent) (*policies.Consultation, error) {
	return loadersFrom(ctx).consultations.maybe(ctx, e.ConsultationID)
}

// Ballot implements gen.CalendarEventResolver.
func (calendarEventResolver) Ballot(ctx context.Context, e *views.CalendarEvent) (*policies.Ballot, error) {
	return loadersFrom(ctx).ballots.maybe(ctx, e.BallotID)
}

// Instrument implements gen.CalendarEventResolver.
func (calendarEventResolver) Instrument(ctx context.Context, e *views.CalendarEvent) (*standards.Instrument, error) {
	return loadersFrom(ctx).instruments.maybe(ctx, e.InstrumentID)
}
