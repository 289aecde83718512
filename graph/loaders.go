package graph

import (
	"context"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/ewtp/entente/clauses"
	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/registry"
	"github.com/ewtp/entente/standards"
	"github.com/ewtp/entente/views"
	"github.com/vektah/gqlparser/v2/ast"
)

// loaders are the loaders of one response: a query's, a mutation's, or one event
// of a subscription's. What they return is what its viewer may see.
type loaders struct {
	db     *views.DB
	viewer policies.Actor

	organisations loader[string, policies.Organisation]
	members       loader[string, policies.Member]
	invitations   loader[string, policies.Invitation]
	documents     loader[string, policies.Document]
	revisions     loader[string, policies.Revision]
	consultations loader[string, policies.Consultation]
	comments      loader[string, policies.Comment]
	replies       loader[string, policies.Reply]
	drafts        loader[string, policies.CommentDraft]
	anchors       loader[string, []policies.Anchor] // by comment
	ballots       loader[string, policies.Ballot]
	tallies       loader[string, []policies.Tally]  // by ballot; of those whose positions show
	ownPositions  loader[string, policies.Position] // the viewer's organisation's, by ballot
	instruments   loader[string, standards.Instrument]
	known         loader[knownID, standards.Instrument]
	ruleSets      loader[string, standards.RuleSet]
	releases      loader[string, standards.Release]
	offers        loader[string, policies.Invitation] // to the viewer itself
	savedFilters  loader[string, policies.SavedFilter]
	answerCounts  loader[string, map[string]views.AnswerCounts] // by consultation, then question
	counts        loader[string, views.Counts]                  // by document
	clauseCounts  loader[string, map[string]views.Counts]       // by document, then clause
	lineage       loader[string, []clauses.Step]                // by document

	mu       sync.Mutex
	siblings map[place][]place                                  // the page that a document or clause was listed on
	pages    alike[string, place, views.List[policies.Comment]] // of comments, by what is asked of each place

	campaigns   loader[string, views.Campaign]
	memberships loader[string, views.Membership]              // by comment
	endorsed    alike[int64, string, views.EndorsementCounts] // by comment, as of a time

	commented []string                                              // IDs of comments seen
	threads   alike[views.Page, string, views.List[policies.Reply]] // pages of replies, by what is asked of each comment
	// Likewise of comments by clause of one revision or by comment, and of releases by instrument.
	byKey     alike[string, string, views.List[policies.Comment]]
	carriedBy alike[views.Page, string, views.List[standards.Release]]
	standings alike[string, string, *views.Standing] // by revision and moment
	told      map[string]int                         // how many of commented a loader in byKey was told of
}

type loadersKey struct{}

func loadersFrom(ctx context.Context) *loaders { return ctx.Value(loadersKey{}).(func() *loaders)() }

// withLoaders gives a response its loaders. They are made when first asked for: the
// response of a subscription begins when there is nothing to tell yet, and its
// viewer must be who it is when there is.
func (r *resolver) withLoaders(ctx context.Context) context.Context {
	return context.WithValue(ctx, loadersKey{}, sync.OnceValue(func() *loaders {
		return newLoaders(r.views, r.viewer(ctx), r.registry.Now)
	}))
}

// viewer returns who asks: for a query or mutation who asked, for a subscription who
// that is by now. One who was a member and isn't any more sees what the public does.
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

func newLoaders(db *views.DB, viewer policies.Actor, now func() time.Time) *loaders {
	l := &loaders{db: db, viewer: viewer}
	l.organisations.fetch = db.Organisations
	l.members.fetch = db.Members
	l.members.found = func(m policies.Member) { l.sawMember(m) }
	l.invitations.fetch = seenBy(viewer, db.Invitations)
	l.invitations.found = func(i policies.Invitation) { l.sawInvitation(i) }
	l.documents.fetch = seenBy(viewer, db.Documents)
	l.documents.found = func(d policies.Document) { l.sawDocument(d) }
	l.revisions.fetch = seenBy(viewer, db.Revisions)
	l.revisions.found = func(r policies.Revision) { l.sawRevision(r) }
	l.consultations.fetch = db.Consultations
	l.consultations.found = func(c policies.Consultation) { l.sawConsultation(c) }
	l.comments.fetch = seenBy(viewer, db.Comments)
	l.anchors.fetch = db.Anchors
	l.anchors.found = l.sawAnchors
	l.comments.found = func(c policies.Comment) { l.sawComment(c) }
	l.replies.fetch = seenBy(viewer, db.Replies)
	l.replies.found = func(r policies.Reply) { l.sawReply(r) }
	l.drafts.fetch = seenBy(viewer, db.CommentDrafts)
	l.drafts.found = func(d policies.CommentDraft) { l.sawDraft(d) }
	l.loadBallots(now)
	l.known.fetch = l.fetchKnown
	l.instruments.fetch = db.Instruments
	l.instruments.found = func(i standards.Instrument) { l.sawInstrument(i) }
	l.ruleSets.fetch = db.RuleSets
	l.ruleSets.found = func(s standards.RuleSet) { l.organisations.announce(s.OrganisationID) }
	l.releases.fetch = db.Releases
	l.releases.found = func(r standards.Release) { l.sawRelease(r) }
	l.offers.fetch = seenBy(viewer, db.Offers)
	l.offers.found = func(i policies.Invitation) { l.sawInvitation(i) }
	l.savedFilters.fetch = seenBy(viewer, db.Filters)
	l.answerCounts.fetch = l.fetchAnswerCounts
	l.lineage.fetch = db.Lineage
	l.campaigns.fetch = seenBy(viewer, db.Campaigns)
	l.campaigns.found = func(c views.Campaign) { l.sawCampaign(c) }
	l.memberships.fetch = seenBy(viewer, db.CampaignsOf)
	l.memberships.found = func(m views.Membership) { l.sawCampaign(m.Campaign) }
	l.counts.fetch = db.CommentCounts
	l.clauseCounts.fetch = l.fetchClauseCounts
	return l
}

func seenBy[T any](viewer policies.Actor, fetch func(context.Context, policies.Actor, []string) (map[string]T, error)) func(context.Context, []string) (map[string]T, error) {
	return func(ctx context.Context, ids []string) (map[string]T, error) { return fetch(ctx, viewer, ids) }
}

// forget drops what was loaded: a mutation has changed the record.
func (l *loaders) forget() {
	l.organisations.forget()
	l.members.forget()
	l.invitations.forget()
	l.documents.forget()
	l.revisions.forget()
	l.consultations.forget()
	l.comments.forget()
	l.replies.forget()
	l.drafts.forget()
	l.anchors.forget()
	l.ballots.forget()
	l.tallies.forget()
	l.ownPositions.forget()
	l.instruments.forget()
	l.known.forget()
	l.ruleSets.forget()
	l.releases.forget()
	l.offers.forget()
	l.savedFilters.forget()
	l.answerCounts.forget()
	l.lineage.forget()
	l.counts.forget()
	l.clauseCounts.forget()
	l.campaigns.forget()
	l.memberships.forget()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.siblings, l.pages, l.byKey, l.carriedBy, l.standings, l.told = nil, nil, nil, nil, nil, nil
	l.threads, l.endorsed = nil, nil
}
