package graph

import (
	"context"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/reports"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

type documentResolver struct{ *resolver }

func (r *resolver) Document() gen.DocumentResolver { return documentResolver{r} }

// Documents implements gen.QueryResolver.
func (r queryResolver) Documents(ctx context.Context, f *gen.DocumentFilter, orderBy gen.DocumentOrder, first *int, after *string, last *int, before *string) (*gen.DocumentConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	vf := views.DocumentFilter{At: r.registry.Now(), Order: orderBy.Field,
		Reverse: (orderBy.Direction == gen.OrderDirectionDesc) != (orderBy.Field == views.ByUpdated)}
	if f != nil {
		vf.Kinds, vf.Phases, vf.Topics, vf.Parties = f.Kinds, f.Phases, f.Topics, f.Parties
		if vf.Title = valueOf(f.Title); valueOf(f.SponsorID) != "" {
			vf.Sponsors = []string{*f.SponsorID}
		}
		if f.At != nil {
			vf.At = *f.At
		}
	}
	l := loadersFrom(ctx)
	list, err := r.views.DocumentList(ctx, l.viewer, vf, p)
	if err != nil {
		return nil, err
	}
	places := make([]views.CommentPlace, len(list.Items))
	for i, d := range list.Items {
		l.documents.prime(d.ID, d)
		l.sawDocument(d)
		places[i] = views.CommentPlace{DocumentID: d.ID}
	}
	l.listed().add(places)
	return &gen.DocumentConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, d policies.Document) gen.DocumentEdge {
		return gen.DocumentEdge{Cursor: c, Node: d}
	})}, nil
}

// Document implements gen.QueryResolver.
func (r queryResolver) Document(ctx context.Context, by gen.DocumentKey, _ *time.Time) (*policies.Document, error) {
	l := loadersFrom(ctx)
	if by.Number == nil {
		return l.documents.maybe(ctx, valueOf(by.ID))
	}
	d, err := foundOrNull(r.views.DocumentByNumber(ctx, l.viewer, *by.Number, l.asOf))
	if d != nil {
		l.sawDocument(*d)
	}
	return d, err
}

// Phase implements gen.DocumentResolver.
func (r documentResolver) Phase(ctx context.Context, d *policies.Document, at *time.Time) (policies.Phase, error) {
	return d.Phase(r.momentFrom(ctx, at)), nil
}

// UnrepresentedParties implements gen.DocumentResolver.
func (documentResolver) UnrepresentedParties(ctx context.Context, d *policies.Document) ([]string, error) {
	missing := []string{}
	if !d.AdoptedAt.IsZero() || !d.WithdrawnAt.IsZero() {
		return missing, nil
	}
	l := loadersFrom(ctx)
	for _, code := range d.Parties {
		there, err := l.represented.maybe(ctx, code)
		if err != nil {
			return nil, err
		}
		if there == nil {
			missing = append(missing, code)
		}
	}
	return missing, nil
}

// PutForward implements gen.DocumentResolver.
func (documentResolver) PutForward(ctx context.Context, d *policies.Document) (*policies.Revision, error) {
	return loadersFrom(ctx).revisions.maybe(ctx, d.PutForward)
}

// Sponsors implements gen.DocumentResolver.
func (documentResolver) Sponsors(ctx context.Context, d *policies.Document) ([]policies.Organisation, error) {
	return loadersFrom(ctx).organisations.all(ctx, d.Sponsors)
}

// Readers implements gen.DocumentResolver.
func (documentResolver) Readers(ctx context.Context, d *policies.Document) ([]policies.Organisation, error) {
	l := loadersFrom(ctx)
	if !views.RunsDocument(l.viewer, d) {
		return nil, nil
	}
	return l.organisations.all(ctx, d.Readers)
}

// Offered implements gen.DocumentResolver.
func (documentResolver) Offered(ctx context.Context, d *policies.Document) ([]policies.Organisation, error) {
	l := loadersFrom(ctx)
	if !views.ShowsOffers(l.viewer, d) {
		return nil, nil
	}
	return l.organisations.all(ctx, d.Offered)
}

// Terms implements gen.DocumentResolver.
func (documentResolver) Terms(ctx context.Context, d *policies.Document) (*policies.Terms, error) {
	l := loadersFrom(ctx)
	if d.TermsAt.IsZero() || !views.ShowsTerms(l.viewer, d) {
		return nil, nil
	}
	l.sawTerms(d.Terms)
	return &d.Terms, nil
}

// SuccessionConsents implements gen.DocumentResolver.
func (documentResolver) SuccessionConsents(ctx context.Context, d *policies.Document) ([]policies.SuccessionConsent, error) {
	l := loadersFrom(ctx)
	if !views.ShowsTerms(l.viewer, d) {
		return nil, nil
	}
	for _, c := range d.Consents {
		l.instruments.announce(c.InstrumentID)
		l.organisations.announce(c.OrganisationID)
	}
	return append([]policies.SuccessionConsent{}, d.Consents...), nil
}

// ProposedBy implements gen.DocumentResolver.
func (documentResolver) ProposedBy(ctx context.Context, d *policies.Document) (*policies.Member, error) {
	return loadersFrom(ctx).members.maybe(ctx, d.ProposedBy)
}

// Head implements gen.DocumentResolver.
func (documentResolver) Head(ctx context.Context, d *policies.Document) (*policies.Revision, error) {
	l := loadersFrom(ctx)
	id, consulted := views.ShownHead(l.viewer, d)
	if id == "" {
		c, err := l.consultations.maybe(ctx, consulted)
		if c == nil || err != nil {
			return nil, err
		}
		id = c.RevisionID
	}
	return l.revisions.maybe(ctx, id)
}

// Revisions implements gen.DocumentResolver.
func (r documentResolver) Revisions(ctx context.Context, d *policies.Document, _ *time.Time, first *int, after *string, last *int, before *string) (*gen.RevisionConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.RevisionList(ctx, l.viewer, d.ID, momentOf(ctx), p)
	if err != nil {
		return nil, err
	}
	return &gen.RevisionConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, v policies.Revision) gen.RevisionEdge {
		l.sawRevision(v)
		return gen.RevisionEdge{Cursor: c, Node: v}
	})}, nil
}

// Revision implements gen.DocumentResolver.
func (r documentResolver) Revision(ctx context.Context, d *policies.Document, number int) (*policies.Revision, error) {
	l := loadersFrom(ctx)
	v, err := foundOrNull(r.views.RevisionByNumber(ctx, l.viewer, d.ID, number))
	if v == nil || l.asOf.IsZero() {
		return v, err
	}
	return l.revisions.maybe(ctx, v.ID) // as the viewer could have read it then
}

// Consultations implements gen.DocumentResolver.
func (r documentResolver) Consultations(ctx context.Context, d *policies.Document, first *int, after *string, last *int, before *string) (*gen.ConsultationConnection, error) {
	return r.consultationsOf(ctx, views.ConsultationFilter{DocumentID: d.ID, AsOf: momentOf(ctx)}, first, after, last, before)
}

// Consultation implements gen.DocumentResolver.
func (documentResolver) Consultation(ctx context.Context, d *policies.Document) (*policies.Consultation, error) {
	return loadersFrom(ctx).consultations.maybe(ctx, d.Consultation)
}

// Comments implements gen.DocumentResolver.
func (r documentResolver) Comments(ctx context.Context, d *policies.Document, f *gen.CommentFilter, _ *time.Time, first *int, after *string, last *int, before *string) (*gen.CommentConnection, error) {
	return r.commentsAt(ctx, views.CommentPlace{DocumentID: d.ID}, f, first, after, last, before)
}

// Comment implements gen.DocumentResolver.
func (r documentResolver) Comment(ctx context.Context, d *policies.Document, number int) (*policies.Comment, error) {
	id, err := foundOrNull(r.views.CommentNumbered(ctx, d.ID, number))
	if id == nil || err != nil {
		return nil, err
	}
	return loadersFrom(ctx).comments.maybe(ctx, *id)
}

// Languages implements gen.DocumentResolver.
func (documentResolver) Languages(_ context.Context, d *policies.Document) ([]string, error) {
	return languagesOf(d), nil
}

// CommentCounts implements gen.DocumentResolver.
func (documentResolver) CommentCounts(ctx context.Context, d *policies.Document) (*wire.CommentCounts, error) {
	if !momentOf(ctx).IsZero() {
		return nil, nil
	}
	counts, err := countsOrZero(loadersFrom(ctx).commentCounts.maybe(ctx, d.ID))
	if err != nil {
		return nil, err
	}
	return &wire.CommentCounts{Counts: *counts, At: views.CommentPlace{DocumentID: d.ID}}, nil
}

// AdoptionGate implements gen.DocumentResolver.
func (r documentResolver) AdoptionGate(ctx context.Context, d *policies.Document) ([]gen.AdoptionGap, error) {
	gaps, shown, err := r.views.AdoptionGaps(ctx, loadersFrom(ctx).viewer, *d, r.registry.Now(), r.registry.Rules())
	if !shown || err != nil {
		return nil, err
	}
	return gapsOf(gaps), nil
}

// EditorialMarks implements gen.DocumentResolver.
func (r documentResolver) EditorialMarks(ctx context.Context, d *policies.Document, first *int, after *string, last *int, before *string) (*gen.EditorialMarkConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.EditorialMarkList(ctx, l.viewer, *d, momentOf(ctx), p)
	if err != nil {
		return nil, err
	}
	return &gen.EditorialMarkConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, m policies.EditorialMark) gen.EditorialMarkEdge {
		l.revisions.announce(m.RevisionID)
		l.organisations.announce(m.OrganisationID)
		return gen.EditorialMarkEdge{Cursor: c, Node: m}
	})}, nil
}

// Ballots implements gen.DocumentResolver.
func (r documentResolver) Ballots(ctx context.Context, d *policies.Document, first *int, after *string, last *int, before *string) (*gen.BallotConnection, error) {
	return r.ballotsOf(ctx, views.BallotFilter{DocumentID: d.ID, AsOf: momentOf(ctx)}, first, after, last, before)
}

// Ballot implements gen.DocumentResolver.
func (documentResolver) Ballot(ctx context.Context, d *policies.Document) (*policies.Ballot, error) {
	return loadersFrom(ctx).ballots.maybe(ctx, d.Ballot)
}

// Instrument implements gen.DocumentResolver.
func (documentResolver) Instrument(ctx context.Context, d *policies.Document, inForceAt, _ *time.Time) (*standards.Instrument, error) {
	return instrumentOf(ctx, d.InstrumentID, inForceAt)
}

// Correction implements gen.DocumentResolver.
func (documentResolver) Correction(_ context.Context, d *policies.Document) (*gen.Correction, error) {
	return correctionOf(d.CorrectedAt, d.Correction), nil
}

func correctionOf(at time.Time, reason string) *gen.Correction {
	if at.IsZero() {
		return nil
	}
	return &gen.Correction{At: at, Reason: reason}
}

// Withdrawal implements gen.DocumentResolver.
func (documentResolver) Withdrawal(_ context.Context, d *policies.Document) (*gen.Withdrawal, error) {
	return withdrawalOf(d.WithdrawnAt, d.Withdrawal), nil
}

func withdrawalOf(at time.Time, reason string) *gen.Withdrawal {
	if at.IsZero() {
		return nil
	}
	return &gen.Withdrawal{At: at, Reason: orNull(reason)}
}

// Campaigns implements gen.DocumentResolver.
func (r documentResolver) Campaigns(ctx context.Context, d *policies.Document, first *int, after *string, last *int, before *string) (*gen.CampaignConnection, error) {
	return r.campaignsOf(ctx, views.CampaignFilter{DocumentID: d.ID}, first, after, last, before)
}

// Selected implements gen.DocumentResolver.
func (r documentResolver) Selected(ctx context.Context, d *policies.Document, in gen.CommentSelection) (*gen.SelectionCount, error) {
	if !policies.Allowed(loadersFrom(ctx).viewer, policies.Disposing, policies.OnDocument(d)) {
		return nil, nil
	}
	s, err := selectionOf(in)
	if err != nil {
		return nil, err
	}
	count, asOf, err := r.views.Preview(ctx, loadersFrom(ctx).viewer, d.ID, s)
	return &gen.SelectionCount{Count: count, AsOf: asOf}, err
}

// WhatWeHeard implements gen.DocumentResolver.
func (r documentResolver) WhatWeHeard(ctx context.Context, d *policies.Document) (*reports.Heard, error) {
	if d.Consultation == "" || !momentOf(ctx).IsZero() {
		return nil, nil
	}
	return r.heard(ctx, d.ID)
}

// UnconsultedChanges implements gen.DocumentResolver.
func (r documentResolver) UnconsultedChanges(ctx context.Context, d *policies.Document) ([]gen.AdoptionGap, error) {
	gaps, shown, err := r.views.UnconsultedChanges(ctx, loadersFrom(ctx).viewer, *d)
	if !shown {
		return nil, err
	}
	return gapsOf(gaps), err
}

func (l *loaders) sawDocument(d policies.Document) {
	l.organisations.announce(d.Sponsors...)
	l.members.announce(d.ProposedBy)
	head, _ := views.ShownHead(l.viewer, &d)
	l.revisions.announce(head)
	l.consultations.announce(d.Consultation)
	l.instruments.announce(d.InstrumentID)
	l.ballots.announce(d.Ballot)
	l.represented.announce(d.Parties...)
	l.commentCounts.announce(d.ID)
	l.speakers.announce(views.CommentPlace{DocumentID: d.ID})
}

// ProposeDocument implements gen.MutationResolver.
func (r mutationResolver) ProposeDocument(ctx context.Context, in gen.ProposeDocumentInput) (*gen.ProposeDocumentPayload, error) {
	c := policies.ProposeDocument{Kind: in.Kind, Title: in.Title, Language: in.Language, Topics: in.Topics,
		Parties: in.Parties, OpenDrafts: valueOf(in.OpenDrafts)}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "document.proposed", &loadersFrom(ctx).documents)
	return &gen.ProposeDocumentPayload{Document: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// CorrectDocument implements gen.MutationResolver.
func (r mutationResolver) CorrectDocument(ctx context.Context, in gen.CorrectDocumentInput) (*gen.CorrectDocumentPayload, error) {
	g := givenBy(ctx)
	c := policies.CorrectDocument{DocumentID: in.DocumentID, Title: g.text("title", in.Title), Language: g.text("language", in.Language),
		Topics: g.list("topics", in.Topics), Parties: g.list("parties", in.Parties), Reason: in.Reason}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "document.corrected", &loadersFrom(ctx).documents)
	return &gen.CorrectDocumentPayload{Document: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}

// WithdrawDocument implements gen.MutationResolver.
func (r mutationResolver) WithdrawDocument(ctx context.Context, in gen.WithdrawDocumentInput) (*gen.WithdrawDocumentPayload, error) {
	c := policies.WithdrawDocument{DocumentID: in.DocumentID, Reason: in.Reason}
	d, err := mutate(ctx, r, in.IdempotencyKey, c, "document.withdrawn", &loadersFrom(ctx).documents)
	return &gen.WithdrawDocumentPayload{Document: d.entity, LedgerPosition: d.position, Repeated: d.repeated}, err
}
