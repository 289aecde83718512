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
//
// Below asOf and knownAt a response has others for each moment, which read things as they stood then. What has no past is not
// there for them.
type loaders struct {
	db     *views.DB
	viewer policies.Actor
	now    func() time.Time

	asOf    time.Time          // zero for those of the present
	present *loaders           // nil for those of the present
	mu      sync.Mutex         // guards past
	past    map[int64]*loaders // by milliseconds since 1970

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
	ruleSets            loader[string, standards.RuleSet]
	releases            loader[string, standards.Release]

	commentPages      variants[string, views.CommentPlace, views.List[policies.Comment]]
	keyedCommentPages variants[string, string, views.List[policies.Comment]]      // by clause of one revision, or by comment
	replyPages        variants[views.Page, string, views.List[policies.Reply]]    // by comment
	releasePages      variants[views.Page, string, views.List[standards.Release]] // by instrument
	endorsementCounts variants[int64, string, views.EndorsementCounts]            // at a moment, by comment
	standings         variants[string, string, *views.Standing]                   // at a moment, by revision

	seenComments    seenIDs
	seenInstruments seenIDs
	listedPlaces    listedPlaces

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
// it; where two have the same, the second serves what the first doesn't show. The methods that begin with "saw" stand with their subjects, and announce to what a value
// refers that was read.
var loaderTable = []struct {
	nodes policies.Prefix
	make  func(l *loaders) source
}{
	{policies.PrefixOrganisation, func(l *loaders) source {
		return l.organisations.with(then(l, l.db.Organisations, l.db.OrganisationsAt), l.sawOrganisation)
	}},
	{"", func(l *loaders) source { return l.lookAlikes.with(only(l, l.db.LookAlikes), l.sawOrganisations) }},
	{policies.PrefixMember, func(l *loaders) source { return l.members.with(then(l, l.db.Members, l.db.MembersAt), l.sawMember) }},
	{policies.PrefixInvitation, func(l *loaders) source {
		return l.invitations.with(only(l, seenBy(l.viewer, l.db.Invitations)), l.sawInvitation)
	}},
	{policies.PrefixInvitation, func(l *loaders) source {
		return l.ownInvitations.with(only(l, seenBy(l.viewer, l.db.Offers)), l.sawInvitation)
	}},
	{policies.PrefixFilter, func(l *loaders) source { return l.savedFilters.with(only(l, seenBy(l.viewer, l.db.Filters)), nil) }},
	{policies.PrefixDocument, func(l *loaders) source {
		return l.documents.with(then(l, seenBy(l.viewer, l.db.Documents), seenThen(l.viewer, l.db.DocumentsAt)), l.sawDocument)
	}},
	{policies.PrefixRevision, func(l *loaders) source {
		return l.revisions.with(then(l, seenBy(l.viewer, l.db.Revisions), seenThen(l.viewer, l.db.RevisionsAt)), l.sawRevision)
	}},
	{"", func(l *loaders) source { return l.lineage.with(l.db.Lineage, nil) }},
	{policies.PrefixConsultation, func(l *loaders) source {
		return l.consultations.with(then(l, l.db.Consultations, l.db.ConsultationsAt), l.sawConsultation)
	}},
	{"", func(l *loaders) source { return l.answerCounts.with(only(l, l.fetchAnswerCounts), nil) }},
	{policies.PrefixComment, func(l *loaders) source {
		return l.comments.with(then(l, seenBy(l.viewer, l.db.Comments), seenThen(l.viewer, l.db.CommentsAt)), l.sawComment)
	}},
	{"", func(l *loaders) source { return l.commentCounts.with(only(l, l.db.CommentCounts), nil) }},
	{"", func(l *loaders) source { return l.clauseCommentCounts.with(only(l, l.db.ClauseCounts), nil) }},
	{"", func(l *loaders) source { return l.speakers.with(only(l, l.db.Speakers), nil) }},
	{policies.PrefixCommentDraft, func(l *loaders) source {
		return l.commentDrafts.with(only(l, seenBy(l.viewer, l.db.CommentDrafts)), l.sawDraft)
	}},
	{"", func(l *loaders) source { return l.anchors.with(then(l, l.db.Anchors, l.db.AnchorsAt), l.sawAnchors) }},
	{policies.PrefixReply, func(l *loaders) source {
		return l.replies.with(then(l, seenBy(l.viewer, l.db.Replies), seenThen(l.viewer, l.db.RepliesAt)), l.sawReply)
	}},
	{policies.PrefixCampaign, func(l *loaders) source {
		return l.campaigns.with(only(l, seenBy(l.viewer, l.db.Campaigns)), l.sawCampaign)
	}},
	{"", func(l *loaders) source {
		return l.campaignMemberships.with(only(l, seenBy(l.viewer, l.db.CampaignsOf)), l.sawMembership)
	}},
	{"", func(l *loaders) source { return l.represented.with(only(l, l.db.Represented), nil) }},
	{policies.PrefixBallot, func(l *loaders) source {
		return l.ballots.with(then(l, seenBy(l.viewer, l.db.Ballots), seenThen(l.viewer, l.db.BallotsAt)), l.sawBallot)
	}},
	{"", func(l *loaders) source { return l.tallies.with(only(l, l.fetchTallies), nil) }},
	{"", func(l *loaders) source { return l.ownPositions.with(only(l, l.fetchOwnPositions), l.sawPosition) }},
	{policies.PrefixInstrument, func(l *loaders) source {
		return l.instruments.with(then(l, l.db.Instruments, l.fetchInstrumentsAt), l.sawInstrument)
	}},
	{policies.PrefixRuleSet, func(l *loaders) source { return l.ruleSets.with(then(l, l.db.RuleSets, l.db.RuleSetsAt), l.sawRuleSet) }},
	{policies.PrefixRelease, func(l *loaders) source { return l.releases.with(then(l, l.db.Releases, l.db.ReleasesAt), l.sawRelease) }},

	{"", func(l *loaders) source { return &l.commentPages }},
	{"", func(l *loaders) source { return &l.keyedCommentPages }},
	{"", func(l *loaders) source { return &l.replyPages }},
	{"", func(l *loaders) source { return &l.releasePages }},
	{"", func(l *loaders) source { return &l.endorsementCounts }},
	{"", func(l *loaders) source { return &l.standings }},
	{"", func(l *loaders) source { return &l.seenComments }},
	{"", func(l *loaders) source { return &l.seenInstruments }},
	{"", func(l *loaders) source { return &l.listedPlaces }},
}

func newLoaders(db *views.DB, viewer policies.Actor, now func() time.Time) *loaders {
	return (&loaders{db: db, viewer: viewer, now: now}).made()
}

// made fills in the loaders of the table.
func (l *loaders) made() *loaders {
	l.nodes = map[policies.Prefix]nodeSource{}
	for _, row := range loaderTable {
		s := row.make(l)
		l.sources = append(l.sources, s)
		switch other := l.nodes[row.nodes]; {
		case row.nodes == "":
		case other != nil:
			l.nodes[row.nodes] = eitherSource{other, s.(nodeSource)}
		default:
			l.nodes[row.nodes] = s.(nodeSource)
		}
	}
	return l
}

// seenBy binds a method of the views to the viewer for whom it reads.
func seenBy[T any](viewer policies.Actor, fetch func(context.Context, policies.Actor, []string) (map[string]T, error)) func(context.Context, []string) (map[string]T, error) {
	return func(ctx context.Context, ids []string) (map[string]T, error) { return fetch(ctx, viewer, ids) }
}

// seenThen binds one that reads what was likewise.
func seenThen[T any](viewer policies.Actor, fetch func(context.Context, policies.Actor, []string, time.Time) (map[string]T, error)) func(context.Context, []string, time.Time) (map[string]T, error) {
	return func(ctx context.Context, ids []string, asOf time.Time) (map[string]T, error) {
		return fetch(ctx, viewer, ids, asOf)
	}
}

// then reads what is for the loaders of the present, and what was for those of a moment.
func then[K comparable, T any](l *loaders, is func(context.Context, []K) (map[K]T, error), was func(context.Context, []K, time.Time) (map[K]T, error)) func(context.Context, []K) (map[K]T, error) {
	if l.asOf.IsZero() {
		return is
	}
	return func(ctx context.Context, keys []K) (map[K]T, error) { return was(ctx, keys, l.asOf) }
}

// only reads what has no past: nothing for the loaders of a moment.
func only[K comparable, T any](l *loaders, is func(context.Context, []K) (map[K]T, error)) func(context.Context, []K) (map[K]T, error) {
	return then(l, is, func(context.Context, []K, time.Time) (map[K]T, error) { return nil, nil })
}

// at returns the loaders of a moment; those of the present for the zero time.
func (l *loaders) at(asOf time.Time) *loaders {
	if l.present != nil {
		l = l.present
	}
	if asOf.IsZero() {
		return l
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.past == nil {
		l.past = map[int64]*loaders{}
	}
	then := l.past[asOf.UnixMilli()]
	if then == nil {
		then = (&loaders{db: l.db, viewer: l.viewer, now: l.now, asOf: asOf, present: l}).made()
		l.past[asOf.UnixMilli()] = then
	}
	return then
}

// listed returns the places that were listed in the response, in whatever moment: a field may ask for another than the
// list around it.
func (l *loaders) listed() *listedPlaces { return &l.at(time.Time{}).listedPlaces }

// forget drops all that was loaded, because a mutation has changed the record.
func (l *loaders) forget() {
	l.mu.Lock()
	l.past = nil
	l.mu.Unlock()
	for _, s := range l.sources {
		s.forget()
	}
}

type loadersKey struct{}

// loadersFrom returns the loaders of the moment as of which a field shows the record.
func loadersFrom(ctx context.Context) *loaders {
	return ctx.Value(loadersKey{}).(func() *loaders)().at(momentOf(ctx))
}

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
