package graph

import (
	"context"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
)

// loaders read what one response needs: that of a query, of a mutation, or of one event of a
// subscription. They return only what its viewer may see. loaderTable has a row for each.
type loaders struct {
	db     *views.DB
	viewer policies.Actor
	now    func() time.Time

	organisations       loader[string, policies.Organisation]
	lookAlikes          loader[string, []policies.Organisation] // by organisation
	members             loader[string, policies.Member]
	invitations         loader[string, policies.Invitation]
	ownInvitations      loader[string, policies.Invitation] // those that the viewer itself may accept
	savedFilters        loader[string, policies.SavedFilter]
	documents           loader[string, policies.Document]
	revisions           loader[string, policies.Revision]
	lineage             loader[string, []clauses.Step] // by document
	consultations       loader[string, policies.Consultation]
	answerCounts        loader[string, map[string]views.AnswerCounts] // by consultation, then question
	comments            loader[string, policies.Comment]
	commentCounts       loader[string, views.Counts]            // by document
	clauseCommentCounts loader[string, map[string]views.Counts] // by document, then clause
	speakers            loader[views.CommentPlace, []views.Speakers]
	commentDrafts       loader[string, policies.CommentDraft]
	anchors             loader[string, []policies.Anchor] // by comment
	replies             loader[string, policies.Reply]
	campaigns           loader[string, views.Campaign]
	campaignMemberships loader[string, views.Membership] // by comment
	represented         loader[string, bool]             // by jurisdiction: those whose government may speak
	ballots             loader[string, policies.Ballot]
	tallies             loader[string, []policies.Tally]  // by ballot; of those whose positions show
	ownPositions        loader[string, policies.Position] // of the viewer's organisation, by ballot
	instruments         loader[string, standards.Instrument]
	instrumentsKnown    loader[knownID, standards.Instrument]
	ruleSets            loader[string, standards.RuleSet]
	releases            loader[string, standards.Release]

	commentPages      variants[string, views.CommentPlace, views.List[policies.Comment]]
	keyedCommentPages variants[string, string, views.List[policies.Comment]]      // by clause of one revision, or by comment
	replyPages        variants[views.Page, string, views.List[policies.Reply]]    // by comment
	releasePages      variants[views.Page, string, views.List[standards.Release]] // by instrument
	endorsementCounts variants[int64, string, views.EndorsementCounts]            // at a moment, by comment
	standings         variants[string, string, *views.Standing]                   // at a moment, by revision

	seenComments seenComments
	listedPlaces listedPlaces

	sources []source
	nodes   map[policies.Prefix]nodeSource
}

// A source holds values that were read: a loader, variants, or what was seen.
type source interface {
	forget() // drops the values, because the record has changed
}

// A nodeSource loads things by their own IDs.
type nodeSource interface {
	source
	announce(ids ...string)
	node(ctx context.Context, id string) (wire.Node, error)
}

// loaderTable makes the loaders. A row with a prefix serves the nodes whose IDs begin with
// it. The methods that begin with "saw" stand with their subjects, and announce to what a value
// refers that was read.
var loaderTable = []struct {
	nodes policies.Prefix
	make  func(l *loaders) source
}{
	{policies.PrefixOrganisation, func(l *loaders) source { return l.organisations.with(l.db.Organisations, l.sawOrganisation) }},
	{"", func(l *loaders) source { return l.lookAlikes.with(l.db.LookAlikes, l.sawOrganisations) }},
	{policies.PrefixMember, func(l *loaders) source { return l.members.with(l.db.Members, l.sawMember) }},
	{"", func(l *loaders) source {
		return l.invitations.with(seenBy(l.viewer, l.db.Invitations), l.sawInvitation)
	}},
	{"", func(l *loaders) source { return l.ownInvitations.with(seenBy(l.viewer, l.db.Offers), l.sawInvitation) }},
	{"", func(l *loaders) source { return l.savedFilters.with(seenBy(l.viewer, l.db.Filters), nil) }},
	{policies.PrefixDocument, func(l *loaders) source { return l.documents.with(seenBy(l.viewer, l.db.Documents), l.sawDocument) }},
	{policies.PrefixRevision, func(l *loaders) source { return l.revisions.with(seenBy(l.viewer, l.db.Revisions), l.sawRevision) }},
	{"", func(l *loaders) source { return l.lineage.with(l.db.Lineage, nil) }},
	{policies.PrefixConsultation, func(l *loaders) source { return l.consultations.with(l.db.Consultations, l.sawConsultation) }},
	{"", func(l *loaders) source { return l.answerCounts.with(l.fetchAnswerCounts, nil) }},
	{policies.PrefixComment, func(l *loaders) source { return l.comments.with(seenBy(l.viewer, l.db.Comments), l.sawComment) }},
	{"", func(l *loaders) source { return l.commentCounts.with(l.db.CommentCounts, nil) }},
	{"", func(l *loaders) source { return l.clauseCommentCounts.with(l.db.ClauseCounts, nil) }},
	{"", func(l *loaders) source { return l.speakers.with(l.db.Speakers, nil) }},
	{policies.PrefixCommentDraft, func(l *loaders) source { return l.commentDrafts.with(seenBy(l.viewer, l.db.CommentDrafts), l.sawDraft) }},
	{"", func(l *loaders) source { return l.anchors.with(l.db.Anchors, l.sawAnchors) }},
	{policies.PrefixReply, func(l *loaders) source { return l.replies.with(seenBy(l.viewer, l.db.Replies), l.sawReply) }},
	{policies.PrefixCampaign, func(l *loaders) source { return l.campaigns.with(seenBy(l.viewer, l.db.Campaigns), l.sawCampaign) }},
	{"", func(l *loaders) source {
		return l.campaignMemberships.with(seenBy(l.viewer, l.db.CampaignsOf), l.sawMembership)
	}},
	{"", func(l *loaders) source { return l.represented.with(l.db.Represented, nil) }},
	{policies.PrefixBallot, func(l *loaders) source { return l.ballots.with(seenBy(l.viewer, l.db.Ballots), l.sawBallot) }},
	{"", func(l *loaders) source { return l.tallies.with(l.fetchTallies, nil) }},
	{"", func(l *loaders) source { return l.ownPositions.with(l.fetchOwnPositions, l.sawPosition) }},
	{policies.PrefixInstrument, func(l *loaders) source { return l.instruments.with(l.db.Instruments, l.sawInstrument) }},
	{"", func(l *loaders) source { return l.instrumentsKnown.with(l.fetchKnown, nil) }},
	{policies.PrefixRuleSet, func(l *loaders) source { return l.ruleSets.with(l.db.RuleSets, l.sawRuleSet) }},
	{policies.PrefixRelease, func(l *loaders) source { return l.releases.with(l.db.Releases, l.sawRelease) }},

	{"", func(l *loaders) source { return &l.commentPages }},
	{"", func(l *loaders) source { return &l.keyedCommentPages }},
	{"", func(l *loaders) source { return &l.replyPages }},
	{"", func(l *loaders) source { return &l.releasePages }},
	{"", func(l *loaders) source { return &l.endorsementCounts }},
	{"", func(l *loaders) source { return &l.standings }},
	{"", func(l *loaders) source { return &l.seenComments }},
	{"", func(l *loaders) source { return &l.listedPlaces }},
}

func newLoaders(db *views.DB, viewer policies.Actor, now func() time.Time) *loaders {
	l := &loaders{db: db, viewer: viewer, now: now, nodes: map[policies.Prefix]nodeSource{}}
	for _, row := range loaderTable {
		s := row.make(l)
		l.sources = append(l.sources, s)
		if row.nodes != "" {
			l.nodes[row.nodes] = s.(nodeSource)
		}
	}
	return l
}

// seenBy binds a method of the views to the viewer for whom it reads.
func seenBy[T any](viewer policies.Actor, fetch func(context.Context, policies.Actor, []string) (map[string]T, error)) func(context.Context, []string) (map[string]T, error) {
	return func(ctx context.Context, ids []string) (map[string]T, error) { return fetch(ctx, viewer, ids) }
}

// forget drops all that was loaded, because a mutation has changed the record.
func (l *loaders) forget() {
	for _, s := range l.sources {
		s.forget()
	}
}

type loadersKey struct{}

func loadersFrom(ctx context.Context) *loaders { return ctx.Value(loadersKey{}).(func() *loaders)() }

// batchKey carries the loaders that the events of a batch share.
type batchKey struct{}

// withLoaders gives a response its loaders. They are made when they are first needed. The response of
// a subscription begins long before its event, and the viewer's rights must be those at the
// event.
func (r *resolver) withLoaders(ctx context.Context) context.Context {
	if l, ok := ctx.Value(batchKey{}).(*loaders); ok {
		return context.WithValue(ctx, loadersKey{}, func() *loaders { return l })
	}
	return context.WithValue(ctx, loadersKey{}, sync.OnceValue(func() *loaders {
		return newLoaders(r.views, r.viewer(ctx), r.registry.Now)
	}))
}

// viewer returns who asks. For a subscription it reads again what the caller is by now: one who
// was a member and no longer is one sees what the public sees.
func (r *resolver) viewer(ctx context.Context) policies.Actor {
	asked := registry.ActorFrom(ctx)
	if op := graphql.GetOperationContext(ctx).Operation; op == nil || op.Operation != ast.Subscription {
		return asked
	}
	a, still, err := r.registry.Still(ctx, asked)
	if err != nil || !still {
		return policies.Actor{}
	}
	return a
}
