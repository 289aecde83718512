// Package graph answers GraphQL at /graphql: queries, mutations and subscriptions
// over the registry.
//
// The schema is in schema/*.graphql; gen is generated from it by gqlgen (see
// gqlgen.yml) and bound to the types of policies, standards and views; wire holds
// its scalars. The resolvers here are thin: a query asks the views as the viewer
// that package registry finds in the request's context, a mutation hands a command
// to registry.Do, and what is allowed policies.May alone decides.
//
// A request passes
//
//	handler.go     the page of the IDE, WebSockets, or
//	transport.go   GraphQL over HTTP, plain or as server-sent events
//	guard.go       what is too long, too deep or too wide ends here, unvalidated
//	complexity.go  and here what would cost too much
//	load.go        values are read once, and many in one statement
//	errors.go      what went wrong becomes a code, a field and a message
package graph

//go:generate go tool gqlgen generate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/views"
)

// resolver is the root of all resolvers. The types below embed it, one for each
// type of the schema that has fields to resolve.
type resolver struct {
	registry *registry.Registry
	views    *views.DB
	reports  chan struct{} // one place for each that is being made
}

type (
	queryResolver                struct{ *resolver }
	mutationResolver             struct{ *resolver }
	subscriptionResolver         struct{ *resolver }
	organisationResolver         struct{ *resolver }
	memberResolver               struct{ *resolver }
	invitationResolver           struct{ *resolver }
	viewerResolver               struct{ *resolver }
	documentResolver             struct{ *resolver }
	editorialMarkResolver        struct{ *resolver }
	revisionResolver             struct{ *resolver }
	clauseResolver               struct{ *resolver }
	redlineResolver              struct{ *resolver }
	consultationResolver         struct{ *resolver }
	commentResolver              struct{ *resolver }
	savedFilterResolver          struct{ *resolver }
	needResolver                 struct{ *resolver }
	needCountsResolver           struct{ *resolver }
	documentNeedsResolver        struct{ *resolver }
	calendarEventResolver        struct{ *resolver }
	consultationQuestionResolver struct{ *resolver }
	commentConnectionResolver    struct{ *resolver }
	commentCountsResolver        struct{ *resolver }
	dispositionResolver          struct{ *resolver }
	changeReferenceResolver      struct{ *resolver }
	searchHitResolver            struct{ *resolver }
	instrumentResolver           struct{ *resolver }
	ruleSetResolver              struct{ *resolver }
	releaseResolver              struct{ *resolver }
	ledgerEntryResolver          struct{ *resolver }
)

var _ gen.ResolverRoot = (*resolver)(nil)

func (r *resolver) Query() gen.QueryResolver                 { return queryResolver{r} }
func (r *resolver) Mutation() gen.MutationResolver           { return mutationResolver{r} }
func (r *resolver) Subscription() gen.SubscriptionResolver   { return subscriptionResolver{r} }
func (r *resolver) Organisation() gen.OrganisationResolver   { return organisationResolver{r} }
func (r *resolver) Member() gen.MemberResolver               { return memberResolver{r} }
func (r *resolver) Invitation() gen.InvitationResolver       { return invitationResolver{r} }
func (r *resolver) Viewer() gen.ViewerResolver               { return viewerResolver{r} }
func (r *resolver) Document() gen.DocumentResolver           { return documentResolver{r} }
func (r *resolver) EditorialMark() gen.EditorialMarkResolver { return editorialMarkResolver{r} }
func (r *resolver) Revision() gen.RevisionResolver           { return revisionResolver{r} }
func (r *resolver) Clause() gen.ClauseResolver               { return clauseResolver{r} }
func (r *resolver) Redline() gen.RedlineResolver             { return redlineResolver{r} }
func (r *resolver) Consultation() gen.ConsultationResolver   { return consultationResolver{r} }
func (r *resolver) Comment() gen.CommentResolver             { return commentResolver{r} }
func (r *resolver) SavedFilter() gen.SavedFilterResolver     { return savedFilterResolver{r} }
func (r *resolver) Need() gen.NeedResolver                   { return needResolver{r} }
func (r *resolver) NeedCounts() gen.NeedCountsResolver       { return needCountsResolver{r} }
func (r *resolver) DocumentNeeds() gen.DocumentNeedsResolver { return documentNeedsResolver{r} }
func (r *resolver) CalendarEvent() gen.CalendarEventResolver { return calendarEventResolver{r} }
func (r *resolver) ConsultationQuestion() gen.ConsultationQuestionResolver {
	return consultationQuestionResolver{r}
}
func (r *resolver) CommentCounts() gen.CommentCountsResolver     { return commentCountsResolver{r} }
func (r *resolver) Disposition() gen.DispositionResolver         { return dispositionResolver{r} }
func (r *resolver) ChangeReference() gen.ChangeReferenceResolver { return changeReferenceResolver{r} }
func (r *resolver) SearchHit() gen.SearchHitResolver             { return searchHitResolver{r} }
func (r *resolver) Instrument() gen.InstrumentResolver           { return instrumentResolver{r} }
func (r *resolver) RuleSet() gen.RuleSetResolver                 { return ruleSetResolver{r} }
func (r *resolver) Release() gen.ReleaseResolver                 { return releaseResolver{r} }
func (r *resolver) LedgerEntry() gen.LedgerEntryResolver         { return ledgerEntryResolver{r} }
func (r *resolver) CommentConnection() gen.CommentConnectionResolver {
	return commentConnectionResolver{r}
}

// maxNodes is how many things may be asked for by ID at once.
const maxNodes = 100

// Node implements gen.QueryResolver.
func (r queryResolver) Node(ctx context.Context, id string) (wire.Node, error) {
	return nodeOf(ctx, loadersFrom(ctx), id)
}

// Nodes implements gen.QueryResolver.
func (r queryResolver) Nodes(ctx context.Context, ids []string) ([]wire.Node, error) {
	if len(ids) > maxNodes {
		return nil, invalid("ids", "names %d things, at most %d are taken", len(ids), maxNodes)
	}
	l := loadersFrom(ctx)
	for _, id := range ids {
		announceNode(l, id)
	}
	nodes := make([]wire.Node, len(ids))
	for i, id := range ids {
		var err error
		if nodes[i], err = nodeOf(ctx, l, id); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}

// nodeOf loads whatever has that ID, nil where the viewer may see none.
func nodeOf(ctx context.Context, l *loaders, id string) (wire.Node, error) {
	switch prefix(id) {
	case "org":
		return asNode(l.organisations.maybe(ctx, id))
	case "mem":
		return asNode(l.members.maybe(ctx, id))
	case "doc":
		return asNode(l.documents.maybe(ctx, id))
	case "rev":
		return asNode(l.revisions.maybe(ctx, id))
	case "csn":
		return asNode(l.consultations.maybe(ctx, id))
	case "cmt":
		return asNode(l.comments.maybe(ctx, id))
	case "cpg":
		return asNode(l.campaigns.maybe(ctx, id))
	case "rpl":
		return asNode(l.replies.maybe(ctx, id))
	case "dft":
		return asNode(l.drafts.maybe(ctx, id))
	case "bal":
		return asNode(l.ballots.maybe(ctx, id))
	case "ins":
		return asNode(l.instruments.maybe(ctx, id))
	case "rst":
		return asNode(l.ruleSets.maybe(ctx, id))
	case "rel":
		return asNode(l.releases.maybe(ctx, id))
	}
	return nil, nil
}

func announceNode(l *loaders, id string) {
	announce := map[string]func(...string){
		"org": l.organisations.announce, "mem": l.members.announce, "doc": l.documents.announce,
		"rev": l.revisions.announce, "csn": l.consultations.announce, "cmt": l.comments.announce, "cpg": l.campaigns.announce,
		"rpl": l.replies.announce, "dft": l.drafts.announce,
		"bal": l.ballots.announce, "ins": l.instruments.announce, "rst": l.ruleSets.announce, "rel": l.releases.announce,
	}[prefix(id)]
	if announce != nil {
		announce(id)
	}
}

// asNode makes a nil pointer a nil interface.
func asNode[T any](v *T, err error) (wire.Node, error) {
	if v == nil || err != nil {
		return nil, err
	}
	return v, nil
}

// prefix is the type of a TypeID.
func prefix(id string) string {
	p, _, _ := strings.Cut(id, "_")
	return p
}

// found turns ErrNotFound into null.
func found[T any](v T, err error) (*T, error) {
	if errors.Is(err, policies.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &v, nil
}

// oneOf refuses what names a thing twice, or not at all.
func oneOf(a, b string, isA, isB *string) error {
	if (isA == nil) == (isB == nil) {
		return invalid(a, "name either %s or %s", a, b)
	}
	return nil
}

// hidden is the answer for what isn't there, or not for the viewer.
func hidden(field, what string) error {
	return &policies.Error{Code: policies.NotFound, Field: field, Message: fmt.Sprintf("there is no such %s, or none that you may see", what)}
}
