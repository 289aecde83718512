// Package graph answers GraphQL at /graphql: queries, mutations and subscriptions
// over the registry.
//
// The schema is in schema/*.graphql; gen is generated from it by gqlgen (see
// gqlgen.yml) and bound to the types of policies, standards and views; wire holds
// its scalars. The resolvers here are thin: a query asks the views as the viewer
// that package registry finds in the request's context, a mutation hands a command
// to registry.Do, and what is allowed policies.May alone decides.
//
// Each subject has one name: schema/comment.graphql holds the type Comment with the
// queries and mutations about it, and comment.go their resolvers. A resolver type stands
// at the head of its subject's file, with the method of resolver that makes it. Then come the
// queries, the methods of the type in the order of the schema, and the mutations. Whatever else
// the subject needs here, such as what its loaders announce, stands in the same file or in one
// whose name begins with the subject (comment_pages.go).
//
// A request passes
//
//	handler.go     the page of the IDE, WebSockets, or
//	transport.go   GraphQL over HTTP, plain or as server-sent events
//	guard.go       refuses a text that is too long, too deep or too wide, before it is validated
//	complexity.go  refuses an operation that would return too much
//	budget.go      stops a response that grows too large all the same
//	changes.go     keeps in mind what mutations have changed, whatever becomes of the answer
//	load.go        reads each value once, and many in one statement
//	errors.go      turns errors into a code, a field and a message
package graph

//go:generate go tool gqlgen generate

import (
	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/views"
)

// resolver is the root of all resolvers. The resolver types embed it, one for each
// type of the schema that has fields to resolve.
type resolver struct {
	registry *registry.Registry
	views    *views.DB
	reports  chan struct{} // has an element for each report that is being made

	// What all subscriptions share.
	pace      *pace
	verdicts  *verdicts
	audiences *audiences
}

func newResolver(r *registry.Registry) *resolver {
	return &resolver{registry: r, views: r.Views(), reports: make(chan struct{}, reportsAtOnce), pace: newPace(r.LastCommit),
		verdicts: &verdicts{db: r.Views(), now: r.Now}, audiences: &audiences{known: map[audienceKey]*audience{}}}
}

var _ gen.ResolverRoot = (*resolver)(nil)

type queryResolver struct{ *resolver }

func (r *resolver) Query() gen.QueryResolver { return queryResolver{r} }

type mutationResolver struct{ *resolver }

func (r *resolver) Mutation() gen.MutationResolver { return mutationResolver{r} }

type subscriptionResolver struct{ *resolver }

func (r *resolver) Subscription() gen.SubscriptionResolver { return subscriptionResolver{r} }
