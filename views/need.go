package views

import (
	"context"
	"slices"
	"time"

	"github.com/ewtp/entente/policies"
	"github.com/ewtp/entente/views/table"
)

// A NeedKind is what somebody is needed for.
type NeedKind string

const (
	NeedInvitation   NeedKind = "invitation"   // one that the person can accept
	NeedConfirmation NeedKind = "confirmation" // of an invitation, by a second member of the secretariat
	NeedMerger       NeedKind = "merger"       // of the organisation with another, which the secretariat proposed
	NeedOffer        NeedKind = "offer"        // to sponsor a document
	NeedConsent      NeedKind = "consent"      // to a document's superseding or amending what the organisation sponsored
	NeedAgreement    NeedKind = "agreement"    // to cancel a consultation or ballot, or to close a ballot early, as the other side asks
	NeedBallot       NeedKind = "ballot"       // an open one in which the organisation has a voice and hasn't taken a position
	NeedStep         NeedKind = "step"         // a document's next one: see policies.Step
	NeedConsultation NeedKind = "consultation" // one that closes soon, asks the organisation or is looked for by a saved filter
	NeedAnswer       NeedKind = "answer"       // to a comment of the organisation's, not yet seen
	NeedComment      NeedKind = "comment"      // one without an answer, on a document that the organisation sponsors
	NeedRelease      NeedKind = "unreleased"   // an instrument that no release has
	NeedRenewal      NeedKind = "renewal"      // of a rule set, of which the latest release is about to expire
)

// NeedKinds are all kinds, in the order of the list.
var NeedKinds = []NeedKind{NeedInvitation, NeedConfirmation, NeedMerger, NeedOffer, NeedConsent, NeedAgreement, NeedBallot, NeedStep,
	NeedConsultation, NeedAnswer, NeedComment, NeedRelease, NeedRenewal}

// A Need is one thing that somebody is needed for.
type Need struct {
	Kind           NeedKind
	DocumentID     string // "" for an invitation, a merger and a renewal
	InvitationID   string // for an invitation and a confirmation
	OrganisationID string // for a merger: the one that is to be closed by it
	BallotID       string // for a ballot, and an agreement on one
	ConsultationID string // for a consultation, and an agreement on one
	CommentID      string // for an answer and for a comment
	InstrumentID   string // for a consent and a release
	RuleSetID      string // for a renewal
	Step           policies.Step
	Since          time.Time // zero for an offer
	Due            time.Time // when an invitation or release expires, a ballot or consultation closes, an instrument begins to bind; else zero
}

// A NeedFilter says what is asked of a list of needs.
type NeedFilter struct {
	Kinds  []NeedKind    // empty: all
	Now    time.Time     // required
	Within time.Duration // how soon a consultation closes, or a release expires, that is on the list
	Rules  policies.Rules
}

func (f NeedFilter) kinds() ([]NeedKind, error) {
	for _, k := range f.Kinds {
		if !slices.Contains(NeedKinds, k) {
			return nil, invalid("kinds", "%q is none of %v", string(k), NeedKinds)
		}
	}
	return slices.DeleteFunc(slices.Clone(NeedKinds), func(k NeedKind) bool {
		return len(f.Kinds) > 0 && !slices.Contains(f.Kinds, k)
	}), nil
}

// Needs lists what an actor is needed for: kind after kind, in the order of NeedKinds.
// Invitations, rule sets and documents come oldest first, ballots and consultations by their close, answers newest
// first, comments by document and then oldest first. Only the actor itself is told: nothing
// here depends on what another member watches or has seen.
func (db *DB) Needs(ctx context.Context, viewer policies.Actor, f NeedFilter, p Page) (l List[Need], err error) {
	if err := p.Check(); err != nil {
		return l, inPoliciesWords(err)
	}
	kinds, err := f.kinds()
	if err != nil {
		return l, err
	}
	after, err := kindOfCursor(kinds, "after", p.After, 0)
	if err != nil {
		return l, err
	}
	before, err := kindOfCursor(kinds, "before", p.Before, len(kinds)-1)
	if err != nil {
		return l, err
	}
	w := &watch{db: db, run: db.file.Read(ctx), ctx: ctx, viewer: viewer, filter: f}
	parts, more, err := w.parts(kinds, after, before, p)
	if err != nil {
		return l, err
	}
	for _, x := range parts {
		l.Items, l.Cursors = append(l.Items, x.Items...), append(l.Cursors, x.Cursors...)
	}
	if l.HasNext, l.HasPrevious = more, p.After != ""; p.Backward() {
		l.HasNext, l.HasPrevious = p.Before != "", more
	}
	return l, nil
}

// parts reads a page kind by kind, of those from after to before, and from the end that the
// page begins at. It returns the parts in the order of the kinds, and whether there is more.
func (w *watch) parts(kinds []NeedKind, after, before int, p Page) (parts []List[Need], more bool, err error) {
	left, backward := max(p.First, p.Last), p.Backward()
	for i := range kinds {
		at := i
		if backward {
			at = len(kinds) - 1 - i
		}
		if at < after || at > before {
			continue
		}
		part, err := w.page(kinds[at], pageOfKind(p, at == after, at == before, max(left, 1)))
		if err != nil {
			return nil, false, err
		}
		if left == 0 { // full: is there anything more?
			if more = len(part.Items) > 0; more {
				break
			}
			continue
		}
		left -= len(part.Items)
		parts = append(parts, part)
		if more = part.HasNext && !backward || part.HasPrevious && backward; more {
			break
		}
	}
	if backward {
		slices.Reverse(parts)
	}
	return parts, more, nil
}

// pageOfKind returns the page of one kind that a page of all kinds comes to. first and last
// say whether the cursors of the page are in this kind.
func pageOfKind(p Page, first, last bool, n int) (x Page) {
	if first {
		x.After = p.After
	}
	if last {
		x.Before = p.Before
	}
	if p.Last != 0 {
		x.Last = n
	} else {
		x.First = n
	}
	return x
}

// kindOfCursor finds the kind that a cursor is in, by the tag of its order. Without a cursor
// it returns otherwise.
func kindOfCursor(kinds []NeedKind, field, cursor string, otherwise int) (int, error) {
	if cursor == "" {
		return otherwise, nil
	}
	if i := slices.Index(kinds, NeedKind(table.TagOf(cursor))); i >= 0 {
		return i, nil
	}
	return 0, invalid(field, "is no cursor of this list")
}

// A watch looks once for what an actor is needed for.
type watch struct {
	db     *DB
	ctx    context.Context
	run    table.Run
	viewer policies.Actor
	filter NeedFilter

	wanted  func(*policies.Document, *policies.Consultation, int64) bool // see interests
	watches int                                                          // how many filters there are
}

func (w *watch) page(k NeedKind, p Page) (List[Need], error) {
	return map[NeedKind]func(Page) (List[Need], error){
		NeedInvitation: w.invitations, NeedConfirmation: w.confirmations, NeedMerger: w.mergers, NeedOffer: w.offers, NeedConsent: w.consents,
		NeedAgreement: w.agreements, NeedBallot: w.ballots, NeedStep: w.steps, NeedConsultation: w.consultations,
		NeedAnswer: w.dispositions, NeedComment: w.comments, NeedRelease: w.unreleased, NeedRenewal: w.renewals,
	}[k](p)
}
