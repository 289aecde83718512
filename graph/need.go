package graph

import (
	"context"
	"time"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

type needResolver struct{ *resolver }

func (r *resolver) Need() gen.NeedResolver { return needResolver{r} }

type needCountsResolver struct{ *resolver }

func (r *resolver) NeedCounts() gen.NeedCountsResolver { return needCountsResolver{r} }

type documentNeedsResolver struct{ *resolver }

func (r *resolver) DocumentNeeds() gen.DocumentNeedsResolver { return documentNeedsResolver{r} }

// maxClosing is the largest number of days that a list of needs looks ahead.
const maxClosing = 366

// needFilter makes the filter of a list of needs from the field's arguments.
func (r queryResolver) needFilter(kinds []views.NeedKind, days int) (f views.NeedFilter, err error) {
	if days < 0 || days > maxClosing {
		return f, invalidField("closingWithin", "is %d days, and from 0 to %d are taken", days, maxClosing)
	}
	return views.NeedFilter{Kinds: kinds, Now: r.registry.Now(), Within: time.Duration(days) * 24 * time.Hour, Rules: r.registry.Rules()}, nil
}

// NeedsMe implements gen.QueryResolver.
func (r queryResolver) NeedsMe(ctx context.Context, kinds []views.NeedKind, closingWithin int, first *int, after *string, last *int, before *string) (*gen.NeedConnection, error) {
	p, err := readPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	f, err := r.needFilter(kinds, closingWithin)
	if err != nil {
		return nil, err
	}
	l := loadersFrom(ctx)
	list, err := r.views.Needs(ctx, l.viewer, f, p)
	if err != nil {
		return nil, err
	}
	return &gen.NeedConnection{PageInfo: infoOf(list), Nodes: list.Items, Edges: edgesOf(list, func(c string, n views.Need) gen.NeedEdge {
		l.documents.announce(n.DocumentID)
		invitationsOf(l, n.Kind).announce(n.InvitationID)
		l.instruments.announce(n.InstrumentID)
		l.organisations.announce(n.OrganisationID)
		l.ruleSets.announce(n.RuleSetID)
		l.ballots.announce(n.BallotID)
		l.consultations.announce(n.ConsultationID)
		l.comments.announce(n.CommentID)
		return gen.NeedEdge{Cursor: c, Node: n}
	})}, nil
}

// NeedsMeCounts implements gen.QueryResolver.
func (r queryResolver) NeedsMeCounts(ctx context.Context, kinds []views.NeedKind, closingWithin int) (*views.NeedCounts, error) {
	f, err := r.needFilter(kinds, closingWithin)
	if err != nil {
		return nil, err
	}
	n, err := r.views.NeedCounts(ctx, loadersFrom(ctx).viewer, f)
	return &n, err
}

// Due implements gen.NeedResolver.
func (needResolver) Due(_ context.Context, n *views.Need) (*time.Time, error) {
	return moment(n.Due), nil
}

// Document implements gen.NeedResolver.
func (needResolver) Document(ctx context.Context, n *views.Need) (*policies.Document, error) {
	return loadersFrom(ctx).documents.maybe(ctx, n.DocumentID)
}

// Invitation implements gen.NeedResolver.
func (needResolver) Invitation(ctx context.Context, n *views.Need) (*policies.Invitation, error) {
	return invitationsOf(loadersFrom(ctx), n.Kind).maybe(ctx, n.InvitationID)
}

// invitationsOf returns the loader of the invitations that needs of a kind are about: the
// viewer's own, or those that it oversees.
func invitationsOf(l *loaders, k views.NeedKind) *loader[string, policies.Invitation] {
	if k == views.NeedConfirmation {
		return &l.invitations
	}
	return &l.ownInvitations
}

// Organisation implements gen.NeedResolver.
func (needResolver) Organisation(ctx context.Context, n *views.Need) (*policies.Organisation, error) {
	return loadersFrom(ctx).organisations.maybe(ctx, n.OrganisationID)
}

// Instrument implements gen.NeedResolver.
func (needResolver) Instrument(ctx context.Context, n *views.Need) (*standards.Instrument, error) {
	return loadersFrom(ctx).instruments.maybe(ctx, n.InstrumentID)
}

// RuleSet implements gen.NeedResolver.
func (needResolver) RuleSet(ctx context.Context, n *views.Need) (*standards.RuleSet, error) {
	return loadersFrom(ctx).ruleSets.maybe(ctx, n.RuleSetID)
}

// Step implements gen.NeedResolver.
func (needResolver) Step(_ context.Context, n *views.Need) (*policies.Step, error) {
	return orNull(n.Step), nil
}

// Since implements gen.NeedResolver.
func (needResolver) Since(_ context.Context, n *views.Need) (*time.Time, error) {
	return moment(n.Since), nil
}

// Ballot implements gen.NeedResolver.
func (needResolver) Ballot(ctx context.Context, n *views.Need) (*policies.Ballot, error) {
	return loadersFrom(ctx).ballots.maybe(ctx, n.BallotID)
}

// Consultation implements gen.NeedResolver.
func (needResolver) Consultation(ctx context.Context, n *views.Need) (*policies.Consultation, error) {
	return loadersFrom(ctx).consultations.maybe(ctx, n.ConsultationID)
}

// Comment implements gen.NeedResolver.
func (needResolver) Comment(ctx context.Context, n *views.Need) (*policies.Comment, error) {
	return loadersFrom(ctx).comments.maybe(ctx, n.CommentID)
}

// ByKind implements gen.NeedCountsResolver.
func (needCountsResolver) ByKind(_ context.Context, n *views.NeedCounts) ([]gen.NeedCount, error) {
	return needCountsByKind(n.ByKind), nil
}

// Documents implements gen.NeedCountsResolver.
func (needCountsResolver) Documents(_ context.Context, n *views.NeedCounts) (int, error) {
	return len(n.ByDocument), nil
}

// ByDocument implements gen.NeedCountsResolver.
func (needCountsResolver) ByDocument(ctx context.Context, n *views.NeedCounts, first int) ([]views.DocumentNeeds, error) {
	if first < 1 || first > views.MaxPage {
		return nil, invalidField("first", "is %d, and from 1 to %d documents are shown", first, views.MaxPage)
	}
	list := n.ByDocument[:min(first, len(n.ByDocument))]
	for _, d := range list {
		loadersFrom(ctx).documents.announce(d.DocumentID)
	}
	return list, nil
}

// Document implements gen.DocumentNeedsResolver.
func (documentNeedsResolver) Document(ctx context.Context, d *views.DocumentNeeds) (*policies.Document, error) {
	return loadersFrom(ctx).documents.maybe(ctx, d.DocumentID)
}

// ByKind implements gen.DocumentNeedsResolver.
func (documentNeedsResolver) ByKind(_ context.Context, d *views.DocumentNeeds) ([]gen.NeedCount, error) {
	return needCountsByKind(d.ByKind), nil
}

// needCountsByKind lists the count of every kind, zero ones too.
func needCountsByKind(counts map[views.NeedKind]int) []gen.NeedCount {
	list := make([]gen.NeedCount, len(views.NeedKinds))
	for i, k := range views.NeedKinds {
		list[i] = gen.NeedCount{Kind: k, Count: counts[k]}
	}
	return list
}
